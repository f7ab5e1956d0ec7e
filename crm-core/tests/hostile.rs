//! What reads text or bytes that somebody else wrote: whatever they are, an answer comes, and nothing panics.
//!
//! Mutations of what is meant to be read (tests/fixtures/typed.txt, a line each) and any characters; a few hundred cases
//! of one seed. For a longer run: `PROPTEST_CASES=1000000 PROPTEST_RNG_SEED=7 cargo test -p crm-core --test hostile`.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]
#![allow(clippy::indexing_slicing, clippy::panic, reason = "as above")]

mod common;

use std::sync::LazyLock;

use common::{Rows, World, customer};
use crm_core::{
    About, AuditEntry, AuditKind, Contact, ContactId, Customer, CustomerEdit, CustomerKind, CustomerNumber,
    CustomerQuery, DateTime, Entity, Error, ErrorKind, ImportId, NewContact, NewCustomer, Operation, Origin,
    PageRequest, PickEntry, RecordKey, Region, Session, Settings, SettingsEdit, User, UserId,
    audit::{GENESIS, Payload, Sealed, chain, payload},
    import::{ImportOptions, plan_columns},
    matching::{NameParts, Weights, fold, fold_name, match_keys},
    rules::{
        date::parse_date_time,
        email::is_email,
        kind::{kind_of_name, parse_kind},
        phone::{parse_phone, parse_phone_near, phone_digits, split_phones},
        size::parse_size,
    },
    service::DuplicateCheck,
    store::{Keyset, Order, SortKind},
};
use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{Config, RngSeed},
};

/// The four with rules of their own, and others: with a trunk prefix, without, with a zero that stays.
static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let codes = ["CN", "TW", "HK", "MO", "US", "GB", "AR", "BR", "IT", "AQ"];
    codes.into_iter().filter_map(Region::from_code).collect()
});
const TYPED: &str = include_str!("fixtures/typed.txt");
const PAYLOAD: &str = include_str!("fixtures/payload_v1_customer_entered.json");

/// So many cases, unless the environment says otherwise; the same ones in every run.
fn config(cases: u32) -> Config {
    let given = Config::default();
    let is_set = |name| std::env::var_os(name).is_some();
    Config {
        cases: if is_set("PROPTEST_CASES") {
            given.cases
        } else {
            cases
        },
        rng_seed: match is_set("PROPTEST_RNG_SEED") {
            true => given.rng_seed,
            false => RngSeed::Fixed(20_240_501),
        },
        ..given
    }
}

/// A text that somebody may have typed, or nobody.
fn typed() -> impl Strategy<Value = String> {
    let lines: Vec<&'static str> = TYPED.lines().collect();
    let known = prop::sample::select(lines.clone());
    let changed = (
        known,
        any::<Index>(),
        any::<Index>(),
        "\\PC{0,3}|[\0\r\n\t ]|.{1,2}",
        0..4_usize,
    )
        .prop_map(|(text, from, to, more, times)| {
            let mut chars: Vec<char> = text.chars().collect();
            let (from, to) = (from.index(chars.len() + 1), to.index(chars.len() + 1));
            let range = from.min(to)..from.max(to);
            let piece = chars[range.clone()].repeat(times);
            chars.splice(range, piece.into_iter().chain(more.chars()));
            chars.into_iter().collect()
        });
    prop_oneof![
        3 => changed,
        1 => prop::sample::select(lines).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[0-9０-９+()~转xX/ 　.,-]{0,40}",
        1 => "[\u{0}-\u{20}\u{7f}-\u{a0}\u{300}-\u{36f}\u{200b}-\u{202e}\u{fe00}-\u{feff}]{0,20}",
    ]
}

/// An entry of the log with this payload.
fn entry(payload: Vec<u8>) -> AuditEntry {
    let number: CustomerNumber = "CRM202405010001".parse().unwrap();
    let operation = Operation {
        id: 1,
        at: DateTime::UNIX_EPOCH,
        actor: None,
        kind: AuditKind::CustomerAdded,
        fact_at: None,
        origin: Origin::of(0),
    };
    let about = About {
        entity: Entity::Customer,
        key: RecordKey::Number(number),
        customer: Some(number),
        owner_before: None,
        owner_after: None,
        undoes: None,
    };
    chain(operation, about, Sealed::new(payload, [0; 16]), 1, &GENESIS)
}

/// What a call answered is an answer: whatever is wrong is the caller's doing, and said to be.
fn is_answer<T>(what: &str, answer: Result<T, Error>) {
    if let Err(error) = answer {
        let known = !matches!(error.kind(), ErrorKind::Internal | ErrorKind::Storage);
        assert!(known, "{what}: {error:?}");
    }
}

/// Hands a text to everything that takes one.
fn ask(me: &Session, number: &str, text: &str, other: &str) {
    let customers = me.customers();
    is_answer("get", customers.get(text));
    is_answer(
        "duplicates",
        customers.duplicates(text, CustomerKind::Enterprise, &[other.to_owned()], &[]),
    );
    is_answer(
        "duplicates",
        customers.duplicates(text, CustomerKind::Individual, &[], &[]),
    );
    let query = CustomerQuery {
        text: Some(text.to_owned()),
        ..CustomerQuery::default()
    };
    is_answer("count", customers.count(&query));
    let page = PageRequest {
        after: Some(other.to_owned()),
        limit: 10,
    };
    is_answer("list", customers.list(&query, &page));
    is_answer("list", customers.list(&query, &PageRequest::first(10)));
    is_answer("history", customers.history(text, None, 10));
    is_answer("say_same", customers.say_same(number, text));
    is_answer("unsay_same", customers.unsay_same(number, text));
    is_answer("say_different", customers.say_different(text, other));
    let new = NewCustomer {
        tags: vec![other.to_owned()],
        note: Some(text.to_owned()),
        external_id: Some(text.to_owned()),
        extra: [(text.to_owned(), other.to_owned())].into(),
        ..customer(text, other)
    };
    is_answer("check", customers.check(&new));
    is_answer("create", customers.create(&new, DuplicateCheck::AnotherCustomer));
    let edits = [
        CustomerEdit::Name {
            value: text.to_owned(),
        },
        CustomerEdit::Tags {
            value: vec![text.to_owned(), other.to_owned()],
        },
    ];
    is_answer("update", customers.update(number, 1, &edits));
    let contact = NewContact {
        name: text.to_owned(),
        mobile: other.to_owned(),
        email: Some(text.to_owned()),
        ..NewContact::default()
    };
    is_answer("contact", me.contacts().add(number, &contact));
    is_answer("session", me.user());
    let weights = SettingsEdit::Weights {
        value: Some(text.to_owned()),
    };
    is_answer("settings", me.settings().update(1, &[weights]));
}

#[test]
fn what_is_very_long_is_answered_soon() {
    let world = World::new();
    let me = world.admin();
    let number = me
        .customers()
        .create(
            &customer("上海示例科技有限公司", "021-55550199"),
            DuplicateCheck::Refuse,
        )
        .unwrap()
        .number
        .to_string();
    for piece in [
        "x",
        "司",
        "1",
        " ",
        "13912345678 ",
        "( ",
        "，",
        "%",
        "_",
        "a1 ",
        "\u{301}",
        "😀",
        "1/",
        "有限公司",
        "-",
    ] {
        let long = piece.repeat(200_000 / piece.len());
        ask(&me, &number, &long, &long);
        for region in REGIONS.iter() {
            let _ = (
                parse_phone(&long, *region),
                parse_phone_near(&long, *region, &long),
            );
        }
        let _ = (
            phone_digits(&long),
            split_phones(&long),
            parse_size(&long),
            is_email(&long),
        );
        let _ = (parse_date_time(&long, None), parse_kind(&long), fold_name(&long));
        let _ = (
            long.parse::<CustomerNumber>().is_ok(),
            Weights::parse(&long).is_ok(),
        );
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn rules_answer_any_text(text in typed(), place in typed()) {
        for region in REGIONS.iter() {
            let read = [parse_phone(&text, *region).ok(), parse_phone_near(&text, *region, &place)];
            for read in read.into_iter().flatten() {
                prop_assert!(read.e164.starts_with('+') && read.e164[1..].bytes().all(|digit| digit.is_ascii_digit()));
                prop_assert!(read.e164.len() <= 20);
            }
        }
        prop_assert!(split_phones(&text).iter().all(|part| !part.trim().is_empty()));
        if let Ok(number) = text.parse::<CustomerNumber>() {
            prop_assert_eq!(number.to_string().parse(), Ok(number));
            prop_assert_eq!(CustomerNumber::from_i64(number.to_i64()), Some(number));
        }
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
        for kind in CustomerKind::ALL {
            let parts = NameParts::of(&text, *kind);
            let _ = match_keys(&parts, [place.as_str()], [text.as_str()], &[]);
        }
        let _ = (parse_date_time(&text, None), parse_size(&text), is_email(&text), parse_kind(&text), kind_of_name(&text), phone_digits(&text));
        if let Ok(weights) = Weights::parse(&text) {
            prop_assert!(Weights::parse(&weights.to_text()).is_ok());
        }
        let _ = (text.parse::<UserId>().is_ok(), text.parse::<ContactId>().is_ok(), text.parse::<ImportId>().is_ok());
    }

    #[test]
    fn a_cursor_is_one_of_this_list_or_none(text in typed(), at in any::<Index>(), by in any::<char>()) {
        let order = Order { name: "customers", keys: &[SortKind::Text, SortKind::Integer], descending: true };
        let first = Keyset::new(order, &PageRequest::first(1)).unwrap();
        let cursor = first.cursor(&[
            crm_core::store::SortValue::Text(text.clone()),
            crm_core::store::SortValue::Integer(7),
        ]);
        let read = |after: String| Keyset::new(order, &PageRequest { after: Some(after), limit: 1 });
        prop_assert!(read(cursor.clone()).is_ok());
        let mut chars: Vec<char> = cursor.chars().collect();
        let at = at.index(chars.len());
        let altered = std::mem::replace(&mut chars[at], by) != by;
        let forged: String = chars.into_iter().collect();
        for after in [text, forged].into_iter().filter(|after| altered || *after != cursor) {
            is_answer("cursor", read(after));
        }
    }

    #[test]
    fn a_payload_says_something_or_nothing(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            (any::<Index>(), any::<Index>(), "\\PC{0,4}|[{}\\[\\]\":,0-9]{1,6}").prop_map(|(from, to, more)| {
                let mut bytes = PAYLOAD.as_bytes().to_vec();
                let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                bytes.splice(from.min(to)..from.max(to).min(from.min(to) + 40), more.into_bytes());
                bytes
            }),
            (0..300_usize).prop_map(|depth| format!("{{\"v\":1,\"after\":{}", "[".repeat(depth)).into_bytes()),
        ],
    ) {
        let entry = entry(bytes);
        if let Payload::Read(read) = Payload::of(&entry) {
            let _ = read.changed_fields().count();
        }
        let _ = (payload::restore::<Customer>(&entry), payload::restore::<Contact>(&entry));
        let _ = (payload::restore::<User>(&entry), payload::restore::<PickEntry>(&entry), payload::restore::<Settings>(&entry));
    }

    #[test]
    fn headings_are_understood_or_not(headings in prop::collection::vec(typed(), 0..12), field in typed()) {
        let mut options = ImportOptions::default();
        if let Some(heading) = headings.first() {
            options.mapping.insert(heading.clone(), field.clone());
            options.defaults.insert(field, heading.clone());
        }
        match plan_columns(&headings, &options) {
            Ok(plan) => prop_assert_eq!(plan.columns.len(), headings.len()),
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn a_session_answers_any_text(texts in prop::collection::vec((typed(), typed()), 1..4)) {
        let world = World::new();
        let me = world.admin();
        let first = customer("上海示例科技有限公司", "021-55550199");
        let number = me.customers().create(&first, DuplicateCheck::Refuse).unwrap().number.to_string();
        for (text, other) in texts {
            ask(&me, &number, &text, &other);
        }
    }

    #[test]
    fn a_row_of_any_cells_is_created_or_named_with_its_reason(
        rows in prop::collection::vec(prop::collection::vec(typed(), 12), 1..6),
        dry_run in any::<bool>(),
    ) {
        let world = World::new();
        let cell = |cell: &String| cell.replace(['|', '\n', '\r'], " ");
        let rows: String = rows
            .iter()
            .map(|row| format!(".{}\n", row.iter().map(cell).collect::<Vec<_>>().join("|")))
            .collect();
        let head = "客户名称|所属行业|电话|客户来源|首次接触时间|企业规模|地址|标签|备注|客户编号|外部编号|联系人";
        let options = ImportOptions { dry_run, ..ImportOptions::default() };
        let session = world.admin();
        let mut job = session.imports().start(Box::new(Rows::of(&format!("{head}\n{rows}"))), options).unwrap();
        loop {
            let step = job.step(2, &mut |row| {
                let said = row.outcome == crm_core::RowOutcome::Created || !row.problems.is_empty();
                assert!(said, "{row:?}");
            });
            if step.unwrap().finished {
                break;
            }
        }
    }
}
