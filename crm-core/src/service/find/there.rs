//! The customers that are compared, and how many parties have each of their numbers (R6.2).

use std::collections::BTreeMap;

use super::pairs::Pairs;
use crate::{
    access::{Grant, SeeCustomers},
    error::Result,
    matching::{Candidate, Rules, Subject, WEAK_PHONE_HOLDERS},
    model::{CustomerNumber, ImportId},
    service::door::ReadTx,
};

/// A customer that is in a pair.
pub(super) struct Party {
    pub(super) number: CustomerNumber,
    pub(super) name: String,
    pub(super) subject: Subject,
    /// Whether the search is about it.
    pub(super) sought: bool,
}

impl Party {
    pub(super) fn new(candidate: &Candidate, from: Option<ImportId>, sought: Option<ImportId>) -> Self {
        Self {
            number: candidate.number,
            name: candidate.name.clone(),
            subject: Subject::of(candidate),
            sought: sought.is_none() || from == sought,
        }
    }
}

/// Of the next customers those that are in a pair, with the import that each came with, and the last one that was read.
#[expect(clippy::type_complexity, reason = "a list and where it ends")]
pub(super) fn read<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    after: Option<CustomerNumber>,
    limit: u32,
    pairs: &Pairs,
) -> Result<(Vec<(Candidate, Option<ImportId>)>, Option<CustomerNumber>)> {
    let mut read = tx.candidates_after(grant, after, limit)?;
    let last = read.last().map(|(candidate, _)| candidate.number);
    read.retain(|(candidate, _)| pairs.have(candidate.number));
    Ok((read, last))
}

/// How many parties have each number that several customers have.
pub(super) fn holders(there: &[Party], pairs: &Pairs, rules: Rules<'_>) -> BTreeMap<String, usize> {
    let mut having: Vec<(&str, usize)> = Vec::new();
    for (at, it) in there.iter().enumerate() {
        let numbers = it.subject.phones.iter().chain(&it.subject.aliases);
        having.extend(numbers.map(|number| (number.as_str(), at)));
    }
    having.sort_unstable();
    let mut holders = BTreeMap::new();
    for same in having.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let Some((number, _)) = same.first() else { continue };
        let names = same
            .iter()
            .filter_map(|(_, at)| Some(&there.get(*at)?.subject.name));
        let parties = match pairs.is_crowded(number) {
            true => WEAK_PHONE_HOLDERS,
            false => rules.parties(names),
        };
        holders.insert((*number).to_owned(), parties);
    }
    holders
}
