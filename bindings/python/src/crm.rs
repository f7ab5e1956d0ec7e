//! Opening a database, and what can be done before there is a session.

use std::{path::PathBuf, sync::Mutex};

use crm_core::python::{Arg, Argument, taken};
use crmkit::{Language, OpenOptions, SettingsEdit, User, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, millis},
    call::call,
    check::{self, CheckJob},
    clock::ClockArgument,
    notebook::opened_in,
    session::Session,
    sql::SqlAnswer,
};

with_settings_edit! {
    /// Opens a database, making the file if it is not there; ":memory:" opens one without a file.
    ///
    /// `language` ("zh", "en"; by default "zh") is that of messages; `clock` tells the time: a `FixedClock` in tests, or a function
    /// that answers with a `datetime` with its zone; by default it is the system's. The others are settings of the business:
    /// `set_up` keeps those that are given, and later they need not be given again. One that is given and is not as the
    /// database has it raises `setting.differs`; `me.settings.update` changes them. `time_zone` is by default "Asia/Shanghai";
    /// `region`, where numbers without a country code, and addresses, are from (a country's code of two letters), "CN".
    fn open(path: Arg<PathBuf>)(language: Arg<Language> = Arg::from(Language::Zh), clock: Option<Arg<ClockArgument>> = None) -> Crm
        = |py, edits: Typed<Vec<SettingsEdit>>, path: Arg<PathBuf>, language, clock: Option<Arg<ClockArgument>>| {
            let language = taken(py, language, fields::LANGUAGE)?;
            let inner = call(py, language, || {
                let (mut given, settings) = edits.apart();
                let path = given.take(fields::PATH, path);
                let clock = given.take(fields::CLOCK, clock).flatten().map(|clock| clock.0);
                let options = OpenOptions { settings: settings.unwrap_or_default(), language, clock, ..OpenOptions::default() };
                let (path, options) = given.with(path.map(|path| (path, options))).read()?;
                crmkit::open(path, options)
            })?;
            opened_in(language);
            Ok(Crm { inner, language })
        };
}

/// One business's customers, ready for use; safe to share between threads. As a context manager it is closed at the end.
///
/// Calls block: in asyncio, wrap them in `asyncio.to_thread`. After a fork, the child opens the
/// database again (a fork while another thread uses it is refused there, as `storage.forked`).
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct Crm {
    inner: crmkit::Crm,
    language: Language,
}

#[pymethods]
impl Crm {
    /// Sets up an empty database, once: its first admin, by login and name, the settings that were given to
    /// `open`, and the manual's pick lists.
    fn set_up(&self, py: Python<'_>, admin: Arg<String>, name: Arg<String>) -> PyResult<User> {
        call(py, self.language, || {
            self.inner
                .set_up(&admin.of(fields::LOGIN)?, &name.of(fields::NAME)?)
        })
    }

    /// Whether `set_up` has been called.
    #[getter]
    fn is_set_up(&self, py: Python<'_>) -> PyResult<bool> {
        call(py, self.language, || self.inner.is_set_up())
    }

    /// A user's session; the host vouches that it is them.
    fn session(&self, py: Python<'_>, login: Arg<String>) -> PyResult<Session> {
        let session = call(py, self.language, || {
            self.inner.session(&login.of(fields::LOGIN)?)
        })?;
        Ok(Session::new(session, self.language))
    }

    /// The session of a user who logs in with their password, on a device as the program calls it. Every try is in the log.
    /// `login.refused` is raised alike for an unknown login and a wrong password, and while the account rests, which it does
    /// for 15 minutes after five wrong tries in a row.
    fn login(
        &self,
        py: Python<'_>,
        login: Arg<String>,
        password: Arg<String>,
        device: Arg<String>,
    ) -> PyResult<Session> {
        let session = call(py, self.language, || {
            self.inner.login(
                &login.of(fields::LOGIN)?,
                &password.of(fields::PASSWORD)?,
                &device.of(fields::DEVICE)?,
            )
        })?;
        Ok(Session::new(session, self.language))
    }

    /// The host's own session, for jobs that no user runs.
    fn system(&self, py: Python<'_>) -> PyResult<Session> {
        let session = call(py, self.language, || self.inner.system())?;
        Ok(Session::new(session, self.language))
    }

    /// `Session.sql`, asked by the host itself.
    fn sql(&self, py: Python<'_>, query: Arg<String>) -> PyResult<SqlAnswer> {
        call(py, self.language, || self.inner.sql(&query.of(fields::QUERY)?)).map(SqlAnswer::from)
    }

    /// Checks the whole database: its file, the log's chain, every record against the log, counts, match keys against
    /// their customers. An iterator of its progress, with `run()` and `report()`; nothing is written.
    /// A step takes some `step_ms`.
    #[pyo3(signature = (*, step_ms=Arg::from(50)))]
    fn check(&self, py: Python<'_>, step_ms: Arg<u32>) -> PyResult<CheckJob> {
        let time = call(py, self.language, || millis(step_ms))?;
        let job = self.inner.check();
        Ok(CheckJob::new(
            Mutex::new(check::Stepped { job, time }),
            self.language,
        ))
    }

    /// Lets go of files and locks until `resume`; calls in between raise `storage.paused`.
    fn pause(&self, py: Python<'_>) -> PyResult<()> {
        call(py, self.language, || self.inner.pause())
    }

    /// Takes the files up again.
    fn resume(&self, py: Python<'_>) -> PyResult<()> {
        call(py, self.language, || self.inner.resume())
    }

    /// Closes the database for good: for its sessions, jobs and whatever else came from it. Calls afterwards raise
    /// `storage.closed`. Does nothing if it has been closed.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        call(py, self.language, || self.inner.close())
    }

    /// The language of messages, "zh" or "en", which it was opened with.
    #[getter]
    fn language(&self) -> Language {
        self.language
    }

    /// A number that differs after every commit, by this program or another.
    #[getter]
    fn version(&self, py: Python<'_>) -> PyResult<u64> {
        call(py, self.language, || self.inner.version())
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_why))]
    fn __exit__(&self, py: Python<'_>, _why: &Bound<'_, pyo3::types::PyTuple>) -> PyResult<()> {
        self.close(py)
    }
}
