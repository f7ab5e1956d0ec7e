//! Excel's binary workbooks (.xlsb): the parts of a newer workbook, each a row of records instead of XML.

use std::{
    collections::HashMap,
    io::{BufReader, Read},
    sync::Arc,
};

use super::{
    archive::{Archive, PartReader, read_error},
    bytes,
    format::{Formats, Style},
    held::Room,
    row::{Row, Writer},
    sheet::{Meaning, rising},
    strings::Strings,
    text::Text,
    value::error,
    workbook::Parts,
    xls::{short_number, too_many_merged},
};
use crate::{
    book::{Book, Budget, Checked, Look, Record, Rows, Sheet},
    limits::workbook::{PART, SHEET_COLUMNS, STRETCH, STRINGS, TEXT},
    merged::{Merged, Range},
    table::too_large,
};
use crm_core::import::SourceError;

/// The kinds of records that matter ([MS-XLSB], 2.3).
mod kind {
    pub(super) const ROW: u16 = 0;
    pub(super) const SHORT_NUMBER: u16 = 2;
    pub(super) const ERROR: u16 = 3;
    pub(super) const TRUTH: u16 = 4;
    pub(super) const NUMBER: u16 = 5;
    pub(super) const TEXT: u16 = 6;
    pub(super) const SHARED: u16 = 7;
    pub(super) const FORMULA_TEXT: u16 = 8;
    pub(super) const FORMULA_NUMBER: u16 = 9;
    pub(super) const FORMULA_TRUTH: u16 = 10;
    pub(super) const FORMULA_ERROR: u16 = 11;
    pub(super) const STRING: u16 = 19;
    pub(super) const FORMAT: u16 = 44;
    pub(super) const STYLE: u16 = 47;
    pub(super) const BEGIN_CELLS: u16 = 145;
    pub(super) const END_CELLS: u16 = 146;
    pub(super) const BOOK: u16 = 153;
    pub(super) const SHEET: u16 = 156;
    pub(super) const MERGED: u16 = 176;
    pub(super) const BEGIN_STYLES: u16 = 617;
    pub(super) const END_STYLES: u16 = 618;
}

/// A binary workbook whose strings and formats have been read.
pub(super) struct XlsbBook {
    archive: Archive,
    sheets: Vec<Sheet>,
    meaning: Meaning,
    digest: [u8; 32],
}

impl XlsbBook {
    pub(super) fn open(archive: Archive, digest: [u8; 32]) -> Result<Self, SourceError> {
        let mut room = Room::new();
        let parts = Parts::find(&archive, "bin", &mut room)?;
        let (mut sheets, mut from_1904) = (Vec::new(), false);
        let mut records = Records::new(archive.read(&parts.book, PART)?);
        while let Some(kind) = records.next()? {
            match kind {
                kind::BOOK => from_1904 = records.long()? & 1 == 1,
                kind::SHEET => {
                    let hidden = records.long()?;
                    records.long()?;
                    let (id, name) = (records.text()?, records.text()?);
                    if let Some(part) = parts.sheet(Some(&id))? {
                        sheets.push(Sheet {
                            name: room.text(name.into())?,
                            place: room.text(part.into())?,
                            is_shown: hidden == 0,
                        });
                    }
                }
                _ => {}
            }
        }
        let strings = match &parts.strings {
            None => Strings::none(),
            Some(part) => {
                let mut records = Records::new(archive.read(part, STRINGS)?);
                Strings::collect(&mut room, |text| {
                    while let Some(kind) = records.next()? {
                        if kind == kind::STRING {
                            records.byte()?;
                            text.push(&records.text()?);
                            return Ok(true);
                        }
                    }
                    Ok(false)
                })?
            }
        };
        let formats = match &parts.styles {
            None => Formats::default(),
            Some(part) => formats(Records::new(archive.read(part, PART)?), &mut room)?,
        };
        Ok(Self {
            archive,
            sheets,
            meaning: Meaning {
                strings,
                formats: Arc::new(formats),
                from_1904,
            },
            digest,
        })
    }

    fn sheet(&self, sheet: &Sheet, most: u64, text: u64) -> Result<XlsbSheet<PartReader>, SourceError> {
        let mut records = Records::new(self.archive.read(&sheet.place, most)?);
        while records.next()?.ok_or_else(cut_off)? != kind::BEGIN_CELLS {}
        Ok(XlsbSheet {
            records,
            meaning: self.meaning.again(),
            writer: Writer::new(text),
            line: 0,
            ahead: None,
            ended: false,
        })
    }
}

fn formats(mut records: Records<PartReader>, room: &mut Room) -> Result<Formats, SourceError> {
    let (mut styles, mut own, mut of_cells) = (Vec::new(), HashMap::new(), false);
    while let Some(kind) = records.next()? {
        match kind {
            kind::BEGIN_STYLES => of_cells = true,
            kind::END_STYLES => of_cells = false,
            kind::STYLE if of_cells => {
                records.short()?;
                room.take(size_of::<u32>() * 2)?;
                styles.push(u32::from(records.short()?));
            }
            kind::FORMAT => {
                let id = u32::from(records.short()?);
                own.insert(id, room.text(records.text()?.into())?);
            }
            _ => {}
        }
    }
    Formats::of(&styles, &own, room)
}

impl Book for XlsbBook {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn rows(&self, sheet: &Sheet, look: Look) -> Result<Box<dyn Rows>, SourceError> {
        Ok(Box::new(self.sheet(sheet, bytes(look), TEXT)?))
    }

    fn check(&self, sheet: &Sheet, top: u64, budget: &mut Budget) -> Result<Checked, SourceError> {
        let stated = self.archive.read(&sheet.place, budget.bytes)?.stated_bytes();
        let mut rows = self.sheet(sheet, budget.bytes, budget.text)?;
        let (mut cells, mut last) = (Vec::new(), 0);
        while let Some(record) = rows.next(&mut cells, 0)? {
            last = record.line;
        }
        let mut ranges = Vec::new();
        // To the part's end, so that its checksum is checked.
        while let Some(kind) = rows.records.next()? {
            if kind != kind::MERGED {
                continue;
            }
            let mut place = || rows.records.long();
            let (first, last, left, right) = (place()?, place()?, place()?, place()?);
            let column = |column: u32| usize::try_from(column).unwrap_or(usize::MAX);
            let range = Range {
                rows: (u64::from(first.min(last)) + 1, u64::from(first.max(last)) + 1),
                columns: (column(left.min(right)), column(left.max(right))),
            };
            if range.is_tall() || range.rows.0 <= top {
                budget.merged = budget.merged.checked_sub(1).ok_or_else(too_many_merged)?;
                ranges.push(range);
            }
        }
        budget.text = rows.writer.left();
        budget.bytes = budget.bytes.saturating_sub(stated);
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
struct XlsbSheet<R> {
    records: Records<R>,
    meaning: Meaning,
    writer: Writer,
    /// The latest row.
    line: u64,
    /// The next row, whose head has been read already.
    ahead: Option<u64>,
    ended: bool,
}

impl<R: Read + Send> Rows for XlsbSheet<R> {
    fn next(&mut self, cells: &mut Vec<String>, keep: usize) -> Result<Option<Record>, SourceError> {
        loop {
            match self.row(Row::new(cells, keep))? {
                Some(record) if record.filled == 0 => {}
                found => return Ok(found),
            }
        }
    }
}

impl<R: Read> XlsbSheet<R> {
    /// Reads the next row, whatever is in it.
    fn row(&mut self, mut row: Row<'_>) -> Result<Option<Record>, SourceError> {
        let mut line = self.ahead.take();
        while !self.ended {
            match self.records.next()?.ok_or_else(cut_off)? {
                kind::END_CELLS => self.ended = true,
                kind::ROW => {
                    let next = rising(self.line, u64::from(self.records.long()?) + 1)?;
                    self.line = next;
                    if line.is_some() {
                        self.ahead = Some(next);
                        break;
                    }
                    line = Some(next);
                }
                kind if line.is_some() => self.cell(kind, &mut row)?,
                _ => {}
            }
        }
        row.record.line = line.unwrap_or_default();
        Ok(line.map(|_| row.record))
    }

    fn cell(&mut self, kind: u16, row: &mut Row<'_>) -> Result<(), SourceError> {
        if !(kind::SHORT_NUMBER..=kind::FORMULA_ERROR).contains(&kind) {
            return Ok(());
        }
        let column = usize::try_from(self.records.long()?).unwrap_or(usize::MAX);
        if column >= SHEET_COLUMNS {
            return Err(SourceError::Broken("a cell has no place of a sheet".into()));
        }
        // The upper byte is of another use.
        let style = usize::try_from(self.records.long()? & 0x00FF_FFFF).unwrap_or(usize::MAX);
        let style = self.meaning.formats.numbered(style);
        match kind {
            kind::SHORT_NUMBER => {
                let value = short_number(self.records.long()?);
                self.number(row, column, style, value)
            }
            kind::NUMBER | kind::FORMULA_NUMBER => {
                let value = self.records.double()?;
                self.number(row, column, style, value)
            }
            kind::TRUTH | kind::FORMULA_TRUTH => {
                let is = self.records.byte()? != 0;
                self.writer.put(row, column, |cell| {
                    cell.push_str(if is { "TRUE" } else { "FALSE" });
                    Ok(None)
                })
            }
            kind::TEXT | kind::FORMULA_TEXT => {
                let mut text = Text::default();
                text.push(&self.records.text()?);
                self.writer.put(row, column, |cell| {
                    cell.push_str(text.value());
                    Ok(text.too_long())
                })
            }
            kind::SHARED => {
                let place = usize::try_from(self.records.long()?).unwrap_or(usize::MAX);
                let strings = &mut self.meaning.strings;
                self.writer.put(row, column, |cell| strings.write(place, cell))
            }
            kind::ERROR | kind::FORMULA_ERROR => {
                let text = error(self.records.byte()?);
                self.writer.put(row, column, |cell| {
                    cell.push_str(text);
                    Ok(None)
                })
            }
            _ => Ok(()),
        }
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
}

/// A part's records: a kind, a length, and so many bytes.
struct Records<R> {
    part: BufReader<R>,
    data: Vec<u8>,
    at: usize,
}

impl<R: Read> Records<R> {
    fn new(part: R) -> Self {
        Self {
            part: BufReader::with_capacity(64 * 1024, part),
            data: Vec::new(),
            at: 0,
        }
    }

    /// The kind of the next record, whose bytes are read then; none at the part's end.
    fn next(&mut self) -> Result<Option<u16>, SourceError> {
        let Some(first) = self.part_byte()? else {
            return Ok(None);
        };
        // Seven bits in each byte, the low ones first, and whether there are more.
        let mut kind = u16::from(first & 0x7F);
        if first & 0x80 != 0 {
            kind |= u16::from(self.part_byte()?.ok_or_else(cut_off)? & 0x7F) << 7;
        }
        let mut length = 0;
        for seven in 0..4 {
            let byte = self.part_byte()?.ok_or_else(cut_off)?;
            length |= usize::from(byte & 0x7F) << (7 * seven);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > STRETCH {
            return Err(too_large("a record of more than 4 MiB"));
        }
        self.at = 0;
        self.data.clear();
        let read = (&mut self.part).take(length as u64).read_to_end(&mut self.data);
        match read.map_err(|error| read_error(&error))? == length {
            true => Ok(Some(kind)),
            false => Err(cut_off()),
        }
    }

    fn part_byte(&mut self) -> Result<Option<u8>, SourceError> {
        let mut byte = [0];
        let read = self.part.read(&mut byte).map_err(|error| read_error(&error))?;
        Ok(byte.first().copied().filter(|_| read == 1))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], SourceError> {
        let taken = self.data.get(self.at..self.at.saturating_add(N));
        self.at += N;
        taken.and_then(|bytes| bytes.try_into().ok()).ok_or_else(cut_off)
    }

    fn byte(&mut self) -> Result<u8, SourceError> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn short(&mut self) -> Result<u16, SourceError> {
        self.take().map(u16::from_le_bytes)
    }

    fn long(&mut self) -> Result<u32, SourceError> {
        self.take().map(u32::from_le_bytes)
    }

    fn double(&mut self) -> Result<f64, SourceError> {
        self.take().map(f64::from_le_bytes)
    }

    /// A text whose length stands before it; one that is not there is blank.
    fn text(&mut self) -> Result<String, SourceError> {
        let characters = match self.long()? {
            u32::MAX => 0,
            characters => usize::try_from(characters).unwrap_or(usize::MAX),
        };
        let end = characters
            .checked_mul(2)
            .and_then(|bytes| self.at.checked_add(bytes));
        let bytes = end
            .and_then(|end| self.data.get(self.at..end))
            .ok_or_else(cut_off)?;
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| match *pair {
                [low, high] => u16::from_le_bytes([low, high]),
                _ => 0,
            })
            .collect();
        self.at += bytes.len();
        Ok(String::from_utf16_lossy(&units))
    }
}

fn cut_off() -> SourceError {
    SourceError::Broken("the workbook's records are cut off".into())
}
