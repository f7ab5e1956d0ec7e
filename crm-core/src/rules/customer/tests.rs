use super::*;
use crate::model::built_in_entries;

fn entry(pick_lists: &PickLists, strictness: Strictness) -> Entry<'_> {
    let today = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
    Entry {
        region: Region::CN,
        today,
        pick_lists,
        strictness,
        phone_required: true,
    }
}

fn customer() -> NewCustomer {
    NewCustomer {
        name: "上海示例科技有限公司".into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec!["021-5555 0199".into()],
        source: Some(Choice {
            code: "展会".into(),
            detail: Some("3号展位".into()),
        }),
        first_contact: NaiveDate::from_ymd_opt(2024, 5, 1),
        ..NewCustomer::default()
    }
}

fn problems(new: &NewCustomer, strictness: Strictness) -> Vec<(String, Code)> {
    let lists = PickLists::new(built_in_entries());
    let found = check_customer(new, &entry(&lists, strictness)).unwrap_err();
    found
        .into_iter()
        .map(|problem| (problem.field, problem.code))
        .collect()
}

fn check(new: &NewCustomer, strictness: Strictness) -> CheckedCustomer {
    let lists = PickLists::new(built_in_entries());
    check_customer(new, &entry(&lists, strictness)).unwrap()
}

#[test]
fn r2_4_every_missing_field_is_named_at_once() {
    let expected = [
        ("name", Code::FieldMissing),
        ("kind", Code::FieldMissing),
        ("industry", Code::FieldMissing),
        ("phones", Code::PhoneMissing),
        ("source", Code::FieldMissing),
        ("first_contact", Code::FieldMissing),
    ];
    let expected: Vec<(String, Code)> = expected
        .into_iter()
        .map(|(field, code)| (field.into(), code))
        .collect();
    assert_eq!(problems(&NewCustomer::default(), Strictness::Entry), expected);
}

#[test]
fn r2_4_what_was_typed_is_kept_beside_the_normalised_form() {
    let phone = check(&customer(), Strictness::Entry).phones.remove(0);
    assert_eq!(
        (phone.typed.as_str(), phone.e164.as_deref()),
        ("021-5555 0199", Some("+862155550199"))
    );
}

#[test]
fn r2_2_exactly_one_phone_is_primary() {
    let mut new = customer();
    new.phones = vec!["021-5555 0199".into(), "13912345678".into()];
    let primary = |new: &NewCustomer| {
        check(new, Strictness::Entry)
            .phones
            .iter()
            .map(|p| p.primary)
            .collect::<Vec<_>>()
    };
    assert_eq!(primary(&new), [true, false], "none marked: the first");
    new.phones[1].primary = true;
    assert_eq!(primary(&new), [false, true]);
    new.phones[0].primary = true;
    assert_eq!(
        problems(&new, Strictness::Entry),
        [("phones".into(), Code::PhoneTwoPrimary)]
    );
}

#[test]
fn r2_2_the_same_number_twice_is_one_number() {
    let mut new = customer();
    new.phones = vec![
        "021-5555 0199".into(),
        NewPhone {
            typed: "+86 21 55550199".into(),
            primary: true,
        },
    ];
    let phones = check(&new, Strictness::Entry).phones;
    assert_eq!((phones.len(), phones[0].primary), (1, true));
}

/// What goes beyond each limit, and what just keeps it.
fn at_the_limits() -> Vec<(&'static str, Code, NewCustomer, NewCustomer)> {
    let with = |change: &dyn Fn(&mut NewCustomer, usize)| {
        [0, 1].map(|beyond| {
            let mut new = customer();
            change(&mut new, beyond);
            new
        })
    };
    let tags = |count: usize| (0..count).map(|n| format!("标签{n}")).collect::<Vec<_>>();
    let address = Address {
        kind: crate::model::AddressKind::Business,
        province: Some("江苏省".into()),
        city: Some("苏州市".into()),
        district: Some("姑苏区".into()),
        street: Some("人民路1号".into()),
        line: None,
    };
    let cases = [
        (
            "phones",
            Code::FieldTooMany,
            with(&|new, beyond| {
                let numbers = (0..50 + beyond).map(|n| format!("139{n:08}"));
                new.phones = numbers.map(|typed| typed.as_str().into()).collect();
            }),
        ),
        (
            "tags",
            Code::FieldTooMany,
            with(&|new, beyond| new.tags = tags(100 + beyond)),
        ),
        (
            "tags",
            Code::FieldTooLong,
            with(&|new, beyond| new.tags = vec!["x".repeat(300 + beyond)]),
        ),
        (
            "addresses",
            Code::FieldTooMany,
            with(&|new, beyond| new.addresses = vec![address.clone(); 20 + beyond]),
        ),
        (
            "name",
            Code::FieldTooLong,
            with(&|new, beyond| new.name = "司".repeat(200 + beyond)),
        ),
        (
            "note",
            Code::FieldTooLong,
            with(&|new, beyond| new.note = Some("x".repeat(64 * 1024 + beyond))),
        ),
        (
            "external_id",
            Code::FieldTooLong,
            with(&|new, beyond| new.external_id = Some("x".repeat(300 + beyond))),
        ),
        (
            "extra",
            Code::FieldTooLong,
            with(&|new, beyond| {
                let value = "x".repeat(64 * 1024 + beyond);
                new.extra = [("fax".to_owned(), value)].into();
            }),
        ),
    ];
    cases
        .into_iter()
        .map(|(field, code, [within, beyond])| (field, code, within, beyond))
        .collect()
}

#[test]
fn r9_5_what_goes_beyond_a_limit_is_refused_by_field() {
    for (field, code, within, beyond) in at_the_limits() {
        assert!(check(&within, Strictness::Entry).warnings.is_empty(), "{field}");
        assert_eq!(
            problems(&beyond, Strictness::Entry),
            [(field.to_owned(), code)],
            "{field}"
        );
    }
}

#[test]
fn r9_5_of_a_list_only_what_is_required_refuses_a_row() {
    for (field, code, within, beyond) in at_the_limits() {
        assert!(check(&within, Strictness::Import).warnings.is_empty(), "{field}");
        if ["name", "phones"].contains(&field) {
            assert_eq!(problems(&beyond, Strictness::Import), [(field.to_owned(), code)]);
            continue;
        }
        let checked = check(&beyond, Strictness::Import);
        let flags: Vec<(&str, Code)> = checked
            .warnings
            .iter()
            .map(|flag| (flag.field.as_str(), flag.code))
            .collect();
        assert_eq!(flags, [(field, code)]);
        let blank = CheckedCustomer {
            warnings: checked.warnings.clone(),
            ..check(&customer(), Strictness::Import)
        };
        assert_eq!(checked, blank, "{field} is left blank");
    }
}

#[test]
fn r9_5_a_hundred_thousand_are_refused_as_fast_as_they_are_counted() {
    let mut new = customer();
    new.phones = (0..100_000)
        .map(|n| format!("139{n:08}").as_str().into())
        .collect();
    new.tags = (0..100_000).map(|n| n.to_string()).collect();
    assert_eq!(
        problems(&new, Strictness::Entry),
        [
            ("phones".into(), Code::FieldTooMany),
            ("tags".into(), Code::FieldTooMany)
        ]
    );
}

#[test]
fn r2_2_first_contact_is_not_in_the_future() {
    let mut new = customer();
    new.first_contact = NaiveDate::from_ymd_opt(2024, 5, 2);
    assert_eq!(
        problems(&new, Strictness::Entry),
        [("first_contact".into(), Code::DateInFuture)]
    );
}

#[test]
fn r2_2_an_import_takes_a_missing_area_code_from_the_city() {
    let mut new = customer();
    new.phones = vec!["55550199".into()];
    assert_eq!(
        problems(&new, Strictness::Entry),
        [("phones".into(), Code::PhoneNoAreaCode)]
    );
    let unread = check(&new, Strictness::Import).phones.remove(0);
    assert_eq!((unread.e164, unread.check), (None, PhoneCheck::Unverified));
    new.addresses = vec![Address::in_one_line(
        crate::model::AddressKind::Business,
        "上海市黄浦区中山东一路1号",
    )];
    let assumed = check(&new, Strictness::Import).phones.remove(0);
    assert_eq!(
        (assumed.e164.as_deref(), assumed.check),
        (Some("+862155550199"), PhoneCheck::Assumed)
    );
}

#[test]
fn r2_2_a_phone_of_letters_is_refused_even_by_an_import() {
    let mut new = customer();
    new.phones = vec!["暂无".into()];
    assert_eq!(
        problems(&new, Strictness::Import),
        [("phones".into(), Code::PhoneInvalid)]
    );
}

#[test]
fn r2_4_an_edit_checks_what_it_sets_and_leaves_the_rest() {
    let lists = PickLists::new(built_in_entries());
    let entry = entry(&lists, Strictness::Entry);
    let checked = check(&customer(), Strictness::Entry);
    let before = Customer {
        registrations: Vec::new(),
        number: "CRM202405010001".parse().unwrap(),
        revision: 1,
        name: checked.name,
        kind: checked.kind,
        industry: checked.industry,
        size: None,
        phones: vec![Phone {
            e164: None,
            check: PhoneCheck::Unverified,
            ..checked.phones[0].clone()
        }],
        addresses: Vec::new(),
        source: checked.source,
        first_contact: checked.first_contact,
        lead_at: None,
        late: false,
        purchase_cycle: None,
        status: crate::model::CustomerStatus::Potential,
        owner: crate::model::UserId::from_bytes([1; 16]),
        created_at: DateTime::UNIX_EPOCH,
        created_by: None,
        tags: Vec::new(),
        note: Some("x".into()),
        aliases: Vec::new(),
        external_id: None,
        extra: BTreeMap::new(),
        import: None,
        archived_at: None,
    };
    let after = edit_customer(&before, &[CustomerEdit::Note { value: None }], &entry).unwrap();
    assert_eq!(
        after,
        Customer {
            note: None,
            ..before.clone()
        }
    );
    let edits = [
        CustomerEdit::Name { value: " ".into() },
        CustomerEdit::Phones { value: Vec::new() },
    ];
    let codes: Vec<Code> = edit_customer(&before, &edits, &entry)
        .unwrap_err()
        .iter()
        .map(|p| p.code)
        .collect();
    assert_eq!(codes, [Code::FieldMissing, Code::PhoneMissing]);
}
