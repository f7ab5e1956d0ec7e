//! Where the rows of a list come from.

/// One row of a list, as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRow {
    /// The line of the file on which the row starts, or the row of the sheet; from 1. Rows of further sheets are counted on from the last
    /// row of the sheet before.
    pub line: u64,
    /// As many cells as there are headings, unless `problem` says otherwise.
    pub cells: Vec<String>,
    /// What is wrong with the row as a whole.
    pub problem: Option<RowProblem>,
}

impl RawRow {
    /// What refuses the row as a whole: all that can be wrong with it, but that its last cells are missing (R9.5).
    pub fn fault(&self) -> Option<&RowProblem> {
        let problem = self.problem.as_ref();
        problem.filter(|problem| !matches!(problem, RowProblem::Short { .. }))
    }
}

/// What can be wrong with a row as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowProblem {
    /// A byte sequence is none of the encoding's.
    BrokenEncoding,
    /// Fewer cells than headings, as a quote that was never closed leaves them: what stands in them cannot be told.
    TooFewColumns {
        /// Cells in the row.
        found: u32,
        /// Headings.
        expected: u32,
    },
    /// Fewer cells than headings, as programs write rows whose last cells are blank: the others are blank. It refuses no row.
    Short {
        /// Cells in the row.
        found: u32,
        /// Headings.
        expected: u32,
    },
    /// More cells than headings.
    TooManyColumns {
        /// Cells in the row.
        found: u32,
        /// Headings.
        expected: u32,
    },
    /// A cell is longer than any field takes.
    CellTooLong {
        /// The column, from 1.
        column: u32,
        /// The cell's bytes, as far as they were counted.
        bytes: u64,
    },
    /// A cell contains a NUL character.
    Nul {
        /// The column, from 1.
        column: u32,
    },
}

/// Why a list cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// There is no such file.
    #[error("there is no file {0}")]
    Missing(String),
    /// The file has no rows, not even headings.
    #[error("the file is empty")]
    Empty,
    /// The file is not what its name says.
    #[error("expected {expected}, found {found}")]
    NotThisKind {
        /// What its name says.
        expected: &'static str,
        /// What its bytes say.
        found: &'static str,
    },
    /// The file is protected by a password.
    #[error("the file is encrypted")]
    Encrypted,
    /// The file is damaged.
    #[error("the file is broken: {0}")]
    Broken(String),
    /// The encoding asked for is not known.
    #[error("unknown encoding {0}")]
    UnknownEncoding(String),
    /// The file may be in any of several encodings, with a line in each of them: one must be named.
    #[error("the encoding must be named: {0}")]
    UnclearEncoding(String),
    /// The workbook has no sheet of this name.
    #[error("there is no sheet {0:?}")]
    NoSheet(String),
    /// It goes beyond what is read of a list.
    #[error("the file is too large: {0}")]
    TooLarge(String),
    /// No file that has been stored, but a device, a pipe or a socket: what it gives may have no end.
    #[error("this is no file that has been stored")]
    Device,
    /// The file was written to while it was being read.
    #[error("the file has changed since it was opened")]
    Changed,
    /// Reading failed.
    #[error("reading failed: {0}")]
    Io(String),
}

impl From<SourceError> for crate::Error {
    fn from(error: SourceError) -> Self {
        use crate::{Code, Problem, model::fields::FILE};

        Self::invalid(match error {
            SourceError::Missing(path) => Problem::with(FILE, Code::SourceMissing, path),
            SourceError::Empty => Problem::new(FILE, Code::SourceEmpty),
            SourceError::NotThisKind { expected, found } => {
                Problem::with(FILE, Code::SourceWrongKind, format!("{expected} ≠ {found}"))
            }
            SourceError::Encrypted => Problem::new(FILE, Code::SourceEncrypted),
            SourceError::Broken(detail) => Problem::with(FILE, Code::SourceBroken, detail),
            SourceError::UnknownEncoding(label) => Problem::with(FILE, Code::SourceEncoding, label),
            SourceError::UnclearEncoding(candidates) => {
                Problem::with(FILE, Code::SourceEncodingUnclear, candidates)
            }
            SourceError::NoSheet(name) => Problem::with(FILE, Code::SourceNoSheet, name),
            SourceError::TooLarge(what) => Problem::with(FILE, Code::SourceTooLarge, what),
            SourceError::Device => Problem::new(FILE, Code::SourceDevice),
            SourceError::Changed => Problem::new(FILE, Code::SourceChanged),
            SourceError::Io(detail) => Problem::with(FILE, Code::SourceIo, detail),
        })
    }
}

/// A list that is read row by row, in memory that does not grow with the rows.
pub trait RowSource: Send {
    /// The headings, as found.
    fn headings(&self) -> &[String];

    /// Refills `row`, reusing its memory; false at the end of the list. Lines rise: a list of which one does not is
    /// taken for damaged.
    ///
    /// # Errors
    /// When the list cannot be read on.
    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError>;

    /// How much has been read, and of how much; never falls.
    fn progress(&self) -> (u64, u64);

    /// SHA-256 of the list's bytes, by which it is known again.
    fn digest(&self) -> [u8; 32];

    /// How the bytes were read, where that can be done in more than one way: which sheet, in which encoding. By this the
    /// list is known again too, since the same bytes read otherwise are another list.
    fn reading(&self) -> String {
        String::new()
    }

    /// The same list from its first row on, for what has to be known of the whole of it before that row is taken; `None` where it
    /// can be read once only.
    ///
    /// # Errors
    /// When it cannot be opened again.
    fn again(&self) -> Result<Option<Box<dyn RowSource>>, SourceError> {
        Ok(None)
    }

    /// What of the file is not read with it, by name: the other sheets of a workbook (R9.5 f).
    fn left_unread(&self) -> Vec<String> {
        Vec::new()
    }
}
