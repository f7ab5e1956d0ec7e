//! What is kept, and what a delta does to it.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    error::{Error, Result},
    matching::{MatchKey, fold},
    model::{
        Answer, Attachment, AuditEntry, Contact, Content, Contract, Customer, CustomerNumber, Entity,
        ImportId, ImportRow, Lane, LoginSession, Opportunity, OpportunityId, RecordKey, SessionId, Task,
        User, UserId,
    },
    rules::{contract::fold_contract_number, number::serial_after, person::fold_login},
    store::{Batch, Delta, KeyChange, Put, Record, StoreRead, StoreWrite},
};

/// Records by key, each with the order in which it came.
type Rows<T> = BTreeMap<<T as Record>::Key, (u64, Arc<T>)>;

/// The records of a sort, with the order in which they came. A clone shares them, and the rows too.
#[derive(Clone, Debug)]
pub(super) struct Table<T: Record> {
    rows: Arc<Rows<T>>,
    next: u64,
}

impl<T: Record> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Arc::default(),
            next: 0,
        }
    }
}

impl<T: Record> Table<T> {
    pub(super) fn get(&self, key: &T::Key) -> Option<&Arc<T>> {
        self.rows.get(key).map(|(_, row)| row)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// By key.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.values().map(|(_, row)| &**row)
    }

    /// The order in which a record came.
    pub(super) fn order(&self, key: &T::Key) -> u64 {
        self.rows.get(key).map_or(u64::MAX, |(order, _)| *order)
    }

    fn set(&mut self, row: T) {
        let order = match self.rows.get(&row.key()) {
            Some((order, _)) => *order,
            None => {
                self.next += 1;
                self.next
            }
        };
        Arc::make_mut(&mut self.rows).insert(row.key(), (order, Arc::new(row)));
    }

    fn take(&mut self, key: &T::Key) {
        Arc::make_mut(&mut self.rows).remove(key);
    }
}

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
    pub(super) tables: Tables,
    pub(super) import_rows: Arc<BTreeMap<(ImportId, u64), Arc<ImportRow>>>,
    pub(super) log: Arc<Vec<Arc<AuditEntry>>>,
    /// The bytes of attachments, by their digests.
    pub(super) contents: Arc<BTreeMap<String, Content>>,
    /// The highest serial of each day and lane.
    pub(super) serials: Arc<BTreeMap<(NaiveDate, Lane), u32>>,
    pub(super) external_ids: Arc<BTreeMap<String, CustomerNumber>>,
    /// By the host's identifier.
    pub(super) deals: Arc<BTreeMap<String, OpportunityId>>,
    /// By folded alias.
    pub(super) aliases: Index<String>,
    pub(super) keys: Index<MatchKey>,
    pub(super) contacts_of: Arc<BTreeMap<CustomerNumber, BTreeSet<<Contact as Record>::Key>>>,
    /// What hangs on a customer and is listed, by its sort.
    pub(super) hanging: Arc<BTreeMap<(Entity, CustomerNumber), BTreeSet<RecordKey>>>,
    /// Both ways round.
    pub(super) distinct: Index<CustomerNumber>,
    /// When sessions were last used.
    pub(super) uses: Arc<BTreeMap<SessionId, DateTime<Utc>>>,
    /// Whether the transaction has written anything.
    pub(super) written: bool,
}

/// A sort of record as this store keeps it.
pub(super) trait Kept: Record {
    fn table(state: &State) -> &Table<Self>;

    fn table_mut(state: &mut State) -> &mut Table<Self>;
}

fn check(holds: bool, otherwise: &str) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(Error::internal(otherwise))
    }
}

impl State {
    fn check_user(&self, user: &UserId) -> Result<()> {
        check(self.tables.User.get(user).is_some(), "a user that is not there")
    }

    fn check_customer(&self, number: CustomerNumber) -> Result<()> {
        check(
            self.tables.Customer.get(&number).is_some(),
            "a customer that is not there",
        )
    }

    fn put<T: Kept>(&mut self, put: &Put<T>) -> Result<()> {
        let record = put.before.as_ref().or(put.after.as_ref());
        let key = record
            .map(T::key)
            .ok_or_else(|| Error::internal("a delta of nothing"))?;
        let there = T::table(self).get(&key).cloned();
        check(
            put.before.is_some() || there.is_none(),
            "a record that is there already",
        )?;
        check(
            put.before.is_none() || there.is_some(),
            "a record that is not there",
        )?;
        if let Some(after) = &put.after {
            check(after.key() == key, "a record under another's key")?;
            self.check(after)?;
        }
        if let Some(before) = there {
            self.unlink(&*before);
        }
        match &put.after {
            Some(after) => {
                T::table_mut(self).set(after.clone());
                self.link(after);
            }
            None => {
                T::table_mut(self).take(&key);
                self.let_go(put.before.as_ref());
                if let (Entity::Customer, Some(number)) = (T::ENTITY, record.and_then(T::customer)) {
                    check(!self.is_named(number), "a customer that something names")?;
                }
            }
        }
        Ok(())
    }

    /// Forgets what goes with a record that is taken out.
    fn let_go<T: Record>(&mut self, record: Option<&T>) {
        let record = record.map(|record| record as &dyn Any);
        if let Some(session) = record.and_then(|record| record.downcast_ref::<LoginSession>()) {
            Arc::make_mut(&mut self.uses).remove(&session.id);
        }
    }

    /// Whether anything names this customer, which is not there any longer.
    fn is_named(&self, number: CustomerNumber) -> bool {
        self.hangs_on(number) || self.distinct.contains_key(&number)
    }

    fn change_keys(&mut self, number: CustomerNumber, change: &KeyChange) {
        for key in &change.removed {
            unlink(&mut self.keys, key, number);
        }
        for key in &change.added {
            link(&mut self.keys, *key, number);
        }
    }

    fn append(&mut self, entry: &AuditEntry) -> Result<()> {
        let last = self.log.last().map_or(0, |last| last.seq);
        check(entry.seq == last + 1, "an entry out of place")?;
        Arc::make_mut(&mut self.log).push(Arc::new(entry.clone()));
        Ok(())
    }
}

macro_rules! tables {
    ($($name:ident),+) => {
        /// A table for each sort of record, under the sort's own name.
        #[allow(non_snake_case, reason = "they are named by the sorts")]
        #[derive(Clone, Debug, Default)]
        pub(super) struct Tables {
            $( pub(super) $name: Table<crate::model::$name> ),+
        }

        $(
            impl Kept for crate::model::$name {
                fn table(state: &State) -> &Table<Self> {
                    &state.tables.$name
                }

                fn table_mut(state: &mut State) -> &mut Table<Self> {
                    &mut state.tables.$name
                }
            }
        )+

        impl State {
            /// Whether a record hangs on this customer, there or not.
            fn hangs_on(&self, number: CustomerNumber) -> bool {
                $( self.tables.$name.values().any(|record| record.customer() == Some(number)) )||+
            }

            fn apply_delta(&mut self, delta: &Delta) -> Result<()> {
                match delta { $( Delta::$name(put) => self.put(put) ),+ }
            }
        }
    };
}
crate::for_each_record!(tables);

impl StoreWrite for State {
    fn next_serial(&mut self, day: NaiveDate, lane: Lane) -> Result<u32> {
        let next = serial_after(self.last_serial(day, lane)?, day, lane)?;
        self.written = true;
        Arc::make_mut(&mut self.serials).insert((day, lane), next);
        Ok(next)
    }

    fn use_session(&mut self, session: SessionId, at: DateTime<Utc>) -> Result<()> {
        if let Some(there) = self.tables.LoginSession.get(&session) {
            let last = self.uses.get(&session).copied().unwrap_or(there.began_at);
            self.written |= at > last;
            Arc::make_mut(&mut self.uses).insert(session, at.max(last));
        }
        Ok(())
    }

    fn apply(&mut self, batch: &Batch) -> Result<()> {
        self.written |= *batch != Batch::default();
        for content in &batch.contents {
            Arc::make_mut(&mut self.contents)
                .entry(content.digest())
                .or_insert_with(|| content.clone());
        }
        batch
            .deltas
            .iter()
            .try_for_each(|delta| self.apply_delta(delta))?;
        for (number, change) in &batch.keys {
            self.change_keys(*number, change);
        }
        for (import, row) in &batch.rows {
            check(
                self.tables.Import.get(import).is_some(),
                "an import that is not there",
            )?;
            let there =
                Arc::make_mut(&mut self.import_rows).insert((*import, row.line), Arc::new(row.clone()));
            check(there.is_none(), "a row that is there already")?;
        }
        batch.entries.iter().try_for_each(|entry| self.append(entry))
    }
}

/// What some sorts need besides: whether nothing of a record is another's, and what finds it.
impl State {
    /// Whether all that a record names is there, and nothing of it is another's.
    fn check<T: Record>(&self, record: &T) -> Result<()> {
        if let Some(number) = record.customer().filter(|_| T::ENTITY != Entity::Customer) {
            self.check_customer(number)?;
        }
        record.users().iter().try_for_each(|user| self.check_user(user))?;
        if let Some(deal) = record.opportunity().filter(|_| T::ENTITY != Entity::Opportunity) {
            check(
                self.tables.Opportunity.get(&deal).is_some(),
                "an opportunity that is not there",
            )?;
        }
        let record: &dyn Any = record;
        if let Some(contract) = record.downcast_ref::<Contract>() {
            let is_same = |other: &Contract| {
                fold_contract_number(&other.contract_number)
                    == fold_contract_number(&contract.contract_number)
            };
            let mut others = self.tables.Contract.values();
            let taken = others.any(|other| other.id != contract.id && other.is_good() && is_same(other));
            let is_numbered = !contract.contract_number.is_empty();
            check(
                !(contract.is_good() && is_numbered && taken),
                "a contract's number that is there already",
            )?;
            check(
                contract
                    .renews
                    .is_none_or(|renewed| self.tables.Contract.get(&renewed).is_some()),
                "a contract that is not there",
            )?;
        }
        if let Some(deal) = record.downcast_ref::<Opportunity>() {
            let holder = deal.external_id.as_ref().and_then(|id| self.deals.get(id));
            check(
                holder.is_none_or(|&holder| holder == deal.id),
                "an external identifier that is there already",
            )?;
        }
        if let Some(contract) = record.downcast_ref::<Task>().and_then(|task| task.contract) {
            check(
                self.tables.Contract.get(&contract).is_some(),
                "a contract that is not there",
            )?;
        }
        let attachment = record.downcast_ref::<Attachment>();
        if let Some(contract) = attachment.and_then(|attachment| attachment.contract) {
            check(
                self.tables.Contract.get(&contract).is_some(),
                "a contract that is not there",
            )?;
        }
        let task = record.downcast_ref::<Task>();
        let follow_up = task.and_then(|task| task.follow_up);
        if let Some(follow_up) = follow_up.or(attachment.and_then(|attachment| attachment.follow_up)) {
            check(
                self.tables.FollowUp.get(&follow_up).is_some(),
                "a follow-up that is not there",
            )?;
        }
        if let Some(customer) = record.downcast_ref::<Customer>() {
            let holder = customer
                .external_id
                .as_ref()
                .and_then(|id| self.external_ids.get(id));
            check(
                holder.is_none_or(|&holder| holder == customer.number),
                "an external identifier that is there already",
            )
        } else if let Some(user) = record.downcast_ref::<User>() {
            let login = fold_login(&user.login);
            let taken = self
                .tables
                .User
                .values()
                .any(|other| other.id != user.id && fold_login(&other.login) == login);
            check(!taken, "a login that is there already")?;
            check(
                user.team.is_none_or(|team| self.tables.Team.get(&team).is_some()),
                "a team that is not there",
            )
        } else if let Some(answer) = record.downcast_ref::<Answer>() {
            check(
                answer.low < answer.high,
                "an answer whose customers are out of order",
            )?;
            self.check_customer(answer.high)
        } else {
            Ok(())
        }
    }

    /// Puts what finds a record beside its table.
    fn link<T: Record>(&mut self, record: &T) {
        if let (Some(customer), Some(_)) = (record.customer(), T::NEWEST) {
            let hanging = Arc::make_mut(&mut self.hanging)
                .entry((T::ENTITY, customer))
                .or_default();
            hanging.insert(T::write_key(&record.key()));
        }
        let record: &dyn Any = record;
        if let Some(customer) = record.downcast_ref::<Customer>() {
            let lane = (customer.number.date(), customer.number.lane());
            let last = Arc::make_mut(&mut self.serials).entry(lane).or_default();
            *last = customer.number.serial().max(*last);
            if let Some(id) = &customer.external_id {
                Arc::make_mut(&mut self.external_ids).insert(id.clone(), customer.number);
            }
            for alias in &customer.aliases {
                link(&mut self.aliases, fold(alias), customer.number);
            }
        } else if let Some(deal) = record.downcast_ref::<Opportunity>() {
            if let Some(id) = &deal.external_id {
                Arc::make_mut(&mut self.deals).insert(id.clone(), deal.id);
            }
        } else if let Some(contact) = record.downcast_ref::<Contact>() {
            let contacts = Arc::make_mut(&mut self.contacts_of)
                .entry(contact.customer)
                .or_default();
            contacts.insert(contact.id);
        } else if let Some(answer) = record.downcast_ref::<Answer>() {
            link(&mut self.distinct, answer.low, answer.high);
            link(&mut self.distinct, answer.high, answer.low);
        }
    }

    /// The reverse of [`link`](Self::link).
    fn unlink<T: Record>(&mut self, record: &T) {
        if let (Some(customer), Some(_)) = (record.customer(), T::NEWEST)
            && let Some(hanging) = Arc::make_mut(&mut self.hanging).get_mut(&(T::ENTITY, customer))
        {
            hanging.remove(&T::write_key(&record.key()));
        }
        let record: &dyn Any = record;
        if let Some(customer) = record.downcast_ref::<Customer>() {
            for alias in &customer.aliases {
                unlink(&mut self.aliases, &fold(alias), customer.number);
            }
            if let Some(id) = &customer.external_id {
                Arc::make_mut(&mut self.external_ids).remove(id);
            }
        } else if let Some(deal) = record.downcast_ref::<Opportunity>() {
            if let Some(id) = &deal.external_id {
                Arc::make_mut(&mut self.deals).remove(id);
            }
        } else if let Some(contact) = record.downcast_ref::<Contact>() {
            if let Some(contacts) = Arc::make_mut(&mut self.contacts_of).get_mut(&contact.customer) {
                contacts.remove(&contact.id);
            }
        } else if let Some(answer) = record.downcast_ref::<Answer>() {
            unlink(&mut self.distinct, &answer.low, answer.high);
            unlink(&mut self.distinct, &answer.high, answer.low);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Team, TeamId};

    #[test]
    fn a_record_keeps_its_key() {
        let team = |n| Team {
            id: TeamId::from_bytes([n; 16]),
            revision: 1,
            name: "团队".to_owned(),
            head: None,
        };
        let mut state = State::default();
        state.put(&Put::add(team(1))).unwrap();
        state.put(&Put::add(team(2))).unwrap();
        assert!(state.put(&Put::edit(team(1), team(2))).is_err());
        assert!(state.put(&Put::edit(team(1), team(3))).is_err());
        let nothing = Put::<Team> {
            before: None,
            after: None,
        };
        assert!(state.put(&nothing).is_err());
        assert_eq!(state.put(&Put::edit(team(1), team(1))), Ok(()));
    }
}
