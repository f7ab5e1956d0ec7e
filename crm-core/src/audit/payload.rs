//! What an entry says of its record beside its columns: fields before and after, and the reason. All of it can be erased.
//!
//! Version 1 is JSON: `{"v":1,"before":{…},"after":{…},"reason":"…"}`. Of a record that was entered `after` has every
//! field that is not blank, but for those that the entry's columns tell: its key, the customer that it hangs on, its
//! owner, when and by whom it was entered where that is the operation's own, and the revision 1. Of one that was changed
//! both have the fields that differ. Of one that was taken out `before` has what `after` would have had.
//! A payload of a version that this release does not know is kept, and passed over.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    model::{AuditEntry, Operation, fields},
    store::record::{FieldVisitor, Put, Record},
};

/// The version of the form that this release writes.
pub const VERSION: u32 = 1;

const OWNER: &str = fields::OWNER;
const CREATED_AT: &str = fields::CREATED_AT;
const CREATED_BY: &str = fields::CREATED_BY;

/// What is known of a payload.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// It was emptied (R9.3).
    Erased,
    /// It is of a later version, or no payload at all.
    Unreadable,
    /// What it says.
    Read(Read),
}

/// What a payload says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Read {
    /// Fields before; none where there was nothing.
    pub before: Option<Map<String, Value>>,
    /// Fields after; none where there is nothing any longer.
    pub after: Option<Map<String, Value>>,
    /// Why.
    pub reason: Option<String>,
    /// What somebody tried in vain, or did without moving a record.
    pub action: Option<String>,
    /// The entries that an erasure emptied, from the first to the last of each range.
    #[serde(default)]
    pub erased: Vec<(u64, u64)>,
}

impl Payload {
    /// What an entry's payload says.
    pub fn of(entry: &AuditEntry) -> Self {
        #[derive(Deserialize)]
        struct Versioned {
            v: u32,
        }

        let Some(bytes) = &entry.payload else {
            return Self::Erased;
        };
        let version = serde_json::from_slice::<Versioned>(bytes).map(|versioned| versioned.v);
        match (version, serde_json::from_slice(bytes)) {
            (Ok(VERSION), Ok(read)) => Self::Read(read),
            _ => Self::Unreadable,
        }
    }
}

impl Read {
    /// The fields that were changed, but the revision, which every change raises.
    pub fn changed_fields(&self) -> impl Iterator<Item = &str> {
        let changed = self.before.iter().filter(|_| self.after.is_some()).flatten();
        changed
            .map(|(field, _)| field.as_str())
            .filter(|field| *field != fields::REVISION)
    }
}

/// The payload of a record that was entered, changed or taken out.
pub fn write<T: Record>(put: &Put<T>, operation: &Operation, reason: Option<&str>) -> Vec<u8> {
    let Put { before, after } = put;
    let mut out = begin();
    match (before, after) {
        (Some(before), Some(after)) => {
            let mut changed = Changed::default();
            T::visit(before, after, &mut changed);
            part(&mut out, "before", &changed.before);
            part(&mut out, "after", &changed.after);
        }
        (before, after) => {
            let name = if after.is_some() { "after" } else { "before" };
            if let Some(record) = after.as_ref().or(before.as_ref()) {
                part(
                    &mut out,
                    name,
                    &entered(record, operation.fact_at.unwrap_or(operation.at), operation),
                );
            }
        }
    }
    end(out, reason)
}

/// The payload of a record that is entered.
pub(crate) fn write_new<T: Record>(record: &T, operation: &Operation) -> Vec<u8> {
    let mut out = begin();
    let at = operation.fact_at.unwrap_or(operation.at);
    part(&mut out, "after", &entered(record, at, operation));
    end(out, None)
}

/// What was tried in vain, or done without moving a record.
pub(crate) fn of_action(action: &str) -> Vec<u8> {
    let mut out = begin();
    named(&mut out, "action", action);
    end(out, None)
}

/// What an erasure names: the entries that it emptied, which rise.
pub fn erasure(emptied: &[u64]) -> Vec<u8> {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &seq in emptied {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == seq => *last = seq,
            _ => ranges.push((seq, seq)),
        }
    }
    let mut out = begin();
    named(&mut out, "erased", &ranges);
    end(out, None)
}

fn begin() -> Vec<u8> {
    let mut out = Vec::with_capacity(384);
    out.extend_from_slice(b"{\"v\":");
    out.extend_from_slice(VERSION.to_string().as_bytes());
    out
}

fn end(mut out: Vec<u8>, reason: Option<&str>) -> Vec<u8> {
    if let Some(reason) = reason {
        named(&mut out, "reason", reason);
    }
    out.push(b'}');
    out
}

fn part(out: &mut Vec<u8>, name: &str, fields: &Fields) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":{");
    out.extend_from_slice(&fields.0);
    out.push(b'}');
}

fn named<T: Serialize + ?Sized>(out: &mut Vec<u8>, name: &str, value: &T) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    json(out, value);
}

/// Plain data has no key that is no text and no number that is none, which is all that could fail.
fn json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// The inside of a JSON object.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    /// Adds a field; where it is blank, only if it is to be said.
    fn add<T: Serialize>(&mut self, name: &'static str, value: &T, blank_too: bool) {
        let start = self.0.len();
        if start > 0 {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
        let from = self.0.len();
        json(&mut self.0, value);
        let blank = match self.0.get(from..) {
            Some(b"null" | b"[]" | b"{}") => true,
            // Few are: what is in time says nothing.
            Some(b"false") => name == fields::LATE,
            _ => false,
        };
        if blank && !blank_too {
            self.0.truncate(start);
        }
    }
}

/// Both sides of the fields that differ.
#[derive(Default)]
struct Changed {
    before: Fields,
    after: Fields,
}

impl FieldVisitor for Changed {
    fn field<T: Serialize + PartialEq>(&mut self, name: &'static str, before: &T, after: &T) {
        if before != after {
            self.before.add(name, before, true);
            self.after.add(name, after, true);
        }
    }
}

/// What the columns of the entry do not tell of a record.
fn entered<T: Record>(record: &T, at: DateTime<Utc>, operation: &Operation) -> Fields {
    struct Entered<'t, T> {
        record: &'t T,
        at: DateTime<Utc>,
        operation: &'t Operation,
        fields: Fields,
    }

    impl<T: Record> FieldVisitor for Entered<'_, T> {
        fn field<V: Serialize + PartialEq>(&mut self, name: &'static str, value: &V, _: &V) {
            let told = match name {
                name if T::KEY.contains(&name) || T::CUSTOMER == Some(name) => true,
                fields::REVISION => self.record.revision() == Some(1),
                OWNER => self.record.owner().is_some(),
                CREATED_AT => self.record.created_at() == Some(self.at),
                CREATED_BY => self.record.created_by() == Some(self.operation.actor),
                _ => false,
            };
            if !told {
                self.fields.add(name, value, name == CREATED_BY);
            }
        }
    }

    let mut entered = Entered {
        record,
        at,
        operation,
        fields: Fields::default(),
    };
    T::visit(record, record, &mut entered);
    entered.fields
}

/// The record that an entry says was entered, or taken out, from the entry alone.
pub fn restore<T: Record>(entry: &AuditEntry) -> Option<T> {
    let Payload::Read(read) = Payload::of(entry) else {
        return None;
    };
    let (mut fields, owner) = match (read.before, read.after) {
        (None, Some(after)) => (after, entry.about.owner_after),
        (Some(before), None) => (before, entry.about.owner_before),
        _ => return None,
    };
    let operation = &entry.operation;
    let mut tell = |name: &str, value: Value| {
        fields.entry(name).or_insert(value);
    };
    let key = serde_json::to_value(T::read_key(&entry.about.key)?).ok()?;
    match (T::KEY, key) {
        ([], _) => {}
        ([name], key) => tell(name, key),
        (names, Value::Array(keys)) => names.iter().zip(keys).for_each(|(name, key)| tell(name, key)),
        _ => return None,
    }
    if let (Some(name), Some(customer)) = (T::CUSTOMER, entry.about.customer) {
        tell(name, customer.to_string().into());
    }
    if let Some(owner) = owner {
        tell(OWNER, owner.to_string().into());
    }
    tell(fields::REVISION, 1.into());
    let at = operation.fact_at.unwrap_or(operation.at);
    tell(CREATED_AT, serde_json::to_value(at).ok()?);
    tell(CREATED_BY, serde_json::to_value(operation.actor).ok()?);
    serde_json::from_value(Value::Object(fields)).ok()
}

/// A record's fields by their names.
pub(crate) fn fields_of<T: Record>(record: &T) -> Option<Map<String, Value>> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

/// The record as it was before the change that an entry records, from what it is since.
pub fn before<T: Record>(entry: &AuditEntry, after: &T) -> Option<T> {
    let Payload::Read(Read {
        before: Some(before),
        after: Some(_),
        ..
    }) = Payload::of(entry)
    else {
        return None;
    };
    let mut fields = fields_of(after)?;
    for (field, value) in before {
        match value {
            Value::Null => fields.remove(&field),
            value => fields.insert(field, value),
        };
    }
    serde_json::from_value(Value::Object(fields)).ok()
}

/// A value of a record as people read it: texts as they are, what is made of parts as JSON; nothing for a blank.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) if items.is_empty() => None,
        Value::Object(fields) if fields.is_empty() => None,
        value => Some(value.to_string()),
    }
}
