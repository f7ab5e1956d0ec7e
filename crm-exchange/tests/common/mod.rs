//! What the tests of both kinds of table share.
#![allow(dead_code, unreachable_pub, clippy::expect_used)]

use std::path::PathBuf;

use crm_core::import::{RawRow, RowProblem, RowSource, SourceError};
use crm_exchange::{Encoding, TableOptions, open_table};
use tempfile::TempDir;

/// A folder that goes away with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// A list, read to its end.
#[derive(Debug, PartialEq)]
pub struct List {
    pub headings: Vec<String>,
    pub rows: Vec<RawRow>,
}

impl List {
    /// The rows' cells, none of which has a problem.
    pub fn cells(&self) -> Vec<Vec<&str>> {
        assert_eq!(self.problems(), [], "no row has a problem");
        self.rows
            .iter()
            .map(|row| row.cells.iter().map(String::as_str).collect())
            .collect()
    }

    pub fn problems(&self) -> Vec<(u64, RowProblem)> {
        self.rows
            .iter()
            .filter_map(|row| Some((row.line, row.problem.clone()?)))
            .collect()
    }

    pub fn lines(&self) -> Vec<u64> {
        self.rows.iter().map(|row| row.line).collect()
    }
}

pub fn empty_row() -> RawRow {
    RawRow {
        line: 0,
        cells: Vec::new(),
        problem: None,
    }
}

/// Reads a source to its end, and checks what every source promises.
pub fn drain(source: &mut dyn RowSource) -> Result<Vec<RawRow>, SourceError> {
    let again = source.again()?;
    let rows = drain_once(source)?;
    let mut again = again.expect("a file can be read again");
    assert_eq!(
        (again.headings(), again.digest(), again.reading()),
        (source.headings(), source.digest(), source.reading())
    );
    assert_eq!(drain_once(&mut *again)?, rows, "it is the same list");
    Ok(rows)
}

fn drain_once(source: &mut dyn RowSource) -> Result<Vec<RawRow>, SourceError> {
    let (mut rows, mut row) = (Vec::new(), empty_row());
    let mut before = source.progress();
    while source.next_row(&mut row)? {
        assert_eq!(row.cells.len(), source.headings().len());
        let now = source.progress();
        assert!(now.0 >= before.0 && now.0 <= now.1, "{before:?} {now:?}");
        before = now;
        rows.push(RawRow {
            line: row.line,
            cells: row.cells.clone(),
            problem: row.problem.clone(),
        });
    }
    assert!(!source.next_row(&mut row)?, "the end is the end");
    let (done, all) = source.progress();
    assert_eq!(done, all);
    Ok(rows)
}

pub fn read_with(name: &str, bytes: impl AsRef<[u8]>, options: &TableOptions) -> Result<List, SourceError> {
    let folder = Folder::new();
    let mut source = open_table(&folder.file(name, bytes), options)?;
    let rows = drain(&mut *source)?;
    Ok(List {
        headings: source.headings().to_vec(),
        rows,
    })
}

/// Reads bytes as a CSV file of which nothing is known.
pub fn read(bytes: impl AsRef<[u8]>) -> Result<List, SourceError> {
    read_with("list.csv", bytes, &TableOptions::default())
}

pub fn encode(encoding: Encoding, text: &str) -> Vec<u8> {
    match encoding {
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
        Encoding::Big5 => encoding_rs::BIG5.encode(text).0.into_owned(),
        _ => text.as_bytes().to_vec(),
    }
}
