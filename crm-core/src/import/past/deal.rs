//! Contracts and possible deals of a list of the past (R5.1, R5.3).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};

use super::{
    Past, PastColumn as P,
    cell::{stage_of, yes_or_no},
    reading::{NOBODY, Reading},
};
use crate::{
    error::{Code, Problem},
    import::Column,
    model::{
        ContractId, Money, NewContract, NewOpportunity, Opportunity, OpportunityId, Stage, UserId, fields,
    },
    rules::{
        contract::check_contract,
        extra_fields,
        opportunity::{check_competitors, check_opportunity},
        optional_text,
    },
};

/// Why a contract that a list says is paid is held to be.
const BROUGHT: &str = "导入的名单注明已付清";

/// Why a deal stands in another stage than the first, where a list says nothing of it.
const STOOD: &str = "导入的名单所载";

/// When a deal was entered, when it came to where it stands, and when it was closed.
struct Times {
    created: DateTime<Utc>,
    since: DateTime<Utc>,
    closed: Option<DateTime<Utc>>,
}

impl Reading<'_> {
    pub(super) fn contract(&mut self, by: Option<UserId>) -> Option<Past> {
        let read = self.amount(P::Amount);
        let amount = self.required(P::Amount, fields::AMOUNT, Code::AmountInvalid, read);
        let (dates, fault) = (self.dates(P::At), self.fault_of_date(P::At));
        let signed_on = self.required(P::At, fields::SIGNED_ON, fault, |text| dates.day(text));
        let start = self.day(P::Start, fields::START);
        if let (None, Some(_), Some(day)) = (start, self.typed(P::Start), signed_on) {
            // Something was meant; the day of signing stands for it (R5.3).
            let taken = Problem::with(fields::START, Code::DateTaken, day.to_string());
            self.warnings.push(taken);
        }
        let end = self.day(P::End, fields::END);
        let paid = self
            .optional(P::Paid, fields::PAID, Code::ChoiceUnknown, yes_or_no)
            .unwrap_or(false);
        let new = NewContract {
            contract_number: self.one(P::ContractNumber).unwrap_or_default(),
            amount,
            signed_on,
            start,
            end,
            paid_reason: paid.then(|| BROUGHT.to_owned()),
            ..NewContract::default()
        };
        match check_contract(&new, self.rules.entry.today) {
            Ok(signed) => {
                let id = ContractId::from_bytes([0; 16]);
                let by = by.unwrap_or(NOBODY);
                Some(Past::Contract(signed.entered(id, self.no_ones, by, self.now)))
            }
            Err(found) => self.refused(found),
        }
    }

    pub(super) fn opportunity(&mut self, owner: Option<UserId>) -> Option<Past> {
        let read = self.amount(P::Expected);
        let amount = self.required(P::Expected, fields::EXPECTED_AMOUNT, Code::AmountInvalid, read);
        let stage = self.stage();
        let times = self.times(stage);
        let close = self.day(P::ExpectedClose, fields::EXPECTED_CLOSE);
        if let (None, true, Some(text)) = (close, stage.is_open(), self.one(P::ExpectedClose)) {
            let unread = Problem::with(fields::EXPECTED_CLOSE, Code::DateInvalid, text);
            self.problems.push(unread);
        }
        let zone = self.rules.zone;
        // A deal that is over was expected on some day that no longer matters.
        let closed_on = times
            .as_ref()
            .and_then(|times| times.closed)
            .map(|at| zone.day(at));
        if let (None, Some(day)) = (close, closed_on) {
            let taken = Problem::with(fields::EXPECTED_CLOSE, Code::DateTaken, day.to_string());
            self.warnings.push(taken);
        }
        let (lowest, highest) = self.bounds(amount);
        let competitors = self.competitors();
        let reason = self.reason(stage);
        let new = NewOpportunity {
            name: self.one(P::Name).unwrap_or_default(),
            expected_amount: amount,
            lowest,
            highest,
            expected_close: close.or(closed_on),
            competitors,
            external_id: self.one(P::ExternalId),
            ..NewOpportunity::default()
        };
        let checked = match check_opportunity(&new) {
            Ok(checked) => checked,
            Err(found) => return self.refused(found),
        };
        let times = times?;
        if stage == Stage::Won {
            let untold = Problem::new(fields::CONTRACT_NUMBER, Code::FieldUntold);
            self.warnings.push(untold);
        }
        let extra = self.extra();
        let note = match stage.is_open() {
            true => Some(STOOD.to_owned()),
            false => reason.clone(),
        };
        let id = OpportunityId::from_bytes([0; 16]);
        let owner = owner.unwrap_or(NOBODY);
        let deal = Opportunity {
            stage,
            stage_changed_at: times.since,
            extra,
            reason,
            closed_at: times.closed,
            ..checked.entered(id, self.no_ones, owner, times.created)
        };
        Some(Past::Opportunity { deal, note })
    }

    /// The fields of the host's own and what could not be read; what goes beyond a field is left out, and flagged (R9.5).
    fn extra(&mut self) -> BTreeMap<String, String> {
        let all = self.cells.extra().into_iter().chain(self.kept.iter().cloned());
        let all: BTreeMap<String, String> = all.collect();
        let mut extra = BTreeMap::new();
        for field in extra_fields(&all) {
            match field {
                Ok(field) => extra.extend(field),
                Err(problem) => self.warnings.push(problem),
            }
        }
        extra
    }

    /// Where a deal stands: the first stage where the list does not say it in words that are known, which it must of one that is closed.
    fn stage(&mut self) -> Stage {
        let Some(text) = self.one(P::Stage) else {
            if self.one(P::ClosedAt).is_some() {
                self.problems.push(Problem::missing(fields::STAGE));
            }
            return Stage::InitialContact;
        };
        stage_of(&text).unwrap_or_else(|| {
            let unknown = Problem::with(fields::STAGE, Code::ChoiceUnknown, &text);
            match self.one(P::ClosedAt) {
                Some(_) => self.problems.push(unknown),
                None => {
                    self.warnings.push(unknown);
                    self.keep(P::Stage, &text);
                }
            }
            Stage::InitialContact
        })
    }

    /// What a list tells of when; a deal that is over needs to say since when, or else when it was to be.
    fn times(&mut self, stage: Stage) -> Option<Times> {
        let created = self.past_instant(P::CreatedAt, fields::CREATED_AT);
        let changed = self.past_instant(P::StageChangedAt, fields::STAGE_CHANGED_AT);
        let closed = self.past_instant(P::ClosedAt, fields::CLOSED_AT);
        if stage.is_open() {
            if closed.is_some() {
                self.keep_and_flag(P::ClosedAt, fields::CLOSED_AT, Code::OpportunityOpen);
            }
            let mut since = changed.or(created).unwrap_or(self.now);
            let created = created.unwrap_or(since);
            // In the first stage it has stood from the beginning.
            if since < created || stage == Stage::InitialContact && since != created {
                self.keep_and_flag(P::StageChangedAt, fields::STAGE_CHANGED_AT, Code::DateTaken);
                since = created;
            }
            return Some(Times {
                created,
                since,
                closed: None,
            });
        }
        let Some(closed) = closed.or(changed).or_else(|| self.closed_when_expected()) else {
            self.problems.push(Problem::missing(fields::CLOSED_AT));
            return None;
        };
        if changed.is_some_and(|changed| changed != closed) {
            self.keep_and_flag(P::StageChangedAt, fields::STAGE_CHANGED_AT, Code::DateTaken);
        }
        let created = created.unwrap_or(closed);
        if created > closed {
            self.keep_and_flag(P::CreatedAt, fields::CREATED_AT, Code::DateTaken);
        }
        Some(Times {
            created: created.min(closed),
            since: closed,
            closed: Some(closed),
        })
    }

    /// That a deal was closed on the day on which it was expected to be, where nothing else is said and the day has come.
    fn closed_when_expected(&mut self) -> Option<DateTime<Utc>> {
        let zone = self.rules.zone;
        let day = self.dates(P::ExpectedClose).day(&self.one(P::ExpectedClose)?)?;
        let at = zone
            .instant(day.and_time(NaiveTime::MIN))
            .filter(|at| *at <= self.now)?;
        let taken = Problem::with(fields::CLOSED_AT, Code::DateTaken, day.to_string());
        self.warnings.push(taken);
        Some(at)
    }

    /// The least and the most; left out where what is expected is not between them (R5.1).
    fn bounds(&mut self, amount: Option<Money>) -> (Option<Money>, Option<Money>) {
        let mut bound = |column, field| {
            let read = self.amount(column);
            self.optional(column, field, Code::AmountInvalid, read)
        };
        let lowest = bound(P::Lowest, fields::LOWEST);
        let highest = bound(P::Highest, fields::HIGHEST);
        let Some(amount) = amount else {
            return (lowest, highest);
        };
        let mut within = |bound: Option<Money>, column, field, is_within: fn(Money, Money) -> bool| {
            let bound = bound?;
            if is_within(bound, amount) {
                return Some(bound);
            }
            self.keep_and_flag(column, field, Code::AmountOrder);
            None
        };
        let lowest = within(lowest, P::Lowest, fields::LOWEST, |least, amount| least <= amount);
        let highest = within(highest, P::Highest, fields::HIGHEST, |most, amount| {
            most >= amount
        });
        (lowest, highest)
    }

    fn competitors(&mut self) -> Vec<String> {
        let Some(text) = self.one(P::Competitors) else {
            return Vec::new();
        };
        let names: Vec<String> = text
            .split(['、', ',', '，', ';', '；', '\n'])
            .map(str::to_owned)
            .collect();
        check_competitors(&names).unwrap_or_else(|problem| {
            self.warnings.push(problem);
            self.keep(P::Competitors, &text);
            Vec::new()
        })
    }

    /// Why a deal was won or lost, by each of the columns that say it; that of an open one is kept as typed.
    fn reason(&mut self, stage: Stage) -> Option<String> {
        let said: Vec<&str> = self.cells.all(&Column::Past(P::Reason)).collect();
        let said = said.join("；");
        match (said.is_empty(), stage.is_open()) {
            (true, true) => return None,
            (true, false) => {
                let untold = Problem::new(fields::REASON, Code::FieldUntold);
                self.warnings.push(untold);
                return None;
            }
            (false, true) => {
                let open = Problem::with(fields::REASON, Code::OpportunityOpen, &said);
                self.warnings.push(open);
                self.keep(P::Reason, &said);
                return None;
            }
            (false, false) => {}
        }
        optional_text(fields::REASON, Some(&said)).unwrap_or_else(|problem| {
            self.warnings.push(problem);
            self.keep(P::Reason, &said);
            None
        })
    }
}
