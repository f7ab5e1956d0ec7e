//! The settings of the business (R8.7), which an admin edits.

use crm_core::python::{Arg, Argument};
use crmkit::{Settings, SettingsEdit, model::fields};
use pyo3::prelude::*;

use crate::{argument::Typed, call::of_session, session::Session};

of_session! {
    /// The settings of the business, for one session.
    SettingsAdmin(crmkit::SettingsAdmin)
}

#[pymethods]
impl Session {
    /// The settings of the business.
    #[getter]
    fn settings(&self) -> SettingsAdmin {
        SettingsAdmin::new(self.inner.settings(), self.language)
    }
}

with_settings_edit! { SettingsAdmin:
    /// Changes the settings named; `weights=None` goes back to what the library ships. `revision` is the one that the
    /// caller saw: if they have been changed since, `ConflictError` names which. They hold from the next call on, in every
    /// program on the database. Only an admin changes them.
    fn update() -> Settings = |me: &SettingsAdmin, py, edits: Typed<Vec<SettingsEdit>>, revision: Arg<u64>| {
        me.call(py, |settings| settings.update(revision.of(fields::REVISION)?, &edits.read()?))
    };
}

#[pymethods]
impl SettingsAdmin {
    /// The settings as they are.
    fn get(&self, py: Python<'_>) -> PyResult<Settings> {
        self.call(py, crmkit::SettingsAdmin::get)
    }
}
