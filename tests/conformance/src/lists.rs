//! Lists, searches and pages of customers (R2.7).

use chrono::TimeDelta;
use crm_core::{
    Choice, Customer, CustomerKind, CustomerNumber, CustomerQuery, CustomerSort, CustomerStatus,
    CustomerSummary, DateRange, Error, FollowUp, PageRequest, Phone, Result, Size, Task, TaskKind, TaskState,
    matching::{fold, name_order},
    store::{Scope, Store, StoreExt, StoreRead, StoreWrite, memory::MemoryStore, tokens_of},
};

use crate::{
    Make,
    fixture::{
        OWNERS, Step, add, apply, batch, commit, customer, deal_id, edit, filter, follow_up, full_customer,
        instant, list, may, number, number_on, pages, phone, read, remove, staffed, task, user_id,
    },
};

const NAMES: [&str; 13] = [
    "华东电子",
    "華東電子",
    "Acme",
    "acme",
    "ACME Ltd.",
    "乙",
    "甲",
    "Émile",
    "Z",
    "100%_\\",
    "é",
    "𠮷野家",
    "Müller 上海 Söhne",
];

/// Customers of all owners, statuses and so on, not entered in the order of their numbers.
fn many(count: u32) -> Vec<Customer> {
    let some = |list: &[&str], n: u32| list[n as usize % list.len()].to_owned();
    let make = |n: u32| Customer {
        name: format!(
            "{}{}",
            NAMES[n as usize % NAMES.len()],
            if n.is_multiple_of(5) { "有限公司" } else { "" }
        ),
        kind: CustomerKind::ALL[n as usize % CustomerKind::ALL.len()],
        industry: Choice {
            code: some(&["it", "retail", "IT"], n),
            detail: (n.is_multiple_of(2)).then(|| "it".to_owned()),
        },
        size: (!n.is_multiple_of(3)).then(|| Size::of_headcount(u64::from(n % 4) * 60)),
        phones: vec![
            Phone {
                primary: n.is_multiple_of(2),
                ..phone(&format!("+86215555{n:04}"))
            },
            Phone {
                primary: n % 2 == 1,
                ..phone(&format!("+86138{n:04}0000"))
            },
            Phone {
                e164: None,
                typed: format!("内线 {n:03}"),
                ..phone("")
            },
        ],
        source: Choice::of(some(&["referral", "online_platform", "other", "referral "], n)),
        first_contact: may(1 + n % 7),
        status: CustomerStatus::ALL[n as usize % CustomerStatus::ALL.len()],
        owner: user_id(OWNERS[n as usize % OWNERS.len()]),
        created_at: instant(0) + TimeDelta::hours(i64::from(n) * 5),
        tags: (!n.is_multiple_of(4))
            .then(|| some(&["重点", "vip", "VIP"], n))
            .into_iter()
            .chain(["常".to_owned()])
            .collect(),
        aliases: (n.is_multiple_of(6))
            .then(|| format!("KH/{n:03}"))
            .into_iter()
            .collect(),
        external_id: (n.is_multiple_of(2)).then(|| format!("erp:{n}")),
        archived_at: (n % 8 == 7).then(|| instant(9)),
        ..customer(number_on(1 + n % 3, n + 1))
    };
    // 7 and the count have no divisor in common, so that each comes once.
    (0..count).map(|n| make(n * 7 % count)).collect()
}

pub(crate) fn filled(make: Make<'_>, count: u32) -> (Box<dyn Store>, Vec<Customer>) {
    let store = staffed(make);
    let customers = many(count);
    commit(&*store, customers.iter().cloned().map(add));
    (store, customers)
}

pub(crate) fn scopes() -> Vec<Scope> {
    let of = |owners: &[u8]| Scope::of_owners(owners.iter().map(|&n| user_id(n)));
    vec![
        Scope::all(),
        of(&[2]),
        of(&[1, 3]),
        of(&[1, 2, 3, 99]),
        of(&[99]),
        of(&[]),
        of(&[1]).with_granted([number_on(2, 2), number_on(3, 3), number_on(9, 9)]),
        of(&[])
            .with_granted([number_on(1, 1)])
            .with_deals([(deal_id(1), number_on(2, 2)), (deal_id(2), number_on(1, 1))]),
    ]
}

/// The numbers that a list is to have, in its order, worked out without a store.
pub(crate) fn expected(customers: &[Customer], query: &CustomerQuery, scope: &Scope) -> Vec<CustomerNumber> {
    let filter = filter(query);
    let mut rows: Vec<&Customer> = customers
        .iter()
        .filter(|customer| scope.contains(customer.number, customer.owner) && filter.matches(customer))
        .collect();
    rows.sort_by_key(|customer| customer.number);
    match query.sort {
        // Without any follow-up or task, what is sorted by them is sorted by number.
        CustomerSort::Newest | CustomerSort::LastFollowUp => rows.reverse(),
        CustomerSort::Name => rows.sort_by_key(|customer| name_order(&fold(&customer.name), customer.kind)),
        _ => {}
    }
    rows.into_iter().map(|customer| customer.number).collect()
}

fn queries() -> Vec<CustomerQuery> {
    let any = CustomerQuery::default;
    let text = |text: &str| CustomerQuery {
        text: Some(text.to_owned()),
        ..any()
    };
    let phone = |phone: &str| CustomerQuery {
        phone: Some(phone.to_owned()),
        ..any()
    };
    let created = |from: Option<u32>, until: Option<u32>| CustomerQuery {
        created: Some(DateRange {
            from: from.map(may),
            until: until.map(may),
        }),
        ..any()
    };
    let first = |from: Option<u32>, until: Option<u32>| CustomerQuery {
        first_contact: Some(DateRange {
            from: from.map(may),
            until: until.map(may),
        }),
        ..any()
    };
    let mut queries = vec![
        any(),
        CustomerQuery {
            archived: true,
            ..any()
        },
    ];
    queries.extend(CustomerStatus::ALL.iter().map(|&status| CustomerQuery {
        status: Some(status),
        ..any()
    }));
    queries.extend([1, 2, 99].map(|n| CustomerQuery {
        owner: Some(user_id(n).to_string()),
        ..any()
    }));
    queries.extend(["it", "retail", "IT", "i", ""].map(|c| CustomerQuery {
        industry: Some(c.to_owned()),
        ..any()
    }));
    queries.extend(["referral", "referral ", "x"].map(|c| CustomerQuery {
        source: Some(c.to_owned()),
        ..any()
    }));
    queries.extend(CustomerKind::ALL.iter().map(|&kind| CustomerQuery {
        kind: Some(kind),
        ..any()
    }));
    queries.extend([0, 60, 240].map(|n| CustomerQuery {
        size: Some(Size::of_headcount(n)),
        ..any()
    }));
    queries.push(CustomerQuery {
        size: Some(Size::of_revenue(1)),
        ..any()
    });
    queries.extend(["重点", "vip", "常", "重", ""].map(|tag| CustomerQuery {
        tag: Some(tag.to_owned()),
        ..any()
    }));
    queries.extend(["erp:2", "ERP:2", "erp", ""].map(|id| CustomerQuery {
        external_id: Some(id.to_owned()),
        ..any()
    }));
    queries.extend(NAMES.map(text));
    queries.extend(
        [
            "電子",
            "cme",
            "有限公司",
            "%",
            "_",
            "\\",
            "'",
            "\"",
            "*",
            "acme OR z",
            "muller",
            "sohne 上海",
            "上海 sohne mu\u{308}ller",
            "muller 5555",
            "子 华 电",
            "有限 acme",
            "e 有限 00",
            "客",
            "",
            " ",
        ]
        .map(text),
    );
    queries.extend(
        [
            "CRM",
            "crm2024",
            "ｃｒｍ２０２４",
            "crm 20240501 0001",
            "CRM20240502",
            "CRM202405010001",
            "CRM20240501001",
            "CRM2024050100",
        ]
        .map(text),
    );
    queries.extend(
        [
            "kh/0",
            "KH/006",
            "5555",
            "0215555",
            "021-5555 0012",
            "+86 21",
            "00",
            "012",
            "内线 012",
        ]
        .map(text),
    );
    queries.extend(
        [
            "5555", "0215555", "021-5555", "86215555", "008621", "138", "12", "x", "", "012",
        ]
        .map(phone),
    );
    queries.extend(
        [
            (Some(2), Some(3)),
            (Some(4), None),
            (None, Some(2)),
            (Some(3), Some(2)),
        ]
        .map(|(a, b)| created(a, b)),
    );
    queries.extend(
        [(Some(2), Some(4)), (Some(7), None), (None, Some(2)), (None, None)].map(|(a, b)| first(a, b)),
    );
    queries.push(CustomerQuery {
        text: Some("e".to_owned()),
        phone: Some("0215555".to_owned()),
        owner: Some(user_id(1).to_string()),
        archived: true,
        sort: CustomerSort::Name,
        ..any()
    });
    queries
}

/// Each filter, for each scope, finds exactly what it means.
pub fn finds_by_every_field(make: Make<'_>) {
    let (store, customers) = filled(make, 60);
    for query in queries() {
        for scope in scopes() {
            let found = list(&*store, &query, &scope, PageRequest::MAX);
            assert_eq!(found, expected(&customers, &query, &scope), "{query:?} {scope:?}");
        }
    }
}

/// What customers are found by may come with them, of all or of some.
pub fn finds_by_what_was_worked_out_before(make: Make<'_>) {
    let store = staffed(make);
    let called = |serial| Customer {
        name: format!("机床{serial}厂"),
        ..customer(number(serial))
    };
    let given = |serial| (number(serial), tokens_of(&called(serial)));
    let entered = store.write_with(|tx| {
        let mut new = batch(tx, (1..400).map(|serial| add(called(serial))))?;
        new.tokens = (1..300).map(given).collect();
        tx.apply(&new)
    });
    entered.unwrap();
    let found = |text: &str| {
        let query = CustomerQuery {
            text: Some(text.to_owned()),
            ..CustomerQuery::default()
        };
        read(&*store, |tx| tx.count_customers(&filter(&query), &Scope::all()))
    };
    assert_eq!((found("机床"), found("jc")), (399, 399));
    let renamed = Customer {
        name: "北京远洋".to_owned(),
        ..called(7)
    };
    commit(&*store, [edit(&called(7), &renamed)]);
    assert_eq!((found("机床"), found("远洋")), (398, 1));
}

/// A transaction finds what it has written by its texts as they are by then, of few customers and of many, and so does whoever comes
/// after it; what was rolled back is found by nobody.
pub fn finds_by_text_what_it_has_written(make: Make<'_>) {
    let store = staffed(make);
    let called = |serial, name: &str| Customer {
        name: name.to_owned(),
        ..customer(number(serial))
    };
    let found = |tx: &dyn StoreRead, text: &str| -> Result<usize> {
        let mut counts = Vec::new();
        for sort in [CustomerSort::Newest, CustomerSort::Name] {
            let query = CustomerQuery {
                text: Some(text.to_owned()),
                sort,
                ..CustomerQuery::default()
            };
            let rows: usize = pages(tx, &query, &Scope::all(), 100)?.iter().map(Vec::len).sum();
            assert_eq!(tx.count_customers(&filter(&query), &Scope::all())?, rows as u64);
            counts.push(rows);
        }
        assert_eq!(counts[0], counts[1], "{text}");
        Ok(counts[0])
    };
    let changed = called(1, "北京远洋");
    let write = |tx: &mut dyn StoreWrite| -> Result<()> {
        apply(tx, [add(called(1, "华东电子"))])?;
        assert_eq!(found(tx, "东电")?, 1);
        apply(tx, [edit(&called(1, "华东电子"), &changed)])?;
        assert_eq!((found(tx, "东电")?, found(tx, "bjyy")?), (0, 1));
        // More than a store may care to find one by one.
        apply(
            tx,
            (2..400).map(|serial| add(called(serial, &format!("机床{serial}厂")))),
        )?;
        assert_eq!((found(tx, "机床")?, found(tx, "远洋")?), (398, 1));
        Ok(())
    };
    let rolled_back: Result<()> = store.write_with(|tx| {
        write(tx)?;
        Err(Error::internal("rolls back"))
    });
    assert!(rolled_back.is_err());
    assert_eq!(read(&*store, |tx| found(tx, "机床")), 0);
    store.write_with(|tx| write(tx)).unwrap();
    let after = |text: &str| read(&*store, |tx| found(tx, text));
    assert_eq!((after("机床"), after("远洋"), after("东电")), (398, 1, 0));
    commit(&*store, [edit(&changed, &called(1, "华东电子"))]);
    assert_eq!((after("机床"), after("远洋"), after("东电")), (398, 0, 1));
}

/// Vectors of R2.7 worked out by hand: any part of the name in both scripts, number, alias, phone part.
pub fn finds_by_text(make: Make<'_>) {
    let store = staffed(make);
    let named = |serial, name: &str, e164: &str, alias: &str| Customer {
        name: name.to_owned(),
        phones: vec![Phone {
            primary: true,
            ..phone(e164)
        }],
        aliases: vec![alias.to_owned()],
        ..customer(number(serial))
    };
    commit(
        &*store,
        [
            add(named(1, "華東電子股份有限公司", "+862155550199", "KH-0007")),
            add(named(2, "华东电子（集团）有限公司", "+8613912345678", "KH-0008")),
            add(named(12, "Acme Trading 500 Co., Ltd.", "+442079460958", "A500")),
            add(named(20, "Müller & Söhne", "+493055550100", "Möbel")),
        ],
    );
    let found = |text: &str| {
        let query = CustomerQuery {
            text: Some(text.to_owned()),
            sort: CustomerSort::Oldest,
            ..CustomerQuery::default()
        };
        list(&*store, &query, &Scope::all(), 10)
            .into_iter()
            .map(CustomerNumber::serial)
            .collect::<Vec<_>>()
    };
    for (text, serials) in [
        ("华东", &[1, 2][..]),
        ("電子", &[1, 2]),
        ("股份", &[1]),
        ("(集团)", &[2]),
        ("ACME", &[12]),
        ("ｔｒａｄｉｎｇ　500", &[12]),
        ("CRM202405010012", &[12]),
        ("crm20240501001", &[1, 12]),
        ("CRM20240501", &[1, 2, 12, 20]),
        ("crm 20240501 0012", &[12]),
        ("ＣＲＭ２０２４０５０１００１２", &[12]),
        ("muller", &[20]),
        ("SÖHNE müller", &[20]),
        ("mobel", &[20]),
        ("电子 华东", &[1, 2]),
        ("电子 集团", &[2]),
        ("電子 股份 5555", &[1]),
        ("電子 没有", &[]),
        ("CRM20240502", &[]),
        ("kh-00", &[1, 2]),
        ("KH-0008", &[2]),
        ("0215555", &[1]),
        ("021 5555-0199", &[1]),
        ("139 1234", &[2]),
        ("+44 20", &[12]),
        ("500", &[12]),
        ("没有", &[]),
    ] {
        assert_eq!(found(text), serials, "{text}");
    }
}

/// Texts are found among more customers than a store may look at one by one, in every order and for every scope, and as they are after
/// they were changed or taken out.
pub fn finds_among_many(make: Make<'_>) {
    let (store, mut customers) = filled(make, 3_300);
    let asked: Vec<CustomerQuery> = queries()
        .into_iter()
        .filter(|query| query.text.is_some() || query.phone.is_some())
        .collect();
    let spelt = [
        "huadong",
        "hdd",
        "hdian",
        "dianz",
        "shanghaisohne",
        "jia",
        "yi",
        "yex",
        "jiayouxian",
        "qqq",
    ];
    let spelt = spelt.map(|letters| CustomerQuery {
        text: Some(letters.to_owned()),
        ..CustomerQuery::default()
    });
    let scopes = [
        Scope::all(),
        Scope::of_owners([1, 2, 3].map(user_id)),
        Scope::of_owners([user_id(2)]),
    ];
    let check = |customers: &[Customer]| {
        for (at, query) in asked.iter().chain(&spelt).enumerate() {
            let query = CustomerQuery {
                sort: CustomerSort::ALL[at % CustomerSort::ALL.len()],
                ..query.clone()
            };
            for scope in &scopes {
                let expected = expected(customers, &query, scope);
                assert_eq!(list(&*store, &query, scope, 700), expected, "{query:?} {scope:?}");
                let count = read(&*store, |tx| tx.count_customers(&filter(&query), scope));
                assert_eq!(count, expected.len() as u64, "{query:?} {scope:?}");
            }
        }
    };
    check(&customers);
    let renamed = |customer: &Customer| Customer {
        name: customer.name.replace("子", "孑").replace("cme", "华鼎"),
        ..customer.clone()
    };
    let (gone, left): (Vec<Customer>, Vec<Customer>) =
        customers.into_iter().partition(|it| it.number.serial() % 7 == 0);
    let changes = left
        .iter()
        .filter(|it| it.number.serial() % 11 == 0)
        .map(|it| edit(it, &renamed(it)));
    commit(&*store, gone.iter().map(remove).chain(changes));
    customers = left
        .into_iter()
        .map(|it| {
            if it.number.serial() % 11 == 0 {
                renamed(&it)
            } else {
                it
            }
        })
        .collect();
    check(&customers);
}

/// A row of a list says what the customer and its owner say now.
pub fn summarises(make: Make<'_>) {
    let store = staffed(make);
    let full = full_customer(number(1));
    let phoneless = Customer {
        phones: Vec::new(),
        ..customer(number(2))
    };
    commit(&*store, [add(full.clone()), add(phoneless)]);
    let query = CustomerQuery {
        sort: CustomerSort::Oldest,
        ..CustomerQuery::default()
    };
    let page = read(&*store, |tx| {
        tx.customers(&filter(&query), &Scope::all(), &PageRequest::default())
    });
    let row = CustomerSummary {
        number: full.number,
        name: full.name.clone(),
        kind: full.kind,
        status: full.status,
        industry: "other".to_owned(),
        source: "exhibition".to_owned(),
        owner: user_id(2),
        owner_name: "用户2".to_owned(),
        primary_phone: "02155550100".to_owned(),
        first_contact: full.first_contact,
        created_at: full.created_at,
        revision: 7,
    };
    assert_eq!(page.items[0], row);
    assert_eq!(page.items[1].primary_phone, "");
    assert_eq!((page.items.len(), page.next), (2, None));
}

/// Newest and oldest go by number, not by entry nor by text; names go by how they are folded.
pub fn orders(make: Make<'_>) {
    let store = staffed(make);
    let named = |number, name: &str| {
        add(Customer {
            name: name.to_owned(),
            ..customer(number)
        })
    };
    let [a, b, c, d, e] = [
        number_on(2, 1),
        number_on(1, 10_000),
        number_on(1, 9_999),
        number_on(1, 2),
        number_on(1, 3),
    ];
    commit(
        &*store,
        [
            named(c, "b"),
            named(a, "Ａ"),
            named(d, "B"),
            named(b, "華"),
            named(e, "华"),
        ],
    );
    let sorted = |sort| {
        list(
            &*store,
            &CustomerQuery {
                sort,
                ..CustomerQuery::default()
            },
            &Scope::all(),
            2,
        )
    };
    assert_eq!(sorted(CustomerSort::Newest), [a, b, c, e, d]);
    assert_eq!(sorted(CustomerSort::Oldest), [d, e, c, b, a]);
    assert_eq!(sorted(CustomerSort::Name), [a, d, c, e, b]);
}

/// Customers are sorted by what was last done with them and by what is to be done next; what is archived, over or not there does
/// not count, and it goes along when it moves to another customer.
pub fn orders_by_what_is_done(make: Make<'_>) {
    let stores = [staffed(make), staffed(&|| Box::new(MemoryStore::new()))];
    let sorted = |sort| {
        let query = CustomerQuery {
            sort,
            ..CustomerQuery::default()
        };
        let scope = Scope::of_owners([user_id(1), user_id(2)]);
        let [theirs, memory] = [&stores[0], &stores[1]].map(|store| {
            [1, 2, 10].map(|limit| {
                list(&**store, &query, &scope, limit)
                    .into_iter()
                    .map(CustomerNumber::serial)
                    .collect::<Vec<_>>()
            })
        });
        assert_eq!(theirs, memory, "{sort}");
        assert!(theirs.iter().all(|list| *list == theirs[2]), "{sort}");
        theirs[2].clone()
    };
    let commit = |steps: &dyn Fn() -> Vec<Step>| stores.iter().for_each(|store| commit(&**store, steps()));
    let by_last = || sorted(CustomerSort::LastFollowUp);
    let by_next = || sorted(CustomerSort::NextTask);
    let talk = |n, of, at| FollowUp {
        at: instant(at),
        ..follow_up(n, number(of))
    };
    let due = |n, of, day| Task {
        due: may(day),
        ..task(n, number(of))
    };
    commit(&|| {
        let customers = (1..=5).map(|serial| Customer {
            owner: user_id(1 + (serial % 2) as u8),
            ..customer(number(serial))
        });
        customers.map(add).collect()
    });
    assert_eq!((by_last(), by_next()), (vec![5, 4, 3, 2, 1], vec![1, 2, 3, 4, 5]));
    commit(&|| {
        vec![
            add(talk(1, 2, 50)),
            add(talk(2, 4, 90)),
            add(talk(3, 2, 70)),
            add(due(1, 5, 9)),
            add(due(2, 3, 20)),
            add(due(3, 3, 8)),
        ]
    });
    assert_eq!((by_last(), by_next()), (vec![4, 2, 5, 3, 1], vec![3, 5, 1, 2, 4]));
    let told = Task {
        kind: TaskKind::HandOver,
        ..due(4, 2, 7)
    };
    commit(&|| vec![add(told.clone())]);
    assert_eq!(
        by_next(),
        [3, 5, 1, 2, 4],
        "a notice is nothing to be done with its customer"
    );
    let gone = FollowUp {
        archived_at: Some(instant(99)),
        ..talk(2, 4, 90)
    };
    let done = Task {
        state: TaskState::Done,
        ..due(3, 3, 8)
    };
    commit(&|| vec![edit(&talk(2, 4, 90), &gone), edit(&due(3, 3, 8), &done)]);
    assert_eq!((by_last(), by_next()), (vec![2, 5, 4, 3, 1], vec![5, 3, 1, 2, 4]));
    let (moved, given) = (talk(3, 1, 70), due(1, 4, 9));
    commit(&|| vec![edit(&talk(3, 2, 70), &moved), edit(&due(1, 5, 9), &given)]);
    assert_eq!((by_last(), by_next()), (vec![1, 2, 5, 4, 3], vec![4, 3, 1, 2, 5]));
    commit(&|| vec![edit(&moved, &talk(3, 1, 40))]);
    assert_eq!(by_last(), [2, 1, 5, 4, 3]);
}

/// The count is the number of rows of the list.
pub fn counts_what_it_lists(make: Make<'_>) {
    let (store, customers) = filled(make, 50);
    for query in queries() {
        for scope in scopes() {
            let count = read(&*store, |tx| tx.count_customers(&filter(&query), &scope));
            assert_eq!(
                count,
                expected(&customers, &query, &scope).len() as u64,
                "{query:?} {scope:?}"
            );
        }
    }
}
