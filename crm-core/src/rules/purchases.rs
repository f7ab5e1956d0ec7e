//! When a contract is to be renewed, and when a customer should buy again (R4.7).

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::model::{Contract, CustomerNumber, Task, TaskId, TaskKind, TaskState, UserId};

/// How a task begins that comes from a contract or from what a customer bought.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// Names the task, if one is made.
    pub id: TaskId,
    /// With whom.
    pub customer: CustomerNumber,
    /// Who answers for the customer, and is to do it.
    pub owner: UserId,
    /// When it is made, or done.
    pub at: DateTime<Utc>,
    /// The business day.
    pub today: NaiveDate,
}

/// The renewal task of a contract as it should be, where it has to change: it is due so many days before the contract ends, at once if
/// that is nearer; moved or cancelled with the end; done when another contract renews it. One that was done or cancelled comes again
/// only with another end. A contract that is over has none.
pub fn renewal(
    before: Option<&Contract>,
    after: &Contract,
    renewed: bool,
    task: Option<&Task>,
    days: u32,
    begun: Begun,
) -> Option<Task> {
    let open = task.filter(|task| task.state == TaskState::Open);
    if renewed {
        return open.map(|open| done(open, begun.at));
    }
    let end_of = |contract: &Contract| contract.end.filter(|_| contract.is_good());
    let Some(end) = end_of(after) else {
        return open.map(cancelled);
    };
    let is_asked_anew = before.and_then(end_of) != Some(end);
    if !is_asked_anew || end < begun.today {
        return None;
    }
    let due = end
        .checked_sub_days(Days::new(days.into()))
        .unwrap_or(end)
        .max(begun.today);
    match open {
        Some(open) => moved(open, due),
        None => Some(Task {
            contract: Some(after.id),
            ..begin(
                TaskKind::Renewal,
                format!("合同{}续签", after.contract_number),
                due,
                begun,
            )
        }),
    }
}

/// The last day on which a customer bought, and after how many days they should buy again: as was set by hand, else the median gap
/// between the days of signing of at least three purchases, halves up. None of what is not known.
pub fn cycle(signed: &[NaiveDate], by_hand: Option<u32>) -> Option<(NaiveDate, u32)> {
    let mut signed = signed.to_vec();
    signed.sort_unstable();
    let last = *signed.last()?;
    let median = || {
        let mut gaps: Vec<u64> = signed
            .iter()
            .zip(signed.iter().skip(1))
            .map(|(one, next)| u64::try_from(next.signed_duration_since(*one).num_days()).unwrap_or_default())
            .collect();
        gaps.sort_unstable();
        let upper = gaps.get(gaps.len() / 2)?;
        let lower = gaps.get((gaps.len() - 1) / 2)?;
        match gaps.len() {
            0 | 1 => None,
            _ => u32::try_from((lower + upper).div_ceil(2)).ok(),
        }
    };
    // Who bought twice on a day has no cycle by that.
    let days = by_hand.or_else(|| median().filter(|days| *days > 0))?;
    Some((last, days))
}

/// The repurchase task of a customer as it should be, where it has to change, and one that is made anew: due at the last purchase and
/// the cycle after it; buying again does it and makes the next; one that was done or cancelled comes again only with another purchase or
/// cycle.
pub fn repurchase(
    before: Option<(NaiveDate, u32)>,
    after: Option<(NaiveDate, u32)>,
    task: Option<&Task>,
    begun: Begun,
) -> [Option<Task>; 2] {
    let open = task.filter(|task| task.state == TaskState::Open);
    if before == after {
        return [None, None];
    }
    let Some((last, days)) = after else {
        return [open.map(cancelled), None];
    };
    let due = due(last, days);
    let next = || Some(begin(TaskKind::Repurchase, "复购".to_owned(), due, begun));
    let bought = before.is_some_and(|(before, _)| before < last);
    match open {
        Some(open) if bought => [Some(done(open, begun.at)), next()],
        Some(open) => [moved(open, due), None],
        None => [None, next()],
    }
}

/// What becomes of the repurchase tasks of two customers who are made one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitedRepurchase {
    /// The task of the one that stays, where it changes.
    pub survivor: Option<Task>,
    /// The task of the one that goes, where it changes but for going over.
    pub loser: Option<Task>,
    /// One that is made anew.
    pub new: Option<Task>,
}

/// The one repurchase task of a customer that was made of two (R4.7, R6.3), of each of whom the last day of buying with the cycle and the
/// last such task are known. Where both together buy as one of the two did, what became of that one's task holds, and an open
/// one of the other falls away. Where they buy otherwise, it is asked anew: the task that is open, the survivor's before the
/// other's, is moved, or one is made. Merging is not buying: it does no task.
pub fn united_repurchase(
    survivor: (Option<(NaiveDate, u32)>, Option<&Task>),
    loser: (Option<(NaiveDate, u32)>, Option<&Task>),
    after: Option<(NaiveDate, u32)>,
    begun: Begun,
) -> UnitedRepurchase {
    let open = |task: Option<&Task>| task.filter(|task| task.state == TaskState::Open).cloned();
    let (stays, goes) = (open(survivor.1), open(loser.1));
    let falls = |task: Option<Task>| task.as_ref().map(cancelled);
    let Some((last, days)) = after else {
        return UnitedRepurchase {
            survivor: falls(stays),
            loser: falls(goes),
            new: None,
        };
    };
    if after == survivor.0 {
        return UnitedRepurchase {
            loser: falls(goes),
            ..UnitedRepurchase::default()
        };
    }
    if after == loser.0 {
        return UnitedRepurchase {
            survivor: falls(stays),
            ..UnitedRepurchase::default()
        };
    }
    let due = due(last, days);
    match (stays, goes) {
        (Some(stays), goes) => UnitedRepurchase {
            survivor: moved(&stays, due),
            loser: falls(goes),
            new: None,
        },
        (None, Some(goes)) => UnitedRepurchase {
            loser: moved(&goes, due),
            ..UnitedRepurchase::default()
        },
        (None, None) => UnitedRepurchase {
            new: Some(begin(TaskKind::Repurchase, "复购".to_owned(), due, begun)),
            ..UnitedRepurchase::default()
        },
    }
}

fn due(last: NaiveDate, days: u32) -> NaiveDate {
    last.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}

/// The notice to the new owner of customers whom somebody else gave them (R2.8): a task due today, so that its reminder comes until it is
/// confirmed (R4.6); of an operation one, which leads to the first of them and says how many there are.
pub fn notice(count: usize, begun: Begun) -> Task {
    begin(
        TaskKind::HandOver,
        format!("（新移交客户{count}个）"),
        begun.today,
        begun,
    )
}

fn begin(kind: TaskKind, plan: String, due: NaiveDate, begun: Begun) -> Task {
    Task {
        id: begun.id,
        customer: begun.customer,
        revision: 1,
        kind,
        follow_up: None,
        opportunity: None,
        contract: None,
        holder: begun.owner,
        plan,
        due,
        due_time: None,
        planned: None,
        planned_time: None,
        state: TaskState::Open,
        done_at: None,
        created_at: begun.at,
    }
}

fn moved(open: &Task, due: NaiveDate) -> Option<Task> {
    let moved = Task {
        due,
        due_time: None,
        // The date is another one, not the same put off.
        planned: None,
        planned_time: None,
        ..open.clone()
    };
    (moved != *open).then(|| Task {
        revision: open.revision + 1,
        ..moved
    })
}

fn cancelled(open: &Task) -> Task {
    Task {
        state: TaskState::Cancelled,
        revision: open.revision + 1,
        ..open.clone()
    }
}

fn done(open: &Task, at: DateTime<Utc>) -> Task {
    Task {
        state: TaskState::Done,
        done_at: Some(at),
        revision: open.revision + 1,
        ..open.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ContractId, Money};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn begun(today: &str) -> Begun {
        Begun {
            id: TaskId::from_bytes([1; 16]),
            customer: "CRM202405010001".parse().unwrap(),
            owner: UserId::from_bytes([1; 16]),
            at: "2024-05-01T01:00:00Z".parse().unwrap(),
            today: day(today),
        }
    }

    fn contract(end: Option<&str>) -> Contract {
        Contract {
            id: ContractId::from_bytes([1; 16]),
            customer: "CRM202405010001".parse().unwrap(),
            revision: 1,
            contract_number: "HT-1".into(),
            opportunity: None,
            amount: Money::ZERO,
            signed_on: day("2024-01-01"),
            start: day("2024-01-01"),
            end: end.map(day),
            payments: Vec::new(),
            paid: true,
            paid_reason: None,
            credited_to: UserId::from_bytes([1; 16]),
            renews: None,
            voided_at: None,
            created_at: "2024-01-01T01:00:00Z".parse().unwrap(),
            created_by: None,
            archived_at: None,
        }
    }

    fn due(end: &str, today: &str) -> Option<String> {
        let task = renewal(None, &contract(Some(end)), false, None, 30, begun(today));
        task.map(|task| task.due.to_string())
    }

    #[test]
    fn r4_7_a_contract_is_renewed_30_days_before_its_end_or_at_once() {
        assert_eq!(due("2024-12-31", "2024-05-01").as_deref(), Some("2024-12-01"));
        assert_eq!(
            due("2024-05-31", "2024-05-01").as_deref(),
            Some("2024-05-01"),
            "just 30 days"
        );
        assert_eq!(
            due("2024-05-30", "2024-05-01").as_deref(),
            Some("2024-05-01"),
            "nearer: at once"
        );
        assert_eq!(due("2024-05-01", "2024-05-01").as_deref(), Some("2024-05-01"));
        assert_eq!(due("2024-04-30", "2024-05-01"), None, "it is over");
        assert_eq!(
            renewal(None, &contract(None), false, None, 30, begun("2024-05-01")),
            None
        );
    }

    #[test]
    fn r4_7_a_renewal_goes_with_its_contract() {
        let first = contract(Some("2024-12-31"));
        let task = renewal(None, &first, false, None, 30, begun("2024-05-01")).unwrap();
        let again = |before: &Contract, after: &Contract, renewed| {
            renewal(Some(before), after, renewed, Some(&task), 30, begun("2024-05-02"))
        };
        assert_eq!(again(&first, &first, false), None, "it stays as it is");
        let later = contract(Some("2025-01-30"));
        assert_eq!(again(&first, &later, false).unwrap().due, day("2024-12-31"));
        assert_eq!(again(&first, &first, true).unwrap().state, TaskState::Done);
        assert_eq!(
            again(&first, &contract(None), false).unwrap().state,
            TaskState::Cancelled
        );
        let void = Contract {
            voided_at: Some(begun("2024-05-02").at),
            ..first.clone()
        };
        assert_eq!(again(&first, &void, false).unwrap().state, TaskState::Cancelled);
        let over = Task {
            state: TaskState::Done,
            ..task.clone()
        };
        let same = renewal(Some(&first), &first, false, Some(&over), 30, begun("2024-05-02"));
        assert_eq!(same, None, "done is done");
    }

    #[test]
    fn r4_7_the_cycle_is_the_median_gap_of_three_purchases_halves_up() {
        let bought = ["2024-01-01", "2024-01-31", "2024-04-01"].map(day);
        assert_eq!(cycle(&bought, None), Some((day("2024-04-01"), 46)));
        assert_eq!(cycle(&bought[..2], None), None);
        assert_eq!(cycle(&bought[..2], Some(90)), Some((day("2024-01-31"), 90)));
        assert_eq!(cycle(&[], Some(90)), None);
        let four = ["2024-01-31", "2024-01-01", "2024-04-01", "2024-04-11"].map(day);
        assert_eq!(
            cycle(&four, None),
            Some((day("2024-04-11"), 30)),
            "30, 61, 10, in any order"
        );
        assert_eq!(cycle(&[day("2024-01-01"); 3], None), None);
    }

    #[test]
    fn r4_7_buying_settles_a_repurchase_and_makes_the_next() {
        let known = Some((day("2024-04-01"), 46));
        let [none, first] = repurchase(None, known, None, begun("2024-04-01"));
        let first = first.unwrap();
        assert_eq!((none, first.due), (None, day("2024-05-17")));
        let again = |after| repurchase(known, after, Some(&first), begun("2024-05-01"));
        assert_eq!(again(known), [None, None]);
        let [settled, next] = again(Some((day("2024-05-01"), 30)));
        assert_eq!(settled.unwrap().state, TaskState::Done);
        assert_eq!(next.unwrap().due, day("2024-05-31"));
        let [moved, none] = again(Some((day("2024-04-01"), 60)));
        assert_eq!(
            (moved.unwrap().due, none),
            (day("2024-05-31"), None),
            "another cycle"
        );
        let [gone, none] = again(None);
        assert_eq!((gone.unwrap().state, none), (TaskState::Cancelled, None));
        let over = Task {
            state: TaskState::Done,
            ..first.clone()
        };
        assert_eq!(
            repurchase(known, known, Some(&over), begun("2024-05-01")),
            [None, None]
        );
    }
}
