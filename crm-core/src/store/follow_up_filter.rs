//! Which follow-ups to list (R4.3), made ready so that every store answers alike.

use chrono::{DateTime, Utc};

use crate::{
    matching::fold,
    model::{CustomerNumber, FollowUp, OpportunityId, UserId},
};

/// A query for follow-ups with its texts folded and its names looked up. [`matches`](Self::matches) is what it means; a store
/// may compile it instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUpFilter {
    /// Those with this customer, archived or not; else with all that are not archived, unless archived ones are asked for.
    pub customer: Option<CustomerNumber>,
    /// Those about this deal.
    pub opportunity: Option<OpportunityId>,
    /// The method's code.
    pub method: Option<String>,
    /// Who held it.
    pub by: Option<UserId>,
    /// Held from this instant on.
    pub since: Option<DateTime<Utc>>,
    /// Held before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Words, after [`fold`], each of which is in the topic, in what was said or in what is planned.
    pub words: Vec<String>,
    /// Archived ones too (R2.10).
    pub archived: bool,
}

impl FollowUpFilter {
    /// Whether a follow-up is asked for.
    pub fn matches(&self, follow_up: &FollowUp) -> bool {
        (self.archived || follow_up.archived_at.is_none())
            && self
                .customer
                .is_none_or(|customer| customer == follow_up.customer)
            && self
                .opportunity
                .is_none_or(|deal| follow_up.opportunity == Some(deal))
            && self
                .method
                .as_ref()
                .is_none_or(|method| *method == follow_up.method.code)
            && self.by.is_none_or(|by| by == follow_up.by)
            && self.since.is_none_or(|since| since <= follow_up.at)
            && self.until.is_none_or(|until| follow_up.at < until)
            && self.says(follow_up)
    }

    /// Whether every word is said in a follow-up.
    pub fn says(&self, follow_up: &FollowUp) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let parts = [
            &follow_up.content,
            &follow_up.needs,
            &follow_up.objections,
            &follow_up.next_steps,
            &follow_up.other,
            &follow_up.next_plan,
        ];
        let said: Vec<String> = parts
            .into_iter()
            .flatten()
            .chain([&follow_up.topic])
            .map(|part| fold(part))
            .collect();
        self.words
            .iter()
            .all(|word| said.iter().any(|part| part.contains(word)))
    }
}
