//! A session: everything that one caller can do, one object for each noun, which each noun's own file adds.

use crm_core::python::{Arg, Argument};
use crmkit::{DateTime, Language, User, Utc, model::fields};
use pyo3::prelude::*;

use crate::call::of_session;

of_session! {
    /// What one caller can do. Rights are looked up anew in every call, so that a change of role tells at once. Safe to
    /// share between threads.
    Session(crmkit::Session)
}

#[pymethods]
impl Session {
    /// The user whose session it is; `None` for the host's own.
    #[getter]
    fn user(&self, py: Python<'_>) -> PyResult<Option<User>> {
        self.call(py, crmkit::Session::user)
    }

    /// The language of messages, "zh" or "en", which the database was opened with: `match.explain(me.language)`.
    #[getter]
    fn language(&self) -> Language {
        self.language
    }

    /// A session that enters history: the facts of what it writes bear this time, a `datetime` or a text like
    /// "2019-05-01T09:00+08:00". Rights, the log's own time, numbers and ids keep the real clock; the log has both. For an
    /// admin: anybody else's writes are refused.
    fn backdated(&self, py: Python<'_>, at: Arg<DateTime<Utc>>) -> PyResult<Self> {
        let at = self.call(py, |_| at.of(fields::AT))?;
        Ok(Self::new(self.inner.backdated(at), self.language))
    }
}
