//! Requests for more (R8.3).

use crm_core::python::{Arg, Argument};
use crmkit::{AccessRequest, NewAccessRequest, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    call::of_session,
    page::{Page, request},
    session::Session,
};

of_session! {
    /// Requests for more than a role lets somebody see and do, for one session.
    Requests(crmkit::Requests)
}

#[pymethods]
impl Session {
    /// Requests for more than the caller's role lets them see and do.
    #[getter]
    fn requests(&self) -> Requests {
        Requests::new(self.inner.requests(), self.language)
    }
}

with_new_access_request! { Requests:
    /// Asks for more: `wanted` is "see_customers" or "edit_customers" (with `customers`, by number, alias or whole name), "role"
    /// (with `role`) or "export"; `until` a `datetime`. Whether the customers are there is told to nobody who may not see them.
    fn ask()() -> AccessRequest = |me: &Requests, py, new: Typed<NewAccessRequest>| {
        me.call(py, |requests| requests.ask(&new.read()?))
    };
}

#[pymethods]
impl Requests {
    /// A request of the caller's own, or one that they may answer; an admin sees all.
    fn get(&self, py: Python<'_>, request: Arg<String>) -> PyResult<AccessRequest> {
        self.call(py, |requests| requests.get(id(request, fields::REQUEST)?))
    }

    /// A page of them, the newest first; only those that wait to be answered if `waiting`. `limit`: 1 to 1,000, by default 50.
    #[pyo3(signature = (*, waiting=Arg::from(false), after=None, limit=Arg::from(50)))]
    fn list(
        &self,
        py: Python<'_>,
        waiting: Arg<bool>,
        after: Option<Arg<String>>,
        limit: Arg<u32>,
    ) -> PyResult<Page<AccessRequest>> {
        let page = self.call(py, |requests| {
            requests.list(waiting.of(fields::WAITING)?, &request(after, limit)?)
        })?;
        Ok(Page(page.items, page.next))
    }

    /// Approves a request: first the head of the asker's team, then an admin. The last approval grants it.
    fn approve(&self, py: Python<'_>, request: Arg<String>) -> PyResult<AccessRequest> {
        self.call(py, |requests| requests.approve(id(request, fields::REQUEST)?))
    }

    /// Refuses a request, with a reason.
    #[pyo3(signature = (request, *, reason))]
    fn refuse(&self, py: Python<'_>, request: Arg<String>, reason: Arg<String>) -> PyResult<AccessRequest> {
        self.call(py, |requests| {
            requests.refuse(id(request, fields::REQUEST)?, &reason.of(fields::REASON)?)
        })
    }

    /// Withdraws a request that waits, or a grant that holds, which ends at once.
    fn withdraw(&self, py: Python<'_>, request: Arg<String>) -> PyResult<AccessRequest> {
        self.call(py, |requests| requests.withdraw(id(request, fields::REQUEST)?))
    }
}
