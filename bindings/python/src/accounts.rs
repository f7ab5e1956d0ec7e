//! Accounts (R8.4).

use crm_core::python::{Arg, Argument};
use crmkit::{Account, model::fields};
use pyo3::prelude::*;

use crate::{call::of_session, people::Users, session::Session};

of_session! {
    /// The caller's own account, for one session.
    OwnAccount(crmkit::OwnAccount)
}

#[pymethods]
impl Session {
    /// The caller's own account.
    #[getter]
    fn account(&self) -> OwnAccount {
        OwnAccount::new(self.inner.account(), self.language)
    }
}

#[pymethods]
impl OwnAccount {
    /// What is known of it; `None` for a user who has no password, since the host vouches for them.
    fn get(&self, py: Python<'_>) -> PyResult<Option<Account>> {
        self.call(py, crmkit::OwnAccount::get)
    }

    /// Sets another password, the one that holds being given too. The user's other sessions end. A wrong old one counts as a
    /// wrong try to log in.
    fn change_password(
        &self,
        py: Python<'_>,
        old_password: Arg<String>,
        password: Arg<String>,
    ) -> PyResult<()> {
        self.call(py, |account| {
            account.change_password(
                &old_password.of(fields::OLD_PASSWORD)?,
                &password.of(fields::PASSWORD)?,
            )
        })
    }

    /// Ends the session; does nothing to one that the host vouches for.
    fn log_out(&self, py: Python<'_>) -> PyResult<()> {
        self.call(py, crmkit::OwnAccount::log_out)
    }
}

#[pymethods]
impl Users {
    /// Gives a user a password, a first one or another in place of one that was forgotten: it only lets them set another.
    fn set_password(&self, py: Python<'_>, login: Arg<String>, password: Arg<String>) -> PyResult<()> {
        self.call(py, |users| {
            users.set_password(&login.of(fields::LOGIN)?, &password.of(fields::PASSWORD)?)
        })
    }

    /// The account of a user; `None` of one whom only the host vouches for.
    fn account(&self, py: Python<'_>, login: Arg<String>) -> PyResult<Option<Account>> {
        self.call(py, |users| users.account(&login.of(fields::LOGIN)?))
    }

    /// Suspends an account: its sessions end at once, and its user may do nothing until it is resumed.
    #[pyo3(signature = (login, *, reason=None))]
    fn suspend(&self, py: Python<'_>, login: Arg<String>, reason: Option<Arg<String>>) -> PyResult<Account> {
        self.call(py, |users| {
            users.suspend(&login.of(fields::LOGIN)?, reason.of(fields::REASON)?.as_deref())
        })
    }

    /// Resumes a suspended account.
    #[pyo3(signature = (login, *, reason=None))]
    fn resume(&self, py: Python<'_>, login: Arg<String>, reason: Option<Arg<String>>) -> PyResult<Account> {
        self.call(py, |users| {
            users.resume(&login.of(fields::LOGIN)?, reason.of(fields::REASON)?.as_deref())
        })
    }
}
