//! The writes of a transaction.

use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};

use super::ReadTx;
use crate::{
    IdSource,
    access::{Action, Actor, AddCustomers, EditCustomers, EditPickLists, Grant, ManagePeople, decide},
    audit::{self, Record},
    clock::new_uuid,
    error::{Error, Result},
    model::{Contact, Customer, CustomerNumber, Import, ImportRow, Lane, PickEntry, Team, User, UserId},
    service::Settings,
    store::{Change, CustomerKeys, StoreWrite},
};

/// Writes of one transaction, each recorded in the log.
pub(in crate::service) struct WriteTx<'a, 'tx> {
    store: &'a mut dyn StoreWrite,
    actor: Actor,
    now: DateTime<Utc>,
    ids: &'a dyn IdSource,
    settings: &'a Settings,
    head: Option<(u64, [u8; 32])>,
    brand: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<'a, 'tx> WriteTx<'a, 'tx> {
    /// Only the door makes one.
    pub(super) fn new(
        store: &'a mut dyn StoreWrite,
        actor: Actor,
        now: DateTime<Utc>,
        ids: &'a dyn IdSource,
        settings: &'a Settings,
    ) -> Self {
        Self {
            store,
            actor,
            now,
            ids,
            settings,
            head: None,
            brand: PhantomData,
        }
    }

    /// The transaction's reads, its own changes among them.
    pub(in crate::service) fn reads(&self) -> ReadTx<'_, 'tx> {
        ReadTx::new(&*self.store, &self.actor, self.settings)
    }

    pub(in crate::service) fn grant<A: Action>(&self) -> Result<Grant<'tx, A>> {
        decide(&self.actor)
    }

    pub(in crate::service) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The moment of the transaction.
    pub(in crate::service) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The business day of the transaction.
    pub(in crate::service) fn today(&self) -> NaiveDate {
        self.settings.zone.day(self.now)
    }

    pub(in crate::service) fn settings(&self) -> &Settings {
        self.settings
    }

    /// The bytes of a new identifier.
    pub(in crate::service) fn new_id(&self) -> [u8; 16] {
        new_uuid(self.now, self.ids)
    }

    /// The next number of today (R2.1), in the shared lane; `number.day_full` if it has none left.
    pub(in crate::service) fn next_number(
        &mut self,
        _grant: &Grant<'tx, AddCustomers>,
    ) -> Result<CustomerNumber> {
        let day = self.today();
        let serial = std::num::NonZeroU32::new(self.store.next_serial(day, Lane::SHARED)?);
        let number = serial.and_then(|serial| CustomerNumber::new(day, Lane::SHARED, serial));
        number.ok_or_else(|| Error::internal("a day or a serial that no number has"))
    }

    pub(in crate::service) fn add_customer(
        &mut self,
        _grant: &Grant<'tx, AddCustomers>,
        customer: Customer,
        keys: CustomerKeys,
    ) -> Result<()> {
        self.apply(&Change::AddCustomer { customer, keys })
    }

    pub(in crate::service) fn edit_customer(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        before: Customer,
        after: Customer,
        keys: CustomerKeys,
    ) -> Result<()> {
        self.apply(&Change::EditCustomer { before, after, keys })
    }

    pub(in crate::service) fn archive_customer(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        before: Customer,
        after: Customer,
        reason: &str,
    ) -> Result<()> {
        self.apply(&Change::ArchiveCustomer {
            before,
            after,
            reason: reason.to_owned(),
        })
    }

    pub(in crate::service) fn add_contact<A: Action>(
        &mut self,
        _grant: &Grant<'tx, A>,
        contact: Contact,
        keys: CustomerKeys,
    ) -> Result<()> {
        self.apply(&Change::AddContact { contact, keys })
    }

    pub(in crate::service) fn edit_contact(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        before: Contact,
        after: Contact,
        keys: CustomerKeys,
    ) -> Result<()> {
        self.apply(&Change::EditContact { before, after, keys })
    }

    pub(in crate::service) fn say_distinct<A: Action>(
        &mut self,
        _grant: &Grant<'tx, A>,
        a: CustomerNumber,
        b: CustomerNumber,
    ) -> Result<()> {
        self.apply(&Change::SayDistinct { a, b })
    }

    pub(in crate::service) fn unsay_distinct(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        a: CustomerNumber,
        b: CustomerNumber,
    ) -> Result<()> {
        self.apply(&Change::UnsayDistinct { a, b })
    }

    pub(in crate::service) fn forget_distinct(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        number: CustomerNumber,
    ) -> Result<()> {
        self.apply(&Change::ForgetDistinct { number })
    }

    pub(in crate::service) fn add_user(
        &mut self,
        _grant: &Grant<'tx, ManagePeople>,
        user: User,
    ) -> Result<()> {
        self.apply(&Change::AddUser { user })
    }

    pub(in crate::service) fn edit_user(
        &mut self,
        _grant: &Grant<'tx, ManagePeople>,
        before: User,
        after: User,
    ) -> Result<()> {
        self.apply(&Change::EditUser { before, after })
    }

    pub(in crate::service) fn add_team(
        &mut self,
        _grant: &Grant<'tx, ManagePeople>,
        team: Team,
    ) -> Result<()> {
        self.apply(&Change::AddTeam { team })
    }

    pub(in crate::service) fn edit_team(
        &mut self,
        _grant: &Grant<'tx, ManagePeople>,
        before: Team,
        after: Team,
    ) -> Result<()> {
        self.apply(&Change::EditTeam { before, after })
    }

    pub(in crate::service) fn put_pick_entry(
        &mut self,
        _grant: &Grant<'tx, EditPickLists>,
        before: Option<PickEntry>,
        after: PickEntry,
    ) -> Result<()> {
        self.apply(&Change::PutPickEntry { before, after })
    }

    pub(in crate::service) fn put_import<A: Action>(
        &mut self,
        _grant: &Grant<'tx, A>,
        import: Import,
        rows: Vec<ImportRow>,
    ) -> Result<()> {
        self.apply(&Change::PutImport { import, rows })
    }

    pub(super) fn apply(&mut self, change: &Change) -> Result<()> {
        self.apply_as(self.actor.user(), change)
    }

    /// Stores a change with its entry in the log, chained to the one before.
    pub(super) fn apply_as(&mut self, actor: Option<UserId>, change: &Change) -> Result<()> {
        let (seq, previous) = match self.head {
            Some(head) => head,
            None => self.store.log_head()?,
        };
        let payload = change.payload().map_err(Error::internal)?;
        let (kind, entity, salt) = (change.kind(), change.entity(), self.ids.bytes());
        let entry = audit::chain(
            Record {
                at: self.now,
                actor,
                kind,
                entity,
                payload,
                salt,
            },
            seq + 1,
            &previous,
        );
        self.store.apply(change, &entry)?;
        self.head = Some((entry.seq, entry.hash));
        Ok(())
    }
}
