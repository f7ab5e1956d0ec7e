//! Labels of many customers at once (R2.2).

use super::{Customers, archive::refuse_archived, bulk, door::entry};
use crate::{
    access::EditCustomers,
    error::{Error, Result},
    model::{AuditKind, BulkMode, BulkOutcome, Customer, CustomerEdit, CustomerKey},
    rules::{Strictness, customer::edit_customer},
};

impl Customers {
    /// Puts labels on many customers, and takes others off: the outcome of each, in the order given. A label that is there,
    /// or that is not, stays so.
    ///
    /// # Errors
    /// Invalid for a label that cannot be one; `field.too_many`; `record.archived`; NotFound: for the first that cannot be
    /// done; row by row, these are outcomes.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::BulkMode;
    ///
    /// me.customers().tag_all(&["CRM202405010001".into()], &["重点".into()], &[], BulkMode::AllOrNothing)?;
    /// assert_eq!(me.customers().get("CRM202405010001")?.tags, ["重点"]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn tag_all(
        &self,
        customers: &[CustomerKey],
        add: &[String],
        remove: &[String],
        mode: BulkMode,
    ) -> Result<Vec<BulkOutcome>> {
        self.write::<EditCustomers, _>(AuditKind::CustomerEdited, |tx, grant| {
            let pick_lists = tx.reads().pick_lists(grant)?;
            let (conventions, today) = (tx.conventions().clone(), tx.today());
            let entry = entry(&conventions, &pick_lists, today, Strictness::Entry);
            bulk::each(tx, grant, customers, mode, |tx, before| {
                refuse_archived(&before)?;
                let kept = before
                    .tags
                    .iter()
                    .filter(|tag| !remove.iter().any(|gone| gone.trim() == *tag));
                let value = kept.chain(add).cloned().collect();
                let edited = edit_customer(&before, &[CustomerEdit::Tags { value }], &entry);
                let edited = edited.map_err(|problems| Error::Invalid { problems })?;
                if edited == *before {
                    return Ok(edited);
                }
                let after = Customer {
                    revision: before.revision + 1,
                    ..edited
                };
                tx.edit(grant, before, after.clone());
                Ok(after)
            })
        })
    }
}
