//! The strings that cells share.
//!
//! A million rows have some millions of them, a hundred megabytes. They lie side by side in blocks, and the blocks in
//! memory, up to a limit: then all go to a file without a name, from which they are read again as cells ask for them.
//! Cells nearly always ask in the order of the strings, and for the first ones over and over.

use std::{
    collections::BTreeMap,
    io::{Read, Seek, SeekFrom},
    mem,
    sync::Arc,
};

use super::{
    held::Room,
    text::{Text, read_text},
    xml::{Node, Xml, is},
};
use crate::{
    limits::workbook::HELD,
    stored::StoredFile,
    table::{io_error, too_large},
};
use crm_core::import::SourceError;

/// A block's bytes, but for a single string that has more.
const BLOCK: usize = 8 * 1024;
/// Blocks of a file that are held at the same time.
const CACHED: usize = 1024;
/// What a string takes in its block beside its own bytes.
const END: usize = mem::size_of::<u32>();

/// A string as a cell asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shared<'a> {
    Text(&'a str),
    /// It was longer than any cell may be, by its bytes, and was dropped.
    TooLong(u64),
}

/// The strings, by their place. Of several readers each holds its own blocks of a file.
pub(super) struct Strings {
    all: Arc<All>,
    cache: Cache,
}

/// What all readers of the strings share.
struct All {
    blocks: Vec<Block>,
    bytes: Bytes,
    too_long: BTreeMap<usize, u64>,
}

/// Some strings: where each ends, and their text behind that.
struct Block {
    /// The place of its first string.
    first: usize,
    strings: usize,
    at: u64,
    length: usize,
}

enum Bytes {
    Held { blocks: Vec<Box<[u8]>>, length: usize },
    Spilled { file: StoredFile, length: u64 },
}

/// Blocks of a file that are held.
#[derive(Default)]
struct Cache {
    /// Which block is held in each slot; a block's slot is its number's remainder.
    slots: Vec<Option<(usize, Vec<u8>)>>,
    /// A block that is larger than the others.
    large: Vec<u8>,
}

/// A block that is being filled.
#[derive(Default)]
struct Filling {
    text: String,
    ends: Vec<u8>,
}

impl Strings {
    pub(super) fn none() -> Self {
        Self::of(All::none())
    }

    pub(super) fn read(part: impl Read, room: &mut Room) -> Result<Self, SourceError> {
        All::read(part, room).map(Self::of)
    }

    /// The strings that `next` gives, each into the text that it is handed, until it answers false.
    #[cfg(feature = "spreadsheets")]
    pub(super) fn collect(
        room: &mut Room,
        mut next: impl FnMut(&mut Text) -> Result<bool, SourceError>,
    ) -> Result<Self, SourceError> {
        let (mut all, mut block, mut text) = (All::none(), Filling::default(), Text::default());
        let mut left = crate::limits::workbook::STRINGS;
        loop {
            text.clear();
            if !next(&mut text)? {
                break;
            }
            left = left
                .checked_sub(text.value().len() as u64)
                .ok_or_else(|| too_large("the workbook's shared strings are more than 512 MiB"))?;
            all.push(&text, &mut block, room)?;
        }
        all.close(&mut block, room)?;
        Ok(Self::of(all))
    }

    fn of(all: All) -> Self {
        Self {
            all: Arc::new(all),
            cache: Cache::default(),
        }
    }

    /// The same strings for another reader.
    pub(super) fn again(&self) -> Self {
        Self {
            all: Arc::clone(&self.all),
            cache: Cache::default(),
        }
    }

    /// The string at a place, if there is one.
    pub(super) fn get(&mut self, place: usize) -> Result<Option<Shared<'_>>, SourceError> {
        let all = &*self.all;
        if let Some(bytes) = all.too_long.get(&place) {
            return Ok(Some(Shared::TooLong(*bytes)));
        }
        let number = all.blocks.partition_point(|block| block.first <= place);
        let Some((number, block)) = number
            .checked_sub(1)
            .and_then(|number| Some((number, all.blocks.get(number)?)))
        else {
            return Ok(None);
        };
        let bytes = match &all.bytes {
            Bytes::Held { blocks, .. } => blocks.get(number).map(|block| &**block).unwrap_or_default(),
            Bytes::Spilled { file, .. } => self.cache.read(file, number, block)?,
        };
        Ok(block.string(bytes, place - block.first).map(Shared::Text))
    }

    /// Appends the string at a place to a cell; answers its bytes if they are too many.
    pub(super) fn write(&mut self, place: usize, cell: &mut String) -> Result<Option<u64>, SourceError> {
        match self.get(place)? {
            Some(Shared::Text(text)) => {
                cell.push_str(text);
                Ok(None)
            }
            Some(Shared::TooLong(bytes)) => Ok(Some(bytes)),
            None => Err(SourceError::Broken(
                "a cell has a string that is not there".into(),
            )),
        }
    }
}

impl All {
    fn none() -> Self {
        Self {
            blocks: Vec::new(),
            bytes: Bytes::Held {
                blocks: Vec::new(),
                length: 0,
            },
            too_long: BTreeMap::new(),
        }
    }

    fn read(part: impl Read, room: &mut Room) -> Result<Self, SourceError> {
        let mut xml = Xml::new(part);
        let mut strings = Self::none();
        let mut block = Filling::default();
        let mut text = Text::default();
        if !xml.find("sst")? {
            return Err(SourceError::Broken(
                "the workbook's shared strings make no sense".into(),
            ));
        }
        loop {
            let is_string = match xml.next()? {
                Node::Start(tag) => Some(is(&tag, "si")),
                Node::End => None,
                _ => continue,
            };
            match is_string {
                Some(true) => read_text(&mut xml, &mut text)?,
                Some(false) => {
                    xml.skip()?;
                    continue;
                }
                None => break,
            }
            strings.push(&text, &mut block, room)?;
        }
        strings.close(&mut block, room)?;
        xml.finish()?;
        Ok(strings)
    }

    fn push(&mut self, text: &Text, block: &mut Filling, room: &mut Room) -> Result<(), SourceError> {
        // A long string is a block by itself, so that no short one is had only with it.
        if block.length() + text.value().len() + END > BLOCK {
            self.close(block, room)?;
        }
        if let Some(bytes) = text.too_long() {
            room.take(mem::size_of::<(usize, u64)>() * 2)?;
            self.too_long.insert(self.count() + block.strings(), bytes);
        }
        block.push(text.value());
        Ok(())
    }

    /// Strings in the blocks.
    fn count(&self) -> usize {
        self.blocks.last().map_or(0, |last| last.first + last.strings)
    }

    fn close(&mut self, filling: &mut Filling, room: &mut Room) -> Result<(), SourceError> {
        if filling.strings() == 0 {
            return Ok(());
        }
        let length = filling.length();
        room.take(mem::size_of::<Block>() * 2)?;
        if let Bytes::Held { blocks, length: held } = &self.bytes
            && held + length > HELD
        {
            self.bytes = spilled(blocks)?;
        }
        let block = [filling.ends.as_slice(), filling.text.as_bytes()].concat();
        let at = match &mut self.bytes {
            Bytes::Held { blocks, length: held } => {
                let at = *held as u64;
                *held += length;
                blocks.push(block.into_boxed_slice());
                at
            }
            Bytes::Spilled {
                file,
                length: written,
            } => {
                let at = *written;
                file.append(&block).map_err(io_error)?;
                *written += length as u64;
                at
            }
        };
        self.blocks.push(Block {
            first: self.count(),
            strings: filling.strings(),
            at,
            length,
        });
        *filling = Filling::default();
        Ok(())
    }
}

impl Block {
    /// The string at a place of this block.
    fn string<'a>(&self, bytes: &'a [u8], place: usize) -> Option<&'a str> {
        let (ends, text) = bytes.split_at_checked(self.strings * END)?;
        let place = Some(place).filter(|&place| place < self.strings)?;
        let end = |place: usize| {
            let end = ends.get(place * END..(place + 1) * END)?;
            Some(u32::from_le_bytes(end.try_into().ok()?) as usize)
        };
        let start = match place.checked_sub(1) {
            Some(before) => end(before)?,
            None => 0,
        };
        std::str::from_utf8(text.get(start..end(place)?)?).ok()
    }
}

impl Filling {
    fn strings(&self) -> usize {
        self.ends.len() / END
    }

    fn length(&self) -> usize {
        self.ends.len() + self.text.len()
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.ends.extend(end.to_le_bytes());
    }
}

/// A file with these blocks, which nobody else can read and which is gone with this program.
fn spilled(blocks: &[Box<[u8]>]) -> Result<Bytes, SourceError> {
    let file = tempfile::tempfile().map_err(|_| {
        too_large("the workbook's shared strings need a temporary file, and none can be made")
    })?;
    let file = StoredFile::new(file);
    let mut length = 0;
    for block in blocks {
        file.append(block).map_err(io_error)?;
        length += block.len() as u64;
    }
    Ok(Bytes::Spilled { file, length })
}

impl Cache {
    fn read(&mut self, file: &StoredFile, number: usize, block: &Block) -> Result<&[u8], SourceError> {
        self.slots.resize_with(CACHED, || None);
        let large = &mut self.large;
        let slot = match self.slots.get_mut(number % CACHED) {
            Some(slot) if block.length <= BLOCK => slot,
            _ => {
                read_block(file, block, large)?;
                return Ok(large);
            }
        };
        let (held, bytes) = slot.get_or_insert_with(|| (usize::MAX, Vec::new()));
        if *held != number {
            read_block(file, block, bytes)?;
            *held = number;
        }
        Ok(bytes)
    }
}

fn read_block(file: &StoredFile, block: &Block, into: &mut Vec<u8>) -> Result<(), SourceError> {
    let mut file = file.clone();
    into.resize(block.length, 0);
    file.seek(SeekFrom::Start(block.at)).map_err(io_error)?;
    file.read_exact(into).map_err(io_error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    fn read(xml: &str) -> Strings {
        Strings::read(xml.as_bytes(), &mut Room::new()).unwrap()
    }

    fn is_spilled(strings: &Strings) -> bool {
        matches!(strings.all.bytes, Bytes::Spilled { .. })
    }

    #[test]
    fn strings_are_found_by_their_place_in_whatever_block() {
        let items: String = (0..100_000).map(|n| format!("<si><t>第{n}号</t></si>")).collect();
        let mut strings = read(&format!("<sst><extLst/>{items}<si/><si><t/></si></sst>"));
        assert!(strings.all.blocks.len() > 2 && !is_spilled(&strings));
        for n in [0, 1, 8_191, 8_192, 50_000, 99_999] {
            assert_eq!(strings.get(n), Ok(Some(Shared::Text(&format!("第{n}号")))));
        }
        assert_eq!(strings.get(100_001), Ok(Some(Shared::Text(""))));
        assert_eq!(strings.get(100_002), Ok(None));
        assert_eq!(strings.get(usize::MAX), Ok(None));
        assert_eq!(read("<sst></sst>").get(0), Ok(None));
    }

    #[test]
    fn strings_beyond_what_is_held_are_found_in_a_file() {
        let text = |n: usize| format!("{n}{}", "x".repeat(if n % 1000 == 7 { 20_000 } else { 1_000 }));
        let items: String = (0..40_000)
            .map(|n| format!("<si><t>{}</t></si>", text(n)))
            .collect();
        let mut strings = read(&format!("<sst>{items}</sst>"));
        assert!(is_spilled(&strings));
        for n in (0..40_000)
            .chain((0..40_000).step_by(997))
            .chain([39_999, 7, 6, 8, 1_007, 0])
        {
            assert_eq!(strings.get(n), Ok(Some(Shared::Text(&text(n)))));
        }
        assert_eq!(strings.get(40_000), Ok(None));
    }

    #[test]
    fn a_string_longer_than_a_cell_is_dropped_and_remembered() {
        let long = "x".repeat(limits::CELL + 1);
        let mut strings = read(&format!(
            "<sst><si><t>a</t></si><si><t>{long}</t></si><si><t>b</t></si></sst>"
        ));
        assert_eq!(strings.get(0), Ok(Some(Shared::Text("a"))));
        assert_eq!(strings.get(1), Ok(Some(Shared::TooLong(long.len() as u64))));
        assert_eq!(strings.get(2), Ok(Some(Shared::Text("b"))));
    }

    #[test]
    fn no_short_string_is_had_only_with_a_long_one() {
        let long = "x".repeat(limits::CELL);
        let strings = read(&format!(
            "<sst><si><t>a</t></si><si><t>{long}</t></si><si><t>b</t></si></sst>"
        ));
        let lengths: Vec<usize> = strings.all.blocks.iter().map(|block| block.length).collect();
        assert_eq!(lengths, [1 + END, limits::CELL + END, 1 + END]);
    }
}
