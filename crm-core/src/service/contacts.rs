//! Contacts of a customer (R3.1).

use super::{Session, door::WriteTx, duplicates::keys_of_customer};
use crate::{
    access::{EditCustomers, Grant, SeeCustomers},
    error::{Error, Result},
    model::{Contact, ContactEdit, ContactId, Customer, NewContact},
    rules::{
        Strictness,
        contact::{CheckedContact, check_contact, edit_contact},
    },
};

/// Contacts, for one session.
#[derive(Clone)]
pub struct Contacts {
    session: Session,
}

impl Contacts {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Adds a contact to a customer. The first one is primary; a further one that is to be primary takes the other's
    /// place.
    ///
    /// # Errors
    /// Invalid, naming every field at fault; NotFound for a customer out of scope.
    pub fn add(&self, customer: &str, new: &NewContact) -> Result<Contact> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, EditCustomers>| {
                let customer = tx.reads().find_customer(grant, customer)?;
                let checked = check_contact(new, tx.settings().region, Strictness::Entry)
                    .map_err(|problems| Error::Invalid { problems })?;
                add_to(tx, grant, &customer, checked, new.primary)
            },
        )
    }

    /// The contacts of a customer: the primary one first, the others as they came.
    ///
    /// # Errors
    /// NotFound for a customer out of scope.
    pub fn list(&self, customer: &str) -> Result<Vec<Contact>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                let customer = tx.find_customer(grant, customer)?;
                tx.contacts(grant, customer.number)
            })
    }

    /// The contact with this identifier.
    ///
    /// # Errors
    /// NotFound if its customer is out of scope.
    pub fn get(&self, id: ContactId) -> Result<Contact> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                tx.contact(grant, id)
            })
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault; `contact.primary_needed` for
    /// unmaking the primary one; NotFound, also of one that has been taken out.
    pub fn update(&self, id: ContactId, revision: u64, edits: &[ContactEdit]) -> Result<Contact> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, EditCustomers>| {
                let before = tx.reads().contact(grant, id)?;
                if before.archived_at.is_some() {
                    return Err(Error::not_found(id));
                }
                if before.revision != revision {
                    return Err(tx
                        .reads()
                        .conflict(grant, "contact", &id, revision, before.revision)?);
                }
                let mut after = edit_contact(&before, edits, tx.settings().region)
                    .map_err(|problems| Error::Invalid { problems })?;
                if after == before {
                    return Ok(before);
                }
                after.revision += 1;
                let customer = tx.reads().find_customer(grant, &before.customer.to_string())?;
                let others = tx.reads().contacts(grant, customer.number)?;
                let contacts: Vec<Contact> = others
                    .into_iter()
                    .map(|contact| if contact.id == id { after.clone() } else { contact })
                    .collect();
                let keys = keys_of_customer(&customer, &contacts);
                tx.edit_contact(grant, before, after.clone(), keys)?;
                Ok(after)
            },
        )
    }
}

/// Adds a contact that has been checked.
pub(super) fn add_to<'tx, A: crate::access::Action>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    customer: &Customer,
    checked: CheckedContact,
    primary: bool,
) -> Result<Contact> {
    let mut contacts = tx.reads().contacts(grant, customer.number)?;
    let CheckedContact {
        name,
        title,
        mobile,
        mobile_e164,
        email,
        wechat,
        role,
        warnings: _,
    } = checked;
    let contact = Contact {
        id: ContactId::from_bytes(tx.new_id()),
        customer: customer.number,
        revision: 1,
        name,
        title,
        mobile,
        mobile_e164,
        email,
        wechat,
        primary: primary || contacts.is_empty(),
        role,
        created_at: tx.now(),
        archived_at: None,
    };
    contacts.push(contact.clone());
    tx.add_contact(grant, contact.clone(), keys_of_customer(customer, &contacts))?;
    Ok(contact)
}

/// Takes a contact out of its customer's.
pub(super) fn take_out<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    customer: &Customer,
    contact: &Contact,
) -> Result<()> {
    let after = Contact {
        revision: contact.revision + 1,
        primary: false,
        archived_at: Some(tx.now()),
        ..contact.clone()
    };
    let mut left = tx.reads().contacts(grant, customer.number)?;
    left.retain(|other| other.id != contact.id);
    tx.edit_contact(grant, contact.clone(), after, keys_of_customer(customer, &left))
}

/// Makes a contact the primary one.
pub(super) fn make_primary<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    customer: &Customer,
    contact: &Contact,
    contacts: &[Contact],
) -> Result<()> {
    let after = Contact {
        revision: contact.revision + 1,
        primary: true,
        ..contact.clone()
    };
    tx.edit_contact(
        grant,
        contact.clone(),
        after,
        keys_of_customer(customer, contacts),
    )
}
