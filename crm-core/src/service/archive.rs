//! Archiving customers, and restoring them (R2.10).

use super::{Customers, bulk, door::WriteTx};
use crate::{
    access::{EditCustomers, Editable, Edits, Grant},
    error::{Code, Error, Problem, Result},
    model::{AuditKind, BulkMode, BulkOutcome, Customer, CustomerKey, CustomerNumber, fields},
    rules::required_text,
    store::{Delta, Put, Record},
};

impl Customers {
    /// Archives a customer, for this reason (R2.10): it is out of lists, counts and checks unless asked for, and is not
    /// changed until it is restored; it is never deleted. Archiving one that is archived changes nothing.
    ///
    /// # Errors
    /// Invalid for a blank reason; NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::CustomerQuery;
    ///
    /// me.customers().archive("CRM202405010001", "公司已注销")?;
    /// assert_eq!(me.customers().count(&CustomerQuery::default())?, 0);
    /// assert!(me.customers().get("CRM202405010001")?.archived_at.is_some());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn archive(&self, customer: impl Into<CustomerKey>, reason: &str) -> Result<Customer> {
        self.put_away(&customer.into(), reason, true)
    }

    /// [`archive`](Self::archive) of many customers: the outcome of each, in the order given.
    ///
    /// # Errors
    /// As for one, for the first that cannot be done; row by row, these are outcomes. Invalid for a blank reason.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::BulkMode;
    ///
    /// let done = me.customers().archive_all(&["CRM202405010001".into()], "公司已注销", BulkMode::AllOrNothing)?;
    /// assert!(done[0].changed);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn archive_all(
        &self,
        customers: &[CustomerKey],
        reason: &str,
        mode: BulkMode,
    ) -> Result<Vec<BulkOutcome>> {
        self.put_all_away(customers, reason, mode, true)
    }

    /// Restores a customer from the archive, for this reason (R2.10). Restoring one that is not there changes nothing.
    ///
    /// # Errors
    /// Invalid for a blank reason; NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// me.customers().archive("CRM202405010001", "公司已注销")?;
    /// let customer = me.customers().restore("CRM202405010001", "并未注销")?;
    /// assert!(customer.archived_at.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn restore(&self, customer: impl Into<CustomerKey>, reason: &str) -> Result<Customer> {
        self.put_away(&customer.into(), reason, false)
    }

    /// [`restore`](Self::restore) of many customers: the outcome of each, in the order given.
    ///
    /// # Errors
    /// As for one, for the first that cannot be done; row by row, these are outcomes. Invalid for a blank reason.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::BulkMode;
    ///
    /// let done = me.customers().restore_all(&["CRM202405010001".into()], "误操作", BulkMode::AllOrNothing)?;
    /// assert!(!done[0].changed, "it is not archived");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn restore_all(
        &self,
        customers: &[CustomerKey],
        reason: &str,
        mode: BulkMode,
    ) -> Result<Vec<BulkOutcome>> {
        self.put_all_away(customers, reason, mode, false)
    }

    fn put_away(&self, customer: &CustomerKey, reason: &str, archived: bool) -> Result<Customer> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        self.write::<EditCustomers, _>(kind_of(archived), |tx, grant| {
            let before = tx.reads().customer_to_edit(grant, customer)?;
            tx.because(&reason);
            Ok(put(tx, grant, before, archived))
        })
    }

    fn put_all_away(
        &self,
        customers: &[CustomerKey],
        reason: &str,
        mode: BulkMode,
        archived: bool,
    ) -> Result<Vec<BulkOutcome>> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        self.write::<EditCustomers, _>(kind_of(archived), |tx, grant| {
            tx.because(&reason);
            bulk::each(tx, grant, customers, mode, |tx, before| {
                Ok(put(tx, grant, before, archived))
            })
        })
    }
}

fn kind_of(archived: bool) -> AuditKind {
    match archived {
        true => AuditKind::CustomerArchived,
        false => AuditKind::CustomerRestored,
    }
}

fn put<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    before: Editable<'tx, Customer>,
    archived: bool,
) -> Customer {
    if before.archived_at.is_some() == archived {
        return Customer::clone(&before);
    }
    let after = Customer {
        archived_at: archived.then(|| tx.now()),
        revision: before.revision + 1,
        ..Customer::clone(&before)
    };
    tx.edit(grant, before, after.clone());
    after
}

/// A customer that is archived is restored before it is changed.
pub(super) fn refuse_archived(customer: &Customer) -> Result<()> {
    match customer.archived_at {
        None => Ok(()),
        Some(_) => Err(archived(customer.number)),
    }
}

/// That a customer is archived.
pub(super) fn archived(number: CustomerNumber) -> Error {
    Error::rule(Problem::with(
        fields::CUSTOMER,
        Code::RecordArchived,
        number.to_string(),
    ))
}

/// Archives a record that hangs on a customer, or restores it, for this reason (R2.10); one that is so already stays as it is.
pub(super) fn put_away<'tx, T: Record, A: Edits<T>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    before: Editable<'tx, T>,
    away: bool,
    reason: &str,
) -> T
where
    Delta: From<Put<T>>,
{
    let there = T::clone(&before);
    if there.archived_at().is_some() == away {
        return there;
    }
    let after = there.put_away(away.then(|| tx.now())).revised(&before);
    tx.because(reason);
    tx.edit(grant, before, after.clone());
    after
}
