//! What is there already: the row of an earlier run, a likely duplicate, a number in use.

use super::row::outcome;
use crate::{
    access::{Grant, ImportCustomers},
    error::{Code, Error, Problem, Result},
    import::CustomerRow,
    matching::{Candidate, KeyKind, MatchBand, MatchKey, Subject, explain},
    model::{ImportRow, RowOutcome, fields},
    service::{door::ReadTx, duplicates::compare_all},
    store::CustomerKeys,
};

/// Customers looked at per key and row.
const PER_KEY: u32 = 8;

/// What is there already, and how that is known.
pub(super) struct There {
    pub(super) candidate: Candidate,
    pub(super) problem: Problem,
}

/// Looks a row up by its exact keys: the same row of an earlier run, else a likely duplicate (R6.1).
pub(super) fn find_there<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    row: &CustomerRow,
    subject: &Subject,
    keys: &CustomerKeys,
    language: crate::Language,
) -> Result<Option<There>> {
    let (core_low, core_high) = MatchKey::range(KeyKind::Core);
    let exact: Vec<MatchKey> = keys
        .as_slice()
        .iter()
        .copied()
        .filter(|key| !(core_low..=core_high).contains(key))
        .collect();
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
    let best = compare_all(tx, grant, subject, &hits)?
        .into_iter()
        .find(|(_, found)| found.band == MatchBand::Likely);
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

/// Refuses a row whose number or identifier is in use.
pub(super) fn taken<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    line: u64,
    row: &CustomerRow,
) -> Result<Option<ImportRow>> {
    let mut problems = Vec::new();
    if let Some(number) = row.number
        && tx.number_taken(grant, number)?
    {
        problems.push(Problem::with(
            fields::NUMBER,
            Code::NumberTaken,
            number.to_string(),
        ));
    }
    if let Some(external_id) = &row.checked.external_id
        && tx.external_id_holder(grant, external_id)?.is_some()
    {
        problems.push(Problem::with(
            fields::EXTERNAL_ID,
            Code::ExternalIdTaken,
            external_id,
        ));
    }
    Ok((!problems.is_empty()).then(|| outcome(line, RowOutcome::Refused, problems)))
}
