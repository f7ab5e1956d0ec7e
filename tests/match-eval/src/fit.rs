//! Fits the weights to labelled sets, and says what they do on clusters that they were not fitted to.
//!
//! What is sought is F1 itself, made smooth: how far a pair is above or below what makes it likely counts, by
//! a bit and a half, so that a pair just on the wrong side weighs most. Each weight in turn goes up or down by a step if
//! that helps; steps get smaller. What a weight gains must be worth its distance from where it began: a few
//! hundred pairs do not speak about every weight.

use anyhow::Result;
use crmkit::matching::{self, Fitted, Weights};

use crate::{
    measure::{Counts, Truth, bootstrap, interval},
    pairs::{self, Pair},
    record::Set,
    score::Scorer,
};

/// So many bits off the border a pair is half as uncertain.
const SMOOTH: f64 = 1.5;
/// What it costs in F1 that a weight is moved by its own size.
const PULL: f64 = 0.004;
/// Parts that the clusters are divided into; each is held back in turn.
const FOLDS: u64 = 5;
/// The steps in bits.
const STEPS: [f64; 3] = [2.0, 1.0, 0.5];
/// How often all weights are gone through with one step.
const ROUNDS: usize = 4;

/// A labelled set made ready: its pairs that are the same, and those that are not and have something in common.
struct Ready {
    set: Set,
    truth: Truth,
    scorer: Scorer,
    pairs: Vec<(Pair, bool)>,
    /// By record, the fold of its cluster.
    folds: Vec<u64>,
}

impl Ready {
    fn new(set: Set) -> Result<Self> {
        let truth = Truth::new(&set.records);
        let (scorer, found) = pairs::all(&set.records, Weights::shipped())?;
        let listed = found.into_iter().map(|pair| (pair, truth.same(pair.a, pair.b)));
        let folds = set.parts(FOLDS);
        Ok(Self {
            pairs: listed.collect(),
            set,
            truth,
            scorer,
            folds,
        })
    }

    fn touches(&self, pair: &Pair, fold: u64) -> bool {
        [pair.a, pair.b].iter().any(|&at| self.folds[at as usize] == fold)
    }

    /// F1 at the shipped threshold, smooth, over the pairs that touch nothing of the fold that is held back.
    fn smooth_f1(&self, weights: &Weights, held_back: Option<u64>) -> f64 {
        let (mut right, mut wrong, mut all) = (0.0, 0.0, 0.0);
        for (pair, same) in &self.pairs {
            if held_back.is_some_and(|fold| self.touches(pair, fold)) {
                continue;
            }
            let above = self
                .scorer
                .above_likely(pair.a as usize, pair.b as usize, weights);
            let share = 1.0 / (1.0 + (-above / SMOOTH).exp());
            match same {
                true => (right, all) = (right + share, all + 1.0),
                false => wrong += share,
            }
        }
        2.0 * right / (right + wrong + all).max(1.0)
    }
}

/// The weights that speak about people, and those that speak about companies.
fn names(people: bool) -> Vec<&'static str> {
    /// What the rules fix, or no set can tell.
    const LEFT: [&str; 8] = [
        "most_in_common",
        "most_branch",
        "shared_phone",
        "weak_phone",
        "alias_character",
        "most_alias",
        "changed_name",
        "numbers_differ",
    ];
    const NUMBERS: [&str; 3] = ["same_phone", "near_phone", "near_alias"];

    let names = Weights::shipped().list().into_iter().map(|(name, _)| name);
    // Those of a short name make an order among its full ones.
    let orders = |name: &str| name.starts_with("short_") && name != "short_name";
    let names = names.filter(|name| !LEFT.contains(name) && !orders(name));
    let about = |name: &&str| match NUMBERS.contains(name) {
        true => people || *name == "same_phone",
        false => name.starts_with("person_") == people,
    };
    names.filter(about).collect()
}

fn loss(sets: &[Ready], weights: &Weights, held_back: Option<u64>) -> f64 {
    let f1: f64 = sets.iter().map(|set| set.smooth_f1(weights, held_back)).sum();
    let begun = Weights::shipped().list();
    let moved = begun
        .iter()
        .zip(weights.list())
        .map(|((_, from), (_, to))| ((to - from) / from).powi(2));
    1.0 - f1 / sets.len() as f64 + PULL * moved.sum::<f64>()
}

/// Goes through the weights of these names, a step up or down each, as long as it helps.
fn descend(sets: &[Ready], names: &[&str], mut weights: Weights, held_back: Option<u64>) -> Weights {
    let mut best = loss(sets, &weights, held_back);
    for step in STEPS {
        for _ in 0..ROUNDS {
            let before = best;
            for name in names {
                for step in [step, -step] {
                    let mut tried = weights.clone();
                    let list = tried.list();
                    let Some((_, bits)) = list.iter().find(|(there, _)| there == name) else {
                        continue;
                    };
                    tried.set(name, bits + step);
                    if tried != tried.within_rules() {
                        continue;
                    }
                    let found = loss(sets, &tried, held_back);
                    if found < best - 1e-6 {
                        (weights, best) = (tried, found);
                        break;
                    }
                }
            }
            if before - best < 1e-5 {
                break;
            }
        }
    }
    weights
}

/// Fits to the sets, prints what comes of it fold by fold, and gives the weights fitted to all of it.
///
/// # Errors
/// Those of [`pairs::all`].
pub fn fit(sets: Vec<Set>) -> Result<Weights> {
    let (people, companies): (Vec<Set>, Vec<Set>) = sets
        .into_iter()
        .partition(|set| set.records.iter().any(|record| record.is_person()));
    let mut weights = Weights::shipped().clone();
    for (sets, people) in [(companies, false), (people, true)] {
        if sets.is_empty() {
            continue;
        }
        let sets: Vec<Ready> = sets.into_iter().map(Ready::new).collect::<Result<_>>()?;
        let names = names(people);
        let mut found: Vec<Vec<Pair>> = vec![Vec::new(); sets.len()];
        for fold in 0..FOLDS {
            let fitted = descend(&sets, &names, Weights::shipped().clone(), Some(fold));
            for (set, found) in sets.iter().zip(&mut found) {
                let (_, pairs) = pairs::all(&set.set.records, &fitted)?;
                let here = |pair: &Pair| pair.likely && set.folds[pair.a as usize] == fold;
                found.extend(pairs.into_iter().filter(here));
            }
        }
        for (set, found) in sets.iter().zip(found) {
            print(set, found);
        }
        weights = descend(&sets, &names, weights, None);
    }
    Ok(weights)
}

fn print(set: &Ready, found: Vec<Pair>) {
    let likely = |(pair, _): &(Pair, bool)| pair.likely.then_some(*pair);
    let shipped: Vec<Pair> = set.pairs.iter().filter_map(likely).collect();
    let (before, after) = (set.truth.count(&shipped), set.truth.count(&found));
    let draws = bootstrap(&set.truth, &[shipped, found]);
    let (low, high) = interval(draws[1].iter().map(Counts::f1));
    let (worse, better) = interval(draws[0].iter().zip(&draws[1]).map(|(a, b)| b.f1() - a.f1()));
    println!(
        "{} shipped={:.3} left-out={:.3} [{low:.3}, {high:.3}] precision={:.3} recall={:.3} difference={:+.3} [{worse:+.3}, {better:+.3}]",
        set.set.name,
        before.f1(),
        after.f1(),
        after.precision(),
        after.recall(),
        after.f1() - before.f1(),
    );
}

/// What the numbers of a set say, learnt without its labels from the pairs that their names bring together.
///
/// # Errors
/// Those of [`pairs::all`].
pub fn learn(set: &Set) -> Result<Fitted> {
    let (scorer, pairs) = pairs::all(&set.records, Weights::shipped())?;
    let levels = pairs
        .iter()
        .map(|pair| scorer.levels(pair.a as usize, pair.b as usize));
    let by_name = levels.filter(|levels| levels.names.bits > 0.0);
    Ok(matching::fit(by_name, Weights::shipped()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    fn set(names: &[(u32, &str)]) -> Set {
        let records = names
            .iter()
            .map(|&(cluster, name)| Record::company(cluster, name));
        Set {
            name: "set".to_owned(),
            records: records.collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_weight_that_the_pairs_speak_against_moves_and_the_others_stay() {
        let named = [
            (1, "上海示例科技有限公司"),
            (1, "示例科技有限公司"),
            (2, "上海晨曦贸易有限公司"),
            (2, "晨曦贸易有限公司"),
        ];
        let sets = [Ready::new(set(&named)).unwrap()];
        let begun = Weights::shipped();
        let fitted = descend(&sets, &names(false), begun.clone(), None);
        assert!(fitted.region_missing > begun.region_missing, "{fitted:?}");
        assert_eq!(fitted.other_branch, begun.other_branch);
        assert_eq!(fitted, fitted.within_rules());
        assert!(loss(&sets, &fitted, None) < loss(&sets, begun, None));
    }

    #[test]
    fn a_fold_that_is_held_back_is_not_seen() {
        let sets = Ready::new(set(&[(1, "上海示例科技有限公司"), (1, "示例科技有限公司")])).unwrap();
        let fold = sets.folds[0];
        assert_eq!(sets.smooth_f1(Weights::shipped(), Some(fold)), 0.0);
        assert!(sets.smooth_f1(Weights::shipped(), Some(fold + 1)) > 0.0);
    }
}
