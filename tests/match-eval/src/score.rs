//! The one place that asks crm-core whether two are the same, and how it says so.

use std::collections::BTreeMap;

use crmkit::{
    CustomerKind, Language,
    matching::{
        Comparison, LIKELY, Levels, MatchBand, NameParts, Rules, Subject, Weights, explain, fold_name,
        likeness,
    },
};

use crate::record::{Record, fnv};

/// The threshold that is shipped.
pub const fn shipped_threshold() -> f64 {
    LIKELY
}

/// How two records compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Higher is likelier.
    pub score: f64,
    /// Whether it is a duplicate at the shipped threshold.
    pub likely: bool,
}

struct Prepared {
    subject: Subject,
    /// Bits for the ideographs and the pairs of letters of the name, by hash.
    signs: u128,
    /// Bits for the numbers.
    numbers: u64,
}

/// Records taken apart once, for many comparisons.
pub struct Scorer {
    prepared: Vec<Prepared>,
    /// How many parties have a number.
    holders: BTreeMap<String, usize>,
    weights: Weights,
}

impl Scorer {
    /// Prepares the records of a set.
    ///
    /// # Errors
    /// None in practice: the number that every candidate is given can be read.
    pub fn new(records: &[Record], weights: &Weights) -> anyhow::Result<Self> {
        let prepared = records.iter().map(|record| Prepared {
            subject: Subject {
                name: NameParts::of(&record.name, record.kind),
                kind: record.kind,
                phones: record.numbers.clone(),
                aliases: record.aliases.clone(),
                registrations: Vec::new(),
            },
            signs: signs(&record.name),
            numbers: record
                .numbers
                .iter()
                .chain(&record.aliases)
                .fold(0, |bits, number| bits | 1 << (fnv(number) % 64)),
        });
        let prepared: Vec<Prepared> = prepared.collect();
        let mut having: BTreeMap<&str, Vec<&NameParts>> = BTreeMap::new();
        for it in &prepared {
            for number in it.subject.phones.iter().chain(&it.subject.aliases) {
                having.entry(number).or_default().push(&it.subject.name);
            }
        }
        let count =
            |(phone, names): (&str, Vec<&NameParts>)| (phone.to_owned(), Rules::from(weights).parties(names));
        let holders = having.into_iter().map(count).collect();
        Ok(Self {
            prepared,
            holders,
            weights: weights.clone(),
        })
    }

    /// Compares two records; nothing if they have nothing in common that is worth a look.
    pub fn compare(&self, a: usize, b: usize) -> Option<Found> {
        let (a, b) = (&self.prepared[a], &self.prepared[b]);
        let may_share_number = a.numbers & b.numbers != 0;
        if !may_share_number && have_little_in_common(a.signs, b.signs) {
            return None;
        }
        let found = self.comparison(a, b)?;
        Some(Found {
            score: found.score,
            likely: found.band == MatchBand::Likely,
        })
    }

    fn comparison(&self, a: &Prepared, b: &Prepared) -> Option<Comparison> {
        self.common(a, b, &self.weights).weigh(Rules::from(&self.weights))
    }

    fn common(&self, a: &Prepared, b: &Prepared, weights: &Weights) -> Levels {
        let holders = |number: &str| self.holders(number);
        Levels::of(&a.subject, &b.subject, holders, weights)
    }

    /// What two records have in common.
    pub fn levels(&self, a: usize, b: usize) -> Levels {
        self.common(&self.prepared[a], &self.prepared[b], &self.weights)
    }

    /// How many bits two records are above what makes them likely, by other weights than the scorer's own.
    pub fn above_likely(&self, a: usize, b: usize, weights: &Weights) -> f64 {
        let levels = self.common(&self.prepared[a], &self.prepared[b], weights);
        levels.above_likely(Rules::from(weights))
    }

    /// The reasons of a comparison in English, or why there is none.
    pub fn reasons(&self, a: usize, b: usize) -> String {
        let (a, b) = (&self.prepared[a], &self.prepared[b]);
        match self.comparison(a, b) {
            Some(found) => explain(&found.reasons, Language::En),
            None => {
                let names = likeness(&a.subject.name, &b.subject.name, &self.weights);
                format!("not listed: names {:.1} bits, {:?}", names.bits, names.reason)
            }
        }
    }

    fn holders(&self, phone: &str) -> usize {
        self.holders.get(phone).copied().unwrap_or(0)
    }
}

/// The ideographs of a name, and the pairs of neighbours among the rest, as bits.
fn signs(name: &str) -> u128 {
    let folded = fold_name(name);
    let before = std::iter::once(' ').chain(folded.chars());
    before.zip(folded.chars()).fold(0, |bits, (before, c)| {
        let before = if c > '\u{2e80}' { '\0' } else { before };
        let sign = u64::from(before) << 32 | u64::from(c);
        bits | 1 << (sign.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57)
    })
}

/// Less than a quarter of the shorter name: a cheap way past the pairs that no comparison lists.
const fn have_little_in_common(a: u128, b: u128) -> bool {
    let (of_a, of_b) = (a.count_ones(), b.count_ones());
    let shorter = if of_a < of_b { of_a } else { of_b };
    (a & b).count_ones() * 4 < shorter
}

/// A company's name taken apart, for looking up a short name.
pub struct Name {
    parts: NameParts,
}

impl Name {
    /// Takes a company's name apart.
    pub fn new(name: &str) -> Self {
        Self {
            parts: NameParts::of(name, CustomerKind::Enterprise),
        }
    }

    /// The name folded.
    pub fn folded(&self) -> &str {
        &self.parts.folded
    }

    /// How good an answer `full` is to this short name.
    pub fn rank(&self, full: &Self, weights: &Weights) -> f64 {
        likeness(&self.parts, &full.parts, weights).score()
    }
}
