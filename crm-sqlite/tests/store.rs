//! What the store keeps and finds.

mod common;

use common::*;
use crm_core::{
    CustomerSort, NaiveDate, PageRequest, UserId,
    matching::{KeyKind, MatchKey},
    store::{Change, CustomerFilter, CustomerKeys, Scope, Store, StoreExt},
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
    full.aliases = vec!["旧-17".into(), "K2".into()];
    full.external_id = Some("erp-9".into());
    full.extra = [
        ("a".to_owned(), "1".to_owned()),
        ("b".to_owned(), "二".to_owned()),
    ]
    .into();
    full.import = Some(crm_core::ImportId::from_bytes([9; 16]));
    full.note = Some("备注".into());
    full.phones.push(crm_core::Phone {
        typed: "４００-８２０".into(),
        e164: None,
        extension: Some("801".into()),
        primary: false,
        check: crm_core::PhoneCheck::Unverified,
    });
    store(&opened, &[add(plain.clone()), add(full.clone())]).unwrap();
    opened
        .read_with(|tx| {
            assert_eq!(tx.customer(number(1), &Scope::all())?, Some(plain.clone()));
            assert_eq!(tx.customer(number(2), &Scope::all())?, Some(full.clone()));
            assert_eq!(tx.customer_by_alias("k2")?, Some(number(2)));
            assert_eq!(tx.customer_by_external_id("erp-9")?, Some(number(2)));
            assert_eq!(tx.user_by_login("USER2")?, Some(user(2)));
            let owner = Scope::of_owners([UserId::from_bytes([1; 16])]);
            assert_eq!(tx.customer(number(2), &owner)?, None);
            Ok(())
        })
        .unwrap();
}

#[test]
fn r2_7_pages_meet() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let changes: Vec<Change> = (1..=120)
        .map(|n| add(customer(number(n), &format!("公司{}", n % 7), 1 + (n % 2) as u8)))
        .collect();
    store(&opened, &changes).unwrap();
    let scopes = [
        Scope::all(),
        Scope::of_owners([UserId::from_bytes([1; 16])]),
        Scope::of_owners([1, 2, 3].map(|n| UserId::from_bytes([n; 16]))),
        Scope::of_owners([]),
    ];
    for scope in &scopes {
        for sort in [CustomerSort::Newest, CustomerSort::Oldest, CustomerSort::Name] {
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
                    .filter(|n| scope.contains(UserId::from_bytes([1 + (n % 2) as u8; 16])))
                    .map(|n| (format!("公司{}", n % 7), number(n)))
                    .collect();
                match sort {
                    CustomerSort::Newest => expected.reverse(),
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
        assert_eq!(tx.next_serial(day())?, 502);
        Err(crm_core::Error::internal("stop"))
    });
    assert!(failed.is_err());
    assert_eq!(create(&opened, "丁", 1).unwrap(), number(502));
    let tomorrow = NaiveDate::from_ymd_opt(2024, 5, 2).unwrap();
    assert_eq!(opened.write_with(|tx| tx.next_serial(tomorrow)).unwrap(), 1);
}

#[test]
fn r6_1_keys_are_found_in_every_run() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let shared = MatchKey::of(KeyKind::Phone, "+8657188880199");
    let name = |serial: u32| format!("公司{serial}");
    let mut serial = 0;
    let mut expected = Vec::new();
    // Transactions with many keys and with few, enough of them for merges of merged runs.
    for batch in 0..280 {
        opened
            .write_with(|tx| {
                for n in 0..if batch % 16 == 15 { 2 } else { 20 } {
                    serial += 1;
                    let customer = customer(number(serial), &name(serial), 1);
                    let mut all = keys(&customer).as_slice().to_vec();
                    all.extend((0..100).map(|n| MatchKey::of(KeyKind::Row, &format!("{serial}/{n}"))));
                    if n == 0 {
                        all.push(shared);
                        expected.push(number(serial));
                    }
                    apply(
                        tx,
                        &Change::AddCustomer {
                            customer,
                            keys: CustomerKeys::new(all),
                        },
                    )?;
                }
                assert_eq!(tx.candidates(&[shared], 1_000)?.len(), expected.len());
                Ok(())
            })
            .unwrap();
    }
    opened
        .read_with(|tx| {
            let found: Vec<_> = tx
                .candidates(&[shared], 1_000)?
                .into_iter()
                .map(|(_, number)| number)
                .collect();
            assert_eq!(found, expected);
            assert_eq!(tx.candidates(&[shared, shared], 3)?.len(), 3);
            let mut visited = Vec::new();
            tx.shared_keys(KeyKind::Phone, &mut |key, numbers| {
                visited.push((key, numbers.to_vec()));
                Ok(true)
            })?;
            assert!(visited.contains(&(shared, expected.clone())));
            assert!(visited.is_sorted());
            for n in 1..=serial {
                let key = MatchKey::of(KeyKind::Name, &name(n));
                assert_eq!(tx.candidates(&[key], 5)?, [(key, number(n))]);
            }
            Ok(())
        })
        .unwrap();
    let connection = rusqlite::Connection::open(&folder.path).unwrap();
    let runs: u32 = connection
        .query_row("SELECT count(*) FROM key_run", [], |row| row.get(0))
        .unwrap();
    assert!(runs < 30, "{runs} runs");
    let tiers: u32 = connection
        .query_row("SELECT max(tier) FROM key_run", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tiers, 3);
    // Archiving takes the keys out again, whichever run they are in.
    let before = customer(number(1), "公司1", 1);
    let after = crm_core::Customer {
        archived_at: Some(at()),
        revision: 2,
        ..before.clone()
    };
    store(
        &opened,
        &[Change::ArchiveCustomer {
            before,
            after,
            reason: "重复".into(),
        }],
    )
    .unwrap();
    let found = opened.read_with(|tx| tx.candidates(&[shared], 1_000)).unwrap();
    assert_eq!(found.len(), expected.len() - 1);
}

#[test]
fn r3_1_one_contact_is_primary() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let keys = CustomerKeys::default;
    let changes = [
        add(customer(number(1), "甲", 1)),
        Change::AddContact {
            contact: contact(1, number(1), true),
            keys: keys(),
        },
        Change::AddContact {
            contact: contact(2, number(1), false),
            keys: keys(),
        },
        Change::AddContact {
            contact: contact(3, number(1), true),
            keys: keys(),
        },
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
    let candidate = opened.read_with(|tx| tx.candidate(number(1))).unwrap().unwrap();
    assert_eq!(candidate.phones, ["+8613912345678", "+862155550001"]);
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
            let found = tx.candidates(&many, 5)?;
            assert_eq!(
                found.iter().any(|(found, _)| *found == key),
                tx.candidates(&[key], 5)?.len() == 1
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
