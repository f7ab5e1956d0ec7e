//! A table file as rows, whatever its kind.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::Path,
};

use crate::{
    encoding::Encoding,
    kind::{self, Kind},
    legible::Legible,
    limits,
    stored::StoredFile,
    unchanged::{State, Unchanged},
};
use crm_core::import::{RowSource, SourceError};

/// What the caller knows about a table; what is left out is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// A CSV file's encoding: else told by the whole file.
    pub encoding: Option<Encoding>,
    /// What stands between a CSV file's cells, an ASCII character: else a comma, semicolon, tab or bar, told by the first lines.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook, by name or by number from 1: else the first visible one that has a row with two headings or
    /// more that are known (if none has, the first that is not blank), and with it the visible ones of the same headings, one
    /// after the other. `all`, `全部` or `*` takes the hidden ones of the same headings too, unless a sheet is called so. The
    /// others are named in the report.
    pub sheet: Option<String>,
    /// The row that holds the headings, as the file shows it, from 1: else told by the first 20 rows that are not blank. Of
    /// headings in two rows it is the lower one.
    pub header_row: Option<u32>,
}

/// Opens a CSV file or a workbook (.xlsx, .xls from Excel 97 on, .xlsb, .ods), and reads its headings.
///
/// Of the first 20 rows that are not blank these are the one with most headings that are known, or the first one if none has
/// any; what stands above it is left out. Of two rows of which the upper one groups the lower, a heading is taken from both
/// where that is known (`联系人` above `手机` is `联系人手机`). Lines are those of the file; the rows of a further sheet are
/// counted on from the last one of the sheet before that is not blank.
///
/// Which of these it is, is told by its content, whatever its name promises. Before this returns, the file
/// is read to its end once: a CSV file for its encoding and digest, a workbook for its digest and its faults.
///
/// What a file may have at the most is in [`limits`].
///
/// A merged cell of a sheet says the same in all its rows that are not blank otherwise, and in its first column; of headings it
/// groups all its columns.
///
/// In a CSV file a row with fewer cells than there are headings is marked, and so is one with more, where these are not
/// blank. In a sheet only the second can be. Blank rows are left out. Cells are given as they were found, untrimmed;
/// numbers of a sheet in plain digits (those of more than 15, of which Excel has lost some, as in `1.10101199001011E+17`; with
/// leading zeros where the format is of zeros), dates as `2024-05-01` or `2024-05-01 09:30:00`, errors of a workbook as they are shown
/// (`#REF!`), and a formula whose value is not in the file as `#FORMULA!`.
/// Columns in problems are counted from 1. A row with a character that stands for others is marked too: U+FFFD, or UTF-8 that was
/// read as Windows-1252 or GBK before it came here.
///
/// # Errors
/// - [`SourceError::Missing`], [`SourceError::Io`]: the file is not there, or cannot be read
/// - [`SourceError::Empty`]: nothing but blank rows
/// - [`SourceError::NotThisKind`]: its content is no table. `expected` is `csv`, `xlsx`, `xls`, `xlsb`, `ods` or
///   `csv or xlsx`; `found` is `text`, `binary`, `zip`, `pdf`, `html`, `xml`, `rtf`, `image`, `archive`, `database`,
///   `program` or `folder`, of another program `docx`, `pptx` or `doc`; without the feature that reads it `xls`, `ods` or `xlsb`
/// - [`SourceError::UnclearEncoding`]: the characters of a CSV file make sense in several encodings, or in none
/// - [`SourceError::Device`]: no file that has been stored, but a device, a pipe or a socket
/// - [`SourceError::TooLarge`]: beyond one of the [`limits`]
/// - [`SourceError::Encrypted`]: a workbook behind a password
/// - [`SourceError::NoSheet`]: the workbook has none of that name
/// - [`SourceError::Broken`]: damaged beyond reading; nothing in the row that was named for its headings
///
/// Rows are refused with [`SourceError::Changed`] once the file has been written to.
pub fn open_table(path: &Path, options: &TableOptions) -> Result<Box<dyn RowSource>, SourceError> {
    let (file, kind) = open_file(path)?;
    let opened = State::of(&file)?;
    let watched = file.clone();
    let source: Result<Box<dyn RowSource>, SourceError> = match kind {
        #[cfg(feature = "csv")]
        Kind::Text => Ok(Box::new(crate::csv::open(file, options)?)),
        #[cfg(feature = "xlsx")]
        Kind::Zip | Kind::Ole => Ok(Box::new(crate::xlsx::open(&file, options)?)),
        other => {
            // With a feature off, its files are of no kind that is read.
            let _ = (file, options);
            Err(SourceError::NotThisKind {
                expected: EXPECTED,
                found: other.word(),
            })
        }
    };
    let unchanged = Unchanged::new(source?, watched, opened);
    Ok(Box::new(Legible::new(Box::new(unchanged))))
}

/// The names of a workbook's sheets, in their order; none for a CSV file.
///
/// # Errors
/// As [`open_table`].
pub fn sheets(path: &Path) -> Result<Vec<String>, SourceError> {
    let (file, kind) = open_file(path)?;
    match kind {
        #[cfg(feature = "xlsx")]
        Kind::Zip | Kind::Ole => crate::xlsx::sheets(&file),
        _ => {
            let _ = file;
            Ok(Vec::new())
        }
    }
}

const EXPECTED: &str = match (cfg!(feature = "csv"), cfg!(feature = "xlsx")) {
    (true, false) => "csv",
    (false, true) => "xlsx",
    _ => "csv or xlsx",
};

/// Opens a file whose content is of a kind that is read.
fn open_file(path: &Path) -> Result<(StoredFile, Kind), SourceError> {
    // Asked before it is opened: opening a pipe waits for somebody to write.
    check_stored(&path.metadata().map_err(|error| missing(error, path))?)?;
    let mut file = File::open(path).map_err(|error| missing(error, path))?;
    check_stored(&file.metadata().map_err(io_error)?)?;
    let mut head = Vec::with_capacity(kind::HEAD);
    Read::by_ref(&mut file)
        .take(kind::HEAD as u64)
        .read_to_end(&mut head)
        .map_err(io_error)?;
    if head.is_empty() {
        return Err(SourceError::Empty);
    }
    let kind = kind::of_content(&head);
    kind::check(path, kind, EXPECTED)?;
    Ok((StoredFile::new(file), kind))
}

/// Whether a file is one that is read to its end: what a device or a pipe gives may have none.
fn check_stored(file: &Metadata) -> Result<(), SourceError> {
    if file.is_dir() {
        return Err(SourceError::NotThisKind {
            expected: EXPECTED,
            found: "folder",
        });
    }
    if !file.is_file() {
        return Err(SourceError::Device);
    }
    match file.len() {
        // So are files that the system makes up while they are read.
        0 => Err(SourceError::Empty),
        1..=limits::FILE => Ok(()),
        _ => Err(too_large("the file has more than 4 GiB")),
    }
}

fn missing(error: io::Error, path: &Path) -> SourceError {
    match error.kind() {
        io::ErrorKind::NotFound => SourceError::Missing(path.display().to_string()),
        _ => io_error(error),
    }
}

/// What the system says, without the path, which the caller knows and a log should not.
pub(crate) fn io_error(error: io::Error) -> SourceError {
    SourceError::Io(error.to_string())
}

pub(crate) fn too_large(what: impl Into<String>) -> SourceError {
    SourceError::TooLarge(what.into())
}

/// Headings in more columns than are read.
#[cfg(any(feature = "csv", feature = "xlsx"))]
pub(crate) fn too_many_columns() -> SourceError {
    too_large("the headings take more than 1,000 columns")
}
