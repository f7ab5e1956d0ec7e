//! A table as CSV. Written here, and not by the reader's library: a list that came as a workbook is answered in CSV, too.

use std::io::{self, Write};

use crm_core::import::guard_text;

use crate::report::Bom;

/// Marks the file as UTF-8 for spreadsheets that would guess otherwise.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A CSV file that is being written.
pub(crate) struct CsvTable<W> {
    to: W,
}

impl<W: Write> CsvTable<W> {
    pub(crate) fn new(mut to: W, headings: &[&str], bom: Bom) -> io::Result<Self> {
        if bom == Bom::With {
            to.write_all(BYTE_ORDER_MARK)?;
        }
        let mut table = Self { to };
        table.row(headings.iter().copied())?;
        Ok(table)
    }

    pub(crate) fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.to.write_all(b",")?;
            }
            let cell = guard_text(cell);
            match cell.contains([',', '"', '\n', '\r']) {
                true => write!(self.to, "\"{}\"", cell.replace('"', "\"\""))?,
                false => self.to.write_all(cell.as_bytes())?,
            }
        }
        self.to.write_all(b"\n")
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
