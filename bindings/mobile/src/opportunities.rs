//! Opportunities (R5.1–R5.5).

use std::sync::Arc;

use crmkit::{
    Forecast, NewOpportunity, Opportunity, OpportunityEdit, OpportunityHistory, OpportunityId,
    OpportunityPage, OpportunityQuery, PageRequest, Stage, Win, WonDeal, model::fields,
};

use crate::{
    AttachmentFile, Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Opportunities, for one session.
    Opportunities(crmkit::Opportunities)
}

#[uniffi::export]
impl Session {
    /// Opportunities (R5.1).
    pub fn opportunities(&self) -> Arc<Opportunities> {
        Opportunities::new(self.inner.opportunities(), self.language)
    }
}

#[uniffi::export]
impl Opportunities {
    /// Enters a possible deal with a customer (R5.1): by default in the first stage, and of whoever answers for the customer.
    ///
    /// Fails with Invalid, naming every field at fault; with `record.archived`; with NotFound for a customer that the caller may
    /// not change.
    pub fn create(&self, customer: String, new: NewOpportunity) -> Result<Opportunity> {
        self.call(|deals| deals.create(&customer, &new))
    }

    /// The opportunity with this identifier, archived or not.
    pub fn get(&self, id: OpportunityId) -> Result<Opportunity> {
        self.call(|deals| deals.get(id))
    }

    /// A page of opportunities, the newest first, by default the first 50.
    ///
    /// Fails with Invalid for a user that is none; with NotFound; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(query), default(page))]
    pub fn list(&self, query: OpportunityQuery, page: PageRequest) -> Result<OpportunityPage> {
        self.call(|deals| {
            from_zero(fields::LIMIT, page.limit)?;
            deals.list(&query, &page)
        })
    }

    /// How a deal came to where it stands: its stages, how long it stood in each, and what was expected of it (R5.2, R5.5).
    pub fn history(&self, id: OpportunityId) -> Result<OpportunityHistory> {
        self.call(|deals| deals.history(id))
    }

    /// What open deals are expected to bring (R5.5), by month, weighted by how likely each stage is to be won; those of `owner`, a
    /// user's login, name or identifier, if one is given.
    #[uniffi::method(default(owner = None))]
    pub fn forecast(&self, owner: Option<String>) -> Result<Forecast> {
        self.call(|deals| deals.forecast(owner.as_deref()))
    }

    /// Changes the fields named; `revision` is the one that the caller saw. What is expected is revised while it is open, and every
    /// revision is kept (R5.5).
    ///
    /// Fails with Conflict if it has been changed since; with Invalid, naming every field at fault; with `record.archived`; with
    /// NotFound.
    pub fn update(
        &self,
        id: OpportunityId,
        revision: u64,
        edits: Vec<OpportunityEdit>,
    ) -> Result<Opportunity> {
        self.call(|deals| {
            from_zero(fields::REVISION, revision)?;
            deals.update(id, revision, &edits)
        })
    }

    /// Moves a deal to another open stage, with a note (R5.2): forward may skip, back is allowed.
    ///
    /// Fails with `field.missing` without a note; with `stage.by_closing`, `opportunity.closed`; with `record.archived`; with
    /// NotFound.
    #[uniffi::method(name = "move")]
    pub fn move_to(&self, id: OpportunityId, stage: Stage, note: String) -> Result<Opportunity> {
        self.call(|deals| deals.move_to(id, stage, &note))
    }

    /// Closes a deal as won (R5.3), and makes its contract.
    ///
    /// Fails with Invalid, naming every field at fault, `contract_number.taken` among them; with `opportunity.closed`; with
    /// `record.archived`; with NotFound.
    pub fn close_won(&self, id: OpportunityId, win: Win) -> Result<WonDeal> {
        self.call(|deals| deals.close_won(id, &win))
    }

    /// As `closeWon`, with files, the scan of the contract above all, which are attached to it in the same transaction (R5.3).
    ///
    /// Fails as `closeWon` does, and as attaching does.
    pub fn close_won_with(
        &self,
        id: OpportunityId,
        win: Win,
        files: Vec<Arc<AttachmentFile>>,
    ) -> Result<WonDeal> {
        let files = AttachmentFile::all(&files);
        self.call(|deals| deals.close_won_with(id, &win, &files))
    }

    /// Closes a deal as lost, for this reason (R5.4): it is not followed up any more, and its open tasks are cancelled.
    ///
    /// Fails with `field.missing` without a reason; with `opportunity.closed`; with `record.archived`; with NotFound.
    pub fn close_lost(&self, id: OpportunityId, reason: String) -> Result<Opportunity> {
        self.call(|deals| deals.close_lost(id, &reason))
    }

    /// Opens a closed deal again, for this reason (R5.2): it goes back to the stage from which it was closed, and its contract is
    /// void. For supervisors and admins.
    ///
    /// Fails with `field.missing` without a reason; with `opportunity.open`; with `access.denied`; with `record.archived`; with
    /// NotFound.
    pub fn reopen(&self, id: OpportunityId, reason: String) -> Result<Opportunity> {
        self.call(|deals| deals.reopen(id, &reason))
    }

    /// Archives a deal, for this reason (R2.10): its open tasks are cancelled; its contract stays.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid for a blank reason; with NotFound.
    pub fn archive(&self, id: OpportunityId, revision: u64, reason: String) -> Result<Opportunity> {
        self.call(|deals| {
            from_zero(fields::REVISION, revision)?;
            deals.archive(id, revision, &reason)
        })
    }

    /// Restores a deal from the archive, for this reason (R2.10).
    ///
    /// Fails as archiving does.
    pub fn restore(&self, id: OpportunityId, revision: u64, reason: String) -> Result<Opportunity> {
        self.call(|deals| {
            from_zero(fields::REVISION, revision)?;
            deals.restore(id, revision, &reason)
        })
    }
}
