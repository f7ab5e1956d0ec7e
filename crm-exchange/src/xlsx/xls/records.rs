//! The records of an old workbook: a kind, a length, and so many bytes, which further records may go on with.

use std::io::{BufReader, Read};

use super::ole::Stream;
use crate::{table::io_error, xlsx::text::Text};
use crm_core::import::SourceError;

/// The kinds that matter ([MS-XLS], 2.3).
pub(super) mod kind {
    pub(in super::super) const FORMULA: u16 = 0x0006;
    pub(in super::super) const EOF: u16 = 0x000A;
    pub(in super::super) const FROM_1904: u16 = 0x0022;
    pub(in super::super) const ENCRYPTED: u16 = 0x002F;
    pub(in super::super) const CONTINUE: u16 = 0x003C;
    pub(in super::super) const SHEET: u16 = 0x0085;
    pub(in super::super) const MANY_NUMBERS: u16 = 0x00BD;
    pub(in super::super) const RICH_TEXT: u16 = 0x00D6;
    pub(in super::super) const STYLE: u16 = 0x00E0;
    pub(in super::super) const MERGED: u16 = 0x00E5;
    pub(in super::super) const STRINGS: u16 = 0x00FC;
    pub(in super::super) const SHARED: u16 = 0x00FD;
    pub(in super::super) const NUMBER: u16 = 0x0203;
    pub(in super::super) const TEXT: u16 = 0x0204;
    pub(in super::super) const TRUTH: u16 = 0x0205;
    pub(in super::super) const FORMULA_TEXT: u16 = 0x0207;
    pub(in super::super) const SHORT_NUMBER: u16 = 0x027E;
    pub(in super::super) const FORMAT: u16 = 0x041E;
    pub(in super::super) const BEGIN: u16 = 0x0809;
}

/// Reads a stream record by record.
pub(super) struct Records {
    stream: BufReader<Stream>,
    /// The head of the next record, which has been read already.
    ahead: Option<(u16, u16)>,
    data: Vec<u8>,
    at: usize,
    /// Bytes of all records so far.
    read: u64,
}

impl Records {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream: BufReader::with_capacity(32 * 1024, stream),
            ahead: None,
            data: Vec::new(),
            at: 0,
            read: 0,
        }
    }

    /// Bytes of the records that have been read.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// The kind of the next record, whose bytes are read then.
    pub(super) fn next(&mut self) -> Result<u16, SourceError> {
        let (kind, length) = match self.ahead.take() {
            Some(head) => head,
            None => self.head()?.ok_or_else(cut_off)?,
        };
        self.load(length)?;
        Ok(kind)
    }

    fn head(&mut self) -> Result<Option<(u16, u16)>, SourceError> {
        let mut head = Vec::with_capacity(4);
        (&mut self.stream)
            .take(4)
            .read_to_end(&mut head)
            .map_err(io_error)?;
        let number = |at: usize| Some(u16::from_le_bytes([*head.get(at)?, *head.get(at + 1)?]));
        Ok(number(0).zip(number(2)))
    }

    fn load(&mut self, length: u16) -> Result<(), SourceError> {
        self.data.clear();
        self.at = 0;
        self.read += 4 + u64::from(length);
        let read = (&mut self.stream).take(length.into()).read_to_end(&mut self.data);
        match read.map_err(io_error)? == usize::from(length) {
            true => Ok(()),
            false => Err(cut_off()),
        }
    }

    /// Goes on to the record that this one is continued by; false if it is not.
    fn go_on(&mut self) -> Result<bool, SourceError> {
        let head = match self.ahead {
            Some(head) => Some(head),
            None => self.head()?,
        };
        match head {
            Some((kind::CONTINUE, length)) => {
                self.ahead = None;
                self.load(length)?;
                Ok(true)
            }
            head => {
                self.ahead = head;
                Ok(false)
            }
        }
    }

    /// What is left of the record's bytes.
    pub(super) fn rest(&self) -> &[u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], SourceError> {
        let taken = self.rest().get(..N).and_then(|bytes| bytes.try_into().ok());
        self.at += N;
        taken.ok_or_else(cut_off)
    }

    pub(super) fn byte(&mut self) -> Result<u8, SourceError> {
        self.take::<1>().map(|[byte]| byte)
    }

    pub(super) fn short(&mut self) -> Result<u16, SourceError> {
        self.take().map(u16::from_le_bytes)
    }

    pub(super) fn long(&mut self) -> Result<u32, SourceError> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn double(&mut self) -> Result<f64, SourceError> {
        self.take().map(f64::from_le_bytes)
    }

    /// Whether a shared string begins here, or in a record that goes on with this one.
    pub(super) fn has_string(&mut self) -> Result<bool, SourceError> {
        while self.rest().is_empty() {
            if !self.go_on()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads a text whose length stands before it, in one byte or two, with what says how it looks.
    pub(super) fn text(&mut self, is_short: bool, text: &mut Text) -> Result<(), SourceError> {
        let characters = if is_short {
            self.byte()?.into()
        } else {
            self.short()?
        };
        let looks = self.byte()?;
        let runs = if looks & 8 != 0 { self.short()? } else { 0 };
        let more = if looks & 4 != 0 { self.long()? } else { 0 };
        self.characters(characters.into(), looks & 1 != 0, text)?;
        self.skip(usize::from(runs) * 4)?;
        self.skip(usize::try_from(more).unwrap_or(usize::MAX))
    }

    /// Reads so many characters, in one byte each or two. A record that goes on with them says anew which.
    fn characters(&mut self, mut left: usize, mut is_wide: bool, text: &mut Text) -> Result<(), SourceError> {
        // Half a character may stand at a record's end.
        let mut units: Vec<u16> = Vec::with_capacity(left.min(1024));
        while left > 0 {
            if self.rest().is_empty() {
                if !self.go_on()? {
                    return Err(cut_off());
                }
                is_wide = self.byte()? & 1 != 0;
            }
            let width = if is_wide { 2 } else { 1 };
            let there = (self.rest().len() / width).min(left);
            if there == 0 {
                return Err(cut_off());
            }
            let bytes = self.rest().get(..there * width).unwrap_or_default();
            match is_wide {
                true => units.extend(bytes.chunks_exact(2).map(|pair| match *pair {
                    [low, high] => u16::from_le_bytes([low, high]),
                    _ => 0,
                })),
                false => units.extend(bytes.iter().map(|&byte| u16::from(byte))),
            }
            self.at += there * width;
            left -= there;
        }
        text.push(&String::from_utf16_lossy(&units));
        Ok(())
    }

    fn skip(&mut self, mut bytes: usize) -> Result<(), SourceError> {
        while bytes > 0 {
            let there = self.rest().len().min(bytes);
            self.at += there;
            bytes -= there;
            if bytes > 0 && !self.go_on()? {
                return Err(cut_off());
            }
        }
        Ok(())
    }
}

pub(super) fn cut_off() -> SourceError {
    SourceError::Broken("the workbook's records are cut off".into())
}
