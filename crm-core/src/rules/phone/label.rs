//! What lists write around a number: `电话：021-55550199`, `M: 139…（微信同号）`, `tel:+86-21-5555-0199;ext=12`.

use std::borrow::Cow;

use super::{ParsedPhone, PhoneProblem, parse_phone};
use crate::{
    model::Region,
    rules::digits::{Digits, digits_of},
};

/// Words that say no more than that a number follows, or that somebody is reached by it in WeChat too.
const BEFORE: [&str; 32] = [
    "电话号码",
    "联系电话",
    "移动电话",
    "固定电话",
    "电话",
    "電話",
    "手机号码",
    "手机号",
    "手机",
    "手機",
    "座机",
    "固话",
    "总机",
    "办公",
    "公司",
    "住宅",
    "telephone",
    "phone",
    "mobile",
    "mob",
    "cell",
    "office",
    "work",
    "home",
    "main",
    "tel",
    "ph",
    "m",
    "t",
    "p",
    "o",
    "c",
];
const BEHIND: [&str; 8] = [
    "微信同号",
    "同微信",
    "微信同步",
    "微信号同",
    "微信同號",
    "手机同号",
    "微信",
    "wechat",
];

/// Letters of a name behind a number, at the most: 王经理.
const NAME: usize = 6;

/// Reads a number as a list writes it: with a label or a note, or as a spreadsheet takes it for a quantity (R9.5).
///
/// # Errors
/// What is wrong with it as it stands.
pub(crate) fn parse_of_list(typed: &str, region: Region) -> Result<ParsedPhone, PhoneProblem> {
    parse_phone(typed, region).or_else(|problem| {
        let otherwise = match digits_of(typed) {
            Digits::Whole(digits) if digits != typed => Some(digits.into_owned()),
            _ => unlabelled(typed),
        };
        let read = otherwise.and_then(|otherwise| parse_phone(&otherwise, region).ok());
        read.ok_or(problem)
    })
}

/// A number without what is written around it; none where nothing is.
pub(crate) fn unlabelled(typed: &str) -> Option<String> {
    let bare = without_uri(typed.trim());
    let bare = behind_label(&bare);
    let bare = before_note(bare);
    let bare = bare.trim();
    (bare != typed.trim() && bare.chars().any(|c| c.is_ascii_digit())).then(|| bare.to_owned())
}

/// A cell whose numbers stand apart as other systems put them, before it is cut into them.
pub(crate) fn apart(cell: &str) -> Cow<'_, str> {
    match cell.contains(":::") || cell.contains(";ext=") {
        true => cell.replace(":::", ",").replace(";ext=", " ext ").into(),
        false => cell.into(),
    }
}

fn without_uri(typed: &str) -> String {
    let scheme = typed
        .get(..4)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
    let number = if scheme {
        typed.get(4..).unwrap_or_default()
    } else {
        typed
    };
    number.replace(";ext=", " ext ")
}

/// What follows a word for telephones, with a colon or without.
fn behind_label(typed: &str) -> &str {
    let text = typed.trim_start_matches(['(', '（', '[', '【', ' ']);
    let lower = text.to_ascii_lowercase();
    let Some(word) = BEFORE.iter().find(|word| lower.starts_with(**word)) else {
        return typed;
    };
    let rest = text.get(word.len()..).unwrap_or_default();
    let rest = rest.trim_start_matches([')', '）', ']', '】']);
    let bare = rest.trim_start_matches([':', '：', '.', ' ', '\u{3000}', '-']);
    // One letter alone says so with a sign only.
    let is_said = word.len() > 1 || bare.len() < rest.len();
    match is_said && bare.starts_with(|c: char| c.is_ascii_digit() || "+＋(（".contains(c)) {
        true => bare.trim_start(),
        false => typed,
    }
}

/// What stands before a note in brackets, a word for WeChat, or a name.
fn before_note(typed: &str) -> &str {
    let typed = typed.trim_end();
    if let Some(open) = typed.rfind(['(', '（', '[', '【'])
        && typed.ends_with([')', '）', ']', '】'])
        && open > 0
    {
        let (number, note) = typed.split_at_checked(open).unwrap_or((typed, ""));
        if note.chars().any(char::is_alphabetic) && !note.chars().any(|c| c.is_ascii_digit()) {
            return number.trim_end();
        }
    }
    let lower = typed.to_ascii_lowercase();
    if let Some(word) = BEHIND.iter().find(|word| lower.ends_with(**word)) {
        let number = typed.get(..typed.len() - word.len()).unwrap_or_default();
        return number.trim_end_matches([' ', ',', '，', '-', '/']);
    }
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let number = typed.trim_end_matches(is_han);
    let name = typed.get(number.len()..).unwrap_or_default().chars().count();
    // 转 announces an extension: without its digits nothing is known of it.
    let is_name = (1..=NAME).contains(&name) && !typed.contains(['转', '轉']);
    if is_name { number.trim_end() } else { typed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r9_5_what_stands_around_a_number_is_taken_off() {
        for (typed, bare) in [
            ("电话：021-55550199", "021-55550199"),
            ("电话 021-55550199", "021-55550199"),
            ("手机13912345678", "13912345678"),
            ("M: 13912345678", "13912345678"),
            ("T. +44 20 7946 0958", "+44 20 7946 0958"),
            ("Tel: (021) 55550199", "(021) 55550199"),
            ("(办公)021-55550199", "021-55550199"),
            ("tel:+86-21-5555-0199", "+86-21-5555-0199"),
            ("tel:+86-21-5555-0199;ext=12", "+86-21-5555-0199 ext 12"),
            ("13912345678（微信同号）", "13912345678"),
            ("13912345678 (WeChat)", "13912345678"),
            ("13912345678微信同号", "13912345678"),
            ("手机：13912345678（同微信）", "13912345678"),
            ("13912345678王经理", "13912345678"),
            ("13912345678 王总", "13912345678"),
        ] {
            assert_eq!(unlabelled(typed).as_deref(), Some(bare), "{typed}");
        }
        for typed in [
            "021-55550199",
            "(021)55550199",
            "021-55550199转801",
            "021-55550199(转801)",
            "021-55550199转前台",
            "m13912345678",
            "传真：021-55550199",
            "fax 021-55550199",
            "请致电前台",
            "",
        ] {
            assert_eq!(unlabelled(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn r9_5_every_digit_that_was_typed_stays(typed in "(电话：|M: |tel:)?[0-9+ ()-]{0,16}(（微信同号）|王总)?\\PC{0,3}") {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            if let Some(bare) = unlabelled(&typed) {
                prop_assert_eq!(digits(&bare), digits(&typed));
            }
        }
    }
}
