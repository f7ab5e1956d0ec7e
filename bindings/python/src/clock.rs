//! What tells the time: a clock that stands still, for tests and examples, or one of the host's own.

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, Utc};
use crm_core::python::{Arg, Given, Unread, taken};
use crmkit::model::fields;
use pyo3::{PyTypeInfo, inspect::PyStaticExpr, prelude::*, type_hint_identifier, type_hint_union};

/// A clock that stands still until it is moved, for tests: `FixedClock("2024-05-01T09:00+08:00")`.
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct FixedClock(Arc<Hand>);

/// A clock that was handed in.
pub(crate) struct ClockArgument(pub(crate) Arc<dyn crmkit::Clock>);

/// A function of the host's, which answers with an instant.
struct HostClock(Py<PyAny>);

impl crmkit::Clock for HostClock {
    fn now(&self) -> DateTime<Utc> {
        let told = Python::attach(|py| {
            let clock = self.0.bind(py);
            let told = clock
                .call0()
                .map(|told| <DateTime<Utc>>::given(told.as_borrowed()));
            // Nobody else would say what went wrong.
            told.inspect_err(|error| error.clone_ref(py).write_unraisable(py, Some(clock)))
        });
        match told {
            Ok(Ok(now)) => now,
            // A clock has no error to answer with: the call unwinds, which makes it an internal error.
            Ok(Err(_)) => resume_unwind(Box::new("the clock answered with what is no instant")),
            Err(_) => resume_unwind(Box::new("the clock raised an exception")),
        }
    }
}

/// What the clock shows, in milliseconds since 1970.
struct Hand(AtomicI64);

impl crmkit::Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Acquire)).unwrap_or_default()
    }
}

/// A clock that `open` takes.
impl Given for ClockArgument {
    const TYPE: PyStaticExpr = type_hint_union!(
        FixedClock::TYPE_HINT,
        type_hint_identifier!("collections.abc", "Callable")
    );

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        if let Ok(clock) = object.cast::<FixedClock>() {
            let hand = Arc::clone(&clock.get().0);
            return Ok(Self(hand));
        }
        match object.is_callable() {
            true => Ok(Self(Arc::new(HostClock(object.to_owned().unbind())))),
            false => Err(Unread::of_type(object)),
        }
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
