//! Who is the same (R6.1): fold, split, look up by key, compare, explain. Pure; the keys are kept by the store.

mod branch;
mod compare;
mod distance;
mod fold;
mod form;
mod key;
mod lexicon;
mod likeness;
mod name;

pub use compare::{
    Candidate, Comparison, DuplicateMatch, DuplicatePair, MatchBand, MatchReason, Subject,
    WEAK_PHONE_HOLDERS, explain,
};
pub use fold::{fold, fold_name};
pub use key::{KeyKind, MatchKey, match_keys};
pub use likeness::{ALIKE, LIKELY, Likeness, NameReason, likeness};
pub use name::NameParts;
