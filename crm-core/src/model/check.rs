//! What checking a whole store found.

use super::EntityRef;

labelled! {
    /// What is wrong with a store.
    pub enum FaultKind {
        /// The store says that its own file, an index or a reference in it is damaged.
        File = "file", "文件损坏", "damaged file";
        /// Something stored cannot be read.
        Unreadable = "unreadable", "无法读取", "unreadable";
        /// An entry of the log is changed, missing, emptied without an erasure, or out of place.
        Log = "log", "日志不连贯", "broken log";
        /// A record is not what the log says that it is.
        Record = "record", "记录与日志不符", "record unlike the log";
        /// There are more or fewer records of a sort than the log says.
        Count = "count", "数量与日志不符", "count unlike the log";
        /// The match keys are not those of the customers: duplicates may be missed.
        Keys = "keys", "查重键与客户不符", "match keys unlike the customers";
        /// A customer's contacts are without exactly one primary one (R3.1).
        Primary = "primary", "主要对接人不唯一", "not one primary contact";
        /// The bytes of an attachment are not those that came in (R4.2).
        Content = "content", "附件内容损坏", "damaged attachment";
    }
}

record! {
    /// One thing that is wrong with a store. It names records and fields, and says nothing of what they hold.
    #[derive(Eq)]
    pub struct Fault {
        /// What sort of thing is wrong.
        pub kind: FaultKind,
        /// The record that it is wrong with, where it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub about: Option<EntityRef>,
        /// What exactly: fields, counts, or what the store says.
        pub detail: String,
    }
}

record! {
    /// What checking a whole store found.
    #[derive(Eq, Default)]
    pub struct CheckReport {
        /// Whether nothing is wrong.
        pub whole: bool,
        /// What is wrong: the first thousand things.
        pub faults: Vec<Fault>,
        /// How many more there are.
        pub more: u64,
        /// Entries of the log that follow from one another.
        pub entries: u64,
        /// Records that were held against the log.
        pub records: u64,
        /// Records of which the log cannot tell, since something about them has been erased (R9.3).
        pub untold: u64,
        /// Whether the store was written meanwhile: counts and match keys are not held against the log then.
        pub written_meanwhile: bool,
    }
}

impl CheckReport {
    /// Faults that are kept.
    const MOST: usize = 1_000;

    pub(crate) fn add(&mut self, kind: FaultKind, about: Option<EntityRef>, detail: impl Into<String>) {
        self.whole = false;
        match self.faults.len() < Self::MOST {
            true => self.faults.push(Fault {
                kind,
                about,
                detail: detail.into(),
            }),
            false => self.more += 1,
        }
    }
}
