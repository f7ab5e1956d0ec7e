//! A customer's timeline (R7.7): all that happened with it on one page, as people read it.

use chrono::{DateTime, Utc};

use super::{EntityRef, Page, UserId};
use crate::Language;

labelled! {
    /// What sort of thing happened with a customer. What comes later here is the newer of two at the same instant.
    pub enum TimelineSort {
        /// The customer or a contact of it was entered, changed, archived or restored.
        Change = "change", "资料变更", "change";
        /// Another customer was merged into it (R6.3).
        Merge = "merge", "客户合并", "merge";
        /// It went to another owner (R2.8).
        HandOver = "hand_over", "客户移交", "hand-over";
        /// Its status was changed (R2.5).
        Status = "status", "状态变更", "change of status";
        /// A deal with it was begun, moved, won, lost or opened again (R5.2).
        Stage = "stage", "销售阶段变更", "change of stage";
        /// A contract was signed (R5.3): at the beginning of that day.
        Contract = "contract", "签订合同", "contract signed";
        /// Something was done for it (R7.7).
        ServiceRecord = "service_record", "服务记录", "service record";
        /// Somebody talked with it (R4.1).
        FollowUp = "follow_up", "跟进记录", "follow-up";
    }
}

record! {
    /// One thing that happened with a customer.
    #[derive(Eq)]
    pub struct TimelineEntry {
        /// When.
        pub at: DateTime<Utc>,
        /// What sort of thing.
        pub sort: TimelineSort,
        /// Who did it; none is the host's own actor.
        pub by: Option<UserId>,
        /// Who, by name.
        pub by_name: Option<String>,
        /// The record that it leads to.
        pub about: EntityRef,
        /// What happened, in one line of Chinese.
        pub line_zh: String,
        /// What happened, in one line of English.
        pub line_en: String,
    }
}

impl TimelineEntry {
    /// What happened, in one line.
    pub fn line(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.line_zh,
            Language::En => &self.line_en,
        }
    }
}

page! {
    /// One page of a timeline.
    TimelinePage of TimelineEntry
}
