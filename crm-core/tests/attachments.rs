//! Attachments (R4.2, R4.4, R5.3, R8.2), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, customer};
use crm_core::{
    Attachment, AttachmentEdit, AttachmentFile, AttachmentId, AttachmentQuery, AuditKind, Choice, Code,
    Content, ContractQuery, Error, FollowUp, FollowUpEdit, FollowUpId, NewAttachment, NewFollowUp,
    NewOpportunity, PageRequest, Role, Session, Win, service::DuplicateCheck::Refuse,
};

fn file(name: &str, bytes: &[u8]) -> AttachmentFile {
    let new = NewAttachment {
        name: name.into(),
        kind: Some(Choice::of("报价单")),
        ..NewAttachment::default()
    };
    AttachmentFile::of(new, bytes).unwrap()
}

fn of_talk(talk: &FollowUp, name: &str) -> AttachmentFile {
    let mut file = file(name, b"x");
    file.new.follow_up = Some(talk.id);
    file
}

/// What is wrong, and with which field.
fn code(error: &Error) -> (Code, String) {
    (error.code(), error.fields().pop().unwrap_or_default())
}

fn bytes(me: &Session, id: AttachmentId) -> Result<Vec<u8>, Error> {
    let mut reader = me.attachments().open(id)?;
    let mut all = Vec::new();
    while let Some(part) = reader.next_part()? {
        assert!(part.len() <= Content::PART);
        all.extend(part);
    }
    Ok(all)
}

fn names(me: &Session, query: &AttachmentQuery) -> Vec<String> {
    let page = me.attachments().list(query, &PageRequest::first(50)).unwrap();
    page.items.into_iter().map(|file| file.name).collect()
}

fn enter(me: &Session, name: &str) -> String {
    let there = me
        .customers()
        .create(&customer(name, "021-55550199"), Refuse)
        .unwrap();
    there.number.to_string()
}

fn call(me: &Session, key: &str) -> FollowUp {
    me.follow_ups().add(key, &talk()).unwrap().follow_up
}

fn talk() -> NewFollowUp {
    NewFollowUp {
        method: Some(Choice::of("phone")),
        topic: "报价".into(),
        content: Some("客户要报价".into()),
        ..NewFollowUp::default()
    }
}

fn every(me: &Session) -> usize {
    let archived = AttachmentQuery {
        archived: true,
        ..AttachmentQuery::default()
    };
    names(me, &archived).len()
}

#[test]
fn r4_2_what_is_read_back_is_what_went_in() {
    let world = World::new();
    let lin = world.admin();
    let key = enter(&lin, "上海示例科技有限公司");
    for size in [0, 1, Content::PART, Content::PART + 1, Content::MOST] {
        let went_in: Vec<u8> = (0..size).map(|at| (at * 7 % 256) as u8).collect();
        let there = lin.attachments().add(&key, &file("报价.pdf", &went_in)).unwrap();
        assert_eq!(there.size, size as u64);
        assert!(bytes(&lin, there.id).unwrap() == went_in, "{size} bytes");
    }
    let mut ten = file("报价.pdf", &vec![0; Content::MOST]);
    let error = ten.content.append(&[0]).unwrap_err();
    assert_eq!(
        code(&error),
        (Code::AttachmentTooLarge, "attachment.content".to_owned())
    );
    assert_eq!(every(&lin), 5, "one byte more is refused and nothing is stored");
}

#[test]
fn r4_2_every_field_at_fault_is_named_and_nothing_is_stored() {
    let world = World::new();
    let lin = world.admin();
    let key = enter(&lin, "上海示例科技有限公司");
    let mut wrong = file("../../x", b"x");
    wrong.new.kind = None;
    wrong.new.media_type = Some("pdf".into());
    let Err(Error::Invalid { problems }) = lin.attachments().add(&key, &wrong) else {
        panic!("it went in");
    };
    let found: Vec<(&str, Code)> = problems
        .iter()
        .map(|problem| (problem.field.as_str(), problem.code))
        .collect();
    let expected = [
        ("attachment.name", Code::AttachmentName),
        ("attachment_kind", Code::FieldMissing),
        ("media_type", Code::MediaTypeInvalid),
    ];
    assert_eq!(found, expected);
    // With a conversation that has one, neither goes in.
    let before = lin.audit().head().unwrap();
    assert!(
        lin.follow_ups()
            .add_with(&key, &talk(), &[file("a.pdf", b"x"), wrong])
            .is_err()
    );
    assert_eq!((every(&lin), lin.audit().head().unwrap()), (0, before));
}

#[test]
fn r4_2_files_come_with_their_conversation_and_leave_lists_with_it() {
    let world = World::new();
    let lin = world.admin();
    let key = enter(&lin, "上海示例科技有限公司");
    let files = [file("一.pdf", b"1"), file("二.pdf", b"2")];
    let recorded = lin
        .follow_ups()
        .add_with(&key, &talk(), &files)
        .unwrap()
        .follow_up;
    let of = AttachmentQuery {
        follow_up: Some(recorded.id),
        ..AttachmentQuery::default()
    };
    assert_eq!(names(&lin, &of).len(), 2);
    let last = lin.customers().history(&key, None, 10).unwrap();
    assert_eq!(last[0].kind, AuditKind::FollowUpAdded, "one operation");
    lin.follow_ups()
        .archive(recorded.id, recorded.revision, "记错")
        .unwrap();
    assert_eq!(names(&lin, &of), Vec::<String>::new());
    assert_eq!(names(&lin, &AttachmentQuery { archived: true, ..of }).len(), 2);
    // A new one names no other.
    let mut named = file("三.pdf", b"3");
    named.new.follow_up = Some(recorded.id);
    let error = lin.follow_ups().add_with(&key, &talk(), &[named]).unwrap_err();
    assert_eq!(code(&error), (Code::FieldUnexpected, "follow_up".to_owned()));
}

#[test]
fn r4_4_only_who_held_a_conversation_attaches_to_it() {
    let world = World::new();
    let lin = world.admin();
    let Team { wang, sun, .. } = Team::of(&world);
    let key = enter(&wang, "上海示例科技有限公司");
    let held = call(&wang, &key);
    let there = wang.attachments().add(&key, &of_talk(&held, "甲.pdf")).unwrap();
    let denied = |error: Error| assert_eq!(error.code(), Code::AccessDenied);
    denied(
        sun.attachments()
            .add(&key, &of_talk(&held, "乙.pdf"))
            .unwrap_err(),
    );
    let edit = AttachmentEdit::Name {
        value: "丙.pdf".into(),
    };
    denied(
        sun.attachments()
            .update(there.id, 1, std::slice::from_ref(&edit))
            .unwrap_err(),
    );
    denied(sun.attachments().archive(there.id, 1, "不要").unwrap_err());
    let last = wang.customers().history(&key, None, 1).unwrap();
    denied(sun.customers().undo(last[0].operation).unwrap_err());
    assert_eq!(
        lin.attachments().update(there.id, 1, &[edit]).unwrap().name,
        "丙.pdf",
        "an admin may"
    );
    // To the customer itself whoever may change it.
    assert!(sun.attachments().add(&key, &file("丁.pdf", b"x")).is_ok());
}

#[test]
fn r4_2_they_are_edited_archived_restored_and_undone() {
    let world = World::new();
    let lin = world.admin();
    let key = enter(&lin, "上海示例科技有限公司");
    let there = lin.attachments().add(&key, &file("甲.pdf", b"x")).unwrap();
    let edits = [
        AttachmentEdit::Name {
            value: "乙.png".into(),
        },
        AttachmentEdit::Kind {
            value: Choice::of("会议纪要"),
        },
        AttachmentEdit::MediaType {
            value: "image/png".into(),
        },
    ];
    let edited = lin.attachments().update(there.id, 1, &edits).unwrap();
    assert_eq!(
        (edited.name.as_str(), edited.kind.code.as_str(), edited.revision),
        ("乙.png", "minutes", 2)
    );
    assert!(matches!(
        lin.attachments().update(there.id, 1, &edits),
        Err(Error::Conflict { .. })
    ));
    let last = lin.customers().history(&key, None, 1).unwrap();
    lin.customers().undo(last[0].operation).unwrap();
    assert_eq!(
        lin.attachments().get(there.id).unwrap(),
        Attachment {
            revision: 3,
            ..there.clone()
        }
    );
    let away = lin.attachments().archive(there.id, 3, "传错").unwrap();
    assert_eq!(names(&lin, &AttachmentQuery::default()), Vec::<String>::new());
    let error = lin
        .attachments()
        .update(there.id, away.revision, &edits)
        .unwrap_err();
    assert_eq!(code(&error), (Code::RecordArchived, "attachment".to_owned()));
    lin.attachments()
        .restore(there.id, away.revision, "没错")
        .unwrap();
    assert_eq!(bytes(&lin, there.id).unwrap(), b"x");
    let first = lin.customers().history(&key, None, 50).unwrap();
    let added = first
        .iter()
        .find(|entry| entry.kind == AuditKind::AttachmentAdded)
        .unwrap();
    assert!(matches!(
        lin.customers().undo(added.operation),
        Err(Error::Conflict { .. })
    ));
}

#[test]
fn r5_3_a_scan_comes_with_the_contract_and_those_without_one_are_listed() {
    let world = World::new();
    let lin = world.admin();
    let key = enter(&lin, "上海示例科技有限公司");
    let win = |number: &str| Win {
        amount: "1000".parse().ok(),
        signed_on: "2024-05-01".parse().ok(),
        contract_number: number.into(),
        reason: "价格".into(),
        ..Win::default()
    };
    let deal = |name: &str| {
        let new = NewOpportunity {
            name: name.into(),
            expected_amount: "1000".parse().ok(),
            expected_close: "2024-06-01".parse().ok(),
            ..NewOpportunity::default()
        };
        lin.opportunities().create(&key, &new).unwrap().id
    };
    let mut scan = file("HT-1.pdf", b"%PDF");
    scan.new.kind = Some(Choice::of("合同扫描件"));
    let won = lin
        .opportunities()
        .close_won_with(deal("一"), &win("HT-1"), &[scan])
        .unwrap();
    let bare = lin.opportunities().close_won(deal("二"), &win("HT-2")).unwrap();
    let query = ContractQuery {
        without_scan: true,
        ..ContractQuery::default()
    };
    let without = || {
        let page = lin.contracts().list(&query, &PageRequest::first(50)).unwrap();
        page.items
            .into_iter()
            .map(|contract| contract.contract_number)
            .collect::<Vec<_>>()
    };
    assert_eq!(without(), ["HT-2"]);
    let mut later = file("HT-2.pdf", b"%PDF");
    later.new.kind = Some(Choice::of("contract_scan"));
    later.new.contract = Some(bare.contract.id);
    let there = lin.attachments().add(&key, &later).unwrap();
    assert_eq!(
        (there.contract, there.opportunity),
        (Some(bare.contract.id), Some(bare.opportunity.id))
    );
    assert_eq!(without(), Vec::<String>::new());
    let of = AttachmentQuery {
        contract: Some(won.contract.id),
        ..AttachmentQuery::default()
    };
    assert_eq!(names(&lin, &of), ["HT-1.pdf"]);
    // Another customer's contract is none of this one's.
    let other = lin
        .customers()
        .create(&customer("北京远洋贸易有限公司", "010-55550101"), Refuse)
        .unwrap();
    let error = lin.attachments().add(other.number, &later).unwrap_err();
    assert_eq!(code(&error), (Code::ContractUnknown, "contract".to_owned()));
}

#[test]
fn r8_2_what_hangs_on_others_customers_is_not_there() {
    let world = World::new();
    let lin = world.admin();
    let wang = world.user("wang", Role::SalesRep, None).1;
    let li = world.user("li", Role::SalesRep, None).1;
    let key = enter(&wang, "上海示例科技有限公司");
    let there = wang.attachments().add(&key, &file("甲.pdf", b"x")).unwrap();
    let missing = |error: Error| assert_eq!(error.code(), Code::NotFound);
    missing(li.attachments().get(there.id).unwrap_err());
    missing(bytes(&li, there.id).unwrap_err());
    missing(li.attachments().add(&key, &file("乙.pdf", b"x")).unwrap_err());
    missing(li.attachments().archive(there.id, 1, "不要").unwrap_err());
    assert_eq!(names(&li, &AttachmentQuery::default()), Vec::<String>::new());
    // One who opened it reads on only as long as the customer is theirs.
    let mut reader = wang.attachments().open(there.id).unwrap();
    lin.customers().assign(&key, "li", None).unwrap();
    missing(reader.next_part().unwrap_err());
    assert_eq!(bytes(&li, there.id).unwrap(), b"x");
}

#[test]
fn r8_1_who_owns_a_deal_sees_what_is_attached_to_its_conversations() {
    let world = World::new();
    let lin = world.admin();
    let wang = world.user("wang", Role::SalesRep, None).1;
    let li = world.user("li", Role::SalesRep, None).1;
    let key = enter(&wang, "上海示例科技有限公司");
    wang.attachments().add(&key, &file("内部.pdf", b"x")).unwrap();
    let new = NewOpportunity {
        name: "产线".into(),
        expected_amount: "1000".parse().ok(),
        expected_close: "2024-06-01".parse().ok(),
        owner: Some("li".into()),
        ..NewOpportunity::default()
    };
    let deal = lin.opportunities().create(&key, &new).unwrap();
    let about = NewFollowUp {
        opportunity: Some(deal.id),
        ..talk()
    };
    let held = li
        .follow_ups()
        .add_with(&key, &about, &[file("方案.pdf", b"p")])
        .unwrap()
        .follow_up;
    let later = li.attachments().add(&key, &of_talk(&held, "补充.pdf")).unwrap();
    assert_eq!(names(&li, &AttachmentQuery::default()), ["补充.pdf", "方案.pdf"]);
    assert_eq!(bytes(&li, later.id).unwrap(), b"x");
    assert!(
        li.attachments().add(&key, &file("客户.pdf", b"x")).is_err(),
        "nothing else of the customer"
    );
    // The conversation turns out to be about something else: what is attached goes along.
    let held = li.follow_ups().get(held.id).unwrap();
    let elsewhere = FollowUpEdit::Opportunity { value: None };
    let lin_edit = lin.follow_ups().update(held.id, held.revision, &[elsewhere]);
    assert!(lin_edit.is_ok(), "{lin_edit:?}");
    assert_eq!(names(&li, &AttachmentQuery::default()), Vec::<String>::new());
}

#[test]
fn r4_2_what_names_no_conversation_of_the_customer_is_refused() {
    let world = World::new();
    let lin = world.admin();
    let key = enter(&lin, "上海示例科技有限公司");
    let mut nowhere = file("甲.pdf", b"x");
    nowhere.new.follow_up = Some(FollowUpId::from_bytes([9; 16]));
    let error = lin.attachments().add(&key, &nowhere).unwrap_err();
    assert_eq!(code(&error), (Code::FollowUpUnknown, "follow_up".to_owned()));
    let held = call(&lin, &key);
    lin.follow_ups().archive(held.id, held.revision, "记错").unwrap();
    let error = lin
        .attachments()
        .add(&key, &of_talk(&held, "乙.pdf"))
        .unwrap_err();
    assert_eq!(code(&error), (Code::RecordArchived, "follow_up".to_owned()));
}

#[test]
fn r8_1_undoing_a_change_of_deal_takes_along_what_was_attached_since() {
    let world = World::new();
    let lin = world.admin();
    let wang = world.user("wang", Role::SalesRep, None).1;
    let li = world.user("li", Role::SalesRep, None).1;
    let key = enter(&wang, "上海示例科技有限公司");
    let new = NewOpportunity {
        name: "产线".into(),
        expected_amount: "1000".parse().ok(),
        expected_close: "2024-06-01".parse().ok(),
        owner: Some("li".into()),
        ..NewOpportunity::default()
    };
    let deal = lin.opportunities().create(&key, &new).unwrap();
    let held = call(&wang, &key);
    let about = FollowUpEdit::Opportunity { value: Some(deal.id) };
    let held = wang
        .follow_ups()
        .update(held.id, held.revision, &[about])
        .unwrap();
    let operation = wang.customers().history(&key, None, 1).unwrap()[0].operation;
    wang.attachments().add(&key, &of_talk(&held, "内部.pdf")).unwrap();
    assert_eq!(names(&li, &AttachmentQuery::default()), ["内部.pdf"]);
    wang.customers().undo(operation).unwrap();
    assert_eq!(names(&li, &AttachmentQuery::default()), Vec::<String>::new());
}
