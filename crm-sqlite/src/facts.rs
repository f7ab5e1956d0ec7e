//! Facts for reports (R7): streamed from the tables, and never collected. Whether one counts is the scope's to say.

use std::collections::{BTreeSet, HashMap};

use crm_core::{
    CustomerNumber, CustomerStatus, DateTime, OpportunityId, Result, Stage, TaskState, UserId, Utc,
    store::{
        CustomerFact, DealFact, DealsBy, DutyFact, FactFilter, Instants, SaleFact, Scope, TalkFact,
        deal_filter::Days,
    },
};
use rusqlite::params_from_iter;

use crate::{
    error::{OrStorage, unreadable},
    list::Conditions,
    row::Columns,
    transaction::Transaction,
};

/// Users by their rows: they are few, and facts name them often.
struct Users(HashMap<i64, UserId>);

impl Users {
    fn next(&self, columns: &mut Columns) -> Result<UserId> {
        let row: i64 = columns.get()?;
        self.0.get(&row).copied().ok_or_else(|| unreadable("user"))
    }
}

/// The customer of a fact: its number, who answers for it, and whether the fact counts.
struct Whose {
    customer: CustomerNumber,
    owner: UserId,
}

impl Whose {
    fn read(columns: &mut Columns, users: &Users) -> Result<Self> {
        Ok(Self {
            customer: columns.number()?,
            owner: users.next(columns)?,
        })
    }

    /// Whether the customer is in scope, if the fact counts.
    fn seen(&self, credited: UserId, scope: &Scope) -> Option<bool> {
        let counts = scope.counts(self.customer, self.owner, credited);
        counts.then(|| scope.contains(self.customer, self.owner))
    }
}

/// That an instant in a column is one of these.
fn within(conditions: &mut Conditions, column: &str, at: Instants) {
    conditions.compare(
        &format!("{column} >="),
        at.from.map(|at| at.timestamp_millis().into()),
    );
    conditions.compare(
        &format!("{column} <"),
        at.until.map(|at| at.timestamp_millis().into()),
    );
}

/// That a day in a column is one of these.
fn on(conditions: &mut Conditions, column: &str, (from, until): Days) {
    conditions.compare(&format!("{column} >="), from.map(|day| day.to_string().into()));
    conditions.compare(&format!("{column} <"), until.map(|day| day.to_string().into()));
}

impl Transaction<'_> {
    fn all_users(&self) -> Result<Users> {
        let users = self.all("SELECT id, uuid FROM user", [], |row| {
            let mut c = Columns::of(row);
            Ok((c.get()?, c.id(UserId::from_bytes)?))
        })?;
        Ok(Users(users.into_iter().collect()))
    }

    /// That a column has one of these people, or anybody.
    fn of_people(
        &self,
        conditions: &mut Conditions,
        column: &str,
        people: Option<&BTreeSet<UserId>>,
    ) -> Result<()> {
        if let Some(people) = people {
            let mut rows = Vec::with_capacity(people.len());
            for &person in people {
                rows.extend(self.row_of(person.into())?);
            }
            conditions.is_in(column, &rows);
        }
        Ok(())
    }

    /// Visits the rows of a statement that ends where its conditions begin.
    fn each(
        &self,
        select: &str,
        conditions: Conditions,
        mut visit: impl FnMut(&mut Columns) -> Result<()>,
    ) -> Result<()> {
        let sql = format!("{select} WHERE TRUE{}", conditions.sql);
        let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
        let mut rows = statement
            .query(params_from_iter(conditions.into_values()))
            .or_storage()?;
        while let Some(row) = rows.next().or_storage()? {
            visit(&mut Columns::of(row))?;
        }
        Ok(())
    }

    pub(crate) fn visit_deals(
        &self,
        by: DealsBy,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&DealFact) -> Result<()>,
    ) -> Result<()> {
        let users = self.all_users()?;
        let mut conditions = Conditions::default();
        conditions.and("o.archived_at IS NULL AND c.archived_at IS NULL");
        match by {
            DealsBy::Creation => within(&mut conditions, "o.created_at", filter.at),
            DealsBy::Closing => {
                conditions.and("o.closed_at IS NOT NULL");
                within(&mut conditions, "o.closed_at", filter.at);
            }
            DealsBy::Standing => conditions.and("o.closed_at IS NULL"),
        }
        self.of_people(&mut conditions, "o.owner", filter.people.as_ref())?;
        let select = "SELECT o.customer, c.owner, o.uuid, o.owner, o.created_at, o.closed_at, o.stage, o.expected_amount,
                o.expected_close,
                (SELECT sum(k.amount) FROM contract k
                    WHERE k.opportunity = o.id AND k.voided_at IS NULL AND k.archived_at IS NULL)
            FROM opportunity o JOIN customer c ON c.number = o.customer";
        self.each(select, conditions, |c| {
            let whose = Whose::read(c, &users)?;
            let id = c.id(OpportunityId::from_bytes)?;
            let owner = users.next(c)?;
            let Some(seen) = whose.seen(owner, scope) else {
                return Ok(());
            };
            let stages = match by {
                DealsBy::Standing => Vec::new(),
                DealsBy::Creation | DealsBy::Closing => self.stages(id)?,
            };
            visit(&DealFact {
                id,
                customer: whose.customer,
                seen,
                owner,
                created_at: c.field()?,
                closed_at: c.field()?,
                stage: c.code(Stage::from_code)?,
                expected: c.field()?,
                expected_close: c.field()?,
                signed: c.field()?,
                stages,
            })
        })
    }

    /// When a deal came to which stage, in the order of its ledger.
    fn stages(&self, id: OpportunityId) -> Result<Vec<(DateTime<Utc>, Stage)>> {
        let sql = "SELECT at, stage_after FROM stage_change WHERE opportunity = ?1 ORDER BY revision";
        self.all(sql, [id.as_bytes()], |row| {
            let mut c = Columns::of(row);
            Ok((c.field()?, c.code(Stage::from_code)?))
        })
    }

    pub(crate) fn visit_sales(
        &self,
        people: Option<&BTreeSet<UserId>>,
        signed_on: Days,
        scope: &Scope,
        visit: &mut dyn FnMut(&SaleFact) -> Result<()>,
    ) -> Result<()> {
        let users = self.all_users()?;
        let mut conditions = Conditions::default();
        conditions.and("k.voided_at IS NULL AND k.archived_at IS NULL AND c.archived_at IS NULL AND o.archived_at IS NULL");
        on(&mut conditions, "k.signed_on", signed_on);
        self.of_people(&mut conditions, "k.credited_to", people)?;
        let select = "SELECT k.customer, c.owner, k.uuid, o.uuid, k.credited_to, k.signed_on, k.amount
            FROM contract k JOIN customer c ON c.number = k.customer LEFT JOIN opportunity o ON o.id = k.opportunity";
        self.each(select, conditions, |c| {
            let whose = Whose::read(c, &users)?;
            let id = c.id(crm_core::ContractId::from_bytes)?;
            let opportunity = c.optional_id(OpportunityId::from_bytes)?;
            let credited_to = users.next(c)?;
            let Some(seen) = whose.seen(credited_to, scope) else {
                return Ok(());
            };
            visit(&SaleFact {
                id,
                opportunity,
                customer: whose.customer,
                seen,
                credited_to,
                signed_on: c.field()?,
                amount: c.field()?,
            })
        })
    }

    pub(crate) fn visit_talks(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&TalkFact) -> Result<()>,
    ) -> Result<()> {
        let users = self.all_users()?;
        let mut conditions = Conditions::default();
        conditions.and("f.archived_at IS NULL AND c.archived_at IS NULL");
        within(&mut conditions, "f.at", filter.at);
        self.of_people(&mut conditions, "f.by", filter.people.as_ref())?;
        let select = "SELECT f.customer, c.owner, f.by, f.late
            FROM follow_up f JOIN customer c ON c.number = f.customer";
        self.each(select, conditions, |c| {
            let whose = Whose::read(c, &users)?;
            let by = users.next(c)?;
            match whose.seen(by, scope) {
                Some(seen) => visit(&TalkFact {
                    customer: whose.customer,
                    seen,
                    by,
                    late: c.get()?,
                }),
                None => Ok(()),
            }
        })
    }

    pub(crate) fn visit_duties(
        &self,
        people: Option<&BTreeSet<UserId>>,
        due: Days,
        scope: &Scope,
        visit: &mut dyn FnMut(&DutyFact) -> Result<()>,
    ) -> Result<()> {
        let users = self.all_users()?;
        let mut conditions = Conditions::default();
        conditions.and("t.state <> 'cancelled' AND t.kind <> 'hand_over' AND c.archived_at IS NULL");
        on(&mut conditions, "coalesce(t.planned, t.due)", due);
        self.of_people(&mut conditions, "t.holder", people)?;
        let select = "SELECT t.customer, c.owner, t.holder, t.state, coalesce(t.planned, t.due),
                CASE WHEN t.planned IS NULL THEN t.due_time ELSE t.planned_time END, t.done_at
            FROM task t JOIN customer c ON c.number = t.customer";
        self.each(select, conditions, |c| {
            let whose = Whose::read(c, &users)?;
            let holder = users.next(c)?;
            match whose.seen(holder, scope) {
                Some(seen) => visit(&DutyFact {
                    customer: whose.customer,
                    seen,
                    holder,
                    state: c.code(TaskState::from_code)?,
                    due: c.field()?,
                    due_time: c.get()?,
                    done_at: c.field()?,
                }),
                None => Ok(()),
            }
        })
    }

    pub(crate) fn visit_customers(
        &self,
        by: Option<DateTime<Utc>>,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&CustomerFact) -> Result<()>,
    ) -> Result<()> {
        let users = self.all_users()?;
        let (mut statuses, mut owners) = (HashMap::new(), HashMap::new());
        let mut conditions = Conditions::default();
        match by {
            None => {
                conditions.and("c.archived_at IS NULL");
                // Then the owner is who is asked for, and an index leads there.
                self.of_people(&mut conditions, "c.owner", filter.people.as_ref())?;
            }
            Some(by) => {
                let at = by.timestamp_millis();
                let value = conditions.bind(at);
                conditions.and(format_args!(
                    "(c.archived_at IS NULL OR c.archived_at >= {value})"
                ));
                self.first_changes("status_change", "status_before", at, |number, c| {
                    let status = c.code(CustomerStatus::from_code)?;
                    statuses.entry(number).or_insert(status);
                    Ok(())
                })?;
                self.first_changes("hand_over", "owner_before", at, |number, c| {
                    let owner = users.next(c)?;
                    owners.entry(number).or_insert(owner);
                    Ok(())
                })?;
            }
        }
        within(&mut conditions, "c.created_at", filter.at);
        let select = "SELECT c.number, c.owner, c.source, c.status FROM customer c";
        self.each(select, conditions, |c| {
            let whose = Whose::read(c, &users)?;
            let number = whose.customer;
            let owner = owners.get(&number).copied().unwrap_or(whose.owner);
            if !filter.wants_of(owner) {
                return Ok(());
            }
            let Some(seen) = whose.seen(owner, scope) else {
                return Ok(());
            };
            let (source, status) = (c.get()?, c.code(CustomerStatus::from_code)?);
            visit(&CustomerFact {
                number,
                seen,
                owner,
                source,
                status: statuses.get(&number).copied().unwrap_or(status),
            })
        })
    }

    /// Visits what a ledger of customers says from an instant on, what came first coming first.
    fn first_changes(
        &self,
        ledger: &str,
        before: &str,
        at: i64,
        mut visit: impl FnMut(CustomerNumber, &mut Columns) -> Result<()>,
    ) -> Result<()> {
        let sql = format!("SELECT customer, {before} FROM {ledger} WHERE at >= ?1 ORDER BY at, revision");
        let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
        let mut rows = statement.query([at]).or_storage()?;
        while let Some(row) = rows.next().or_storage()? {
            let mut c = Columns::of(row);
            visit(c.number()?, &mut c)?;
        }
        Ok(())
    }

    pub(crate) fn visit_late_entries(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(UserId) -> Result<()>,
    ) -> Result<()> {
        let users = self.all_users()?;
        let mut conditions = Conditions::default();
        conditions.and("c.late AND c.archived_at IS NULL AND c.created_by IS NOT NULL");
        within(&mut conditions, "c.created_at", filter.at);
        self.of_people(&mut conditions, "c.created_by", filter.people.as_ref())?;
        let select = "SELECT c.number, c.owner, c.created_by FROM customer c";
        self.each(select, conditions, |c| {
            let whose = Whose::read(c, &users)?;
            let by = users.next(c)?;
            match whose.seen(by, scope) {
                Some(_) => visit(by),
                None => Ok(()),
            }
        })
    }
}
