//! Which entries of the log are listed (R8.5).

use chrono::{DateTime, Utc};

use super::{Order, SortKind};
use crate::model::{AuditEntry, AuditKind, CustomerNumber, UserId};

/// Which entries of the log are listed; none asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Who did it.
    pub by: Option<UserId>,
    /// What was done.
    pub kind: Option<AuditKind>,
    /// The customer that it is about, or hangs on.
    pub customer: Option<CustomerNumber>,
    /// When, by the real clock, from here on.
    pub since: Option<DateTime<Utc>>,
    /// Before this.
    pub until: Option<DateTime<Utc>>,
}

impl LogFilter {
    /// The latest first.
    pub const ORDER: Order = Order {
        name: "audit.newest",
        keys: &[SortKind::Integer],
        descending: true,
    };

    /// Whether an entry is listed.
    pub fn is_met(&self, entry: &AuditEntry) -> bool {
        let operation = &entry.operation;
        self.by.is_none_or(|by| operation.actor == Some(by))
            && self.kind.is_none_or(|kind| operation.kind == kind)
            && self
                .customer
                .is_none_or(|customer| entry.about.customer == Some(customer))
            && self.since.is_none_or(|since| operation.at >= since)
            && self.until.is_none_or(|until| operation.at < until)
    }
}
