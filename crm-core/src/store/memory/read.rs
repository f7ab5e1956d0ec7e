//! What is read.

use std::sync::Arc;

use chrono::NaiveDate;

use super::state::State;
use crate::{
    audit::GENESIS,
    error::Result,
    matching::{Candidate, KeyKind, MatchKey, fold},
    model::{
        AuditEntry, Contact, ContactId, Customer, CustomerKind, CustomerNumber, CustomerPage,
        CustomerSummary, EntityRef, Import, ImportId, ImportRow, Lane, Page, PageRequest, PickEntry, Team,
        TeamId, User, UserId,
    },
    store::{CustomerFilter, Keyset, Scope, StoreRead},
};

impl StoreRead for State {
    fn user(&self, id: UserId) -> Result<Option<User>> {
        Ok(self.users.get(&id).cloned())
    }

    fn user_by_login(&self, login: &str) -> Result<Option<User>> {
        let login = login.to_lowercase();
        Ok(self
            .users
            .values()
            .find(|user| user.login.to_lowercase() == login)
            .cloned())
    }

    fn users(&self) -> Result<Vec<User>> {
        let mut users: Vec<User> = self.users.values().cloned().collect();
        users.sort_by_cached_key(|user| user.login.to_lowercase());
        Ok(users)
    }

    fn team_members(&self, team: TeamId) -> Result<Vec<UserId>> {
        let members = self.users.values().filter(|user| user.team == Some(team));
        Ok(members.map(|user| user.id).collect())
    }

    fn team(&self, id: TeamId) -> Result<Option<Team>> {
        Ok(self.teams.get(&id).cloned())
    }

    fn teams(&self) -> Result<Vec<Team>> {
        let mut teams: Vec<Team> = self.teams.values().cloned().collect();
        teams.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(teams)
    }

    fn pick_entries(&self) -> Result<Arc<[PickEntry]>> {
        let mut entries: Vec<PickEntry> = self.pick_entries.values().cloned().collect();
        entries.sort_by(|a, b| (a.list, a.position, &a.code).cmp(&(b.list, b.position, &b.code)));
        Ok(entries.into())
    }

    fn customer(&self, number: CustomerNumber, scope: &Scope) -> Result<Option<Customer>> {
        Ok(self.in_scope(number, scope).cloned())
    }

    fn customers_by_alias(&self, alias: &str) -> Result<Vec<CustomerNumber>> {
        let having = self.aliases.get(&fold(alias));
        Ok(having
            .into_iter()
            .flat_map(|numbers| numbers.iter().copied())
            .collect())
    }

    fn customer_by_external_id(&self, external_id: &str) -> Result<Option<CustomerNumber>> {
        Ok(self.external_ids.get(external_id).copied())
    }

    fn number_taken(&self, number: CustomerNumber) -> Result<bool> {
        Ok(self.customers.contains_key(&number))
    }

    fn last_serial(&self, day: NaiveDate, lane: Lane) -> Result<u32> {
        Ok(self.serials.get(&(day, lane)).copied().unwrap_or_default())
    }

    fn customers(&self, filter: &CustomerFilter, scope: &Scope, page: &PageRequest) -> Result<CustomerPage> {
        let keyset = Keyset::new(filter.order(), page)?;
        let matching = self.matching(filter, scope);
        let Page { items, next } = keyset.page(matching.map(|customer| (filter.place(customer), customer)));
        Ok(CustomerPage {
            items: items.into_iter().map(|customer| self.summary(customer)).collect(),
            next,
        })
    }

    fn count_customers(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64> {
        Ok(self.matching(filter, scope).count() as u64)
    }

    fn candidates(&self, keys: &[MatchKey], limit: u32) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys.dedup();
        let having = |key| {
            self.keys
                .get(&key)
                .into_iter()
                .flat_map(|numbers| numbers.iter())
                .take(limit)
        };
        Ok(keys
            .into_iter()
            .flat_map(|key| having(key).map(move |&number| (key, number)))
            .collect())
    }

    fn rare_candidates(&self, keys: &[MatchKey], limit: u32) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let rare = |key: &&MatchKey| self.keys.get(*key).is_none_or(|numbers| numbers.len() <= most);
        let keys: Vec<MatchKey> = keys.iter().filter(rare).copied().collect();
        self.candidates(&keys, limit)
    }

    fn candidate(&self, number: CustomerNumber) -> Result<Option<Candidate>> {
        let Some(customer) = self.customers.get(&number) else {
            return Ok(None);
        };
        let own = customer.phones.iter().filter_map(|phone| phone.e164.clone());
        let contacts = self
            .contacts_of(number)
            .filter(|contact| contact.archived_at.is_none());
        let mut phones: Vec<String> = own
            .chain(contacts.filter_map(|contact| contact.mobile_e164.clone()))
            .collect();
        phones.sort_unstable();
        phones.dedup();
        Ok(Some(Candidate {
            number,
            name: customer.name.clone(),
            kind: customer.kind,
            owner: customer.owner,
            phones,
            aliases: customer.aliases.clone(),
        }))
    }

    fn name_of(&self, number: CustomerNumber) -> Result<Option<(String, CustomerKind, UserId)>> {
        let customer = self.customers.get(&number);
        Ok(customer.map(|customer| (customer.name.clone(), customer.kind, customer.owner)))
    }

    fn candidates_after(
        &self,
        after: Option<CustomerNumber>,
        limit: u32,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        let live = self
            .customers
            .values()
            .filter(|customer| customer.archived_at.is_none());
        let rest = live.filter(|customer| after.is_none_or(|after| customer.number > after));
        rest.take(limit as usize)
            .filter_map(|customer| {
                let candidate = self.candidate(customer.number).transpose()?;
                Some(candidate.map(|candidate| (candidate, customer.import)))
            })
            .collect()
    }

    fn shared_keys(
        &self,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        let (first, last) = MatchKey::range(kind);
        for (&key, numbers) in self
            .keys
            .range(first..=last)
            .filter(|(_, numbers)| numbers.len() > 1)
        {
            let numbers: Vec<CustomerNumber> = numbers.iter().copied().collect();
            if !visit(key, &numbers)? {
                break;
            }
        }
        Ok(())
    }

    fn distinct_from(&self, number: CustomerNumber) -> Result<Vec<CustomerNumber>> {
        let others = self.distinct.get(&number);
        Ok(others
            .map(|others| others.iter().copied().collect())
            .unwrap_or_default())
    }

    fn contact(&self, id: ContactId, scope: &Scope) -> Result<Option<Contact>> {
        let contact = self
            .contact_order
            .get(&id)
            .and_then(|order| self.contacts.get(order));
        Ok(contact
            .filter(|contact| self.in_scope(contact.customer, scope).is_some())
            .map(|it| Contact::clone(it)))
    }

    fn contacts(&self, customer: CustomerNumber, scope: &Scope) -> Result<Vec<Contact>> {
        if self.in_scope(customer, scope).is_none() {
            return Ok(Vec::new());
        }
        let there = self
            .contacts_of(customer)
            .filter(|contact| contact.archived_at.is_none());
        let mut contacts: Vec<Contact> = there.cloned().collect();
        contacts.sort_by_key(|contact| !contact.primary);
        Ok(contacts)
    }

    fn import(&self, id: ImportId) -> Result<Option<Import>> {
        Ok(self.imports.iter().find(|import| import.id == id).cloned())
    }

    fn import_by_fingerprint(&self, fingerprint: &str) -> Result<Option<Import>> {
        Ok(self
            .imports
            .iter()
            .rfind(|import| import.fingerprint == fingerprint)
            .cloned())
    }

    fn imports(&self) -> Result<Vec<Import>> {
        Ok(self.imports.iter().rev().cloned().collect())
    }

    fn import_rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows = self
            .import_rows
            .range((id, after)..=(id, u64::MAX))
            .filter(|((_, line), _)| *line > after);
        Ok(rows.take(limit).map(|(_, row)| ImportRow::clone(row)).collect())
    }

    fn log_head(&self) -> Result<(u64, [u8; 32])> {
        Ok(self
            .log
            .last()
            .map_or((0, GENESIS), |entry| (entry.seq, entry.hash)))
    }

    fn log(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        let (after, limit) = (
            usize::try_from(after).unwrap_or(usize::MAX),
            usize::try_from(limit).unwrap_or(usize::MAX),
        );
        Ok(self
            .log
            .iter()
            .skip(after)
            .take(limit)
            .map(|entry| AuditEntry::clone(entry))
            .collect())
    }

    fn log_about(&self, about: &EntityRef, limit: u32) -> Result<Vec<AuditEntry>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let entries = self.log.iter().rev().filter(|entry| entry.entity == *about);
        Ok(entries
            .take(limit)
            .map(|entry| AuditEntry::clone(entry))
            .collect())
    }
}

impl State {
    fn in_scope(&self, number: CustomerNumber, scope: &Scope) -> Option<&Customer> {
        self.customers
            .get(&number)
            .filter(|customer| scope.contains(customer.owner))
            .map(Arc::as_ref)
    }

    fn matching<'a>(
        &'a self,
        filter: &'a CustomerFilter,
        scope: &'a Scope,
    ) -> impl Iterator<Item = &'a Customer> {
        let customers = self.customers.values().map(Arc::as_ref);
        customers.filter(|customer| scope.contains(customer.owner) && filter.matches(customer))
    }

    /// The contacts of a customer as they came, archived ones too.
    fn contacts_of(&self, customer: CustomerNumber) -> impl Iterator<Item = &Contact> {
        let orders = self.contacts_of.range((customer, 0)..=(customer, u64::MAX));
        orders
            .filter_map(|(_, order)| self.contacts.get(order))
            .map(Arc::as_ref)
    }

    fn summary(&self, customer: &Customer) -> CustomerSummary {
        CustomerSummary {
            number: customer.number,
            name: customer.name.clone(),
            kind: customer.kind,
            status: customer.status,
            industry: customer.industry.code.clone(),
            source: customer.source.code.clone(),
            owner: customer.owner,
            owner_name: self
                .users
                .get(&customer.owner)
                .map(|user| user.name.clone())
                .unwrap_or_default(),
            primary_phone: customer
                .primary_phone()
                .map(|phone| phone.typed.clone())
                .unwrap_or_default(),
            first_contact: customer.first_contact,
            created_at: customer.created_at,
            revision: customer.revision,
        }
    }
}
