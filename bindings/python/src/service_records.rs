//! Service records (R7.7).

use crm_core::python::{Arg, Argument};
use crmkit::{NewServiceRecord, ServiceRecord, ServiceRecordEdit, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    call::of_session,
    page::{Page, request},
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
    fn add(customer: Arg<String>)() -> ServiceRecord = |me: &ServiceRecords, py, new: Typed<NewServiceRecord>, customer: Arg<String>| {
        me.call(py, |records| records.add(&customer.of("customer")?, &new.read()?))
    };
}

with_service_record_edit! { ServiceRecords:
    /// Changes the fields named. `revision` is the one that the caller saw.
    fn update(record: Arg<String>) -> ServiceRecord = |me: &ServiceRecords, py, edits: Typed<Vec<ServiceRecordEdit>>, record: Arg<String>, revision: Arg<u64>| {
        me.call(py, |records| records.update(id(record, "record")?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

#[pymethods]
impl ServiceRecords {
    /// The service record with this identifier, archived or not.
    fn get(&self, py: Python<'_>, record: Arg<String>) -> PyResult<ServiceRecord> {
        self.call(py, |records| records.get(id(record, "record")?))
    }

    /// A page of what was done for a customer, the newest first; archived records only if they are asked for.
    /// `limit`: 1 to 1,000, by default 50.
    #[pyo3(signature = (customer, *, archived=Arg::from(false), after=None, limit=Arg::from(50)))]
    fn list(
        &self,
        py: Python<'_>,
        customer: Arg<String>,
        archived: Arg<bool>,
        after: Option<Arg<String>>,
        limit: Arg<u32>,
    ) -> PyResult<Page<ServiceRecord>> {
        let page = self.call(py, |records| {
            let page = request(after, limit)?;
            records.list(&customer.of("customer")?, archived.of("archived")?, &page)
        })?;
        Ok(Page(page.items, page.next))
    }

    /// Archives a record, for this reason. `revision` is the one that the caller saw.
    #[pyo3(signature = (record, *, revision, reason))]
    fn archive(
        &self,
        py: Python<'_>,
        record: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<ServiceRecord> {
        self.call(py, |records| {
            let (record, revision) = (id(record, "record")?, revision.of(fields::REVISION)?);
            records.archive(record, revision, &reason.of(fields::REASON)?)
        })
    }

    /// Restores a record from the archive, for this reason. `revision` is the one that the caller saw.
    #[pyo3(signature = (record, *, revision, reason))]
    fn restore(
        &self,
        py: Python<'_>,
        record: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<ServiceRecord> {
        self.call(py, |records| {
            let (record, revision) = (id(record, "record")?, revision.of(fields::REVISION)?);
            records.restore(record, revision, &reason.of(fields::REASON)?)
        })
    }
}
