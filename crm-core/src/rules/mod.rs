//! What is allowed: pure functions over plain data. One set of rules serves entry, import and every language (R2.4).

pub mod account;
pub mod address;
pub mod alias;
pub mod attachment;
pub mod choice;
pub mod contact;
pub mod contract;
pub mod country;
pub mod customer;
pub mod date;
pub(crate) mod digits;
pub mod email;
pub mod export;
pub mod follow_up;
pub mod forecast;
pub mod kind;
pub mod limit;
pub mod merge;
pub mod number;
pub mod opportunity;
pub mod password;
pub mod person;
pub mod phone;
pub mod profile;
pub mod purchases;
pub mod quiet;
pub mod registration;
pub mod reminder;
pub mod request;
pub mod service_record;
pub mod settings;
pub mod settle;
pub mod size;
pub mod status;
pub mod task;
mod text;
pub mod timeline;
pub mod timeliness;
pub mod unite;

pub(crate) use text::{extra_fields, name, note};
pub use text::{optional_text, required_name, required_text};

/// How strictly input is read. The rules are the same; an import flags some things that entry by hand refuses (R2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// A person types it and can be asked.
    Entry,
    /// A list brings it.
    Import,
}
