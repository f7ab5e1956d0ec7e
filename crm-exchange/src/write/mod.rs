//! Tables that people open in a spreadsheet, written row by row: CSV, or an Excel workbook (feature `xlsx-write`).
//!
//! What stands in a cell was typed by somebody, and the spreadsheet is somebody else's: no cell starts a formula there
//! (R9.5 j). Neither kind uses memory that grows with the rows.

mod csv;
#[cfg(feature = "xlsx-write")]
mod xlsx;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

pub(crate) use self::csv::CsvTable;
#[cfg(feature = "xlsx-write")]
use self::xlsx::XlsxTable;
#[cfg(feature = "xlsx-write")]
pub(crate) use self::xlsx::{contained, width};
use crate::report::Bom;

/// The kinds of files that tables are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableKind {
    /// UTF-8 with a byte order mark, by which Excel knows it.
    Csv,
    /// An Excel workbook of one sheet.
    Xlsx,
}

impl TableKind {
    /// The kind that a file's name promises, by its ending.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        if ending.eq_ignore_ascii_case("csv") {
            Some(Self::Csv)
        } else if ending.eq_ignore_ascii_case("xlsx") {
            Some(Self::Xlsx)
        } else {
            None
        }
    }
}

/// What a workbook needs besides its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetOptions {
    /// The sheet's name; else it has Excel's own.
    pub name: Option<String>,
    /// Columns that stay in sight, from the left, as the headings do.
    pub frozen: u16,
    /// The folder for what is not held in memory, in a file without a name; else the system's.
    pub scratch: Option<PathBuf>,
}

/// A cell of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell<'a> {
    /// What stands in it, as it is meant.
    pub text: &'a str,
    /// Whether it is shown as wrong; CSV has no means for it.
    pub marked: bool,
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, marked: false }
    }
}

/// Writes a table as its rows come.
///
/// ```
/// use crm_exchange::{Cell, SheetOptions, TableKind, TableWriter};
///
/// let mut file = Vec::new();
/// let mut table = TableWriter::new(TableKind::Csv, &mut file, &["电话"], &SheetOptions::default())?;
/// table.row([Cell::from("+86 21 5555 0199")])?;
/// table.finish()?;
/// assert_eq!(String::from_utf8_lossy(&file), "\u{feff}电话\n'+86 21 5555 0199\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct TableWriter<W: Write + Send>(Kinds<W>);

enum Kinds<W: Write + Send> {
    Csv(CsvTable<W>),
    #[cfg(feature = "xlsx-write")]
    Xlsx(Box<XlsxTable<W>>),
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a table with its headings.
    ///
    /// # Errors
    /// When `to` or the scratch file cannot be written; for a workbook where the feature is off.
    pub fn new(kind: TableKind, to: W, headings: &[&str], sheet: &SheetOptions) -> io::Result<Self> {
        match kind {
            TableKind::Csv => CsvTable::new(to, headings, Bom::With).map(Kinds::Csv).map(Self),
            #[cfg(feature = "xlsx-write")]
            TableKind::Xlsx => {
                let table = XlsxTable::new(to, headings, sheet)?;
                Ok(Self(Kinds::Xlsx(Box::new(table))))
            }
            #[cfg(not(feature = "xlsx-write"))]
            TableKind::Xlsx => {
                let _ = sheet;
                Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    "no workbooks are written here: name it .csv",
                ))
            }
        }
    }

    /// Writes the next row.
    ///
    /// # Errors
    /// When it cannot be written, or goes beyond what a sheet takes: 1,048,576 rows, 32,767 characters in a cell.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> io::Result<()> {
        match &mut self.0 {
            Kinds::Csv(table) => table.row(cells.into_iter().map(|cell| cell.text)),
            #[cfg(feature = "xlsx-write")]
            Kinds::Xlsx(table) => table.row(cells),
        }
    }

    /// Ends the table, and hands everything on to where it goes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Kinds::Csv(mut table) => table.flush(),
            #[cfg(feature = "xlsx-write")]
            Kinds::Xlsx(table) => table.finish(),
        }
    }
}
