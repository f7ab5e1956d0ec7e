//! Facts for reports (R7): what happened, as rows of numbers, streamed and never collected.
//!
//! A fact counts for a caller where its customer is in scope, or where it is credited to somebody all of whose customers are: a
//! person's figures count what they did, whoever answers for the customer since (R7, R8.2). Of the latter only totals are told, so
//! each fact says whether its customer is [in sight](DealFact::seen).

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::Scope;
use crate::model::{
    ContractId, CustomerNumber, CustomerStatus, Money, OpportunityId, Stage, TaskState, UserId,
};

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
    /// The deal.
    pub id: OpportunityId,
    /// With whom.
    pub customer: CustomerNumber,
    /// Whether the customer is in scope.
    pub seen: bool,
    /// Who answers for the deal.
    pub owner: UserId,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub stage: Stage,
    /// What it is expected to bring.
    pub expected: Money,
    /// When it is expected to be signed.
    pub expected_close: NaiveDate,
    /// What was signed, by its contract that is good.
    pub signed: Option<Money>,
    /// When it came to which stage, in the order of its ledger; not told of deals that are [open](DealsBy::Standing).
    pub stages: Vec<(DateTime<Utc>, Stage)>,
}

/// A contract that is good, with a customer that is not archived; credited to whom it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleFact {
    /// The contract.
    pub id: ContractId,
    /// The deal that it came from, which is not archived; none of a contract of the past.
    pub opportunity: Option<OpportunityId>,
    /// With whom.
    pub customer: CustomerNumber,
    /// Whether the customer is in scope.
    pub seen: bool,
    /// To whom it is credited.
    pub credited_to: UserId,
    /// When it was signed.
    pub signed_on: NaiveDate,
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
    pub source: String,
    /// Where it stood.
    pub status: CustomerStatus,
}

/// Which deals, and by which instant of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealsBy {
    /// All, by when they were entered.
    Creation,
    /// Those that are closed, by when.
    Closing,
    /// Those that are open, whenever.
    Standing,
}
