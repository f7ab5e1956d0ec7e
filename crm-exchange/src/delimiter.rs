//! What stands between the cells of a CSV file, where the caller does not say.

use crm_core::import::is_heading;
use memchr::memchr_iter;

/// In the order of preference where two fit equally well.
const CANDIDATES: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Lines that are looked at: enough to tell, and a matter of microseconds.
const LINES: usize = 50;
/// Lines of which one may hold the headings, and cells of each that are looked at: words have to be looked up.
const HEADING_LINES: usize = 20;
const HEADINGS: usize = 100;
/// The longest heading, in bytes.
const HEADING: usize = 100;

/// Finds the delimiter by which a line is one of headings, as nothing else tells where titles stand above them; or else the
/// one that cuts the first lines of `text` into equally many cells, and most of them.
pub(crate) fn find(text: &[u8]) -> u8 {
    let known = CANDIDATES.map(|candidate| {
        let lines = lines(text).take(HEADING_LINES);
        let known = lines.fold(0, |most, line| most.max(headings(line, candidate, most)));
        (known, candidate)
    });
    let most = known.iter().map(|(known, _)| *known).max().unwrap_or_default();
    if most > 1
        && let Some((_, delimiter)) = known.iter().find(|(known, _)| *known == most)
    {
        return *delimiter;
    }
    let mut best = (0, 0, b',');
    for candidate in CANDIDATES {
        let mut lines = lines(text).map(|line| count(line, candidate));
        let Some(heading) = lines.next().filter(|&cells| cells > 0) else {
            continue;
        };
        let alike = lines.filter(|&cells| cells == heading).count();
        if (alike, heading) > (best.0, best.1) {
            best = (alike, heading, candidate);
        }
    }
    best.2
}

/// The first lines of `text` that are not blank. A line that a quoted cell breaks counts as two, and fits no delimiter.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n' || byte == b'\r')
        .filter(|line| !line.trim_ascii().is_empty())
        .take(LINES)
}

/// Delimiters of a line outside quotes.
fn count(line: &[u8], delimiter: u8) -> usize {
    line.split(|&byte| byte == b'"')
        .step_by(2)
        .map(|outside| memchr_iter(delimiter, outside).count())
        .sum()
}

/// How many cells of a line are headings somewhere, if there are several, and if they can be more than `most`: words have to be
/// looked up.
fn headings(line: &[u8], delimiter: u8, most: usize) -> usize {
    let delimiters = memchr_iter(delimiter, line).count();
    if delimiters == 0 || delimiters < most {
        return 0;
    }
    let cells = line.split(|&byte| byte == delimiter).take(HEADINGS);
    let known = cells.filter(|cell| {
        let cell = cell.trim_ascii();
        let quoted = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\""));
        let cell = quoted.unwrap_or(cell);
        cell.len() <= HEADING
            && std::str::from_utf8(cell).is_ok_and(|cell| !cell.is_empty() && is_heading(cell))
    });
    known.count()
}

/// The delimiter that a first line of the form `sep=;` names, and the line's length: Excel's own way to say it.
pub(crate) fn declared(text: &[u8]) -> Option<(u8, usize)> {
    let (&delimiter, after) = text.strip_prefix(b"sep=")?.split_first()?;
    let end = match after {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    is_possible(delimiter).then_some((delimiter, 5 + end))
}

/// Whether cells can be told apart by `delimiter`.
pub(crate) fn is_possible(delimiter: u8) -> bool {
    delimiter.is_ascii() && !matches!(delimiter, b'"' | b'\n' | b'\r' | 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_tell() {
        assert_eq!(find(b"a,b\n1,2\n"), b',');
        assert_eq!(find(b"a;b\n1,5;2\n1,6;3\n"), b';');
        assert_eq!(find(b"a\tb,c\n1\t2\n3\t4\n"), b'\t');
        assert_eq!(find(b"a|b\r\n\r\n1|2\r\n"), b'|');
        assert_eq!(find(b"\"a;b;c\",d\n1,2\n"), b',');
        assert_eq!(find(b"\"a;b;c\",d\n\"1;2;3\",4\n"), b',');
        assert_eq!(find(b"alone\n1\n"), b',');
        assert_eq!(find(b"a;b"), b';');
        assert_eq!(find(b""), b',');
    }

    #[test]
    fn r9_5_headings_below_a_title_tell() {
        let table = |delimiter: &str| {
            format!(
                "客户资料,2024\n导出人，张三\n客户名称{delimiter}\"电话\"{delimiter}等级\n甲{delimiter}1{delimiter}a,b,c\n"
            )
        };
        for delimiter in [",", "\t", ";", "|"] {
            assert_eq!(find(table(delimiter).as_bytes()), delimiter.as_bytes()[0]);
        }
    }

    #[test]
    fn excel_may_say_it() {
        assert_eq!(declared(b"sep=;\r\na;b"), Some((b';', 7)));
        assert_eq!(declared(b"sep=|\na"), Some((b'|', 6)));
        assert_eq!(declared(b"sep=,x"), None);
        assert_eq!(declared(b"sep=\n\n"), None);
        assert_eq!(declared(b"name"), None);
    }
}
