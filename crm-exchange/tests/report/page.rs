use crm_core::{
    Language, Rate,
    report::{ChartKind, ReportCell, ReportTable},
};
use crm_exchange::report::page;

use super::{
    sample,
    xml::{self, Node},
};

/// The page's one element, read as XML: it is both.
fn parsed(reports: &[ReportTable], language: Language) -> (String, Node) {
    let text = page(reports, language);
    let body = text.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let node = xml::parse(body);
    (text, node)
}

#[test]
fn r7_6_a_page_has_a_picture_and_a_table_a_report() {
    for language in [Language::Zh, Language::En] {
        let reports = sample::all(language);
        let (_, page) = parsed(&reports, language);
        let lang = if language == Language::Zh { "zh-CN" } else { "en" };
        assert_eq!(page.attribute("lang"), Some(lang));
        let titles: Vec<&str> = reports.iter().map(|report| report.title.as_str()).collect();
        assert_eq!(page.texts("h2"), titles);
        assert_eq!(page.texts("caption"), titles);
        assert_eq!(page.all("svg").len(), reports.len());
        for (table, report) in page.all("table").into_iter().zip(&reports) {
            let headings = table.all("thead")[0].texts("button");
            let labels: Vec<&str> = report.columns.iter().map(|column| &*column.label).collect();
            assert_eq!(headings, labels);
            for heading in table.all("thead")[0].all("th") {
                assert_eq!(heading.attribute("scope"), Some("col"));
            }
            let rows = table.all("tbody")[0].all("tr");
            assert_eq!(rows.len(), report.rows.len());
            for (row, cells) in rows.iter().zip(&report.rows) {
                let found: Vec<String> = row.children.iter().map(Node::whole_text).collect();
                assert_eq!(found, cells.iter().map(ReportCell::text).collect::<Vec<_>>());
                assert_eq!(row.children[0].attribute("scope"), Some("row"));
            }
            assert_eq!(!table.all("tfoot").is_empty(), report.total.is_some());
        }
    }
}

#[test]
fn r7_6_what_all_reports_are_about_stands_above_them_once() {
    let mut reports = sample::all(Language::Zh);
    let (_, page) = parsed(&reports, Language::Zh);
    assert_eq!(page.all("dl").len(), 1);
    assert!(page.texts("title")[0].contains("2024Q2"));
    reports[1].about[1].1 = "张敏".into();
    let (_, page) = parsed(&reports, Language::Zh);
    assert_eq!(
        page.all("header")[0].texts("dt"),
        ["统计期间", "查询人", "生成时间"]
    );
    assert_eq!(page.all("section")[1].texts("dd"), ["张敏"]);
}

#[test]
fn r7_6_every_name_in_a_page_is_there_once_and_what_is_referred_to_is_there() {
    let (_, page) = parsed(&sample::all(Language::En), Language::En);
    let mut ids = Vec::new();
    let mut referred = Vec::new();
    fn walk(node: &Node, ids: &mut Vec<String>, referred: &mut Vec<String>) {
        ids.extend(node.attribute("id").map(str::to_owned));
        let labelled = node.attribute("aria-labelledby").unwrap_or_default();
        referred.extend(labelled.split_whitespace().map(str::to_owned));
        let link = node
            .attribute("href")
            .map(|link| link.strip_prefix('#').unwrap().to_owned());
        referred.extend(link);
        for child in &node.children {
            walk(child, ids, referred);
        }
    }
    walk(&page, &mut ids, &mut referred);
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "{ids:?}");
    assert!(
        referred.len() >= 20 && referred.iter().all(|id| ids.contains(id)),
        "{referred:?}"
    );
}

#[test]
fn r7_6_nothing_of_a_page_comes_from_elsewhere() {
    let (text, page) = parsed(&sample::all(Language::Zh), Language::Zh);
    let without_policy = text.replacen("http-equiv", "", 1);
    for trace in [
        "http", "//", "url(", "@import", "src=", "srcset", "<link", "<iframe", "style=\"", "onclick",
    ] {
        assert!(!without_policy.contains(trace), "{trace}");
    }
    let policy = page
        .all("meta")
        .into_iter()
        .find(|meta| meta.attribute("http-equiv") == Some("Content-Security-Policy"))
        .and_then(|meta| meta.attribute("content"))
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    // The hashes are those of what stands in the page, to the letter.
    for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
        let open = format!("<{element}>");
        assert_eq!(text.matches(&open).count(), 1);
        let inner = text.split_once(&open).unwrap().1;
        let inner = inner.split_once(&format!("</{element}>")).unwrap().0;
        assert!(!inner.contains(['<', '&', '\r']), "{element}");
        let hash = policy.split_once(&format!("{directive} 'sha256-")).unwrap().1;
        let hash = hash.split_once('\'').unwrap().0;
        assert_eq!(hash.len(), 44, "{hash}");
        assert_eq!(unbase64(hash), sha2::Sha256::digest(inner).to_vec());
    }
}

use sha2::Digest;

fn unbase64(text: &str) -> Vec<u8> {
    let digit = |c: char| match c {
        'A'..='Z' => c as u32 - 'A' as u32,
        'a'..='z' => c as u32 - 'a' as u32 + 26,
        '0'..='9' => c as u32 - '0' as u32 + 52,
        '+' => 62,
        _ => 63,
    };
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for c in text.trim_end_matches('=').chars() {
        bits = bits << 6 | digit(c);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

#[test]
fn r7_6_a_page_is_sorted_by_the_numbers_and_not_by_what_is_shown() {
    let rows = vec![
        ("a".to_owned(), ReportCell::Count(1_000)),
        ("b".to_owned(), ReportCell::Rate(Rate::of(2, 3))),
        ("c".to_owned(), ReportCell::Nothing),
    ];
    let (_, page) = parsed(&[sample::plain(ChartKind::Bars, rows)], Language::En);
    let keys: Vec<&str> = page
        .all("td")
        .into_iter()
        .map(|cell| cell.attribute("data-number").unwrap())
        .collect();
    assert_eq!(keys[0], "1000");
    assert!(keys[1].starts_with("0.666"));
    assert_eq!(keys[2], "");
}

#[test]
fn r7_6_no_text_of_a_page_is_markup() {
    let evil = "</td></title><script>alert(1)</script><img src=x onerror=\"y\">&'\u{0}";
    let mut report = sample::plain(
        ChartKind::Donut,
        vec![(evil.to_owned(), ReportCell::Text(evil.into()))],
    );
    report.title = evil.into();
    report.about = vec![(evil.into(), evil.into())];
    report.notes = vec![evil.into()];
    report.columns[0].label = evil.into();
    report.total = Some(vec![ReportCell::Text(evil.into()), ReportCell::Count(1)]);
    let (text, page) = parsed(&[report.clone(), report], Language::Zh);
    assert_eq!(page.all("script").len(), 1);
    assert!(page.all("img").is_empty() && text.matches("<script").count() == 1);
    let shown = evil.replace('\0', "\u{fffd}");
    assert_eq!(page.texts("h2"), [&*shown, &*shown]);
    assert_eq!(page.texts("caption")[0], shown);
}

#[test]
fn r7_6_a_page_without_reports_says_so() {
    let (_, page) = parsed(&[], Language::En);
    assert_eq!(page.texts("p"), ["—"]);
}
