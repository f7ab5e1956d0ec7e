//! A session: everything that one caller can do, one object for each noun.

use crmkit::User;
use pyo3::prelude::*;

use crate::{
    audit::AuditLog,
    call::of_session,
    contacts::Contacts,
    customers::Customers,
    import::Imports,
    people::{Teams, Users},
    pick_lists::PickLists,
};

of_session! {
    /// What one caller can do. Rights are looked up anew in every call, so that a change of role tells at once. Safe to
    /// share between threads.
    Session(crmkit::Session)
}

#[pymethods]
impl Session {
    /// The user whose session it is; `None` for the host's own.
    #[getter]
    fn user(&self, py: Python<'_>) -> PyResult<Option<User>> {
        self.call(py, crmkit::Session::user)
    }

    /// Customers.
    #[getter]
    fn customers(&self) -> Customers {
        Customers::new(self.inner.clone(), self.language)
    }

    /// Contacts of customers.
    #[getter]
    fn contacts(&self) -> Contacts {
        Contacts::new(self.inner.contacts(), self.language)
    }

    /// Imports that have been run.
    #[getter]
    fn imports(&self) -> Imports {
        Imports::new(self.inner.imports(), self.language)
    }

    /// Users.
    #[getter]
    fn users(&self) -> Users {
        Users::new(self.inner.users(), self.language)
    }

    /// Teams.
    #[getter]
    fn teams(&self) -> Teams {
        Teams::new(self.inner.teams(), self.language)
    }

    /// Pick lists.
    #[getter]
    fn pick_lists(&self) -> PickLists {
        PickLists::new(self.inner.pick_lists(), self.language)
    }

    /// The log.
    #[getter]
    fn audit(&self) -> AuditLog {
        AuditLog::new(self.inner.audit(), self.language)
    }
}
