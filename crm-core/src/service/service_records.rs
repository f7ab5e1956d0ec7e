//! Service records: what was done for a customer (R7.7).

use super::{
    Session,
    archive::{put_away, refuse_archived},
    door::WriteTx,
    draft::check_by,
};
use crate::{
    access::{EditCustomers, Grant, SeeCustomers},
    error::{Error, Result},
    model::{
        AuditKind, CustomerKey, NewServiceRecord, PageRequest, ServiceRecord, ServiceRecordEdit,
        ServiceRecordId, ServiceRecordPage, fields,
    },
    rules::{
        required_text,
        service_record::{CheckedServiceRecord, check_service_record, edit_service_record},
    },
};

/// Service records, for one session.
#[derive(Clone)]
pub struct ServiceRecords {
    session: Session,
}

impl Session {
    /// Service records (R7.7).
    ///
    /// ```
    /// # use crm_core::{PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let customer = doc_example::first(&me)?;
    /// let done = me.service_records().list(&customer, false, &PageRequest::first(50))?;
    /// assert!(done.items.is_empty(), "nothing yet");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn service_records(&self) -> ServiceRecords {
        ServiceRecords {
            session: self.clone(),
        }
    }
}

impl ServiceRecords {
    /// Enters what was done for a customer.
    ///
    /// ```
    /// # use crm_core::{Choice, NewServiceRecord, doc_example};
    /// let me = doc_example::desk()?;
    /// let customer = doc_example::first(&me)?;
    /// let repair = NewServiceRecord {
    ///     kind: Some(Choice::of("维修")),
    ///     text: "更换主板".into(),
    ///     ..NewServiceRecord::default()
    /// };
    /// let record = me.service_records().add(&customer, &repair)?;
    /// assert_eq!((record.kind.code.as_str(), record.revision), ("repair", 1));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid, naming every field at fault; `record.archived`; NotFound for a customer that the caller may not change.
    pub fn add(&self, customer: impl Into<CustomerKey>, new: &NewServiceRecord) -> Result<ServiceRecord> {
        self.add_to(&customer.into(), new)
    }

    fn add_to(&self, customer: &CustomerKey, new: &NewServiceRecord) -> Result<ServiceRecord> {
        self.write(AuditKind::ServiceRecordAdded, |tx, grant| {
            let customer = tx.reads().customer_to_edit(grant, customer)?;
            refuse_archived(&customer)?;
            let customer = customer.number;
            let pick_lists = tx.reads().pick_lists(grant)?;
            let checked = check_service_record(new, &pick_lists, tx.now());
            let by = check_by(&tx.reads(), grant, new.by.as_deref())?;
            let (CheckedServiceRecord { at, kind, text }, by) = match (checked, by) {
                (Ok(checked), Ok(by)) => (checked, by),
                (checked, by) => {
                    let mut problems = checked.err().unwrap_or_default();
                    problems.extend(by.err());
                    return Err(Error::Invalid { problems });
                }
            };
            let record = ServiceRecord {
                id: ServiceRecordId::from_bytes(tx.new_id()),
                customer,
                revision: 1,
                at,
                by,
                kind,
                text,
                created_at: tx.now(),
                archived_at: None,
            };
            tx.add(grant, record.clone());
            Ok(record)
        })
    }

    /// The service record with this identifier, archived or not.
    ///
    /// ```
    /// # use crm_core::{Choice, NewServiceRecord, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let customer = doc_example::first(&me)?;
    /// # let repair = NewServiceRecord { kind: Some(Choice::of("维修")), text: "更换主板".into(), ..NewServiceRecord::default() };
    /// let record = me.service_records().add(&customer, &repair)?;
    /// assert_eq!(me.service_records().get(record.id)?, record);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound if its customer is out of scope.
    pub fn get(&self, id: ServiceRecordId) -> Result<ServiceRecord> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                tx.record(grant, id)?.ok_or_else(|| Error::not_found(id))
            })
    }

    /// A page of what was done for a customer, the newest first; archived records only if they are asked for.
    ///
    /// ```
    /// # use crm_core::{PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let customer = doc_example::first(&me)?;
    /// let page = me.service_records().list(&customer, false, &PageRequest::first(50))?;
    /// assert!(page.items.is_empty() && page.next.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound for a customer out of scope; `page.limit`, `page.invalid`.
    pub fn list(
        &self,
        customer: impl Into<CustomerKey>,
        archived: bool,
        page: &PageRequest,
    ) -> Result<ServiceRecordPage> {
        let customer = &customer.into();
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                let customer = tx.find_customer(grant, customer)?.number;
                tx.records_of(grant, customer, archived, page).map(Into::into)
            })
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// ```
    /// # use crm_core::{Choice, NewServiceRecord, ServiceRecordEdit, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let customer = doc_example::first(&me)?;
    /// # let repair = NewServiceRecord { kind: Some(Choice::of("维修")), text: "更换主板".into(), ..NewServiceRecord::default() };
    /// # let record = me.service_records().add(&customer, &repair)?;
    /// let text = ServiceRecordEdit::Text { value: "更换主板和风扇".into() };
    /// assert_eq!(me.service_records().update(record.id, record.revision, &[text])?.revision, 2);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault; NotFound, also of an archived one.
    pub fn update(
        &self,
        id: ServiceRecordId,
        revision: u64,
        edits: &[ServiceRecordEdit],
    ) -> Result<ServiceRecord> {
        self.write(AuditKind::ServiceRecordEdited, |tx, grant| {
            let before = tx.reads().to_edit::<ServiceRecord, _>(grant, id, &id)?;
            if before.archived_at.is_some() {
                return Err(Error::not_found(id));
            }
            tx.reads().check_seen(grant, &*before, revision)?;
            let pick_lists = tx.reads().pick_lists(grant)?;
            let mut by = before.by;
            let mut problems = Vec::new();
            for edit in edits {
                if let ServiceRecordEdit::By { value } = edit {
                    match check_by(&tx.reads(), grant, Some(value))? {
                        Ok(id) => by = id,
                        Err(problem) => problems.push(problem),
                    }
                }
            }
            let edited = edit_service_record(&before, edits, &pick_lists, tx.now());
            let after = edited.map_err(|found| problems.splice(0..0, found).for_each(drop));
            let (Ok(after), true) = (after, problems.is_empty()) else {
                return Err(Error::Invalid { problems });
            };
            let mut after = ServiceRecord { by, ..after };
            if after == *before {
                return Ok(after);
            }
            after.revision += 1;
            tx.edit(grant, before, after.clone());
            Ok(after)
        })
    }

    /// Archives a record, for this reason (R2.10): it is out of lists unless asked for, and never deleted. Archiving one
    /// that is archived changes nothing.
    ///
    /// ```
    /// # use crm_core::{Choice, NewServiceRecord, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let customer = doc_example::first(&me)?;
    /// # let repair = NewServiceRecord { kind: Some(Choice::of("维修")), text: "更换主板".into(), ..NewServiceRecord::default() };
    /// # let record = me.service_records().add(&customer, &repair)?;
    /// let archived = me.service_records().archive(record.id, record.revision, "记错客户")?;
    /// assert!(archived.archived_at.is_some());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; NotFound.
    pub fn archive(&self, id: ServiceRecordId, revision: u64, reason: &str) -> Result<ServiceRecord> {
        self.put_away(id, revision, reason, true)
    }

    /// Restores a record from the archive, for this reason (R2.10).
    ///
    /// ```
    /// # use crm_core::{Choice, NewServiceRecord, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let customer = doc_example::first(&me)?;
    /// # let repair = NewServiceRecord { kind: Some(Choice::of("维修")), text: "更换主板".into(), ..NewServiceRecord::default() };
    /// # let record = me.service_records().add(&customer, &repair)?;
    /// let archived = me.service_records().archive(record.id, record.revision, "记错客户")?;
    /// let restored = me.service_records().restore(record.id, archived.revision, "并未记错")?;
    /// assert!(restored.archived_at.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; NotFound.
    pub fn restore(&self, id: ServiceRecordId, revision: u64, reason: &str) -> Result<ServiceRecord> {
        self.put_away(id, revision, reason, false)
    }

    fn put_away(
        &self,
        id: ServiceRecordId,
        revision: u64,
        reason: &str,
        away: bool,
    ) -> Result<ServiceRecord> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        let kind = match away {
            true => AuditKind::ServiceRecordArchived,
            false => AuditKind::ServiceRecordRestored,
        };
        self.write(kind, |tx, grant| {
            let before = tx.reads().to_edit::<ServiceRecord, _>(grant, id, &id)?;
            tx.reads().check_seen(grant, &*before, revision)?;
            Ok(put_away(tx, grant, before, away, &reason))
        })
    }

    fn write<T>(
        &self,
        kind: AuditKind,
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, EditCustomers>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, kind, body)
    }
}
