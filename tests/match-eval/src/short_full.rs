//! Short names looked up among full ones: how often the right one is first, and among the first ten.

use std::{collections::BTreeMap, num::NonZero, path::Path, thread};

use anyhow::Result;
use crmkit::matching::Weights;

use crate::{
    measure::interval,
    random::Random,
    record::Record,
    score::Name,
    store::{self, Entered},
};

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

/// Short names with their full ones, and the list that they are looked up in.
pub struct Question<'r> {
    /// In order, each once.
    full: Vec<String>,
    /// The short names that are looked up, each with the places of its full ones.
    answers: Vec<(&'r str, Vec<u32>)>,
    /// How many short names there are.
    all: usize,
}

impl<'r> Question<'r> {
    /// The short name of each row is to be found among the full names of all rows and `others`. A short name with
    /// several full ones is found when any of them is. Among very many, a thousand of the short ones are looked up.
    pub fn new(rows: &'r [(String, String)], others: Vec<String>) -> Self {
        let mut full: Vec<String> = others;
        full.extend(rows.iter().map(|(_, full)| full.clone()));
        full.sort_unstable();
        full.dedup();
        let mut answers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (short, name) in rows {
            let at = full.partition_point(|other| other < name);
            answers.entry(short).or_default().push(at as u32);
        }
        let all = answers.len();
        let step = if full.len() > MANY {
            all.div_ceil(SAMPLE)
        } else {
            1
        };
        let answers = answers.into_iter().step_by(step.max(1)).collect();
        Self { full, answers, all }
    }

    /// Looks them up by score, every name compared that has half of the characters.
    pub fn by_score(&self, weights: &Weights) -> Summary {
        let list = List::new(&self.full);
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let chunk = self.answers.len().div_ceil(threads).max(1);
        let hits: Vec<Hits> = thread::scope(|scope| {
            let workers: Vec<_> = self
                .answers
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
        self.summary(&hits)
    }

    /// Looks them up as a user does who types them, in a store that is made in this file.
    ///
    /// # Errors
    /// The store cannot be written or read.
    pub fn in_store(&self, path: &Path) -> Result<Summary> {
        let entered = Entered::new(
            path,
            &self
                .full
                .iter()
                .map(|name| Record::company(0, name))
                .collect::<Vec<_>>(),
        )?;
        let look_up = |(short, right): &(&str, Vec<u32>)| {
            let listed = entered.listed(short)?;
            let best = listed.iter().find(|(at, _)| right.contains(at));
            Ok(best.map_or(Hits::default(), |(_, best)| {
                Hits::of(listed.iter().map(|(_, score)| *score), *best)
            }))
        };
        let hits = self.answers.iter().map(look_up).collect::<Result<Vec<_>>>()?;
        drop(entered);
        store::remove(path)?;
        Ok(self.summary(&hits))
    }

    fn summary(&self, hits: &[Hits]) -> Summary {
        Summary {
            all: self.all,
            ..summary(hits, self.full.len())
        }
    }
}

impl Hits {
    /// Of several with one score any order is as likely, and the hit is the chance of it.
    fn of(scores: impl Iterator<Item = f64>, best: f64) -> Self {
        let (mut above, mut level) = (0.0, 0.0);
        for score in scores {
            if score > best {
                above += 1.0;
            } else if score == best {
                level += 1.0;
            }
        }
        let chance = |places: f64| f64::clamp((places - above) / level, 0.0, 1.0);
        Self {
            first: chance(1.0),
            ten: chance(10.0),
        }
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

    /// Scores the full names that have at least half of the short one's characters. `shared` is all zero, before and
    /// after.
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
        Hits::of(scores.iter().map(|(_, score)| *score), best)
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
        let found = Question::new(&rows, others).by_score(Weights::shipped());
        assert_eq!((found.count, found.among), (2, 3));
        assert_eq!(found.hits, Hits { first: 0.5, ten: 0.5 });
    }
}
