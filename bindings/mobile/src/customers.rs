//! Customers: entering, reading, changing, listing, looking for duplicates, importing (R2, R6.1).

use std::{sync::Arc, time::Duration};

use crmkit::{
    Customer, CustomerBasics, CustomerEdit, CustomerKind, CustomerPage, CustomerProfile, CustomerQuery,
    DuplicateCheck, DuplicateMatch, DuplicateSearch, HistoryEntry, ImportId, ImportOptions, NewCustomer,
    PageRequest, Problem, Registration, TimelinePage, model::fields,
};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
    find::{DuplicateJob, Stepped},
    import::{ImportJob, TableOptions},
};

of_session! {
    /// Customers, for one session.
    Customers(crmkit::Session)
}

#[uniffi::export]
impl Session {
    /// Customers (R2).
    pub fn customers(&self) -> Arc<Customers> {
        Customers::new(self.inner.clone(), self.language)
    }
}

#[uniffi::export]
impl Customers {
    /// Enters a customer and numbers it (R2.1, R2.2). A likely duplicate is refused unless `check` says otherwise.
    ///
    /// Fails with Invalid, naming every field at fault (R2.4); with Duplicate if a likely one is there (R6.1); with
    /// `access.denied` for `off` by a sales rep.
    #[uniffi::method(default(check = None))]
    pub fn create(&self, new: NewCustomer, check: Option<DuplicateCheck>) -> Result<Customer> {
        self.call(|me| me.customers().create(&new, check.unwrap_or_default()))
    }

    /// Checks a customer as typed, without storing it: the warnings.
    ///
    /// Fails with Invalid, naming every field at fault (R2.4).
    pub fn check(&self, new: NewCustomer) -> Result<Vec<Problem>> {
        self.call(|me| me.customers().check(&new))
    }

    /// The customer with this number, or with this alias.
    ///
    /// Fails with NotFound if there is none that the caller may see.
    pub fn get(&self, key: String) -> Result<Customer> {
        self.call(|me| me.customers().get(&key))
    }

    /// The basics of a customer, with its contacts: also for who owns an open deal on it, who sees nothing else of it (R8.1).
    ///
    /// Fails with NotFound.
    pub fn basics(&self, key: String) -> Result<CustomerBasics> {
        self.call(|me| me.customers().basics(&key))
    }

    /// All that is known of a customer, on one page (R7.7): contacts, what happened, deals, purchases, what was done for it, up to 50 of
    /// each, the newest first; how often it is talked to, when it bought last, how often and for how much in the last 365 days.
    ///
    /// Fails with NotFound.
    pub fn profile(&self, customer: String) -> Result<CustomerProfile> {
        self.call(|me| me.customers().profile(&customer))
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid, naming every field at fault; with NotFound.
    pub fn update(&self, key: String, revision: u64, edits: Vec<CustomerEdit>) -> Result<Customer> {
        self.call(|me| {
            from_zero(fields::REVISION, revision)?;
            me.customers().update(&key, revision, &edits)
        })
    }

    /// What befell a customer and its contacts, the latest first (R8.5): up to `limit` entries (1 to 1,000) before the
    /// position `before`, by default the last 50. Asked again with the last one's `seq`, it goes on.
    ///
    /// Fails with NotFound; with `page.limit`.
    #[uniffi::method(default(before = None, limit = 50))]
    pub fn history(&self, customer: String, before: Option<u64>, limit: u32) -> Result<Vec<HistoryEntry>> {
        self.call(|me| {
            from_zero(fields::BEFORE, before)?;
            from_zero(fields::LIMIT, limit)?;
            me.customers().history(&customer, before, limit)
        })
    }

    /// A page of all that happened with a customer, the newest first, by default the first 50: talks, deals' stages, contracts, what was
    /// done for it, changes of status and owner, merges, and that it or a contact was changed; each as a line to be shown as it
    /// stands.
    ///
    /// Fails with NotFound; with `page.limit` or `page.invalid`.
    #[uniffi::method(default(page))]
    pub fn timeline(&self, customer: String, page: PageRequest) -> Result<TimelinePage> {
        self.call(|me| {
            from_zero(fields::LIMIT, page.limit)?;
            me.customers().timeline(&customer, &page)
        })
    }

    /// Takes back what an operation (`HistoryEntry.operation`) did to customers, their contacts and the answers about them:
    /// each record becomes what it was before; what was entered is archived. All of it or nothing.
    ///
    /// Fails with NotFound if there is no such operation, or it touched a customer that the caller may not change; with
    /// Conflict, naming the fields that have been changed since; with `undo.erased`; with `undo.never` for imports, which
    /// have an undo of their own, for people, pick lists and settings, and for what has been undone.
    pub fn undo(&self, operation: u64) -> Result<()> {
        self.call(|me| {
            from_zero(fields::OPERATION, operation)?;
            me.customers().undo(operation)
        })
    }

    /// A page of customers (R2.7), by default the first 50.
    ///
    /// Fails with `page.invalid` for a page of another list.
    #[uniffi::method(default(query), default(page))]
    pub fn list(&self, query: CustomerQuery, page: PageRequest) -> Result<CustomerPage> {
        self.call(|me| {
            from_zero(fields::LIMIT, page.limit)?;
            me.customers().list(&query, &page)
        })
    }

    /// How many customers match (R2.7).
    #[uniffi::method(default(query))]
    pub fn count(&self, query: CustomerQuery) -> Result<u64> {
        self.call(|me| me.customers().count(&query))
    }

    /// Who may be the same as what is being typed, best first (R6.1): a name, a phone or a registration number is
    /// enough. A number that cannot be read yet does not count.
    #[uniffi::method(default(phones), default(registrations))]
    pub fn duplicates(
        &self,
        name: String,
        kind: CustomerKind,
        phones: Vec<String>,
        registrations: Vec<Registration>,
    ) -> Result<Vec<DuplicateMatch>> {
        self.call(|me| me.customers().duplicates(&name, kind, &phones, &registrations))
    }

    /// Looks for duplicates among the customers in scope (R6.2), leaving out pairs that were said to be different: a job
    /// that is stepped. Nothing is written.
    ///
    /// With `import_id` only pairs of which at least one came in with this import. With `learn` it first learns what
    /// numbers weigh among these very customers; the report has the weights, for `open`. A step takes some `step_millis`.
    ///
    /// Fails with NotFound for an `import_id` that is none.
    #[uniffi::method(default(import_id = None, learn = false, step_millis = 50))]
    pub fn find_duplicates(
        &self,
        import_id: Option<ImportId>,
        learn: bool,
        step_millis: u32,
    ) -> Result<Arc<DuplicateJob>> {
        let search = DuplicateSearch {
            import: import_id,
            learn,
        };
        let job = self.call(|me| {
            from_zero(fields::STEP_MILLIS, step_millis)?;
            Ok(me.customers().find_duplicates(search))
        })?;
        let time = Duration::from_millis(step_millis.into());
        Ok(DuplicateJob::new(Stepped { job, time }.into(), self.language))
    }

    /// Says that two customers are different, until a name or a phone of either changes (R6.1). Saying it again changes
    /// nothing.
    ///
    /// Fails with NotFound.
    pub fn say_different(&self, a: String, b: String) -> Result<()> {
        self.call(|me| me.customers().say_different(&a, &b))
    }

    /// Takes back what was said of two customers.
    ///
    /// Fails with NotFound.
    pub fn unsay_different(&self, a: String, b: String) -> Result<()> {
        self.call(|me| me.customers().unsay_different(&a, &b))
    }

    /// Says that this name means this customer, which has it as an alias from now on: the check (R6.1), imports and
    /// searches find it by that. Saying it again, or its own name, changes nothing.
    ///
    /// Fails with NotFound; with Invalid for a name that is blank, too long or has a NUL.
    pub fn say_same(&self, customer: String, name: String) -> Result<Customer> {
        self.call(|me| me.customers().say_same(&customer, &name))
    }

    /// Takes back that a name means a customer, or takes away a number of another form.
    ///
    /// Fails with NotFound.
    pub fn unsay_same(&self, customer: String, name: String) -> Result<Customer> {
        self.call(|me| me.customers().unsay_same(&customer, &name))
    }

    /// Begins the import of a CSV or Excel file, or goes on with the one that has not ended. The job is then stepped.
    ///
    /// The outcome of every row goes to the file `outcome` as CSV, if given, once the import has ended, with the rows of
    /// earlier runs. A step takes some `step_millis`, in which other writers wait, and `step` rows at the most.
    ///
    /// Fails with Invalid for a file that is missing, empty, too large, no stored file, or not what its name says; for
    /// headings that cannot be mapped; for required fields without column or default; for an outcome that would be written
    /// over the list or a database.
    #[uniffi::method(default(options), default(table), default(outcome = None, step = 5000, step_millis = 50))]
    pub fn import_file(
        &self,
        path: String,
        options: ImportOptions,
        table: TableOptions,
        outcome: Option<String>,
        step: u32,
        step_millis: u32,
    ) -> Result<Arc<ImportJob>> {
        let job = self.call(|me| {
            from_zero(fields::STEP, step)?;
            from_zero(fields::STEP_MILLIS, step_millis)?;
            let outcome = outcome.as_ref().map(std::path::Path::new);
            let job = crmkit::import_file(me, path, options, &table.try_into()?, outcome)?;
            let time = Duration::from_millis(step_millis.into());
            Ok(job.with_step(step).with_step_time(time))
        })?;
        Ok(ImportJob::new(job.into(), self.language))
    }
}
