//! The text of a cell, or of a string that cells share: plain, or in runs of different looks.

use std::{borrow::Cow, io::Read};

use super::xml::{Node, Xml, attributes, is};
use crate::limits;
use crm_core::import::SourceError;

/// A text that is kept as far as a cell may be long, and counted beyond.
#[derive(Default)]
pub(super) struct Text {
    value: String,
    bytes: u64,
}

impl Text {
    pub(super) fn clear(&mut self) {
        if self.value.capacity() > limits::KEPT {
            self.value = String::new();
        }
        self.value.clear();
        self.bytes = 0;
    }

    pub(super) fn push(&mut self, text: &str) {
        self.bytes += text.len() as u64;
        if self.too_long().is_none() {
            self.value.push_str(text);
        } else {
            self.value = String::new();
        }
    }

    /// The text; nothing if it is too long.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// Its bytes, if they are more than a cell may have.
    pub(super) fn too_long(&self) -> Option<u64> {
        (self.bytes > limits::CELL as u64).then_some(self.bytes)
    }

    /// Leaves white space out that stands around what came behind `start`.
    fn trim(&mut self, start: usize) {
        let Some(added) = self.value.get(start..) else {
            return;
        };
        let blank = [' ', '\t', '\r', '\n'];
        let end = start + added.trim_end_matches(blank).len();
        let begin = start + (added.len() - added.trim_start_matches(blank).len()).min(end - start);
        self.bytes -= (self.value.len() - end + begin - start) as u64;
        self.value.truncate(end);
        self.value.drain(start..begin);
    }

    /// Reads what Excel writes for characters that XML has no place for: `_x000D_`.
    pub(super) fn unescape(&mut self) {
        if let Cow::Owned(text) = unescaped(&self.value) {
            self.value = text;
            self.bytes = self.value.len() as u64;
        }
    }
}

/// Reads the element that has just begun, a shared string or a cell's own, into `text`: without what says how it is
/// pronounced.
pub(super) fn read_text(xml: &mut Xml<impl Read>, text: &mut Text) -> Result<(), SourceError> {
    text.clear();
    let outside = xml.depth().saturating_sub(1);
    while xml.depth() > outside {
        let keeps_blanks = match xml.next()? {
            Node::Start(tag) if is(&tag, "t") => {
                let [space] = attributes(&tag, ["space"])?;
                Some(space.is_some_and(|space| space == "preserve"))
            }
            Node::Start(tag) if is(&tag, "rPh") => None,
            _ => continue,
        };
        let Some(keeps_blanks) = keeps_blanks else {
            xml.skip()?;
            continue;
        };
        let start = text.value().len();
        read_characters(xml, text)?;
        if !keeps_blanks {
            text.trim(start);
        }
    }
    text.unescape();
    Ok(())
}

/// Reads the characters of the element that has just begun, and appends them to `text`.
pub(super) fn read_characters(xml: &mut Xml<impl Read>, text: &mut Text) -> Result<(), SourceError> {
    let outside = xml.depth().saturating_sub(1);
    while xml.depth() > outside {
        if let Node::Text(characters) = xml.next()? {
            text.push(&characters);
        }
    }
    Ok(())
}

fn unescaped(text: &str) -> Cow<'_, str> {
    let mut unescaped = String::new();
    let (mut copied, mut from) = (0, 0);
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("_x")) {
        let place = from + found;
        let Some((character, length)) = escaped(text, place) else {
            from = place + "_x".len();
            continue;
        };
        unescaped.push_str(text.get(copied..place).unwrap_or_default());
        unescaped.push(character);
        from = place + length;
        copied = from;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    unescaped.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(unescaped)
}

/// The character that an escape at `place` stands for, and the escape's length: of a character beyond 16 bits, both
/// halves'.
fn escaped(text: &str, place: usize) -> Option<(char, usize)> {
    const LENGTH: usize = "_x000D_".len();
    let unit = |place: usize| {
        let digits = text
            .get(place..place + LENGTH)?
            .strip_prefix("_x")?
            .strip_suffix('_')?;
        let are_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        are_digits.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    };
    let first = unit(place)?;
    let halves = [Some(first), unit(place + LENGTH)].into_iter().flatten();
    match char::decode_utf16(halves).next()? {
        Ok(character) => Some((character, LENGTH * character.len_utf16())),
        Err(_) => Some((char::REPLACEMENT_CHARACTER, LENGTH)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(xml: &str) -> String {
        let mut text = Text::default();
        let mut xml = Xml::new(xml.as_bytes());
        assert!(xml.find("is").unwrap());
        read_text(&mut xml, &mut text).unwrap();
        assert_eq!((text.bytes, xml.depth()), (text.value.len() as u64, 0));
        text.value
    }

    #[test]
    fn a_text_is_its_runs_without_its_pronunciation() {
        assert_eq!(read("<is><t>a</t></is>"), "a");
        assert_eq!(read("<is><t> a\n</t></is>"), "a");
        assert_eq!(read("<is><t xml:space=\"preserve\"> a </t></is>"), " a ");
        let runs = "<is><r><rPr><b/></rPr><t>重要</t></r><r><t xml:space=\"preserve\"> 客户</t></r><rPh><t>kyaku</t></rPh></is>";
        assert_eq!(read(runs), "重要 客户");
        assert_eq!(
            read("<is><t>a&amp;b&#x5ba2;<![CDATA[<c>]]><!--d--></t></is>"),
            "a&b客<c>"
        );
        assert_eq!(read("<is/>"), "");
        assert_eq!(read("<is><t> </t></is>"), "");
    }

    #[test]
    fn characters_that_xml_has_no_place_for_are_read() {
        assert_eq!(unescaped("a_x000D_b"), "a\rb");
        assert_eq!(unescaped("_xD83D__xDE00_"), "😀");
        assert_eq!(unescaped("_xD83D_ _xDE00_"), "\u{FFFD} \u{FFFD}");
        assert_eq!(unescaped("_x005F_x000D_"), "_x000D_");
        for plain in ["_x00_", "_x", "_x+00D_", "a_x000Gb", "客_x客客客客_", ""] {
            assert_eq!(unescaped(plain), plain);
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_counted_and_not_kept() {
        let mut text = Text::default();
        for _ in 0..limits::CELL / 1024 {
            text.push(&"x".repeat(1024));
        }
        assert_eq!((text.too_long(), text.value.len()), (None, limits::CELL));
        text.push("x");
        assert_eq!(
            (text.too_long(), text.value.capacity()),
            (Some(limits::CELL as u64 + 1), 0)
        );
    }
}
