//! Follow-ups and tasks (R4.1–R4.5, R2.8, R2.9, R8.2), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{
    Choice, Error, FollowUp, FollowUpEdit, FollowUpQuery, NaiveDate, NewFollowUp, PageRequest, Role, Session,
    TaskId, TaskKind, TaskList, TaskQuery, TaskState, TaskSummary,
};

const MANY: PageRequest = PageRequest {
    after: None,
    limit: 100,
};

fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2024, 5, day)
}

fn talk(topic: &str) -> NewFollowUp {
    NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: topic.into(),
        content: Some("客户要求月底前报价".into()),
        ..NewFollowUp::default()
    }
}

fn next(topic: &str, on: u32, time: Option<&str>) -> NewFollowUp {
    NewFollowUp {
        next_follow_up: day(on),
        next_time: time.map(str::to_owned),
        ..talk(topic)
    }
}

fn tasks(session: &Session, list: TaskList) -> Vec<TaskSummary> {
    let query = TaskQuery {
        list,
        ..TaskQuery::default()
    };
    session.tasks().list(&query, &MANY).unwrap().items
}

fn titles(session: &Session, list: TaskList) -> Vec<String> {
    tasks(session, list).into_iter().map(|task| task.title).collect()
}

fn topics(session: &Session, query: &FollowUpQuery) -> Vec<String> {
    let mut page = PageRequest::first(2);
    let mut topics = Vec::new();
    loop {
        let found = session.follow_ups().list(query, &page).unwrap();
        topics.extend(found.items.into_iter().map(|follow_up| follow_up.topic));
        match found.next {
            Some(next) => page.after = Some(next),
            None => return topics,
        }
    }
}

#[test]
fn r4_5_a_next_date_makes_a_task_that_is_due_done_and_told_of() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let recorded = lin.follow_ups().add(number, &next("方案反馈", 15, None)).unwrap();
    assert_eq!(recorded.follow_up.done, Some(false));
    assert_eq!(recorded.open_tasks.len(), 1);
    assert_eq!(
        titles(&lin, TaskList::ComingUp),
        ["2024-05-15 跟进上海示例科技有限公司方案反馈"]
    );

    world.clock.set("2024-05-15T02:00:00Z");
    assert_eq!(titles(&lin, TaskList::Today).len(), 1);
    assert!(!tasks(&lin, TaskList::Open)[0].overdue);
    world.clock.set("2024-05-15T16:00:00Z");
    assert_eq!(titles(&lin, TaskList::Overdue).len(), 1, "midnight in Shanghai");
    assert!(tasks(&lin, TaskList::Open)[0].overdue);

    let id = recorded.open_tasks[0].id;
    let done = lin.tasks().complete(id).unwrap();
    assert_eq!((done.state, done.revision), (TaskState::Done, 2));
    assert_eq!(lin.tasks().complete(id).unwrap(), done, "twice is harmless");
    assert_eq!(
        lin.follow_ups().get(recorded.follow_up.id).unwrap().done,
        Some(true)
    );
    assert!(titles(&lin, TaskList::Open).is_empty());

    let without = lin.follow_ups().add(number, &talk("闲聊")).unwrap();
    assert_eq!(without.follow_up.done, None, "no task, no answer");
}

#[test]
fn r4_5_recording_a_follow_up_answers_with_the_open_tasks_and_completes_those_named() {
    let world = World::new();
    let lin = world.admin();
    let [number, other] = ["上海示例科技有限公司", "北京远洋贸易有限公司"].map(|name| enter(&lin, name));
    let add = |customer, new: &NewFollowUp| lin.follow_ups().add(customer, new).unwrap();
    let first = add(number, &next("二", 20, None)).open_tasks[0].id;
    let open = add(number, &next("一", 20, Some("08:00"))).open_tasks;
    assert_eq!(
        open.iter().map(|task| task.plan.as_str()).collect::<Vec<_>>(),
        ["一", "二"]
    );
    let theirs = add(other, &next("别家", 20, None)).open_tasks[0].id;

    let completing = |these: &[TaskId]| NewFollowUp {
        completes: these.to_vec(),
        ..talk("已办")
    };
    let refused = lin.follow_ups().add(number, &completing(&[first, theirs]));
    assert_eq!(code(refused), "not_found", "another customer's");
    assert_eq!(titles(&lin, TaskList::Open).len(), 3, "nothing is stored");
    let recorded = lin.follow_ups().add(number, &completing(&[first])).unwrap();
    assert_eq!(recorded.open_tasks.len(), 1);
    assert_eq!(lin.tasks().get(first).unwrap().state, TaskState::Done);
    let again = lin
        .follow_ups()
        .add(number, &completing(&[first, first]))
        .unwrap();
    assert_eq!(again.open_tasks.len(), 1, "twice is harmless");
}

#[test]
fn r4_5_the_task_moves_and_falls_with_the_next_date() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let recorded = lin.follow_ups().add(number, &next("方案反馈", 15, None)).unwrap();
    let (id, task) = (recorded.follow_up.id, recorded.open_tasks[0].id);
    let set = |revision, edit| lin.follow_ups().update(id, revision, &[edit]);

    set(1, FollowUpEdit::NextFollowUp { value: day(20) }).unwrap();
    assert_eq!(lin.tasks().get(task).unwrap().due, day(20).unwrap());
    let gone = set(2, FollowUpEdit::NextFollowUp { value: None }).unwrap();
    assert_eq!((gone.done, gone.next_plan), (None, None));
    assert_eq!(lin.tasks().get(task).unwrap().state, TaskState::Cancelled);
    let back = set(3, FollowUpEdit::NextFollowUp { value: day(21) }).unwrap();
    assert_eq!(back.done, Some(false));
    assert_eq!(
        titles(&lin, TaskList::Open),
        ["2024-05-21 跟进上海示例科技有限公司方案反馈"]
    );

    let stale = set(1, FollowUpEdit::NextFollowUp { value: None }).unwrap_err();
    assert!(
        matches!(&stale, Error::Conflict { fields, revision: 4 } if fields.contains(&"next_follow_up".to_owned())),
        "{stale:?}"
    );
    let archived = lin.follow_ups().archive(id, 4, "记错客户").unwrap();
    assert!(
        titles(&lin, TaskList::Open).is_empty(),
        "it goes with its follow-up"
    );
    assert_eq!(code(lin.follow_ups().update(id, 5, &[])), "record.archived");
    lin.follow_ups()
        .restore(id, archived.revision, "并未记错")
        .unwrap();
    assert_eq!(titles(&lin, TaskList::Open).len(), 1);
}

#[test]
fn r4_5_a_task_is_put_off_and_moves_with_its_customer() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let number = enter(&wang, "上海示例科技有限公司");
    let recorded = wang
        .follow_ups()
        .add(number, &next("方案反馈", 15, None))
        .unwrap();
    let task = recorded.open_tasks[0].id;
    let by_sun = NewFollowUp {
        by: Some("sun".into()),
        ..next("陪访", 16, None)
    };
    wang.follow_ups().add(number, &by_sun).unwrap();

    let later = wang
        .tasks()
        .put_off(task, 1, day(18).unwrap(), Some("9:00"))
        .unwrap();
    assert_eq!(
        (later.planned, later.due_time.as_deref()),
        (day(15), Some("09:00"))
    );
    assert_eq!(
        code(wang.tasks().put_off(task, 1, day(19).unwrap(), None)),
        "revision.stale"
    );

    sun.customers().assign(number, "zhao", None).unwrap();
    let own = zhao.user().unwrap().map(|user| user.id);
    assert_eq!(Some(zhao.tasks().get(task).unwrap().holder), own);
    let [told, theirs] = tasks(&zhao, TaskList::Open).try_into().unwrap();
    assert_eq!(told.kind, TaskKind::HandOver, "they are told");
    assert_eq!(theirs.id, task, "the old owner's");
    zhao.tasks().complete(told.id).unwrap();
    assert_eq!(tasks(&sun, TaskList::Open).len(), 1, "another's stays");
    assert_eq!(code(wang.tasks().get(task)), "not_found");
    assert!(tasks(&wang, TaskList::Open).is_empty());
    let everybody = TaskQuery {
        list: TaskList::Open,
        everybody: true,
        ..TaskQuery::default()
    };
    assert_eq!(sun.tasks().list(&everybody, &MANY).unwrap().items.len(), 2);
    let wangs = TaskQuery {
        holder: Some("zhao".into()),
        everybody: false,
        ..everybody
    };
    assert!(
        wang.tasks().list(&wangs, &MANY).unwrap().items.is_empty(),
        "not seen"
    );

    sun.customers().archive(number, "已停业").unwrap();
    assert!(tasks(&zhao, TaskList::Open).is_empty(), "of an archived customer");
    sun.customers().restore(number, "并未停业").unwrap();
    zhao.tasks().complete(task).unwrap();
    assert_eq!(
        code(zhao.tasks().put_off(task, 4, day(19).unwrap(), None)),
        "task.not_open"
    );
}

#[test]
fn r4_4_only_who_held_it_or_an_admin_changes_a_follow_up() {
    let world = World::new();
    let lin = world.admin();
    let Team { sun, wang, .. } = Team::of(&world);
    let number = enter(&wang, "上海示例科技有限公司");
    let wangs = wang
        .follow_ups()
        .add(number, &talk("方案反馈"))
        .unwrap()
        .follow_up;
    let by_sun = NewFollowUp {
        by: Some("sun".into()),
        ..talk("陪访")
    };
    let suns = wang.follow_ups().add(number, &by_sun).unwrap().follow_up;

    let set = |session: &Session, of: &FollowUp, topic: &str| {
        let edit = FollowUpEdit::Topic { value: topic.into() };
        session.follow_ups().update(of.id, of.revision, &[edit])
    };
    assert_eq!(code(set(&sun, &wangs, "x")), "access.denied", "nor a supervisor");
    assert_eq!(
        code(set(&wang, &suns, "x")),
        "access.denied",
        "nor who typed it for another"
    );
    assert_eq!(code(sun.follow_ups().archive(wangs.id, 1, "x")), "access.denied");
    let edited = set(&wang, &wangs, "方案确认").unwrap();
    set(&lin, &edited, "方案终稿").unwrap();
    let history = wang.customers().history(number, None, 1).unwrap();
    assert_eq!(
        history[0].changes[0].before.as_deref(),
        Some("方案确认"),
        "what was there before"
    );
    // Nor is it taken back by another.
    assert_eq!(code(sun.customers().undo(history[0].operation)), "access.denied");

    let (_, other) = world.user("other", Role::SalesRep, None);
    assert_eq!(code(other.follow_ups().get(wangs.id)), "not_found");
    assert_eq!(code(set(&other, &wangs, "x")), "not_found");
    let by_other = NewFollowUp {
        by: Some("other".into()),
        ..talk("x")
    };
    assert_eq!(code(wang.follow_ups().add(number, &by_other)), "user.sees_not");
}

#[test]
fn r4_3_they_are_listed_newest_first_and_filtered() {
    let world = World::new();
    let lin = world.admin();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let mine = enter(&lin, "上海示例科技有限公司");
    let theirs = enter(&wang, "北京远洋贸易有限公司");
    let held = |session: &Session, customer, topic: &str, method: &str, at: &str| {
        let new = NewFollowUp {
            at: at.parse().ok(),
            method: Some(Choice::of(method)),
            ..talk(topic)
        };
        session.follow_ups().add(customer, &new).unwrap()
    };
    held(&lin, mine, "一", "phone", "2024-04-01T00:00:00Z");
    held(&lin, mine, "三", "visit", "2024-04-03T00:00:00Z");
    held(&wang, theirs, "二", "phone", "2024-04-02T00:00:00Z");

    let all = FollowUpQuery::default();
    assert_eq!(topics(&lin, &all), ["三", "二", "一"]);
    assert_eq!(topics(&wang, &all), ["二"], "their own");
    let of = |query: FollowUpQuery| topics(&lin, &query);
    let customer = Some(mine.to_string());
    assert_eq!(
        of(FollowUpQuery {
            customer,
            ..all.clone()
        }),
        ["三", "一"]
    );
    let method = Some("电话拜访".to_owned());
    assert_eq!(
        of(FollowUpQuery {
            method,
            ..all.clone()
        }),
        ["二", "一"]
    );
    let by = Some("wang".to_owned());
    assert_eq!(of(FollowUpQuery { by, ..all.clone() }), ["二"]);
    let range = FollowUpQuery {
        since: "2024-04-02T00:00:00Z".parse().ok(),
        until: "2024-04-03T00:00:00Z".parse().ok(),
        ..all.clone()
    };
    assert_eq!(of(range), ["二"]);
    let text = |text: &str| FollowUpQuery {
        text: Some(text.to_owned()),
        ..all.clone()
    };
    assert_eq!(of(text("月底 三")), ["三"], "every word, wherever it stands");
    assert_eq!(of(text("報價")).len(), 3, "in either script form");
    assert!(of(text("没有")).is_empty());
    let wrong = FollowUpQuery {
        method: Some("飞鸽".into()),
        by: Some("nobody".into()),
        ..all
    };
    let refused = lin.follow_ups().list(&wrong, &MANY).unwrap_err();
    assert_eq!(refused.fields(), ["method", "by"]);
}

#[test]
fn r2_9_a_follow_up_that_comes_late_is_accepted_and_flagged() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let late = |at: &str| {
        let new = NewFollowUp {
            at: at.parse().ok(),
            ..talk("x")
        };
        lin.follow_ups().add(number, &new).unwrap().follow_up.late
    };
    assert!(!late("2024-04-30T13:00:00.000Z"));
    assert!(late("2024-04-30T12:59:59.999Z"));
}

#[test]
fn r4_4_taking_back_a_talk_opens_the_tasks_that_it_completed() {
    let world = World::new();
    let Team { sun, wang, .. } = Team::of(&world);
    let number = enter(&wang, "上海示例科技有限公司");
    let suns = sun.follow_ups().add(number, &next("陪访", 15, None)).unwrap();
    let task = suns.open_tasks[0].id;
    let completing = NewFollowUp {
        completes: vec![task],
        ..talk("已办")
    };
    let wangs = wang.follow_ups().add(number, &completing).unwrap().follow_up;
    assert_eq!(sun.follow_ups().get(suns.follow_up.id).unwrap().done, Some(true));
    let operation = wang.customers().history(number, None, 1).unwrap()[0].operation;
    assert_eq!(
        code(sun.customers().undo(operation)),
        "access.denied",
        "another's talk"
    );
    wang.customers().undo(operation).unwrap();
    assert_eq!(wang.tasks().get(task).unwrap().state, TaskState::Open);
    assert_eq!(sun.follow_ups().get(suns.follow_up.id).unwrap().done, Some(false));
    assert!(wang.follow_ups().get(wangs.id).unwrap().archived_at.is_some());
}
