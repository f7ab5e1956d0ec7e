//! Lists: a page of one, or all its rows in a row.

use std::{
    collections::VecDeque,
    marker::PhantomData,
    sync::{Mutex, PoisonError},
};

use crm_core::{
    describe::Described,
    python::{Arg, Argument, Tuple, columns},
};
use crmkit::{Code, Error, Language, PageRequest, Problem, Result, model::fields};
use pyo3::{
    IntoPyObjectExt, exceptions::PyStopIteration, inspect::PyStaticExpr, prelude::*, type_hint_identifier,
    type_hint_subscript,
};

use crate::call::call;

/// What is asked of a list; a limit out of any range is out of the page's, too.
pub(crate) fn request(after: Option<Arg<String>>, limit: Arg<u32>) -> Result<PageRequest> {
    let limit = limit.at(fields::LIMIT).map_err(|problem| {
        let code = match problem.code {
            Code::FieldRange => Code::PageLimit,
            code => code,
        };
        Error::invalid(Problem { code, ..problem })
    })?;
    let after = after.of(fields::AFTER)?;
    Ok(PageRequest { after, limit })
}

/// A page of a list, as Python's `Page`: the rows, and what to ask the next page with.
pub(crate) struct Page<T>(pub(crate) Vec<T>, pub(crate) Option<String>);

impl<'py, T: IntoPyObject<'py> + Described> IntoPyObject<'py> for Page<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("crmkit.page", "Page"), T::OUTPUT_TYPE);

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let class = py.import("crmkit.page")?.getattr("Page")?;
        class.call1((Tuple(self.0), self.1, Tuple(columns::<T>())))
    }
}

/// A row, yet to be made Python's.
type Row = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// All rows of a list, a page read whenever the one before has been used up. A read that failed can be tried again.
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct RowIterator {
    language: Language,
    next: Mutex<Box<dyn FnMut() -> Result<Option<Row>> + Send>>,
}

#[pymethods]
impl RowIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let row = call(py, self.language, || {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            next()
        })?;
        row.ok_or_else(|| PyStopIteration::new_err(()))?(py)
    }
}

/// A [`RowIterator`], and what its rows are.
pub(crate) struct Rows<T>(RowIterator, PhantomData<T>);

impl<T> Rows<T>
where
    T: for<'py> IntoPyObject<'py> + Send + 'static,
{
    /// The rows of the pages that `list` answers with, of `page_size` rows each.
    pub(crate) fn of(
        language: Language,
        page_size: u32,
        list: impl Fn(&PageRequest) -> Result<(Vec<T>, Option<String>)> + Send + 'static,
    ) -> Self {
        let mut rows = VecDeque::new();
        let mut page = Some(PageRequest::first(page_size));
        let next = move || {
            while rows.is_empty() {
                let Some(request) = &page else {
                    return Ok(None);
                };
                let (items, after) = list(request)?;
                rows = items.into();
                page = after.map(|after| PageRequest {
                    after: Some(after),
                    limit: page_size,
                });
            }
            let row: Option<T> = rows.pop_front();
            Ok(row.map(|row| -> Row { Box::new(move |py: Python<'_>| row.into_py_any(py)) }))
        };
        let iterator = RowIterator {
            language,
            next: Mutex::new(Box::new(next)),
        };
        Self(iterator, PhantomData)
    }
}

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Rows<T> {
    type Target = RowIterator;
    type Output = Bound<'py, RowIterator>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Iterator"),
        T::OUTPUT_TYPE
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Bound::new(py, self.0)
    }
}
