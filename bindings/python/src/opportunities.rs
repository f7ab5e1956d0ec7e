//! Opportunities (R5.1–R5.5).

use crm_core::python::{Arg, Argument};
use crmkit::{
    Forecast, NewOpportunity, Opportunity, OpportunityEdit, OpportunityHistory, OpportunityQuery, Stage, Win,
    WonDeal, model::fields,
};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    attachments::AttachmentFile,
    call::of_session,
    page::{Page, Rows, request},
    session::Session,
};

of_session! {
    /// Opportunities, for one session.
    Opportunities(crmkit::Opportunities)
}

#[pymethods]
impl Session {
    /// Possible deals with customers.
    #[getter]
    fn opportunities(&self) -> Opportunities {
        Opportunities::new(self.inner.opportunities(), self.language)
    }
}

with_new_opportunity! { Opportunities:
    /// Enters a possible deal with a customer: name, expected amount and day are required. By default it begins in the first
    /// stage and is of whoever answers for the customer.
    fn create(customer: Arg<String>)() -> Opportunity = |me: &Opportunities, py, new: Typed<NewOpportunity>, customer: Arg<String>| {
        me.call(py, |deals| deals.create(&customer.of("customer")?, &new.read()?))
    };
}

with_opportunity_edit! { Opportunities:
    /// Changes the fields named; `None` clears. `revision` is the one that the caller saw. What is expected is revised while it is
    /// open, and every revision is kept.
    fn update(opportunity: Arg<String>) -> Opportunity = |me: &Opportunities, py, edits: Typed<Vec<OpportunityEdit>>, opportunity: Arg<String>, revision: Arg<u64>| {
        me.call(py, |deals| deals.update(id(opportunity, "opportunity")?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

with_opportunity_query! { Opportunities:
    /// A page of opportunities, the newest first. What is not given does not filter. `limit`: 1 to 1,000, by default 50.
    fn list()(
        after: Option<Arg<String>> = None,
        limit: Arg<u32> = Arg::from(50)
    ) -> Page<Opportunity> = |me: &Opportunities, py, query: Typed<OpportunityQuery>, after, limit| {
        let page = me.call(py, |deals| deals.list(&query.read()?, &request(after, limit)?))?;
        Ok(Page(page.items, page.next))
    };
}

with_opportunity_query! { Opportunities:
    /// All opportunities that `list` would give page by page, by default of 200, as they are asked for.
    fn iterate()(page_size: Arg<u32> = Arg::from(200)) -> Rows<Opportunity> = |me: &Opportunities, py, query: Typed<OpportunityQuery>, page_size| {
        let (query, page) = me.call(py, |_| Ok((query.read()?, request(None, page_size)?)))?;
        let deals = me.inner.clone();
        Ok(Rows::of(me.language, page.limit, move |request| {
            let page = deals.list(&query, request)?;
            Ok((page.items, page.next))
        }))
    };
}

with_win! { Opportunities:
    /// Closes a deal as won, and makes its contract: amount, day of signing, contract number and reason are required. `files`, its
    /// scan above all, are attached to it.
    fn close_won(opportunity: Arg<String>)(files: Vec<PyRef<'_, AttachmentFile>> = Vec::new()) -> WonDeal = |me: &Opportunities, py, win: Typed<Win>, opportunity: Arg<String>, files: Vec<PyRef<'_, AttachmentFile>>| {
        let files = AttachmentFile::all(&files);
        me.call(py, |deals| deals.close_won_with(id(opportunity, "opportunity")?, &win.read()?, &files))
    };
}

#[pymethods]
impl Opportunities {
    /// The opportunity with this identifier, archived or not.
    fn get(&self, py: Python<'_>, opportunity: Arg<String>) -> PyResult<Opportunity> {
        self.call(py, |deals| deals.get(id(opportunity, "opportunity")?))
    }

    /// How a deal came to where it stands: its stages, how long it stood in each, and what was expected of it.
    fn history(&self, py: Python<'_>, opportunity: Arg<String>) -> PyResult<OpportunityHistory> {
        self.call(py, |deals| deals.history(id(opportunity, "opportunity")?))
    }

    /// What open deals are expected to bring, by month, weighted by how likely each stage is to be won. `owner`: those of this
    /// user, by login, name or id.
    #[pyo3(signature = (*, owner=None))]
    fn forecast(&self, py: Python<'_>, owner: Option<Arg<String>>) -> PyResult<Forecast> {
        self.call(py, |deals| deals.forecast(owner.of(fields::OWNER)?.as_deref()))
    }

    /// Moves a deal to another open stage, with a note: forward may skip, back is allowed.
    #[pyo3(name = "move", signature = (opportunity, stage, *, note))]
    fn move_to(
        &self,
        py: Python<'_>,
        opportunity: Arg<String>,
        stage: Arg<Stage>,
        note: Arg<String>,
    ) -> PyResult<Opportunity> {
        self.call(py, |deals| {
            let (opportunity, stage) = (id(opportunity, "opportunity")?, stage.of(fields::STAGE)?);
            deals.move_to(opportunity, stage, &note.of(fields::STAGE_NOTE)?)
        })
    }

    /// Closes a deal as lost, for this reason: it is not followed up any more, and its open tasks are cancelled.
    #[pyo3(signature = (opportunity, *, reason))]
    fn close_lost(
        &self,
        py: Python<'_>,
        opportunity: Arg<String>,
        reason: Arg<String>,
    ) -> PyResult<Opportunity> {
        self.call(py, |deals| {
            deals.close_lost(id(opportunity, "opportunity")?, &reason.of(fields::REASON)?)
        })
    }

    /// Opens a closed deal again, for this reason: it goes back to the stage from which it was closed, and its contract is void. For
    /// supervisors and admins.
    #[pyo3(signature = (opportunity, *, reason))]
    fn reopen(&self, py: Python<'_>, opportunity: Arg<String>, reason: Arg<String>) -> PyResult<Opportunity> {
        self.call(py, |deals| {
            deals.reopen(id(opportunity, "opportunity")?, &reason.of(fields::REASON)?)
        })
    }

    /// Archives a deal, for this reason. `revision` is the one that the caller saw.
    #[pyo3(signature = (opportunity, *, revision, reason))]
    fn archive(
        &self,
        py: Python<'_>,
        opportunity: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<Opportunity> {
        self.call(py, |deals| {
            let (opportunity, revision) = (id(opportunity, "opportunity")?, revision.of(fields::REVISION)?);
            deals.archive(opportunity, revision, &reason.of(fields::REASON)?)
        })
    }

    /// Restores a deal from the archive, for this reason. `revision` is the one that the caller saw.
    #[pyo3(signature = (opportunity, *, revision, reason))]
    fn restore(
        &self,
        py: Python<'_>,
        opportunity: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<Opportunity> {
        self.call(py, |deals| {
            let (opportunity, revision) = (id(opportunity, "opportunity")?, revision.of(fields::REVISION)?);
            deals.restore(opportunity, revision, &reason.of(fields::REASON)?)
        })
    }
}
