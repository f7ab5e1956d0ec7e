//! Holding a store against its own log: the reads of each step, which go past every scope.

use std::collections::{BTreeMap, BTreeSet};

use super::{ReadTx, attachments::verify};
use crate::{
    access::{CheckStore, Grant},
    audit::{Replayed, Verifier, differing, replay},
    error::{Code, Error, Result},
    matching::{KeyKind, MatchKey},
    model::{
        Attachment, AuditEntry, AuditKind, CheckReport, CustomerNumber, Entity, EntityRef, FaultKind,
        RecordKey, fields,
    },
    rules::settle::keys_of,
    store::{Record, Records, RecordsExt, Scope, StoreRead},
};

/// Entries that are read at a time.
const STRETCH: u32 = 1_000;

/// The records that the log speaks of, without those that hang on a customer.
pub(in crate::service) type Named = (Entity, RecordKey);

/// What the log has told so far.
#[derive(Default)]
pub(in crate::service) struct Told {
    verifier: Verifier,
    /// Whether it has stopped following.
    broken: bool,
    /// The customers that it speaks of, as they come.
    pub(in crate::service) customers: Vec<CustomerNumber>,
    /// Other records that hang on none, and those that a merge moved: their entries stand with several customers.
    pub(in crate::service) others: Vec<Named>,
    moved: BTreeSet<Named>,
}

/// A sum over match keys and their customers that does not depend on their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::service) struct Sum {
    pairs: u64,
    mixed: u64,
}

impl Sum {
    fn add(&mut self, key: MatchKey, customer: CustomerNumber) {
        // The finaliser of SplitMix64: neither keys nor numbers are random enough by themselves.
        let mut mixed = key.to_i64().cast_unsigned() ^ customer.to_i64().cast_unsigned().rotate_left(32);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.mixed = self.mixed.wrapping_add(mixed ^ (mixed >> 31));
        self.pairs += 1;
    }
}

/// What must be there, by the records that were held against the log so far.
#[derive(Default)]
pub(in crate::service) struct Held {
    /// Of each kind of match key that comes from customers; a row's comes from its list.
    keys: BTreeMap<KeyKind, Sum>,
    /// How many of each sort the log knows that are there.
    there: BTreeMap<Entity, u64>,
}

impl<'tx> ReadTx<'_, 'tx> {
    /// How many parts the store's own file is checked in.
    pub(in crate::service) fn file_parts(&self, _grant: &Grant<'tx, CheckStore>) -> Result<u32> {
        self.store.file_parts()
    }

    /// Checks a part of the store's own file.
    pub(in crate::service) fn check_file(
        &self,
        _grant: &Grant<'tx, CheckStore>,
        part: u32,
        report: &mut CheckReport,
    ) -> Result<()> {
        for detail in self.store.check_file(part)? {
            report.add(FaultKind::File, None, detail);
        }
        Ok(())
    }

    pub(in crate::service) fn entries_there(&self, _grant: &Grant<'tx, CheckStore>) -> Result<u64> {
        Ok(self.store.log_head()?.0)
    }

    /// Takes the next stretch of the log, and answers whether there may be more.
    pub(in crate::service) fn check_log(
        &self,
        _grant: &Grant<'tx, CheckStore>,
        told: &mut Told,
        after: &mut u64,
        report: &mut CheckReport,
    ) -> Result<bool> {
        let entries = self.store.log(*after, STRETCH)?;
        let Some(last) = entries.last() else {
            if let (false, Err(emptied)) = (told.broken, told.verifier.end()) {
                report.add(
                    FaultKind::Log,
                    None,
                    format!("entry {}: emptied without an erasure", emptied.seq),
                );
            }
            report.entries = told.verifier.head().0;
            return Ok(false);
        };
        *after = last.seq;
        for entry in &entries {
            if let (false, Err(broken)) = (told.broken, told.verifier.next(entry)) {
                told.broken = true;
                report.add(
                    FaultKind::Log,
                    None,
                    format!("entry {}: does not follow", broken.seq),
                );
            }
            told.take(entry);
        }
        Ok(true)
    }

    /// Holds customers, and all that hangs on them, against the log.
    pub(in crate::service) fn check_customers(
        &self,
        _grant: &Grant<'tx, CheckStore>,
        numbers: &[CustomerNumber],
        told: &Told,
        held: &mut Held,
        report: &mut CheckReport,
    ) -> Result<()> {
        for dossier in self.store.dossiers(numbers)? {
            let number = dossier.customer.number;
            for key in keys_of(&dossier.customer, &dossier.contacts) {
                held.keys.entry(key.kind()).or_default().add(key, number);
            }
            let primary = dossier.contacts.iter().filter(|contact| contact.primary).count();
            if !dossier.contacts.is_empty() && primary != 1 && dossier.customer.archived_at.is_none() {
                let about = reference(Entity::Customer, &RecordKey::Number(number));
                report.add(
                    FaultKind::Primary,
                    Some(about),
                    format!("{primary} of {}", dossier.contacts.len()),
                );
            }
        }
        for &number in numbers {
            let mut of: BTreeMap<Named, Vec<AuditEntry>> = BTreeMap::new();
            let mut before = u64::MAX;
            loop {
                let entries = self.store.log_of(number, before, STRETCH)?;
                let Some(last) = entries.last() else { break };
                before = last.seq;
                for entry in entries {
                    of.entry((entry.about.entity, entry.about.key.clone()))
                        .or_default()
                        .push(entry);
                }
            }
            for ((entity, key), entries) in of {
                let named = (entity, key);
                if told.moved.contains(&named) {
                    continue;
                }
                let (entity, key) = named;
                self.check_record(entity, &key, &entries, held, report)?;
            }
        }
        Ok(())
    }

    /// Holds a record that hangs on no customer against the log.
    pub(in crate::service) fn check_other(
        &self,
        _grant: &Grant<'tx, CheckStore>,
        (entity, key): &Named,
        held: &mut Held,
        report: &mut CheckReport,
    ) -> Result<()> {
        let (mut all, mut before) = (Vec::new(), u64::MAX);
        loop {
            let entries = self.store.log_about(*entity, key, before, STRETCH)?;
            let Some(last) = entries.last() else { break };
            before = last.seq;
            all.extend(entries);
        }
        self.check_record(*entity, key, &all, held, report)
    }

    /// Holds the numbers of records against the log's.
    pub(in crate::service) fn check_counts(
        &self,
        _grant: &Grant<'tx, CheckStore>,
        held: &Held,
        report: &mut CheckReport,
    ) -> Result<()> {
        macro_rules! each {
            ($($name:ident),+) => { $(
                let entity = <crate::model::$name as Record>::ENTITY;
                let there = Records::<crate::model::$name>::count(self.store)?;
                let known = held.there.get(&entity).copied().unwrap_or_default();
                if there != known {
                    let detail = format!("{}: {there} there, {known} by the log", entity.code());
                    report.add(FaultKind::Count, None, detail);
                }
            )+ };
        }
        crate::for_each_record!(each);
        Ok(())
    }

    /// Holds the match keys of a kind against those that its customers must have.
    pub(in crate::service) fn check_keys(
        &self,
        _grant: &Grant<'tx, CheckStore>,
        kind: KeyKind,
        held: &Held,
        report: &mut CheckReport,
    ) -> Result<()> {
        let mut there = Sum::default();
        self.store.keys(kind, &mut |key, customers| {
            customers.iter().for_each(|&customer| there.add(key, customer));
            Ok(true)
        })?;
        let must = held.keys.get(&kind).copied().unwrap_or_default();
        if there != must {
            let detail = format!(
                "{}: {} there, {} by the customers",
                kind.code(),
                there.pairs,
                must.pairs
            );
            report.add(FaultKind::Keys, None, detail);
        }
        Ok(())
    }

    /// Holds the bytes of an attachment against its digest (R4.2).
    fn check_content(&self, key: &RecordKey, report: &mut CheckReport) -> Result<()> {
        let there = match Attachment::read_key(key) {
            Some(id) => self.store.record::<Attachment>(id, &Scope::all())?,
            None => None,
        };
        match there.map(|attachment| verify(self.store, &attachment)) {
            Some(Err(Error::Storage {
                code: Code::AttachmentDamaged,
                ..
            })) => {
                let about = reference(Attachment::ENTITY, key);
                report.add(FaultKind::Content, Some(about), fields::ATTACHMENT_CONTENT);
                Ok(())
            }
            Some(Err(error)) => Err(error),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// `entries` from the latest to the first.
    fn check_record(
        &self,
        entity: Entity,
        key: &RecordKey,
        entries: &[AuditEntry],
        held: &mut Held,
        report: &mut CheckReport,
    ) -> Result<()> {
        if entity == Attachment::ENTITY {
            self.check_content(key, report)?;
        }
        macro_rules! as_its_sort {
            ($($name:ident),+) => { $(
                if entity == <crate::model::$name as Record>::ENTITY {
                    return compare::<crate::model::$name>(self.store, key, entries, held, report);
                }
            )+ };
        }
        crate::for_each_record!(as_its_sort);
        // Of the store itself there is nothing to hold.
        Ok(())
    }
}

impl Told {
    /// Puts in order what it speaks of, each once.
    pub(in crate::service) fn settle(&mut self) {
        self.customers.sort_unstable();
        self.customers.dedup();
        self.others.sort_unstable();
        self.others.dedup();
    }

    fn take(&mut self, entry: &AuditEntry) {
        let about = &entry.about;
        if about.entity == Entity::Store {
            return;
        }
        if entry.operation.kind == AuditKind::CustomerMerged {
            let named = (about.entity, about.key.clone());
            self.others.push(named.clone());
            self.moved.insert(named);
        }
        match about.customer {
            Some(customer) => {
                if self.customers.last() != Some(&customer) {
                    self.customers.push(customer);
                }
            }
            None => self.others.push((about.entity, about.key.clone())),
        }
    }
}

/// Holds a record against its entries, from the latest to the first.
fn compare<T: Record>(
    store: &(impl Records<T> + StoreRead + ?Sized),
    key: &RecordKey,
    entries: &[AuditEntry],
    held: &mut Held,
    report: &mut CheckReport,
) -> Result<()> {
    let about = || Some(reference(T::ENTITY, key));
    let Some(named) = T::read_key(key) else {
        report.add(FaultKind::Log, about(), "is named by what is no key");
        return Ok(());
    };
    let there = store.record(named, &Scope::all())?;
    *held.there.entry(T::ENTITY).or_default() += u64::from(there.is_some());
    report.records += 1;
    match (replay::<T>(entries.iter().rev()), there) {
        (Replayed::Unknown, _) => report.untold += 1,
        (Replayed::Known(None), None) => {}
        (Replayed::Known(None), Some(_)) => {
            report.add(FaultKind::Record, about(), "is there, and was taken out")
        }
        (Replayed::Known(Some(_)), None) => report.add(FaultKind::Record, about(), "is missing"),
        (Replayed::Known(Some(told)), Some(there)) => {
            let fields = differing(&told, &there);
            if !fields.is_empty() {
                report.add(FaultKind::Record, about(), fields.join(", "));
            }
        }
    }
    Ok(())
}

pub(in crate::service) fn reference(entity: Entity, key: &RecordKey) -> EntityRef {
    EntityRef {
        entity: entity.code().to_owned(),
        key: key.to_string(),
    }
}
