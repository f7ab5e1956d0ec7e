//! A session: everything that one caller can do, one object for each noun, which each noun's own file adds.

use crmkit::User;
use pyo3::prelude::*;

use crate::{argument::Moment, call::of_session};

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

    /// A session that enters history: the facts of what it writes bear this time, a `datetime` or a text like
    /// "2019-05-01T09:00+08:00". Rights, the log's own time, numbers and ids keep the real clock; the log has both. For an
    /// admin: anybody else's writes are refused.
    fn backdated(&self, at: Moment) -> Self {
        Self::new(self.inner.backdated(at.0), self.language)
    }
}
