//! From what was typed to digits: folds width, dashes and brackets, and remembers where the number was divided,
//! because a dash may begin an extension and a space may not.

use super::PhoneProblem;

/// More digits than any number with its prefixes has; a position also has to fit into the bits of a `u32`.
const CAPACITY: usize = 31;
/// The longest extension: R2.2 leaves it open, exchanges use up to six digits, switchboard systems up to eight.
const MAX_EXTENSION: usize = 8;
/// A slash divides an area code from the rest ("030/123456"); further on it stands between two numbers.
const MAX_BEFORE_SLASH: usize = 6;

const BLANK: u8 = 1;
const DASH: u8 = 2;
const DOT: u8 = 4;
const SLASH: u8 = 8;
const OPEN: u8 = 16;
const CLOSE: u8 = 32;

/// What announces an extension, longest first where one begins another.
const MARKS: [&str; 14] = [
    "转",
    "轉",
    "分机号",
    "分機號",
    "分机",
    "分機",
    "内线",
    "內線",
    "extension",
    "ext.",
    "ext",
    "x",
    "#",
    "*",
];

/// A short run of ASCII digits.
#[derive(Clone, Copy, Default)]
pub(super) struct Digits {
    buffer: [u8; CAPACITY],
    len: usize,
}

impl Digits {
    fn push(&mut self, digit: char) -> Result<(), PhoneProblem> {
        let place = self.buffer.get_mut(self.len).ok_or(PhoneProblem::TooLong)?;
        *place = u8::try_from(digit).map_err(|_| PhoneProblem::Malformed)?;
        self.len += 1;
        Ok(())
    }

    pub(super) fn as_str(&self) -> &str {
        self.buffer
            .get(..self.len)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

/// A typed text, read as digits with what stood between them.
#[derive(Clone, Copy, Default)]
pub(super) struct Scan {
    digits: Digits,
    /// Bit n: something stood before digit n.
    breaks: u32,
    /// Bit n: a dash stood before digit n.
    dashes: u32,
    /// The digit n of a zero in brackets of its own: "+44 (0)20".
    bracketed_zero: Option<usize>,
    /// A bracket divides the number: what it encloses is an area or a country code.
    pub(super) bracketed: bool,
    pub(super) plus: bool,
    pub(super) extension: Option<Digits>,
    /// What followed a tilde: the end of a range of numbers.
    pub(super) range_end: Option<Digits>,
}

/// Digits and the places where they were divided: a [`Scan`], or what is left of it after a prefix.
#[derive(Clone, Copy)]
pub(super) struct Number<'a> {
    pub(super) digits: &'a str,
    pub(super) breaks: u32,
    pub(super) dashes: u32,
    pub(super) bracketed_zero: Option<usize>,
}

impl Scan {
    pub(super) fn number(&self) -> Number<'_> {
        Number {
            digits: self.digits.as_str(),
            breaks: self.breaks,
            dashes: self.dashes,
            bracketed_zero: self.bracketed_zero,
        }
    }

    /// The same with `prefix` before it, as a group of its own or grown together with the first one.
    pub(super) fn with_prefix(&self, prefix: &str, divided: bool) -> Result<Self, PhoneProblem> {
        let mut longer = Self {
            digits: Digits::default(),
            bracketed_zero: None,
            ..*self
        };
        for digit in prefix.chars().chain(self.digits.as_str().chars()) {
            longer.digits.push(digit)?;
        }
        longer.breaks = (self.breaks | u32::from(divided)) << prefix.len();
        longer.dashes = self.dashes << prefix.len();
        Ok(longer)
    }

    pub(super) fn read(typed: &str) -> Result<Self, PhoneProblem> {
        let mut scan = Self::default();
        let mut gap = 0u8;
        let mut opened_at = None;
        let mut rest = typed.trim_matches(is_blank);
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            let place = scan.digits.len;
            match fold(c) {
                digit @ '0'..='9' => {
                    scan.note_gap(place, gap)?;
                    if gap & CLOSE != 0 && opened_at.is_some_and(|at| at + 1 == place) {
                        scan.bracketed_zero = opened_at.filter(|_| scan.digits.as_str().ends_with('0'));
                    }
                    if gap & OPEN != 0 {
                        opened_at = Some(place);
                    }
                    scan.digits.push(digit)?;
                    gap = 0;
                }
                '+' if place == 0 && !scan.plus && gap & !(BLANK | OPEN) == 0 => scan.plus = true,
                '~' if place > 0 => {
                    scan.read_range(after)?;
                    return Ok(scan);
                }
                other => match separator(other) {
                    Some(kind) => gap |= kind,
                    None if place > 0 && strip_mark(rest).is_some() => {
                        scan.extension = Some(read_extension(rest)?);
                        return Ok(scan);
                    }
                    None => return Err(stranger(rest)),
                },
            }
            rest = after;
        }
        if scan.digits.len == 0 {
            return Err(if scan.plus {
                PhoneProblem::Malformed
            } else {
                PhoneProblem::Missing
            });
        }
        if gap & (DASH | DOT | SLASH | OPEN) != 0 {
            return Err(PhoneProblem::Malformed);
        }
        Ok(scan)
    }

    fn note_gap(&mut self, place: usize, gap: u8) -> Result<(), PhoneProblem> {
        if gap == 0 {
            return Ok(());
        }
        let misplaced = match place {
            0 => gap & !(BLANK | OPEN) != 0,
            _ => gap & SLASH != 0 && place > MAX_BEFORE_SLASH,
        };
        if misplaced {
            return Err(PhoneProblem::Malformed);
        }
        let bit = 1u32
            .checked_shl(u32::try_from(place).unwrap_or(u32::MAX))
            .unwrap_or(0);
        self.breaks |= bit;
        self.bracketed |= place > 0 && gap & (OPEN | CLOSE) != 0;
        if gap & DASH != 0 {
            self.dashes |= bit;
        }
        Ok(())
    }

    fn read_range(&mut self, text: &str) -> Result<(), PhoneProblem> {
        let mut end = Digits::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            match fold(c) {
                digit @ '0'..='9' => end.push(digit)?,
                other if separator(other).is_some_and(|kind| kind & (BLANK | DASH | CLOSE) != 0) => {}
                _ if strip_mark(rest).is_some() => {
                    self.extension = Some(read_extension(rest)?);
                    break;
                }
                _ => return Err(stranger(rest)),
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        if end.len == 0 {
            return Err(PhoneProblem::Malformed);
        }
        self.range_end = Some(end);
        Ok(())
    }
}

impl<'a> Number<'a> {
    /// Without its first `count` digits.
    pub(super) fn skip(self, count: usize) -> Self {
        let by = u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            digits: self.digits.get(count..).unwrap_or_default(),
            breaks: self.breaks.checked_shr(by).unwrap_or(0),
            dashes: self.dashes.checked_shr(by).unwrap_or(0),
            bracketed_zero: self.bracketed_zero.and_then(|place| place.checked_sub(count)),
        }
    }

    pub(super) fn len(self) -> usize {
        self.digits.len()
    }

    /// Whether something stood before digit `place`.
    pub(super) fn breaks_at(self, place: usize) -> bool {
        bit(self.breaks, place)
    }

    pub(super) fn dashed_at(self, place: usize) -> bool {
        bit(self.dashes, place)
    }

    /// Digits before the first break; all of them if there is none.
    pub(super) fn first_group(self) -> usize {
        let inner = self.breaks & !1;
        if inner == 0 {
            self.len()
        } else {
            inner.trailing_zeros() as usize
        }
    }

    /// Whether this may be a local number of `sizes` digits, or one with an extension behind a dash.
    pub(super) fn looks_local(self, sizes: std::ops::RangeInclusive<usize>) -> bool {
        sizes.contains(&self.len()) || sizes.into_iter().any(|size| self.end_after(size).is_ok())
    }

    /// Ends the number after `size` digits. What follows is an extension if a dash divides it off ("-801"):
    /// never by a space, which may stand anywhere within a number.
    pub(super) fn end_after(self, size: usize) -> Result<(&'a str, Option<&'a str>), PhoneProblem> {
        let (number, rest) = self.digits.split_at_checked(size).ok_or(PhoneProblem::TooShort)?;
        if rest.is_empty() {
            return Ok((number, None));
        }
        // Longer than five digits it may as well be another number.
        if self.dashed_at(size) && rest.len() <= 5 && self.skip(size).breaks & !1 == 0 {
            return Ok((number, Some(rest)));
        }
        Err(PhoneProblem::TooLong)
    }
}

fn bit(bits: u32, place: usize) -> bool {
    u32::try_from(place).is_ok_and(|place| bits.checked_shr(place).unwrap_or(0) & 1 == 1)
}

/// The problem with a text that goes on with something that no number has.
fn stranger(rest: &str) -> PhoneProblem {
    if rest.chars().any(char::is_alphabetic) {
        PhoneProblem::Letters
    } else {
        PhoneProblem::Malformed
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Marks of writing direction and the like, which come along when a number is copied from a contact list.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Width, dashes, tildes and brackets folded to ASCII.
pub(super) fn fold(c: char) -> char {
    match c {
        _ if c.is_ascii() => c,
        '\u{ff01}'..='\u{ff5e}' => u8::try_from(u32::from(c) - 0xfee0).map_or(c, char::from),
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{2043}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{30fc}'
        | '\u{ff70}'
        | '\u{2500}'
        | '\u{2501}' => '-',
        '\u{301c}' | '\u{223c}' => '~',
        '【' | '〔' | '「' => '[',
        '】' | '〕' | '」' => ']',
        '·' | '•' => '.',
        '﹟' => '#',
        '﹢' => '+',
        _ if is_blank(c) => ' ',
        _ => c,
    }
}

/// The kind of a separator after folding, `None` for anything else.
fn separator(c: char) -> Option<u8> {
    match c {
        ' ' | '\t' => Some(BLANK),
        '-' => Some(DASH),
        '.' => Some(DOT),
        '/' => Some(SLASH),
        '(' | '[' => Some(OPEN),
        ')' | ']' => Some(CLOSE),
        _ => None,
    }
}

/// The text after a mark of extension.
fn strip_mark(text: &str) -> Option<&str> {
    MARKS.iter().find_map(|mark| {
        let mut rest = text.chars();
        mark.chars()
            .all(|wanted| {
                rest.next()
                    .is_some_and(|c| fold(c).to_ascii_lowercase() == wanted)
            })
            .then_some(rest.as_str())
    })
}

/// The digits after a mark; the mark may be doubled ("轉分機 123", "#分機：12").
fn read_extension(text: &str) -> Result<Digits, PhoneProblem> {
    let mut rest = text;
    for _ in 0..2 {
        rest = strip_mark(rest)
            .unwrap_or(rest)
            .trim_start_matches(|c| is_blank(c) || matches!(c, ':' | '：'));
    }
    let mut extension = Digits::default();
    let digits = rest.trim_end_matches(|c| is_blank(c) || matches!(fold(c), ')' | ']'));
    for c in digits.chars() {
        match fold(c) {
            digit @ '0'..='9' => extension.push(digit)?,
            _ => return Err(stranger(digits)),
        }
    }
    match extension.len {
        0 => Err(PhoneProblem::Malformed),
        1..=MAX_EXTENSION => Ok(extension),
        _ => Err(PhoneProblem::TooLong),
    }
}

/// See [`super::phone_digits`].
pub(super) fn search_digits(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        match fold(c) {
            digit @ '0'..='9' => digits.push(digit),
            other if other == '+' || separator(other).is_some() => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}
