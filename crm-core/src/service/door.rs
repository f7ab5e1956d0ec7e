//! The one door (R8.2): opens the transaction, loads the caller's rights as they are in it, asks for the grant, runs
//! the use case, and commits change and log entry together.
//!
//! The store is private to this module, and every method of a transaction takes a [`Grant`]: a use case that skips the
//! question does not compile.

use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Settings, history};
use crate::{
    Clock, IdSource,
    access::{
        Action, Actor, AddCustomers, EditCustomers, EditPickLists, Grant, ImportCustomers, ManagePeople,
        ReadAudit, decide,
    },
    audit::{self, Record},
    clock::{new_uuid, now_ms},
    error::{Code, Error, Problem, Result},
    executor::Executor,
    matching::{Candidate, KeyKind, MatchKey, Thresholds},
    model::{
        AuditEntry, Contact, ContactId, Customer, CustomerKind, CustomerNumber, CustomerPage, CustomerQuery,
        EntityRef, Import, ImportId, ImportRow, ImportState, NewUser, PageRequest, PickEntry, Team, TeamId,
        User, UserId, built_in_entries, fields,
    },
    rules::{Strictness, choice::PickLists, customer::Entry, person::check_user},
    store::{Change, CustomerFilter, CustomerKeys, Store, StoreExt, StoreRead, StoreWrite},
};

/// Changes that a conflict looks back over.
const HISTORY: u32 = 100;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    User(UserId),
    System,
}

/// The store, behind the question who may.
pub(super) struct Door {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    executor: Arc<dyn Executor>,
    settings: Settings,
}

impl Door {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        executor: Arc<dyn Executor>,
        settings: Settings,
    ) -> Self {
        Self {
            store,
            clock,
            ids,
            executor,
            settings,
        }
    }

    pub(super) fn settings(&self) -> Settings {
        self.settings
    }

    pub(super) fn executor(&self) -> &dyn Executor {
        &*self.executor
    }

    /// The business day.
    pub(super) fn today(&self) -> NaiveDate {
        self.settings.zone.day(self.clock.now())
    }

    pub(super) fn pause(&self) -> Result<()> {
        self.store.pause()
    }

    pub(super) fn resume(&self) -> Result<()> {
        self.store.resume()
    }

    pub(super) fn version(&self) -> Result<u64> {
        self.store.version()
    }

    pub(super) fn is_set_up(&self) -> Result<bool> {
        self.store.read_with(|tx| Ok(!tx.users()?.is_empty()))
    }

    pub(super) fn require_set_up(&self) -> Result<()> {
        match self.is_set_up()? {
            true => Ok(()),
            false => Err(Error::Denied {
                code: Code::SetupNeeded,
                action: String::new(),
            }),
        }
    }

    /// The active user with this login.
    pub(super) fn enter(&self, login: &str) -> Result<User> {
        match self.store.read_with(|tx| tx.user_by_login(login))? {
            Some(user) if user.active => Ok(user),
            Some(_) => Err(Error::Denied {
                code: Code::UserInactive,
                action: String::new(),
            }),
            None => {
                self.require_set_up()?;
                Err(Error::not_found(login))
            }
        }
    }

    /// The first admin and the manual's pick lists, in an empty store.
    pub(super) fn set_up(&self, admin: &NewUser) -> Result<User> {
        let now = now_ms(&*self.clock);
        let id = UserId::from_bytes(new_uuid(now, &*self.ids));
        let admin = check_user(admin, id).map_err(|problems| Error::Invalid { problems })?;
        self.store.write_with(|store| {
            if !store.users()?.is_empty() {
                return Err(Error::Rule {
                    problem: Problem::new(fields::LOGIN, Code::SetupDone),
                });
            }
            let change = Change::SetUp {
                admin: admin.clone(),
                entries: built_in_entries(),
            };
            self.transaction(store, Actor::system(), now).apply(&change)
        })?;
        Ok(admin)
    }

    /// The caller's own record, under their grant for `A`; none of the host's own.
    pub(super) fn whoever_calls<A: Action>(&self, caller: Caller) -> Result<Option<User>> {
        let result = self.store.read_with(|store| {
            let (actor, user) = load(store, caller)?;
            let _: Grant<'_, A> = decide(&actor)?;
            Ok(user)
        });
        self.refusing(caller, result)
    }

    /// Reads under the caller's grant for `A`, on one snapshot.
    pub(super) fn read<A: Action, T>(
        &self,
        caller: Caller,
        mut body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        let result = self.store.read_with(|store| {
            let (actor, _) = load(store, caller)?;
            let grant = decide(&actor)?;
            body(
                &ReadTx {
                    store,
                    actor: &actor,
                    settings: &self.settings,
                    brand: PhantomData,
                },
                &grant,
            )
        });
        self.refusing(caller, result)
    }

    /// Writes under the caller's grant for `A`, all or nothing.
    pub(super) fn write<A: Action, T>(
        &self,
        caller: Caller,
        mut body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        let now = now_ms(&*self.clock);
        let result = self.store.write_with(|store| {
            let (actor, _) = load(store, caller)?;
            let grant = decide(&actor)?;
            body(&mut self.transaction(store, actor, now), &grant)
        });
        self.refusing(caller, result)
    }

    fn transaction<'a, 'tx>(
        &'a self,
        store: &'a mut dyn StoreWrite,
        actor: Actor,
        now: DateTime<Utc>,
    ) -> WriteTx<'a, 'tx> {
        WriteTx {
            store,
            actor,
            now,
            ids: &*self.ids,
            settings: &self.settings,
            head: None,
            brand: PhantomData,
        }
    }

    /// A refused attempt is logged in a small transaction of its own, after the roll-back (R8.5).
    fn refusing<T>(&self, caller: Caller, result: Result<T>) -> Result<T> {
        if let (Err(Error::Denied { action, .. }), Caller::User(user)) = (&result, caller) {
            let now = now_ms(&*self.clock);
            let change = Change::Refuse {
                action: action.clone(),
            };
            self.store.write_with(|store| {
                let mut tx = self.transaction(store, Actor::system(), now);
                tx.apply_as(Some(user), &change)
            })?;
        }
        result
    }
}

/// The caller's rights as they are in this transaction, and their own record.
fn load(store: &(impl StoreRead + ?Sized), caller: Caller) -> Result<(Actor, Option<User>)> {
    let Caller::User(id) = caller else {
        return Ok((Actor::system(), None));
    };
    let user = store.user(id)?.ok_or_else(|| Error::not_found(id))?;
    let members = match user.team {
        Some(team) if user.role == crate::model::Role::Supervisor => store.team_members(team)?,
        _ => Vec::new(),
    };
    Ok((Actor::of(&user, members)?, Some(user)))
}

/// Reads of one transaction. `'tx` is the transaction's own: a grant of another does not fit.
pub(super) struct ReadTx<'a, 'tx> {
    store: &'a dyn StoreRead,
    actor: &'a Actor,
    settings: &'a Settings,
    brand: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<'tx> ReadTx<'_, 'tx> {
    pub(super) fn actor(&self) -> &Actor {
        self.actor
    }

    /// A further grant for the same caller.
    pub(super) fn grant<A: Action>(&self) -> Result<Grant<'tx, A>> {
        decide(self.actor)
    }

    pub(super) fn customer<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Option<Customer>> {
        self.store.customer(number, grant.scope())
    }

    /// The customer with this number, or with this alias.
    pub(super) fn find_customer<A: Action>(&self, grant: &Grant<'tx, A>, key: &str) -> Result<Customer> {
        let number = match key.trim().parse() {
            Ok(number) => Some(number),
            Err(_) => self.store.customer_by_alias(key)?,
        };
        let customer = number
            .map(|number| self.store.customer(number, grant.scope()))
            .transpose()?
            .flatten();
        customer.ok_or_else(|| Error::not_found(key))
    }

    pub(super) fn customers<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        query: &CustomerQuery,
        page: &PageRequest,
    ) -> Result<CustomerPage> {
        let filter = CustomerFilter::new(query.clone(), self.settings.zone);
        self.store.customers(&filter, grant.scope(), page)
    }

    pub(super) fn count_customers<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        query: &CustomerQuery,
    ) -> Result<u64> {
        let filter = CustomerFilter::new(query.clone(), self.settings.zone);
        self.store.count_customers(&filter, grant.scope())
    }

    pub(super) fn contact<A: Action>(&self, grant: &Grant<'tx, A>, id: ContactId) -> Result<Contact> {
        self.store
            .contact(id, grant.scope())?
            .ok_or_else(|| Error::not_found(id))
    }

    pub(super) fn contacts<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        customer: CustomerNumber,
    ) -> Result<Vec<Contact>> {
        self.store.contacts(customer, grant.scope())
    }

    /// From which score on two are likely duplicates, and similar.
    pub(super) fn thresholds(&self) -> Thresholds {
        self.settings.thresholds
    }

    /// Who may be the same, whatever the scope: what the caller may know of them is decided by whoever asks (R6.1).
    pub(super) fn candidates<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        keys: &[MatchKey],
        limit: u32,
    ) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        self.store.candidates(keys, limit)
    }

    /// As [`candidates`](Self::candidates), of the keys that at most `limit` customers have.
    pub(super) fn rare_candidates<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        keys: &[MatchKey],
        limit: u32,
    ) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        self.store.rare_candidates(keys, limit)
    }

    pub(super) fn candidate<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Option<Candidate>> {
        self.store.candidate(number)
    }

    pub(super) fn name_of<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Option<(String, CustomerKind, UserId)>> {
        self.store.name_of(number)
    }

    pub(super) fn candidates_after<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        after: Option<CustomerNumber>,
        limit: u32,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        self.store.candidates_after(after, limit)
    }

    pub(super) fn shared_keys<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.store.shared_keys(kind, visit)
    }

    pub(super) fn distinct_from<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Vec<CustomerNumber>> {
        self.store.distinct_from(number)
    }

    /// The error of a stale revision: it names the fields that the log says have changed since.
    pub(super) fn conflict<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        entity: &str,
        key: &dyn std::fmt::Display,
        seen: u64,
        revision: u64,
    ) -> Result<Error> {
        let since = u32::try_from(revision.saturating_sub(seen))
            .unwrap_or(u32::MAX)
            .min(HISTORY);
        let fields = self.changed_fields(grant, entity, key, since)?;
        Ok(Error::Conflict { fields, revision })
    }

    /// The fields in which the log's latest `limit` entries about a record changed it.
    pub(super) fn changed_fields<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        entity: &str,
        key: &dyn std::fmt::Display,
        limit: u32,
    ) -> Result<Vec<String>> {
        let entries = self.store.log_about(&EntityRef::of(entity, key), limit)?;
        let mut fields: Vec<String> = entries.iter().flat_map(history::changed_fields).collect();
        fields.sort_unstable();
        fields.dedup();
        Ok(fields)
    }

    /// The record as it was before its latest change, from the log.
    pub(super) fn before_latest<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        customer: &Customer,
    ) -> Result<Customer> {
        let entries = self
            .store
            .log_about(&EntityRef::of("customer", customer.number), 1)?;
        let before = entries.first().and_then(|entry| history::before(entry, customer));
        before.ok_or_else(|| Error::internal("the log does not tell what the customer was before"))
    }

    pub(super) fn number_taken<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<bool> {
        self.store.number_taken(number)
    }

    /// The customer with this number, if it is in scope and undoing an import has taken it out.
    pub(super) fn undone_customer<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Option<Customer>> {
        let customer = self.store.customer(number, grant.scope())?;
        let Some(customer) = customer.filter(|customer| customer.archived_at.is_some()) else {
            return Ok(None);
        };
        let import = match customer.import {
            Some(id) => self.store.import(id)?,
            None => None,
        };
        let undone = import.is_some_and(|import| import.state == ImportState::Undone);
        Ok(undone.then_some(customer))
    }

    pub(super) fn external_id_holder<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        external_id: &str,
    ) -> Result<Option<CustomerNumber>> {
        self.store.customer_by_external_id(external_id)
    }

    pub(super) fn user<A: Action>(&self, _grant: &Grant<'tx, A>, id: UserId) -> Result<Option<User>> {
        self.store.user(id)
    }

    pub(super) fn users<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<Vec<User>> {
        self.store.users()
    }

    pub(super) fn user_by_login<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        login: &str,
    ) -> Result<Option<User>> {
        self.store.user_by_login(login)
    }

    pub(super) fn team<A: Action>(&self, _grant: &Grant<'tx, A>, id: TeamId) -> Result<Option<Team>> {
        self.store.team(id)
    }

    pub(super) fn teams<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<Vec<Team>> {
        self.store.teams()
    }

    pub(super) fn pick_lists<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<PickLists> {
        Ok(PickLists::new(self.store.pick_entries()?))
    }

    pub(super) fn import<A: Action>(&self, _grant: &Grant<'tx, A>, id: ImportId) -> Result<Import> {
        let own = |import: &Import| {
            self.actor.role() != crate::model::Role::SalesRep || import.by == self.actor.user()
        };
        self.store
            .import(id)?
            .filter(own)
            .ok_or_else(|| Error::not_found(id))
    }

    pub(super) fn import_by_fingerprint(
        &self,
        _grant: &Grant<'tx, ImportCustomers>,
        fingerprint: &str,
    ) -> Result<Option<Import>> {
        self.store.import_by_fingerprint(fingerprint)
    }

    pub(super) fn imports<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<Vec<Import>> {
        self.store.imports()
    }

    pub(super) fn import_rows<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        id: ImportId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ImportRow>> {
        self.store.import_rows(id, after, limit)
    }

    pub(super) fn log(
        &self,
        _grant: &Grant<'tx, ReadAudit>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        self.store.log(after, limit)
    }

    pub(super) fn log_head(&self, _grant: &Grant<'tx, ReadAudit>) -> Result<(u64, [u8; 32])> {
        self.store.log_head()
    }

    /// What the rules of entry depend on.
    pub(super) fn entry<'p>(
        &self,
        pick_lists: &'p PickLists,
        today: NaiveDate,
        strictness: Strictness,
    ) -> Entry<'p> {
        Entry {
            region: self.settings.region,
            today,
            pick_lists,
            strictness,
        }
    }
}

/// Writes of one transaction, each recorded in the log.
pub(super) struct WriteTx<'a, 'tx> {
    store: &'a mut dyn StoreWrite,
    actor: Actor,
    now: DateTime<Utc>,
    ids: &'a dyn IdSource,
    settings: &'a Settings,
    head: Option<(u64, [u8; 32])>,
    brand: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<'tx> WriteTx<'_, 'tx> {
    /// The transaction's reads, its own changes among them.
    pub(super) fn reads(&self) -> ReadTx<'_, 'tx> {
        ReadTx {
            store: &*self.store,
            actor: &self.actor,
            settings: self.settings,
            brand: PhantomData,
        }
    }

    pub(super) fn grant<A: Action>(&self) -> Result<Grant<'tx, A>> {
        decide(&self.actor)
    }

    pub(super) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The moment of the transaction.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The business day of the transaction.
    pub(super) fn today(&self) -> NaiveDate {
        self.settings.zone.day(self.now)
    }

    pub(super) fn settings(&self) -> &Settings {
        self.settings
    }

    /// The bytes of a new identifier.
    pub(super) fn new_id(&self) -> [u8; 16] {
        new_uuid(self.now, self.ids)
    }

    /// The next number of today (R2.1).
    pub(super) fn next_number(&mut self, _grant: &Grant<'tx, AddCustomers>) -> Result<CustomerNumber> {
        let day = self.today();
        let serial = std::num::NonZeroU32::new(self.store.next_serial(day)?);
        let number = serial.and_then(|serial| CustomerNumber::new(day, serial));
        number.ok_or_else(|| Error::internal("the day's serials are exhausted"))
    }

    pub(super) fn add_customer(
        &mut self,
        _grant: &Grant<'tx, AddCustomers>,
        customer: Customer,
        keys: CustomerKeys,
    ) -> Result<()> {
        self.apply(&Change::AddCustomer { customer, keys })
    }

    pub(super) fn edit_customer(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        before: Customer,
        after: Customer,
        keys: CustomerKeys,
    ) -> Result<()> {
        self.apply(&Change::EditCustomer { before, after, keys })
    }

    pub(super) fn archive_customer(
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

    pub(super) fn add_contact<A: Action>(
        &mut self,
        _grant: &Grant<'tx, A>,
        contact: Contact,
        keys: CustomerKeys,
    ) -> Result<()> {
        self.apply(&Change::AddContact { contact, keys })
    }

    pub(super) fn edit_contact(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        before: Contact,
        after: Contact,
        keys: CustomerKeys,
    ) -> Result<()> {
        self.apply(&Change::EditContact { before, after, keys })
    }

    pub(super) fn say_distinct<A: Action>(
        &mut self,
        _grant: &Grant<'tx, A>,
        a: CustomerNumber,
        b: CustomerNumber,
    ) -> Result<()> {
        self.apply(&Change::SayDistinct { a, b })
    }

    pub(super) fn unsay_distinct(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        a: CustomerNumber,
        b: CustomerNumber,
    ) -> Result<()> {
        self.apply(&Change::UnsayDistinct { a, b })
    }

    pub(super) fn forget_distinct(
        &mut self,
        _grant: &Grant<'tx, EditCustomers>,
        number: CustomerNumber,
    ) -> Result<()> {
        self.apply(&Change::ForgetDistinct { number })
    }

    pub(super) fn add_user(&mut self, _grant: &Grant<'tx, ManagePeople>, user: User) -> Result<()> {
        self.apply(&Change::AddUser { user })
    }

    pub(super) fn edit_user(
        &mut self,
        _grant: &Grant<'tx, ManagePeople>,
        before: User,
        after: User,
    ) -> Result<()> {
        self.apply(&Change::EditUser { before, after })
    }

    pub(super) fn add_team(&mut self, _grant: &Grant<'tx, ManagePeople>, team: Team) -> Result<()> {
        self.apply(&Change::AddTeam { team })
    }

    pub(super) fn edit_team(
        &mut self,
        _grant: &Grant<'tx, ManagePeople>,
        before: Team,
        after: Team,
    ) -> Result<()> {
        self.apply(&Change::EditTeam { before, after })
    }

    pub(super) fn put_pick_entry(
        &mut self,
        _grant: &Grant<'tx, EditPickLists>,
        before: Option<PickEntry>,
        after: PickEntry,
    ) -> Result<()> {
        self.apply(&Change::PutPickEntry { before, after })
    }

    pub(super) fn put_import<A: Action>(
        &mut self,
        _grant: &Grant<'tx, A>,
        import: Import,
        rows: Vec<ImportRow>,
    ) -> Result<()> {
        self.apply(&Change::PutImport { import, rows })
    }

    fn apply(&mut self, change: &Change) -> Result<()> {
        self.apply_as(self.actor.user(), change)
    }

    /// Stores a change with its entry in the log, chained to the one before.
    fn apply_as(&mut self, actor: Option<UserId>, change: &Change) -> Result<()> {
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
