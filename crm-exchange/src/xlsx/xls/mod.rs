//! Workbooks of older Excel versions (.xls, 97 to 2003), whose sheets lie one after the other in one stream.
//!
//! What is read of them is what is read of newer ones, by the same means: strings, formats, rows.

mod ole;
mod records;

use std::{collections::HashMap, sync::Arc};

use self::{
    ole::{Ole, Stream},
    records::{Records, cut_off, kind},
};
use super::{
    bytes,
    format::{Formats, Style},
    held::Room,
    row::{Row, Writer},
    sheet::{Meaning, rising},
    strings::Strings,
    text::Text,
    value::error,
};
use crate::{
    book::{Book, Budget, Checked, Look, Record, Rows, Sheet},
    limits::workbook::{SHEET_COLUMNS, TEXT},
    merged::{Merged, Range},
    stored::StoredFile,
    table::too_large,
};
use crm_core::import::SourceError;

/// The version of the records from Excel 97 on.
const VERSION: u16 = 0x0600;
/// What a sheet with cells is, among charts and macros.
const WITH_CELLS: u8 = 0;

/// An old workbook whose strings and formats have been read.
pub(super) struct XlsBook {
    stream: Stream,
    sheets: Vec<Sheet>,
    /// Where each sheet's records begin.
    places: Vec<u64>,
    meaning: Meaning,
    digest: [u8; 32],
}

impl XlsBook {
    pub(super) fn open(file: &StoredFile, digest: [u8; 32]) -> Result<Self, SourceError> {
        let ole = Ole::open(file)?;
        if !ole.has("Workbook") {
            // Of a version before, a text document, an installer.
            return Err(match ole.has("EncryptedPackage") {
                true => SourceError::Encrypted,
                false => SourceError::NotThisKind {
                    expected: "xls",
                    found: if ole.has("WordDocument") { "doc" } else { "binary" },
                },
            });
        }
        let stream = ole.stream("Workbook")?;
        let mut records = Records::new(stream.clone());
        let mut room = Room::new();
        let (mut sheets, mut places) = (Vec::new(), Vec::new());
        let (mut styles, mut own) = (Vec::new(), HashMap::new());
        let (mut strings, mut from_1904) = (Strings::none(), false);
        if records.next()? != kind::BEGIN || records.short()? != VERSION {
            return Err(SourceError::Broken(
                "the workbook is of a version before Excel 97".into(),
            ));
        }
        loop {
            match records.next()? {
                kind::EOF => break,
                kind::ENCRYPTED => return Err(SourceError::Encrypted),
                kind::FROM_1904 => from_1904 = records.short()? == 1,
                kind::FORMAT => {
                    let id = records.short()?;
                    let mut code = Text::default();
                    records.text(false, &mut code)?;
                    own.insert(u32::from(id), room.text(code.value().into())?);
                }
                kind::STYLE => {
                    records.short()?;
                    room.take(size_of::<u32>() * 2)?;
                    styles.push(u32::from(records.short()?));
                }
                kind::SHEET => {
                    let place = records.long()?;
                    let (hidden, sort) = (records.byte()? & 3, records.byte()?);
                    let mut name = Text::default();
                    records.text(true, &mut name)?;
                    if sort == WITH_CELLS {
                        sheets.push(Sheet {
                            name: room.text(name.value().into())?,
                            place: room.text(place.to_string().into())?,
                            is_shown: hidden == 0,
                        });
                        places.push(u64::from(place));
                    }
                }
                kind::STRINGS => {
                    records.long()?;
                    let mut left = records.long()?;
                    strings = Strings::collect(&mut room, |text| {
                        if left == 0 || !records.has_string()? {
                            return Ok(false);
                        }
                        left -= 1;
                        records.text(false, text)?;
                        Ok(true)
                    })?;
                }
                _ => {}
            }
        }
        Ok(Self {
            stream,
            sheets,
            places,
            meaning: Meaning {
                strings,
                formats: Arc::new(Formats::of(&styles, &own, &mut room)?),
                from_1904,
            },
            digest,
        })
    }

    fn sheet(&self, sheet: &Sheet, bytes: u64, text: u64) -> Result<XlsSheet, SourceError> {
        let at = self.sheets.iter().position(|other| other.place == sheet.place);
        let place = at.and_then(|at| self.places.get(at)).ok_or_else(cut_off)?;
        let mut stream = self.stream.clone();
        stream.go_to(*place, bytes);
        let mut records = Records::new(stream);
        match records.next()? {
            kind::BEGIN => Ok(XlsSheet {
                records,
                meaning: self.meaning.again(),
                writer: Writer::new(text),
                text: Text::default(),
                depth: 1,
                ahead: None,
                line: 0,
                merged: Vec::new(),
            }),
            _ => Err(SourceError::Broken("a sheet of the workbook is nowhere".into())),
        }
    }
}

impl Book for XlsBook {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn rows(&self, sheet: &Sheet, look: Look) -> Result<Box<dyn Rows>, SourceError> {
        Ok(Box::new(self.sheet(sheet, bytes(look), TEXT)?))
    }

    fn check(&self, sheet: &Sheet, top: u64, budget: &mut Budget) -> Result<Checked, SourceError> {
        let mut rows = self.sheet(sheet, budget.bytes, budget.text)?;
        let (mut cells, mut last) = (Vec::new(), 0);
        while let Some(record) = rows.next(&mut cells, 0)? {
            last = record.line;
        }
        let (bytes, text) = (rows.records.read(), rows.writer.left());
        let matters = |range: &Range| range.is_tall() || range.rows.0 <= top;
        let ranges: Vec<Range> = rows.merged.into_iter().filter(matters).collect();
        budget.merged = budget
            .merged
            .checked_sub(ranges.len())
            .ok_or_else(too_many_merged)?;
        budget.text = text;
        budget.bytes = budget.bytes.saturating_sub(bytes);
        Ok(Checked {
            last,
            merged: Merged::new(ranges),
        })
    }

    fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// A sheet that is being read.
struct XlsSheet {
    records: Records,
    meaning: Meaning,
    writer: Writer,
    text: Text,
    /// Sheets and the charts within them that have begun and not ended.
    depth: usize,
    /// A record of the next row, which has been read already, and that row.
    ahead: Option<(u16, u64)>,
    /// The latest row.
    line: u64,
    merged: Vec<Range>,
}

impl Rows for XlsSheet {
    fn next(&mut self, cells: &mut Vec<String>, keep: usize) -> Result<Option<Record>, SourceError> {
        loop {
            match self.row(Row::new(cells, keep))? {
                Some(record) if record.filled == 0 => {}
                found => return Ok(found),
            }
        }
    }
}

impl XlsSheet {
    /// Reads the cells of the next row that has some.
    fn row(&mut self, mut row: Row<'_>) -> Result<Option<Record>, SourceError> {
        let mut line = None;
        // The cell whose text stands in a record of its own, behind that of the formula that it is of.
        let mut formula = None;
        while self.depth > 0 {
            let (kind, here) = match self.ahead.take() {
                Some(ahead) => ahead,
                None => match self.next_cell()? {
                    Some(cell) => cell,
                    None => continue,
                },
            };
            if kind == kind::FORMULA_TEXT {
                if let Some(column) = formula.take() {
                    self.text.clear();
                    self.records.text(false, &mut self.text)?;
                    let text = &self.text;
                    self.writer.put(&mut row, column, |cell| {
                        cell.push_str(text.value());
                        Ok(text.too_long())
                    })?;
                }
                continue;
            }
            match line {
                None => line = Some(rising(self.line, here)?),
                Some(line) if line != here => {
                    self.ahead = Some((kind, here));
                    break;
                }
                Some(_) => {}
            }
            formula = self.cell(kind, &mut row)?;
        }
        let Some(line) = line else { return Ok(None) };
        self.line = line;
        row.record.line = line;
        Ok(Some(row.record))
    }

    /// Goes on to the next record of a cell, or of a formula's text: its kind, and the row, which has been taken off the record.
    fn next_cell(&mut self) -> Result<Option<(u16, u64)>, SourceError> {
        let kind = self.records.next()?;
        match kind {
            kind::BEGIN => self.depth += 1,
            kind::EOF => self.depth -= 1,
            // Charts within a sheet have cells of their own.
            _ if self.depth > 1 => {}
            kind::MERGED => {
                for _ in 0..self.records.short()? {
                    let [first, last] =
                        [self.records.short()?, self.records.short()?].map(|row| u64::from(row) + 1);
                    let [left, right] = [self.records.short()?, self.records.short()?].map(usize::from);
                    if self.merged.len() > MOST_MERGED {
                        return Err(too_many_merged());
                    }
                    self.merged.push(Range {
                        rows: (first.min(last), first.max(last)),
                        columns: (left.min(right), left.max(right)),
                    });
                }
            }
            kind::FORMULA_TEXT => return Ok(Some((kind, self.line))),
            kind::FORMULA
            | kind::MANY_NUMBERS
            | kind::RICH_TEXT
            | kind::SHARED
            | kind::NUMBER
            | kind::TEXT
            | kind::TRUTH
            | kind::SHORT_NUMBER => {
                let row = self.records.short()?;
                return Ok(Some((kind, u64::from(row) + 1)));
            }
            _ => {}
        }
        Ok(None)
    }

    /// Reads the cells of a record; answers the column of one whose text stands in the record behind.
    fn cell(&mut self, kind: u16, row: &mut Row<'_>) -> Result<Option<usize>, SourceError> {
        let mut column = usize::from(self.records.short()?);
        if column >= SHEET_COLUMNS {
            return Err(SourceError::Broken("a cell has no place of a sheet".into()));
        }
        if kind == kind::MANY_NUMBERS {
            // The last column stands at the end.
            while self.records.rest().len() > 2 {
                let style = self.style()?;
                let number = short_number(self.records.long()?);
                self.number(row, column, style, number)?;
                column += 1;
            }
            return Ok(None);
        }
        let style = self.style()?;
        match kind {
            kind::NUMBER => {
                let value = self.records.double()?;
                self.number(row, column, style, value)?;
            }
            kind::SHORT_NUMBER => {
                let value = short_number(self.records.long()?);
                self.number(row, column, style, value)?;
            }
            kind::TRUTH => {
                let (code, is_error) = (self.records.byte()?, self.records.byte()? != 0);
                match is_error {
                    true => self.shown(row, column, error(code))?,
                    false => self.shown(row, column, truth(code))?,
                }
            }
            kind::SHARED => {
                let place = usize::try_from(self.records.long()?).unwrap_or(usize::MAX);
                let strings = &mut self.meaning.strings;
                self.writer.put(row, column, |cell| strings.write(place, cell))?;
            }
            kind::FORMULA => {
                let rest = self.records.rest();
                match rest.get(..8) {
                    None => return Err(cut_off()),
                    Some([0, _, _, _, _, _, 0xFF, 0xFF]) => return Ok(Some(column)),
                    Some([1, _, code, _, _, _, 0xFF, 0xFF]) => {
                        let text = truth(*code);
                        self.shown(row, column, text)?;
                    }
                    Some([2, _, code, _, _, _, 0xFF, 0xFF]) => {
                        let text = error(*code);
                        self.shown(row, column, text)?;
                    }
                    Some([.., 0xFF, 0xFF]) => {}
                    Some(_) => {
                        let value = self.records.double()?;
                        self.number(row, column, style, value)?;
                    }
                }
            }
            _ => {
                self.text.clear();
                self.records.text(false, &mut self.text)?;
                let text = &self.text;
                self.writer.put(row, column, |cell| {
                    cell.push_str(text.value());
                    Ok(text.too_long())
                })?;
            }
        }
        Ok(None)
    }

    fn style(&mut self) -> Result<Style, SourceError> {
        let style = self.records.short()?;
        Ok(self.meaning.formats.numbered(style.into()))
    }

    fn number(
        &mut self,
        row: &mut Row<'_>,
        column: usize,
        style: Style,
        value: f64,
    ) -> Result<(), SourceError> {
        let meaning = &self.meaning;
        self.writer.put(row, column, |cell| {
            meaning.number(style, value, cell);
            Ok(None)
        })
    }

    /// Puts what a cell shows.
    fn shown(&mut self, row: &mut Row<'_>, column: usize, text: &str) -> Result<(), SourceError> {
        self.writer.put(row, column, |cell| {
            cell.push_str(text);
            Ok(None)
        })
    }
}

/// A truth as it is shown.
fn truth(code: u8) -> &'static str {
    if code == 0 { "FALSE" } else { "TRUE" }
}

/// The most merged cells that a sheet names, whether or not they matter.
const MOST_MERGED: usize = 1_000_000;

pub(super) fn too_many_merged() -> SourceError {
    too_large("the sheets have more than 100,000 merged cells")
}

/// The number that is stored in four bytes: whole, or the upper half of a fraction, in either case perhaps as a hundredfold.
pub(super) fn short_number(stored: u32) -> f64 {
    let value = match stored & 2 {
        0 => f64::from_bits(u64::from(stored & !3) << 32),
        _ => f64::from(stored.cast_signed() >> 2),
    };
    if stored & 1 == 0 { value } else { value / 100.0 }
}

#[cfg(test)]
mod tests {
    use super::short_number;

    #[test]
    fn numbers_in_four_bytes_are_read() {
        assert_eq!(short_number(0x3FF0_0000), 1.0);
        assert_eq!(short_number(1234 << 2 | 2), 1234.0);
        assert_eq!(short_number(1234 << 2 | 3), 12.34);
        assert_eq!(short_number((-7_i32 << 2).cast_unsigned() | 2), -7.0);
    }
}
