//! Follow-ups (R4.1–R4.4).

use std::sync::Arc;

use crmkit::{
    FollowUp, FollowUpEdit, FollowUpId, FollowUpPage, FollowUpQuery, NewFollowUp, PageRequest,
    RecordedFollowUp, model::fields,
};

use crate::{
    AttachmentFile, Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Follow-ups, for one session.
    FollowUps(crmkit::FollowUps)
}

#[uniffi::export]
impl Session {
    /// Follow-ups (R4.1).
    pub fn follow_ups(&self) -> Arc<FollowUps> {
        FollowUps::new(self.inner.follow_ups(), self.language)
    }
}

#[uniffi::export]
impl FollowUps {
    /// Enters a conversation with a customer. A next date makes a task for whoever held it; the tasks named in `completes` are
    /// done. Answers with the customer's open tasks too (R4.5).
    ///
    /// Fails with Invalid, naming every field at fault; with `record.archived`; with NotFound for a customer that the caller may
    /// not change, and for a task that is none of this customer's open ones.
    pub fn add(&self, customer: String, new: NewFollowUp) -> Result<RecordedFollowUp> {
        self.call(|follow_ups| follow_ups.add(&customer, &new))
    }

    /// As `add`, with files, which are attached in the same transaction (R4.2).
    ///
    /// Fails as `add` does, and as attaching does.
    pub fn add_with(
        &self,
        customer: String,
        new: NewFollowUp,
        files: Vec<Arc<AttachmentFile>>,
    ) -> Result<RecordedFollowUp> {
        let files = AttachmentFile::all(&files);
        self.call(|follow_ups| follow_ups.add_with(&customer, &new, &files))
    }

    /// The follow-up with this identifier, archived or not.
    pub fn get(&self, id: FollowUpId) -> Result<FollowUp> {
        self.call(|follow_ups| follow_ups.get(id))
    }

    /// A page of follow-ups, the newest first (R4.3), by default the first 50.
    ///
    /// Fails with Invalid for a method or a user that is none; with NotFound; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(query), default(page))]
    pub fn list(&self, query: FollowUpQuery, page: PageRequest) -> Result<FollowUpPage> {
        self.call(|follow_ups| {
            from_zero(fields::LIMIT, page.limit)?;
            follow_ups.list(&query, &page)
        })
    }

    /// Changes the fields named; `revision` is the one that the caller saw. The next date moves the open task, or cancels
    /// it. Only who held it, or an admin, may (R4.4).
    ///
    /// Fails with Conflict if it has been changed since; with Invalid, naming every field at fault; with `access.denied` for
    /// another's; with `record.archived`; with NotFound.
    pub fn update(&self, id: FollowUpId, revision: u64, edits: Vec<FollowUpEdit>) -> Result<FollowUp> {
        self.call(|follow_ups| {
            from_zero(fields::REVISION, revision)?;
            follow_ups.update(id, revision, &edits)
        })
    }

    /// Archives a follow-up, for this reason (R2.10): its open task is cancelled. Only who held it, or an admin, may.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid for a blank reason; with `access.denied` for another's;
    /// with NotFound.
    pub fn archive(&self, id: FollowUpId, revision: u64, reason: String) -> Result<FollowUp> {
        self.call(|follow_ups| {
            from_zero(fields::REVISION, revision)?;
            follow_ups.archive(id, revision, &reason)
        })
    }

    /// Restores a follow-up from the archive, for this reason (R2.10): a next date makes its task again.
    ///
    /// Fails as archiving does.
    pub fn restore(&self, id: FollowUpId, revision: u64, reason: String) -> Result<FollowUp> {
        self.call(|follow_ups| {
            from_zero(fields::REVISION, revision)?;
            follow_ups.restore(id, revision, &reason)
        })
    }
}
