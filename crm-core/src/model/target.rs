//! Targets (R7.3): what a person is to bring in, month by month.

use chrono::NaiveDate;

use super::{Money, UserId};
use crate::store::record::stored;

record! {
    /// What a person is to bring in in a month (R7.3).
    #[derive(Eq)]
    pub struct Target {
        /// Who.
        pub person: UserId,
        /// The first day of the month.
        pub month: NaiveDate,
        /// Raised by every change.
        pub revision: u64,
        /// How much; none since it was taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub amount: Option<Money>,
    }
}

stored! {
    Target as Target {
        key: person month ((UserId, NaiveDate)),
        personal: [],
        users: [person],
        has: [revision],
    }
}

record! {
    /// A target as it is typed in (R7.3).
    #[derive(Default)]
    pub struct NewTarget {
        /// Whose: a user's login, name or identifier. Required.
        #[rule(required)]
        pub person: String,
        /// The month, as `2024-05`. Required.
        #[rule(required)]
        pub month: String,
        /// How much they are to bring in; none takes back what was said.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub amount: Option<Money>,
    }
}
