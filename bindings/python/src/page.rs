//! Pages of a list, one by one or all in a row.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use crm_core::python::Tuple;
use crmkit::{CustomerQuery, CustomerSummary, Language, PageRequest, Result};
use pyo3::{
    exceptions::PyStopIteration,
    inspect::PyStaticExpr,
    prelude::*,
    type_hint_identifier, type_hint_subscript,
    types::{PyIterator, PyTuple},
};

use crate::call::call;

/// One page of customers: `for summary in page`. `next` goes into `list(…, after=page.next)`.
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct CustomerPage {
    items: Py<PyTuple>,
    next: Option<String>,
}

impl CustomerPage {
    pub(crate) fn of(py: Python<'_>, page: crmkit::CustomerPage) -> PyResult<Self> {
        let items = Tuple(page.items).into_pyobject(py)?.unbind();
        Ok(Self {
            items,
            next: page.next,
        })
    }
}

#[pymethods]
impl CustomerPage {
    /// The rows, in the order asked for.
    #[getter]
    fn items(&self, py: Python<'_>) -> Rows {
        Rows(self.items.clone_ref(py))
    }

    /// What to ask the next page with; `None` when this is the last.
    #[getter]
    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<RowIterator> {
        self.items
            .bind(py)
            .try_iter()
            .map(|rows| RowIterator(rows.unbind()))
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.items.bind(py).len()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("CustomerPage({} items, next={:?})", self.__len__(py), self.next)
    }
}

/// The rows of a page, as the tuple that was made of them once.
struct Rows(Py<PyTuple>);

impl<'py> IntoPyObject<'py> for Rows {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = <Tuple<CustomerSummary> as IntoPyObject<'_>>::OUTPUT_TYPE;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Ok(self.0.into_bound(py))
    }
}

/// The rows of a page, one by one.
struct RowIterator(Py<PyIterator>);

impl<'py> IntoPyObject<'py> for RowIterator {
    type Target = PyIterator;
    type Output = Bound<'py, PyIterator>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Iterator"),
        <CustomerSummary as IntoPyObject<'_>>::OUTPUT_TYPE
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Ok(self.0.into_bound(py))
    }
}

/// All customers of a list, a page read whenever the one before has been used up.
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct CustomerIterator {
    customers: crmkit::Customers,
    language: Language,
    query: CustomerQuery,
    state: Mutex<State>,
}

struct State {
    rows: VecDeque<CustomerSummary>,
    page: Option<PageRequest>,
}

impl CustomerIterator {
    pub(crate) fn new(
        customers: crmkit::Customers,
        language: Language,
        query: CustomerQuery,
        page: PageRequest,
    ) -> Self {
        let state = Mutex::new(State {
            rows: VecDeque::new(),
            page: Some(page),
        });
        Self {
            customers,
            language,
            query,
            state,
        }
    }

    fn take(&self) -> Result<Option<CustomerSummary>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.rows.is_empty() {
            let Some(request) = state.page.take() else {
                return Ok(None);
            };
            let page = self
                .customers
                .list(&self.query, &request)
                .inspect_err(|_| state.page = Some(request.clone()))?;
            state.rows = page.items.into();
            state.page = page.next.map(|after| PageRequest {
                after: Some(after),
                ..request
            });
        }
        Ok(state.rows.pop_front())
    }
}

#[pymethods]
impl CustomerIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<CustomerSummary> {
        call(py, self.language, || self.take())?.ok_or_else(|| PyStopIteration::new_err(()))
    }
}
