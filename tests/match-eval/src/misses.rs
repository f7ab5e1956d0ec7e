//! What went wrong at the shipped threshold, for people to read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    measure::Truth,
    pairs::Pair,
    record::{Record, Set},
    score::Scorer,
};

/// Prints the share found by kind of error (where the set knows its kinds), and the worst misses: half of them the same
/// and not found, half found and not the same, as far as there are so many.
pub fn print(set: &Set, truth: &Truth, scorer: &Scorer, pairs: &[Pair], count: usize) {
    let missed = missed(set, truth, pairs);
    let wrong: Vec<Pair> = pairs
        .iter()
        .filter(|pair| pair.likely && !truth.same(pair.a, pair.b))
        .copied()
        .collect();
    kinds(set, scorer, &missed, &wrong);
    let of_missed = (count / 2).max(count.saturating_sub(wrong.len()));
    show(set, scorer, "the same, not found", &missed, of_missed);
    show(
        set,
        scorer,
        "found, not the same",
        &wrong,
        count - of_missed.min(missed.len()),
    );
}

/// The pairs that are the same and were not found, the likeliest first; those that were not listed at all have no score.
fn missed(set: &Set, truth: &Truth, pairs: &[Pair]) -> Vec<Pair> {
    let listed: Vec<&Pair> = pairs.iter().filter(|pair| truth.same(pair.a, pair.b)).collect();
    let known: BTreeSet<(u32, u32)> = listed.iter().map(|pair| (pair.a, pair.b)).collect();
    let unlisted = same_pairs(&set.records)
        .into_iter()
        .filter(|pair| !known.contains(pair))
        .map(|(a, b)| Pair {
            a,
            b,
            score: 0.0,
            likely: false,
        });
    let unfound = listed.into_iter().filter(|pair| !pair.likely).copied();
    unfound.chain(unlisted).collect()
}

/// Every two records of a cluster.
fn same_pairs(records: &[Record]) -> Vec<(u32, u32)> {
    let mut clusters: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        clusters.entry(record.cluster).or_default().push(at as u32);
    }
    let pairs_in = |members: Vec<u32>| {
        let pairs = members
            .iter()
            .enumerate()
            .flat_map(|(at, &a)| members[at + 1..].iter().map(move |&b| (a, b)));
        pairs.collect::<Vec<_>>()
    };
    clusters.into_values().flat_map(pairs_in).collect()
}

/// The kind of difference between two records of a generated set; empty for another set.
fn kind(set: &Set, a: u32, b: u32) -> String {
    let (a, b) = (&set.records[a as usize], &set.records[b as usize]);
    match (a.how, b.how) {
        ("", _) | (_, "") => String::new(),
        ("base", how) | (how, "base") => how.to_owned(),
        (one, other) => format!("{} + {}", one.min(other), one.max(other)),
    }
}

fn kinds(set: &Set, scorer: &Scorer, missed: &[Pair], wrong: &[Pair]) {
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (a, b) in same_pairs(&set.records) {
        table.entry(kind(set, a, b)).or_default().1 += 1;
    }
    for pair in missed {
        table.entry(kind(set, pair.a, pair.b)).or_default().0 += 1;
    }
    if table.keys().all(String::is_empty) {
        reasons(scorer, "the same, not found, by what was seen", missed);
        reasons(scorer, "found, not the same, by what was seen", wrong);
        return;
    }
    // Two variants of one record: too many kinds to list each.
    table.retain(|kind, _| !kind.is_empty() && !kind.contains(" + "));
    println!("  kinds of error, found of all:");
    for (kind, (missed, all)) in table {
        println!("    {kind:24} {:>4} of {all}", all - missed);
    }
    let mut strangers: BTreeMap<String, usize> = BTreeMap::new();
    for pair in wrong {
        *strangers.entry(kind(set, pair.a, pair.b)).or_default() += 1;
    }
    strangers.remove("");
    if !strangers.is_empty() {
        println!("  taken for the same and not:");
    }
    for (kind, count) in strangers {
        println!("    {kind:24} {count:>4}");
    }
}

/// The reasons of a pair, without the figures, which differ from pair to pair.
fn seen(scorer: &Scorer, pair: &Pair) -> String {
    let reasons = scorer.reasons(pair.a as usize, pair.b as usize);
    match reasons.split_once(':') {
        Some((kind, _)) => kind.to_owned(),
        None => reasons,
    }
}

/// How many pairs have each list of reasons, the most frequent first; of a set that knows no kinds.
fn reasons(scorer: &Scorer, title: &str, pairs: &[Pair]) {
    let mut table: BTreeMap<String, usize> = BTreeMap::new();
    for pair in pairs {
        *table.entry(seen(scorer, pair)).or_default() += 1;
    }
    if !table.is_empty() {
        println!("  {title}:");
    }
    let mut rows: Vec<(String, usize)> = table.into_iter().collect();
    rows.sort_by(|(a, x), (b, y)| y.cmp(x).then(a.cmp(b)));
    for (seen, count) in rows {
        println!("    {count:>5}  {seen}");
    }
}

fn show(set: &Set, scorer: &Scorer, title: &str, pairs: &[Pair], count: usize) {
    if pairs.is_empty() || count == 0 {
        return;
    }
    println!("  {title} ({} in all):", pairs.len());
    for pair in by_turns(set, scorer, pairs).into_iter().take(count) {
        let text = |at: u32| {
            let record = &set.records[at as usize];
            let mut text = record.name.clone();
            for number in &record.numbers {
                text = format!("{text} {number}");
            }
            text
        };
        let reasons = scorer.reasons(pair.a as usize, pair.b as usize);
        let kind = kind(set, pair.a, pair.b);
        let kind = if kind.is_empty() {
            kind
        } else {
            format!("[{kind}] ")
        };
        println!(
            "    {:.2}  {kind}{}  |  {}  ({reasons})",
            pair.score,
            text(pair.a),
            text(pair.b)
        );
    }
}

/// One pair of each kind (where the set knows no kinds, of each list of reasons), then the second of each, and so on, so
/// that none hides the others; and of one customer one pair only.
fn by_turns(set: &Set, scorer: &Scorer, pairs: &[Pair]) -> Vec<Pair> {
    let mut kinds: BTreeMap<String, VecDeque<Pair>> = BTreeMap::new();
    let mut customers = BTreeSet::new();
    for pair in pairs {
        let customer = set.records[pair.a as usize].cluster;
        if customers.insert((customer, set.records[pair.b as usize].cluster)) {
            let kind = kind(set, pair.a, pair.b);
            let kind = match kind.is_empty() {
                true => seen(scorer, pair),
                false => kind,
            };
            kinds.entry(kind).or_default().push_back(*pair);
        }
    }
    let mut turns = Vec::new();
    while kinds.values().any(|pairs| !pairs.is_empty()) {
        turns.extend(kinds.values_mut().filter_map(VecDeque::pop_front));
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crmkit::matching::Weights;

    fn set(rows: &[(u32, &str, &'static str)]) -> Set {
        let records = rows.iter().map(|&(cluster, name, how)| Record {
            how,
            ..Record::company(cluster, name)
        });
        Set {
            name: "set".to_owned(),
            records: records.collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_is_the_same_and_was_not_found_is_missed_listed_or_not() {
        let set = set(&[(0, "a", ""), (0, "b", ""), (0, "c", ""), (1, "d", "")]);
        let pair = |a, b, score, likely| Pair { a, b, score, likely };
        let pairs = [
            pair(0, 1, 0.95, true),
            pair(0, 2, 0.7, false),
            pair(2, 3, 0.65, false),
        ];
        let missed = missed(&set, &Truth::new(&set.records), &pairs);
        let missed: Vec<_> = missed.iter().map(|pair| (pair.a, pair.b, pair.score)).collect();
        assert_eq!(missed, [(0, 2, 0.7), (1, 2, 0.0)]);
    }

    #[test]
    fn no_kind_hides_the_others_and_no_customer_is_shown_twice() {
        let rows = [
            (0, "云泽科技有限公司", "base"),
            (0, "云择科技有限公司", "same_sound"),
            (0, "云则科技有限公司", "same_sound"),
            (1, "禾来贸易有限公司", "base"),
            (1, "禾来", "short_name"),
        ];
        let set = set(&rows);
        let scorer = Scorer::new(&set.records, Weights::shipped()).unwrap();
        let pairs = [(0, 1, 0.8), (0, 2, 0.7), (3, 4, 0.2)].map(|(a, b, score)| Pair {
            a,
            b,
            score,
            likely: false,
        });
        let shown: Vec<_> = by_turns(&set, &scorer, &pairs)
            .iter()
            .map(|pair| (pair.a, pair.b))
            .collect();
        assert_eq!(shown, [(0, 1), (3, 4)]);
        assert_eq!(kind(&set, 1, 2), "same_sound + same_sound");
    }
}
