//! Reminders (R4.6), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{
    AuditKind, Choice, CustomerQuery, FollowUpEdit, NaiveDate, NewFollowUp, Reminder, Role, Session, TaskKind,
};

fn next(on: &str, time: Option<&str>) -> NewFollowUp {
    NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "方案反馈".into(),
        content: Some("客户要求月底前报价".into()),
        next_follow_up: on.parse::<NaiveDate>().ok(),
        next_time: time.map(str::to_owned),
        ..NewFollowUp::default()
    }
}

fn due(session: &Session) -> Vec<Reminder> {
    session.reminders().due(100).unwrap()
}

/// How many entries of this kind the log has.
fn logged(session: &Session, kind: AuditKind) -> usize {
    let log = session.audit().list(0, 1000).unwrap();
    log.iter().filter(|entry| entry.kind == kind).count()
}

#[test]
fn r4_6_a_host_that_asks_every_minute_gets_the_same_key_until_it_confirms() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    lin.follow_ups()
        .add(number, &next("2024-05-02", Some("09:10")))
        .unwrap();
    let mut offered = Vec::new();
    for minute in 0..30 {
        world.clock.set(&format!("2024-05-02T01:{minute:02}:00Z"));
        let came = due(&lin);
        if minute == 20 {
            lin.reminders().confirm(&came[0].key).unwrap();
        }
        offered.push(came.into_iter().map(|reminder| reminder.key).collect::<Vec<_>>());
    }
    assert!(offered[..10].iter().all(Vec::is_empty), "not before its time");
    assert_eq!(offered[10].len(), 1);
    assert!(
        offered[10..=20].iter().all(|keys| *keys == offered[10]),
        "the same key"
    );
    assert!(offered[21..].iter().all(Vec::is_empty), "never again");
    assert_eq!(logged(&lin, AuditKind::ReminderOffered), 1, "the first offer");
    assert_eq!(logged(&lin, AuditKind::ReminderConfirmed), 1);
    assert!(lin.audit().verify(None).unwrap().broken_at.is_none());
}

#[test]
fn r4_6_a_host_that_was_off_for_a_week_gets_what_it_missed_first() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    for (on, time) in [
        ("2024-05-08", None),
        ("2024-05-03", Some("16:00")),
        ("2024-05-02", None),
    ] {
        lin.follow_ups().add(number, &next(on, time)).unwrap();
    }
    world.clock.set("2024-05-08T02:00:00Z");
    let days: Vec<String> = due(&lin).iter().map(|it| it.at.to_rfc3339()).collect();
    assert_eq!(
        days,
        [
            "2024-05-02T01:00:00+00:00",
            "2024-05-03T08:00:00+00:00",
            "2024-05-08T01:00:00+00:00"
        ]
    );
    let first = lin.reminders().due(1).unwrap();
    assert_eq!(first.len(), 1, "as many as are asked for");
    assert_eq!(code(lin.reminders().due(0)), "page.limit");
}

#[test]
fn r4_6_what_is_done_moved_or_handed_over_is_reminded_of_accordingly() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let number = enter(&wang, "上海示例科技有限公司");
    let recorded = wang.follow_ups().add(number, &next("2024-05-02", None)).unwrap();
    world.clock.set("2024-05-02T01:00:00Z");
    let before = due(&wang);
    wang.reminders().confirm(&before[0].key).unwrap();
    // Moved to another day, it has another key, and comes again.
    let moved = FollowUpEdit::NextFollowUp {
        value: "2024-05-03".parse().ok(),
    };
    wang.follow_ups()
        .update(recorded.follow_up.id, 1, &[moved])
        .unwrap();
    assert!(due(&wang).is_empty());
    world.clock.set("2024-05-03T01:00:00Z");
    let after = due(&wang);
    assert_eq!(
        code(sun.reminders().confirm(&after[0].key)),
        "not_found",
        "another's"
    );
    assert_ne!(after[0].key, before[0].key);
    assert_eq!(after[0].task, before[0].task);

    sun.customers().assign(number, "zhao", None).unwrap();
    assert!(due(&wang).is_empty(), "it is another's to do");
    assert_eq!(code(wang.reminders().confirm(&after[0].key)), "not_found");
    let [theirs, told] = due(&zhao).try_into().unwrap();
    assert_eq!(theirs.key, after[0].key, "at least once");
    assert_eq!(told.kind, TaskKind::HandOver, "they are told");
    zhao.reminders().confirm(&told.key).unwrap();
    zhao.tasks().complete(after[0].task).unwrap();
    assert!(due(&zhao).is_empty());
    zhao.reminders().confirm(&after[0].key).unwrap();
}

#[test]
fn r4_6_off_is_each_users_own_and_the_task_stays() {
    let world = World::new();
    let lin = world.admin();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    for session in [&lin, &wang] {
        let number = enter(session, "上海示例科技有限公司");
        session
            .follow_ups()
            .add(number, &next("2024-05-02", None))
            .unwrap();
    }
    world.clock.set("2024-05-02T01:00:00Z");
    wang.reminders().silence(TaskKind::FollowUp, true).unwrap();
    wang.reminders().silence(TaskKind::FollowUp, true).unwrap();
    assert_eq!((due(&lin).len(), due(&wang).len()), (1, 0));
    assert_eq!(logged(&lin, AuditKind::ReminderSilenced), 1);
    wang.reminders().silence(TaskKind::FollowUp, false).unwrap();
    assert_eq!(due(&wang).len(), 1);
    assert_eq!(
        code(world.crm.system().unwrap().reminders().due(1)),
        "not_found",
        "nobody's"
    );
}

#[test]
fn r2_8_the_new_owner_is_told_of_what_somebody_gave_them_once_for_each_operation() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let [one, other, third] = [
        "上海示例科技有限公司",
        "北京远洋贸易有限公司",
        "杭州示例重工有限公司",
    ]
    .map(|name| enter(&wang, name));
    sun.customers().archive(third, "重复录入").unwrap();
    assert_eq!(
        sun.customers()
            .hand_over("wang", "zhao", Some("离职交接"))
            .unwrap(),
        3
    );
    let told = due(&zhao);
    assert_eq!(told.len(), 1, "not one for each customer");
    assert_eq!(
        (told[0].kind, told[0].customer, told[0].title.as_str()),
        (
            TaskKind::HandOver,
            one,
            "2024-05-01 跟进上海示例科技有限公司（新移交客户2个）"
        )
    );
    let idle = CustomerQuery {
        no_open_task: true,
        ..CustomerQuery::default()
    };
    assert_eq!(
        zhao.customers().count(&idle).unwrap(),
        2,
        "a notice is nothing to be done with its customer"
    );
    assert_eq!(due(&zhao), told, "until it is confirmed");
    zhao.reminders().confirm(&told[0].key).unwrap();
    assert!(due(&zhao).is_empty());
    assert!(due(&wang).is_empty() && due(&sun).is_empty());

    zhao.reminders().silence(TaskKind::HandOver, true).unwrap();
    zhao.reminders().silence(TaskKind::HandOver, false).unwrap();
    sun.customers().assign(one, "wang", None).unwrap();
    assert_eq!(due(&wang)[0].customer, one);
    sun.customers().assign(one, "sun", None).unwrap();
    assert!(due(&wang).is_empty(), "it was taken away again");
    assert!(due(&sun).is_empty(), "who took it knows");
    sun.customers().assign(other, "zhao", None).unwrap();
    assert!(due(&zhao).is_empty(), "it was theirs already");
}

#[test]
fn r2_8_undoing_a_hand_over_takes_its_notice_back() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let number = enter(&wang, "上海示例科技有限公司");
    sun.customers().assign(number, "zhao", None).unwrap();
    assert_eq!(due(&zhao).len(), 1);
    let operation = sun.customers().history(number, None, 10).unwrap();
    let given = operation
        .iter()
        .find(|entry| entry.kind == AuditKind::CustomerAssigned)
        .unwrap();
    sun.customers().undo(given.operation).unwrap();
    assert!(due(&zhao).is_empty() && due(&wang).is_empty());
}
