//! Reports as one page (R7.6).

use std::fmt::Write;

use crm_core::{
    Language,
    report::{ReportCell, ReportTable},
};
use sha2::{Digest, Sha256};

use super::{escape::Escaped, picture::drawn, svg};

/// How it looks: on a telephone, on a screen in the light and in the dark, and on paper.
const STYLE: &str = include_str!("page.css");

/// Sorts a table by the column whose heading is clicked.
const SCRIPT: &str = include_str!("page.js");

/// The reports as a page that stands alone: nothing of it comes from elsewhere, and its own policy lets nothing in. What all of them are
/// about (the period, who asked) stands above them once.
///
/// Each has its picture and its table, which is sorted by the headings; where scripts are off, it is as it was made. The page can be read
/// on a telephone, aloud, in the dark, and be printed.
pub fn page(reports: &[ReportTable], language: Language) -> String {
    let (lang, name) = match language {
        Language::Zh => ("zh-CN", "销售报表"),
        Language::En => ("en", "Sales reports"),
    };
    let title = match reports {
        [report] => report.title.as_str(),
        _ => name,
    };
    let common = common(reports);
    let when = common
        .first()
        .map_or_else(String::new, |(_, when)| format!(" · {when}"));
    let style = format!("{STYLE}{}}}", svg::dark());
    let mut page = String::new();
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; script-src '{}'; \
         base-uri 'none'; form-action 'none'\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{}{}</title>\n<style>{style}</style>\n</head>\n<body>\n\
         <header>\n<h1>{}</h1>\n",
        hash(&style),
        hash(SCRIPT),
        Escaped(title),
        Escaped(&when),
        Escaped(title),
    );
    lines(&mut page, &common);
    if reports.len() > 1 {
        contents(&mut page, reports, language);
    }
    page.push_str("</header>\n<main>\n");
    if reports.is_empty() {
        let _ = writeln!(page, "<p>{}</p>", ReportCell::Nothing.text());
    }
    for (number, report) in (1..).zip(reports) {
        section(&mut page, number, report, &common);
    }
    let _ = write!(page, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n");
    page
}

/// What is said of every report.
fn common(reports: &[ReportTable]) -> Vec<(String, String)> {
    let Some((first, others)) = reports.split_first() else {
        return Vec::new();
    };
    let of_all = |line: &&(String, String)| others.iter().all(|report| report.about.contains(line));
    first.about.iter().filter(of_all).cloned().collect()
}

fn contents(page: &mut String, reports: &[ReportTable], language: Language) {
    let name = match language {
        Language::Zh => "目录",
        Language::En => "contents",
    };
    let _ = write!(page, "<nav aria-label=\"{name}\"><ul>");
    for (number, report) in (1..).zip(reports) {
        let _ = write!(
            page,
            "<li><a href=\"#report-{number}\">{}</a></li>",
            Escaped(&report.title)
        );
    }
    page.push_str("</ul></nav>\n");
}

fn lines<'a>(page: &mut String, lines: impl IntoIterator<Item = &'a (String, String)>) {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_none() {
        return;
    }
    page.push_str("<dl>");
    for (what, text) in lines {
        let _ = write!(
            page,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            Escaped(what),
            Escaped(text)
        );
    }
    page.push_str("</dl>\n");
}

fn section(page: &mut String, number: usize, report: &ReportTable, common: &[(String, String)]) {
    let _ = writeln!(
        page,
        "<section aria-labelledby=\"report-{number}\">\n<h2 id=\"report-{number}\">{}</h2>",
        Escaped(&report.title)
    );
    lines(page, report.about.iter().filter(|line| !common.contains(line)));
    let _ = writeln!(
        page,
        "<figure>{}<figcaption>{}</figcaption></figure>",
        svg::inline(report, &format!("chart-{number}")),
        Escaped(&drawn(report))
    );
    table(page, number, report);
    if !report.notes.is_empty() {
        page.push_str("<ul class=\"notes\">");
        for note in &report.notes {
            let _ = write!(page, "<li>{}</li>", Escaped(note));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</section>\n");
}

fn table(page: &mut String, number: usize, report: &ReportTable) {
    let _ = write!(
        page,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"table-{number}\">\n<table>\n\
         <caption id=\"table-{number}\">{}</caption>\n<thead><tr>",
        Escaped(&report.title)
    );
    for (place, column) in report.columns.iter().enumerate() {
        let class = match is_number(report, place) {
            true => " class=\"number\"",
            false => "",
        };
        let _ = write!(
            page,
            "<th scope=\"col\"{class}><button type=\"button\">{}</button></th>",
            Escaped(&column.label)
        );
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in &report.rows {
        cells(page, row);
    }
    page.push_str("</tbody>\n");
    if let Some(total) = &report.total {
        page.push_str("<tfoot>\n");
        cells(page, total);
        page.push_str("</tfoot>\n");
    }
    page.push_str("</table>\n</div>\n");
}

/// Whether a column has numbers: its heading stands above them, then.
fn is_number(report: &ReportTable, place: usize) -> bool {
    let mut cells = report.rows.iter().filter_map(|row| row.get(place));
    cells.any(|cell| !matches!(cell, ReportCell::Text(_) | ReportCell::Nothing))
}

fn cells(page: &mut String, row: &[ReportCell]) {
    page.push_str("<tr>");
    for (place, cell) in row.iter().enumerate() {
        let text = cell.text();
        let text = Escaped(&text);
        let _ = match (place, cell) {
            (0, _) => write!(page, "<th scope=\"row\">{text}</th>"),
            (_, ReportCell::Text(_)) => write!(page, "<td>{text}</td>"),
            // What a column is sorted by; nothing is neither great nor small.
            _ => match cell.number() {
                Some(number) => write!(page, "<td class=\"number\" data-number=\"{number}\">{text}</td>"),
                None => write!(page, "<td class=\"number\" data-number=\"\">{text}</td>"),
            },
        };
    }
    page.push_str("</tr>\n");
}

/// By what a page's policy knows its own style and script.
fn hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text)))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let of = |place: usize| three.get(place).copied().map_or(0, u32::from);
        let bits = of(0) << 16 | of(1) << 8 | of(2);
        for digit in 0..4 {
            let six = (bits >> (18 - 6 * digit) & 63) as usize;
            let is_there = digit <= three.len();
            text.push(match DIGITS.get(six) {
                Some(digit) if is_there => char::from(*digit),
                _ => '=',
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
