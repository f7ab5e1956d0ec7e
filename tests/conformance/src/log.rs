//! The log (R8.5), as it is stored.

use crm_core::{
    AuditEntry, AuditKind, Code, EntityRef,
    audit::{GENESIS, Record, Verifier, chain},
    store::{Change, Store, StoreExt},
};

use crate::{
    Make,
    fixture::{add, commit, customer, instant, number, read, staffed, user_id},
};

const REFUSED: fn() -> Change = || Change::Refuse {
    action: "people.manage".to_owned(),
};

fn record(n: u64) -> Record {
    Record {
        at: instant(i64::try_from(n).unwrap() * 1001),
        actor: (n % 2 == 1).then(|| user_id(1)),
        kind: AuditKind::ALL[usize::try_from(n).unwrap() % AuditKind::ALL.len()],
        entity: EntityRef::of(["customer", "user"][n as usize % 2], format_args!("号'{}", n % 3)),
        payload: vec![n as u8; n as usize * 50],
        salt: [n as u8; 16],
    }
}

/// Appends entries of the making of [`record`], and answers with them.
fn append(store: &dyn Store, count: u64) -> Vec<AuditEntry> {
    (0..count)
        .map(|n| {
            store
                .write_with(|tx| {
                    let (seq, hash) = tx.log_head()?;
                    let entry = chain(record(n), seq + 1, &hash);
                    tx.apply(&REFUSED(), &entry)?;
                    Ok(entry)
                })
                .unwrap()
        })
        .collect()
}

/// Every field of an entry is what was appended, and the head is the last one's.
pub fn keeps_every_field_of_entries(make: Make<'_>) {
    let store = make();
    assert_eq!(read(&*store, |tx| tx.log_head()), (0, GENESIS));
    assert_eq!(read(&*store, |tx| tx.log(0, 10)), []);
    let appended = append(&*store, 2 * AuditKind::ALL.len() as u64);
    assert_eq!(read(&*store, |tx| tx.log(0, 1000)), appended);
    let last = appended.last().unwrap();
    assert_eq!(read(&*store, |tx| tx.log_head()), (last.seq, last.hash));
    // Actors need not be users that are there: the host's own are nobody, and an entry outlives its user.
    let mut verifier = Verifier::default();
    for entry in read(&*store, |tx| tx.log(0, 1000)) {
        verifier.next(&entry).expect("the chain is whole");
    }
}

/// An entry whose payload and salt are erased is one all the same (R9.3).
pub fn keeps_erased_entries(make: Make<'_>) {
    let store = make();
    let mut entry = chain(record(3), 1, &GENESIS);
    (entry.payload, entry.salt) = (None, None);
    store.write_with(|tx| tx.apply(&REFUSED(), &entry)).unwrap();
    let next = chain(record(4), 2, &entry.hash);
    store.write_with(|tx| tx.apply(&REFUSED(), &next)).unwrap();
    let log = read(&*store, |tx| tx.log(0, 10));
    assert_eq!(log, [entry, next]);
    let mut verifier = Verifier::default();
    assert!(log.iter().all(|entry| verifier.next(entry).is_ok()));
}

/// Entries come in order, so many after a position.
pub fn reads_the_log_in_order(make: Make<'_>) {
    let store = make();
    append(&*store, 12);
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

/// What is about one thing comes latest first, up to a limit; sort of thing and key both count.
pub fn reads_what_is_about_one_thing(make: Make<'_>) {
    let store = make();
    let appended = append(&*store, 24);
    for entity in ["customer", "user", "contact"] {
        for key in ["号'0", "号'1", "号'2", "号'", ""] {
            let about = EntityRef::of(entity, key);
            let expected: Vec<&AuditEntry> = appended
                .iter()
                .rev()
                .filter(|entry| entry.entity == about)
                .collect();
            for limit in [0, 1, 3, 100] {
                let found = read(&*store, |tx| tx.log_about(&about, limit));
                assert!(
                    found.iter().eq(expected.iter().take(limit as usize).copied()),
                    "{about:?}, {limit}"
                );
            }
        }
    }
    // Each change is logged about what it changes.
    let store = staffed(make);
    commit(
        &*store,
        [
            add(customer(number(1))),
            crate::fixture::archive(&customer(number(1))),
        ],
    );
    let kinds = read(&*store, |tx| {
        tx.log_about(&EntityRef::of("customer", number(1)), 10)
    });
    let kinds: Vec<AuditKind> = kinds.into_iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [AuditKind::CustomerArchived, AuditKind::CustomerAdded]);
}

/// Only the next position is taken.
pub fn refuses_entries_out_of_place(make: Make<'_>) {
    let store = make();
    let appended = append(&*store, 2);
    let head = (2, appended[1].hash);
    for seq in [0, 1, 2, 4, 100] {
        let entry = chain(record(9), seq, &head.1);
        let refused = store.write_with(|tx| tx.apply(&REFUSED(), &entry));
        assert_eq!(
            refused.map_err(|error| error.code()),
            Err(Code::Internal),
            "{seq}"
        );
    }
    assert_eq!(read(&*store, |tx| tx.log_head()), head);
    assert_eq!(read(&*store, |tx| tx.log(0, 10)), appended);
}
