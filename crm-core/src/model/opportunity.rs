//! Opportunities (R5.1): possible deals, where they stand, and how they came there.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Contract, ContractId, CustomerNumber, DateRange, Money, OpportunityId, Page, UserId};
use crate::{rules::limit, store::record::stored};

labelled! {
    /// Where a possible deal stands (R5.2).
    pub enum Stage {
        /// First talks.
        InitialContact = "initial_contact", "初步接洽", "initial contact";
        /// What the customer needs is being found out.
        NeedsAnalysis = "needs_analysis", "需求分析", "needs analysis";
        /// An offer was made.
        Proposal = "proposal", "方案提交", "proposal";
        /// Terms are being discussed.
        Negotiation = "negotiation", "商务谈判", "negotiation";
        /// A contract was signed.
        Won = "won", "成交", "won";
        /// It will not come about.
        Lost = "lost", "失败", "lost";
    }
}

record! {
    /// One possible deal (R5.1).
    pub struct Opportunity {
        /// Names the opportunity.
        pub id: OpportunityId,
        /// With whom.
        pub customer: CustomerNumber,
        /// Raised by every change; handed back with the next one.
        pub revision: u64,
        /// What it is about.
        pub name: String,
        /// What it is expected to bring.
        pub expected_amount: Money,
        /// The least that it may bring.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lowest: Option<Money>,
        /// The most that it may bring.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub highest: Option<Money>,
        /// The business day on which it is expected to be signed.
        pub expected_close: NaiveDate,
        /// Where it stands.
        pub stage: Stage,
        /// Since when.
        pub stage_changed_at: DateTime<Utc>,
        /// Who answers for it.
        pub owner: UserId,
        /// Who else would like to make the deal.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub competitors: Vec<String>,
        /// The host's own identifier, unique among opportunities.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub external_id: Option<String>,
        /// Fields of the host's own, by name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub extra: BTreeMap<String, String>,
        /// Why it was won or lost.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// When it was won or lost.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub closed_at: Option<DateTime<Utc>>,
        /// When it was entered.
        pub created_at: DateTime<Utc>,
        /// Who entered it; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created_by: Option<UserId>,
        /// When it was archived (R2.10).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived_at: Option<DateTime<Utc>>,
    }
}

stored! {
    Opportunity as Opportunity {
        key: id (OpportunityId),
        on: customer,
        personal: [name, competitors, reason, extra],
        newest: created_at,
        users: [owner, created_by],
        has: [owner, revision, itself, created_at, created_by, archived_at],
    }
}

record! {
    /// An opportunity as it is typed in (R5.1).
    #[derive(Default)]
    pub struct NewOpportunity {
        /// What it is about. Required.
        #[rule(required, characters(limit::NAME))]
        pub name: String,
        /// What it is expected to bring. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required)]
        pub expected_amount: Option<Money>,
        /// The least that it may bring; not more than what is expected.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub lowest: Option<Money>,
        /// The most that it may bring; not less than what is expected.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub highest: Option<Money>,
        /// The business day on which it is expected to be signed. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required)]
        pub expected_close: Option<NaiveDate>,
        /// Where it stands: an open stage, by default the first.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub stage: Option<Stage>,
        /// Why it begins there; required for another stage than the first.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub stage_note: Option<String>,
        /// Who answers for it, a user's login, name or identifier; by default who answers for the customer.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub owner: Option<String>,
        /// Who else would like to make the deal.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(entries(limit::COMPETITORS))]
        pub competitors: Vec<String>,
        /// The host's own identifier, unique among opportunities.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub external_id: Option<String>,
        /// Fields of the host's own, by name.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub extra: BTreeMap<String, String>,
    }
}

edits! {
    /// One field of an opportunity set anew. What is expected is revised while it is open, and every revision is kept (R5.5).
    pub enum OpportunityEdit of Opportunity {
        /// What it is about.
        Name = name: String,
        /// What it is expected to bring.
        ExpectedAmount = expected_amount: Money,
        /// The least that it may bring; `None` clears.
        Lowest = lowest: Option<Money>,
        /// The most that it may bring; `None` clears.
        Highest = highest: Option<Money>,
        /// The business day on which it is expected to be signed.
        ExpectedClose = expected_close: NaiveDate,
        /// Who answers for it: a user's login, name or identifier.
        Owner = owner: String,
        /// Who else would like to make the deal.
        Competitors = competitors: Vec<String>,
        /// The host's own identifier; `None` clears.
        ExternalId = external_id: Option<String>,
        /// All fields of the host's own; the given ones replace those there.
        Extra = extra: BTreeMap<String, String>,
    }
}

record! {
    /// Which opportunities to list. What is not given does not filter.
    #[derive(Default)]
    pub struct OpportunityQuery {
        /// Those with this customer, by number or alias.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub customer: Option<String>,
        /// Who answers for them: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub owner: Option<String>,
        /// Where they stand.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub stage: Option<Stage>,
        /// Those that are neither won nor lost.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub open: bool,
        /// Those that are expected to be signed on one of these business days.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub expected_close: Option<DateRange>,
        /// Any part of the name or of a competitor's, in either script form; of several words, each is to be found.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub text: Option<String>,
        /// The one with this identifier of the host's.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub external_id: Option<String>,
        /// Archived ones too (R2.10).
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub archived: bool,
    }
}

page! {
    /// One page of opportunities.
    OpportunityPage of Opportunity
}

record! {
    /// A change of a deal's stage: from what, to what, when, who, why (R5.2). Where it stands is what these add up to.
    #[derive(Eq)]
    pub struct StageChange {
        /// Whose stage it was.
        pub opportunity: OpportunityId,
        /// The revision of the opportunity that it made, by which its changes are told apart.
        pub revision: u64,
        /// With whom.
        pub customer: CustomerNumber,
        /// When.
        pub at: DateTime<Utc>,
        /// The stage before; none where it was entered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub before: Option<Stage>,
        /// The stage since.
        pub after: Stage,
        /// Who moved it; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub by: Option<UserId>,
        /// Why; none where it was entered in the first stage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
    }
}

stored! {
    StageChange as StageChange {
        key: opportunity revision ((OpportunityId, u64)),
        on: customer,
        personal: [note],
        users: [by],
        has: [opportunity],
    }
}

record! {
    /// What was expected of a deal, as it was said at some time (R5.5).
    #[derive(Eq)]
    pub struct Expectation {
        /// Of which deal.
        pub opportunity: OpportunityId,
        /// The revision of the opportunity that it made, by which its expectations are told apart.
        pub revision: u64,
        /// With whom.
        pub customer: CustomerNumber,
        /// When it was said.
        pub at: DateTime<Utc>,
        /// What it was expected to bring.
        pub expected_amount: Money,
        /// The least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lowest: Option<Money>,
        /// The most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub highest: Option<Money>,
        /// When it was expected to be signed.
        pub expected_close: NaiveDate,
        /// Who said it; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub by: Option<UserId>,
    }
}

stored! {
    Expectation as Expectation {
        key: opportunity revision ((OpportunityId, u64)),
        on: customer,
        personal: [],
        users: [by],
        has: [opportunity],
    }
}

record! {
    /// How long a deal stood in a stage (R5.2).
    #[derive(Eq)]
    pub struct StageStay {
        /// The stage.
        pub stage: Stage,
        /// Since when.
        pub since: DateTime<Utc>,
        /// Until when; none where it still stands there.
        pub until: Option<DateTime<Utc>>,
        /// How long, in milliseconds; up to now where it still stands there.
        pub milliseconds: u64,
    }
}

record! {
    /// How a deal came to where it stands (R5.2, R5.5): each list begins with what came first.
    pub struct OpportunityHistory {
        /// Every change of stage.
        pub stages: Vec<StageChange>,
        /// How long it stood in each open stage: together, as long as it has been open.
        pub stays: Vec<StageStay>,
        /// Everything that was expected of it.
        pub expectations: Vec<Expectation>,
    }
}

record! {
    /// What a deal is won with (R5.3).
    #[derive(Default)]
    pub struct Win {
        /// The actual amount. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub amount: Option<Money>,
        /// The business day on which the contract was signed, not in the future. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub signed_on: Option<NaiveDate>,
        /// The contract's number, which no other contract has. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub contract_number: String,
        /// Why it was won. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub reason: String,
        /// The last business day that the contract is good for.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub end: Option<NaiveDate>,
        /// The contract that it renews, of the same customer.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub renews: Option<ContractId>,
    }
}

record! {
    /// A deal that was won, and the contract that was made of it (R5.3).
    pub struct WonDeal {
        /// The deal.
        pub opportunity: Opportunity,
        /// The contract.
        pub contract: Contract,
    }
}

record! {
    /// What is expected of open deals, all together or of a month (R5.5).
    #[derive(Eq)]
    pub struct ForecastRow {
        /// The first day of the month in which they are expected to be signed; none of all together and of those that are overdue.
        pub month: Option<NaiveDate>,
        /// How many deals.
        pub deals: u64,
        /// What they are expected to bring.
        pub expected: Money,
        /// That, by how likely each stage is to be won.
        pub weighted: Money,
    }
}

record! {
    /// What is expected of open deals (R5.5).
    #[derive(Eq)]
    pub struct Forecast {
        /// Those that should have been signed before today.
        pub overdue: ForecastRow,
        /// The others by month, the next one first; months without a deal are left out.
        pub months: Vec<ForecastRow>,
        /// All together, those that are overdue too.
        pub total: ForecastRow,
    }
}
