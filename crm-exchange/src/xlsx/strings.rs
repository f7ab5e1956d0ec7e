//! The strings that cells share.
//!
//! A million rows have some millions of them, so they lie side by side in blocks: what a string takes beside its own
//! bytes is four more.

use std::{collections::BTreeMap, io::Read, mem};

use super::{
    held::Room,
    text::{Text, read_text},
    xml::{Node, Xml, is},
};
use crm_core::import::SourceError;

/// A block is closed when it has this much text, or this many strings.
const BLOCK_TEXT: usize = 256 * 1024;
const BLOCK_STRINGS: usize = 8 * 1024;

/// A string as a cell asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shared<'a> {
    Text(&'a str),
    /// It was longer than any cell may be, by its bytes, and was dropped.
    TooLong(u64),
}

/// The strings, by their place.
#[derive(Default)]
pub(super) struct Strings {
    blocks: Vec<Block>,
    /// Strings in the blocks.
    count: usize,
    too_long: BTreeMap<usize, u64>,
}

struct Block {
    /// The place of its first string.
    first: usize,
    text: Box<str>,
    /// Where each string ends.
    ends: Box<[u32]>,
}

impl Strings {
    pub(super) fn read(part: impl Read, room: &mut Room) -> Result<Self, SourceError> {
        let mut xml = Xml::new(part);
        let mut strings = Self::default();
        let (mut block, mut ends) = (String::new(), Vec::new());
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
            let place = strings.count + ends.len();
            if let Some(bytes) = text.too_long() {
                room.take(mem::size_of::<(usize, u64)>() * 2)?;
                strings.too_long.insert(place, bytes);
            }
            room.take(text.value().len() + mem::size_of::<u32>())?;
            block.push_str(text.value());
            ends.push(u32::try_from(block.len()).unwrap_or(u32::MAX));
            if block.len() >= BLOCK_TEXT || ends.len() >= BLOCK_STRINGS {
                strings.close(&mut block, &mut ends);
            }
        }
        strings.close(&mut block, &mut ends);
        xml.finish()?;
        Ok(strings)
    }

    fn close(&mut self, text: &mut String, ends: &mut Vec<u32>) {
        let (first, strings) = (self.count, ends.len());
        self.count += strings;
        // Copied, so that the block has no more memory than it needs.
        self.blocks.push(Block {
            first,
            text: text.as_str().into(),
            ends: ends.as_slice().into(),
        });
        text.clear();
        ends.clear();
    }

    /// The string at a place, if there is one.
    pub(super) fn get(&self, place: usize) -> Option<Shared<'_>> {
        let after = self.blocks.partition_point(|block| block.first <= place);
        let block = self.blocks.get(after.checked_sub(1)?)?;
        let place_within = place - block.first;
        let end = *block.ends.get(place_within)? as usize;
        let start = match place_within.checked_sub(1) {
            Some(before) => *block.ends.get(before)? as usize,
            None => 0,
        };
        match self.too_long.get(&place) {
            Some(bytes) => Some(Shared::TooLong(*bytes)),
            None => block.text.get(start..end).map(Shared::Text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    fn read(xml: &str) -> Result<Strings, SourceError> {
        Strings::read(xml.as_bytes(), &mut Room::new())
    }

    #[test]
    fn strings_are_found_by_their_place_in_whatever_block() {
        let items: String = (0..100_000).map(|n| format!("<si><t>第{n}号</t></si>")).collect();
        let strings = read(&format!("<sst><extLst/>{items}<si/><si><t/></si></sst>")).unwrap();
        assert!(strings.blocks.len() > 2);
        for n in [0, 1, 8_191, 8_192, 50_000, 99_999] {
            assert_eq!(strings.get(n), Some(Shared::Text(&format!("第{n}号"))));
        }
        assert_eq!(strings.get(100_001), Some(Shared::Text("")));
        assert_eq!(strings.get(100_002), None);
        assert!(read("<sst></sst>").unwrap().get(0).is_none());
    }

    #[test]
    fn a_string_longer_than_a_cell_is_dropped_and_remembered() {
        let long = "x".repeat(limits::CELL + 1);
        let strings = read(&format!(
            "<sst><si><t>a</t></si><si><t>{long}</t></si><si><t>b</t></si></sst>"
        ))
        .unwrap();
        assert_eq!(strings.get(0), Some(Shared::Text("a")));
        assert_eq!(strings.get(1), Some(Shared::TooLong(long.len() as u64)));
        assert_eq!(strings.get(2), Some(Shared::Text("b")));
    }

    #[test]
    fn more_than_is_held_is_too_large() {
        let mut room = Room::new();
        let text = "x".repeat(limits::CELL);
        let items = format!("<si><t>{text}</t></si>").repeat(97);
        let read = Strings::read(format!("<sst>{items}</sst>").as_bytes(), &mut room);
        assert!(matches!(read, Err(SourceError::TooLarge(_))));
    }
}
