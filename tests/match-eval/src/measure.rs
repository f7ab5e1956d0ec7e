//! Precision, recall, F1, the best threshold, and intervals by the bootstrap over clusters.

use std::collections::BTreeMap;

use crate::{pairs::Pair, random::Random, record::Record};

const SEED: u64 = 20_240_501;
const ROUNDS: usize = 1000;

/// Which records are the same, for counting.
pub struct Truth {
    /// By record, the index of its cluster.
    cluster_of: Vec<u32>,
    /// By cluster, how many pairs are in it.
    pairs_in: Vec<f64>,
}

impl Truth {
    /// What the labels of the records say.
    pub fn new(records: &[Record]) -> Self {
        let mut index = BTreeMap::new();
        let mut sizes: Vec<usize> = Vec::new();
        let cluster_of = records
            .iter()
            .map(|record| {
                let at = *index.entry(record.cluster).or_insert_with(|| {
                    sizes.push(0);
                    sizes.len() - 1
                });
                sizes[at] += 1;
                at as u32
            })
            .collect();
        let pairs_in = sizes
            .iter()
            .map(|&size| (size * size.saturating_sub(1) / 2) as f64);
        Self {
            cluster_of,
            pairs_in: pairs_in.collect(),
        }
    }

    /// How many pairs are the same.
    pub fn pairs(&self) -> usize {
        self.pairs_in.iter().sum::<f64>() as usize
    }

    /// Whether two records are the same.
    pub fn same(&self, a: u32, b: u32) -> bool {
        self.cluster_of[a as usize] == self.cluster_of[b as usize]
    }

    /// Of some pairs taken for the same, how many are, and how many are not.
    pub fn count<'a>(&self, pairs: impl IntoIterator<Item = &'a Pair>) -> Counts {
        let mut counts = Counts {
            truth: self.pairs_in.iter().sum(),
            ..Counts::default()
        };
        for pair in pairs {
            counts.add(self.same(pair.a, pair.b));
        }
        counts
    }

    /// The threshold with the best F1 over pairs in order of score, and that F1's counts.
    pub fn best(&self, sorted: &[Pair]) -> (f64, Counts) {
        let mut counts = self.count([]);
        let mut best = (f64::INFINITY, counts);
        for (at, pair) in sorted.iter().enumerate() {
            counts.add(self.same(pair.a, pair.b));
            // Pairs of one score stand or fall together.
            let ends = sorted.get(at + 1).is_none_or(|next| next.score < pair.score);
            if ends && counts.f1() > best.1.f1() {
                best = (pair.score, counts);
            }
        }
        best
    }
}

/// Pairs taken for the same, against those that are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Taken for the same, and the same.
    pub right: f64,
    /// Taken for the same, and not.
    pub wrong: f64,
    /// The same.
    pub truth: f64,
}

impl Counts {
    fn add(&mut self, same: bool) {
        match same {
            true => self.right += 1.0,
            false => self.wrong += 1.0,
        }
    }

    /// The share of those taken for the same that are; 1 if none was taken.
    pub fn precision(&self) -> f64 {
        ratio(self.right, self.right + self.wrong)
    }

    /// The share of those that are the same that was found.
    pub fn recall(&self) -> f64 {
        ratio(self.right, self.truth)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        ratio(2.0 * self.right, self.right + self.wrong + self.truth)
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 1.0 } else { part / whole }
}

/// One answer to which pairs are the same, ready for the bootstrap.
struct Answer {
    /// Right pairs by cluster.
    right: Vec<(u32, f64)>,
    /// The clusters of wrong pairs.
    wrong: Vec<(u32, u32)>,
}

/// Draws whole clusters with replacement, a thousand times from a fixed seed, and counts each answer on every draw: the
/// draws are the same for all, so that differences between answers are paired.
///
/// A pair within a cluster counts as often as the cluster was drawn; one across two as often as both were.
pub fn bootstrap(truth: &Truth, answers: &[Vec<Pair>]) -> Vec<Vec<Counts>> {
    let answers: Vec<Answer> = answers.iter().map(|pairs| answer(truth, pairs)).collect();
    let clusters = truth.pairs_in.len();
    let mut random = Random::new(SEED);
    let mut draws = vec![Vec::with_capacity(ROUNDS); answers.len()];
    let mut weights = vec![0.0; clusters];
    for _ in 0..ROUNDS {
        weights.fill(0.0);
        for _ in 0..clusters {
            weights[random.below(clusters)] += 1.0;
        }
        let drawn = |cluster: u32| weights[cluster as usize];
        let pairs = truth.pairs_in.iter().zip(&weights);
        let pairs: f64 = pairs.map(|(pairs, weight)| pairs * weight).sum();
        for (answer, draws) in answers.iter().zip(&mut draws) {
            draws.push(Counts {
                right: answer.right.iter().map(|&(at, count)| drawn(at) * count).sum(),
                wrong: answer.wrong.iter().map(|&(a, b)| drawn(a) * drawn(b)).sum(),
                truth: pairs,
            });
        }
    }
    draws
}

fn answer(truth: &Truth, pairs: &[Pair]) -> Answer {
    let cluster = |record: u32| truth.cluster_of[record as usize];
    let mut right = BTreeMap::new();
    let mut wrong = Vec::new();
    for pair in pairs {
        match truth.same(pair.a, pair.b) {
            true => *right.entry(cluster(pair.a)).or_insert(0.0) += 1.0,
            false => wrong.push((cluster(pair.a), cluster(pair.b))),
        }
    }
    Answer {
        right: right.into_iter().collect(),
        wrong,
    }
}

/// The interval that holds 95 % of some values.
pub fn interval(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (share * values.len().saturating_sub(1) as f64).round();
        values.get(index as usize).copied().unwrap_or(f64::NAN)
    };
    (at(0.025), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(clusters: &[u32]) -> Truth {
        let records: Vec<Record> = clusters
            .iter()
            .map(|&cluster| Record::company(cluster, ""))
            .collect();
        Truth::new(&records)
    }

    fn pair(a: u32, b: u32, score: f64) -> Pair {
        Pair {
            a,
            b,
            score,
            likely: false,
        }
    }

    #[test]
    fn three_of_one_cluster_are_three_pairs() {
        let truth = truth(&[7, 7, 7, 3, 3, 1]);
        assert_eq!(truth.pairs(), 4);
        let counts = truth.count(&[pair(0, 1, 1.0), pair(3, 4, 1.0), pair(4, 5, 1.0)]);
        assert_eq!((counts.right, counts.wrong), (2.0, 1.0));
        assert_eq!(counts.recall(), 0.5);
        assert!((counts.f1() - 4.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn the_best_threshold_never_divides_equal_scores() {
        let truth = truth(&[0, 0, 1, 1, 2]);
        let sorted = [pair(0, 1, 0.9), pair(2, 3, 0.8), pair(0, 4, 0.8), pair(1, 4, 0.5)];
        let (threshold, counts) = truth.best(&sorted);
        assert_eq!(threshold, 0.8);
        assert_eq!((counts.right, counts.wrong), (2.0, 1.0));
    }

    #[test]
    fn a_perfect_answer_has_no_spread_and_a_worse_one_is_worse_in_every_draw() {
        let clusters: Vec<u32> = (0..100).map(|i| i / 2).collect();
        let truth = truth(&clusters);
        let all: Vec<Pair> = (0..50).map(|i| pair(2 * i, 2 * i + 1, 1.0)).collect();
        let half = all[..25].to_vec();
        let draws = bootstrap(&truth, &[all, half]);
        assert_eq!(interval(draws[0].iter().map(Counts::f1)), (1.0, 1.0));
        let (low, high) = interval(draws[1].iter().map(Counts::f1));
        assert!(
            low > 0.5 && low < 0.66 && high > 0.68 && high < 0.8,
            "{low} {high}"
        );
    }
}
