//! Customers as facts (R7.2, R7.4): as they are, or as they were before an instant.

use std::{collections::HashMap, sync::Arc};

use crm_core::{
    CustomerNumber, CustomerStatus, DateTime, Result, UserId, Utc,
    store::{CustomerFact, FactFilter, Scope},
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

    pub(crate) fn visit_late_entries(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(UserId) -> Result<()>,
    ) -> Result<()> {
        let viewed: Viewed = self.viewed(scope, filter.people.as_ref())?;
        let When { from, until, .. } = When::at(filter.at);
        let sql = "SELECT number FROM customer INDEXED BY customer_late
            WHERE created_by = ?1 AND late = 1 AND created_at >= ?2 AND created_at < ?3";
        for (row, person) in viewed.people(false).chain(viewed.people(true)) {
            self.each_row(sql, (row, &from, &until), |c| {
                let customer = c.number()?;
                let counts = person.in_scope || viewed.is_seen(customer);
                match counts && !viewed.is_archived(customer) {
                    true => visit(person.id),
                    false => Ok(()),
                }
            })?;
        }
        Ok(())
    }
}
