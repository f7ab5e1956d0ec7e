//! What people bring: table files, read row by row; and what they are given: [`TableWriter`].
//!
//! A list comes as CSV (feature `csv`), as an Excel workbook (feature `xlsx`), or as one of an older version, a binary one or
//! one of OpenDocument (feature `spreadsheets`); [`open_table`] finds out which, by the
//! file's content, and gives its rows as they were found. Nothing is decided here: which heading means what, and whether
//! a row is good, is the core's affair. All readers use memory that does not grow with the number of rows, whatever is in
//! the file, and none panics: [`limits`] says what is read.
//!
//! ```
//! # #[cfg(feature = "csv")] {
//! use crm_core::import::{RawRow, RowSource};
//! use crm_exchange::{TableOptions, open_table};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("list.csv");
//! # std::fs::write(&path, "客户名称;联系电话\n李伟;13912345678\n")?;
//! let mut list = open_table(&path, &TableOptions::default())?;
//! assert_eq!(list.headings(), ["客户名称", "联系电话"]);
//! let mut row = RawRow::default();
//! while list.next_row(&mut row)? {
//!     assert_eq!((row.line, &row.cells[..]), (2, &["李伟".to_string(), "13912345678".to_string()][..]));
//! }
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "xlsx")]
mod book;
#[cfg(feature = "calendar")]
mod calendar;
mod encoding;
#[cfg(any(feature = "csv", feature = "xlsx"))]
mod heading;
mod kind;
mod legible;
pub mod limits;
#[cfg(any(feature = "csv", feature = "xlsx"))]
mod merged;
mod outcome;
pub mod report;
mod stored;
mod table;
#[cfg(feature = "xlsx-write")]
mod template;
mod unchanged;
mod write;

#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "csv")]
mod delimiter;
#[cfg(feature = "csv")]
mod judge;
#[cfg(feature = "csv")]
mod record;
#[cfg(feature = "csv")]
mod survey;
#[cfg(feature = "csv")]
mod text;
#[cfg(feature = "xlsx")]
mod xlsx;

#[cfg(feature = "calendar")]
pub use calendar::calendar;
pub use encoding::Encoding;
pub use outcome::{OutcomeWriter, reasons};
pub use table::{TableOptions, open_table, sheets};
#[cfg(feature = "xlsx-write")]
pub use template::TemplateWriter;
pub use write::{Cell, SheetOptions, TableKind, TableWriter};
