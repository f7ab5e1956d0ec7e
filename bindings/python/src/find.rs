//! Looking for duplicates in the whole store, step by step.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crm_core::python::{Arg, Argument};
use crmkit::{
    CustomerKey, DuplicateGroup, DuplicateReport, DuplicateSearch, Progress, StepFor, model::fields,
};
use pyo3::{exceptions::PyStopIteration, prelude::*};

use crate::{
    argument::{id, millis},
    call::of_session,
    customers::Customers,
};

#[pymethods]
impl Customers {
    /// Looks for duplicates among the customers in sight, leaving out pairs that were said to be different: an iterator
    /// of its progress. Nothing is written.
    ///
    /// `import_id`: only pairs of which at least one came in with this import. `learn`: first learns what numbers weigh
    /// among these very customers; the report has the weights, for `open`. A step takes some `step_ms`.
    #[pyo3(signature = (*, import_id=None, learn=Arg::from(false), step_ms=Arg::from(50)))]
    fn find_duplicates(
        &self,
        py: Python<'_>,
        import_id: Option<Arg<String>>,
        learn: Arg<bool>,
        step_ms: Arg<u32>,
    ) -> PyResult<DuplicateJob> {
        let (job, time) = self.call(py, |me| {
            let import = import_id.map(|given| id(given, "import_id")).transpose()?;
            let learn = learn.of("learn")?;
            let search = DuplicateSearch { import, learn };
            Ok((me.customers().find_duplicates(search), millis(step_ms)?))
        })?;
        let stepped = Stepped {
            job,
            time,
            finished: false,
        };
        Ok(DuplicateJob::new(Mutex::new(stepped), self.language))
    }
}

/// A job, and how it is stepped.
pub(crate) struct Stepped {
    job: crmkit::DuplicateJob,
    time: Duration,
    finished: bool,
}

of_session! {
    /// A search for duplicates: iterating takes a step each time, and gives how far it has come. Not going on is stopping
    /// it. A step that failed can be tried again.
    DuplicateJob(Mutex<Stepped>)
}

/// A step that panicked has stored nothing.
fn locked<T>(job: &Mutex<T>) -> MutexGuard<'_, T> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}

#[pymethods]
impl DuplicateJob {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Progress> {
        let progress = self.call(py, |stepped| {
            let mut stepped = locked(stepped);
            if stepped.finished {
                return Ok(None);
            }
            let time = stepped.time;
            let progress = stepped.job.step_for(time)?;
            stepped.finished = progress.finished;
            Ok(Some(progress))
        })?;
        progress.ok_or_else(|| PyStopIteration::new_err(()))
    }

    /// Takes all steps that are left, and gives the report.
    fn run(&self, py: Python<'_>) -> PyResult<DuplicateReport> {
        loop {
            py.check_signals()?;
            match self.__next__(py) {
                Ok(_) => {}
                Err(end) if end.is_instance_of::<PyStopIteration>(py) => return self.report(py),
                Err(error) => return Err(error),
            }
        }
    }

    /// What was found: empty until the last step has been taken.
    fn report(&self, py: Python<'_>) -> PyResult<DuplicateReport> {
        self.call(py, |stepped| Ok(locked(stepped).job.report().clone()))
    }

    /// Works through the groups that were found, the surest first; none until the last step has been taken. One review knows
    /// nothing of another: a new one begins again, with what no decision has been made of.
    fn review(&self, py: Python<'_>) -> PyResult<DuplicateReview> {
        let review = self.call(py, |stepped| Ok(locked(stepped).job.review()))?;
        Ok(DuplicateReview::new(Mutex::new(review), self.language))
    }
}

of_session! {
    /// The groups that a search found, one after the other: iterating takes the next one in hand, which is then merged, said
    /// to be of different customers, or left for later, as it also is by going on.
    ///
    /// A group is as it is when it is asked for: who has been merged, archived or said to be different since is out of it, and so
    /// is who may be seen only. What is left of one customer alone is no group, and is passed over.
    DuplicateReview(Mutex<crmkit::DuplicateReview>)
}

#[pymethods]
impl DuplicateReview {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<DuplicateGroup> {
        let group = self.call(py, |review| locked(review).next_group())?;
        group.ok_or_else(|| PyStopIteration::new_err(()))
    }

    /// Merges these customers of the group in hand into another one of it, one after the other, as `customers.merge` does
    /// without choices; without `losers` all the others. Answers with what is left of the group.
    ///
    /// Each merge is an operation of its own, which `undo` takes back, the last one first. Where one is refused, those before it
    /// are done. Who is not in the group in hand is a `NotFoundError`.
    #[pyo3(signature = (into, *, losers=None))]
    fn merge(
        &self,
        py: Python<'_>,
        into: Arg<String>,
        losers: Option<Arg<Vec<String>>>,
    ) -> PyResult<Option<DuplicateGroup>> {
        self.call(py, |review| {
            let losers = losers.of(fields::LOSERS)?.unwrap_or_default();
            locked(review).merge(into.of(fields::INTO)?, &keys(losers))
        })
    }

    /// Says that these customers of the group in hand are different from each other one of it, as `customers.say_different`
    /// does, in one operation; without `customers` that none is another. Answers with what is left of the group.
    ///
    /// Who is not in the group in hand is a `NotFoundError`.
    #[pyo3(signature = (customers=None))]
    fn different(
        &self,
        py: Python<'_>,
        customers: Option<Arg<Vec<String>>>,
    ) -> PyResult<Option<DuplicateGroup>> {
        self.call(py, |review| {
            let customers = customers.of(fields::CUSTOMERS)?.unwrap_or_default();
            locked(review).different(&keys(customers))
        })
    }

    /// Puts the group in hand off: it stays away for the rest of this review. The next review has it again, since nothing was
    /// said of it, and nothing is stored.
    fn later(&self, py: Python<'_>) -> PyResult<()> {
        self.call(py, |review| {
            locked(review).later();
            Ok(())
        })
    }
}

fn keys(named: Vec<String>) -> Vec<CustomerKey> {
    named.into_iter().map(CustomerKey::from).collect()
}
