//! What is shown: texts in the language asked for, tables, JSON, progress, and a reader who may have gone away.

use std::io::{self, IsTerminal, Write};

use crmkit::{Error, Language};
use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text in the language asked for.
macro_rules! say {
    ($language:expr, $zh:literal, $en:literal $(, $value:expr)* $(,)?) => {
        match $language {
            crmkit::Language::Zh => format!($zh $(, $value)*),
            crmkit::Language::En => format!($en $(, $value)*),
        }
    };
}

/// Shows a text in the language asked for, as a line.
macro_rules! show {
    ($($text:tt)*) => { $crate::screen::line(&say!($($text)*))? };
}

/// Why a command stops.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stop {
    /// The library refused, or failed.
    Failed(Error),
    /// The command makes no sense as it stands, and why.
    Usage(String),
    /// Done, and what was looked for is not as it should be: a log that is broken.
    Bad,
    /// Nobody reads on, as behind `| head`.
    Unread,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Failed(Error::internal(error)),
        }
    }
}

/// What a command ends with.
pub type Shown<T = ()> = Result<T, Stop>;

/// Shows a line. What customers are called is data: no character of it steers the terminal.
pub fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{}", harmless(text))
}

/// Says something that is no result, where errors go, too.
pub(crate) fn aside(text: &str) {
    // Who has closed it does not want to hear it.
    let _ = writeln!(io::stderr(), "{}", harmless(text));
}

/// A text without characters that steer a terminal.
pub(crate) fn harmless(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\t' => c,
        // Those that turn the direction of writing, too.
        c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => '\u{fffd}',
        c => c,
    };
    text.chars().map(harmless).collect()
}

/// Shows a record as JSON, in one line.
pub(crate) fn json(record: &impl Serialize) -> Shown {
    let text = serde_json::to_string(record).map_err(Error::internal)?;
    // JSON has escapes of its own for what steers a terminal.
    Ok(writeln!(io::stdout(), "{text}")?)
}

/// Shows records as JSON, one a line.
pub(crate) fn json_lines<T: Serialize>(records: &[T]) -> Shown {
    records.iter().try_for_each(json)
}

/// How far something has come; only on a terminal, and beside the results.
pub(crate) fn draw(done: u64, total: u64, so_far: &str) {
    let mut err = io::stderr();
    if !err.is_terminal() {
        return;
    }
    let filled = (done * 30).checked_div(total).unwrap_or(30).min(30) as usize;
    let (full, empty) = ("█".repeat(filled), "░".repeat(30 - filled));
    let end = if done >= total { "\n" } else { "" };
    let _ = write!(err, "\r[{full}{empty}] {so_far} {end}").and_then(|()| err.flush());
}

/// A text as wide as a column: Chinese characters take two places.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let shown = cut(text, width);
    let missing = width.saturating_sub(shown.width());
    shown + &" ".repeat(missing)
}

/// What of a text fits into so many places.
fn cut(text: &str, width: usize) -> String {
    let mut shown = String::new();
    let mut places = 0;
    for c in text.chars() {
        places += c.width().unwrap_or(0);
        if places > width {
            break;
        }
        shown.push(c);
    }
    shown
}

/// No column but the last is wider.
const WIDEST: usize = 40;

/// Shows a table: each column as wide as what stands in it, the last one as it comes.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> Shown {
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let in_one_line = |text: &String| harmless(text).replace(['\n', '\t'], " ");
    let rows: Vec<Vec<String>> = [&headings]
        .into_iter()
        .chain(rows)
        .map(|row| row.iter().map(in_one_line).collect())
        .collect();
    let last = headings.len().saturating_sub(1);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or(0).min(WIDEST)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate();
        let cells: Vec<String> = cells
            .map(|(column, (cell, &width))| match column == last {
                true => cell.clone(),
                false if cell.width() > width => padded(&(cut(cell, width - 1) + "…"), width),
                false => padded(cell, width),
            })
            .collect();
        line(cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// What stands between things that are counted up.
pub(crate) fn comma(language: Language) -> &'static str {
    match language {
        Language::Zh => "、",
        Language::En => ", ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_two_places() {
        assert_eq!(padded("上海", 6), "上海  ");
        assert_eq!(padded("上海示例", 5), "上海 ", "half a character is none");
        assert_eq!(padded("ab", 3), "ab ");
    }

    #[test]
    fn no_name_steers_the_terminal() {
        assert_eq!(
            harmless("a\u{1b}[31m\u{202e}b\r"),
            "a\u{fffd}[31m\u{fffd}b\u{fffd}"
        );
    }
}
