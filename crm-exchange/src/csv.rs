//! CSV files as rows.

use std::io::{self, Read};

use crate::{
    delimiter,
    encoding::Encoding,
    heading::{Layout, Top},
    judge::Verdict,
    limits::{CELL, COLUMNS, FILE, KEPT, ROW},
    merged::Merged,
    record::{After, Cells},
    stored::StoredFile,
    survey::survey,
    table::{TableOptions, io_error, too_large, too_many_columns},
    text::Text,
};
use crm_core::import::{RawRow, RowProblem, RowSource, SourceError};

/// A CSV file that has been surveyed, and is being read.
pub(crate) struct CsvSource {
    found: Found,
    cells: Cells<StoredFile>,
    headings: Vec<String>,
    /// Columns up to the last one that has a heading: a row that ends before it is short.
    required: usize,
    spare: String,
    done: u64,
    reading: String,
}

/// What is known of a file once it has been surveyed.
#[derive(Clone)]
struct Found {
    file: StoredFile,
    encoding: Encoding,
    /// None before the first lines have told it.
    delimiter: Option<u8>,
    /// None before they have been looked for.
    layout: Option<Layout>,
    bytes: u64,
    digest: [u8; 32],
}

/// Reads `file`, which stands at its beginning: to the end for the survey, then again for the headings.
pub(crate) fn open(file: StoredFile, options: &TableOptions) -> Result<CsvSource, SourceError> {
    let survey = survey(&mut file.anew().take(FILE + 1)).map_err(io_error)?;
    if survey.bytes > FILE {
        return Err(too_large("the file has more than 4 GiB"));
    }
    let encoding = match (options.encoding, survey.encoding) {
        (Some(encoding), _) | (None, Some(Verdict::Is(encoding))) => encoding,
        (None, Some(Verdict::Unclear(candidates))) => {
            return Err(SourceError::UnclearEncoding(candidates));
        }
        (None, None) => {
            return Err(SourceError::NotThisKind {
                expected: "csv",
                found: "binary",
            });
        }
    };
    let found = Found {
        file,
        encoding,
        delimiter: options.delimiter,
        layout: None,
        bytes: survey.bytes,
        digest: survey.digest,
    };
    CsvSource::new(found, options.header_row)
}

impl Found {
    /// The cells from the file's beginning on, and what stands between them.
    fn cells(&self) -> Result<(Cells<StoredFile>, u8), SourceError> {
        let file = self.file.anew();
        let mut text = Text::open(file, self.encoding).map_err(io_error)?;
        let declared = delimiter::declared(text.rest());
        let mut line = 1;
        if let Some((_, length)) = declared {
            text.consume(length);
            line = 2;
        }
        let delimiter = self
            .delimiter
            .or(declared.map(|(delimiter, _)| delimiter))
            .unwrap_or_else(|| delimiter::find(text.rest()));
        if !delimiter::is_possible(delimiter) {
            return Err(SourceError::Broken(format!(
                "{:?} cannot be a delimiter",
                char::from(delimiter)
            )));
        }
        Ok((Cells::new(text, delimiter, line), delimiter))
    }

    /// Where the headings are.
    fn find_headings(&self, named: Option<u32>) -> Result<Layout, SourceError> {
        let (mut cells, _) = self.cells()?;
        let mut spare = String::new();
        let top = Top::read(named, |row| {
            while !cells.at_end().map_err(io_error)? {
                let line = cells.line();
                let record = read(&mut cells, row, COLUMNS, &mut spare).map_err(io_error)?;
                row.truncate(record.columns);
                if record.filled > 0 {
                    return Ok(Some(line));
                }
            }
            Ok(None)
        })?;
        top.layout(&Merged::default()).ok_or(SourceError::Empty)
    }
}

impl CsvSource {
    /// Reads up to the list's first row. `header_row` is the row of the headings, if somebody named it.
    fn new(mut found: Found, header_row: Option<u32>) -> Result<Self, SourceError> {
        let (mut cells, delimiter) = found.cells()?;
        found.delimiter = Some(delimiter);
        let layout = match found.layout.take() {
            Some(layout) => layout,
            None => found.find_headings(header_row)?,
        };
        let (mut headings, mut spare) = (Vec::new(), String::new());
        let (mut row, mut above) = (Vec::new(), Vec::new());
        while cells.line() <= layout.last() && !cells.at_end().map_err(io_error)? {
            let is_theirs = cells.line() == layout.line;
            let kept = if is_theirs { &mut row } else { &mut above };
            let record =
                read(&mut cells, kept, if is_theirs { COLUMNS } else { 0 }, &mut spare).map_err(io_error)?;
            if !is_theirs {
                continue;
            }
            if record.filled > COLUMNS {
                return Err(too_many_columns());
            }
            if matches!(record.problem, Some(RowProblem::CellTooLong { .. })) {
                return Err(SourceError::Broken(format!(
                    "line {} holds no headings",
                    layout.line
                )));
            }
            headings = layout.headings(std::mem::take(&mut row));
        }
        let last = headings
            .iter()
            .rposition(|heading| !heading.trim_start().is_empty());
        let required = last.ok_or(SourceError::Empty)? + 1;
        cells.expect(headings.len());
        Ok(Self {
            cells,
            headings,
            required,
            spare,
            done: 0,
            reading: format!(
                "{}, cells apart by {:?}{}",
                found.encoding,
                char::from(delimiter),
                layout.said()
            ),
            found: Found {
                layout: Some(layout),
                ..found
            },
        })
    }

    fn read_row(&mut self, row: &mut RawRow) -> io::Result<bool> {
        let expected = self.headings.len();
        loop {
            if self.cells.at_end()? {
                self.done = self.found.bytes;
                return Ok(false);
            }
            row.line = self.cells.line();
            row.cells.resize_with(expected, String::new);
            let record = read(&mut self.cells, &mut row.cells, expected, &mut self.spare)?;
            self.done = self.done.max(self.cells.done().min(self.found.bytes));
            if record.filled == 0 {
                continue;
            }
            row.cells.iter_mut().skip(record.columns).for_each(String::clear);
            let expected = count(expected);
            row.problem = record.problem.or_else(|| {
                let found = count(record.columns);
                if record.columns < self.required && record.stray {
                    Some(RowProblem::TooFewColumns { found, expected })
                } else if record.columns < self.required {
                    // Many programs leave blank cells at the end of a row away.
                    Some(RowProblem::Short { found, expected })
                } else if count(record.filled) > expected {
                    Some(RowProblem::TooManyColumns {
                        found: count(record.filled),
                        expected,
                    })
                } else {
                    None
                }
            });
            return Ok(true);
        }
    }
}

impl RowSource for CsvSource {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        self.read_row(row).map_err(io_error)
    }

    fn progress(&self) -> (u64, u64) {
        (self.done, self.found.bytes)
    }

    fn digest(&self) -> [u8; 32] {
        self.found.digest
    }

    fn reading(&self) -> String {
        self.reading.clone()
    }

    fn again(&self) -> Result<Option<Box<dyn RowSource>>, SourceError> {
        Ok(Some(Box::new(Self::new(self.found.clone(), None)?)))
    }
}

/// What a record was, besides its cells.
#[derive(Default)]
struct Record {
    columns: usize,
    /// Columns up to the last one that is not blank: none in a blank line.
    filled: usize,
    /// The first that was found.
    problem: Option<RowProblem>,
    /// A cell of it began with a quote that nothing closes.
    stray: bool,
}

/// Reads one record: the first `keep` cells into `out`, which grows as needed; the rest are only looked at.
fn read<R: Read>(
    cells: &mut Cells<R>,
    out: &mut Vec<String>,
    keep: usize,
    spare: &mut String,
) -> io::Result<Record> {
    let mut record = Record::default();
    let mut kept = 0;
    loop {
        let place = record.columns;
        if place < keep && out.len() == place {
            out.push(String::new());
        }
        let cell = out.get_mut(place).unwrap_or(&mut *spare);
        if cell.capacity() > KEPT {
            *cell = String::new();
        }
        let found = cells.next(cell)?;
        record.columns += 1;
        record.stray |= found.stray;
        let column = count(record.columns);
        let mut too_long = found.too_long;
        if cell.len() > CELL {
            // Broken bytes take three times their room as U+FFFD.
            too_long = too_long.or(Some(cell.len() as u64));
            *cell = String::new();
        }
        if place < keep {
            kept += cell.len();
            if kept > ROW {
                too_long = too_long.or(Some(cell.len() as u64));
                kept -= cell.len();
                cell.clear();
            }
        }
        let problem = if let Some(bytes) = too_long {
            Some(RowProblem::CellTooLong { column, bytes })
        } else if found.broken {
            Some(RowProblem::BrokenEncoding)
        } else if memchr::memchr(0, cell.as_bytes()).is_some() {
            Some(RowProblem::Nul { column })
        } else {
            None
        };
        if problem.is_some() || !cell.trim_start().is_empty() {
            record.filled = record.columns;
        }
        record.problem = record.problem.or(problem);
        if found.after != After::Cell {
            return Ok(record);
        }
    }
}

fn count(columns: usize) -> u32 {
    u32::try_from(columns).unwrap_or(u32::MAX)
}
