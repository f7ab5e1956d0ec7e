//! Entering, changing and listing customers, through a session (R2, R3, R6.1).

mod common;

use common::{World, code, customer, find};
use crm_core::{
    Code, ContactEdit, CustomerEdit, CustomerKind, CustomerQuery, Error, NewContact, NewCustomer,
    PageRequest, PickEntry, PickList, Role,
    service::{
        DuplicateCheck::{AnotherCustomer, Refuse},
        DuplicateSearch,
    },
};

#[test]
fn r9_5_a_customer_has_as_much_as_a_customer_has() {
    let world = World::new();
    let customers = world.admin().customers();
    let fields = |refused: Error| match refused {
        Error::Invalid { problems } => problems
            .into_iter()
            .map(|problem| (problem.field, problem.code))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let mut new = customer("上海示例科技有限公司", "021-55550199");
    let number = customers.create(&new, Refuse).unwrap().number.to_string();
    let many: Vec<_> = (0..100_000).map(|n| format!("139{n:08}")).collect();
    new.phones = many.iter().map(|phone| phone.as_str().into()).collect();
    new.tags = many.clone();
    new.name = "司".repeat(100_000);
    let expected = [
        ("name".to_owned(), Code::FieldTooLong),
        ("phones".into(), Code::FieldTooMany),
        ("tags".into(), Code::FieldTooMany),
    ];
    assert_eq!(fields(customers.create(&new, Refuse).unwrap_err()), expected);
    assert_eq!(fields(customers.check(&new).unwrap_err()), expected);
    let edits = [
        CustomerEdit::Name {
            value: new.name.clone(),
        },
        CustomerEdit::Phones { value: new.phones },
        CustomerEdit::Tags { value: new.tags },
    ];
    assert_eq!(
        fields(customers.update(&number, 1, &edits).unwrap_err()),
        expected
    );
    let kind = CustomerKind::Enterprise;
    assert_eq!(
        fields(customers.duplicates(&new.name, kind, &many, &[]).unwrap_err()),
        expected[..2]
    );
    for n in 0..100 {
        customers.say_same(&number, &format!("第{n}个名字")).unwrap();
    }
    customers.say_same(&number, "第99个名字").unwrap();
    assert_eq!(
        fields(customers.say_same(&number, "又一个名字").unwrap_err()),
        [("aliases".to_owned(), Code::FieldTooMany)]
    );
}

#[test]
fn r2_1_numbers_are_made_by_the_moment_of_entry() {
    let world = World::new();
    let customers = world.admin().customers();
    world.clock.set("2024-04-30T16:00:00Z");
    let first = customers
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    assert_eq!(first.number.to_string(), "CRM202405010001");
    world.clock.set("2024-05-01T16:00:00Z");
    let next_day = customers
        .create(&customer("北京远洋贸易有限公司", "010-55550199"), Refuse)
        .unwrap();
    assert_eq!(next_day.number.to_string(), "CRM202405020001");
}

#[test]
fn r2_1_a_refused_creation_uses_no_number_up() {
    let world = World::new();
    let customers = world.admin().customers();
    customers
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    assert_eq!(
        code(customers.create(&customer("", "021-55550199"), Refuse)),
        "field.missing"
    );
    assert_eq!(
        code(customers.create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)),
        "customer.duplicate"
    );
    let second = customers
        .create(&customer("北京远洋贸易有限公司", "010-55550199"), Refuse)
        .unwrap();
    assert_eq!(second.number.serial(), 2);
}

#[test]
fn r2_2_a_customer_starts_as_potential_and_belongs_to_who_enters_it() {
    let world = World::new();
    let (rep, session) = world.user("wang", Role::SalesRep, None);
    let entered = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    assert_eq!(
        (entered.status.code(), entered.owner, entered.created_by),
        ("potential", rep.id, Some(rep.id))
    );
}

#[test]
fn r2_2_a_rep_enters_only_for_themselves() {
    let world = World::new();
    let (other, _) = world.user("zhao", Role::SalesRep, None);
    let (_, session) = world.user("wang", Role::SalesRep, None);
    let mut new = customer("上海示例科技有限公司", "021-55550199");
    new.owner = Some(other.id.to_string());
    assert_eq!(
        code(session.customers().create(&new, Refuse)),
        "owner.not_allowed"
    );
    assert!(world.admin().customers().create(&new, Refuse).is_ok());
}

#[test]
fn r2_2_an_owner_is_an_active_user() {
    let world = World::new();
    let (other, _) = world.user("zhao", Role::SalesRep, None);
    world
        .admin()
        .users()
        .update(other.id, 1, &[crm_core::UserEdit::Active { value: false }])
        .unwrap();
    let mut new = customer("上海示例科技有限公司", "021-55550199");
    new.owner = Some(other.id.to_string());
    assert_eq!(
        code(world.admin().customers().create(&new, Refuse)),
        "owner.inactive"
    );
    new.owner = Some(crm_core::UserId::from_bytes([9; 16]).to_string());
    assert_eq!(
        code(world.admin().customers().create(&new, Refuse)),
        "owner.unknown"
    );
}

#[test]
fn r2_3_a_retired_entry_stays_where_it_is_used() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let entry = session
        .pick_lists()
        .list(PickList::Industry)
        .unwrap()
        .into_iter()
        .find(|e| e.code == "manufacturing");
    session
        .pick_lists()
        .put(&PickEntry {
            retired: true,
            ..entry.unwrap()
        })
        .unwrap();
    let next = customer("北京远洋贸易有限公司", "010-55550199");
    assert_eq!(code(session.customers().create(&next, Refuse)), "choice.retired");
    let edited = session.customers().update(
        there.number.to_string(),
        1,
        &[CustomerEdit::Note {
            value: Some("x".into()),
        }],
    );
    assert_eq!(edited.unwrap().industry.code, "manufacturing");
}

#[test]
fn a_stale_revision_names_the_fields_that_changed_since() {
    let world = World::new();
    let customers = world.admin().customers();
    let there = customers
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = there.number.to_string();
    let note = [CustomerEdit::Note {
        value: Some("x".into()),
    }];
    let tags = [CustomerEdit::Tags {
        value: vec!["vip".into()],
    }];
    assert_eq!(customers.update(&key, 1, &note).unwrap().revision, 2);
    assert_eq!(customers.update(&key, 2, &tags).unwrap().revision, 3);
    let stale = |revision| match customers.update(&key, revision, &note).unwrap_err() {
        Error::Conflict { fields, revision } => (fields, revision),
        other => panic!("{other:?}"),
    };
    assert_eq!(stale(1), (vec!["note".to_owned(), "tags".to_owned()], 3));
    assert_eq!(stale(2), (vec!["tags".to_owned()], 3));
}

#[test]
fn an_edit_that_changes_nothing_raises_no_revision() {
    let world = World::new();
    let customers = world.admin().customers();
    let there = customers
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let same = [CustomerEdit::Name {
        value: there.name.clone(),
    }];
    assert_eq!(
        customers
            .update(there.number.to_string(), 1, &same)
            .unwrap()
            .revision,
        1
    );
}

#[test]
fn r2_7_a_name_is_found_in_either_script_a_number_and_a_phone_by_a_part() {
    let world = World::new();
    let customers = world.admin().customers();
    let there = customers
        .create(&customer("上海華東電機有限公司", "021-5555 0199"), Refuse)
        .unwrap();
    customers
        .create(&customer("北京远洋贸易有限公司", "010-6666 0188"), Refuse)
        .unwrap();
    let found = |text: &str| {
        let query = CustomerQuery {
            text: Some(text.into()),
            ..CustomerQuery::default()
        };
        let page = customers.list(&query, &PageRequest::default()).unwrap();
        page.items.iter().map(|item| item.number).collect::<Vec<_>>()
    };
    for text in ["华东", "華東", "电机", "CRM202405010001", "55550199", "021-5555"] {
        assert_eq!(found(text), [there.number], "{text}");
    }
    assert_eq!(found("公司").len(), 2);
    assert!(found("没有").is_empty());
}

#[test]
fn r2_7_a_filter_takes_the_words_that_entering_takes() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let new = NewCustomer {
        owner: Some("WANG".into()),
        ..customer("上海示例科技有限公司", "021-55550199")
    };
    let customers = world.admin().customers();
    let there = customers.create(&new, Refuse).unwrap();
    assert_eq!(Some(there.owner), wang.user().unwrap().map(|user| user.id));
    let any = CustomerQuery::default;
    let industry = |text: &str| CustomerQuery {
        industry: Some(text.into()),
        ..any()
    };
    let source = |text: &str| CustomerQuery {
        source: Some(text.into()),
        ..any()
    };
    let owner = |text: &str| CustomerQuery {
        owner: Some(text.into()),
        ..any()
    };
    let id = there.owner.to_string();
    for query in [
        industry("manufacturing"),
        industry("制造业"),
        industry("製造業"),
        industry("Manufacturing"),
        source("转介绍"),
        source("referral"),
        source("客户介绍"),
        owner("wang"),
        owner("ＷＡＮＧ"),
        owner(&id),
        industry(" "),
        owner(""),
    ] {
        assert_eq!(customers.count(&query).unwrap(), 1, "{query:?}");
        assert_eq!(
            customers
                .list(&query, &PageRequest::default())
                .unwrap()
                .items
                .len(),
            1
        );
    }
    for query in [industry("教育"), source("展会"), owner("lin")] {
        assert_eq!(customers.count(&query).unwrap(), 0, "{query:?}");
    }
    // R8.2: whom the caller may not see, is known, and has nothing to show.
    assert_eq!(wang.customers().count(&owner("lin")).unwrap(), 0);
    let wrong = CustomerQuery {
        industry: Some("水泥".into()),
        source: Some("x".into()),
        owner: Some("zhao".into()),
        ..any()
    };
    let error = customers.count(&wrong).unwrap_err();
    assert_eq!(error.fields(), ["owner", "industry", "source"]);
    let Error::Invalid { problems } = error else {
        panic!()
    };
    let codes: Vec<_> = problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["owner.unknown", "choice.unknown", "choice.unknown"]);
    let nobody = owner("00000000-0000-0000-0000-000000000009");
    assert_eq!(
        code(customers.list(&nobody, &PageRequest::default())),
        "owner.unknown"
    );
}

#[test]
fn a_name_that_several_go_by_names_nobody() {
    let world = World::new();
    let add = |login: &str| {
        let new = crm_core::NewUser::of(login, "王伟", Role::SalesRep);
        world.admin().users().create(&new).unwrap()
    };
    let (first, _) = (add("wang1"), add("wang2"));
    let new = NewCustomer {
        owner: Some("王伟".into()),
        ..customer("上海示例科技有限公司", "021-55550199")
    };
    let customers = world.admin().customers();
    assert_eq!(code(customers.create(&new, Refuse)), "owner.ambiguous");
    let inactive = [crm_core::UserEdit::Active { value: false }];
    world.admin().users().update(first.id, 1, &inactive).unwrap();
    assert!(customers.create(&new, Refuse).is_ok(), "one of them is active");
}

#[test]
fn r2_7_a_customer_is_named_however_its_number_or_alias_is_typed() {
    let world = World::new();
    let customers = world.admin().customers();
    let there = customers
        .create(&customer("Müller Trading GmbH", "021-55550199"), Refuse)
        .unwrap();
    let there = customers
        .say_same(there.number.to_string(), "Möbel Müller")
        .unwrap();
    for key in [
        "CRM202405010001",
        "crm202405010001",
        "ＣＲＭ 20240501 0001",
        "mobel muller",
        "MÖBEL　MÜLLER",
    ] {
        assert_eq!(customers.get(key).unwrap(), there, "{key}");
    }
    assert_eq!(code(customers.get("crm202405010002")), "not_found");
}

#[test]
fn r2_7_pages_stay_right_while_rows_are_added() {
    let world = World::new();
    let customers = world.admin().customers();
    for index in 0..7 {
        customers
            .create(
                &customer(&format!("第{index}号示例有限公司"), &format!("1391234567{index}")),
                AnotherCustomer,
            )
            .unwrap();
    }
    let query = CustomerQuery::default();
    let mut page = PageRequest::first(3);
    let mut seen = Vec::new();
    loop {
        let found = customers.list(&query, &page).unwrap();
        seen.extend(found.items.iter().map(|item| item.number.serial()));
        let Some(next) = found.next else { break };
        customers
            .create(
                &customer(&format!("新{}有限公司", seen.len()), "13800001111"),
                AnotherCustomer,
            )
            .unwrap();
        page.after = Some(next);
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    let garbage = PageRequest {
        after: Some("x".into()),
        limit: 3,
    };
    assert_eq!(code(customers.list(&query, &garbage)), "page.invalid");
}

#[test]
fn r2_7_all_pages_come_one_after_another() {
    let world = World::new();
    let customers = world.admin().customers();
    for index in 0..401 {
        let new = customer(&format!("第{index}号示例有限公司"), &format!("1391234{index:04}"));
        customers
            .create(&new, crm_core::service::DuplicateCheck::Off)
            .unwrap();
    }
    let query = CustomerQuery {
        sort: crm_core::CustomerSort::Oldest,
        ..CustomerQuery::default()
    };
    let rows: Result<Vec<_>, Error> = customers.iterate(query).collect();
    let serials: Vec<u32> = rows.unwrap().iter().map(|row| row.number.serial()).collect();
    assert_eq!(serials, (1..=401).collect::<Vec<_>>());
    let wrong = CustomerQuery {
        owner: Some("nobody".into()),
        ..CustomerQuery::default()
    };
    let mut rows = customers.iterate(wrong);
    assert_eq!(code(rows.next().unwrap()), "owner.unknown");
    assert!(rows.next().is_none(), "it ends after an error");
}

#[test]
fn a_customer_is_named_by_whatever_one_has_of_it() {
    let world = World::new();
    let (customers, contacts) = (world.admin().customers(), world.admin().contacts());
    let there = customers
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let row = customers
        .iterate(CustomerQuery::default())
        .next()
        .unwrap()
        .unwrap();
    let text = there.number.to_string();
    let other = customers
        .create(&customer("北京远洋贸易有限公司", "010-55550199"), Refuse)
        .unwrap();
    for found in [
        customers.get(there.number),
        customers.get(&there),
        customers.get(&row),
        customers.get(&text),
        customers.get(text.as_str()),
        customers.get(text.clone()),
        customers.update(&there, 1, &[]),
        customers.say_same(there.number, &there.name),
    ] {
        assert_eq!(found.unwrap(), there);
    }
    assert!(contacts.list(&there).unwrap().is_empty());
    customers.say_different(&there, other.number).unwrap();
    assert_eq!(customers.history(&there, None, 10).unwrap().len(), 2);
    assert_eq!(code(customers.get("CRM202405019999")), "not_found");
}

#[test]
fn an_instant_is_a_text_in_json_as_a_day_is() {
    let customers = World::new().admin().customers();
    let there = customers
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let json = serde_json::to_value(&there).unwrap();
    assert_eq!(json["first_contact"], "2024-04-28");
    assert_eq!(json["created_at"], "2024-05-01T01:00:00Z");
}

#[test]
fn a_code_is_shown_as_hosts_compare_it() {
    assert_eq!(crm_core::Code::OwnerUnknown.to_string(), "owner.unknown");
}

#[test]
fn r3_1_exactly_one_contact_is_primary() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = there.number.to_string();
    let contact = |name: &str, mobile: &str, primary| NewContact {
        name: name.into(),
        mobile: mobile.into(),
        primary,
        ..NewContact::default()
    };
    let first = session
        .contacts()
        .add(&key, &contact("王芳", "13912345678", false))
        .unwrap();
    assert!(first.primary, "the first one is");
    let second = session
        .contacts()
        .add(&key, &contact("李伟", "13912345679", true))
        .unwrap();
    let primaries = || {
        let contacts = session.contacts().list(&key).unwrap();
        contacts
            .iter()
            .filter(|c| c.primary)
            .map(|c| c.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(primaries(), ["李伟"]);
    let unmake = session.contacts().update(
        second.id,
        second.revision,
        &[ContactEdit::Primary { value: false }],
    );
    assert_eq!(code(unmake), "contact.primary_needed");
    let first = session.contacts().get(first.id).unwrap();
    session
        .contacts()
        .update(first.id, first.revision, &[ContactEdit::Primary { value: true }])
        .unwrap();
    assert_eq!(primaries(), ["王芳"]);
}

#[test]
fn r6_1_the_manuals_cases() {
    let world = World::new();
    let customers = world.admin().customers();
    customers
        .create(&customer("上海示例科技有限公司", "021-5555 0199"), Refuse)
        .unwrap();
    let same = customers
        .create(&customer("示例科技(上海)有限公司", "+86 21 55550199"), Refuse)
        .unwrap_err();
    let Error::Duplicate { matches, .. } = &same else {
        panic!("{same:?}")
    };
    assert_eq!(matches[0].name, "上海示例科技有限公司");
    assert!(
        same.message(crm_core::Language::Zh)
            .starts_with("该客户可能已存在，请确认是否合并")
    );

    let neighbour = customer("上海远洋贸易有限公司", "021-5555 0199");
    let listed = customers
        .duplicates(
            &neighbour.name,
            neighbour.kind.unwrap(),
            &["021-5555 0199".into()],
            &[],
        )
        .unwrap();
    assert_eq!((listed.len(), listed[0].band.code()), (1, "similar"));
    customers.create(&neighbour, Refuse).unwrap();

    let person = |phone: &str| crm_core::NewCustomer {
        kind: Some(crm_core::CustomerKind::Individual),
        ..customer("李伟", phone)
    };
    customers.create(&person("13912345678"), Refuse).unwrap();
    let listed = customers
        .duplicates(
            "李伟",
            crm_core::CustomerKind::Individual,
            &["13912345679".into()],
            &[],
        )
        .unwrap();
    assert_eq!((listed.len(), listed[0].band.code()), (1, "similar"));
    customers.create(&person("13912345679"), Refuse).unwrap();
}

#[test]
fn r6_1_another_customer_is_remembered_until_a_name_or_phone_changes() {
    let world = World::new();
    let customers = world.admin().customers();
    customers
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let again = customer("示例科技(上海)有限公司", "021-55550199");
    let second = customers.create(&again, AnotherCustomer).unwrap();
    let groups = || find(&customers, DuplicateSearch::default()).groups.len();
    assert_eq!(groups(), 0);
    let key = second.number.to_string();
    customers
        .update(
            &key,
            1,
            &[CustomerEdit::Note {
                value: Some("x".into()),
            }],
        )
        .unwrap();
    assert_eq!(groups(), 0, "a note changes nothing");
    customers
        .update(
            &key,
            2,
            &[CustomerEdit::Name {
                value: "示例科技（上海）有限责任公司".into(),
            }],
        )
        .unwrap();
    assert_eq!(groups(), 1);
}

#[test]
fn r6_1_a_likely_one_out_of_sight_is_refused_with_its_owners_name_and_nothing_more() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (_, zhao) = world.user("zhao", Role::SalesRep, None);
    let new = customer("上海示例科技有限公司", "021-55550199");
    wang.customers().create(&new, Refuse).unwrap();
    let refused = zhao.customers().create(&new, Refuse).unwrap_err();
    let expected = Error::Duplicate {
        matches: Vec::new(),
        hidden_owners: vec!["WANG".into()],
    };
    assert_eq!(refused, expected);
    assert_eq!(refused.message(crm_core::Language::En), "exists, with WANG");
    let listed = zhao
        .customers()
        .duplicates(&new.name, new.kind.unwrap(), &["021-55550199".into()], &[])
        .unwrap();
    assert!(listed.is_empty());
}

#[test]
fn r6_1_a_contacts_mobile_is_a_phone_of_the_customer_too() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let contact = NewContact {
        name: "王芳".into(),
        mobile: "13912345678".into(),
        ..NewContact::default()
    };
    session
        .contacts()
        .add(there.number.to_string(), &contact)
        .unwrap();
    let again = customer("上海示例科技公司", "13912345678");
    assert_eq!(
        code(session.customers().create(&again, Refuse)),
        "customer.duplicate"
    );
}

#[test]
fn r2_7_a_telephone_is_found_in_every_notation_in_which_it_can_be_entered() {
    let world = World::new();
    let me = world.admin();
    let there = me
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550198"), Refuse)
        .unwrap();
    let found = |phone: &str| {
        let query = CustomerQuery {
            phone: Some(phone.into()),
            ..CustomerQuery::default()
        };
        let page = me.customers().list(&query, &PageRequest::first(5)).unwrap();
        page.items.iter().any(|row| row.number == there.number)
    };
    for phone in [
        "02155550198",
        "5555 0198",
        "+86 (0)21 55550198",
        "021-55550198转8001",
        "(021) 5555-0198 ext. 12",
        "0086 21 5555 0198",
    ] {
        assert!(found(phone), "{phone}");
    }
    assert!(!found("+86 (0)21 55550199"));
}
