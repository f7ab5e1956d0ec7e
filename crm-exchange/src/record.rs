//! CSV, cell by cell: RFC 4180, and what to do with files that do not keep to it.
//!
//! The `csv` crate reads good files the same (a test holds the two equal), but collects a whole record in memory before
//! anyone can look at it: one quote that is never closed, and the record is the rest of the file. Here a cell is read in
//! a window that ends at [`CELL`].
//!
//! - A quoted cell over several lines whose closing quote is followed by something else than the cell's end, or is
//!   missing, was never meant to be quoted: it ends with its own line, and the next line is a row again.
//! - So too where it grows beyond the limit and the lines in it look like rows.
//! - Any other cell beyond the limit is dropped, and read over.
//! - Within one line, what follows a closing quote belongs to the cell.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use crate::{limits::CELL, text::Text};

/// Lines of an overlong cell that are looked at.
const SAMPLE: usize = 20;
/// Blanks between a closing quote and the cell's end that are put up with.
const BLANKS: usize = 16;

/// What follows a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Cell,
    LineEnd,
    Nothing,
}

/// What a cell was, besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) after: After,
    /// Bytes of the text in UTF-8, if they were too many and the text was dropped.
    pub(crate) too_long: Option<u64>,
    /// Bytes in it made no text; U+FFFD stands for them.
    pub(crate) broken: bool,
    /// It began with a quote that nothing closes: cells that were meant to follow may stand in it.
    pub(crate) stray: bool,
}

/// Reads cells off a text.
pub(crate) struct Cells<R> {
    text: Text<R>,
    delimiter: u8,
    /// The line that the next cell begins on, from 1.
    line: u64,
    /// Cells of a row, once the headings have been read.
    expected: Option<usize>,
}

impl<R: Read> Cells<R> {
    pub(crate) fn new(text: Text<R>, delimiter: u8, line: u64) -> Self {
        Self {
            text,
            delimiter,
            line,
            expected: None,
        }
    }

    pub(crate) fn expect(&mut self, cells: usize) {
        self.expected = Some(cells);
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn done(&self) -> u64 {
        self.text.done()
    }

    /// Whether there is no further record.
    pub(crate) fn at_end(&mut self) -> io::Result<bool> {
        Ok(!self.has(0)?)
    }

    /// Reads a cell into `out`, which is cleared before.
    pub(crate) fn next(&mut self, out: &mut String) -> io::Result<Found> {
        out.clear();
        if self.has(0)? && self.text.rest().first() == Some(&b'"') {
            self.quoted(out)
        } else {
            self.plain(out)
        }
    }

    /// Whether the window shows the byte at `place`, or can be made to.
    fn has(&mut self, place: usize) -> io::Result<bool> {
        while self.text.rest().len() <= place {
            if !self.text.fill()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn from(&self, place: usize) -> &[u8] {
        self.text.rest().get(place..).unwrap_or_default()
    }

    /// Looks from `place` on for the cell's end: `None` if it is beyond `limit`.
    fn find_end(&mut self, mut place: usize, limit: usize) -> io::Result<Option<usize>> {
        loop {
            let ahead = self.from(place);
            if let Some(found) = memchr3(self.delimiter, b'\n', b'\r', ahead) {
                return Ok(Some(place + found).filter(|&end| end <= limit));
            }
            place += ahead.len();
            if place > limit {
                return Ok(None);
            }
            if !self.text.fill()? {
                return Ok(Some(place));
            }
        }
    }

    fn plain(&mut self, out: &mut String) -> io::Result<Found> {
        match self.find_end(0, CELL)? {
            Some(end) => {
                let broken = append(out, self.text.rest().get(..end).unwrap_or_default());
                self.close(end, None, broken)
            }
            None => self.skip_plain(0),
        }
    }

    /// Drops the rest of a cell outside quotes, of which `bytes` have been dropped already.
    fn skip_plain(&mut self, mut bytes: u64) -> io::Result<Found> {
        loop {
            let rest = self.text.rest();
            match memchr3(self.delimiter, b'\n', b'\r', rest) {
                Some(end) => return self.close(end, Some(bytes + end as u64), false),
                None => {
                    let all = rest.len();
                    bytes += all as u64;
                    self.text.consume(all);
                    if !self.text.fill()? {
                        return self.close(0, Some(bytes), false);
                    }
                }
            }
        }
    }

    fn quoted(&mut self, out: &mut String) -> io::Result<Found> {
        let mut place = 1;
        let closing = loop {
            let ahead = self.from(place);
            if let Some(found) = memchr(b'"', ahead) {
                let quote = place + found;
                if !self.has(quote + 1)? || self.text.rest().get(quote + 1) != Some(&b'"') {
                    break Some(quote);
                }
                place = quote + 2;
            } else {
                place += ahead.len();
                if !self.text.fill()? {
                    break None;
                }
            }
            if place > CELL + 1 {
                break None;
            }
        };
        let fits = closing.unwrap_or(place) <= CELL + 1;
        let rest = self.text.rest();
        let within = rest.get(1..closing.unwrap_or(rest.len())).unwrap_or_default();
        if let Some(line_end) = memchr2(b'\n', b'\r', within).map(|found| found + 1) {
            let closed = match closing {
                Some(quote) => self.ends_after(quote + 1)?,
                None => false,
            };
            let stray = if fits {
                !closed
            } else {
                self.looks_like_rows(line_end)
            };
            if stray {
                return self.take_stray(line_end, out);
            }
        }
        if !fits {
            return self.skip_quoted();
        }
        // The end of the text closes too: a file that was cut off.
        let quote = closing.unwrap_or(place);
        match self.find_end(quote + 1, CELL + 2)? {
            Some(end) => self.take_quoted(quote, end, out),
            None => self.skip_quoted(),
        }
    }

    /// Whether the cell ends at `place`, but for blanks.
    fn ends_after(&mut self, place: usize) -> io::Result<bool> {
        let _ = self.has(place + BLANKS)?;
        let delimiter = self.delimiter;
        let next = self
            .from(place)
            .iter()
            .take(BLANKS)
            .find(|&&byte| byte != b' ' || byte == delimiter);
        Ok(next.is_none_or(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r'))
    }

    /// Whether the lines from `place` on have as many cells as a row.
    fn looks_like_rows(&self, place: usize) -> bool {
        let Some(expected) = self.expected else {
            return true;
        };
        let lines = self.from(place).split(|&byte| byte == b'\n' || byte == b'\r');
        // The last one may be cut off by the window.
        let sample = lines.filter(|line| !line.is_empty()).take(SAMPLE + 1);
        let (mut alike, mut all) = (0, 0);
        for line in sample.take(SAMPLE) {
            all += 1;
            alike += usize::from(memchr_iter(self.delimiter, line).count() + 1 == expected);
        }
        alike * 2 > all
    }

    /// Takes the cell whose text is quoted up to `quote` and goes on to `end`.
    fn take_quoted(&mut self, quote: usize, end: usize, out: &mut String) -> io::Result<Found> {
        let rest = self.text.rest();
        let mut within = rest.get(1..quote).unwrap_or_default();
        let breaks = line_breaks(within);
        let mut broken = false;
        // Of two quotes, one is meant.
        while let Some(pair) = memchr(b'"', within) {
            broken |= append(out, within.get(..=pair).unwrap_or_default());
            within = within.get(pair + 2..).unwrap_or_default();
        }
        broken |= append(out, within);
        broken |= append(out, rest.get(quote + 1..end).unwrap_or_default());
        self.line += breaks;
        self.close(end, None, broken)
    }

    /// Takes a cell that began with a quote for no reason, up to the end of its line.
    fn take_stray(&mut self, line_end: usize, out: &mut String) -> io::Result<Found> {
        let broken = append(out, self.text.rest().get(1..line_end).unwrap_or_default());
        let found = self.close(line_end, None, broken)?;
        Ok(Found { stray: true, ..found })
    }

    /// Drops a quoted cell that is too long.
    fn skip_quoted(&mut self) -> io::Result<Found> {
        self.text.consume(1);
        let mut bytes = 0;
        let mut after_cr = false;
        loop {
            if !self.has(0)? {
                return self.close(0, Some(bytes), false);
            }
            let rest = self.text.rest();
            let quote = memchr(b'"', rest);
            let piece = rest.get(..quote.unwrap_or(rest.len())).unwrap_or_default();
            let length = piece.len();
            // A line end that two pieces share is counted with the first.
            let shared = after_cr && piece.first() == Some(&b'\n');
            self.line += line_breaks(piece) - u64::from(shared);
            after_cr = piece.last() == Some(&b'\r');
            bytes += length as u64;
            self.text.consume(length);
            if quote.is_none() {
                continue;
            }
            after_cr = false;
            if self.has(1)? && self.text.rest().get(1) == Some(&b'"') {
                self.text.consume(2);
                bytes += 1;
            } else {
                self.text.consume(1);
                return self.skip_plain(bytes);
            }
        }
    }

    /// Moves behind the cell that ends at `end`, and behind the delimiter or line end there.
    fn close(&mut self, end: usize, too_long: Option<u64>, broken: bool) -> io::Result<Found> {
        let _ = self.has(end)?;
        let after = match self.text.rest().get(end) {
            None => After::Nothing,
            Some(b'\n' | b'\r') => After::LineEnd,
            Some(_) => After::Cell,
        };
        let mut length = end + 1;
        if after == After::LineEnd {
            self.line += 1;
            if self.text.rest().get(end) == Some(&b'\r')
                && self.has(length)?
                && self.text.rest().get(length) == Some(&b'\n')
            {
                length += 1;
            }
        }
        self.text.consume(length);
        Ok(Found {
            after,
            too_long,
            broken,
            stray: false,
        })
    }
}

/// Appends bytes as text; true if some made none.
fn append(out: &mut String, bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            out.push_str(text);
            false
        }
        Err(_) => {
            out.push_str(&String::from_utf8_lossy(bytes));
            true
        }
    }
}

/// Line ends in `text`: LF, CR LF or CR.
fn line_breaks(text: &[u8]) -> u64 {
    if memchr2(b'\n', b'\r', text).is_none() {
        return 0;
    }
    let (mut breaks, mut after_cr) = (0, false);
    for &byte in text {
        breaks += u64::from(byte == b'\r' || (byte == b'\n' && !after_cr));
        after_cr = byte == b'\r';
    }
    breaks
}
