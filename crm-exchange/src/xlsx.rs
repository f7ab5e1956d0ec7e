//! Excel workbooks as rows.
//!
//! The sheet is read cell by cell on a thread of its own, which hands the rows over in batches: the reader borrows the
//! workbook, so the two cannot stand in one value, and a workbook made to make it panic ends that thread and nothing else.

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    mem,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread::{self, JoinHandle},
};

use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use sha2::{Digest, Sha256};

use crate::{
    cell,
    table::{MAX_COLUMNS, TableOptions, io_error},
    workbook,
};
use crm_core::import::{RawRow, RowProblem, RowSource, SourceError};

/// The longest cell that is kept, as in a CSV file: 1 MiB of UTF-8.
const MAX_CELL: usize = 1024 * 1024;
/// A cell's memory above this is given back with the next row.
const KEPT: usize = 64 * 1024;
/// Rows that are handed over at once, and batches that may wait.
const BATCH: usize = 256;
const WAITING: usize = 4;

type Batch = Vec<RawRow>;

/// What the reading thread sends, in this order: one head, batches, the end.
enum Message {
    Head { headings: Vec<String>, rows: u64 },
    Rows(Batch),
    End,
}

type Sent = Result<Message, SourceError>;

/// A sheet that is being read.
pub(crate) struct XlsxSource {
    headings: Vec<String>,
    /// `None` once the sheet has ended, or the source is dropped.
    messages: Option<Receiver<Sent>>,
    /// Batches go back to be filled again.
    used: Sender<Batch>,
    batch: Batch,
    next: usize,
    done: u64,
    rows: u64,
    digest: [u8; 32],
    thread: Option<JoinHandle<()>>,
}

/// Reads `file`, which stands at its beginning, up to the sheet's headings.
pub(crate) fn open(file: File, options: &TableOptions) -> Result<XlsxSource, SourceError> {
    let (file, digest) = checked(file)?;
    let sheet = options.sheet.clone();
    let (send, messages) = sync_channel(WAITING);
    let (used, free) = channel();
    let thread = thread::spawn(move || {
        let end = read_sheet(file, sheet, &send, &free).map(|()| Message::End);
        // Nobody listens any more: then nobody minds.
        let _ = send.send(end);
    });
    let mut source = XlsxSource {
        headings: Vec::new(),
        messages: Some(messages),
        used,
        batch: Batch::new(),
        next: 0,
        done: 0,
        rows: 0,
        digest,
        thread: Some(thread),
    };
    match source.receive()? {
        Message::Head { headings, rows } => (source.headings, source.rows) = (headings, rows),
        Message::Rows(_) | Message::End => return Err(SourceError::Empty),
    }
    Ok(source)
}

/// The names of the workbook's sheets with cells.
pub(crate) fn sheets(file: File) -> Result<Vec<String>, SourceError> {
    let (file, _) = checked(file)?;
    let thread = thread::spawn(move || {
        let book = open_book(file)?;
        let sheets = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet);
        Ok(sheets.map(|sheet| sheet.name.clone()).collect())
    });
    thread.join().unwrap_or_else(|_| Err(unreadable()))
}

/// The file again, known to be a workbook of sane size, and its digest.
fn checked(mut file: File) -> Result<(File, [u8; 32]), SourceError> {
    let mut digest = Sha256::new();
    let mut chunk = vec![0; 128 * 1024];
    let mut is_zip = None;
    loop {
        let read = file.read(&mut chunk).map_err(io_error)?;
        let bytes = chunk.get(..read).unwrap_or_default();
        is_zip = is_zip.or(Some(bytes.starts_with(b"PK")));
        if read == 0 {
            break;
        }
        digest.update(bytes);
    }
    file.rewind().map_err(io_error)?;
    if is_zip != Some(true) {
        let encrypted = workbook::is_encrypted(&mut file).map_err(io_error)?;
        return Err(match encrypted {
            true => SourceError::Encrypted,
            false => SourceError::NotThisKind {
                expected: "xlsx",
                found: "xls",
            },
        });
    }
    workbook::check(file.try_clone().map_err(io_error)?)?;
    file.rewind().map_err(io_error)?;
    Ok((file, digest.finalize().into()))
}

fn open_book(file: File) -> Result<Xlsx<BufReader<File>>, SourceError> {
    Xlsx::new(BufReader::new(file)).map_err(book_error)
}

/// The sheet that is meant: the one named, else the first one with cells that is shown.
fn choose(book: &Xlsx<BufReader<File>>, wanted: Option<String>) -> Result<String, SourceError> {
    let sheets = || {
        book.sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
    };
    if let Some(name) = wanted {
        return if sheets().any(|sheet| sheet.name == name) {
            Ok(name)
        } else {
            Err(SourceError::NoSheet(name))
        };
    }
    let shown = sheets().find(|sheet| sheet.visible == SheetVisible::Visible);
    shown
        .or_else(|| sheets().next())
        .map(|sheet| sheet.name.clone())
        .ok_or(SourceError::Empty)
}

/// The reading thread's whole life. Ends early, and well, when nobody takes its rows any more.
fn read_sheet(
    file: File,
    sheet: Option<String>,
    send: &SyncSender<Sent>,
    free: &Receiver<Batch>,
) -> Result<(), SourceError> {
    let mut book = open_book(file)?;
    let sheet = choose(&book, sheet)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(book_error)?;
    let rows = u64::from(cells.dimensions().end.0) + 1;
    let mut rows = Rows {
        send,
        free,
        headings: None,
        rows,
        batch: Batch::new(),
        filled: 0,
    };
    let mut row = Building::default();
    loop {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break,
            // An error value that came with a later Excel: nothing, like the others.
            Err(XlsxError::CellError(_)) => continue,
            Err(error) => return Err(book_error(error)),
        };
        let (line, column) = cell.get_position();
        if row.line != u64::from(line) + 1 {
            if !rows.take(&mut row)? {
                return Ok(());
            }
            row.line = u64::from(line) + 1;
        }
        row.put(column as usize, rows.headings, |text| {
            cell::write(cell.get_value(), text)
        })?;
    }
    if rows.take(&mut row)? && rows.headings.is_some() {
        rows.hand_over();
    }
    Ok(())
}

/// A row whose cells are coming in.
#[derive(Default)]
struct Building {
    line: u64,
    cells: Vec<String>,
    /// Columns up to the last one that is not blank.
    filled: usize,
    problem: Option<RowProblem>,
    spare: String,
}

impl Building {
    /// Puts a cell that `write` writes at `column`, which only counts if it is beyond the last heading.
    fn put(
        &mut self,
        column: usize,
        keep: Option<usize>,
        write: impl FnOnce(&mut String),
    ) -> Result<(), SourceError> {
        if column >= MAX_COLUMNS {
            return Err(SourceError::Broken(format!(
                "row {} has more than {MAX_COLUMNS} columns",
                self.line
            )));
        }
        let kept = column < keep.unwrap_or(MAX_COLUMNS);
        if kept && self.cells.len() <= column {
            self.cells.resize_with(column + 1, String::new);
        }
        let text = self
            .cells
            .get_mut(column)
            .filter(|_| kept)
            .unwrap_or(&mut self.spare);
        text.clear();
        write(text);
        let column = column + 1;
        let number = u32::try_from(column).unwrap_or(u32::MAX);
        let problem = if text.len() > MAX_CELL {
            let bytes = text.len() as u64;
            *text = String::new();
            Some(RowProblem::CellTooLong {
                column: number,
                bytes,
            })
        } else if memchr::memchr(0, text.as_bytes()).is_some() {
            Some(RowProblem::Nul { column: number })
        } else {
            None
        };
        if problem.is_some() || !text.trim_start().is_empty() {
            self.filled = self.filled.max(column);
        }
        if self.problem.is_none() {
            self.problem = problem;
        }
        Ok(())
    }

    /// Makes ready for the next row.
    fn clear(&mut self) {
        for cell in &mut self.cells {
            if cell.capacity() > KEPT {
                *cell = String::new();
            }
            cell.clear();
        }
        (self.line, self.filled, self.problem) = (0, 0, None);
    }
}

/// Where finished rows go: the first one becomes the headings, the others go into batches.
struct Rows<'a> {
    send: &'a SyncSender<Sent>,
    free: &'a Receiver<Batch>,
    headings: Option<usize>,
    rows: u64,
    batch: Batch,
    filled: usize,
}

impl Rows<'_> {
    /// Takes a finished row, and leaves an empty one; false if nobody listens any more.
    fn take(&mut self, row: &mut Building) -> Result<bool, SourceError> {
        let goes_on = match self.headings {
            _ if row.filled == 0 => true,
            None => {
                let mut headings = mem::take(&mut row.cells);
                headings.truncate(row.filled);
                if row
                    .problem
                    .as_ref()
                    .is_some_and(|problem| matches!(problem, RowProblem::CellTooLong { .. }))
                {
                    return Err(SourceError::Broken(format!("row {} holds no headings", row.line)));
                }
                self.headings = Some(headings.len());
                self.send
                    .send(Ok(Message::Head {
                        headings,
                        rows: self.rows,
                    }))
                    .is_ok()
            }
            Some(expected) => self.push(row, expected),
        };
        row.clear();
        Ok(goes_on)
    }

    fn push(&mut self, row: &mut Building, expected: usize) -> bool {
        if self.batch.len() == self.filled {
            self.batch.push(RawRow {
                line: 0,
                cells: Vec::new(),
                problem: None,
            });
        }
        let Some(target) = self.batch.get_mut(self.filled) else {
            return false;
        };
        self.filled += 1;
        row.cells.resize_with(expected, String::new);
        mem::swap(&mut target.cells, &mut row.cells);
        target.line = row.line;
        target.problem = row.problem.take().or_else(|| {
            let count = |columns| u32::try_from(columns).unwrap_or(u32::MAX);
            (row.filled > expected).then(|| RowProblem::TooManyColumns {
                found: count(row.filled),
                expected: count(expected),
            })
        });
        self.filled < BATCH || self.hand_over()
    }

    fn hand_over(&mut self) -> bool {
        self.batch.truncate(self.filled);
        self.filled = 0;
        let next = self.free.try_recv().unwrap_or_default();
        self.send
            .send(Ok(Message::Rows(mem::replace(&mut self.batch, next))))
            .is_ok()
    }
}

impl XlsxSource {
    fn receive(&mut self) -> Result<Message, SourceError> {
        let Some(messages) = &self.messages else {
            return Ok(Message::End);
        };
        // Silence without an end: the thread has panicked.
        messages.recv().unwrap_or_else(|_| Err(unreadable()))
    }
}

impl RowSource for XlsxSource {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        loop {
            if let Some(next) = self.batch.get_mut(self.next) {
                self.next += 1;
                mem::swap(row, next);
                self.done = self.done.max(row.line);
                self.rows = self.rows.max(self.done);
                return Ok(true);
            }
            // The other side may have ended already, and needs no batches then.
            let _ = self.used.send(mem::take(&mut self.batch));
            self.next = 0;
            match self.receive()? {
                Message::Rows(batch) => self.batch = batch,
                Message::Head { .. } | Message::End => {
                    self.messages = None;
                    self.done = self.rows;
                    return Ok(false);
                }
            }
        }
    }

    fn progress(&self) -> (u64, u64) {
        (self.done, self.rows)
    }

    fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

impl Drop for XlsxSource {
    /// Waits for the thread, so that the file is closed: it stops at its next batch.
    fn drop(&mut self) {
        self.messages = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn unreadable() -> SourceError {
    SourceError::Broken("the workbook makes no sense".into())
}

fn book_error(error: XlsxError) -> SourceError {
    match error {
        XlsxError::Password => SourceError::Encrypted,
        XlsxError::Io(error) => io_error(error),
        XlsxError::WorksheetNotFound(name) => SourceError::NoSheet(name),
        error => SourceError::Broken(error.to_string()),
    }
}
