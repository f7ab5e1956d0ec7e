//! Imports: a list goes in, row by row, each row created, filled in, skipped or refused, with the reason.
//!
//! An import is a job that the host steps. A step is one transaction: its customers, their keys, their log entries and
//! the outcome of its rows are stored together or not at all, so that stopping between two steps, or dying within one,
//! loses nothing, and running the same list again goes on where it stopped.

use super::Session;
use crate::{
    access::{Grant, ImportCustomers},
    error::Result,
    import::{ImportOptions, RowSource},
    model::{Import, ImportId, ImportRow},
    store::check_limit,
};

mod blanks;
mod contact;
mod dry_run;
mod job;
mod one;
mod past;
mod reader;
mod row;
mod start;
mod survey;
mod there;
mod undo;

pub use job::{ImportJob, ImportReport, Progress};
pub use survey::UnknownOwner;
pub use undo::ImportUndo;

/// Imports, for one session.
#[derive(Clone)]
pub struct Imports {
    session: Session,
}

impl Imports {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Begins an import, or goes on with the one of the same list, read the same way, and options that has not ended.
    ///
    /// # Errors
    /// Invalid: headings that cannot be mapped, required fields that have neither a column nor a default, an owner whom
    /// the caller may not give customers to.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::doc_example::list;
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::import::ImportOptions;
    ///
    /// // `list()` is a `RowSource`; files are read by `crm-exchange`.
    /// let mut job = me.imports().start(list(), ImportOptions::default())?;
    /// while !job.step(1_000, &mut |_| ())?.finished {}
    /// let counts = job.report().counts;
    /// assert_eq!((counts.created, counts.refused), (2, 1));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn start(&self, source: Box<dyn RowSource>, options: ImportOptions) -> Result<ImportJob> {
        start::start(&self.session, source, options)
    }

    /// The imports that the caller may see, the latest first.
    ///
    /// # Errors
    /// `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let report = crm_core::doc_example::brought(&me)?;
    /// use crm_core::ImportState;
    ///
    /// let imports = me.imports().list()?;
    /// assert_eq!((imports[0].id, imports[0].state), (report.import, ImportState::Finished));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn list(&self) -> Result<Vec<Import>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
                tx.imports(grant)
            })
    }

    /// Up to `limit` rows of an import, by line, after the line `after`. Of a customer whom the caller does not see by now,
    /// a row tells only what became of it (R8.2).
    ///
    /// # Errors
    /// NotFound for an import that the caller may not see; `page.limit`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let report = crm_core::doc_example::brought(&me)?;
    /// use crm_core::{Code, RowOutcome};
    ///
    /// let rows = me.imports().rows(report.import, 0, 100)?;
    /// assert_eq!((rows[2].line, rows[2].outcome), (4, RowOutcome::Refused));
    /// assert_eq!(rows[2].problems[0].code, Code::PhoneMissing);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
                tx.told_rows(grant, id, after, check_limit(limit)?)
            })
    }

    /// Takes an import out again: customers and contacts that it created are archived, what it filled is blank again.
    /// What has been changed since stays, and its customer is named. Interrupted, it is called again.
    ///
    /// # Errors
    /// NotFound; `import.undone`; `access.denied` for a sales rep.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let report = crm_core::doc_example::brought(&me)?;
    /// let undone = me.imports().undo(report.import)?;
    /// assert_eq!((undone.archived, undone.kept.len()), (2, 0));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn undo(&self, id: ImportId) -> Result<ImportUndo> {
        undo::undo(&self.session, id)
    }
}
