//! A list that somebody writes to while it is read is two lists in one: its rows are not taken for those of its digest.

use std::{fs::File, time::SystemTime};

use crm_core::import::{RawRow, RowSource, SourceError};

use crate::table::io_error;

/// A list whose file must stay as it was when it was opened.
pub(crate) struct Unchanged {
    source: Box<dyn RowSource>,
    file: File,
    opened: State,
}

/// What tells that a file has been written to.
#[derive(PartialEq, Eq)]
pub(crate) struct State {
    length: u64,
    /// None where the system does not say.
    modified: Option<SystemTime>,
}

impl State {
    pub(crate) fn of(file: &File) -> Result<Self, SourceError> {
        let metadata = file.metadata().map_err(io_error)?;
        Ok(Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}

impl Unchanged {
    /// `opened` is how the file was before any of it was read.
    pub(crate) fn new(source: Box<dyn RowSource>, file: File, opened: State) -> Self {
        Self { source, file, opened }
    }
}

impl RowSource for Unchanged {
    fn headings(&self) -> &[String] {
        self.source.headings()
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let read = self.source.next_row(row);
        // Asked after reading, and before what was wrong with the row: it may be wrong for this.
        match State::of(&self.file)? == self.opened {
            true => read,
            false => Err(SourceError::Changed),
        }
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

    fn left_unread(&self) -> Vec<String> {
        self.source.left_unread()
    }
}
