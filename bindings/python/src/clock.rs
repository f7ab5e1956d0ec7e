//! A clock that stands still, for tests and examples.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use crm_core::python::{Arg, Given, Unread, taken};
use crmkit::model::fields;
use pyo3::{PyTypeInfo, inspect::PyStaticExpr, prelude::*};

/// A clock that stands still until it is moved, for tests: `FixedClock("2024-05-01T09:00+08:00")`.
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct FixedClock(Arc<Hand>);

/// The hand of a clock that was handed in.
pub(crate) struct ClockArgument(pub(crate) Arc<Hand>);

/// What the clock shows, in milliseconds since 1970.
pub(crate) struct Hand(AtomicI64);

impl crmkit::Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Acquire)).unwrap_or_default()
    }
}

/// A clock's hand that `open` takes.
impl Given for ClockArgument {
    const TYPE: PyStaticExpr = FixedClock::TYPE_HINT;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let clock = object.cast::<FixedClock>().map_err(|_| Unread::of_type(object))?;
        Ok(Self(Arc::clone(&clock.get().0)))
    }
}

#[pymethods]
impl FixedClock {
    #[new]
    fn new(py: Python<'_>, now: Arg<DateTime<Utc>>) -> PyResult<Self> {
        let now = taken(py, now, fields::CLOCK)?;
        Ok(Self(Arc::new(Hand(AtomicI64::new(now.timestamp_millis())))))
    }

    /// What the clock shows.
    #[getter]
    fn now(&self) -> DateTime<Utc> {
        crmkit::Clock::now(&*self.0)
    }

    /// Moves the clock.
    fn move_to(&self, py: Python<'_>, now: Arg<DateTime<Utc>>) -> PyResult<()> {
        let now = taken(py, now, fields::CLOCK)?;
        self.0.0.store(now.timestamp_millis(), Ordering::Release);
        Ok(())
    }
}
