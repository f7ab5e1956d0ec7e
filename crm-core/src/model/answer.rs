//! The answer that two customers are different (R6.1).

use super::CustomerNumber;
use crate::store::record::stored;

record! {
    /// Somebody said that two customers are different (R6.1).
    #[derive(Copy, Eq)]
    pub struct Answer {
        /// The one that was entered first.
        pub low: CustomerNumber,
        /// The other.
        pub high: CustomerNumber,
    }
}

stored! {
    Answer as Answer {
        key: low high ((CustomerNumber, CustomerNumber)),
        on: low,
        personal: [],
    }
}

impl Answer {
    /// The answer about two customers, in whichever order they are named.
    pub fn about(a: CustomerNumber, b: CustomerNumber) -> Self {
        Self {
            low: a.min(b),
            high: a.max(b),
        }
    }
}
