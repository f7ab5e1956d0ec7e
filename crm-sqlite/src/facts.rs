//! Facts for reports (R7): streamed person by person along indexes that have all that is told of them, and never collected
//! (docs/adr/0034).
//!
//! What a person in the scope did counts, whosever the customer is; what anybody else did counts with customers in scope only.

mod customers;
mod viewed;

use std::collections::{BTreeSet, HashSet};

use chrono::{Days as Number, NaiveDate};
use crm_core::{
    CustomerNumber, OpportunityId, Result, Stage, TaskState, UserId,
    store::{
        DealFact, DealsBy, DutyFact, FactFilter, Instants, OpenFact, SaleFact, Scope, TalkFact,
        deal_filter::Days,
    },
};
use rusqlite::types::Value;

use self::viewed::Viewed;
use crate::{error::unreadable, row::Columns, summaries::read_ledger, transaction::Transaction};

/// Days of a period in which less was done by others than customers are looked through for it.
const SHORT: u64 = 100;

/// A sort of fact: where it is, and along which indexes it is found.
struct Sort {
    table: &'static str,
    /// The column of whom it is credited to, and what tells when.
    by: &'static str,
    at: &'static str,
    /// What all of them have in common.
    live: &'static str,
    /// What is read of each.
    columns: &'static str,
    /// The index by whom and when, and that by the customer.
    by_person: &'static str,
    by_customer: &'static str,
}

const DEALS: Sort = Sort {
    table: "opportunity",
    by: "owner",
    at: "t.created_at",
    live: "t.archived_at IS NULL",
    columns: "t.expected_amount, t.signed, t.ledger, NULL",
    by_person: "opportunity_owner",
    by_customer: "opportunity_customer",
};
const DEALS_CLOSED: Sort = Sort {
    at: "t.closed_at",
    live: "t.archived_at IS NULL AND t.closed_at IS NOT NULL",
    by_person: "opportunity_closed",
    ..DEALS
};
const WITH_IDS: &str = "t.expected_amount, t.signed, t.ledger, t.uuid";
const OPEN_DEALS: Sort = Sort {
    live: "t.archived_at IS NULL AND t.closed_at IS NULL",
    columns: "t.stage, t.expected_amount, t.expected_close",
    by_person: "opportunity_open",
    ..DEALS
};
const SALES: Sort = Sort {
    table: "contract",
    by: "credited_to",
    at: "t.signed_on",
    live: "t.voided_at IS NULL AND t.archived_at IS NULL",
    columns: "t.opportunity, t.amount, NULL",
    by_person: "contract_credited_signed",
    by_customer: "contract_customer",
};
const WITH_DEALS: &str =
    "t.opportunity, t.amount, (SELECT uuid FROM opportunity o WHERE o.id = t.opportunity)";
const TALKS: Sort = Sort {
    table: "follow_up",
    by: "by",
    at: "t.at",
    live: "t.archived_at IS NULL",
    columns: "t.late",
    by_person: "follow_up_by",
    by_customer: "follow_up_customer",
};
const DUTIES: Sort = Sort {
    table: "task",
    by: "holder",
    at: "coalesce(t.planned, t.due)",
    live: "t.state <> 'cancelled' AND t.kind <> 'hand_over'",
    columns: "t.state, coalesce(t.planned, t.due), CASE WHEN t.planned IS NULL THEN t.due_time ELSE t.planned_time END, t.done_at",
    by_person: "task_holder",
    by_customer: "task_customer",
};

impl Sort {
    /// What is read of one person's.
    fn along_people(&self) -> String {
        let Self {
            table,
            by,
            at,
            live,
            columns,
            by_person,
            by_customer: _,
        } = self;
        format!(
            "SELECT t.customer, {columns} FROM {table} t INDEXED BY {by_person}
            WHERE t.{by} = ?1 AND {at} >= ?2 AND {at} < ?3 AND {live}"
        )
    }
}

/// When facts were: from the first to before the second.
struct When {
    from: Value,
    until: Value,
    is_short: bool,
}

impl When {
    fn at(at: Instants) -> Self {
        let is_short = at.from.zip(at.until).is_some_and(|(from, until)| {
            (until - from).num_days() <= i64::try_from(SHORT).unwrap_or_default()
        });
        Self {
            from: at.from.map_or(i64::MIN, |at| at.timestamp_millis()).into(),
            until: at.until.map_or(i64::MAX, |at| at.timestamp_millis()).into(),
            is_short,
        }
    }

    fn on((from, until): Days) -> Self {
        let text =
            |day: Option<NaiveDate>, open: &str| day.map_or_else(|| open.to_owned(), |day| day.to_string());
        let last = |from: NaiveDate| from.checked_add_days(Number::new(SHORT));
        let is_short = from
            .zip(until)
            .is_some_and(|(from, until)| last(from).is_some_and(|last| until <= last));
        Self {
            // Before every day, and after.
            from: text(from, "").into(),
            until: text(until, "~").into(),
            is_short,
        }
    }
}

/// Whom a fact is credited to, and whether its customer is in scope.
struct Whose {
    customer: CustomerNumber,
    seen: bool,
    by: UserId,
}

impl Transaction<'_> {
    /// Visits the facts of a sort that count.
    fn each_fact(
        &self,
        sort: &Sort,
        viewed: &Viewed,
        when: &When,
        mut visit: impl FnMut(&Whose, &mut Columns) -> Result<()>,
    ) -> Result<()> {
        let Sort {
            table,
            by,
            at,
            live,
            columns,
            by_person: _,
            by_customer,
        } = sort;
        let along_people = sort.along_people();
        let along = |outsiders: bool| viewed.people(outsiders);
        let others_by_person = when.is_short.then(|| along(true)).into_iter().flatten();
        for (row, person) in along(false).chain(others_by_person) {
            let values = (row, &when.from, &when.until);
            self.each_row(&along_people, values, |c| {
                let customer = c.number()?;
                if viewed.is_archived(customer) {
                    return Ok(());
                }
                let seen = viewed.is_seen(customer);
                match seen || person.in_scope {
                    true => visit(
                        &Whose {
                            customer,
                            seen,
                            by: person.id,
                        },
                        c,
                    ),
                    false => Ok(()),
                }
            })?;
        }
        if when.is_short || along(true).next().is_none() {
            return Ok(());
        }
        let insiders = viewed.insiders();
        for (whose, rows) in viewed.customers() {
            let along_customers = format!(
                "SELECT t.customer, t.{by}, {columns} FROM customer c CROSS JOIN {table} t INDEXED BY {by_customer} ON t.customer = c.number
                WHERE {whose} AND c.archived_at IS NULL AND t.{by} NOT IN ({insiders}) AND {at} >= ?2 AND {at} < ?3 AND {live}"
            );
            for row in rows {
                self.each_row(&along_customers, (row, &when.from, &when.until), |c| {
                    let (customer, by) = (c.number()?, c.get()?);
                    let person = viewed.person(by)?;
                    match person.wanted {
                        true => visit(
                            &Whose {
                                customer,
                                seen: true,
                                by: person.id,
                            },
                            c,
                        ),
                        false => Ok(()),
                    }
                })?;
            }
        }
        Ok(())
    }

    pub(crate) fn visit_deals(
        &self,
        by: DealsBy,
        filter: &FactFilter,
        with_ids: bool,
        scope: &Scope,
        visit: &mut dyn FnMut(&DealFact) -> Result<()>,
    ) -> Result<()> {
        let viewed = self.viewed(scope, filter.people.as_ref())?;
        let sort = match by {
            DealsBy::Creation => DEALS,
            DealsBy::Closing => DEALS_CLOSED,
        };
        let columns = if with_ids { WITH_IDS } else { sort.columns };
        let mut stages = Vec::new();
        self.each_fact(
            &Sort { columns, ..sort },
            &viewed,
            &When::at(filter.at),
            |whose, c| {
                let (expected, signed) = (c.field()?, c.field()?);
                let ledger = c.value()?.as_blob_or_null().map_err(|_| unreadable("ledger"))?;
                read_ledger(ledger.unwrap_or_default(), &mut stages)?;
                let fact = DealFact {
                    id: c.optional_id(OpportunityId::from_bytes)?,
                    customer: whose.customer,
                    seen: whose.seen,
                    owner: whose.by,
                    expected,
                    signed,
                    stages: std::mem::take(&mut stages),
                };
                visit(&fact)?;
                // The next one's go to the same place.
                stages = fact.stages;
                Ok(())
            },
        )
    }

    pub(crate) fn visit_open_deals(
        &self,
        people: Option<&BTreeSet<UserId>>,
        scope: &Scope,
        visit: &mut dyn FnMut(&OpenFact) -> Result<()>,
    ) -> Result<()> {
        let viewed = self.viewed(scope, people)?;
        self.each_fact(
            &OPEN_DEALS,
            &viewed,
            &When::at(Instants::default()),
            |whose, c| {
                visit(&OpenFact {
                    customer: whose.customer,
                    seen: whose.seen,
                    owner: whose.by,
                    stage: c.code(Stage::from_code)?,
                    expected: c.field()?,
                    expected_close: c.field()?,
                })
            },
        )
    }

    pub(crate) fn visit_sales(
        &self,
        people: Option<&BTreeSet<UserId>>,
        signed_on: Days,
        with_deals: bool,
        scope: &Scope,
        visit: &mut dyn FnMut(&SaleFact) -> Result<()>,
    ) -> Result<()> {
        let viewed = self.viewed(scope, people)?;
        let columns = if with_deals { WITH_DEALS } else { SALES.columns };
        // Few, and looked up for each contract.
        let mut archived = HashSet::new();
        self.each_row(
            "SELECT id FROM opportunity WHERE archived_at IS NOT NULL",
            [],
            |c| {
                archived.insert(c.get::<i64>()?);
                Ok(())
            },
        )?;
        self.each_fact(
            &Sort { columns, ..SALES },
            &viewed,
            &When::on(signed_on),
            |whose, c| {
                let deal: Option<i64> = c.get()?;
                if deal.is_some_and(|deal| archived.contains(&deal)) {
                    return Ok(());
                }
                visit(&SaleFact {
                    customer: whose.customer,
                    seen: whose.seen,
                    credited_to: whose.by,
                    is_of_deal: deal.is_some(),
                    amount: c.field()?,
                    opportunity: c.optional_id(OpportunityId::from_bytes)?,
                })
            },
        )
    }

    pub(crate) fn visit_talks(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&TalkFact) -> Result<()>,
    ) -> Result<()> {
        let viewed = self.viewed(scope, filter.people.as_ref())?;
        self.each_fact(&TALKS, &viewed, &When::at(filter.at), |whose, c| {
            visit(&TalkFact {
                customer: whose.customer,
                seen: whose.seen,
                by: whose.by,
                late: c.get()?,
            })
        })
    }

    pub(crate) fn visit_duties(
        &self,
        people: Option<&BTreeSet<UserId>>,
        due: Days,
        scope: &Scope,
        visit: &mut dyn FnMut(&DutyFact) -> Result<()>,
    ) -> Result<()> {
        let viewed = self.viewed(scope, people)?;
        self.each_fact(&DUTIES, &viewed, &When::on(due), |whose, c| {
            visit(&DutyFact {
                customer: whose.customer,
                seen: whose.seen,
                holder: whose.by,
                state: c.code(TaskState::from_code)?,
                due: c.field()?,
                due_time: c.get()?,
                done_at: c.field()?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// How SQLite reads a sort of fact of one person.
    fn plan(connection: &Connection, sort: &Sort) -> String {
        let sql = format!("EXPLAIN QUERY PLAN {}", sort.along_people());
        let mut statement = connection.prepare(&sql).unwrap();
        let mut rows = statement.query((1, "", "~")).unwrap();
        let plan = rows.next().unwrap().unwrap().get(3).unwrap();
        assert!(rows.next().unwrap().is_none(), "{sql}");
        plan
    }

    #[test]
    fn facts_of_a_person_are_read_along_one_index_that_has_all_of_them() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        for sort in [DEALS, OPEN_DEALS, SALES, TALKS] {
            let plan = plan(&connection, &sort);
            let covering = format!("USING COVERING INDEX {} ({}=?", sort.by_person, sort.by);
            assert!(plan.contains(&covering), "{plan}");
        }
        for sort in [DEALS_CLOSED, DUTIES] {
            let plan = plan(&connection, &sort);
            let found = format!("USING INDEX {} ({}=?", sort.by_person, sort.by);
            assert!(plan.contains(&found), "{plan}");
        }
    }
}
