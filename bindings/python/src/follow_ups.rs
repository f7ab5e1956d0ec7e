//! Follow-ups (R4.1–R4.4).

use crm_core::python::{Arg, Argument};
use crmkit::{FollowUp, FollowUpEdit, FollowUpQuery, NewFollowUp, RecordedFollowUp, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    attachments::AttachmentFile,
    call::of_session,
    page::{Page, Rows, request},
    session::Session,
};

of_session! {
    /// Follow-ups, for one session.
    FollowUps(crmkit::FollowUps)
}

#[pymethods]
impl Session {
    /// Conversations with customers.
    #[getter]
    fn follow_ups(&self) -> FollowUps {
        FollowUps::new(self.inner.follow_ups(), self.language)
    }
}

with_new_follow_up! { FollowUps:
    /// Enters a conversation with a customer: method, topic and what was said are required. A next date makes a task for
    /// whoever held it; the tasks named in `completes` are done; `files` are attached. Answers with the customer's open tasks too.
    fn add(customer: Arg<String>)(files: Vec<PyRef<'_, AttachmentFile>> = Vec::new()) -> RecordedFollowUp = |me: &FollowUps, py, new: Typed<NewFollowUp>, customer: Arg<String>, files: Vec<PyRef<'_, AttachmentFile>>| {
        let files = AttachmentFile::all(&files);
        me.call(py, |follow_ups| follow_ups.add_with(&customer.of("customer")?, &new.read()?, &files))
    };
}

with_follow_up_edit! { FollowUps:
    /// Changes the fields named; `None` clears. `revision` is the one that the caller saw. The next date moves the open
    /// task, or cancels it. Only who held it, or an admin, may.
    fn update(follow_up: Arg<String>) -> FollowUp = |me: &FollowUps, py, edits: Typed<Vec<FollowUpEdit>>, follow_up: Arg<String>, revision: Arg<u64>| {
        me.call(py, |follow_ups| follow_ups.update(id(follow_up, "follow_up")?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

with_follow_up_query! { FollowUps:
    /// A page of follow-ups, the newest first. What is not given does not filter; of several words in `text`, each is to be
    /// found. `limit`: 1 to 1,000, by default 50.
    fn list()(
        after: Option<Arg<String>> = None,
        limit: Arg<u32> = Arg::from(50)
    ) -> Page<FollowUp> = |me: &FollowUps, py, query: Typed<FollowUpQuery>, after, limit| {
        let page = me.call(py, |follow_ups| follow_ups.list(&query.read()?, &request(after, limit)?))?;
        Ok(Page(page.items, page.next))
    };
}

with_follow_up_query! { FollowUps:
    /// All follow-ups that `list` would give page by page, by default of 200, as they are asked for.
    fn iterate()(page_size: Arg<u32> = Arg::from(200)) -> Rows<FollowUp> = |me: &FollowUps, py, query: Typed<FollowUpQuery>, page_size| {
        let (query, page) = me.call(py, |_| Ok((query.read()?, request(None, page_size)?)))?;
        let follow_ups = me.inner.clone();
        Ok(Rows::of(me.language, page.limit, move |request| {
            let page = follow_ups.list(&query, request)?;
            Ok((page.items, page.next))
        }))
    };
}

#[pymethods]
impl FollowUps {
    /// The follow-up with this identifier, archived or not.
    fn get(&self, py: Python<'_>, follow_up: Arg<String>) -> PyResult<FollowUp> {
        self.call(py, |follow_ups| follow_ups.get(id(follow_up, "follow_up")?))
    }

    /// Archives a follow-up, for this reason: its open task is cancelled. `revision` is the one that the caller saw.
    #[pyo3(signature = (follow_up, *, revision, reason))]
    fn archive(
        &self,
        py: Python<'_>,
        follow_up: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<FollowUp> {
        self.call(py, |follow_ups| {
            let (follow_up, revision) = (id(follow_up, "follow_up")?, revision.of(fields::REVISION)?);
            follow_ups.archive(follow_up, revision, &reason.of(fields::REASON)?)
        })
    }

    /// Restores a follow-up from the archive, for this reason: a next date makes its task again.
    #[pyo3(signature = (follow_up, *, revision, reason))]
    fn restore(
        &self,
        py: Python<'_>,
        follow_up: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<FollowUp> {
        self.call(py, |follow_ups| {
            let (follow_up, revision) = (id(follow_up, "follow_up")?, revision.of(fields::REVISION)?);
            follow_ups.restore(follow_up, revision, &reason.of(fields::REASON)?)
        })
    }
}
