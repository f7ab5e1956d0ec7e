//! What is there already: the row of an earlier run, a likely duplicate, a number in use.

use crate::{
    access::{Grant, ImportCustomers},
    error::{Code, Error, Problem, Result},
    import::CustomerRow,
    matching::{Candidate, KeyKind, MatchKey, Subject, explain},
    model::{Customer, CustomerNumber, fields},
    rules::number::check_reach,
    service::{door::ReadTx, duplicates::compare_hits},
    store::CustomerKeys,
};

/// Customers looked at per key and row.
const PER_KEY: u32 = 8;

/// What is there already, and how that is known.
pub(super) struct There {
    pub(super) candidate: Candidate,
    pub(super) problem: Problem,
}

/// The keys by which a row is looked up: those that say "the same", but for the core, which many share.
pub(super) fn keys_asked(keys: &CustomerKeys) -> impl Iterator<Item = MatchKey> {
    let (first, last) = MatchKey::range(KeyKind::Core);
    let asked = move |key: &MatchKey| key.is_exact() && !(first..=last).contains(key);
    keys.as_slice().iter().copied().filter(asked)
}

/// Looks a row up by its exact keys: the same row of an earlier run, else a likely duplicate (R6.1). What has a slip in its
/// name is for the search over the rows that came in (R6.2).
pub(super) fn find_there<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    row: &CustomerRow,
    subject: &Subject,
    keys: &CustomerKeys,
    language: crate::Language,
) -> Result<Option<There>> {
    let exact: Vec<MatchKey> = keys_asked(keys).collect();
    let hits = tx.candidates(grant, &exact, PER_KEY)?;
    if hits.is_empty() {
        return Ok(None);
    }
    if let Some((_, number)) = hits.iter().find(|(key, _)| *key == row.row) {
        let candidate = tx
            .candidate(grant, *number)?
            .ok_or_else(|| Error::internal("a key without its customer"))?;
        let problem = Problem::with("", Code::RowRepeated, number.to_string());
        return Ok(Some(There { candidate, problem }));
    }
    let best = compare_hits(tx, grant, subject, &hits)?
        .into_iter()
        .find(|(_, found)| found.is_same());
    Ok(best.map(|(candidate, found)| {
        let text = format!(
            "{} {} ({})",
            candidate.number,
            candidate.name,
            explain(&found.reasons, language)
        );
        There {
            candidate,
            problem: Problem::with("", Code::RowDuplicate, text),
        }
    }))
}

/// How a row's customer can be entered.
pub(super) enum Room {
    /// As a new one.
    New,
    /// As the one that undoing an import took out, whose number or identifier the row brings.
    Again(Box<Customer>),
    /// Not at all: its number or identifier is in use, or its number too high.
    Taken(Vec<Problem>),
}

/// Whether a row's number and identifier are free, or its own from an import that was undone. `brought` is the highest
/// serial that rows which are not stored, as of a dry run, brought before it in the same lane and of the same day.
pub(super) fn room_for<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    row: &CustomerRow,
    brought: u32,
) -> Result<Room> {
    let identified = match &row.checked.external_id {
        Some(external_id) => tx.external_id_holder(grant, external_id)?,
        None => None,
    };
    let numbered = match row.number {
        Some(number) => tx.number_taken(grant, number)?.then_some(number),
        None => None,
    };
    let named = if row.number.is_some() {
        numbered
    } else {
        identified
    };
    let undone = match named {
        Some(number) => tx.undone_customer(grant, number)?,
        None => None,
    };
    let in_use = |holder: Option<CustomerNumber>| {
        holder.filter(|number| undone.as_ref().is_none_or(|undone| undone.number != *number))
    };
    let mut problems = Vec::new();
    if let Some(number) = in_use(numbered) {
        problems.push(Problem::with(
            fields::NUMBER,
            Code::NumberTaken,
            number.to_string(),
        ));
    }
    if let (Some(number), None) = (row.number, numbered) {
        let last = tx.last_serial(grant, number)?.max(brought);
        problems.extend(check_reach(number, last).err());
    }
    if let (Some(external_id), Some(_)) = (&row.checked.external_id, in_use(identified)) {
        problems.push(Problem::with(
            fields::EXTERNAL_ID,
            Code::ExternalIdTaken,
            external_id,
        ));
    }
    Ok(match undone {
        _ if !problems.is_empty() => Room::Taken(problems),
        Some(undone) => Room::Again(Box::new(undone)),
        None => Room::New,
    })
}
