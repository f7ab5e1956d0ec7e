//! Microsoft's older container, in which old workbooks lie: a file system of sectors, of which each names the next.

use std::io::{self, Read, Seek, SeekFrom};

use crate::{
    limits::workbook::OLD,
    stored::StoredFile,
    table::{io_error, too_large},
};
use crm_core::import::SourceError;

const HEADER: usize = 512;
/// A number from here on is no sector's.
const NO_SECTOR: u32 = 0xFFFF_FFFA;
/// Sectors of the table of sectors that the header itself names.
const IN_HEADER: usize = 109;
/// A directory entry, and one of its names' characters.
const ENTRY: usize = 128;
const NAME: usize = 64;
/// The most small sectors, which hold what is of no matter here but for the smallest workbooks.
const SMALL: usize = 1024 * 1024;
/// The most directory entries.
const ENTRIES: usize = 10_000;

/// A container, of which the table of sectors has been read.
pub(super) struct Ole {
    file: StoredFile,
    sector: u64,
    /// What comes after each sector.
    next: Vec<u32>,
    entries: Vec<Entry>,
    /// Streams of fewer bytes lie in small sectors, within the root entry's stream.
    small_below: u64,
    small_sector: u64,
    next_small: Vec<u32>,
}

struct Entry {
    name: String,
    start: u32,
    length: u64,
}

/// The bytes of a stream, of which copies read on by themselves.
#[derive(Clone)]
pub(super) struct Stream {
    file: StoredFile,
    /// Where its pieces lie in the file, in their order.
    pieces: std::sync::Arc<[u64]>,
    piece: u64,
    length: u64,
    at: u64,
}

impl Ole {
    pub(super) fn open(file: &StoredFile) -> Result<Self, SourceError> {
        let mut file = file.anew();
        if file.metadata().map_err(io_error)?.len() > OLD {
            return Err(too_large("the workbook has more than 512 MiB"));
        }
        let mut header = [0; HEADER];
        file.read_exact(&mut header).map_err(|_| broken())?;
        let [shift, small_shift] = [30, 32].map(|at| u32::from(short(&header, at)));
        if !(7..=16).contains(&shift) || !(4..=shift).contains(&small_shift) {
            return Err(broken());
        }
        let mut ole = Self {
            sector: 1 << shift,
            small_sector: 1 << small_shift,
            small_below: u64::from(long(&header, 56)),
            file,
            next: Vec::new(),
            entries: Vec::new(),
            next_small: Vec::new(),
        };
        let most = usize::try_from(OLD >> shift).unwrap_or(usize::MAX);
        // The sectors that the table lies in are named by the header, and further ones by sectors of their own.
        let mut table: Vec<u32> = (0..IN_HEADER)
            .map(|number| long(&header, 76 + number * 4))
            .collect();
        let mut further = long(&header, 68);
        while further < NO_SECTOR && table.len() <= most {
            let mut names = ole.sector(further)?;
            further = names.pop().unwrap_or(NO_SECTOR);
            table.append(&mut names);
        }
        for sector in table.into_iter().filter(|&sector| sector < NO_SECTOR) {
            let mut part = ole.sector(sector)?;
            ole.next.append(&mut part);
            if ole.next.len() > most + 65_536 {
                return Err(broken());
            }
        }
        let directory = ole.chain(long(&header, 48), &ole.next)?;
        for sector in directory {
            let bytes = ole.bytes(sector)?;
            ole.entries.extend(bytes.chunks_exact(ENTRY).map(Entry::read));
            if ole.entries.len() > ENTRIES {
                return Err(broken());
            }
        }
        let small = ole.chain(long(&header, 60), &ole.next)?;
        for sector in small {
            let mut part = ole.sector(sector)?;
            ole.next_small.append(&mut part);
            if ole.next_small.len() > SMALL {
                return Err(broken());
            }
        }
        Ok(ole)
    }

    /// Whether there is a stream of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A stream's bytes.
    pub(super) fn stream(&self, name: &str) -> Result<Stream, SourceError> {
        let entry = self.find(name).ok_or_else(broken)?;
        let is_small = entry.length < self.small_below;
        let (pieces, piece): (Vec<u64>, u64) = if is_small {
            let root = self.entries.first().ok_or_else(broken)?;
            let within = self.chain(root.start, &self.next)?;
            let each = self.sector / self.small_sector;
            let place = |small: u32| {
                let sector = usize::try_from(u64::from(small) / each)
                    .ok()
                    .and_then(|at| within.get(at));
                let sector = sector.ok_or_else(broken)?;
                Ok(self.place(*sector) + u64::from(small) % each * self.small_sector)
            };
            let places: Result<_, SourceError> = self
                .chain(entry.start, &self.next_small)?
                .into_iter()
                .map(place)
                .collect();
            (places?, self.small_sector)
        } else {
            let chain = self.chain(entry.start, &self.next)?;
            (
                chain.into_iter().map(|sector| self.place(sector)).collect(),
                self.sector,
            )
        };
        Ok(Stream {
            length: entry.length.min(pieces.len() as u64 * piece),
            file: self.file.clone(),
            pieces: pieces.into(),
            piece,
            at: 0,
        })
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn place(&self, sector: u32) -> u64 {
        (u64::from(sector) + 1) * self.sector
    }

    /// The sectors of a chain, which ends.
    fn chain(&self, start: u32, next: &[u32]) -> Result<Vec<u32>, SourceError> {
        let mut chain = Vec::new();
        let mut sector = start;
        while sector < NO_SECTOR {
            if chain.len() > next.len() {
                return Err(broken());
            }
            chain.push(sector);
            let at = usize::try_from(sector).unwrap_or(usize::MAX);
            sector = *next.get(at).ok_or_else(broken)?;
        }
        Ok(chain)
    }

    fn bytes(&self, sector: u32) -> Result<Vec<u8>, SourceError> {
        let mut bytes = vec![0; usize::try_from(self.sector).unwrap_or_default()];
        let mut file = self.file.clone();
        file.seek(SeekFrom::Start(self.place(sector))).map_err(io_error)?;
        // The last sector may be cut off.
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read(rest).map_err(io_error)? {
                0 if filled == 0 => return Err(broken()),
                0 => break,
                read => filled += read,
            }
        }
        Ok(bytes)
    }

    /// The numbers that a sector holds.
    fn sector(&self, sector: u32) -> Result<Vec<u32>, SourceError> {
        let bytes = self.bytes(sector)?;
        Ok(bytes.chunks_exact(4).map(|number| long(number, 0)).collect())
    }
}

impl Entry {
    fn read(entry: &[u8]) -> Self {
        let length = usize::from(short(entry, NAME)).saturating_sub(2).min(NAME);
        let name: Vec<u16> = (0..length / 2).map(|at| short(entry, at * 2)).collect();
        Self {
            name: String::from_utf16_lossy(&name),
            start: long(entry, 116),
            length: u64::from(long(entry, 120)),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (number, within) = (self.at / self.piece, self.at % self.piece);
        let from = usize::try_from(number).unwrap_or(usize::MAX);
        let Some(&place) = self.pieces.get(from).filter(|_| self.at < self.length) else {
            return Ok(0);
        };
        // Pieces that lie one after the other are read together.
        let wanted = (within + into.len() as u64).div_ceil(self.piece);
        let rest = self.pieces.get(from..).unwrap_or_default().iter();
        let together = (0..wanted)
            .zip(rest)
            .take_while(|(nth, at)| **at == place + nth * self.piece);
        let there = (together.count() as u64 * self.piece - within).min(self.length - self.at);
        let length = into.len().min(usize::try_from(there).unwrap_or(usize::MAX));
        self.file.seek(SeekFrom::Start(place + within))?;
        let read = self.file.read(into.get_mut(..length).unwrap_or_default())?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Stream {
    /// Goes on from another place, for so many bytes at the most.
    pub(super) fn go_to(&mut self, at: u64, most: u64) {
        self.at = at;
        self.length = self.length.min(at.saturating_add(most));
    }
}

fn short(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

fn broken() -> SourceError {
    SourceError::Broken("the container of the workbook makes no sense".into())
}
