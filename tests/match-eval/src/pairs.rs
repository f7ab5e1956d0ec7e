//! Every pair of a set, compared.

use std::{num::NonZero, thread};

use anyhow::Result;
use crmkit::matching::Weights;

use crate::{record::Record, score::Scorer};

/// Two records, the first's index below the second's, and what was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The index of one.
    pub a: u32,
    /// The index of the other.
    pub b: u32,
    /// Higher is likelier.
    pub score: f64,
    /// Whether it is a duplicate at the shipped threshold; of a peer, never.
    pub likely: bool,
}

/// Compares every record with every other by these weights; the pairs that have anything in common, the likeliest first.
///
/// # Errors
/// Those of [`Scorer::new`].
pub fn all(records: &[Record], weights: &Weights) -> Result<(Scorer, Vec<Pair>)> {
    let scorer = Scorer::new(records, weights)?;
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let mut pairs: Vec<Pair> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                let scorer = &scorer;
                scope.spawn(move || {
                    let rows = (first..records.len()).step_by(threads);
                    rows.flat_map(|a| row(scorer, a, records.len()))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        // A thread that panicked has said why.
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_default())
            .collect()
    });
    sort(&mut pairs);
    Ok((scorer, pairs))
}

fn row(scorer: &Scorer, a: usize, count: usize) -> impl Iterator<Item = Pair> {
    (a + 1..count).filter_map(move |b| {
        let found = scorer.compare(a, b)?;
        Some(Pair {
            a: a as u32,
            b: b as u32,
            score: found.score,
            likely: found.likely,
        })
    })
}

/// The likeliest first; of equal ones the earlier records.
pub fn sort(pairs: &mut [Pair]) {
    pairs.sort_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
}
