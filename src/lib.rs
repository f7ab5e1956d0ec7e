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
//! assert_eq!(me.customers().get(customer.number)?, customer);
//! # Ok::<(), crmkit::Error>(())
//! ```
//!
//! Every call is synchronous, and one transaction: it is done, logged and on the disk when it returns, or nothing of it is.
//! Handles are cheap to clone and safe to share between threads. Numbers such as R2.1 are the rules' own, in
//! `docs/rules.md`. In the examples, `me` is the session of an admin.
//!
//! # Opening
//! [`open`] takes [`OpenOptions`] and answers with a [`Crm`]; [`IN_MEMORY`] needs no file. [`Crm::session`] is for a user
//! whom the host vouches for, [`Crm::system`] for the host's own jobs. [`Crm::pause`] and [`Crm::resume`] let go of the
//! file while a phone sleeps; [`Crm::close`] closes it for everything that came from it; [`Crm::version`] says whether anything has changed. Tests hand in a [`FixedClock`].
//!
//! # People and rights
//! [`Users`] and [`Teams`], from [`Session::users`] and [`Session::teams`]: [`User`], [`NewUser`], [`UserEdit`], [`Team`],
//! [`NewTeam`], [`TeamEdit`]. A [`Role`] decides what somebody may do, and whose customers exist for them (R8.1, R8.2);
//! [`access`] has the table.
//!
//! # Customers
//! [`Customers`], from [`Session::customers`]: [`NewCustomer`] is typed in, a [`Customer`] with its [`CustomerNumber`] comes
//! back. A [`CustomerKey`] names one: its number, itself, or a text. [`CustomerEdit`] changes one field. [`CustomerQuery`] and [`PageRequest`] ask for a list, which comes as a
//! [`CustomerPage`] of [`CustomerSummary`]; [`Customers::iterate`] goes through all of it. [`HistoryEntry`] says what befell one, and [`Customers::undo`] takes it back.
//! The parts: [`Phone`], [`Address`], [`Choice`], [`Size`], [`CustomerKind`], [`CustomerStatus`].
//!
//! # Contacts
//! [`Contacts`], from [`Session::contacts`]: [`Contact`], [`NewContact`], [`ContactEdit`]. One of a customer's is primary
//! (R3.1).
//!
//! # Duplicates
//! [`DuplicateCheck`] says what entering a customer does about them; [`Customers::duplicates`] answers with [`DuplicateMatch`]
//! while somebody types, with a [`MatchBand`] and each [`MatchReason`]. [`Customers::find_duplicates`] looks through the whole
//! store: a [`DuplicateSearch`] becomes a [`DuplicateJob`], which ends in a [`DuplicateReport`] of [`DuplicateGroup`]s, which a
//! [`DuplicateReview`] works through. How names are compared, and what evidence weighs, is in [`matching`]. [`StepFor`] steps a
//! job by time.
//!
//! # Imports
//! [`import_file`] begins a [`FileImport`] of a CSV or Excel file, under [`ImportOptions`] and [`TableOptions`]; each step gives
//! its [`Progress`], and the end an [`ImportReport`]. [`FileImport::fix_list`] gives the refused rows out, to be mended and brought in again. [`Imports`], from [`Session::imports`], has what was brought in before:
//! each [`Import`], its [`ImportRow`]s, and [`Imports::undo`]. What a file may have at the most is in [`limits`]. Rows from
//! elsewhere come from an [`import::RowSource`].
//!
//! # The log
//! [`AuditLog`], from [`Session::audit`]: every change and refused attempt as an [`Audit`] entry, chained by hash.
//! [`AuditLog::verify`] walks it, against an [`AuditHead`] kept elsewhere. [`Session::backdated`] enters history. How an entry
//! is made is in [`audit`].
//!
//! # Reports
//! [`Reports`], from [`Session::reports`]: [`Funnel`], [`Sources`], [`Performance`], [`StatusDistribution`], [`TeamReport`] and
//! [`ForecastReport`], each asked for by a query of its own (R7). [`Targets`], from [`Session::targets`], says what people are to bring in.
//! [`picture`] draws one, and [`ReportExport`] gives them out, as Excel, PDF, HTML, SVG, CSV or JSON (R7.6).
//!
//! # Settings
//! [`SettingsAdmin`], from [`Session::settings`]: what holds for the whole business, time zone and region
//! first, as [`Settings`] and [`SettingsEdit`] (R8.7). [`PickListAdmin`], from [`Session::pick_lists`]: a [`PickEntry`] of a [`PickList`] (R2.3).
//!
//! # Stores of your own
//! [`SqliteStore`] is what [`open`] uses, under [`SqliteOptions`]. Another implements the traits of [`store`], is checked by
//! the project's conformance suite, and goes into [`Crm::new`]; [`store::memory`] is the one to compare with.
//!
//! # Features
//! `pdf`, off by default: whether reports go out as PDF documents. `csv` and `xlsx`, both on by default: which files [`import_file`] reads. A file of a kind that is off is refused as any
//! other that is no list. `xlsx-write`, on by default: whether workbooks are written, too.
//!
//! # Errors
//! There is one [`Error`], of few kinds ([`ErrorKind`]), with a stable [`Code`], the fields at fault as [`Problem`]s, and a
//! message in a [`Language`]. [`Error::is_retryable`] says whether the same call may succeed later. Whenever a call answers
//! with one, nothing was stored, but for `storage.replaced`, where that cannot be told.
#![forbid(unsafe_code)]

#[cfg(feature = "calendar")]
mod calendar;
mod export;
mod file_import;
mod fix_list;
mod outcome_file;
mod placed;
mod relist;
#[cfg(feature = "csv")]
mod rows;
mod step;
mod system;
mod threads;

use std::{path::Path, sync::Arc};

#[cfg(feature = "calendar")]
pub use calendar::task_calendar;
pub use crm_core::import::{ImportOptions, OnDuplicate};
pub use crm_core::service::*;
pub use crm_core::*;
pub use crm_exchange::{Cell, Encoding, SheetOptions, TableKind, TableOptions, TableWriter, limits};
pub use crm_sqlite::{SqliteOptions, SqliteStore};
pub use export::{ReportExport, draw, picture};
pub use file_import::{FileImport, import_file};
pub use placed::WholeFile;
#[cfg(feature = "csv")]
pub use rows::import_rows;
pub use step::{STEP_TIME, StepFor};
pub use system::{FixedClock, SystemClock, SystemIds};
pub use threads::ScopedThreads;

use rules::settings::check_given;
use store::Store;

/// The path that opens a database in memory, gone when it is closed.
pub const IN_MEMORY: &str = ":memory:";

/// What a database is opened with; everything has a default.
#[derive(Clone, Default)]
pub struct OpenOptions {
    /// Settings of the business (R8.7): set-up keeps those that are given, and later they need not be given again. One that
    /// is given and is not as the database has it is refused, so that two programs on one database never number or judge
    /// differently; an admin changes them by [`Session::settings`].
    pub settings: Vec<SettingsEdit>,
    /// The language of messages; by default Chinese.
    pub language: Language,
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
/// `setting.invalid` for an unknown time zone, thresholds that are no scores, or weights that cannot be read;
/// `setting.differs` for one that is not as the database has it; `clock.invalid` for a clock outside the years 1970 to
/// 9999; `storage.*` for a file that cannot be used.
pub fn open(path: impl AsRef<Path>, options: OpenOptions) -> Result<Crm> {
    // Before there is a file: what cannot be leaves none behind.
    check_given(&options.settings).map_err(|problems| Error::Invalid { problems })?;
    let path = path.as_ref();
    let store: Arc<dyn Store> = match path == Path::new(IN_MEMORY) {
        true => Arc::new(SqliteStore::in_memory()?),
        false => Arc::new(SqliteStore::open(path, options.sqlite)?),
    };
    let clock = options.clock.unwrap_or_else(|| Arc::new(SystemClock));
    let ids = options.ids.unwrap_or_else(|| Arc::new(SystemIds));
    let crm = Crm::with_executor(
        store,
        clock,
        ids,
        Arc::new(ScopedThreads),
        options.settings,
        options.language,
    );
    crm.check_settings()?;
    Ok(crm)
}
