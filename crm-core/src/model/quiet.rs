//! Customers who have gone quiet (R2.6).

use chrono::{DateTime, Utc};

use super::{CustomerNumber, CustomerStatus, Page, UserId};

labelled! {
    /// What was done last for a customer.
    pub enum LastDone {
        /// It was entered.
        Entry = "entry", "录入", "entry";
        /// A follow-up was held.
        FollowUp = "follow_up", "跟进", "follow-up";
        /// It was handed over.
        HandOver = "hand_over", "移交", "hand-over";
    }
}

labelled! {
    /// What is proposed for a customer who has gone quiet.
    pub enum QuietProposal {
        /// To mark it lost.
        MarkLost = "mark_lost", "建议标记为流失", "mark it lost";
        /// A customer who was won is at risk, and is never changed.
        AtRisk = "at_risk", "有流失风险", "at risk";
    }
}

record! {
    /// A customer for whom nothing has been done for more than three calendar months (R2.6).
    pub struct QuietCustomer {
        /// Its number.
        pub number: CustomerNumber,
        /// Its name.
        pub name: String,
        /// Where the relation stands.
        pub status: CustomerStatus,
        /// Who answers for it.
        pub owner: UserId,
        /// The owner's name.
        pub owner_name: String,
        /// When something was done last.
        pub last_at: DateTime<Utc>,
        /// What that was.
        pub last_done: LastDone,
        /// What is proposed.
        pub proposal: QuietProposal,
        /// Why it is listed, in words.
        pub reason: String,
    }
}

page! {
    /// One page of customers who have gone quiet.
    QuietCustomerPage of QuietCustomer
}
