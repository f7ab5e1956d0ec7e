//! What happened with a customer, sort by sort, for its timeline (R7.7).

use super::{Record, SortValue, record::id_of};
use crate::model::{
    Contract, CustomerNumber, Entity, FollowUp, HandOver, Merge, Operation, RecordKey, ServiceRecord,
    StageChange, StatusChange, TimelineSort,
};

/// What happened with a customer, as its record has it.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a page has few of any sort")]
pub enum Happening {
    /// A talk.
    FollowUp(FollowUp),
    /// A deal came to another stage.
    Stage(StageChange),
    /// A change of its status.
    Status(StatusChange),
    /// It went to another owner.
    HandOver(HandOver),
    /// A contract was signed.
    Contract(Contract),
    /// Something was done for it.
    ServiceRecord(ServiceRecord),
    /// Another customer was merged into it.
    Merge(Merge),
}

/// A record that says when something happened with its customer.
pub trait Happens: Record {
    /// The sort of it.
    const SORT: TimelineSort;

    /// The field that says when.
    const WHEN: &'static str;

    /// Where it stands among the customer's of its sort: when, and a text that tells it from others then.
    fn moment(&self) -> Moment;

    /// Whether it is told of by itself: neither archived nor void.
    fn is_told(&self) -> bool;

    /// It as what happened.
    fn happening(self) -> Happening;
}

/// A place among a customer's happenings of a sort: an instant in milliseconds, of contracts a day, and a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// When.
    pub at: SortValue,
    /// Which, among those then: characters below `~`.
    pub key: String,
}

impl Moment {
    /// After every key.
    pub const LAST: &str = "~";
}

/// A number as it is compared in a [`Moment`].
fn digits(number: u64) -> String {
    format!("{number:020}")
}

macro_rules! happens {
    ($( $record:ident as $sort:ident at $when:ident: $at:expr, $key:expr; )+) => {
        $(impl Happens for $record {
            const SORT: TimelineSort = TimelineSort::$sort;
            const WHEN: &'static str = stringify!($when);

            fn moment(&self) -> Moment {
                let (at, key): (fn(&Self) -> SortValue, fn(&Self) -> String) = ($at, $key);
                Moment { at: at(self), key: key(self) }
            }

            fn is_told(&self) -> bool {
                self.archived_at().is_none() && happens!(@told $record self)
            }

            fn happening(self) -> Happening {
                Happening::$sort(self)
            }
        })+
    };
    (@told Contract $record:expr) => { $record.is_good() };
    (@told $sort:ident $record:expr) => { true };
}

happens! {
    FollowUp as FollowUp at at: |it| millis(it.at), |it| id_of(&Self::write_key(&it.id));
    StageChange as Stage at at: |it| millis(it.at), |it| {
        let deal = RecordKey::Id(*it.opportunity.as_bytes());
        format!("{}/{}", id_of(&deal), digits(it.revision))
    };
    StatusChange as Status at at: |it| millis(it.at), |it| digits(it.revision);
    HandOver as HandOver at at: |it| millis(it.at), |it| digits(it.revision);
    Contract as Contract at signed_on: |it| SortValue::Text(it.signed_on.to_string()), |it| id_of(&Self::write_key(&it.id));
    ServiceRecord as ServiceRecord at at: |it| millis(it.at), |it| id_of(&Self::write_key(&it.id));
    Merge as Merge at at: |it| millis(it.at), |it| digits(it.number.to_i64().unsigned_abs());
}

fn millis(at: chrono::DateTime<chrono::Utc>) -> SortValue {
    SortValue::Integer(at.timestamp_millis())
}

impl Happening {
    /// Where it stands among the customer's of its sort.
    pub fn moment(&self) -> Moment {
        match self {
            Self::FollowUp(it) => it.moment(),
            Self::Stage(it) => it.moment(),
            Self::Status(it) => it.moment(),
            Self::HandOver(it) => it.moment(),
            Self::Contract(it) => it.moment(),
            Self::ServiceRecord(it) => it.moment(),
            Self::Merge(it) => it.moment(),
        }
    }
}

/// An entry of the log without its payload: who did what to which record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The position.
    pub seq: u64,
    /// The operation that it belongs to.
    pub operation: Operation,
    /// The sort of record.
    pub entity: Entity,
    /// Which of them.
    pub key: RecordKey,
    /// The customer that it is, or hangs on.
    pub customer: CustomerNumber,
}
