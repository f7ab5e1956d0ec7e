//! Opening a database, and what can be done before there is a session.

use std::{path::PathBuf, sync::Mutex};

use crmkit::{Language, OpenOptions, Region, User};
use pyo3::prelude::*;

use crate::{call::call, check::CheckJob, clock::FixedClock, session::Session, sql::SqlAnswer};

/// Opens a database, making the file if it is not there; ":memory:" opens one without a file.
///
/// `time_zone` is the business's own, by default "Asia/Shanghai"; `region` ("CN", "TW", "HK", "MO"; by default "CN") is where
/// numbers without a country code, and addresses, are from; `likely` and `similar` are the scores from which on two customers
/// are likely duplicates, and similar, by default 0.9 and 0.6; `weights` is what evidence weighs, as a search that learns
/// reports it; `tell_hidden_owner` (by default true) says whether saving over a likely duplicate that the caller may not see is
/// refused with its owner's name. These are settings of the business: `set_up` keeps those that are given, and later they need not be given
/// again. One that is given and is not as the database has it raises `setting.differs`; `me.settings.update` changes them.
///
/// `language` ("zh", "en") is that of messages; `clock` tells the time in tests.
#[pyfunction]
#[pyo3(signature = (path, *, time_zone=None, region=None, language=Language::Zh, clock=None, likely=None, similar=None, weights=None, tell_hidden_owner=None))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn open(
    py: Python<'_>,
    path: PathBuf,
    time_zone: Option<String>,
    region: Option<Region>,
    language: Language,
    clock: Option<&FixedClock>,
    likely: Option<f64>,
    similar: Option<f64>,
    weights: Option<String>,
    tell_hidden_owner: Option<bool>,
) -> PyResult<Crm> {
    let clock = clock.map(|clock| clock.hand() as _);
    let options = OpenOptions {
        time_zone,
        region,
        language,
        clock,
        likely,
        similar,
        weights,
        tell_hidden_owner,
        ..OpenOptions::default()
    };
    let inner = call(py, language, || crmkit::open(path, options))?;
    Ok(Crm { inner, language })
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
    fn set_up(&self, py: Python<'_>, admin: &str, name: &str) -> PyResult<User> {
        call(py, self.language, || self.inner.set_up(admin, name))
    }

    /// Whether `set_up` has been called.
    #[getter]
    fn is_set_up(&self, py: Python<'_>) -> PyResult<bool> {
        call(py, self.language, || self.inner.is_set_up())
    }

    /// A user's session; the host vouches that it is them.
    fn session(&self, py: Python<'_>, login: &str) -> PyResult<Session> {
        let session = call(py, self.language, || self.inner.session(login))?;
        Ok(Session::new(session, self.language))
    }

    /// The host's own session, for jobs that no user runs.
    fn system(&self, py: Python<'_>) -> PyResult<Session> {
        let session = call(py, self.language, || self.inner.system())?;
        Ok(Session::new(session, self.language))
    }

    /// `Session.sql`, asked by the host itself.
    fn sql(&self, py: Python<'_>, query: &str) -> PyResult<SqlAnswer> {
        call(py, self.language, || self.inner.sql(query)).map(SqlAnswer::from)
    }

    /// Checks the whole database: its file, the log's chain, every record against the log, counts, match keys against
    /// their customers. An iterator of its progress, with `run()` and `report()`; nothing is written.
    fn check(&self) -> CheckJob {
        CheckJob::new(Mutex::new(self.inner.check()), self.language)
    }

    /// Lets go of files and locks until `resume`; calls in between raise `storage.paused`.
    fn pause(&self, py: Python<'_>) -> PyResult<()> {
        call(py, self.language, || self.inner.pause())
    }

    /// Takes the files up again.
    fn resume(&self, py: Python<'_>) -> PyResult<()> {
        call(py, self.language, || self.inner.resume())
    }

    /// Lets go of files and locks for good, as `pause` does.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.pause(py)
    }

    /// The language of messages, "zh" or "en", which it was opened with.
    #[getter]
    fn language(&self) -> &'static str {
        match self.language {
            Language::Zh => "zh",
            Language::En => "en",
        }
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
