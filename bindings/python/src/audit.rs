//! The log (R8.5).

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{Audit, AuditHead, AuditQuery, Verification, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::Typed,
    call::of_session,
    page::{Page, request},
    session::Session,
};

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

with_audit_query! { AuditLog:
    /// A page of the entries by a user (their login, name or id), of a `kind`, about a customer, within a time, the latest
    /// first. `limit`: 1 to 1,000, by default 50.
    fn search()(after: Option<Arg<String>> = None, limit: Arg<u32> = Arg::from(50)) -> Page<Audit>
        = |me: &AuditLog, py, query: Typed<AuditQuery>, after, limit| {
            let page = me.call(py, |log| log.search(&query.read()?, &request(after, limit)?))?;
            Ok(Page(page.items, page.next))
        };
}

#[pymethods]
impl AuditLog {
    /// Up to `limit` entries, by default 100, after the position `after`, in order.
    #[pyo3(signature = (*, after=Arg::from(0), limit=Arg::from(100)))]
    fn list(&self, py: Python<'_>, after: Arg<u64>, limit: Arg<u32>) -> PyResult<Listed<Audit>> {
        self.call(py, |log| {
            log.list(after.of(fields::AFTER)?, limit.of(fields::LIMIT)?)
        })
        .map(Listed)
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
