//! Facts for reports (R7): what happened, as rows of numbers, streamed and never collected.
//!
//! A fact counts for a caller where its customer is in scope, or where it is credited to somebody all of whose customers are: a
//! person's figures count what they did, whoever answers for the customer since (R7, R8.2). Of the latter only totals are told, so
//! each fact says whether its customer is [in sight](DealFact::seen).

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

use super::Scope;
use crate::model::{CustomerNumber, CustomerStatus, Money, OpportunityId, Stage, TaskState, UserId};

/// Instants from the first to before the second; either end may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instants {
    /// The first.
    pub from: Option<DateTime<Utc>>,
    /// The one after the last.
    pub until: Option<DateTime<Utc>>,
}

impl Instants {
    /// Whether an instant is one of them.
    pub fn contain(&self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// Which facts: of whom, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactFilter {
    /// Those credited to these people; none is anybody.
    pub people: Option<BTreeSet<UserId>>,
    /// When, by the instant that the visit names.
    pub at: Instants,
}

impl FactFilter {
    /// Whether what was credited to somebody then is asked for.
    pub fn wants(&self, credited: UserId, at: DateTime<Utc>) -> bool {
        self.wants_of(credited) && self.at.contain(at)
    }

    /// Whether what was credited to somebody is asked for.
    pub fn wants_of(&self, credited: UserId) -> bool {
        self.people
            .as_ref()
            .is_none_or(|people| people.contains(&credited))
    }
}

impl Scope {
    /// Whether a fact counts: its customer, of this owner's now, is in scope, or all that is credited to this person is.
    pub fn counts(&self, customer: CustomerNumber, owner: UserId, credited: UserId) -> bool {
        self.contains(customer, owner) || self.has_owner(credited)
    }
}

/// A deal that is not archived, with a customer that is not archived; credited to who answers for it.
#[derive(Clone, Debug, PartialEq)]
pub struct DealFact {
    /// The deal; told only where it is asked for.
    pub id: Option<OpportunityId>,
    /// With whom.
    pub customer: CustomerNumber,
    /// Whether the customer is in scope.
    pub seen: bool,
    /// Who answers for the deal.
    pub owner: UserId,
    /// What it is expected to bring.
    pub expected: Money,
    /// What was signed, by its contract that is good.
    pub signed: Option<Money>,
    /// When it came to which stage, in milliseconds since 1970, in the order of its ledger: the last is where it stands.
    pub stages: Vec<(i64, Stage)>,
}

impl DealFact {
    /// Where it stands.
    pub fn stage(&self) -> Option<Stage> {
        self.stages.last().map(|(_, stage)| *stage)
    }
}

/// An open deal that is not archived, with a customer that is not archived; credited to who answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFact {
    /// With whom.
    pub customer: CustomerNumber,
    /// Whether the customer is in scope.
    pub seen: bool,
    /// Who answers for the deal.
    pub owner: UserId,
    /// Where it stands.
    pub stage: Stage,
    /// What it is expected to bring.
    pub expected: Money,
    /// When it is expected to be signed.
    pub expected_close: NaiveDate,
}

/// A contract that is good, with a customer that is not archived; credited to whom it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleFact {
    /// Whether it came from a deal, which is not archived; else it is a contract of the past.
    pub is_of_deal: bool,
    /// That deal; told only where it is asked for.
    pub opportunity: Option<OpportunityId>,
    /// With whom.
    pub customer: CustomerNumber,
    /// Whether the customer is in scope.
    pub seen: bool,
    /// To whom it is credited.
    pub credited_to: UserId,
    /// What it is worth.
    pub amount: Money,
}

/// A follow-up that is not archived, with a customer that is not archived; credited to who held it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TalkFact {
    /// With whom.
    pub customer: CustomerNumber,
    /// Whether the customer is in scope.
    pub seen: bool,
    /// Who held it.
    pub by: UserId,
    /// Whether it was entered late.
    pub late: bool,
}

/// A task that is not cancelled, and no notice, of a customer that is not archived; credited to who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyFact {
    /// Of whom.
    pub customer: CustomerNumber,
    /// Whether the customer is in scope.
    pub seen: bool,
    /// Who has it.
    pub holder: UserId,
    /// Whether it is done.
    pub state: TaskState,
    /// When it was to be done, before it was put off: the day.
    pub due: NaiveDate,
    /// The time of that day, as `14:00`.
    pub due_time: Option<String>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
}

/// A customer that was not archived by then; credited to who answered for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerFact {
    /// The customer.
    pub number: CustomerNumber,
    /// Whether it is in scope.
    pub seen: bool,
    /// Who answered for it.
    pub owner: UserId,
    /// The code of the source that it came from.
    pub source: Arc<str>,
    /// Where it stood.
    pub status: CustomerStatus,
    /// What was signed with it by now, in good contracts of deals that are not archived.
    pub signed: Option<Money>,
    /// What was signed with it by now, in good contracts of the past, without a deal.
    pub signed_before: Option<Money>,
}

/// How many customers stand somewhere, as they are; credited to who answers for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where.
    pub status: CustomerStatus,
    /// How many there are.
    pub customers: u64,
    /// How many of them have gone quiet (R2.6); none where that is not asked for.
    pub quiet: u64,
}

/// Which deals, and by which instant of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealsBy {
    /// All, by when they were entered.
    Creation,
    /// Those that are closed, by when.
    Closing,
}
