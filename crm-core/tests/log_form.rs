//! The log's form, frozen: what version 1 of a payload says, and what an entry's hash covers (R8.5). Every later release
//! reads this one.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use crm_core::{
    About, Answer, AuditEntry, AuditKind, Contact, Customer, DateTime, Entity, Operation, Origin, RecordKey,
    UserId,
    audit::{GENESIS, Payload, Sealed, VERSION, chain, payload},
    model::fields,
    store::{Put, Record},
};

const ENTERED: &str = include_str!("fixtures/payload_v1_customer_entered.json");
const CHANGED: &str = r#"{"v":1,"before":{"note":null,"tags":[],"revision":1},"after":{"note":"要求月结","tags":["重点"],"revision":2}}"#;

fn operation() -> Operation {
    Operation {
        id: 7,
        at: DateTime::from_timestamp_millis(1_714_525_200_123).unwrap(),
        actor: Some(UserId::from_bytes([1; 16])),
        kind: AuditKind::CustomerAdded,
        fact_at: None,
        origin: Origin::of(3),
    }
}

fn entry(text: &str) -> AuditEntry {
    let number = "CRM202405010001".parse().unwrap();
    let about = About {
        entity: Entity::Customer,
        key: RecordKey::Number(number),
        customer: Some(number),
        owner_before: None,
        owner_after: Some(UserId::from_bytes([1; 16])),
        undoes: None,
    };
    chain(
        operation(),
        about,
        Sealed::new(text.trim().into(), [9; 16]),
        7,
        &GENESIS,
    )
}

#[test]
fn r8_5_a_payload_of_version_1_is_read_by_every_release() {
    assert_eq!(VERSION, 1, "a new version keeps the fixtures of the old ones");
    let entry = entry(ENTERED);
    let customer: Customer = payload::restore(&entry).unwrap();
    assert_eq!(customer.name, "上海示例科技有限公司");
    assert_eq!(
        (customer.number.to_string().as_str(), customer.revision),
        ("CRM202405010001", 1)
    );
    assert_eq!(
        (customer.owner, customer.created_by),
        (UserId::from_bytes([1; 16]), Some(UserId::from_bytes([1; 16])))
    );
    assert_eq!(customer.created_at, entry.operation.at);
    assert_eq!(customer.phones[0].e164.as_deref(), Some("+862155550199"));
    // It is still written so.
    assert_eq!(
        String::from_utf8(Put::add(customer.clone()).payload(&operation(), None)).unwrap(),
        ENTERED.trim()
    );

    let now = Customer {
        revision: 2,
        note: Some("要求月结".into()),
        tags: vec!["重点".into()],
        ..customer.clone()
    };
    let edit = self::entry(CHANGED);
    assert_eq!(payload::before(&edit, &now), Some(customer));
    let Payload::Read(read) = Payload::of(&edit) else {
        panic!("not read")
    };
    assert_eq!(read.changed_fields().collect::<Vec<_>>(), ["note", "tags"]);
}

#[test]
fn r8_5_a_payload_of_a_later_version_is_kept_and_passed_over() {
    for text in [
        r#"{"v":2,"whatever":true}"#,
        "no JSON",
        "",
        "[]",
        r#"{"v":"1"}"#,
        r#"{"v":1,"before":3}"#,
    ] {
        let entry = entry(text);
        assert_eq!(Payload::of(&entry), Payload::Unreadable, "{text}");
        assert_eq!(entry.payload.as_deref(), Some(text.as_bytes()));
        assert_eq!(payload::restore::<Customer>(&entry), None);
    }
    let mut erased = entry(ENTERED);
    (erased.payload, erased.salt) = (None, None);
    assert_eq!(Payload::of(&erased), Payload::Erased);
    assert_eq!(payload::restore::<Customer>(&erased), None);
}

#[test]
fn r8_5_what_a_hash_covers_never_changes() {
    let hex = |bytes: [u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let entry = entry(ENTERED);
    let frozen = include_str!("fixtures/entry_v1_hash.txt").trim();
    assert_eq!(format!("{} {}", hex(entry.digest), hex(entry.hash)), frozen);
}

#[test]
fn r9_3_an_erasure_names_the_entries_in_ranges() {
    let text = payload::erasure(&[3, 4, 5, 9]);
    assert_eq!(
        String::from_utf8(text.clone()).unwrap(),
        r#"{"v":1,"erased":[[3,5],[9,9]]}"#
    );
    let Payload::Read(read) = Payload::of(&entry(&String::from_utf8(text).unwrap())) else {
        panic!("not read")
    };
    assert_eq!(read.erased, [(3, 5), (9, 9)]);
}

/// What a description names is there: a misspelt field would never be emptied, or written twice.
#[test]
fn r9_3_what_is_personal_is_named_by_fields_that_are_there() {
    fn check<T: Record>(record: &crm_core::describe::Record) {
        let there: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        let named = T::KEY.iter().chain(T::PERSONAL).chain(T::CUSTOMER.as_slice());
        for field in named {
            assert!(there.contains(field), "{} of {}", field, record.name);
        }
    }

    macro_rules! each {
        ($($name:ident),+) => { $( check::<crm_core::$name>(&crm_core::$name::RECORD); )+ };
    }
    crm_core::for_each_record!(each);
    assert_eq!(Contact::CUSTOMER, Some("customer"));
    assert!(Customer::PERSONAL.contains(&fields::NAME) && Answer::PERSONAL.is_empty());
}
