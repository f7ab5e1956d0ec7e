//! Rows as they are put together, cell by cell, whatever the workbook's kind.

use crate::{
    book::Record,
    limits::{KEPT, ROW},
    table::too_large,
};
use crm_core::import::{RowProblem, SourceError};

/// What puts cells where they belong, and counts their text.
pub(super) struct Writer {
    /// What the cells' text may still come to.
    left: u64,
    /// A cell that is not kept.
    spare: String,
}

/// A row that is being put together: its first `keep` cells, which grow as needed. The rest are only looked at.
pub(super) struct Row<'a> {
    pub(super) cells: &'a mut Vec<String>,
    pub(super) keep: usize,
    pub(super) record: Record,
}

impl<'a> Row<'a> {
    /// A blank row. A large cell's memory is given back.
    pub(super) fn new(cells: &'a mut Vec<String>, keep: usize) -> Self {
        for cell in cells.iter_mut() {
            if cell.capacity() > KEPT {
                *cell = String::new();
            }
            cell.clear();
        }
        Self {
            cells,
            keep,
            record: Record::default(),
        }
    }
}

impl Writer {
    /// The cells' text may come to so many bytes.
    pub(super) fn new(text: u64) -> Self {
        Self {
            left: text,
            spare: String::new(),
        }
    }

    /// What the cells' text may still come to.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Puts a cell into a row: `write` appends what it says, and answers its bytes if they were too many.
    pub(super) fn put(
        &mut self,
        row: &mut Row<'_>,
        column: usize,
        write: impl FnOnce(&mut String) -> Result<Option<u64>, SourceError>,
    ) -> Result<(), SourceError> {
        let is_kept = column < row.keep;
        if is_kept && row.cells.len() <= column {
            row.cells.resize_with(column + 1, String::new);
        }
        if self.spare.capacity() > KEPT {
            self.spare = String::new();
        }
        self.spare.clear();
        let kept = row.cells.get_mut(column).filter(|_| is_kept);
        let cell = kept.unwrap_or(&mut self.spare);
        cell.clear();
        let mut too_long = write(cell)?;
        self.left = self
            .left
            .checked_sub(cell.len() as u64)
            .ok_or_else(|| too_large("the sheets' cells have more than 1 GiB of text"))?;
        let record = &mut row.record;
        if is_kept && record.kept + cell.len() > ROW {
            too_long = too_long.or(Some(cell.len() as u64));
            *cell = String::new();
        }
        record.kept += if is_kept { cell.len() } else { 0 };
        let number = u32::try_from(column + 1).unwrap_or(u32::MAX);
        let problem = match too_long {
            Some(bytes) => Some(RowProblem::CellTooLong {
                column: number,
                bytes,
            }),
            None => memchr::memchr(0, cell.as_bytes()).map(|_| RowProblem::Nul { column: number }),
        };
        if problem.is_some() || !cell.trim_start().is_empty() {
            record.filled = record.filled.max(column + 1);
        }
        record.problem = record.problem.take().or(problem);
        Ok(())
    }
}
