//! The workbook: which sheets it has, and where their parts are.

use std::collections::HashMap;

use super::{
    archive::Archive,
    format::Formats,
    held::Room,
    strings::Strings,
    xml::{Node, Xml, attributes, is},
};
use crate::{
    book::Sheet,
    limits::workbook::{PART, STRINGS},
};
use crm_core::import::SourceError;

/// A workbook without its sheets' cells.
pub(super) struct Workbook {
    /// The sheets with cells, in their order.
    pub(super) sheets: Vec<Sheet>,
    /// Days are counted from 1904.
    pub(super) from_1904: bool,
    strings: Option<String>,
    styles: Option<String>,
}

/// What another part is to the one that names it, and where it is.
struct Relation {
    kind: Kind,
    part: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Workbook,
    Sheet,
    Strings,
    Styles,
    Other,
}

impl Kind {
    fn of(uri: &str) -> Self {
        match uri.rsplit('/').next() {
            Some("officeDocument") => Self::Workbook,
            Some("worksheet") => Self::Sheet,
            Some("sharedStrings") => Self::Strings,
            Some("styles") => Self::Styles,
            _ => Self::Other,
        }
    }
}

/// Where a workbook's parts are.
pub(super) struct Parts {
    pub(super) book: String,
    pub(super) strings: Option<String>,
    pub(super) styles: Option<String>,
    relations: HashMap<String, Relation>,
}

impl Parts {
    /// Follows the parts that name one another. Where strings and styles are not named, they are called as usual, with this ending.
    pub(super) fn find(archive: &Archive, ending: &str, room: &mut Room) -> Result<Self, SourceError> {
        let mut of_archive = relations(archive, "", "_rels/.rels", room)?.into_values();
        let book = of_archive
            .find(|relation| relation.kind == Kind::Workbook)
            .ok_or_else(|| broken("the archive names no workbook"))?
            .part;
        let (folder, name) = book.rsplit_once('/').unwrap_or(("", &book));
        let relations = relations(
            archive,
            folder,
            &inside(folder, &format!("_rels/{name}.rels")),
            room,
        )?;
        // Some writers leave the relation out, and use the customary name; some name a part that is not there, for nothing.
        let part = |kind, customary| {
            let named = relations.values().find(|relation| relation.kind == kind);
            let part = named.map_or_else(
                || inside(folder, &format!("{customary}.{ending}")),
                |relation| relation.part.clone(),
            );
            archive.has(&part).then_some(part)
        };
        Ok(Self {
            strings: part(Kind::Strings, "sharedStrings"),
            styles: part(Kind::Styles, "styles"),
            relations,
            book,
        })
    }

    /// The part of the sheet with cells that is named so, if it has cells.
    pub(super) fn sheet(&self, id: Option<&str>) -> Result<Option<&str>, SourceError> {
        let relation = id.and_then(|id| self.relations.get(id));
        let relation = relation.ok_or_else(|| broken("a sheet of the workbook is nowhere"))?;
        Ok((relation.kind == Kind::Sheet).then_some(relation.part.as_str()))
    }
}

impl Workbook {
    pub(super) fn read(archive: &Archive, room: &mut Room) -> Result<Self, SourceError> {
        let parts = Parts::find(archive, "xml", room)?;
        let mut read = Self {
            sheets: Vec::new(),
            from_1904: false,
            strings: parts.strings.clone(),
            styles: parts.styles.clone(),
        };
        let mut xml = Xml::new(archive.read(&parts.book, PART)?);
        if !xml.find("workbook")? {
            return Err(broken("the workbook makes no sense"));
        }
        while xml.depth() > 0 {
            let Node::Start(tag) = xml.next()? else { continue };
            if is(&tag, "sheet") {
                let [name, id, state] = attributes(&tag, ["name", "id", "state"])?;
                if let Some(part) = parts.sheet(id.as_deref())? {
                    read.sheets.push(Sheet {
                        name: room.text(name.unwrap_or_default())?,
                        place: room.text(part.into())?,
                        is_shown: state.is_none_or(|state| state == "visible"),
                    });
                }
            } else if is(&tag, "workbookPr") {
                let [is] = attributes(&tag, ["date1904"])?;
                read.from_1904 |= is.is_some_and(|is| is == "1" || is == "true");
            }
        }
        Ok(read)
    }

    /// The strings that cells share, if they do.
    pub(super) fn strings(&self, archive: &Archive, room: &mut Room) -> Result<Strings, SourceError> {
        match &self.strings {
            Some(part) => Strings::read(archive.read(part, STRINGS)?, room),
            None => Ok(Strings::none()),
        }
    }

    /// What the cells' numbers are, by the cells' styles.
    pub(super) fn formats(&self, archive: &Archive, room: &mut Room) -> Result<Formats, SourceError> {
        match &self.styles {
            Some(part) => Formats::read(archive.read(part, PART)?, room),
            None => Ok(Formats::default()),
        }
    }
}

/// The parts that the parts of a folder name, by the identifiers that they name them by.
fn relations(
    archive: &Archive,
    folder: &str,
    part: &str,
    room: &mut Room,
) -> Result<HashMap<String, Relation>, SourceError> {
    let mut xml = Xml::new(archive.read(part, PART)?);
    let mut relations = HashMap::new();
    if !xml.find("Relationships")? {
        return Err(broken("the workbook does not say where its parts are"));
    }
    while xml.depth() > 0 {
        let Node::Start(tag) = xml.next()? else { continue };
        if !is(&tag, "Relationship") {
            continue;
        }
        let [Some(id), Some(target), kind] = attributes(&tag, ["Id", "Target", "Type"])? else {
            continue;
        };
        let kind = kind.map_or(Kind::Other, |uri| Kind::of(&uri));
        let relation = Relation {
            kind,
            part: room.text(inside(folder, &target).into())?,
        };
        relations.insert(room.text(id)?, relation);
    }
    Ok(relations)
}

/// A part's whole name, as the parts of a folder call it.
fn inside(folder: &str, name: &str) -> String {
    let folders = match name.starts_with('/') {
        true => "",
        false => folder,
    };
    let mut whole: Vec<&str> = Vec::new();
    for step in folders.split('/').chain(name.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(whole.pop()),
            step => whole.push(step),
        }
    }
    whole.join("/")
}

fn broken(detail: &str) -> SourceError {
    SourceError::Broken(detail.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_from_their_folder_or_the_archive() {
        assert_eq!(inside("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(
            inside("xl", "/xl/worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml"
        );
        assert_eq!(inside("xl", "../other/./sheet.xml"), "other/sheet.xml");
        assert_eq!(inside("", "xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(inside("", "../../a"), "a");
    }
}
