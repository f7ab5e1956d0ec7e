//! Rows that have been read already, in a file without a name: of sheets that lie in one part, of which the last ones would
//! be had only by reading the first ones anew each time.

use std::{
    io::{BufReader, Read, Seek, SeekFrom},
    mem,
};

use super::row::{Row, Writer};
use crate::{
    book::{Record, Rows},
    limits::workbook::ROWS,
    stored::StoredFile,
    table::{io_error, too_large},
};
use crm_core::import::SourceError;

/// Bytes that are written together.
const CHUNK: usize = 64 * 1024;
/// Stands for the length of a cell that was dropped.
const TOO_LONG: u32 = u32::MAX;

/// A file that rows are written to.
pub(super) struct Spill {
    file: StoredFile,
    pending: Vec<u8>,
    written: u64,
}

/// The cells of a row by their columns; of one that is too long, its bytes instead.
pub(super) type Cells = Vec<(usize, Result<String, u64>)>;

impl Spill {
    pub(super) fn new() -> Result<Self, SourceError> {
        let file = tempfile::tempfile()
            .map_err(|_| too_large("the workbook's rows need a temporary file, and none can be made"))?;
        Ok(Self {
            file: StoredFile::new(file),
            pending: Vec::new(),
            written: 0,
        })
    }

    /// Where the next row begins.
    pub(super) fn place(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    pub(super) fn write(&mut self, line: u64, cells: &Cells) -> Result<(), SourceError> {
        self.pending.extend(line.to_le_bytes());
        self.pending.extend((cells.len() as u64).to_le_bytes());
        for (column, cell) in cells {
            self.pending.extend((*column as u64).to_le_bytes());
            match cell {
                Ok(text) => {
                    self.pending
                        .extend(u32::try_from(text.len()).unwrap_or(TOO_LONG).to_le_bytes());
                    self.pending.extend(text.as_bytes());
                }
                Err(bytes) => {
                    self.pending.extend(TOO_LONG.to_le_bytes());
                    self.pending.extend(bytes.to_le_bytes());
                }
            }
            if self.pending.len() > CHUNK {
                self.flush()?;
            }
        }
        match self.place() > ROWS {
            true => Err(too_large("the workbook's rows come to more than 1 GiB")),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<(), SourceError> {
        self.written += self.pending.len() as u64;
        let pending = mem::take(&mut self.pending);
        self.file.append(&pending).map_err(io_error)
    }

    /// The file, once all is written.
    pub(super) fn finish(mut self) -> Result<StoredFile, SourceError> {
        self.flush()?;
        Ok(self.file)
    }
}

/// Rows that are read back.
pub(super) struct Spilled {
    file: BufReader<StoredFile>,
    left: u64,
    writer: Writer,
}

impl Spilled {
    /// The rows that lie there.
    pub(super) fn open(file: &StoredFile, (from, to): (u64, u64), text: u64) -> Result<Self, SourceError> {
        let mut file = file.anew();
        file.seek(SeekFrom::Start(from)).map_err(io_error)?;
        Ok(Self {
            file: BufReader::with_capacity(CHUNK, file),
            left: to.saturating_sub(from),
            writer: Writer::new(text),
        })
    }

    /// What the cells' text may still come to.
    pub(super) fn text_left(&self) -> u64 {
        self.writer.left()
    }

    fn number(&mut self) -> Result<u64, SourceError> {
        let mut bytes = [0; 8];
        self.file.read_exact(&mut bytes).map_err(io_error)?;
        self.left = self.left.saturating_sub(8);
        Ok(u64::from_le_bytes(bytes))
    }
}

impl Rows for Spilled {
    fn next(&mut self, cells: &mut Vec<String>, keep: usize) -> Result<Option<Record>, SourceError> {
        loop {
            if self.left == 0 {
                return Ok(None);
            }
            let mut row = Row::new(cells, keep);
            row.record.line = self.number()?;
            for _ in 0..self.number()? {
                let column = usize::try_from(self.number()?).unwrap_or(usize::MAX);
                let mut length = [0; 4];
                self.file.read_exact(&mut length).map_err(io_error)?;
                self.left = self.left.saturating_sub(4);
                let length = u32::from_le_bytes(length);
                if length == TOO_LONG {
                    let bytes = self.number()?;
                    self.writer.put(&mut row, column, |_| Ok(Some(bytes)))?;
                    continue;
                }
                self.left = self.left.saturating_sub(length.into());
                let file = &mut self.file;
                self.writer.put(&mut row, column, |cell| {
                    file.take(length.into()).read_to_string(cell).map_err(io_error)?;
                    Ok(None)
                })?;
            }
            if row.record.filled > 0 {
                return Ok(Some(row.record));
            }
        }
    }
}
