//! How well lists are read: exports in the form of each system that people come from, made up with the faults that real
//! ones have, against their truth; or anybody's own list.
//!
//! ```sh
//! cargo xtask import-eval
//! cargo xtask import-eval --list LIST --truth TRUTH.csv    # line, field, value
//! ```
#![allow(
    clippy::indexing_slicing,
    reason = "a test program: it fails where it is wrong"
)]

mod form;
mod keys;
mod made;
mod open_document;
mod score;
mod truth;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use crmkit::{
    ImportOptions, NewPeople,
    import::{Column, plan_columns},
};
use rust_xlsxwriter::Workbook;

use form::Form;
use made::{Made, made};
use score::{Score, score};
use truth::Truth;

/// The table's headings.
const HEADINGS: &str =
    "| list | columns found | cells right | said | silently wrong | rows refused | rows invented |
|---|---|---|---|---|---|---|";

/// Of the columns that have a place here, so many are to be found.
const COLUMNS: f64 = 0.95;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("import-eval: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<bool> {
    let (mut list, mut truth, mut all) = (None, None, false);
    let mut arguments = arguments.iter();
    while let Some(option) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .map(PathBuf::from)
                .with_context(|| format!("{option} lacks its value"))
        };
        match option.as_str() {
            "--list" => list = Some(value()?),
            "--truth" => truth = Some(value()?),
            "--all" => all = true,
            _ => bail!("no option {option}: --list FILE --truth FILE, --all"),
        }
    }
    match (list, truth) {
        (Some(list), Some(truth)) => {
            let score = score(&list, &Truth::read(&truth)?, options(), false)?;
            tell("cells", &score, true);
            println!("{HEADINGS}\n{}", line_of("list", None, &score));
            Ok(score.wrong.is_empty())
        }
        (None, None) => forms(all),
        _ => bail!("a list is read against its truth: --list FILE --truth FILE"),
    }
}

/// How every list is read: what foreign ones lack is given.
fn options() -> ImportOptions {
    let defaults = [("industry", "other"), ("source", "other")];
    ImportOptions {
        defaults: defaults
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into(),
        new_people: Some(NewPeople::Importer),
        phone_required: Some(false),
        ..ImportOptions::default()
    }
}

/// Every system's lists; whether no cell is silently wrong, no row refused or invented, and enough columns are found.
fn forms(all: bool) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let (mut columns, mut of, mut is_good) = (0, 0, true);
    println!("{HEADINGS}");
    for form in Form::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("forms"))? {
        let found = found(&form)?;
        let made = made(&form);
        let path = write(folder.path(), &form, &made)?;
        let score = score(
            &path,
            &truth_of(made.truth, &form, &found),
            options(),
            form.is_book(),
        )?;
        let right = found.values().filter(|found| **found).count();
        columns += right;
        of += found.len();
        is_good &= score.wrong.is_empty() && score.refused.is_empty() && score.invented.is_empty();
        println!("{}", line_of(&form.name, Some((right, found.len())), &score));
        let missed: Vec<&String> = found
            .iter()
            .filter(|(_, found)| !**found)
            .map(|(heading, _)| heading)
            .collect();
        if all && !missed.is_empty() {
            println!("  not found: {missed:?}");
        }
        tell(&form.name, &score, all);
    }
    let keys = keys::ambiguous()?;
    println!("| a key that two customers have | – | {keys} |");
    is_good &= keys == keys::REFUSED;
    let share = columns as f64 / of as f64;
    println!(
        "\n{columns} of {of} columns found ({:.1} %; {:.0} % asked for)",
        share * 100.0,
        COLUMNS * 100.0
    );
    Ok(is_good && share >= COLUMNS)
}

/// The columns that have a place here, and whether each is found: as its field, or in another column of the same field, which wins.
fn found(form: &Form) -> Result<BTreeMap<String, bool>> {
    let headings: Vec<String> = form.columns.iter().map(|(heading, _)| heading.clone()).collect();
    let plan = plan_columns(&headings, &options())
        .map_err(|problems| anyhow::anyhow!("{}: {problems:?}", form.name))?;
    let names: Vec<String> = plan
        .columns
        .iter()
        .map(|column| column.as_ref().map_or_else(String::new, Column::name))
        .collect();
    let columns = form.columns.iter().zip(&names);
    let found = columns.filter_map(|((heading, field), name)| {
        let field = field.as_deref()?;
        let is_found =
            is_field(name, field) || name.is_empty() && names.iter().any(|name| is_field(name, field));
        Some((heading.clone(), is_found))
    });
    Ok(found.collect())
}

/// Whether a column is a field's: a customer's e-mail address may be its contact's.
fn is_field(name: &str, field: &str) -> bool {
    let emails = ["extra.email", "contact.email"];
    name == field || emails.contains(&name) && emails.contains(&field)
}

/// The truth of the columns that were found; the others are named in the report.
fn truth_of(mut truth: Truth, form: &Form, found: &BTreeMap<String, bool>) -> Truth {
    let is_found = |field: &str| {
        let mut columns = form
            .columns
            .iter()
            .filter(|(_, there)| there.as_deref() == Some(field));
        columns.any(|(heading, _)| found.get(heading).is_some_and(|found| *found))
    };
    truth.cells.retain(|cell| is_found(&cell.field));
    truth
}

/// Writes a list as its system does.
fn write(folder: &Path, form: &Form, made: &Made) -> Result<PathBuf> {
    let (first, second) = made.rows.split_at(made.second);
    // Instructions come first in many of them, and what is no list of customers behind.
    let sheets: [(&str, &[Vec<String>]); 4] = [
        (score::UNREAD[0], &[vec!["请按说明填写".to_owned()]]),
        ("客户", first),
        ("客户2", second),
        (
            score::UNREAD[1],
            &[
                vec!["产品".to_owned(), "单价".to_owned()],
                vec!["滤芯".to_owned(), "20".to_owned()],
            ],
        ),
    ];
    if form.is_xlsx() {
        let path = folder.join(format!("{}.xlsx", form.name));
        let mut book = Workbook::new();
        for (name, rows) in sheets {
            let sheet = book.add_worksheet().set_name(name)?;
            for (row, cells) in rows.iter().enumerate() {
                for (column, cell) in cells.iter().enumerate() {
                    sheet.write_string(u32::try_from(row)?, u16::try_from(column)?, cell)?;
                }
            }
        }
        book.save(&path)?;
        return Ok(path);
    }
    if form.is_old() {
        // As another program saves it again.
        let path = folder.join(format!("{}.ods", form.name));
        fs::write(&path, open_document::written(&sheets)?)?;
        return Ok(path);
    }
    let path = folder.join(format!("{}.csv", form.name));
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in &made.rows {
        writer.write_record(row)?;
    }
    let text = String::from_utf8(writer.into_inner()?)?;
    let bytes = match form.about.contains("GB2312") {
        true => encoding_rs::GB18030.encode(&text).0.into_owned(),
        false => text.into_bytes(),
    };
    fs::write(&path, bytes)?;
    Ok(path)
}

fn line_of(name: &str, columns: Option<(usize, usize)>, score: &Score) -> String {
    let columns = columns.map_or_else(|| "–".to_owned(), |(found, of)| format!("{found} of {of}"));
    format!(
        "| {name} | {columns} | {} of {} | {} | {} | {} | {} |",
        score.right,
        score.cells,
        score.said,
        score.wrong.len(),
        score.refused.len(),
        score.invented.len()
    )
}

fn tell(name: &str, score: &Score, all: bool) {
    let most = if all { usize::MAX } else { 5 };
    for (what, lines) in [
        ("silently wrong", &score.wrong),
        ("refused", &score.refused),
        ("invented", &score.invented),
    ] {
        for line in lines.iter().take(most) {
            eprintln!("  {name}, {what}: {line}");
        }
    }
}
