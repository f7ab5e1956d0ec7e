//! The answers that two customers are different (R6.1).

use crm_core::{Answer, CustomerNumber, store::Store};

use crate::{
    Make,
    fixture::{add, archive, assert_refused, commit, customer, edit, get, number, read, remove, staffed},
};

fn answer(a: u32, b: u32) -> Answer {
    Answer::about(number(a), number(b))
}

/// From whom each of the customers 1 to 5 was said to be different.
fn now(store: &dyn Store) -> [Vec<u32>; 5] {
    let asked = [1, 2, 3, 4, 5].map(number);
    let distinct = read(store, |tx| tx.distinct_from(&asked));
    let serials = |numbers: Vec<CustomerNumber>| numbers.into_iter().map(CustomerNumber::serial).collect();
    let serials: Vec<Vec<u32>> = distinct.into_iter().map(serials).collect();
    serials.try_into().unwrap()
}

/// Who was said to be different from whom goes both ways, by number, of many customers at once, in the order in which
/// they are asked for.
pub fn goes_both_ways(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, (1..=5).map(|serial| add(customer(number(serial)))));
    assert_eq!(now(&*store), [const { Vec::<u32>::new() }; 5]);
    commit(&*store, [answer(3, 1), answer(1, 2), answer(3, 4)].map(add));
    assert_eq!(now(&*store), [vec![2, 3], vec![1], vec![1, 4], vec![3], vec![]]);
    let asked = [4, 99, 1, 5].map(number);
    let others = read(&*store, |tx| tx.distinct_from(&asked));
    let expected: [&[u32]; 4] = [&[3], &[], &[2, 3], &[]];
    let expected = expected.map(|serials| serials.iter().map(|&serial| number(serial)).collect::<Vec<_>>());
    assert_eq!(others, expected, "one answer for each that is asked for");
    assert!(read(&*store, |tx| tx.distinct_from(&[])).is_empty());

    assert_eq!(get(&*store, (number(1), number(3))), Some(answer(1, 3)));
    assert_eq!(get::<Answer>(&*store, (number(3), number(1))), None);
    assert_eq!(get::<Answer>(&*store, (number(2), number(3))), None);
    // What was said of an archived customer holds.
    commit(&*store, [archive(&customer(number(3)))]);
    assert_eq!(now(&*store), [vec![2, 3], vec![1], vec![1, 4], vec![3], vec![]]);
}

/// An answer that is taken back is gone from both, and can be given again; others stay.
pub fn takes_back_what_was_said(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, (1..=5).map(|serial| add(customer(number(serial)))));
    commit(&*store, [answer(1, 2), answer(1, 3), answer(2, 3)].map(add));
    commit(&*store, [remove(&answer(1, 3))]);
    assert_eq!(now(&*store), [vec![2], vec![1, 3], vec![2], vec![], vec![]]);
    assert_eq!(get::<Answer>(&*store, (number(1), number(3))), None);
    commit(
        &*store,
        [remove(&answer(1, 2)), remove(&answer(2, 3)), add(answer(1, 3))],
    );
    assert_eq!(now(&*store), [vec![3], vec![], vec![1], vec![], vec![]]);
    // Said and taken back at once.
    commit(&*store, [add(answer(4, 5)), remove(&answer(4, 5))]);
    assert_eq!(now(&*store), [vec![3], vec![], vec![1], vec![], vec![]]);
}

/// An answer is given once, in the order of the numbers, about two customers that are there.
pub fn refuses_answers_that_do_not_fit(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, (1..=3).map(|serial| add(customer(number(serial)))));
    commit(&*store, [add(answer(1, 2))]);
    let unordered = |low, high| Answer {
        low: number(low),
        high: number(high),
    };
    assert_refused(
        &*store,
        [
            add(answer(1, 2)),
            add(unordered(3, 1)),
            add(unordered(2, 1)),
            add(unordered(2, 2)),
            add(answer(1, 4)),
            add(answer(3, 4)),
            add(unordered(4, 1)),
            remove(&answer(1, 3)),
            remove(&unordered(2, 1)),
            edit(&answer(2, 3), &answer(2, 3)),
        ]
        .map(|step| [step]),
    );
    assert_eq!(now(&*store)[..3], [vec![2], vec![1], vec![]]);
}
