//! Which encoding a text is in, judged by what characters come out (R9.5 e).
//!
//! Most bytes are characters in each of several encodings. But real text is made of the few hundred characters that are common
//! in its language; read wrongly, the same bytes fall all over the table. So each character adds the logarithm of its likelihood
//! in a list of customers, over the whole file, and the lowest sum wins. Where the sums are near one another, or the best is no
//! text either, nobody can tell, and whoever brings the list is asked.

mod frequent;

use std::sync::LazyLock;

use encoding_rs::{Decoder, DecoderResult};

use crate::{encoding::Encoding, text::decoder_of};

/// The encodings that are judged, those that are expected first.
const JUDGED: [Encoding; 6] = [
    Encoding::Gb18030,
    Encoding::Big5,
    Encoding::ShiftJis,
    Encoding::EucKr,
    Encoding::Windows1252,
    Encoding::Windows1251,
];

/// What is added to the others, which are less expected: 10 × log2 of the odds.
const UNEXPECTED: u64 = 60;
/// What the best must be better by: odds of eight to one.
const MARGIN: u64 = 30;
/// What a character of real text costs at the most on the average, bytes that make none included.
const LEGIBLE: u64 = 165;
/// What bytes cost that make no character: more than the rarest, less than two.
const ERROR: u64 = 300;

/// Bytes of a line that is shown.
const SAMPLE: usize = 160;
/// Characters of it.
const SHOWN: usize = 40;

/// The candidates, fed with a file in pieces of any size.
#[derive(Debug)]
pub(crate) struct Rivals {
    candidates: Vec<Candidate>,
    /// The first line with more than ASCII.
    sample: Vec<u8>,
}

/// What the judgement comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is this one.
    Is(Encoding),
    /// It may be any of these; a line in each of them.
    Unclear(String),
}

impl Default for Rivals {
    fn default() -> Self {
        Self {
            candidates: JUDGED.into_iter().map(Candidate::new).collect(),
            sample: Vec::new(),
        }
    }
}

impl Rivals {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.sample.is_empty()
            && let Some(place) = bytes.iter().position(|byte| !byte.is_ascii())
        {
            let (before, from) = bytes.split_at_checked(place).unwrap_or_default();
            let begins = before
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |end| end + 1);
            let line = before
                .get(begins.max(place.saturating_sub(SAMPLE / 2))..)
                .unwrap_or_default();
            let rest = from
                .split(|byte| matches!(byte, b'\n' | b'\r'))
                .next()
                .unwrap_or_default();
            self.sample = [line, rest.get(..SAMPLE).unwrap_or(rest)].concat();
        }
        for candidate in &mut self.candidates {
            candidate.feed(bytes);
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let mut sums: Vec<(u64, &Candidate)> = self
            .candidates
            .iter()
            .map(|candidate| (candidate.sum(), candidate))
            .collect();
        sums.sort_by_key(|(sum, _)| *sum);
        let [(best, first), (next, _), ..] = sums.as_slice() else {
            return Verdict::Unclear(String::new());
        };
        let legible = first.cost <= LEGIBLE * first.characters && first.errors * 20 <= first.characters;
        // Code pages of one byte look alike, and are never told apart for sure.
        if legible && first.encoding.is_of_pairs() && best + MARGIN <= *next {
            return Verdict::Is(first.encoding);
        }
        let near = |sum: u64| sum <= best + best / 2 + MARGIN;
        let shown = sums.iter().take(3).enumerate();
        let shown = shown.filter(|(place, (sum, _))| *place < 2 || near(*sum));
        let lines = shown.map(|(_, (_, candidate))| {
            let text =
                decoder_of(candidate.encoding).map(|of| of.decode_without_bom_handling(&self.sample).0);
            let text: String = text.unwrap_or_default().chars().take(SHOWN).collect();
            format!("{}: {text}", candidate.encoding)
        });
        Verdict::Unclear(lines.collect::<Vec<_>>().join(" | "))
    }
}

/// How well a file reads in one encoding.
struct Candidate {
    encoding: Encoding,
    decoder: Option<Decoder>,
    text: String,
    cost: u64,
    characters: u64,
    errors: u64,
    last: char,
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            encoding,
            cost,
            characters,
            errors,
            ..
        } = self;
        write!(f, "{encoding}: {cost} for {characters}, {errors} errors")
    }
}

impl Candidate {
    fn new(encoding: Encoding) -> Self {
        let decoder = decoder_of(encoding).map(encoding_rs::Encoding::new_decoder_without_bom_handling);
        Self {
            encoding,
            decoder,
            text: String::new(),
            cost: 0,
            characters: 0,
            errors: 0,
            last: ' ',
        }
    }

    fn sum(&self) -> u64 {
        let expected = matches!(self.encoding, Encoding::Gb18030 | Encoding::Big5);
        self.cost + if expected { 0 } else { UNEXPECTED }
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        let Some(decoder) = &mut self.decoder else { return };
        loop {
            self.text.clear();
            let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
            self.text.reserve(room.unwrap_or_default().max(16));
            let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut self.text, false);
            for c in self.text.chars() {
                if !c.is_ascii() {
                    self.cost += cost(self.encoding, c, self.last);
                    self.characters += 1;
                }
                self.last = c;
            }
            bytes = bytes.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.cost += ERROR;
                    self.errors += 1;
                }
            }
        }
    }
}

/// -10 × log2 of how likely a character is in a list of customers in this encoding, behind this one.
fn cost(encoding: Encoding, c: char, last: char) -> u64 {
    let is_han = ('\u{4e00}'..='\u{9fff}').contains(&c);
    let is_sign =
        matches!(c, '\u{3000}'..='\u{3020}' | '\u{ff01}'..='\u{ff5e}' | '\u{2010}'..='\u{2027}' | '·');
    match encoding {
        Encoding::Gb18030 if is_han => match () {
            () if SIMPLIFIED.has(c) => 96,
            () if TRADITIONAL.has(c) => 105,
            () if GB_COMMON.has(c) => 139,
            () => 190,
        },
        Encoding::Big5 if is_han => match () {
            () if TRADITIONAL.has(c) => 97,
            () if BIG5_COMMON.has(c) => 145,
            () => 200,
        },
        Encoding::ShiftJis if is_han => match () {
            () if JAPANESE.has(c) => 92,
            () if JIS_COMMON.has(c) => 142,
            () => 200,
        },
        Encoding::ShiftJis if ('\u{3041}'..='\u{30ff}').contains(&c) => 87,
        Encoding::ShiftJis if ('\u{ff61}'..='\u{ff9f}').contains(&c) => 75,
        Encoding::EucKr if ('\u{ac00}'..='\u{d7a3}').contains(&c) => match KOREAN.has(c) {
            true => 83,
            false => 138,
        },
        Encoding::EucKr if is_han => 195,
        // An accented letter stands among plain ones.
        Encoding::Windows1252 if c.is_lowercase() && last.is_ascii() => 45,
        Encoding::Windows1252 => 110,
        Encoding::Windows1251 if ('а'..='я').contains(&c) && !last.is_ascii_alphabetic() => 45,
        Encoding::Windows1251 if ('А'..='Я').contains(&c) && !last.is_lowercase() => 60,
        Encoding::Windows1251 => 125,
        _ if is_sign => 140,
        _ if matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{10000}'..) => 260,
        _ => 215,
    }
}

/// A set of characters of the basic plane, a bit for each: it is asked for each character of a file.
struct Characters(Vec<u64>);

impl FromIterator<char> for Characters {
    fn from_iter<T: IntoIterator<Item = char>>(characters: T) -> Self {
        let mut bits = vec![0; 1024];
        for c in characters {
            let (place, bit) = Self::place(c);
            if let Some(word) = bits.get_mut(place) {
                *word |= bit;
            }
        }
        Self(bits)
    }
}

impl Characters {
    fn has(&self, c: char) -> bool {
        let (place, bit) = Self::place(c);
        self.0.get(place).is_some_and(|word| word & bit != 0)
    }

    fn place(c: char) -> (usize, u64) {
        let code = u32::from(c);
        (code as usize / 64, 1 << (code % 64))
    }
}

static SIMPLIFIED: LazyLock<Characters> = LazyLock::new(|| frequent::SIMPLIFIED.chars().collect());
static TRADITIONAL: LazyLock<Characters> = LazyLock::new(|| frequent::TRADITIONAL.chars().collect());
static JAPANESE: LazyLock<Characters> = LazyLock::new(|| frequent::JAPANESE.chars().collect());
static KOREAN: LazyLock<Characters> = LazyLock::new(|| frequent::KOREAN.chars().collect());

// The common characters, which each encoding has in a block of their own.
static GB_COMMON: LazyLock<Characters> = LazyLock::new(|| block(encoding_rs::GB18030, 0xB0..=0xD7, 0xA1));
static BIG5_COMMON: LazyLock<Characters> = LazyLock::new(|| block(encoding_rs::BIG5, 0xA4..=0xC6, 0x40));
static JIS_COMMON: LazyLock<Characters> = LazyLock::new(|| block(encoding_rs::SHIFT_JIS, 0x88..=0x98, 0x40));

/// The characters whose first byte is one of these, and whose second is this one at least.
fn block(
    encoding: &'static encoding_rs::Encoding,
    first: std::ops::RangeInclusive<u8>,
    second: u8,
) -> Characters {
    let pairs = first.flat_map(|first| (second..=0xFE).map(move |second| [first, second]));
    let characters = pairs.filter_map(|pair| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&pair)?;
        text.chars().next().filter(|_| text.chars().count() == 1)
    });
    characters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(encoding: &'static encoding_rs::Encoding, text: &str) -> Verdict {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{text}");
        let mut rivals = Rivals::default();
        for piece in bytes.chunks(64) {
            rivals.feed(piece);
        }
        rivals.verdict()
    }

    #[test]
    fn r9_5_each_language_is_told_by_its_characters() {
        for (encoding, is, text) in [
            (
                encoding_rs::GB18030,
                Encoding::Gb18030,
                "name,phone\n上海示例科技有限公司,1\n",
            ),
            (
                encoding_rs::GB18030,
                Encoding::Gb18030,
                "name,phone\n王伟,1\n李娜,2\n",
            ),
            (encoding_rs::GB18030, Encoding::Gb18030, "客户名称,电话\nAcme,1\n"),
            (
                encoding_rs::GB18030,
                Encoding::Gb18030,
                "臺灣範例股份有限公司,1\n陳美玲,2\n",
            ),
            (
                encoding_rs::BIG5,
                Encoding::Big5,
                "name,phone\n臺灣範例股份有限公司,1\n",
            ),
            (encoding_rs::BIG5, Encoding::Big5, "公司名稱,電話\nAcme,1\n"),
            (
                encoding_rs::SHIFT_JIS,
                Encoding::ShiftJis,
                "name,phone\n株式会社サンプル製作所,1\n",
            ),
            (
                encoding_rs::SHIFT_JIS,
                Encoding::ShiftJis,
                "name,phone\n山田太郎,1\n佐藤花子,2\n東京商事株式会社,3\n",
            ),
            (
                encoding_rs::EUC_KR,
                Encoding::EucKr,
                "name,phone\n주식회사 예시전자,1\n",
            ),
            (
                encoding_rs::EUC_KR,
                Encoding::EucKr,
                "name,phone\n김민수,1\n이영희,2\n박서준,3\n",
            ),
        ] {
            assert_eq!(judged(encoding, text), Verdict::Is(is), "{text}");
        }
    }

    #[test]
    fn r9_5_code_pages_of_one_byte_are_asked_for() {
        for (encoding, label, text) in [
            (
                encoding_rs::WINDOWS_1252,
                "windows-1252: Café Müller",
                "name,phone\nCafé Müller,1\n",
            ),
            (
                encoding_rs::WINDOWS_1251,
                "windows-1251: Пример",
                "name,phone\nПример Торговля,1\n",
            ),
        ] {
            let Verdict::Unclear(shown) = judged(encoding, text) else {
                panic!("{text}");
            };
            assert!(shown.starts_with(label), "{shown}");
        }
    }
}
