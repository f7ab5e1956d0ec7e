//! Follow-ups (R4.1): one conversation with a customer, and what comes next.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Choice, CustomerNumber, FollowUpId, OpportunityId, Page, PickEntry, PickList, Task, TaskId, UserId,
};
use crate::{rules::limit, store::record::stored};

record! {
    /// One conversation with a customer, and what comes next (R4.1). What was said is free text, or in the manual's four
    /// parts, or both.
    pub struct FollowUp {
        /// Names the follow-up.
        pub id: FollowUpId,
        /// With whom.
        pub customer: CustomerNumber,
        /// The deal that it is about, when it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub opportunity: Option<OpportunityId>,
        /// Raised by every change; handed back with the next one.
        pub revision: u64,
        /// When it was held.
        pub at: DateTime<Utc>,
        /// How.
        pub method: Choice,
        /// Who held it.
        pub by: UserId,
        /// What it was about.
        pub topic: String,
        /// What was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub content: Option<String>,
        /// What the customer needs and said to us.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub needs: Option<String>,
        /// What the customer objected to, and what was answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub objections: Option<String>,
        /// What was agreed to do next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_steps: Option<String>,
        /// Anything else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub other: Option<String>,
        /// The business day of the next one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_follow_up: Option<NaiveDate>,
        /// The time of that day, as in `14:00`; none for any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_time: Option<String>,
        /// What the next one is to be about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_plan: Option<String>,
        /// Whether its task is done; none without a task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub done: Option<bool>,
        /// Whether it was entered too late after the talk (R2.9).
        #[serde(default)]
        pub late: bool,
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
    FollowUp as FollowUp {
        key: id (FollowUpId),
        on: customer,
        personal: [topic, content, needs, objections, next_steps, other, next_plan],
        newest: at,
        users: [by, created_by],
        has: [opportunity, revision, created_at, created_by, archived_at],
    }
}

impl FollowUp {
    /// A follow-up of which nothing has been said yet.
    pub(crate) fn blank(
        id: FollowUpId,
        customer: CustomerNumber,
        by: UserId,
        created_at: DateTime<Utc>,
        created_by: Option<UserId>,
    ) -> Self {
        Self {
            id,
            customer,
            opportunity: None,
            revision: 1,
            at: created_at,
            method: Choice::of(PickEntry::OTHER),
            by,
            topic: String::new(),
            content: None,
            needs: None,
            objections: None,
            next_steps: None,
            other: None,
            next_follow_up: None,
            next_time: None,
            next_plan: None,
            done: None,
            late: false,
            created_at,
            created_by,
            archived_at: None,
        }
    }
}

record! {
    /// A follow-up as it is typed in (R4.1).
    #[derive(Default)]
    pub struct NewFollowUp {
        /// When it was held; by default now. It may be set back, and not into the future.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub at: Option<DateTime<Utc>>,
        /// How. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required, pick(PickList::Method))]
        pub method: Option<Choice>,
        /// Who held it, a user's login, name or identifier; by default who enters it.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub by: Option<String>,
        /// What it was about. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required, characters(limit::LINE))]
        pub topic: String,
        /// What was said. Required, unless it is said in parts.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required, bytes(limit::NOTE))]
        pub content: Option<String>,
        /// What the customer needs and said to us.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(bytes(limit::NOTE))]
        pub needs: Option<String>,
        /// What the customer objected to, and what was answered.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(bytes(limit::NOTE))]
        pub objections: Option<String>,
        /// What was agreed to do next.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(bytes(limit::NOTE))]
        pub next_steps: Option<String>,
        /// Anything else.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(bytes(limit::NOTE))]
        pub other: Option<String>,
        /// The business day of the next one, not before this one: it makes a task for whoever held this one.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub next_follow_up: Option<NaiveDate>,
        /// The time of that day, as in `14:00`; none for any.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub next_time: Option<String>,
        /// What the next one is to be about; by default the topic.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub next_plan: Option<String>,
        /// The deal that it is about, one with this customer.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub opportunity: Option<OpportunityId>,
        /// The customer's open tasks that it completes.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub completes: Vec<TaskId>,
    }
}

edits! {
    /// One field of a follow-up set anew.
    pub enum FollowUpEdit of FollowUp {
        /// When it was held.
        At = at: DateTime<Utc>,
        /// How.
        Method = method: Choice,
        /// Who held it: a user's login, name or identifier.
        By = by: String,
        /// What it was about.
        Topic = topic: String,
        /// What was said; `None` clears.
        Content = content: Option<String>,
        /// What the customer needs and said to us; `None` clears.
        Needs = needs: Option<String>,
        /// What the customer objected to, and what was answered; `None` clears.
        Objections = objections: Option<String>,
        /// What was agreed to do next; `None` clears.
        NextSteps = next_steps: Option<String>,
        /// Anything else; `None` clears.
        Other = other: Option<String>,
        /// The business day of the next one: it moves the open task; `None` cancels it.
        NextFollowUp = next_follow_up: Option<NaiveDate>,
        /// The time of that day, as in `14:00`; `None` is any.
        NextTime = next_time: Option<String>,
        /// What the next one is to be about; `None` is the topic.
        NextPlan = next_plan: Option<String>,
        /// The deal that it is about, one with this customer; `None` clears.
        Opportunity = opportunity: Option<OpportunityId>,
    }
}

record! {
    /// A follow-up that was entered, and what is still to be done for its customer (R4.5).
    pub struct RecordedFollowUp {
        /// The follow-up.
        pub follow_up: FollowUp,
        /// The customer's open tasks, its own among them: what is due first comes first.
        pub open_tasks: Vec<Task>,
    }
}

record! {
    /// Which follow-ups to list (R4.3). What is not given does not filter.
    #[derive(Default)]
    pub struct FollowUpQuery {
        /// Those with this customer, by number or alias.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub customer: Option<String>,
        /// Those about this deal.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub opportunity: Option<OpportunityId>,
        /// The method's code, or its label in either language.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub method: Option<String>,
        /// Who held it: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub by: Option<String>,
        /// Held from this instant on.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub since: Option<DateTime<Utc>>,
        /// Held before this instant.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub until: Option<DateTime<Utc>>,
        /// Any part of the topic, of what was said or is planned, in either script form; of several words, each is to be
        /// found.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub text: Option<String>,
        /// Archived ones too (R2.10).
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub archived: bool,
    }
}

page! {
    /// One page of follow-ups.
    FollowUpPage of FollowUp
}
