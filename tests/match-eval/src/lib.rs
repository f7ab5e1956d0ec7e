//! How well duplicates are found (R6.1, R6.2): precision, recall and F1 on labelled sets, with peers beside it.
//!
//! [`generate`] makes the project's own sets, [`sets`] reads others; [`score`] is the only module that asks crm-core
//! whether two are the same; [`measure`] makes figures of the answers, of ours and the peers' alike.

#![allow(
    clippy::indexing_slicing,
    reason = "a measuring program: its indices are those of its own records"
)]

pub mod fit;
pub mod generate;
pub mod measure;
pub mod misses;
pub mod pairs;
pub mod peers;
pub mod picture;
pub mod random;
pub mod record;
pub mod score;
pub mod sets;
pub mod short_full;
pub mod store;
