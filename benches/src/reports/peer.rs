//! DuckDB's Python package, in an environment of its own, over the same rows in its own file.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::store;

/// The peer, at the version that is known to work.
const PACKAGE: &str = "duckdb==2.0.0";

/// What it is asked.
#[derive(Serialize)]
pub(super) struct Question {
    pub(super) name: &'static str,
    pub(super) report: &'static str,
    pub(super) from: Option<i64>,
    pub(super) until: Option<i64>,
    pub(super) by: Option<i64>,
}

/// What it answers, and what that takes: the median of several times.
#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) ms: f64,
    pub(super) rows: Vec<Vec<Value>>,
}

/// Its answers, in the order of the questions. Its file is made if ours is newer.
pub(super) fn answers(ours: &Path, questions: &[Question]) -> Result<Vec<Answer>> {
    let python = python()?;
    let file = ours.with_extension("duckdb");
    let made = |path: &Path| fs::metadata(path)?.created();
    if file.exists() && made(&file)? < made(ours)? {
        fs::remove_file(&file)?;
    }
    let (asked, out) = (
        store::file("reports_asked.json")?,
        store::file("reports_peer.json")?,
    );
    fs::write(&asked, serde_json::to_string(questions)?)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reports/peer.py");
    run(Command::new(&python)
        .arg(script)
        .args([ours, &file, &asked, &out]))?;
    let mut answers: BTreeMap<String, Answer> = serde_json::from_str(&fs::read_to_string(out)?)?;
    questions
        .iter()
        .map(|question| {
            answers
                .remove(question.name)
                .context("a question without an answer")
        })
        .collect()
}

/// Python with DuckDB, made once.
fn python() -> Result<PathBuf> {
    let folder = store::file("duckdb")?;
    let python = folder.join("bin/python");
    let version = format!("import duckdb, sys; sys.exit('{PACKAGE}' != 'duckdb==' + duckdb.__version__)");
    let is_there = |python: &Path| {
        let asked = Command::new(python).args(["-c", &version]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    if !is_there(&python) {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", PACKAGE]))?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

/// Its rows as we tell ours.
pub(super) fn in_our_words(report: &str, rows: &[Vec<Value>], people: &[(i64, String)]) -> Result<Value> {
    let number = |value: &Value| -> Result<u64> {
        match value {
            Value::Null => Ok(0),
            Value::String(text) => Ok(text.parse()?),
            value => value.as_u64().context("no whole number"),
        }
    };
    let told: Vec<Value> = match report {
        "funnel" => {
            let figures = rows.first().context("no row")?;
            let at_level =
                |figure: usize, level: usize| figures.get(figure).and_then(|levels| levels.get(level));
            let levels = (0..5).map(|level| {
                let counted = |figure| at_level(figure, level).map_or(Ok(0), number);
                let middle = at_level(4, level).and_then(Value::as_f64);
                Ok(json!([
                    counted(0)?,
                    counted(1)?,
                    counted(2)?,
                    counted(3)?,
                    middle.map(|middle| (middle / 8_640_000.0).round() / 10.0)
                ]))
            });
            return levels.collect();
        }
        "forecast" => {
            let mut sums = [0; 3];
            for row in rows {
                for (sum, value) in sums.iter_mut().zip(row.iter().skip(1)) {
                    *sum += number(value)?;
                }
            }
            let [deals, expected, hundredths] = sums;
            vec![json!([deals, expected, (hundredths + 50) / 100])]
        }
        _ => rows
            .iter()
            .map(|row| {
                let (first, rest) = row.split_first().context("an empty row")?;
                let name = match first.as_i64() {
                    Some(row) => people
                        .iter()
                        .find(|(there, _)| *there == row)
                        .map(|(_, login)| json!(login)),
                    None => Some(first.clone()),
                };
                let numbers = rest.iter().map(number).map(|number| Ok(json!(number?)));
                std::iter::once(Ok(name.context("nobody")?))
                    .chain(numbers)
                    .collect()
            })
            .collect::<Result<_>>()?,
    };
    Ok(super::sorted(told.into_iter()))
}
