//! What the pairs come to that were found: groups of likely duplicates, and similar pairs (R6.2).

use std::collections::{BTreeMap, BTreeSet};

use super::{DuplicateGroup, there::Party};
use crate::{
    matching::{Comparison, DuplicatePair, MatchBand, Registered, Rules, group, likeness},
    model::CustomerNumber,
};

/// A group of more customers than this is no group of duplicates.
const LARGEST: usize = 50;

/// A pair, and the places of both among those that were compared.
pub(super) struct FoundPair {
    pub(super) pair: DuplicatePair,
    places: (usize, usize),
}

impl FoundPair {
    pub(super) fn new(
        (a, first): (usize, &Party),
        (b, second): (usize, &Party),
        compared: Comparison,
    ) -> Self {
        let pair = DuplicatePair {
            first: first.number,
            first_name: first.name.clone(),
            second: second.number,
            second_name: second.name.clone(),
            band: compared.band,
            score: compared.score,
            reasons: compared.reasons,
            weights: compared.weights,
        };
        Self { pair, places: (a, b) }
    }
}

/// The groups, and the pairs that are only similar, without those that somebody said to be different.
pub(super) fn report_of(
    mut found: Vec<FoundPair>,
    there: &[Party],
    said: &BTreeMap<CustomerNumber, Vec<CustomerNumber>>,
    rules: Rules<'_>,
) -> (Vec<DuplicateGroup>, Vec<DuplicatePair>) {
    let different = |a: CustomerNumber, b: CustomerNumber| {
        let said = |a, b| said.get(a).is_some_and(|others| others.contains(b));
        said(&a, &b) || said(&b, &a)
    };
    found.retain(|FoundPair { pair, .. }| !different(pair.first, pair.second));
    found.sort_by(|FoundPair { pair: x, .. }, FoundPair { pair: y, .. }| {
        y.score
            .total_cmp(&x.score)
            .then((x.first, x.second).cmp(&(y.first, y.second)))
    });
    let (likely, similar): (Vec<FoundPair>, Vec<FoundPair>) = found
        .into_iter()
        .partition(|found| found.pair.band == MatchBand::Likely);
    let edges: Vec<(usize, usize)> = likely.iter().map(|found| found.places).collect();
    let sure: BTreeSet<(usize, usize)> = edges.iter().copied().collect();
    let names = |a: &Party, b: &Party| likeness(&a.subject.name, &b.subject.name, rules.weights).bits;
    // What is likely in spite of the names is so by a number that says more: of such a customer names tell nothing.
    let both = |&(a, b): &(usize, usize)| Some((there.get(a)?, there.get(b)?));
    let in_spite = |edge: &&(usize, usize)| both(edge).is_some_and(|(a, b)| names(a, b) < 0.0);
    let renamed: BTreeSet<usize> = edges
        .iter()
        .filter(in_spite)
        .flat_map(|(a, b)| [*a, *b])
        .collect();
    let conflict = |a: usize, b: usize| match both(&(a, b)) {
        _ if sure.contains(&(a.min(b), a.max(b))) => false,
        Some((x, y)) => {
            let by_name = !renamed.contains(&a) && !renamed.contains(&b) && names(x, y) < 0.0;
            by_name
                || Registered::of(&x.subject, &y.subject) == Registered::Apart
                || different(x.number, y.number)
        }
        None => true,
    };
    let groups = group(there.len(), &edges, LARGEST, conflict);
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, members) in groups.iter().enumerate() {
        group_of.extend(members.iter().map(|member| (*member, at)));
    }
    let number = |at: usize| there.get(at).map(|there| there.number);
    let mut groups: Vec<DuplicateGroup> = groups
        .into_iter()
        .map(|members| DuplicateGroup {
            customers: members.into_iter().filter_map(number).collect(),
            pairs: Vec::new(),
        })
        .collect();
    for FoundPair { pair, places: (a, b) } in likely {
        let same = group_of.get(&a).filter(|group| group_of.get(&b) == Some(group));
        if let Some(group) = same.and_then(|at| groups.get_mut(*at)) {
            group.pairs.push(pair);
        }
    }
    (groups, similar.into_iter().map(|found| found.pair).collect())
}
