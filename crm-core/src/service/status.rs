//! Where the relation with a customer stands (R2.5).

use super::{Customers, archive::refuse_archived, bulk, door::WriteTx};
use crate::{
    access::{EditCustomers, Editable, Grant, SeeCustomers},
    error::{Error, Result},
    model::{
        AuditKind, BulkMode, BulkOutcome, Customer, CustomerKey, CustomerStatus, PageRequest, StatusChange,
        StatusChangePage,
    },
    rules::status::check_status_change,
};

impl Customers {
    /// Sets where the relation with a customer stands (R2.5). Forward among the first four may skip; back, to lost, and out of
    /// won or lost needs a reason; won needs a contract marked paid, or a reason why not. Setting what it is changes nothing.
    ///
    /// # Errors
    /// `field.missing` for a reason that is needed; `record.archived`; NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{Code, CustomerStatus};
    ///
    /// let customer = me.customers().set_status("CRM202405010001", CustomerStatus::Interested, None)?;
    /// assert_eq!(customer.status, CustomerStatus::Interested);
    ///
    /// let back = me.customers().set_status("CRM202405010001", CustomerStatus::Potential, None);
    /// assert_eq!(back.unwrap_err().code(), Code::FieldMissing, "a reason");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn set_status(
        &self,
        customer: impl Into<CustomerKey>,
        status: CustomerStatus,
        reason: Option<&str>,
    ) -> Result<Customer> {
        let customer = &customer.into();
        self.write::<EditCustomers, _>(AuditKind::StatusChanged, |tx, grant| {
            let before = tx.reads().customer_to_edit(grant, customer)?;
            set(tx, grant, before, status, reason)
        })
    }

    /// [`set_status`](Self::set_status) of many customers: the outcome of each, in the order given.
    ///
    /// # Errors
    /// As for one, for the first that cannot be done; row by row, these are outcomes.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{BulkMode, Code, CustomerStatus};
    ///
    /// let these = ["CRM202405010001".into(), "CRM202405010009".into()];
    /// let done = me.customers().set_status_all(&these, CustomerStatus::Interested, None, BulkMode::RowByRow)?;
    /// assert!(done[0].changed);
    /// assert_eq!(done[1].problems[0].code, Code::NotFound);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn set_status_all(
        &self,
        customers: &[CustomerKey],
        status: CustomerStatus,
        reason: Option<&str>,
        mode: BulkMode,
    ) -> Result<Vec<BulkOutcome>> {
        self.write::<EditCustomers, _>(AuditKind::StatusChanged, |tx, grant| {
            bulk::each(tx, grant, customers, mode, |tx, before| {
                set(tx, grant, before, status, reason)
            })
        })
    }

    /// A page of the changes of a customer's status, the latest first.
    ///
    /// # Errors
    /// NotFound; `page.limit`, `page.invalid`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{CustomerStatus, PageRequest};
    ///
    /// me.customers().set_status("CRM202405010001", CustomerStatus::Lost, Some("客户已签约他人"))?;
    /// let changes = me.customers().status_changes("CRM202405010001", &PageRequest::first(10))?;
    /// assert_eq!(changes.items[0].before, CustomerStatus::Potential);
    /// assert_eq!(changes.items[0].reason.as_deref(), Some("客户已签约他人"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn status_changes(
        &self,
        customer: impl Into<CustomerKey>,
        page: &PageRequest,
    ) -> Result<StatusChangePage> {
        let customer = &customer.into();
        self.read::<SeeCustomers, _>(|tx, grant| {
            let customer = tx.find_customer(grant, customer)?.number;
            tx.records_of::<StatusChange>(grant, customer, true, page)
                .map(Into::into)
        })
    }
}

/// Sets it, and keeps that it was set.
pub(super) fn set<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    before: Editable<'tx, Customer>,
    status: CustomerStatus,
    reason: Option<&str>,
) -> Result<Customer> {
    refuse_archived(&before)?;
    if before.status == status {
        return Ok(Customer::clone(&before));
    }
    let paid = status == CustomerStatus::Won && tx.reads().has_paid(grant, before.number)?;
    let reason = check_status_change(before.status, status, reason, paid).map_err(Error::invalid)?;
    if let Some(reason) = &reason {
        tx.because(reason);
    }
    let change = StatusChange {
        customer: before.number,
        revision: before.revision + 1,
        at: tx.now(),
        before: before.status,
        after: status,
        by: tx.actor().user(),
        reason,
    };
    let after = Customer {
        status,
        revision: before.revision + 1,
        ..Customer::clone(&before)
    };
    tx.edit(grant, before, after.clone());
    tx.add(grant, change);
    Ok(after)
}
