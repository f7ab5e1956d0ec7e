//! Making one customer of two (R6.3): what a merge comes to beforehand, and what is kept of it.

use chrono::{DateTime, Utc};

use super::{Customer, CustomerNumber, Entity, UserId};
use crate::store::record::stored;

labelled! {
    /// One of the two customers of a merge.
    pub enum MergeSide {
        /// The one that stays.
        Survivor = "survivor", "保留的客户", "the survivor";
        /// The one that is merged into it.
        Loser = "loser", "被合并的客户", "the one that is merged";
    }
}

labelled! {
    /// Why a field becomes what it becomes in a merge (R6.3).
    pub enum MergeReason {
        /// Both have the same.
        Same = "same", "两者相同", "both have the same";
        /// It was changed last.
        ChangedLast = "changed_last", "最后修改", "changed last";
        /// Both were changed at the same time: the survivor's stays.
        Tie = "tie", "同时修改，取保留的客户", "changed at the same time: the survivor's";
        /// The other one has none.
        OtherBlank = "other_blank", "另一方为空", "the other has none";
        /// The caller chose it.
        Chosen = "chosen", "人工选择", "chosen";
        /// It is always the survivor's.
        Survivors = "survivors", "始终取保留的客户", "always the survivor's";
        /// It is the earlier one, with who entered it and whether that was late.
        Earlier = "earlier", "取较早者", "the earlier";
        /// What both have is put together, without repeats.
        United = "united", "合并去重", "both together, without repeats";
    }
}

record! {
    /// Whose value of a field is to stay, against what was changed last.
    #[derive(Eq)]
    pub struct MergeChoice {
        /// The field.
        pub field: String,
        /// Whose.
        pub side: MergeSide,
    }
}

record! {
    /// What becomes of a field in a merge. Values are as a person reads them, those of several parts as JSON.
    #[derive(Eq)]
    pub struct MergeField {
        /// The field.
        pub field: String,
        /// The survivor's value; none where it is blank.
        pub survivor: Option<String>,
        /// The other's.
        pub loser: Option<String>,
        /// What it becomes.
        pub result: Option<String>,
        /// Whose value that is; none where it is both together.
        pub wins: Option<MergeSide>,
        /// Why.
        pub reason: MergeReason,
        /// When the survivor's was changed last, by the log.
        pub survivor_changed_at: Option<DateTime<Utc>>,
        /// When the other's was.
        pub loser_changed_at: Option<DateTime<Utc>>,
        /// Whether the caller can choose whose it is.
        pub open: bool,
    }
}

record! {
    /// How many records of a sort move over in a merge.
    #[derive(Copy, Eq)]
    pub struct MergeMove {
        /// The sort.
        pub sort: Entity,
        /// How many.
        pub count: u64,
    }
}

record! {
    /// What a merge would come to (R6.3).
    pub struct MergePreview {
        /// Each field of the customer.
        pub fields: Vec<MergeField>,
        /// What moves over, by its sort.
        pub moves: Vec<MergeMove>,
        /// The survivor as it would be.
        pub result: Customer,
    }
}

record! {
    /// A record that the customer itself was made of, as the change of its status, and that a merge keeps here.
    #[derive(Eq)]
    pub struct KeptRecord {
        /// The sort.
        pub sort: Entity,
        /// Its fields, as JSON.
        pub fields: String,
    }
}

record! {
    /// A customer that was merged into another one, and what it was (R6.3): its number and its identifier lead to the other.
    pub struct Merge {
        /// The number that it had.
        pub number: CustomerNumber,
        /// Into which it was merged: the one that is there, where that was itself merged since.
        pub customer: CustomerNumber,
        /// When.
        pub at: DateTime<Utc>,
        /// Who merged them; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub by: Option<UserId>,
        /// The customer as it was.
        pub loser: Customer,
        /// The ledgers of its own: how its status and its owner came to be what they were.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub kept: Vec<KeptRecord>,
    }
}

stored! {
    Merge as Merge {
        key: number (CustomerNumber),
        on: customer,
        personal: [loser, kept],
        users: [by],
    }
}
