//! The rules of a CRM that other programs embed.
//!
//! The core holds every rule and does no I/O: the store, the clock and the source of chance are handed in. Rules carry
//! the numbers of the domain manual (`R2.1`), which `docs/rules.md` lists.
//!
//! - [`service`] has the use cases: a [`Crm`] gives a [`Session`], and that everything else. In the examples, `me` is the
//!   session of 林, the admin of a store in memory, and `CRM202405010001` is 上海示例科技有限公司.
//! - [`model`] has what things are, [`error`] what can go wrong.
//! - [`access`] decides who may, [`rules`] what is allowed, [`matching`] who is the same, [`import`] what a list means.
//! - [`store`] says what a store must do; [`audit`] how its log is chained.
//! - [`describe`] tells of fields and states, for what is generated from them.
//! - [`clock`] and [`executor`] are what a host hands in.
#![forbid(unsafe_code)]

#[macro_use]
mod wire;

pub mod access;
pub mod audit;
pub mod clock;
pub mod describe;
#[doc(hidden)]
pub mod doc_example;
pub mod error;
pub mod executor;
pub mod import;
mod language;
pub mod matching;
pub mod model;
#[cfg(feature = "python")]
pub mod python;
pub mod report;
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
