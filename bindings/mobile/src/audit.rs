//! Reading and verifying the log (R8.5).

use std::sync::Arc;

use crmkit::{Audit, AuditHead, AuditPage, AuditQuery, PageRequest, Verification, model::fields};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// The log, for one session. Denied to anybody but an admin.
    AuditLog(crmkit::AuditLog)
}

#[uniffi::export]
impl Session {
    /// The log (R8.5).
    pub fn audit(&self) -> Arc<AuditLog> {
        AuditLog::new(self.inner.audit(), self.language)
    }
}

#[uniffi::export]
impl AuditLog {
    /// Up to `limit` entries after the position `after`, in order.
    #[uniffi::method(default(after = 0, limit = 100))]
    pub fn list(&self, after: u64, limit: u32) -> Result<Vec<Audit>> {
        self.call(|log| {
            from_zero(fields::AFTER, after)?;
            from_zero(fields::LIMIT, limit)?;
            log.list(after, limit)
        })
    }

    /// A page of the entries by somebody, of a kind, about a customer, within a time, the latest first, by default the first
    /// 50.
    ///
    /// Fails with Invalid for a user that is none; with NotFound; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(query), default(page))]
    pub fn search(&self, query: AuditQuery, page: PageRequest) -> Result<AuditPage> {
        self.call(|log| {
            from_zero(fields::LIMIT, page.limit)?;
            log.search(&query, &page)
        })
    }

    /// The end of the log, for keeping elsewhere.
    pub fn head(&self) -> Result<AuditHead> {
        self.call(crmkit::AuditLog::head)
    }

    /// Walks the whole log; against a head kept elsewhere, a cut or rewritten log shows too.
    #[uniffi::method(default(kept = None))]
    pub fn verify(&self, kept: Option<AuditHead>) -> Result<Verification> {
        self.call(|log| {
            from_zero(fields::SEQ, kept.as_ref().map(|kept| kept.seq))?;
            log.verify(kept.as_ref())
        })
    }
}
