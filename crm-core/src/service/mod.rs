//! The use cases: load, decide, apply. One door leads in: `Crm` → `Session` → customers, contacts, people, …

mod audit;
mod contacts;
mod customers;
mod door;
mod duplicates;
mod find;
mod history;
mod import;
mod people;
mod pick_lists;
mod proposals;
mod session;

use std::sync::Arc;

pub use audit::{AuditLog, Verification};
pub use contacts::Contacts;
pub use customers::{Customers, DuplicateCheck};
pub use find::{DuplicateGroup, DuplicateJob, DuplicateReport, DuplicateSearch};
pub use import::{ImportJob, ImportReport, ImportUndo, Imports, Progress};
pub use people::{Teams, Users};
pub use pick_lists::PickListAdmin;
pub use session::Session;

use crate::{
    BusinessZone, Clock, IdSource, Language, Result,
    executor::{Executor, InTurn},
    matching::{Thresholds, Weights},
    model::{NewUser, Region, Role, User},
    store::Store,
};
use door::Door;

/// What a business sets once, handed in when the store is opened.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The business's own time zone, in which days begin.
    pub zone: BusinessZone,
    /// Where numbers without a country code, and addresses, are from.
    pub region: Region,
    /// The language of messages.
    pub language: Language,
    /// From which score on two are likely duplicates, and similar (R6.1).
    pub thresholds: Thresholds,
    /// What evidence weighs (R6.1).
    pub weights: Weights,
}

/// One business's customers, ready for use. Cheap to clone; safe to share between threads.
#[derive(Clone)]
pub struct Crm {
    door: Arc<Door>,
}

impl Crm {
    /// The CRM on a store, with the clock and the source of chance that it is to use, on the caller's thread alone.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        settings: Settings,
    ) -> Self {
        Self::with_executor(store, clock, ids, Arc::new(InTurn), settings)
    }

    /// [`new`](Self::new), with an executor for what can be done side by side.
    pub fn with_executor(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        executor: Arc<dyn Executor>,
        settings: Settings,
    ) -> Self {
        Self {
            door: Arc::new(Door::new(store, clock, ids, executor, settings)),
        }
    }

    /// Sets up an empty store, once: its first admin, and the manual's pick lists (R8.6, R2.3).
    ///
    /// # Errors
    /// `setup.done` if it has been set up; Invalid for a blank login or name.
    pub fn set_up(&self, admin: &str, name: &str) -> Result<User> {
        self.door.set_up(&NewUser::of(admin, name, Role::Admin))
    }

    /// Whether [`set_up`](Self::set_up) has been called.
    ///
    /// # Errors
    /// `storage.*`.
    pub fn is_set_up(&self) -> Result<bool> {
        self.door.is_set_up()
    }

    /// A user's session; the host vouches that it is them.
    ///
    /// # Errors
    /// `setup.needed` before set-up; NotFound for an unknown login; `access.inactive` for an inactive user.
    pub fn session(&self, login: &str) -> Result<Session> {
        let user = self.door.enter(login)?;
        Ok(Session::of_user(Arc::clone(&self.door), user.id))
    }

    /// The host's own session, for jobs that no user runs.
    ///
    /// # Errors
    /// `setup.needed` before set-up.
    pub fn system(&self) -> Result<Session> {
        self.door.require_set_up()?;
        Ok(Session::of_system(Arc::clone(&self.door)))
    }

    /// The settings that it was opened with.
    pub fn settings(&self) -> &Settings {
        self.door.settings()
    }

    /// Lets go of files and locks until [`resume`](Self::resume), as when a phone puts the app to sleep.
    ///
    /// # Errors
    /// `storage.busy` if a running call did not end in time.
    pub fn pause(&self) -> Result<()> {
        self.door.pause()
    }

    /// Takes the files up again.
    ///
    /// # Errors
    /// `storage.*`.
    pub fn resume(&self) -> Result<()> {
        self.door.resume()
    }

    /// A number that differs after every commit, by this program or another.
    ///
    /// # Errors
    /// `storage.*`.
    pub fn version(&self) -> Result<u64> {
        self.door.version()
    }
}
