//! A customer's history: what befell it and what hangs on it, as people read it (R8.5).

use std::collections::{BTreeMap, btree_map::Entry};

use serde_json::{Map, Value};

use super::door::ReadTx;
use crate::{
    access::{Action, Grant, SeeCustomers},
    audit::{Payload, payload::text_of},
    error::Result,
    model::{AuditEntry, CustomerKey, FieldChange, HistoryEntry, UserId, fields},
    store::check_limit,
};

/// The latest entries about a customer that may be seen.
pub(super) fn of_customer<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    key: &CustomerKey,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<HistoryEntry>> {
    let limit = check_limit(limit)?;
    let customer = tx.find_customer(grant, key)?;
    let entries = tx.log_of(grant, &customer, before.unwrap_or(u64::MAX), limit)?;
    told(tx, grant, &entries)
}

/// Entries as people read them, with who did it by name.
pub(super) fn told<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    entries: &[AuditEntry],
) -> Result<Vec<HistoryEntry>> {
    let mut names: BTreeMap<UserId, Option<String>> = BTreeMap::new();
    for actor in entries.iter().filter_map(|entry| entry.operation.actor) {
        if let Entry::Vacant(unknown) = names.entry(actor) {
            unknown.insert(tx.user(grant, actor)?.map(|user| user.name));
        }
    }
    let name = |actor: Option<UserId>| names.get(&actor?).cloned().flatten();
    Ok(entries
        .iter()
        .map(|entry| readable(entry, name(entry.operation.actor)))
        .collect())
}

fn readable(entry: &AuditEntry, actor_name: Option<String>) -> HistoryEntry {
    let operation = &entry.operation;
    let payload = Payload::of(entry);
    let (changes, reason) = match &payload {
        Payload::Read(read) => (
            changes(read.before.as_ref(), read.after.as_ref()),
            read.reason.clone(),
        ),
        Payload::Erased | Payload::Unreadable => (Vec::new(), None),
    };
    HistoryEntry {
        seq: entry.seq,
        operation: operation.id,
        at: operation.at,
        actor: operation.actor,
        actor_name,
        assistant: operation.origin.is_assistant(),
        kind: operation.kind,
        about: entry.about.reference(),
        fact_at: operation.fact_at,
        reason,
        changes,
        erased: payload == Payload::Erased,
    }
}

/// What was set, but the revision, which every change raises.
fn changes(before: Option<&Map<String, Value>>, after: Option<&Map<String, Value>>) -> Vec<FieldChange> {
    let part = |part: Option<&Map<String, Value>>, field: &str| {
        part.and_then(|part| part.get(field)).and_then(text_of)
    };
    let named = after.or(before).into_iter().flat_map(Map::keys);
    named
        .filter(|field| *field != fields::REVISION)
        .map(|field| FieldChange {
            field: field.clone(),
            before: part(before, field),
            after: part(after, field),
        })
        .collect()
}
