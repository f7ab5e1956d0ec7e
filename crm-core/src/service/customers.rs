//! Customers: entering, reading, changing, listing, looking for duplicates (R2, R6.1).

use super::{
    Session,
    archive::refuse_archived,
    door::{Prepared, ReadTx, WriteTx, entry},
    draft::{Draft, check_external_id, check_new},
    duplicates::{Found, Reach, keys_of, look_up, subject_of},
    find::{DuplicateJob, DuplicateSearch},
    history,
    purchases::settle_cycle,
    timeline, undo,
};
use crate::{
    access::{Action, AddCustomers, EditCustomers, EnterUnchecked, Grant, SeeCustomers},
    error::{Error, Problem, Result},
    matching::{DuplicateMatch, NameParts, Subject},
    model::{
        Answer, AuditKind, Customer, CustomerBasics, CustomerEdit, CustomerKey, CustomerKind, CustomerNumber,
        CustomerPage, CustomerQuery, CustomerSummary, HistoryEntry, NewCustomer, PageRequest, Registration,
        TimelinePage, fields,
    },
    rules::{
        self, Strictness,
        customer::edit_customer,
        limit::{PHONES, REGISTRATIONS, at_most},
        phone::parse_phone,
        registration::check_registration,
        timeliness::customer_is_late,
    },
};

labelled! {
    /// What entering a customer does about likely duplicates (R6.1).
    #[derive(Default)]
    pub enum DuplicateCheck {
        /// Saving over a likely one is refused, with the list.
        #[default]
        Refuse = "refuse", "拒绝重复", "refuse";
        /// The caller says that it is another customer; the answer is kept for each pair.
        AnotherCustomer = "another_customer", "确认是另一客户", "another customer";
        /// Nothing is looked up, and nobody has said anything; for a supervisor or an admin.
        Off = "off", "不查重", "off";
    }
}

/// Customers, for one session.
#[derive(Clone)]
pub struct Customers {
    pub(super) session: Session,
}

impl Customers {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Enters a customer and numbers it (R2.1, R2.2).
    ///
    /// # Errors
    /// Invalid, naming every field at fault (R2.4); Duplicate if a likely one is there (R6.1); `access.denied` for
    /// [`DuplicateCheck::Off`] by a sales rep.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::{Choice, Code, CustomerKind, NaiveDate, NewCustomer, service::DuplicateCheck};
    ///
    /// let new = NewCustomer {
    ///     name: "上海示例科技有限公司".into(),
    ///     kind: Some(CustomerKind::Enterprise),
    ///     industry: Some(Choice::of("制造业")),
    ///     phones: vec!["021-5555 0199".into()],
    ///     source: Some(Choice::of("转介绍")),
    ///     first_contact: NaiveDate::from_ymd_opt(2024, 4, 28),
    ///     ..NewCustomer::default()
    /// };
    /// let customer = me.customers().create(&new, DuplicateCheck::Refuse)?;
    /// assert_eq!(customer.number.to_string(), "CRM202405010001");
    ///
    /// let again = me.customers().create(&new, DuplicateCheck::Refuse);
    /// assert_eq!(again.unwrap_err().code(), Code::CustomerDuplicate);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn create(&self, new: &NewCustomer, check: DuplicateCheck) -> Result<Customer> {
        self.write::<AddCustomers, _>(AuditKind::CustomerAdded, |tx, grant| {
            if check == DuplicateCheck::Off {
                let _: Grant<'_, EnterUnchecked> = tx.grant()?;
            }
            let (checked, owner) = check_new(&tx.reads(), grant, new)?;
            let subject = subject_of(&checked, &[]);
            let refuses = check == DuplicateCheck::Refuse;
            let found = match check {
                DuplicateCheck::Off => Found::default(),
                _ => look_up(&tx.reads(), grant, &subject, Reach::Likely, refuses)?,
            };
            let distinct: Vec<CustomerNumber> = found.likely().map(|likely| likely.number).collect();
            if refuses {
                found.refuse()?;
            }
            if let Some(external_id) = &checked.external_id {
                check_external_id(&tx.reads(), grant, external_id, None)?;
            }
            let number = tx.next_number(grant)?;
            let late = customer_is_late(
                checked.lead_at,
                checked.first_contact,
                tx.now(),
                tx.conventions().zone,
            );
            let draft = Draft {
                late,
                ..Draft::new(checked, owner)
            };
            let customer = draft.into_customer(number, tx.now(), tx.actor().user());
            let prepared = Prepared {
                keys: keys_of(&subject),
                sealed: None,
                tokens: None,
            };
            tx.add_prepared(grant, customer.clone(), prepared);
            for other in distinct {
                tx.add(grant, Answer::about(number, other));
            }
            Ok(customer)
        })
    }

    /// Checks a customer as typed, without storing it: the warnings.
    ///
    /// # Errors
    /// Invalid, naming every field at fault (R2.4).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::{Error, NewCustomer};
    ///
    /// let new = NewCustomer {
    ///     name: "上海示例科技有限公司".into(),
    ///     ..NewCustomer::default()
    /// };
    /// let Err(Error::Invalid { problems }) = me.customers().check(&new) else {
    ///     panic!("most of what is required is missing");
    /// };
    /// let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    /// assert_eq!(fields, ["kind", "industry", "phones", "source", "first_contact"]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn check(&self, new: &NewCustomer) -> Result<Vec<Problem>> {
        self.read::<AddCustomers, _>(|tx, grant| {
            let (checked, _) = check_new(tx, grant, new)?;
            Ok(checked.warnings)
        })
    }

    /// The customer with this number, or with this alias. If the setting `record_openings` says so, the log keeps that it
    /// was opened before it is answered (R8.5).
    ///
    /// # Errors
    /// NotFound if there is none in scope.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// let customer = me.customers().get("CRM202405010001")?;
    /// assert_eq!(customer.name, "上海示例科技有限公司");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn get(&self, key: impl Into<CustomerKey>) -> Result<Customer> {
        let key = &key.into();
        let (found, kept) = self.read::<SeeCustomers, _>(|tx, grant| {
            let found = tx.find_customer(grant, key)?;
            Ok((found, tx.conventions()?.record_openings))
        })?;
        if kept {
            self.note_opening(found.number)?;
        }
        Ok(found)
    }

    /// Keeps in the log that a customer's details were opened (R8.5).
    pub(super) fn note_opening(&self, number: CustomerNumber) -> Result<()> {
        self.session.door.write(
            self.session.caller.now(),
            AuditKind::CustomerOpened,
            |tx, grant: &Grant<'_, SeeCustomers>| tx.note_opening(grant, number),
        )
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault; `record.archived`; NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{Code, CustomerEdit};
    ///
    /// let seen = me.customers().get("CRM202405010001")?;
    /// let note = CustomerEdit::Note { value: Some("要求月底前报价".into()) };
    /// let changed = me.customers().update("CRM202405010001", seen.revision, &[note.clone()])?;
    /// assert_eq!(changed.revision, seen.revision + 1);
    ///
    /// let late = me.customers().update("CRM202405010001", seen.revision, &[note]);
    /// assert_eq!(late.unwrap_err().code(), Code::RevisionStale);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn update(
        &self,
        key: impl Into<CustomerKey>,
        revision: u64,
        edits: &[CustomerEdit],
    ) -> Result<Customer> {
        self.edit(&key.into(), revision, edits)
    }

    fn edit(&self, key: &CustomerKey, revision: u64, edits: &[CustomerEdit]) -> Result<Customer> {
        self.write::<EditCustomers, _>(AuditKind::CustomerEdited, |tx, grant| {
            let before = tx.reads().customer_to_edit(grant, key)?;
            refuse_archived(&before)?;
            tx.reads().check_revision(grant, &*before, revision)?;
            let pick_lists = tx.reads().pick_lists(grant)?;
            let entry = entry(tx.conventions(), &pick_lists, tx.today(), Strictness::Entry);
            let mut after =
                edit_customer(&before, edits, &entry).map_err(|problems| Error::Invalid { problems })?;
            if after == *before {
                return Ok(after);
            }
            if let Some(external_id) = after
                .external_id
                .as_ref()
                .filter(|_| after.external_id != before.external_id)
            {
                check_external_id(&tx.reads(), grant, external_id, Some(before.number))?;
            }
            after.revision += 1;
            settle_cycle(tx, grant, &before, &after)?;
            tx.edit(grant, before, after.clone());
            Ok(after)
        })
    }

    /// What befell a customer and its contacts, the latest first: up to `limit` entries (1 to 1,000) before the position
    /// `before`; none is the end of the log (R8.5).
    ///
    /// # Errors
    /// NotFound; `page.limit`.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::AuditKind;
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// let history = me.customers().history("CRM202405010001", None, 10)?;
    /// assert_eq!(history[0].kind, AuditKind::CustomerAdded);
    /// assert_eq!(history[0].actor_name.as_deref(), Some("林"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn history(
        &self,
        key: impl Into<CustomerKey>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<HistoryEntry>> {
        let key = &key.into();
        self.read::<SeeCustomers, _>(|tx, grant| history::of_customer(tx, grant, key, before, limit))
    }

    /// A page of all that happened with a customer, the newest first (R7.7): talks, deals' stages, contracts, what was done for it,
    /// changes of status and owner, merges, and that it or a contact was changed; each as a line to be shown as it stands. What is
    /// archived is not in it. Who sees only the basics of the customer is told of their own deals with it (R8.1).
    ///
    /// # Errors
    /// NotFound; `page.limit`, `page.invalid`.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{Language, PageRequest};
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::talk(&me)?;
    /// let page = me.customers().timeline("CRM202405010001", &PageRequest::first(50))?;
    /// let lines: Vec<&str> = page.items.iter().map(|entry| entry.line(Language::Zh)).collect();
    /// assert_eq!(lines, ["电话拜访：方案反馈", "新增客户"]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn timeline(&self, key: impl Into<CustomerKey>, page: &PageRequest) -> Result<TimelinePage> {
        let key = &key.into();
        self.read::<SeeCustomers, _>(|tx, grant| timeline::of_customer(tx, grant, key, page))
    }

    /// Takes back what an operation did to customers, their contacts and the answers about them: each record becomes what
    /// it was before; what was entered is archived. All of it or nothing.
    ///
    /// # Errors
    /// NotFound if there is no such operation, or it touched a customer that the caller may not change; Conflict
    /// with the fields that have been changed since; `undo.erased`; `undo.never` for imports, which have an undo of their
    /// own, for people, pick lists and settings, and for what has been undone.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::CustomerEdit;
    ///
    /// let seen = me.customers().get("CRM202405010001")?;
    /// let name = CustomerEdit::Name { value: "上海示例实业有限公司".into() };
    /// me.customers().update("CRM202405010001", seen.revision, &[name])?;
    ///
    /// let latest = &me.customers().history("CRM202405010001", None, 1)?[0];
    /// me.customers().undo(latest.operation)?;
    /// assert_eq!(me.customers().get("CRM202405010001")?.name, "上海示例科技有限公司");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn undo(&self, operation: u64) -> Result<()> {
        self.write::<EditCustomers, _>(AuditKind::Undone, |tx, grant| {
            undo::operation(tx, grant, operation)
        })
    }

    /// The basics of a customer, with its contacts: also for who owns an open deal on it, who sees nothing else of it (R8.1).
    ///
    /// # Errors
    /// NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// let basics = me.customers().basics("CRM202405010001")?;
    /// assert_eq!(basics.name, "上海示例科技有限公司");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn basics(&self, number: impl Into<CustomerKey>) -> Result<CustomerBasics> {
        let key = &number.into();
        self.read::<SeeCustomers, _>(|tx, grant| tx.basics(grant, key))
    }

    /// A page of customers (R2.7).
    ///
    /// # Errors
    /// Invalid for an owner, an industry or a source that is none; `page.invalid` for a cursor of another list.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "北京远洋贸易有限公司", "010-5555 0101")?;
    /// use crm_core::{CustomerQuery, PageRequest};
    ///
    /// let page = me.customers().list(&CustomerQuery::default(), &PageRequest::first(1))?;
    /// assert_eq!(page.items[0].name, "北京远洋贸易有限公司");
    /// let more = PageRequest { after: page.next, limit: 1 };
    /// let page = me.customers().list(&CustomerQuery::default(), &more)?;
    /// assert_eq!(page.items[0].name, "上海示例科技有限公司");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn list(&self, query: &CustomerQuery, page: &PageRequest) -> Result<CustomerPage> {
        self.read::<SeeCustomers, _>(|tx, grant| tx.customers(grant, query, page))
    }

    /// All customers that [`list`](Self::list) would give page by page (R2.7), each page read when it is come to: an iterator
    /// that ends after the first error.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "北京远洋贸易有限公司", "010-5555 0101")?;
    /// use crm_core::CustomerQuery;
    ///
    /// let mut names = Vec::new();
    /// for customer in me.customers().iterate(CustomerQuery::default()) {
    ///     names.push(customer?.name);
    /// }
    /// assert_eq!(names, ["北京远洋贸易有限公司", "上海示例科技有限公司"]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn iterate(&self, query: CustomerQuery) -> CustomerRows {
        CustomerRows {
            customers: self.clone(),
            query,
            page: Vec::new().into_iter(),
            next: Some(PageRequest::first(PAGE)),
        }
    }

    /// How many customers match (R2.7).
    ///
    /// # Errors
    /// Invalid for an owner, an industry or a source that is none.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "北京远洋贸易有限公司", "010-5555 0101")?;
    /// use crm_core::CustomerQuery;
    ///
    /// let query = CustomerQuery {
    ///     text: Some("远洋".into()),
    ///     ..CustomerQuery::default()
    /// };
    /// assert_eq!(me.customers().count(&query)?, 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn count(&self, query: &CustomerQuery) -> Result<u64> {
        self.read::<SeeCustomers, _>(|tx, grant| tx.count_customers(grant, query))
    }

    /// Who may be the same as what is being typed, best first (R6.1): a name, a phone or a registration number is
    /// enough. A number that cannot be read yet does not count.
    ///
    /// # Errors
    /// Invalid for a name or numbers beyond what a customer has (R9.5).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{CustomerKind, MatchBand, MatchReason};
    ///
    /// let found = me.customers().duplicates("示例科技（上海）有限公司", CustomerKind::Enterprise, &[], &[])?;
    /// assert_eq!(found[0].name, "上海示例科技有限公司");
    /// assert_eq!(found[0].band, MatchBand::Likely);
    /// assert_eq!(found[0].reasons, [MatchReason::SameNameButForm]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn duplicates(
        &self,
        name: &str,
        kind: CustomerKind,
        phones: &[String],
        registrations: &[Registration],
    ) -> Result<Vec<DuplicateMatch>> {
        let problems = [
            rules::name(fields::NAME, name).map(drop),
            at_most(fields::PHONES, phones.len(), PHONES),
            at_most(fields::REGISTRATIONS, registrations.len(), REGISTRATIONS),
        ];
        let problems: Vec<Problem> = problems.into_iter().filter_map(Result::err).collect();
        if !problems.is_empty() {
            return Err(Error::Invalid { problems });
        }
        self.read::<SeeCustomers, _>(|tx, grant| {
            let region = tx.conventions()?.region;
            let read = |phone: &String| parse_phone(phone, region).ok().map(|read| read.e164);
            let known = |typed: &Registration| check_registration(typed).ok().map(|it| it.normal());
            let subject = Subject {
                name: NameParts::of(name, kind),
                kind,
                phones: phones.iter().filter_map(read).collect(),
                aliases: Vec::new(),
                registrations: registrations.iter().filter_map(known).collect(),
            };
            Ok(look_up(tx, grant, &subject, Reach::Similar, false)?.matches)
        })
    }

    /// Looks for duplicates among the customers in scope (R6.2), without pairs that were said to be different: a job that
    /// the host steps.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// use crm_core::service::DuplicateSearch;
    ///
    /// let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// for progress in &mut job {
    ///     let progress = progress?;
    ///     println!("{} of {}", progress.done, progress.total);
    /// }
    /// let numbers: Vec<String> = job.report().groups[0].customers.iter().map(ToString::to_string).collect();
    /// assert_eq!(numbers, ["CRM202405010001", "CRM202405010002"]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn find_duplicates(&self, search: DuplicateSearch) -> DuplicateJob {
        DuplicateJob::new(self.session.clone(), search)
    }

    pub(super) fn read<A: Action, T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }

    pub(super) fn write<A: Action, T>(
        &self,
        kind: AuditKind,
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, kind, body)
    }
}

/// Customers of a list, one after another; from [`Customers::iterate`].
#[must_use = "nothing is read before it is iterated"]
pub struct CustomerRows {
    customers: Customers,
    query: CustomerQuery,
    page: std::vec::IntoIter<CustomerSummary>,
    /// The page after that; none after the last one.
    next: Option<PageRequest>,
}

/// Rows that are read at once.
const PAGE: u32 = 200;

impl Iterator for CustomerRows {
    type Item = Result<CustomerSummary>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(Ok(row));
            }
            match self.customers.list(&self.query, &self.next.take()?) {
                Ok(page) => {
                    self.page = page.items.into_iter();
                    self.next = page.next.map(|after| PageRequest {
                        after: Some(after),
                        limit: PAGE,
                    });
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl std::iter::FusedIterator for CustomerRows {}
