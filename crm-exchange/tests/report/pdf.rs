use std::io::Read;

use crm_core::{
    Language,
    report::{ChartKind, ReportCell, ReportTable},
};
use crm_exchange::report::{Fonts, PdfError, pdf};

use super::sample;

/// Letters of Droid Sans Fallback and Roboto, as many as the samples have.
fn fonts() -> Fonts {
    let chinese = include_bytes!("../fixtures/chinese.ttf");
    let latin = include_bytes!("../fixtures/latin.ttf");
    Fonts::given(latin.to_vec()).or(Fonts::given(chinese.to_vec()))
}

fn written(reports: &[ReportTable], language: Language) -> Vec<u8> {
    let mut bytes = Vec::new();
    pdf(reports, language, &fonts(), &mut bytes).unwrap();
    bytes
}

/// What the file says, its streams unpacked.
fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes;
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    while let Some(start) = find(rest, b"\nstream\n") {
        let (before, after) = rest.split_at(start + 8);
        text.push_str(&String::from_utf8_lossy(before));
        let end = find(after, b"endstream").unwrap();
        let mut plain = Vec::new();
        match flate2::read::ZlibDecoder::new(&after[..end]).read_to_end(&mut plain) {
            Ok(_) => text.push_str(&String::from_utf8_lossy(&plain)),
            Err(_) => text.push_str(&String::from_utf8_lossy(&after[..end])),
        }
        rest = &after[end..];
    }
    text.push_str(&String::from_utf8_lossy(rest));
    text
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[test]
fn r7_6_a_document_is_tagged_and_brings_its_fonts() {
    for language in [Language::Zh, Language::En] {
        let reports = sample::all(language);
        let bytes = written(&reports, language);
        assert!(bytes.starts_with(b"%PDF-1.7"));
        assert!(bytes.len() < 120_000, "fonts in part: {}", bytes.len());
        let text = unpacked(&bytes);
        let lang = if language == Language::Zh {
            "(zh-CN)"
        } else {
            "(en)"
        };
        assert!(text.contains(lang), "{lang}");
        assert!(text.contains("<pdfuaid:part>1</pdfuaid:part>"));
        assert!(count(&text, "/FontFile") >= 1);
        assert_eq!(count(&text, "/S /Figure"), reports.len());
        assert_eq!(count(&text, "/S /Table"), reports.len());
        let headings: usize = reports.iter().map(|report| report.columns.len()).sum();
        let rows: usize = reports
            .iter()
            .map(|report| report.rows.len() + report.total.iter().len())
            .sum();
        assert_eq!(
            count(&text, "/S /TH"),
            headings + rows + reports.len(),
            "and THead"
        );
    }
}

#[test]
fn r7_6_a_long_table_has_its_headings_on_every_page_and_is_read_once() {
    let rows = (0..200).map(|number| (format!("第{number}"), ReportCell::Count(number)));
    let report = sample::plain(ChartKind::Columns, rows.collect());
    let text = unpacked(&written(&[report], Language::Zh));
    let pages = count(&text, "/Type /Page\n");
    assert!((4..9).contains(&pages), "{pages}");
    // Two headings a column are read; what stands above later pages is not.
    assert_eq!(count(&text, "/Scope /Column"), 2);
    assert_eq!(count(&text, "/S /TR"), 201);
}

#[test]
fn r7_6_where_a_font_lacks_letters_there_is_no_document_but_a_word_on_what_helps() {
    let report = sample::plain(ChartKind::Bars, vec![("鱻𠮷".to_owned(), ReportCell::Count(1))]);
    let mut bytes = Vec::new();
    let error = pdf(&[report], Language::Zh, &fonts(), &mut bytes).unwrap_err();
    let PdfError::NoGlyphs { letters } = &error else {
        panic!("{error}");
    };
    assert_eq!(letters, "鱻𠮷");
    assert!(bytes.is_empty());
    assert!(error.to_string().contains("fonts-noto-cjk"), "{error}");
    assert!(error.message(Language::Zh).contains("请安装中文字体"));
    let none = pdf(&[], Language::Zh, &Fonts::given(b"no font".to_vec()), Vec::new());
    assert!(matches!(none, Err(PdfError::NoFont)));
    let none = pdf(&[], Language::Zh, &fonts(), Vec::new());
    assert!(matches!(none, Err(PdfError::NoReports)));
}

#[test]
fn r7_6_what_has_no_shape_needs_no_font() {
    let report = sample::plain(
        ChartKind::Donut,
        vec![("客\u{200b}户\u{fe0f}\n\u{202e}".to_owned(), ReportCell::Nothing)],
    );
    let mut bytes = Vec::new();
    pdf(&[report], Language::En, &fonts(), &mut bytes).unwrap();
}

#[test]
fn r7_6_the_same_reports_are_the_same_document() {
    let reports = sample::all(Language::Zh);
    assert!(written(&reports, Language::Zh) == written(&reports, Language::Zh));
}

#[test]
fn r7_6_every_picture_can_be_drawn() {
    for kind in sample::KINDS {
        for rows in [
            Vec::new(),
            vec![("客户".to_owned(), ReportCell::Nothing)],
            vec![("客户".to_owned(), ReportCell::Count(0))],
            vec![("客户".to_owned(), ReportCell::Count(u64::MAX))],
            vec![("客户".repeat(60), ReportCell::Days(f64::NAN)); 70],
        ] {
            written(&[sample::plain(kind, rows)], Language::Zh);
        }
    }
}

#[test]
fn r7_6_the_systems_fonts_do() {
    let mut bytes = Vec::new();
    match pdf(
        &sample::all(Language::Zh),
        Language::Zh,
        &Fonts::system(),
        &mut bytes,
    ) {
        Ok(()) => assert!(bytes.starts_with(b"%PDF-")),
        Err(PdfError::NoGlyphs { letters }) => println!("SKIPPED: no font here has {letters}"),
        Err(error) => panic!("{error}"),
    }
}
