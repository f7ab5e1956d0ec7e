//! The guide to lists, in both languages, names every field and every option there is, and what it shows is so.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

use crmkit::{
    DateFormat, ImportOptions, NewPeople, OnDuplicate, Region, TableOptions,
    import::{SourceError, plan_columns},
};

const GUIDES: [&str; 2] = [
    include_str!("../docs/import.md"),
    include_str!("../docs/import.zh-CN.md"),
];
const HEADINGS: &str = include_str!("../crm-core/src/import/headings.txt");
const PAST: &str = include_str!("../crm-core/src/import/past/heading.rs");
const ARGUMENTS: &str = include_str!("../crm-cli/src/list/arguments.rs");

/// The names of the fields of customers and contacts.
fn names() -> Vec<&'static str> {
    let lines = HEADINGS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.split_once(": ")?.0)).collect()
}

/// What stands in a text between these two, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = text.split(before).skip(1);
    parts.filter_map(move |part| Some(part.split_once(after)?.0))
}

#[test]
fn the_guide_names_every_field() {
    let past = between(PAST, "(Some(P::", "]")
        .filter_map(|line| line.split('"').nth(1))
        .filter(|name| name.contains('.'));
    let names: Vec<&str> = names().into_iter().chain(past).collect();
    assert!(names.len() > 80, "{names:?}");
    for guide in GUIDES {
        for name in &names {
            assert!(guide.contains(&format!("`{name}`")), "{name}");
        }
    }
}

#[test]
fn the_headings_that_the_guide_shows_are_those_of_their_fields() {
    let options = ImportOptions {
        defaults: [("industry", "other"), ("source", "other")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into(),
        phone_required: Some(false),
        ..ImportOptions::default()
    };
    for guide in GUIDES {
        let mut seen = 0;
        let rows = guide.lines().filter_map(|line| line.strip_prefix("| `"));
        for row in rows {
            let cells: Vec<&str> = row.split(" | ").collect();
            let name = cells[0].trim_end_matches('`');
            if !names().contains(&name) {
                continue;
            }
            for heading in cells[2].split(['、', ',']).map(str::trim) {
                let mut headings = vec![heading.to_owned()];
                if name != "name" {
                    headings.push("客户名称".to_owned());
                }
                let plan = plan_columns(&headings, &options).unwrap();
                let column = plan.columns[0].as_ref().map(|column| column.name());
                assert_eq!(column.as_deref(), Some(name), "{heading}");
                seen += 1;
            }
        }
        assert!(seen > 100, "{seen}");
    }
}

/// The options as the guide writes them in Rust.
#[rustfmt::skip]
fn options() -> Result<(ImportOptions, TableOptions), SourceError> {
    Ok((
        ImportOptions {
            mapping: [("Kunde".into(), "name".into()), ("Farbe".into(), "ignore".into())].into(),
            headings: [("Kunde".into(), "name".into()), ("Telefon".into(), "phones".into())].into(),
            defaults: [("industry".into(), "制造业".into()), ("source".into(), "展会".into())].into(),
            values: [("status".into(), [("跟进中".into(), "interested".into())].into())].into(),
            keep_columns: true,
            date_format: Some(DateFormat::Dmy),
            region: Region::from_code("TW"),
            phone_required: Some(false),
            owner: Some("lin".into()),
            owners: [("李强".into(), "li".into())].into(),
            new_people: Some(NewPeople::Importer),
            on_duplicate: OnDuplicate::FillBlanks,
            dry_run: true,
        },
        TableOptions {
            encoding: Some("gb18030".parse()?),
            delimiter: Some(b';'),
            sheet: Some("客户".into()),
            header_row: Some(3),
        },
    ))
}

#[test]
fn the_guide_has_every_option_as_it_is_written() {
    let (import, table) = options().unwrap();
    assert!(import.dry_run && table.header_row == Some(3));
    let source = include_str!("import_guide.rs");
    let written = between(source, "fn options()", "#[test]").next().unwrap();
    for guide in GUIDES {
        let shown: Vec<&str> = between(guide, "\nRust        ", "\n").collect();
        let own = written.lines().map(str::trim);
        let own: Vec<&str> = own
            .filter(|line| line.contains(": ") && line.ends_with(','))
            .collect();
        assert_eq!(shown, own);
        for (rust, python) in shown.iter().zip(between(guide, "\nPython      ", "\n")) {
            assert_eq!(rust.split(':').next(), python.split('=').next());
        }
        let shown: String = between(guide, "\nquickstart  ", "\n").collect();
        let elsewhere = ["outcome", "fix-list"];
        let mut seen = 0;
        let fields = between(ARGUMENTS, "pub struct ListArguments {", "\n}").flat_map(str::lines);
        for field in fields.map(|line| line.trim().trim_start_matches("pub ")) {
            let Some((name, _)) = field.split_once(": ").filter(|_| field.ends_with(',')) else {
                continue;
            };
            let option = name.replace('_', "-");
            if name.chars().all(|c| c.is_alphabetic() || c == '_') && !elsewhere.contains(&option.as_str()) {
                assert!(shown.contains(&format!("--{option}")), "{option}");
                seen += 1;
            }
        }
        assert!(seen > 15, "{seen}");
    }
}
