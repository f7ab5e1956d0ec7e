//! Markup, read by a parser.

use quick_xml::{Reader, events::Event};

/// An element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
    /// The text right in it.
    pub(crate) text: String,
}

impl Node {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        let number = self.attribute(name).unwrap_or("0");
        number.parse().unwrap_or_else(|_| panic!("{name}: {number}"))
    }

    /// Every element of this name below, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<&Node> {
        let mut found = Vec::new();
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            found.extend(child.all(name));
        }
        found
    }

    /// The texts of every element of this name below.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.all(name).into_iter().map(Node::whole_text).collect()
    }

    pub(crate) fn whole_text(&self) -> String {
        let below: String = self.children.iter().map(Node::whole_text).collect();
        format!("{}{below}", self.text)
    }
}

/// The one element that a text consists of.
pub(crate) fn parse(text: &str) -> Node {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{error}: {text}"))
        {
            Event::Start(start) => open.push(node(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(node(&start)),
            Event::End(_) => {
                let closed = open.pop().unwrap();
                open.last_mut().unwrap().children.push(closed);
            }
            Event::Text(piece) => open.last_mut().unwrap().text += &piece,
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref().unwrap() {
                    Some(character) => character,
                    None => match &*reference {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        other => panic!("&{other};"),
                    },
                };
                open.last_mut().unwrap().text.push(resolved);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open.len(), 1, "everything is closed");
    let mut top = open.pop().unwrap().children;
    assert_eq!(top.len(), 1);
    top.remove(0)
}

fn node(start: &quick_xml::events::BytesStart<'_>) -> Node {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = quick_xml::escape::unescape(&attribute.value)
            .unwrap()
            .into_owned();
        (attribute.key.as_ref().to_owned(), value)
    });
    Node {
        name: start.name().as_ref().to_owned(),
        attributes: attributes.collect(),
        ..Node::default()
    }
}
