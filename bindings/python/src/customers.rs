//! Customers: entering, reading, changing, listing, looking for duplicates (R2, R6.1).

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{
    Customer, CustomerBasics, CustomerEdit, CustomerKind, CustomerProfile, CustomerQuery, CustomerSort,
    CustomerSummary, DuplicateCheck, DuplicateMatch, HistoryEntry, NewCustomer, Problem, Registration,
    TimelineEntry, model::fields,
};
use pyo3::prelude::*;

use crate::{
    argument::Typed,
    call::of_session,
    page::{Page, Rows, request},
    session::Session,
};

of_session! {
    /// Customers, for one session.
    Customers(crmkit::Session)
}

#[pymethods]
impl Session {
    /// Customers.
    #[getter]
    fn customers(&self) -> Customers {
        Customers::new(self.inner.clone(), self.language)
    }
}

with_new_customer! { Customers:
    /// Enters a customer and numbers it. Name, kind, industry, at least one phone, source and first contact are
    /// required: everything that is missing or wrong is named at once.
    ///
    /// Industry and source are a code or label of the pick list, or that and a detail: `("转介绍", "老客户")`. `owner` is a
    /// user's login, name or id. `check` is "refuse" (a likely duplicate raises `DuplicateError`), "another_customer" (the caller says
    /// that it is none) or "off" (nothing is looked up, and nobody has said anything; for a supervisor or an admin, a sales rep
    /// raises `DeniedError`).
    fn create()(check: Arg<DuplicateCheck> = Arg::from(DuplicateCheck::Refuse)) -> Customer =
        |me: &Customers, py, mut new: Typed<NewCustomer>, check: Arg<DuplicateCheck>| {
            let check = new.word("check", check);
            me.call(py, |me| {
                let customers = me.customers();
                customers.create(&new.checked(|new| customers.check(new))?, check)
            })
        };
}

with_new_customer! { Customers:
    /// Checks a customer as typed, without storing it: the warnings.
    fn check()() -> Listed<Problem> = |me: &Customers, py, new: Typed<NewCustomer>| {
        me.call(py, |me| {
            let customers = me.customers();
            customers.check(&new.checked(|new| customers.check(new))?)
        })
        .map(Listed)
    };
}

with_customer_edit! { Customers:
    /// Changes the fields named; `None` clears. `revision` is the one that the caller saw: if the customer has been
    /// changed since, `ConflictError` names the fields.
    fn update(key: Arg<String>) -> Customer = |me: &Customers, py, edits: Typed<Vec<CustomerEdit>>, key: Arg<String>, revision: Arg<u64>| {
        me.call(py, |me| me.customers().update(&key.of("key")?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

with_customer_query! { Customers:
    /// A page of customers. What is not given does not filter; `text` is any part of the name in either script form, a
    /// number, an alias, or part of a phone; `created` and `first_contact` are a day and the day after the last.
    /// `sort`: "newest", "oldest" or "name"; `limit`: 1 to 1,000, by default 50.
    fn list()(
        sort: Arg<CustomerSort> = Arg::from(CustomerSort::Newest),
        after: Option<Arg<String>> = None,
        limit: Arg<u32> = Arg::from(50)
    ) -> Page<CustomerSummary> = |me: &Customers, py, mut query: Typed<CustomerQuery>, sort, after, limit| {
        let sort = query.word("sort", sort);
        let page = me.call(py, |me| {
            let query = CustomerQuery { sort, ..query.read()? };
            me.customers().list(&query, &request(after, limit)?)
        })?;
        Ok(Page(page.items, page.next))
    };
}

with_customer_query! { Customers:
    /// All customers that `list` would give page by page, by default of 200, as they are asked for.
    fn iterate()(
        sort: Arg<CustomerSort> = Arg::from(CustomerSort::Newest),
        page_size: Arg<u32> = Arg::from(200)
    ) -> Rows<CustomerSummary> = |me: &Customers, py, mut query: Typed<CustomerQuery>, sort, page_size| {
        let sort = query.word("sort", sort);
        let (query, page) = me.call(py, |_| {
            let page = request(None, page_size)?;
            Ok((CustomerQuery { sort, ..query.read()? }, page))
        })?;
        let customers = me.inner.customers();
        Ok(Rows::of(me.language, page.limit, move |request| {
            let page = customers.list(&query, request)?;
            Ok((page.items, page.next))
        }))
    };
}

with_customer_query! { Customers:
    /// How many customers match.
    fn count()() -> u64 = |me: &Customers, py, query: Typed<CustomerQuery>| {
        me.call(py, |me| me.customers().count(&query.read()?))
    };
}

#[pymethods]
impl Customers {
    /// The customer with this number, or with this alias.
    fn get(&self, py: Python<'_>, key: Arg<String>) -> PyResult<Customer> {
        self.call(py, |me| me.customers().get(&key.of("key")?))
    }

    /// The basics of a customer, with its contacts: also for who owns an open deal on it, who sees nothing else of it.
    fn basics(&self, py: Python<'_>, key: Arg<String>) -> PyResult<CustomerBasics> {
        self.call(py, |me| me.customers().basics(&key.of("key")?))
    }

    /// All that is known of a customer, on one page: contacts, what happened, deals, purchases, what was done for it, up to 50 of each, the
    /// newest first; how often it is talked to, when it bought last, how often and for how much in the last 365 days.
    fn profile(&self, py: Python<'_>, customer: Arg<String>) -> PyResult<CustomerProfile> {
        self.call(py, |me| me.customers().profile(&customer.of("customer")?))
    }

    /// What befell a customer and its contacts, the latest first: up to `limit` entries (1 to 1,000, by default 50) before the position
    /// `before`, by default the last ones. Asked again with the last one's `seq`, it goes on.
    #[pyo3(signature = (customer, *, before=None, limit=Arg::from(50)))]
    fn history(
        &self,
        py: Python<'_>,
        customer: Arg<String>,
        before: Option<Arg<u64>>,
        limit: Arg<u32>,
    ) -> PyResult<Listed<HistoryEntry>> {
        self.call(py, |me| {
            let limit = request(None, limit)?.limit;
            me.customers()
                .history(&customer.of("customer")?, before.of("before")?, limit)
        })
        .map(Listed)
    }

    /// A page of all that happened with a customer, the newest first: talks, deals' stages, contracts, what was done for it, changes of
    /// status and owner, merges, and that it or a contact was changed; each as a line to be shown as it stands, `line_zh` and `line_en`.
    /// `limit`: 1 to 1,000, by default 50.
    #[pyo3(signature = (customer, *, after=None, limit=Arg::from(50)))]
    fn timeline(
        &self,
        py: Python<'_>,
        customer: Arg<String>,
        after: Option<Arg<String>>,
        limit: Arg<u32>,
    ) -> PyResult<Page<TimelineEntry>> {
        let page = self.call(py, |me| {
            let page = request(after, limit)?;
            me.customers().timeline(&customer.of("customer")?, &page)
        })?;
        Ok(Page(page.items, page.next))
    }

    /// Takes back what an operation (`HistoryEntry.operation`) did to customers, their contacts and the answers about them:
    /// each record becomes what it was before; what was entered is archived. All of it or nothing. `ConflictError` names
    /// the fields that have been changed since; `undo.erased` and `undo.never` are a `RuleError`.
    fn undo(&self, py: Python<'_>, operation: Arg<u64>) -> PyResult<()> {
        self.call(py, |me| me.customers().undo(operation.of("operation")?))
    }

    /// Who may be the same as what is being typed, best first: a name, a phone or a registration number is enough.
    #[pyo3(signature = (*, name=None, kind=Arg::from(CustomerKind::Enterprise), phone=None, phones=None, registrations=None))]
    fn duplicates(
        &self,
        py: Python<'_>,
        name: Option<Arg<String>>,
        kind: Arg<CustomerKind>,
        phone: Option<Arg<String>>,
        phones: Option<Arg<Vec<String>>>,
        registrations: Option<Arg<Vec<Registration>>>,
    ) -> PyResult<Listed<DuplicateMatch>> {
        let found = self.call(py, |me| {
            let name = name.of(fields::NAME)?.unwrap_or_default();
            let phone = phone.of(fields::PHONE)?;
            let phones = phones.of(fields::PHONES)?.unwrap_or_default();
            let phones: Vec<String> = phone.into_iter().chain(phones).collect();
            let registrations = registrations.of(fields::REGISTRATIONS)?.unwrap_or_default();
            let kind = kind.of(fields::KIND)?;
            me.customers().duplicates(&name, kind, &phones, &registrations)
        });
        found.map(Listed)
    }

    /// Says that two customers are different, until a name or a phone of either changes: no search brings them up as a
    /// pair. Saying it again changes nothing.
    fn say_different(&self, py: Python<'_>, a: Arg<String>, b: Arg<String>) -> PyResult<()> {
        self.call(py, |me| me.customers().say_different(&a.of("a")?, &b.of("b")?))
    }

    /// Takes back what was said of two customers.
    fn unsay_different(&self, py: Python<'_>, a: Arg<String>, b: Arg<String>) -> PyResult<()> {
        self.call(py, |me| me.customers().unsay_different(&a.of("a")?, &b.of("b")?))
    }

    /// Says that this name means this customer, which has it as an alias from now on: the check, imports and searches
    /// find it by that. Saying it again, or its own name, changes nothing.
    fn say_same(&self, py: Python<'_>, customer: Arg<String>, name: Arg<String>) -> PyResult<Customer> {
        self.call(py, |me| {
            me.customers()
                .say_same(&customer.of("customer")?, &name.of(fields::NAME)?)
        })
    }

    /// Takes back that a name means a customer, or takes away a number of another form.
    fn unsay_same(&self, py: Python<'_>, customer: Arg<String>, name: Arg<String>) -> PyResult<Customer> {
        self.call(py, |me| {
            me.customers()
                .unsay_same(&customer.of("customer")?, &name.of(fields::NAME)?)
        })
    }
}
