//! The ledger of a customer's owners (R2.8).

use chrono::{DateTime, Utc};

use super::{CustomerNumber, Page, UserId};
use crate::store::record::stored;

record! {
    /// A customer that went from one owner to another (R2.8).
    #[derive(Eq)]
    pub struct HandOver {
        /// Which customer.
        pub customer: CustomerNumber,
        /// The revision of the customer that it made, by which the customer's are told apart.
        pub revision: u64,
        /// When.
        pub at: DateTime<Utc>,
        /// Who answered for it before.
        pub owner_before: UserId,
        /// Who answers for it since.
        pub owner_after: UserId,
        /// Who assigned it; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub by: Option<UserId>,
        /// Why, where it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
}

stored! {
    HandOver as HandOver {
        key: customer revision ((CustomerNumber, u64)),
        on: customer,
        personal: [reason],
        ledger: revision,
        users: [owner_before, owner_after, by],
    }
}

page! {
    /// One page of hand-overs.
    HandOverPage of HandOver
}
