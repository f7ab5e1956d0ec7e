//! Customers as facts (R7.2, R7.4): as they are, or as they were before an instant.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use crm_core::{
    CustomerNumber, CustomerStatus, DateTime, Result, UserId, Utc,
    store::{CustomerFact, FactFilter, NumberSet, QuietFilter, Scope, Standing},
};

use super::{When, viewed::Viewed};
use crate::{error::unreadable, row::Columns, transaction::Transaction};

/// What is read of each.
const COLUMNS: &str = "number, owner, source, status, signed, signed_before";

/// Codes of sources: they are few, and each is named by many customers.
#[derive(Default)]
struct Sources(Vec<Arc<str>>);

impl Sources {
    fn next(&mut self, c: &mut Columns) -> Result<Arc<str>> {
        let code = c.value()?.as_str().map_err(|_| unreadable("source"))?;
        if let Some(known) = self.0.iter().find(|known| ***known == *code) {
            return Ok(Arc::clone(known));
        }
        let new: Arc<str> = code.into();
        self.0.push(Arc::clone(&new));
        Ok(new)
    }
}

/// What has changed of customers since an instant: what they were before.
#[derive(Default)]
struct Since {
    statuses: HashMap<CustomerNumber, CustomerStatus>,
    owners: HashMap<CustomerNumber, i64>,
}

impl Transaction<'_> {
    pub(crate) fn visit_customers(
        &self,
        by: Option<DateTime<Utc>>,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&CustomerFact) -> Result<()>,
    ) -> Result<()> {
        let viewed = self.viewed(scope, filter.people.as_ref())?;
        let since = by
            .map(|by| self.changed_since(by))
            .transpose()?
            .unwrap_or_default();
        let When { from, until, .. } = When::at(filter.at);
        let mut sources = Sources::default();
        let mut told = |c: &mut Columns, given: bool| -> Result<()> {
            let (number, owner_now): (_, i64) = (c.number()?, c.get()?);
            let owner = since.owners.get(&number).copied();
            // Who was given to somebody else since is visited by itself.
            if owner.is_some() != given {
                return Ok(());
            }
            let (owner, now) = (
                viewed.person(owner.unwrap_or(owner_now))?,
                viewed.person(owner_now)?,
            );
            let seen = now.in_scope || scope.granted().contains(&number);
            if !owner.wanted || !(seen || owner.in_scope) {
                return Ok(());
            }
            let (source, status) = (sources.next(c)?, c.code(CustomerStatus::from_code)?);
            visit(&CustomerFact {
                number,
                seen,
                owner: owner.id,
                source,
                status: since.statuses.get(&number).copied().unwrap_or(status),
                signed: c.field()?,
                signed_before: c.field()?,
            })
        };
        let live = format!(
            "SELECT {COLUMNS} FROM customer INDEXED BY customer_owner_created
            WHERE owner = ?1 AND archived_at IS NULL AND created_at >= ?2 AND created_at < ?3"
        );
        let archived_since = format!(
            "SELECT {COLUMNS} FROM customer INDEXED BY customer_archived
            WHERE owner = ?1 AND archived_at >= ?4 AND created_at >= ?2 AND created_at < ?3"
        );
        let at = by.map(|by| by.timestamp_millis());
        for (row, _) in viewed.people(false) {
            self.each_row(&live, (row, &from, &until), |c| told(c, false))?;
            if let Some(at) = at {
                self.each_row(&archived_since, (row, &from, &until, at), |c| told(c, false))?;
            }
        }
        // By itself: who is in scope by name, with an owner all of whose customers are not, and who had another owner then.
        let alone = format!(
            "SELECT {COLUMNS} FROM customer WHERE number = ?1 AND created_at >= ?2 AND created_at < ?3
                AND (archived_at IS NULL OR archived_at >= ?4)"
        );
        let never = i64::MAX;
        for &number in viewed.granted() {
            let outsider = |c: &mut Columns| told(c, false);
            let sql = format!("{alone} AND owner NOT IN ({})", viewed.insiders());
            self.each_row(&sql, (number, &from, &until, at.unwrap_or(never)), outsider)?;
        }
        for number in since.owners.keys() {
            let values = (number.to_i64(), &from, &until, at.unwrap_or(never));
            self.each_row(&alone, values, |c| told(c, true))?;
        }
        Ok(())
    }

    fn changed_since(&self, by: DateTime<Utc>) -> Result<Since> {
        let at = by.timestamp_millis();
        let mut since = Since::default();
        // What came first counts.
        let statuses =
            "SELECT customer, status_before FROM status_change WHERE at >= ?1 ORDER BY at, revision";
        self.each_row(statuses, [at], |c| {
            let (number, status) = (c.number()?, c.code(CustomerStatus::from_code)?);
            since.statuses.entry(number).or_insert(status);
            Ok(())
        })?;
        let owners = "SELECT customer, owner_before FROM hand_over WHERE at >= ?1 ORDER BY at, revision";
        self.each_row(owners, [at], |c| {
            let (number, owner) = (c.number()?, c.get()?);
            since.owners.entry(number).or_insert(owner);
            Ok(())
        })?;
        Ok(since)
    }

    pub(crate) fn count_standing(
        &self,
        people: Option<&BTreeSet<UserId>>,
        quiet: &QuietFilter,
        scope: &Scope,
    ) -> Result<Vec<Standing>> {
        let viewed = self.viewed(scope, people)?;
        let active = self.active(&viewed, quiet)?;
        let mut counts = Vec::with_capacity(CustomerStatus::ALL.len());
        let number = "SELECT number FROM customer INDEXED BY customer_owner_status
            WHERE owner = ?1 AND status = ?2 AND archived_at IS NULL";
        // Who is lost is asked for no more (R2.6), and need only be counted.
        let count = "SELECT count(*) FROM customer INDEXED BY customer_owner_status
            WHERE owner = ?1 AND status = ?2 AND archived_at IS NULL";
        for &status in CustomerStatus::ALL {
            let mut standing = Standing {
                status,
                customers: 0,
                quiet: 0,
            };
            let active = Some(&active).filter(|_| status != CustomerStatus::Lost);
            for (row, _) in viewed.people(false) {
                match active {
                    Some(active) => self.each_row(number, (row, status.code()), |c| {
                        standing.customers += 1;
                        standing.quiet += u64::from(!active.contains(c.number()?));
                        Ok(())
                    })?,
                    None => self.each_row(count, (row, status.code()), |c| {
                        standing.customers += c.unsigned()?;
                        Ok(())
                    })?,
                }
            }
            let granted = format!(
                "SELECT owner FROM customer
                WHERE number = ?1 AND status = ?2 AND archived_at IS NULL AND owner NOT IN ({})",
                viewed.insiders()
            );
            for &row in viewed.granted() {
                self.each_row(&granted, (row, status.code()), |c| {
                    let number = CustomerNumber::from_i64(row).ok_or_else(|| unreadable("number"))?;
                    let wanted = viewed.person(c.get()?)?.wanted;
                    standing.customers += u64::from(wanted);
                    standing.quiet +=
                        u64::from(wanted && active.is_some_and(|active| !active.contains(number)));
                    Ok(())
                })?;
            }
            counts.push(standing);
        }
        Ok(counts)
    }

    /// The customers in scope for whom something was done since, or is still to come (R2.6).
    fn active(&self, viewed: &Viewed, quiet: &QuietFilter) -> Result<NumberSet> {
        let mut active = NumberSet::default();
        let mut add = |c: &mut Columns| {
            active.insert(c.number()?);
            Ok(())
        };
        let before = quiet.before.timestamp_millis();
        self.each_row(
            "SELECT customer FROM hand_over WHERE at >= ?1",
            [before],
            &mut add,
        )?;
        let to_come =
            "SELECT customer FROM task INDEXED BY task_open WHERE state = 'open' AND overdue_from > ?1";
        self.each_row(to_come, [quiet.today], &mut add)?;
        let talked = "SELECT number FROM customer INDEXED BY customer_owner_last_follow_up
            WHERE owner = ?1 AND archived_at IS NULL AND last_follow_up >= ?2";
        let entered = "SELECT number FROM customer INDEXED BY customer_owner_created
            WHERE owner = ?1 AND archived_at IS NULL AND created_at >= ?2";
        for (row, _) in viewed.people(false) {
            self.each_row(talked, (row, before), &mut add)?;
            self.each_row(entered, (row, before), &mut add)?;
        }
        let alone =
            "SELECT number FROM customer WHERE number = ?1 AND (last_follow_up >= ?2 OR created_at >= ?2)";
        for &number in viewed.granted() {
            self.each_row(alone, (number, before), &mut add)?;
        }
        Ok(active)
    }

    pub(crate) fn visit_late_entries(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(UserId) -> Result<()>,
    ) -> Result<()> {
        let viewed: Viewed = self.viewed(scope, filter.people.as_ref())?;
        let When { from, until, .. } = When::at(filter.at);
        // An index of their own would cost every customer that is entered; they are seen in passing.
        let sql = "SELECT number, created_by FROM customer INDEXED BY customer_owner_created
            WHERE owner = ?1 AND archived_at IS NULL AND created_at >= ?2 AND created_at < ?3
                AND late = 1 AND created_by IS NOT NULL";
        for owner in viewed.owners() {
            self.each_row(sql, (owner, &from, &until), |c| {
                let (customer, by) = (c.number()?, c.get()?);
                let person = viewed.person(by)?;
                match person.wanted && (person.in_scope || viewed.is_seen(customer)) {
                    true => visit(person.id),
                    false => Ok(()),
                }
            })?;
        }
        Ok(())
    }
}
