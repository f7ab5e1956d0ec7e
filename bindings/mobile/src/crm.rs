//! Opening a database, and the doors into it.

use std::{sync::Arc, time::Duration};

use crmkit::{Language, OpenOptions, SettingsEdit, SqlAnswer, User, model::fields};

use crate::{
    Result,
    call::{call, from_zero},
    check::{self, CheckJob},
    clock::{CrmClock, HostClock},
    session::Session,
};

/// One business's customers, ready for use. Safe to share between threads.
#[derive(uniffi::Object)]
pub struct Crm {
    inner: crmkit::Crm,
    language: Language,
}

#[uniffi::export]
impl Crm {
    /// Opens a database, making the file if it is not there; `:memory:` opens one without a file.
    ///
    /// `settings` are those of the business (R8.7): `set_up` keeps those that are given, and later they need not be given
    /// again; an admin changes them by `settings()` of a session. `language` is that of messages, by default Chinese;
    /// `clock` tells the time, by default the system's.
    ///
    /// Fails with `setting.invalid` for an unknown time zone, for thresholds that are no scores or for weights that cannot
    /// be read, with `setting.differs` for one that is not as the database has it, with `storage.*` for a file that cannot
    /// be used.
    #[uniffi::constructor(default(settings = [], language = None, clock = None))]
    pub fn open(
        path: String,
        settings: Vec<SettingsEdit>,
        language: Option<Language>,
        clock: Option<Arc<dyn CrmClock>>,
    ) -> Result<Arc<Self>> {
        let language = language.unwrap_or_default();
        call(language, || {
            let clock = clock.map(|clock| Arc::new(HostClock(clock)) as Arc<dyn crmkit::Clock>);
            let options = OpenOptions {
                settings,
                language,
                clock,
                ..OpenOptions::default()
            };
            let inner = crmkit::open(path, options)?;
            Ok(Arc::new(Self { inner, language }))
        })
    }

    /// Sets up an empty store, once: its first admin, the settings that were given to `open`, and the manual's pick lists
    /// (R8.6, R8.7, R2.3).
    ///
    /// Fails with `setup.done` if it has been set up.
    pub fn set_up(&self, admin: String, name: String) -> Result<User> {
        call(self.language, || self.inner.set_up(&admin, &name))
    }

    /// Whether `set_up` has been called.
    pub fn is_set_up(&self) -> Result<bool> {
        call(self.language, || self.inner.is_set_up())
    }

    /// A user's session; the host vouches that it is them.
    ///
    /// Fails with `setup.needed` before set-up, NotFound for an unknown login, `access.inactive` for an inactive user;
    /// with `setting.differs` if another program has set the store up with other settings than were given to `open`.
    pub fn session(&self, login: String) -> Result<Arc<Session>> {
        call(self.language, || self.inner.session(&login)).map(|session| Session::new(session, self.language))
    }

    /// The session of a user who logs in with their password, on a device as the app calls it (R8.4). Every try is in the log.
    ///
    /// Fails with `login.refused` alike for an unknown login and a wrong password, and while the account rests, which it does
    /// for 15 minutes after five wrong tries in a row; with the right password `access.inactive`, `account.suspended`.
    pub fn login(&self, login: String, password: String, device: String) -> Result<Arc<Session>> {
        call(self.language, || self.inner.login(&login, &password, &device))
            .map(|session| Session::new(session, self.language))
    }

    /// The host's own session, for jobs that no user runs.
    ///
    /// Fails with `setup.needed` before set-up; with `setting.differs` as `session` does.
    pub fn system(&self) -> Result<Arc<Session>> {
        call(self.language, || self.inner.system()).map(|session| Session::new(session, self.language))
    }

    /// `Session.sql`, asked by the host itself.
    pub fn sql(&self, query: String) -> Result<SqlAnswer> {
        call(self.language, || self.inner.sql(&query))
    }

    /// Checks the whole store: its file, the log's chain, every record against the log, counts, match keys against their
    /// customers. Nothing is written.
    /// A step takes some `step_millis`.
    #[uniffi::method(default(step_millis = 50))]
    pub fn check(&self, step_millis: u32) -> Result<Arc<CheckJob>> {
        call(self.language, || from_zero(fields::STEP_MILLIS, step_millis))?;
        let (job, time) = (self.inner.check(), Duration::from_millis(step_millis.into()));
        Ok(CheckJob::new(check::Stepped { job, time }.into(), self.language))
    }

    /// The language of messages, which it was opened with.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Lets go of files and locks until `resume`, as when a phone puts the app to sleep.
    ///
    /// Fails with `storage.busy` if a running call did not end in time.
    pub fn pause(&self) -> Result<()> {
        call(self.language, || self.inner.pause())
    }

    /// Takes the files up again.
    pub fn resume(&self) -> Result<()> {
        call(self.language, || self.inner.resume())
    }

    /// Closes the database for good: for its sessions, jobs and whatever else came from it. Every call afterwards fails with
    /// `storage.closed`. Does nothing if it has been closed.
    ///
    /// Fails with `storage.busy` if a running call did not end in time: it is closed, and lets go of its files when that one
    /// ends.
    pub fn close(&self) -> Result<()> {
        call(self.language, || self.inner.close())
    }

    /// A number that differs after every commit, by this program or another: cheap to ask whether anything has changed.
    pub fn version(&self) -> Result<u64> {
        call(self.language, || self.inner.version())
    }
}
