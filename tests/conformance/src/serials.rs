//! Serials (R2.1): one after the other, each day by itself, never twice.

use std::{collections::BTreeSet, sync::Mutex, thread};

use crm_core::{
    Code, CustomerNumber, CustomerQuery, Lane,
    audit::Verifier,
    store::{Scope, Store, StoreExt},
};

use crate::{
    Make,
    fixture::{add, apply, commit, customer, filter, may, number_on, read, staffed},
};

fn next(store: &dyn Store, day: u32) -> u32 {
    store
        .write_with(|tx| tx.next_serial(may(day), Lane::SHARED))
        .unwrap()
}

/// The first serial of a day is 1, whatever was given on another.
pub fn counts_each_day_by_itself(make: Make<'_>) {
    let store = make();
    let given = [1, 1, 2, 1, 2, 3].map(|day| next(&*store, day));
    assert_eq!(given, [1, 2, 1, 3, 2, 1]);
    let twice = store
        .write_with(|tx| {
            Ok([
                tx.next_serial(may(1), Lane::SHARED)?,
                tx.next_serial(may(1), Lane::SHARED)?,
            ])
        })
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

/// Each lane counts a day by itself; a number that is brought raises its own lane's serial only.
pub fn counts_each_lane_by_itself(make: Make<'_>) {
    let store = staffed(make);
    let lane = |lane| Lane::new(lane).unwrap();
    let next = |day, n| store.write_with(|tx| tx.next_serial(may(day), lane(n))).unwrap();
    let last = |day, n| read(&*store, |tx| tx.last_serial(may(day), lane(n)));
    let given = [(1, 0), (1, 3), (1, 3), (1, 999), (2, 3), (1, 0)].map(|(day, n)| next(day, n));
    assert_eq!(given, [1, 1, 2, 1, 1, 2]);

    let brought: CustomerNumber = "CRM2024050130000500".parse().unwrap();
    commit(&*store, [add(customer(brought))]);
    assert_eq!([0, 3, 4, 999].map(|n| last(1, n)), [2, 500, 0, 1]);
    assert_eq!((last(2, 0), last(2, 3)), (0, 1));
    assert_eq!([0, 3, 4, 999].map(|n| next(1, n)), [3, 501, 1, 2]);
    // What a transaction took it sees itself, and rolls back.
    let seen = store.write_with::<()>(|tx| {
        assert_eq!(tx.next_serial(may(1), lane(4))?, 2);
        assert_eq!(tx.last_serial(may(1), lane(4))?, 2);
        Err(crm_core::Error::internal("rolls back"))
    });
    assert!(seen.is_err());
    assert_eq!(last(1, 4), 1);
}

/// A lane that has handed out its last serial of a day says so; the day's other lanes go on, and so does the next day.
pub fn refuses_more_than_a_lane_holds(make: Make<'_>) {
    let store = staffed(make);
    let next = |day, lane| store.write_with(|tx| tx.next_serial(may(day), Lane::new(lane).unwrap()));
    let before_last: CustomerNumber = "CRM2024050139999998".parse().unwrap();
    commit(&*store, [add(customer(before_last))]);
    assert_eq!(next(1, 3), Ok(CustomerNumber::MAX_SERIAL));
    assert_eq!(next(1, 3).unwrap_err().code(), Code::NumberDayFull);
    assert_eq!(next(1, 3).unwrap_err().code(), Code::NumberDayFull);
    assert_eq!((next(1, 4), next(1, 0), next(2, 3)), (Ok(1), Ok(1), Ok(1)));
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
                        let number = number_on(1, tx.next_serial(may(1), Lane::SHARED)?);
                        apply(tx, [add(customer(number))])?;
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
