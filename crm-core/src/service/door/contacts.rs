//! Contacts: what is read of them.

use super::ReadTx;
use crate::{
    access::{EditCustomers, Editable, Grant, SeeCustomers},
    error::{Error, Result},
    model::{Contact, ContactId, CustomerNumber},
    store::RecordsExt,
};

impl<'tx> ReadTx<'_, 'tx> {
    /// The contact with this identifier, if its customer may be seen.
    pub(in crate::service) fn contact(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        id: ContactId,
    ) -> Result<Contact> {
        self.store
            .record(id, grant.sees())?
            .ok_or_else(|| Error::not_found(id))
    }

    pub(in crate::service) fn contacts(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        customer: CustomerNumber,
    ) -> Result<Vec<Contact>> {
        self.store.contacts(customer, grant.sees())
    }

    /// The contacts of a customer that may be changed.
    pub(in crate::service) fn contacts_to_edit(
        &self,
        grant: &Grant<'tx, EditCustomers>,
        customer: CustomerNumber,
    ) -> Result<Vec<Editable<'tx, Contact>>> {
        let contacts = self.store.contacts(customer, grant.edits())?;
        Ok(contacts.into_iter().map(Editable::read).collect())
    }
}
