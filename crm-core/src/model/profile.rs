//! All that is known of a customer, on one page (R7.7).

use chrono::NaiveDate;

use super::{Contact, ContractPage, Customer, Money, OpportunityPage, ServiceRecordPage, TimelinePage};

record! {
    /// All that is known of a customer, on one page (R7.7): each list with its newest entries first, and where to go on.
    pub struct CustomerProfile {
        /// The customer.
        pub customer: Customer,
        /// The contacts that are not archived, the primary one first.
        pub contacts: Vec<Contact>,
        /// What happened.
        pub timeline: TimelinePage,
        /// Possible deals.
        pub opportunities: OpportunityPage,
        /// What was bought: the contracts that are good.
        pub contracts: ContractPage,
        /// What was done for the customer.
        pub service_records: ServiceRecordPage,
        /// The figures.
        pub figures: ProfileFigures,
    }
}

record! {
    /// A customer in figures (R7.7).
    pub struct ProfileFigures {
        /// How many follow-ups were held.
        pub follow_ups: u64,
        /// The business day of the last one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub last_follow_up: Option<NaiveDate>,
        /// From the first contact to the last follow-up, in days a follow-up, with one decimal; none without a follow-up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub follow_up_cycle: Option<f64>,
        /// The day of the last purchase.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub last_purchase: Option<NaiveDate>,
        /// How many days ago that was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub recency: Option<u64>,
        /// How many purchases there were in the last 365 days, today among them.
        pub frequency: u64,
        /// What these came to.
        pub money: Money,
    }
}
