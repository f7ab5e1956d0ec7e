//! Opening a database, and the doors into it.

use std::sync::Arc;

use crmkit::{Language, OpenOptions, Region, SqlAnswer, User};

use crate::{
    Result,
    call::call,
    check::CheckJob,
    clock::{Clock, HostClock},
    session::Session,
};

/// One business's customers, ready for use. Safe to share between threads.
#[derive(uniffi::Object)]
pub struct Crm {
    inner: crmkit::Crm,
    language: Language,
}

/// Opens a database, making the file if it is not there; `:memory:` opens one without a file.
///
/// `time_zone` is the business's own, by default `Asia/Shanghai`; `region` is where numbers without a country code are
/// from, a country by its code of two letters, by default `CN`: numbers of `CN`, `TW`, `HK` and `MO` are read as people there
/// write them, those of other regions need their country code (`phone.no_country_code`); `likely` and `similar` are the scores from which on two customers are likely duplicates,
/// and similar (R6.1), by default 0.9 and 0.6; `weights` is what evidence weighs, as a search that learns reports it, by
/// default what the library ships; `tell_hidden_owner`, by default true, says whether saving over a likely duplicate that the
/// caller may not see is refused with its owner's name. These are settings of the business (R8.7): `setUp` keeps those that are given, and later
/// they need not be given again; an admin changes them by `settings()` of a session.
///
/// `language` is that of messages, by default Chinese; `clock` tells the time, by default the system's.
///
/// Fails with `setting.invalid` for an unknown time zone, for thresholds that are no scores or for weights that cannot be read,
/// with `setting.differs` for one that is not as the database has it, with `storage.*` for a file that cannot be used.
#[uniffi::export(default(time_zone = None, region = None, language = None, clock = None, likely = None, similar = None, weights = None, tell_hidden_owner = None))]
#[expect(
    clippy::too_many_arguments,
    reason = "they have names and defaults in Kotlin and Swift"
)]
pub fn open(
    path: String,
    time_zone: Option<String>,
    region: Option<Region>,
    language: Option<Language>,
    clock: Option<Arc<dyn Clock>>,
    likely: Option<f64>,
    similar: Option<f64>,
    weights: Option<String>,
    tell_hidden_owner: Option<bool>,
) -> Result<Arc<Crm>> {
    let language = language.unwrap_or_default();
    call(language, || {
        let clock = clock.map(|clock| Arc::new(HostClock(clock)) as Arc<dyn crmkit::Clock>);
        let inner = crmkit::open(
            path,
            OpenOptions {
                time_zone,
                region,
                language,
                clock,
                likely,
                similar,
                weights,
                tell_hidden_owner,
                ..OpenOptions::default()
            },
        )?;
        Ok(Arc::new(Crm { inner, language }))
    })
}

#[uniffi::export]
impl Crm {
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
    pub fn check(&self) -> Result<Arc<CheckJob>> {
        Ok(CheckJob::new(self.inner.check().into(), self.language))
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

    /// A number that differs after every commit, by this program or another: cheap to ask whether anything has changed.
    pub fn version(&self) -> Result<u64> {
        call(self.language, || self.inner.version())
    }
}
