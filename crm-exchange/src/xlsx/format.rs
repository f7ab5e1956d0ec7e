//! What the number in a cell is, by the cell's style: a number, a day, a length of time.

use std::{collections::HashMap, io::Read, mem};

use super::{
    held::Room,
    xml::{Node, Xml, attributes, is},
};
use crm_core::import::SourceError;

/// What a number is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Number,
    /// A day, a time of day, or both.
    Date,
    /// A length of time.
    Duration,
}

/// The formats of a workbook's styles, by their place.
#[derive(Default)]
pub(super) struct Formats(Vec<Format>);

impl Formats {
    pub(super) fn read(part: impl Read, room: &mut Room) -> Result<Self, SourceError> {
        let mut xml = Xml::new(part);
        let mut formats = Vec::new();
        let mut own = HashMap::new();
        if !xml.find("styleSheet")? {
            return Err(SourceError::Broken("the workbook's styles make no sense".into()));
        }
        // The depth at which the styles of cells stand, while they do: those of named styles are called the same.
        let mut of_cells = None;
        while xml.depth() > 0 {
            let depth = xml.depth();
            let Node::Start(tag) = xml.next()? else {
                of_cells = of_cells.filter(|&styles| xml.depth() >= styles);
                continue;
            };
            if is(&tag, "cellXfs") {
                of_cells = Some(depth + 1);
            } else if is(&tag, "xf") && of_cells == Some(depth) {
                room.take(mem::size_of::<Format>() * 2)?;
                let [id] = attributes(&tag, ["numFmtId"])?;
                let id = number(id.as_deref());
                let format = id.map(|id| own.get(&id).copied().unwrap_or_else(|| built_in(id)));
                formats.push(format.unwrap_or_default());
            } else if is(&tag, "numFmt") {
                let [id, code] = attributes(&tag, ["numFmtId", "formatCode"])?;
                if let (Some(id), Some(code)) = (number(id.as_deref()), code) {
                    room.take(mem::size_of::<(u32, Format)>() * 4)?;
                    own.insert(id, of_code(&code));
                }
            }
        }
        Ok(Self(formats))
    }

    /// What the number in a cell of this style is.
    pub(super) fn of_style(&self, style: Option<&str>) -> Format {
        let style = number(style).and_then(|style| usize::try_from(style).ok());
        style
            .and_then(|style| self.0.get(style))
            .copied()
            .unwrap_or_default()
    }
}

fn number(text: Option<&str>) -> Option<u32> {
    text?.trim().parse().ok()
}

/// What the formats that every workbook has show (ECMA-376, 18.8.30), those of East Asia among them.
fn built_in(id: u32) -> Format {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Format::Date,
        46 => Format::Duration,
        _ => Format::Number,
    }
}

/// What a workbook's own format shows: the letters of its first part that stand for days and times tell.
fn of_code(code: &str) -> Format {
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            ';' => break,
            // What follows stands for itself, or for a space of its width.
            '\\' | '_' | '*' => drop(characters.next()),
            '"' => drop(characters.find(|&next| next == '"')),
            '[' => {
                // A colour, a condition, a country; or hours, minutes or seconds that do not end at a day's.
                let within: String = characters.by_ref().take_while(|&next| next != ']').collect();
                let mut letters = within.chars().map(|letter| letter.to_ascii_lowercase());
                if let Some(first @ ('h' | 'm' | 's')) = letters.next()
                    && letters.all(|letter| letter == first)
                {
                    return Format::Duration;
                }
            }
            'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => return Format::Date,
            _ => {}
        }
    }
    Format::Number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_tells_what_its_number_is() {
        let cases = [
            (Format::Date, "yyyy-mm-dd;@"),
            (Format::Date, "DD/MM/YY"),
            (Format::Date, "m\"M\"d\"D\";@"),
            (Format::Date, "[$-404]e\"\u{5e74}\"m\"\u{6708}\"d\"\u{65e5}\""),
            (Format::Date, "[$-F800]dddd, mmmm dd, yyyy"),
            (Format::Date, "上午/下午h\"时\"mm\"分\""),
            (Format::Date, "*-yyyy"),
            (Format::Duration, "[h]:mm:ss"),
            (Format::Duration, "[ss]"),
            (Format::Duration, "[Blue]\\+[h]:mm;[Red]\\-[h]:mm"),
            (Format::Number, "General"),
            (Format::Number, "#,##0.00;[Red]#,##0.00"),
            (Format::Number, "\"Y: \"0.00;\"Y: \"0.00\"m\""),
            (Format::Number, "\\Y000000"),
            (Format::Number, "#,##0.0####\" YMD\""),
            (Format::Number, "#,##0*y"),
            (Format::Number, "_M0_H"),
            (Format::Number, "0.00E+00"),
            (Format::Number, "[>=100][Magenta].00"),
            (Format::Number, "[$USD-409]0"),
            (Format::Number, "@"),
            (Format::Number, "\"unclosed d"),
            (Format::Number, "[unclosed"),
            (Format::Number, ""),
        ];
        for (format, code) in cases {
            assert_eq!(of_code(code), format, "{code}");
        }
    }

    #[test]
    fn only_cells_styles_count() {
        let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="164"><extLst><xf numFmtId="0"/></extLst></xf><xf/><xf numFmtId="46"/></cellXfs>
            <dxfs><xf numFmtId="14"/></dxfs></styleSheet>"#;
        let formats = Formats::read(styles.as_bytes(), &mut Room::new()).unwrap();
        assert_eq!(
            formats.0,
            [Format::Number, Format::Date, Format::Number, Format::Duration]
        );
        assert_eq!(formats.of_style(Some("1")), Format::Date);
        assert_eq!(formats.of_style(Some("9")), Format::Number);
        assert_eq!(formats.of_style(None), Format::Number);
    }
}
