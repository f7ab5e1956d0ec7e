//! What a follow-up must and may have (R4.1), and whether it came in time (R2.9).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    Strictness,
    choice::PickLists,
    date::check_at,
    optional_text, required_text,
    task::{check_time, parse_time},
    text,
};
use crate::{
    clock::BusinessZone,
    error::{Code, Problem},
    model::{Choice, FollowUp, FollowUpEdit, NewFollowUp, Opportunity, PickList, Stage, fields},
};

/// How long after the talk a follow-up should be entered.
const ENTRY: TimeDelta = TimeDelta::hours(12);

/// What the rules of follow-ups depend on.
#[derive(Clone, Copy, Debug)]
pub struct Talk<'a> {
    /// The pick lists as they are now.
    pub pick_lists: &'a PickLists,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// The business's own zone.
    pub zone: BusinessZone,
    /// The deal that it is to be about, where the caller may see it.
    pub deal: Option<&'a Opportunity>,
}

/// Whether a follow-up was entered more than 12 hours after the talk (R2.9).
pub fn follow_up_is_late(at: DateTime<Utc>, entered_at: DateTime<Utc>) -> bool {
    entered_at.signed_duration_since(at) > ENTRY
}

/// The follow-up with what was typed in, checked: `blank` names it, its customer, who held it and when it was entered.
///
/// # Errors
/// Every problem of every field, in the order of the fields.
pub fn check_follow_up(
    blank: FollowUp,
    new: &NewFollowUp,
    talk: &Talk<'_>,
) -> Result<FollowUp, Vec<Problem>> {
    let mut edits = vec![
        FollowUpEdit::At {
            value: new.at.unwrap_or(talk.now),
        },
        FollowUpEdit::Topic {
            value: new.topic.clone(),
        },
        FollowUpEdit::Content {
            value: new.content.clone(),
        },
        FollowUpEdit::Needs {
            value: new.needs.clone(),
        },
        FollowUpEdit::Objections {
            value: new.objections.clone(),
        },
        FollowUpEdit::NextSteps {
            value: new.next_steps.clone(),
        },
        FollowUpEdit::Other {
            value: new.other.clone(),
        },
        FollowUpEdit::NextFollowUp {
            value: new.next_follow_up,
        },
        FollowUpEdit::NextTime {
            value: new.next_time.clone(),
        },
        FollowUpEdit::NextPlan {
            value: new.next_plan.clone(),
        },
        FollowUpEdit::Opportunity {
            value: new.opportunity,
        },
    ];
    let method = new.method.clone().map(|value| FollowUpEdit::Method { value });
    let lacks_method = method.is_none();
    edits.extend(method);
    let checked = edit_follow_up(&blank, &edits, talk);
    match (checked, lacks_method) {
        (Ok(checked), false) => Ok(FollowUp {
            late: follow_up_is_late(checked.at, checked.created_at),
            ..checked
        }),
        (checked, lacks_method) => {
            let missing = lacks_method.then(|| Problem::missing(fields::METHOD));
            let mut problems = checked.err().unwrap_or_default();
            problems.extend(missing);
            Err(problems)
        }
    }
}

/// The follow-up with these fields set anew; `by` is left to the caller, who knows the users.
///
/// # Errors
/// Every problem of every edited field.
pub fn edit_follow_up(
    before: &FollowUp,
    edits: &[FollowUpEdit],
    talk: &Talk<'_>,
) -> Result<FollowUp, Vec<Problem>> {
    let mut after = before.clone();
    let mut problems = Vec::new();
    for edit in edits {
        let note = |field, value: &Option<String>| text::note(field, value.as_deref());
        let edited = match edit {
            FollowUpEdit::At { value } => check_at(*value, talk.now).map(|at| after.at = at),
            FollowUpEdit::Method { value } => {
                check_method(value, talk.pick_lists).map(|method| after.method = method)
            }
            FollowUpEdit::By { .. } => Ok(()),
            FollowUpEdit::Topic { value } => {
                required_text(fields::TOPIC, value).map(|topic| after.topic = topic)
            }
            FollowUpEdit::Content { value } => {
                note(fields::CONTENT, value).map(|content| after.content = content)
            }
            FollowUpEdit::Needs { value } => note(fields::NEEDS, value).map(|needs| after.needs = needs),
            FollowUpEdit::Objections { value } => {
                note(fields::OBJECTIONS, value).map(|objections| after.objections = objections)
            }
            FollowUpEdit::NextSteps { value } => {
                note(fields::NEXT_STEPS, value).map(|next_steps| after.next_steps = next_steps)
            }
            FollowUpEdit::Other { value } => note(fields::OTHER, value).map(|other| after.other = other),
            FollowUpEdit::NextFollowUp { value } => {
                after.next_follow_up = *value;
                Ok(())
            }
            FollowUpEdit::NextTime { value } => {
                check_time(fields::NEXT_TIME, value.as_deref()).map(|time| after.next_time = time)
            }
            FollowUpEdit::NextPlan { value } => {
                optional_text(fields::NEXT_PLAN, value.as_deref()).map(|plan| after.next_plan = plan)
            }
            FollowUpEdit::Opportunity { value } => {
                after.opportunity = *value;
                Ok(())
            }
        };
        problems.extend(edited.err());
    }
    if says_nothing(&after) && !problems.iter().any(|problem| is_said_in(&problem.field)) {
        problems.push(Problem::missing(fields::CONTENT));
    }
    match after.next_follow_up {
        None => {
            if after.next_time.is_some() {
                problems.push(Problem::missing(fields::NEXT_FOLLOW_UP));
            }
            after.next_plan = None;
        }
        Some(day) => {
            problems.extend(check_next(day, after.next_time.as_deref(), after.at, talk.zone).err());
            after.next_plan.get_or_insert_with(|| after.topic.clone());
        }
    }
    problems.extend(check_deal(before, &after, talk.deal).err());
    match problems.is_empty() {
        true => Ok(after),
        false => Err(problems),
    }
}

/// What a follow-up is about is a deal of its customer's; one that is lost is not followed up any more (R5.4).
fn check_deal(before: &FollowUp, after: &FollowUp, deal: Option<&Opportunity>) -> Result<(), Problem> {
    let Some(id) = after.opportunity else {
        return Ok(());
    };
    let asked = |talk: &FollowUp| (talk.opportunity, talk.next_follow_up, talk.next_time.clone());
    if asked(before) == asked(after) {
        return Ok(());
    }
    let theirs = deal.filter(|deal| (deal.id, deal.customer) == (id, after.customer));
    match theirs.map(|deal| deal.stage) {
        None => Err(Problem::with(
            fields::OPPORTUNITY,
            Code::OpportunityUnknown,
            id.to_string(),
        )),
        Some(Stage::Lost) if after.next_follow_up.is_some() => {
            Err(Problem::new(fields::NEXT_FOLLOW_UP, Code::OpportunityLost))
        }
        Some(_) => Ok(()),
    }
}

fn says_nothing(follow_up: &FollowUp) -> bool {
    let said = [
        &follow_up.content,
        &follow_up.needs,
        &follow_up.objections,
        &follow_up.next_steps,
        &follow_up.other,
    ];
    said.iter().all(|part| part.is_none())
}

fn is_said_in(field: &str) -> bool {
    use fields::{CONTENT, NEEDS, NEXT_STEPS, OBJECTIONS, OTHER};
    [CONTENT, NEEDS, OBJECTIONS, NEXT_STEPS, OTHER].contains(&field)
}

fn check_method(method: &Choice, pick_lists: &PickLists) -> Result<Choice, Problem> {
    let list = PickList::Method;
    let (method, _) = pick_lists.check(list, list.code(), Some(method), Strictness::Entry)?;
    Ok(method)
}

/// The next one is not before this one, by the business's own clock.
fn check_next(
    day: NaiveDate,
    time: Option<&str>,
    at: DateTime<Utc>,
    zone: BusinessZone,
) -> Result<(), Problem> {
    let held = zone.local(at);
    // A day is over when the next one begins; a time of the day is its minute.
    let is_before = match time.and_then(parse_time) {
        Some(time) => day.and_time(time) + TimeDelta::minutes(1) <= held,
        None => day < held.date(),
    };
    let written = match time {
        Some(time) => format!("{day} {time}"),
        None => day.to_string(),
    };
    match is_before {
        true => Err(Problem::with(fields::NEXT_FOLLOW_UP, Code::DateBefore, written)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CustomerNumber, FollowUpId, UserId, built_in_entries};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn blank(now: DateTime<Utc>) -> FollowUp {
        FollowUp::blank(
            FollowUpId::from_bytes([1; 16]),
            "CRM202405010001".parse::<CustomerNumber>().unwrap(),
            UserId::from_bytes([1; 16]),
            now,
            None,
        )
    }

    fn check(new: &NewFollowUp) -> Result<FollowUp, Vec<(String, Code)>> {
        let pick_lists = PickLists::new(built_in_entries());
        let now = at("2024-05-01T01:00:00Z");
        let talk = Talk {
            pick_lists: &pick_lists,
            now,
            zone: BusinessZone::default(),
            deal: None,
        };
        check_follow_up(blank(now), new, &talk).map_err(|problems| {
            problems
                .into_iter()
                .map(|problem| (problem.field, problem.code))
                .collect()
        })
    }

    fn talked() -> NewFollowUp {
        NewFollowUp {
            method: Some(Choice::of("电话拜访")),
            topic: "方案反馈".into(),
            content: Some("客户要求月底前报价".into()),
            ..NewFollowUp::default()
        }
    }

    #[test]
    fn r4_1_a_follow_up_says_when_how_about_what_and_what_was_said() {
        let checked = check(&talked()).unwrap();
        assert_eq!(checked.method, Choice::of("phone"));
        assert_eq!(
            (checked.at, checked.next_plan.as_deref(), checked.late),
            (at("2024-05-01T01:00:00Z"), None, false)
        );
        let nothing = check(&NewFollowUp::default()).unwrap_err();
        assert_eq!(
            nothing,
            [
                ("topic".to_owned(), Code::FieldMissing),
                ("content".to_owned(), Code::FieldMissing),
                ("method".to_owned(), Code::FieldMissing),
            ]
        );
        let in_parts = NewFollowUp {
            content: None,
            needs: Some("要两台".into()),
            ..talked()
        };
        assert_eq!(check(&in_parts).unwrap().needs.as_deref(), Some("要两台"));
    }

    #[test]
    fn r4_1_it_may_be_set_back_and_not_into_the_future() {
        let held = |text: &str| {
            check(&NewFollowUp {
                at: Some(at(text)),
                ..talked()
            })
        };
        assert!(held("2023-01-01T00:00:00Z").is_ok());
        let future = held("2024-05-01T01:00:00.001Z").unwrap_err();
        assert_eq!(future, [("at".to_owned(), Code::DateInFuture)]);
    }

    #[test]
    fn r4_1_the_next_one_is_not_before_this_one() {
        // This one is held on 1 May, nine in the morning.
        let next = |day: u32, time: Option<&str>| {
            check(&NewFollowUp {
                next_follow_up: NaiveDate::from_ymd_opt(2024, 5, day),
                next_time: time.map(str::to_owned),
                ..talked()
            })
        };
        let checked = next(15, Some("9:05")).unwrap();
        assert_eq!(checked.next_time.as_deref(), Some("09:05"));
        assert_eq!(checked.next_plan.as_deref(), Some("方案反馈"), "the topic");
        assert!(next(1, None).is_ok(), "later today");
        assert!(next(1, Some("09:00")).is_ok());
        let before = next(1, Some("08:59")).unwrap_err();
        assert_eq!(before, [("next_follow_up".to_owned(), Code::DateBefore)]);
        let no_time = next(15, Some("25:00")).unwrap_err();
        assert_eq!(no_time, [("next_time".to_owned(), Code::TimeInvalid)]);
        let no_day = check(&NewFollowUp {
            next_time: Some("14:00".into()),
            ..talked()
        });
        assert_eq!(
            no_day.unwrap_err(),
            [("next_follow_up".to_owned(), Code::FieldMissing)]
        );
    }

    #[test]
    fn r2_9_a_follow_up_is_entered_within_12_hours_of_the_talk() {
        let talk = at("2024-05-01T00:00:00Z");
        assert!(!follow_up_is_late(talk, at("2024-05-01T12:00:00.000Z")));
        assert!(follow_up_is_late(talk, at("2024-05-01T12:00:00.001Z")));
    }
}
