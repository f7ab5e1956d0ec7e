//! Sets that are read from files.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::{Context, Result, bail};
use crmkit::{CustomerKind, Region, matching::fold, rules::phone::parse_phone};

use crate::record::{Record, Set};

/// What a person's number in a file is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// One of the person's own, which is what an alias is (R2.1).
    Alias,
    /// A telephone's, which relatives share.
    Telephone,
}

/// People out of a file with the columns `cluster`, `name` and `number`.
///
/// # Errors
/// The file cannot be read or lacks a column.
pub fn people(set: &str, file: &Path, taken_for: Number) -> Result<Set> {
    let rows = columns(file, ["cluster", "name", "number"])?;
    let records = rows.into_iter().map(|[cluster, name, number]| {
        let numbers = Vec::from_iter((!number.is_empty()).then(|| fold(&number)));
        let (numbers, aliases) = match taken_for {
            Number::Telephone => (numbers, Vec::new()),
            Number::Alias => (Vec::new(), numbers),
        };
        Ok(Record {
            cluster: cluster
                .parse()
                .with_context(|| format!("no cluster: {cluster}"))?,
            name,
            kind: CustomerKind::Individual,
            phones: Vec::new(),
            numbers,
            aliases,
            how: "",
        })
    });
    Ok(Set {
        name: set.to_owned(),
        records: records.collect::<Result<_>>()?,
        notes: Vec::new(),
    })
}

/// Customers out of a file with the columns `cluster`, `name` and `phone` (several apart by `;`), and if it has one, `kind`:
/// every two of one cluster are the same, and all others are not.
///
/// # Errors
/// The file cannot be read, lacks a column, or has a kind that is none.
pub fn clusters(set: &str, file: &Path) -> Result<Set> {
    let rows = columns(file, ["cluster", "name", "phone"])?;
    let kinds = kinds(file, rows.len())?;
    // Whatever stands there for a cluster has a number of its own.
    let mut index = BTreeMap::new();
    let records = rows.iter().zip(kinds).map(|([cluster, name, phone], kind)| {
        let next = index.len() as u32;
        let phones: Vec<String> = phone
            .split(';')
            .map(|phone| phone.trim().to_owned())
            .filter(|phone| !phone.is_empty())
            .collect();
        let read = |phone: &String| Some(parse_phone(phone, Region::CN).ok()?.e164);
        Record {
            cluster: *index.entry(cluster.clone()).or_insert(next),
            name: name.clone(),
            kind,
            numbers: phones.iter().filter_map(read).collect(),
            phones,
            aliases: Vec::new(),
            how: "",
        }
    });
    Ok(Set {
        name: set.to_owned(),
        records: records.collect(),
        notes: Vec::new(),
    })
}

/// What kind of customer each row of a file is; a company where the file has no column `kind`.
fn kinds(file: &Path, rows: usize) -> Result<Vec<CustomerKind>> {
    let Ok(kinds) = columns(file, ["kind"]) else {
        return Ok(vec![CustomerKind::Enterprise; rows]);
    };
    let kind = |[kind]: &[String; 1]| {
        CustomerKind::from_code(kind)
            .with_context(|| format!("{}: there is no kind `{kind}`", file.display()))
    };
    kinds.iter().map(kind).collect()
}

/// Labelled pairs of a file, with the columns `a`, `b` and `same`, and if it has one, `kind`: a set for people and one for all
/// others, if there are both.
///
/// # Errors
/// Those of [`pairs`], and a kind that is none.
pub fn pairs_by_kind(set: &str, file: &Path) -> Result<Vec<Set>> {
    let rows = columns(file, ["a", "b", "same"])?;
    let kinds = kinds(file, rows.len())?;
    let of = |name: &str, people: bool| -> Result<Set> {
        let is_one = |kind: &CustomerKind| (*kind == CustomerKind::Individual) == people;
        let chosen = rows.iter().zip(&kinds).filter(|(_, kind)| is_one(kind));
        let mut found = pool(name, file, chosen.map(|(row, _)| row), &[])?;
        if people {
            for record in &mut found.records {
                record.kind = CustomerKind::Individual;
            }
        }
        Ok(found)
    };
    let people = kinds.contains(&CustomerKind::Individual);
    let others = kinds.iter().any(|kind| *kind != CustomerKind::Individual);
    Ok(match (people, others) {
        (true, true) => vec![
            of(&format!("{set}-companies"), false)?,
            of(&format!("{set}-people"), true)?,
        ],
        (people, _) => vec![of(set, people)?],
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
    pool(set, file, rows.iter(), others)
}

fn pool<'r>(
    set: &str,
    file: &Path,
    rows: impl Iterator<Item = &'r [String; 3]>,
    others: &[String],
) -> Result<Set> {
    let mut pool = Pool::default();
    let mut apart = Vec::new();
    for [a, b, same] in rows {
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
    fn customers_of_one_cluster_are_the_same_and_their_telephones_are_read() {
        let file = file(
            "clusters.csv",
            "cluster,name,phone,kind\nx,Marlow,+12125550101;+12125550102,enterprise\ny,Fenwick,,individual\nx,Marlow Inn,+12125550101,enterprise\n",
        );
        let set = clusters("clusters", &file).unwrap();
        fs::remove_file(&file).unwrap();
        let seen: Vec<_> = set
            .records
            .iter()
            .map(|record| (record.cluster, record.numbers.len(), record.is_person()))
            .collect();
        assert_eq!(seen, [(0, 2, false), (1, 0, true), (0, 1, false)]);
    }

    #[test]
    fn pairs_of_people_and_of_companies_are_sets_of_their_own() {
        let rows = "a,b,kind,same\nA,B,enterprise,1\nC,D,individual,1\nA,E,institution,0\n";
        let file = file("kinds.csv", rows);
        let sets = pairs_by_kind("pairs", &file).unwrap();
        fs::remove_file(&file).unwrap();
        let seen: Vec<_> = sets
            .iter()
            .map(|set| (set.name.as_str(), set.records.len()))
            .collect();
        assert_eq!(seen, [("pairs-companies", 3), ("pairs-people", 2)]);
        assert!(sets[1].records.iter().all(Record::is_person));
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
