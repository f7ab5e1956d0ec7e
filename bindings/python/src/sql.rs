//! Questions in SQL.

use crm_core::python::{Arg, Argument};
use crmkit::{SqlValue, model::fields};
use pyo3::{IntoPyObjectExt, prelude::*, types::PyTuple};

use crate::session::Session;

/// What a question in SQL was answered with.
#[pyclass(frozen, eq, module = "crmkit")]
#[derive(PartialEq)]
pub(crate) struct SqlAnswer {
    inner: crmkit::SqlAnswer,
}

impl From<crmkit::SqlAnswer> for SqlAnswer {
    fn from(inner: crmkit::SqlAnswer) -> Self {
        Self { inner }
    }
}

fn value<'py>(py: Python<'py>, value: &SqlValue) -> PyResult<Bound<'py, PyAny>> {
    match value {
        SqlValue::Null => Ok(py.None().into_bound(py)),
        SqlValue::Integer(value) => value.into_bound_py_any(py),
        SqlValue::Real(value) => value.into_bound_py_any(py),
        SqlValue::Text(value) => value.into_bound_py_any(py),
    }
}

#[pymethods]
impl SqlAnswer {
    /// The names of the columns.
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.inner.columns)
    }

    /// The rows: a tuple of tuples.
    #[getter]
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let row = |row: &Vec<SqlValue>| -> PyResult<Bound<'py, PyTuple>> {
            let values = row.iter().map(|it| value(py, it));
            PyTuple::new(py, values.collect::<PyResult<Vec<_>>>()?)
        };
        let rows = self.inner.rows.iter().map(row);
        PyTuple::new(py, rows.collect::<PyResult<Vec<_>>>()?)
    }

    /// Whether there were more rows than are answered with: 10,000.
    #[getter]
    fn truncated(&self) -> bool {
        self.inner.truncated
    }

    fn __repr__(&self) -> String {
        let (columns, rows) = (self.inner.columns.len(), self.inner.rows.len());
        format!("SqlAnswer({columns} columns, {rows} rows)")
    }
}

#[pymethods]
impl Session {
    /// Answers one `SELECT` over the views 客户基本信息表 and 联系人信息表, for an admin; the question is logged. At most 10,000
    /// rows, in at most 5 seconds. Use this and not `sqlite3` on the same file: another SQLite library in the process would
    /// drop the locks of this one.
    fn sql(&self, py: Python<'_>, query: Arg<String>) -> PyResult<SqlAnswer> {
        self.call(py, |me| me.sql(&query.of(fields::QUERY)?))
            .map(SqlAnswer::from)
    }
}
