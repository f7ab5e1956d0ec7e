//! What is held of a workbook in memory beside its shared strings, against one limit.

use std::borrow::Cow;

use crate::{limits::workbook::BOOK, table::too_large};
use crm_core::import::SourceError;

/// What may still be held.
pub(super) struct Room {
    left: usize,
}

impl Room {
    pub(super) fn new() -> Self {
        Self { left: BOOK }
    }

    /// Takes room for something of so many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), SourceError> {
        self.left = self
            .left
            .checked_sub(bytes)
            .ok_or_else(|| too_large("the workbook's sheets and styles take more than 16 MiB"))?;
        Ok(())
    }

    /// Takes room for a text, and what its memory is kept account of in.
    pub(super) fn text(&mut self, text: Cow<'_, str>) -> Result<String, SourceError> {
        self.take(text.len() + 64)?;
        Ok(text.into_owned())
    }
}
