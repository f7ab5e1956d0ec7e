//! Transactions: all or nothing, one snapshot, one writer; pausing; the version.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use crm_core::{
    Answer, Code, Contact, Customer, CustomerQuery, Error, ErrorKind, Import, Lane, PageRequest, PickEntry,
    PickList, Result, Settings, User,
    audit::GENESIS,
    matching::KeyKind,
    store::{Crowded, KeyQuestion, RecordsExt, Scope, StoreExt, StoreRead, StoreWrite, Whose},
};

use crate::{
    Make,
    fixture::{
        add, apply, assert_refused, commit, contact, contact_id, customer, edit, filter, get, import,
        import_id, instant, keys, may, number, read, settings, staffed, team, user, user_id,
    },
};

/// How many records [`write_everything`] writes.
const EVERYTHING: u64 = 9;

/// Writes something of everything, as number 1, without the end of the transaction.
fn write_everything(tx: &mut dyn StoreWrite) -> Result<()> {
    assert_eq!(tx.next_serial(may(1), Lane::SHARED)?, 1);
    let entry = PickEntry {
        list: PickList::Source,
        code: "x".to_owned(),
        label_zh: "x".to_owned(),
        label_en: "x".to_owned(),
        position: 1,
        retired: false,
    };
    let row = crate::imports::row(1);
    let steps = [
        add(user(9)),
        add(team(1)),
        add(customer(number(1))).with_keys(number(1), &[], &keys(&[(KeyKind::Name, "客户1")])),
        add(customer(number(2))),
        add(contact(1, number(2))),
        add(Answer::about(number(1), number(2))),
        add(import(1)).with_rows(import_id(1), [row]),
        add(settings()),
        add(entry),
    ];
    apply(tx, steps)
}

/// Whether what [`write_everything`] wrote is there: all of it or nothing.
fn is_there(tx: &dyn StoreRead, log: u64) -> Result<bool> {
    let all = &Scope::all();
    let page = tx.customers(&filter(&CustomerQuery::default()), all, &PageRequest::default())?;
    let question = KeyQuestion {
        keys: keys(&[(KeyKind::Name, "客户1")]),
        whose: Whose::InScope,
        limit: 9,
        crowded: Crowded::Cut,
        unless: 0,
    };
    let signs = [
        tx.record::<User>(user_id(9), all)?.is_some(),
        tx.user_by_login("user9")?.is_some(),
        tx.caller(user_id(9), instant(1))?.is_some(),
        !tx.teams()?.is_empty(),
        tx.record::<Customer>(number(1), all)?.is_some(),
        page.items.len() == 2,
        tx.count_customers(&filter(&CustomerQuery::default()), all)? == 2,
        !tx.holders(&[question], all)?.concat().is_empty(),
        tx.proposed(&[number(1)], &[])?.len() == 1,
        tx.candidates_after(None, 9, all)?.len() == 2,
        tx.dossiers(&[number(1), number(2)])?.len() == 2,
        tx.record::<Contact>(contact_id(1), all)?.is_some(),
        tx.contacts(number(2), all)?.len() == 1,
        !tx.distinct_from(&[number(1)])?.concat().is_empty(),
        tx.record::<Answer>((number(1), number(2)), all)?.is_some(),
        tx.record::<Import>(import_id(1), all)?.is_some(),
        tx.import_rows(import_id(1), 0, 9)?.len() == 1,
        tx.record::<Settings>((), all)?.is_some(),
        !tx.pick_entries()?.is_empty(),
        tx.log_head()?.0 == log + EVERYTHING,
        tx.log(log, 100)?.len() as u64 == EVERYTHING,
        tx.log_of(number(2), u64::MAX, 9)?.len() == 2,
    ];
    assert!(
        signs.iter().all(|&sign| sign == signs[0]),
        "only some of it is there: {signs:?}"
    );
    Ok(signs[0])
}

/// Nothing is left behind by a transaction that ends in an error, not even a serial.
pub fn rolls_back_on_error(make: Make<'_>) {
    let store = staffed(make);
    let head = read(&*store, |tx| tx.log_head());
    let result: Result<()> = store.write_with(|tx| {
        write_everything(tx)?;
        Err(Error::not_found("x"))
    });
    assert_eq!(result, Err(Error::not_found("x")));
    assert!(!read(&*store, |tx| is_there(tx, head.0)));
    assert_eq!(read(&*store, |tx| tx.log_head()), head);
    // The serial too is free again.
    store.write_with(write_everything).unwrap();
    assert!(read(&*store, |tx| is_there(tx, head.0)));
}

/// An operation of which one part does not fit leaves nothing of its other parts behind.
pub fn rolls_back_what_does_not_fit(make: Make<'_>) {
    let store = staffed(make);
    let fit = || add(customer(number(1))).with_keys(number(1), &[], &keys(&[(KeyKind::Name, "客户1")]));
    let twice = add(customer(number(2)));
    let rows = [1, 2, 1].map(crate::imports::row);
    assert_refused(
        &*store,
        [
            vec![fit(), twice.clone(), twice],
            vec![fit(), add(contact(1, number(3)))],
            vec![fit(), add(import(1)).with_rows(import_id(1), rows)],
        ],
    );
}

/// Nothing is left behind by a transaction that panics, and the store goes on.
pub fn rolls_back_on_panic(make: Make<'_>) {
    let store = staffed(make);
    let head = read(&*store, |tx| tx.log_head());
    let written = catch_unwind(AssertUnwindSafe(|| {
        store.write_with(|tx| -> Result<()> {
            write_everything(tx)?;
            panic!("on purpose, by the conformance suite");
        })
    }));
    assert!(written.is_err());
    let read_too = catch_unwind(AssertUnwindSafe(|| {
        store.read_with(|_| -> Result<()> { panic!("on purpose, by the conformance suite") })
    }));
    assert!(read_too.is_err());
    assert!(!read(&*store, |tx| is_there(tx, head.0)));
    store.write_with(write_everything).unwrap();
    assert!(read(&*store, |tx| is_there(tx, head.0)));
}

/// The error of the body is the caller's, untouched.
pub fn hands_on_errors(make: Make<'_>) {
    let store = make();
    let error = Error::internal("of the body");
    assert_eq!(store.read(&mut |_| Err(error.clone())), Err(error.clone()));
    assert_eq!(store.write(&mut |_| Err(error.clone())), Err(error.clone()));
    assert_eq!(store.read_with(|tx| tx.log_head()), Ok((0, GENESIS)));
}

/// Nothing that others commit meanwhile is seen, from the very beginning; but it is by whoever comes later.
pub fn reads_one_snapshot(make: Make<'_>) {
    let store = staffed(make);
    let store = &*store;
    let head = read(store, |tx| tx.log_head());
    thread::scope(|scope| {
        store
            .read(&mut |tx| {
                let (done, committed) = mpsc::channel();
                scope.spawn(move || {
                    store.write_with(write_everything).unwrap();
                    let _ = done.send(());
                });
                // A store may also make the writer wait.
                let _ = committed.recv_timeout(Duration::from_millis(300));
                for _ in 0..2 {
                    assert!(!is_there(tx, head.0)?, "the snapshot has changed");
                }
                Ok(())
            })
            .unwrap();
    });
    assert!(read(store, |tx| is_there(tx, head.0)));
}

/// A transaction reads what it has written.
pub fn sees_its_own_changes(make: Make<'_>) {
    let store = staffed(make);
    store
        .write_with(|tx| {
            let (log, _) = tx.log_head()?;
            assert!(!is_there(tx, log)?);
            write_everything(tx)?;
            assert!(is_there(tx, log)?);
            assert_eq!(tx.next_serial(may(1), Lane::SHARED)?, 3);
            Ok(())
        })
        .unwrap();
}

/// Calling the store from within a transaction is refused, and the transaction goes on.
pub fn answers_nested_calls(make: Make<'_>) {
    let store = staffed(make);
    let store = &*store;
    let head = read(store, |tx| tx.log_head());
    let calls = || {
        let codes = [
            store.read(&mut |_| Ok(())),
            store.write(&mut |_| Ok(())),
            store.pause(),
            store.resume(),
            store.version().map(|_| ()),
        ];
        for (at, code) in codes.into_iter().enumerate() {
            assert_eq!(
                code.map_err(|error| error.code()),
                Err(Code::StorageNested),
                "call {at}"
            );
        }
    };
    store
        .read(&mut |tx| {
            calls();
            tx.log_head().map(|_| ())
        })
        .unwrap();
    store
        .write_with(|tx| {
            write_everything(tx)?;
            calls();
            Ok(())
        })
        .unwrap();
    assert!(read(store, |tx| is_there(tx, head.0)));

    // Another store is another matter.
    let other = staffed(make);
    assert!(other.read_with(|_| store.read_with(|tx| tx.log_head())).is_ok());
}

/// A paused store refuses transactions until it is resumed, and has kept what was there.
pub fn refuses_while_paused(make: Make<'_>) {
    let store = staffed(make);
    let head = read(&*store, |tx| tx.log_head());
    store.resume().unwrap();
    store.write_with(write_everything).unwrap();
    for _ in 0..2 {
        store.pause().unwrap();
        store.pause().unwrap();
        let refused = [store.read(&mut |_| Ok(())), store.write(&mut |_| Ok(()))];
        for error in refused.into_iter().map(Result::unwrap_err) {
            assert_eq!(
                (error.code(), error.kind()),
                (Code::StoragePaused, ErrorKind::Storage)
            );
            assert!(error.is_retryable());
        }
        store.resume().unwrap();
        store.resume().unwrap();
        assert!(read(&*store, |tx| is_there(tx, head.0)));
    }
    commit(&*store, [add(customer(number(3)))]);
}

/// A closed store refuses every call for good, paused or not before; closing it again is no mistake.
pub fn refuses_for_good_once_closed(make: Make<'_>) {
    for paused in [false, true] {
        let store = staffed(make);
        if paused {
            store.pause().unwrap();
        }
        store.close().unwrap();
        store.close().unwrap();
        let refused = [
            store.read(&mut |_| Ok(())),
            store.write(&mut |_| Ok(())),
            store.pause(),
            store.resume(),
            store.version().map(|_| ()),
            store.read(&mut |_| Ok(())),
        ];
        for error in refused.into_iter().map(Result::unwrap_err) {
            assert_eq!(
                (error.code(), error.kind(), error.is_retryable()),
                (Code::StorageClosed, ErrorKind::Storage, false)
            );
        }
    }
}

/// A pause waits for what is running, which ends as it would have.
pub fn waits_for_running_before_it_pauses(make: Make<'_>) {
    let store = staffed(make);
    let store = &*store;
    let head = read(store, |tx| tx.log_head());
    let (begun, running) = mpsc::channel();
    let done = &AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(move || {
            let result = store.write_with(|tx| {
                begun.send(()).unwrap();
                thread::sleep(Duration::from_millis(100));
                done.store(true, Ordering::SeqCst);
                write_everything(tx)
            });
            result.unwrap();
        });
        running.recv().unwrap();
        store.pause().unwrap();
        assert!(done.load(Ordering::SeqCst), "a transaction is running still");
        assert_eq!(
            store.read(&mut |_| Ok(())).unwrap_err().code(),
            Code::StoragePaused
        );
    });
    store.resume().unwrap();
    assert!(read(store, |tx| is_there(tx, head.0)));
}

/// The version differs after every commit, and after nothing else.
pub fn raises_the_version_with_each_commit(make: Make<'_>) {
    let store = staffed(make);
    let mut seen = vec![store.version().unwrap()];
    for serial in 1..=5 {
        commit(&*store, [add(customer(number(serial)))]);
        let version = store.version().unwrap();
        assert!(!seen.contains(&version), "{version} has been there: {seen:?}");
        seen.push(version);

        read(&*store, |tx| {
            tx.count_customers(&filter(&CustomerQuery::default()), &Scope::all())
        });
        let failed: Result<()> = store.write_with(|tx| {
            apply(tx, [add(customer(number(100)))])?;
            Err(Error::internal("rolls back"))
        });
        assert!(failed.is_err());
        store.write_with(|tx| tx.log_head()).unwrap();
        assert_eq!(store.version().unwrap(), version, "nothing was committed");
    }
}

/// Writers come one after the other: none loses what another has read and written.
pub fn lets_writers_wait_for_one_another(make: Make<'_>) {
    let store = staffed(make);
    let store = &*store;
    commit(store, [add(customer(number(1)))]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                for _ in 0..10 {
                    let result = store.write_with(|tx| {
                        let before: Customer = tx.record(number(1), &Scope::all())?.unwrap();
                        let mut after = before.clone();
                        after.revision += 1;
                        thread::yield_now();
                        apply(tx, [edit(&before, &after)])
                    });
                    result.unwrap();
                }
            });
        }
    });
    let last: Customer = get(store, number(1)).unwrap();
    assert_eq!(last.revision, 41);
}
