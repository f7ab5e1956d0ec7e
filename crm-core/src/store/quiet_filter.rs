//! Which customers have gone quiet (R2.6), made ready so that every store answers alike.

use chrono::{DateTime, Utc};

use super::list::{Order, SortKind};
use crate::model::{CustomerNumber, CustomerStatus, LastDone, UserId};

/// Customers that are neither archived nor lost, for whom nothing has been done since an instant, and who have no open task
/// that is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietFilter {
    /// Whose; everybody's if none is named.
    pub owner: Option<UserId>,
    /// They were entered, talked to and handed over before this instant.
    pub before: DateTime<Utc>,
    /// An open task that begins to be [overdue](crate::rules::task::overdue_from) after this moment is still to come.
    pub today: i64,
}

impl QuietFilter {
    /// By number.
    pub const ORDER: Order = Order {
        name: "customers-quiet",
        keys: &[SortKind::Integer],
        descending: false,
    };
}

/// A customer who has gone quiet, and what was done last: of what was done at the same instant, the talk, then the hand-over.
/// Archived follow-ups do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// Its number.
    pub number: CustomerNumber,
    /// Its name.
    pub name: String,
    /// Where the relation stands.
    pub status: CustomerStatus,
    /// Who answers for it.
    pub owner: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// When something was done last.
    pub last_at: DateTime<Utc>,
    /// What that was.
    pub last_done: LastDone,
}

/// What was done last, of what was done when.
pub fn last_done(
    entered: DateTime<Utc>,
    talked: Option<DateTime<Utc>>,
    handed_over: Option<DateTime<Utc>>,
) -> (DateTime<Utc>, LastDone) {
    let mut last = (entered, LastDone::Entry);
    let others = [(handed_over, LastDone::HandOver), (talked, LastDone::FollowUp)];
    for (at, what) in others {
        if let Some(at) = at.filter(|at| *at >= last.0) {
            last = (at, what);
        }
    }
    last
}
