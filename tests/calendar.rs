//! Tasks as an iCalendar file (R4.6), by its lines; the Python tests read it with another program's parser.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

use std::sync::Arc;

use crmkit::{
    Choice, CustomerKind, DuplicateCheck, FixedClock, Language, NaiveDate, NewCustomer, NewFollowUp,
    OpenOptions, TaskList, TaskQuery, task_calendar,
};

#[test]
fn r4_6_a_task_is_an_event_with_an_alarm_until_it_is_done() {
    let now = "2024-05-01T01:00:00Z".parse().unwrap();
    let options = OpenOptions {
        clock: Some(Arc::new(FixedClock(now))),
        ..OpenOptions::default()
    };
    let crm = crmkit::open(crmkit::IN_MEMORY, options).unwrap();
    crm.set_up("lin", "林").unwrap();
    let me = crm.session("lin").unwrap();
    let company = NewCustomer {
        name: "上海示例科技; 有限, 公司".into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec!["021-5555 0199".into()],
        source: Some(Choice::of("转介绍")),
        first_contact: NaiveDate::from_ymd_opt(2024, 4, 28),
        ..NewCustomer::default()
    };
    let customer = me
        .customers()
        .create(&company, DuplicateCheck::Refuse)
        .unwrap()
        .number;
    let talk = |day, time: Option<&str>, topic: &str| NewFollowUp {
        method: Some(Choice::of("phone")),
        topic: topic.into(),
        content: Some("x".into()),
        next_follow_up: NaiveDate::from_ymd_opt(2024, 5, day),
        next_time: time.map(str::to_owned),
        ..NewFollowUp::default()
    };
    me.follow_ups()
        .add(customer, &talk(15, Some("14:00"), "方案反馈"))
        .unwrap();
    let day = me
        .follow_ups()
        .add(customer, &talk(16, None, &"很长的主题".repeat(20)))
        .unwrap();
    let open = TaskQuery {
        list: TaskList::Open,
        ..TaskQuery::default()
    };
    let text = task_calendar(&me.tasks(), &open, Language::Zh).unwrap();
    assert_eq!(
        text,
        task_calendar(&me.tasks(), &open, Language::Zh).unwrap(),
        "the same at the same time"
    );
    let unfolded = text.replace("\r\n ", "");
    let lines: Vec<&str> = text.split("\r\n").collect();
    // 75 octets, and the space with which a line goes on.
    assert!(
        lines.iter().all(|line| line.len() <= 76 && !line.contains('\n')),
        "{text}"
    );
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "DTSTAMP:20240501T010000Z",
        "DTSTART:20240515T060000Z",
        "DTSTART;VALUE=DATE:20240516",
        "TRIGGER;VALUE=DATE-TIME:20240516T010000Z",
        "CATEGORIES:跟进",
    ] {
        assert!(lines.contains(&line), "{line} is not in\n{text}");
    }
    assert!(
        unfolded.contains("跟进上海示例科技\\; 有限\\, 公司方案反馈"),
        "{text}"
    );
    let task = day
        .open_tasks
        .iter()
        .find(|task| task.due_time.is_none())
        .unwrap()
        .id;
    assert!(unfolded.contains(&format!("UID:{task}@crmkit")));
    me.tasks().complete(task).unwrap();
    assert!(
        !task_calendar(&me.tasks(), &open, Language::En)
            .unwrap()
            .contains("20240516")
    );
}
