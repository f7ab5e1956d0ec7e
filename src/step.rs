//! How long a step of a job takes: a host shows progress, and lets go of the job, between two.

use std::time::{Duration, Instant};

use crate::{CheckJob, DuplicateJob, Progress, Result};

/// How long a step takes unless the host says otherwise, about.
pub const STEP_TIME: Duration = Duration::from_millis(50);

/// Customers that a search for duplicates reads before it looks at the clock again.
const CUSTOMERS: u32 = 1_000;

/// A job that can go on for a time.
pub trait StepFor {
    /// Goes on until `time` has passed or the job has ended. Something is done each time, and what cannot be divided (one
    /// kind of match keys of the whole store) may take longer. After the last step it answers with the last progress.
    ///
    /// # Errors
    /// Those of the job's own `step`; what was done before stays done.
    fn step_for(&mut self, time: Duration) -> Result<Progress>;
}

impl StepFor for DuplicateJob {
    fn step_for(&mut self, time: Duration) -> Result<Progress> {
        until(time, || self.step(CUSTOMERS))
    }
}

impl StepFor for CheckJob {
    fn step_for(&mut self, time: Duration) -> Result<Progress> {
        until(time, || self.step())
    }
}

fn until(time: Duration, mut step: impl FnMut() -> Result<Progress>) -> Result<Progress> {
    let begun = Instant::now();
    loop {
        let progress = step()?;
        if progress.finished || begun.elapsed() >= time {
            return Ok(progress);
        }
    }
}
