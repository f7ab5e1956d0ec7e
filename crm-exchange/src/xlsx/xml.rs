//! XML in memory of a fixed size: no stretch of text, tag or comment is longer than [`STRETCH`], and nothing nests deeper
//! than [`DEPTH`].

use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Read},
};

use quick_xml::{
    XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::archive::{OverLimit, read_error};
use crate::limits::workbook::STRETCH;
use crm_core::import::SourceError;

/// Elements within each other. Excel's own parts have a dozen.
const DEPTH: usize = 100;
/// The longest name of an element.
const NAME: usize = 200;

/// What comes next in a part.
pub(super) enum Node<'a> {
    /// An element begins.
    Start(BytesStart<'a>),
    /// The innermost element ends.
    End,
    /// Text of the innermost element, or a piece of it.
    Text(Cow<'a, str>),
    /// Nothing that matters: a comment, a declaration.
    Other,
}

/// A part that is read node by node.
pub(super) struct Xml<R> {
    reader: quick_xml::Reader<Window<R>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(part: R) -> Self {
        let mut reader = quick_xml::Reader::from_reader(Window {
            part: BufReader::with_capacity(64 * 1024, part),
            left: STRETCH,
        });
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::with_capacity(1024),
            depth: 0,
        }
    }

    /// How many elements have begun and not ended.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The next node.
    pub(super) fn next(&mut self) -> Result<Node<'_>, SourceError> {
        self.buffer.clear();
        self.reader.get_mut().left = STRETCH;
        match self.reader.read_event_into(&mut self.buffer).map_err(xml_error)? {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > DEPTH || tag.name().as_ref().len() > NAME {
                    return Err(SourceError::Broken("its XML makes no sense".into()));
                }
                Ok(Node::Start(tag))
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Node::End)
            }
            Event::Text(text) => Ok(Node::Text(text.xml10_content())),
            Event::CData(text) => Ok(Node::Text(text.xml10_content())),
            Event::GeneralRef(reference) => resolved(&reference).map(Node::Text),
            Event::Eof => Err(SourceError::Broken("a part of the workbook is cut off".into())),
            // What it declares could stand for anything, and workbooks have none.
            Event::DocType(_) => Err(SourceError::Broken("its XML declares a document type".into())),
            _ => Ok(Node::Other),
        }
    }

    /// Goes on to the end of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), SourceError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// Goes on to the first element of this name; false if there is none before the root element ends.
    pub(super) fn find(&mut self, name: &str) -> Result<bool, SourceError> {
        loop {
            let ended = match self.next()? {
                Node::Start(tag) if is(&tag, name) => return Ok(true),
                node => matches!(node, Node::End),
            };
            if ended && self.depth == 0 {
                return Ok(false);
            }
        }
    }

    /// Reads the rest of the part, whatever it says, so that its checksum is checked.
    pub(super) fn finish(self) -> Result<(), SourceError> {
        let mut part = self.reader.into_inner().part;
        io::copy(&mut part, &mut io::sink()).map_err(|error| read_error(&error))?;
        Ok(())
    }
}

/// Whether an element has this name, whatever its name space is called.
pub(super) fn is(tag: &BytesStart<'_>, name: &str) -> bool {
    tag.local_name().as_ref() == name
}

/// The values of these attributes, whatever their name spaces are called. Of two of one name the first counts.
pub(super) fn attributes<'a, const N: usize>(
    tag: &'a BytesStart<'_>,
    names: [&str; N],
) -> Result<[Option<Cow<'a, str>>; N], SourceError> {
    let mut values = [const { None }; N];
    // Whether one stands there twice is not asked: that takes time by the square of their number.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| xml_error(error.into()))?;
        let name = attribute.key.local_name();
        let known = names.iter().position(|known| *known == name.as_ref());
        if let Some(value) = known.and_then(|known| values.get_mut(known))
            && value.is_none()
        {
            *value = Some(match attribute.value.contains(['&', '\n', '\t', '\r']) {
                true => attribute
                    .normalized_value(XmlVersion::Implicit1_0)
                    .map_err(xml_error)?,
                false => attribute.value,
            });
        }
    }
    Ok(values)
}

fn resolved<'a>(reference: &BytesRef<'_>) -> Result<Cow<'a, str>, SourceError> {
    if let Some(character) = reference.resolve_char_ref().map_err(xml_error)? {
        return Ok(Cow::Owned(character.to_string()));
    }
    resolve_predefined_entity(reference)
        .map(Cow::Borrowed)
        .ok_or_else(|| SourceError::Broken("its XML has an unknown entity".into()))
}

/// A part, of which no more than `left` is shown before somebody raises it.
struct Window<R> {
    part: BufReader<R>,
    left: usize,
}

impl<R: Read> Read for Window<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Window<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let ahead = self.part.fill_buf()?;
        if ahead.is_empty() {
            return Ok(ahead);
        }
        match self.left {
            0 => Err(OverLimit("a text, tag or comment of more than 4 MiB").into()),
            left => Ok(ahead.get(..left).unwrap_or(ahead)),
        }
    }

    fn consume(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
        self.part.consume(bytes);
    }
}

fn xml_error(error: quick_xml::Error) -> SourceError {
    match error {
        quick_xml::Error::Io(error) => read_error(&error),
        error => SourceError::Broken(error.to_string()),
    }
}
