//! Lists, as Python's `crmkit.rows.Rows`; and records that are lists of rows, with what every list has.

use pyo3::{
    exceptions::PyIndexError,
    inspect::PyStaticExpr,
    prelude::*,
    sync::PyOnceLock,
    type_hint_identifier, type_hint_subscript,
    types::{PyIterator, PyType},
};

use super::Tuple;
use crate::{
    CheckReport, Counted, CountedRow, DuplicatePair, Fault, Forecast, ForecastReport, ForecastRow, Funnel,
    FunnelRow, MergeField, MergePreview, Performance, PerformanceRow, SourceRow, Sources, StatusDistribution,
    StatusRow, TeamReport, TeamRow,
    describe::{Described, Type},
    service::{DuplicateGroup, DuplicateReport},
};

/// A list, as a tuple with what tables have.
pub struct Listed<T>(pub Vec<T>);

impl<'py, T: IntoPyObject<'py> + Described> IntoPyObject<'py> for Listed<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("crmkit.rows", "Rows"), T::OUTPUT_TYPE);

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let class = CLASS.import(py, "crmkit.rows", "Rows")?;
        class.call1((Tuple(self.0), Tuple(columns::<T>())))
    }
}

/// The columns of a table of these, which a table without rows has, too: a record's fields, those of records within as
/// `rate.part`.
pub fn columns<T: Described>() -> Vec<String> {
    let mut columns = Vec::new();
    below(&T::TYPE, "", &mut columns);
    columns
}

fn below(of: &Type, at: &str, columns: &mut Vec<String>) {
    match of {
        Type::Optional(of) => below(of, at, columns),
        Type::Record(record) => {
            for field in record.fields {
                let name = match (at, field.name) {
                    // Python's own word; the field has another name there.
                    ("", "import") => "import_id".to_owned(),
                    ("", name) => name.to_owned(),
                    (at, name) => format!("{at}.{name}"),
                };
                below(&field.of, &name, columns);
            }
        }
        _ => columns.push(at.to_owned()),
    }
}

/// The rows of a record, one after the other.
struct Each<T>(Vec<T>);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Each<T> {
    type Target = PyIterator;
    type Output = Bound<'py, PyIterator>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Iterator"),
        T::OUTPUT_TYPE
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Tuple(self.0).into_pyobject(py)?.try_iter()
    }
}

/// The row at a place, from the end where that is below zero.
fn at<T>(mut rows: Vec<T>, index: isize) -> PyResult<T> {
    let place = match usize::try_from(index) {
        Ok(place) => Some(place),
        Err(_) => rows.len().checked_sub(index.unsigned_abs()),
    };
    match place.filter(|place| *place < rows.len()) {
        Some(place) => Ok(rows.swap_remove(place)),
        None => Err(PyIndexError::new_err("no such row")),
    }
}

/// What every list has, for records that are one.
macro_rules! rows {
    ($($record:ident of $row:ident, $rows:expr;)+) => { $(
        #[pymethods]
        #[allow(clippy::wrong_self_convention, reason = "as Python's libraries call it")]
        impl $record {
            fn __len__(&self) -> usize {
                rows_of(self, $rows).len()
            }

            fn __getitem__(&self, index: isize) -> PyResult<$row> {
                at(rows_of(self, $rows), index)
            }

            fn __iter__(&self) -> Each<$row> {
                Each(rows_of(self, $rows))
            }

            /// The rows as a pandas DataFrame, those of records within as `rate.part`. Needs `crmkit[pandas]`.
            fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                Listed(rows_of(self, $rows)).into_pyobject(py)?.call_method0("to_pandas")
            }

            /// The rows as a polars DataFrame, those of records within as `rate.part`. Needs `crmkit[polars]`.
            fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                Listed(rows_of(self, $rows)).into_pyobject(py)?.call_method0("to_polars")
            }
        }
    )+ };
}

fn rows_of<R, T>(record: &R, rows: fn(&R) -> Vec<T>) -> Vec<T> {
    rows(record)
}

/// How a list is shown in a notebook, for records that are one.
macro_rules! shown_as_table {
    ($($record:ident, $rows:expr;)+) => { $(
        #[pymethods]
        impl $record {
            fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
                Listed(rows_of(self, $rows)).into_pyobject(py)?.call_method0("_repr_html_")?.extract()
            }
        }
    )+ };
}

/// How a report is shown in a notebook: drawn, with its table.
macro_rules! shown_as_report {
    ($($report:ident),+) => { $(
        #[pymethods]
        impl $report {
            fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
                py.import("crmkit")?.call_method1("report_html", (self.clone(),))?.extract()
            }

            fn _repr_svg_(&self, py: Python<'_>) -> PyResult<String> {
                py.import("crmkit")?.call_method1("report_svg", (self.clone(),))?.extract()
            }
        }
    )+ };
}

/// What is overdue, and the months: together they are the total.
fn of_forecast(forecast: &Forecast) -> Vec<ForecastRow> {
    let mut rows = vec![forecast.overdue.clone()];
    rows.extend(forecast.months.iter().cloned());
    rows
}

rows! {
    Funnel of FunnelRow, |report| report.rows.clone();
    Sources of SourceRow, |report| report.rows.clone();
    Performance of PerformanceRow, |report| report.rows.clone();
    StatusDistribution of StatusRow, |report| report.rows.clone();
    TeamReport of TeamRow, |report| report.rows.clone();
    ForecastReport of ForecastRow, |report| of_forecast(&report.forecast);
    Forecast of ForecastRow, of_forecast;
    Counted of CountedRow, |counted| counted.rows.clone();
    DuplicateGroup of DuplicatePair, |group| group.pairs.clone();
    DuplicateReport of DuplicateGroup, |report| report.groups.clone();
    MergePreview of MergeField, |preview| preview.fields.clone();
    CheckReport of Fault, |report| report.faults.clone();
}

shown_as_table! {
    Forecast, of_forecast;
    Counted, |counted| counted.rows.clone();
    DuplicateGroup, |group| group.pairs.clone();
    DuplicateReport, |report| report.groups.clone();
    MergePreview, |preview| preview.fields.clone();
    CheckReport, |report| report.faults.clone();
}

shown_as_report!(
    Funnel,
    Sources,
    Performance,
    StatusDistribution,
    TeamReport,
    ForecastReport
);
