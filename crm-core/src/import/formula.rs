//! Texts as spreadsheets are made to take them for texts (R9.5 f): `="021-55550199"`, `'021-55550199`.

use std::borrow::Cow;

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// A text as it stands in a cell, so that [`unwrap_text`] gives it back.
pub fn wrap_text(text: &str) -> Cow<'_, str> {
    let mut read = text.to_owned();
    unwrap_text(&mut read);
    match read == text {
        true => Cow::Borrowed(text),
        false => Cow::Owned(wrapped(text)),
    }
}

/// A text as it stands in a CSV file that is opened in a spreadsheet: there it starts no formula, and loses no digits; and
/// [`unwrap_text`] gives it back (R9.5 j).
pub fn guard_text(text: &str) -> Cow<'_, str> {
    match starts_formula(text) || loses_digits(text) {
        true => Cow::Owned(wrapped(text)),
        false => wrap_text(text),
    }
}

/// Whether a spreadsheet could take a text for a formula: by its first sign, in either width, or by white space that it drops.
fn starts_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Whether a text is a number of which a spreadsheet drops the first zeros or the last digits.
fn loses_digits(text: &str) -> bool {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number && (text.len() > DIGITS || text.len() > 1 && text.starts_with('0'))
}

/// A text behind an apostrophe; as a formula of nothing but itself where the apostrophe would be part of it.
fn wrapped(text: &str) -> String {
    let marked = format!("'{text}");
    let mut read = marked.clone();
    unwrap_text(&mut read);
    match read == text {
        true => marked,
        false => format!("=\"{}\"", text.replace('"', "\"\"")),
    }
}

/// The text that a cell or heading means, in its place.
pub fn unwrap_text(cell: &mut String) {
    let trimmed = cell.trim_start();
    match trimmed.as_bytes().first() {
        Some(b'=') | Some(0xEF) => {
            if let Some(text) = text_of_formula(trimmed) {
                *cell = text;
            }
        }
        Some(b'\'') if is_mark(trimmed) => {
            let mark = cell.len() - trimmed.len() + 1;
            cell.drain(..mark);
        }
        _ => {}
    }
}

/// What a formula of nothing but a text in quotes says, in which a quote is doubled.
fn text_of_formula(formula: &str) -> Option<String> {
    let quoted = formula.strip_prefix(['=', '＝'])?.trim();
    let text = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let doubled = text.replace("\"\"", "");
    match (doubled.contains('"'), doubled.len() == text.len()) {
        (true, _) => None,
        (_, true) => Some(text.to_owned()),
        (_, false) => Some(text.replace("\"\"", "\"")),
    }
}

/// Whether the apostrophe that a text begins with is no part of it: a text in two of them is quoted, and Dutch names begin
/// with 's- and 't.
fn is_mark(text: &str) -> bool {
    let mut rest = text.chars().skip(1);
    let (first, second) = (rest.next(), rest.next());
    let is_article = first.is_some_and(char::is_lowercase) && second.is_some_and(|c| c == '-' || c == ' ');
    let is_quoted = text.len() > 1 && text.trim_end().ends_with(['\'', '’']);
    !is_article && !is_quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{guard_text, starts_formula, unwrap_text, wrap_text};

    fn unwrapped(cell: &str) -> String {
        let mut cell = cell.to_owned();
        unwrap_text(&mut cell);
        cell
    }

    #[test]
    fn r9_5_text_formulas_are_unwrapped() {
        for (cell, text) in [
            ("=\"021-55550199\"", "021-55550199"),
            ("=\"公司\"", "公司"),
            (" = \"0571\" ", "0571"),
            ("＝\"公司\"", "公司"),
            ("=\"A \"\"B\"\" C\"", "A \"B\" C"),
            ("=\"\"", ""),
            ("'021-55550199", "021-55550199"),
            ("'+86 21 5555 0199", "+86 21 5555 0199"),
            ("'公司", "公司"),
            ("'lin@example.com", "lin@example.com"),
            ("'", ""),
        ] {
            assert_eq!(unwrapped(cell), text, "{cell}");
        }
    }

    #[test]
    fn r9_5_what_is_written_for_a_spreadsheet_starts_no_formula_and_reads_back() {
        for (text, guarded) in [
            ("公司", "公司"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+86 21 5555 0199", "'+86 21 5555 0199"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("  =1", "'  =1"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("=\"a\"", "'=\"a\""),
            ("=A1 'x'", "=\"=A1 'x'\""),
            ("'a", "=\"'a\""),
            ("'公司", "''公司"),
            ("'", "=\"'\""),
            ("02155550199", "'02155550199"),
            ("913101010000000000", "'913101010000000000"),
            ("13912345678", "13912345678"),
            ("0", "0"),
            ("", ""),
        ] {
            assert_eq!(unwrapped(guarded), text, "{guarded}");
            assert_eq!(unwrapped(&guard_text(text)), text);
        }
        assert_eq!(guard_text("=1+1"), "'=1+1");
        assert_eq!(wrap_text("=1+1"), "=1+1", "what is no text formula stays");
    }

    proptest! {
        #[test]
        fn r9_5_any_text_reads_back(text in "[='\"+@\\-a-c ＝\t公’0-1s]{0,8}") {
            prop_assert_eq!(unwrapped(&wrap_text(&text)), text.clone());
            let guarded = guard_text(&text);
            prop_assert_eq!(unwrapped(&guarded), text.clone());
            let is_text = guarded.starts_with("=\"") && guarded.ends_with('"');
            prop_assert!(is_text || !starts_formula(&guarded), "{}", guarded);
        }
    }

    #[test]
    fn r9_5_what_is_no_text_formula_stays() {
        for cell in [
            "",
            "021-55550199",
            "=1+1",
            "=A1",
            "=\"a\"&\"b\"",
            "=\"",
            "=",
            "示例=\"公司\"",
            "'s-Hertogenbosch BV",
            "'t Voorbeeld BV",
            "'Example'",
            "O'Neill",
            "ａ",
            "(\"公司\")",
        ] {
            assert_eq!(unwrapped(cell), cell);
        }
    }
}
