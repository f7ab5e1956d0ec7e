//! When a task is due, and what becomes of it (R4.5).

use std::cmp::Ordering;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use super::optional_text;
use crate::{
    clock::BusinessZone,
    error::{Code, Problem},
    model::{FollowUp, Task, TaskId, TaskKind, TaskList, TaskState, fields},
};

/// A time of the day, as in `14:00` or `9:05`.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let (hours, minutes) = text.trim().split_once([':', '：'])?;
    let number = |digits: &str| {
        let is_short = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_short.then(|| digits.parse().ok()).flatten()
    };
    NaiveTime::from_hms_opt(number(hours)?, number(minutes)?, 0)
}

/// A time of the day as it is kept, in four digits; blank is none.
///
/// # Errors
/// `time.invalid`; `field.too_long`, `field.nul`.
pub fn check_time(field: &str, typed: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(typed) = optional_text(field, typed)? else {
        return Ok(None);
    };
    match parse_time(&typed) {
        Some(time) => Ok(Some(time.format("%H:%M").to_string())),
        None => Err(Problem::with(field, Code::TimeInvalid, typed)),
    }
}

/// The first moment, by the business's own clock, at which a task is overdue: one for a day from the next day on, one for a
/// time of the day once that is past. In milliseconds since 1970, as that clock shows them.
pub fn overdue_from(due: NaiveDate, due_time: Option<&str>) -> i64 {
    let moment = match due_time.and_then(parse_time) {
        Some(time) => due.and_time(time) + TimeDelta::milliseconds(1),
        None => next_day(due).and_time(NaiveTime::MIN),
    };
    milliseconds(moment)
}

/// Whether a task is overdue at an instant.
pub fn is_overdue(task: &Task, at: DateTime<Utc>, zone: BusinessZone) -> bool {
    !is_before_overdue(task.due, task.due_time.as_deref(), at, zone)
}

/// Whether what was due then was not yet overdue at an instant: what is done by then is done on time (R7.5).
pub fn is_before_overdue(
    due: NaiveDate,
    due_time: Option<&str>,
    at: DateTime<Utc>,
    zone: BusinessZone,
) -> bool {
    milliseconds(passed(at, zone)) < overdue_from(due, due_time)
}

/// From where to where, both ends included, [`overdue_from`] is for the tasks of a list.
pub fn moments(list: TaskList, at: DateTime<Utc>, zone: BusinessZone) -> (i64, i64) {
    let now = passed(at, zone);
    let (now, tomorrow) = (
        milliseconds(now),
        milliseconds(next_day(now.date()).and_time(NaiveTime::MIN)),
    );
    match list {
        TaskList::Overdue => (i64::MIN, now),
        TaskList::Today => (now.saturating_add(1), tomorrow),
        TaskList::ComingUp => (tomorrow.saturating_add(1), i64::MAX),
        TaskList::Open => (i64::MIN, i64::MAX),
    }
}

/// The latest time that the business's clocks have shown: when they are set back, an hour that comes twice is over after its
/// first coming.
fn passed(at: DateTime<Utc>, zone: BusinessZone) -> NaiveDateTime {
    let local = zone.local(at);
    let just_before = zone.local(at - TimeDelta::milliseconds(1)) + TimeDelta::milliseconds(1);
    if local > just_before {
        // What is skipped comes at this very instant, and is past after it.
        return just_before;
    }
    // Clocks are set back by three hours at the most, on a whole minute.
    let earlier = (1..=180).filter_map(|minutes| at.checked_sub_signed(TimeDelta::minutes(minutes)));
    let latest = earlier.map(|before| zone.local(before)).max();
    match latest.filter(|latest| *latest > local) {
        // Up to the end of its minute it has been shown.
        Some(latest) => latest.with_second(59).unwrap_or(latest) + TimeDelta::milliseconds(999),
        None => local,
    }
}

fn next_day(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}

fn milliseconds(local: NaiveDateTime) -> i64 {
    local.and_utc().timestamp_millis()
}

/// When, with whom and what, in one line (R4.5).
pub fn title(task: &Task, customer_name: &str) -> String {
    let time = task
        .due_time
        .as_ref()
        .map(|time| format!(" {time}"))
        .unwrap_or_default();
    format!("{}{time} 跟进{customer_name}{}", task.due, task.plan)
}

/// The task of a follow-up as it should be, where it has to change: entered, moved or cancelled with the follow-up's next
/// date. One that is done stays; a date set after that makes another.
pub fn follow(
    before: Option<&FollowUp>,
    after: &FollowUp,
    task: Option<&Task>,
    id: TaskId,
    at: DateTime<Utc>,
) -> Option<Task> {
    let day = after.next_follow_up.filter(|_| after.archived_at.is_none());
    let open = task.filter(|task| task.state == TaskState::Open);
    let Some(day) = day else {
        return open.map(|open| Task {
            state: TaskState::Cancelled,
            revision: open.revision + 1,
            ..open.clone()
        });
    };
    let plan = after.next_plan.clone().unwrap_or_else(|| after.topic.clone());
    let is_asked_anew = before.is_none_or(|before| {
        (before.next_follow_up, &before.next_time) != (after.next_follow_up, &after.next_time)
    });
    let is_restored = before.is_some_and(|before| before.archived_at.is_some());
    let handed_on = |open: &Task| match before {
        Some(before) if open.holder == before.by => after.by,
        _ => open.holder,
    };
    match (open, is_asked_anew) {
        (Some(open), true) => {
            let moved = Task {
                plan,
                opportunity: after.opportunity,
                holder: handed_on(open),
                due: day,
                due_time: after.next_time.clone(),
                // The date is another one, not the same put off.
                planned: None,
                planned_time: None,
                ..open.clone()
            };
            changed(open, moved)
        }
        (Some(open), false) => {
            let holder = handed_on(open);
            changed(
                open,
                Task {
                    plan,
                    opportunity: after.opportunity,
                    holder,
                    ..open.clone()
                },
            )
        }
        (None, true) => Some(Task {
            id,
            customer: after.customer,
            revision: 1,
            kind: TaskKind::FollowUp,
            follow_up: Some(after.id),
            opportunity: after.opportunity,
            contract: None,
            holder: after.by,
            plan,
            due: day,
            due_time: after.next_time.clone(),
            planned: None,
            planned_time: None,
            state: TaskState::Open,
            done_at: None,
            created_at: at,
        }),
        // What was cancelled with it is to be done again, by the day to which it was put off; what is done stays.
        (None, false) => match task {
            Some(task) if is_restored && task.state == TaskState::Cancelled => Some(Task {
                state: TaskState::Open,
                revision: task.revision + 1,
                ..task.clone()
            }),
            _ => None,
        },
    }
}

fn changed(before: &Task, after: Task) -> Option<Task> {
    (after != *before).then(|| Task {
        revision: before.revision + 1,
        ..after
    })
}

/// A task put off to another day: whether it is done in time is told by the date before that (R4.5).
///
/// # Errors
/// `time.invalid`; `date.not_later`; `task.not_open`.
pub fn put_off(task: &Task, due: NaiveDate, due_time: Option<&str>) -> Result<Task, Problem> {
    if task.state != TaskState::Open {
        return Err(Problem::with(fields::TASK, Code::TaskNotOpen, task.state.code()));
    }
    let due_time = check_time(fields::DUE_TIME, due_time)?;
    let (planned, planned_time) = match task.planned {
        Some(planned) => (planned, task.planned_time.clone()),
        None => (task.due, task.due_time.clone()),
    };
    let after = Task {
        due,
        due_time,
        planned: Some(planned),
        planned_time,
        ..task.clone()
    };
    let moment = |task: &Task| overdue_from(task.due, task.due_time.as_deref());
    match moment(&after).cmp(&moment(task)) {
        Ordering::Less => Err(Problem::with(fields::DUE, Code::DateNotLater, due.to_string())),
        Ordering::Equal => Ok(task.clone()),
        Ordering::Greater => Ok(Task {
            revision: task.revision + 1,
            ..after
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CustomerNumber, FollowUpId, UserId};

    fn zone() -> BusinessZone {
        BusinessZone::default()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 5, day).unwrap()
    }

    fn follow_up() -> FollowUp {
        FollowUp {
            topic: "方案反馈".into(),
            next_follow_up: Some(day(15)),
            next_plan: Some("方案反馈".into()),
            ..FollowUp::blank(
                FollowUpId::from_bytes([1; 16]),
                "CRM202405010001".parse::<CustomerNumber>().unwrap(),
                UserId::from_bytes([1; 16]),
                at("2024-05-01T01:00:00Z"),
                None,
            )
        }
    }

    fn task() -> Task {
        follow(
            None,
            &follow_up(),
            None,
            TaskId::from_bytes([1; 16]),
            at("2024-05-01T01:00:00Z"),
        )
        .unwrap()
    }

    fn in_lists(task: &Task, now: &str) -> Vec<TaskList> {
        let moment = overdue_from(task.due, task.due_time.as_deref());
        let has = |list: &TaskList| {
            let (from, to) = moments(*list, at(now), zone());
            (from..=to).contains(&moment)
        };
        TaskList::ALL.iter().copied().filter(has).collect()
    }

    #[test]
    fn r4_5_a_task_without_time_is_due_all_day() {
        let task = task();
        for (now, list) in [
            ("2024-05-14T23:59:59.999+08:00", TaskList::ComingUp),
            ("2024-05-15T00:00:00+08:00", TaskList::Today),
            ("2024-05-15T10:00:00+08:00", TaskList::Today),
            ("2024-05-15T23:59:59.999+08:00", TaskList::Today),
            ("2024-05-16T00:00:00+08:00", TaskList::Overdue),
        ] {
            assert_eq!(in_lists(&task, now), [list, TaskList::Open], "{now}");
            assert_eq!(
                is_overdue(&task, at(now), zone()),
                list == TaskList::Overdue,
                "{now}"
            );
        }
    }

    #[test]
    fn r4_5_a_task_with_a_time_is_overdue_once_that_is_past() {
        let task = Task {
            due_time: Some("14:00".into()),
            ..task()
        };
        for (now, list) in [
            ("2024-05-14T23:59:59.999+08:00", TaskList::ComingUp),
            ("2024-05-15T14:00:00.000+08:00", TaskList::Today),
            ("2024-05-15T14:00:00.001+08:00", TaskList::Overdue),
        ] {
            assert_eq!(in_lists(&task, now), [list, TaskList::Open], "{now}");
        }
    }

    #[test]
    fn r4_6_a_time_that_comes_twice_is_past_after_its_first_coming() {
        let london = BusinessZone::named("Europe/London").unwrap();
        let task = Task {
            due: NaiveDate::from_ymd_opt(2024, 10, 27).unwrap(),
            due_time: Some("01:30".into()),
            ..task()
        };
        for (now, overdue) in [
            ("2024-10-27T01:30:00+01:00", false),
            ("2024-10-27T01:45:00+01:00", true),
            ("2024-10-27T01:10:00+00:00", true),
        ] {
            assert_eq!(is_overdue(&task, at(now), london), overdue, "{now}");
        }
    }

    #[test]
    fn r4_5_its_title_says_when_with_whom_and_what() {
        let name = "上海示例科技有限公司";
        assert_eq!(
            title(&task(), name),
            "2024-05-15 跟进上海示例科技有限公司方案反馈"
        );
        let timed = Task {
            due_time: Some("14:00".into()),
            ..task()
        };
        assert_eq!(
            title(&timed, name),
            "2024-05-15 14:00 跟进上海示例科技有限公司方案反馈"
        );
    }

    #[test]
    fn r4_5_it_moves_with_the_next_date_and_falls_with_it() {
        let before = follow_up();
        let other = TaskId::from_bytes([2; 16]);
        let now = at("2024-05-02T01:00:00Z");
        let on = |next: Option<u32>| FollowUp {
            next_follow_up: next.map(day),
            ..before.clone()
        };
        let moved = follow(Some(&before), &on(Some(20)), Some(&task()), other, now).unwrap();
        assert_eq!((moved.id, moved.due, moved.revision), (task().id, day(20), 2));
        let cancelled = follow(Some(&before), &on(None), Some(&task()), other, now).unwrap();
        assert_eq!((cancelled.id, cancelled.state), (task().id, TaskState::Cancelled));
        assert_eq!(follow(Some(&before), &before, Some(&task()), other, now), None);

        let done = Task {
            state: TaskState::Done,
            ..task()
        };
        assert_eq!(follow(Some(&before), &on(None), Some(&done), other, now), None);
        let another = follow(Some(&before), &on(Some(20)), Some(&done), other, now).unwrap();
        assert_eq!(
            (another.id, another.due),
            (other, day(20)),
            "one that is done stays"
        );
    }

    #[test]
    fn r4_5_put_off_it_is_still_measured_by_the_date_before() {
        let once = put_off(&task(), day(20), Some("9:00")).unwrap();
        assert_eq!((once.due, once.due_time.as_deref()), (day(20), Some("09:00")));
        let twice = put_off(&once, day(21), None).unwrap();
        assert_eq!((twice.due, twice.planned), (day(21), Some(day(15))));
        let done = Task {
            state: TaskState::Done,
            ..task()
        };
        assert_eq!(put_off(&done, day(20), None).unwrap_err().code, Code::TaskNotOpen);
        assert_eq!(
            put_off(&task(), day(20), Some("24:00")).unwrap_err().code,
            Code::TimeInvalid
        );
    }

    #[test]
    fn r4_5_it_is_not_put_off_to_before_it_was_due() {
        assert_eq!(
            put_off(&task(), day(14), None).unwrap_err().code,
            Code::DateNotLater
        );
        assert_eq!(put_off(&task(), day(15), None), Ok(task()), "the same day");
    }

    #[test]
    fn r4_5_what_is_done_stays_when_its_follow_up_is_archived_and_restored() {
        let other = TaskId::from_bytes([2; 16]);
        let now = at("2024-05-02T01:00:00Z");
        let archived = FollowUp {
            archived_at: Some(now),
            ..follow_up()
        };
        let done = Task {
            state: TaskState::Done,
            ..task()
        };
        assert_eq!(
            follow(Some(&archived), &follow_up(), Some(&done), other, now),
            None
        );
        // What was put off and fell with it comes again as it was.
        let late = put_off(&task(), day(20), None).unwrap();
        let fallen = follow(Some(&follow_up()), &archived, Some(&late), other, now).unwrap();
        assert_eq!(fallen.state, TaskState::Cancelled);
        let again = follow(Some(&archived), &follow_up(), Some(&fallen), other, now).unwrap();
        assert_eq!(
            (again.id, again.due, again.planned),
            (late.id, day(20), late.planned)
        );
        assert_eq!(again.state, TaskState::Open);
    }

    #[test]
    fn r4_5_it_is_for_whoever_held_the_conversation() {
        let before = follow_up();
        let after = FollowUp {
            by: UserId::from_bytes([7; 16]),
            ..before.clone()
        };
        let now = at("2024-05-02T01:00:00Z");
        let other = TaskId::from_bytes([2; 16]);
        let moved = follow(Some(&before), &after, Some(&task()), other, now).unwrap();
        assert_eq!(moved.holder, after.by);
        // Of one that was handed over with its customer, its holder stays.
        let handed_over = Task {
            holder: UserId::from_bytes([9; 16]),
            ..task()
        };
        assert_eq!(
            follow(Some(&before), &after, Some(&handed_over), other, now),
            None
        );
    }

    #[test]
    fn r4_6_a_time_that_is_skipped_is_past_after_its_first_instant() {
        let london = BusinessZone::named("Europe/London").unwrap();
        let task = Task {
            due: NaiveDate::from_ymd_opt(2024, 3, 31).unwrap(),
            due_time: Some("01:30".into()),
            ..task()
        };
        assert!(!is_overdue(&task, at("2024-03-31T01:00:00.000Z"), london));
        assert!(is_overdue(&task, at("2024-03-31T01:00:00.001Z"), london));
    }

    #[test]
    fn r4_5_a_time_of_the_day_is_hours_and_minutes() {
        for (text, hour, minute) in [
            ("14:00", 14, 0),
            ("9:05", 9, 5),
            ("00：00", 0, 0),
            (" 23:59 ", 23, 59),
        ] {
            assert_eq!(
                parse_time(text),
                NaiveTime::from_hms_opt(hour, minute, 0),
                "{text}"
            );
        }
        for text in ["", "14", "24:00", "12:60", "1:2:3", "+1:00", "014:00"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
