//! Who is the same (R6.1): fold, split, look up by key, compare, explain. Pure; the keys are kept by the store.
//!
//! A module uses those to its left only, which a test holds:
//! `fold` `distance` `align` `area` `sound` `group` `evidence` `key` → `spelling` `western` → `token` → `lexicon` `form`
//! `weights` `reason` `order` → `branch` `western_name` → `name` → `place` `weigh` `words` `subject` `segment` `aloud` →
//! `company` `person` `short` → `likeness` → `levels` `rules` → `compare` `fit` → `near` `part` → `keys`.

mod align;
mod aloud;
mod area;
mod branch;
mod company;
mod compare;
mod distance;
mod evidence;
mod fit;
mod fold;
mod form;
mod group;
mod key;
mod keys;
mod levels;
mod lexicon;
mod likeness;
mod name;
mod near;
mod order;
mod part;
mod person;
mod place;
mod reason;
mod rules;
mod segment;
mod short;
mod sound;
mod spelling;
mod subject;
mod token;
mod weigh;
mod weights;
mod western;
mod western_name;
mod words;

pub use aloud::may_be_spelt;
pub use compare::{Comparison, DuplicateMatch, DuplicatePair};
pub use evidence::{LIKELY, Likeness, NameReason, SIMILAR, bits_of, score};
pub use fit::{Fitted, fit};
pub use fold::{fold, fold_name};
pub use group::group;
pub use key::{KEYS_VERSION, KeyKind, MatchKey};
pub use keys::{exact_keys, match_keys};
pub use levels::{Common, Levels, Registered};
pub use likeness::likeness;
pub use name::NameParts;
pub use near::edit_keys;
pub use order::{ORDER_VERSION, name_order};
pub use part::{part_keys, sought_keys};
pub use reason::{MatchBand, MatchReason, WEAK_PHONE_HOLDERS, explain};
pub(crate) use reason::{in_codes, in_words};
pub use rules::{Rules, Thresholds};
pub use spelling::{is_spelt, spelling};
pub use subject::{Candidate, Subject};
pub use token::{
    Sought, TOKENS_VERSION, Token, phone_sought, phone_tokens, spelt_sought, spelt_tokens, text_sought,
    text_tokens,
};
pub use weights::{BadWeight, Weights};
