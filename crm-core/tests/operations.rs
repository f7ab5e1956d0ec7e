//! What somebody did and what moved with it: settling, history, undoing, entering history (R2.10, R3.1, R6.1, R8.5).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{World, code, customer, run};
use crm_core::{
    Audit, AuditKind, Choice, ContactEdit, CustomerEdit, CustomerQuery, Error, NewContact, NewCustomer,
    NewPhone, NewServiceRecord, Role, Session,
    import::{ImportOptions, OnDuplicate},
    service::DuplicateCheck::{AnotherCustomer, Off, Refuse},
};

fn contact(name: &str, mobile: &str, primary: bool) -> NewContact {
    NewContact {
        name: name.into(),
        mobile: mobile.into(),
        primary,
        ..NewContact::default()
    }
}

fn note(text: &str) -> [CustomerEdit; 1] {
    [CustomerEdit::Note {
        value: Some(text.into()),
    }]
}

/// The entries of the latest operation.
fn latest(world: &World) -> Vec<Audit> {
    let log = world.admin().audit().list(0, 1000).unwrap();
    let last = log.last().unwrap().operation;
    log.into_iter().filter(|entry| entry.operation == last).collect()
}

#[test]
fn r3_1_whoever_is_no_longer_primary_has_an_entry_of_the_same_operation() {
    let world = World::new();
    let lin = world.admin();
    let key = lin
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = key.number.to_string();
    let first = lin
        .contacts()
        .add(&key, &contact("王芳", "13912345678", false))
        .unwrap();
    assert!(first.primary, "the first one is");
    let second = lin
        .contacts()
        .add(&key, &contact("李伟", "13912345679", true))
        .unwrap();
    let entries = latest(&world);
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert!(entries.iter().all(|entry| entry.kind == AuditKind::ContactAdded));
    let unmade = entries
        .iter()
        .find(|entry| entry.about.key == first.id.to_string())
        .unwrap();
    assert_eq!(unmade.before.as_deref(), Some(r#"{"primary":true,"revision":1}"#));
    assert_eq!(unmade.after.as_deref(), Some(r#"{"primary":false,"revision":2}"#));
    let there = lin.contacts().list(&key).unwrap();
    let primary: Vec<bool> = there.iter().map(|contact| contact.primary).collect();
    assert_eq!((there[0].id, primary), (second.id, vec![true, false]));
    let refused = lin
        .contacts()
        .update(second.id, 1, &[ContactEdit::Primary { value: false }]);
    assert_eq!(code(refused), "contact.primary_needed");
}

#[test]
fn r6_1_an_answer_that_falls_has_an_entry_of_the_operation_that_made_it_fall() {
    let world = World::new();
    let lin = world.admin();
    let one = lin
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let two = lin
        .customers()
        .create(
            &customer("示例科技(上海)有限公司", "021-55550199"),
            AnotherCustomer,
        )
        .unwrap();
    let said = latest(&world);
    assert_eq!(said.last().unwrap().about.entity, "answer");
    let (one, two) = (one.number.to_string(), two.number.to_string());
    let phones = CustomerEdit::Phones {
        value: vec![NewPhone::from("021-55550188")],
    };
    lin.customers().update(&one, 1, &[phones]).unwrap();
    let entities: Vec<String> = latest(&world)
        .into_iter()
        .map(|entry| entry.about.entity)
        .collect();
    assert_eq!(entities, ["customer", "answer"]);
    // Taking it back twice, or of two that nobody spoke of, changes nothing.
    let head = lin.audit().head().unwrap();
    lin.customers().unsay_different(&one, &two).unwrap();
    assert_eq!(lin.audit().head().unwrap(), head);
    lin.customers().say_different(&one, &two).unwrap();
    lin.customers().say_different(&two, &one).unwrap();
    assert_eq!(lin.audit().head().unwrap().seq, head.seq + 1, "said once");
    assert!(
        lin.customers().say_different(&one, &one).is_err(),
        "nobody is another than themselves"
    );
}

#[test]
fn r8_5_a_customers_history_has_what_hangs_on_it_and_reads_as_people_do() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let there = wang
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = there.number.to_string();
    wang.contacts()
        .add(&key, &contact("王芳", "13912345678", false))
        .unwrap();
    wang.customers().update(&key, 1, &note("要求月结")).unwrap();
    let history = wang.customers().history(&key, None, 100).unwrap();
    let kinds: Vec<(AuditKind, &str)> = history
        .iter()
        .map(|entry| (entry.kind, entry.about.entity.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (AuditKind::CustomerEdited, "customer"),
            (AuditKind::ContactAdded, "contact"),
            (AuditKind::CustomerAdded, "customer"),
        ]
    );
    assert!(
        history
            .iter()
            .all(|entry| entry.actor_name.as_deref() == Some("WANG") && !entry.erased)
    );
    let edit = &history[0].changes;
    assert_eq!(edit.len(), 1, "and no revision: {edit:?}");
    assert_eq!(
        (edit[0].field.as_str(), &edit[0].before, edit[0].after.as_deref()),
        ("note", &None, Some("要求月结"))
    );
    let page = wang.customers().history(&key, Some(history[1].seq), 1).unwrap();
    assert_eq!(page, [history[2].clone()]);
    let (_, li) = world.user("li", Role::SalesRep, None);
    assert_eq!(code(li.customers().history(&key, None, 100)), "not_found", "R8.2");
    assert_eq!(code(wang.customers().history(&key, None, 0)), "page.limit");
    assert_eq!(code(wang.customers().history(&key, None, 1001)), "page.limit");
}

#[test]
fn r8_5_undoing_an_operation_makes_its_records_what_they_were() {
    let world = World::new();
    let lin = world.admin();
    let before = lin
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = before.number.to_string();
    lin.contacts()
        .add(&key, &contact("王芳", "13912345678", false))
        .unwrap();
    lin.contacts()
        .add(&key, &contact("李伟", "13912345679", true))
        .unwrap();
    let undone = latest(&world)[0].operation;
    lin.customers().undo(undone).unwrap();
    let left = lin.contacts().list(&key).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].name.as_str(), left[0].primary), ("王芳", true));
    assert!(latest(&world).iter().all(|entry| entry.kind == AuditKind::Undone));
    assert!(latest(&world).iter().any(|entry| entry.undoes.is_some()));

    let two = lin
        .contacts()
        .add(&key, &contact("赵敏", "13912345670", false))
        .unwrap();
    lin.contacts()
        .update(two.id, 1, &[ContactEdit::Primary { value: true }])
        .unwrap();
    let made = latest(&world)[0].operation;
    lin.customers().undo(made).unwrap();
    assert_eq!(
        lin.contacts().list(&key).unwrap()[0].name,
        "王芳",
        "primary again"
    );

    lin.customers().update(&key, 1, &note("x")).unwrap();
    let edit = latest(&world)[0].operation;
    lin.customers().undo(edit).unwrap();
    let now = lin.customers().get(&key).unwrap();
    assert_eq!(
        (now.note, now.revision),
        (None, 3),
        "as it was, at a later revision"
    );
    assert_eq!(code(lin.customers().undo(edit)), "undo.never", "once is enough");

    let entered = lin.customers().history(&key, None, 100).unwrap().pop().unwrap();
    lin.customers().undo(entered.operation).unwrap();
    assert_eq!(
        lin.customers().count(&CustomerQuery::default()).unwrap(),
        0,
        "archived, not deleted"
    );
    assert!(lin.customers().get(&key).unwrap().archived_at.is_some());
    assert!(
        lin.customers()
            .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
            .is_ok()
    );
}

#[test]
fn r8_5_an_undo_that_no_longer_fits_names_what_has_changed_and_changes_nothing() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (_, li) = world.user("li", Role::SalesRep, None);
    let key = wang
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = key.number.to_string();
    wang.customers().update(&key, 1, &note("x")).unwrap();
    let first = latest(&world)[0].operation;
    wang.customers().update(&key, 2, &note("y")).unwrap();
    let head = world.admin().audit().head().unwrap();
    let stale = wang.customers().undo(first).unwrap_err();
    assert!(
        matches!(&stale, Error::Conflict { fields, revision: 3 } if fields == &["note"]),
        "{stale:?}"
    );
    assert_eq!(world.admin().audit().head().unwrap(), head);
    assert_eq!(code(li.customers().undo(first)), "not_found", "R8.2");
    assert_eq!(code(wang.customers().undo(9_999)), "not_found");
    assert_eq!(
        code(world.admin().customers().undo(1)),
        "not_found",
        "set-up has no customer"
    );
}

#[test]
fn an_undone_fill_and_then_the_import_leave_nothing_behind() {
    const HEAD: &str = "客户名称|所属行业|主联系电话|客户来源|首次接触时间|备注\n";
    let world = World::new();
    let lin = world.admin();
    let row = |note: &str| format!("{HEAD}上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28|{note}");
    let (first, rows) = run(&lin, &row(""), ImportOptions::default());
    let fill = ImportOptions {
        on_duplicate: OnDuplicate::FillBlanks,
        ..ImportOptions::default()
    };
    let (second, _) = run(&lin, &row("要求月结"), fill);
    assert_eq!(second.counts.filled, 1);
    // Somebody's answer about it is no change of it.
    let other = lin
        .customers()
        .create(&customer("北京远洋贸易有限公司", "010-55550199"), Refuse)
        .unwrap();
    let number = rows[0].customer.unwrap().to_string();
    lin.customers()
        .say_different(&number, other.number.to_string())
        .unwrap();
    let undone = lin.imports().undo(second.import).unwrap();
    assert_eq!((undone.restored, undone.kept), (1, vec![]));
    assert_eq!(lin.customers().get(&number).unwrap().note, None);
    let undone = lin.imports().undo(first.import).unwrap();
    assert_eq!((undone.archived, undone.kept), (1, vec![]), "it is as it came in");
}

#[test]
fn a_conflict_names_the_fields_whatever_was_said_meanwhile() {
    let world = World::new();
    let lin = world.admin();
    let one = lin
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let two = lin
        .customers()
        .create(&customer("北京远洋贸易有限公司", "010-55550199"), Refuse)
        .unwrap();
    let (one, two) = (one.number.to_string(), two.number.to_string());
    lin.customers().update(&one, 1, &note("x")).unwrap();
    lin.customers().say_different(&one, &two).unwrap();
    let stale = lin.customers().update(&one, 1, &note("y")).unwrap_err();
    assert!(
        matches!(&stale, Error::Conflict { fields, revision: 2 } if fields == &["note"]),
        "{stale:?}"
    );
}

fn team(world: &World, name: &str) -> (Session, Session) {
    let team = world
        .admin()
        .teams()
        .create(&crm_core::NewTeam { name: name.into() })
        .unwrap();
    let (_, head) = world.user(&format!("{name}_head"), Role::Supervisor, Some(team.id));
    let (_, rep) = world.user(&format!("{name}_rep"), Role::SalesRep, Some(team.id));
    (head, rep)
}

#[test]
fn r8_2_an_import_exists_only_for_those_who_see_its_customers() {
    const LIST: &str = "客户名称|所属行业|主联系电话|客户来源|首次接触时间
        上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28";
    let world = World::new();
    let (head_a, rep_a) = team(&world, "a");
    let (head_b, rep_b) = team(&world, "b");
    let (report, _) = run(&rep_a, LIST, ImportOptions::default());
    for (session, sees) in [
        (&rep_a, true),
        (&head_a, true),
        (&rep_b, false),
        (&head_b, false),
        (&world.admin(), true),
    ] {
        assert_eq!(session.imports().list().unwrap().len(), usize::from(sees));
        assert_eq!(session.imports().rows(report.import, 0, 10).is_ok(), sees);
    }
    assert_eq!(code(head_b.imports().undo(report.import)), "not_found");
    assert_eq!(code(rep_a.imports().undo(report.import)), "access.denied");
    let system = world.crm.system().unwrap();
    let theirs = ImportOptions {
        owner: rep_a.user().unwrap().map(|user| user.id.to_string()),
        ..ImportOptions::default()
    };
    run(&system, &LIST.replace("上海", "北京"), theirs);
    assert_eq!(
        head_a.imports().list().unwrap().len(),
        1,
        "the host's own are for admins"
    );
    assert_eq!(
        head_a.imports().undo(report.import).unwrap().archived,
        1,
        "and it can still be undone"
    );
}

#[test]
fn r8_6_names_are_for_everybody_and_telephones_are_not() {
    let world = World::new();
    let (user, wang) = world.user("wang", Role::SalesRep, None);
    let edits = [crm_core::UserEdit::Phone {
        value: Some("13912345678".into()),
    }];
    world.admin().users().update(user.id, 1, &edits).unwrap();
    let (_, li) = world.user("li", Role::Supervisor, None);
    let phone = |session: &Session| session.users().get("wang").unwrap().phone;
    assert_eq!(
        (
            phone(&li),
            phone(&wang).is_some(),
            phone(&world.admin()).is_some()
        ),
        (None, true, true)
    );
    assert!(li.users().list().unwrap().iter().all(|user| user.phone.is_none()));
}

#[test]
fn r8_5_history_bears_its_own_time_and_the_log_the_real_one() {
    let world = World::new();
    let past = "2023-01-05T02:00:00Z".parse().unwrap();
    let lin = world.admin().backdated(past);
    let there = lin
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse);
    let there = there.unwrap();
    assert_eq!(
        (there.number.to_string().as_str(), there.created_at),
        ("CRM202405010001", past)
    );
    let entry = latest(&world).remove(0);
    assert_eq!(
        (entry.fact_at, entry.at.to_rfc3339()),
        (Some(past), "2024-05-01T01:00:00+00:00".to_owned())
    );
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let refused = wang
        .backdated(past)
        .customers()
        .create(&customer("北京远洋贸易有限公司", "010-55550199"), Off);
    assert_eq!(code(refused), "access.denied");
    let ahead = world
        .admin()
        .backdated("2024-05-01T01:00:00.001Z".parse().unwrap());
    assert_eq!(code(ahead.customers().undo(1)), "date.in_future");
}

/// What an import works out before it stores is what settling works out: nothing is left of a customer's old name and numbers.
#[test]
fn r6_1_an_imported_customer_that_was_renamed_is_no_longer_found_as_it_was() {
    const LIST: &str = "客户名称|所属行业|主联系电话|客户来源|首次接触时间|联系人|手机号
        上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28|王芳|13912345678";
    let world = World::new();
    let lin = world.admin();
    let (_, rows) = run(&lin, LIST, ImportOptions::default());
    let key = rows[0].customer.unwrap().to_string();
    let edits = [
        CustomerEdit::Name {
            value: "北京远洋贸易有限公司".into(),
        },
        CustomerEdit::Phones {
            value: vec![NewPhone::from("010-55550188")],
        },
    ];
    lin.customers().update(&key, 1, &edits).unwrap();
    let mobile = [ContactEdit::Mobile {
        value: "13912345670".into(),
    }];
    lin.contacts()
        .update(rows[0].contact.unwrap(), 1, &mobile)
        .unwrap();
    let kind = crm_core::CustomerKind::Enterprise;
    let found = |name: &str, phone: &str| {
        let found = lin.customers().duplicates(name, kind, &[phone.to_owned()], &[]);
        found.unwrap().len()
    };
    assert_eq!(found("上海示例科技有限公司", "021-55550199"), 0);
    assert_eq!(found("另一有限公司", "13912345678"), 0);
    assert_eq!(found("北京远洋贸易有限公司", "010-55550188"), 1);
    assert_eq!(found("另一有限公司", "13912345670"), 1);
}

#[test]
fn r8_5_what_is_undone_may_not_take_what_another_has_by_now() {
    let world = World::new();
    let me = world.admin();
    let with_id = |name: &str, phone: &str| NewCustomer {
        external_id: Some("erp:1".into()),
        ..customer(name, phone)
    };
    let first = me
        .customers()
        .create(&with_id("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let number = first.number.to_string();
    let cleared = CustomerEdit::ExternalId { value: None };
    me.customers()
        .update(&number, first.revision, &[cleared])
        .unwrap();
    let operation = me.customers().history(&number, None, 1).unwrap()[0].operation;
    me.customers()
        .create(&with_id("北京远洋贸易有限公司", "010-55550199"), Refuse)
        .unwrap();
    assert_eq!(code(me.customers().undo(operation)), "external_id.taken");
}

#[test]
fn r8_5_instants_are_as_they_are_stored() {
    let world = World::new();
    let me = world.admin();
    let number = me
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap()
        .number;
    let at = |text: &str| NewServiceRecord {
        at: text.parse().ok(),
        kind: Some(Choice::of("维修")),
        text: "上门检修".into(),
        ..NewServiceRecord::default()
    };
    // The clock stands at one o'clock, and what is within its millisecond is not later.
    for text in ["2024-05-01T01:00:00.000999Z", "2024-04-30T01:02:03.123456Z"] {
        let added = me.service_records().add(number.to_string(), &at(text)).unwrap();
        assert_eq!(me.service_records().get(added.id).unwrap(), added);
        assert_eq!(added.at.timestamp_subsec_nanos() % 1_000_000, 0);
    }
    let then = "2023-04-30T01:02:03.123456Z".parse().unwrap();
    let past = me
        .backdated(then)
        .customers()
        .create(&customer("北京远洋贸易有限公司", "010-55550199"), Refuse)
        .unwrap();
    assert_eq!(past.created_at.timestamp_subsec_nanos() % 1_000_000, 0);
    assert_eq!(me.customers().get(past.number.to_string()).unwrap(), past);
}

#[test]
fn a_conflict_always_names_something() {
    let world = World::new();
    let me = world.admin();
    let first = me
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    for revision in [0, 99] {
        let Err(Error::Conflict { fields, .. }) =
            me.customers()
                .update(first.number.to_string(), revision, &note("x"))
        else {
            panic!("it was changed")
        };
        assert_eq!(fields, ["revision"]);
    }
}
