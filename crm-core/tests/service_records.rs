//! Service records (R7.7, R2.10, R8.2), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{World, code, customer, run};
use crm_core::{
    AuditKind, Choice, Error, NewServiceRecord, PageRequest, Role, ServiceRecordEdit, Session,
    import::ImportOptions, service::DuplicateCheck::Refuse,
};

fn repair(text: &str, at: &str) -> NewServiceRecord {
    NewServiceRecord {
        at: at.parse().ok(),
        kind: Some(Choice::of("维修")),
        text: text.into(),
        ..NewServiceRecord::default()
    }
}

fn texts(session: &Session, customer: &str, archived: bool) -> Vec<String> {
    let mut page = PageRequest::first(2);
    let mut texts = Vec::new();
    loop {
        let found = session.service_records().list(customer, archived, &page).unwrap();
        texts.extend(found.items.into_iter().map(|record| record.text));
        match found.next {
            Some(next) => page.after = Some(next),
            None => return texts,
        }
    }
}

#[test]
fn r7_7_they_are_listed_newest_first_and_edited_and_archived() {
    let world = World::new();
    let lin = world.admin();
    let there = lin
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = there.number.to_string();
    for (text, at) in [
        ("一", "2024-04-01T00:00:00Z"),
        ("三", "2024-04-03T00:00:00Z"),
        ("二", "2024-04-02T00:00:00Z"),
    ] {
        lin.service_records().add(&key, &repair(text, at)).unwrap();
    }
    let now = lin.service_records().add(&key, &repair("今", "")).unwrap();
    assert_eq!(
        (now.at.to_rfc3339(), Some(now.by)),
        (
            "2024-05-01T01:00:00+00:00".into(),
            lin.user().unwrap().map(|user| user.id)
        )
    );
    assert_eq!(texts(&lin, &key, false), ["今", "三", "二", "一"]);

    let edit = [ServiceRecordEdit::At {
        value: "2024-03-01T00:00:00Z".parse().unwrap(),
    }];
    let moved = lin.service_records().update(now.id, 1, &edit).unwrap();
    assert_eq!(
        (moved.revision, texts(&lin, &key, false).last().unwrap().as_str()),
        (2, "今")
    );
    let stale = lin.service_records().update(now.id, 1, &edit).unwrap_err();
    assert!(
        matches!(&stale, Error::Conflict { fields, revision: 2 } if fields == &["at"]),
        "{stale:?}"
    );

    assert_eq!(
        code(lin.service_records().archive(now.id, 2, " ")),
        "field.missing"
    );
    lin.service_records().archive(now.id, 2, "记错客户").unwrap();
    assert_eq!(texts(&lin, &key, false), ["三", "二", "一"]);
    assert_eq!(texts(&lin, &key, true).len(), 4, "R2.10: never deleted");
    assert_eq!(code(lin.service_records().update(now.id, 3, &edit)), "not_found");
    let history = lin.customers().history(&key, None, 1).unwrap();
    assert_eq!(
        (history[0].kind, history[0].reason.as_deref()),
        (AuditKind::ServiceRecordArchived, Some("记错客户"))
    );
    lin.customers().undo(history[0].operation).unwrap();
    assert_eq!(texts(&lin, &key, false).len(), 4, "taken back");
}

#[test]
fn r8_2_they_exist_for_those_who_see_the_customer() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (li_user, li) = world.user("li", Role::SalesRep, None);
    let there = wang
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = there.number.to_string();
    let record = wang.service_records().add(&key, &repair("更换主板", "")).unwrap();
    assert_eq!(code(li.service_records().get(record.id)), "not_found");
    assert_eq!(
        code(li.service_records().list(&key, false, &PageRequest::first(5))),
        "not_found"
    );
    assert_eq!(
        code(li.service_records().add(&key, &repair("x", ""))),
        "not_found"
    );
    assert_eq!(code(li.service_records().archive(record.id, 1, "x")), "not_found");
    let by = NewServiceRecord {
        by: Some(li_user.id.to_string()),
        ..repair("同事代办", "")
    };
    assert_eq!(wang.service_records().add(&key, &by).unwrap().by, li_user.id);
    world
        .admin()
        .users()
        .update(li_user.id, 1, &[crm_core::UserEdit::Active { value: false }])
        .unwrap();
    assert_eq!(code(wang.service_records().add(&key, &by)), "owner.inactive");
    assert_eq!(
        code(wang.service_records().list(&key, false, &PageRequest::first(0))),
        "page.limit"
    );
}

#[test]
fn r7_7_an_import_is_not_taken_out_from_under_what_was_done_since() {
    let world = World::new();
    let lin = world.admin();
    let text = "客户名称|所属行业|主联系电话|客户来源|首次接触时间
        上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28
        北京远洋贸易有限公司|制造业|010-55550199|转介绍|2024-04-28";
    let (report, rows) = run(&lin, text, ImportOptions::default());
    let served = rows[0].customer.unwrap();
    lin.service_records()
        .add(served, &repair("更换主板", ""))
        .unwrap();
    let undone = lin.imports().undo(report.import).unwrap();
    assert_eq!((undone.archived, undone.kept), (1, vec![served]));
    assert_eq!(lin.customers().get(served).unwrap().archived_at, None);
}
