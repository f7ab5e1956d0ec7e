//! What duplicates are looked for by: keys, and what is compared (R6.1).

use std::collections::{BTreeMap, BTreeSet};

use crm_core::{
    Answer, Contact, Customer, CustomerKind, CustomerNumber, Error, Phone, Registration, Result, User,
    matching::{Candidate, KeyKind, MatchKey},
    store::{Crowded, Dossier, KeyQuestion, Proposed, Scope, Store, StoreExt, StoreRead, Whose},
};

use crate::{
    Make,
    fixture::{
        add, apply, archive, archived, commit, contact, customer, edit, import, import_id, instant, keys,
        number, phone, read, staffed, user, user_id,
    },
};

/// Which customers have a key.
type Holders = BTreeMap<MatchKey, BTreeSet<CustomerNumber>>;

/// The customers 1 to `count`, with keys of which many are shared, and those keys.
fn keyed(make: Make<'_>, count: u32) -> (Box<dyn Store>, Holders) {
    let store = staffed(make);
    let mut index = Holders::new();
    // Backwards, so that the order of entry is not that of the numbers.
    for serial in (1..=count).rev() {
        let texts = KeyKind::ALL
            .iter()
            .map(|&kind| (kind, (serial * 7 % (5 + kind as u32 * 9)).to_string()));
        let texts: Vec<(KeyKind, String)> = texts.collect();
        let borrowed: Vec<(KeyKind, &str)> =
            texts.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        let keys = keys(&borrowed);
        for &key in &keys {
            index.entry(key).or_default().insert(number(serial));
        }
        commit(
            &*store,
            [add(of_three(serial)).with_keys(number(serial), &[], &keys)],
        );
    }
    (store, index)
}

/// A customer of one of the three owners.
fn of_three(serial: u32) -> Customer {
    Customer {
        owner: user_id(1 + (serial % 3) as u8),
        ..customer(number(serial))
    }
}

fn pairs(index: &Holders) -> Vec<(MatchKey, CustomerNumber)> {
    index
        .iter()
        .flat_map(|(&key, numbers)| numbers.iter().map(move |&number| (key, number)))
        .collect()
}

fn question(keys: &[MatchKey], limit: u32, crowded: Crowded) -> KeyQuestion {
    KeyQuestion {
        keys: keys.to_vec(),
        whose: Whose::InScope,
        limit,
        crowded,
        unless: 0,
    }
}

/// The answer to one question.
fn ask(
    tx: &dyn StoreRead,
    keys: &[MatchKey],
    limit: u32,
    crowded: Crowded,
) -> Result<Vec<(MatchKey, CustomerNumber)>> {
    let answers = tx.holders(&[question(keys, limit, crowded)], &Scope::all())?;
    assert_eq!(answers.len(), 1, "one answer for one question");
    Ok(answers.concat())
}

fn having(store: &dyn Store, key: MatchKey) -> Vec<u32> {
    let found = read(store, |tx| ask(tx, &[key], 100, Crowded::Cut));
    assert!(found.iter().all(|&(of, _)| of == key));
    found.into_iter().map(|(_, number)| number.serial()).collect()
}

/// Every customer that has one of the keys is found, and no other, by key and number, each once.
pub fn finds_holders_of_every_key(make: Make<'_>) {
    let (store, index) = keyed(make, 60);
    let mut asked: Vec<MatchKey> = index.keys().copied().rev().collect();
    let found = |keys: &[MatchKey]| read(&*store, |tx| ask(tx, keys, 1000, Crowded::Cut));
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
pub fn cuts_crowded_keys(make: Make<'_>) {
    let (store, index) = keyed(make, 60);
    let asked: Vec<MatchKey> = index.keys().copied().collect();
    for limit in [0, 1, 2, 5, 1000, u32::MAX] {
        let limited = index.iter().map(|(&key, numbers)| {
            let first = numbers.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
            (key, first.copied().collect())
        });
        assert_eq!(
            read(&*store, |tx| ask(tx, &asked, limit, Crowded::Cut)),
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
            read(&*store, |tx| ask(tx, &asked, limit as u32, Crowded::LeaveOut)),
            pairs(&rare),
            "{limit}"
        );
    }
    assert_eq!(read(&*store, |tx| ask(tx, &[], 5, Crowded::LeaveOut)), []);

    for kind in [KeyKind::Phone, KeyKind::Gram] {
        let (first, last) = MatchKey::range(kind);
        let (&key, numbers) = index.range(first..=last).next().unwrap();
        let gone = of_three(numbers.first().unwrap().serial());
        let more = |serial| add(customer(number(serial))).with_keys(number(serial), &[], &[key]);
        let all = numbers.len();
        let count = |tx: &dyn StoreRead| Ok(ask(tx, &[key], all as u32, Crowded::LeaveOut)?.len());
        let rolled_back: Result<()> = store.write_with(|tx| {
            let mut counts = vec![count(tx)?];
            for step in [
                more(61),
                archive(&gone).with_keys(gone.number, &[key], &[]),
                more(62),
            ] {
                apply(tx, [step])?;
                counts.push(count(tx)?);
            }
            assert_eq!(counts, [all, 0, all, 0], "{kind}");
            Err(Error::internal("rolls back"))
        });
        assert_eq!(rolled_back, Err(Error::internal("rolls back")));
        assert_eq!(read(&*store, |tx| count(tx)), all);
    }
}

/// Several questions have an answer each; one that is asked only if those right before it have none is not asked else.
pub fn asks_what_is_left_open(make: Make<'_>) {
    let store = staffed(make);
    let [none, one, two] = ["none", "one", "two"].map(|text| MatchKey::of(KeyKind::Name, text));
    commit(
        &*store,
        [
            add(customer(number(1))).with_keys(number(1), &[], &keys(&[(KeyKind::Name, "one")])),
            add(customer(number(2))).with_keys(number(2), &[], &keys(&[(KeyKind::Name, "two")])),
        ],
    );
    let answers = |asked: &[(MatchKey, usize)]| {
        let questions = asked.iter().map(|&(key, unless)| KeyQuestion {
            unless,
            ..question(&[key], 9, Crowded::Cut)
        });
        let questions: Vec<KeyQuestion> = questions.collect();
        let answers = read(&*store, |tx| tx.holders(&questions, &Scope::all()));
        let serials = answers.into_iter().map(|answer| {
            let serials = answer.into_iter().map(|(_, number)| number.serial());
            serials.collect::<Vec<_>>()
        });
        serials.collect::<Vec<_>>()
    };
    let nothing = Vec::<u32>::new;
    assert!(answers(&[]).is_empty());
    assert_eq!(
        answers(&[(two, 0), (none, 0), (one, 0)]),
        [vec![2], nothing(), vec![1]]
    );
    assert_eq!(answers(&[(one, 0), (two, 1)]), [vec![1], nothing()]);
    assert_eq!(answers(&[(none, 0), (two, 1)]), [nothing(), vec![2]]);
    // Only those right before it count.
    assert_eq!(
        answers(&[(one, 0), (none, 0), (two, 1)]),
        [vec![1], nothing(), vec![2]]
    );
    assert_eq!(
        answers(&[(one, 0), (none, 0), (two, 2)]),
        [vec![1], nothing(), nothing()]
    );
    // What was not asked had no answer.
    assert_eq!(
        answers(&[(one, 0), (two, 1), (two, 1)]),
        [vec![1], nothing(), vec![2]]
    );
    // A key that is left out is no answer.
    let crowded = KeyQuestion {
        limit: 0,
        ..question(&[one], 0, Crowded::LeaveOut)
    };
    let next = KeyQuestion {
        unless: 1,
        ..question(&[two], 9, Crowded::LeaveOut)
    };
    let answers = read(&*store, |tx| {
        tx.holders(&[crowded.clone(), next.clone()], &Scope::all())
    });
    assert_eq!(answers, [vec![], vec![(two, number(2))]]);
}

/// A customer has the keys that were added, until they are removed; whatever else is written beside them.
pub fn changes_keys(make: Make<'_>) {
    let store = staffed(make);
    let [old, new, third] = ["old", "new", "third"].map(|text| MatchKey::of(KeyKind::Name, text));
    let one = customer(number(1));
    commit(
        &*store,
        [
            add(one.clone()).with_keys(number(1), &[], &[old]),
            add(customer(number(2))).with_keys(
                number(2),
                &[],
                &keys(&[(KeyKind::Name, "old"), (KeyKind::Name, "third")]),
            ),
        ],
    );
    let now = || [old, new, third].map(|key| having(&*store, key));
    assert_eq!(now(), [vec![1, 2], vec![], vec![2]]);
    let change = |removed: &[MatchKey], added: &[MatchKey]| {
        let sorted = |keys: &[MatchKey]| {
            let mut keys = keys.to_vec();
            keys.sort_unstable();
            keys
        };
        edit(&one, &one).with_keys(number(1), &sorted(removed), &sorted(added))
    };
    commit(&*store, [change(&[old], &[new, third])]);
    assert_eq!(now(), [vec![2], vec![1], vec![1, 2]]);
    commit(&*store, [change(&[new], &[old])]);
    assert_eq!(now(), [vec![1, 2], vec![], vec![1, 2]]);
    // Without a change of the keys they stay.
    commit(&*store, [edit(&one, &one), add(contact(1, number(1)))]);
    assert_eq!(now(), [vec![1, 2], vec![], vec![1, 2]]);
    commit(&*store, [change(&[old, third], &[])]);
    assert_eq!(now(), [vec![2], vec![], vec![2]]);
    // Those of many customers at once, without any record.
    let mut both = store
        .read_with(|tx| crate::fixture::batch(tx, [change(&[], &[new])]))
        .unwrap();
    both.deltas.clear();
    both.entries.clear();
    both.keys.push((
        number(2),
        crm_core::store::KeyChange {
            removed: vec![old],
            added: vec![new],
        },
    ));
    store.write_with(|tx| tx.apply(&both)).unwrap();
    assert_eq!(now(), [vec![], vec![1, 2], vec![2]]);
}

/// The keys of the row that a customer came from stay when it is archived, since nobody removes them.
pub fn keeps_row_keys_of_archived_customers(make: Make<'_>) {
    let store = staffed(make);
    let [row, name] =
        [(KeyKind::Row, "r"), (KeyKind::Name, "n")].map(|(kind, text)| MatchKey::of(kind, text));
    let one = customer(number(1));
    commit(
        &*store,
        [add(one.clone()).with_keys(
            number(1),
            &[],
            &keys(&[(KeyKind::Row, "r"), (KeyKind::Name, "n")]),
        )],
    );
    commit(&*store, [archive(&one).with_keys(number(1), &[name], &[])]);
    assert_eq!([row, name].map(|key| having(&*store, key)), [vec![1], vec![]]);
    commit(
        &*store,
        [add(customer(number(2))).with_keys(number(2), &[], &[row])],
    );
    let restored = edit(&archived(&one), &one).with_keys(number(1), &[], &[name]);
    commit(&*store, [restored]);
    assert_eq!([row, name].map(|key| having(&*store, key)), [vec![1, 2], vec![1]]);
}

/// Every key of a kind that two or more have is visited, in order, until the visitor has enough.
pub fn visits_shared_keys(make: Make<'_>) {
    let (store, mut index) = keyed(make, 60);
    // Keys that were removed count no more.
    let gone = of_three(10);
    let removed: Vec<MatchKey> = index
        .iter()
        .filter(|(_, numbers)| numbers.contains(&gone.number))
        .map(|(&key, _)| key)
        .collect();
    commit(&*store, [archive(&gone).with_keys(gone.number, &removed, &[])]);
    index.values_mut().for_each(|numbers| {
        numbers.remove(&gone.number);
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
        let every: Vec<(MatchKey, Vec<CustomerNumber>)> = index
            .range(first..=last)
            .filter(|(_, numbers)| !numbers.is_empty())
            .map(|(&key, numbers)| (key, numbers.iter().copied().collect()))
            .collect();
        let there = read(&*store, |tx| {
            let mut there = Vec::new();
            tx.keys(kind, &mut |key, numbers| {
                there.push((key, numbers.to_vec()));
                Ok(true)
            })?;
            Ok(there)
        });
        assert_eq!(there, every, "{kind}");
        for enough in [1, 2, usize::MAX] {
            let seen = read(&*store, |tx| {
                let mut seen = Vec::new();
                tx.shared_keys(kind, &Scope::all(), &mut |key, numbers| {
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
    let failed = store.read_with(|tx| {
        let visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool> =
            &mut |_, _| Err(Error::internal("of the visitor"));
        tx.shared_keys(KeyKind::Phone, &Scope::all(), visit)
    });
    assert_eq!(failed, Err(Error::internal("of the visitor")));
}

/// The scopes that are told apart: one owner's, two owners', one owner's with customers by name, nobody's.
fn scopes() -> [Scope; 4] {
    let of = |owners: &[u8]| Scope::of_owners(owners.iter().map(|&n| user_id(n)));
    [
        of(&[1]),
        of(&[2, 3]),
        of(&[3]).with_granted([number(1), number(5), number(99)]),
        of(&[]),
    ]
}

fn is_in(scope: &Scope, number: CustomerNumber) -> bool {
    let owner = of_three(number.serial()).owner;
    scope.contains(number, owner)
}

/// A question is about the customers in scope, or about the others, whom alone the limit counts; so it is with keys that
/// are shared, and with what a transaction has written itself.
pub fn keeps_keys_to_the_scope(make: Make<'_>) {
    let (store, index) = keyed(make, 60);
    let asked: Vec<MatchKey> = index.keys().copied().collect();
    let part = |wanted: &dyn Fn(CustomerNumber) -> bool| -> Holders {
        let mut part = index.clone();
        part.values_mut()
            .for_each(|numbers| numbers.retain(|&number| wanted(number)));
        part.retain(|_, numbers| !numbers.is_empty());
        part
    };
    let ask = |tx: &dyn StoreRead, whose, scope: &Scope, limit: usize, crowded| {
        let question = KeyQuestion {
            whose,
            ..question(&asked, limit as u32, crowded)
        };
        Ok(tx.holders(&[question], scope)?.concat())
    };
    for scope in scopes() {
        for whose in [Whose::InScope, Whose::OutOfScope] {
            let there = part(&|number| is_in(&scope, number) == (whose == Whose::InScope));
            let most = there.values().map(BTreeSet::len).max().unwrap_or_default();
            for limit in [0, 1, 2, 5, most.saturating_sub(1), most, 1000] {
                let mut cut = there.clone();
                cut.values_mut()
                    .for_each(|numbers| *numbers = numbers.iter().take(limit).copied().collect());
                let mut rare = there.clone();
                rare.retain(|_, numbers| numbers.len() <= limit);
                for (crowded, expected) in [(Crowded::Cut, &cut), (Crowded::LeaveOut, &rare)] {
                    let found = read(&*store, |tx| ask(tx, whose, &scope, limit, crowded));
                    assert_eq!(
                        found,
                        pairs(expected),
                        "{scope:?}, {whose:?}, {limit}, {crowded:?}"
                    );
                }
            }
        }
        let seen = part(&|number| is_in(&scope, number));
        for &kind in KeyKind::ALL {
            let (first, last) = MatchKey::range(kind);
            let shared = seen.range(first..=last).filter(|(_, numbers)| numbers.len() > 1);
            let shared = shared.map(|(&key, numbers)| (key, numbers.iter().copied().collect::<Vec<_>>()));
            let visited = read(&*store, |tx| {
                let mut visited = Vec::new();
                tx.shared_keys(kind, &scope, &mut |key, numbers| {
                    visited.push((key, numbers.to_vec()));
                    Ok(true)
                })?;
                Ok(visited)
            });
            assert_eq!(visited, shared.collect::<Vec<_>>(), "{scope:?}, {kind}");
        }
    }
    // Nobody is out of everybody's scope.
    let others = read(&*store, |tx| {
        ask(tx, Whose::OutOfScope, &Scope::all(), 9, Crowded::Cut)
    });
    assert_eq!(others, []);

    // What is entered, handed over and archived within the transaction.
    let key = asked[0];
    let scope = Scope::of_owners([user_id(1)]);
    let mine = |tx: &dyn StoreRead| -> Result<Vec<u32>> {
        let question = question(&[key], 1000, Crowded::Cut);
        let found = tx.holders(&[question], &scope)?.concat();
        Ok(found.into_iter().map(|(_, number)| number.serial()).collect())
    };
    let rolled_back: Result<()> = store.write_with(|tx| {
        let before = mine(tx)?;
        let new = customer(number(61));
        apply(tx, [add(new.clone()).with_keys(new.number, &[], &[key])])?;
        assert_eq!(mine(tx)?, [before.as_slice(), &[61]].concat());
        let theirs = Customer {
            owner: user_id(2),
            ..new.clone()
        };
        apply(tx, [edit(&new, &theirs)])?;
        assert_eq!(mine(tx)?, before);
        apply(tx, [edit(&theirs, &new)])?;
        apply(tx, [archive(&new)])?;
        assert_eq!(
            mine(tx)?,
            [before.as_slice(), &[61]].concat(),
            "whoever removes no key"
        );
        Err(Error::internal("rolls back"))
    });
    assert_eq!(rolled_back, Err(Error::internal("rolls back")));
}

/// Which customers are in scope is answered in the order in which it is asked, of those that are there, archived or not.
pub fn tells_who_is_in_scope(make: Make<'_>) {
    let (store, _) = keyed(make, 6);
    commit(&*store, [archive(&of_three(4))]);
    let asked = [5, 4, 99, 1, 2, 6, 3, 1].map(number);
    for scope in scopes().into_iter().chain([Scope::all()]) {
        let expected: Vec<CustomerNumber> = asked
            .into_iter()
            .filter(|&asked| asked != number(99) && is_in(&scope, asked))
            .collect();
        assert_eq!(
            read(&*store, |tx| tx.in_scope(&asked, &scope)),
            expected,
            "{scope:?}"
        );
    }
    assert_eq!(read(&*store, |tx| tx.in_scope(&[], &Scope::all())), []);
}

/// Which customers are archived is answered in the order in which it is asked, of those that are there.
pub fn tells_who_is_archived(make: Make<'_>) {
    let (store, _) = keyed(make, 6);
    commit(&*store, [archive(&of_three(4)), archive(&of_three(2))]);
    let asked = [5, 4, 99, 1, 2, 4].map(number);
    assert_eq!(read(&*store, |tx| tx.archived(&asked)), [4, 2, 4].map(number));
    assert_eq!(read(&*store, |tx| tx.archived(&[])), []);
}

/// Three customers, of which the first has numbers, aliases and contacts, the second nothing and the third is archived;
/// and what is compared of them.
fn compared(make: Make<'_>) -> (Box<dyn Store>, [Candidate; 3]) {
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
        registrations: vec![
            Registration::tw_ubn("22099131"),
            Registration::uscc("91350100M000100Y43"),
        ],
        owner: user_id(2),
        import: Some(import_id(1)),
        ..customer(number(1))
    };
    let two = Customer {
        phones: Vec::new(),
        kind: CustomerKind::Individual,
        name: "臺灣 ０".to_owned(),
        ..customer(number(2))
    };
    let three = Customer {
        aliases: vec!["旧".to_owned()],
        owner: user_id(3),
        ..customer(number(3))
    };
    let with = |n, e164: Option<&str>| Contact {
        mobile_e164: e164.map(str::to_owned),
        ..contact(n, number(1))
    };
    let gone = Contact {
        archived_at: Some(instant(1)),
        phone_e164: Some("+862155550109".to_owned()),
        ..with(4, Some("+8613900000009"))
    };
    let called = Contact {
        phone: Some("x".to_owned()),
        phone_e164: Some(x.to_owned()),
        ..with(5, Some(z))
    };
    commit(
        &*store,
        [
            add(import(1)),
            add(three.clone()),
            add(two.clone()),
            add(one.clone()),
        ],
    );
    commit(
        &*store,
        [with(1, Some(z)), with(2, None), called, with(3, None), gone].map(add),
    );
    commit(&*store, [archive(&three)]);
    let candidate = |customer: &Customer, phones: &[&str]| Candidate {
        number: customer.number,
        name: customer.name.clone(),
        kind: customer.kind,
        owner: customer.owner,
        phones: phones.iter().map(|&phone| phone.to_owned()).collect(),
        aliases: customer.aliases.clone(),
        registrations: customer.registrations.clone(),
    };
    let phone_of_three = three.phones[0].e164.clone().unwrap();
    let candidates = [
        candidate(&one, &[x, z, y]),
        candidate(&two, &[]),
        candidate(&three, &[&phone_of_three]),
    ];
    (store, candidates)
}

/// What is compared are the fields of now, with the numbers of the contacts that are there, whatever the scope, of
/// archived customers too; in the order in which they are asked for.
pub fn knows_what_is_compared(make: Make<'_>) {
    let (store, candidates) = compared(make);
    let expected = |candidate: &Candidate| Proposed {
        candidate: candidate.clone(),
        owner_name: format!("用户{}", candidate.owner.as_bytes()[0]),
        archived: candidate.number == number(3),
    };
    let proposed = |whole: &[u32], by_name: &[u32]| {
        let numbers = |serials: &[u32]| serials.iter().map(|&serial| number(serial)).collect::<Vec<_>>();
        read(&*store, |tx| tx.proposed(&numbers(whole), &numbers(by_name)))
    };
    let [one, two, three] = candidates.each_ref().map(expected);
    assert_eq!(
        proposed(&[3, 9, 1, 2], &[]),
        [three.clone(), one.clone(), two.clone()]
    );
    let named = |proposed: &Proposed| Proposed {
        candidate: Candidate {
            phones: Vec::new(),
            aliases: Vec::new(),
            registrations: Vec::new(),
            ..proposed.candidate.clone()
        },
        ..proposed.clone()
    };
    let names = [&two, &three, &one].map(named);
    assert_eq!(proposed(&[], &[2, 3, 9, 1]), names);
    assert_eq!(
        proposed(&[3], &[1]),
        [three.clone(), named(&one)],
        "first those that come whole"
    );
    assert_eq!((proposed(&[], &[]), proposed(&[9], &[9])), (vec![], vec![]));
    let renamed = User {
        name: "改名".to_owned(),
        ..user(2)
    };
    commit(&*store, [edit(&user(2), &renamed)]);
    assert_eq!(proposed(&[], &[1])[0].owner_name, "改名");
}

/// All customers that are not archived come by number, so many after one, with the import that brought them.
pub fn walks_through_what_is_compared(make: Make<'_>) {
    let (store, [one, two, _]) = compared(make);
    commit(&*store, (4..8).map(|serial| add(customer(number(serial)))));
    let after = |serial: Option<u32>, limit| {
        read(&*store, |tx| {
            tx.candidates_after(serial.map(number), limit, &Scope::all())
        })
    };
    assert_eq!(after(None, 2), [(one.clone(), Some(import_id(1))), (two, None)]);
    let serials = |serial, limit| {
        let found = after(serial, limit).into_iter();
        found
            .map(|(candidate, _)| candidate.number.serial())
            .collect::<Vec<_>>()
    };
    assert_eq!(serials(None, u32::MAX), [1, 2, 4, 5, 6, 7]);
    assert_eq!(
        (serials(Some(2), 2), serials(Some(3), 2)),
        (vec![4, 5], vec![4, 5])
    );
    assert_eq!((serials(Some(7), 2), serials(None, 0)), (vec![], vec![]));
    // Only those in scope, and as many of them as are asked for.
    let in_scope = |scope: &Scope, after: Option<u32>, limit| {
        let found = read(&*store, |tx| tx.candidates_after(after.map(number), limit, scope));
        let serials = found.iter().map(|(candidate, _)| candidate.number.serial());
        (serials.collect::<Vec<_>>(), found)
    };
    let of_2 = Scope::of_owners([user_id(2), user_id(3)]);
    assert_eq!(in_scope(&of_2, None, 9).1, [(one.clone(), Some(import_id(1)))]);
    let of_1 = Scope::of_owners([user_id(1)]);
    assert_eq!(in_scope(&of_1, None, 3).0, [2, 4, 5]);
    assert_eq!(in_scope(&of_1, Some(4), 9).0, [5, 6, 7]);
    let granted = of_2.with_granted([3, 5, 99].map(number));
    assert_eq!(in_scope(&granted, None, 9).0, [1, 5]);
}

/// A dossier is the customer, archived or not, its contacts that are not, as they were entered, and from whom it is
/// different.
pub fn gathers_dossiers(make: Make<'_>) {
    let store = staffed(make);
    let customers = [3, 1, 2, 4].map(|serial| customer(number(serial)));
    commit(&*store, customers.iter().cloned().map(add));
    let contacts = [7, 3, 5].map(|n| Contact {
        primary: n == 5,
        ..contact(n, number(1))
    });
    let gone = Contact {
        archived_at: Some(instant(1)),
        ..contact(1, number(1))
    };
    commit(&*store, contacts.iter().cloned().chain([gone]).map(add));
    let answers = [(4, 1), (1, 2)].map(|(a, b)| Answer::about(number(a), number(b)));
    commit(&*store, answers.map(add));
    commit(&*store, [archive(&customers[0]), add(contact(9, number(3)))]);
    let dossiers = read(&*store, |tx| tx.dossiers(&[3, 99, 1, 2].map(number)));
    let plain = |customer: &Customer, distinct: &[u32]| Dossier {
        customer: customer.clone(),
        contacts: Vec::new(),
        distinct: distinct.iter().map(|&serial| number(serial)).collect(),
    };
    let three = Dossier {
        contacts: vec![contact(9, number(3))],
        ..plain(&archived(&customers[0]), &[])
    };
    let one = Dossier {
        contacts: contacts.to_vec(),
        ..plain(&customers[1], &[2, 4])
    };
    assert_eq!(dossiers, [three, one, plain(&customers[2], &[1])]);
    assert_eq!(read(&*store, |tx| tx.dossiers(&[])), []);
}
