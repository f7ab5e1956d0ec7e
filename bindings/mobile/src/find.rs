//! Looking for duplicates in the whole store, step by step.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crmkit::{DuplicateReport, Progress};

use crate::{Result, call::of_session};

/// A job, and how many customers each step reads.
pub(crate) struct Stepped {
    job: crmkit::DuplicateJob,
    step: u32,
}

impl Stepped {
    pub(crate) fn new(job: crmkit::DuplicateJob, step: Option<u32>) -> Self {
        let step = step.unwrap_or(crmkit::DuplicateJob::STEP);
        Self { job, step }
    }
}

of_session! {
    /// A search for duplicates (R6.2), stepped by the host. Not stepping it is stopping it.
    DuplicateJob(Mutex<Stepped>)
}

#[uniffi::export]
impl DuplicateJob {
    /// Takes one step.
    ///
    /// Fails with `storage.*`, after which the step can be tried again; with `job.ended` after the last one.
    pub fn step(&self) -> Result<Progress> {
        self.call(|job| {
            let Stepped { job, step } = &mut *locked(job);
            job.step(*step)
        })
    }

    /// What was found: empty until the last step has been taken.
    pub fn report(&self) -> Result<DuplicateReport> {
        self.call(|job| Ok(locked(job).job.report().clone()))
    }
}

/// A step that panicked has stored nothing.
fn locked(job: &Mutex<Stepped>) -> MutexGuard<'_, Stepped> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}
