//! Questions in SQL.

use crm_core::python::{Arg, Argument, from_json, hash, repr, to_json};
use crmkit::{SqlValue, model::fields};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyDict, PyList, PyTuple},
};

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

    /// As plain data: the rows are lists of values, in the order of the columns.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let row = |row: &Vec<SqlValue>| -> PyResult<Bound<'py, PyList>> {
            let values = row.iter().map(|it| value(py, it));
            PyList::new(py, values.collect::<PyResult<Vec<_>>>()?)
        };
        let rows = self.inner.rows.iter().map(row);
        let plain = PyDict::new(py);
        plain.set_item("columns", PyList::new(py, &self.inner.columns)?)?;
        plain.set_item("rows", rows.collect::<PyResult<Vec<_>>>()?)?;
        plain.set_item("truncated", self.inner.truncated)?;
        Ok(plain)
    }

    /// As JSON.
    fn to_json(&self) -> PyResult<String> {
        to_json(&self.inner)
    }

    /// The answer of a text that `to_json` made.
    #[staticmethod]
    #[pyo3(name = "from_json")]
    fn from_json_in_python(py: Python<'_>, text: Arg<String>) -> PyResult<Self> {
        from_json::<crmkit::SqlAnswer>(py, text).map(Self::from)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((
            py.get_type::<Self>().getattr("from_json")?,
            (to_json(&self.inner)?,),
        ))
    }

    fn __hash__(&self) -> PyResult<u64> {
        hash(&self.inner)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let fields = PyDict::new(py);
        fields.set_item("columns", self.columns(py)?)?;
        fields.set_item("rows", self.rows(py)?)?;
        fields.set_item("truncated", self.inner.truncated)?;
        repr("SqlAnswer", fields)
    }
}

#[pymethods]
impl Session {
    /// Answers one `SELECT` over the views 客户基本信息表, 联系人信息表, 跟进记录表, 销售机会表 and 合同表, for an admin; the question is logged. At most 10,000
    /// rows, in at most 5 seconds. Use this and not `sqlite3` on the same file: another SQLite library in the process would
    /// drop the locks of this one.
    fn sql(&self, py: Python<'_>, query: Arg<String>) -> PyResult<SqlAnswer> {
        self.call(py, |me| me.sql(&query.of(fields::QUERY)?))
            .map(SqlAnswer::from)
    }
}
