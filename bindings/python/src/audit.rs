//! The log (R8.5).

use crm_core::python::Tuple;
use crmkit::{Audit, AuditHead, Verification};
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
    /// Up to `limit` entries after the position `after`, in order.
    #[pyo3(signature = (*, after=0, limit=100))]
    fn list(&self, py: Python<'_>, after: u64, limit: u32) -> PyResult<Tuple<Audit>> {
        self.call(py, |log| log.list(after, limit)).map(Tuple)
    }

    /// The end of the log, for keeping elsewhere.
    fn head(&self, py: Python<'_>) -> PyResult<AuditHead> {
        self.call(py, crmkit::AuditLog::head)
    }

    /// Walks the whole log; against a head kept elsewhere, a cut or rewritten log shows too.
    #[pyo3(signature = (kept=None))]
    fn verify(&self, py: Python<'_>, kept: Option<AuditHead>) -> PyResult<Verification> {
        self.call(py, |log| log.verify(kept.as_ref()))
    }
}
