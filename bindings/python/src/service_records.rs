//! Service records (R7.7).

use crmkit::{NewServiceRecord, PageRequest, ServiceRecord, ServiceRecordEdit};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    call::of_session,
    page::Page,
    session::Session,
};

of_session! {
    /// Service records, for one session.
    ServiceRecords(crmkit::ServiceRecords)
}

#[pymethods]
impl Session {
    /// What was done for customers.
    #[getter]
    fn service_records(&self) -> ServiceRecords {
        ServiceRecords::new(self.inner.service_records(), self.language)
    }
}

with_new_service_record! { ServiceRecords:
    /// Enters what was done for a customer.
    fn add(customer: &str)() -> ServiceRecord = |me: &ServiceRecords, py, new: Typed<NewServiceRecord>, customer: &str| {
        me.call(py, |records| records.add(customer, &new.read()?))
    };
}

with_service_record_edit! { ServiceRecords:
    /// Changes the fields named. `revision` is the one that the caller saw.
    fn update(record: &str) -> ServiceRecord = |me: &ServiceRecords, py, edits: Typed<Vec<ServiceRecordEdit>>, record: &str, revision| {
        me.call(py, |records| records.update(id(record)?, revision, &edits.read()?))
    };
}

#[pymethods]
impl ServiceRecords {
    /// The service record with this identifier, archived or not.
    fn get(&self, py: Python<'_>, record: &str) -> PyResult<ServiceRecord> {
        self.call(py, |records| records.get(id(record)?))
    }

    /// A page of what was done for a customer, the newest first; archived records only if they are asked for.
    #[pyo3(signature = (customer, *, archived=false, after=None, limit=50))]
    fn list(
        &self,
        py: Python<'_>,
        customer: &str,
        archived: bool,
        after: Option<String>,
        limit: u32,
    ) -> PyResult<Page<ServiceRecord>> {
        let page = self.call(py, |records| {
            records.list(customer, archived, &PageRequest { after, limit })
        })?;
        Ok(Page(page.items, page.next))
    }

    /// Archives a record, for this reason. `revision` is the one that the caller saw.
    #[pyo3(signature = (record, *, revision, reason))]
    fn archive(&self, py: Python<'_>, record: &str, revision: u64, reason: &str) -> PyResult<ServiceRecord> {
        self.call(py, |records| records.archive(id(record)?, revision, reason))
    }
}
