//! What is kept, and what a change does to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::NaiveDate;

use crate::{
    error::{Error, Result},
    matching::{KeyKind, MatchKey, fold},
    model::{
        AuditEntry, Contact, ContactId, Customer, CustomerNumber, Import, ImportId, ImportRow, Lane,
        PickEntry, PickList, Team, TeamId, User, UserId,
    },
    rules::number::serial_after,
    store::{Change, CustomerKeys, StoreRead, StoreWrite},
};

/// Which customers have something, in order; nothing stands here that none has.
pub(super) type Index<K> = Arc<BTreeMap<K, Arc<BTreeSet<CustomerNumber>>>>;

fn link<K: Ord + Clone>(index: &mut Index<K>, key: K, number: CustomerNumber) {
    Arc::make_mut(Arc::make_mut(index).entry(key).or_default()).insert(number);
}

fn unlink<K: Ord + Clone>(index: &mut Index<K>, key: &K, number: CustomerNumber) {
    let index = Arc::make_mut(index);
    if let Some(numbers) = index.get_mut(key) {
        Arc::make_mut(numbers).remove(&number);
        if numbers.is_empty() {
            index.remove(key);
        }
    }
}

/// Everything that is stored. A clone shares the tables, and a table is copied when it is first changed; so are the rows
/// of the large ones.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) users: Arc<BTreeMap<UserId, User>>,
    pub(super) teams: Arc<BTreeMap<TeamId, Team>>,
    pub(super) pick_entries: Arc<BTreeMap<(PickList, String), PickEntry>>,
    /// The highest serial of each day and lane.
    pub(super) serials: Arc<BTreeMap<(NaiveDate, Lane), u32>>,
    pub(super) customers: Arc<BTreeMap<CustomerNumber, Arc<Customer>>>,
    pub(super) external_ids: Arc<BTreeMap<String, CustomerNumber>>,
    /// By folded alias.
    pub(super) aliases: Index<String>,
    pub(super) keys: Index<MatchKey>,
    pub(super) keys_of: Arc<BTreeMap<CustomerNumber, Arc<[MatchKey]>>>,
    /// Both ways round.
    pub(super) distinct: Index<CustomerNumber>,
    /// By the order in which they came.
    pub(super) contacts: Arc<BTreeMap<u64, Arc<Contact>>>,
    pub(super) contact_order: Arc<BTreeMap<ContactId, u64>>,
    pub(super) contacts_of: Arc<BTreeSet<(CustomerNumber, u64)>>,
    /// In the order in which they began.
    pub(super) imports: Arc<Vec<Import>>,
    pub(super) import_rows: Arc<BTreeMap<(ImportId, u64), Arc<ImportRow>>>,
    pub(super) log: Arc<Vec<Arc<AuditEntry>>>,
}

impl StoreWrite for State {
    fn next_serial(&mut self, day: NaiveDate, lane: Lane) -> Result<u32> {
        let next = serial_after(self.last_serial(day, lane)?, day, lane)?;
        Arc::make_mut(&mut self.serials).insert((day, lane), next);
        Ok(next)
    }

    fn apply(&mut self, change: &Change, entry: &AuditEntry) -> Result<()> {
        check(
            entry.seq == self.log.last().map_or(0, |last| last.seq) + 1,
            "an entry out of place",
        )?;
        match change {
            Change::SetUp { admin, entries } => {
                self.add_user(admin)?;
                entries
                    .iter()
                    .try_for_each(|entry| self.put_pick_entry(None, entry))
            }
            Change::AddCustomer { customer, keys } => self.add_customer(customer, keys),
            Change::EditCustomer { after, keys, .. } => self.edit_customer(after, keys),
            Change::ArchiveCustomer { after, .. } => self.edit_customer(after, &CustomerKeys::default()),
            Change::AddContact { contact, keys } => self.add_contact(contact, keys),
            Change::EditContact { after, keys, .. } => self.edit_contact(after, keys),
            Change::AddUser { user } => self.add_user(user),
            Change::EditUser { after, .. } => self.edit_user(after),
            Change::AddTeam { team } => self.add_team(team),
            Change::EditTeam { after, .. } => self.edit_team(after),
            Change::PutPickEntry { before, after } => self.put_pick_entry(before.as_ref(), after),
            Change::SayDistinct { a, b } => self.say_distinct(*a, *b),
            Change::UnsayDistinct { a, b } => self.unsay_distinct(*a, *b),
            Change::ForgetDistinct { number } => self.forget_distinct(*number),
            Change::PutImport { import, rows } => self.put_import(import, rows),
            Change::Refuse { .. } => Ok(()),
        }?;
        Arc::make_mut(&mut self.log).push(Arc::new(entry.clone()));
        Ok(())
    }
}

fn check(holds: bool, otherwise: &str) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(Error::internal(otherwise))
    }
}

/// Customers, their keys and their contacts.
impl State {
    fn add_customer(&mut self, customer: &Customer, keys: &CustomerKeys) -> Result<()> {
        let number = customer.number;
        check(
            !self.customers.contains_key(&number),
            "a customer that is there already",
        )?;
        self.check_customer(customer)?;
        let lane = (number.date(), number.lane());
        let last = Arc::make_mut(&mut self.serials).entry(lane).or_default();
        *last = number.serial().max(*last);
        self.put_customer(customer);
        self.put_keys(number, keys);
        Ok(())
    }

    fn edit_customer(&mut self, after: &Customer, keys: &CustomerKeys) -> Result<()> {
        self.check_customer(after)?;
        let before = self.customers.get(&after.number).cloned();
        let before = before.ok_or_else(|| Error::internal("a customer that is not there"))?;
        for alias in &before.aliases {
            unlink(&mut self.aliases, &fold(alias), before.number);
        }
        if let Some(id) = &before.external_id {
            Arc::make_mut(&mut self.external_ids).remove(id);
        }
        self.put_customer(after);
        self.put_keys(after.number, keys);
        Ok(())
    }

    fn check_customer(&self, customer: &Customer) -> Result<()> {
        let holder = customer
            .external_id
            .as_ref()
            .and_then(|id| self.external_ids.get(id));
        check(
            holder.is_none_or(|&holder| holder == customer.number),
            "an external identifier that is there already",
        )?;
        let mut users = customer.created_by.iter().chain([&customer.owner]);
        check(
            users.all(|user| self.users.contains_key(user)),
            "a user that is not there",
        )
    }

    fn put_customer(&mut self, customer: &Customer) {
        let number = customer.number;
        if let Some(id) = &customer.external_id {
            Arc::make_mut(&mut self.external_ids).insert(id.clone(), number);
        }
        for alias in &customer.aliases {
            link(&mut self.aliases, fold(alias), number);
        }
        Arc::make_mut(&mut self.customers).insert(number, Arc::new(customer.clone()));
    }

    /// Replaces a customer's keys but for those of rows; an archived customer has none.
    fn put_keys(&mut self, number: CustomerNumber, new: &CustomerKeys) {
        let (first, last) = MatchKey::range(KeyKind::Row);
        let old = self.keys_of.get(&number).cloned().unwrap_or_default();
        let rows = old.iter().filter(|key| (first..=last).contains(*key));
        let archived = self
            .customers
            .get(&number)
            .is_some_and(|customer| customer.archived_at.is_some());
        let now: BTreeSet<MatchKey> = match archived {
            true => BTreeSet::new(),
            false => new.as_slice().iter().chain(rows).copied().collect(),
        };
        for key in old.iter() {
            unlink(&mut self.keys, key, number);
        }
        for &key in &now {
            link(&mut self.keys, key, number);
        }
        Arc::make_mut(&mut self.keys_of).insert(number, now.into_iter().collect());
    }

    fn say_distinct(&mut self, a: CustomerNumber, b: CustomerNumber) -> Result<()> {
        let there = [a, b].iter().all(|number| self.customers.contains_key(number));
        check(there, "a customer that is not there")?;
        link(&mut self.distinct, a, b);
        link(&mut self.distinct, b, a);
        Ok(())
    }

    fn unsay_distinct(&mut self, a: CustomerNumber, b: CustomerNumber) -> Result<()> {
        let there = [a, b].iter().all(|number| self.customers.contains_key(number));
        check(there, "a customer that is not there")?;
        unlink(&mut self.distinct, &a, b);
        unlink(&mut self.distinct, &b, a);
        Ok(())
    }

    fn forget_distinct(&mut self, number: CustomerNumber) -> Result<()> {
        check(
            self.customers.contains_key(&number),
            "a customer that is not there",
        )?;
        let others = self.distinct.get(&number).cloned().unwrap_or_default();
        for other in others.iter() {
            unlink(&mut self.distinct, other, number);
            unlink(&mut self.distinct, &number, *other);
        }
        Ok(())
    }

    fn add_contact(&mut self, contact: &Contact, keys: &CustomerKeys) -> Result<()> {
        check(
            !self.contact_order.contains_key(&contact.id),
            "a contact that is there already",
        )?;
        check(
            self.customers.contains_key(&contact.customer),
            "a customer that is not there",
        )?;
        let order = self.contacts.last_key_value().map_or(0, |(&last, _)| last) + 1;
        Arc::make_mut(&mut self.contact_order).insert(contact.id, order);
        Arc::make_mut(&mut self.contacts_of).insert((contact.customer, order));
        self.put_contact(order, contact);
        self.put_keys(contact.customer, keys);
        Ok(())
    }

    fn edit_contact(&mut self, after: &Contact, keys: &CustomerKeys) -> Result<()> {
        let order = self.contact_order.get(&after.id).copied();
        let order = order.ok_or_else(|| Error::internal("a contact that is not there"))?;
        check(
            self.contacts_of.contains(&(after.customer, order)),
            "a contact of another customer",
        )?;
        self.put_contact(order, after);
        self.put_keys(after.customer, keys);
        Ok(())
    }

    /// Stores a contact; one that is primary takes that from the others.
    fn put_contact(&mut self, order: u64, contact: &Contact) {
        let contacts = Arc::make_mut(&mut self.contacts);
        if contact.primary {
            let others = self
                .contacts_of
                .range((contact.customer, 0)..=(contact.customer, u64::MAX));
            for (_, other) in others {
                if let Some(other) = contacts
                    .get_mut(other)
                    .filter(|other| other.primary && other.id != contact.id)
                {
                    let other = Arc::make_mut(other);
                    other.primary = false;
                    other.revision += 1;
                }
            }
        }
        contacts.insert(order, Arc::new(contact.clone()));
    }
}

/// People, pick lists and imports.
impl State {
    fn add_user(&mut self, user: &User) -> Result<()> {
        check(!self.users.contains_key(&user.id), "a user that is there already")?;
        self.put_user(user)
    }

    fn edit_user(&mut self, after: &User) -> Result<()> {
        check(self.users.contains_key(&after.id), "a user that is not there")?;
        self.put_user(after)
    }

    fn put_user(&mut self, user: &User) -> Result<()> {
        let login = user.login.to_lowercase();
        let taken = self
            .users
            .values()
            .any(|other| other.id != user.id && other.login.to_lowercase() == login);
        check(!taken, "a login that is there already")?;
        check(
            user.team.is_none_or(|team| self.teams.contains_key(&team)),
            "a team that is not there",
        )?;
        Arc::make_mut(&mut self.users).insert(user.id, user.clone());
        Ok(())
    }

    fn add_team(&mut self, team: &Team) -> Result<()> {
        check(!self.teams.contains_key(&team.id), "a team that is there already")?;
        self.put_team(team)
    }

    fn edit_team(&mut self, after: &Team) -> Result<()> {
        check(self.teams.contains_key(&after.id), "a team that is not there")?;
        self.put_team(after)
    }

    fn put_team(&mut self, team: &Team) -> Result<()> {
        check(
            team.head.is_none_or(|head| self.users.contains_key(&head)),
            "a user that is not there",
        )?;
        Arc::make_mut(&mut self.teams).insert(team.id, team.clone());
        Ok(())
    }

    fn put_pick_entry(&mut self, before: Option<&PickEntry>, after: &PickEntry) -> Result<()> {
        let key = (after.list, after.code.clone());
        let there = self.pick_entries.contains_key(&key);
        check(before.is_some() || !there, "an entry that is there already")?;
        check(before.is_none() || there, "an entry that is not there")?;
        Arc::make_mut(&mut self.pick_entries).insert(key, after.clone());
        Ok(())
    }

    fn put_import(&mut self, import: &Import, rows: &[ImportRow]) -> Result<()> {
        check(
            import.by.is_none_or(|by| self.users.contains_key(&by)),
            "a user that is not there",
        )?;
        let new: BTreeMap<_, _> = rows
            .iter()
            .map(|row| ((import.id, row.line), Arc::new(row.clone())))
            .collect();
        let there = new.keys().any(|key| self.import_rows.contains_key(key));
        check(!there && new.len() == rows.len(), "a row that is there already")?;
        let imports = Arc::make_mut(&mut self.imports);
        match imports.iter_mut().find(|there| there.id == import.id) {
            Some(there) => *there = import.clone(),
            None => imports.push(import.clone()),
        }
        Arc::make_mut(&mut self.import_rows).extend(new);
        Ok(())
    }
}
