//! What stands between the cells of a CSV file, where the caller does not say.

use memchr::memchr_iter;

/// In the order of preference where two fit equally well.
const CANDIDATES: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Lines that are looked at: enough to tell, and a matter of microseconds.
const LINES: usize = 50;

/// Finds the delimiter that cuts the first lines of `text` into equally many cells, and most of them.
pub(crate) fn find(text: &[u8]) -> u8 {
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
    fn excel_may_say_it() {
        assert_eq!(declared(b"sep=;\r\na;b"), Some((b';', 7)));
        assert_eq!(declared(b"sep=|\na"), Some((b'|', 6)));
        assert_eq!(declared(b"sep=,x"), None);
        assert_eq!(declared(b"sep=\n\n"), None);
        assert_eq!(declared(b"name"), None);
    }
}
