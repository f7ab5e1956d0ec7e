//! A list that somebody writes to while it is read is two lists in one: its rows are not taken for those of its digest.

use std::time::SystemTime;

use crm_core::import::{RawRow, RowSource, SourceError};

use crate::{stored::StoredFile, table::io_error};

/// A list whose file must stay as it was when it was opened.
pub(crate) struct Unchanged {
    source: Box<dyn RowSource>,
    file: StoredFile,
    opened: State,
}

/// What tells that a file has been written to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    length: u64,
    /// None where the system does not say.
    modified: Option<SystemTime>,
}

impl State {
    pub(crate) fn of(file: &StoredFile) -> Result<Self, SourceError> {
        let metadata = file.metadata().map_err(io_error)?;
        Ok(Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}

impl Unchanged {
    /// `opened` is how the file was before any of it was read.
    pub(crate) fn new(source: Box<dyn RowSource>, file: StoredFile, opened: State) -> Self {
        Self { source, file, opened }
    }

    /// Asked after reading, and before what was wrong with it: it may be wrong for this.
    fn check(&self) -> Result<(), SourceError> {
        match State::of(&self.file)? == self.opened {
            true => Ok(()),
            false => Err(SourceError::Changed),
        }
    }
}

impl RowSource for Unchanged {
    fn headings(&self) -> &[String] {
        self.source.headings()
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let read = self.source.next_row(row);
        self.check()?;
        read
    }

    fn progress(&self) -> (u64, u64) {
        self.source.progress()
    }

    fn digest(&self) -> [u8; 32] {
        self.source.digest()
    }

    fn reading(&self) -> String {
        self.source.reading()
    }

    fn again(&self) -> Result<Option<Box<dyn RowSource>>, SourceError> {
        let again = self.source.again();
        self.check()?;
        let unchanged = |source| Self::new(source, self.file.clone(), self.opened);
        Ok(again?.map(|source| Box::new(unchanged(source)) as Box<dyn RowSource>))
    }

    fn left_unread(&self) -> Vec<String> {
        self.source.left_unread()
    }
}
