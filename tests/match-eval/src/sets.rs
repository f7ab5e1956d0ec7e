//! Sets that are read from files.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::{Context, Result, bail};
use crmkit::{CustomerKind, matching::fold};

use crate::record::{Record, Set};

/// People out of a file with the columns `cluster`, `name` and `number`: a number of the person's own, and not a
/// telephone's, which is what an alias is (R2.1).
///
/// # Errors
/// The file cannot be read or lacks a column.
pub fn people(set: &str, file: &Path) -> Result<Set> {
    let rows = columns(file, ["cluster", "name", "number"])?;
    let records = rows.into_iter().map(|[cluster, name, number]| {
        Ok(Record {
            cluster: cluster
                .parse()
                .with_context(|| format!("no cluster: {cluster}"))?,
            name,
            kind: CustomerKind::Individual,
            phones: Vec::new(),
            numbers: Vec::new(),
            aliases: Vec::from_iter((!number.is_empty()).then(|| fold(&number))),
            how: "",
        })
    });
    Ok(Set {
        name: set.to_owned(),
        records: records.collect::<Result<_>>()?,
        notes: Vec::new(),
    })
}

/// The pool of all names in a file of labelled pairs with the columns `a`, `b` and `same` (1 or 0), and of `others` that
/// are each a company of its own: every pair of different names is to be told apart.
///
/// What follows from the labels is the same too: a=b and b=c make a=c.
///
/// # Errors
/// The file cannot be read, lacks a column, or has another label.
pub fn pairs(set: &str, file: &Path, others: &[String]) -> Result<Set> {
    let rows = columns(file, ["a", "b", "same"])?;
    let mut pool = Pool::default();
    let mut apart = Vec::new();
    for [a, b, same] in &rows {
        let (a, b) = (pool.add(a), pool.add(b));
        match same.as_str() {
            "1" => pool.join(a, b),
            "0" => apart.push((a, b)),
            other => bail!(
                "{}: `same` is 1 or 0, not {other}; the row is {a}, {b}",
                file.display()
            ),
        }
    }
    for name in others {
        pool.add(name);
    }
    let joined = apart
        .into_iter()
        .filter(|&(a, b)| a != b && pool.root(a) == pool.root(b))
        .map(|(a, b)| {
            format!(
                "labelled 0, but 1 by what follows from other labels, and counted as 1: {} | {}",
                pool.names[a], pool.names[b]
            )
        })
        .collect();
    let records = (0..pool.names.len()).map(|at| Record::company(pool.root(at) as u32, &pool.names[at]));
    Ok(Set {
        name: set.to_owned(),
        records: records.collect(),
        notes: joined,
    })
}

/// Short names with their full ones, out of a file with the columns `short` and `full`.
///
/// # Errors
/// The file cannot be read or lacks a column.
pub fn short_full(file: &Path) -> Result<Vec<(String, String)>> {
    let rows = columns(file, ["short", "full"])?;
    Ok(rows.into_iter().map(|[short, full]| (short, full)).collect())
}

/// One name a line, compressed if the file's name ends in `.gz`.
///
/// # Errors
/// The file cannot be read.
pub fn lines(file: &Path) -> Result<Vec<String>> {
    let opened = open(file)?;
    let reader: Box<dyn Read> = if file.extension().is_some_and(|extension| extension == "gz") {
        Box::new(flate2::read::MultiGzDecoder::new(opened))
    } else {
        Box::new(opened)
    };
    let lines = BufReader::new(reader)
        .lines()
        .map(|line| Ok(line?.trim().to_owned()));
    let lines: Result<Vec<String>> = lines.collect();
    Ok(lines?.into_iter().filter(|line| !line.is_empty()).collect())
}

fn open(file: &Path) -> Result<File> {
    File::open(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The columns of these names, in this order.
fn columns<const N: usize>(file: &Path, names: [&str; N]) -> Result<Vec<[String; N]>> {
    let mut reader = csv::Reader::from_reader(open(file)?);
    let head = reader.headers()?.clone();
    let mut at = [0; N];
    for (at, name) in at.iter_mut().zip(names) {
        let found = head
            .iter()
            .position(|title| title.trim_start_matches('\u{feff}') == name);
        *at = found.with_context(|| format!("{} has no column `{name}`", file.display()))?;
    }
    let rows = reader.records().map(|row| {
        let row = row?;
        Ok(at.map(|at| row.get(at).unwrap_or_default().trim().to_owned()))
    });
    rows.collect()
}

/// Names, and which of them are the same.
#[derive(Default)]
struct Pool {
    names: Vec<String>,
    index: BTreeMap<String, usize>,
    parents: Vec<usize>,
}

impl Pool {
    fn add(&mut self, name: &str) -> usize {
        *self.index.entry(name.to_owned()).or_insert_with(|| {
            self.names.push(name.to_owned());
            self.parents.push(self.parents.len());
            self.parents.len() - 1
        })
    }

    fn root(&self, mut at: usize) -> usize {
        while self.parents[at] != at {
            at = self.parents[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn file(name: &str, text: &str) -> std::path::PathBuf {
        let file = std::env::temp_dir().join(format!("crm-match-eval-{}-{name}", std::process::id()));
        fs::write(&file, text).unwrap();
        file
    }

    #[test]
    fn what_follows_from_the_labels_is_the_same_and_a_contradiction_is_said() {
        let file = file("pairs.csv", "\u{feff}a,b,same\nA,B,1\nB,C,1\nA,C,0\nD,A,0\n");
        let set = pairs("pairs", &file, &["E".to_owned(), "A".to_owned()]).unwrap();
        fs::remove_file(&file).unwrap();
        let clusters: Vec<u32> = set.records.iter().map(|record| record.cluster).collect();
        assert_eq!(clusters, [0, 0, 0, 3, 4]);
        assert_eq!(set.notes.len(), 1);
        assert!(set.notes[0].ends_with("A | C"), "{}", set.notes[0]);
    }

    #[test]
    fn another_label_or_a_missing_column_is_said() {
        let odd = file("odd.csv", "a,b,same\nA,B,yes\n");
        let error = pairs("pairs", &odd, &[]).unwrap_err();
        assert!(error.to_string().contains("1 or 0, not yes"), "{error}");
        let error = short_full(&odd).unwrap_err();
        assert!(error.to_string().contains("no column `short`"), "{error}");
        fs::remove_file(&odd).unwrap();
    }
}
