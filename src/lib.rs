//! A CRM that other programs embed: numbered customers, validation, duplicate checks and imports, offline, in process.
//!
//! [`open`] a database, [`set_up`](Crm::set_up) its first admin once, take a [`Session`], and everything else is a
//! method of it:
//!
//! ```
//! use crmkit::{Choice, CustomerKind, DuplicateCheck, NewCustomer, OpenOptions};
//!
//! let crm = crmkit::open(":memory:", OpenOptions::default())?;
//! crm.set_up("lin", "林")?;
//! let me = crm.session("lin")?;
//! let customer = me.customers().create(
//!     &NewCustomer {
//!         name: "上海示例科技有限公司".into(),
//!         kind: Some(CustomerKind::Enterprise),
//!         industry: Some(Choice::of("制造业")),
//!         phones: vec!["021-5555 0199".into()],
//!         source: Some(Choice::of("转介绍")),
//!         first_contact: crmkit::NaiveDate::from_ymd_opt(2024, 4, 28),
//!         ..NewCustomer::default()
//!     },
//!     DuplicateCheck::Refuse,
//! )?;
//! assert_eq!(me.customers().get(&customer.number.to_string())?, customer);
//! # Ok::<(), crmkit::Error>(())
//! ```
#![forbid(unsafe_code)]

mod file_import;
mod system;
mod threads;

use std::{path::Path, sync::Arc};

pub use crm_core::import::{ImportOptions, OnDuplicate};
pub use crm_core::service::{
    AuditLog, Contacts, Customers, DuplicateCheck, DuplicateGroup, DuplicateJob, DuplicateReport,
    DuplicateSearch, ImportReport, ImportUndo, Imports, PickListAdmin, Progress, Settings, Teams, Users,
    Verification,
};
pub use crm_core::*;
pub use crm_exchange::{Encoding, TableOptions};
pub use crm_sqlite::{SqliteOptions, SqliteStore};
pub use file_import::{FileImport, import_file};
pub use system::{FixedClock, SystemClock, SystemIds};
pub use threads::ScopedThreads;

use store::Store;

/// The path that opens a database in memory, gone when it is closed.
pub const IN_MEMORY: &str = ":memory:";

/// What a database is opened with; everything has a default.
#[derive(Clone, Default)]
pub struct OpenOptions {
    /// The business's own time zone by its IANA name; by default `Asia/Shanghai`.
    pub time_zone: Option<String>,
    /// Where numbers without a country code, and addresses, are from; by default the mainland.
    pub region: Region,
    /// The language of messages; by default Chinese.
    pub language: Language,
    /// From which score on two are likely duplicates, and similar (R6.1); by default 0.9 and 0.6.
    pub thresholds: matching::Thresholds,
    /// What evidence weighs (R6.1), as [`Weights::to_text`](matching::Weights::to_text) writes it: those that
    /// [`DuplicateSearch::learn`] has learnt, say. By default, and where the text is silent, those that the library ships.
    pub weights: Option<String>,
    /// Tells the time; by default the system's clock.
    pub clock: Option<Arc<dyn Clock>>,
    /// The source of chance; by default the system's.
    pub ids: Option<Arc<dyn IdSource>>,
    /// How the database itself is used.
    pub sqlite: SqliteOptions,
}

/// Opens a database, making the file if it is not there; [`IN_MEMORY`] opens one without a file.
///
/// # Errors
/// `setting.invalid` for an unknown time zone, thresholds that are no scores, or weights that cannot be read; `storage.*` for
/// a file that cannot be used.
pub fn open(path: impl AsRef<Path>, options: OpenOptions) -> Result<Crm> {
    let path = path.as_ref();
    let zone = zone_of(options.time_zone.as_deref())?;
    let store: Arc<dyn Store> = match path == Path::new(IN_MEMORY) {
        true => Arc::new(SqliteStore::in_memory()?),
        false => Arc::new(SqliteStore::open(path, options.sqlite)?),
    };
    let clock = options.clock.unwrap_or_else(|| Arc::new(SystemClock));
    let ids = options.ids.unwrap_or_else(|| Arc::new(SystemIds));
    let settings = Settings {
        zone,
        region: options.region,
        language: options.language,
        thresholds: checked(options.thresholds)?,
        weights: weights_of(options.weights.as_deref())?,
    };
    Ok(Crm::with_executor(
        store,
        clock,
        ids,
        Arc::new(ScopedThreads),
        settings,
    ))
}

/// Thresholds that are scores, the likely one not below the other.
fn checked(thresholds: matching::Thresholds) -> Result<matching::Thresholds> {
    let matching::Thresholds { likely, similar } = thresholds;
    let held = 0.0 < similar && similar <= likely && likely < 1.0;
    let invalid = || {
        Problem::with(
            model::fields::THRESHOLDS,
            Code::SettingInvalid,
            format!("{likely}, {similar}"),
        )
    };
    held.then_some(thresholds)
        .ok_or_else(|| Error::invalid(invalid()))
}

/// Weights by which the rules hold, however they were written.
fn weights_of(text: Option<&str>) -> Result<matching::Weights> {
    let invalid = |bad: matching::BadWeight| {
        Problem::with(model::fields::WEIGHTS, Code::SettingInvalid, bad.to_string())
    };
    let read = text.map(matching::Weights::parse).transpose();
    let read = read.map_err(|bad| Error::invalid(invalid(bad)))?;
    Ok(read.map(|weights| weights.within_rules()).unwrap_or_default())
}

fn zone_of(name: Option<&str>) -> Result<BusinessZone> {
    let Some(name) = name else {
        return Ok(BusinessZone::default());
    };
    let unknown = || Problem::with(model::fields::TIME_ZONE, Code::SettingInvalid, name);
    BusinessZone::named(name).ok_or_else(|| Error::invalid(unknown()))
}
