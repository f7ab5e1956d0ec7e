//! The log (R8.5), as it is stored.

use crm_core::{
    About, AuditEntry, AuditKind, Code, Contact, CustomerNumber, Entity, Operation, Origin, RecordKey,
    audit::{GENESIS, Sealed, Verifier, chain, payload},
    store::{Batch, LogFilter, Record, Store, StoreExt},
};

use crate::{
    Make,
    fixture::{
        add, archive, archived, batch, commit, contact, contact_id, customer, edit, instant, number, read,
        staffed, user, user_id,
    },
};

/// The operation of the entry `n`, three of which belong to one.
fn operation(n: u64) -> Operation {
    let id = n / 3 * 3 + 1;
    Operation {
        id,
        at: instant(i64::try_from(id).unwrap() * 1001),
        actor: (id % 2 == 1).then(|| user_id(77)),
        kind: AuditKind::ALL[usize::try_from(id).unwrap() % AuditKind::ALL.len()],
        fact_at: (id % 4 == 1).then(|| instant(-1_000_000_000_007 * i64::try_from(id).unwrap())),
        // 1,003: by an assistant in lane 3.
        origin: Origin::of([0, 3, 1_003][id as usize % 3]),
    }
}

/// Records of all sorts, keys of all forms; of users and customers that are not there.
fn about(n: u64) -> About {
    let entity = Entity::ALL[n as usize % Entity::ALL.len()];
    let customer = number(1 + n as u32 % 3);
    About {
        entity,
        key: match entity {
            Entity::Store | Entity::Settings => RecordKey::Text(String::new()),
            Entity::Customer => RecordKey::Number(customer),
            Entity::PickEntry | Entity::Answer => RecordKey::Text(format!("号/'{}", n % 2)),
            _ => RecordKey::Id([n as u8 % 2; 16]),
        },
        customer: (entity == Entity::Customer || n % 2 == 1).then_some(customer),
        owner_before: (n % 5 < 2).then(|| user_id(81)),
        owner_after: (!n.is_multiple_of(5)).then(|| user_id(82)),
        undoes: (n % 6 == 5).then_some(n),
    }
}

/// The entry `n`, from 0, after the one with this hash.
fn entry(n: u64, previous: &[u8; 32]) -> AuditEntry {
    // No store reads a payload: it need not be one.
    let sealed = Sealed::new(vec![n as u8; n as usize % 7 * 50], [n as u8; 16]);
    chain(operation(n), about(n), sealed, n + 1, previous)
}

fn append(store: &dyn Store, entries: &[AuditEntry]) -> crm_core::Result<()> {
    let batch = Batch {
        entries: entries.to_vec(),
        ..Batch::default()
    };
    store.write_with(|tx| tx.apply(&batch))
}

/// A store whose log has so many entries, two to a transaction, and these.
fn logged(make: Make<'_>, count: u64) -> (Box<dyn Store>, Vec<AuditEntry>) {
    let store = make();
    let mut entries: Vec<AuditEntry> = Vec::new();
    for n in 0..count {
        let previous = entries.last().map_or(GENESIS, |last| last.hash);
        entries.push(entry(n, &previous));
    }
    entries.chunks(2).for_each(|two| append(&*store, two).unwrap());
    (store, entries)
}

fn verify(log: &[AuditEntry]) -> Verifier {
    let mut verifier = Verifier::default();
    for entry in log {
        verifier.next(entry).expect("the chain is whole");
    }
    verifier
}

/// Every field of an entry is what was appended, whether or not whom it names is there; the head is the last one's.
pub fn keeps_every_field_of_entries(make: Make<'_>) {
    let store = make();
    assert_eq!(read(&*store, |tx| tx.log_head()), (0, GENESIS));
    assert_eq!(read(&*store, |tx| tx.log(0, 10)), []);
    let (store, entries) = logged(make, 3 * AuditKind::ALL.len() as u64);
    let log = read(&*store, |tx| tx.log(0, 1000));
    assert_eq!(log, entries);
    assert_eq!(read(&*store, |tx| tx.log_head()), verify(&log).head());
}

/// Entries are found by who, what, which customer and when, the latest first, before a position.
pub fn finds_entries(make: Make<'_>) {
    let (store, entries) = logged(make, 3 * AuditKind::ALL.len() as u64);
    commit(&*store, [add(user(1)), add(customer(number(1)))]);
    let all = read(&*store, |tx| tx.log(0, 1000));
    let filters = [
        LogFilter::default(),
        LogFilter {
            by: Some(user_id(77)),
            ..LogFilter::default()
        },
        LogFilter {
            by: Some(user_id(1)),
            ..LogFilter::default()
        },
        LogFilter {
            kind: Some(AuditKind::Refused),
            ..LogFilter::default()
        },
        LogFilter {
            customer: Some(number(2)),
            kind: Some(entries[4].operation.kind),
            ..LogFilter::default()
        },
        LogFilter {
            since: Some(entries[9].operation.at),
            until: Some(entries[30].operation.at),
            ..LogFilter::default()
        },
    ];
    for filter in filters {
        for (before, limit) in [(u64::MAX, 1000), (40, 3), (1, 5)] {
            let met = all
                .iter()
                .rev()
                .filter(|entry| entry.seq < before && filter.is_met(entry));
            let expected: Vec<AuditEntry> = met.take(limit as usize).cloned().collect();
            let found = read(&*store, |tx| tx.log_where(&filter, before, limit));
            assert_eq!(found, expected, "{filter:?} {before} {limit}");
        }
    }
}

/// An operation's entries share its identifier, though they come in several batches, of one transaction or of several.
pub fn keeps_operations_together(make: Make<'_>) {
    let store = staffed(make);
    let (last, head) = read(&*store, |tx| tx.log_head());
    let of = |kind, origin| Operation {
        id: last + 1,
        kind,
        origin: Origin::of(origin),
        fact_at: Some(instant(-5)),
        ..operation(0)
    };
    let operation = of(AuditKind::ImportUndone, 7);
    let next = Operation {
        id: last + 6,
        ..of(AuditKind::Undone, 0)
    };
    let mut entries: Vec<AuditEntry> = Vec::new();
    for (n, operation) in (1..).zip([operation; 5].into_iter().chain([next])) {
        let previous = entries.last().map_or(head, |last| last.hash);
        let sealed = Sealed::new(vec![1], [2; 16]);
        entries.push(chain(operation, about(n), sealed, last + n, &previous));
    }
    let batch = |entries: &[AuditEntry]| Batch {
        entries: entries.to_vec(),
        ..Batch::default()
    };
    store
        .write_with(|tx| {
            tx.apply(&batch(&entries[..1]))?;
            assert_eq!(
                tx.log_head()?,
                (last + 1, entries[0].hash),
                "of what it has applied too"
            );
            tx.apply(&batch(&entries[1..3]))?;
            assert_eq!(tx.log(last, 9)?, entries[..3]);
            Ok(())
        })
        .unwrap();
    append(&*store, &entries[3..]).unwrap();
    assert_eq!(read(&*store, |tx| tx.log(last, 9)), entries);
    verify(&read(&*store, |tx| tx.log(0, 99)));
}

/// An entry that moves no record, and records that are moved, each with an entry, in one batch.
pub fn keeps_entries_beside_records(make: Make<'_>) {
    let store = staffed(make);
    let batch = store
        .write_with(|tx| {
            let mut batch = batch(tx, [add(customer(number(1))), add(contact(1, number(1)))])?;
            let last = batch.entries.last().unwrap();
            let sealed = Sealed::new(payload::erasure(&[1, 2]), [9; 16]);
            let (operation, about) = (last.operation, About::store());
            batch
                .entries
                .push(chain(operation, about, sealed, last.seq + 1, &last.hash));
            tx.apply(&batch)?;
            Ok(batch)
        })
        .unwrap();
    let log = read(&*store, |tx| tx.log(batch.entries[0].seq - 1, 9));
    assert_eq!(log, batch.entries);
    assert_eq!(
        crate::fixture::get(&*store, contact_id(1)),
        Some(contact(1, number(1)))
    );
    let of_nothing = read(&*store, |tx| {
        tx.log_about(Entity::Store, &RecordKey::Text(String::new()), u64::MAX, 9)
    });
    assert_eq!(of_nothing, batch.entries[2..]);
}

/// An entry whose payload and salt are erased is one all the same, and keeps its digest (R9.3).
pub fn keeps_erased_entries(make: Make<'_>) {
    let (store, mut entries) = logged(make, 2);
    let mut erased = entry(2, &entries[1].hash);
    (erased.payload, erased.salt) = (None, None);
    append(&*store, std::slice::from_ref(&erased)).unwrap();
    let next = entry(3, &erased.hash);
    append(&*store, std::slice::from_ref(&next)).unwrap();
    entries.extend([erased, next]);
    let log = read(&*store, |tx| tx.log(0, 10));
    assert_eq!(log, entries);
    assert_eq!(
        verify(&log).end().map_err(|broken| broken.seq),
        Err(3),
        "no erasure names it"
    );
    // An empty payload is not an erased one.
    let empty = log[0].clone();
    assert_eq!((empty.payload, empty.salt), (Some(Vec::new()), Some([0; 16])));
}

/// Entries come in order, so many after a position.
pub fn reads_the_log_in_order(make: Make<'_>) {
    let (store, _) = logged(make, 12);
    let seqs = |after, limit| {
        let entries = read(&*store, |tx| tx.log(after, limit));
        entries.into_iter().map(|entry| entry.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(0, 5), [1, 2, 3, 4, 5]);
    assert_eq!(seqs(5, 5), [6, 7, 8, 9, 10]);
    assert_eq!(seqs(10, u32::MAX), [11, 12]);
    assert_eq!(
        (seqs(12, 5), seqs(u64::MAX, 5), seqs(3, 0)),
        (vec![], vec![], vec![])
    );
}

/// The wanted entries of a log, the latest first, before a position, up to a limit.
fn latest(
    entries: &[AuditEntry],
    before: u64,
    limit: u32,
    wanted: impl Fn(&About) -> bool,
) -> Vec<&AuditEntry> {
    let entries = entries.iter().rev();
    let wanted = entries.filter(|entry| entry.seq < before && wanted(&entry.about));
    wanted.take(limit as usize).collect()
}

const BEFORE: [u64; 6] = [0, 1, 7, 30, 41, u64::MAX];

/// What is about one record comes latest first, before a position, up to a limit; sort and key both count.
pub fn reads_what_is_about_one_record(make: Make<'_>) {
    let (store, entries) = logged(make, 40);
    let mut keys: Vec<RecordKey> = entries.iter().map(|entry| entry.about.key.clone()).collect();
    keys.extend([
        RecordKey::Text("号".to_owned()),
        RecordKey::Id([9; 16]),
        RecordKey::Number(number(9)),
    ]);
    keys.sort_unstable();
    keys.dedup();
    for &entity in Entity::ALL {
        for key in &keys {
            for (before, limit) in BEFORE
                .into_iter()
                .flat_map(|before| [0, 1, 3, u32::MAX].map(|n| (before, n)))
            {
                let found = read(&*store, |tx| tx.log_about(entity, key, before, limit));
                let expected = latest(&entries, before, limit, |about| {
                    about.entity == entity && about.key == *key
                });
                assert!(
                    found.iter().eq(expected.iter().copied()),
                    "{entity} {key}, {limit} before {before}"
                );
            }
        }
    }
}

/// What is about a customer and what hangs on it comes latest first, before a position, up to a limit.
pub fn reads_what_is_about_one_customer(make: Make<'_>) {
    let (store, entries) = logged(make, 40);
    for serial in 1..5 {
        let customer: CustomerNumber = number(serial);
        for (before, limit) in BEFORE
            .into_iter()
            .flat_map(|before| [0, 1, 3, u32::MAX].map(|n| (before, n)))
        {
            let found = read(&*store, |tx| tx.log_of(customer, before, limit));
            let expected = latest(&entries, before, limit, |about| about.customer == Some(customer));
            assert!(
                found.iter().eq(expected.iter().copied()),
                "{customer}, {limit} before {before}"
            );
        }
    }
}

/// A customer's entries and its contacts' are its history, after it and they are archived too.
pub fn keeps_the_history_of_archived_customers(make: Make<'_>) {
    let store = staffed(make);
    let one = customer(number(1));
    let person = contact(1, number(1));
    let gone = Contact {
        archived_at: Some(instant(4)),
        revision: 2,
        ..person.clone()
    };
    commit(&*store, [add(one.clone()), add(customer(number(2)))]);
    commit(&*store, [add(person.clone()), add(contact(2, number(2)))]);
    commit(&*store, [archive(&one), edit(&person, &gone)]);
    let history = read(&*store, |tx| tx.log_of(number(1), u64::MAX, 9));
    let about: Vec<(Entity, RecordKey)> = history
        .iter()
        .map(|entry| (entry.about.entity, entry.about.key.clone()))
        .collect();
    let (of_customer, of_contact) = (
        (Entity::Customer, RecordKey::Number(number(1))),
        (Entity::Contact, Contact::write_key(&contact_id(1))),
    );
    let expected = [&of_contact, &of_customer, &of_contact, &of_customer];
    assert!(about.iter().eq(expected), "{about:?}");
    // Each can be read from its entry alone.
    assert_eq!(payload::restore(&history[3]), Some(one.clone()));
    assert_eq!(payload::restore(&history[2]), Some(person.clone()));
    assert_eq!(payload::before(&history[1], &archived(&one)), Some(one));
    assert_eq!(payload::before(&history[0], &gone), Some(person));
}

/// Only the next position is taken, in each entry of a batch.
pub fn refuses_entries_out_of_place(make: Make<'_>) {
    let (store, entries) = logged(make, 2);
    let head = entries[1].hash;
    let at = |seq| chain(operation(9), about(9), Sealed::new(vec![1], [1; 16]), seq, &head);
    for seqs in [&[0][..], &[1], &[2], &[4], &[100], &[3, 3], &[3, 5], &[4, 3]] {
        let refused = append(&*store, &seqs.iter().map(|&seq| at(seq)).collect::<Vec<_>>());
        assert_eq!(
            refused.map_err(|error| error.code()),
            Err(Code::Internal),
            "{seqs:?}"
        );
    }
    assert_eq!(read(&*store, |tx| tx.log_head()), (2, head));
    assert_eq!(read(&*store, |tx| tx.log(0, 10)), entries);
    append(&*store, &[entry(2, &head)]).unwrap();
}
