//! Which customers are worth a look because their names may be alike (R6.1): the more keys they share with what is being
//! entered, and the rarer these are, the sooner.

use super::duplicates::Reach;
use crate::{
    matching::{MatchKey, Subject, edit_keys, may_be_spelt, sought_keys},
    model::CustomerNumber,
    store::{Crowded, KeyQuestion, Whose},
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

/// Of a short name, or one that is typed as it sounds, there is little to go by, many have it, and those one edit apart are
/// others rather; what is likely has nearly all in common, and few have that.
fn effort(subject: &Subject, reach: Reach) -> Effort {
    const SHORT: usize = 6;

    let is_vague = subject.name.folded.chars().nth(SHORT).is_none() || may_be_spelt(&subject.name);
    let (common, names, edit) = match is_vague {
        _ if reach == Reach::Likely => (50, 5, 3.0),
        true => (1_500, 160, 1.0),
        false => (300, 24, 3.0),
    };
    Effort { common, names, edit }
}

/// Which keys are asked for names that are alike: those one edit apart, then those of parts; where both have no answer,
/// since all that the name has is common, parts that very many have.
pub(super) fn questions(subject: &Subject, reach: Reach, whose: Whose) -> Vec<KeyQuestion> {
    let Effort { common, .. } = effort(subject, reach);
    let rare = |keys: &[MatchKey], limit, unless| KeyQuestion {
        keys: keys.to_vec(),
        whose,
        limit,
        crowded: Crowded::LeaveOut,
        unless,
    };
    let mut edits = Vec::new();
    edit_keys(
        &subject.name,
        subject.aliases.iter().map(String::as_str),
        &mut edits,
    );
    match reach {
        Reach::Likely => vec![rare(&edits, common, 0)],
        Reach::Similar => {
            let mut parts = Vec::new();
            sought_keys(&subject.name, &mut parts);
            vec![
                rare(&edits, common, 0),
                rare(&parts, common, 0),
                rare(&parts, VERY_COMMON, 2),
            ]
        }
    }
}

/// Of the customers that answered the [`questions`] those that are worth a look, but for those that are known already: by
/// how many keys they share, and how rare these are.
pub(super) fn choose(
    subject: &Subject,
    reach: Reach,
    answers: &[Vec<(MatchKey, CustomerNumber)>],
    known: &[CustomerNumber],
) -> Vec<CustomerNumber> {
    let Effort { names, edit, .. } = effort(subject, reach);
    let mut weighed: Vec<(CustomerNumber, f64)> = Vec::with_capacity(answers.iter().map(Vec::len).sum());
    for (at, shared) in answers.iter().enumerate() {
        let weight = if at == 0 { edit } else { 1.0 };
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
    sums.retain(|(number, _)| !known.contains(number));
    let by_weight =
        |a: &(CustomerNumber, f64), b: &(CustomerNumber, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if sums.len() > names {
        sums.select_nth_unstable_by(names, by_weight);
        sums.truncate(names);
    }
    sums.into_iter().map(|(number, _)| number).collect()
}
