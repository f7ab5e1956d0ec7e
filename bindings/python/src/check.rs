//! Checking the whole store, step by step.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crmkit::{CheckReport, Progress, StepFor};
use pyo3::{exceptions::PyStopIteration, prelude::*};

use crate::call::of_session;

/// A job, and how long a step of it takes.
pub(crate) struct Stepped {
    pub(crate) job: crmkit::CheckJob,
    pub(crate) time: Duration,
}

of_session! {
    /// A check of the whole store: iterating takes a step each time, and gives how far it has come. Not going on is
    /// stopping it. Nothing is written.
    CheckJob(Mutex<Stepped>)
}

/// A step that panicked has left the report as it was.
fn locked(job: &Mutex<Stepped>) -> MutexGuard<'_, Stepped> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}

#[pymethods]
impl CheckJob {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Progress> {
        let progress = self.call(py, |job| {
            let Stepped { job, time } = &mut *locked(job);
            if job.is_finished() {
                return Ok(None);
            }
            job.step_for(*time).map(Some)
        })?;
        progress.ok_or_else(|| PyStopIteration::new_err(()))
    }

    /// Takes all steps that are left, and gives the report.
    fn run(&self, py: Python<'_>) -> PyResult<CheckReport> {
        loop {
            py.check_signals()?;
            match self.__next__(py) {
                Ok(_) => {}
                Err(end) if end.is_instance_of::<PyStopIteration>(py) => return self.report(py),
                Err(error) => return Err(error),
            }
        }
    }

    /// What was found so far.
    fn report(&self, py: Python<'_>) -> PyResult<CheckReport> {
        self.call(py, |job| Ok(locked(job).job.report().clone()))
    }
}
