//! Contacts of a customer (R3.1).

use std::sync::Arc;

use crmkit::{Contact, ContactEdit, ContactId, NewContact, model::fields};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Contacts, for one session.
    Contacts(crmkit::Contacts)
}

#[uniffi::export]
impl Session {
    /// Contacts (R3).
    pub fn contacts(&self) -> Arc<Contacts> {
        Contacts::new(self.inner.contacts(), self.language)
    }
}

#[uniffi::export]
impl Contacts {
    /// Adds a contact to a customer. The first one is primary; a further one that is to be primary takes the other's
    /// place.
    ///
    /// Fails with Invalid, naming every field at fault; with NotFound for a customer that the caller may not see.
    pub fn add(&self, customer: String, new: NewContact) -> Result<Contact> {
        self.call(|contacts| contacts.add(&customer, &new))
    }

    /// The contacts of a customer: the primary one first, the others as they came.
    pub fn list(&self, customer: String) -> Result<Vec<Contact>> {
        self.call(|contacts| contacts.list(&customer))
    }

    /// The contact with this identifier.
    pub fn get(&self, id: ContactId) -> Result<Contact> {
        self.call(|contacts| contacts.get(id))
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid, naming every field at fault; with
    /// `contact.primary_needed` for unmaking the primary one; with NotFound.
    pub fn update(&self, id: ContactId, revision: u64, edits: Vec<ContactEdit>) -> Result<Contact> {
        self.call(|contacts| {
            from_zero(fields::REVISION, revision)?;
            contacts.update(id, revision, &edits)
        })
    }

    /// Archives a contact, for this reason (R2.10). Where it was primary, the oldest of the others becomes it.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid for a blank reason; with NotFound.
    pub fn archive(&self, id: ContactId, revision: u64, reason: String) -> Result<Contact> {
        self.call(|contacts| {
            from_zero(fields::REVISION, revision)?;
            contacts.archive(id, revision, &reason)
        })
    }

    /// Restores a contact from the archive, for this reason (R2.10).
    ///
    /// Fails as archiving does.
    pub fn restore(&self, id: ContactId, revision: u64, reason: String) -> Result<Contact> {
        self.call(|contacts| {
            from_zero(fields::REVISION, revision)?;
            contacts.restore(id, revision, &reason)
        })
    }
}
