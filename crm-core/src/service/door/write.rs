//! The writes of a transaction: one operation, whose records wait until they are settled.

use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

use super::{Calling, Door, ReadTx, day_of, settle};
use crate::{
    access::{Action, Actor, AddCustomers, Adds, Editable, Edits, Export, Grant, SeeCustomers, decide},
    audit::{self, Sealed, payload},
    clock::new_uuid,
    error::{Error, Result},
    matching::{MatchKey, Token},
    model::{
        About, Account, AuditEntry, AuditKind, Content, Customer, CustomerNumber, ImportId, ImportRow, Lane,
        Operation, Origin, UserId,
    },
    rules::settings::Conventions,
    store::{Batch, Delta, Put, Record, StoreWrite},
};

/// A delta that waits to be written.
pub(super) struct Waiting {
    pub(super) delta: Delta,
    /// The entry that it takes back.
    pub(super) undoes: Option<u64>,
    /// Its payload, where it was made ready before.
    pub(super) sealed: Option<Sealed>,
    /// What a new customer is found by, where it was worked out before.
    pub(super) tokens: Option<Vec<Token>>,
}

impl Waiting {
    /// One of which nothing was worked out before.
    pub(super) fn of(delta: Delta, undoes: Option<u64>) -> Self {
        Self {
            delta,
            undoes,
            sealed: None,
            tokens: None,
        }
    }

    /// Goes on with a later move of the same record, if it is of the same.
    pub(super) fn go_on(&mut self, later: &Delta) -> bool {
        let Some(both) = self.delta.clone().then(later) else {
            return false;
        };
        // What was worked out is of another record.
        *self = Self::of(both, self.undoes);
        true
    }
}

/// What was worked out of a new customer before its transaction began.
pub(in crate::service) struct Prepared {
    /// Its match keys, its first contact's among them, and that of its row; sorted, each once.
    pub keys: Vec<MatchKey>,
    /// Its payload in the log.
    pub sealed: Option<Sealed>,
    /// What it is found by.
    pub tokens: Option<Vec<Token>>,
}

/// Writes of one transaction: an operation. What is put waits until it is settled, and is not seen by reads before.
pub(in crate::service) struct WriteTx<'a, 'tx> {
    door: &'a Door,
    pub(super) store: &'a mut dyn StoreWrite,
    actor: Actor,
    /// Now, by the real clock.
    at: DateTime<Utc>,
    fact_at: Option<DateTime<Utc>>,
    origin: Origin,
    conventions: Arc<Conventions>,
    kind: AuditKind,
    reason: Option<String>,
    head: (u64, [u8; 32]),
    operation: Option<Operation>,
    pub(super) waiting: Vec<Waiting>,
    /// The keys of new customers that were worked out before.
    pub(super) prepared: BTreeMap<CustomerNumber, Vec<MatchKey>>,
    pub(super) row_keys: Vec<(CustomerNumber, MatchKey)>,
    rows: Vec<(ImportId, ImportRow)>,
    /// The bytes of the attachments that are entered.
    pub(super) contents: Vec<Content>,
    /// Whether what was said of customers holds, whatever becomes of their names and numbers.
    pub(super) answers_hold: bool,
    brand: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<'a, 'tx> WriteTx<'a, 'tx> {
    /// Only the door begins one.
    pub(super) fn begin(
        door: &'a Door,
        store: &'a mut dyn StoreWrite,
        actor: Actor,
        at: DateTime<Utc>,
        calling: Calling,
        conventions: Arc<Conventions>,
        kind: AuditKind,
    ) -> Result<Self> {
        let head = store.log_head()?;
        Ok(Self {
            door,
            store,
            actor,
            at,
            fact_at: calling.fact_at,
            origin: calling.origin,
            conventions,
            kind,
            reason: None,
            head,
            operation: None,
            waiting: Vec::new(),
            prepared: BTreeMap::new(),
            row_keys: Vec::new(),
            rows: Vec::new(),
            contents: Vec::new(),
            answers_hold: false,
            brand: PhantomData,
        })
    }

    /// The transaction's reads; what waits to be settled is not among them.
    pub(in crate::service) fn reads(&self) -> ReadTx<'_, 'tx> {
        ReadTx::new(&*self.store, &self.actor, self.door, Some(&self.conventions))
    }

    pub(in crate::service) fn grant<A: Action>(&self) -> Result<Grant<'tx, A>> {
        decide(&self.actor)
    }

    pub(in crate::service) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The time that the operation's facts bear: now, unless history is entered.
    pub(in crate::service) fn now(&self) -> DateTime<Utc> {
        self.fact_at.unwrap_or(self.at)
    }

    /// Now, by the real clock.
    pub(in crate::service) fn at(&self) -> DateTime<Utc> {
        self.at
    }

    pub(super) fn door(&self) -> &'a Door {
        self.door
    }

    /// Whether history is entered.
    pub(in crate::service) fn is_backdated(&self) -> bool {
        self.fact_at.is_some()
    }

    /// The business day, by the real clock.
    pub(in crate::service) fn today(&self) -> NaiveDate {
        day_of(&self.conventions, self.at)
    }

    /// The settings, made ready for use.
    pub(in crate::service) fn conventions(&self) -> &Arc<Conventions> {
        &self.conventions
    }

    /// Says why, for the log.
    pub(in crate::service) fn because(&mut self, reason: &str) {
        self.reason = Some(reason.to_owned());
    }

    /// The bytes of a new identifier.
    pub(in crate::service) fn new_id(&self) -> [u8; 16] {
        new_uuid(self.at, &*self.door.ids)
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

    /// Lets what was said of customers hold, whatever becomes of their names and numbers (R6.3).
    pub(in crate::service) fn hold_answers(&mut self) {
        self.answers_hold = true;
    }

    /// Enters a record.
    pub(in crate::service) fn add<T: Record, A: Adds<T>>(&mut self, _grant: &Grant<'tx, A>, record: T)
    where
        Delta: From<Put<T>>,
    {
        self.put(Put::add(record));
    }

    /// Enters a customer of which much was worked out before.
    pub(in crate::service) fn add_prepared(
        &mut self,
        _grant: &Grant<'tx, AddCustomers>,
        customer: Customer,
        prepared: Prepared,
    ) {
        self.prepared.insert(customer.number, prepared.keys);
        self.waiting.push(Waiting {
            delta: Put::add(customer).into(),
            undoes: None,
            sealed: prepared.sealed,
            tokens: prepared.tokens,
        });
    }

    /// Lets a customer be known again by the row of a list that it comes with, whatever becomes of it.
    pub(in crate::service) fn know_again(&mut self, customer: CustomerNumber, row: MatchKey) {
        self.row_keys.push((customer, row));
    }

    /// Changes a record.
    pub(in crate::service) fn edit<T: Record, A: Edits<T>>(
        &mut self,
        _grant: &Grant<'tx, A>,
        before: Editable<'tx, T>,
        after: T,
    ) where
        Delta: From<Put<T>>,
    {
        self.put(Put::edit(before.into_inner(), after));
    }

    /// Takes a record out.
    pub(in crate::service) fn remove<T: Record, A: Edits<T>>(
        &mut self,
        _grant: &Grant<'tx, A>,
        before: Editable<'tx, T>,
    ) where
        Delta: From<Put<T>>,
    {
        self.put(Put::remove(before.into_inner()));
    }

    /// Changes a record back to what it was before an entry of the log.
    pub(in crate::service) fn take_back<T: Record, A: Edits<T>>(
        &mut self,
        _grant: &Grant<'tx, A>,
        now: Editable<'tx, T>,
        before: Option<T>,
        undoes: u64,
    ) where
        Delta: From<Put<T>>,
    {
        let put = Put {
            before: Some(now.into_inner()),
            after: before,
        };
        self.waiting.push(Waiting::of(put.into(), Some(undoes)));
    }

    pub(super) fn put<T: Record>(&mut self, put: Put<T>)
    where
        Delta: From<Put<T>>,
    {
        self.waiting.push(Waiting::of(put.into(), None));
    }

    /// Keeps the outcome of an import's row with what it stored.
    pub(super) fn keep_row(&mut self, import: ImportId, row: ImportRow) {
        self.rows.push((import, row));
    }

    /// Brings in order what follows from what was put (R2.10, R3.1, R6.1), and writes it all. A use case is settled when
    /// it ends; one that goes on from what it has put settles in between.
    pub(in crate::service) fn settle(&mut self) -> Result<()> {
        if self.waiting.is_empty() && self.rows.is_empty() {
            return Ok(());
        }
        let (waiting, keys) = settle::settle(self)?;
        let mut batch = Batch {
            deltas: Vec::with_capacity(waiting.len()),
            entries: Vec::with_capacity(waiting.len()),
            keys,
            rows: std::mem::take(&mut self.rows),
            tokens: Vec::new(),
            contents: std::mem::take(&mut self.contents),
        };
        for Waiting {
            delta,
            undoes,
            sealed,
            tokens,
        } in waiting
        {
            let operation = self.operation();
            let sealed = match sealed {
                Some(sealed) => sealed,
                None => Sealed::new(
                    delta.payload(&operation, self.reason.as_deref()),
                    self.door.ids.bytes(),
                ),
            };
            batch
                .entries
                .push(self.entry(operation, delta.about(undoes), sealed));
            if let (Delta::Customer(put), Some(tokens)) = (&delta, tokens) {
                batch.tokens.extend(put.key().map(|number| (number, tokens)));
            }
            batch.deltas.push(delta);
        }
        self.store.apply(&batch)
    }

    /// Records what somebody tried and may not.
    pub(super) fn refuse(&mut self, user: UserId, action: &str) -> Result<()> {
        let operation = Operation {
            actor: Some(user),
            ..self.operation()
        };
        self.append_alone(operation, About::store(), action)
    }

    /// Turns it into another kind of operation, before it has written anything.
    pub(in crate::service) fn turn_into(&mut self, kind: AuditKind) {
        self.kind = kind;
    }

    /// Records that a password was refused, and why: of a user's account, if there is one.
    pub(super) fn refuse_password(&mut self, user: Option<UserId>, why: &str) -> Result<()> {
        self.turn_into(AuditKind::LoginRefused);
        let about = user.map_or_else(About::store, |user| About {
            entity: Account::ENTITY,
            key: Account::write_key(&user),
            ..About::store()
        });
        let operation = self.operation();
        self.append_alone(operation, about, why)
    }

    /// Records what was done, and moved no record.
    pub(super) fn note<A: Action>(&mut self, _grant: &Grant<'tx, A>, action: &str) -> Result<()> {
        let operation = self.operation();
        self.append_alone(operation, About::store(), action)
    }

    /// Records what was exported.
    pub(in crate::service) fn note_export(&mut self, grant: &Grant<'tx, Export>, told: &str) -> Result<()> {
        self.note(grant, told)
    }

    /// Records that a customer's details were opened. It is about no record: nothing has befallen the customer.
    pub(in crate::service) fn note_opening(
        &mut self,
        _grant: &Grant<'tx, SeeCustomers>,
        customer: CustomerNumber,
    ) -> Result<()> {
        let about = About {
            customer: Some(customer),
            ..About::store()
        };
        let operation = self.operation();
        self.append_alone(operation, about, SeeCustomers::NAME)
    }

    /// An entry that moves no record.
    fn append_alone(&mut self, operation: Operation, about: About, action: &str) -> Result<()> {
        let sealed = Sealed::new(payload::of_action(action), self.door.ids.bytes());
        let entries = vec![self.entry(operation, about, sealed)];
        self.store.apply(&Batch {
            entries,
            ..Batch::default()
        })
    }

    /// The operation, which begins with its first entry.
    fn operation(&mut self) -> Operation {
        let (id, actor) = (self.head.0 + 1, self.actor.user());
        *self.operation.get_or_insert(Operation {
            id,
            at: self.at,
            actor,
            kind: self.kind,
            fact_at: self.fact_at,
            origin: self.origin,
        })
    }

    fn entry(&mut self, operation: Operation, about: About, sealed: Sealed) -> AuditEntry {
        let (seq, previous) = self.head;
        let entry = audit::chain(operation, about, sealed, seq + 1, &previous);
        self.head = (entry.seq, entry.hash);
        entry
    }
}
