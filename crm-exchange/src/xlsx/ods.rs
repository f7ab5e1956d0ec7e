//! OpenDocument workbooks (.ods), whose sheets all lie in one part, one after the other.
//!
//! Rows and cells that are alike are written once, with how often: only what is not blank is repeated, and no further than a
//! sheet has room.

use std::collections::HashSet;

use super::{
    archive::Archive,
    format::Format,
    held::Room,
    spill::{Cells, Spill, Spilled},
    text::Text,
    value::{iso_date, number},
    xml::{Node, Xml, attributes, is},
};
use crate::{
    book::{Book, Budget, Checked, Look, Rows, Sheet},
    limits::{
        ROW,
        workbook::{MERGED, PART, SHEET, SHEET_COLUMNS, SHEET_ROWS, TEXT},
    },
    merged::{Merged, Range},
    stored::StoredFile,
    table::too_large,
};
use crm_core::import::SourceError;

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
/// Blanks that one element stands for, at the most.
const BLANKS: usize = 1_000;

/// A workbook whose rows have been read.
pub(super) struct OdsBook {
    sheets: Vec<Sheet>,
    /// Of each sheet.
    parts: Vec<Part>,
    rows: StoredFile,
    digest: [u8; 32],
}

/// What is known of a sheet.
#[derive(Default)]
struct Part {
    /// Where its rows lie.
    rows: (u64, u64),
    last: u64,
    merged: Vec<Range>,
}

impl OdsBook {
    pub(super) fn open(archive: &Archive, digest: [u8; 32]) -> Result<Self, SourceError> {
        if archive.has(MANIFEST) {
            let mut manifest = Xml::new(archive.read(MANIFEST, PART)?);
            if manifest.find("manifest")? && manifest.find("encryption-data")? {
                return Err(SourceError::Encrypted);
            }
        }
        let mut reader = Reader {
            xml: Xml::new(archive.read(CONTENT, SHEET)?),
            spill: Spill::new()?,
            room: Room::new(),
            hidden: HashSet::new(),
            merged: 0,
            text: TEXT,
        };
        let (sheets, parts) = reader.sheets()?;
        reader.xml.finish()?;
        Ok(Self {
            sheets,
            parts,
            rows: reader.spill.finish()?,
            digest,
        })
    }

    fn part(&self, sheet: &Sheet) -> Result<&Part, SourceError> {
        let at = self.sheets.iter().position(|other| other.place == sheet.place);
        let part = at.and_then(|at| self.parts.get(at));
        part.ok_or_else(|| SourceError::NoSheet(sheet.name.clone()))
    }
}

impl Book for OdsBook {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn rows(&self, sheet: &Sheet, _: Look) -> Result<Box<dyn Rows>, SourceError> {
        Ok(Box::new(Spilled::open(&self.rows, self.part(sheet)?.rows, TEXT)?))
    }

    fn check(&self, sheet: &Sheet, top: u64, budget: &mut Budget) -> Result<Checked, SourceError> {
        let part = self.part(sheet)?;
        let mut rows = Spilled::open(&self.rows, part.rows, budget.text)?;
        let mut cells = Vec::new();
        while rows.next(&mut cells, 0)?.is_some() {}
        budget.text = rows.text_left();
        let matters = |range: &&Range| range.is_tall() || range.rows.0 <= top;
        Ok(Checked {
            last: part.last,
            merged: Merged::new(part.merged.iter().filter(matters).copied().collect()),
        })
    }

    fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// Reads the part that the sheets lie in.
struct Reader<R> {
    xml: Xml<R>,
    spill: Spill,
    room: Room,
    /// The styles of sheets that are not shown.
    hidden: HashSet<String>,
    merged: usize,
    /// What the cells' text may still come to.
    text: u64,
}

/// What a cell is, beside its text.
#[derive(Default)]
struct Cell {
    kind: String,
    value: String,
    times: usize,
    columns: usize,
    rows: u64,
}

impl<R: std::io::Read> Reader<R> {
    fn sheets(&mut self) -> Result<(Vec<Sheet>, Vec<Part>), SourceError> {
        let (mut sheets, mut parts) = (Vec::new(), Vec::new());
        let mut style = None;
        if !self.xml.find("document-content")? {
            return Err(SourceError::Broken("the workbook makes no sense".into()));
        }
        while self.xml.depth() > 0 {
            let Node::Start(tag) = self.xml.next()? else {
                continue;
            };
            if is(&tag, "style") {
                let [name] = attributes(&tag, ["name"])?;
                style = name.map(String::from);
            } else if is(&tag, "table-properties") {
                let [display] = attributes(&tag, ["display"])?;
                if let Some(style) = style
                    .take()
                    .filter(|_| display.is_some_and(|shown| shown == "false"))
                {
                    self.hidden.insert(self.room.text(style.into())?);
                }
            } else if is(&tag, "table") {
                let [name, style] = attributes(&tag, ["name", "style-name"])?;
                let is_shown = style.is_none_or(|style| !self.hidden.contains(&*style));
                let name = self.room.text(name.unwrap_or_default())?;
                parts.push(self.sheet()?);
                sheets.push(Sheet {
                    name,
                    place: parts.len().to_string(),
                    is_shown,
                });
            } else if is(&tag, "tracked-changes") || is(&tag, "dde-links") {
                self.xml.skip()?;
            }
        }
        Ok((sheets, parts))
    }

    /// Reads the sheet that has just begun.
    fn sheet(&mut self) -> Result<Part, SourceError> {
        let outside = self.xml.depth().saturating_sub(1);
        let mut part = Part {
            rows: (self.spill.place(), 0),
            ..Part::default()
        };
        let mut line = 0;
        while self.xml.depth() > outside {
            let is_row = match self.xml.next()? {
                Node::Start(tag) if is(&tag, "table-row") => {
                    let [times] = attributes(&tag, ["number-rows-repeated"])?;
                    Some(count(times.as_deref()))
                }
                // Drawings may have tables within them.
                Node::Start(tag) if is(&tag, "shapes") || is(&tag, "forms") => None,
                _ => continue,
            };
            let Some(times) = is_row else {
                self.xml.skip()?;
                continue;
            };
            let cells = self.row(line + 1, &mut part.merged)?;
            if cells.is_empty() {
                line = line.saturating_add(times).min(SHEET_ROWS);
                continue;
            }
            let length: u64 = cells
                .iter()
                .filter_map(|(_, cell)| cell.as_ref().ok())
                .map(|text| text.len() as u64)
                .sum();
            for _ in 0..times {
                line += 1;
                if line > SHEET_ROWS {
                    return Err(SourceError::Broken(format!("the sheet has a row {line}")));
                }
                self.text = self.text.checked_sub(length).ok_or_else(too_much)?;
                self.spill.write(line, &cells)?;
                part.last = line;
            }
        }
        part.rows.1 = self.spill.place();
        Ok(part)
    }

    /// Reads the cells of the row that has just begun; none if it is blank.
    fn row(&mut self, line: u64, merged: &mut Vec<Range>) -> Result<Cells, SourceError> {
        let outside = self.xml.depth().saturating_sub(1);
        let (mut cells, mut column, mut length) = (Cells::new(), 0_usize, 0);
        let mut text = Text::default();
        while self.xml.depth() > outside {
            let cell = match self.xml.next()? {
                Node::Start(tag) if is(&tag, "table-cell") => {
                    let [kind, value, day, time, truth, times, columns, rows] = attributes(
                        &tag,
                        [
                            "value-type",
                            "value",
                            "date-value",
                            "time-value",
                            "boolean-value",
                            "number-columns-repeated",
                            "number-columns-spanned",
                            "number-rows-spanned",
                        ],
                    )?;
                    let value = value.or(day).or(time).or(truth).unwrap_or_default();
                    Some(Cell {
                        kind: kind.unwrap_or_default().into_owned(),
                        value: value.into_owned(),
                        times: usize::try_from(count(times.as_deref())).unwrap_or(usize::MAX),
                        columns: usize::try_from(count(columns.as_deref())).unwrap_or(usize::MAX),
                        rows: count(rows.as_deref()),
                    })
                }
                Node::Start(tag) if is(&tag, "covered-table-cell") => {
                    let [times] = attributes(&tag, ["number-columns-repeated"])?;
                    column =
                        column.saturating_add(usize::try_from(count(times.as_deref())).unwrap_or(usize::MAX));
                    None
                }
                Node::Start(_) => None,
                _ => continue,
            };
            let Some(cell) = cell else {
                self.xml.skip()?;
                continue;
            };
            self.paragraphs(&mut text)?;
            let said = cell.says(&text);
            if said.as_ref().is_ok_and(|said| said.trim_start().is_empty()) {
                column = column.saturating_add(cell.times);
                continue;
            }
            if cell.columns > 1 || cell.rows > 1 {
                self.merged += 1;
                if self.merged > MERGED {
                    return Err(super::xls::too_many_merged());
                }
                merged.push(Range {
                    rows: (line, line.saturating_add(cell.rows - 1)),
                    columns: (column, column.saturating_add(cell.columns - 1)),
                });
            }
            for _ in 0..cell.times {
                if column >= SHEET_COLUMNS {
                    return Err(SourceError::Broken(format!(
                        "row {line} has more than 16,384 columns"
                    )));
                }
                length += said.as_ref().map_or(0, String::len);
                // Beyond what a row keeps: counted, and dropped.
                let kept = if length > ROW {
                    Err(length as u64)
                } else {
                    said.clone()
                };
                cells.push((column, kept));
                column += 1;
            }
        }
        Ok(cells)
    }

    /// Reads the paragraphs of the cell that has just begun, each a line, without notes and drawings.
    fn paragraphs(&mut self, text: &mut Text) -> Result<(), SourceError> {
        let outside = self.xml.depth().saturating_sub(1);
        text.clear();
        let (mut within, mut is_first) = (None, true);
        while self.xml.depth() > outside {
            let mut is_other = false;
            match self.xml.next()? {
                Node::Start(tag) if is(&tag, "p") || is(&tag, "h") => {
                    if !is_first {
                        text.push("\n");
                    }
                    is_first = false;
                    within = Some(());
                }
                Node::Start(tag) if is(&tag, "s") => {
                    let [blanks] = attributes(&tag, ["c"])?;
                    let blanks = usize::try_from(count(blanks.as_deref())).unwrap_or(BLANKS);
                    text.push(&" ".repeat(blanks.min(BLANKS)));
                }
                Node::Start(tag) if is(&tag, "tab") => text.push("\t"),
                Node::Start(tag) if is(&tag, "line-break") => text.push("\n"),
                Node::Start(tag) => {
                    is_other = ["annotation", "table", "frame", "shapes", "ruby-text"]
                        .iter()
                        .any(|name| is(&tag, name))
                }
                Node::Text(piece) if within.is_some() => text.push(&piece),
                _ => {}
            }
            if is_other {
                self.xml.skip()?;
            } else if self.xml.depth() <= outside + 1 {
                within = None;
            }
        }
        Ok(())
    }
}

impl Cell {
    /// What the cell says, where its text is this; of one that is too long, its bytes.
    fn says(&self, text: &Text) -> Result<String, u64> {
        if let Some(bytes) = text.too_long() {
            return Err(bytes);
        }
        let mut said = String::new();
        match (self.kind.as_str(), self.value.as_str()) {
            ("float" | "percentage" | "currency", value) => match value.trim().parse() {
                Ok(value) => {
                    number(value, Format::Number, None, false, &mut said);
                    // Zeros in front are the format's, and meant to be seen.
                    let shown = text.value().trim();
                    let bare = || shown.replace(['-', ' '], "");
                    if shown.starts_with('0') && bare().trim_start_matches('0') == said {
                        said = shown.to_owned();
                    }
                }
                Err(_) => said.push_str(text.value()),
            },
            ("date", value) => iso_date(value, &mut said),
            ("time", value) => match time(value) {
                Some(time) => said = time,
                None => said.push_str(text.value()),
            },
            ("boolean", value) => said = value.to_ascii_uppercase(),
            _ => said.push_str(text.value()),
        }
        Ok(said)
    }
}

/// `09:30:00` of `PT09H30M00S`.
fn time(value: &str) -> Option<String> {
    let (hours, rest) = value.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.trim_end_matches('S').split(['.', ',']).next()?;
    let [hours, minutes, seconds] = [hours, minutes, seconds].map(|part| part.parse::<u32>().ok());
    Some(format!("{:02}:{:02}:{:02}", hours?, minutes?, seconds?))
}

/// How often something stands there; once where it is not said.
fn count(text: Option<&str>) -> u64 {
    text.and_then(|text| text.trim().parse().ok()).unwrap_or(1).max(1)
}

fn too_much() -> SourceError {
    too_large("the sheets' cells have more than 1 GiB of text")
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_are_read() {
        assert_eq!(time("PT09H30M00S").as_deref(), Some("09:30:00"));
        assert_eq!(time("PT36H00M05.5S").as_deref(), Some("36:00:05"));
        assert_eq!(time("P1D"), None);
    }
}
