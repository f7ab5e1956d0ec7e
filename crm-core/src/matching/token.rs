//! What a text is found by (R2.7) without reading every text: tokens of all its parts, and those that a word needs to be found. A store
//! that keeps them gets a few candidates, and looks at each itself: tokens tell that a part may be there, and never miss one.

use std::{cmp::Ordering, collections::BTreeSet};

use super::spelling::{SYLLABLES, readings};

/// The version of these rules: a store that keeps tokens makes them anew when it is another one.
pub const TOKENS_VERSION: u32 = 2;

/// What a text is found by: eight bytes of letters and digits at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token([u8; Self::BYTES]);

/// By their bytes, which are compared at once: many are sorted for each customer.
impl Ord for Token {
    fn cmp(&self, other: &Self) -> Ordering {
        u64::from_be_bytes(self.0).cmp(&u64::from_be_bytes(other.0))
    }
}

impl PartialOrd for Token {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Token {
    const BYTES: usize = 8;

    /// Of these characters, which are no more than fit.
    fn of(characters: impl IntoIterator<Item = char>) -> Self {
        let (mut bytes, mut length) = ([0; Self::BYTES], 0);
        for c in characters {
            let Some(room) = bytes.get_mut(length..length + c.len_utf8()) else {
                debug_assert!(false, "a token of more than eight bytes");
                break;
            };
            length += c.encode_utf8(room).len();
        }
        Self(bytes)
    }
}

impl AsRef<str> for Token {
    fn as_ref(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(Self::BYTES);
        let text = self.0.get(..length).map(std::str::from_utf8);
        text.and_then(Result::ok).unwrap_or_default()
    }
}

/// Which tokens a text has to have to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sought {
    /// This one.
    Token(Token),
    /// What each of these asks for.
    All(Vec<Sought>),
    /// What one of these asks for.
    Any(Vec<Sought>),
}

impl Sought {
    /// Whether a text with these tokens is to be looked at.
    pub fn is_met(&self, tokens: &[Token]) -> bool {
        match self {
            Self::Token(token) => tokens.contains(token),
            Self::All(parts) => parts.iter().all(|part| part.is_met(tokens)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(tokens)),
        }
    }
}

/// Two characters whose readings begin so.
fn initials(two: [char; 2]) -> Token {
    Token::of(['0'].into_iter().chain(two))
}

/// A character with this reading.
fn syllable(reading: &str) -> Token {
    Token::of(['1'].into_iter().chain(reading.chars()))
}

/// Digits in a telephone number that stand side by side.
fn digits(run: &str) -> Token {
    Token::of(['2'].into_iter().chain(run.chars()))
}

/// The digits at the end of a telephone number.
fn end(run: &str) -> Token {
    Token::of(['3'].into_iter().chain(run.chars()))
}

/// Digits of a run.
const RUN: usize = 4;
/// Digits of the shortest part that is looked for.
const SHORTEST: usize = RUN - 1;

/// The tokens of a text in which any part is looked for, after [`fold`](super::fold).
pub fn text_tokens(folded: &str, tokens: &mut Vec<Token>) {
    tokens.extend(pairs(folded));
}

/// The pairs of letters and digits of a text; signs and spaces are in none.
fn pairs(folded: &str) -> impl Iterator<Item = Token> {
    let next = folded.chars().skip(1);
    let two = folded.chars().zip(next).map(<[char; 2]>::from);
    two.filter(|two| two.iter().all(|c| c.is_alphanumeric()))
        .map(Token::of)
}

/// The tokens of a name that is looked for by how it is spelt ([`is_spelt`](super::is_spelt)), after [`fold`](super::fold).
pub fn spelt_tokens(folded: &str, tokens: &mut Vec<Token>) {
    // What the characters before may begin with, once one of them was no letter of its own.
    let mut before: Vec<char> = Vec::new();
    for c in folded.chars() {
        if c.is_ascii_lowercase() {
            if !before.is_empty() {
                tokens.extend(before.iter().map(|&first| initials([first, c])));
                before = vec![c];
            }
            continue;
        }
        let mut here = Vec::new();
        for reading in readings(c) {
            here.extend(reading.chars().next());
            if reading.len() > 1 {
                tokens.push(syllable(reading));
            }
        }
        match here.is_empty() && !c.is_alphanumeric() {
            // Brackets and spaces are not spelt.
            true => continue,
            false => tokens.extend(
                before
                    .iter()
                    .flat_map(|&first| here.iter().map(move |&second| initials([first, second]))),
            ),
        }
        before = here;
    }
}

/// The tokens of a telephone number's digits.
pub fn phone_tokens(number: &str, tokens: &mut Vec<Token>) {
    let part = |at: usize, length: usize| number.get(at..at + length);
    tokens.extend((0..number.len()).filter_map(|at| part(at, RUN)).map(digits));
    let last = number
        .len()
        .checked_sub(SHORTEST)
        .and_then(|at| part(at, SHORTEST));
    tokens.extend(last.map(end));
}

/// What a text needs in which this part is looked for; none where anything may have it.
pub fn text_sought(folded: &str) -> Option<Sought> {
    /// More would find hardly fewer.
    const MOST: usize = 4;
    let all: Vec<Token> = pairs(folded).collect();
    let step = all.len().div_ceil(MOST).max(1);
    let some: BTreeSet<Token> = all.into_iter().step_by(step).collect();
    (!some.is_empty()).then(|| Sought::All(some.into_iter().map(Sought::Token).collect()))
}

/// What a telephone number needs that has this part of three digits or more.
pub fn phone_sought(part: &str) -> Sought {
    if part.len() < RUN {
        let next = ('0'..='9').map(|digit| Sought::Token(digits(&format!("{part}{digit}"))));
        return Sought::Any(std::iter::once(Sought::Token(end(part))).chain(next).collect());
    }
    // At the end, where numbers differ, and half a run before.
    let last = part.len() - RUN;
    let runs = BTreeSet::from([last.saturating_sub(RUN / 2), last]);
    let runs = runs.into_iter().filter_map(|at| part.get(at..at + RUN));
    Sought::All(runs.map(|run| Sought::Token(digits(run))).collect())
}

/// Characters in a row that are looked at, in every way in which letters may be divided among them: more would find hardly fewer.
const CHARACTERS: usize = 3;

/// What a name needs that is spelt so ([`is_spelt`](super::is_spelt)): the tokens of one of the ways in which the letters may be
/// divided among its characters.
pub fn spelt_sought(letters: &str) -> Sought {
    let mut ways = BTreeSet::new();
    divide(letters, &mut Vec::new(), &mut ways);
    let ways: Vec<BTreeSet<Token>> = ways.into_iter().collect();
    // Where one way asks for all that another one does, and more, the other one finds it too.
    let needed = ways
        .iter()
        .filter(|way| !ways.iter().any(|other| other != *way && other.is_subset(way)));
    let all = |way: &BTreeSet<Token>| Sought::All(way.iter().copied().map(Sought::Token).collect());
    let mut any: Vec<Sought> = needed.map(all).collect();
    // One character, of whose reading these are the first letters.
    let begun = SYLLABLES
        .iter()
        .filter(|reading| reading.starts_with(letters) && reading.len() > letters.len());
    any.extend(begun.map(|reading| Sought::Token(syllable(reading))));
    Sought::Any(any)
}

/// Puts the tokens of every way in which letters go on behind the parts that were taken of them.
fn divide<'l>(letters: &'l str, taken: &mut Vec<&'l str>, ways: &mut BTreeSet<BTreeSet<Token>>) {
    let initial = |part: &&str| part.chars().next();
    if letters.is_empty() || taken.len() == CHARACTERS {
        let first: Vec<char> = taken.iter().filter_map(initial).collect();
        let next = first.iter().skip(1);
        let two = first
            .iter()
            .zip(next)
            .map(|(&one, &other)| initials([one, other]));
        let whole = taken
            .iter()
            .filter(|part| part.len() > 1 && SYLLABLES.contains(*part));
        ways.insert(two.chain(whole.map(|part| syllable(part))).collect());
        return;
    }
    for end in 1..=letters.len() {
        let Some((part, rest)) = letters.split_at_checked(end) else {
            continue;
        };
        // The last character's reading may be unfinished; then nothing is known of it but how it begins.
        let begun = rest.is_empty() && !taken.is_empty() && is_begun(part);
        if end == 1 || SYLLABLES.contains(part) || begun {
            // A whole reading at the end may be the beginning of another one.
            taken.push(if begun {
                part.get(..1).unwrap_or_default()
            } else {
                part
            });
            divide(rest, taken, ways);
            taken.pop();
        }
    }
}

/// Whether a reading begins so and goes on.
fn is_begun(part: &str) -> bool {
    SYLLABLES
        .range(part..)
        .take_while(|reading| reading.starts_with(part))
        .any(|reading| reading.len() > part.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{fold, is_spelt, spelling};
    use proptest::prelude::*;

    fn tokens(name: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        text_tokens(&fold(name), &mut tokens);
        spelt_tokens(&fold(name), &mut tokens);
        tokens
    }

    #[test]
    fn every_token_has_room() {
        let longest = SYLLABLES.iter().map(|reading| reading.len()).max();
        assert_eq!(longest, Some(6));
        assert_eq!(syllable("zhuang").as_ref(), "1zhuang");
        assert_eq!(Token::of(['𠮷', '𠮷']).as_ref(), "𠮷𠮷");
        assert_eq!(digits("0199").as_ref(), "20199");
    }

    #[test]
    fn r2_7_what_is_spelt_otherwise_is_not_looked_at() {
        let tokens = tokens("重庆示例科技有限公司");
        for letters in ["chongqing", "zhongq", "cqsl", "cqing", "shilik", "keji"] {
            assert!(spelt_sought(letters).is_met(&tokens), "{letters}");
        }
        for letters in ["beijing", "qc", "chongli", "cqks", "huiqin"] {
            assert!(!spelt_sought(letters).is_met(&tokens), "{letters}");
        }
    }

    #[test]
    fn r2_7_a_text_is_looked_at_by_two_characters() {
        let there = tokens("华东电子");
        assert!(text_sought("东电").is_some_and(|sought| sought.is_met(&there)));
        assert!(text_sought("东子").is_some_and(|sought| !sought.is_met(&there)));
        assert_eq!(text_sought("东"), None);
        assert_eq!(text_sought("%_"), None);
    }

    proptest! {
        #[test]
        fn r2_7_what_is_spelt_so_is_looked_at(
            name in "[重庆长乐单厦a-c（） 1啊额ん阿]{1,6}",
            letters in "[a-eghilnoqsuxyz]{2,9}",
            // How much of each character's reading is typed.
            typed in prop::collection::vec(1..7_usize, 6),
        ) {
            let folded = fold(&name);
            let spelt: String = folded.chars().zip(typed).filter_map(|(c, length)| {
                let reading = readings(c).last().map(str::to_owned).or_else(|| c.is_ascii_lowercase().then(|| c.to_string()));
                reading.map(|reading| reading.chars().take(length).collect::<String>())
            }).collect();
            for letters in [letters, spelt].iter().filter_map(|letters| spelling(letters)) {
                if is_spelt(&folded, &letters) {
                    prop_assert!(spelt_sought(&letters).is_met(&tokens(&name)), "{} by {}", name, letters);
                }
            }
        }

        #[test]
        fn r2_7_every_part_of_a_text_is_looked_at(text in "[甲乙 a-c·é1(]{1,9}", from in 0..9_usize, length in 1..9_usize) {
            let folded = fold(&text);
            let part: String = folded.chars().skip(from).take(length).collect();
            if let Some(sought) = text_sought(&fold(&part)) {
                prop_assert!(!folded.contains(&fold(&part)) || sought.is_met(&tokens(&text)), "{} in {}", part, text);
            }
        }

        #[test]
        fn r2_7_every_part_of_a_number_is_looked_at(number in "[0-2]{3,13}", from in 0..11_usize, length in 3..13_usize) {
            let mut tokens = Vec::new();
            phone_tokens(&number, &mut tokens);
            let part: String = number.chars().skip(from).take(length).collect();
            if part.len() >= 3 {
                prop_assert!(phone_sought(&part).is_met(&tokens), "{} in {}", part, number);
            }
        }
    }
}
