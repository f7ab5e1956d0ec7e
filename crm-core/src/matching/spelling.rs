//! Names as they are spelt in Latin letters (R2.7): full pinyin, initials, or the two mixed, with every reading of a character
//! that names have: 重庆 is found by `chongqing`, by `cq` and by `zq`.

use std::{collections::BTreeSet, sync::LazyLock};

use pinyin::ToPinyin;

use super::fold::{FIRST, LAST};

/// Characters with several readings, sorted, each with those that names have.
static POLYPHONES: LazyLock<Vec<(char, Vec<&'static str>)>> = LazyLock::new(|| {
    let lines = include_str!("data/polyphones.txt").lines();
    let mut polyphones: Vec<(char, Vec<&str>)> = lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut words = line.split(' ');
            let character = words.next()?.chars().next()?;
            Some((character, words.collect()))
        })
        .collect();
    polyphones.sort_unstable_by_key(|(character, _)| *character);
    polyphones
});

/// The fewest letters that are looked for as a spelling: one would be the initial of far too many.
const LEAST: usize = 2;

/// A word as it may have been spelt: lower-case letters, an apostrophe between syllables at most. None of what is none.
pub fn spelling(folded: &str) -> Option<String> {
    let is_spelt = folded.chars().all(|c| c.is_ascii_lowercase() || c == '\'');
    let letters: String = folded.chars().filter(char::is_ascii_lowercase).collect();
    (is_spelt && letters.len() >= LEAST).then_some(letters)
}

/// Whether some part of a name is spelt so: its characters one after another, each by the whole of a reading or by its first letter, the
/// last one by as much of it as was typed. `letters` is a [`spelling`].
pub fn is_spelt(name: &str, letters: &str) -> bool {
    let letters = letters.as_bytes();
    let mut rest = name.chars();
    loop {
        let here = rest.clone();
        let Some(first) = rest.next() else {
            return false;
        };
        // A part that begins with a character which is spelt; what has letters of its own is found by them.
        if readings(first).next().is_some() && begins(here, letters) {
            return true;
        }
    }
}

/// Whether a text begins with characters that are spelt so.
fn begins(mut text: std::str::Chars<'_>, letters: &[u8]) -> bool {
    let Some((initial, _)) = letters.split_first() else {
        return true;
    };
    let Some(character) = text.next() else {
        return false;
    };
    if character.is_ascii_alphanumeric() {
        return character.to_ascii_lowercase() as u32 == u32::from(*initial)
            && begins(text, letters.get(1..).unwrap_or_default());
    }
    if readings(character).next().is_none() && !character.is_alphanumeric() {
        // Brackets and spaces are not spelt.
        return begins(text, letters);
    }
    readings(character).any(|reading| {
        let reading = reading.as_bytes();
        if reading.first() != Some(initial) {
            return false;
        }
        match letters.strip_prefix(reading) {
            Some(rest) if begins(text.clone(), rest) => true,
            _ if reading.starts_with(letters) => true,
            _ => begins(text.clone(), letters.get(1..).unwrap_or_default()),
        }
    })
}

/// The readings of a character that names have, the usual one first; none of what is not read.
pub(super) fn readings(character: char) -> impl Iterator<Item = &'static str> {
    let usual = character.to_pinyin().map(|syllable| match syllable.plain() {
        // In the crate's plain form ü is one letter; people type v.
        "lü" => "lv",
        "lüe" => "lve",
        "nü" => "nv",
        "nüe" => "nve",
        plain => plain,
    });
    let others = POLYPHONES.binary_search_by_key(&character, |(character, _)| *character);
    let others = others.ok().and_then(|at| POLYPHONES.get(at));
    let others = others
        .into_iter()
        .flat_map(|(_, readings)| readings.iter().copied());
    usual.into_iter().chain(others)
}

/// Every reading of characters that have several.
fn every_reading() -> impl Iterator<Item = &'static str> {
    POLYPHONES
        .iter()
        .flat_map(|(_, readings)| readings.iter().copied())
}

/// The readings that characters of names have.
pub(super) static SYLLABLES: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| (FIRST..=LAST).flat_map(readings).chain(every_reading()).collect());

/// Whether a character of a name may be read so.
pub(super) fn is_syllable(text: &str) -> bool {
    SYLLABLES.contains(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r2_7_a_name_is_found_by_its_pinyin_and_by_initials_in_every_reading() {
        for (name, letters) in [
            ("重庆示例科技有限公司", "chongqing"),
            ("重庆示例科技有限公司", "zhongqing"),
            ("重庆示例科技有限公司", "cq"),
            ("重庆示例科技有限公司", "zq"),
            ("重庆示例科技有限公司", "cqsl"),
            ("重庆示例科技有限公司", "shilikeji"),
            ("重庆示例科技有限公司", "chongq"),
            ("重庆示例科技有限公司", "cqing"),
            ("中国建设银行", "yinhang"),
            ("中国建设银行", "jsyh"),
            ("长春一汽", "changchun"),
            ("厦门航空", "xmhk"),
            ("吕梁（煤炭）公司", "lvliangmt"),
            ("云南白药IT部", "ynbyit"),
            ("西安电子", "xian"),
        ] {
            assert!(is_spelt(name, letters), "{name} by {letters}");
        }
        for (name, letters) in [
            ("重庆示例科技有限公司", "beijing"),
            ("重庆示例科技有限公司", "qc"),
            ("重庆示例科技有限公司", "ongqing"),
            ("先进制造", "xianan"),
            ("Acme Ltd", "acme"),
            ("", "cq"),
        ] {
            assert!(!is_spelt(name, letters), "{name} by {letters}");
        }
    }

    #[test]
    fn r2_7_a_spelling_is_two_letters_at_least() {
        assert_eq!(spelling("cq").as_deref(), Some("cq"));
        assert_eq!(spelling("xi'an").as_deref(), Some("xian"));
        for none in ["", "c", "'c'", "c1", "重庆", "c q"] {
            assert_eq!(spelling(none), None, "{none}");
        }
    }

    #[test]
    fn every_reading_is_typed_in_plain_letters() {
        let chinese = ('\u{4e00}'..='\u{9fff}').flat_map(readings);
        let typed = |reading: &str| reading.bytes().all(|byte| byte.is_ascii_lowercase());
        let others: Vec<&str> = chinese.filter(|reading| !typed(reading)).collect();
        assert_eq!(others, [""; 0]);
    }

    #[test]
    fn every_polyphone_stands_once_with_readings_in_plain_letters() {
        assert!(POLYPHONES.len() > 150);
        assert!(POLYPHONES.windows(2).all(|two| two[0].0 < two[1].0));
        let mut readings = POLYPHONES.iter().flat_map(|(_, readings)| readings);
        assert!(readings.all(|it| it.bytes().all(|byte| byte.is_ascii_lowercase())));
    }

    proptest! {
        #[test]
        fn no_name_is_spelt_by_panicking(name in "\\PC{0,20}", letters in "[a-z]{2,12}") {
            let _ = is_spelt(&name, &letters);
        }

        #[test]
        fn a_name_is_found_by_its_own_initials(name in "[一-龥]{2,8}") {
            let initials: Option<String> = name
                .chars()
                .map(|c| c.to_pinyin().and_then(|it| it.plain().chars().next()).filter(char::is_ascii))
                .collect();
            if let Some(initials) = initials {
                prop_assert!(is_spelt(&name, &initials), "{name} by {initials}");
            }
        }
    }
}
