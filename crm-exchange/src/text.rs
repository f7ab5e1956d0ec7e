//! A file's text as UTF-8, a window at a time.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use crate::encoding::Encoding;

const CHUNK: usize = 64 * 1024;

/// Stands for bytes that make no character in the file's encoding. It is no UTF-8 either, so that whoever turns bytes
/// into text notices, and a U+FFFD that the file really holds is not taken for one.
const BROKEN: u8 = 0xFF;
/// A byte order mark, in UTF-8.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// What reads an encoding; none for UTF-8, which is read as it is.
pub(crate) fn decoder_of(encoding: Encoding) -> Option<&'static encoding_rs::Encoding> {
    Some(match encoding {
        Encoding::Utf8 => return None,
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
        Encoding::Gb18030 => encoding_rs::GB18030,
        Encoding::Big5 => encoding_rs::BIG5,
        Encoding::ShiftJis => encoding_rs::SHIFT_JIS,
        Encoding::EucKr => encoding_rs::EUC_KR,
        Encoding::Windows874 => encoding_rs::WINDOWS_874,
        Encoding::Windows1250 => encoding_rs::WINDOWS_1250,
        Encoding::Windows1251 => encoding_rs::WINDOWS_1251,
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
        Encoding::Windows1253 => encoding_rs::WINDOWS_1253,
        Encoding::Windows1254 => encoding_rs::WINDOWS_1254,
        Encoding::Windows1255 => encoding_rs::WINDOWS_1255,
        Encoding::Windows1256 => encoding_rs::WINDOWS_1256,
        Encoding::Windows1257 => encoding_rs::WINDOWS_1257,
        Encoding::Windows1258 => encoding_rs::WINDOWS_1258,
    })
}

/// A window onto the text, moved along it by [`fill`](Self::fill) and [`consume`](Self::consume).
///
/// UTF-8 is handed on as it is in the file, faults included.
pub(crate) struct Text<R> {
    file: R,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    window: Vec<u8>,
    /// Where the rest of the window begins.
    start: usize,
    /// Bytes of the file read so far.
    read: u64,
    ended: bool,
}

impl<R: Read> Text<R> {
    /// Reads `file` from its beginning, and leaves a byte order mark out.
    pub(crate) fn open(file: R, encoding: Encoding) -> io::Result<Self> {
        let mut text = Self {
            file,
            decoder: decoder_of(encoding).map(encoding_rs::Encoding::new_decoder_without_bom_handling),
            raw: vec![0; CHUNK],
            window: Vec::new(),
            start: 0,
            read: 0,
            ended: false,
        };
        // The mark may come in pieces, as anything may that is read.
        while text.rest().len() < MARK.len() && text.fill()? {}
        if text.rest().starts_with(MARK) {
            text.consume(MARK.len());
        }
        Ok(text)
    }

    /// What the window shows of the text: all that is left, once [`fill`](Self::fill) has answered false.
    pub(crate) fn rest(&self) -> &[u8] {
        self.window.get(self.start..).unwrap_or_default()
    }

    /// Moves the window's beginning on.
    pub(crate) fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.window.len());
    }

    /// Widens the window at its end; false if the text ends there.
    pub(crate) fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.window.drain(..self.start);
        self.start = 0;
        let read = loop {
            match self.file.read(&mut self.raw) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        let length = self.window.len();
        self.read += read as u64;
        self.ended = read == 0;
        let raw = self.raw.get(..read).unwrap_or_default();
        match &mut self.decoder {
            None => self.window.extend_from_slice(raw),
            Some(decoder) => decode(decoder, raw, self.ended, &mut self.window),
        }
        Ok(!self.ended || self.window.len() > length)
    }

    /// Bytes of the file behind the window's beginning; near enough where a character has not the same length in UTF-8.
    pub(crate) fn done(&self) -> u64 {
        let ahead = self.rest().len() as u64;
        if self.ended && ahead == 0 {
            self.read
        } else {
            self.read.saturating_sub(ahead)
        }
    }
}

/// Appends the text of `raw` to `window`.
fn decode(decoder: &mut Decoder, mut raw: &[u8], last: bool, window: &mut Vec<u8>) {
    loop {
        let length = window.len();
        let room = decoder
            .max_utf8_buffer_length_without_replacement(raw.len())
            .unwrap_or(CHUNK)
            .max(16);
        window.resize(length + room, 0);
        let target = window.get_mut(length..).unwrap_or_default();
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(raw, target, last);
        window.truncate(length + written);
        raw = raw.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => window.push(BROKEN),
        }
    }
}
