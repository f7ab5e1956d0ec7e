//! What is shown: texts in the language asked for, and a reader who may have gone away.

use std::io::{self, IsTerminal, Write};

use crmkit::Error;
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

/// Why the example stops.
pub(crate) enum Stop {
    /// Something went wrong.
    Failed(Error),
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

pub(crate) type Shown = Result<(), Stop>;

pub(crate) fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

/// How far something has come, on a terminal.
pub(crate) fn draw(done: u64, total: u64, so_far: &str) -> io::Result<()> {
    let mut out = io::stdout();
    if !out.is_terminal() {
        return Ok(());
    }
    let filled = (done * 30).checked_div(total).unwrap_or(30).min(30) as usize;
    let (full, empty) = ("█".repeat(filled), "░".repeat(30 - filled));
    write!(out, "\r[{full}{empty}] {so_far} ")?;
    if done == total {
        writeln!(out)?;
    }
    out.flush()
}

/// A text as wide as a column: Chinese characters take two places.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        if shown.width() + c.width().unwrap_or(0) > width {
            break;
        }
        shown.push(c);
    }
    let missing = width.saturating_sub(shown.width());
    shown + &" ".repeat(missing)
}
