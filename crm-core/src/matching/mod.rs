//! Who is the same (R6.1): fold, split, look up by key, compare, explain. Pure; the keys are kept by the store.

mod align;
mod branch;
mod company;
mod compare;
mod distance;
mod fit;
mod fold;
mod form;
mod group;
mod key;
mod levels;
mod lexicon;
mod likeness;
mod name;
mod person;
mod reason;
mod rules;
mod short;
mod sound;
mod weigh;
mod weights;
mod words;

pub use compare::{Candidate, Comparison, DuplicateMatch, DuplicatePair, Subject};
pub use fit::{Fitted, fit};
pub use fold::{fold, fold_name};
pub use group::group;
pub use key::{KeyKind, MatchKey, edit_keys, exact_keys, match_keys, part_keys};
pub use levels::{Common, Levels};
pub use likeness::{LIKELY, Likeness, NameReason, SIMILAR, bits_of, likeness, score};
pub use name::NameParts;
pub use reason::{MatchBand, MatchReason, WEAK_PHONE_HOLDERS, explain};
pub use rules::{Rules, Thresholds};
pub use weights::{BadWeight, Weights};
