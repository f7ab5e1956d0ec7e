//! crmkit for Kotlin and Swift: one library, from which uniffi generates the code of both.
//!
//! It converts and decides nothing: every rule is the core's, whose records are carried over as they are. What fails
//! comes back as one [`CrmError`], a panic too.
#![forbid(unsafe_code)]

mod accounts;
mod attachments;
mod audit;
mod call;
mod check;
mod clock;
mod contacts;
mod contracts;
mod crm;
mod customers;
mod find;
mod follow_ups;
mod import;
mod merges;
mod opportunities;
mod people;
mod pick_lists;
mod reminders;
mod reports;
mod requests;
mod service_records;
mod session;
mod settings;
mod stewardship;
mod tasks;

pub use accounts::OwnAccount;
pub use attachments::{AttachmentFile, AttachmentReader, Attachments};
pub use audit::AuditLog;
pub use check::CheckJob;
pub use clock::CrmClock;
pub use contacts::Contacts;
pub use contracts::Contracts;
pub use crm::Crm;
pub use customers::Customers;
pub use find::{DuplicateJob, DuplicateReview};
pub use follow_ups::FollowUps;
pub use import::{ImportJob, Imports, TableOptions};
pub use opportunities::Opportunities;
pub use people::{Teams, Users};
pub use pick_lists::PickLists;
pub use reminders::Reminders;
pub use reports::{Reports, Targets};
pub use requests::Requests;
pub use service_records::ServiceRecords;
pub use session::Session;
pub use settings::SettingsAdmin;
pub use tasks::Tasks;

use crm_core::uniffi_types::CrmError;

/// What every call answers with.
type Result<T> = std::result::Result<T, CrmError>;

uniffi::setup_scaffolding!("crmkit");
