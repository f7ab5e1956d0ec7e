//! A table as an Excel workbook, by `rust_xlsxwriter`: its rows go through a file without a name, so that they take no memory.

use std::{
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
};

use rust_xlsxwriter::{Color, Format, IgnoreError, Workbook, XlsxError};

use super::{Cell, SheetOptions};

/// Widths of columns, in digits: a Chinese character takes two.
const NARROWEST: usize = 8;
const WIDEST: usize = 60;

/// Excel's own format of texts.
const TEXT: u8 = 49;

/// What tells a wrong cell, and a heading.
const WRONG: Color = Color::RGB(0x00FF_EB3B);
const HEADING: Color = Color::RGB(0x00E7_E6E6);

/// A workbook that is being written.
pub(super) struct XlsxTable<W> {
    to: W,
    book: Workbook,
    formats: Formats,
    row: u32,
    /// What each column's longest cell takes.
    widths: Vec<usize>,
}

struct Formats {
    heading: Format,
    /// Text, so that what is typed in its place stays what was typed, too.
    text: Format,
    wrong: Format,
}

impl<W: Write + Send> XlsxTable<W> {
    pub(super) fn new(to: W, headings: &[&str], options: &SheetOptions) -> io::Result<Self> {
        let text = Format::new().set_num_format_index(TEXT);
        let formats = Formats {
            heading: text.clone().set_bold().set_background_color(HEADING),
            wrong: text.clone().set_background_color(WRONG),
            text,
        };
        let mut table = Self {
            to,
            book: Workbook::new(),
            formats,
            row: 0,
            widths: Vec::new(),
        };
        contained(|| table.begin(headings, options))?;
        Ok(table)
    }

    fn begin(&mut self, headings: &[&str], options: &SheetOptions) -> Result<(), XlsxError> {
        if let Some(scratch) = &options.scratch {
            self.book.set_tempdir(scratch)?;
        }
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        if let Some(name) = &options.name {
            sheet.set_name(name)?;
        }
        sheet.set_freeze_panes(1, options.frozen)?;
        for (column, heading) in (0..).zip(headings) {
            sheet.set_column_format(column, &self.formats.text)?;
            sheet.write_string_with_format(0, column, *heading, &self.formats.heading)?;
        }
        self.widths = headings.iter().map(|heading| width(heading)).collect();
        self.row = 1;
        Ok(())
    }

    pub(super) fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> io::Result<()> {
        contained(|| self.write(cells))
    }

    fn write<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), XlsxError> {
        let sheet = self.book.worksheet_from_index(0)?;
        for (place, cell) in cells.into_iter().enumerate() {
            let column = u16::try_from(place).map_err(|_| XlsxError::RowColumnLimitError)?;
            let format = match cell.marked {
                true => &self.formats.wrong,
                false => &self.formats.text,
            };
            match (cell.text, cell.marked) {
                ("", false) => continue,
                ("", true) => sheet.write_blank(self.row, column, format)?,
                // A string whatever it looks like: neither a formula nor a number.
                (text, _) => sheet.write_string_with_format(self.row, column, text, format)?,
            };
            if self.widths.len() <= place {
                self.widths.resize(place + 1, 0);
            }
            if let Some(widest) = self.widths.get_mut(place) {
                *widest = width(cell.text).max(*widest);
            }
        }
        self.row += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        contained(|| {
            let sheet = self.book.worksheet_from_index(0)?;
            for (column, width) in (0..).zip(&self.widths) {
                let width = (width + 2).clamp(NARROWEST, WIDEST);
                sheet.set_column_width(column, width as f64)?;
            }
            // Numbers are texts here on purpose, and no cell is to look wrong that is not.
            let last = u16::try_from(self.widths.len().saturating_sub(1));
            let last = last.map_err(|_| XlsxError::RowColumnLimitError)?;
            sheet.ignore_error_range(0, 0, self.row, last, IgnoreError::NumberStoredAsText)?;
            self.book.save_to_writer(&mut self.to)
        })?;
        self.to.flush()
    }
}

/// What the writer's library answers. It panics where its scratch file cannot be written: a full disk is an error here.
pub(crate) fn contained<T>(write: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(write)) {
        Ok(Err(XlsxError::IoError(error))) => Err(error),
        Ok(written) => written.map_err(io::Error::other),
        Err(_) => Err(io::Error::other("the sheet could not be written")),
    }
}

/// What a cell's longest line takes, in digits; no more than counts.
pub(crate) fn width(text: &str) -> usize {
    let of = |line: &str| {
        line.chars()
            .take(WIDEST)
            .map(|c| if c < '\u{1100}' { 1 } else { 2 })
            .sum()
    };
    text.lines().map(of).max().unwrap_or_default()
}
