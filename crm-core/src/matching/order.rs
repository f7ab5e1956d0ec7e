//! The order of names (R2.7) as a Chinese reader expects it: character by character, by syllable, then tone; letters stand before
//! the characters that are spelt with them first, signs and digits before all.

use std::{collections::BTreeMap, sync::LazyLock};

use pinyin::ToPinyin;

use super::fold::{FIRST, LAST};
use crate::model::CustomerKind;

/// The version of these rules: a store that keeps places in the order makes them anew when it is another one.
pub const ORDER_VERSION: u32 = 2;

/// Places of what is read lie after those of signs and digits, which are in ASCII's order.
const FIRST_READ: u16 = 0x100;
/// What comes before a character that is not read: it stands after all that are.
const UNREAD: u16 = u16::MAX;
/// A syllable's letters, of which none has more than six.
type Syllable = [u8; 6];
/// Syllable, tone, and the character, since two are never in one place.
type Reading = (Syllable, u8, char);

/// What is read, with its places.
struct Readings {
    letters: BTreeMap<char, u16>,
    /// Of the characters from [`FIRST`] to [`LAST`] as they are usually read.
    usual: Vec<Option<u16>>,
    /// Of words, each with its characters' places.
    words: BTreeMap<&'static str, Vec<u16>>,
    /// The characters with which words begin, in order: few do.
    begin_words: Vec<char>,
}

static READINGS: LazyLock<Readings> = LazyLock::new(Readings::new);

impl Readings {
    fn new() -> Self {
        let usual: Vec<Option<Reading>> = (FIRST..=LAST).map(usual_reading).collect();
        let letters: Vec<(char, Reading)> = ('a'..='z')
            .map(|c| (c, read(c, c.encode_utf8(&mut [0]), Some(0))))
            .collect();
        let words: Vec<(&str, Vec<Reading>)> = readings().collect();
        let all = usual.iter().flatten().chain(letters.iter().map(|(_, read)| read));
        let all = all.chain(words.iter().flat_map(|(_, reads)| reads));
        let mut all: Vec<Reading> = all.copied().collect();
        all.sort_unstable();
        all.dedup();
        let place = |read: &Reading| {
            let at = u16::try_from(all.binary_search(read).ok()?).ok()?;
            at.checked_add(FIRST_READ)
        };
        let mut begin_words: Vec<char> = words.iter().filter_map(|(word, _)| word.chars().next()).collect();
        begin_words.sort_unstable();
        begin_words.dedup();
        Self {
            letters: letters
                .iter()
                .filter_map(|(letter, read)| Some((*letter, place(read)?)))
                .collect(),
            usual: usual.iter().map(|read| read.as_ref().and_then(place)).collect(),
            words: words
                .iter()
                .map(|(word, reads)| (*word, reads.iter().filter_map(place).collect()))
                .collect(),
            begin_words,
        }
    }

    /// The longest word that a text begins with, and the places of its characters.
    fn word(&self, text: &str) -> Option<(&'static str, &[u16])> {
        /// No word is longer.
        const LONGEST: usize = 3;
        self.begin_words.binary_search(&text.chars().next()?).ok()?;
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
        let words = ends.take(LONGEST).skip(1).filter_map(|end| text.get(..end));
        words
            .filter_map(|word| self.words.get_key_value(word))
            .last()
            .map(|(word, places)| (*word, places.as_slice()))
    }

    fn of(&self, c: char) -> Option<u16> {
        match c {
            'a'..='z' => self.letters.get(&c).copied(),
            '\0'..='\x7f' => Some(c as u16),
            FIRST..=LAST => {
                let at = u32::from(c).checked_sub(u32::from(FIRST))?;
                self.usual.get(at as usize).copied().flatten()
            }
            _ => None,
        }
    }
}

fn usual_reading(c: char) -> Option<Reading> {
    Some(read(c, c.to_pinyin()?.with_tone_num_end(), None))
}

/// A reading as it is compared, of a syllable with its tone behind it, unless that is given.
fn read(c: char, syllable: &str, tone: Option<u8>) -> Reading {
    let letters = syllable.trim_end_matches(|c: char| c.is_ascii_digit());
    let said = syllable.get(letters.len()..).and_then(|tone| tone.parse().ok());
    let mut bytes = Syllable::default();
    let spelt = letters.chars().map(|letter| match letter {
        // People type v.
        'ü' => b'v',
        letter => u8::try_from(letter).unwrap_or(b'z'),
    });
    bytes
        .iter_mut()
        .zip(spelt)
        .for_each(|(place, letter)| *place = letter);
    // A syllable without a tone comes last, as in dictionaries.
    (bytes, tone.or(said).unwrap_or(5), c)
}

/// Words whose characters are not read as usual.
fn readings() -> impl Iterator<Item = (&'static str, Vec<Reading>)> {
    let lines = include_str!("data/readings.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .map(|(word, syllables)| {
            let each = word.chars().zip(syllables.split(' '));
            (word, each.map(|(c, syllable)| read(c, syllable, None)).collect())
        })
}

/// The place of a name, after [`fold`](super::fold), in the order of names: places are compared byte by byte, and two names have one
/// place only if they are folded alike. It takes two bytes a character.
pub fn name_order(folded: &str, kind: CustomerKind) -> Vec<u8> {
    let places = &*READINGS;
    let mut place = Vec::with_capacity(2 * folded.chars().count());
    let mut put = |at: u16| place.extend(at.to_be_bytes());
    let mut rest = folded;
    if let (CustomerKind::Individual, Some(first)) = (kind, folded.chars().next())
        && let (None, Some((surname, tail))) =
            (places.word(folded), folded.split_at_checked(first.len_utf8()))
        && let Some(read) = places.words.get(surname)
    {
        read.iter().copied().for_each(&mut put);
        rest = tail;
    }
    while let Some(c) = rest.chars().next() {
        if let Some((word, read)) = places.word(rest) {
            read.iter().copied().for_each(&mut put);
            rest = rest.get(word.len()..).unwrap_or_default();
            continue;
        }
        match places.of(c) {
            Some(at) => put(at),
            None => {
                put(UNREAD);
                let [_, high, middle, low] = u32::from(c).to_be_bytes();
                put(high.into());
                put(u16::from_be_bytes([middle, low]));
            }
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fold;
    use proptest::prelude::*;

    fn sorted<'a>(kind: CustomerKind, names: &[&'a str]) -> Vec<&'a str> {
        let mut names = names.to_vec();
        names.sort_by_key(|name| name_order(&fold(name), kind));
        names
    }

    #[test]
    fn r2_7_names_are_in_the_order_of_their_pinyin() {
        let companies = [
            "360安全",
            "Acme",
            "阿里巴巴",
            "安邦",
            "昂立",
            "Beta",
            "八方",
            "白云",
            "北京甲",
            "北京乙",
            "长沙米粉",
            "重庆火锅",
            "Delta",
            "东莞电子",
            "华东电子",
            "華东电子厂",
            "厦门航空",
            "银行家",
            "张北",
            "重工",
        ];
        let mut mixed = companies;
        mixed.reverse();
        assert_eq!(sorted(CustomerKind::Enterprise, &mixed), companies);
    }

    #[test]
    fn r2_7_a_surname_is_read_as_one_at_the_beginning_of_a_persons_name() {
        let people = ["单小明", "沈一", "解大海", "曾三"];
        assert_eq!(
            sorted(CustomerKind::Individual, &["曾三", "解大海", "沈一", "单小明"]),
            people
        );
        let companies = ["曾经", "单一", "解放"];
        assert_eq!(
            sorted(CustomerKind::Enterprise, &["解放", "单一", "曾经"]),
            companies
        );
    }

    #[test]
    fn characters_that_sound_alike_stay_together() {
        let names = ["章二", "章一", "张二", "张一"];
        let sorted = sorted(CustomerKind::Individual, &names);
        assert_eq!(sorted[0].chars().next(), sorted[1].chars().next());
        assert_eq!(sorted[2].chars().next(), sorted[3].chars().next());
    }

    #[test]
    fn every_reading_is_of_a_folded_word_with_a_syllable_for_each_character() {
        for (word, reads) in readings() {
            assert_eq!(word.chars().count(), reads.len(), "{word}");
            assert_eq!(fold(word), word);
            assert!(reads.iter().all(|(letters, tone, _)| {
                letters.iter().all(|byte| *byte == 0 || byte.is_ascii_lowercase()) && (1..=4).contains(tone)
            }));
        }
    }

    proptest! {
        #[test]
        fn two_names_have_one_place_only_if_they_are_folded_alike(a in "[a-c 重庆长孙单𠮷ん]{0,5}", b in "[a-c 重庆长孙单𠮷ん]{0,5}") {
            let (a, b) = (fold(&a), fold(&b));
            let places = [&a, &b].map(|name| name_order(name, CustomerKind::Individual));
            prop_assert_eq!(a == b, places[0] == places[1]);
        }
    }
}
