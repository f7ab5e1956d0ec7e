//! A session: everything that one caller can do, one object for each noun, which each noun's own file adds.

use crm_core::python::{Arg, Argument};
use crmkit::{
    Changes, CustomerKey, DateTime, Language, NounDescription, User, Utc, built_in_entries, model::fields,
};
use pyo3::prelude::*;

use crate::call::{call, of_session};

/// A noun ("customer", "contact", "follow_up", "opportunity", "contract", …) with its fields, for forms and tables, without a
/// database: the entries of pick lists are those with which a new one starts. `Session.describe` has those of now.
#[pyfunction]
pub(crate) fn describe(py: Python<'_>, noun: Arg<String>) -> PyResult<NounDescription> {
    call(py, Language::default(), || {
        crmkit::describe::noun(&noun.of(fields::NOUN)?, &built_in_entries())
    })
}

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

    /// The language of messages, "zh" or "en", which the database was opened with: `match.explain(me.language)`.
    #[getter]
    fn language(&self) -> Language {
        self.language
    }

    /// What has changed for the caller since a cursor: what is to be read again, and what is gone, by what names it, each record once.
    /// Without a cursor nothing, and the cursor of now. `reset`: what the caller may see has changed, all is to be read anew.
    #[pyo3(signature = (cursor=None))]
    fn changes_since(&self, py: Python<'_>, cursor: Option<Arg<String>>) -> PyResult<Changes> {
        self.call(py, |me| me.changes_since(cursor.of(fields::CURSOR)?.as_deref()))
    }

    /// A noun ("customer", "contact", "follow_up", "opportunity", "contract", …) with its fields, for forms and tables: what they are
    /// called and hold, what must be there and how much may be, with the entries of pick lists as they are now.
    fn describe(&self, py: Python<'_>, noun: Arg<String>) -> PyResult<NounDescription> {
        self.call(py, |me| me.describe(&noun.of(fields::NOUN)?))
    }

    /// Whether the caller may do what an action's code says ("customers.edit", "deals.correct", …), at all or with a customer: so that a
    /// button can be grey.
    #[pyo3(signature = (action, customer=None))]
    fn can(&self, py: Python<'_>, action: Arg<String>, customer: Option<Arg<String>>) -> PyResult<bool> {
        self.call(py, |me| {
            let customer = customer.of("customer")?.map(CustomerKey::from);
            me.can(&action.of(fields::ACTION)?, customer.as_ref())
        })
    }

    /// A session in which an assistant acts for the user: with the user's rights, and the log says of everything that it was the
    /// assistant.
    fn by_assistant(&self) -> Self {
        Self::new(self.inner.by_assistant(), self.language)
    }

    /// Keeps in the log that an assistant is asked for something: the name of it, and nothing of what it was told.
    fn assistant_called(&self, py: Python<'_>, what: Arg<String>) -> PyResult<()> {
        self.call(py, |me| me.assistant_called(&what.of(fields::ACTION)?))
    }

    /// A session that enters history: the facts of what it writes bear this time, a `datetime` or a text like
    /// "2019-05-01T09:00+08:00". Rights, the log's own time, numbers and ids keep the real clock; the log has both. For an
    /// admin: anybody else's writes are refused.
    fn backdated(&self, py: Python<'_>, at: Arg<DateTime<Utc>>) -> PyResult<Self> {
        let at = self.call(py, |_| at.of(fields::AT))?;
        Ok(Self::new(self.inner.backdated(at), self.language))
    }
}
