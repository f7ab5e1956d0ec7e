//! Where customers stand and who answers for them, one or many (R2.5, R2.8, R2.10).

use crmkit::{
    BulkMode, BulkOutcome, Customer, CustomerKey, CustomerStatus, HandOverPage, PageRequest, QuietCustomer,
    QuietCustomerPage, StatusChangePage, model::fields,
};

use crate::{Customers, Result, call::from_zero};

fn keys(customers: &[String]) -> Vec<CustomerKey> {
    customers.iter().map(CustomerKey::from).collect()
}

#[uniffi::export]
impl Customers {
    /// Sets where the relation with a customer stands (R2.5). Forward among the first four may skip; back, to lost, and out of
    /// won or lost needs a reason; won needs a contract marked paid, or a reason why not.
    ///
    /// Fails with `field.missing` for a reason that is needed; with `record.archived`; with NotFound.
    #[uniffi::method(default(reason = None))]
    pub fn set_status(
        &self,
        customer: String,
        status: CustomerStatus,
        reason: Option<String>,
    ) -> Result<Customer> {
        self.call(|me| me.customers().set_status(&customer, status, reason.as_deref()))
    }

    /// `setStatus` of many customers: the outcome of each, in the order given.
    ///
    /// Fails as for one, for the first that cannot be done; row by row, these are outcomes.
    #[uniffi::method(default(reason = None, mode = None))]
    pub fn set_status_all(
        &self,
        customers: Vec<String>,
        status: CustomerStatus,
        reason: Option<String>,
        mode: Option<BulkMode>,
    ) -> Result<Vec<BulkOutcome>> {
        let (keys, mode) = (keys(&customers), mode.unwrap_or_default());
        self.call(|me| {
            me.customers()
                .set_status_all(&keys, status, reason.as_deref(), mode)
        })
    }

    /// A page of the changes of a customer's status, the latest first, by default the last 50.
    ///
    /// Fails with NotFound; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(page))]
    pub fn status_changes(&self, customer: String, page: PageRequest) -> Result<StatusChangePage> {
        self.call(|me| {
            from_zero(fields::LIMIT, page.limit)?;
            me.customers().status_changes(&customer, &page)
        })
    }

    /// Gives a customer to another owner, a user's login, name or identifier (R2.8): a supervisor within the team, an admin
    /// to anybody who is active.
    ///
    /// Fails with `owner.unknown`, `owner.ambiguous`, `owner.inactive`, `owner.not_allowed`; with NotFound; with
    /// `access.denied` for a sales rep.
    #[uniffi::method(default(reason = None))]
    pub fn assign(&self, customer: String, to: String, reason: Option<String>) -> Result<Customer> {
        self.call(|me| me.customers().assign(&customer, &to, reason.as_deref()))
    }

    /// `assign` of many customers: the outcome of each, in the order given.
    ///
    /// Fails as for one, for the first that cannot be done; row by row, what is wrong with a customer is its outcome.
    #[uniffi::method(default(reason = None, mode = None))]
    pub fn assign_all(
        &self,
        customers: Vec<String>,
        to: String,
        reason: Option<String>,
        mode: Option<BulkMode>,
    ) -> Result<Vec<BulkOutcome>> {
        let (keys, mode) = (keys(&customers), mode.unwrap_or_default());
        self.call(|me| me.customers().assign_all(&keys, &to, reason.as_deref(), mode))
    }

    /// Hands over all customers of a user, archived ones too, as those of one who leaves (R2.8), and answers how many. The
    /// user need not be active any longer.
    ///
    /// Fails with `owner.unknown`, `owner.ambiguous`, `owner.inactive`, `owner.not_allowed`; with `access.denied` for a sales
    /// rep.
    #[uniffi::method(default(reason = None))]
    pub fn hand_over(&self, from_owner: String, to: String, reason: Option<String>) -> Result<u64> {
        self.call(|me| me.customers().hand_over(&from_owner, &to, reason.as_deref()))
    }

    /// A page of a customer's hand-overs, the latest first, by default the last 50.
    ///
    /// Fails with NotFound; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(page))]
    pub fn hand_overs(&self, customer: String, page: PageRequest) -> Result<HandOverPage> {
        self.call(|me| {
            from_zero(fields::LIMIT, page.limit)?;
            me.customers().hand_overs(&customer, &page)
        })
    }

    /// Archives a customer, for this reason (R2.10): it is out of lists, counts and checks unless asked for, and is not
    /// changed until it is restored; it is never deleted.
    ///
    /// Fails with Invalid for a blank reason; with NotFound.
    pub fn archive(&self, customer: String, reason: String) -> Result<Customer> {
        self.call(|me| me.customers().archive(&customer, &reason))
    }

    /// `archive` of many customers: the outcome of each, in the order given.
    ///
    /// Fails as for one, for the first that cannot be done; row by row, these are outcomes. With Invalid for a blank reason.
    #[uniffi::method(default(mode = None))]
    pub fn archive_all(
        &self,
        customers: Vec<String>,
        reason: String,
        mode: Option<BulkMode>,
    ) -> Result<Vec<BulkOutcome>> {
        let (keys, mode) = (keys(&customers), mode.unwrap_or_default());
        self.call(|me| me.customers().archive_all(&keys, &reason, mode))
    }

    /// Restores a customer from the archive, for this reason (R2.10).
    ///
    /// Fails with Invalid for a blank reason; with NotFound.
    pub fn restore(&self, customer: String, reason: String) -> Result<Customer> {
        self.call(|me| me.customers().restore(&customer, &reason))
    }

    /// `restore` of many customers: the outcome of each, in the order given.
    ///
    /// Fails as for one, for the first that cannot be done; row by row, these are outcomes. With Invalid for a blank reason.
    #[uniffi::method(default(mode = None))]
    pub fn restore_all(
        &self,
        customers: Vec<String>,
        reason: String,
        mode: Option<BulkMode>,
    ) -> Result<Vec<BulkOutcome>> {
        let (keys, mode) = (keys(&customers), mode.unwrap_or_default());
        self.call(|me| me.customers().restore_all(&keys, &reason, mode))
    }

    /// A page of the customers who have gone quiet, by number, by default the first 50: for whom nothing was done for more than
    /// three calendar months, the owner's or everybody's in sight (R2.6). Lost ones are never among them, nor those with an
    /// open task due today or later; one who was won is at risk.
    ///
    /// Fails with Invalid for an owner that is none; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(owner = None), default(page))]
    pub fn quiet(&self, owner: Option<String>, page: PageRequest) -> Result<QuietCustomerPage> {
        self.call(|me| {
            from_zero(fields::LIMIT, page.limit)?;
            me.customers().quiet(owner.as_deref(), &page)
        })
    }

    /// Marks customers lost who have gone quiet, up to `limit` (1 to 1,000) at once, and answers which: call it until it
    /// answers none (R2.6). Those who were won are never changed. A dry run changes nothing and answers whom it would change.
    ///
    /// Fails with `setting.off` unless the setting `quietMarksLost` is on; with `page.limit`.
    #[uniffi::method(default(limit = 1000, dry_run = false))]
    pub fn mark_quiet_lost(&self, limit: u32, dry_run: bool) -> Result<Vec<QuietCustomer>> {
        self.call(|me| {
            from_zero(fields::LIMIT, limit)?;
            me.customers().mark_quiet_lost(limit, dry_run)
        })
    }

    /// Puts labels on many customers, and takes others off: the outcome of each, in the order given.
    ///
    /// Fails with Invalid for a label that cannot be one; with `field.too_many`, `record.archived`, NotFound: for the first that
    /// cannot be done; row by row, these are outcomes.
    #[uniffi::method(default(add), default(remove), default(mode = None))]
    pub fn tag_all(
        &self,
        customers: Vec<String>,
        add: Vec<String>,
        remove: Vec<String>,
        mode: Option<BulkMode>,
    ) -> Result<Vec<BulkOutcome>> {
        let (keys, mode) = (keys(&customers), mode.unwrap_or_default());
        self.call(|me| me.customers().tag_all(&keys, &add, &remove, mode))
    }
}
