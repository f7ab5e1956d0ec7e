//! What an opportunity must and may have (R5.1), and how it moves from stage to stage (R5.2, R5.4).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    limit::{COMPETITORS, at_most},
    name, optional_text, required_name, required_text,
    text::extra_fields,
};
use crate::{
    error::{Code, Problem},
    model::{
        CustomerNumber, Expectation, Money, NewOpportunity, Opportunity, OpportunityEdit, OpportunityId,
        Stage, StageChange, StageStay, UserId, fields,
    },
};

impl Stage {
    /// Whether a deal is neither won nor lost there.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Won | Self::Lost)
    }
}

/// An opportunity's fields as they were typed in, checked, and the note on the stage in which it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedOpportunity {
    /// What it is about.
    pub name: String,
    /// What it is expected to bring, and when.
    pub expected: Expected,
    /// Where it begins.
    pub stage: Stage,
    /// Why there.
    pub note: Option<String>,
    /// Who else would like to make the deal.
    pub competitors: Vec<String>,
    /// The host's own identifier.
    pub external_id: Option<String>,
    /// Fields of the host's own.
    pub extra: BTreeMap<String, String>,
}

impl CheckedOpportunity {
    /// The opportunity that is entered with these fields.
    pub fn entered(
        self,
        id: OpportunityId,
        customer: CustomerNumber,
        owner: UserId,
        at: DateTime<Utc>,
    ) -> Opportunity {
        let expected = self.expected;
        Opportunity {
            id,
            customer,
            revision: 1,
            name: self.name,
            expected_amount: expected.amount,
            lowest: expected.lowest,
            highest: expected.highest,
            expected_close: expected.close,
            stage: self.stage,
            stage_changed_at: at,
            owner,
            competitors: self.competitors,
            external_id: self.external_id,
            extra: self.extra,
            reason: None,
            closed_at: None,
            created_at: at,
            created_by: None,
            archived_at: None,
        }
    }
}

/// What a deal is expected to bring, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What it is expected to bring.
    pub amount: Money,
    /// The least.
    pub lowest: Option<Money>,
    /// The most.
    pub highest: Option<Money>,
    /// When it is expected to be signed.
    pub close: NaiveDate,
}

impl Expected {
    /// What is expected of an opportunity.
    pub fn of(opportunity: &Opportunity) -> Self {
        Self {
            amount: opportunity.expected_amount,
            lowest: opportunity.lowest,
            highest: opportunity.highest,
            close: opportunity.expected_close,
        }
    }

    /// Its entry in the ledger of what was expected (R5.5).
    pub fn entry(self, opportunity: &Opportunity, at: DateTime<Utc>, by: Option<UserId>) -> Expectation {
        Expectation {
            opportunity: opportunity.id,
            revision: opportunity.revision,
            customer: opportunity.customer,
            at,
            expected_amount: self.amount,
            lowest: self.lowest,
            highest: self.highest,
            expected_close: self.close,
            by,
        }
    }

    fn check(self) -> Result<Self, Problem> {
        let most = self.highest.unwrap_or(Money::MAX);
        match self.lowest.unwrap_or_default() <= self.amount && self.amount <= most {
            true => Ok(self),
            false => {
                let written =
                    |amount: Option<Money>| amount.map_or_else(String::new, |amount| amount.to_string());
                let order = format!(
                    "{} ≤ {} ≤ {}",
                    written(self.lowest),
                    self.amount,
                    written(self.highest)
                );
                Err(Problem::with(fields::EXPECTED_AMOUNT, Code::AmountOrder, order))
            }
        }
    }
}

/// Checks an opportunity as it was typed in (R5.1); its owner is left to the caller, who knows the users.
///
/// # Errors
/// Every problem of every field, in the order of the fields.
pub fn check_opportunity(new: &NewOpportunity) -> Result<CheckedOpportunity, Vec<Problem>> {
    let mut problems = Vec::new();
    let called = required_name(fields::NAME, &new.name).map_err(|problem| problems.push(problem));
    if new.expected_amount.is_none() {
        problems.push(Problem::missing(fields::EXPECTED_AMOUNT));
    }
    if new.expected_close.is_none() {
        problems.push(Problem::missing(fields::EXPECTED_CLOSE));
    }
    let expected = new
        .expected_amount
        .zip(new.expected_close)
        .and_then(|(amount, close)| {
            let expected = Expected {
                amount,
                lowest: new.lowest,
                highest: new.highest,
                close,
            };
            expected.check().map_err(|problem| problems.push(problem)).ok()
        });
    let stage = new.stage.unwrap_or(Stage::InitialContact);
    let note = optional_text(fields::STAGE_NOTE, new.stage_note.as_deref());
    let note = note.map_err(|problem| problems.push(problem)).unwrap_or_default();
    if !stage.is_open() {
        problems.push(by_closing(stage));
    } else if stage != Stage::InitialContact && note.is_none() {
        problems.push(Problem::missing(fields::STAGE_NOTE));
    }
    let competitors = check_competitors(&new.competitors);
    let competitors = competitors
        .map_err(|problem| problems.push(problem))
        .unwrap_or_default();
    let external_id = optional_text(fields::EXTERNAL_ID, new.external_id.as_deref());
    let external_id = external_id
        .map_err(|problem| problems.push(problem))
        .unwrap_or_default();
    let extra = check_extra(&new.extra)
        .map_err(|found| problems.extend(found))
        .unwrap_or_default();
    match (called, expected, problems.is_empty()) {
        (Ok(name), Some(expected), true) => Ok(CheckedOpportunity {
            name,
            expected,
            stage,
            note,
            competitors,
            external_id,
            extra,
        }),
        _ => Err(problems),
    }
}

/// The opportunity with these fields set anew; its owner is left to the caller, who knows the users.
///
/// # Errors
/// Every problem of every edited field; `opportunity.closed` for what is settled by closing it.
pub fn edit_opportunity(
    before: &Opportunity,
    edits: &[OpportunityEdit],
) -> Result<Opportunity, Vec<Problem>> {
    let mut after = before.clone();
    let mut problems = Vec::new();
    for edit in edits {
        let edited = match edit {
            OpportunityEdit::Name { value } => {
                required_name(fields::NAME, value).map(|name| after.name = name)
            }
            OpportunityEdit::ExpectedAmount { value } => {
                after.expected_amount = *value;
                Ok(())
            }
            OpportunityEdit::Lowest { value } => {
                after.lowest = *value;
                Ok(())
            }
            OpportunityEdit::Highest { value } => {
                after.highest = *value;
                Ok(())
            }
            OpportunityEdit::ExpectedClose { value } => {
                after.expected_close = *value;
                Ok(())
            }
            OpportunityEdit::Owner { .. } => match before.stage.is_open() {
                true => Ok(()),
                false => Err(Problem::new(fields::OWNER, Code::OpportunityClosed)),
            },
            OpportunityEdit::Competitors { value } => {
                check_competitors(value).map(|competitors| after.competitors = competitors)
            }
            OpportunityEdit::ExternalId { value } => {
                optional_text(fields::EXTERNAL_ID, value.as_deref()).map(|id| after.external_id = id)
            }
            OpportunityEdit::Extra { value } => match check_extra(value) {
                Ok(extra) => {
                    after.extra = extra;
                    Ok(())
                }
                Err(found) => {
                    problems.extend(found);
                    Ok(())
                }
            },
        };
        problems.extend(edited.err());
    }
    if Expected::of(&after) != Expected::of(before) {
        let checked = match before.stage.is_open() {
            true => Expected::of(&after).check().map(drop),
            false => Err(Problem::new(fields::EXPECTED_AMOUNT, Code::OpportunityClosed)),
        };
        problems.extend(checked.err());
    }
    match problems.is_empty() {
        true => Ok(after),
        false => Err(problems),
    }
}

fn check_extra(typed: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Vec<Problem>> {
    let (good, bad): (Vec<_>, Vec<_>) = extra_fields(typed).partition(Result::is_ok);
    match bad.is_empty() {
        true => Ok(good.into_iter().flatten().flatten().collect()),
        false => Err(bad.into_iter().filter_map(Result::err).collect()),
    }
}

/// Names, each once, in the order given; blank ones are none.
pub(crate) fn check_competitors(typed: &[String]) -> Result<Vec<String>, Problem> {
    let mut competitors: Vec<String> = Vec::new();
    for typed in typed {
        if let Some(name) = name(fields::COMPETITORS, typed)?
            && !competitors.contains(&name)
        {
            competitors.push(name);
        }
    }
    at_most(fields::COMPETITORS, competitors.len(), COMPETITORS)?;
    Ok(competitors)
}

/// The ledger of a deal of the past (R5.2), as far as a list tells: entered in the first stage, and come to where it stands then.
/// What it says of the last change is `note`; who brought it is `by`.
pub fn past_stages(deal: &Opportunity, by: Option<UserId>, note: Option<String>) -> Vec<StageChange> {
    let entry = |revision, at, before, after, note| StageChange {
        opportunity: deal.id,
        revision,
        customer: deal.customer,
        at,
        before,
        after,
        by,
        note,
    };
    let entered = |stage, note| entry(1, deal.created_at, None, stage, note);
    if deal.stage == Stage::InitialContact {
        return vec![entered(deal.stage, None)];
    }
    // One of which is not known when it was entered began where it stands.
    if deal.created_at == deal.stage_changed_at {
        return vec![entered(deal.stage, note)];
    }
    vec![
        entered(Stage::InitialContact, None),
        entry(
            2,
            deal.stage_changed_at,
            Some(Stage::InitialContact),
            deal.stage,
            note,
        ),
    ]
}

/// Checks a move to another open stage (R5.2): forward may skip, back is allowed, and each needs a note.
///
/// # Errors
/// `opportunity.closed`, `stage.by_closing`; `field.missing` and the like for the note.
pub fn check_move(before: Stage, after: Stage, note: &str) -> Result<String, Problem> {
    if !before.is_open() {
        return Err(Problem::new(fields::STAGE, Code::OpportunityClosed));
    }
    if !after.is_open() {
        return Err(by_closing(after));
    }
    required_text(fields::STAGE_NOTE, note)
}

fn by_closing(stage: Stage) -> Problem {
    Problem::with(fields::STAGE, Code::StageByClosing, stage.code())
}

/// The stage from which a deal was closed last; none if it was not.
pub fn closed_from(changes: &[StageChange]) -> Option<Stage> {
    let closing = changes.iter().rev().find(|change| !change.after.is_open())?;
    closing.before
}

/// How long a deal stood in each open stage, by its ledger (R5.2): together, as long as it has been open by `now`. Stages that
/// were skipped have no stay.
pub fn stays(changes: &[StageChange], now: DateTime<Utc>) -> Vec<StageStay> {
    let mut stays = Vec::new();
    let mut changes = changes.iter().peekable();
    while let Some(change) = changes.next() {
        if !change.after.is_open() {
            continue;
        }
        let until = changes.peek().map(|next| next.at);
        let lasted = until
            .unwrap_or(now)
            .signed_duration_since(change.at)
            .num_milliseconds();
        stays.push(StageStay {
            stage: change.after,
            since: change.at,
            until,
            milliseconds: u64::try_from(lasted).unwrap_or_default(),
        });
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CustomerNumber, OpportunityId};
    use proptest::prelude::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 6, day).unwrap()
    }

    fn yuan(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn typed() -> NewOpportunity {
        NewOpportunity {
            name: "产线改造".into(),
            expected_amount: Some(yuan("120000")),
            expected_close: Some(day(30)),
            ..NewOpportunity::default()
        }
    }

    fn opportunity(stage: Stage) -> Opportunity {
        let at = "2024-05-01T01:00:00Z".parse().unwrap();
        Opportunity {
            id: OpportunityId::from_bytes([1; 16]),
            customer: "CRM202405010001".parse::<CustomerNumber>().unwrap(),
            revision: 1,
            name: "产线改造".into(),
            expected_amount: yuan("120000"),
            lowest: None,
            highest: None,
            expected_close: day(30),
            stage,
            stage_changed_at: at,
            owner: UserId::from_bytes([1; 16]),
            competitors: Vec::new(),
            external_id: None,
            extra: BTreeMap::new(),
            reason: None,
            closed_at: None,
            created_at: at,
            created_by: None,
            archived_at: None,
        }
    }

    fn codes(problems: Vec<Problem>) -> Vec<(String, Code)> {
        let said = problems.into_iter().map(|problem| (problem.field, problem.code));
        said.collect()
    }

    #[test]
    fn r5_1_every_field_that_is_missing_is_named_at_once() {
        let nothing = codes(check_opportunity(&NewOpportunity::default()).unwrap_err());
        let missing = ["name", "expected_amount", "expected_close"];
        assert_eq!(
            nothing,
            missing.map(|field| (field.to_owned(), Code::FieldMissing))
        );
        let checked = check_opportunity(&NewOpportunity {
            competitors: vec![" 甲公司 ".into(), "".into(), "甲公司".into()],
            ..typed()
        })
        .unwrap();
        assert_eq!((checked.stage, checked.note), (Stage::InitialContact, None));
        assert_eq!(checked.competitors, ["甲公司"]);
    }

    #[test]
    fn r5_1_what_is_expected_is_between_the_least_and_the_most() {
        let check = |lowest: Option<&str>, highest: Option<&str>| {
            check_opportunity(&NewOpportunity {
                lowest: lowest.map(yuan),
                highest: highest.map(yuan),
                ..typed()
            })
        };
        assert!(check(Some("120000"), Some("120000")).is_ok());
        for (lowest, highest) in [(Some("120000.01"), None), (None, Some("119999.99"))] {
            let refused = codes(check(lowest, highest).unwrap_err());
            assert_eq!(refused, [("expected_amount".to_owned(), Code::AmountOrder)]);
        }
    }

    #[test]
    fn r5_2_it_begins_in_any_open_stage_with_a_note_but_for_the_first() {
        let check = |stage, note: Option<&str>| {
            let new = NewOpportunity {
                stage: Some(stage),
                stage_note: note.map(str::to_owned),
                ..typed()
            };
            check_opportunity(&new).map(|checked| checked.note).map_err(codes)
        };
        assert_eq!(check(Stage::InitialContact, None), Ok(None));
        let missing = vec![("stage_note".to_owned(), Code::FieldMissing)];
        assert_eq!(check(Stage::Proposal, Some(" ")), Err(missing));
        assert_eq!(
            check(Stage::Proposal, Some("老客户")),
            Ok(Some("老客户".to_owned()))
        );
        for closed in [Stage::Won, Stage::Lost] {
            let refused = vec![("stage".to_owned(), Code::StageByClosing)];
            assert_eq!(check(closed, Some("已签")), Err(refused));
        }
    }

    #[test]
    fn r5_2_every_move_between_open_stages_needs_a_note_and_no_other_is_one() {
        for &before in Stage::ALL {
            for &after in Stage::ALL {
                let moved = check_move(before, after, "客户要求");
                let code = |problem: Problem| problem.code;
                match (before.is_open(), after.is_open()) {
                    (false, _) => assert_eq!(moved.map_err(code), Err(Code::OpportunityClosed)),
                    (true, false) => assert_eq!(moved.map_err(code), Err(Code::StageByClosing)),
                    (true, true) => {
                        assert_eq!(moved, Ok("客户要求".to_owned()));
                        let without = check_move(before, after, " ");
                        assert_eq!(without, Err(Problem::missing(fields::STAGE_NOTE)));
                    }
                }
            }
        }
    }

    #[test]
    fn r5_5_what_is_expected_of_a_closed_deal_stays() {
        let edits = [OpportunityEdit::ExpectedAmount { value: yuan("1") }];
        assert_eq!(
            edit_opportunity(&opportunity(Stage::Proposal), &edits)
                .unwrap()
                .expected_amount,
            yuan("1")
        );
        let refused = edit_opportunity(&opportunity(Stage::Won), &edits).unwrap_err();
        assert_eq!(
            codes(refused),
            [("expected_amount".to_owned(), Code::OpportunityClosed)]
        );
        let named = [OpportunityEdit::Name {
            value: "二期".into()
        }];
        assert!(edit_opportunity(&opportunity(Stage::Lost), &named).is_ok());
    }

    fn ledger(steps: &[(Stage, u32)]) -> Vec<StageChange> {
        let start: DateTime<Utc> = "2024-05-01T01:00:00Z".parse().unwrap();
        let mut before = None;
        let mut at = start;
        let mut changes = Vec::new();
        for (revision, (after, days)) in (1..).zip(steps) {
            at += chrono::TimeDelta::days(i64::from(*days));
            changes.push(StageChange {
                opportunity: OpportunityId::from_bytes([1; 16]),
                revision,
                customer: "CRM202405010001".parse().unwrap(),
                at,
                before,
                after: *after,
                by: None,
                note: None,
            });
            before = Some(*after);
        }
        changes
    }

    proptest! {
        #[test]
        fn r5_2_the_stays_of_a_deal_add_up_to_its_age(
            steps in prop::collection::vec((prop::sample::select(&Stage::ALL[..4]), 0..90_u32), 1..9),
            closed in prop::option::of(0..90_u32),
            later in 0..90_i64,
        ) {
            let mut steps = steps;
            steps.extend(closed.map(|days| (Stage::Lost, days)));
            let changes = ledger(&steps);
            let (first, last) = (changes.first().unwrap(), changes.last().unwrap());
            let now = last.at + chrono::TimeDelta::days(later);
            let until = if closed.is_some() { last.at } else { now };
            let age = until.signed_duration_since(first.at).num_milliseconds();
            let stays = stays(&changes, now);
            prop_assert_eq!(stays.iter().map(|stay| stay.milliseconds).sum::<u64>(), age as u64);
            prop_assert_eq!(stays.last().unwrap().until.is_none(), closed.is_none());
        }
    }
}
