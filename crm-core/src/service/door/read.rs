//! The reads of a transaction.

use std::marker::PhantomData;

use chrono::NaiveDate;

use crate::{
    access::{Action, Actor, Grant, ImportCustomers, ReadAudit, decide},
    error::{Error, Result},
    matching::{Candidate, KeyKind, MatchKey, Rules},
    model::{
        AuditEntry, Contact, ContactId, Customer, CustomerKind, CustomerNumber, CustomerPage, CustomerQuery,
        EntityRef, Import, ImportId, ImportRow, ImportState, PageRequest, Team, TeamId, User, UserId,
    },
    rules::{Strictness, choice::PickLists, customer::Entry},
    service::{Settings, history},
    store::{CustomerFilter, StoreRead},
};

/// Changes that a conflict looks back over.
const HISTORY: u32 = 100;

/// Reads of one transaction. `'tx` is the transaction's own: a grant of another does not fit.
pub(in crate::service) struct ReadTx<'a, 'tx> {
    store: &'a dyn StoreRead,
    actor: &'a Actor,
    settings: &'a Settings,
    brand: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<'a, 'tx> ReadTx<'a, 'tx> {
    /// Only the door makes one.
    pub(super) fn new(store: &'a dyn StoreRead, actor: &'a Actor, settings: &'a Settings) -> Self {
        Self {
            store,
            actor,
            settings,
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

    pub(in crate::service) fn customer<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Option<Customer>> {
        self.store.customer(number, grant.scope())
    }

    /// The customer with this number, or with this alias: of several in scope the one entered first.
    pub(in crate::service) fn find_customer<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        key: &str,
    ) -> Result<Customer> {
        let numbers = match key.trim().parse() {
            Ok(number) => vec![number],
            Err(_) => self.store.customers_by_alias(key)?,
        };
        for number in numbers {
            if let Some(customer) = self.store.customer(number, grant.scope())? {
                return Ok(customer);
            }
        }
        Err(Error::not_found(key))
    }

    pub(in crate::service) fn customers<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        query: &CustomerQuery,
        page: &PageRequest,
    ) -> Result<CustomerPage> {
        let filter = CustomerFilter::new(query.clone(), self.settings.zone);
        self.store.customers(&filter, grant.scope(), page)
    }

    pub(in crate::service) fn count_customers<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        query: &CustomerQuery,
    ) -> Result<u64> {
        let filter = CustomerFilter::new(query.clone(), self.settings.zone);
        self.store.count_customers(&filter, grant.scope())
    }

    pub(in crate::service) fn contact<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        id: ContactId,
    ) -> Result<Contact> {
        self.store
            .contact(id, grant.scope())?
            .ok_or_else(|| Error::not_found(id))
    }

    pub(in crate::service) fn contacts<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        customer: CustomerNumber,
    ) -> Result<Vec<Contact>> {
        self.store.contacts(customer, grant.scope())
    }

    /// What a comparison goes by.
    pub(in crate::service) fn rules(&self) -> Rules<'_> {
        Rules {
            thresholds: self.settings.thresholds,
            weights: &self.settings.weights,
        }
    }

    /// Who may be the same, whatever the scope: what the caller may know of them is decided by whoever asks (R6.1).
    pub(in crate::service) fn candidates<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        keys: &[MatchKey],
        limit: u32,
    ) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        self.store.candidates(keys, limit)
    }

    /// As [`candidates`](Self::candidates), of the keys that at most `limit` customers have.
    pub(in crate::service) fn rare_candidates<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        keys: &[MatchKey],
        limit: u32,
    ) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        self.store.rare_candidates(keys, limit)
    }

    pub(in crate::service) fn candidate<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Option<Candidate>> {
        self.store.candidate(number)
    }

    pub(in crate::service) fn name_of<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Option<(String, CustomerKind, UserId)>> {
        self.store.name_of(number)
    }

    pub(in crate::service) fn candidates_after<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        after: Option<CustomerNumber>,
        limit: u32,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        self.store.candidates_after(after, limit)
    }

    pub(in crate::service) fn shared_keys<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.store.shared_keys(kind, visit)
    }

    pub(in crate::service) fn distinct_from<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<Vec<CustomerNumber>> {
        self.store.distinct_from(number)
    }

    /// The error of a stale revision: it names the fields that the log says have changed since.
    pub(in crate::service) fn conflict<A: Action>(
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
    pub(in crate::service) fn changed_fields<A: Action>(
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
    pub(in crate::service) fn before_latest<A: Action>(
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

    pub(in crate::service) fn number_taken<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<bool> {
        self.store.number_taken(number)
    }

    /// The highest serial so far of a number's day, in its lane.
    pub(in crate::service) fn last_serial<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<u32> {
        self.store.last_serial(number.date(), number.lane())
    }

    /// The customer with this number, if it is in scope and undoing an import has taken it out.
    pub(in crate::service) fn undone_customer<A: Action>(
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

    pub(in crate::service) fn external_id_holder<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        external_id: &str,
    ) -> Result<Option<CustomerNumber>> {
        self.store.customer_by_external_id(external_id)
    }

    pub(in crate::service) fn user<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        id: UserId,
    ) -> Result<Option<User>> {
        self.store.user(id)
    }

    pub(in crate::service) fn users<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<Vec<User>> {
        self.store.users()
    }

    pub(in crate::service) fn user_by_login<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        login: &str,
    ) -> Result<Option<User>> {
        self.store.user_by_login(login)
    }

    pub(in crate::service) fn team<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        id: TeamId,
    ) -> Result<Option<Team>> {
        self.store.team(id)
    }

    pub(in crate::service) fn teams<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<Vec<Team>> {
        self.store.teams()
    }

    pub(in crate::service) fn pick_lists<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<PickLists> {
        Ok(PickLists::new(self.store.pick_entries()?))
    }

    pub(in crate::service) fn import<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        id: ImportId,
    ) -> Result<Import> {
        let own = |import: &Import| {
            self.actor.role() != crate::model::Role::SalesRep || import.by == self.actor.user()
        };
        self.store
            .import(id)?
            .filter(own)
            .ok_or_else(|| Error::not_found(id))
    }

    pub(in crate::service) fn import_by_fingerprint(
        &self,
        _grant: &Grant<'tx, ImportCustomers>,
        fingerprint: &str,
    ) -> Result<Option<Import>> {
        self.store.import_by_fingerprint(fingerprint)
    }

    pub(in crate::service) fn imports<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<Vec<Import>> {
        self.store.imports()
    }

    pub(in crate::service) fn import_rows<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        id: ImportId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ImportRow>> {
        self.store.import_rows(id, after, limit)
    }

    pub(in crate::service) fn log(
        &self,
        _grant: &Grant<'tx, ReadAudit>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        self.store.log(after, limit)
    }

    pub(in crate::service) fn log_head(&self, _grant: &Grant<'tx, ReadAudit>) -> Result<(u64, [u8; 32])> {
        self.store.log_head()
    }

    /// What the rules of entry depend on.
    pub(in crate::service) fn entry<'p>(
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
