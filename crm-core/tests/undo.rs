//! Undoing imports, through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{World, code, customer, run};
use crm_core::{
    AttachmentFile, Choice, Code, ContactEdit, CustomerEdit, CustomerQuery, NewAttachment, NewContact,
    NewFollowUp, NewOpportunity, Session, import::ImportOptions, service::DuplicateCheck::Refuse,
};

const HEAD: &str = "客户名称|所属行业|主联系电话|客户来源|首次接触时间\n";

fn count(session: &Session) -> u64 {
    session.customers().count(&CustomerQuery::default()).unwrap()
}

const CONTACTS: &str = "客户编号|姓名|职位|手机号|是否主要对接人
    CRM202405010001|王芳|采购经理|13912345678|否
    CRM202405010001|李伟|总经理|13912345679|是
    CRM202405010001|赵敏||13912345670|";

#[test]
fn undoing_takes_out_what_came_in_and_keeps_what_was_changed_since() {
    let world = World::new();
    let session = world.admin();
    let text = format!(
        "{HEAD}上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28\n北京远洋贸易有限公司|制造业|010-55550199|转介绍|2024-04-28"
    );
    let (report, rows) = run(&session, &text, ImportOptions::default());
    let changed = rows[1].customer.unwrap();
    session
        .customers()
        .update(
            changed.to_string(),
            1,
            &[CustomerEdit::Note {
                value: Some("x".into()),
            }],
        )
        .unwrap();
    let undone = session.imports().undo(report.import).unwrap();
    assert_eq!((undone.archived, undone.kept), (1, vec![changed]));
    assert_eq!(count(&session), 1);
    assert_eq!(code(session.imports().undo(report.import)), "import.undone");
    assert!(
        session
            .customers()
            .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
            .is_ok(),
        "no duplicate"
    );
}

#[test]
fn undoing_keeps_a_customer_with_whom_somebody_has_talked_or_dealt_since() {
    let world = World::new();
    let session = world.admin();
    let names = [
        "上海示例科技有限公司",
        "北京远洋贸易有限公司",
        "广州近邻物流有限公司",
        "深圳前海商贸有限公司",
    ];
    let rows: Vec<String> = (0..)
        .zip(names)
        .map(|(at, name)| format!("{name}|制造业|021-5555010{at}|转介绍|2024-04-28"))
        .collect();
    let (report, rows) = run(
        &session,
        &format!("{HEAD}{}", rows.join("\n")),
        ImportOptions::default(),
    );
    let numbers: Vec<_> = rows.iter().filter_map(|row| row.customer).collect();
    let talk = NewFollowUp {
        method: Some(Choice::of("phone")),
        topic: "方案反馈".into(),
        content: Some("客户要求报价".into()),
        ..NewFollowUp::default()
    };
    session.follow_ups().add(numbers[0], &talk).unwrap();
    let deal = NewOpportunity {
        name: "产线".into(),
        expected_amount: "1000".parse().ok(),
        expected_close: "2024-06-01".parse().ok(),
        ..NewOpportunity::default()
    };
    session.opportunities().create(numbers[1], &deal).unwrap();
    let quote = NewAttachment {
        name: "报价单.pdf".into(),
        kind: Some(Choice::of("报价单")),
        ..NewAttachment::default()
    };
    let quote = AttachmentFile::of(quote, b"%PDF").unwrap();
    session.attachments().add(numbers[2], &quote).unwrap();
    let undone = session.imports().undo(report.import).unwrap();
    assert_eq!((undone.archived, undone.kept), (1, numbers[..3].to_vec()));
}

#[test]
fn undoing_a_list_of_contacts_takes_them_out_again() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = there.number.to_string();
    let zhou = NewContact {
        name: "周杰".into(),
        mobile: "13800138000".into(),
        ..NewContact::default()
    };
    let zhou = session.contacts().add(&key, &zhou).unwrap();
    let (report, rows) = run(&session, CONTACTS, ImportOptions::default());
    assert_eq!(session.contacts().list(&key).unwrap()[0].name, "李伟");

    let undone = session.imports().undo(report.import).unwrap();
    assert_eq!((undone.contacts, undone.archived, undone.kept), (3, 0, vec![]));
    let left = session.contacts().list(&key).unwrap();
    assert_eq!(left.len(), 1);
    assert!(
        left[0].id == zhou.id && left[0].primary,
        "there is always a primary one"
    );
    assert_eq!(session.customers().get(&key).unwrap(), there);
    let twin = customer("另一有限公司", "13912345678");
    assert!(session.customers().create(&twin, Refuse).is_ok(), "no duplicate");
    let gone = rows[0].contact.unwrap();
    let edit = [ContactEdit::Title { value: None }];
    let revision = session.contacts().get(gone).unwrap().revision;
    assert_eq!(
        code(session.contacts().update(gone, revision, &edit)),
        "not_found"
    );

    let (again, _) = run(&session, CONTACTS, ImportOptions::default());
    assert_eq!(again.counts.contacts, 3, "they come in again");
}

#[test]
fn undoing_keeps_a_contact_that_was_changed_since_and_names_its_customer() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = there.number.to_string();
    let (report, rows) = run(&session, CONTACTS, ImportOptions::default());
    let changed = rows[2].contact.unwrap();
    let edit = [ContactEdit::Title {
        value: Some("助理".into()),
    }];
    session.contacts().update(changed, 1, &edit).unwrap();
    let undone = session.imports().undo(report.import).unwrap();
    assert_eq!((undone.contacts, undone.kept), (2, vec![there.number]));
    let left = session.contacts().list(&key).unwrap();
    assert_eq!(left.len(), 1);
    assert!(left[0].id == changed && left[0].primary);
}

#[test]
fn lists_of_contacts_are_undone_one_after_the_other() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let head = "客户编号|姓名|手机号|是否主要对接人\n";
    let first = format!("{head}CRM202405010001|王芳|13912345678|否");
    let second = format!("{head}CRM202405010001|李伟|13912345679|是");
    let (first, _) = run(&session, &first, ImportOptions::default());
    let (second, _) = run(&session, &second, ImportOptions::default());
    for import in [second.import, first.import] {
        let undone = session.imports().undo(import).unwrap();
        assert_eq!((undone.contacts, undone.kept), (1, vec![]));
    }
    let left = session.contacts().list(there.number.to_string()).unwrap();
    assert!(left.is_empty());
}

const NUMBERED: &str = "客户编号|客户名称|所属行业|主联系电话|客户来源|外部编号|联系人|手机号
    CRM202404280007|上海示例科技有限公司|制造业|021-55550199|转介绍|A-1|王芳|13912345678
    |北京远洋贸易有限公司|制造业|010-55550199|转介绍|A-2||";

#[test]
fn r2_1_a_list_that_was_undone_brings_its_customers_back_under_their_numbers() {
    let world = World::new();
    let session = world.admin();
    let (report, first) = run(&session, NUMBERED, ImportOptions::default());
    let key = |n: usize| first[n].customer.unwrap().to_string();
    let contact = session.contacts().list(key(0)).unwrap();
    let created_at = session.customers().get(key(0)).unwrap().created_at;
    session.imports().undo(report.import).unwrap();
    assert_eq!(count(&session), 0);

    world.clock.set("2024-05-02T01:00:00Z");
    let dry = ImportOptions {
        dry_run: true,
        ..ImportOptions::default()
    };
    let (dry, _) = run(&session, NUMBERED, dry);
    let (again, rows) = run(&session, NUMBERED, ImportOptions::default());
    assert_eq!((again.counts.created, again.counts.contacts), (2, 1));
    assert_eq!(dry.counts.created, 2, "a dry run tells the same");
    assert_eq!(
        rows.iter().map(|row| row.customer).collect::<Vec<_>>(),
        first.iter().map(|row| row.customer).collect::<Vec<_>>(),
        "by number, and by the host's own identifier"
    );
    let back = session.customers().get(key(0)).unwrap();
    assert_eq!((back.revision, back.archived_at), (3, None));
    assert_eq!((back.created_at, back.import), (created_at, Some(again.import)));
    assert_eq!(session.contacts().list(key(0)).unwrap(), contact);
    let log = world.admin().audit().list(0, 100).unwrap();
    let entry = log.iter().rfind(|entry| entry.about.key == key(0)).unwrap();
    let after = entry.after.clone().unwrap();
    assert!(
        after.contains("archived_at") && after.contains("import"),
        "{after}"
    );
    let twin = customer("上海示例科技有限公司", "021-55550199");
    assert_eq!(
        code(session.customers().create(&twin, Refuse)),
        "customer.duplicate"
    );

    let (third, rows) = run(&session, NUMBERED, ImportOptions::default());
    assert_eq!(third.counts.skipped, 2, "and not twice: {rows:?}");
    let undone = session.imports().undo(again.import).unwrap();
    assert_eq!((undone.archived, undone.kept), (2, vec![]), "undone once more");
}

#[test]
fn r2_1_a_customer_comes_back_as_its_row_says_and_stays_if_changed_since() {
    let world = World::new();
    let session = world.admin();
    let (report, first) = run(&session, NUMBERED, ImportOptions::default());
    session.imports().undo(report.import).unwrap();
    let corrected = NUMBERED
        .replace("上海示例科技", "上海改名科技")
        .replace("13912345678", "13912345679");
    let (again, _) = run(&session, &corrected, ImportOptions::default());
    let number = first[0].customer.unwrap();
    let back = session.customers().get(number.to_string()).unwrap();
    assert_eq!(back.name, "上海改名科技有限公司");
    let contacts = session.contacts().list(number.to_string()).unwrap();
    let mobiles: Vec<&str> = contacts.iter().map(|contact| contact.mobile.as_str()).collect();
    assert_eq!((mobiles, contacts[0].primary), (vec!["13912345679"], true));

    let note = [CustomerEdit::Note {
        value: Some("x".into()),
    }];
    session
        .customers()
        .update(number.to_string(), back.revision, &note)
        .unwrap();
    let undone = session.imports().undo(again.import).unwrap();
    assert_eq!((undone.archived, undone.kept), (1, vec![number]));
    let (last, rows) = run(
        &session,
        &NUMBERED.replace("示例", "他人").replace("0199", "0188"),
        ImportOptions::default(),
    );
    assert_eq!((last.counts.created, last.counts.refused), (1, 1));
    let codes: Vec<Code> = rows[0].problems.iter().map(|problem| problem.code).collect();
    assert_eq!(
        codes,
        [Code::NumberTaken, Code::ExternalIdTaken],
        "of one that is there"
    );
}
