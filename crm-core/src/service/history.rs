//! What the log tells of a record's past: which fields changed, and what they were (R8.5).

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::model::{AuditEntry, fields};

/// The fields that an entry changed, but the revision, which every change raises.
pub(super) fn changed_fields(entry: &AuditEntry) -> Vec<String> {
    let changed = part(entry, "before").unwrap_or_default();
    changed
        .into_iter()
        .map(|(field, _)| field)
        .filter(|field| field != fields::REVISION)
        .collect()
}

/// The record as it was before the change that an entry records; `None` once the entry has been erased.
pub(super) fn before<T: Serialize + DeserializeOwned>(entry: &AuditEntry, now: &T) -> Option<T> {
    let mut record = serde_json::to_value(now).ok()?;
    let object = record.as_object_mut()?;
    for (field, value) in part(entry, "before")? {
        match value {
            Value::Null => object.remove(&field),
            value => object.insert(field, value),
        };
    }
    serde_json::from_value(record).ok()
}

fn part(entry: &AuditEntry, name: &str) -> Option<Map<String, Value>> {
    let payload: Value = serde_json::from_slice(entry.payload.as_deref()?).ok()?;
    payload.get(name)?.as_object().cloned()
}
