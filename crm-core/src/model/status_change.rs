//! The ledger of a customer's status (R2.5).

use chrono::{DateTime, Utc};

use super::{CustomerNumber, CustomerStatus, Page, UserId};
use crate::store::record::stored;

record! {
    /// A change of a customer's status: from what, to what, when, who, why (R2.5).
    #[derive(Eq)]
    pub struct StatusChange {
        /// Whose status it was.
        pub customer: CustomerNumber,
        /// The revision of the customer that it made, by which the customer's are told apart.
        pub revision: u64,
        /// When.
        pub at: DateTime<Utc>,
        /// The status before.
        pub before: CustomerStatus,
        /// The status since.
        pub after: CustomerStatus,
        /// Who set it; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub by: Option<UserId>,
        /// Why, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
}

stored! {
    StatusChange as StatusChange {
        key: customer revision ((CustomerNumber, u64)),
        on: customer,
        personal: [reason],
        ledger: revision,
        users: [by],
    }
}

page! {
    /// One page of changes of a status.
    StatusChangePage of StatusChange
}
