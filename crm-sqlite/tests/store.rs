//! What the store keeps and finds.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where it is"
)]

mod common;

use common::*;
use crm_core::{
    CustomerSort, Lane, NaiveDate, PageRequest, UserId,
    matching::{KeyKind, MatchKey},
    store::{Batch, Crowded, CustomerFilter, Put, RecordsExt, Scope, Store, StoreExt},
};

#[test]
fn r2_2_every_field_comes_back() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let plain = customer(number(1), "上海示例科技有限公司", 1);
    let mut full = customer(number(2), "臺灣\0示例", 2);
    full.size = Some(crm_core::Size::of_headcount(60));
    full.industry.detail = Some("其他".into());
    full.source.detail = Some("2024年春季广交会3号展位".into());
    full.lead_at = Some(at());
    full.created_by = None;
    full.tags = vec!["重要".into(), "A".into()];
    full.registrations = vec![
        crm_core::Registration::tw_ubn("22099131"),
        crm_core::Registration::uscc("91350100M000100Y43"),
    ];
    full.aliases = vec!["旧-17".into(), "K2".into()];
    full.external_id = Some("erp-9".into());
    full.extra = [
        ("a".to_owned(), "1".to_owned()),
        ("b".to_owned(), "二".to_owned()),
    ]
    .into();
    full.import = Some(import(9).id);
    full.note = Some("备注".into());
    full.phones.push(crm_core::Phone {
        typed: "４００-８２０".into(),
        e164: None,
        extension: Some("801".into()),
        primary: false,
        check: crm_core::PhoneCheck::Unverified,
    });
    store(
        &opened,
        &[of(Put::add(import(9))), add(plain.clone()), add(full.clone())],
    )
    .unwrap();
    opened
        .read_with(|tx| {
            assert_eq!(get(tx, number(1))?, Some(plain.clone()));
            assert_eq!(get(tx, number(2))?, Some(full.clone()));
            assert_eq!(tx.customers_by_alias("k2")?, [number(2)]);
            assert_eq!(tx.customer_by_external_id("erp-9")?, Some(number(2)));
            assert_eq!(tx.user_by_login("USER2")?, Some(user(2)));
            let owner = Scope::of_owners([UserId::from_bytes([1; 16])]);
            assert_eq!(tx.record::<crm_core::Customer>(number(2), &owner)?, None);
            let granted = owner.with_granted([number(2)]);
            assert_eq!(tx.record(number(2), &granted)?, Some(full.clone()));
            Ok(())
        })
        .unwrap();
}

#[test]
fn r2_7_pages_meet() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let changes: Vec<Batch> = (1..=120)
        .map(|n| add(customer(number(n), &format!("公司{}", n % 7), 1 + (n % 2) as u8)))
        .collect();
    store(&opened, &changes).unwrap();
    let scopes = [
        Scope::all(),
        Scope::of_owners([UserId::from_bytes([1; 16])]),
        Scope::of_owners([1, 2, 3].map(|n| UserId::from_bytes([n; 16]))),
        Scope::of_owners([]),
        Scope::of_owners([]).with_granted([3, 4, 99].map(number)),
        Scope::of_owners([UserId::from_bytes([1; 16])]).with_granted([3, 4, 99].map(number)),
    ];
    for scope in &scopes {
        for &sort in CustomerSort::ALL {
            for status in [None, Some(crm_core::CustomerStatus::Potential)] {
                let filter = CustomerFilter {
                    sort,
                    status,
                    ..Default::default()
                };
                let mut seen = Vec::new();
                let mut page = PageRequest::first(7);
                loop {
                    let answer = opened
                        .read_with(|tx| tx.customers(&filter, scope, &page))
                        .unwrap();
                    seen.extend(answer.items.iter().map(|item| (item.name.clone(), item.number)));
                    let Some(next) = answer.next else { break };
                    page.after = Some(next);
                }
                let mut expected: Vec<_> = (1..=120)
                    .filter(|&n| scope.contains(number(n), UserId::from_bytes([1 + (n % 2) as u8; 16])))
                    .map(|n| (format!("公司{}", n % 7), number(n)))
                    .collect();
                match sort {
                    CustomerSort::Newest | CustomerSort::LastFollowUp => expected.reverse(),
                    CustomerSort::Name => expected.sort(),
                    _ => {}
                }
                assert_eq!(seen, expected, "{scope:?} {sort}");
                let count = opened.read_with(|tx| tx.count_customers(&filter, scope)).unwrap();
                assert_eq!(count, expected.len() as u64);
            }
        }
    }
}

#[test]
fn r2_1_the_counter_goes_on_after_the_highest() {
    let folder = Folder::new();
    let opened = folder.set_up();
    assert_eq!(create(&opened, "甲", 1).unwrap(), number(1));
    store(&opened, &[add(customer(number(500), "乙", 1))]).unwrap();
    assert_eq!(create(&opened, "丙", 1).unwrap(), number(501));
    let failed = opened.write_with(|tx| -> crm_core::Result<()> {
        assert_eq!(tx.next_serial(day(), Lane::SHARED)?, 502);
        Err(crm_core::Error::internal("stop"))
    });
    assert!(failed.is_err());
    assert_eq!(create(&opened, "丁", 1).unwrap(), number(502));
    let tomorrow = NaiveDate::from_ymd_opt(2024, 5, 2).unwrap();
    assert_eq!(
        opened
            .write_with(|tx| tx.next_serial(tomorrow, Lane::SHARED))
            .unwrap(),
        1
    );
}

#[test]
fn r6_1_keys_are_found_and_taken_out_wherever_they_are() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let shared = [KeyKind::Phone, KeyKind::Gram].map(|kind| MatchKey::of(kind, "shared"));
    let name = |serial: u32| format!("公司{serial}");
    let mut serial = 0;
    let mut expected = Vec::new();
    // Transactions with many keys and with few, enough of them for merges of merged runs.
    for batch in 0..280 {
        opened
            .write_with(|tx| {
                for n in 0..if batch % 8 == 7 { 2 } else { 20 } {
                    serial += 1;
                    let customer = customer(number(serial), &name(serial), 1);
                    let mut all = keys(&customer);
                    for kind in [KeyKind::Row, KeyKind::Near] {
                        all.extend((0..50).map(|n| MatchKey::of(kind, &format!("{serial}/{n}"))));
                    }
                    if n == 0 {
                        all.extend(shared);
                        expected.push(customer.clone());
                    }
                    let number = customer.number;
                    apply(tx, &with_keys(of(Put::add(customer)), number, vec![], all))?;
                }
                for key in shared {
                    assert_eq!(candidates(tx, &[key], 1_000)?.len(), expected.len());
                }
                Ok(())
            })
            .unwrap();
    }
    is_found(&opened, shared, &expected);
    opened
        .read_with(|tx| {
            assert_eq!(candidates(tx, &[shared[0], shared[0]], 3)?.len(), 3);
            for n in 1..=serial {
                let key = MatchKey::of(KeyKind::Name, &name(n));
                assert_eq!(candidates(tx, &[key], 5)?, [(key, number(n))]);
            }
            Ok(())
        })
        .unwrap();

    let connection = rusqlite::Connection::open(&folder.path).unwrap();
    let sizes = connection
        .prepare("SELECT pairs FROM key_run ORDER BY pairs")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<Vec<u32>>>()
        .unwrap();
    let count = |sql| connection.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    assert!((2..16).contains(&sizes.len()), "{sizes:?}");
    assert!(
        sizes[0] < 4_096 && sizes[sizes.len() - 1] > 100 * 1_024,
        "{sizes:?}"
    );
    assert_eq!(
        count("SELECT count(*) FROM new_key"),
        35 - 32,
        "32 of them became a run"
    );
    assert_eq!(
        count("SELECT count(*) FROM key_block"),
        sizes.iter().map(|pairs| pairs.div_ceil(64)).sum::<u32>(),
        "none is left of a run that was merged"
    );

    // The first of them are in the largest run, the last ones in a row of new keys and in the smallest run.
    let last = expected.split_off(expected.len() - 30);
    let mut rest = expected.split_off(10);
    for before in expected.iter().chain(&last) {
        let after = crm_core::Customer {
            archived_at: Some(at()),
            revision: 2,
            ..before.clone()
        };
        let change = of(Put::edit(before.clone(), after));
        store(
            &opened,
            &[with_keys(change, before.number, shared.to_vec(), vec![])],
        )
        .unwrap();
    }
    is_found(&opened, shared, &rest);
    let gone = of(Put::edit(rest[0].clone(), rest[0].clone()));
    store(
        &opened,
        &[with_keys(gone, rest[0].number, shared.to_vec(), vec![])],
    )
    .unwrap();
    is_found(&opened, shared, &rest.split_off(1));
}

/// Each of the keys is found of these customers and of no other, asked for and visited.
fn is_found(opened: &dyn Store, keys: [MatchKey; 2], customers: &[crm_core::Customer]) {
    let expected: Vec<_> = customers.iter().map(|customer| customer.number).collect();
    opened
        .read_with(|tx| {
            let found = candidates(tx, &keys, 1_000)?;
            let pairs = keys
                .iter()
                .flat_map(|&key| expected.iter().map(move |&number| (key, number)));
            assert_eq!(found, pairs.collect::<Vec<_>>());
            assert_eq!(
                holders(tx, &keys, expected.len() as u32, Crowded::LeaveOut)?,
                found
            );
            assert_eq!(
                holders(tx, &keys, expected.len() as u32 - 1, Crowded::LeaveOut)?,
                []
            );
            for (kind, key) in [KeyKind::Phone, KeyKind::Gram].into_iter().zip(keys) {
                let mut visited = Vec::new();
                tx.shared_keys(kind, &Scope::all(), &mut |key, numbers| {
                    visited.push((key, numbers.to_vec()));
                    Ok(true)
                })?;
                assert!(visited.is_sorted());
                assert!(visited.contains(&(key, expected.clone())));
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn r3_1_one_contact_is_primary() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let entered = |n, primary| of(Put::add(contact(n, number(1), primary)));
    let changes = [
        add(customer(number(1), "甲", 1)),
        entered(1, false),
        entered(2, false),
        entered(3, true),
    ];
    store(&opened, &changes).unwrap();
    let contacts = opened
        .read_with(|tx| tx.contacts(number(1), &Scope::all()))
        .unwrap();
    let order: Vec<_> = contacts
        .iter()
        .map(|contact| (contact.name.as_str(), contact.primary))
        .collect();
    assert_eq!(order, [("联系人3", true), ("联系人1", false), ("联系人2", false)]);
    let proposed = opened.read_with(|tx| tx.proposed(&[number(1)], &[])).unwrap();
    assert_eq!(proposed[0].candidate.phones, ["+8613912345678", "+862155550001"]);
}

#[test]
fn every_commit_changes_the_version() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let other = folder.open();
    let mut seen = vec![opened.version().unwrap()];
    for writer in [&opened, &other, &opened] {
        create(writer, "甲", 1).unwrap();
        seen.push(opened.version().unwrap());
        assert_eq!(opened.version().unwrap(), *seen.last().unwrap());
    }
    opened.pause().unwrap();
    create(&other, "甲", 1).unwrap();
    opened.resume().unwrap();
    seen.push(opened.version().unwrap());
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
}

#[test]
fn r6_1_a_bulk_load_sees_the_keys_that_others_commit_meanwhile() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let other = folder.open();
    create(&opened, "甲", 1).unwrap();
    let many: Vec<_> = (0..5_000)
        .map(|n| MatchKey::of(KeyKind::Name, &format!("新{n}")))
        .collect();
    let theirs = MatchKey::of(KeyKind::Name, "新7");
    let find = |key| {
        opened.write_with(|tx| {
            // So many that they are looked for in memory first.
            let found = candidates(tx, &many, 5)?;
            assert_eq!(
                found.iter().any(|(found, _)| *found == key),
                candidates(tx, &[key], 5)?.len() == 1
            );
            Ok(found.len())
        })
    };
    assert_eq!(find(theirs).unwrap(), 0);
    create(&other, "新7", 1).unwrap();
    assert_eq!(find(theirs).unwrap(), 1);
    create(&opened, "新8", 1).unwrap();
    assert_eq!(find(theirs).unwrap(), 2);
}

#[test]
fn r6_1_keys_of_another_release_are_made_anew_and_those_of_rows_stay() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let row = MatchKey::of(KeyKind::Row, "row");
    let stale = MatchKey::of(KeyKind::Name, "stale");
    let mut archived = customer(number(2), "乙科技有限公司", 1);
    archived.archived_at = Some(at());
    let there = [customer(number(1), "甲科技有限公司", 1), archived];
    for customer in &there {
        let change = of(Put::add(customer.clone()));
        store(
            &opened,
            &[with_keys(change, customer.number, vec![], vec![row, stale])],
        )
        .unwrap();
    }
    let many = (0..3_000)
        .map(|n| MatchKey::of(KeyKind::Row, &n.to_string()))
        .collect();
    let mut third = customer(number(3), "Müller", 1);
    third.aliases = vec!["Söhne".into()];
    store(
        &opened,
        &[with_keys(of(Put::add(third)), number(3), vec![], many)],
    )
    .unwrap();
    drop(opened);
    rusqlite::Connection::open(&folder.path)
        .unwrap()
        .execute_batch(
            "UPDATE meta SET keys_version = 0;
            UPDATE customer SET name_folded = 'müller' WHERE number % 10000 = 3;
            UPDATE customer_alias SET folded = 'söhne'",
        )
        .unwrap();
    let opened = folder.open();
    // What is stored of texts for searching is folded anew.
    for text in ["muller", "sohne"] {
        let query = crm_core::CustomerQuery {
            text: Some(text.into()),
            ..Default::default()
        };
        let filter = CustomerFilter::new(query, None, crm_core::BusinessZone::default());
        let count = opened.read_with(|tx| tx.count_customers(&filter, &Scope::all()));
        assert_eq!(count, Ok(1), "{text}");
    }
    let name = crm_core::matching::NameParts::of(&there[0].name, there[0].kind);
    let mut expected = crm_core::matching::match_keys(&name, ["+862155550001"], [], &[]);
    expected.sort_unstable();
    expected.dedup();
    opened
        .read_with(|tx| {
            assert_eq!(candidates(tx, &[stale], 9)?, []);
            assert_eq!(candidates(tx, &[row], 9)?, [(row, number(1)), (row, number(2))]);
            let late = MatchKey::of(KeyKind::Row, "2999");
            assert_eq!(candidates(tx, &[late], 9)?, [(late, number(3))]);
            let found: Vec<_> = candidates(tx, &expected, 9)?;
            let of_first = found.iter().filter(|(_, found)| *found == number(1));
            assert_eq!(of_first.count(), expected.len());
            assert!(
                found.iter().all(|(_, found)| *found != number(2)),
                "it is archived"
            );
            Ok(())
        })
        .unwrap();
    // And it is found so again, which it is not made anew for.
    create(&opened, "丁", 1).unwrap();
    drop(opened);
    folder.open();
}

/// What 1,000 customers of an import with name and telephone take, each: log, row, import row and keys.
#[test]
fn an_imported_customer_takes_less_than_twelve_hundred_bytes() {
    const CUSTOMERS: u32 = 3_000;

    let folder = Folder::new();
    let opened = folder.set_up();
    store(&opened, &[of(Put::add(import(9)))]).unwrap();
    let size = || std::fs::metadata(&folder.path).unwrap().len();
    opened.pause().unwrap();
    let before = size();
    opened.resume().unwrap();
    let problems = vec![
        crm_core::Problem::missing("address"),
        crm_core::Problem::missing("source"),
    ];
    opened
        .write_with(|tx| {
            for n in 1..=CUSTOMERS {
                let name = format!("上海{}科技有限公司", char::from_u32(0x4e00 + n).unwrap());
                let mut customer = customer(number(n), &name, 1);
                customer.addresses.clear();
                customer.import = Some(import(9).id);
                let parts = crm_core::matching::NameParts::of(&name, customer.kind);
                let phones = customer.phones.iter().filter_map(|phone| phone.e164.as_deref());
                let mut keys = crm_core::matching::match_keys(&parts, phones, [], &[]);
                keys.push(MatchKey::of(KeyKind::Row, &name));
                keys.sort_unstable();
                keys.dedup();
                let mut change = with_keys(of(Put::add(customer)), number(n), vec![], keys);
                change.rows.push((import(9).id, row(n, &problems)));
                apply(tx, &change)?;
            }
            Ok(())
        })
        .unwrap();
    opened.pause().unwrap();
    let each = (size() - before) / u64::from(CUSTOMERS);
    println!("{each} bytes a customer");
    // Some 130 of them are what lists are sorted by and what parts of texts are found by (R2.7).
    assert!(each <= 1_200, "{each} bytes");
}

fn row(n: u32, problems: &[crm_core::Problem]) -> crm_core::ImportRow {
    crm_core::ImportRow {
        line: u64::from(n),
        outcome: crm_core::RowOutcome::Created,
        customer: Some(number(n)),
        contact: None,
        record: None,
        problems: problems.to_vec(),
    }
}
