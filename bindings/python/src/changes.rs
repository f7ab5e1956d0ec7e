//! The feed of what changes for a caller.

use std::sync::{Mutex, PoisonError};

use crm_core::python::{Arg, Argument};
use crmkit::{Changes, Code, Error, Language, Problem, model::fields};
use pyo3::{exceptions::PyStopIteration, prelude::*};

use crate::{call::call, session::Session};

/// What changes for somebody: an iterator. With `every` it waits for what is next; else it ends where there is nothing new for now, and
/// goes on when it is asked again.
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct ChangeFeed {
    language: Language,
    every: Option<f64>,
    feed: Mutex<crmkit::ChangeFeed>,
}

#[pymethods]
impl Session {
    /// The feed of what changes for the caller, from a cursor on, by default from now on: `for changes in me.changes(every=1.0)`
    /// waits for the next ones, asking so often, in seconds; without `every` it ends where there is nothing new for now. Each has
    /// what is to be read again and what is gone, by what names it; `reset`: what the caller may see has changed, all is to be read anew.
    #[pyo3(signature = (*, cursor=None, every=None))]
    fn changes(
        &self,
        py: Python<'_>,
        cursor: Option<Arg<String>>,
        every: Option<Arg<f64>>,
    ) -> PyResult<ChangeFeed> {
        let (feed, every) = self.call(py, |me| {
            let every = every.of(fields::EVERY)?;
            if let Some(every) = every.filter(|every| !(every.is_finite() && *every > 0.0)) {
                let problem = Problem::with(fields::EVERY, Code::FieldRange, every.to_string());
                return Err(Error::invalid(problem));
            }
            Ok((me.changes(cursor.of(fields::CURSOR)?.as_deref())?, every))
        })?;
        Ok(ChangeFeed {
            language: self.language,
            every,
            feed: Mutex::new(feed),
        })
    }
}

#[pymethods]
impl ChangeFeed {
    /// Where it has come to: what `changes(cursor=…)` goes on from when the program runs again.
    #[getter]
    fn cursor(&self) -> String {
        let feed = self.feed.lock().unwrap_or_else(PoisonError::into_inner);
        feed.cursor().to_owned()
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Changes> {
        loop {
            let changes = call(py, self.language, || {
                let mut feed = self.feed.lock().unwrap_or_else(PoisonError::into_inner);
                feed.next().transpose()
            })?;
            match (changes, self.every) {
                (Some(changes), _) => return Ok(changes),
                (None, None) => return Err(PyStopIteration::new_err(())),
                // Python's own sleep can be interrupted.
                (None, Some(every)) => py.import("time")?.call_method1("sleep", (every,))?,
            };
        }
    }
}
