//! Checking the whole store, step by step.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crmkit::{CheckReport, Progress, StepFor};

use crate::{Result, call::of_session};

/// A job, and how long a step of it takes.
pub(crate) struct Stepped {
    pub(crate) job: crmkit::CheckJob,
    pub(crate) time: Duration,
}

of_session! {
    /// A check of the whole store, stepped by the host. Not stepping it is stopping it. Nothing is written.
    CheckJob(Mutex<Stepped>)
}

#[uniffi::export]
impl CheckJob {
    /// Takes one step; after the last one it answers with the last progress.
    ///
    /// Fails with `storage.*` but for what is damaged, which the report says.
    pub fn step(&self) -> Result<Progress> {
        self.call(|job| {
            let Stepped { job, time } = &mut *locked(job);
            job.step_for(*time)
        })
    }

    /// What was found so far.
    pub fn report(&self) -> Result<CheckReport> {
        self.call(|job| Ok(locked(job).job.report().clone()))
    }
}

/// A step that panicked has left the report as it was.
fn locked(job: &Mutex<Stepped>) -> MutexGuard<'_, Stepped> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}
