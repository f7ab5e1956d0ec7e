//! How much of a list is read. What goes beyond is refused or named, never cut off without a word; and whatever a file
//! holds, reading it takes less than 200 MB of memory, and time that grows with its size alone.

/// The most bytes that a file may have: 4 GiB, as of some ten million rows.
pub const FILE: u64 = 4 * 1024 * 1024 * 1024;

/// The most columns that the headings may take; a table of more is none.
pub const COLUMNS: usize = 1_000;

/// The longest cell that is kept: 1 MiB of UTF-8. A longer one is dropped, and its row marked.
pub const CELL: usize = 1024 * 1024;

/// The most text that a row keeps: 8 MiB of UTF-8. A cell that goes beyond is dropped like an overlong one.
pub const ROW: usize = 8 * 1024 * 1024;

/// A cell's memory above this is given back with the next row.
#[cfg(any(feature = "csv", feature = "xlsx"))]
pub(crate) const KEPT: usize = 64 * 1024;

/// Limits of workbooks, which a few kilobytes can make gigabytes of.
#[cfg(feature = "xlsx")]
pub mod workbook {
    /// The most bytes that a sheet, or those that are one list, may unpack to: 2 GiB, of which a million ordinary rows take half.
    pub const SHEET: u64 = 2 * 1024 * 1024 * 1024;

    /// The most bytes that the strings which cells share may unpack to: 512 MiB, of which a million ordinary rows take a
    /// third.
    pub const STRINGS: u64 = 512 * 1024 * 1024;

    /// The most bytes of these strings that are held in memory: 24 MiB. When there are more, all lie in a temporary file
    /// without a name while the workbook is read.
    pub const HELD: usize = 24 * 1024 * 1024;

    /// The most bytes that each other part may unpack to: 64 MiB.
    pub const PART: u64 = 64 * 1024 * 1024;

    /// The most bytes that the sheets' names, the styles and the like may take: 16 MiB.
    pub const BOOK: usize = 16 * 1024 * 1024;

    /// The most text that the cells of these may come to: 1 GiB. Many cells may share one string.
    pub const TEXT: u64 = 1024 * 1024 * 1024;

    /// The most merged cells of several rows, or among the headings, that the sheets of a list may have.
    pub const MERGED: usize = 100_000;

    /// The longest stretch of text, tag or comment: 4 MiB.
    pub const STRETCH: usize = 4 * 1024 * 1024;

    /// The longest list of the archive's parts: 4 MiB.
    pub const DIRECTORY: u64 = 4 * 1024 * 1024;

    /// The largest workbook of an older Excel version (.xls): 512 MiB.
    pub const OLD: u64 = 512 * 1024 * 1024;

    /// The most bytes that the rows of an OpenDocument workbook (.ods) may come to: 1 GiB, with what tells where their cells
    /// belong. While it is read they lie in a temporary file without a name.
    pub const ROWS: u64 = 1024 * 1024 * 1024;

    /// The columns and rows of a sheet, which are Excel's own.
    pub(crate) const SHEET_COLUMNS: usize = 16_384;
    pub(crate) const SHEET_ROWS: u64 = 1_048_576;
}
