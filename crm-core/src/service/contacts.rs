//! Contacts of a customer (R3.1).

use super::{Session, archive::refuse_archived, door::WriteTx};
use crate::{
    access::{Adds, EditCustomers, Editable, Grant, SeeCustomers},
    error::{Error, Result},
    model::{AuditKind, Contact, ContactEdit, ContactId, CustomerKey, CustomerNumber, NewContact, fields},
    rules::{
        Strictness,
        contact::{CheckedContact, check_contact, edit_contact},
        required_text,
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
    /// Invalid, naming every field at fault; `record.archived`; NotFound for a customer out of scope.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::NewContact;
    ///
    /// let li = me.contacts().add(
    ///     "CRM202405010001",
    ///     &NewContact {
    ///         name: "李伟".into(),
    ///         title: Some("采购经理".into()),
    ///         mobile: "139 1234 5678".into(),
    ///         ..NewContact::default()
    ///     },
    /// )?;
    /// assert!(li.primary, "the first one is");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn add(&self, customer: impl Into<CustomerKey>, new: &NewContact) -> Result<Contact> {
        self.add_to(&customer.into(), new)
    }

    fn add_to(&self, customer: &CustomerKey, new: &NewContact) -> Result<Contact> {
        let door = &self.session.door;
        let added = door.write(
            self.session.caller,
            AuditKind::ContactAdded,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, EditCustomers>| {
                let customer = tx.reads().customer_to_edit(grant, customer)?;
                refuse_archived(&customer)?;
                let checked = check_contact(new, tx.conventions().region, Strictness::Entry)
                    .map_err(|problems| Error::Invalid { problems })?;
                let first = tx.reads().contacts_to_edit(grant, customer.number)?.is_empty();
                Ok(add_to(tx, grant, customer.number, checked, new.primary || first))
            },
        )?;
        Ok(added)
    }

    /// The contacts of a customer: the primary one first, the others as they came.
    ///
    /// # Errors
    /// NotFound for a customer out of scope.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::NewContact;
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # let li = me.contacts().add("CRM202405010001", &NewContact {
    /// #     name: "李伟".into(),
    /// #     mobile: "139 1234 5678".into(),
    /// #     ..NewContact::default()
    /// # })?;
    /// let contacts = me.contacts().list("CRM202405010001")?;
    /// assert_eq!(contacts[0].name, "李伟");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn list(&self, customer: impl Into<CustomerKey>) -> Result<Vec<Contact>> {
        let customer = &customer.into();
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
    ///
    /// # Examples
    /// ```
    /// # use crm_core::NewContact;
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # let li = me.contacts().add("CRM202405010001", &NewContact {
    /// #     name: "李伟".into(),
    /// #     mobile: "139 1234 5678".into(),
    /// #     ..NewContact::default()
    /// # })?;
    /// assert_eq!(me.contacts().get(li.id)?, li);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
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
    ///
    /// # Examples
    /// ```
    /// # use crm_core::NewContact;
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # let li = me.contacts().add("CRM202405010001", &NewContact {
    /// #     name: "李伟".into(),
    /// #     mobile: "139 1234 5678".into(),
    /// #     ..NewContact::default()
    /// # })?;
    /// use crm_core::ContactEdit;
    ///
    /// let title = ContactEdit::Title { value: Some("采购总监".into()) };
    /// let li = me.contacts().update(li.id, li.revision, &[title])?;
    /// assert_eq!(li.title.as_deref(), Some("采购总监"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn update(&self, id: ContactId, revision: u64, edits: &[ContactEdit]) -> Result<Contact> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            AuditKind::ContactEdited,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, EditCustomers>| {
                let before = tx.reads().to_edit::<Contact, _>(grant, id, &id)?;
                if before.archived_at.is_some() {
                    return Err(Error::not_found(id));
                }
                tx.reads().check_seen(grant, &*before, revision)?;
                let mut after = edit_contact(&before, edits, tx.conventions().region)
                    .map_err(|problems| Error::Invalid { problems })?;
                if after == *before {
                    return Ok(after);
                }
                after.revision += 1;
                tx.edit(grant, before, after.clone());
                Ok(after)
            },
        )
    }

    /// Archives a contact, for this reason (R2.10): it is no longer among its customer's. Where it was primary, the oldest of the
    /// others becomes it (R3.1). Archiving one that is archived changes nothing.
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; NotFound.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::NewContact;
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # let li = me.contacts().add("CRM202405010001", &NewContact {
    /// #     name: "李伟".into(),
    /// #     mobile: "139 1234 5678".into(),
    /// #     ..NewContact::default()
    /// # })?;
    /// me.contacts().archive(li.id, li.revision, "已离职")?;
    /// assert!(me.contacts().list("CRM202405010001")?.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn archive(&self, id: ContactId, revision: u64, reason: &str) -> Result<Contact> {
        self.put_away(id, revision, reason, true)
    }

    /// Restores a contact from the archive, for this reason (R2.10).
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; NotFound.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::NewContact;
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # let li = me.contacts().add("CRM202405010001", &NewContact {
    /// #     name: "李伟".into(),
    /// #     mobile: "139 1234 5678".into(),
    /// #     ..NewContact::default()
    /// # })?;
    /// let li = me.contacts().archive(li.id, li.revision, "已离职")?;
    /// me.contacts().restore(li.id, li.revision, "并未离职")?;
    /// assert!(me.contacts().list("CRM202405010001")?[0].primary, "the only one is");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn restore(&self, id: ContactId, revision: u64, reason: &str) -> Result<Contact> {
        self.put_away(id, revision, reason, false)
    }

    fn put_away(&self, id: ContactId, revision: u64, reason: &str, away: bool) -> Result<Contact> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        let kind = match away {
            true => AuditKind::ContactArchived,
            false => AuditKind::ContactRestored,
        };
        let door = &self.session.door;
        door.write(
            self.session.caller,
            kind,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let before = tx.reads().to_edit::<Contact, _>(grant, id, &id)?;
                tx.reads().check_seen(grant, &*before, revision)?;
                if before.archived_at.is_some() == away {
                    return Ok(());
                }
                let after = match away {
                    true => archived(&before, tx.now()),
                    false => Contact {
                        revision: before.revision + 1,
                        archived_at: None,
                        ..Contact::clone(&before)
                    },
                };
                tx.because(&reason);
                tx.edit(grant, before, after);
                Ok(())
            },
        )?;
        // As it was settled: who is primary follows from the others.
        self.get(id)
    }
}

/// Adds a contact that has been checked. Whether it stays primary is settled (R3.1).
pub(super) fn add_to<'tx, A: Adds<Contact>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    customer: CustomerNumber,
    checked: CheckedContact,
    primary: bool,
) -> Contact {
    let id = ContactId::from_bytes(tx.new_id());
    let contact = checked.entered(id, customer, primary, tx.now());
    tx.add(grant, contact.clone());
    contact
}

/// Takes a contact out of its customer's.
pub(super) fn take_out<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    contact: Editable<'tx, Contact>,
) {
    let after = archived(&contact, tx.now());
    tx.edit(grant, contact, after);
}

/// A contact taken out of its customer's.
pub(super) fn archived(contact: &Contact, at: crate::DateTime<crate::Utc>) -> Contact {
    Contact {
        revision: contact.revision + 1,
        primary: false,
        archived_at: Some(at),
        ..contact.clone()
    }
}
