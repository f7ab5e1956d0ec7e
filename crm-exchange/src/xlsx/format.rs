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

/// A format made of zeros: a place for each digit, and what stands between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mask(String);

/// Stands for a digit of a mask.
const DIGIT: char = '\0';
/// The longest format that Excel has.
const LONGEST: usize = 255;

/// The formats of a workbook's styles, by their place.
#[derive(Default)]
pub(super) struct Formats {
    styles: Vec<Style>,
    masks: Vec<Mask>,
}

/// What a style shows of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) format: Format,
    /// The number of its mask.
    mask: Option<usize>,
}

impl Formats {
    pub(super) fn read(part: impl Read, room: &mut Room) -> Result<Self, SourceError> {
        let mut xml = Xml::new(part);
        let mut formats = Self::default();
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
                room.take(mem::size_of::<Style>() * 2)?;
                let [id] = attributes(&tag, ["numFmtId"])?;
                let id = number(id.as_deref());
                let style = id.map(|id| own.get(&id).copied().unwrap_or_else(|| built_in(id).into()));
                formats.styles.push(style.unwrap_or_default());
            } else if is(&tag, "numFmt") {
                let [id, code] = attributes(&tag, ["numFmtId", "formatCode"])?;
                if let (Some(id), Some(code)) = (number(id.as_deref()), code) {
                    let style = formats.own(&code, room)?;
                    own.insert(id, style);
                }
            }
        }
        Ok(formats)
    }

    /// The formats of styles that come one after the other, each with the number of its format, where these are a workbook's own.
    #[cfg(feature = "spreadsheets")]
    pub(super) fn of(
        styles: &[u32],
        own: &HashMap<u32, String>,
        room: &mut Room,
    ) -> Result<Self, SourceError> {
        let mut formats = Self::default();
        let mut known = HashMap::new();
        for (&id, code) in own {
            known.insert(id, formats.own(code, room)?);
        }
        room.take(mem::size_of::<Style>() * styles.len())?;
        let style = |id: &u32| known.get(id).copied().unwrap_or_else(|| built_in(*id).into());
        formats.styles = styles.iter().map(style).collect();
        Ok(formats)
    }

    /// What a workbook's own format shows.
    fn own(&mut self, code: &str, room: &mut Room) -> Result<Style, SourceError> {
        room.take(mem::size_of::<(u32, Style)>() * 4)?;
        let mut style = Style::from(of_code(code));
        if let Some(mask) = Mask::of_code(code).filter(|_| style.format == Format::Number) {
            room.take(mem::size_of::<Mask>() * 2 + mask.0.len())?;
            style.mask = Some(self.masks.len());
            self.masks.push(mask);
        }
        Ok(style)
    }

    /// What a cell of the style of this number shows of its number.
    #[cfg(feature = "spreadsheets")]
    pub(super) fn numbered(&self, style: usize) -> Style {
        self.styles.get(style).copied().unwrap_or_default()
    }

    /// What a cell of this style shows of its number.
    pub(super) fn style(&self, style: Option<&str>) -> Style {
        let style = number(style).and_then(|style| usize::try_from(style).ok());
        style
            .and_then(|style| self.styles.get(style))
            .copied()
            .unwrap_or_default()
    }

    /// The zeros that a style shows it in, if it does.
    pub(super) fn mask(&self, style: Style) -> Option<&Mask> {
        self.masks.get(style.mask?)
    }
}

impl From<Format> for Style {
    fn from(format: Format) -> Self {
        Self { format, mask: None }
    }
}

impl Mask {
    /// The mask that a format's first part is, if it is made of zeros, several of them, and of what stands for itself.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        let mut mask = String::new();
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            match character {
                ';' => break,
                '0' => mask.push(DIGIT),
                '\\' => mask.extend(characters.next()),
                // A space of that width, or what fills the cell up.
                '_' | '*' => drop(characters.next()),
                '"' => mask.extend(characters.by_ref().take_while(|&next| next != '"')),
                // A country. What else stands so changes how digits are written, or when.
                '[' if characters.as_str().starts_with("$-") => drop(characters.find(|&next| next == ']')),
                '-' | '+' | '(' | ')' | '/' | ':' | ' ' => mask.push(character),
                _ => return None,
            }
        }
        let is_one = mask.matches(DIGIT).count() > 1 && mask.len() <= LONGEST;
        is_one.then_some(Self(mask))
    }

    /// Appends a number: its digits from the right, zeros where it has none, and what is over in front of the first.
    pub(super) fn show(&self, number: u64, out: &mut String) {
        let places = self.0.matches(DIGIT).count();
        let digits = format!("{number:0places$}");
        let (over, digits) = digits.split_at(digits.len() - places);
        let (mut over, mut digits) = (Some(over), digits.chars());
        for character in self.0.chars() {
            match character {
                DIGIT => {
                    out.push_str(over.take().unwrap_or_default());
                    out.extend(digits.next());
                }
                character => out.push(character),
            }
        }
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
    fn r9_5_a_format_of_zeros_is_a_mask() {
        let shown = |code: &str| {
            Mask::of_code(code).map(|mask| {
                let mut out = String::new();
                mask.show(12_345, &mut out);
                out
            })
        };
        for (code, expected) in [
            ("00000", "12345"),
            ("0000000", "0012345"),
            ("00", "12345"),
            ("000-0000", "001-2345"),
            ("0-00", "123-45"),
            ("\"No. \"000000", "No. 012345"),
            ("\\A000\\-000;@", "A012-345"),
            ("[$-804]000000", "012345"),
            ("000000_ ;[Red]-0", "012345"),
            ("(000) 000-0000", "(000) 001-2345"),
        ] {
            assert_eq!(shown(code).as_deref(), Some(expected), "{code}");
        }
        for code in [
            "0",
            "0.00",
            "#,##0",
            "000.0",
            "0,000",
            "00%",
            "0E+00",
            "0.00E+00",
            "General",
            "@",
            "???",
            "[DBNum1]000",
            "[<=99]00;000",
            "",
            "yyyy",
        ] {
            assert_eq!(shown(code), None, "{code}");
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
            formats
                .styles
                .iter()
                .map(|style| style.format)
                .collect::<Vec<_>>(),
            [Format::Number, Format::Date, Format::Number, Format::Duration]
        );
        assert_eq!(formats.style(Some("1")).format, Format::Date);
        assert_eq!(formats.style(Some("9")).format, Format::Number);
        assert_eq!(formats.style(None).format, Format::Number);
    }
}
