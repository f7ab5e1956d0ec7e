//! What the log says that a record is (R8.5): its entries played again, in order.

use serde_json::{Map, Value};

use super::{
    Payload,
    payload::{fields_of, restore},
};
use crate::{
    model::AuditEntry,
    store::record::{FieldVisitor, Record},
};

/// What the log says of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Replayed<T> {
    /// It is there, or is not.
    Known(Option<T>),
    /// An entry was erased (R9.3), or is of a later version: it cannot be told.
    Unknown,
}

/// Plays the entries about one record, in their order.
pub fn replay<'e, T: Record>(entries: impl IntoIterator<Item = &'e AuditEntry>) -> Replayed<T> {
    let mut record: Option<Map<String, Value>> = None;
    for entry in entries {
        let Payload::Read(read) = Payload::of(entry) else {
            return Replayed::Unknown;
        };
        match (read.before, read.after) {
            (None, None) => {}
            (None, Some(_)) => match restore::<T>(entry) {
                Some(entered) => record = fields_of(&entered),
                None => return Replayed::Unknown,
            },
            (Some(_), None) => record = None,
            (Some(_), Some(after)) => {
                let Some(record) = &mut record else {
                    return Replayed::Unknown;
                };
                for (field, value) in after {
                    match value {
                        Value::Null => record.remove(&field),
                        value => record.insert(field, value),
                    };
                }
            }
        }
    }
    match record.map(|fields| serde_json::from_value(Value::Object(fields))) {
        None => Replayed::Known(None),
        Some(Ok(record)) => Replayed::Known(Some(record)),
        Some(Err(_)) => Replayed::Unknown,
    }
}

/// The names of the fields in which two records differ.
pub fn differing<T: Record>(one: &T, other: &T) -> Vec<&'static str> {
    #[derive(Default)]
    struct Differing(Vec<&'static str>);

    impl FieldVisitor for Differing {
        fn field<V: PartialEq>(&mut self, name: &'static str, one: &V, other: &V) {
            if one != other {
                self.0.push(name);
            }
        }
    }

    let mut differing = Differing::default();
    T::visit(one, other, &mut differing);
    differing.0
}
