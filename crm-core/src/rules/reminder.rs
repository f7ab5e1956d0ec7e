//! When a reminder comes, and what names it (R4.6).

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::task::parse_time;
use crate::{
    clock::BusinessZone,
    model::{Task, TaskId},
};

/// When, by the business's clock, one is reminded of what is due on a day without a time.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(morning) => morning,
    None => NaiveTime::MIN,
};

/// When the reminder of a task comes: `lead` minutes before the time at which it is due, at nine on the day where it has none.
/// A local time that a change of clocks skips is the first instant after it, one that comes twice the earlier.
pub fn comes_at(task: &Task, lead: u32, zone: BusinessZone) -> Option<DateTime<Utc>> {
    match task.due_time.as_deref().and_then(parse_time) {
        Some(time) => {
            let due = zone.instant(task.due.and_time(time))?;
            due.checked_sub_signed(TimeDelta::minutes(lead.into()))
        }
        None => zone.instant(task.due.and_time(MORNING)),
    }
}

/// When a task is due, as its reminder's key has it.
pub fn due_in_key(task: &Task) -> String {
    match &task.due_time {
        Some(time) => format!("{}T{time}", task.due),
        None => task.due.to_string(),
    }
}

/// A reminder's key, of the task and when it is due.
pub fn key(task: TaskId, due: &str) -> String {
    format!("{task}/{due}")
}

/// The task, and when it was due, of a reminder's key.
pub fn parse_key(key: &str) -> Option<(TaskId, String)> {
    let (task, due) = key.split_once('/')?;
    Some((task.parse().ok()?, due.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CustomerNumber, TaskKind, TaskState, UserId};

    fn task(due: &str, time: Option<&str>) -> Task {
        Task {
            id: TaskId::from_bytes([1; 16]),
            customer: "CRM202405010001".parse::<CustomerNumber>().unwrap(),
            revision: 1,
            kind: TaskKind::FollowUp,
            follow_up: None,
            opportunity: None,
            contract: None,
            holder: UserId::from_bytes([1; 16]),
            plan: "方案反馈".into(),
            due: due.parse().unwrap(),
            due_time: time.map(str::to_owned),
            planned: None,
            planned_time: None,
            state: TaskState::Open,
            done_at: None,
            created_at: "2024-05-01T01:00:00Z".parse().unwrap(),
        }
    }

    fn comes(task: &Task, lead: u32, zone: &str) -> String {
        let zone = BusinessZone::named(zone).unwrap();
        comes_at(task, lead, zone).unwrap().to_rfc3339()
    }

    #[test]
    fn r4_6_a_day_is_reminded_of_at_nine_and_a_time_at_its_instant_less_the_lead() {
        let day = task("2024-05-15", None);
        assert_eq!(comes(&day, 30, "Asia/Shanghai"), "2024-05-15T01:00:00+00:00");
        let timed = task("2024-05-15", Some("14:00"));
        assert_eq!(comes(&timed, 0, "Asia/Shanghai"), "2024-05-15T06:00:00+00:00");
        assert_eq!(comes(&timed, 30, "Asia/Shanghai"), "2024-05-15T05:30:00+00:00");
    }

    #[test]
    fn r4_6_a_time_that_is_skipped_or_comes_twice_comes_once() {
        let skipped = task("2024-03-31", Some("01:30"));
        assert_eq!(comes(&skipped, 0, "Europe/London"), "2024-03-31T01:00:00+00:00");
        // Samoa had no 30 December 2011.
        let no_day = task("2011-12-30", Some("10:00"));
        assert_eq!(comes(&no_day, 0, "Pacific/Apia"), "2011-12-30T10:00:00+00:00");
        let twice = task("2024-10-27", Some("01:30"));
        assert_eq!(comes(&twice, 0, "Europe/London"), "2024-10-27T00:30:00+00:00");
    }

    #[test]
    fn r4_6_a_task_that_is_moved_has_another_key() {
        let [before, after, timed] = [
            ("2024-05-15", None),
            ("2024-05-16", None),
            ("2024-05-15", Some("14:00")),
        ]
        .map(|(due, time)| task(due, time));
        let key = |task: &Task| key(task.id, &due_in_key(task));
        assert_ne!(key(&before), key(&after));
        assert_ne!(key(&before), key(&timed));
        assert_eq!(
            parse_key(&key(&timed)),
            Some((timed.id, "2024-05-15T14:00".to_owned()))
        );
        assert_eq!(parse_key("x/2024-05-15"), None);
    }
}
