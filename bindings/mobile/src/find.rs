//! Looking for duplicates in the whole store, step by step.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crmkit::{CustomerKey, DuplicateGroup, DuplicateReport, Progress, StepFor};

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

    /// Works through the groups that were found, the surest first (R6.3); none until the last step has been taken. One review
    /// knows nothing of another: a new one begins again, with what no decision has been made of.
    pub fn review(&self) -> Result<Arc<DuplicateReview>> {
        let review = self.call(|job| Ok(locked(job).job.review()))?;
        Ok(DuplicateReview::new(review.into(), self.language))
    }
}

of_session! {
    /// The groups that a search found, one after the other (R6.3): each is merged, said to be of different customers, or left
    /// for later.
    ///
    /// A group is as it is when it is asked for: who has been merged, archived or said to be different since is out of it, and so
    /// is who may be seen only. What is left of one customer alone is no group, and is passed over.
    DuplicateReview(Mutex<crmkit::DuplicateReview>)
}

#[uniffi::export]
impl DuplicateReview {
    /// Takes the next group in hand, none after the last; the one before that is put off, unless all of it was decided.
    ///
    /// Fails with `storage.*`, after which it can be tried again.
    pub fn next_group(&self) -> Result<Option<DuplicateGroup>> {
        self.call(|review| locked(review).next_group())
    }

    /// Merges these customers of the group in hand into another one of it, one after the other, as `merge` of customers does
    /// without choices; with no `losers` all the others. Answers with what is left of the group.
    ///
    /// Each merge is an operation of its own, which `undo` takes back, the last one first. Where one is refused, those before it
    /// are done.
    ///
    /// Fails with NotFound for who is not in the group in hand; as `merge`.
    #[uniffi::method(default(losers))]
    pub fn merge(&self, into: String, losers: Vec<String>) -> Result<Option<DuplicateGroup>> {
        self.call(|review| locked(review).merge(into, &keys(losers)))
    }

    /// Says that these customers of the group in hand are different from each other one of it, as `say_different` does, in one
    /// operation; with no `customers` that none is another. Answers with what is left of the group.
    ///
    /// Fails with NotFound for who is not in the group in hand.
    #[uniffi::method(default(customers))]
    pub fn different(&self, customers: Vec<String>) -> Result<Option<DuplicateGroup>> {
        self.call(|review| locked(review).different(&keys(customers)))
    }

    /// Puts the group in hand off: it stays away for the rest of this review. The next review has it again, since nothing was
    /// said of it, and nothing is stored.
    pub fn later(&self) -> Result<()> {
        self.call(|review| {
            locked(review).later();
            Ok(())
        })
    }
}

fn keys(named: Vec<String>) -> Vec<CustomerKey> {
    named.into_iter().map(CustomerKey::from).collect()
}

/// A step that panicked has stored nothing.
fn locked<T>(job: &Mutex<T>) -> MutexGuard<'_, T> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}
