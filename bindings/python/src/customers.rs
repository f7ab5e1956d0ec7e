//! Customers: entering, reading, changing, listing, looking for duplicates (R2, R6.1).

use chrono::NaiveDate;
use crm_core::python::{Tuple, Word};
use crmkit::{
    Choice, Code, Customer, CustomerEdit, CustomerKind, CustomerQuery, CustomerSort, CustomerStatus,
    DuplicateCheck, DuplicateMatch, Error, NewCustomer, PageRequest, Problem, Result, Session, model::fields,
};
use pyo3::prelude::*;

use crate::{
    argument::{
        AddressArgument, ChoiceArgument, Days, Edit, Fields, Instant, Many, PhoneArgument, SizeArgument,
        id_in,
    },
    call::of_session,
    page::{CustomerIterator, CustomerPage},
};

of_session! {
    /// Customers, for one session.
    Customers(Session)
}

impl Customers {
    /// The session, and the language of its messages.
    pub(crate) fn session(&self) -> (&Session, crmkit::Language) {
        (&self.inner, self.language)
    }
}

/// What Rust cannot take: named together with everything else that is wrong (R2.4).
#[derive(Default)]
struct Wrong(Vec<Problem>);

impl Wrong {
    fn take<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.0.push(problem)).ok()
    }

    fn or<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(Error::Invalid { problems: self.0 })
        }
    }

    /// Adds what the rules find wrong with a draft that lacks these fields.
    fn with_the_rest(self, checked: Result<Vec<Problem>>) -> Error {
        let mut problems = match checked {
            Err(Error::Invalid { problems }) => problems,
            Err(error) => return error,
            Ok(_) => Vec::new(),
        };
        for problem in self.0 {
            let lacks =
                |there: &&mut Problem| there.field == problem.field && there.code == Code::FieldMissing;
            match problems.iter_mut().find(lacks) {
                Some(there) => *there = problem,
                None => problems.push(problem),
            }
        }
        Error::Invalid { problems }
    }
}

/// A method that takes a customer as it is typed in.
macro_rules! of_a_draft {
    (
        $(#[$meta:meta])*
        fn $name:ident($($more:ident : $type:ty = $default:expr)?) -> $result:ty = $body:expr;
    ) => {
        #[pymethods]
        impl Customers {
            $(#[$meta])*
            #[pyo3(signature = (
                *, name=None, kind=None, industry=None, phones=Many::none(), source=None, first_contact=None, size=None,
                addresses=Many::none(), lead_at=None, owner=None, tags=Many::none(), note=None, external_id=None,
                extra=None $(, $more=$default)?
            ))]
            #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
            fn $name(
                &self,
                py: Python<'_>,
                name: Option<String>,
                kind: Option<Word<CustomerKind>>,
                industry: Option<ChoiceArgument>,
                phones: Many<PhoneArgument>,
                source: Option<ChoiceArgument>,
                first_contact: Option<NaiveDate>,
                size: Option<SizeArgument>,
                addresses: Many<AddressArgument>,
                lead_at: Option<Instant>,
                owner: Option<String>,
                tags: Many<String>,
                note: Option<String>,
                external_id: Option<String>,
                extra: Option<Fields>,
                $($more: $type,)?
            ) -> PyResult<$result> {
                let mut wrong = Wrong::default();
                let new = NewCustomer {
                    name: name.unwrap_or_default(),
                    kind: kind.and_then(|kind| wrong.take(kind.of(fields::KIND))),
                    industry: industry.map(Choice::from),
                    size: size.and_then(|size| wrong.take(size.read())),
                    phones: phones.into(),
                    addresses: addresses.into(),
                    source: source.map(Choice::from),
                    first_contact,
                    lead_at: lead_at.map(Into::into),
                    owner: owner.and_then(|owner| wrong.take(id_in(fields::OWNER, Code::OwnerUnknown, owner))),
                    tags: tags.0,
                    note,
                    external_id,
                    extra: extra.map(|extra| extra.0).unwrap_or_default(),
                };
                $(let $more = wrong.take($more.of(stringify!($more)));)?
                self.call(py, |me| {
                    let customers = me.customers();
                    if !wrong.0.is_empty() {
                        return Err(wrong.with_the_rest(customers.check(&new)));
                    }
                    ($body)(&customers, &new $(, $more.unwrap_or_default())?)
                })
            }
        }
    };
}

of_a_draft! {
    /// Enters a customer and numbers it. Name, kind, industry, at least one phone, source and first contact are
    /// required: everything that is missing or wrong is named at once.
    ///
    /// Industry and source are a code or label of the pick list, or that and a detail: `("转介绍", "老客户")`. `owner` is a
    /// user's id. `check` is "refuse" (a likely duplicate raises `DuplicateError`), "another_customer" (the caller says
    /// that it is none) or "off".
    fn create(check: Word<DuplicateCheck> = Word::from(DuplicateCheck::Refuse)) -> Customer = crmkit::Customers::create;
}

of_a_draft! {
    /// Checks a customer as typed, without storing it: the warnings.
    fn check() -> Tuple<Problem> =
        |customers: &crmkit::Customers, new: &NewCustomer| customers.check(new).map(Tuple);
}

#[pymethods]
impl Customers {
    /// The customer with this number, or with this alias.
    fn get(&self, py: Python<'_>, key: &str) -> PyResult<Customer> {
        self.call(py, |me| me.customers().get(key))
    }

    /// Changes the fields named; `None` clears. `revision` is the one that the caller saw: if the customer has been
    /// changed since, `ConflictError` names the fields.
    #[pyo3(signature = (
        key, *, revision, name=Edit::Leave, kind=Edit::Leave, industry=Edit::Leave, size=Edit::Leave, phones=Edit::Leave,
        addresses=Edit::Leave, source=Edit::Leave, first_contact=Edit::Leave, lead_at=Edit::Leave, tags=Edit::Leave,
        note=Edit::Leave, external_id=Edit::Leave, extra=Edit::Leave
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn update(
        &self,
        py: Python<'_>,
        key: &str,
        revision: u64,
        name: Edit<String>,
        kind: Edit<Word<CustomerKind>>,
        industry: Edit<ChoiceArgument>,
        size: Edit<Option<SizeArgument>>,
        phones: Edit<Many<PhoneArgument>>,
        addresses: Edit<Many<AddressArgument>>,
        source: Edit<ChoiceArgument>,
        first_contact: Edit<NaiveDate>,
        lead_at: Edit<Option<Instant>>,
        tags: Edit<Many<String>>,
        note: Edit<Option<String>>,
        external_id: Edit<Option<String>>,
        extra: Edit<Fields>,
    ) -> PyResult<Customer> {
        let mut wrong = Wrong::default();
        let kind = kind.map(|kind| wrong.take(kind.of(fields::KIND))).flatten();
        let size = size.map(|size| size.map(|size| wrong.take(size.read())));
        let edits = [
            name.map(|value| CustomerEdit::Name { value }),
            kind.map(|value| CustomerEdit::Kind { value }),
            industry.map(|value| CustomerEdit::Industry { value: value.into() }),
            size.map(|value| CustomerEdit::Size {
                value: value.flatten(),
            }),
            phones.map(|value| CustomerEdit::Phones { value: value.into() }),
            addresses.map(|value| CustomerEdit::Addresses { value: value.into() }),
            source.map(|value| CustomerEdit::Source { value: value.into() }),
            first_contact.map(|value| CustomerEdit::FirstContact { value }),
            lead_at.map(|value| CustomerEdit::LeadAt {
                value: value.map(Into::into),
            }),
            tags.map(|value| CustomerEdit::Tags { value: value.0 }),
            note.map(|value| CustomerEdit::Note { value }),
            external_id.map(|value| CustomerEdit::ExternalId { value }),
            extra.map(|value| CustomerEdit::Extra { value: value.0 }),
        ];
        let edits: Vec<CustomerEdit> = edits.into_iter().flatten().collect();
        self.call(py, |me| {
            wrong.or(())?;
            me.customers().update(key, revision, &edits)
        })
    }

    /// Who may be the same as what is being typed, best first: a name or a phone is enough.
    #[pyo3(signature = (*, name="", kind=Word::from(CustomerKind::Enterprise), phone=None, phones=Many::none()))]
    fn duplicates(
        &self,
        py: Python<'_>,
        name: &str,
        kind: Word<CustomerKind>,
        phone: Option<String>,
        phones: Many<String>,
    ) -> PyResult<Tuple<DuplicateMatch>> {
        let phones: Vec<String> = phone.into_iter().chain(phones.0).collect();
        let found = self.call(py, |me| {
            let kind = kind.of(fields::KIND).map_err(Error::invalid)?;
            me.customers().duplicates(name, kind, &phones)
        });
        found.map(Tuple)
    }

    /// Says that two customers are different, until a name or a phone of either changes: no search brings them up as a
    /// pair. Saying it again changes nothing.
    fn say_different(&self, py: Python<'_>, a: &str, b: &str) -> PyResult<()> {
        self.call(py, |me| me.customers().say_different(a, b))
    }

    /// Takes back what was said of two customers.
    fn unsay_different(&self, py: Python<'_>, a: &str, b: &str) -> PyResult<()> {
        self.call(py, |me| me.customers().unsay_different(a, b))
    }

    /// Says that this name means this customer, which has it as an alias from now on: the check, imports and searches
    /// find it by that. Saying it again, or its own name, changes nothing.
    fn say_same(&self, py: Python<'_>, customer: &str, name: &str) -> PyResult<Customer> {
        self.call(py, |me| me.customers().say_same(customer, name))
    }

    /// Takes back that a name means a customer, or takes away a number of another form.
    fn unsay_same(&self, py: Python<'_>, customer: &str, name: &str) -> PyResult<Customer> {
        self.call(py, |me| me.customers().unsay_same(customer, name))
    }
}

/// A method that takes what to list.
macro_rules! of_a_query {
    (
        $(#[$meta:meta])*
        fn $name:ident($($more:ident : $type:ty = $default:expr),*) -> $result:ty = $body:expr;
    ) => {
        #[pymethods]
        impl Customers {
            $(#[$meta])*
            #[pyo3(signature = (
                *, text=None, phone=None, status=None, owner=None, industry=None, source=None, kind=None, size=None,
                tag=None, external_id=None, created=None, first_contact=None, archived=false $(, $more=$default)*
            ))]
            #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
            fn $name(
                &self,
                py: Python<'_>,
                text: Option<String>,
                phone: Option<String>,
                status: Option<Word<CustomerStatus>>,
                owner: Option<String>,
                industry: Option<String>,
                source: Option<String>,
                kind: Option<Word<CustomerKind>>,
                size: Option<SizeArgument>,
                tag: Option<String>,
                external_id: Option<String>,
                created: Option<Days>,
                first_contact: Option<Days>,
                archived: bool,
                $($more: $type),*
            ) -> PyResult<$result> {
                let mut wrong = Wrong::default();
                let query = CustomerQuery {
                    text,
                    phone,
                    status: status.and_then(|status| wrong.take(status.of(fields::STATUS))),
                    owner: owner.and_then(|owner| wrong.take(id_in(fields::OWNER, Code::OwnerUnknown, owner))),
                    industry,
                    source,
                    kind: kind.and_then(|kind| wrong.take(kind.of(fields::KIND))),
                    size: size.and_then(|size| wrong.take(size.read())),
                    tag,
                    external_id,
                    created: created.map(Into::into),
                    first_contact: first_contact.map(Into::into),
                    archived,
                    sort: CustomerSort::default(),
                };
                $body(self, py, wrong, query $(, $more)*)
            }
        }
    };
}

of_a_query! {
    /// A page of customers. What is not given does not filter; `text` is any part of the name in either script form, a
    /// number, an alias, or part of a phone; `created` and `first_contact` are a day and the day after the last.
    /// `sort`: "newest", "oldest" or "name".
    fn list(
        sort: Word<CustomerSort> = Word::from(CustomerSort::Newest),
        after: Option<String> = None,
        limit: u32 = 50
    ) -> CustomerPage = list;
}

of_a_query! {
    /// All customers that `list` would give page by page, as they are asked for.
    fn iterate(
        sort: Word<CustomerSort> = Word::from(CustomerSort::Newest),
        page_size: u32 = 200
    ) -> CustomerIterator = iterate;
}

of_a_query! {
    /// How many customers match.
    fn count() -> u64 = count;
}

fn list(
    customers: &Customers,
    py: Python<'_>,
    wrong: Wrong,
    query: CustomerQuery,
    sort: Word<CustomerSort>,
    after: Option<String>,
    limit: u32,
) -> PyResult<CustomerPage> {
    let query = sorted(wrong, query, sort);
    let page = customers.call(py, |me| {
        me.customers().list(&query?, &PageRequest { after, limit })
    })?;
    CustomerPage::of(py, page)
}

fn iterate(
    customers: &Customers,
    py: Python<'_>,
    wrong: Wrong,
    query: CustomerQuery,
    sort: Word<CustomerSort>,
    page_size: u32,
) -> PyResult<CustomerIterator> {
    let query = sorted(wrong, query, sort);
    let query = customers.call(py, |_| query)?;
    let page = PageRequest::first(page_size);
    Ok(CustomerIterator::new(
        customers.inner.customers(),
        customers.language,
        query,
        page,
    ))
}

fn count(customers: &Customers, py: Python<'_>, wrong: Wrong, query: CustomerQuery) -> PyResult<u64> {
    customers.call(py, |me| me.customers().count(&wrong.or(query)?))
}

fn sorted(mut wrong: Wrong, query: CustomerQuery, sort: Word<CustomerSort>) -> Result<CustomerQuery> {
    let sort = wrong.take(sort.of("sort")).unwrap_or_default();
    wrong.or(CustomerQuery { sort, ..query })
}
