//! Reports as a PDF document (R7.6), by `krilla`.

mod draw;
mod fonts;
mod layout;

use std::{
    collections::BTreeSet,
    fmt,
    io::{self, Write},
};

use crm_core::{Language, report::ReportTable};

pub use self::fonts::Fonts;
use self::{draw::document, fonts::Setter, layout::Layout};
use super::picture::{drawn, text::one_line};

/// Why there is no document.
#[derive(Debug)]
#[non_exhaustive]
pub enum PdfError {
    /// No font has these letters: the first of them.
    NoGlyphs {
        /// The letters.
        letters: String,
    },
    /// There is nothing to write.
    NoReports,
    /// What was given is no font.
    NoFont,
    /// A font may not be put into documents, or cannot be.
    NotEmbeddable(String),
    /// Where it goes to cannot be written.
    Io(io::Error),
}

impl PdfError {
    /// What is wrong, and what helps.
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::NoGlyphs { letters }, Language::Zh) => format!(
                "没有字体能显示“{letters}”。请安装中文字体，如 Noto Sans CJK SC（思源黑体），或指定字体文件。"
            ),
            (Self::NoGlyphs { letters }, Language::En) => format!(
                "no font has “{letters}”: install one that does, such as Noto Sans CJK SC (fonts-noto-cjk), or give a font file"
            ),
            (Self::NoReports, Language::Zh) => "没有可写入的报表。".to_owned(),
            (Self::NoReports, Language::En) => "there is no report to write".to_owned(),
            (Self::NoFont, Language::Zh) => "所给文件不是 TrueType 或 OpenType 字体。".to_owned(),
            (Self::NoFont, Language::En) => "what was given is no TrueType or OpenType font".to_owned(),
            (Self::NotEmbeddable(what), Language::Zh) => format!("字体不能嵌入文档：{what}"),
            (Self::NotEmbeddable(what), Language::En) => {
                format!("a font cannot be put into a document: {what}")
            }
            (Self::Io(error), Language::Zh) => format!("无法写入文件：{error}"),
            (Self::Io(error), Language::En) => format!("cannot be written: {error}"),
        }
    }
}

impl fmt::Display for PdfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

impl std::error::Error for PdfError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// Writes reports as a PDF document, each from a page of its own: what it is about, its picture, its table with the headings on every
/// page, the notes. The document is tagged, so that it can be read aloud (PDF/UA-1), and brings what it needs of its fonts.
///
/// # Errors
/// [`PdfError::NoGlyphs`] when no font has a letter: nothing is shown as a box. When there is no report, when a font may not be put into documents, and when `to` cannot be
/// written.
pub fn pdf(
    reports: &[ReportTable],
    language: Language,
    fonts: &Fonts,
    mut to: impl Write,
) -> Result<(), PdfError> {
    let loaded = fonts.with(&letters(reports))?;
    if reports.is_empty() {
        return Err(PdfError::NoReports);
    }
    let setter = Setter::new(&loaded);
    let mut layout = Layout::new(&setter);
    for report in reports {
        layout.report(report);
    }
    let bytes = document(layout.finish(), reports, language, &setter)?;
    to.write_all(&bytes)
        .and_then(|()| to.flush())
        .map_err(PdfError::Io)
}

/// A text as it is set: in one line, without what has no shape.
fn plain(text: &str) -> String {
    one_line(text).replace(
        |letter: char| {
            matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        },
        "",
    )
}

/// Every letter that is to be set.
fn letters(reports: &[ReportTable]) -> BTreeSet<char> {
    let mut letters: BTreeSet<char> = "0123456789,.%/ —…·:-".chars().collect();
    let mut add = |text: &str| letters.extend(plain(text).chars());
    for report in reports {
        add(&report.title);
        add(&drawn(report));
        for (what, text) in &report.about {
            add(what);
            add(text);
        }
        for column in &report.columns {
            add(&column.label);
        }
        for cell in report.rows.iter().chain(&report.total).flatten() {
            add(&cell.text());
        }
        for note in &report.notes {
            add(note);
        }
    }
    letters
}
