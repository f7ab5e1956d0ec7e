//! What happens to a name when people write it down.

use super::words::{SAME_SHAPE, SAME_SOUND, TRADITIONAL, VARIANTS};
use crate::random::Random;

/// Another character that sounds like `c`.
fn same_sound(random: &mut Random, c: char) -> Option<char> {
    of_set(random, SAME_SOUND, c)
}

/// Another character that looks like `c`.
fn same_shape(random: &mut Random, c: char) -> Option<char> {
    of_set(random, SAME_SHAPE, c)
}

fn of_set(random: &mut Random, sets: &str, c: char) -> Option<char> {
    let others: Vec<char> = sets
        .split(' ')
        .filter(|set| set.contains(c))
        .flat_map(str::chars)
        .filter(|other| *other != c)
        .collect();
    (!others.is_empty()).then(|| random.pick(&others))
}

/// One character replaced by one that sounds the same; nothing if there is none.
pub(super) fn typo_by_sound(random: &mut Random, text: &str) -> Option<String> {
    replace_one(random, text, same_sound)
}

/// One character replaced by one that looks alike; nothing if there is none.
pub(super) fn typo_by_shape(random: &mut Random, text: &str) -> Option<String> {
    replace_one(random, text, same_shape)
}

fn replace_one(
    random: &mut Random,
    text: &str,
    other: impl Fn(&mut Random, char) -> Option<char>,
) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    let mut order: Vec<usize> = (0..chars.len()).collect();
    random.shuffle(&mut order);
    let (at, new) = order
        .into_iter()
        .find_map(|at| Some((at, other(random, chars[at])?)))?;
    chars[at] = new;
    Some(chars.into_iter().collect())
}

/// One letter replaced by another.
pub(super) fn other_letter(random: &mut Random, text: &str) -> Option<String> {
    replace_one(random, text, |random, c| {
        let new = (b'a' + random.below(26) as u8) as char;
        (c.is_ascii_lowercase() && c != new).then_some(new)
    })
}

/// One character left out.
pub(super) fn dropped(random: &mut Random, text: &str) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.len() < 2 {
        return None;
    }
    chars.remove(random.below(chars.len()));
    Some(chars.into_iter().collect())
}

/// One character written twice.
pub(super) fn doubled(random: &mut Random, text: &str) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    let at = random.below(chars.len().max(1));
    chars.insert(at, *chars.get(at)?);
    Some(chars.into_iter().collect())
}

/// Two neighbours changed over.
pub(super) fn swapped(random: &mut Random, text: &str) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.len() < 2 {
        return None;
    }
    let at = random.below(chars.len() - 1);
    chars.swap(at, at + 1);
    changed(text, chars.into_iter().collect())
}

/// In Traditional characters.
pub(super) fn traditional(text: &str) -> Option<String> {
    changed(text, text.chars().map(|c| partner(TRADITIONAL, c)).collect())
}

/// With variants of its characters.
pub(super) fn variants(text: &str) -> Option<String> {
    changed(text, text.chars().map(|c| partner(VARIANTS, c)).collect())
}

/// The character after `c` in its pair, or `c`.
fn partner(pairs: &str, c: char) -> char {
    pairs
        .split(' ')
        .find_map(|pair| pair.strip_prefix(c)?.chars().next())
        .unwrap_or(c)
}

/// Letters, digits and brackets in full width, and a space where people put one.
pub(super) fn full_width(random: &mut Random, text: &str) -> Option<String> {
    let wide: String = text
        .chars()
        .map(|c| match c {
            ' ' => '\u{3000}',
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
            '（' => '(',
            '）' => ')',
            other => other,
        })
        .collect();
    if wide != text {
        return Some(wide);
    }
    let mut chars: Vec<char> = text.chars().collect();
    chars.insert(1 + random.below(chars.len().max(1)), '\u{3000}');
    changed(text, chars.into_iter().collect())
}

/// Accents left out.
pub(super) fn without_accents(text: &str) -> Option<String> {
    const ACCENTS: &str = "äa öo üu åa ñn çc øo";
    let plain = |c: char| match c {
        'é' | 'è' | 'ë' => 'e',
        'í' => 'i',
        'ú' => 'u',
        'á' => 'a',
        other => partner(ACCENTS, other),
    };
    changed(text, text.chars().map(plain).collect())
}

fn changed(before: &str, after: String) -> Option<String> {
    (after != before).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_changes_a_name_in_its_way() {
        let mut random = Random::new(3);
        let name = "云泽博达";
        let by_sound = typo_by_sound(&mut random, name).unwrap();
        let apart = by_sound.chars().zip(name.chars()).filter(|(a, b)| a != b);
        assert_eq!(apart.count(), 1);
        assert_eq!(typo_by_shape(&mut random, "拓"), Some("柘".to_owned()));
        assert_eq!(dropped(&mut random, name).unwrap().chars().count(), 3);
        assert_eq!(doubled(&mut random, name).unwrap().chars().count(), 5);
        assert_ne!(swapped(&mut random, name).unwrap(), name);
        assert_eq!(swapped(&mut random, "一一"), None);
        assert_eq!(traditional("华药"), Some("華藥".to_owned()));
        assert_eq!(variants("制药"), Some("制葯".to_owned()));
        assert_eq!(full_width(&mut random, "A1"), Some("Ａ１".to_owned()));
        assert_eq!(without_accents("Jürgen Núñez"), Some("Jurgen Nunez".to_owned()));
        assert_eq!(without_accents("François"), Some("Francois".to_owned()));
        assert_eq!(without_accents("Smith"), None);
    }
}
