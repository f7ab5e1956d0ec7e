//! Chinese names that are typed as they sound, in Latin letters (R6.1): `shili keji`, `slkj` for 示例科技.

use super::{
    evidence::{Likeness, NameReason, floor},
    fold::is_wide,
    key::{KeyKind, MatchKey},
    name::NameParts,
    spelling::{is_spelt, is_syllable, readings, spelling},
};

/// The letters of a name that may be a Chinese one as it sounds.
fn letters(name: &NameParts) -> Option<String> {
    // A person's words stand in order of the alphabet in the core.
    let text = if name.personal { &name.folded } else { &name.core };
    match text.is_ascii() {
        true => spelling(&text.replace(' ', "")),
        false => None,
    }
}

/// What it says that the one name is the other, or a part of it, as it sounds; `None` if it is not. By itself it is no more than
/// similar: many names sound so.
pub(super) fn spelt_alike(a: &NameParts, b: &NameParts) -> Option<Likeness> {
    /// Each letter after the second says so much, up to as much as a slip.
    const LETTER: f64 = 0.5;

    let (typed, name) = match (a.core.is_ascii(), b.core.is_ascii()) {
        (true, false) => (a, b),
        (false, true) => (b, a),
        _ => return None,
    };
    let letters = letters(typed)?;
    let bits = floor::OTHER_REGION + LETTER * (letters.len() - 2) as f64;
    is_spelt(&name.folded, &letters).then_some(Likeness::new(bits.min(floor::SLIP), NameReason::SameSound))
}

/// Whether a name may be a Chinese one as it sounds.
pub fn may_be_spelt(name: &NameParts) -> bool {
    letters(name).is_some_and(|letters| divided(&letters).is_some())
}

/// Characters whose sounds are a key, and whose initials are.
const SOUNDS: usize = 2;
const INITIALS: usize = 4;

fn sounds_key<'t>(sounds: impl IntoIterator<Item = &'t str>) -> MatchKey {
    MatchKey::of_all(KeyKind::Gram, std::iter::once("♪").chain(sounds))
}

fn initials_key(initials: &str) -> MatchKey {
    MatchKey::of_all(KeyKind::Gram, ["♩", initials])
}

/// The keys that a Chinese name and what is typed as it sounds have in common: how its first two characters sound, and the initials of
/// its brand and of its first four characters.
pub(super) fn spelt_keys(name: &NameParts, keys: &mut Vec<MatchKey>) {
    match letters(name) {
        Some(letters) => typed_keys(&letters, keys),
        None => name_keys(name, keys),
    }
}

fn name_keys(name: &NameParts, keys: &mut Vec<MatchKey>) {
    let read = |c: &char| is_wide(*c) && readings(*c).next().is_some();
    let letters: Vec<char> = name
        .letters
        .iter()
        .copied()
        .take_while(read)
        .take(INITIALS)
        .collect();
    if let Some(&[first, second]) = letters.get(..SOUNDS) {
        for one in some_readings(first) {
            keys.extend(some_readings(second).map(|other| sounds_key([one, other])));
        }
    }
    let brand = name.own_brand().chars().count();
    let mut initials = String::new();
    for (at, &c) in (1..).zip(&letters) {
        initials.extend(readings(c).next().and_then(|usual| usual.chars().next()));
        if at > 1 && (at == letters.len() || at == brand) {
            keys.push(initials_key(&initials));
        }
    }
}

/// Few characters have a second reading in names, and hardly any a third.
fn some_readings(c: char) -> impl Iterator<Item = &'static str> {
    readings(c).take(2)
}

fn typed_keys(letters: &str, keys: &mut Vec<MatchKey>) {
    /// A place that the name begins with has two characters, or three.
    const BEFORE: [usize; 3] = [0, 2, 3];

    let parts = divided(letters).unwrap_or_default();
    let initial = |part: &&str| part.chars().next();
    for rest in BEFORE
        .iter()
        .filter_map(|&from| parts.get(from..))
        .filter(|rest| rest.len() >= SOUNDS)
    {
        if let Some(&[one, other]) = rest.get(..SOUNDS)
            && is_syllable(one)
            && is_syllable(other)
        {
            keys.push(sounds_key([one, other]));
        }
        keys.push(initials_key(
            &rest.iter().filter_map(initial).take(INITIALS).collect::<String>(),
        ));
    }
}

/// Letters as the sounds of characters, in as few as may be, and after those as initials; none where they are neither.
fn divided(letters: &str) -> Option<Vec<&str>> {
    /// No name is longer.
    const MOST: usize = 80;
    const LONGEST: usize = 6;

    if letters.len() > MOST {
        return None;
    }
    // By where it ends: in how many sounds the text before divides, and where the last of them begins.
    let mut best: Vec<Option<(usize, usize)>> = vec![Some((0, 0))];
    for end in 1..=letters.len() {
        let from = end.saturating_sub(LONGEST);
        let ways = (from..end).filter_map(|start| {
            let (count, _) = (*best.get(start)?)?;
            is_syllable(letters.get(start..end)?).then_some((count + 1, start))
        });
        best.push(ways.min());
    }
    let is_initials = |rest: &str| {
        rest.bytes()
            .all(|c| !matches!(c, b'a' | b'e' | b'i' | b'o' | b'u' | b'v'))
    };
    let sounds_end = (0..=letters.len()).rev().find(|&end| {
        best.get(end).copied().flatten().is_some() && letters.get(end..).is_some_and(is_initials)
    })?;
    let mut parts: Vec<&str> = Vec::new();
    let mut end = sounds_end;
    while let Some((_, start)) = best.get(end).copied().flatten().filter(|_| end > 0) {
        parts.extend(letters.get(start..end));
        end = start;
    }
    parts.reverse();
    parts.extend((sounds_end..letters.len()).filter_map(|at| letters.get(at..at + 1)));
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CustomerKind::{self, Enterprise, Individual};

    fn share(typed: &str, name: &str, kind: CustomerKind) -> bool {
        let keys = |name| {
            let mut keys = Vec::new();
            spelt_keys(&NameParts::of(name, kind), &mut keys);
            keys
        };
        let there = keys(name);
        keys(typed).iter().any(|key| there.contains(key))
    }

    #[test]
    fn r6_1_what_is_typed_as_it_sounds_shares_a_key_and_is_alike() {
        for (typed, name, kind) in [
            ("shili keji", "上海示例科技有限公司", Enterprise),
            ("Shili", "上海示例科技有限公司", Enterprise),
            ("shilikeji", "示例科技", Enterprise),
            ("shanghai shili keji", "上海示例科技有限公司", Enterprise),
            ("slkj", "上海示例科技有限公司", Enterprise),
            ("sl", "上海示例科技有限公司", Enterprise),
            ("shilikj", "上海示例科技有限公司", Enterprise),
            ("chenxi", "北京晨曦有限公司", Enterprise),
            ("zhang wei", "张伟", Individual),
            ("zhongqing", "重庆", Enterprise),
        ] {
            assert!(share(typed, name, kind), "{typed} {name}");
            let parts = |name| NameParts::of(name, kind);
            let found = spelt_alike(&parts(typed), &parts(name));
            assert!(found.is_some(), "{typed} {name}");
            assert_eq!(found, spelt_alike(&parts(name), &parts(typed)));
        }
        for (typed, name) in [
            ("yuanyang", "上海示例科技有限公司"),
            ("Fenwick", "上海示例科技有限公司"),
        ] {
            assert!(!share(typed, name, Enterprise), "{typed} {name}");
        }
    }

    #[test]
    fn r6_1_letters_divide_into_sounds_and_initials() {
        for (letters, parts) in [
            ("shilikeji", Some(&["shi", "li", "ke", "ji"][..])),
            ("slkj", Some(&["s", "l", "k", "j"])),
            ("shilikj", Some(&["shi", "li", "k", "j"])),
            ("fenwick", None),
        ] {
            assert_eq!(divided(letters).as_deref(), parts, "{letters}");
        }
    }
}
