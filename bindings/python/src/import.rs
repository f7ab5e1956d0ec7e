//! Importing a file, step by step, and what became of it.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{
    Code, Error, FileImport, Import, ImportOptions, ImportReport, ImportRow, ImportUndo, OnDuplicate,
    Problem, Progress, TableOptions, model::fields,
};
use pyo3::{PyClassInitializer, exceptions::PyStopIteration, prelude::*, types::PyDict};

use crate::{
    argument::{Typed, id, millis},
    call::{call, of_session},
    customers::Customers,
    rows,
    session::Session,
};

with_import_options! { Customers:
    /// Begins the import of a CSV or Excel file, or goes on with the one that has not ended: an iterator of its progress.
    ///
    /// `mapping` says which field a heading stands for, where that is not clear ("ignore" leaves it out); `defaults` what
    /// a field is where the list does not say. `on_duplicate`: "skip", "fill_blanks" or "create". `outcome` is a file
    /// that each row's outcome goes to as CSV, once the import has ended, with the rows of earlier runs. A step takes
    /// some `step_ms`, in which other writers wait, and `step` rows at the most. Encoding, delimiter, sheet and
    /// the row of the headings are found out unless given.
    fn import_file(path: Arg<PathBuf>)(
        on_duplicate: Arg<OnDuplicate> = Arg::from(OnDuplicate::Skip),
        outcome: Option<Arg<PathBuf>> = None,
        encoding: Option<Arg<String>> = None,
        delimiter: Option<Arg<String>> = None,
        sheet: Option<Arg<String>> = None,
        header_row: Option<Arg<u32>> = None,
        step: Arg<u32> = Arg::from(5_000),
        step_ms: Arg<u32> = Arg::from(200)
    ) -> ImportJob = import_file;
}

with_import_options! { Customers:
    /// Begins the import of rows that are in memory, or goes on with the one of the same rows that has not ended: mappings of
    /// headings to values, or a pandas DataFrame. What is `None` or no number is blank; days and instants are written in ISO. The
    /// rest is as in `import_file`.
    fn import_rows(rows: Py<PyAny>)(
        on_duplicate: Arg<OnDuplicate> = Arg::from(OnDuplicate::Skip),
        step: Arg<u32> = Arg::from(5_000),
        step_ms: Arg<u32> = Arg::from(200)
    ) -> ImportJob = import_rows;
}

fn import_rows(
    customers: &Customers,
    py: Python<'_>,
    mut options: Typed<ImportOptions>,
    rows: Py<PyAny>,
    on_duplicate: Arg<OnDuplicate>,
    step: Arg<u32>,
    step_ms: Arg<u32>,
) -> PyResult<ImportJob> {
    let on_duplicate = options.word("on_duplicate", on_duplicate);
    let (headings, rows) = rows::table(rows.bind(py))?;
    let job = call(py, customers.language, || {
        let options = ImportOptions {
            on_duplicate,
            ..options.read()?
        };
        let (step, time) = (step.of("step")?, millis(step_ms)?);
        let job = crmkit::import_rows(&customers.inner, &headings, rows, options)?;
        Ok(job.with_step(step).with_step_time(time))
    })?;
    Ok(ImportJob::begun(job, customers.language))
}

#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
fn import_file(
    customers: &Customers,
    py: Python<'_>,
    mut options: Typed<ImportOptions>,
    path: Arg<PathBuf>,
    on_duplicate: Arg<OnDuplicate>,
    outcome: Option<Arg<PathBuf>>,
    encoding: Option<Arg<String>>,
    delimiter: Option<Arg<String>>,
    sheet: Option<Arg<String>>,
    header_row: Option<Arg<u32>>,
    step: Arg<u32>,
    step_ms: Arg<u32>,
) -> PyResult<ImportJob> {
    let on_duplicate = options.word("on_duplicate", on_duplicate);
    let job = call(py, customers.language, || {
        let options = ImportOptions {
            on_duplicate,
            ..options.read()?
        };
        let table = TableOptions {
            encoding: encoding.of("encoding")?.map(|label| label.parse()).transpose()?,
            delimiter: delimiter.of("delimiter")?.map(one_byte).transpose()?,
            sheet: sheet.of("sheet")?,
            header_row: header_row.of("header_row")?,
        };
        let (path, outcome) = (path.of(fields::PATH)?, outcome.of("outcome")?);
        let (step, time) = (step.of("step")?, millis(step_ms)?);
        let job = crmkit::import_file(&customers.inner, path, options, &table, outcome.as_deref())?;
        Ok(job.with_step(step).with_step_time(time))
    })?;
    Ok(ImportJob::begun(job, customers.language))
}

fn one_byte(delimiter: String) -> crmkit::Result<u8> {
    match delimiter.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(Error::invalid(Problem::with(
            fields::FILE,
            Code::SettingInvalid,
            delimiter,
        ))),
    }
}

/// A job, and what its latest step came to.
pub(crate) struct Stepped {
    job: FileImport,
    rows: Vec<ImportRow>,
    finished: bool,
}

of_session! {
    /// An import: iterating takes a step each time, and gives how far it has come. Not going on is stopping it; nothing
    /// is lost, and importing the same file again goes on. A step that failed can be tried again.
    ImportJob(Mutex<Stepped>)
}

/// Listed that are asked for at once.
const PAGE: u32 = 1_000;

/// The rows of an import, by what is said of them.
#[derive(Default)]
struct Columns {
    lines: Vec<u64>,
    outcomes: Vec<&'static str>,
    customers: Vec<Option<String>>,
    reasons: Vec<String>,
}

impl ImportJob {
    fn begun(job: FileImport, language: crmkit::Language) -> Self {
        let stepped = Stepped {
            job,
            rows: Vec::new(),
            finished: false,
        };
        Self::new(Mutex::new(stepped), language)
    }
}

/// A step that panicked has stored nothing, and the job stands where it stood.
fn locked(job: &Mutex<Stepped>) -> MutexGuard<'_, Stepped> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}

#[pymethods]
impl ImportJob {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Progress> {
        let progress = self.call(py, |stepped| {
            let mut stepped = locked(stepped);
            if stepped.finished {
                return Ok(None);
            }
            let mut rows = Vec::new();
            let progress = stepped.job.step(&mut |row| rows.push(row.clone()))?;
            stepped.rows = rows;
            stepped.finished = progress.finished;
            Ok(Some(progress))
        })?;
        progress.ok_or_else(|| PyStopIteration::new_err(()))
    }

    /// Takes all steps that are left, and gives the report.
    fn run(slf: &Bound<'_, Self>) -> PyResult<Py<ImportOutcome>> {
        let py = slf.py();
        loop {
            py.check_signals()?;
            match slf.get().__next__(py) {
                Ok(_) => {}
                Err(end) if end.is_instance_of::<PyStopIteration>(py) => return Self::report(slf),
                Err(error) => return Err(error),
            }
        }
    }

    /// What became of the rows of the latest step; of a dry run, what would.
    #[getter]
    fn rows(&self, py: Python<'_>) -> PyResult<Listed<ImportRow>> {
        self.call(py, |stepped| Ok(locked(stepped).rows.clone()))
            .map(Listed)
    }

    /// Writes the rows that have been refused so far to an Excel workbook or a CSV file, by the ending of `path`: all their
    /// columns, in front of them why, the wrong cells marked. Mended there, it is imported as any list. Gives how many.
    ///
    /// The list is read again for it, and must be what it was (`source.changed`).
    fn fix_list(&self, py: Python<'_>, path: Arg<PathBuf>) -> PyResult<u64> {
        self.call(py, |stepped| {
            let path = path.of(fields::PATH)?;
            locked(stepped).job.fix_list(path)
        })
    }

    /// What became of each row that is stored, as a pandas DataFrame: `line`, `outcome`, `customer`, and `reasons` in words. Needs
    /// `crmkit[pandas]`.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        frame(py, "pandas", self.columns(py)?)
    }

    /// The same as a polars DataFrame. Needs `crmkit[polars]`.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        frame(py, "polars", self.columns(py)?)
    }

    /// What the import has come to so far.
    fn report(slf: &Bound<'_, Self>) -> PyResult<Py<ImportOutcome>> {
        let py = slf.py();
        let report = slf.get().call(py, |stepped| Ok(locked(stepped).job.report()))?;
        let job = slf.clone().unbind();
        Py::new(
            py,
            PyClassInitializer::from(report).add_subclass(ImportOutcome { job }),
        )
    }
}

impl ImportJob {
    /// What became of each row that is stored, column by column.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let language = self.language;
        let columns = self.call(py, |stepped| {
            let job = &locked(stepped).job;
            let (mut columns, mut after) = (Columns::default(), 0);
            loop {
                let rows = job.rows(after, PAGE)?;
                let Some(last) = rows.last() else {
                    return Ok(columns);
                };
                after = last.line;
                for row in rows {
                    columns.lines.push(row.line);
                    columns.outcomes.push(row.outcome.code());
                    columns
                        .customers
                        .push(row.customer.map(|number| number.to_string()));
                    let reasons = row.problems.iter().map(|problem| problem.message(language));
                    columns.reasons.push(reasons.collect::<Vec<_>>().join("\n"));
                }
            }
        })?;
        let frame = PyDict::new(py);
        frame.set_item("line", columns.lines)?;
        frame.set_item("outcome", columns.outcomes)?;
        frame.set_item("customer", columns.customers)?;
        frame.set_item("reasons", columns.reasons)?;
        Ok(frame)
    }
}

/// Columns as a table of this library's.
fn frame<'py>(py: Python<'py>, library: &str, columns: Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
    py.import("crmkit.rows")?
        .call_method1("frame", (columns, library))
}

/// What an import came to, and what became of each of its rows.
#[pyclass(frozen, extends = ImportReport, module = "crmkit")]
pub(crate) struct ImportOutcome {
    job: Py<ImportJob>,
}

#[pymethods]
impl ImportOutcome {
    /// Writes the rows that have been refused to a list that can be mended; see `ImportJob.fix_list`.
    fn fix_list(&self, py: Python<'_>, path: Arg<PathBuf>) -> PyResult<u64> {
        self.job.get().fix_list(py, path)
    }

    /// What became of each row that is stored, as a pandas DataFrame; see `ImportJob.to_pandas`.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.job.get().to_pandas(py)
    }

    /// What became of each row that is stored, as a polars DataFrame; see `ImportJob.to_pandas`.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.job.get().to_polars(py)
    }
}

of_session! {
    /// Imports that have been run, for one session.
    Imports(crmkit::Imports)
}

#[pymethods]
impl Session {
    /// Imports that have been run.
    #[getter]
    fn imports(&self) -> Imports {
        Imports::new(self.inner.imports(), self.language)
    }
}

#[pymethods]
impl Imports {
    /// The imports that the caller may see, the latest first.
    fn list(&self, py: Python<'_>) -> PyResult<Listed<Import>> {
        self.call(py, crmkit::Imports::list).map(Listed)
    }

    /// Up to `limit` rows of an import, by default 1,000, by line, after the line `after`.
    #[pyo3(signature = (import_id, *, after=Arg::from(0), limit=Arg::from(1000)))]
    fn rows(
        &self,
        py: Python<'_>,
        import_id: Arg<String>,
        after: Arg<u64>,
        limit: Arg<u32>,
    ) -> PyResult<Listed<ImportRow>> {
        self.call(py, |imports| {
            let import = id(import_id, "import_id")?;
            imports.rows(import, after.of(fields::AFTER)?, limit.of(fields::LIMIT)?)
        })
        .map(Listed)
    }

    /// Takes an import out again: customers and contacts that it created are archived, what it filled is blank again.
    /// What has been changed since stays, and its customer is named. Interrupted, it is called again.
    fn undo(&self, py: Python<'_>, import_id: Arg<String>) -> PyResult<ImportUndo> {
        self.call(py, |imports| imports.undo(id(import_id, "import_id")?))
    }
}
