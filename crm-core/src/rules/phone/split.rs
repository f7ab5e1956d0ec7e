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
    let mut part = Part::default();
    let mut ahead = Ahead::of(cell);
    for (at, c) in cell.char_indices() {
        let next = at + c.len_utf8();
        ahead.pass(c);
        if part.ends_at(c, &mut ahead, cell, next) {
            keep(&mut parts, cell.get(part.from..at).unwrap_or_default());
            part = Part {
                from: next,
                ..Part::default()
            };
        } else {
            part.grow(c);
        }
    }
    keep(&mut parts, cell.get(part.from..).unwrap_or_default());
    parts
}

fn keep(parts: &mut Vec<String>, part: &str) {
    let part = part.trim();
    if !part.is_empty() {
        parts.push(part.to_owned());
    }
}

/// What has been seen of a number since it began. Everything here is counted on, character by character: a cell of a
/// megabyte is cut in the time that it takes to read it.
#[derive(Default)]
struct Part {
    from: usize,
    digits: usize,
    /// Its first two characters that are not blank.
    start: [Option<char>; 2],
}

impl Part {
    fn grow(&mut self, c: char) {
        self.digits += usize::from(is_digit(c));
        match self.start {
            [None, _] if c.is_whitespace() => {}
            [None, _] => self.start = [Some(c), None],
            [first, None] => self.start = [first, Some(c)],
            _ => {}
        }
    }

    fn is_abroad(&self) -> bool {
        matches!(self.start, [Some('+' | '＋'), _] | [Some('0'), Some('0')])
    }

    /// Whether `c`, behind which the cell goes on at `next`, stands between two numbers.
    fn ends_at(&self, c: char, ahead: &mut Ahead, cell: &str, next: usize) -> bool {
        match fold(c) {
            '\n' | '\r' | ',' | ';' | '|' | '&' | '、' | '､' | '﹑' | '或' | '和' | '及' | '与' | '與' => {
                true
            }
            '/' | '\\' => {
                let shortest = if self.is_abroad() {
                    SHORTEST_ABROAD
                } else {
                    SHORTEST
                };
                self.digits >= shortest
            }
            blank if blank.is_whitespace() => match ahead.first(cell, next).map(fold) {
                Some('+') => self.digits >= SHORTEST,
                Some('0'..='9' | '(' | '[') => {
                    self.digits >= SHORTEST_BEFORE_SPACE && ahead.digits >= SHORTEST
                }
                _ => false,
            },
            _ => false,
        }
    }
}

/// What is ahead in a cell.
struct Ahead {
    digits: usize,
    /// Where the next character that is not blank stands, and which it is, if it has been looked for.
    word: Option<(usize, Option<char>)>,
}

impl Ahead {
    fn of(cell: &str) -> Self {
        Self {
            digits: cell.chars().filter(|&c| is_digit(c)).count(),
            word: None,
        }
    }

    fn pass(&mut self, c: char) {
        self.digits -= usize::from(is_digit(c));
    }

    /// The first character from `next` on that is not blank. A run of blanks is looked through once.
    fn first(&mut self, cell: &str, next: usize) -> Option<char> {
        if let Some((_, first)) = self.word.filter(|(at, _)| *at >= next) {
            return first;
        }
        let rest = cell.get(next..).unwrap_or_default().trim_start();
        let first = rest.chars().next();
        self.word = Some((cell.len() - rest.len(), first));
        first
    }
}

fn is_digit(c: char) -> bool {
    fold(c).is_ascii_digit()
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

    #[test]
    fn r2_2_a_long_cell_is_cut_without_going_through_it_for_every_character() {
        // Were it quadratic, this would not end.
        for cell in [
            " ".repeat(1_000_000),
            format!("{}0", "( ".repeat(500_000)),
            format!("0912345678 {}", "( ".repeat(500_000)),
            format!("{}{}", " ".repeat(500_000), "/".repeat(500_000)),
            "13912345678 ".repeat(80_000),
            "1 ".repeat(500_000),
        ] {
            split(&cell);
        }
    }

    /// How it was first written: plainly, and in time by the square of the cell.
    fn plainly(cell: &str) -> Vec<String> {
        use super::{SHORTEST, SHORTEST_ABROAD, SHORTEST_BEFORE_SPACE, fold};

        let count = |text: &str| text.chars().filter(|&c| fold(c).is_ascii_digit()).count();
        let divides = |c: char, before: &str, after: &str| match fold(c) {
            '\n' | '\r' | ',' | ';' | '|' | '&' | '、' | '､' | '﹑' | '或' | '和' | '及' | '与' | '與' => {
                true
            }
            '/' | '\\' => {
                let before = before.trim_start();
                let abroad = before.starts_with(['+', '＋']) || before.starts_with("00");
                count(before) >= if abroad { SHORTEST_ABROAD } else { SHORTEST }
            }
            blank if blank.is_whitespace() => match after.trim_start().chars().next().map(fold) {
                Some('+') => count(before) >= SHORTEST,
                Some('0'..='9' | '(' | '[') => {
                    count(before) >= SHORTEST_BEFORE_SPACE && count(after) >= SHORTEST
                }
                _ => false,
            },
            _ => false,
        };
        let (mut parts, mut from) = (Vec::new(), 0);
        for (at, c) in cell.char_indices() {
            let next = at + c.len_utf8();
            if divides(c, &cell[from..at], &cell[next..]) {
                parts.push(cell[from..at].trim().to_owned());
                from = next;
            }
        }
        parts.push(cell[from..].trim().to_owned());
        parts.retain(|part| !part.is_empty());
        parts
    }

    proptest! {
        #[test]
        fn r2_2_counting_on_cuts_as_looking_back_does(cell in "([0-9０-９]{1,12}|[ 　\u{200b}]{1,3}|[、,/+＋()\\[~转a-]|00){0,20}") {
            prop_assert_eq!(split(&cell), plainly(&cell));
        }

        #[test]
        fn r2_2_parts_are_never_empty_and_lose_no_digit(cell in "[0-9０-９ 、,/+()~转a-]{0,60}") {
            let parts = split(&cell);
            prop_assert!(parts.iter().all(|part| !part.trim().is_empty()));
            let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
            prop_assert_eq!(digits(&cell), digits(&parts.concat()));
        }
    }
}
