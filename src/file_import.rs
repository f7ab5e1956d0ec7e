//! Importing a file: the reading side of the exchange joined to the import job.

use std::{
    fs::File,
    io::BufWriter,
    path::Path,
    time::{Duration, Instant},
};

use crm_core::service::ImportJob;
use crm_exchange::{OutcomeWriter, TableOptions, open_table};

use crate::{
    Code, Error, ImportOptions, ImportReport, ImportRow, Language, Problem, Progress, Result, Session,
    model::fields,
};

/// Rows that one step takes at the most, unless the host says otherwise.
const STEP: u32 = 5_000;
/// And at the least: what is written once a step, and not once a row, would weigh too much.
const LEAST_STEP: u32 = 250;
/// How long a step is to keep other writers waiting at the most; a slow or busy machine takes smaller steps.
const STEP_TIME: Duration = Duration::from_millis(200);

/// An import of a file, stepped by the host: `next` gives the progress after each step, and `None` after the last.
pub struct FileImport {
    job: ImportJob,
    outcome: Option<OutcomeWriter<BufWriter<File>>>,
    step: Step,
    finished: bool,
}

/// How many rows a step takes.
enum Step {
    /// As many as the host said.
    Rows(u32),
    /// As many as others can wait for.
    Timed(u32),
}

impl Step {
    fn rows(&self) -> u32 {
        let (Self::Rows(rows) | Self::Timed(rows)) = self;
        *rows
    }

    /// Takes note of how long a step took.
    fn took(&mut self, time: Duration) {
        if let Self::Timed(rows) = self {
            let fitting = f64::from(*rows) * STEP_TIME.as_secs_f64() / time.as_secs_f64().max(1e-6);
            // It grows slowly, so that one quick step does not make the next one long.
            *rows = (fitting as u32).min(*rows + *rows / 4).clamp(LEAST_STEP, STEP);
        }
    }
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
        step: Step::Timed(STEP),
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
    /// Takes `rows` rows in each step, however long that takes; without it as many, 5,000 at the most, as keep other
    /// writers waiting for a fifth of a second.
    #[must_use]
    pub fn with_step(self, rows: u32) -> Self {
        Self {
            step: Step::Rows(rows),
            ..self
        }
    }

    /// Takes one step, and hands each row's outcome to `each` once it is stored.
    ///
    /// # Errors
    /// Those of [`ImportJob::step`]; `file.outcome` if the outcome cannot be written.
    pub fn step(&mut self, each: &mut dyn FnMut(&ImportRow)) -> Result<Progress> {
        let mut written = Ok(());
        let outcome = &mut self.outcome;
        let begun = Instant::now();
        let progress = self.job.step(self.step.rows(), &mut |row| {
            if let (Some(writer), Ok(())) = (outcome.as_mut(), &written) {
                written = writer.write(row);
            }
            each(row);
        })?;
        self.step.took(begun.elapsed());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_took_long_is_followed_by_a_smaller_one() {
        let mut step = Step::Timed(STEP);
        step.took(Duration::from_secs(2));
        assert_eq!(step.rows(), 500);
        step.took(Duration::from_millis(1));
        assert_eq!(step.rows(), 625, "it grows slowly");
        step.took(Duration::from_secs(60));
        assert_eq!(step.rows(), LEAST_STEP);
        let mut step = Step::Rows(9_000);
        step.took(Duration::from_secs(2));
        assert_eq!(step.rows(), 9_000, "as the host said");
    }
}
