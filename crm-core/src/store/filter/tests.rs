//! Which customers a filter finds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::{Choice, Lane, PhoneCheck};

fn customer() -> Customer {
    let phone = |typed: &str, e164: Option<&str>| Phone {
        typed: typed.to_owned(),
        e164: e164.map(str::to_owned),
        extension: None,
        primary: false,
        check: PhoneCheck::Verified,
    };
    Customer {
        number: "CRM202405010012".parse().unwrap(),
        revision: 1,
        name: "上海示例电子科技有限公司".to_owned(),
        kind: CustomerKind::Enterprise,
        industry: Choice::of("it"),
        size: None,
        phones: vec![
            phone("021-5555 0199", Some("+862155550199")),
            phone("总机８６６６", None),
        ],
        addresses: Vec::new(),
        registrations: Vec::new(),
        source: Choice::of("referral"),
        first_contact: "2024-04-28".parse().unwrap(),
        lead_at: None,
        late: false,
        purchase_cycle: None,
        status: CustomerStatus::Potential,
        owner: UserId::from_bytes([1; 16]),
        created_at: "2024-05-01T02:00:00Z".parse().unwrap(),
        created_by: None,
        tags: vec!["重点".to_owned()],
        note: None,
        aliases: vec!["KH-0007".to_owned()],
        external_id: None,
        extra: BTreeMap::new(),
        import: None,
        archived_at: None,
    }
}

fn found(query: CustomerQuery) -> bool {
    CustomerFilter::new(query, None, BusinessZone::default()).matches(&customer())
}

fn by_text(text: &str) -> bool {
    found(CustomerQuery {
        text: Some(text.to_owned()),
        ..CustomerQuery::default()
    })
}

fn by_phone(phone: &str) -> bool {
    found(CustomerQuery {
        phone: Some(phone.to_owned()),
        ..CustomerQuery::default()
    })
}

#[test]
fn r2_7_a_text_is_any_part_of_the_name_in_either_script_form() {
    assert!(by_text("示例") && by_text("有限公司") && by_text(" 上海 ") && by_text("科技有限公司"));
    assert!(by_text("電子") && by_text("电子科技"));
    assert!(!by_text("北京"));
}

#[test]
fn r2_7_a_text_is_a_number_or_how_it_begins() {
    for text in [
        "CRM202405010012",
        "crm20240501",
        "CRM20240501012",
        "CRM2024",
        "CRM2024050100",
        "ＣＲＭ２",
    ] {
        assert!(by_text(text), "{text}");
    }
    for text in [
        "CRM",
        "CRM202405010013",
        "CRM202405011",
        "CRM20240501013",
        "CRM20240502",
        "CRM202405010012x",
    ] {
        assert!(!by_text(text), "{text}");
    }
}

#[test]
fn r2_7_a_serial_past_9999_is_found_by_how_it_begins() {
    let begins = |text: &str, number: &str| {
        let number: CustomerNumber = number.parse().unwrap();
        number_ranges(&fold(text))
            .iter()
            .any(|&(low, high)| (low..=high).contains(&number.to_i64()))
    };
    assert!(begins("CRM2024050112", "CRM2024050112345"));
    assert!(begins("CRM202405011", "CRM2024050110000"));
    assert!(begins("CRM202405013", "CRM2024050130000001"));
    assert!(begins("CRM202405019999", "CRM202405019999999999"));
    assert!(!begins("CRM2024050130000002", "CRM2024050130000001"));
    assert!(!begins("CRM2024050113", "CRM2024050112345"));
    assert!(!begins("CRM2024050101", "CRM2024050110000"));
}

#[test]
fn r2_7_a_text_is_part_of_an_alias() {
    assert!(by_text("kh-0007") && by_text("ＫＨ") && !by_text("KH-0008"));
}

#[test]
fn r2_7_three_digits_of_a_phone_are_enough_in_any_notation() {
    for part in [
        "555",
        "0215555",
        "021-5555 0199",
        "(021) 5555",
        "+86 21 5555",
        "0086 21 5555",
        "０１９９",
        "866",
    ] {
        assert!(by_phone(part), "{part}");
        assert!(by_text(part), "{part}");
    }
    for part in ["55", "022", "55550190", "0866600"] {
        assert!(!by_phone(part), "{part}");
        assert!(!by_text(part), "{part}");
    }
    assert!(by_phone("ext 555"), "signs and letters of a phone do not count");
    assert!(!by_text("科技555"), "a text with letters is no phone");
}

#[test]
fn r2_7_of_several_words_each_is_to_be_found() {
    let named = |name: &str, text: &str| {
        let query = CustomerQuery {
            text: Some(text.into()),
            ..CustomerQuery::default()
        };
        let customer = Customer {
            name: name.into(),
            ..customer()
        };
        CustomerFilter::new(query, None, BusinessZone::default()).matches(&customer)
    };
    for (name, text) in [
        ("上海示例科技有限公司", "上海 科技"),
        ("上海示例科技有限公司", "科技　上海"),
        ("Acme Trading", "trading acme"),
        ("Acme Trading", "acme kh-0007 5555"),
        ("Müller & Söhne", "muller"),
        ("Muller", "MÜLLER"),
    ] {
        assert!(named(name, text), "{name} {text}");
    }
    assert!(!named("上海示例科技有限公司", "上海 实业"));
    assert!(!named("Acme Trading", "acme 999"));
}

#[test]
fn r2_7_a_number_is_found_however_it_is_typed() {
    let number = customer().number.to_string();
    let spaced = format!("{} {}", &number[..11], &number[11..]);
    for text in [
        number.to_lowercase(),
        spaced.to_lowercase(),
        number.replace("CRM", "ＣＲＭ "),
    ] {
        assert!(by_text(&text), "{text}");
    }
}

#[test]
fn r2_7_what_is_blank_does_not_filter() {
    assert!(by_text("") && by_text("　 ") && by_phone(" "));
    assert!(!by_phone("x"));
}

#[test]
fn r2_7_days_of_entry_are_the_businesss_own_and_half_open() {
    let created = |from: &str, until: &str| {
        let day = |text: &str| text.parse().ok();
        let created = Some(DateRange {
            from: day(from),
            until: day(until),
        });
        let filter = CustomerFilter::new(
            CustomerQuery {
                created,
                ..CustomerQuery::default()
            },
            None,
            BusinessZone::default(),
        );
        [
            "2024-04-30T15:59:59.999Z",
            "2024-04-30T16:00:00Z",
            "2024-05-01T15:59:59.999Z",
            "2024-05-01T16:00:00Z",
        ]
        .map(|at| {
            filter.matches(&Customer {
                created_at: at.parse().unwrap(),
                ..customer()
            })
        })
    };
    assert_eq!(created("2024-05-01", "2024-05-02"), [false, true, true, false]);
    assert_eq!(created("", "2024-05-01"), [true, false, false, false]);
    assert_eq!(created("2024-05-02", ""), [false, false, false, true]);
}

#[test]
fn r2_7_days_of_the_first_conversation_are_half_open() {
    let first_contact = |from: &str, until: &str| {
        let day = |text: &str| text.parse().ok();
        let first_contact = Some(DateRange {
            from: day(from),
            until: day(until),
        });
        found(CustomerQuery {
            first_contact,
            ..CustomerQuery::default()
        })
    };
    assert!(first_contact("2024-04-28", "2024-04-29"));
    assert!(!first_contact("2024-04-29", "") && !first_contact("", "2024-04-28"));
}

#[test]
fn r2_10_an_archived_customer_is_found_only_when_asked_for() {
    let archived = Customer {
        archived_at: Some("2024-06-01T00:00:00Z".parse().unwrap()),
        ..customer()
    };
    let filter = |archived| CustomerFilter {
        archived,
        ..CustomerFilter::default()
    };
    assert!(!filter(false).matches(&archived));
    assert!(filter(true).matches(&archived) && filter(true).matches(&customer()));
}

proptest! {
    #[test]
    fn r2_7_finds_exactly_the_numbers_that_begin_with_it(
        digits in "[0-3][0-9]{0,17}", day in 0_u64..3_000, lane in prop_oneof![Just(0), 0_u16..1_000],
        serial in 1_u32..30_000,
    ) {
        let date = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(day);
        let lane = Lane::new(lane).unwrap();
        let number = CustomerNumber::new(date, lane, serial.try_into().unwrap()).unwrap();
        let text = number.to_string();
        for asked in [format!("CRM{digits}"), text.chars().take(3 + digits.len()).collect()] {
            let ranges = number_ranges(&fold(&asked));
            let found = ranges.iter().any(|&(low, high)| (low..=high).contains(&number.to_i64()));
            prop_assert_eq!(found, text.starts_with(&asked) || asked.parse() == Ok(number));
        }
    }

    #[test]
    fn r2_7_never_panics(text in "(CRM)?[0-9]*\\PC*") {
        by_text(&text);
        by_phone(&text);
    }
}
