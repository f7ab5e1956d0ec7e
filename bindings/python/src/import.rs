//! Importing a file, step by step, and what became of it.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crm_core::python::{Tuple, Word};
use crmkit::{
    Code, Error, FileImport, Import, ImportOptions, ImportReport, ImportRow, ImportUndo, OnDuplicate,
    Problem, Progress, Region, TableOptions, model::fields,
};
use pyo3::{exceptions::PyStopIteration, prelude::*};

use crate::{
    argument::{Fields, id, id_in},
    call::{call, of_session},
    customers::Customers,
};

#[pymethods]
impl Customers {
    /// Begins the import of a CSV or Excel file, or goes on with the one that has not ended: an iterator of its progress.
    ///
    /// `mapping` says which field a heading stands for, where that is not clear ("ignore" leaves it out); `defaults` what
    /// a field is where the list does not say. `on_duplicate`: "skip", "fill_blanks" or "create". `outcome` is a file
    /// that each row's outcome is written to, as CSV. Encoding, delimiter and sheet are found out unless given.
    #[pyo3(signature = (
        path, *, mapping=None, defaults=None, on_duplicate=Word::from(OnDuplicate::Skip), dry_run=false, region=None,
        owner=None, outcome=None, encoding=None, delimiter=None, sheet=None, step=5000
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn import_file(
        &self,
        py: Python<'_>,
        path: PathBuf,
        mapping: Option<Fields>,
        defaults: Option<Fields>,
        on_duplicate: Word<OnDuplicate>,
        dry_run: bool,
        region: Option<Region>,
        owner: Option<String>,
        outcome: Option<PathBuf>,
        encoding: Option<String>,
        delimiter: Option<String>,
        sheet: Option<String>,
        step: u32,
    ) -> PyResult<ImportJob> {
        let named = |fields: Option<Fields>| fields.map(|fields| fields.0).unwrap_or_default();
        let (mapping, defaults) = (named(mapping), named(defaults));
        let (session, language) = self.session();
        let job = call(py, language, || {
            let owner = owner
                .map(|owner| id_in(fields::OWNER, Code::OwnerUnknown, owner))
                .transpose();
            let owner = owner.map_err(Error::invalid)?;
            let on_duplicate = on_duplicate.of("on_duplicate").map_err(Error::invalid)?;
            let encoding = encoding.map(|label| label.parse()).transpose()?;
            let delimiter = delimiter.map(one_byte).transpose()?;
            let options = ImportOptions {
                mapping,
                defaults,
                on_duplicate,
                dry_run,
                region,
                owner,
            };
            let table = TableOptions {
                encoding,
                delimiter,
                sheet,
            };
            Ok(crmkit::import_file(session, path, options, &table, outcome.as_deref())?.with_step(step))
        })?;
        Ok(ImportJob::new(
            Mutex::new(Stepped {
                job,
                rows: Vec::new(),
                finished: false,
            }),
            language,
        ))
    }
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
    fn run(&self, py: Python<'_>) -> PyResult<ImportReport> {
        loop {
            py.check_signals()?;
            match self.__next__(py) {
                Ok(_) => {}
                Err(end) if end.is_instance_of::<PyStopIteration>(py) => return self.report(py),
                Err(error) => return Err(error),
            }
        }
    }

    /// What became of the rows of the latest step; of a dry run, what would.
    #[getter]
    fn rows(&self, py: Python<'_>) -> PyResult<Tuple<ImportRow>> {
        self.call(py, |stepped| Ok(locked(stepped).rows.clone()))
            .map(Tuple)
    }

    /// What the import has come to so far.
    fn report(&self, py: Python<'_>) -> PyResult<ImportReport> {
        self.call(py, |stepped| Ok(locked(stepped).job.report()))
    }
}

of_session! {
    /// Imports that have been run, for one session.
    Imports(crmkit::Imports)
}

#[pymethods]
impl Imports {
    /// The imports that the caller may see, the latest first.
    fn list(&self, py: Python<'_>) -> PyResult<Tuple<Import>> {
        self.call(py, crmkit::Imports::list).map(Tuple)
    }

    /// Up to `limit` rows of an import, by line, after the line `after`.
    #[pyo3(signature = (import_id, *, after=0, limit=1000))]
    fn rows(&self, py: Python<'_>, import_id: &str, after: u64, limit: u32) -> PyResult<Tuple<ImportRow>> {
        self.call(py, |imports| imports.rows(id(import_id)?, after, limit))
            .map(Tuple)
    }

    /// Takes an import out again: customers and contacts that it created are archived, what it filled is blank again.
    /// What has been changed since stays, and its customer is named. Interrupted, it is called again.
    fn undo(&self, py: Python<'_>, import_id: &str) -> PyResult<ImportUndo> {
        self.call(py, |imports| imports.undo(id(import_id)?))
    }
}
