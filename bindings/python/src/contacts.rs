//! Contacts of a customer (R3.1).

use crm_core::python::Tuple;
use crmkit::{Contact, ContactEdit, NewContact};
use pyo3::prelude::*;

use crate::{
    argument::{Edit, id},
    call::of_session,
};

of_session! {
    /// Contacts, for one session.
    Contacts(crmkit::Contacts)
}

#[pymethods]
impl Contacts {
    /// Adds a contact to a customer. The first one is primary; a further one that is to be primary takes its place.
    #[pyo3(signature = (customer, *, name, mobile, title=None, email=None, wechat=None, primary=false, role=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn add(
        &self,
        py: Python<'_>,
        customer: &str,
        name: String,
        mobile: String,
        title: Option<String>,
        email: Option<String>,
        wechat: Option<String>,
        primary: bool,
        role: Option<String>,
    ) -> PyResult<Contact> {
        let new = NewContact {
            name,
            title,
            mobile,
            email,
            wechat,
            primary,
            role,
        };
        self.call(py, |contacts| contacts.add(customer, &new))
    }

    /// The contacts of a customer: the primary one first, the others as they came.
    fn list(&self, py: Python<'_>, customer: &str) -> PyResult<Tuple<Contact>> {
        self.call(py, |contacts| contacts.list(customer)).map(Tuple)
    }

    /// The contact with this identifier.
    fn get(&self, py: Python<'_>, contact: &str) -> PyResult<Contact> {
        self.call(py, |contacts| contacts.get(id(contact)?))
    }

    /// Changes the fields named; `None` clears. `revision` is the one that the caller saw.
    #[pyo3(signature = (
        contact, *, revision, name=Edit::Leave, title=Edit::Leave, mobile=Edit::Leave, email=Edit::Leave,
        wechat=Edit::Leave, primary=Edit::Leave, role=Edit::Leave
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn update(
        &self,
        py: Python<'_>,
        contact: &str,
        revision: u64,
        name: Edit<String>,
        title: Edit<Option<String>>,
        mobile: Edit<String>,
        email: Edit<Option<String>>,
        wechat: Edit<Option<String>>,
        primary: Edit<bool>,
        role: Edit<Option<String>>,
    ) -> PyResult<Contact> {
        let edits = [
            name.map(|value| ContactEdit::Name { value }),
            title.map(|value| ContactEdit::Title { value }),
            mobile.map(|value| ContactEdit::Mobile { value }),
            email.map(|value| ContactEdit::Email { value }),
            wechat.map(|value| ContactEdit::Wechat { value }),
            primary.map(|value| ContactEdit::Primary { value }),
            role.map(|value| ContactEdit::Role { value }),
        ];
        let edits: Vec<ContactEdit> = edits.into_iter().flatten().collect();
        self.call(py, |contacts| contacts.update(id(contact)?, revision, &edits))
    }
}
