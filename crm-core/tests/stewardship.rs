//! Where a customer stands and who answers for it (R2.5, R2.8, R2.9, R2.10), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, customer, enter};
use crm_core::{
    AuditKind, BulkMode, BulkOutcome, Choice, CustomerEdit, CustomerKey, CustomerNumber, CustomerQuery,
    CustomerStatus::{self, Interested, Lost, Negotiating, Potential, Won},
    Error, NaiveDate, NewContact, NewCustomer, NewFollowUp, NewServiceRecord, PageRequest, QuietProposal,
    Role, Session, UserEdit,
    service::DuplicateCheck::{Off, Refuse},
};

const MANY: PageRequest = PageRequest {
    after: None,
    limit: 100,
};

fn statuses(
    session: &Session,
    customer: CustomerNumber,
) -> Vec<(&'static str, &'static str, Option<String>)> {
    let changes = session.customers().status_changes(customer, &MANY).unwrap();
    changes
        .items
        .into_iter()
        .map(|change| (change.before.code(), change.after.code(), change.reason))
        .collect()
}

fn changed(outcomes: &[BulkOutcome]) -> Vec<bool> {
    outcomes.iter().map(|outcome| outcome.changed).collect()
}

fn codes(outcomes: &[BulkOutcome]) -> Vec<Option<&'static str>> {
    let code = |outcome: &BulkOutcome| outcome.problems.first().map(|problem| problem.code.as_str());
    outcomes.iter().map(code).collect()
}

#[test]
fn r2_5_every_change_of_status_is_kept_with_from_to_who_when_why() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let set = |status, reason| lin.customers().set_status(number, status, reason);

    assert_eq!(set(Interested, None).unwrap().revision, 2);
    assert_eq!(set(Interested, None).unwrap().revision, 2, "it is so already");
    world.clock.set("2024-05-02T01:00:00Z");
    assert_eq!(code(set(Potential, Some(" "))), "field.missing");
    set(Potential, Some("需求取消")).unwrap();
    assert_eq!(code(set(Won, None)), "field.missing", "no contract is paid");
    set(Won, Some("现金成交，无合同")).unwrap();
    assert_eq!(
        statuses(&lin, number),
        [
            ("potential", "won", Some("现金成交，无合同".to_owned())),
            ("interested", "potential", Some("需求取消".to_owned())),
            ("potential", "interested", None),
        ]
    );
    let changes = lin.customers().status_changes(number, &MANY).unwrap().items;
    assert_eq!(changes[2].at.to_rfc3339(), "2024-05-01T01:00:00+00:00");
    assert_eq!(changes[2].by, lin.user().unwrap().map(|user| user.id));

    let history = lin.customers().history(number, None, 10).unwrap();
    assert_eq!(history[0].kind, AuditKind::StatusChanged);
    assert_eq!(history[0].reason.as_deref(), Some("现金成交，无合同"));
}

#[test]
fn r2_5_a_change_that_is_undone_is_no_longer_in_the_ledger() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    lin.customers().set_status(number, Negotiating, None).unwrap();
    let operation = lin.customers().history(number, None, 1).unwrap()[0].operation;
    lin.customers().undo(operation).unwrap();
    assert_eq!(lin.customers().get(number).unwrap().status, Potential);
    assert_eq!(statuses(&lin, number), []);
    assert!(lin.audit().verify(None).unwrap().broken_at.is_none());
}

#[test]
fn r2_5_many_are_set_all_or_nothing_or_row_by_row() {
    let world = World::new();
    let lin = world.admin();
    let [a, b] = ["上海示例科技有限公司", "北京远洋贸易有限公司"].map(|name| enter(&lin, name));
    lin.customers().set_status(b, Lost, Some("已停业")).unwrap();
    let these: Vec<CustomerKey> = vec![a.into(), b.into(), "CRM202405010099".into(), a.into()];

    let refused = lin
        .customers()
        .set_status_all(&these, Interested, None, BulkMode::AllOrNothing);
    assert_eq!(code(refused), "field.missing");
    assert_eq!(
        lin.customers().get(a).unwrap().status,
        Potential,
        "nothing is stored"
    );

    let done = lin
        .customers()
        .set_status_all(&these, Interested, None, BulkMode::RowByRow)
        .unwrap();
    assert_eq!(
        changed(&done),
        [true, false, false, false],
        "the second naming of one"
    );
    assert_eq!(
        codes(&done),
        [None, Some("field.missing"), Some("not_found"), None]
    );
    assert_eq!(done[3].number, Some(a));
    assert_eq!(statuses(&lin, a).len(), 1);
}

/// A team with a supervisor, 孙, and two reps; a rep of no team.
struct Desk {
    world: World,
    supervisor: Session,
    wang: Session,
    zhao: Session,
    other: Session,
}

impl Desk {
    fn new() -> Self {
        let world = World::new();
        let Team { sun, wang, zhao } = Team::of(&world);
        let (_, other) = world.user("other", Role::SalesRep, None);
        Self {
            world,
            supervisor: sun,
            wang,
            zhao,
            other,
        }
    }

    fn retire(&self, login: &str) {
        let users = self.world.admin().users();
        let user = users.get(login).unwrap();
        let inactive = UserEdit::Active { value: false };
        users.update(user.id, user.revision, &[inactive]).unwrap();
    }
}

#[test]
fn r2_8_a_supervisor_assigns_within_the_team_and_each_hand_over_is_kept() {
    let desk = Desk::new();
    let number = enter(&desk.wang, "上海示例科技有限公司");
    let assign = |session: &Session, to| session.customers().assign(number, to, Some("调整区域"));

    assert_eq!(
        code(assign(&desk.wang, "zhao")),
        "access.denied",
        "a rep assigns nobody"
    );
    assert_eq!(code(assign(&desk.other, "other")), "access.denied");
    assert_eq!(code(assign(&desk.supervisor, "other")), "owner.not_allowed");
    assert_eq!(code(assign(&desk.supervisor, "nobody")), "owner.unknown");
    let zhao = desk.zhao.user().unwrap().unwrap().id;
    assert_eq!(assign(&desk.supervisor, "zhao").unwrap().owner, zhao);
    assert_eq!(
        assign(&desk.supervisor, "zhao").unwrap().revision,
        2,
        "it is so already"
    );
    assert_eq!(code(desk.wang.customers().get(number)), "not_found");

    let kept = desk.zhao.customers().hand_overs(number, &MANY).unwrap().items;
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (kept[0].owner_after, kept[0].reason.as_deref()),
        (zhao, Some("调整区域"))
    );
    assert_eq!(kept[0].by, desk.supervisor.user().unwrap().map(|user| user.id));

    // One of another team is none to the supervisor, and a leaver gets nothing.
    let theirs = enter(&desk.other, "北京远洋贸易有限公司");
    let taken = desk.supervisor.customers().assign(theirs, "zhao", None);
    assert_eq!(code(taken), "not_found");
    desk.retire("wang");
    assert_eq!(code(assign(&desk.supervisor, "wang")), "owner.inactive");
}

#[test]
fn r2_8_handing_over_a_leavers_customers_is_one_call() {
    let desk = Desk::new();
    let names = [
        "上海示例科技有限公司",
        "北京远洋贸易有限公司",
        "广州南方电子有限公司",
    ];
    let [a, b, c] = names.map(|name| enter(&desk.wang, name));
    desk.wang.customers().archive(c, "已停业").unwrap();
    desk.retire("wang");
    let admin = desk.world.admin();

    let refused = desk.supervisor.customers().hand_over("other", "zhao", None);
    assert_eq!(code(refused), "owner.not_yours", "of another team");
    let moved = desk
        .supervisor
        .customers()
        .hand_over("wang", "zhao", Some("离职交接"));
    assert_eq!(moved.unwrap(), 3);
    let zhao = desk.zhao.user().unwrap().unwrap().id;
    for number in [a, b, c] {
        assert_eq!(admin.customers().get(number).unwrap().owner, zhao);
        assert_eq!(
            admin.customers().hand_overs(number, &MANY).unwrap().items.len(),
            1
        );
    }
    assert_eq!(
        desk.supervisor
            .customers()
            .hand_over("wang", "zhao", None)
            .unwrap(),
        0
    );
    let operations: Vec<u64> = [a, b, c]
        .map(|number| admin.customers().history(number, None, 1).unwrap()[0].operation)
        .into();
    assert!(
        operations.iter().all(|operation| *operation == operations[0]),
        "one operation"
    );

    // Nobody gives them back to who has left.
    assert_eq!(code(admin.customers().undo(operations[0])), "owner.inactive");
}

#[test]
fn r2_8_who_may_not_assign_does_not_undo_it_either() {
    let desk = Desk::new();
    let number = enter(&desk.wang, "上海示例科技有限公司");
    desk.supervisor.customers().assign(number, "zhao", None).unwrap();
    let operation = desk.zhao.customers().history(number, None, 1).unwrap()[0].operation;
    assert_eq!(code(desk.zhao.customers().undo(operation)), "access.denied");
    desk.supervisor.customers().undo(operation).unwrap();
    assert!(desk.wang.customers().get(number).is_ok());
    let kept = desk.wang.customers().hand_overs(number, &MANY).unwrap().items;
    assert!(kept.is_empty());
}

#[test]
fn r2_8_many_are_assigned_row_by_row() {
    let desk = Desk::new();
    let mine = enter(&desk.wang, "上海示例科技有限公司");
    let theirs = enter(&desk.other, "北京远洋贸易有限公司");
    let these = [mine.into(), theirs.into()];
    let done = desk
        .supervisor
        .customers()
        .assign_all(&these, "zhao", None, BulkMode::RowByRow)
        .unwrap();
    assert_eq!(
        (changed(&done), codes(&done)),
        (vec![true, false], vec![None, Some("not_found")])
    );
    let all = desk
        .supervisor
        .customers()
        .assign_all(&these, "wang", None, BulkMode::AllOrNothing);
    assert_eq!(code(all), "not_found");
    assert!(desk.zhao.customers().get(mine).is_ok(), "nothing is stored");
}

#[test]
fn r2_10_an_archived_customer_is_out_of_lists_and_checks_until_it_is_restored() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let customers = lin.customers();
    let contact = NewContact {
        name: "李伟".into(),
        mobile: "13912345678".into(),
        ..NewContact::default()
    };
    let there = lin.contacts().add(number, &contact).unwrap();
    let talk = NewFollowUp {
        method: Some(Choice::of("phone")),
        topic: "方案反馈".into(),
        content: Some("客户要求报价".into()),
        next_follow_up: NaiveDate::from_ymd_opt(2024, 5, 2),
        ..NewFollowUp::default()
    };
    let talk = lin.follow_ups().add(number, &talk).unwrap();
    let repair = NewServiceRecord {
        kind: Some(Choice::of("repair")),
        text: "更换主板".into(),
        ..NewServiceRecord::default()
    };
    let record = lin.service_records().add(number, &repair).unwrap();
    assert_eq!(code(customers.archive(number, " ")), "field.missing");
    let archived = customers.archive(number, "公司已注销").unwrap();
    assert_eq!(
        archived.archived_at.map(|at| at.to_rfc3339()).as_deref(),
        Some("2024-05-01T01:00:00+00:00")
    );
    assert_eq!(
        customers.archive(number, "又一次").unwrap().revision,
        2,
        "it is so already"
    );

    assert_eq!(customers.count(&CustomerQuery::default()).unwrap(), 0);
    let with_archived = CustomerQuery {
        archived: true,
        ..CustomerQuery::default()
    };
    assert_eq!(customers.count(&with_archived).unwrap(), 1);
    let again = customer("上海示例科技有限公司", "021-55550199");
    assert!(customers.create(&again, Refuse).is_ok(), "out of the check");

    let note = CustomerEdit::Note {
        value: Some("x".into()),
    };
    let refused = [
        code(customers.update(number, 2, &[note])),
        code(customers.set_status(number, Interested, None)),
        code(lin.contacts().add(number, &contact)),
        code(customers.tag_all(&[number.into()], &["重点".into()], &[], BulkMode::AllOrNothing)),
    ];
    assert_eq!(refused, ["record.archived"; 4], "restored before it is changed");
    let refused = [
        code(lin.contacts().update(there.id, 1, &[])),
        code(lin.contacts().archive(there.id, 1, "x")),
        code(lin.follow_ups().update(talk.follow_up.id, 1, &[])),
        code(lin.follow_ups().archive(talk.follow_up.id, 1, "x")),
        code(lin.tasks().complete(talk.open_tasks[0].id)),
        code(lin.service_records().update(record.id, 1, &[])),
        code(lin.service_records().archive(record.id, 1, "x")),
        code(customers.say_same(number, "示例")),
    ];
    assert_eq!(refused, ["record.archived"; 8], "nor what hangs on it");

    let restored = customers.restore(number, "并未注销").unwrap();
    assert_eq!((restored.archived_at, restored.revision), (None, 3));
    assert_eq!(customers.count(&CustomerQuery::default()).unwrap(), 2);
    assert_eq!(customers.restore(number, "又一次").unwrap().revision, 3);
    let kinds: Vec<AuditKind> = customers
        .history(number, None, 10)
        .unwrap()
        .iter()
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(
        kinds[..2],
        [AuditKind::CustomerRestored, AuditKind::CustomerArchived]
    );
}

#[test]
fn r2_10_many_are_archived_and_restored() {
    let world = World::new();
    let lin = world.admin();
    let [a, b] = ["上海示例科技有限公司", "北京远洋贸易有限公司"].map(|name| enter(&lin, name));
    lin.customers().archive(a, "已停业").unwrap();
    let these = [a.into(), b.into()];
    let done = lin
        .customers()
        .archive_all(&these, "清理", BulkMode::AllOrNothing)
        .unwrap();
    assert_eq!(changed(&done), [false, true]);
    let done = lin
        .customers()
        .restore_all(&these, "误操作", BulkMode::AllOrNothing)
        .unwrap();
    assert_eq!(changed(&done), [true, true]);
    let undone = lin
        .customers()
        .restore_all(&["无此客户".into()], "误操作", BulkMode::AllOrNothing);
    assert!(matches!(undone, Err(Error::NotFound { key }) if key == "无此客户"));
}

#[test]
fn r2_2_labels_are_put_on_many_and_taken_off() {
    let world = World::new();
    let lin = world.admin();
    let [a, b] = ["上海示例科技有限公司", "北京远洋贸易有限公司"].map(|name| enter(&lin, name));
    let tag = |add: &[&str], remove: &[&str]| {
        let owned = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
        let these = [a.into(), b.into()];
        lin.customers()
            .tag_all(&these, &owned(add), &owned(remove), BulkMode::AllOrNothing)
    };
    assert_eq!(changed(&tag(&["重点", "展会"], &[]).unwrap()), [true, true]);
    assert_eq!(changed(&tag(&["重点"], &["没有的"]).unwrap()), [false, false]);
    tag(&["老客户"], &["展会"]).unwrap();
    assert_eq!(lin.customers().get(a).unwrap().tags, ["重点", "老客户"]);
    let many: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(code(tag(&many, &[])), "field.too_many");
}

#[test]
fn r2_9_a_late_entry_is_accepted_and_flagged() {
    let world = World::new();
    let lin = world.admin();
    let late = |lead_at: &str| {
        let new = NewCustomer {
            lead_at: Some(lead_at.parse().unwrap()),
            ..customer("上海示例科技有限公司", "021-55550199")
        };
        lin.customers().create(&new, Off).unwrap().late
    };
    assert!(!late("2024-04-30T01:00:00Z"), "24 hours are in time");
    assert!(late("2024-04-30T00:59:59.999Z"));
    let first_contact = customer("北京远洋贸易有限公司", "010-55550101");
    assert!(
        lin.customers().create(&first_contact, Off).unwrap().late,
        "three days ago"
    );
}

#[test]
fn r2_6_only_what_the_caller_sees_is_quiet_and_what_they_may_change_is_marked() {
    let desk = Desk::new();
    let on = |session: &Session| {
        let quiet = session.customers().quiet(None, &MANY).unwrap().items;
        quiet.into_iter().map(|quiet| quiet.number).collect::<Vec<_>>()
    };
    let [a, b] = [
        (&desk.wang, "上海示例科技有限公司"),
        (&desk.other, "北京远洋贸易有限公司"),
    ]
    .map(|(session, name)| enter(session, name));
    desk.world.clock.set("2024-08-02T01:00:00Z");
    assert_eq!(on(&desk.wang), [a]);
    assert_eq!(on(&desk.supervisor), [a]);
    assert_eq!(on(&desk.world.admin()), [a, b]);
    let others = desk
        .world
        .admin()
        .customers()
        .quiet(Some("other"), &MANY)
        .unwrap();
    assert_eq!(others.items[0].number, b);
    assert_eq!(
        code(desk.wang.customers().mark_quiet_lost(10, false)),
        "setting.off"
    );
    let on = [crm_core::SettingsEdit::QuietMarksLost { value: true }];
    desk.world.admin().settings().update(1, &on).unwrap();
    let marked = desk.wang.customers().mark_quiet_lost(10, false).unwrap();
    assert_eq!(marked.len(), 1);
    assert_eq!(desk.world.admin().customers().get(b).unwrap().status, Potential);
    assert_eq!(code(desk.wang.customers().mark_quiet_lost(0, true)), "page.limit");
}

#[test]
fn r2_10_contacts_are_archived_and_restored_and_the_oldest_becomes_primary() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let add = |name: &str| {
        let new = NewContact {
            name: name.into(),
            mobile: "13912345678".into(),
            ..NewContact::default()
        };
        lin.contacts().add(number, &new).unwrap()
    };
    let [first, second, _third] = ["一", "二", "三"].map(add);
    assert_eq!(code(lin.contacts().archive(first.id, 1, " ")), "field.missing");
    let gone = lin.contacts().archive(first.id, 1, "已离职").unwrap();
    assert!(gone.archived_at.is_some() && !gone.primary);
    let names: Vec<String> = lin
        .contacts()
        .list(number)
        .unwrap()
        .into_iter()
        .map(|it| it.name)
        .collect();
    assert_eq!(names, ["二", "三"], "the oldest is primary");
    assert_eq!(lin.contacts().archive(first.id, 2, "又一次").unwrap().revision, 2);
    assert_eq!(code(lin.contacts().archive(second.id, 7, "x")), "revision.stale");
    let back = lin.contacts().restore(first.id, 2, "并未离职").unwrap();
    assert!(back.archived_at.is_none() && !back.primary, "another is by now");
    assert_eq!(lin.contacts().list(number).unwrap().len(), 3);
}

#[test]
fn r2_6_whoever_is_not_won_is_proposed_to_be_marked_lost_whatever_the_status() {
    let world = World::new();
    let lin = world.admin();
    for status in [Potential, Interested, Negotiating, Won, Lost] {
        let number = enter(&lin, "上海示例科技有限公司");
        lin.customers().set_status(number, status, Some("如此")).unwrap();
    }
    world.clock.set("2024-08-02T01:00:00Z");
    let quiet = lin.customers().quiet(None, &MANY).unwrap().items;
    let proposed: Vec<(CustomerStatus, QuietProposal)> = quiet
        .into_iter()
        .map(|quiet| (quiet.status, quiet.proposal))
        .collect();
    assert_eq!(
        proposed,
        [
            (Potential, QuietProposal::MarkLost),
            (Interested, QuietProposal::MarkLost),
            (Negotiating, QuietProposal::MarkLost),
            (Won, QuietProposal::AtRisk),
        ]
    );
}
