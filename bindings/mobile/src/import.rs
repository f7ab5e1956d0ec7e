//! Importing a file, step by step, and what became of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crmkit::{
    Code, Error, FileImport, Import, ImportId, ImportReport, ImportRow, ImportUndo, Problem, Progress,
    model::fields,
};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

/// What the caller knows about a file; what is left out is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct TableOptions {
    /// A CSV file's encoding, as in `GB18030`: else told by the whole file.
    #[uniffi(default)]
    pub encoding: Option<String>,
    /// What stands between a CSV file's cells, one ASCII character: else told by the first lines.
    #[uniffi(default)]
    pub delimiter: Option<String>,
    /// The sheet of a workbook: else the first visible one with known headings, and those with the same ones; `all` takes the
    /// hidden ones too.
    #[uniffi(default)]
    pub sheet: Option<String>,
    /// The row that holds the headings, from 1: else told by the first rows.
    #[uniffi(default)]
    pub header_row: Option<u32>,
}

impl TryFrom<TableOptions> for crmkit::TableOptions {
    type Error = Error;

    fn try_from(
        TableOptions {
            encoding,
            delimiter,
            sheet,
            header_row,
        }: TableOptions,
    ) -> crmkit::Result<Self> {
        let encoding = encoding.map(|label| label.parse()).transpose()?;
        let delimiter = match delimiter.as_deref().map(str::as_bytes) {
            None => None,
            Some(&[delimiter]) => Some(delimiter),
            Some(_) => {
                let rejected = delimiter.unwrap_or_default();
                return Err(Error::invalid(Problem::with(
                    fields::FILE,
                    Code::SettingInvalid,
                    rejected,
                )));
            }
        };
        header_row.map_or(Ok(()), |row| from_zero("header_row", row))?;
        Ok(Self {
            encoding,
            delimiter,
            sheet,
            header_row,
        })
    }
}

of_session! {
    /// An import of a file, stepped by the host. Not stepping it is stopping it; nothing is lost, and importing the same
    /// file again goes on.
    ImportJob(Mutex<FileImport>)
}

#[uniffi::export]
impl ImportJob {
    /// Takes one step; after the last row it answers with the last progress.
    ///
    /// Fails with `storage.*`, after which the step can be tried again; with Invalid when the file cannot be read on;
    /// with `file.outcome` if the outcome cannot be written.
    pub fn step(&self) -> Result<Progress> {
        self.call(|job| locked(job).step(&mut |_| {}))
    }

    /// Writes the rows that have been refused so far to an Excel workbook or a CSV file, by the ending of `path`: all their
    /// columns, in front of them why, the wrong cells marked. Mended there, it is imported as any list. Gives how many.
    ///
    /// Fails with `source.changed` if the list, which is read again for it, is another by now; with `file.outcome_in_use` or
    /// `file.outcome` if the file cannot be written there.
    pub fn fix_list(&self, path: String) -> Result<u64> {
        self.call(|job| locked(job).fix_list(path))
    }

    /// What the import has come to so far.
    pub fn report(&self) -> Result<ImportReport> {
        self.call(|job| Ok(locked(job).report()))
    }
}

/// A step that panicked has stored nothing, and the job stands where it stood.
fn locked(job: &Mutex<FileImport>) -> MutexGuard<'_, FileImport> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}

of_session! {
    /// Imports, for one session.
    Imports(crmkit::Imports)
}

#[uniffi::export]
impl Session {
    /// Imports.
    pub fn imports(&self) -> Arc<Imports> {
        Imports::new(self.inner.imports(), self.language)
    }
}

#[uniffi::export]
impl Imports {
    /// The imports that the caller may see, the latest first.
    pub fn list(&self) -> Result<Vec<Import>> {
        self.call(crmkit::Imports::list)
    }

    /// Up to `limit` rows of an import, by line, after the line `after`.
    ///
    /// Fails with NotFound for an import that the caller may not see.
    #[uniffi::method(default(after = 0, limit = 1000))]
    pub fn rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        self.call(|imports| {
            from_zero(fields::AFTER, after)?;
            from_zero(fields::LIMIT, limit)?;
            imports.rows(id, after, limit)
        })
    }

    /// Takes an import out again: customers and contacts that it created are archived, what it filled is blank again.
    /// What has been changed since stays, and its customer is named. Interrupted, it is called again.
    ///
    /// Fails with NotFound; with `import.undone`; with `access.denied` for a sales rep.
    pub fn undo(&self, id: ImportId) -> Result<ImportUndo> {
        self.call(|imports| imports.undo(id))
    }
}
