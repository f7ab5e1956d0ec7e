//! Short names looked up among full ones: how often the right one is first, and among the first ten.

use std::{collections::BTreeMap, num::NonZero, thread};

use crm_core::matching::Weights;

use crate::{measure::interval, random::Random, score::Name};

/// How often the right answer is found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hits {
    /// As the first.
    pub first: f64,
    /// Among the first ten.
    pub ten: f64,
}

/// Among so many full names a look-up takes its time.
const MANY: usize = 100_000;
/// How many short names are looked up then, evenly out of all.
const SAMPLE: usize = 1000;

/// How often each was found, over all short names, with intervals.
pub struct Summary {
    /// How many short names there are.
    pub all: usize,
    /// How many of them were looked up.
    pub count: usize,
    /// Among how many full ones.
    pub among: usize,
    /// The shares found.
    pub hits: Hits,
    /// The interval that holds 95 % of the share found as the first.
    pub first_interval: (f64, f64),
    /// The same for the first ten.
    pub ten_interval: (f64, f64),
}

/// Looks the short name of each row up among the full names of all rows and `others`. A short name with several full
/// ones is found when any of them is. Among very many, a thousand of the short ones are looked up.
pub fn measure(rows: &[(String, String)], others: Vec<String>, weights: &Weights) -> Summary {
    let mut full: Vec<String> = others;
    full.extend(rows.iter().map(|(_, full)| full.clone()));
    full.sort_unstable();
    full.dedup();
    let mut answers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (short, name) in rows {
        let at = full.partition_point(|other| other < name);
        answers.entry(short).or_default().push(at as u32);
    }
    let list = List::new(&full);
    let all = answers.len();
    let step = if full.len() > MANY {
        all.div_ceil(SAMPLE)
    } else {
        1
    };
    let answers: Vec<(&str, Vec<u32>)> = answers.into_iter().step_by(step.max(1)).collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let chunk = answers.len().div_ceil(threads).max(1);
    let hits: Vec<Hits> = thread::scope(|scope| {
        let workers: Vec<_> = answers
            .chunks(chunk)
            .map(|part| {
                let list = &list;
                scope.spawn(move || {
                    let mut shared = vec![0; list.names.len()];
                    let hits = part
                        .iter()
                        .map(|(short, right)| list.look_up(short, right, weights, &mut shared));
                    hits.collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_default())
            .collect()
    });
    Summary {
        all,
        ..summary(&hits, full.len())
    }
}

fn summary(hits: &[Hits], among: usize) -> Summary {
    let count = hits.len();
    let mean = |sum: f64| sum / count.max(1) as f64;
    let mut random = Random::new(20_240_501);
    let draws: Vec<Hits> = (0..if count == 0 { 0 } else { 1000 })
        .map(|_| {
            let mut sum = Hits::default();
            for _ in 0..count {
                let hit = random.pick(hits);
                sum = Hits {
                    first: sum.first + hit.first,
                    ten: sum.ten + hit.ten,
                };
            }
            sum
        })
        .collect();
    Summary {
        all: count,
        count,
        among,
        hits: Hits {
            first: mean(hits.iter().map(|hit| hit.first).sum()),
            ten: mean(hits.iter().map(|hit| hit.ten).sum()),
        },
        first_interval: interval(draws.iter().map(|draw| mean(draw.first))),
        ten_interval: interval(draws.iter().map(|draw| mean(draw.ten))),
    }
}

/// Full names, and which have a character.
struct List {
    names: Vec<Name>,
    with: BTreeMap<char, Vec<u32>>,
}

impl List {
    fn new(full: &[String]) -> Self {
        let names: Vec<Name> = full.iter().map(|name| Name::new(name)).collect();
        let mut with: BTreeMap<char, Vec<u32>> = BTreeMap::new();
        for (at, name) in names.iter().enumerate() {
            for c in characters(name) {
                with.entry(c).or_default().push(at as u32);
            }
        }
        Self { names, with }
    }

    /// Scores the full names that have at least half of the short one's characters. Of several with one score any
    /// order is as likely, and the hit is the chance of it. `shared` is all zero, before and after.
    fn look_up(&self, short: &str, right: &[u32], weights: &Weights, shared: &mut [u8]) -> Hits {
        let short = Name::new(short);
        let wanted = characters(&short);
        let least = wanted.len().div_ceil(2).min(usize::from(u8::MAX)) as u8;
        let lists = || wanted.iter().filter_map(|c| self.with.get(c)).flatten();
        for &at in lists() {
            let count = &mut shared[at as usize];
            *count = count.saturating_add(1);
        }
        let mut scores = Vec::new();
        for &at in lists() {
            let count = std::mem::take(&mut shared[at as usize]);
            if count >= least {
                scores.push((at, short.rank(&self.names[at as usize], weights)));
            }
        }
        let best = scores
            .iter()
            .filter(|(at, score)| right.contains(at) && *score > 0.0)
            .map(|(_, score)| *score)
            .max_by(f64::total_cmp);
        let Some(best) = best else {
            return Hits::default();
        };
        let above = scores.iter().filter(|(_, score)| *score > best).count() as f64;
        let level = scores.iter().filter(|(_, score)| *score == best).count() as f64;
        let chance = |places: f64| ((places - above) / level).clamp(0.0, 1.0);
        Hits {
            first: chance(1.0),
            ten: chance(10.0),
        }
    }
}

/// The different characters of a name, spaces left out.
fn characters(name: &Name) -> Vec<char> {
    let mut characters: Vec<char> = name.folded().chars().filter(|c| *c != ' ').collect();
    characters.sort_unstable();
    characters.dedup();
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_found_first_and_an_absent_one_never() {
        let row = |short: &str, full: &str| (short.to_owned(), full.to_owned());
        let rows = [
            row("鹿鸣银行", "鹿鸣银行股份有限公司"),
            row("xyz", "上海云泽科技有限公司"),
        ];
        let others = vec!["北京远洋贸易有限公司".to_owned()];
        let found = measure(&rows, others, Weights::shipped());
        assert_eq!((found.count, found.among), (2, 3));
        assert_eq!(found.hits, Hits { first: 0.5, ten: 0.5 });
    }
}
