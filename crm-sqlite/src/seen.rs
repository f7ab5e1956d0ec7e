//! Which customers are in a caller's scope. Keys know nothing of owners: those of a scope are read once in a transaction,
//! along the owners' index, and kept up with what it writes.

use std::cell::Ref;

use crm_core::{Customer, CustomerNumber, Error, Result, store::Scope};

use crate::{error::OrStorage, transaction::Transaction};

/// The customers of a scope that is not everybody's.
pub(crate) struct Seen {
    scope: Scope,
    /// In order.
    numbers: Vec<i64>,
}

impl Seen {
    /// Whether a customer is in scope.
    pub(crate) fn has(&self, number: i64) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }

    /// The customers in scope after a number.
    pub(crate) fn after(&self, number: i64) -> &[i64] {
        let from = self.numbers.partition_point(|&there| there <= number);
        self.numbers.get(from..).unwrap_or_default()
    }

    /// Takes note of a customer as it is now.
    fn put(&mut self, customer: &Customer) {
        let number = customer.number.to_i64();
        let is_seen = self.scope.contains(customer.number, customer.owner);
        match (self.numbers.binary_search(&number), is_seen) {
            (Err(at), true) => self.numbers.insert(at, number),
            (Ok(at), false) => drop(self.numbers.remove(at)),
            _ => {}
        }
    }
}

impl Transaction<'_> {
    /// The customers of a scope that is not everybody's.
    pub(crate) fn seen(&self, scope: &Scope) -> Result<Ref<'_, Seen>> {
        let known = self
            .seen
            .borrow()
            .as_ref()
            .is_some_and(|seen| seen.scope == *scope);
        if !known {
            let read = self.read_seen(scope)?;
            self.seen.replace(Some(read));
        }
        Ref::filter_map(self.seen.borrow(), Option::as_ref)
            .map_err(|_| Error::internal("a scope that was just read"))
    }

    fn read_seen(&self, scope: &Scope) -> Result<Seen> {
        let mut numbers: Vec<i64> = scope.granted().iter().map(|number| number.to_i64()).collect();
        for &owner in scope.owners().into_iter().flatten() {
            let Some(owner) = self.row_of(owner.into())? else {
                continue;
            };
            // Each has an index of its own.
            for sql in [
                "SELECT number FROM customer WHERE owner = ?1 AND archived_at IS NULL",
                "SELECT number FROM customer WHERE owner = ?1 AND archived_at IS NOT NULL",
            ] {
                numbers.extend(self.all(sql, [owner], |row| row.get::<_, i64>(0).or_storage())?);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Seen {
            scope: scope.clone(),
            numbers,
        })
    }

    /// Keeps what is known of a scope up with a customer that was written.
    pub(crate) fn keep_seen(&mut self, after: Option<&Customer>) {
        match (self.seen.get_mut(), after) {
            (Some(seen), Some(customer)) => seen.put(customer),
            // Whoever was taken out has no number any longer.
            (seen, None) => *seen = None,
            (None, _) => {}
        }
    }

    /// Those of these customers that are there and in scope.
    pub(crate) fn those_in_scope(
        &self,
        numbers: &[CustomerNumber],
        scope: &Scope,
    ) -> Result<Vec<CustomerNumber>> {
        let mut found = Vec::with_capacity(numbers.len());
        for &number in numbers {
            let owner = self.owner_of(number)?;
            found.extend(
                owner
                    .filter(|owner| scope.contains(number, *owner))
                    .map(|_| number),
            );
        }
        Ok(found)
    }
}
