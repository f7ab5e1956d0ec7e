//! Requests for more (R8.3).

use std::sync::Arc;

use crmkit::{AccessRequest, AccessRequestPage, NewAccessRequest, PageRequest, RequestId, model::fields};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Requests for more than a role lets somebody see and do, for one session.
    Requests(crmkit::Requests)
}

#[uniffi::export]
impl Session {
    /// Requests for more than the caller's role lets them see and do (R8.3).
    pub fn requests(&self) -> Arc<Requests> {
        Requests::new(self.inner.requests(), self.language)
    }
}

#[uniffi::export]
impl Requests {
    /// Asks for more: for customers by name, a role, or to export, until a moment, and why. Whether the customers are there
    /// is told to nobody who may not see them.
    ///
    /// Fails with Invalid.
    pub fn ask(&self, new: NewAccessRequest) -> Result<AccessRequest> {
        self.call(|requests| requests.ask(&new))
    }

    /// A request of the caller's own, or one that they may answer; an admin sees all.
    ///
    /// Fails with NotFound.
    pub fn get(&self, id: RequestId) -> Result<AccessRequest> {
        self.call(|requests| requests.get(id))
    }

    /// A page of them, the newest first, by default the first 50; only those that wait to be answered if `waiting`.
    ///
    /// Fails with `page.limit`, `page.invalid`.
    #[uniffi::method(default(waiting = false), default(page))]
    pub fn list(&self, waiting: bool, page: PageRequest) -> Result<AccessRequestPage> {
        self.call(|requests| {
            from_zero(fields::LIMIT, page.limit)?;
            requests.list(waiting, &page)
        })
    }

    /// Approves a request: first the head of the asker's team, then an admin. The last approval grants it.
    ///
    /// Fails with `request.own`, `request.twice`, `request.head_first`, `request.admin_next`, `request.over`,
    /// `request.expired`; with `customer.unknown`, `customer.ambiguous` for what was typed; with NotFound.
    pub fn approve(&self, id: RequestId) -> Result<AccessRequest> {
        self.call(|requests| requests.approve(id))
    }

    /// Refuses a request, with a reason.
    ///
    /// Fails with `field.missing`, `request.own`, `request.over`, `request.expired`; with NotFound.
    pub fn refuse(&self, id: RequestId, reason: String) -> Result<AccessRequest> {
        self.call(|requests| requests.refuse(id, &reason))
    }

    /// Withdraws a request that waits, or a grant that holds, which ends at once.
    ///
    /// Fails with `request.over`, `request.expired`; with NotFound.
    pub fn withdraw(&self, id: RequestId) -> Result<AccessRequest> {
        self.call(|requests| requests.withdraw(id))
    }
}
