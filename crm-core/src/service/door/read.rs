//! The reads of a transaction: what they have in common.

use std::{marker::PhantomData, sync::Arc};

use chrono::NaiveDate;

use super::{Door, day_of};
use crate::{
    access::{Action, Actor, Editable, Edits, Grant, SeeCustomers, decide},
    error::{Error, Result},
    model::{CustomerNumber, Page, PageRequest},
    rules::{Strictness, choice::PickLists, customer::Entry, settings::Conventions},
    store::{Record, Records, RecordsExt, StoreRead},
};

/// Reads of one transaction. `'tx` is the transaction's own: a grant of another does not fit.
pub(in crate::service) struct ReadTx<'a, 'tx> {
    pub(super) store: &'a dyn StoreRead,
    pub(super) actor: &'a Actor,
    pub(super) door: &'a Door,
    /// The settings, made ready for use, where the transaction has them.
    conventions: Option<&'a Arc<Conventions>>,
    brand: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<'a, 'tx> ReadTx<'a, 'tx> {
    /// Only the door makes one.
    pub(super) fn new(
        store: &'a dyn StoreRead,
        actor: &'a Actor,
        door: &'a Door,
        conventions: Option<&'a Arc<Conventions>>,
    ) -> Self {
        Self {
            store,
            actor,
            door,
            conventions,
            brand: PhantomData,
        }
    }

    pub(in crate::service) fn actor(&self) -> &Actor {
        self.actor
    }

    /// A further grant for the same caller.
    pub(in crate::service) fn grant<A: Action>(&self) -> Result<Grant<'tx, A>> {
        decide(self.actor)
    }

    /// The settings, made ready for use.
    pub(in crate::service) fn conventions(&self) -> Result<Arc<Conventions>> {
        match self.conventions {
            Some(conventions) => Ok(Arc::clone(conventions)),
            None => self.door.conventions(self.store),
        }
    }

    /// The record with this key, if it may be seen.
    pub(in crate::service) fn record<T: Record>(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        key: T::Key,
    ) -> Result<Option<T>>
    where
        dyn StoreRead + 'a: Records<T>,
    {
        self.store.record(key, grant.sees())
    }

    /// Those of the records with these keys that may be seen.
    pub(in crate::service) fn records<T: Record>(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        keys: &[T::Key],
    ) -> Result<Vec<T>>
    where
        dyn StoreRead + 'a: Records<T>,
    {
        Records::<T>::records(self.store, keys, grant.sees())
    }

    /// A page of what hangs on a customer that may be seen, the newest first.
    pub(in crate::service) fn records_of<T: Record>(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        customer: CustomerNumber,
        archived: bool,
        page: &PageRequest,
    ) -> Result<Page<T>>
    where
        dyn StoreRead + 'a: Records<T>,
    {
        Records::<T>::of_customer(self.store, customer, archived, grant.sees(), page)
    }

    /// The record with this key, if it may be changed under the grant.
    pub(in crate::service) fn editable<T: Record, A: Edits<T>>(
        &self,
        grant: &Grant<'tx, A>,
        key: T::Key,
    ) -> Result<Option<Editable<'tx, T>>>
    where
        dyn StoreRead + 'a: Records<T>,
    {
        Ok(self.store.record(key, grant.edits())?.map(Editable::read))
    }

    /// As [`editable`](Self::editable); NotFound if there is none.
    pub(in crate::service) fn to_edit<T: Record, A: Edits<T>>(
        &self,
        grant: &Grant<'tx, A>,
        key: T::Key,
        named: &dyn std::fmt::Display,
    ) -> Result<Editable<'tx, T>>
    where
        dyn StoreRead + 'a: Records<T>,
    {
        self.editable(grant, key)?.ok_or_else(|| Error::not_found(named))
    }

    /// The business day.
    pub(in crate::service) fn today(&self) -> Result<NaiveDate> {
        Ok(day_of(&*self.conventions()?, self.door.now()?))
    }
}

/// What the rules of entry depend on.
pub(in crate::service) fn entry<'p>(
    conventions: &Conventions,
    pick_lists: &'p PickLists,
    today: NaiveDate,
    strictness: Strictness,
) -> Entry<'p> {
    Entry {
        region: conventions.region,
        today,
        pick_lists,
        strictness,
        phone_required: true,
    }
}
