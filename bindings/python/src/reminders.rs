//! Reminders (R4.6).

use crm_core::python::{Arg, Argument, Listed, ToPython};
use crmkit::{Reminder, TaskKind, model::fields};
use pyo3::prelude::*;

use crate::{call::of_session, page::request, session::Session};

of_session! {
    /// Reminders, for one session.
    Reminders(crmkit::Reminders)
}

#[pymethods]
impl Session {
    /// Reminders of the caller's tasks.
    #[getter]
    fn reminders(&self) -> Reminders {
        Reminders::new(self.inner.reminders(), self.language)
    }
}

#[pymethods]
impl Reminders {
    /// What the caller is to be reminded of by now and has not confirmed, up to `limit` (1 to 1,000), what was missed coming
    /// first. The same reminder comes again, with the same key, until it is confirmed. Ask as often as you like: what was due
    /// while nobody asked comes when somebody does.
    #[pyo3(signature = (*, limit=Arg::from(1000)))]
    fn due(&self, py: Python<'_>, limit: Arg<u32>) -> PyResult<Listed<Reminder>> {
        self.call(py, |reminders| reminders.due(request(None, limit)?.limit))
            .map(Listed)
    }

    /// Confirms a reminder: it comes never again. Twice is harmless, and so is one whose task is over or was moved.
    fn confirm(&self, py: Python<'_>, key: Arg<String>) -> PyResult<()> {
        self.call(py, |reminders| reminders.confirm(&key.of("key")?))
    }

    /// Switches the caller's reminders of a kind off, or on again; their tasks stay.
    #[pyo3(signature = (kind, silent=Arg::from(true)))]
    fn silence(&self, py: Python<'_>, kind: Arg<TaskKind>, silent: Arg<bool>) -> PyResult<()> {
        self.call(py, |reminders| {
            reminders.silence(kind.of(fields::KIND)?, silent.of(fields::SILENT)?)
        })
    }

    /// The kinds of which the caller wants no reminders.
    fn silenced(&self, py: Python<'_>) -> PyResult<<Vec<TaskKind> as ToPython>::Python> {
        self.call(py, |reminders| reminders.silenced())
            .map(|kinds| kinds.to_python())
    }
}
