//! What a merge asks of a store (R6.3): customers that are taken out, what moves from one to another, numbers and identifiers that
//! lead on.

use crm_core::{
    Answer, Contact, Customer, CustomerNumber, Merge, ServiceRecord,
    matching::{KeyKind, MatchKey},
    store::{Crowded, KeyQuestion, Records, Scope, Store, Whose},
};

use crate::{
    Make,
    fixture::{
        add, assert_refused, commit, contact, customer, edit, full_customer, get, instant, keys, number,
        read, remove, staffed, user_id,
    },
};

fn merge(loser: &Customer, into: u32) -> Merge {
    Merge {
        number: loser.number,
        customer: number(into),
        at: instant(3),
        by: None,
        loser: loser.clone(),
        kept: Vec::new(),
    }
}

fn holders(store: &dyn Store, key: MatchKey, whose: Whose, scope: &Scope) -> Vec<CustomerNumber> {
    let question = KeyQuestion {
        keys: vec![key],
        whose,
        limit: 10,
        crowded: Crowded::Cut,
        unless: 0,
    };
    let found = read(store, |tx| tx.holders(std::slice::from_ref(&question), scope));
    found.concat().into_iter().map(|(_, number)| number).collect()
}

/// A customer that is taken out is gone with its lists, its aliases and its identifier, and can be entered again; its key of a
/// row stays, out of any scope but everybody's. One that a record names is not taken out.
pub fn takes_customers_out(make: Make<'_>) {
    let store = staffed(make);
    let gone = Customer {
        aliases: vec!["值1".to_owned()],
        external_id: Some("值2".to_owned()),
        ..full_customer(number(1))
    };
    let [row, name] =
        [(KeyKind::Row, "行"), (KeyKind::Name, "名")].map(|(kind, text)| MatchKey::of(kind, text));
    let all = keys(&[(KeyKind::Row, "行"), (KeyKind::Name, "名")]);
    commit(&*store, [add(gone.clone()).with_keys(number(1), &[], &all)]);
    commit(&*store, [add(customer(number(2))), add(contact(1, number(1)))]);
    commit(&*store, [add(Answer::about(number(1), number(2)))]);
    assert_refused(&*store, [[remove(&gone)]]);
    commit(&*store, [remove(&contact(1, number(1)))]);
    assert_refused(&*store, [[remove(&gone)]]);
    commit(&*store, [remove(&Answer::about(number(1), number(2)))]);
    commit(&*store, [remove(&gone).with_keys(number(1), &[name], &[])]);

    assert_eq!(get::<Customer>(&*store, number(1)), None);
    assert!(read(&*store, |tx| tx.customers_by_alias("值1")).is_empty());
    assert_eq!(read(&*store, |tx| tx.customer_by_external_id("值2")), None);
    assert!(read(&*store, |tx| tx.proposed(&[number(1)], &[])).is_empty());
    assert_eq!(read(&*store, |tx| tx.customers_of(user_id(1))), [number(2)]);
    let (everybodys, theirs) = (Scope::all(), Scope::of_owners([1, 2, 3].map(user_id)));
    assert!(holders(&*store, name, Whose::InScope, &everybodys).is_empty());
    assert_eq!(holders(&*store, row, Whose::InScope, &everybodys), [number(1)]);
    assert!(holders(&*store, row, Whose::InScope, &theirs).is_empty());
    assert_eq!(holders(&*store, row, Whose::OutOfScope, &theirs), [number(1)]);

    commit(&*store, [add(gone.clone()).with_keys(number(1), &[], &[name])]);
    assert_eq!(get(&*store, number(1)), Some(gone));
    assert_eq!(holders(&*store, row, Whose::InScope, &theirs), [number(1)]);
}

/// What hangs on a customer is told of every sort, archived or not, in the order of the keys, and moves to another one.
pub fn moves_what_hangs_on_customers(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, [1, 2].map(|serial| add(customer(number(serial)))));
    let mut archived = contact(3, number(1));
    archived.archived_at = Some(instant(2));
    let contacts = [contact(2, number(1)), contact(1, number(1)), archived];
    commit(&*store, contacts.iter().cloned().map(add));
    let answer = Answer::about(number(1), number(2));
    commit(&*store, [add(answer)]);
    let of = |serial| read(&*store, |tx| Records::<Contact>::all_of(tx, number(serial)));
    assert_eq!(
        of(1),
        [&contacts[1], &contacts[0], &contacts[2]].map(Clone::clone)
    );
    assert!(of(2).is_empty());
    assert_eq!(
        read(&*store, |tx| Records::<Answer>::all_of(tx, number(1))),
        [answer]
    );
    assert_eq!(
        read(&*store, |tx| Records::<Customer>::all_of(tx, number(1))),
        [customer(number(1))]
    );
    assert!(read(&*store, |tx| Records::<ServiceRecord>::all_of(tx, number(1))).is_empty());
    let moved = contacts.clone().map(|contact| Contact {
        customer: number(2),
        ..contact
    });
    commit(
        &*store,
        contacts
            .iter()
            .zip(&moved)
            .map(|(before, after)| edit(before, after)),
    );
    assert!(of(1).is_empty());
    assert_eq!(of(2).len(), 3);
}

/// The number and the identifier of a customer that was merged lead to the one into which it was; a customer's own identifier
/// comes first.
pub fn leads_to_survivors(make: Make<'_>) {
    let store = staffed(make);
    let known = |serial, id: &str| Customer {
        external_id: Some(id.to_owned()),
        ..customer(number(serial))
    };
    commit(&*store, [add(known(1, "甲")), add(customer(number(2)))]);
    let (one, other) = (merge(&known(8, "乙"), 1), merge(&known(9, "甲"), 2));
    commit(&*store, [add(one.clone()), add(other)]);
    let by_id = |id: &str| read(&*store, |tx| tx.customer_by_external_id(id));
    assert_eq!(
        (by_id("甲"), by_id("乙"), by_id("丙")),
        (Some(number(1)), Some(number(1)), None)
    );
    assert_eq!(get(&*store, number(8)), Some(one.clone()));
    assert_refused(&*store, [[remove(&known(1, "甲"))]]);
    let further = Merge {
        customer: number(2),
        ..one.clone()
    };
    commit(&*store, [edit(&one, &further)]);
    assert_eq!(by_id("乙"), Some(number(2)));
    commit(&*store, [remove(&further)]);
    assert_eq!(by_id("乙"), None);
}
