//! Which opportunities and contracts to list (R5.1, R5.3), made ready so that every store answers alike.

use chrono::NaiveDate;

use crate::{
    matching::fold,
    model::{Contract, CustomerNumber, Opportunity, OpportunityId, Stage, UserId},
    rules::contract::fold_contract_number,
};

/// Days from the first to before the second; either end may be open.
pub type Days = (Option<NaiveDate>, Option<NaiveDate>);

pub(crate) fn is_within((from, until): Days, day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until)
}

/// A query for opportunities with its texts folded and its names looked up. [`matches`](Self::matches) is what it means; a
/// store may compile it instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpportunityFilter {
    /// Those with this customer, archived or not; else with all that are not archived, unless archived ones are asked for.
    pub customer: Option<CustomerNumber>,
    /// Who answers for them.
    pub owner: Option<UserId>,
    /// Where they stand.
    pub stage: Option<Stage>,
    /// Those that are neither won nor lost.
    pub open: bool,
    /// When they are expected to be signed.
    pub expected_close: Days,
    /// Words, after [`fold`], each of which is in the name or in a competitor's.
    pub words: Vec<String>,
    /// The one with this identifier of the host's.
    pub external_id: Option<String>,
    /// Archived ones too (R2.10).
    pub archived: bool,
}

impl OpportunityFilter {
    /// Whether an opportunity is asked for.
    pub fn matches(&self, deal: &Opportunity) -> bool {
        (self.archived || deal.archived_at.is_none())
            && self.customer.is_none_or(|customer| customer == deal.customer)
            && self.owner.is_none_or(|owner| owner == deal.owner)
            && self.stage.is_none_or(|stage| stage == deal.stage)
            && (!self.open || deal.stage.is_open())
            && is_within(self.expected_close, deal.expected_close)
            && (self.external_id.is_none() || self.external_id == deal.external_id)
            && self.says(deal)
    }

    /// Whether every word is said in an opportunity.
    pub fn says(&self, deal: &Opportunity) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let said: Vec<String> = deal
            .competitors
            .iter()
            .chain([&deal.name])
            .map(|part| fold(part))
            .collect();
        let is_said = |word: &String| said.iter().any(|part| part.contains(word));
        self.words.iter().all(is_said)
    }
}

/// A query for contracts with its texts folded and its names looked up. [`matches`](Self::matches) is what it means; a store
/// may compile it instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContractFilter {
    /// Those with this customer, archived or not; else with all that are not archived, unless archived ones are asked for.
    pub customer: Option<CustomerNumber>,
    /// Those of this deal.
    pub opportunity: Option<OpportunityId>,
    /// To whom they are credited.
    pub credited_to: Option<UserId>,
    /// When they were signed.
    pub signed_on: Days,
    /// Those that are paid, or those that are not.
    pub paid: Option<bool>,
    /// A part of the number, after [`fold_contract_number`].
    pub number: Option<String>,
    /// Those without a scan: an attachment of theirs of that kind which is not archived (R5.3).
    pub without_scan: bool,
    /// Void ones too.
    pub void: bool,
    /// Archived ones too (R2.10).
    pub archived: bool,
}

impl ContractFilter {
    /// Whether a contract is asked for, whether it has a scan or not.
    pub fn matches(&self, contract: &Contract) -> bool {
        (self.archived || contract.archived_at.is_none())
            && (self.void || contract.voided_at.is_none())
            && self.customer.is_none_or(|customer| customer == contract.customer)
            && self
                .opportunity
                .is_none_or(|deal| contract.opportunity == Some(deal))
            && self
                .credited_to
                .is_none_or(|credited_to| credited_to == contract.credited_to)
            && is_within(self.signed_on, contract.signed_on)
            && self.paid.is_none_or(|paid| paid == contract.paid)
            && self
                .number
                .as_ref()
                .is_none_or(|part| fold_contract_number(&contract.contract_number).contains(part))
    }
}
