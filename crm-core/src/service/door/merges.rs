//! Merges (R6.3): what is read of them, what moves over, and how that is taken back. All of it goes over the list of sorts, so
//! that none is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use super::{super::undo::changed, ReadTx, WriteTx, customers_of, write::Waiting};
use crate::{
    access::{Action, EditCustomers, Editable, Grant, SeeCustomers},
    audit::{Payload, payload},
    error::{Code, Error, Problem, Result},
    model::{AuditEntry, Customer, CustomerNumber, Entity, KeptRecord, Merge, MergeMove},
    rules::unite::{ChangedLast, Moving},
    store::{Delta, Put, Record, Records, RecordsExt, Scope, StoreRead},
};

/// Entries that a look back reads at a time.
const STRETCH: u32 = 100;

impl<'tx> ReadTx<'_, 'tx> {
    /// The customer that a number leads to: of one that was merged, the one that it was merged into, if that may be seen.
    pub(super) fn led_by(&self, number: CustomerNumber, scope: &Scope) -> Result<Option<Customer>> {
        if let Some(there) = self.store.record(number, scope)? {
            return Ok(Some(there));
        }
        match self.store.record::<Merge>(number, scope)? {
            Some(merge) => self.store.record(merge.customer, scope),
            None => Ok(None),
        }
    }

    /// The merges of those of these numbers that were merged into customers that may be seen.
    pub(in crate::service) fn merges<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        numbers: &[CustomerNumber],
    ) -> Result<Vec<Merge>> {
        match numbers {
            [] => Ok(Vec::new()),
            numbers => Records::<Merge>::records(self.store, numbers, grant.sees()),
        }
    }

    /// The customers that were merged into one that may be seen, by number.
    pub(in crate::service) fn merged_into(
        &self,
        _grant: &Grant<'tx, SeeCustomers>,
        survivor: &Customer,
    ) -> Result<Vec<Merge>> {
        self.store.all_of(survivor.number)
    }

    /// For each of these numbers of customers, there or merged, the one that it leads to now.
    pub(in crate::service) fn where_now<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        numbers: &[CustomerNumber],
    ) -> Result<BTreeMap<CustomerNumber, CustomerNumber>> {
        let mut now: BTreeMap<CustomerNumber, CustomerNumber> =
            numbers.iter().map(|number| (*number, *number)).collect();
        let merged = Records::<Merge>::records(self.store, numbers, &Scope::all())?;
        now.extend(merged.into_iter().map(|merge| (merge.number, merge.customer)));
        Ok(now)
    }

    /// When the fields of a customer that may be changed were changed last.
    pub(in crate::service) fn changed_last(
        &self,
        _grant: &Grant<'tx, EditCustomers>,
        customer: &Editable<'tx, Customer>,
    ) -> Result<ChangedLast> {
        let (key, mut before) = (Customer::write_key(&customer.number), u64::MAX);
        let mut all = Vec::new();
        loop {
            let entries = self.store.log_about(Entity::Customer, &key, before, STRETCH)?;
            let Some(last) = entries.last() else {
                return Ok(ChangedLast::of(&all));
            };
            before = last.seq;
            all.extend(entries);
        }
    }
}

impl<'tx> ReadTx<'_, 'tx> {
    /// The entries about a survivor, and what hangs on it, since a merge into it, the latest first, without what was taken
    /// back.
    pub(in crate::service) fn effective_since(
        &self,
        _grant: &Grant<'tx, EditCustomers>,
        merge: &AuditEntry,
    ) -> Result<Vec<AuditEntry>> {
        let (mut since, mut before) = (Vec::new(), u64::MAX);
        let mut taken_back = BTreeSet::new();
        let Some(survivor) = merge.about.customer else {
            return Ok(since);
        };
        loop {
            let entries = self.store.log_of(survivor, before, STRETCH)?;
            let Some(last) = entries.last() else {
                return Ok(since);
            };
            before = last.seq;
            for entry in entries {
                if entry.seq <= merge.seq {
                    return Ok(since);
                }
                match entry.about.undoes {
                    Some(undone) => drop(taken_back.insert(undone)),
                    None if !taken_back.contains(&entry.seq) => since.push(entry),
                    None => {}
                }
            }
        }
    }

    /// Refuses if one of the customers of an answer has been merged into another one since, but for the one whose merge is
    /// taken back.
    pub(in crate::service) fn is_of_customers_there(
        &self,
        _grant: &Grant<'tx, EditCustomers>,
        entry: &AuditEntry,
    ) -> Result<()> {
        let numbers = customers_of(entry);
        for merge in Records::<Merge>::records(self.store, &numbers, &Scope::all())? {
            let key = Merge::write_key(&merge.number);
            let merged = self.latest(Entity::Merge, &key, |_| true)?;
            if let Some(since) = merged.filter(|merged| merged.operation.id != entry.operation.id) {
                return Err(changed(&since));
            }
        }
        Ok(())
    }
}

/// A sort that hangs on customers, or is one: not the customer itself, nor the answers, which follow by rules of their own.
fn moves<T: Record>() -> bool {
    T::CUSTOMER.is_some() && !matches!(T::ENTITY, Entity::Customer | Entity::Answer)
}

macro_rules! each_sort {
    ($($name:ident),+) => {
        impl<'tx> ReadTx<'_, 'tx> {
            /// How many records of each sort would move over from a customer.
            pub(in crate::service) fn to_move(
                &self,
                _grant: &Grant<'tx, EditCustomers>,
                from: &Editable<'tx, Customer>,
            ) -> Result<Vec<MergeMove>> {
                let mut moved = Vec::new();
                $( moved.extend(count_of::<crate::model::$name>(self.store, from.number)?); )+
                Ok(moved)
            }
        }

        impl<'tx> WriteTx<'_, 'tx> {
            /// Moves all that hangs on a customer over to another one, and takes out what was the customer's own, which is
            /// answered.
            pub(in crate::service) fn take_over(
                &mut self,
                _grant: &Grant<'tx, EditCustomers>,
                from: &Editable<'tx, Customer>,
                moving: &Moving<'_>,
            ) -> Result<Vec<KeptRecord>> {
                let mut kept = Vec::new();
                $( self.take_over_sort::<crate::model::$name>(from.number, moving, &mut kept)?; )+
                Ok(kept)
            }

            /// Takes an entry of a merge back: what moved goes back, what was taken out is there again, and what was entered
            /// is taken out.
            ///
            /// # Errors
            /// `undo.erased`; `undo.never` if the record is not as the entry left it; NotFound for a customer that the caller
            /// may not change.
            pub(in crate::service) fn take_back_merged(
                &mut self,
                grant: &Grant<'tx, EditCustomers>,
                entry: &AuditEntry,
            ) -> Result<()> {
                $( if entry.about.entity == <crate::model::$name as Record>::ENTITY {
                    return self.take_back_sort::<crate::model::$name>(grant, entry);
                } )+
                Err(refused(Code::UndoNever))
            }
        }
    };
}
crate::for_each_record!(each_sort);

/// How many of a sort hang on a customer; none of what does not move.
fn count_of<T: Record>(store: &dyn StoreRead, customer: CustomerNumber) -> Result<Option<MergeMove>>
where
    for<'a> dyn StoreRead + 'a: Records<T>,
{
    if !moves::<T>() || T::is_own() {
        return Ok(None);
    }
    let count = Records::<T>::all_of(store, customer)?.len() as u64;
    Ok((count > 0).then_some(MergeMove {
        sort: T::ENTITY,
        count,
    }))
}

impl<'tx> WriteTx<'_, 'tx> {
    fn take_over_sort<T: Record>(
        &mut self,
        from: CustomerNumber,
        moving: &Moving<'_>,
        kept: &mut Vec<KeptRecord>,
    ) -> Result<()>
    where
        for<'a> dyn StoreRead + 'a: Records<T>,
        Delta: From<Put<T>>,
    {
        if !moves::<T>() {
            return Ok(());
        }
        for record in Records::<T>::all_of(self.reads().store, from)? {
            match moving.take_over(&record) {
                Some(moved) if !T::is_own() => self.put(Put::edit(record, moved)),
                _ => {
                    let fields = serde_json::to_string(&record).map_err(Error::internal)?;
                    kept.push(KeptRecord {
                        sort: T::ENTITY,
                        fields,
                    });
                    self.put(Put::remove(record));
                }
            }
        }
        Ok(())
    }

    fn take_back_sort<T: Record>(
        &mut self,
        grant: &Grant<'tx, EditCustomers>,
        entry: &AuditEntry,
    ) -> Result<()>
    where
        for<'a> dyn StoreRead + 'a: Records<T>,
        Delta: From<Put<T>>,
    {
        let Payload::Read(read) = Payload::of(entry) else {
            return Err(refused(Code::UndoErased));
        };
        let key = T::read_key(&entry.about.key).ok_or_else(|| refused(Code::UndoNever))?;
        let there: Option<T> = self.reads().store.record(key, &Scope::all())?;
        let erased = || refused(Code::UndoErased);
        let put = match (read.before.is_some(), read.after.is_some(), there) {
            (true, true, Some(now)) => {
                let before = payload::before(entry, &now).ok_or_else(erased)?.revised(&now);
                Put::edit(now, before)
            }
            (true, false, None) => {
                let before: T = payload::restore(entry).ok_or_else(erased)?;
                let again = before.clone().revised(&before);
                if let (Some(number), Some(owner)) = (again.customer(), again.owner())
                    && T::ENTITY == Entity::Customer
                    && !grant.edits().contains(number, owner)
                {
                    return Err(Error::not_found(entry.operation.id));
                }
                Put::add(again)
            }
            (false, true, Some(now)) => Put::remove(now),
            _ => return Err(refused(Code::UndoNever)),
        };
        self.waiting.push(Waiting::of(put.into(), Some(entry.seq)));
        Ok(())
    }
}

fn refused(code: Code) -> Error {
    Error::rule(Problem::new("", code))
}
