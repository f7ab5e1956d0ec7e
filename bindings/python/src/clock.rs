//! A clock that stands still, for tests and examples.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use pyo3::prelude::*;

use crate::argument::Moment;

/// A clock that stands still until it is moved, for tests: `FixedClock("2024-05-01T09:00+08:00")`.
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct FixedClock(Arc<Hand>);

/// What the clock shows, in milliseconds since 1970.
pub(crate) struct Hand(AtomicI64);

impl crmkit::Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Acquire)).unwrap_or_default()
    }
}

impl FixedClock {
    pub(crate) fn hand(&self) -> Arc<Hand> {
        Arc::clone(&self.0)
    }
}

#[pymethods]
impl FixedClock {
    #[new]
    fn new(now: Moment) -> Self {
        Self(Arc::new(Hand(AtomicI64::new(now.0.timestamp_millis()))))
    }

    /// What the clock shows.
    #[getter]
    fn now(&self) -> DateTime<Utc> {
        crmkit::Clock::now(&*self.0)
    }

    /// Moves the clock.
    fn move_to(&self, now: Moment) {
        self.0.0.store(now.0.timestamp_millis(), Ordering::Release);
    }
}
