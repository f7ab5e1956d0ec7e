//! What the numbers of one's own customers say, estimated without labels (R6.2).
//!
//! Of pairs that may be one, most with much the same name are one, and few of the others: so the names tell how often a
//! number is the same among those that are one and among those that are two, and that is its weight. Expectation
//! maximisation does both in turns (Fellegi and Sunter; Winkler, *Using the EM Algorithm for Weight Computation*, 1988).
//! What names weigh beside one another stays as it is; how much all of it says in this store, where names may be more
//! alike than elsewhere, is a line through two figures that are learnt with the rest.

use std::f64::consts::LN_2;

use super::{
    evidence::TEMPER,
    levels::{Common, LONG_ALIAS, Levels},
    reason::WEAK_PHONE_HOLDERS,
    weights::Weights,
};

/// Of fewer pairs nothing is estimated.
const FEWEST: usize = 200;
/// Of fewer pairs with the same in common the weight stays as it is.
const FEWEST_OF_A_LEVEL: f64 = 5.0;
/// The share of the pairs that are one must stay as far from none and all.
const DOUBT: f64 = 0.001;
/// How often the two turns are taken at the most.
const MOST_TURNS: u32 = 500;
/// When shares move no more than this, they stay.
const STILL: f64 = 1e-6;
/// As many made-up pairs are added to each level, so that none is never seen.
const MADE_UP: f64 = 0.5;
/// Levels that telephone numbers, or numbers of another form, can be on.
const LEVELS: usize = 4;

/// What a store's own pairs say.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The weights, within what the rules allow; those that nothing was learnt about are as they were.
    pub weights: Weights,
    /// How many pairs were looked at.
    pub pairs: usize,
    /// The share of them that are one.
    pub share: f64,
    /// How many turns it took.
    pub turns: u32,
    /// The weights that were learnt, before they were brought within the rules.
    pub learnt: Vec<(&'static str, f64)>,
}

/// One pair, as the estimate sees it.
struct Seen {
    /// What the names say, as odds to the power of two.
    names: f64,
    phone: usize,
    alias: usize,
}

/// How often each level is seen among pairs that are one, and that are two.
#[derive(Clone, Copy)]
struct Shares {
    one: [f64; LEVELS],
    two: [f64; LEVELS],
}

const NOTHING: usize = 0;
const NEAR: usize = 1;
const SAME: usize = 2;
const WEAK: usize = 3;
/// A level that is counted nowhere, and says nothing.
const UNTOLD: usize = LEVELS;

const fn level(common: Common) -> usize {
    match common {
        Common::Nothing => NOTHING,
        Common::Near => NEAR,
        Common::Same { holders, .. } if holders >= WEAK_PHONE_HOLDERS => WEAK,
        Common::Same { .. } => SAME,
    }
}

/// What names say in this store, as odds to the power of two: a line over what they weigh.
#[derive(Clone, Copy)]
struct Line {
    begin: f64,
    slope: f64,
}

impl Line {
    const AS_SHIPPED: Self = Self {
        begin: 0.0,
        slope: 1.0,
    };
    /// As many pairs speak for the line as shipped.
    const RIDGE: f64 = 20.0;
    const SLOPES: (f64, f64) = (0.25, 4.0);
    const BEGINS: (f64, f64) = (-20.0, 20.0);
    /// No step is longer.
    const STEP: f64 = 1.0;

    fn odds(self, names: f64) -> f64 {
        self.begin + self.slope * names
    }

    /// One step towards the line that goes best with how sure it is of each pair that it is one.
    fn towards(self, pairs: impl Iterator<Item = (f64, f64)>) -> Self {
        let (mut g0, mut g1) = (
            -Self::RIDGE * self.begin / 100.0,
            -Self::RIDGE * (self.slope - 1.0),
        );
        let (mut h00, mut h01, mut h11) = (Self::RIDGE / 100.0, 0.0, Self::RIDGE);
        for (names, one) in pairs {
            let said = chance(self.odds(names));
            let (off, doubt) = ((one - said) * LN_2, said * (1.0 - said) * LN_2 * LN_2);
            g0 += off;
            g1 += off * names;
            h00 += doubt;
            h01 += doubt * names;
            h11 += doubt * names * names;
        }
        let whole = (h00 * h11 - h01 * h01).max(f64::MIN_POSITIVE);
        let step = |by: f64| (by / whole).clamp(-Self::STEP, Self::STEP);
        Self {
            begin: (self.begin + step(h11 * g0 - h01 * g1)).clamp(Self::BEGINS.0, Self::BEGINS.1),
            slope: (self.slope + step(h00 * g1 - h01 * g0)).clamp(Self::SLOPES.0, Self::SLOPES.1),
        }
    }
}

/// The chance that odds to the power of two give.
fn chance(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp2())
}

impl Shares {
    /// Where it begins: as the weights have it.
    fn begin(same: f64, near: f64, weak: f64) -> Self {
        const OF_TWO: [f64; LEVELS] = [0.94, 0.01, 0.03, 0.02];

        let bits = [0.0, near, same, weak];
        let mut one = OF_TWO;
        for (share, bits) in one.iter_mut().zip(bits) {
            *share *= (bits / TEMPER).exp2();
        }
        let sum: f64 = one.iter().sum();
        Self {
            one: one.map(|share| share / sum),
            two: OF_TWO,
        }
    }

    /// Out of how many pairs there are on each level, taken for one and for two.
    fn of(one: [f64; LEVELS], two: [f64; LEVELS]) -> Self {
        let shares = |counts: [f64; LEVELS]| {
            let sum = counts.iter().sum::<f64>() + MADE_UP * LEVELS as f64;
            counts.map(|count| (count + MADE_UP) / sum)
        };
        Self {
            one: shares(one),
            two: shares(two),
        }
    }

    /// By which power of two a level makes it likelier that a pair is one.
    fn odds(&self, level: usize) -> f64 {
        let share = |shares: &[f64; LEVELS]| shares.get(level).copied().unwrap_or(1.0);
        (share(&self.one) / share(&self.two)).log2()
    }

    /// The weight of a level in bits: beside nothing in common, which weighs nothing.
    fn bits(&self, level: usize) -> f64 {
        TEMPER * (self.odds(level) - self.odds(NOTHING))
    }

    fn moved(&self, before: &Self) -> f64 {
        let both = |a: &[f64; LEVELS], b: &[f64; LEVELS]| -> f64 {
            a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        both(&self.one, &before.one).max(both(&self.two, &before.two))
    }
}

/// Estimates what numbers in common weigh, from pairs that nobody has labelled.
///
/// The pairs should be those that their *names* bring together, alike or not, and not those that a number does: among
/// those everybody has the same number, and it tells nothing. Too few pairs, or such as are all one or all two, give the
/// weights as they were. The same pairs in any order give the same but for rounding.
pub fn fit(pairs: impl IntoIterator<Item = Levels>, prior: &Weights) -> Fitted {
    let seen: Vec<Seen> = pairs
        .into_iter()
        .filter(|levels| levels.names.bits.is_finite())
        .map(|levels| Seen {
            names: levels.names.bits / TEMPER,
            phone: level(levels.phone),
            alias: match levels.alias {
                Common::Same { signs, .. } if signs < LONG_ALIAS => UNTOLD,
                alias => level(alias),
            },
        })
        .collect();
    let mut fitted = Fitted {
        weights: prior.clone(),
        pairs: seen.len(),
        share: f64::NAN,
        turns: 0,
        learnt: Vec::new(),
    };
    if seen.len() < FEWEST {
        return fitted;
    }
    let long = prior.alias_character * LONG_ALIAS.saturating_sub(2) as f64;
    let mut phone = Shares::begin(prior.same_phone, prior.near_phone, prior.weak_phone);
    let mut alias = Shares::begin(long.min(prior.most_alias), prior.near_alias, prior.weak_phone);
    let mut line = Line::AS_SHIPPED;
    let mut counts = Counts::default();
    let mut ones = vec![0.0; seen.len()];
    while fitted.turns < MOST_TURNS {
        fitted.turns += 1;
        counts = Counts::default();
        for (pair, one) in seen.iter().zip(&mut ones) {
            let numbers = phone.odds(pair.phone) + alias.odds(pair.alias);
            *one = chance(line.odds(pair.names) + numbers);
            counts.add(pair, *one);
        }
        let now = (
            Shares::of(counts.phone.0, counts.phone.1),
            Shares::of(counts.alias.0, counts.alias.1),
        );
        let next = line.towards(seen.iter().map(|pair| pair.names).zip(ones.iter().copied()));
        let moved = now.0.moved(&phone).max(now.1.moved(&alias));
        let turned = (next.begin - line.begin)
            .abs()
            .max((next.slope - line.slope).abs());
        (phone, alias, line) = (now.0, now.1, next);
        if moved < STILL && turned < STILL {
            break;
        }
    }
    let share = counts.one / seen.len() as f64;
    fitted.share = share;
    if !(DOUBT..=1.0 - DOUBT).contains(&share) {
        return fitted;
    }
    fitted.learn(&phone, &alias, &counts, prior);
    fitted
}

/// Pairs taken for one, and for two, by level.
#[derive(Default)]
struct Counts {
    one: f64,
    phone: ([f64; LEVELS], [f64; LEVELS]),
    alias: ([f64; LEVELS], [f64; LEVELS]),
}

impl Counts {
    fn add(&mut self, pair: &Seen, one: f64) {
        self.one += one;
        for (counts, level) in [(&mut self.phone, pair.phone), (&mut self.alias, pair.alias)] {
            for (counts, share) in [(&mut counts.0, one), (&mut counts.1, 1.0 - one)] {
                if let Some(count) = counts.get_mut(level) {
                    *count += share;
                }
            }
        }
    }
}

impl Fitted {
    fn learn(&mut self, phone: &Shares, alias: &Shares, counts: &Counts, prior: &Weights) {
        let enough = |counts: &([f64; LEVELS], [f64; LEVELS]), level: usize| {
            let of = |counts: &[f64; LEVELS]| counts.get(level).copied().unwrap_or_default();
            of(&counts.0) + of(&counts.1) >= FEWEST_OF_A_LEVEL
        };
        let mut learn = |name: &'static str, bits: f64| {
            self.weights.set(name, bits);
            self.learnt.push((name, bits));
        };
        if enough(&counts.phone, SAME) {
            let same = phone.bits(SAME);
            learn("same_phone", same);
            // The same under another name keeps its part of it.
            learn("shared_phone", prior.shared_phone / prior.same_phone * same);
        }
        for (name, level) in [("near_phone", NEAR), ("weak_phone", WEAK)] {
            if enough(&counts.phone, level) {
                learn(name, phone.bits(level));
            }
        }
        if enough(&counts.alias, SAME) {
            let long = alias.bits(SAME);
            learn("most_alias", long);
            learn("alias_character", long / LONG_ALIAS.saturating_sub(2) as f64);
        }
        if enough(&counts.alias, NEAR) {
            learn("near_alias", alias.bits(NEAR));
        }
        self.weights = self.weights.within_rules();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::evidence::{Likeness, NameReason};

    const NUMBER: Common = Common::Same {
        signs: 11,
        holders: 1,
    };

    /// How many of a hundred pairs are near and the same in a number.
    type NearAndSame = (u32, u32);

    /// Pairs whose names say sixteen bits for, or nine against, as often as that is worth.
    fn population(pairs: u32, one: u32, phone: [NearAndSame; 2], alias: [NearAndSame; 2]) -> Vec<Levels> {
        let mut state = 1_u64;
        let mut below_hundred = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % 100) as u32
        };
        let mut pair = || {
            let two = usize::from(below_hundred() >= one);
            let alike = below_hundred() < [80, 5][two];
            let mut common = |(near, same): NearAndSame| match below_hundred() {
                n if n < near => Common::Near,
                n if n < near + same => NUMBER,
                _ => Common::Nothing,
            };
            Levels {
                registered: crate::matching::Registered::Nothing,
                phone: common(phone[two]),
                alias: common(alias[two]),
                names: Likeness {
                    bits: if alike { 16.0 } else { -8.99 },
                    reason: NameReason::Similar,
                    shared: false,
                },
                named: false,
                chain: false,
                persons: false,
                personal: false,
            }
        };
        (0..pairs).map(|_| pair()).collect()
    }

    fn learnt(fitted: &Fitted, name: &str) -> f64 {
        fitted.learnt.iter().find(|(there, _)| *there == name).unwrap().1
    }

    #[test]
    fn r6_2_what_numbers_say_is_learnt_from_pairs_without_labels() {
        let pairs = population(40_000, 20, [(5, 50), (2, 20)], [(4, 40), (4, 5)]);
        let fitted = fit(pairs, Weights::shipped());
        let bits = |one: f64, two: f64, one_else: f64, two_else: f64| {
            TEMPER * ((one / two).log2() - (one_else / two_else).log2())
        };
        let close = |name: &str, bits: f64| {
            assert!(
                (learnt(&fitted, name) - bits).abs() < 1.0,
                "{name} {bits} {fitted:?}"
            );
        };
        assert!((fitted.share - 0.2).abs() < 0.02, "{fitted:?}");
        close("same_phone", bits(0.5, 0.2, 0.45, 0.78));
        close("near_phone", bits(0.05, 0.02, 0.45, 0.78));
        close("most_alias", bits(0.4, 0.05, 0.56, 0.91));
        close("near_alias", bits(0.04, 0.04, 0.56, 0.91));
    }

    #[test]
    fn r6_1_what_is_learnt_stays_within_the_rules() {
        let sure = fit(
            population(4000, 30, [(0, 95), (0, 1)], [(0, 95), (0, 1)]),
            Weights::shipped(),
        );
        let useless = fit(
            population(4000, 30, [(5, 30), (5, 30)], [(5, 30), (5, 30)]),
            Weights::shipped(),
        );
        assert!(learnt(&sure, "same_phone") > 20.0 && learnt(&useless, "same_phone") < 2.0);
        for fitted in [sure, useless] {
            assert_eq!(fitted.weights, fitted.weights.within_rules());
            assert_ne!(fitted.weights.same_phone, Weights::shipped().same_phone);
            assert_eq!(fitted.weights.brand_character, Weights::shipped().brand_character);
        }
    }

    #[test]
    fn r6_2_of_too_few_pairs_or_all_alike_nothing_is_learnt() {
        let prior = Weights::shipped();
        for pairs in [
            Vec::new(),
            population(FEWEST as u32 - 1, 20, [(5, 50), (2, 20)], [(4, 40), (4, 5)]),
        ] {
            assert_eq!(fit(pairs, prior).weights, *prior);
        }
        let one = population(1, 100, [(0, 0); 2], [(0, 0); 2]).pop().unwrap();
        for bits in [40.0, -40.0, 0.0, f64::NAN] {
            let names = Likeness { bits, ..one.names };
            let fitted = fit(vec![Levels { names, ..one }; 1000], prior);
            assert_eq!(fitted.weights, *prior, "{bits}");
        }
    }

    #[test]
    fn r6_2_the_same_pairs_give_the_same_weights() {
        let pairs = population(2000, 20, [(5, 50), (2, 20)], [(4, 40), (4, 5)]);
        assert_eq!(
            fit(pairs.clone(), Weights::shipped()),
            fit(pairs, Weights::shipped())
        );
    }
}
