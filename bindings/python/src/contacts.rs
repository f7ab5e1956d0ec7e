//! Contacts of a customer (R3.1).

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{Contact, ContactEdit, NewContact, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    call::of_session,
    session::Session,
};

of_session! {
    /// Contacts, for one session.
    Contacts(crmkit::Contacts)
}

#[pymethods]
impl Session {
    /// Contacts of customers.
    #[getter]
    fn contacts(&self) -> Contacts {
        Contacts::new(self.inner.contacts(), self.language)
    }
}

with_new_contact! { Contacts:
    /// Adds a contact to a customer. The first one is primary; a further one that is to be primary takes its place.
    fn add(customer: Arg<String>)() -> Contact = |me: &Contacts, py, new: Typed<NewContact>, customer: Arg<String>| {
        me.call(py, |contacts| contacts.add(&customer.of("customer")?, &new.read()?))
    };
}

with_contact_edit! { Contacts:
    /// Changes the fields named; `None` clears. `revision` is the one that the caller saw.
    fn update(contact: Arg<String>) -> Contact = |me: &Contacts, py, edits: Typed<Vec<ContactEdit>>, contact: Arg<String>, revision: Arg<u64>| {
        me.call(py, |contacts| contacts.update(id(contact, "contact")?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

#[pymethods]
impl Contacts {
    /// The contacts of a customer: the primary one first, the others as they came.
    fn list(&self, py: Python<'_>, customer: Arg<String>) -> PyResult<Listed<Contact>> {
        self.call(py, |contacts| contacts.list(&customer.of("customer")?))
            .map(Listed)
    }

    /// The contact with this identifier.
    fn get(&self, py: Python<'_>, contact: Arg<String>) -> PyResult<Contact> {
        self.call(py, |contacts| contacts.get(id(contact, "contact")?))
    }

    /// Archives a contact, for this reason. Where it was primary, the oldest of the others becomes it. `revision` is the one that the caller saw.
    #[pyo3(signature = (contact, *, revision, reason))]
    fn archive(
        &self,
        py: Python<'_>,
        contact: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<Contact> {
        self.call(py, |contacts| {
            let (contact, revision) = (id(contact, "contact")?, revision.of(fields::REVISION)?);
            contacts.archive(contact, revision, &reason.of(fields::REASON)?)
        })
    }

    /// Restores a contact from the archive, for this reason. `revision` is the one that the caller saw.
    #[pyo3(signature = (contact, *, revision, reason))]
    fn restore(
        &self,
        py: Python<'_>,
        contact: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<Contact> {
        self.call(py, |contacts| {
            let (contact, revision) = (id(contact, "contact")?, revision.of(fields::REVISION)?);
            contacts.restore(contact, revision, &reason.of(fields::REASON)?)
        })
    }
}
