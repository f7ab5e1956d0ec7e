//! Service records (R7.7).

use std::sync::Arc;

use crmkit::{
    NewServiceRecord, PageRequest, ServiceRecord, ServiceRecordEdit, ServiceRecordId, ServiceRecordPage,
    model::fields,
};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Service records, for one session.
    ServiceRecords(crmkit::ServiceRecords)
}

#[uniffi::export]
impl Session {
    /// Service records (R7.7).
    pub fn service_records(&self) -> Arc<ServiceRecords> {
        ServiceRecords::new(self.inner.service_records(), self.language)
    }
}

#[uniffi::export]
impl ServiceRecords {
    /// Enters what was done for a customer.
    ///
    /// Fails with Invalid, naming every field at fault; with NotFound for a customer that the caller may not change.
    pub fn add(&self, customer: String, new: NewServiceRecord) -> Result<ServiceRecord> {
        self.call(|records| records.add(&customer, &new))
    }

    /// The service record with this identifier, archived or not.
    pub fn get(&self, id: ServiceRecordId) -> Result<ServiceRecord> {
        self.call(|records| records.get(id))
    }

    /// A page of what was done for a customer, the newest first, by default the first 50; archived records only if they are asked
    /// for.
    #[uniffi::method(default(archived = false), default(page))]
    pub fn list(&self, customer: String, archived: bool, page: PageRequest) -> Result<ServiceRecordPage> {
        self.call(|records| {
            from_zero(fields::LIMIT, page.limit)?;
            records.list(&customer, archived, &page)
        })
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid, naming every field at fault; with NotFound.
    pub fn update(
        &self,
        id: ServiceRecordId,
        revision: u64,
        edits: Vec<ServiceRecordEdit>,
    ) -> Result<ServiceRecord> {
        self.call(|records| {
            from_zero(fields::REVISION, revision)?;
            records.update(id, revision, &edits)
        })
    }

    /// Archives a record, for this reason (R2.10).
    ///
    /// Fails with Conflict if it has been changed since; with Invalid for a blank reason; with NotFound.
    pub fn archive(&self, id: ServiceRecordId, revision: u64, reason: String) -> Result<ServiceRecord> {
        self.call(|records| {
            from_zero(fields::REVISION, revision)?;
            records.archive(id, revision, &reason)
        })
    }

    /// Restores a record from the archive, for this reason (R2.10).
    ///
    /// Fails as archiving does.
    pub fn restore(&self, id: ServiceRecordId, revision: u64, reason: String) -> Result<ServiceRecord> {
        self.call(|records| {
            from_zero(fields::REVISION, revision)?;
            records.restore(id, revision, &reason)
        })
    }
}
