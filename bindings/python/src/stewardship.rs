//! Where customers stand and who answers for them, one or many (R2.5, R2.8, R2.10).

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{
    BulkMode, BulkOutcome, Customer, CustomerKey, CustomerStatus, HandOver, QuietCustomer, StatusChange,
    model::fields,
};
use pyo3::prelude::*;

use crate::{
    customers::Customers,
    page::{Page, request},
};

/// The customers that are named.
fn keys(customers: Arg<Vec<String>>) -> crmkit::Result<Vec<CustomerKey>> {
    let customers = customers.of(fields::CUSTOMERS)?;
    Ok(customers.into_iter().map(CustomerKey::from).collect())
}

#[pymethods]
impl Customers {
    /// Sets where the relation with a customer stands. Forward among the first four may skip; back, to "lost", and out of "won"
    /// or "lost" needs a reason; "won" needs a contract marked paid, or a reason why not.
    #[pyo3(signature = (customer, status, *, reason=None))]
    fn set_status(
        &self,
        py: Python<'_>,
        customer: Arg<String>,
        status: Arg<CustomerStatus>,
        reason: Option<Arg<String>>,
    ) -> PyResult<Customer> {
        self.call(py, |me| {
            let (customer, status) = (customer.of("customer")?, status.of(fields::STATUS)?);
            let reason = reason.of(fields::REASON)?;
            me.customers().set_status(&customer, status, reason.as_deref())
        })
    }

    /// `set_status` of many customers: the outcome of each, in the order given. `mode`: "all_or_nothing" fails as for the first
    /// that cannot be done; "row_by_row" does the others.
    #[pyo3(signature = (customers, status, *, reason=None, mode=Arg::from(BulkMode::AllOrNothing)))]
    fn set_status_all(
        &self,
        py: Python<'_>,
        customers: Arg<Vec<String>>,
        status: Arg<CustomerStatus>,
        reason: Option<Arg<String>>,
        mode: Arg<BulkMode>,
    ) -> PyResult<Listed<BulkOutcome>> {
        let done = self.call(py, |me| {
            let (customers, status) = (keys(customers)?, status.of(fields::STATUS)?);
            let (reason, mode) = (reason.of(fields::REASON)?, mode.of(fields::MODE)?);
            me.customers()
                .set_status_all(&customers, status, reason.as_deref(), mode)
        });
        done.map(Listed)
    }

    /// A page of the changes of a customer's status, the latest first. `limit`: 1 to 1,000, by default 50.
    #[pyo3(signature = (customer, *, after=None, limit=Arg::from(50)))]
    fn status_changes(
        &self,
        py: Python<'_>,
        customer: Arg<String>,
        after: Option<Arg<String>>,
        limit: Arg<u32>,
    ) -> PyResult<Page<StatusChange>> {
        let page = self.call(py, |me| {
            let page = request(after, limit)?;
            me.customers().status_changes(&customer.of("customer")?, &page)
        })?;
        Ok(Page(page.items, page.next))
    }

    /// Gives a customer to another owner, a user's login, name or id: a supervisor within the team, an admin to anybody who
    /// is active.
    #[pyo3(signature = (customer, *, to, reason=None))]
    fn assign(
        &self,
        py: Python<'_>,
        customer: Arg<String>,
        to: Arg<String>,
        reason: Option<Arg<String>>,
    ) -> PyResult<Customer> {
        self.call(py, |me| {
            let (customer, to) = (customer.of("customer")?, to.of(fields::TO)?);
            let reason = reason.of(fields::REASON)?;
            me.customers().assign(&customer, &to, reason.as_deref())
        })
    }

    /// `assign` of many customers: the outcome of each, in the order given. `mode`: "all_or_nothing" or "row_by_row".
    #[pyo3(signature = (customers, *, to, reason=None, mode=Arg::from(BulkMode::AllOrNothing)))]
    fn assign_all(
        &self,
        py: Python<'_>,
        customers: Arg<Vec<String>>,
        to: Arg<String>,
        reason: Option<Arg<String>>,
        mode: Arg<BulkMode>,
    ) -> PyResult<Listed<BulkOutcome>> {
        let done = self.call(py, |me| {
            let (customers, to) = (keys(customers)?, to.of(fields::TO)?);
            let (reason, mode) = (reason.of(fields::REASON)?, mode.of(fields::MODE)?);
            me.customers()
                .assign_all(&customers, &to, reason.as_deref(), mode)
        });
        done.map(Listed)
    }

    /// Hands over all customers of a user, archived ones too, as those of one who leaves: how many they were. The user need
    /// not be active any longer.
    #[pyo3(signature = (from_owner, *, to, reason=None))]
    fn hand_over(
        &self,
        py: Python<'_>,
        from_owner: Arg<String>,
        to: Arg<String>,
        reason: Option<Arg<String>>,
    ) -> PyResult<u64> {
        self.call(py, |me| {
            let (from_owner, to) = (from_owner.of(fields::FROM_OWNER)?, to.of(fields::TO)?);
            let reason = reason.of(fields::REASON)?;
            me.customers().hand_over(&from_owner, &to, reason.as_deref())
        })
    }

    /// A page of a customer's hand-overs, the latest first. `limit`: 1 to 1,000, by default 50.
    #[pyo3(signature = (customer, *, after=None, limit=Arg::from(50)))]
    fn hand_overs(
        &self,
        py: Python<'_>,
        customer: Arg<String>,
        after: Option<Arg<String>>,
        limit: Arg<u32>,
    ) -> PyResult<Page<HandOver>> {
        let page = self.call(py, |me| {
            let page = request(after, limit)?;
            me.customers().hand_overs(&customer.of("customer")?, &page)
        })?;
        Ok(Page(page.items, page.next))
    }

    /// Archives a customer: it is out of lists, counts and checks unless asked for, and is not changed until it is restored;
    /// it is never deleted.
    #[pyo3(signature = (customer, *, reason))]
    fn archive(&self, py: Python<'_>, customer: Arg<String>, reason: Arg<String>) -> PyResult<Customer> {
        self.call(py, |me| {
            me.customers()
                .archive(&customer.of("customer")?, &reason.of(fields::REASON)?)
        })
    }

    /// `archive` of many customers: the outcome of each, in the order given. `mode`: "all_or_nothing" or "row_by_row".
    #[pyo3(signature = (customers, *, reason, mode=Arg::from(BulkMode::AllOrNothing)))]
    fn archive_all(
        &self,
        py: Python<'_>,
        customers: Arg<Vec<String>>,
        reason: Arg<String>,
        mode: Arg<BulkMode>,
    ) -> PyResult<Listed<BulkOutcome>> {
        let done = self.call(py, |me| {
            let customers = keys(customers)?;
            me.customers()
                .archive_all(&customers, &reason.of(fields::REASON)?, mode.of(fields::MODE)?)
        });
        done.map(Listed)
    }

    /// Restores a customer from the archive.
    #[pyo3(signature = (customer, *, reason))]
    fn restore(&self, py: Python<'_>, customer: Arg<String>, reason: Arg<String>) -> PyResult<Customer> {
        self.call(py, |me| {
            me.customers()
                .restore(&customer.of("customer")?, &reason.of(fields::REASON)?)
        })
    }

    /// `restore` of many customers: the outcome of each, in the order given. `mode`: "all_or_nothing" or "row_by_row".
    #[pyo3(signature = (customers, *, reason, mode=Arg::from(BulkMode::AllOrNothing)))]
    fn restore_all(
        &self,
        py: Python<'_>,
        customers: Arg<Vec<String>>,
        reason: Arg<String>,
        mode: Arg<BulkMode>,
    ) -> PyResult<Listed<BulkOutcome>> {
        let done = self.call(py, |me| {
            let customers = keys(customers)?;
            me.customers()
                .restore_all(&customers, &reason.of(fields::REASON)?, mode.of(fields::MODE)?)
        });
        done.map(Listed)
    }

    /// A page of the customers who have gone quiet, by number: for whom nothing was done for more than three calendar months,
    /// the owner's or everybody's in sight. Lost ones are never among them, nor those with an open task due today or later; one
    /// who was won is at risk. `limit`: 1 to 1,000, by default 50.
    #[pyo3(signature = (*, owner=None, after=None, limit=Arg::from(50)))]
    fn quiet(
        &self,
        py: Python<'_>,
        owner: Option<Arg<String>>,
        after: Option<Arg<String>>,
        limit: Arg<u32>,
    ) -> PyResult<Page<QuietCustomer>> {
        let page = self.call(py, |me| {
            let owner = owner.of(fields::OWNER)?;
            me.customers().quiet(owner.as_deref(), &request(after, limit)?)
        })?;
        Ok(Page(page.items, page.next))
    }

    /// Marks customers lost who have gone quiet, up to `limit` (1 to 1,000) at once, and answers which: call it until it
    /// answers none. Those who were won are never changed. A dry run changes nothing and answers whom it would change; for good
    /// it takes the setting `quiet_marks_lost` (`RuleError`, `setting.off`).
    #[pyo3(signature = (*, limit=Arg::from(1000), dry_run=Arg::from(false)))]
    fn mark_quiet_lost(
        &self,
        py: Python<'_>,
        limit: Arg<u32>,
        dry_run: Arg<bool>,
    ) -> PyResult<Listed<QuietCustomer>> {
        let done = self.call(py, |me| {
            let limit = request(None, limit)?.limit;
            me.customers()
                .mark_quiet_lost(limit, dry_run.of(fields::DRY_RUN)?)
        });
        done.map(Listed)
    }

    /// Puts labels on many customers, and takes others off: the outcome of each, in the order given. `mode`:
    /// "all_or_nothing" or "row_by_row".
    #[pyo3(signature = (customers, *, add=None, remove=None, mode=Arg::from(BulkMode::AllOrNothing)))]
    fn tag_all(
        &self,
        py: Python<'_>,
        customers: Arg<Vec<String>>,
        add: Option<Arg<Vec<String>>>,
        remove: Option<Arg<Vec<String>>>,
        mode: Arg<BulkMode>,
    ) -> PyResult<Listed<BulkOutcome>> {
        let done = self.call(py, |me| {
            let customers = keys(customers)?;
            let add = add.of(fields::ADD)?.unwrap_or_default();
            let remove = remove.of(fields::REMOVE)?.unwrap_or_default();
            me.customers()
                .tag_all(&customers, &add, &remove, mode.of(fields::MODE)?)
        });
        done.map(Listed)
    }
}
