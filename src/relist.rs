//! A list that has been imported, read once more beside what became of its rows.

use std::path::{Path, PathBuf};

use crm_core::import::{RawRow, RowSource, SourceError, unwrap_text};
use crm_exchange::{TableOptions, open_table};

use crate::Result;

/// Where a list is, how it is read, and by what it is known to be the same.
#[derive(Clone)]
pub(crate) struct Relist {
    path: PathBuf,
    table: TableOptions,
    digest: [u8; 32],
    reading: String,
}

impl Relist {
    /// The list that `source` was opened from.
    pub(crate) fn of(path: &Path, table: &TableOptions, source: &dyn RowSource) -> Self {
        Self {
            // The working folder may be another one by then.
            path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
            table: table.clone(),
            digest: source.digest(),
            reading: source.reading(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the list again.
    ///
    /// # Errors
    /// `source.changed` if it is another by now; `source.*` if it cannot be read any more.
    pub(crate) fn open(&self) -> Result<Relisted> {
        let source = open_table(&self.path, &self.table)?;
        match source.digest() == self.digest && source.reading() == self.reading {
            true => Ok(Relisted {
                source,
                row: RawRow::default(),
            }),
            false => Err(SourceError::Changed.into()),
        }
    }
}

/// A list that is read again.
pub(crate) struct Relisted {
    source: Box<dyn RowSource>,
    /// The latest row.
    row: RawRow,
}

impl Relisted {
    /// The headings, as they are meant.
    pub(crate) fn headings(&self) -> Vec<String> {
        let mut headings = self.source.headings().to_vec();
        headings.iter_mut().for_each(unwrap_text);
        headings
    }

    /// The row that begins on a line, with its cells as they are meant; none if there is none, or if it is past.
    ///
    /// # Errors
    /// When the list cannot be read on; `source.changed` once it has been written to.
    pub(crate) fn row(&mut self, line: u64) -> Result<Option<&RawRow>> {
        while self.row.line < line {
            if !self.source.next_row(&mut self.row)? {
                // Whatever is asked for next is not there either.
                self.row.line = u64::MAX;
                break;
            }
            if self.row.line == line {
                self.row.cells.iter_mut().for_each(unwrap_text);
            }
        }
        Ok(Some(&self.row).filter(|row| row.line == line))
    }
}
