//! Serials (R2.1): one after the other, each day by itself, never twice.

use std::{collections::BTreeSet, sync::Mutex, thread};

use crm_core::{
    CustomerQuery,
    audit::Verifier,
    store::{Scope, Store, StoreExt},
};

use crate::{
    Make,
    fixture::{add, apply, commit, customer, filter, may, number_on, read, staffed},
};

fn next(store: &dyn Store, day: u32) -> u32 {
    store.write_with(|tx| tx.next_serial(may(day))).unwrap()
}

/// The first serial of a day is 1, whatever was given on another.
pub fn counts_each_day_by_itself(make: Make<'_>) {
    let store = make();
    let given = [1, 1, 2, 1, 2, 3].map(|day| next(&*store, day));
    assert_eq!(given, [1, 2, 1, 3, 2, 1]);
    let twice = store
        .write_with(|tx| Ok([tx.next_serial(may(1))?, tx.next_serial(may(1))?]))
        .unwrap();
    assert_eq!(twice, [4, 5]);
}

/// A number that a list brought raises its day's serial; a lower one does not lower it.
pub fn goes_on_after_a_brought_number(make: Make<'_>) {
    let store = staffed(make);
    assert_eq!(next(&*store, 1), 1);
    commit(&*store, [add(customer(number_on(1, 500)))]);
    assert_eq!(next(&*store, 1), 501);
    commit(&*store, [add(customer(number_on(1, 7)))]);
    assert_eq!(next(&*store, 1), 502);
    assert_eq!(next(&*store, 2), 1);
    // R2.1: after 9999 comes 10000.
    commit(&*store, [add(customer(number_on(2, 9999)))]);
    assert_eq!(next(&*store, 2), 10_000);
}

/// A serial that was handed out and not used is not given again; that of a customer who is gone neither.
pub fn never_gives_a_serial_twice(make: Make<'_>) {
    let store = staffed(make);
    assert_eq!(next(&*store, 1), 1);
    store.pause().unwrap();
    store.resume().unwrap();
    assert_eq!(next(&*store, 1), 2);
    let third = customer(number_on(1, 3));
    commit(&*store, [add(third.clone())]);
    commit(&*store, [crate::fixture::archive(&third)]);
    assert_eq!(next(&*store, 1), 4);
}

/// Threads that write side by side get serials without a gap, though some roll back; so are the log's positions.
pub fn gives_serials_without_gaps_to_many_threads(make: Make<'_>) {
    const THREADS: u32 = 4;
    const EACH: u32 = 12;

    let store = staffed(make);
    let store = &*store;
    let given = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let given = &given;
            scope.spawn(move || {
                for round in 0..EACH {
                    let result = store.write_with(|tx| {
                        let number = number_on(1, tx.next_serial(may(1))?);
                        apply(tx, &add(customer(number)))?;
                        match (round + thread) % 3 {
                            0 => Err(crm_core::Error::internal("rolls back")),
                            _ => Ok(number),
                        }
                    });
                    if let Ok(number) = result {
                        assert!(
                            given.lock().unwrap().insert(number.serial()),
                            "{number} was given twice"
                        );
                    }
                }
            });
        }
    });
    let given = given.into_inner().unwrap();
    assert_eq!(given, (1..=THREADS * EACH * 2 / 3).collect());
    let query = filter(&CustomerQuery::default());
    assert_eq!(
        read(store, |tx| tx.count_customers(&query, &Scope::all())),
        given.len() as u64
    );
    let mut verifier = Verifier::default();
    for entry in read(store, |tx| tx.log(0, 1000)) {
        verifier.next(&entry).expect("the chain is whole");
    }
    assert_eq!(verifier.head(), read(store, |tx| tx.log_head()));
}
