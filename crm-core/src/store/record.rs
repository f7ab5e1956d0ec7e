//! The records that a store keeps, and how one of them moves.
//!
//! Each sort of record says beside its fields what names it, which customer it hangs on and what of it is personal
//! ([`Record`]); the list of them all is [`for_each_record!`](crate::for_each_record), from which come [`Delta`] and
//! whatever else is to be done for each sort.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    audit::payload,
    model::*,
    store::{Order, SortValue},
};

/// Visits the fields of two records of a sort, side by side.
pub trait FieldVisitor {
    /// One field, by its name.
    fn field<T: Serialize + PartialEq>(&mut self, name: &'static str, before: &T, after: &T);
}

/// Data whose fields can be visited; `record!` makes it so.
pub trait Fields {
    /// Visits the fields of both in the order in which they are declared.
    fn visit<V: FieldVisitor>(before: &Self, after: &Self, visitor: &mut V);
}

/// A sort of record that a store keeps. `stored!` says it of one, beside its fields.
pub trait Record:
    Fields + Clone + PartialEq + Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What names one.
    type Key: Clone + Ord + Debug + Serialize;

    /// What the log calls the sort.
    const ENTITY: Entity;

    /// The fields that name it.
    const KEY: &'static [&'static str];

    /// The field with the customer that it hangs on.
    const CUSTOMER: Option<&'static str>;

    /// The fields that erasing a person empties (R9.3).
    const PERSONAL: &'static [&'static str];

    /// What names this one.
    fn key(&self) -> Self::Key;

    /// A key as the log keeps it.
    fn write_key(key: &Self::Key) -> RecordKey;

    /// A key that the log kept.
    fn read_key(key: &RecordKey) -> Option<Self::Key>;

    /// The customer that it is, or hangs on.
    fn customer(&self) -> Option<CustomerNumber>;

    /// Who answers for it.
    fn owner(&self) -> Option<UserId> {
        None
    }

    /// How often it has been written; none for what has no revision.
    fn revision(&self) -> Option<u64> {
        None
    }

    /// With the revision after another's, which it is made of; the same where it has none.
    #[must_use]
    fn revised(self, _before: &Self) -> Self {
        self
    }

    /// It as one of another customer's, under the same key; none where it hangs on no customer. Not of what
    /// [is its own](Self::is_own).
    fn moved_to(&self, _customer: CustomerNumber) -> Option<Self> {
        None
    }

    /// Whether it is a part of the customer itself, whose number stands in its key: it is never another one's.
    fn is_own() -> bool {
        Self::CUSTOMER.is_some_and(|customer| Self::KEY.contains(&customer))
    }

    /// When it was entered, where it says so.
    fn created_at(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// Who entered it, where it says so.
    fn created_by(&self) -> Option<Option<UserId>> {
        None
    }

    /// The deal that it is, or is about, where it is about one.
    fn opportunity(&self) -> Option<OpportunityId> {
        None
    }

    /// When it was archived, where it can be.
    fn archived_at(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// Whether one can be archived.
    const CAN_BE_ARCHIVED: bool = false;

    /// Archived at this instant, or restored; the same where it cannot be.
    #[must_use]
    fn put_away(self, _at: Option<DateTime<Utc>>) -> Self {
        self
    }

    /// The users whom it names and who must be there.
    fn users(&self) -> Vec<UserId> {
        Vec::new()
    }

    /// The order in which a customer's are listed, the newest first, and the field that makes it; none where they have a
    /// list of their own kind, or none.
    const NEWEST: Option<(Order, &'static str)> = None;

    /// Its place in that order; empty where there is none.
    fn place(&self) -> Vec<SortValue> {
        Vec::new()
    }
}

/// A sort of record that hangs on a customer: whoever may change the customer may enter and change it.
pub trait HangsOnCustomer: Record {}

/// The place of a record that is listed by an instant, and by its identifier where several have the same.
pub fn place_of(at: DateTime<Utc>, key: &RecordKey) -> Vec<SortValue> {
    vec![
        SortValue::Integer(at.timestamp_millis()),
        SortValue::Text(id_of(key)),
    ]
}

/// An identifier as lists sort by it.
pub fn id_of(key: &RecordKey) -> String {
    match key {
        RecordKey::Id(bytes) => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
        other => other.to_string(),
    }
}

/// What a key is made of, as the log keeps it.
pub trait Named: Sized {
    /// As the log keeps it.
    fn to_key(&self) -> RecordKey;

    /// As the log kept it.
    fn of_key(key: &RecordKey) -> Option<Self>;
}

impl Named for CustomerNumber {
    fn to_key(&self) -> RecordKey {
        RecordKey::Number(*self)
    }

    fn of_key(key: &RecordKey) -> Option<Self> {
        match key {
            RecordKey::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// Two parts are kept as one text with a stroke between them.
impl<A: std::fmt::Display + std::str::FromStr, B: std::fmt::Display + std::str::FromStr> Named for (A, B) {
    fn to_key(&self) -> RecordKey {
        RecordKey::Text(format!("{}/{}", self.0, self.1))
    }

    fn of_key(key: &RecordKey) -> Option<Self> {
        let RecordKey::Text(text) = key else { return None };
        let (first, second) = text.split_once('/')?;
        Some((first.parse().ok()?, second.parse().ok()?))
    }
}

/// There is only one.
impl Named for () {
    fn to_key(&self) -> RecordKey {
        RecordKey::Text(String::new())
    }

    fn of_key(_: &RecordKey) -> Option<Self> {
        Some(())
    }
}

/// One record before and after: entered where there is no before, taken out where there is no after. A store writes the
/// row and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Put<T> {
    /// As it is stored: a store may leave alone what does not differ from it.
    pub before: Option<T>,
    /// As it is now.
    pub after: Option<T>,
}

impl<T: Record> Put<T> {
    /// A record that is entered.
    pub fn add(after: T) -> Self {
        Self {
            before: None,
            after: Some(after),
        }
    }

    /// A record that is changed; it keeps its key.
    pub fn edit(before: T, after: T) -> Self {
        Self {
            before: Some(before),
            after: Some(after),
        }
    }

    /// A record that is taken out, as few are: what is over is archived.
    pub fn remove(before: T) -> Self {
        Self {
            before: Some(before),
            after: None,
        }
    }

    /// What names the record.
    pub fn key(&self) -> Option<T::Key> {
        self.after.as_ref().or(self.before.as_ref()).map(T::key)
    }

    /// What the log says of it outside its payload.
    pub fn about(&self, undoes: Option<u64>) -> About {
        let record = self.after.as_ref().or(self.before.as_ref());
        About {
            entity: T::ENTITY,
            key: self
                .key()
                .map_or_else(|| RecordKey::Text(String::new()), |key| T::write_key(&key)),
            customer: record.and_then(T::customer),
            owner_before: self.before.as_ref().and_then(T::owner),
            owner_after: self.after.as_ref().and_then(T::owner),
            undoes,
        }
    }

    /// What the log says of it in its payload.
    pub fn payload(&self, operation: &Operation, reason: Option<&str>) -> Vec<u8> {
        payload::write(self, operation, reason)
    }
}

/// Says of a record what the log, the stores and erasing need beside its fields.
///
/// ```ignore
/// stored! {
///     Contact as Contact {
///         key: id (ContactId),            // the field that names it, and its type
///         on: customer,                   // the customer that it hangs on; left out where it hangs on none
///         personal: [name, mobile],       // what erasing empties
///         newest: at,                     // the instant by which a customer's are listed; left out where they are not
///         ledger: revision,               // in place of that, the number by which they follow one another
///         users: [by],                    // the users whom it names and who must be there; left out where it names none
///         has: [revision, created_at],    // which of owner, revision, created_at, created_by, opportunity, archived_at it has
///     }
/// }
/// ```
macro_rules! stored {
    (@optional $name:ident owner) => {
        fn owner(&self) -> Option<$crate::model::UserId> { Some(self.owner) }
    };
    (@optional $name:ident revision) => {
        fn revision(&self) -> Option<u64> { Some(self.revision) }

        fn revised(self, before: &Self) -> Self { Self { revision: before.revision + 1, ..self } }
    };
    (@optional $name:ident created_at) => {
        fn created_at(&self) -> Option<chrono::DateTime<chrono::Utc>> { Some(self.created_at) }
    };
    (@optional $name:ident created_by) => {
        fn created_by(&self) -> Option<Option<$crate::model::UserId>> { Some(self.created_by) }
    };
    (@optional $name:ident opportunity) => {
        fn opportunity(&self) -> Option<$crate::model::OpportunityId> {
            Option::<$crate::model::OpportunityId>::from(self.opportunity)
        }
    };
    (@optional $name:ident itself) => {
        fn opportunity(&self) -> Option<$crate::model::OpportunityId> {
            Some(self.id)
        }
    };
    (@optional $name:ident archived_at) => {
        const CAN_BE_ARCHIVED: bool = true;

        fn archived_at(&self) -> Option<chrono::DateTime<chrono::Utc>> { self.archived_at }

        fn put_away(self, at: Option<chrono::DateTime<chrono::Utc>>) -> Self {
            Self { archived_at: at, ..self }
        }
    };
    (@customer) => {
        const CUSTOMER: Option<&'static str> = None;

        fn customer(&self) -> Option<$crate::model::CustomerNumber> { None }
    };
    (@customer $on:ident) => {
        const CUSTOMER: Option<&'static str> = Some(stringify!($on));

        fn customer(&self) -> Option<$crate::model::CustomerNumber> { Some(self.$on) }

        fn moved_to(&self, customer: $crate::model::CustomerNumber) -> Option<Self> {
            Some(Self { $on: customer, ..self.clone() })
        }
    };
    (@hangs $name:ident) => {};
    (@hangs $name:ident number) => {};
    (@hangs $name:ident $on:ident) => {
        impl $crate::store::record::HangsOnCustomer for $name {}
    };
    (
        $name:ident as $entity:ident {
            key: $($key:ident)* ($key_type:ty),
            $( on: $on:ident, )?
            personal: [$($personal:ident),* $(,)?],
            $( newest: $newest:ident, )?
            $( ledger: $ledger:ident, )?
            $( users: [$($user:ident),+], )?
            $( has: [$($optional:ident),+], )?
        }
    ) => {
        stored!(@hangs $name $($on)?);

        impl $crate::store::record::Record for $name {
            type Key = $key_type;

            const ENTITY: $crate::model::Entity = $crate::model::Entity::$entity;
            const KEY: &'static [&'static str] = &[$(stringify!($key)),*];
            const PERSONAL: &'static [&'static str] = &[$(stringify!($personal)),*];

            stored!(@customer $($on)?);

            #[allow(unused_parens, clippy::unused_unit, reason = "a key of one field is no tuple, one of none is nothing")]
            fn key(&self) -> $key_type {
                ($( self.$key.clone() ),*)
            }

            fn write_key(key: &$key_type) -> $crate::model::RecordKey {
                $crate::store::record::Named::to_key(key)
            }

            fn read_key(key: &$crate::model::RecordKey) -> Option<$key_type> {
                $crate::store::record::Named::of_key(key)
            }

            $(
                const NEWEST: Option<($crate::store::Order, &'static str)> = Some((
                    $crate::store::Order {
                        name: concat!(stringify!($name), ".newest"),
                        keys: &[$crate::store::SortKind::Integer, $crate::store::SortKind::Text],
                        descending: true,
                    },
                    stringify!($newest),
                ));

                fn place(&self) -> Vec<$crate::store::SortValue> {
                    $crate::store::record::place_of(self.$newest, &Self::write_key(&self.key()))
                }
            )?

            $(
                const NEWEST: Option<($crate::store::Order, &'static str)> = Some((
                    $crate::store::Order {
                        name: concat!(stringify!($name), ".ledger"),
                        keys: &[$crate::store::SortKind::Integer],
                        descending: true,
                    },
                    stringify!($ledger),
                ));

                fn place(&self) -> Vec<$crate::store::SortValue> {
                    vec![$crate::store::SortValue::Integer(self.$ledger.try_into().unwrap_or(i64::MAX))]
                }
            )?

            $(
                fn users(&self) -> Vec<$crate::model::UserId> {
                    let mut users = Vec::new();
                    $( users.extend(Option::<$crate::model::UserId>::from(self.$user)); )+
                    users
                }
            )?

            $($( stored!(@optional $name $optional); )+)?
        }
    };
}
pub(crate) use stored;

macro_rules! deltas {
    ($($name:ident),+) => {
        /// One record before and after, of whichever sort.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "most are of the largest sort")]
        pub enum Delta {
            $( #[doc = concat!("A record of the sort ", stringify!($name), ".")] $name(Put<$name>) ),+
        }

        impl Delta {
            /// What the log says of it outside its payload.
            pub fn about(&self, undoes: Option<u64>) -> About {
                match self { $( Self::$name(put) => put.about(undoes) ),+ }
            }

            /// What the log says of it in its payload.
            pub fn payload(&self, operation: &Operation, reason: Option<&str>) -> Vec<u8> {
                match self { $( Self::$name(put) => put.payload(operation, reason) ),+ }
            }

            /// Whether nothing is different after it.
            pub fn is_nothing(&self) -> bool {
                match self { $( Self::$name(put) => put.before == put.after ),+ }
            }

            /// Whether both move the same record.
            pub fn is_of_the_same(&self, other: &Self) -> bool {
                match (self, other) {
                    $( (Self::$name(one), Self::$name(two)) => one.key() == two.key(), )+
                    _ => false,
                }
            }

            /// Both moves of one record as one; [`None`] if they are of two.
            pub fn then(self, next: &Self) -> Option<Self> {
                match (self, next) {
                    $( (Self::$name(first), Self::$name(second)) if first.key() == second.key() => Some(Self::$name(Put {
                        before: first.before,
                        after: second.after.clone(),
                    })), )+
                    _ => None,
                }
            }
        }

        $(
            impl From<Put<$name>> for Delta {
                fn from(put: Put<$name>) -> Self {
                    Self::$name(put)
                }
            }
        )+
    };
}
crate::for_each_record!(deltas);
