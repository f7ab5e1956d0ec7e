//! Looking for duplicates in the whole store, step by step.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crmkit::{DuplicateReport, Progress, StepFor};

use crate::{Result, call::of_session};

/// A job, and how long a step of it takes.
pub(crate) struct Stepped {
    pub(crate) job: crmkit::DuplicateJob,
    pub(crate) time: Duration,
}

of_session! {
    /// A search for duplicates (R6.2), stepped by the host. Not stepping it is stopping it.
    DuplicateJob(Mutex<Stepped>)
}

#[uniffi::export]
impl DuplicateJob {
    /// Takes one step; after the last one it answers with the last progress.
    ///
    /// Fails with `storage.*`, after which the step can be tried again.
    pub fn step(&self) -> Result<Progress> {
        self.call(|job| {
            let Stepped { job, time } = &mut *locked(job);
            job.step_for(*time)
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
