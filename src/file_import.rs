//! Importing a file: the reading side of the exchange joined to the import job.

use std::{fs::File, io::BufWriter, path::Path};

use crm_core::service::ImportJob;
use crm_exchange::{OutcomeWriter, TableOptions, open_table};

use crate::{
    Code, Error, ImportOptions, ImportReport, ImportRow, Language, Problem, Progress, Result, Session,
    model::fields,
};

/// Rows that one step takes unless the host says otherwise.
const STEP: u32 = 5_000;

/// An import of a file, stepped by the host: `next` gives the progress after each step, and `None` after the last.
pub struct FileImport {
    job: ImportJob,
    outcome: Option<OutcomeWriter<BufWriter<File>>>,
    step: u32,
    finished: bool,
}

/// Begins the import of a CSV or Excel file, or goes on with the one that has not ended. The outcome of every row is
/// written to `outcome` as CSV, if a path is given.
///
/// # Errors
/// Invalid: a file that is missing, empty, or not what its name says; headings that cannot be mapped; required fields
/// without column or default.
pub fn import_file(
    session: &Session,
    path: impl AsRef<Path>,
    options: ImportOptions,
    table: &TableOptions,
    outcome: Option<&Path>,
) -> Result<FileImport> {
    let source = open_table(path.as_ref(), table)?;
    let language = session.language();
    let outcome = outcome.map(|path| create_outcome(path, language)).transpose()?;
    let job = session.imports().start(source, options)?;
    Ok(FileImport {
        job,
        outcome,
        step: STEP,
        finished: false,
    })
}

fn create_outcome(path: &Path, language: Language) -> Result<OutcomeWriter<BufWriter<File>>> {
    let file = File::create(path).map_err(cannot_write)?;
    OutcomeWriter::new(BufWriter::new(file), language).map_err(cannot_write)
}

fn cannot_write(error: impl ToString) -> Error {
    Error::invalid(Problem::with(fields::FILE, Code::OutcomeIo, error.to_string()))
}

impl FileImport {
    /// Takes `rows` rows in each step instead of 5,000.
    #[must_use]
    pub fn with_step(self, rows: u32) -> Self {
        Self { step: rows, ..self }
    }

    /// Takes one step, and hands each row's outcome to `each` once it is stored.
    ///
    /// # Errors
    /// Those of [`ImportJob::step`]; `file.outcome` if the outcome cannot be written.
    pub fn step(&mut self, each: &mut dyn FnMut(&ImportRow)) -> Result<Progress> {
        let mut written = Ok(());
        let outcome = &mut self.outcome;
        let progress = self.job.step(self.step, &mut |row| {
            if let (Some(writer), Ok(())) = (outcome.as_mut(), &written) {
                written = writer.write(row);
            }
            each(row);
        })?;
        written.map_err(cannot_write)?;
        self.finished = progress.finished;
        if let Some(writer) = self.outcome.as_mut().filter(|_| progress.finished) {
            writer.flush().map_err(cannot_write)?;
        }
        Ok(progress)
    }

    /// What the import has come to so far.
    pub fn report(&self) -> ImportReport {
        self.job.report()
    }
}

impl Iterator for FileImport {
    type Item = Result<Progress>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let progress = self.step(&mut |_| {});
        self.finished |= progress.is_err();
        Some(progress)
    }
}
