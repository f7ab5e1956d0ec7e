//! Reports as a notebook shows them.

use std::sync::atomic::{AtomicBool, Ordering};

use crm_core::python::{Arg, taken};
use crmkit::{BusinessZone, Language, Report, draw, model::fields, report::ReportTable, report::Tabular};
use pyo3::prelude::*;

/// Whether the database that was opened last speaks English: a report is not any database's, and a notebook does not ask.
static ENGLISH: AtomicBool = AtomicBool::new(false);

/// A database was opened in this language.
pub(crate) fn opened_in(language: Language) {
    ENGLISH.store(language == Language::En, Ordering::Relaxed);
}

fn language() -> Language {
    match ENGLISH.load(Ordering::Relaxed) {
        true => Language::En,
        false => Language::Zh,
    }
}

fn table(py: Python<'_>, report: Arg<Report>, asked: Option<Arg<Language>>) -> PyResult<ReportTable> {
    let language = taken(py, asked, fields::LANGUAGE)?.unwrap_or_else(language);
    // Nothing that is drawn bears a time of day.
    Ok(taken(py, report, fields::REPORT)?.table(language, BusinessZone::default()))
}

/// A report drawn as SVG, as a notebook shows it; in the language of the database that was opened last, unless one is given.
#[pyfunction]
#[pyo3(signature = (report, *, language=None))]
pub(crate) fn report_svg(
    py: Python<'_>,
    report: Arg<Report>,
    language: Option<Arg<Language>>,
) -> PyResult<String> {
    Ok(draw(&table(py, report, language)?))
}

/// A report as a piece of HTML, drawn and as a table, as a notebook shows it; in the language of the database that was opened last,
/// unless one is given.
#[pyfunction]
#[pyo3(signature = (report, *, language=None))]
pub(crate) fn report_html(
    py: Python<'_>,
    report: Arg<Report>,
    language: Option<Arg<Language>>,
) -> PyResult<String> {
    let table = table(py, report, language)?;
    let mut html = format!("<figure>{}</figure>\n<table>\n<thead>", draw(&table));
    let headings = table.columns.iter().map(|column| column.label.as_str());
    row(&mut html, "th", headings.map(str::to_owned));
    html.push_str("</thead>\n<tbody>\n");
    for cells in table.rows.iter().chain(&table.total) {
        row(
            &mut html,
            "td",
            cells.iter().map(crmkit::report::ReportCell::text),
        );
    }
    html.push_str("</tbody>\n</table>\n");
    for note in &table.notes {
        html += &format!("<p>{}</p>\n", escaped(note));
    }
    Ok(html)
}

fn row(html: &mut String, tag: &str, cells: impl Iterator<Item = String>) {
    html.push_str("<tr>");
    for cell in cells {
        *html += &format!("<{tag}>{}</{tag}>", escaped(&cell));
    }
    html.push_str("</tr>\n");
}

/// A text as HTML has it: names are others' words.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
