//! Imports: what is read of them, and the outcomes of their rows.

use super::{ReadTx, WriteTx};
use crate::{
    access::{Action, Editable, Edits, Grant, ImportCustomers},
    error::{Code, Error, Problem, Result},
    model::{Customer, CustomerNumber, Entity, Import, ImportId, ImportRow},
    store::{Record, Records, RecordsExt, Scope, StoreRead},
};

impl<'a, 'tx> ReadTx<'a, 'tx> {
    /// Whether a customer that may be changed has conversations, deals, contracts, services or files, which are not archived: all
    /// that hangs on it and can be, but for its contacts.
    pub(in crate::service) fn has_been_worked_on<A: Edits<Customer>>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<bool> {
        macro_rules! each {
            ($($name:ident),+) => {
                $( if self.has_any::<crate::model::$name>(number)? {
                    return Ok(true);
                } )+
            };
        }
        crate::for_each_record!(each);
        Ok(false)
    }

    /// Whether a customer that may be changed has a record like this which is not archived.
    pub(in crate::service) fn has_record<T: Record, A: Edits<Customer>>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
        is_same: impl Fn(&T) -> bool,
    ) -> Result<bool>
    where
        dyn StoreRead + 'a: Records<T>,
    {
        let all: Vec<T> = Records::<T>::all_of(self.store, number)?;
        Ok(all
            .iter()
            .any(|there| there.archived_at().is_none() && is_same(there)))
    }

    fn has_any<T: Record>(&self, number: CustomerNumber) -> Result<bool>
    where
        dyn StoreRead + 'a: Records<T>,
    {
        let counts = T::CUSTOMER.is_some()
            && T::CAN_BE_ARCHIVED
            && !matches!(T::ENTITY, Entity::Customer | Entity::Contact);
        if !counts {
            return Ok(false);
        }
        let all: Vec<T> = Records::<T>::all_of(self.store, number)?;
        Ok(all.iter().any(|record| record.archived_at().is_none()))
    }

    /// The import with this identifier, if it exists for the caller.
    pub(in crate::service) fn import<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        id: ImportId,
    ) -> Result<Import> {
        let import: Option<Import> = self.store.record(id, &Scope::all())?;
        import
            .filter(|import| self.actor.sees_import(import))
            .ok_or_else(|| Error::not_found(id))
    }

    /// As [`import`](Self::import), to be changed.
    pub(in crate::service) fn import_to_edit<A: Edits<Import>>(
        &self,
        grant: &Grant<'tx, A>,
        id: ImportId,
    ) -> Result<Editable<'tx, Import>> {
        self.import(grant, id).map(Editable::read)
    }

    /// The one of this list that the caller began last.
    pub(in crate::service) fn import_by_fingerprint(
        &self,
        _grant: &Grant<'tx, ImportCustomers>,
        fingerprint: &str,
    ) -> Result<Option<Import>> {
        self.store.import_by_fingerprint(fingerprint, self.actor.user())
    }

    /// The imports that exist for the caller, the latest first.
    pub(in crate::service) fn imports(&self, _grant: &Grant<'tx, ImportCustomers>) -> Result<Vec<Import>> {
        let mut imports = self.store.imports()?;
        imports.retain(|import| self.actor.sees_import(import));
        Ok(imports)
    }

    /// The rows of an import that exists for the caller.
    pub(in crate::service) fn import_rows<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        id: ImportId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ImportRow>> {
        self.import(grant, id)?;
        self.store.import_rows(id, after, limit)
    }

    /// The rows of an import that exists for the caller, as they may be told: of a customer that may not be seen by now, no
    /// more than what became of its row.
    pub(in crate::service) fn told_rows(
        &self,
        grant: &Grant<'tx, ImportCustomers>,
        id: ImportId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ImportRow>> {
        let mut rows = self.import_rows(grant, id, after, limit)?;
        let mut named: Vec<CustomerNumber> = rows.iter().filter_map(|row| row.customer).collect();
        named.sort_unstable();
        named.dedup();
        let seen = self.seen_of(grant, &named)?;
        let is_hidden = |row: &&mut ImportRow| {
            row.customer
                .is_some_and(|number| seen.binary_search(&number).is_err())
        };
        for row in rows.iter_mut().filter(is_hidden) {
            (row.customer, row.contact) = (None, None);
            let names_it =
                |problem: &&mut Problem| matches!(problem.code, Code::RowRepeated | Code::RowDuplicate);
            for problem in row.problems.iter_mut().filter(names_it) {
                problem.rejected = None;
            }
        }
        Ok(rows)
    }
}

impl<'tx> WriteTx<'_, 'tx> {
    /// Keeps the outcome of a row with what it stored.
    pub(in crate::service) fn add_row(
        &mut self,
        _grant: &Grant<'tx, ImportCustomers>,
        import: ImportId,
        row: ImportRow,
    ) {
        self.keep_row(import, row);
    }
}
