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
        for (a, b) in [('博', '拓'), ('李', '你'), ('a', 'a'), ('博', 'b')] {
            assert!(!same_sound(a, b), "{a} {b}");
        }
    }
}
