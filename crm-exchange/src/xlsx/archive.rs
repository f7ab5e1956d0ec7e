//! The zip archive that a workbook is: which parts it has, and their bytes.
//!
//! The sizes that an archive states need not be true, so nothing is held that has not been counted: the list of parts is
//! bounded before it is read, and a part's bytes are handed on as they unpack, up to a limit.

use std::{
    fmt,
    io::{self, BufReader, Read, Seek, SeekFrom, Take},
};

use flate2::{Crc, bufread::DeflateDecoder};

use crate::{
    limits::workbook::DIRECTORY,
    stored::StoredFile,
    table::{io_error, too_large},
};
use crm_core::import::SourceError;

/// The record at an archive's end, without the comment that may follow.
const END: usize = 22;
/// The longest comment.
const COMMENT: u64 = u16::MAX as u64;
/// What points from there to the record of an archive with larger sizes, and that record.
const END_64_LOCATOR: u64 = 20;
const END_64: usize = 56;
/// A part in the list of parts, and before its bytes; its name and more follow.
const LISTED: usize = 46;
const HEADER: usize = 30;

/// Stands for a size that is written elsewhere.
const ELSEWHERE: u64 = u32::MAX as u64;
/// What follows a listed name where larger sizes are written.
const LARGE_SIZES: u64 = 1;

const STORED: u64 = 0;
const DEFLATED: u64 = 8;

/// An archive, of which the list of parts has been read.
pub(super) struct Archive {
    file: StoredFile,
    parts: Vec<Part>,
}

/// A part as it is listed.
struct Part {
    name: String,
    encrypted: bool,
    method: u64,
    checksum: u32,
    packed: u64,
    unpacked: u64,
    header: u64,
}

impl Archive {
    /// Reads the list of parts.
    pub(super) fn open(mut file: StoredFile) -> Result<Self, SourceError> {
        let length = file.seek(SeekFrom::End(0)).map_err(io_error)?;
        let (start, size, count) = directory(&mut file, length)?;
        if size > DIRECTORY {
            return Err(too_large("the archive lists its parts in more than 4 MiB"));
        }
        let list = read_at(&mut file, start, usize::try_from(size).unwrap_or_default())?;
        let mut rest = list.as_slice();
        let mut parts = Vec::new();
        while let Some((part, next)) = listed(rest) {
            parts.push(part);
            rest = next;
        }
        match parts.len() as u64 == count {
            true => Ok(Self { file, parts }),
            false => Err(broken("the archive's list of parts makes no sense")),
        }
    }

    /// The parts' names, folded.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.name.as_str())
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A part's bytes, which may be `limit` at the most.
    pub(super) fn read(&self, name: &str, limit: u64) -> Result<PartReader, SourceError> {
        let part = self
            .find(name)
            .ok_or_else(|| SourceError::Broken(format!("the workbook has no part {name}")))?;
        if part.encrypted {
            return Err(SourceError::Encrypted);
        }
        let mut file = self.file.clone();
        let header = read_at(&mut file, part.header, HEADER)?;
        let before = (header.starts_with(b"PK\x03\x04"))
            .then(|| Some(number(&header, 26, 2)? + number(&header, 28, 2)?))
            .flatten()
            .ok_or_else(|| broken("a part of the archive is not where it should be"))?;
        let start = part.header.saturating_add(HEADER as u64 + before);
        file.seek(SeekFrom::Start(start))
            .map_err(|error| read_error(&error))?;
        let packed = BufReader::with_capacity(32 * 1024, file.take(part.packed));
        let bytes = match part.method {
            STORED => Bytes::Stored(packed),
            DEFLATED => Bytes::Deflated(Box::new(DeflateDecoder::new(packed))),
            method => {
                return Err(SourceError::Broken(format!(
                    "the archive is packed in an unknown way: {method}"
                )));
            }
        };
        Ok(PartReader {
            bytes,
            checksum: Crc::new(),
            stated: (part.checksum, part.unpacked),
            unpacked: 0,
            limit,
        })
    }

    /// Of two parts of one name the later one counts, as it replaces the earlier one where an archive is unpacked.
    fn find(&self, name: &str) -> Option<&Part> {
        let name = folded(name);
        self.parts.iter().rfind(|part| part.name == name)
    }
}

/// A part's bytes, unpacked.
pub(super) struct PartReader {
    bytes: Bytes,
    checksum: Crc,
    /// Checksum and size as the archive states them.
    stated: (u32, u64),
    unpacked: u64,
    limit: u64,
}

enum Bytes {
    Stored(BufReader<Take<StoredFile>>),
    Deflated(Box<DeflateDecoder<BufReader<Take<StoredFile>>>>),
}

impl PartReader {
    /// What the archive says that it unpacks to.
    pub(super) fn stated_bytes(&self) -> u64 {
        self.stated.1
    }
}

impl Read for PartReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.bytes {
            Bytes::Stored(bytes) => bytes.read(into)?,
            Bytes::Deflated(bytes) => bytes.read(into)?,
        };
        self.checksum.update(into.get(..read).unwrap_or_default());
        self.unpacked += read as u64;
        if self.unpacked > self.limit {
            return Err(OverLimit("a part of the workbook unpacks to more than is read").into());
        }
        if read == 0 && !into.is_empty() && (self.checksum.sum(), self.unpacked) != self.stated {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a part of the archive is not what was packed",
            ));
        }
        Ok(read)
    }
}

/// A limit that was met while reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct OverLimit(pub(super) &'static str);

impl fmt::Display for OverLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for OverLimit {}

impl From<OverLimit> for io::Error {
    fn from(limit: OverLimit) -> Self {
        Self::other(limit)
    }
}

/// Why a part cannot be read on: a limit, damage, or the system.
pub(super) fn read_error(error: &io::Error) -> SourceError {
    if let Some(OverLimit(what)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return too_large(*what);
    }
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            SourceError::Broken(error.to_string())
        }
        _ => SourceError::Io(error.to_string()),
    }
}

fn broken(detail: &str) -> SourceError {
    SourceError::Broken(detail.into())
}

/// Some writers are careless with a part's name.
fn folded(name: &str) -> String {
    name.replace('\\', "/")
        .trim_start_matches('/')
        .to_ascii_lowercase()
}

/// Where the list of parts begins, its size, and how many they are.
fn directory(file: &mut StoredFile, length: u64) -> Result<(u64, u64, u64), SourceError> {
    let none = || broken("the archive has no end");
    let from = length.saturating_sub(END as u64 + COMMENT);
    let tail = read_at(file, from, usize::try_from(length - from).unwrap_or_default())?;
    let (at, end) = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06")
        .filter_map(|at| Some((at, tail.get(at..at + END)?)))
        .find(|(at, end)| {
            number(end, 20, 2).is_some_and(|comment| (at + END) as u64 + comment <= tail.len() as u64)
        })
        .ok_or_else(none)?;
    let read = |record: &[u8], fields: [(usize, usize); 3]| {
        let [start, size, count] = fields.map(|(at, bytes)| number(record, at, bytes));
        Some((start?, size?, count?))
    };
    let small = read(end, [(16, 4), (12, 4), (10, 2)]).ok_or_else(none)?;
    let is_large = small.0 == ELSEWHERE || small.1 == ELSEWHERE || small.2 == u64::from(u16::MAX);
    let locator = (from + at as u64)
        .checked_sub(END_64_LOCATOR)
        .filter(|_| is_large);
    let Some(locator) = locator else { return Ok(small) };
    let locator = read_at(file, locator, 16)?;
    let Some(record) = number(&locator, 8, 8).filter(|_| locator.starts_with(b"PK\x06\x07")) else {
        return Ok(small);
    };
    let record = read_at(file, record, END_64)?;
    read(&record, [(48, 8), (40, 8), (32, 8)])
        .filter(|_| record.starts_with(b"PK\x06\x06"))
        .ok_or_else(none)
}

/// The first part of a list, and the rest of the list.
fn listed(list: &[u8]) -> Option<(Part, &[u8])> {
    let entry = list
        .get(..LISTED)
        .filter(|entry| entry.starts_with(b"PK\x01\x02"))?;
    let field = |at, bytes| number(entry, at, bytes);
    let [name, more, comment] =
        [28, 30, 32].map(|at| field(at, 2).and_then(|bytes| usize::try_from(bytes).ok()));
    let (name, rest) = list.get(LISTED..)?.split_at_checked(name?)?;
    let (more, rest) = rest.split_at_checked(more?)?;
    let (_, rest) = rest.split_at_checked(comment?)?;
    let mut large = large_sizes(more);
    // Those of the three that are written elsewhere stand there, in this order.
    let [unpacked, packed, header] = [24, 20, 42].map(|at| match field(at, 4)? {
        ELSEWHERE => {
            let (size, next) = large.split_at_checked(8)?;
            large = next;
            number(size, 0, 8)
        }
        size => Some(size),
    });
    let part = Part {
        name: folded(&String::from_utf8_lossy(name)),
        encrypted: field(8, 2)? & 1 == 1,
        method: field(10, 2)?,
        checksum: u32::try_from(field(16, 4)?).ok()?,
        packed: packed?,
        unpacked: unpacked?,
        header: header?,
    };
    Some((part, rest))
}

/// The larger sizes among what follows a listed name.
fn large_sizes(mut more: &[u8]) -> &[u8] {
    loop {
        let (Some(kind), Some(size)) = (number(more, 0, 2), number(more, 2, 2)) else {
            return &[];
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let body = more.get(4..).unwrap_or_default();
        let Some((body, rest)) = body.split_at_checked(size) else {
            return &[];
        };
        if kind == LARGE_SIZES {
            return body;
        }
        more = rest;
    }
}

/// A whole number of so many bytes, the low one first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(
        bytes
            .iter()
            .rfold(0, |number, &byte| number << 8 | u64::from(byte)),
    )
}

/// Exactly `length` bytes of a file.
fn read_at(file: &mut StoredFile, at: u64, length: usize) -> Result<Vec<u8>, SourceError> {
    // A place beyond what a file can have is the archive's fault.
    file.seek(SeekFrom::Start(at))
        .map_err(|error| read_error(&error))?;
    let mut bytes = Vec::new();
    file.take(length as u64)
        .read_to_end(&mut bytes)
        .map_err(io_error)?;
    match bytes.len() == length {
        true => Ok(bytes),
        false => Err(broken("the archive is cut off")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A listed part, of which the three sizes and what follows the name are given.
    fn entry(unpacked: u32, packed: u32, header: u32, more: &[u8]) -> Vec<u8> {
        let mut entry = b"PK\x01\x02".to_vec();
        entry.extend([0; 6]);
        entry.extend(8_u16.to_le_bytes());
        entry.extend([0; 4]);
        entry.extend(7_u32.to_le_bytes());
        entry.extend(packed.to_le_bytes());
        entry.extend(unpacked.to_le_bytes());
        entry.extend(3_u16.to_le_bytes());
        entry.extend(u16::try_from(more.len()).unwrap().to_le_bytes());
        entry.extend(1_u16.to_le_bytes());
        entry.extend([0; 8]);
        entry.extend(header.to_le_bytes());
        entry.extend(b"A\\b");
        entry.extend(more);
        entry.push(b'c');
        entry
    }

    fn sizes(entry: &[u8]) -> Option<(u64, u64, u64)> {
        listed(entry).map(|(part, _)| (part.unpacked, part.packed, part.header))
    }

    #[test]
    fn a_listed_part_has_its_larger_sizes_behind_its_name() {
        let plain = [entry(1, 2, 3, &[]), b"rest".to_vec()].concat();
        let (part, rest) = listed(&plain).unwrap();
        assert_eq!(
            (part.name.as_str(), part.checksum, part.method),
            ("a/b", 7, DEFLATED)
        );
        assert_eq!((rest, sizes(&plain)), (&b"rest"[..], Some((1, 2, 3))));
        let large = |numbers: &[u64]| {
            let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            let length = u16::try_from(numbers.len()).unwrap();
            let other = [9, 0, 2, 0, 0xFF, 0xFF];
            [&other[..], &[1, 0], &length.to_le_bytes(), &numbers].concat()
        };
        let all = u32::MAX;
        assert_eq!(sizes(&entry(all, all, all, &large(&[5, 6, 7]))), Some((5, 6, 7)));
        assert_eq!(sizes(&entry(1, all, 3, &large(&[5]))), Some((1, 5, 3)));
        assert_eq!(sizes(&entry(1, 2, all, &large(&[5]))), Some((1, 2, 5)));
        assert_eq!(
            sizes(&entry(all, all, 3, &large(&[5]))),
            None,
            "one of two is missing"
        );
        assert_eq!(sizes(&entry(all, 2, 3, &[1, 0, 99, 0, 0])), None);
    }

    #[test]
    fn an_entry_that_is_cut_off_is_none() {
        let whole = entry(1, 2, 3, &[]);
        for length in 0..whole.len() {
            assert!(listed(&whole[..length]).is_none(), "{length}");
        }
    }

    #[test]
    fn a_part_is_found_in_an_archive_with_larger_sizes_and_a_comment() {
        let mut file = tempfile::tempfile().unwrap();
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend([0; 22]);
        bytes.extend([3, 0, 2, 0]);
        bytes.extend(b"a/bxxhello");
        let start = bytes.len() as u64;
        let mut listed = entry(5, 5, 0, &[]);
        listed[10..12].copy_from_slice(&[0, 0]);
        let mut checksum = Crc::new();
        checksum.update(b"hello");
        listed[16..20].copy_from_slice(&checksum.sum().to_le_bytes());
        bytes.extend(&listed);
        let record = bytes.len() as u64;
        bytes.extend(b"PK\x06\x06");
        bytes.extend([0; 20]);
        for number in [1, 1, listed.len() as u64, start] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(record.to_le_bytes());
        bytes.extend([1, 0, 0, 0]);
        bytes.extend(b"PK\x05\x06");
        bytes.extend([0xFF; 16]);
        bytes.extend([4, 0]);
        bytes.extend(b"note");
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        let archive = Archive::open(StoredFile::new(file)).unwrap();
        let mut text = String::new();
        archive
            .read("/A/b", 5)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "hello");
        let error = archive
            .read("a/b", 4)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap_err();
        assert!(matches!(read_error(&error), SourceError::TooLarge(_)));
        assert!(archive.read("c", 5).is_err());
    }
}
