//! Workbooks as lists, of whatever kind they are: which of their sheets are read, and their rows.

mod choose;
mod fill;

use std::sync::Arc;

use self::{choose::choose, fill::Fill};
use crate::{heading::Layout, merged::Merged, table::TableOptions};
use crm_core::import::{RawRow, RowProblem, RowSource, SourceError};

/// A workbook that has been opened.
pub(crate) trait Book: Send + Sync {
    /// Its sheets, in their order.
    fn sheets(&self) -> &[Sheet];

    /// A sheet's rows. `limit` is set for a first look at many sheets: then one that has too much before its first rows is
    /// refused.
    fn rows(&self, sheet: &Sheet, limit: Look) -> Result<Box<dyn Rows>, SourceError>;

    /// Reads a sheet to its end, so that a damaged one brings no row in. Of cells that are merged in one row those up to row
    /// `top` matter, where headings are.
    fn check(&self, sheet: &Sheet, top: u64, budget: &mut Budget) -> Result<Checked, SourceError>;

    /// SHA-256 of the file's bytes.
    fn digest(&self) -> [u8; 32];
}

/// How far a sheet is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// At its first rows.
    First,
    /// At all of it.
    Whole,
}

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Where its cells are: what has the same place is the same.
    pub(crate) place: String,
    pub(crate) is_shown: bool,
}

/// The rows of a sheet, from its first one on.
pub(crate) trait Rows: Send {
    /// Refills `cells` with those of the next row that is not blank, `keep` of them at the most; none at the sheet's end.
    fn next(&mut self, cells: &mut Vec<String>, keep: usize) -> Result<Option<Record>, SourceError>;
}

/// What a row was, besides its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// The row of the sheet, from 1.
    pub(crate) line: u64,
    /// Columns up to the last one that is not blank.
    pub(crate) filled: usize,
    /// The first that was found.
    pub(crate) problem: Option<RowProblem>,
    /// Bytes of the cells that are kept.
    pub(crate) kept: usize,
}

/// What is known of a sheet that has been read to its end.
pub(crate) struct Checked {
    /// The last row that is not blank.
    pub(crate) last: u64,
    pub(crate) merged: Merged,
}

/// What the sheets of one list may come to together.
pub(crate) struct Budget {
    /// Bytes that they unpack to.
    pub(crate) bytes: u64,
    /// Bytes of their cells' text.
    pub(crate) text: u64,
    /// Merged cells that matter.
    pub(crate) merged: usize,
}

/// The sheets of a list, which all that read it share.
struct List {
    book: Arc<dyn Book>,
    parts: Vec<Part>,
    headings: Vec<String>,
    /// The names of the sheets that are not read.
    others: Vec<String>,
    /// Rows of all sheets, blank ones in between counted.
    rows: u64,
}

/// A sheet of a list.
struct Part {
    sheet: Sheet,
    layout: Layout,
    merged: Arc<Merged>,
    /// Rows of the sheets before: its own ones are counted on from there.
    before: u64,
}

/// A list that is being read.
pub(crate) struct BookSource {
    list: Arc<List>,
    /// The number of the sheet whose rows these are.
    at: usize,
    rows: Box<dyn Rows>,
    fill: Fill,
    done: u64,
}

/// Opens the list that is in a workbook.
pub(crate) fn open(book: Arc<dyn Book>, options: &TableOptions) -> Result<BookSource, SourceError> {
    let list = Arc::new(choose(book, options)?);
    if list.parts.iter().any(|part| part.merged.is_tall()) {
        // How much text they make is known only now: what is too large is refused before a row comes in.
        let (mut source, mut row) = (BookSource::new(Arc::clone(&list))?, RawRow::default());
        while source.read_row(&mut row)? {}
    }
    BookSource::new(list)
}

impl BookSource {
    fn new(list: Arc<List>) -> Result<Self, SourceError> {
        let first = list.parts.first().ok_or(SourceError::Empty)?;
        Ok(Self {
            rows: list.book.rows(&first.sheet, Look::Whole)?,
            fill: Fill::new(Arc::clone(&first.merged)),
            at: 0,
            done: first.layout.last(),
            list,
        })
    }

    fn read_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let list = Arc::clone(&self.list);
        let expected = list.headings.len();
        while let Some(part) = list.parts.get(self.at) {
            row.cells.resize_with(expected, String::new);
            let Some(mut record) = self.rows.next(&mut row.cells, expected)? else {
                self.at += 1;
                if let Some(next) = list.parts.get(self.at) {
                    self.rows = list.book.rows(&next.sheet, Look::Whole)?;
                    self.fill = Fill::new(Arc::clone(&next.merged));
                }
                continue;
            };
            if record.line <= part.layout.last() {
                continue;
            }
            row.cells.resize_with(expected, String::new);
            self.fill.apply(part.layout.last(), &mut record, &mut row.cells)?;
            row.line = part.before + record.line;
            let count = |columns| u32::try_from(columns).unwrap_or(u32::MAX);
            row.problem = record.problem.or_else(|| {
                (record.filled > expected).then(|| RowProblem::TooManyColumns {
                    found: count(record.filled),
                    expected: count(expected),
                })
            });
            return Ok(true);
        }
        Ok(false)
    }
}

impl RowSource for BookSource {
    fn headings(&self) -> &[String] {
        &self.list.headings
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let more = self.read_row(row)?;
        self.done = match more {
            true => row.line.min(self.list.rows),
            false => self.list.rows,
        };
        Ok(more)
    }

    fn progress(&self) -> (u64, u64) {
        (self.done, self.list.rows)
    }

    fn digest(&self) -> [u8; 32] {
        self.list.book.digest()
    }

    fn reading(&self) -> String {
        let names: Vec<String> = self
            .list
            .parts
            .iter()
            .map(|part| format!("{:?}{}", part.sheet.name, part.layout.said()))
            .collect();
        match names.as_slice() {
            [one] => format!("sheet {one}"),
            several => format!("sheets {}", several.join("; ")),
        }
    }

    fn again(&self) -> Result<Option<Box<dyn RowSource>>, SourceError> {
        Ok(Some(Box::new(Self::new(Arc::clone(&self.list))?)))
    }

    fn left_unread(&self) -> Vec<String> {
        self.list.others.clone()
    }
}
