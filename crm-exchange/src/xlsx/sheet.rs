//! A sheet, row by row.
//!
//! A row's cells stand in its own element, and rows and cells in the order of their places: Excel opens no other sheet,
//! and one that would bring two rows of one line is refused as damaged.

use std::{io::Read, sync::Arc};

use super::{
    format::{Formats, Style},
    row::{Row, Writer},
    strings::Strings,
    text::{Text, read_characters, read_text},
    value::{UNWORKED, iso_date, number},
    xml::{Node, Xml, attributes, is},
};
use crate::{
    book::{Budget, Checked, Record, Rows},
    limits::workbook::{SHEET_COLUMNS, SHEET_ROWS},
    merged::{Merged, Range},
    table::too_large,
};
use crm_core::import::SourceError;

/// What the cells of a workbook's sheets mean.
pub(super) struct Meaning {
    pub(super) strings: Strings,
    pub(super) formats: Arc<Formats>,
    pub(super) from_1904: bool,
}

/// A sheet that is being read.
pub(super) struct Sheet<R> {
    xml: Xml<R>,
    meaning: Meaning,
    /// The latest row.
    line: u64,
    ended: bool,
    writer: Writer,
    value: Text,
}

/// How a cell says what its value is.
#[derive(Clone, Copy)]
enum Type {
    Number(Style),
    Shared,
    Text,
    /// Text in an element of its own, which has been read as a shared string is.
    Own,
    Truth,
    Date,
    Error,
}

impl<R: Read> Sheet<R> {
    /// Reads up to the first row. The cells' text may come to `text` bytes.
    pub(super) fn open(part: R, meaning: Meaning, text: u64) -> Result<Self, SourceError> {
        let mut xml = Xml::new(part);
        if !xml.find("sheetData")? {
            return Err(SourceError::Broken("the sheet has no cells".into()));
        }
        Ok(Self {
            xml,
            meaning,
            line: 0,
            ended: false,
            writer: Writer::new(text),
            value: Text::default(),
        })
    }

    /// Reads to the end, and what is behind the cells: which are merged, and whether there is damage. Takes what it comes to from
    /// the budget.
    pub(super) fn check(mut self, top: u64, budget: &mut Budget) -> Result<Checked, SourceError> {
        let (mut cells, mut last) = (Vec::new(), 0);
        while let Some(record) = self.next_filled(&mut cells, 0)? {
            last = record.line;
        }
        let mut ranges = Vec::new();
        while self.xml.depth() > 0 {
            let range = match self.xml.next()? {
                Node::Start(tag) if is(&tag, "mergeCell") => {
                    let [range] = attributes(&tag, ["ref"])?;
                    range.map(|range| range_of(&range)).transpose()?
                }
                _ => None,
            };
            // Below the headings it is of no matter what one row has in several columns.
            ranges.extend(range.filter(|range| range.is_tall() || range.rows.0 <= top));
            if ranges.len() > budget.merged {
                return Err(too_large("the sheets have more than 100,000 merged cells"));
            }
        }
        self.xml.finish()?;
        budget.text = self.writer.left();
        budget.merged -= ranges.len();
        Ok(Checked {
            last,
            merged: Merged::new(ranges),
        })
    }

    fn next_filled(&mut self, cells: &mut Vec<String>, keep: usize) -> Result<Option<Record>, SourceError> {
        loop {
            match self.record(Row::new(cells, keep))? {
                Some(record) if record.filled == 0 => {}
                found => return Ok(found),
            }
        }
    }

    /// Reads the next row, whatever is in it.
    fn record(&mut self, mut row: Row<'_>) -> Result<Option<Record>, SourceError> {
        if self.ended {
            return Ok(None);
        }
        let stated = loop {
            let found = match self.xml.next()? {
                Node::Start(tag) if is(&tag, "row") => {
                    let [stated] = attributes(&tag, ["r"])?;
                    Found::Row(stated.map(|at| row_number(&at)).transpose()?)
                }
                Node::Start(_) => Found::Other,
                Node::End => Found::End,
                _ => continue,
            };
            match found {
                Found::Row(stated) => break stated,
                Found::Other => self.xml.skip()?,
                Found::End => {
                    self.ended = true;
                    return Ok(None);
                }
            }
        };
        let before = self.line;
        // A row that does not state its line is where its first cell says, or the next one.
        let mut line = stated.map(|line| rising(before, line)).transpose()?;
        let mut next = 0;
        loop {
            let found = match self.xml.next()? {
                Node::Start(tag) if is(&tag, "c") => {
                    let [place, kind, style] = attributes(&tag, ["r", "t", "s"])?;
                    let place = place.map(|at| place_of(&at)).transpose()?;
                    Some((place, self.meaning.type_of(kind.as_deref(), style.as_deref())?))
                }
                Node::Start(_) => None,
                Node::End => break,
                _ => continue,
            };
            let Some((place, kind)) = found else {
                self.xml.skip()?;
                continue;
            };
            let here = match (line, place) {
                (Some(here), _) => here,
                (None, Some((_, there))) => rising(before, there)?,
                (None, None) => rising(before, before + 1)?,
            };
            line = Some(here);
            let column = match place {
                None => next,
                Some((column, there)) if there == here && column >= next => column,
                Some((column, there)) => {
                    return Err(SourceError::Broken(format!(
                        "row {here} has a cell of row {there}, column {}, out of its place",
                        column + 1
                    )));
                }
            };
            if column >= SHEET_COLUMNS {
                return Err(SourceError::Broken(format!(
                    "row {here} has more than 16,384 columns"
                )));
            }
            next = column + 1;
            self.cell(kind, column, &mut row)?;
        }
        self.line = match line {
            Some(line) => line,
            None => rising(before, before + 1)?,
        };
        row.record.line = self.line;
        Ok(Some(row.record))
    }

    /// Reads the cell that has just begun.
    fn cell(&mut self, kind: Type, column: usize, row: &mut Row<'_>) -> Result<(), SourceError> {
        let outside = self.xml.depth().saturating_sub(1);
        self.value.clear();
        let mut kind = kind;
        let (mut is_formula, mut has_value) = (false, false);
        while self.xml.depth() > outside {
            let found = match self.xml.next()? {
                Node::Start(tag) if is(&tag, "v") => Some(false),
                Node::Start(tag) if is(&tag, "is") => Some(true),
                Node::Start(tag) => {
                    is_formula |= is(&tag, "f");
                    None
                }
                _ => continue,
            };
            match found {
                Some(true) => {
                    read_text(&mut self.xml, &mut self.value)?;
                    kind = Type::Own;
                }
                // What stands beside a cell's own text repeats it.
                Some(false) if !matches!(kind, Type::Own) => {
                    has_value = true;
                    self.value.clear();
                    read_characters(&mut self.xml, &mut self.value)?;
                }
                _ => self.xml.skip()?,
            }
        }
        // Programs that do not work formulas out leave their values away.
        let is_unworked = is_formula && !has_value;
        let (meaning, value) = (&mut self.meaning, &mut self.value);
        if is_unworked {
            return self.writer.put(row, column, |cell| {
                cell.push_str(UNWORKED);
                Ok(None)
            });
        }
        self.writer
            .put(row, column, |cell| meaning.write(kind, value, cell))
    }
}

impl<R: Read + Send> Rows for Sheet<R> {
    fn next(&mut self, cells: &mut Vec<String>, keep: usize) -> Result<Option<Record>, SourceError> {
        self.next_filled(cells, keep)
    }
}

/// What stands among a sheet's rows.
enum Found {
    Row(Option<u64>),
    Other,
    End,
}

impl Meaning {
    /// The same for another reader.
    pub(super) fn again(&self) -> Self {
        Self {
            strings: self.strings.again(),
            formats: Arc::clone(&self.formats),
            from_1904: self.from_1904,
        }
    }

    /// Appends a number as a cell of this style shows it.
    pub(super) fn number(&self, style: Style, value: f64, out: &mut String) {
        number(value, style.format, self.formats.mask(style), self.from_1904, out);
    }

    fn type_of(&self, kind: Option<&str>, style: Option<&str>) -> Result<Type, SourceError> {
        Ok(match kind {
            None | Some("n") => Type::Number(self.formats.style(style)),
            Some("s") => Type::Shared,
            Some("str" | "inlineStr") => Type::Text,
            Some("b") => Type::Truth,
            Some("d") => Type::Date,
            Some("e") => Type::Error,
            Some(_) => return Err(SourceError::Broken("a cell is of an unknown type".into())),
        })
    }

    /// Appends what a cell says to `out`; answers its bytes if they are too many.
    fn write(&mut self, kind: Type, value: &mut Text, out: &mut String) -> Result<Option<u64>, SourceError> {
        let typed = value.value();
        match kind {
            Type::Own => out.push_str(typed),
            Type::Text => {
                value.unescape();
                out.push_str(value.value());
            }
            Type::Shared if typed.is_empty() => {}
            Type::Shared => {
                let place = typed.trim().parse().unwrap_or(usize::MAX);
                return self.strings.write(place, out);
            }
            Type::Truth => match typed.trim() {
                "" => {}
                "0" | "false" => out.push_str("FALSE"),
                _ => out.push_str("TRUE"),
            },
            Type::Date => iso_date(typed, out),
            // As it is shown, so that who takes it can say what could not be worked out.
            Type::Error => out.push_str(typed),
            Type::Number(style) => match typed.trim().parse() {
                Ok(value) => self.number(style, value, out),
                Err(_) => out.push_str(typed),
            },
        }
        Ok(value.too_long())
    }
}

/// A row's line, if it is a line of a sheet and behind the one before.
pub(super) fn rising(before: u64, line: u64) -> Result<u64, SourceError> {
    match line > before && line <= SHEET_ROWS {
        true => Ok(line),
        false => Err(SourceError::Broken(format!(
            "row {line} stands behind row {before}"
        ))),
    }
}

fn row_number(text: &str) -> Result<u64, SourceError> {
    text.trim()
        .parse()
        .map_err(|_| SourceError::Broken("a row has no line of a sheet".into()))
}

/// The column, from 0, and the line that a place such as `C7` names.
fn place_of(text: &str) -> Result<(usize, u64), SourceError> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let read = || {
        let (letters, digits) = text.split_at_checked(letters)?;
        let column = letters.bytes().try_fold(0_usize, |column, letter| {
            let letter = usize::from(letter.to_ascii_uppercase() - b'A');
            column.checked_mul(26)?.checked_add(letter + 1)
        })?;
        Some((column.checked_sub(1)?, digits.parse().ok()?))
    };
    read().ok_or_else(|| SourceError::Broken("a cell has no place of a sheet".into()))
}

/// The cells that a range such as `A2:C7` names.
fn range_of(text: &str) -> Result<Range, SourceError> {
    let (from, to) = text.split_once(':').unwrap_or((text, text));
    let (from, to) = (place_of(from)?, place_of(to)?);
    Ok(Range {
        rows: (from.1.min(to.1), from.1.max(to.1)),
        columns: (from.0.min(to.0), from.0.max(to.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_letters_and_digits() {
        assert_eq!(place_of("A1"), Ok((0, 1)));
        assert_eq!(place_of("xfd1048576"), Ok((16_383, 1_048_576)));
        for none in [
            "",
            "A",
            "1",
            "A1B",
            "A-1",
            "客1",
            "A99999999999999999999",
            &"Z".repeat(40),
        ] {
            assert!(place_of(none).is_err(), "{none}");
        }
    }
}
