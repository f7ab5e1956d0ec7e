//! Rows whose text somebody has read wrongly before: what cannot be told any more is not stored (R9.5 e).

use crm_core::import::{RawRow, RowProblem, RowSource, SourceError};

/// A list in which rows with garbled cells are marked.
pub(crate) struct Legible(Box<dyn RowSource>);

impl Legible {
    pub(crate) fn new(source: Box<dyn RowSource>) -> Self {
        Self(source)
    }
}

impl RowSource for Legible {
    fn headings(&self) -> &[String] {
        self.0.headings()
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let more = self.0.next_row(row)?;
        if more && row.fault().is_none() && row.cells.iter().any(|cell| is_garbled(cell)) {
            row.problem = Some(RowProblem::BrokenEncoding);
        }
        Ok(more)
    }

    fn progress(&self) -> (u64, u64) {
        self.0.progress()
    }

    fn digest(&self) -> [u8; 32] {
        self.0.digest()
    }

    fn reading(&self) -> String {
        self.0.reading()
    }

    fn again(&self) -> Result<Option<Box<dyn RowSource>>, SourceError> {
        let again = self.0.again()?;
        Ok(again.map(|source| Box::new(Self::new(source)) as Box<dyn RowSource>))
    }

    fn left_unread(&self) -> Vec<String> {
        self.0.left_unread()
    }
}

/// What UTF-8 of U+FFFD is in GBK.
const LOST: &str = "锟斤拷";

/// Whether a text has characters that stand for others: U+FFFD, or UTF-8 that was read as Windows-1252 or as GBK.
fn is_garbled(text: &str) -> bool {
    let Some(first) = text.chars().find(|c| !c.is_ascii()) else {
        return false;
    };
    text.contains('\u{fffd}')
        || text.contains(LOST)
        || is_utf8_as_1252(text, first)
        || is_utf8_as_gbk(text, first)
}

/// Whether the bytes that Windows-1252 has for a text are UTF-8.
fn is_utf8_as_1252(text: &str, first: char) -> bool {
    // Every character in UTF-8 begins with one of these bytes.
    if !('\u{c2}'..='\u{f4}').contains(&first) {
        return false;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(byte_of_1252).collect();
    let read = bytes.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    // `É’` is UTF-8 by chance, of a letter that no list has.
    read.is_some_and(|read| read.chars().filter(|c| !c.is_ascii()).all(is_of_lists))
}

/// Whether a character is of a script or sort that lists have: Latin, Greek, Cyrillic, punctuation, signs, CJK.
fn is_of_lists(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{17f}' | '\u{370}'..='\u{4ff}' | '\u{2000}'..='\u{2122}' | '\u{3000}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{ff00}'..='\u{ffef}')
}

/// The byte that a character is in Windows-1252, in which 0x81 and the like stand for themselves.
fn byte_of_1252(c: char) -> Option<u8> {
    const FROM_0X80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let special = || FROM_0X80.iter().position(|special| *special == c);
    u8::try_from(u32::from(c))
        .ok()
        .or_else(|| u8::try_from(special()? + 0x80).ok())
}

/// Whether the bytes that GBK has for a text are UTF-8 of Chinese. The first of them are those of rare characters.
#[cfg(feature = "csv")]
fn is_utf8_as_gbk(text: &str, first: char) -> bool {
    use std::sync::LazyLock;

    /// Whether a character is one of GBK's whose first byte is one with which a Chinese character begins in UTF-8.
    static BEGINNINGS: LazyLock<Vec<bool>> = LazyLock::new(|| {
        let mut beginnings = vec![false; 1 << 16];
        for pair in (0xE4..=0xE9_u8).flat_map(|first| (0x80..=0xBF_u8).map(move |second| [first, second])) {
            let read = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(&pair);
            let first = read.and_then(|text| text.chars().next());
            if let Some(place) = first.and_then(|c| beginnings.get_mut(c as usize)) {
                *place = true;
            }
        }
        beginnings
    });
    /// Bytes of two Chinese characters: fewer may be so by chance.
    const TWO: usize = 6;

    if u32::from(first) < 0x3400 || !BEGINNINGS.get(first as usize).is_some_and(|begins| *begins) {
        return false;
    }
    let (bytes, ..) = encoding_rs::GBK.encode(text);
    let read = match std::str::from_utf8(&bytes) {
        Ok(read) => read,
        // The last byte of an odd number of them was lost.
        Err(error) if bytes.len() - error.valid_up_to() <= 3 => {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let chinese = read
        .chars()
        .filter(|c| ('\u{3000}'..='\u{9fff}').contains(c) || ('\u{ff00}'..='\u{ffef}').contains(c));
    let (count, beyond) = (chinese.count(), read.chars().filter(|c| !c.is_ascii()).count());
    count == beyond && count * 3 >= TWO
}

#[cfg(not(feature = "csv"))]
fn is_utf8_as_gbk(_: &str, _: char) -> bool {
    false
}

#[cfg(all(test, feature = "csv"))]
mod tests {
    use super::is_garbled;

    fn misread(text: &str, encoding: &'static encoding_rs::Encoding) -> String {
        encoding
            .decode_without_bom_handling(text.as_bytes())
            .0
            .into_owned()
    }

    #[test]
    fn r9_5_text_that_was_read_wrongly_is_garbled() {
        for text in [
            "上海示例科技有限公司",
            "北京",
            "公司（上海）",
            "李伟 Li Wei",
            "Müller",
            "Café Réne",
            "東京",
            "Ян",
        ] {
            assert!(is_garbled(&misread(text, encoding_rs::WINDOWS_1252)), "{text}");
        }
        for text in [
            "上海示例科技有限公司",
            "北京",
            "李伟",
            "公司（上海）",
            "臺灣範例",
            "王伟 Wang",
        ] {
            let read = misread(text, encoding_rs::GBK);
            assert!(is_garbled(&read), "{text}: {read}");
        }
        for text in ["\u{fffd}海示例", "Caf\u{fffd}", "锟斤拷锟斤拷"] {
            assert!(is_garbled(text), "{text}");
        }
    }

    #[test]
    fn r9_5_text_as_it_was_meant_is_not() {
        for text in [
            "",
            "Acme",
            "Müller",
            "Café",
            "São Paulo",
            "“IRMÃ”",
            "JOSÉ’S TACOS",
            "NESTLÉ®",
            "CAFÉ™",
            "ROSÉ–BRUT",
            "Weiß’ Imbiss",
            "Ñandú",
            "Île",
            "ÀÉ",
            "上海示例科技有限公司",
            "陳美玲",
            "涓",
            "涓流科技",
            "鲁迅",
            "骆驼",
            "Ünal Über",
            "ÅÄÖ",
            "Ян",
            "東京",
            "김민수",
            "€100",
            "5µ",
            "甄嬛",
            "镇江",
            "锦州",
            "闵行",
        ] {
            assert!(!is_garbled(text), "{text}");
        }
    }
}
