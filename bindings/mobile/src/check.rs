//! Checking the whole store, step by step.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crmkit::{CheckReport, Progress};

use crate::{Result, call::of_session};

of_session! {
    /// A check of the whole store, stepped by the host. Not stepping it is stopping it. Nothing is written.
    CheckJob(Mutex<crmkit::CheckJob>)
}

#[uniffi::export]
impl CheckJob {
    /// Takes one step.
    ///
    /// Fails with `storage.*` but for what is damaged, which the report says; with `job.ended` after the last one.
    pub fn step(&self) -> Result<Progress> {
        self.call(|job| locked(job).step())
    }

    /// What was found so far.
    pub fn report(&self) -> Result<CheckReport> {
        self.call(|job| Ok(locked(job).report().clone()))
    }
}

/// A step that panicked has left the report as it was.
fn locked(job: &Mutex<crmkit::CheckJob>) -> MutexGuard<'_, crmkit::CheckJob> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}
