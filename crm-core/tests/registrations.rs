//! Numbers under which customers are registered (R2.2), through a session: in matching (R6.1), lists (R9.5) and merges (R6.3).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{World, customer, find, run};
use crm_core::{
    Code, Customer, CustomerEdit, Error, ImportRow, NewCustomer, Region, Registration, RegistrationScheme,
    RowOutcome, Session,
    import::{ImportOptions, OnDuplicate},
    matching::MatchReason,
    service::{
        DuplicateCheck::{AnotherCustomer, Refuse},
        DuplicateSearch,
    },
};

const ONE: &str = "91310000MA1FL0001R";
const OTHER: &str = "91310000MA1FL0002W";

fn registered(name: &str, phone: &str, number: &str) -> NewCustomer {
    NewCustomer {
        registrations: vec![Registration::uscc(number)],
        ..customer(name, phone)
    }
}

fn options(on_duplicate: OnDuplicate) -> ImportOptions {
    ImportOptions {
        on_duplicate,
        defaults: [("industry", "其他"), ("source", "其他")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into(),
        ..ImportOptions::default()
    }
}

fn there(me: &Session, row: &ImportRow) -> Customer {
    me.customers().get(row.customer.unwrap()).unwrap()
}

#[test]
fn r6_1_the_same_registration_number_is_likely_whatever_the_names() {
    let world = World::new();
    let customers = world.admin().customers();
    let first = customers
        .create(&registered("上海示例科技有限公司", "021-55550199", ONE), Refuse)
        .unwrap();
    let branch = registered("北京远洋贸易有限公司", "010-55550100", ONE);
    let Err(Error::Duplicate { matches, .. }) = customers.create(&branch, Refuse) else {
        panic!("it is saved over a likely one");
    };
    assert_eq!(matches[0].number, first.number);
    assert_eq!(matches[0].reasons, [MatchReason::SharedRegistration]);
    // That it is another is said for the pair, and is not asked again (R6.2).
    let second = customers.create(&branch, AnotherCustomer).unwrap();
    assert!(find(&customers, DuplicateSearch::default()).groups.is_empty());
    customers.unsay_different(first.number, second.number).unwrap();
    let groups = find(&customers, DuplicateSearch::default()).groups;
    assert_eq!(groups[0].customers, [first.number, second.number]);
}

#[test]
fn r6_1_a_registration_number_that_changes_is_found_by_the_new_one_alone() {
    let world = World::new();
    let customers = world.admin().customers();
    let made = customers
        .create(&registered("上海示例科技有限公司", "021-55550199", ONE), Refuse)
        .unwrap();
    let value = vec![Registration::uscc(OTHER)];
    let key = made.number.to_string();
    customers
        .update(&key, 1, &[CustomerEdit::Registrations { value }])
        .unwrap();
    let found = |number| {
        let known = [Registration::uscc(number)];
        customers
            .duplicates("", crm_core::CustomerKind::Enterprise, &[], &known)
            .unwrap()
            .len()
    };
    assert_eq!((found(ONE), found(OTHER)), (0, 1));
    let changes = &customers.history(&key, None, 10).unwrap()[0].changes;
    assert_eq!(changes[0].field, "registrations");
}

#[test]
fn r6_1_two_with_different_numbers_of_one_scheme_are_in_no_group() {
    let world = World::new();
    let customers = world.admin().customers();
    for number in [ONE, OTHER] {
        // The same name with the same telephone is likely, and is saved all the same: they are two.
        customers
            .create(
                &registered("上海示例科技有限公司", "021-55550199", number),
                Refuse,
            )
            .unwrap();
    }
    // Nor does a third, of which no number is known, bring them together.
    customers
        .create(&customer("上海示例科技有限公司", "021-55550199"), AnotherCustomer)
        .unwrap();
    let report = find(&customers, DuplicateSearch::default());
    assert!(
        report.groups.iter().all(|group| group.customers.len() == 2),
        "{report:?}"
    );
}

#[test]
fn r9_5_rows_with_one_registration_number_are_one_customer_if_their_names_are_alike() {
    for dry_run in [false, true] {
        for on_duplicate in [OnDuplicate::Skip, OnDuplicate::FillBlanks, OnDuplicate::Create] {
            let world = World::new();
            let me = world.admin();
            let text = format!(
                "客户名称|电话|税号|联系人|联系人手机
                上海示例重工有限公司|021-55550199|{ONE}|王一|13912345678
                示例重工（上海）有限公司|021-55550198|{ONE}|王二|13912345679
                北京远洋贸易有限公司|010-55550199|{ONE}|王三|13912345670
                上海示例重工有限公司|021-55550199|{OTHER}|王四|13912345671"
            );
            let options = ImportOptions {
                dry_run,
                ..options(on_duplicate)
            };
            let rows = run(&me, &text, options).1;
            let added = |row: &ImportRow| row.problems.iter().any(|it| it.code == Code::ContactAdded);
            assert_eq!(
                rows.iter().map(added).collect::<Vec<_>>(),
                [false, true, false, false],
                "{rows:?}"
            );
            if !dry_run {
                assert_eq!(common::count(&me), 3);
            }
        }
    }
}

#[test]
fn r9_5_a_number_that_is_none_stays_as_typed_under_its_heading_and_the_others_come_in() {
    let world = World::new();
    let me = world.admin();
    let text = format!(
        "客户名称|电话|国家|统一社会信用代码|税号|VAT Number|工商注册号
        上海示例重工有限公司|021-55550199||{ONE}|{ONE}；{OTHER}||310000000000001
        北京远洋贸易有限公司|010-55550199||91310000MA1FL0001X|9.1310101E+17||
        示例實業股份有限公司|02-25550199|TW||22099131；22099132||
        Beispiel GmbH|+49 30 5550199|DE|||DE 123456789|"
    );
    let rows = run(&me, &text, options(OnDuplicate::Skip)).1;
    let of = |country: &str, scheme, number: &str| Registration {
        country: Region::from_code(country).unwrap(),
        scheme,
        number: number.into(),
    };
    let number = of("CN", RegistrationScheme::CompanyNumber, "310000000000001");
    let expected = [
        vec![Registration::uscc(ONE), Registration::uscc(OTHER), number],
        vec![],
        vec![Registration::tw_ubn("22099131")],
        vec![of("DE", RegistrationScheme::Vat, "DE 123456789")],
    ];
    for (row, expected) in rows.iter().zip(expected) {
        assert_eq!(row.outcome, RowOutcome::Created);
        assert_eq!(there(&me, row).registrations, expected);
    }
    let kept = |row: usize, heading: &str| there(&me, &rows[row]).extra.get(heading).cloned();
    assert_eq!(kept(0, "统一社会信用代码"), None);
    assert_eq!(kept(1, "统一社会信用代码").as_deref(), Some("91310000MA1FL0001X"));
    assert_eq!(kept(1, "税号").as_deref(), Some("9.1310101E+17"));
    assert_eq!(kept(2, "税号").as_deref(), Some("22099131；22099132"));
    let said = |row: usize, code| {
        let found = rows[row].problems.iter().find(|it| it.code == code);
        found.map(|it| (it.field.clone(), it.rejected.clone().unwrap()))
    };
    assert_eq!(
        said(1, Code::RegistrationInvalid),
        Some(("registrations".into(), "91310000MA1FL0001X".into()))
    );
    assert_eq!(
        said(1, Code::DigitsLost),
        Some(("registrations".into(), "9.1310101E+17".into()))
    );
    assert_eq!(
        said(2, Code::RegistrationInvalid),
        Some(("registrations".into(), "22099132".into()))
    );
    assert_eq!(said(0, Code::RegistrationInvalid), None);
}

#[test]
fn r6_3_a_merge_unites_registration_numbers() {
    let world = World::new();
    let customers = world.admin().customers();
    let make = |name, phone, registrations: &[Registration]| {
        let new = NewCustomer {
            registrations: registrations.to_vec(),
            ..customer(name, phone)
        };
        customers.create(&new, AnotherCustomer).unwrap().number
    };
    let german = |number: &str| Registration {
        country: Region::from_code("DE").unwrap(),
        scheme: RegistrationScheme::Vat,
        number: number.into(),
    };
    let one = make("上海示例科技有限公司", "021-55550199", &[german("DE123456789")]);
    let other = make(
        "北京远洋贸易有限公司",
        "010-55550100",
        &[german("123 456 789"), Registration::uscc(ONE)],
    );
    let merged = customers.merge(other, one, &[]).unwrap();
    assert_eq!(
        merged.registrations,
        [german("DE123456789"), Registration::uscc(ONE)]
    );
    assert_eq!(
        customers
            .duplicates(
                "",
                crm_core::CustomerKind::Enterprise,
                &[],
                &[Registration::uscc(ONE)]
            )
            .unwrap()[0]
            .number,
        one
    );
}
