//! The use cases: load, decide, apply. One door leads in: `Crm` → `Session` → customers, contacts, people, …

mod accounts;
mod answers;
mod archive;
mod assign;
mod attachments;
mod audit;
mod bulk;
mod changes;
mod check;
mod contacts;
mod contracts;
mod customers;
mod deals;
mod door;
mod draft;
mod duplicates;
mod exports;
mod find;
mod follow_ups;
mod history;
mod import;
mod merge;
mod opportunities;
mod people;
mod pick_lists;
mod profile;
mod proposals;
mod purchases;
mod quiet;
mod reminders;
mod reports;
mod requests;
mod service_records;
mod session;
mod settings;
mod sql;
mod status;
mod tags;
mod targets;
mod tasks;
mod timeline;
mod undo;

use std::sync::Arc;

pub use accounts::OwnAccount;
pub use attachments::{AttachmentReader, Attachments};
pub use audit::{AuditLog, Verification};
pub use changes::ChangeFeed;
pub use check::CheckJob;
pub use contacts::Contacts;
pub use contracts::Contracts;
pub use customers::{CustomerRows, Customers, DuplicateCheck};
pub use exports::Exports;
pub use find::{DuplicateGroup, DuplicateJob, DuplicateReport, DuplicateReview, DuplicateSearch};
pub use follow_ups::FollowUps;
pub use import::{ImportJob, ImportReport, ImportUndo, Imports, Progress, UnknownOwner};
pub use opportunities::Opportunities;
pub use people::{Teams, Users};
pub use pick_lists::PickListAdmin;
pub use reminders::Reminders;
pub use reports::Reports;
pub use requests::Requests;
pub use service_records::ServiceRecords;
pub use session::Session;
pub use settings::SettingsAdmin;
pub use targets::Targets;
pub use tasks::Tasks;

use crate::{
    Clock, IdSource, Language, Result,
    executor::{Executor, InTurn},
    model::{NewUser, Role, SettingsEdit, User},
    store::Store,
};
use door::Door;

/// One business's customers, ready for use. Cheap to clone; safe to share between threads.
#[derive(Clone)]
pub struct Crm {
    door: Arc<Door>,
}

impl Crm {
    /// The CRM on a store, with the clock and the source of chance that it is to use, on the caller's thread alone.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::doc_example::{CountingIds, FixedClock};
    /// use std::sync::Arc;
    /// use crm_core::{Crm, Language, store::memory::MemoryStore};
    ///
    /// let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(FixedClock));
    /// let ids = Arc::new(CountingIds::default());
    /// let crm = Crm::new(store, clock, ids, Vec::new(), Language::Zh);
    /// assert!(!crm.is_set_up()?);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        given: Vec<SettingsEdit>,
        language: Language,
    ) -> Self {
        Self::with_executor(store, clock, ids, Arc::new(InTurn), given, language)
    }

    /// [`new`](Self::new), with an executor for what can be done side by side.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::doc_example::{CountingIds, FixedClock};
    /// use std::sync::Arc;
    /// use crm_core::{Crm, Language, executor::InTurn, store::memory::MemoryStore};
    ///
    /// let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(FixedClock));
    /// let ids = Arc::new(CountingIds::default());
    /// // A program that may start threads hands in an executor of its own.
    /// let crm = Crm::with_executor(store, clock, ids, Arc::new(InTurn), Vec::new(), Language::Zh);
    /// assert!(!crm.is_set_up()?);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn with_executor(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        executor: Arc<dyn Executor>,
        given: Vec<SettingsEdit>,
        language: Language,
    ) -> Self {
        Self {
            door: Arc::new(Door::new(store, clock, ids, executor, given, language)),
        }
    }

    /// Checks the settings that were given: that they can be, and that a store which has been set up has them so (R8.7).
    /// Sessions check it too.
    ///
    /// # Errors
    /// `setting.invalid`; `setting.differs`; `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::doc_example::crm_with;
    /// use crm_core::{Code, SettingsEdit};
    ///
    /// let nowhere = SettingsEdit::TimeZone { value: "Asia/Nowhere".into() };
    /// let crm = crm_with(vec![nowhere]);
    /// assert_eq!(crm.check_settings().unwrap_err().code(), Code::SettingInvalid);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn check_settings(&self) -> Result<()> {
        self.door.check_settings()
    }

    /// Sets up an empty store, once: its first admin, the settings that were given, and the manual's pick lists (R8.6, R8.7,
    /// R2.3).
    ///
    /// # Errors
    /// `setup.done` if it has been set up; Invalid for a blank login or name.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// use crm_core::{Code, Role};
    ///
    /// let lin = crm.set_up("lin", "林")?;
    /// assert_eq!(lin.role, Role::Admin);
    /// assert_eq!(crm.set_up("wu", "吴").unwrap_err().code(), Code::SetupDone);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn set_up(&self, admin: &str, name: &str) -> Result<User> {
        self.door.set_up(&NewUser::of(admin, name, Role::Admin))
    }

    /// Whether [`set_up`](Self::set_up) has been called.
    ///
    /// # Errors
    /// `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// if !crm.is_set_up()? {
    ///     crm.set_up("lin", "林")?;
    /// }
    /// assert!(crm.is_set_up()?);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn is_set_up(&self) -> Result<bool> {
        self.door.is_set_up()
    }

    /// A user's session; the host vouches that it is them.
    ///
    /// # Errors
    /// `setup.needed` before set-up; `setting.differs` for settings that were given and are not as the store has them;
    /// NotFound for an unknown login; `access.inactive` for an inactive user; `account.suspended` (R8.4).
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// use crm_core::Code;
    ///
    /// let me = crm.session("LIN")?;
    /// assert_eq!(me.user()?.unwrap().name, "林");
    /// assert_eq!(crm.session("wu").err().unwrap().code(), Code::NotFound);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn session(&self, login: &str) -> Result<Session> {
        let user = self.door.enter(login)?;
        Ok(Session::of_user(Arc::clone(&self.door), user.id))
    }

    /// The session of a user who logs in with their password, on a device as the program calls it (R8.4). Every try is in
    /// the log. A session that is not used for 30 days ends.
    ///
    /// Hashing the password takes some 20 MiB and 50 milliseconds at first (the settings `password_memory` and
    /// `password_passes`).
    ///
    /// # Errors
    /// `login.refused` alike for an unknown login, a wrong password, a user without one, and whatever password while the
    /// account rests, which it does for 15 minutes after five wrong tries in a row. With the right password `access.inactive`,
    /// `account.suspended`. `field.missing` for a blank device; `setup.needed`; `setting.differs`.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm_with_cheap_passwords();
    /// # crm.set_up("lin", "林")?;
    /// use crm_core::Code;
    ///
    /// crm.session("lin")?.users().set_password("lin", "Qz!7mKx4")?;
    /// let me = crm.login("lin", "Qz!7mKx4", "front desk")?;
    /// me.account().change_password("Qz!7mKx4", "Wj#5vTe8")?;
    /// assert_eq!(me.user()?.unwrap().name, "林");
    /// let refused = crm.login("lin", "Qz!7mKx4", "front desk").err().unwrap();
    /// assert_eq!(refused.code(), Code::LoginRefused);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn login(&self, login: &str, password: &str, device: &str) -> Result<Session> {
        let caller = self.door.log_in(login, password, device)?;
        Ok(Session::of_caller(Arc::clone(&self.door), caller))
    }

    /// Checks the whole store: its file, the log's chain, every record against the log, counts, match keys against their
    /// customers. A job that the host steps; it reads only.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// crm.set_up("lin", "林")?;
    /// let mut check = crm.check();
    /// while !check.step()?.finished {}
    /// assert!(check.report().whole, "{:?}", check.report().faults);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn check(&self) -> CheckJob {
        CheckJob::new(Arc::clone(&self.door))
    }

    /// The host's own session, for jobs that no user runs.
    ///
    /// # Errors
    /// `setup.needed` before set-up; `setting.differs`.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// let job = crm.system()?;
    /// assert_eq!(job.user()?, None);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn system(&self) -> Result<Session> {
        self.door.require_set_up()?;
        Ok(Session::of_system(Arc::clone(&self.door)))
    }

    /// The language of messages, which it was opened with.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// use crm_core::{Code, Language};
    ///
    /// assert_eq!(crm.language(), Language::Zh);
    /// assert_eq!(Code::SetupNeeded.message(crm.language(), ""), "请先完成初始设置");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn language(&self) -> Language {
        self.door.language()
    }

    /// Lets go of files and locks until [`resume`](Self::resume), as when a phone puts the app to sleep.
    ///
    /// # Errors
    /// `storage.busy` if a running call did not end in time.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// use crm_core::Code;
    ///
    /// crm.pause()?;
    /// let refused = crm.session("lin").err().unwrap();
    /// assert_eq!((refused.code(), refused.is_retryable()), (Code::StoragePaused, true));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn pause(&self) -> Result<()> {
        self.door.pause()
    }

    /// Takes the files up again.
    ///
    /// # Errors
    /// `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// crm.pause()?;
    /// crm.resume()?;
    /// assert!(crm.session("lin").is_ok());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn resume(&self) -> Result<()> {
        self.door.resume()
    }

    /// Closes the store for good: for its clones, sessions, jobs and whatever else came from it. Every call afterwards is
    /// refused as `storage.closed`. Does nothing if it has been closed.
    ///
    /// # Errors
    /// `storage.busy` if a running call did not end in time: the store is closed, and lets go of its files when that one ends.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// use crm_core::Code;
    ///
    /// let me = crm.session("lin")?;
    /// crm.close()?;
    /// let refused = me.user().unwrap_err();
    /// assert_eq!((refused.code(), refused.is_retryable()), (Code::StorageClosed, false));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn close(&self) -> Result<()> {
        self.door.close()
    }

    /// A number that differs after every commit, by this program or another.
    ///
    /// # Errors
    /// `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// let seen = crm.version()?;
    /// crm.set_up("lin", "林")?;
    /// assert_ne!(crm.version()?, seen, "what was read before is to be read anew");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn version(&self) -> Result<u64> {
        self.door.version()
    }
}
