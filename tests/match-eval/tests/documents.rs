//! What docs/matching.md says is what the code does.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

use std::{env, fs, path::PathBuf};

use crm_match_eval::picture::{self, Grown, Reported};
use crmkit::{
    CustomerKind::Enterprise,
    Language,
    matching::{NameParts, Subject, Thresholds, Weights, likeness},
};

fn document(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name)
}

/// The cells of the rows of the table under a heading.
fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let rows = text.lines().skip_while(|line| !line.starts_with(heading)).skip(2);
    let cells = |line: &str| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    rows.take_while(|line| line.starts_with('|')).map(cells).collect()
}

fn said(a: &str, b: &str) -> Vec<String> {
    let subject = |name: &str| Subject {
        name: NameParts::of(name, Enterprise),
        kind: Enterprise,
        phones: Vec::new(),
        aliases: Vec::new(),
        registrations: Vec::new(),
    };
    let (one, other) = (subject(a), subject(b));
    let names = likeness(&one.name, &other.name, Weights::shipped());
    let (reason, band) = match one.compare(&other, |_| 0, Thresholds::default()) {
        Some(found) => (
            found.reasons[0].label(Language::En),
            found.band.label(Language::En),
        ),
        None => ("", "not listed"),
    };
    vec![
        a.to_owned(),
        b.to_owned(),
        format!("{:.1}", names.bits),
        reason.to_owned(),
        band.to_owned(),
    ]
}

#[test]
fn r6_1_the_examples_are_what_the_code_says() {
    let text = fs::read_to_string(document("matching.md")).unwrap();
    let rows = table(&text, "| a | b | bits |");
    let expected: Vec<Vec<String>> = rows.iter().map(|row| said(&row[0], &row[1])).collect();
    let print = |rows: &[Vec<String>]| {
        rows.iter()
            .map(|row| format!("| {} |\n", row.join(" | ")))
            .collect::<String>()
    };
    assert!(rows.len() > 9);
    assert_eq!(print(&rows), print(&expected));
}

#[test]
fn r6_1_the_parts_of_names_are_what_the_code_says() {
    let text = fs::read_to_string(document("matching.md")).unwrap();
    let rows = table(&text, "| name | place |");
    assert!(rows.len() > 4);
    for row in rows {
        let parts = NameParts::of(&row[0], Enterprise);
        let found = [
            &row[0],
            &parts.region,
            &parts.core,
            &parts.legal_form,
            &parts.branch,
        ];
        assert_eq!(found.map(String::as_str).as_slice(), row.as_slice());
    }
}

/// Compares a picture with what is drawn now, or with `CRMKIT_DRAW` puts that in its place.
fn is_drawn(name: &str, drawn: &str) {
    let path = document(name);
    if env::var_os("CRMKIT_DRAW").is_some() {
        fs::write(&path, drawn).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == drawn,
        "draw it anew with CRMKIT_DRAW=1"
    );
}

#[test]
fn r6_1_the_picture_shows_the_weights() {
    let weights = Weights::shipped();
    let drawn = picture::weights(weights);
    for (name, _) in weights
        .list()
        .iter()
        .filter(|(name, _)| !name.starts_with("most_"))
    {
        assert!(
            drawn.contains(&format!(">{}</text>", name.replace('_', " "))),
            "{name}"
        );
    }
    is_drawn("matching-weights.svg", &drawn);
}

#[test]
fn the_picture_of_growth_shows_what_the_table_says() {
    let text = fs::read_to_string(document("matching.md")).unwrap();
    let rows = table(&text, "| customers | first look");
    let number = |cell: &str| -> f64 {
        let digits: String = cell.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        digits.parse().unwrap()
    };
    let seen: Vec<Grown> = rows
        .iter()
        .map(|row| {
            assert!(
                row[3].ends_with(" ms") && row[4].ends_with(" ms") && row[6].ends_with(" s"),
                "{row:?}"
            );
            Grown {
                rows: number(&row[0]) as u32,
                p50: number(&row[3]) * 1e3,
                p99: number(&row[4]) * 1e3,
                search: number(&row[6]),
            }
        })
        .collect();
    is_drawn("growth.svg", &picture::growth(&seen));
}

#[test]
fn r7_the_picture_of_reports_shows_what_the_table_says() {
    let text = fs::read_to_string(document("reports.md")).unwrap();
    let rows = table(&text, "| customers | funnel");
    let milliseconds = |cell: &str| -> f64 {
        let digits = cell.strip_suffix(" ms").unwrap_or_else(|| panic!("{cell}"));
        digits.replace(',', "").parse().unwrap()
    };
    let seen: Vec<Reported> = rows
        .iter()
        .map(|row| Reported {
            rows: row[0].replace(',', "").parse().unwrap(),
            funnel: milliseconds(&row[1]),
            duckdb: milliseconds(&row[2]),
            sources: milliseconds(&row[3]),
            performance: milliseconds(&row[4]),
            month: milliseconds(&row[5]),
        })
        .collect();
    is_drawn("reports-growth.svg", &picture::reports(&seen));
}
