//! The rules of a CRM that other programs embed.
//!
//! The core holds every rule and does no I/O: the store, the clock and the source of chance are handed in. Rules carry
//! the numbers of the domain manual (`R2.1`), which `docs/rules.md` lists.
#![forbid(unsafe_code)]

#[macro_use]
mod wire;

pub mod access;
pub mod audit;
pub mod clock;
pub mod error;
pub mod executor;
pub mod import;
mod language;
pub mod matching;
pub mod model;
#[cfg(feature = "python")]
pub mod python;
pub mod rules;
pub mod service;
pub mod store;
#[cfg(feature = "uniffi")]
pub mod uniffi_types;

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("crmkit_model");

pub use chrono::{DateTime, NaiveDate, Utc};

pub use clock::{BusinessZone, Clock, IdSource};
pub use error::{Code, Error, ErrorKind, Problem, Result};
pub use language::Language;
pub use matching::{DuplicateMatch, DuplicatePair, MatchBand, MatchReason};
pub use model::*;
pub use service::{Crm, Session};
