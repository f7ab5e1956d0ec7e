//! What has changed for somebody since they last looked.

use super::CustomerNumber;

labelled! {
    /// What became of a record, for whoever asks.
    pub enum ChangeKind {
        /// It was entered or changed, or has come into their sight: they may read it again.
        Changed = "changed", "已变更", "changed";
        /// Its customer is no longer in their sight, and it with it.
        Gone = "gone", "已不可见", "gone";
    }
}

record! {
    /// A record that is to be read again, or that is gone: by its sort and what names it, and nothing else.
    #[derive(Eq)]
    pub struct Change {
        /// The sort, by its code: `customer`, `contact`, `opportunity`, …
        pub entity: String,
        /// The number or identifier.
        pub key: String,
        /// The customer that it is, or hangs on.
        pub customer: Option<CustomerNumber>,
        /// What became of it.
        pub kind: ChangeKind,
    }
}

record! {
    /// What has changed for somebody since a cursor, in the order in which it did, each record once.
    #[derive(Eq)]
    pub struct Changes {
        /// What is to be read again, and what is gone.
        pub items: Vec<Change>,
        /// Where to go on from.
        pub cursor: String,
        /// Whether there is more by now: ask again at once.
        pub more: bool,
        /// Whether what the caller may see has changed: all that a host keeps of it is to be read anew.
        pub reset: bool,
    }
}
