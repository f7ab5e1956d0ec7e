//! Match keys, and pairs that are different (R6.1).

use std::collections::{BTreeMap, BTreeSet};

use crm_core::{
    Contact, Customer, CustomerKind, CustomerNumber, Error, Phone, Result,
    matching::{Candidate, KeyKind, MatchKey},
    store::{Change, CustomerKeys, Store, StoreExt},
};

use crate::{
    Make,
    fixture::{
        add, add_contact, apply, archive, archived, commit, contact, customer, edit, instant, keys, number,
        phone, read, staffed, user_id,
    },
};

/// The customers 1 to `count`, with keys of which many are shared, and those keys.
fn keyed(make: Make<'_>, count: u32) -> (Box<dyn Store>, BTreeMap<MatchKey, BTreeSet<CustomerNumber>>) {
    let store = staffed(make);
    let mut index: BTreeMap<MatchKey, BTreeSet<CustomerNumber>> = BTreeMap::new();
    // Backwards, so that the order of entry is not that of the numbers.
    for serial in (1..=count).rev() {
        let texts = KeyKind::ALL
            .iter()
            .map(|&kind| (kind, (serial * 7 % (5 + kind as u32 * 9)).to_string()));
        let texts: Vec<(KeyKind, String)> = texts.collect();
        let borrowed: Vec<(KeyKind, &str)> =
            texts.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        let keys = keys(&borrowed);
        for &key in keys.as_slice() {
            index.entry(key).or_default().insert(number(serial));
        }
        let owner = user_id(1 + (serial % 3) as u8);
        commit(
            &*store,
            [Change::AddCustomer {
                customer: Customer {
                    owner,
                    ..customer(number(serial))
                },
                keys,
            }],
        );
    }
    (store, index)
}

fn pairs(index: &BTreeMap<MatchKey, BTreeSet<CustomerNumber>>) -> Vec<(MatchKey, CustomerNumber)> {
    index
        .iter()
        .flat_map(|(&key, numbers)| numbers.iter().map(move |&number| (key, number)))
        .collect()
}

fn having(store: &dyn Store, key: MatchKey) -> Vec<u32> {
    let found = read(store, |tx| tx.candidates(&[key], 100));
    assert!(found.iter().all(|&(of, _)| of == key));
    found.into_iter().map(|(_, number)| number.serial()).collect()
}

/// Every customer that has one of the keys is found, and no other, by key and number.
pub fn finds_candidates_by_every_key(make: Make<'_>) {
    let (store, index) = keyed(make, 60);
    let mut asked: Vec<MatchKey> = index.keys().copied().rev().collect();
    let found = |keys: &[MatchKey]| read(&*store, |tx| tx.candidates(keys, 1000));
    assert_eq!(found(&asked), pairs(&index));
    // Asked twice, and for keys that none has.
    asked.extend(asked.clone());
    asked.push(MatchKey::of(KeyKind::Name, "nobody's"));
    assert_eq!(found(&asked), pairs(&index));
    assert_eq!(found(&[]), []);
    for (&key, numbers) in &index {
        assert_eq!(
            found(&[key]),
            numbers.iter().map(|&number| (key, number)).collect::<Vec<_>>()
        );
    }
}

/// Of each key come the customers with the lowest numbers, up to the limit.
pub fn limits_candidates(make: Make<'_>) {
    let (store, index) = keyed(make, 60);
    let asked: Vec<MatchKey> = index.keys().copied().collect();
    for limit in [0, 1, 2, 5, 1000, u32::MAX] {
        let limited = index.iter().map(|(&key, numbers)| {
            let first = numbers.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
            (key, first.copied().collect())
        });
        assert_eq!(
            read(&*store, |tx| tx.candidates(&asked, limit)),
            pairs(&limited.collect()),
            "{limit}"
        );
    }
}

/// Keys that more customers have than the limit are left out, and the others come whole; a write transaction counts what
/// it has changed itself.
pub fn leaves_out_crowded_keys(make: Make<'_>) {
    let (store, index) = keyed(make, 60);
    let mut asked: Vec<MatchKey> = index.keys().copied().rev().collect();
    asked.extend(asked.clone());
    asked.push(MatchKey::of(KeyKind::Name, "nobody's"));
    let most = index.values().map(BTreeSet::len).max().unwrap_or_default();
    for limit in (0..=most).chain([1000, u32::MAX as usize]) {
        let mut rare = index.clone();
        rare.retain(|_, numbers| numbers.len() <= limit);
        assert_eq!(
            read(&*store, |tx| tx.rare_candidates(&asked, limit as u32)),
            pairs(&rare),
            "{limit}"
        );
    }
    assert_eq!(read(&*store, |tx| tx.rare_candidates(&[], 5)), []);

    for kind in [KeyKind::Phone, KeyKind::Gram] {
        let (first, last) = MatchKey::range(kind);
        let (&key, numbers) = index.range(first..=last).next().unwrap();
        let gone = *numbers.first().unwrap();
        let gone = Customer {
            owner: user_id(1 + (gone.serial() % 3) as u8),
            ..customer(gone)
        };
        let more = |serial| Change::AddCustomer {
            customer: customer(number(serial)),
            keys: CustomerKeys::new(vec![key]),
        };
        let all = numbers.len();
        let rolled_back: Result<()> = store.write_with(|tx| {
            let mut counts = vec![tx.rare_candidates(&[key], all as u32)?.len()];
            for change in [more(61), archive(&gone), more(62)] {
                apply(tx, &change)?;
                counts.push(tx.rare_candidates(&[key], all as u32)?.len());
            }
            assert_eq!(counts, [all, 0, all, 0], "{kind}");
            Err(Error::internal("rolls back"))
        });
        assert_eq!(rolled_back, Err(Error::internal("rolls back")));
        assert_eq!(
            read(&*store, |tx| tx.rare_candidates(&[key], all as u32)).len(),
            all
        );
    }
}

/// The name and the kind are those of now, whatever the scope, of archived customers too.
pub fn knows_names(make: Make<'_>) {
    let store = staffed(make);
    let one = customer(number(1));
    let other = Customer {
        kind: CustomerKind::Individual,
        name: "臺灣 ０".to_owned(),
        owner: user_id(2),
        ..customer(number(2))
    };
    commit(&*store, [add(one.clone()), add(other.clone())]);
    let name = |serial| read(&*store, |tx| tx.name_of(number(serial)));
    assert_eq!(name(1), Some((one.name.clone(), one.kind, one.owner)));
    assert_eq!(name(2), Some((other.name.clone(), other.kind, other.owner)));
    assert_eq!(name(3), None);
    let after = Customer {
        name: "新名".to_owned(),
        kind: CustomerKind::Institution,
        ..one.clone()
    };
    commit(&*store, [edit(&one, &after), archive(&other)]);
    assert_eq!(name(1), Some((after.name, after.kind, after.owner)));
    assert_eq!(name(2), Some((other.name, other.kind, other.owner)));
}

/// A change of the customer or of a contact replaces the keys.
pub fn replaces_keys(make: Make<'_>) {
    let store = staffed(make);
    let [old, new, third] = ["old", "new", "third"].map(|text| MatchKey::of(KeyKind::Name, text));
    let of = |texts: &[&str]| {
        keys(
            &texts
                .iter()
                .map(|&text| (KeyKind::Name, text))
                .collect::<Vec<_>>(),
        )
    };
    let (one, two) = (customer(number(1)), customer(number(2)));
    commit(
        &*store,
        [
            Change::AddCustomer {
                customer: one.clone(),
                keys: of(&["old"]),
            },
            Change::AddCustomer {
                customer: two,
                keys: of(&["old", "third"]),
            },
        ],
    );
    let now = || [old, new, third].map(|key| having(&*store, key));
    assert_eq!(now(), [vec![1, 2], vec![], vec![2]]);
    let edit = |keys| Change::EditCustomer {
        before: one.clone(),
        after: one.clone(),
        keys,
    };
    commit(&*store, [edit(of(&["new", "third"]))]);
    assert_eq!(now(), [vec![2], vec![1], vec![1, 2]]);
    commit(&*store, [edit(of(&["old", "third"]))]);
    assert_eq!(now(), [vec![1, 2], vec![], vec![1, 2]]);

    let person = contact(1, number(1));
    commit(
        &*store,
        [Change::AddContact {
            contact: person.clone(),
            keys: of(&["old", "new"]),
        }],
    );
    assert_eq!(now(), [vec![1, 2], vec![1], vec![2]]);
    commit(
        &*store,
        [Change::EditContact {
            before: person.clone(),
            after: person,
            keys: of(&["third"]),
        }],
    );
    assert_eq!(now(), [vec![2], vec![], vec![1, 2]]);
    commit(&*store, [edit(of(&[]))]);
    assert_eq!(now(), [vec![2], vec![], vec![2]]);
}

/// The key of the row that a customer came from outlives every change, but not the archiving, after which none is left
/// and none is added.
pub fn keeps_row_keys_until_archived(make: Make<'_>) {
    let store = staffed(make);
    let [row, again, name] = [(KeyKind::Row, "r"), (KeyKind::Row, "s"), (KeyKind::Name, "n")];
    let now = || [row, again, name].map(|(kind, text)| !having(&*store, MatchKey::of(kind, text)).is_empty());
    let one = customer(number(1));
    let edit = |before: &Customer, after: &Customer, keys| Change::EditCustomer {
        before: before.clone(),
        after: after.clone(),
        keys,
    };
    commit(
        &*store,
        [Change::AddCustomer {
            customer: one.clone(),
            keys: keys(&[row, name]),
        }],
    );
    commit(&*store, [edit(&one, &one, keys(&[]))]);
    assert_eq!(now(), [true, false, false]);
    commit(&*store, [edit(&one, &one, keys(&[again, name]))]);
    assert_eq!(now(), [true, true, true]);
    commit(
        &*store,
        [Change::AddContact {
            contact: contact(1, number(1)),
            keys: keys(&[name]),
        }],
    );
    assert_eq!(now(), [true, true, true]);
    commit(&*store, [archive(&one)]);
    assert_eq!(now(), [false, false, false]);
    let gone = archived(&one);
    commit(
        &*store,
        [Change::AddContact {
            contact: contact(2, number(1)),
            keys: keys(&[name]),
        }],
    );
    commit(&*store, [edit(&gone, &gone, keys(&[row, name]))]);
    assert_eq!(now(), [false, false, false], "an archived customer has no keys");
    commit(&*store, [edit(&gone, &one, keys(&[name]))]);
    assert_eq!(
        now(),
        [false, false, true],
        "one that is taken back has those given"
    );
    commit(
        &*store,
        [Change::AddCustomer {
            customer: archived(&customer(number(2))),
            keys: keys(&[again]),
        }],
    );
    assert_eq!(now(), [false, false, true]);
}

/// Every key of a kind that two or more have is visited, in order, until the visitor has enough.
pub fn visits_shared_keys(make: Make<'_>) {
    let (store, mut index) = keyed(make, 60);
    // An archived customer counts no more.
    let gone = number(10);
    let owner = user_id(1 + 10 % 3);
    commit(
        &*store,
        [archive(&Customer {
            owner,
            ..customer(gone)
        })],
    );
    index.values_mut().for_each(|numbers| {
        numbers.remove(&gone);
    });
    let mut all = 0;
    for &kind in KeyKind::ALL {
        let (first, last) = MatchKey::range(kind);
        let shared: Vec<(MatchKey, Vec<CustomerNumber>)> = index
            .range(first..=last)
            .filter(|(_, numbers)| numbers.len() > 1)
            .map(|(&key, numbers)| (key, numbers.iter().copied().collect()))
            .collect();
        all += shared.len();
        for enough in [1, 2, usize::MAX] {
            let seen = read(&*store, |tx| {
                let mut seen = Vec::new();
                tx.shared_keys(kind, &mut |key, numbers| {
                    seen.push((key, numbers.to_vec()));
                    Ok(seen.len() < enough)
                })?;
                Ok(seen)
            });
            assert_eq!(
                seen,
                shared.iter().take(enough).cloned().collect::<Vec<_>>(),
                "{kind}, {enough}"
            );
        }
    }
    assert!(all > 30, "a list with hardly any shared keys tests nothing");
    let failed = store
        .read_with(|tx| tx.shared_keys(KeyKind::Phone, &mut |_, _| Err(Error::internal("of the visitor"))));
    assert_eq!(failed, Err(Error::internal("of the visitor")));
}

/// What is compared are the fields of now, with the numbers of the contacts that are there, whatever the scope.
pub fn knows_what_is_compared(make: Make<'_>) {
    let store = staffed(make);
    let [x, y, z] = ["+8613900000001", "+862155550199", "+8613900000002"];
    let unread = Phone {
        e164: None,
        ..phone("12345")
    };
    let one = Customer {
        phones: vec![
            Phone {
                primary: true,
                ..phone(y)
            },
            unread,
            phone(x),
        ],
        aliases: vec!["B-1".to_owned(), "A-1".to_owned()],
        owner: user_id(2),
        ..customer(number(1))
    };
    let with = |n, e164: Option<&str>| Contact {
        mobile_e164: e164.map(str::to_owned),
        ..contact(n, number(1))
    };
    let gone = Contact {
        archived_at: Some(instant(1)),
        ..with(4, Some("+8613900000009"))
    };
    commit(&*store, [add(one.clone()), add(customer(number(2)))]);
    commit(
        &*store,
        [with(1, Some(z)), with(2, Some(x)), with(3, None), gone].map(add_contact),
    );
    let compared = Candidate {
        number: number(1),
        name: one.name.clone(),
        kind: one.kind,
        owner: user_id(2),
        phones: [x, z, y].map(str::to_owned).to_vec(),
        aliases: one.aliases.clone(),
    };
    let found = |serial| read(&*store, |tx| tx.candidate(number(serial)));
    assert_eq!(found(1), Some(compared.clone()));
    assert_eq!(found(3), None);
    commit(&*store, [archive(&one)]);
    assert_eq!(found(1), Some(compared));
}

/// Who was said to be different from whom goes both ways, by number, until it is forgotten.
pub fn keeps_distinct_pairs(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, (1..=5).map(|serial| add(customer(number(serial)))));
    let distinct = |a, b| Change::SayDistinct {
        a: number(a),
        b: number(b),
    };
    let now = || {
        [1, 2, 3, 4, 5].map(|serial| {
            let others = read(&*store, |tx| tx.distinct_from(number(serial)));
            others.into_iter().map(CustomerNumber::serial).collect::<Vec<_>>()
        })
    };
    commit(&*store, [distinct(3, 1), distinct(1, 2), distinct(3, 4)]);
    assert_eq!(now(), [vec![2, 3], vec![1], vec![1, 4], vec![3], vec![]]);
    commit(&*store, [distinct(1, 3), distinct(3, 1)]);
    assert_eq!(
        now(),
        [vec![2, 3], vec![1], vec![1, 4], vec![3], vec![]],
        "saying it again changes nothing"
    );
    commit(&*store, [Change::ForgetDistinct { number: number(3) }]);
    assert_eq!(now(), [vec![2], vec![1], vec![], vec![], vec![]]);
    commit(&*store, [Change::ForgetDistinct { number: number(5) }]);
    assert_eq!(now(), [vec![2], vec![1], vec![], vec![], vec![]]);
}
