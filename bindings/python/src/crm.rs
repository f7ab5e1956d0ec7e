//! Opening a database, and what can be done before there is a session.

use std::{path::PathBuf, sync::Mutex};

use crm_core::python::{Arg, Argument, taken};
use crmkit::{Language, OpenOptions, Region, User, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::Typed, call::call, check::CheckJob, clock::ClockArgument, session::Session, sql::SqlAnswer,
};

/// Opens a database, making the file if it is not there; ":memory:" opens one without a file.
///
/// `time_zone` is the business's own, by default "Asia/Shanghai"; `region` (a country's code of two
/// letters as "US", by default "CN") is where numbers without a country code, and addresses, are from; `likely` and `similar` are the scores from which on two customers
/// are likely duplicates, and similar, by default 0.9 and 0.6; `weights` is what evidence weighs, as a search that learns
/// reports it; `tell_hidden_owner` (by default true) says whether saving over a likely duplicate that the caller may not see is
/// refused with its owner's name. These are settings of the business: `set_up` keeps those that are given, and later they need not be given
/// again. One that is given and is not as the database has it raises `setting.differs`; `me.settings.update` changes them.
///
/// `language` ("zh", "en") is that of messages; `clock` tells the time in tests.
#[pyfunction]
#[pyo3(signature = (path, *, time_zone=None, region=None, language=Arg::from(Language::Zh), clock=None, likely=None, similar=None, weights=None, tell_hidden_owner=None))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn open(
    py: Python<'_>,
    path: Arg<PathBuf>,
    time_zone: Option<Arg<String>>,
    region: Option<Arg<Region>>,
    language: Arg<Language>,
    clock: Option<Arg<ClockArgument>>,
    likely: Option<Arg<f64>>,
    similar: Option<Arg<f64>>,
    weights: Option<Arg<String>>,
    tell_hidden_owner: Option<Arg<bool>>,
) -> PyResult<Crm> {
    let language = taken(py, language, fields::LANGUAGE)?;
    let inner = call(py, language, || {
        let mut given = Typed::new();
        let path = given.take(fields::PATH, path);
        let options = OpenOptions {
            time_zone: given.take(fields::TIME_ZONE, time_zone).flatten(),
            region: given.take(fields::REGION, region).flatten(),
            language,
            clock: given
                .take(fields::CLOCK, clock)
                .flatten()
                .map(|clock| clock.0 as _),
            likely: given.take("likely", likely).flatten(),
            similar: given.take("similar", similar).flatten(),
            weights: given.take(fields::WEIGHTS, weights).flatten(),
            tell_hidden_owner: given.take("tell_hidden_owner", tell_hidden_owner).flatten(),
            ..OpenOptions::default()
        };
        let (path, options) = given.with(path.map(|path| (path, options))).read()?;
        crmkit::open(path, options)
    })?;
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
