//! The log: what is read of it, and what it tells of a record's past (R8.5).

use std::collections::BTreeSet;

use super::ReadTx;
use crate::{
    access::{Action, EditCustomers, Grant, ReadAudit, SeeCustomers},
    audit::Payload,
    error::{Error, Result},
    model::{
        Answer, AuditEntry, AuditKind, AuditQuery, Customer, CustomerKey, CustomerNumber, Entity, Import,
        ImportId, Page, PageRequest, RecordKey, fields,
    },
    store::{Keyset, LogFilter, Record, SortValue},
};

/// Entries that a look back reads at a time.
const STRETCH: u32 = 100;

impl<'tx> ReadTx<'_, 'tx> {
    pub(in crate::service) fn log(
        &self,
        _grant: &Grant<'tx, ReadAudit>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        self.store.log(after, limit)
    }

    /// A page of the entries that a query finds, the latest first.
    pub(in crate::service) fn search_log(
        &self,
        grant: &Grant<'tx, ReadAudit>,
        query: &AuditQuery,
        page: &PageRequest,
    ) -> Result<Page<AuditEntry>> {
        let by = self.asked_user(grant, fields::BY, query.by.as_deref())?;
        let customer = match query.customer.as_deref().filter(|text| !text.trim().is_empty()) {
            Some(customer) => Some(self.named_in_log(&CustomerKey::from(customer))?),
            None => None,
        };
        let filter = LogFilter {
            by,
            kind: query.kind,
            customer,
            since: query.since,
            until: query.until,
        };
        let keyset = Keyset::new(LogFilter::ORDER, page)?;
        let before = match keyset.after() {
            Some([SortValue::Integer(last)]) => last.cast_unsigned(),
            _ => u64::MAX,
        };
        let limit = u32::try_from(keyset.limit()).unwrap_or(u32::MAX);
        let mut items = self.store.log_where(&filter, before, limit.saturating_add(1))?;
        let more = items.len() > keyset.limit();
        items.truncate(keyset.limit());
        let place = |entry: &AuditEntry| [SortValue::Integer(entry.seq.cast_signed())];
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| keyset.cursor(&place(last)));
        Ok(Page { items, next })
    }

    /// The number of a customer of whom the log may tell, there or not.
    fn named_in_log(&self, key: &CustomerKey) -> Result<CustomerNumber> {
        match key.number() {
            Some(number) => Ok(number),
            None => Ok(self.find_customer(&self.grant()?, key)?.number),
        }
    }

    pub(in crate::service) fn log_head(&self, _grant: &Grant<'tx, ReadAudit>) -> Result<(u64, [u8; 32])> {
        self.store.log_head()
    }

    /// How many entries there are ([`Exception::Serials`](crate::access::Exception)).
    pub(in crate::service) fn log_length(&self, _grant: &Grant<'tx, SeeCustomers>) -> Result<u64> {
        Ok(self.store.log_head()?.0)
    }

    /// The entries after a position, whatever they are about: what the caller may be told of them is to be worked out.
    pub(in crate::service) fn log_since(
        &self,
        _grant: &Grant<'tx, SeeCustomers>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        self.store.log(after, limit)
    }

    /// The entries about a customer that may be seen, those merged into it, and what hangs on them, the latest first, without
    /// those that name another one which may not be seen.
    pub(in crate::service) fn log_of(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        customer: &Customer,
        mut before: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        let merged = self.merged_into(grant, customer)?;
        let own: Vec<CustomerNumber> = merged
            .iter()
            .map(|merge| merge.number)
            .chain([customer.number])
            .collect();
        let mut told: Vec<AuditEntry> = Vec::new();
        let (wanted, mut stretch) = (limit as usize, limit);
        loop {
            let mut entries = Vec::new();
            for &number in &own {
                entries.extend(self.store.log_of(number, before, stretch)?);
            }
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
            entries.truncate(stretch as usize);
            let ended = entries.len() < stretch as usize;
            let Some(last) = entries.last() else {
                return Ok(told);
            };
            before = last.seq;
            let named: BTreeSet<CustomerNumber> = entries.iter().flat_map(customers_of).collect();
            // Who looked is for admins to know.
            let entries: Vec<AuditEntry> = entries
                .into_iter()
                .filter(|entry| entry.operation.kind != AuditKind::CustomerOpened)
                .collect();
            let others: Vec<CustomerNumber> =
                named.into_iter().filter(|other| !own.contains(other)).collect();
            let mut seen = self.seen_of(grant, &others)?;
            seen.extend(self.merges(grant, &others)?.iter().map(|merge| merge.number));
            let may_be_told = |number: &CustomerNumber| own.contains(number) || seen.contains(number);
            told.extend(
                entries
                    .into_iter()
                    .filter(|entry| customers_of(entry).iter().all(may_be_told)),
            );
            if ended || told.len() >= wanted {
                told.truncate(wanted);
                return Ok(told);
            }
            // Only where something was left out.
            stretch = limit.max(STRETCH);
        }
    }

    /// The entries of an operation, in order.
    pub(in crate::service) fn log_of_operation(
        &self,
        _grant: &Grant<'tx, EditCustomers>,
        operation: u64,
    ) -> Result<Vec<AuditEntry>> {
        let mut entries = Vec::new();
        let mut after = operation.saturating_sub(1);
        loop {
            let stretch = self.store.log(after, STRETCH)?;
            let Some(last) = stretch.last().map(|entry| entry.seq) else {
                return Ok(entries);
            };
            let ended = stretch.iter().any(|entry| entry.operation.id != operation);
            entries.extend(
                stretch
                    .into_iter()
                    .filter(|entry| entry.operation.id == operation),
            );
            if ended {
                return Ok(entries);
            }
            after = last;
        }
    }

    /// Refuses a record that was changed after the caller saw this revision of it.
    ///
    /// # Errors
    /// Conflict, which names the fields that the log says have changed since.
    pub(in crate::service) fn check_revision<T: Record, A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        record: &T,
        seen: u64,
    ) -> Result<()> {
        let revision = record.revision().unwrap_or_default();
        if revision == seen {
            return Ok(());
        }
        let key = T::write_key(&record.key());
        let mut fields = BTreeSet::new();
        for entry in self.store.log_about(T::ENTITY, &key, u64::MAX, STRETCH)? {
            let Payload::Read(read) = Payload::of(&entry) else {
                continue;
            };
            let raised = |part: &Option<serde_json::Map<String, serde_json::Value>>| {
                part.as_ref()
                    .and_then(|part| part.get(fields::REVISION))
                    .and_then(|value| value.as_u64())
            };
            if raised(&read.after).is_some_and(|after| after > seen) {
                fields.extend(read.changed_fields().map(str::to_owned));
            }
        }
        if fields.is_empty() {
            // A revision that there never was, or whose changes have been erased.
            fields.insert(crate::model::fields::REVISION.to_owned());
        }
        Err(Error::Conflict {
            fields: fields.into_iter().collect(),
            revision,
        })
    }

    /// The operations in which an import that exists for the caller went on.
    pub(in crate::service) fn operations_of<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        import: ImportId,
    ) -> Result<BTreeSet<u64>> {
        self.import(grant, import)?;
        let (mut operations, mut before) = (BTreeSet::new(), u64::MAX);
        loop {
            let entries =
                self.store
                    .log_about(Entity::Import, &Import::write_key(&import), before, STRETCH)?;
            let Some(last) = entries.last() else {
                return Ok(operations);
            };
            before = last.seq;
            operations.extend(entries.iter().map(|entry| entry.operation.id));
        }
    }

    /// Whether the latest that befell a record, and still has an effect, was in none of these operations, nor before them.
    pub(in crate::service) fn changed_by_others(
        &self,
        entity: Entity,
        key: &RecordKey,
        operations: &BTreeSet<u64>,
    ) -> Result<bool> {
        let latest = self.effective(entity, key)?;
        let last = operations.last().copied().unwrap_or_default();
        Ok(
            latest
                .is_some_and(|entry| entry.operation.id > last && !operations.contains(&entry.operation.id)),
        )
    }

    /// The latest entry about a record that still has an effect: neither taken back, nor one that takes another back, nor
    /// one that only tells which contact is primary, as every further contact may change.
    pub(in crate::service) fn effective(
        &self,
        entity: Entity,
        key: &RecordKey,
    ) -> Result<Option<AuditEntry>> {
        self.latest(entity, key, |entry| !only_settles(entry))
    }

    /// The latest entry about a record that is neither taken back nor takes another back, and counts.
    pub(in crate::service) fn latest(
        &self,
        entity: Entity,
        key: &RecordKey,
        counts: impl Fn(&AuditEntry) -> bool,
    ) -> Result<Option<AuditEntry>> {
        let mut taken_back = BTreeSet::new();
        let mut before = u64::MAX;
        loop {
            let entries = self.store.log_about(entity, key, before, STRETCH)?;
            let Some(last) = entries.last().map(|entry| entry.seq) else {
                return Ok(None);
            };
            for entry in entries {
                if taken_back.contains(&entry.seq) {
                    continue;
                }
                match entry.about.undoes {
                    Some(undone) => {
                        taken_back.insert(undone);
                    }
                    None if counts(&entry) => return Ok(Some(entry)),
                    None => {}
                }
            }
            before = last;
        }
    }
}

/// The customers that an entry names: the one that it is about, and of an answer the other one too.
pub(in crate::service) fn customers_of(entry: &AuditEntry) -> Vec<CustomerNumber> {
    let answer = match entry.about.entity {
        Entity::Answer => Answer::read_key(&entry.about.key),
        _ => None,
    };
    match answer {
        Some((low, high)) => vec![low, high],
        None => entry.about.customer.into_iter().collect(),
    }
}

/// Whether an entry changed nothing but which contact is primary.
pub(in crate::service) fn only_settles(entry: &AuditEntry) -> bool {
    const PRIMARY: &str = "primary";

    let Payload::Read(read) = Payload::of(entry) else {
        return false;
    };
    entry.about.entity == Entity::Contact
        && read.before.is_some()
        && read.after.is_some()
        && read.changed_fields().all(|field| field == PRIMARY)
}
