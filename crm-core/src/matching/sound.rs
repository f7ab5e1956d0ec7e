//! Characters that sound the same (R6.1): a name taken down by ear, or typed by its sound, is often one such off.

use pinyin::ToPinyin;

/// Whether two Chinese characters sound the same but for tone, and for what many do not tell apart: zh and z, ch and c,
/// sh and s, ng and n.
pub(super) fn same_sound(a: char, b: char) -> bool {
    match (a.to_pinyin(), b.to_pinyin()) {
        (Some(a), Some(b)) => folded(a.plain()).eq(folded(b.plain())),
        _ => false,
    }
}

/// Whether two texts of more than one character sound the same, one by one.
pub(super) fn sound_alike(a: &[char], b: &[char]) -> bool {
    a.len() > 1 && a.len() == b.len() && a.iter().zip(b).all(|(&c, &d)| c == d || same_sound(c, d))
}

/// How a text sounds: texts that [sound alike](sound_alike) have the same.
pub(super) fn sound(text: &str) -> String {
    let mut sound = String::with_capacity(text.len());
    for c in text.chars() {
        match c.to_pinyin() {
            Some(syllable) => {
                sound.extend(folded(syllable.plain()));
                // Where it ends: xi'an is not xian.
                sound.push('\'');
            }
            None => sound.push(c),
        }
    }
    sound
}

fn folded(syllable: &str) -> impl Iterator<Item = char> {
    let (head, tail) = match syllable.split_at_checked(2) {
        Some(("zh", tail)) => ("z", tail),
        Some(("ch", tail)) => ("c", tail),
        Some(("sh", tail)) => ("s", tail),
        _ => ("", syllable),
    };
    let tail = tail.strip_suffix('g').unwrap_or(tail);
    head.chars().chain(tail.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_1_tone_and_what_is_often_confused_make_no_difference() {
        for (a, b) in [('博', '搏'), ('辰', '城'), ('三', '山'), ('伟', '炜')] {
            assert!(same_sound(a, b) && same_sound(b, a), "{a} {b}");
        }
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        for (a, b, alike) in [
            ("宏达", "鸿大", true),
            ("张晓燕", "章小艳", true),
            ("西安", "先", false),
            ("宏达", "鸿运", false),
        ] {
            assert_eq!(sound_alike(&chars(a), &chars(b)), alike, "{a} {b}");
            assert_eq!(sound(a) == sound(b), alike, "{a} {b}");
        }
        assert!(
            !sound_alike(&['宏'], &['鸿']),
            "one character is a slip, and told as one"
        );
        for (a, b) in [('博', '拓'), ('李', '你'), ('a', 'a'), ('博', 'b')] {
            assert!(!same_sound(a, b), "{a} {b}");
        }
    }
}
