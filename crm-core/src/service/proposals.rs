//! Which customers are worth a look because their names may be alike (R6.1): the more keys they share with what is being
//! entered, and the rarer these are, the sooner.

use super::{door::ReadTx, duplicates::Reach};
use crate::{
    access::{Action, Grant},
    error::Result,
    matching::{MatchKey, Subject, edit_keys, part_keys},
    model::CustomerNumber,
};

/// Customers on a key of all that is common in a name.
const VERY_COMMON: u32 = 4_000;

/// How far a look for names that are alike goes.
struct Effort {
    /// Customers on one key beyond which it says too little.
    common: u32,
    /// How many names are read and compared.
    names: usize,
    /// A key of names one edit apart says as much as so many shared parts.
    edit: f64,
}

/// Of a short name there is little to go by, many have it, and those one edit apart are others rather; what is likely has
/// nearly all in common, and few have that.
fn effort(subject: &Subject, reach: Reach) -> Effort {
    const SHORT: usize = 6;

    let (common, names, edit) = match subject.name.folded.chars().nth(SHORT).is_none() {
        _ if reach == Reach::Likely => (50, 5, 3.0),
        true => (1_500, 160, 1.0),
        false => (300, 24, 3.0),
    };
    Effort { common, names, edit }
}

/// Customers that share keys with a draft; not those that are known already.
pub(super) fn propose<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
    reach: Reach,
    known: &[(MatchKey, CustomerNumber)],
) -> Result<Vec<CustomerNumber>> {
    let Effort { common, names, edit } = effort(subject, reach);
    let mut keys = Vec::new();
    edit_keys(
        &subject.name,
        subject.aliases.iter().map(String::as_str),
        &mut keys,
    );
    let (one_edit_apart, alike) = match reach {
        Reach::Likely => (tx.rare_candidates(grant, &keys, common)?, Vec::new()),
        Reach::Similar => {
            let edits = tx.rare_candidates(grant, &keys, VERY_COMMON)?;
            keys.clear();
            part_keys(&subject.name, &mut keys);
            let rare = tx.rare_candidates(grant, &keys, common)?;
            // Where all that the name has is common, there is nothing else to go by.
            let parts = match edits.is_empty() && rare.is_empty() {
                true => tx.rare_candidates(grant, &keys, VERY_COMMON)?,
                false => rare,
            };
            (edits, parts)
        }
    };
    let mut weighed: Vec<(CustomerNumber, f64)> = Vec::with_capacity(one_edit_apart.len() + alike.len());
    for (shared, weight) in [(one_edit_apart, edit), (alike, 1.0)] {
        for holders in shared.chunk_by(|a, b| a.0 == b.0) {
            let rarity = 1.0 + (f64::from(VERY_COMMON) / holders.len() as f64).log2();
            weighed.extend(holders.iter().map(|(_, number)| (*number, weight * rarity)));
        }
    }
    weighed.sort_by_key(|(number, _)| *number);
    let mut sums: Vec<(CustomerNumber, f64)> = weighed
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|same| Some((same.first()?.0, same.iter().map(|(_, weight)| weight).sum())))
        .collect();
    sums.retain(|(number, _)| !known.iter().any(|(_, there)| there == number));
    let by_weight =
        |a: &(CustomerNumber, f64), b: &(CustomerNumber, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if sums.len() > names {
        sums.select_nth_unstable_by(names, by_weight);
        sums.truncate(names);
    }
    Ok(sums.into_iter().map(|(number, _)| number).collect())
}
