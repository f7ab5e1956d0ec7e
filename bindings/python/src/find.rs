//! Looking for duplicates in the whole store, step by step.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crm_core::python::{Arg, Argument};
use crmkit::{DuplicateReport, DuplicateSearch, Progress, StepFor};
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
fn locked(job: &Mutex<Stepped>) -> MutexGuard<'_, Stepped> {
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
}
