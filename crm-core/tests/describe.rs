//! What is described of nouns is what the rules ask (R2.4), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{World, enter};
use crm_core::{
    Code, Error, FieldDescription, FieldSort, LimitUnit, NounDescription, PickEntry, PickList, Result,
    Session,
    describe::{self, Type},
    service::DuplicateCheck,
};
use serde_json::{Map, Value, json};

/// Enters one as it is typed in.
fn enter_one(me: &Session, noun: &str, draft: Value) -> Result<()> {
    fn read<T: serde::de::DeserializeOwned>(draft: Value) -> T {
        serde_json::from_value(draft).unwrap()
    }
    let customer = "CRM202405010001";
    let another = DuplicateCheck::AnotherCustomer;
    match noun {
        "customer" => me.customers().create(&read(draft), another).map(drop),
        "contact" => me.contacts().add(customer, &read(draft)).map(drop),
        "follow_up" => me.follow_ups().add(customer, &read(draft)).map(drop),
        "opportunity" => me.opportunities().create(customer, &read(draft)).map(drop),
        "contract" => me.contracts().add(customer, &read(draft)).map(drop),
        "service_record" => me.service_records().add(customer, &read(draft)).map(drop),
        "user" => me.users().create(&read(draft)).map(drop),
        "team" => me.teams().create(&read(draft)).map(drop),
        "request" => me.requests().ask(&read(draft)).map(drop),
        other => unreachable!("{other} is not entered by itself"),
    }
}

const ENTERED: [&str; 9] = [
    "customer",
    "contact",
    "follow_up",
    "opportunity",
    "contract",
    "service_record",
    "user",
    "team",
    "request",
];

/// A blank of a draft's field.
fn blank(of: &Type) -> Value {
    match of {
        Type::Flag => json!(false),
        Type::Text => json!(""),
        Type::Map(_) => json!({}),
        Type::List(_) => json!([]),
        _ => Value::Null,
    }
}

/// Something that a required field takes.
fn value(noun: &str, field: &FieldDescription, n: usize) -> Value {
    let one = match field.sort {
        FieldSort::Text if field.name == "mobile" => json!("13912345678"),
        FieldSort::Text => json!(format!("甲{n}")),
        FieldSort::Day => json!("2024-05-01"),
        FieldSort::Instant => json!("2024-05-09T01:00:00Z"),
        FieldSort::Money => json!("12.50"),
        FieldSort::Pick => json!({"code": field.choices[0].code}),
        // For itself, so that nothing else is asked for.
        FieldSort::Choice if noun == "request" => json!("export"),
        FieldSort::Choice => json!(field.choices[0].code),
        FieldSort::Record if field.of.as_deref() == Some("phone") => {
            json!({"typed": format!("1391234{n:04}"), "primary": false})
        }
        FieldSort::Record if field.of.as_deref() == Some("address") => {
            json!({"kind": "business", "line": format!("{n}号")})
        }
        FieldSort::Record if field.of.as_deref() == Some("registration") => {
            json!({"country": "DE", "scheme": "vat", "number": format!("{n:09}")})
        }
        sort => unreachable!("{}: {sort}", field.name),
    };
    match field.list {
        true => json!([one]),
        false => one,
    }
}

/// A draft with the required fields alone.
fn required(noun: &NounDescription) -> Map<String, Value> {
    let declared = describe::nouns().find(|there| there.name == noun.name).unwrap();
    let draft = declared.draft.unwrap().fields.iter();
    draft
        .map(|typed| {
            let field = noun.fields.iter().find(|field| field.name == typed.name).unwrap();
            let value = match field.required {
                true => value(&noun.name, field, 1),
                false => blank(&typed.of),
            };
            (typed.name.to_owned(), value)
        })
        .collect()
}

fn world() -> (World, Session) {
    let world = World::new();
    let me = world.admin();
    enter(&me, "上海示例科技有限公司");
    (world, me)
}

/// What is refused, and of which fields.
fn refused(result: Result<()>) -> Vec<(String, Code)> {
    match result {
        Err(Error::Invalid { problems }) => problems.into_iter().map(|it| (it.field, it.code)).collect(),
        other => vec![(format!("{other:?}"), Code::Internal)],
    }
}

/// A rep asks: there is nothing that an admin may ask for.
fn who<'a>(noun: &str, lin: &'a Session, wang: &'a Session) -> &'a Session {
    if noun == "request" { wang } else { lin }
}

#[test]
fn r2_4_what_is_required_is_enough_and_each_of_it_is_missed() {
    for name in ENTERED {
        let (world, me) = world();
        let (_, wang) = world.user("wang", crm_core::Role::SalesRep, None);
        let noun = me.describe(name).unwrap();
        let draft = required(&noun);
        let me = who(name, &me, &wang);
        let declared = describe::nouns()
            .find(|there| there.name == name)
            .unwrap()
            .draft
            .unwrap();
        for field in noun.fields.iter().filter(|field| field.required) {
            let typed = declared
                .fields
                .iter()
                .find(|typed| typed.name == field.name)
                .unwrap();
            // What has a type that is never blank cannot be left out.
            if blank(&typed.of) == Value::Null && !matches!(typed.of, Type::Optional(_)) {
                continue;
            }
            let mut without = draft.clone();
            without.insert(field.name.clone(), blank(&typed.of));
            let problems = refused(enter_one(me, name, without.into()));
            let missing = match field.of.as_deref() {
                Some("phone") => Code::PhoneMissing,
                _ => Code::FieldMissing,
            };
            assert_eq!(
                problems,
                [(field.problem.clone(), missing)],
                "{name}.{}",
                field.name
            );
        }
        enter_one(me, name, draft.into()).unwrap();
    }
}

#[test]
fn r9_5_each_limit_is_the_last_that_is_taken() {
    let mut checked = 0;
    for name in ENTERED {
        let (world, me) = world();
        let (_, wang) = world.user("wang", crm_core::Role::SalesRep, None);
        let noun = me.describe(name).unwrap();
        let me = who(name, &me, &wang);
        for field in noun.fields.iter().filter(|field| field.entered) {
            let (Some(most), Some(unit)) = (field.most, field.unit) else {
                continue;
            };
            // Only what is asked of customers names some.
            if (name, field.name.as_str()) == ("request", "customers") {
                continue;
            }
            let most = usize::try_from(most).unwrap();
            let of = |count: usize| match unit {
                LimitUnit::Bytes => json!("a".repeat(count)),
                LimitUnit::Entries => {
                    let entries = (0..count).map(|n| value(name, field, n)[0].clone());
                    Value::Array(entries.collect())
                }
                _ => json!("字".repeat(count)),
            };
            let with = |count: usize| {
                let mut draft = required(&noun);
                draft.insert(field.name.clone(), of(count));
                refused(enter_one(me, name, draft.into()))
            };
            let beyond = match unit {
                LimitUnit::Entries => Code::FieldTooMany,
                _ => Code::FieldTooLong,
            };
            let what = format!("{name}.{}", field.name);
            assert_eq!(with(most + 1), [(field.problem.clone(), beyond)], "{what}");
            let taken = with(most);
            assert!(taken.iter().all(|(_, code)| *code != beyond), "{what}: {taken:?}");
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn r8_7_the_limits_of_settings_are_those_that_are_refused_beyond() {
    let (_world, me) = world();
    let noun = me.describe("settings").unwrap();
    let ranged = noun
        .fields
        .iter()
        .filter(|field| field.unit == Some(LimitUnit::Value));
    let set = |field: &FieldDescription, value: u64| {
        let revision = me.settings().get().unwrap().revision;
        let edit = json!({field.name.clone(): {"value": value}});
        me.settings()
            .update(revision, &[serde_json::from_value(edit).unwrap()])
    };
    let mut checked = 0;
    for field in ranged {
        let (least, most) = (field.least.unwrap(), field.most.unwrap());
        for within in [least, most] {
            set(field, within).unwrap();
        }
        let refused = set(field, most + 1).unwrap_err();
        assert_eq!(
            (refused.code(), refused.fields()),
            (Code::SettingInvalid, vec![field.problem.clone()])
        );
        if least > 0 {
            assert_eq!(set(field, least - 1).unwrap_err().code(), Code::SettingInvalid);
        }
        checked += 1;
    }
    assert_eq!(checked, 8);
}

#[test]
fn r2_3_the_entries_of_pick_lists_are_those_of_now() {
    let (_world, me) = world();
    let choices = || {
        let noun = me.describe("service_record").unwrap();
        let kind = noun
            .fields
            .into_iter()
            .find(|field| field.name == "kind")
            .unwrap();
        kind.choices
            .into_iter()
            .map(|choice| choice.code)
            .collect::<Vec<_>>()
    };
    let before = choices();
    let entry = PickEntry {
        list: PickList::ServiceKind,
        code: "recycling".into(),
        label_zh: "回收".into(),
        label_en: "Recycling".into(),
        position: 9,
        retired: false,
    };
    me.pick_lists().put(&entry).unwrap();
    let after = choices();
    assert_eq!(after.len(), before.len() + 1);
    assert!(after.contains(&"recycling".to_owned()));
}
