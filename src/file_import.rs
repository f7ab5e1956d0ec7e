//! Importing a file: the reading side of the exchange joined to the import job.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use crm_core::{import::Plan, service::ImportJob};
use crm_exchange::{TableOptions, open_table};
use crm_sqlite::is_open_here;

use crate::{
    Code, Error, ImportOptions, ImportReport, ImportRow, Problem, Progress, Result, RowOutcome, Session,
    fix_list::FixList, model::fields, outcome_file::OutcomeFile, placed::cannot_write, relist::Relist,
};

/// Rows that one step takes at the most, unless the host says otherwise.
const MOST: u32 = 5_000;
/// And at the least: what is written once a step, and not once a row, would weigh too much.
const LEAST: u32 = 250;
/// How long a step takes unless the host says otherwise, about: each is a commit, and short ones make an import slower by a
/// third.
const IMPORT_STEP_TIME: Duration = Duration::from_millis(200);
/// Stored rows that are read at once.
const EARLIER: u32 = 1_000;

/// An import of a file, stepped by the host: `next` gives the progress after each step, and `None` after the last.
#[must_use = "nothing is done before it is stepped"]
pub struct FileImport {
    session: Session,
    plan: Plan,
    job: ImportJob,
    list: Relist,
    /// The rows that a dry run has refused so far, of which nothing is stored; none of another.
    refused: Option<Vec<ImportRow>>,
    outcome: Option<Outcome>,
    step: Step,
    /// The last step, once it is stored; the outcome may still wait to be put in its place.
    ended: Option<Progress>,
    /// Whether the iterator has come to its end.
    finished: bool,
    /// A file that was written for the import, and goes with it.
    #[cfg(feature = "csv")]
    _file: Option<tempfile::TempPath>,
}

/// An outcome, and whether the rows of this import are in it, as far as they are stored.
struct Outcome {
    file: OutcomeFile,
    has_earlier: bool,
}

/// How many rows a step takes.
struct Step {
    /// As many as should fit into the time.
    rows: u32,
    /// But no more than these.
    most: u32,
    time: Duration,
}

impl Step {
    /// Steps of this time; the first is as long as it is on a machine of two small cores.
    fn of(time: Duration) -> Self {
        let fitting = f64::from(MOST) * (time.as_secs_f64() / IMPORT_STEP_TIME.as_secs_f64());
        Self {
            rows: (fitting as u32).clamp(LEAST, MOST),
            most: MOST,
            time,
        }
    }

    fn rows(&self) -> u32 {
        self.rows.min(self.most)
    }

    /// Takes note of how long a step took.
    fn took(&mut self, time: Duration) {
        let rows = self.rows();
        let fitting = f64::from(rows) * self.time.as_secs_f64() / time.as_secs_f64().max(1e-6);
        // It grows slowly, so that one quick step does not make the next one long.
        self.rows = (fitting as u32).min(rows + rows / 4 + 1).clamp(LEAST, MOST);
    }
}

/// Begins the import of a CSV or Excel file, or goes on with the one that has not ended: of the same file, read the same
/// way, with the same options.
///
/// The outcome of every row goes to `outcome` as CSV, if a path is given: once the import has ended, whole, with the rows
/// of earlier runs. Until then it is written beside, as `outcome.csv.part`, and whatever is there stays. It goes when the
/// import is dropped before its end, since the rows are had from [`Imports::rows`](crate::Imports::rows) too, or again
/// when it goes on; after a program that was killed it may be deleted.
///
/// # Errors
/// Invalid: a file that is missing, empty, no stored file, too large, or not what its name says; headings that cannot be
/// mapped; required fields without column or default; `file.outcome_in_use` for an outcome that would be written over the
/// list or a database, `file.outcome` for one that cannot be written. Nothing was stored then.
pub fn import_file(
    session: &Session,
    path: impl AsRef<Path>,
    options: ImportOptions,
    table: &TableOptions,
    outcome: Option<&Path>,
) -> Result<FileImport> {
    let path = path.as_ref();
    if is_open_here(path) {
        let problem = Problem::with(fields::FILE, Code::SourceWrongKind, "SQLite");
        return Err(Error::invalid(problem));
    }
    let source = open_table(path, table)?;
    let list = Relist::of(path, table, &*source);
    let begin = |place| OutcomeFile::begin(place, list.clone(), session.language());
    let outcome = outcome.map(begin).transpose()?.map(|file| Outcome {
        file,
        has_earlier: false,
    });
    let refused = options.dry_run.then(Vec::new);
    let job = session.imports().start(source, options)?;
    Ok(FileImport {
        session: session.clone(),
        plan: job.plan().clone(),
        job,
        list,
        refused,
        outcome,
        step: Step::of(IMPORT_STEP_TIME),
        ended: None,
        finished: false,
        #[cfg(feature = "csv")]
        _file: None,
    })
}

impl FileImport {
    /// With the file that was written for it.
    #[cfg(feature = "csv")]
    pub(crate) fn with_file(mut self, file: tempfile::TempPath) -> Self {
        self._file = Some(file);
        self
    }

    /// Takes `rows` rows in a step at the most; by default 5,000.
    pub fn with_step(mut self, rows: u32) -> Self {
        self.step.most = rows.max(1);
        self
    }

    /// Takes as many rows in a step, but 250 at the least, as fit into this time, in which other writers wait; by default
    /// a fifth of a second.
    pub fn with_step_time(mut self, time: Duration) -> Self {
        self.step = Step {
            most: self.step.most,
            ..Step::of(time)
        };
        self
    }

    /// Takes one step, and hands each row's outcome to `each` once it is stored.
    ///
    /// # Errors
    /// Those of [`ImportJob::step`]; `file.outcome` if the outcome cannot be written, after which the next step writes it
    /// anew: what was stored is stored.
    pub fn step(&mut self, each: &mut dyn FnMut(&ImportRow)) -> Result<Progress> {
        self.catch_up()?;
        let mut written = Ok(());
        let progress = match &self.ended {
            // Only the outcome is left to be put in its place.
            Some(progress) if self.outcome.is_some() => progress.clone(),
            _ => {
                let (outcome, refused, plan) = (&mut self.outcome, &mut self.refused, &self.plan);
                let begun = Instant::now();
                let progress = self.job.step(self.step.rows(), &mut |row| {
                    if let (Some(refused), RowOutcome::Refused) = (refused.as_mut(), row.outcome) {
                        refused.push(row.clone());
                    }
                    if let (Some(outcome), Ok(())) = (outcome.as_mut(), &written) {
                        written = outcome.file.write(row, plan);
                    }
                    each(row);
                })?;
                self.step.took(begun.elapsed());
                progress
            }
        };
        if progress.finished {
            self.ended = Some(progress.clone());
        }
        written?;
        if let Some(outcome) = self.outcome.as_mut().filter(|_| progress.finished) {
            outcome.file.finish()?;
            self.outcome = None;
        }
        Ok(progress)
    }

    /// Sees to it that the outcome has the rows that are stored: those of an earlier run, and those that an error kept out.
    fn catch_up(&mut self) -> Result<()> {
        let Some(outcome) = &mut self.outcome else {
            return Ok(());
        };
        if outcome.file.is_whole() && outcome.has_earlier {
            return Ok(());
        }
        if self.refused.is_some() {
            // Nothing is kept of a dry run's rows.
            return match outcome.file.is_whole() {
                true => Ok(()),
                false => Err(cannot_write("a dry run keeps no rows: begin it again")),
            };
        }
        outcome.file.restart()?;
        outcome.has_earlier = false;
        let imports = self.session.imports();
        let mut after = 0;
        loop {
            let rows = imports.rows(self.job.id(), after, EARLIER)?;
            let Some(last) = rows.last() else { break };
            after = last.line;
            rows.iter()
                .try_for_each(|row| outcome.file.write(row, &self.plan))?;
        }
        outcome.has_earlier = true;
        Ok(())
    }

    /// Writes the rows that have been refused so far to an Excel workbook or a CSV file, by the ending of `path`: all their
    /// columns as the list has them, in front of them why, in the session's language, the wrong cells marked. Mended there,
    /// it is imported as any list: its reasons are left out by themselves, and rows that are in already are skipped. Gives
    /// how many rows were refused (R9.5 j).
    ///
    /// The list is read again for it; days of which only the list as a whole tells the month are written out. Of a dry run, which stores nothing, the refused rows' problems are held in memory. A
    /// row with cells beyond the headings has a last cell that says so, and is refused again until that is emptied.
    ///
    /// # Errors
    /// `source.changed` for a list that is another by now, `source.*` for one that cannot be read any more;
    /// `file.outcome_in_use` for a file that would be written over the list or a database; `file.outcome` for one that
    /// cannot be written, whose name ends otherwise, or in `.xlsx` for more than a sheet takes; `storage.*`.
    pub fn fix_list(&self, path: impl AsRef<Path>) -> Result<u64> {
        let fix_list = FixList {
            list: &self.list,
            plan: &self.plan,
            language: self.session.language(),
        };
        let path = path.as_ref();
        if let Some(refused) = &self.refused {
            return fix_list.write(path, |after| {
                let begin = refused.partition_point(|row| row.line <= after);
                let rows = refused.iter().skip(begin).take(EARLIER as usize);
                Ok(rows.cloned().collect())
            });
        }
        let imports = self.session.imports();
        fix_list.write(path, |mut after| {
            loop {
                let mut rows = imports.rows(self.job.id(), after, EARLIER)?;
                let Some(last) = rows.last() else {
                    return Ok(rows);
                };
                after = last.line;
                rows.retain(|row| row.outcome == RowOutcome::Refused);
                if !rows.is_empty() {
                    return Ok(rows);
                }
            }
        })
    }

    /// Up to `limit` rows of the import as they are stored, by line, after the line `after`; none of a dry run, of which nothing is.
    ///
    /// # Errors
    /// `storage.*`.
    pub fn rows(&self, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        match self.refused {
            Some(_) => Ok(Vec::new()),
            None => self.session.imports().rows(self.job.id(), after, limit),
        }
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
        self.finished = progress.as_ref().map_or(true, |progress| progress.finished);
        Some(progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::STEP_TIME;

    #[test]
    fn a_step_that_took_long_is_followed_by_a_smaller_one() {
        assert_eq!(Step::of(IMPORT_STEP_TIME).rows(), MOST);
        let mut step = Step::of(STEP_TIME);
        step.rows = 4_000;
        step.took(STEP_TIME * 4);
        assert_eq!(step.rows(), 1_000);
        step.took(STEP_TIME / 100);
        assert_eq!(step.rows(), 1_251, "it grows slowly");
        step.took(STEP_TIME * 1_000);
        assert_eq!(step.rows(), LEAST);
        step.most = 4;
        step.took(STEP_TIME / 100);
        assert_eq!(step.rows(), 4, "as the host said");
    }
}
