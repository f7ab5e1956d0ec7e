//! The log (R8.5).

use crm_core::python::{Arg, Argument, Tuple};
use crmkit::{Audit, AuditHead, Verification, model::fields};
use pyo3::prelude::*;

use crate::{call::of_session, session::Session};

of_session! {
    /// The log, for one session: every change and refused attempt, chained by hash. Only an admin reads it.
    AuditLog(crmkit::AuditLog)
}

#[pymethods]
impl Session {
    /// The log.
    #[getter]
    fn audit(&self) -> AuditLog {
        AuditLog::new(self.inner.audit(), self.language)
    }
}

#[pymethods]
impl AuditLog {
    /// Up to `limit` entries, by default 100, after the position `after`, in order.
    #[pyo3(signature = (*, after=Arg::from(0), limit=Arg::from(100)))]
    fn list(&self, py: Python<'_>, after: Arg<u64>, limit: Arg<u32>) -> PyResult<Tuple<Audit>> {
        self.call(py, |log| {
            log.list(after.of(fields::AFTER)?, limit.of(fields::LIMIT)?)
        })
        .map(Tuple)
    }

    /// The end of the log, for keeping elsewhere.
    fn head(&self, py: Python<'_>) -> PyResult<AuditHead> {
        self.call(py, crmkit::AuditLog::head)
    }

    /// Walks the whole log; against a head kept elsewhere, a cut or rewritten log shows too.
    #[pyo3(signature = (kept=None))]
    fn verify(&self, py: Python<'_>, kept: Option<Arg<AuditHead>>) -> PyResult<Verification> {
        self.call(py, |log| log.verify(kept.of("kept")?.as_ref()))
    }
}
