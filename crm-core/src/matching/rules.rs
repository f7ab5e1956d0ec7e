//! What a comparison goes by (R6.1): the thresholds of a store, and what evidence weighs.

use super::{
    evidence::{LIKELY, SIMILAR, bits_of},
    likeness::likeness,
    name::NameParts,
    reason::WEAK_PHONE_HOLDERS,
    weights::Weights,
};

/// From which score on two are likely duplicates, and similar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Likely: saving over it is refused.
    pub likely: f64,
    /// Similar: listed.
    pub similar: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            likely: LIKELY,
            similar: SIMILAR,
        }
    }
}

/// Thresholds and weights. Thresholds alone go with the weights that the library ships.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules<'w> {
    /// From which score on.
    pub thresholds: Thresholds,
    /// What evidence weighs.
    pub weights: &'w Weights,
}

impl Default for Rules<'_> {
    fn default() -> Self {
        Thresholds::default().into()
    }
}

impl From<Thresholds> for Rules<'_> {
    fn from(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            weights: Weights::shipped(),
        }
    }
}

impl<'w> From<&'w Weights> for Rules<'w> {
    fn from(weights: &'w Weights) -> Self {
        Self {
            thresholds: Thresholds::default(),
            weights,
        }
    }
}

impl Rules<'_> {
    /// How many parties these names are of, [`WEAK_PHONE_HOLDERS`] at the most: names that are alike are one party's. A
    /// number is not shared by many only because one customer was entered many times.
    pub fn parties<'n>(self, names: impl IntoIterator<Item = &'n NameParts>) -> usize {
        let enough = bits_of(LIKELY) - self.weights.same_phone;
        let mut parties: Vec<&NameParts> = Vec::new();
        for name in names {
            if parties.len() == WEAK_PHONE_HOLDERS {
                break;
            }
            let known = |party: &&NameParts| likeness(party, name, self.weights).bits >= enough;
            if !parties.iter().any(known) {
                parties.push(name);
            }
        }
        parties.len()
    }
}
