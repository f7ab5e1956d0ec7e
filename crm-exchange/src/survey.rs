//! The first pass over a CSV file: its digest, and what encoding it is in, decided over the whole of it.
//!
//! A list may begin with a megabyte of ASCII and turn to Chinese then, so no beginning of a file tells its encoding.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::{
    encoding::Encoding,
    judge::{Rivals, Verdict},
};

/// What the first pass found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// SHA-256 of the file's bytes.
    pub(crate) digest: [u8; 32],
    pub(crate) bytes: u64,
    /// `None`: no text in any encoding.
    pub(crate) encoding: Option<Verdict>,
}

const CHUNK: usize = 128 * 1024;

/// Reads `file` to its end.
pub(crate) fn survey(file: &mut impl Read) -> io::Result<Survey> {
    let mut digest = Sha256::new();
    let mut counts = Counts::default();
    let mut chunk = vec![0; CHUNK];
    let mut marked = None;
    let mut bytes = 0_u64;
    loop {
        let filled = fill(file, &mut chunk)?;
        let read = chunk.get(..filled).unwrap_or_default();
        if bytes == 0 {
            marked = byte_order_mark(read);
        }
        digest.update(read);
        counts.feed(read);
        bytes += read.len() as u64;
        if filled < CHUNK {
            break;
        }
    }
    let encoding = marked.map(Verdict::Is).or_else(|| counts.decide(bytes));
    Ok(Survey {
        digest: digest.finalize().into(),
        bytes,
        encoding,
    })
}

/// Reads until `chunk` is full or the file ends, so that pairs of bytes never fall apart in the middle of a file.
fn fill(file: &mut impl Read, chunk: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = chunk.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The encoding that a byte order mark names.
fn byte_order_mark(head: &[u8]) -> Option<Encoding> {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Some(Encoding::Utf8),
        [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
        [0x84, 0x31, 0x95, 0x33, ..] => Some(Encoding::Gb18030),
        _ => None,
    }
}

#[derive(Debug, Default)]
struct Counts {
    utf8: Utf8,
    /// Started with the first byte that is not UTF-8: what came before is ASCII, or UTF-8 indeed.
    rivals: Option<Rivals>,
    nuls: Nuls,
    /// Control characters that no list has.
    controls: u64,
}

impl Counts {
    fn feed(&mut self, chunk: &[u8]) {
        self.utf8.feed(chunk);
        if self.utf8.errors > 0 {
            self.rivals.get_or_insert_default().feed(chunk);
        }
        self.nuls.feed(chunk);
        self.controls += count(chunk, |byte| matches!(byte, 1..=8 | 14..=26 | 28..=31));
    }

    fn decide(&self, bytes: u64) -> Option<Verdict> {
        let utf8_fits = self.utf8.errors == 0;
        if let Some(utf16) = self.nuls.utf16(bytes / 2, utf8_fits) {
            return Some(Verdict::Is(utf16));
        }
        // A few in a list are a fault of some rows; more are not a list.
        let (some, many) = (8, bytes / 10);
        if self.nuls.count() > many.max(some) || self.controls > (bytes / 50).max(some) {
            return None;
        }
        // Bytes of the other encodings seldom make UTF-8 by chance, so a file that is mostly UTF-8 is UTF-8 with faults.
        match &self.rivals {
            Some(rivals) if self.utf8.characters <= self.utf8.errors => Some(rivals.verdict()),
            _ => Some(Verdict::Is(Encoding::Utf8)),
        }
    }
}

/// How well a file reads as UTF-8.
#[derive(Debug, Default)]
struct Utf8 {
    /// Characters beyond ASCII.
    characters: u64,
    errors: u64,
    /// The beginning of a character that the last chunk broke off in.
    carry: Vec<u8>,
}

impl Utf8 {
    fn feed(&mut self, chunk: &[u8]) {
        let mut rest = chunk;
        while !self.carry.is_empty() {
            let Some((&next, after)) = rest.split_first() else {
                return;
            };
            self.carry.push(next);
            match std::str::from_utf8(&self.carry) {
                Ok(_) => {
                    self.characters += 1;
                    self.carry.clear();
                    rest = after;
                }
                Err(error) if error.error_len().is_none() => rest = after,
                // The new byte is no part of it: it is read again below.
                Err(_) => {
                    self.errors += 1;
                    self.carry.clear();
                }
            }
        }
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(valid) => return self.characters += beyond_ascii(valid.as_bytes()),
                Err(error) => error,
            };
            let (valid, broken) = rest.split_at_checked(error.valid_up_to()).unwrap_or_default();
            self.characters += beyond_ascii(valid);
            let Some(length) = error.error_len() else {
                return self.carry.extend_from_slice(broken);
            };
            self.errors += 1;
            rest = broken.get(length..).unwrap_or_default();
        }
    }
}

/// Characters beyond ASCII in UTF-8: their first bytes.
fn beyond_ascii(valid: &[u8]) -> u64 {
    count(valid, |byte| byte >= 0xC0)
}

/// How many bytes are so. Counted in blocks whose number a byte can hold, which lets the processor take many at once.
fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
    let blocks = bytes.chunks(usize::from(u8::MAX));
    blocks
        .map(|block| u64::from(block.iter().map(|&byte| u8::from(is(byte))).sum::<u8>()))
        .sum()
}

/// Where the NUL bytes are: in UTF-16 every ASCII character has one, always on the same side.
#[derive(Debug, Default)]
struct Nuls {
    even: u64,
    odd: u64,
    /// Commas, semicolons, tabs, bars and ends of lines, as UTF-16 would store them.
    marks_le: u64,
    marks_be: u64,
    /// Two ASCII digits side by side: every list has telephone numbers, and in UTF-16 they are apart.
    digits: u64,
    /// Chunks without a NUL, whose digits were not counted.
    plain_chunks: u64,
}

impl Nuls {
    /// `chunk` begins at an even place of the file.
    fn feed(&mut self, chunk: &[u8]) {
        if memchr::memchr(0, chunk).is_none() {
            self.plain_chunks += 1;
            return;
        }
        let mark = |byte: u8| u64::from(matches!(byte, b',' | b';' | b'\t' | b'|' | b'\n' | b'\r'));
        for pair in chunk.chunks_exact(2) {
            let &[even, odd] = pair else { continue };
            if even == 0 {
                self.even += 1;
                self.marks_be += mark(odd);
            }
            if odd == 0 {
                self.odd += 1;
                self.marks_le += mark(even);
            }
            self.digits += u64::from(even.is_ascii_digit() && odd.is_ascii_digit());
        }
    }

    fn count(&self) -> u64 {
        self.even + self.odd
    }

    /// The UTF-16 that the file is in, if it is.
    fn utf16(&self, units: u64, utf8_fits: bool) -> Option<Encoding> {
        let (zeros, others, marks, encoding) = if self.odd > self.even {
            (self.odd, self.even, self.marks_le, Encoding::Utf16Le)
        } else {
            (self.even, self.odd, self.marks_be, Encoding::Utf16Be)
        };
        // Pure ASCII in UTF-16 is valid UTF-8 as well, but for half of it NULs.
        let enough = if utf8_fits { units * 2 / 5 } else { units / 200 };
        let one_sided = zeros >= others * 20;
        let is_utf16 =
            marks > 0 && zeros > enough && one_sided && zeros > self.digits * 2 && self.plain_chunks < 2;
        is_utf16.then_some(encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Option<Encoding> {
        match survey(&mut &bytes[..]).unwrap().encoding {
            Some(Verdict::Is(encoding)) => Some(encoding),
            Some(Verdict::Unclear(shown)) => panic!("{shown}"),
            None => None,
        }
    }

    fn encoded(encoding: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    const SIMPLIFIED: &str = "客户名称,电话\n上海示例科技有限公司,13912345678\n";
    const TRADITIONAL: &str = "公司名稱,電話\n臺灣範例股份有限公司,02-25317099\n";

    #[test]
    fn each_encoding_is_found_out() {
        assert_eq!(found(b"name,phone\na,1\n"), Some(Encoding::Utf8));
        assert_eq!(found(SIMPLIFIED.as_bytes()), Some(Encoding::Utf8));
        assert_eq!(
            found(&encoded(encoding_rs::GB18030, SIMPLIFIED)),
            Some(Encoding::Gb18030)
        );
        assert_eq!(
            found(&encoded(encoding_rs::GBK, TRADITIONAL)),
            Some(Encoding::Gb18030)
        );
        assert_eq!(
            found(&encoded(encoding_rs::BIG5, TRADITIONAL)),
            Some(Encoding::Big5)
        );
        for text in [
            SIMPLIFIED,
            TRADITIONAL,
            "name,phone\nAcme,13912345678\n",
            "名称,电话",
        ] {
            assert_eq!(
                found(&utf16(text, u16::to_le_bytes)),
                Some(Encoding::Utf16Le),
                "{text}"
            );
            assert_eq!(
                found(&utf16(text, u16::to_be_bytes)),
                Some(Encoding::Utf16Be),
                "{text}"
            );
        }
    }

    #[test]
    fn a_long_beginning_in_ascii_does_not_mislead() {
        let ascii = "Acme Ltd,13912345678\n".repeat(100_000);
        for (encoding, label, text) in [
            (encoding_rs::BIG5, Encoding::Big5, TRADITIONAL),
            (encoding_rs::GB18030, Encoding::Gb18030, SIMPLIFIED),
        ] {
            let mut bytes = ascii.clone().into_bytes();
            bytes.extend(encoded(encoding, text));
            assert_eq!(found(&bytes), Some(label));
        }
    }

    #[test]
    fn a_few_broken_bytes_leave_it_utf_8() {
        let mut bytes = SIMPLIFIED.as_bytes().to_vec();
        bytes.extend(b"\xB9\xAB\xCB\xBE,1\n\xFF,2\n");
        assert_eq!(found(&bytes), Some(Encoding::Utf8));
        // Latin-1, which is told by nobody for sure.
        let latin = survey(&mut &b"name,phone\nCaf\xE9,1\nRen\xE9 M\xFCller,2\n"[..]).unwrap();
        let Some(Verdict::Unclear(shown)) = latin.encoding else {
            panic!("{latin:?}");
        };
        assert!(shown.starts_with("windows-1252: Café,1"), "{shown}");
    }

    #[test]
    fn a_nul_in_a_cell_is_not_utf_16() {
        assert_eq!(found(b"name,phone\nA\0B,1\n"), Some(Encoding::Utf8));
        let mut bytes = encoded(encoding_rs::GB18030, SIMPLIFIED);
        bytes.extend(b"A\0,13912345678\n");
        assert_eq!(found(&bytes), Some(Encoding::Gb18030));
    }

    #[test]
    fn what_is_no_text_is_in_no_encoding() {
        assert_eq!(found(&[0; 1000]), None);
        assert_eq!(
            found(
                &b"\xB9\xAB;\0"
                    .repeat(9)
                    .iter()
                    .chain(&b",\0;".repeat(99))
                    .copied()
                    .collect::<Vec<_>>()
            ),
            None
        );
        let noise: Vec<u8> = (0..100_000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        assert_eq!(found(&noise), None);
    }

    #[test]
    fn utf_8_is_counted_alike_in_pieces_of_any_size() {
        let bytes = b"ab\xE5\xAE\xA2\xE6\x88\xFF\xE5\xAE\xA2\xF0\x9F\x98\x80\xC3\xA9\xE5\xAE\x41\xE5\xAE\xA2";
        let mut whole = Utf8::default();
        whole.feed(bytes);
        for size in 1..bytes.len() {
            let mut pieces = Utf8::default();
            bytes.chunks(size).for_each(|piece| pieces.feed(piece));
            assert_eq!(
                (pieces.characters, pieces.errors),
                (whole.characters, whole.errors),
                "{size}"
            );
        }
        assert_eq!((whole.characters, whole.errors), (5, 3));
    }
}
