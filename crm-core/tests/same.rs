//! That a name means a customer which is there: said, found by, taken back (R6.1).
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

mod common;

use common::{World, code, customer, find, run};
use crm_core::{
    AuditKind, Code, Customer, CustomerEdit, CustomerKind, CustomerQuery, Error, NewCustomer, PageRequest,
    Role, RowOutcome, Session,
    import::ImportOptions,
    matching::{
        MatchBand::{Likely, Similar},
        MatchReason::{SameAlias, ShortName},
    },
    service::{Customers, DuplicateCheck::Off, DuplicateSearch},
};

const CEMENT: &str = "台湾水泥股份有限公司";
const LIST: &str = "客户名称|客户类型|其他编号|所属行业|主联系电话|客户来源|首次接触时间\n";

fn enter(customers: &Customers, name: &str, phone: &str) -> String {
    let entered = customers.create(&customer(name, phone), Off).unwrap();
    entered.number.to_string()
}

fn person(name: &str, phone: &str) -> NewCustomer {
    NewCustomer {
        kind: Some(CustomerKind::Individual),
        ..customer(name, phone)
    }
}

/// How sure it is that a company of this name is the first that is found.
fn band(customers: &Customers, name: &str) -> Option<crm_core::matching::MatchBand> {
    let found = customers
        .duplicates(name, CustomerKind::Enterprise, &[], &[])
        .unwrap();
    found.first().map(|found| found.band)
}

fn groups(customers: &Customers) -> Vec<Vec<u32>> {
    let report = find(customers, DuplicateSearch::default());
    let serials =
        |numbers: &[crm_core::CustomerNumber]| numbers.iter().map(|number| number.serial()).collect();
    report
        .groups
        .iter()
        .map(|group| serials(&group.customers))
        .collect()
}

fn edits(session: &Session) -> usize {
    let log = session.audit().list(0, 1_000).unwrap();
    log.iter()
        .filter(|entry| entry.kind == AuditKind::CustomerEdited)
        .count()
}

fn is_refused(result: Result<Customer, Error>) -> bool {
    matches!(result, Err(Error::Duplicate { .. }))
}

#[test]
fn r6_1_a_name_that_was_said_to_mean_a_customer_is_likely_by_itself() {
    let world = World::new();
    let customers = world.admin().customers();
    let number = enter(&customers, CEMENT, "021-55550199");
    assert_eq!(band(&customers, "台泥"), None);
    assert_eq!(band(&customers, "老地方"), None);
    let taught = customers.say_same(&number, " 台泥 ").unwrap();
    assert_eq!((taught.revision, taught.aliases), (2, vec!["台泥".to_owned()]));
    customers.say_same(&number, "老地方").unwrap();
    for typed in ["台泥", "臺泥", "台 泥", "老地方"] {
        assert_eq!(band(&customers, typed), Some(Likely), "{typed}");
        let saved = customers.create(&customer(typed, "010-55550101"), Default::default());
        assert!(is_refused(saved), "{typed}");
    }
    let found = customers
        .duplicates("台泥", CustomerKind::Institution, &[], &[])
        .unwrap();
    assert_eq!(
        (found[0].band, found[0].reasons.as_slice()),
        (Likely, &[SameAlias, ShortName][..])
    );
    for typed in ["台泥集团", "老地", "地方"] {
        assert_ne!(band(&customers, typed), Some(Likely), "{typed} was not said");
    }
}

#[test]
fn r6_1_signs_in_a_name_that_was_said_make_no_difference() {
    let world = World::new();
    let customers = world.admin().customers();
    let number = enter(&customers, CEMENT, "021-55550199");
    customers.say_same(&number, "T.C. Cement (远洋)").unwrap();
    for typed in ["ＴＣ Cement（远洋）", "tc-cement 远洋", "T.C. CEMENT, 远洋"] {
        assert_eq!(band(&customers, typed), Some(Likely), "{typed}");
    }
}

#[test]
fn r2_1_it_is_got_and_searched_by_that_name() {
    let world = World::new();
    let customers = world.admin().customers();
    let number = enter(&customers, CEMENT, "021-55550199");
    let listed = || {
        let query = CustomerQuery {
            text: Some("老地".into()),
            ..CustomerQuery::default()
        };
        customers
            .list(&query, &PageRequest::first(5))
            .unwrap()
            .items
            .len()
    };
    assert_eq!(listed(), 0);
    customers.say_same(&number, "老地方").unwrap();
    assert_eq!(listed(), 1);
    assert_eq!(customers.get("老地方").unwrap().number.to_string(), number);
    assert_eq!(customers.say_same("老地方", "台泥").unwrap().aliases.len(), 2);
    customers.unsay_same("台泥", "老地方").unwrap();
    assert_eq!(listed(), 0);
    assert_eq!(code(customers.get("老地方")), "not_found");
}

#[test]
fn r6_1_saying_it_again_or_its_own_name_changes_nothing() {
    let world = World::new();
    let session = world.admin();
    let customers = session.customers();
    let number = enter(&customers, CEMENT, "021-55550199");
    let taught = customers.say_same(&number, "台泥").unwrap();
    for again in [
        "台泥",
        " 臺泥 ",
        "台湾水泥股份有限公司",
        "臺灣水泥（股份）有限公司",
    ] {
        assert_eq!(customers.say_same(&number, again).unwrap(), taught, "{again}");
    }
    for unknown in ["台", CEMENT, "", "\0"] {
        assert_eq!(
            customers.unsay_same(&number, unknown).unwrap(),
            taught,
            "{unknown}"
        );
    }
    assert_eq!(edits(&session), 1);
}

#[test]
fn r6_1_it_is_an_edit_with_before_and_after() {
    let world = World::new();
    let session = world.admin();
    let customers = session.customers();
    let number = enter(&customers, CEMENT, "021-55550199");
    customers.say_same(&number, "台泥").unwrap();
    customers.unsay_same(&number, "臺泥").unwrap();
    let log = session.audit().list(0, 1_000).unwrap();
    let changes: Vec<(&str, &str)> = log
        .iter()
        .filter(|entry| entry.kind == AuditKind::CustomerEdited)
        .filter_map(|entry| entry.before.as_deref().zip(entry.after.as_deref()))
        .collect();
    assert_eq!(
        changes,
        [
            (
                r#"{"aliases":[],"revision":1}"#,
                r#"{"aliases":["台泥"],"revision":2}"#
            ),
            (
                r#"{"aliases":["台泥"],"revision":2}"#,
                r#"{"aliases":[],"revision":3}"#
            ),
        ]
    );
    let note = CustomerEdit::Note { value: None };
    let stale = customers.update(&number, 2, &[note]).unwrap_err();
    assert!(
        matches!(&stale, Error::Conflict { fields, revision: 3 } if fields == &["aliases"]),
        "{stale:?}"
    );
}

#[test]
fn r2_4_what_is_no_name_is_refused() {
    let world = World::new();
    let session = world.admin();
    let customers = session.customers();
    let number = enter(&customers, CEMENT, "021-55550199");
    for (typed, expected) in [
        ("", Code::FieldMissing),
        (" \u{3000}\t", Code::FieldMissing),
        ("\u{200b}", Code::FieldMissing),
        ("台\0泥", Code::FieldNul),
        (&"泥".repeat(201), Code::FieldTooLong),
    ] {
        let refused = customers.say_same(&number, typed).unwrap_err();
        let Error::Invalid { problems } = refused else {
            panic!("{refused:?}")
        };
        let [problem] = problems.as_slice() else {
            panic!("{problems:?}")
        };
        assert_eq!((problem.field.as_str(), problem.code), ("aliases", expected));
    }
    assert!(customers.say_same(&number, &"泥".repeat(200)).is_ok());
    assert_eq!(edits(&session), 1);
}

#[test]
fn r6_1_taken_back_it_is_found_as_before() {
    let world = World::new();
    let customers = world.admin().customers();
    let number = enter(&customers, CEMENT, "021-55550199");
    let before = customers
        .duplicates("台泥", CustomerKind::Enterprise, &[], &[])
        .unwrap();
    customers.say_same(&number, "台泥").unwrap();
    customers.say_same(&number, "老地方").unwrap();
    let left = customers.unsay_same(&number, "臺泥").unwrap();
    assert_eq!((left.revision, left.aliases), (4, vec!["老地方".to_owned()]));
    let after = customers
        .duplicates("台泥", CustomerKind::Enterprise, &[], &[])
        .unwrap();
    assert_eq!(before, after);
    assert_eq!(band(&customers, "老地方"), Some(Likely));
    assert!(
        customers
            .create(&customer("台泥", "010-55550101"), Default::default())
            .is_ok()
    );
}

#[test]
fn r6_1_a_persons_name_alone_is_never_likely_whatever_was_said() {
    let world = World::new();
    let customers = world.admin().customers();
    let wei = customers.create(&person("李伟", "13912345678"), Off).unwrap();
    customers.say_same(wei.number.to_string(), "老李").unwrap();
    let found = |phones: &[String]| {
        let found = customers.duplicates("老李", CustomerKind::Individual, phones, &[]);
        found.unwrap().remove(0)
    };
    let alone = found(&[]);
    assert_eq!(
        (alone.band, alone.reasons.as_slice()),
        (Similar, &[SameAlias][..])
    );
    assert!(alone.score < 0.9, "{}", alone.score);
    assert_eq!(band(&customers, "老李"), Some(Similar), "a company of that name");
    assert_eq!(found(&["13912345678".into()]).band, Likely);
    let saved = customers.create(&person("老李", "13800001234"), Default::default());
    assert!(saved.is_ok(), "{saved:?}");
}

#[test]
fn r6_1_nor_is_it_as_sure_as_a_likely_one_where_the_names_are_alike_too() {
    let world = World::new();
    let customers = world.admin().customers();
    let john = customers
        .create(&person("John Smith", "13912345678"), Off)
        .unwrap();
    customers
        .say_same(john.number.to_string(), "John Q Smith")
        .unwrap();
    let found = customers
        .duplicates("John Q Smith", CustomerKind::Individual, &[], &[])
        .unwrap();
    assert_eq!((found[0].band, found[0].reasons.len()), (Similar, 2));
    assert!(found[0].score < 0.9, "{}", found[0].score);
}

#[test]
fn r6_1_for_a_person_a_number_that_five_have_is_never_evidence_enough() {
    let world = World::new();
    let customers = world.admin().customers();
    for name in ["李伟", "王芳", "陈强", "赵敏", "孙丽"] {
        customers.create(&person(name, "021-55550199"), Off).unwrap();
    }
    customers.say_same("CRM202405010001", "老李").unwrap();
    let saved = customers.create(&person("老李", "021-55550199"), Default::default());
    assert!(saved.is_ok(), "{saved:?}");
}

#[test]
fn r6_1_what_was_said_to_be_different_stays_said() {
    let world = World::new();
    let customers = world.admin().customers();
    let first = enter(&customers, CEMENT, "021-55550199");
    let second = enter(&customers, "台湾水泥有限公司", "021-55550198");
    assert_eq!(groups(&customers), [vec![1, 2]]);
    customers.say_different(&first, &second).unwrap();
    customers.say_same(&first, "台泥").unwrap();
    customers.unsay_same(&first, "台泥").unwrap();
    assert!(groups(&customers).is_empty());
}

#[test]
fn r8_2_only_who_may_edit_a_customer_says_what_it_is_called() {
    let world = World::new();
    let number = enter(&world.admin().customers(), CEMENT, "021-55550199");
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let wang = wang.customers();
    assert_eq!(code(wang.say_same(&number, "台泥")), "not_found");
    assert_eq!(code(wang.say_same("CRM202405010009", "台泥")), "not_found");
    world.admin().customers().say_same(&number, "台泥").unwrap();
    assert_eq!(code(wang.unsay_same(&number, "台泥")), "not_found");
    assert_eq!(code(wang.unsay_same("台泥", "台泥")), "not_found");
    assert_eq!(band(&wang, "台泥"), None);
    let refused = wang.create(&customer("台泥", "010-55550101"), Default::default());
    let Err(Error::Duplicate {
        matches,
        hidden_owners,
    }) = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!((matches.len(), hidden_owners), (0, vec!["林".to_owned()]));
}

#[test]
fn r6_1_a_name_may_have_been_said_of_two() {
    let world = World::new();
    let customers = world.admin().customers();
    let first = enter(&customers, CEMENT, "021-55550199");
    let second = enter(&customers, "台州泥塑厂", "021-55550198");
    customers.say_same(&second, "台泥").unwrap();
    customers.say_same(&first, "台泥").unwrap();
    let found = customers
        .duplicates("台泥", CustomerKind::Enterprise, &[], &[])
        .unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|found| found.band == Likely));
    assert!(groups(&customers).is_empty(), "their own names speak against it");
}

#[test]
fn r6_1_an_import_finds_a_customer_by_the_name_that_was_said() {
    let world = World::new();
    let me = world.admin();
    let number = enter(&me.customers(), CEMENT, "021-55550199");
    let list = format!("{LIST}台泥|||制造业|010-55550101|转介绍|2024-04-28");
    let outcome = |dry_run| {
        let options = ImportOptions {
            dry_run,
            ..ImportOptions::default()
        };
        let (_, rows) = run(&me, &list, options);
        (rows[0].outcome, rows[0].customer.map(|number| number.to_string()))
    };
    assert_eq!(outcome(true).0, RowOutcome::Created);
    me.customers().say_same(&number, "台泥").unwrap();
    for dry_run in [true, false] {
        assert_eq!(outcome(dry_run), (RowOutcome::Skipped, Some(number.clone())));
    }
}

#[test]
fn r6_1_an_import_takes_a_short_name_for_a_persons_where_nobody_said_what_it_means() {
    let world = World::new();
    let me = world.admin();
    enter(&me.customers(), "老地方", "021-55550199");
    let list = format!("{LIST}老地方|||制造业|010-55550101|转介绍|2024-04-28");
    let (_, rows) = run(&me, &list, ImportOptions::default());
    assert_eq!(rows[0].outcome, RowOutcome::Created);
}

#[test]
fn r6_1_an_alias_of_nothing_means_nobody() {
    let world = World::new();
    let me = world.admin();
    let list = format!("{LIST}{CEMENT}||\u{200b}|制造业|021-55550199|转介绍|2024-04-28");
    let (_, rows) = run(&me, &list, ImportOptions::default());
    assert_eq!(rows[0].outcome, RowOutcome::Created);
    let found = me
        .customers()
        .duplicates("", CustomerKind::Enterprise, &["021-55550199".into()], &[])
        .unwrap();
    assert_eq!((found.len(), found[0].band), (1, Similar));
}

#[test]
fn r6_1_inside_a_list_a_row_is_found_by_the_name_of_another() {
    let world = World::new();
    let me = world.admin();
    let cement = format!("{CEMENT}||台泥|制造业|021-55550199|转介绍|2024-04-28\n");
    let short = "台泥|企业客户||制造业|010-55550101|转介绍|2024-04-28\n";
    for (list, dry_run) in [
        (format!("{LIST}{cement}{short}"), true),
        (format!("{LIST}{short}{cement}"), true),
        (format!("{LIST}{cement}{short}"), false),
    ] {
        let options = ImportOptions {
            dry_run,
            ..ImportOptions::default()
        };
        let (_, rows) = run(&me, &list, options);
        let outcomes: Vec<RowOutcome> = rows.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [RowOutcome::Created, RowOutcome::Skipped], "{list}");
    }
}

#[test]
fn r6_2_a_customer_entered_under_the_name_of_another_is_in_its_group() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "老地方", "010-55550101");
    let cement = enter(&customers, CEMENT, "021-55550199");
    let place = enter(&customers, "上海远洋餐饮有限公司", "021-55550198");
    enter(&customers, "台泥", "010-55550102");
    assert!(groups(&customers).is_empty());
    customers.say_same(&cement, "台泥").unwrap();
    customers.say_same(&place, "老地方").unwrap();
    let found = find(&customers, DuplicateSearch::default());
    let mut pairs: Vec<(u32, u32)> = found
        .groups
        .iter()
        .flat_map(|group| &group.pairs)
        .inspect(|pair| assert_eq!(pair.reasons[0], SameAlias))
        .map(|pair| (pair.first.serial(), pair.second.serial()))
        .collect();
    pairs.sort_unstable();
    assert_eq!(
        pairs,
        [(1, 3), (2, 4)],
        "the one with the alias comes second, and first"
    );
    customers.unsay_same(&cement, "台泥").unwrap();
    customers.unsay_same(&place, "老地方").unwrap();
    assert!(groups(&customers).is_empty());
}

#[test]
fn undoing_an_import_keeps_a_customer_of_which_a_name_was_said() {
    let world = World::new();
    let me = world.admin();
    let list = format!("{LIST}{CEMENT}|||制造业|021-55550199|转介绍|2024-04-28");
    let (report, rows) = run(&me, &list, ImportOptions::default());
    let number = rows[0].customer.unwrap();
    me.customers().say_same(number.to_string(), "台泥").unwrap();
    assert_eq!(me.imports().undo(report.import).unwrap().kept, [number]);
}

#[test]
fn r8_2_an_alias_of_two_finds_the_one_in_scope() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let theirs = enter(&world.admin().customers(), "台湾水泥股份有限公司", "021-55550199");
    let own = wang.customers().create(
        &customer("上海台泥建材有限公司", "021-55550288"),
        Default::default(),
    );
    let own = own.unwrap().number.to_string();
    world.admin().customers().say_same(&theirs, "台泥").unwrap();
    wang.customers().say_same(&own, "台泥").unwrap();
    let number = |session: &Session| session.customers().get("台泥").unwrap().number.to_string();
    assert_eq!((number(&world.admin()), number(&wang)), (theirs, own));
}
