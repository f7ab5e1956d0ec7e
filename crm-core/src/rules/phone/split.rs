//! Cells with several numbers in them.

use super::scan::fold;

/// Fewer digits than this before a slash are an area code, not a number.
const SHORTEST: usize = 7;
/// The same with a country code before it.
const SHORTEST_ABROAD: usize = 9;
/// From here on a space may stand between two numbers; "0086 0512" has eight.
const SHORTEST_BEFORE_SPACE: usize = 10;

/// See [`super::split_phones`].
pub(super) fn split(cell: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, c) in cell.char_indices() {
        let before = cell.get(from..at).unwrap_or_default();
        let next = at + c.len_utf8();
        if divides(c, before, cell.get(next..).unwrap_or_default()) {
            keep(&mut parts, before);
            from = next;
        }
    }
    keep(&mut parts, cell.get(from..).unwrap_or_default());
    parts
}

fn keep(parts: &mut Vec<String>, part: &str) {
    let part = part.trim();
    if !part.is_empty() {
        parts.push(part.to_owned());
    }
}

/// Whether `c`, between `before` and `after`, stands between two numbers.
fn divides(c: char, before: &str, after: &str) -> bool {
    match fold(c) {
        '\n' | '\r' | ',' | ';' | '|' | '&' | '、' | '､' | '﹑' | '或' | '和' | '及' | '与' | '與' => {
            true
        }
        '/' | '\\' => {
            let abroad =
                before.trim_start().starts_with(['+', '＋']) || before.trim_start().starts_with("00");
            count_digits(before) >= if abroad { SHORTEST_ABROAD } else { SHORTEST }
        }
        blank if blank.is_whitespace() => match after.trim_start().chars().next().map(fold) {
            Some('+') => count_digits(before) >= SHORTEST,
            Some('0'..='9' | '(' | '[') => {
                count_digits(before) >= SHORTEST_BEFORE_SPACE && count_digits(after) >= SHORTEST
            }
            _ => false,
        },
        _ => false,
    }
}

fn count_digits(text: &str) -> usize {
    text.chars().filter(|&c| fold(c).is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::split;
    use proptest::prelude::*;

    #[test]
    fn r2_2_cuts_a_cell_into_its_numbers() {
        for (cell, parts) in [
            ("021-55550199、13912345678", ["021-55550199", "13912345678"]),
            ("(02)2531-7099 / 0912-345-678", ["(02)2531-7099", "0912-345-678"]),
            ("021-55550199/13912345678", ["021-55550199", "13912345678"]),
            ("5555019/5555020", ["5555019", "5555020"]),
            ("+299 123456/+299 123457", ["+299 123456", "+299 123457"]),
            ("0912345678 2531709", ["0912345678", "2531709"]),
            ("021-55550199;13912345678", ["021-55550199", "13912345678"]),
            (
                "021-55550199，，１３９１２３４５６７８",
                ["021-55550199", "１３９１２３４５６７８"],
            ),
            ("021-55550199\n13912345678\n", ["021-55550199", "13912345678"]),
            ("021-55550199 13912345678", ["021-55550199", "13912345678"]),
            (
                "021-5555 0199 (021)5555 0200",
                ["021-5555 0199", "(021)5555 0200"],
            ),
            ("55550199 +44 20 7946 0958", ["55550199", "+44 20 7946 0958"]),
            (
                "021-55550199转801或13912345678",
                ["021-55550199转801", "13912345678"],
            ),
            ("+49 30 123456/+49 30 123457", ["+49 30 123456", "+49 30 123457"]),
        ] {
            assert_eq!(split(cell), parts, "{cell}");
        }
    }

    #[test]
    fn r2_2_never_cuts_a_number_in_two() {
        for cell in [
            "021-5555 0199",
            "+44 20 7946 0958",
            "02-25077801 轉 123",
            "02-2507-7801~3",
            "021/55550199",
            "+49 30/123456",
            "0086 512/55550199",
            "0086 0512 55550199",
            "+86 0512 5555 0199",
            "139 1234 5678",
            "(02) 2531-7099",
            "0086 2155/550199",
            "-",
        ] {
            assert_eq!(split(cell), [cell]);
        }
    }

    #[test]
    fn r2_2_an_empty_cell_has_no_numbers() {
        assert_eq!(split(""), Vec::<String>::new());
        assert_eq!(split(" 、\n;"), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn r2_2_parts_are_never_empty_and_lose_no_digit(cell in "[0-9０-９ 、,/+()~转a-]{0,60}") {
            let parts = split(&cell);
            prop_assert!(parts.iter().all(|part| !part.trim().is_empty()));
            let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
            prop_assert_eq!(digits(&cell), digits(&parts.concat()));
        }
    }
}
