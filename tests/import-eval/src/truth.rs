//! What stands in a list, row by row, as somebody knows who made it.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

/// What is to become of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// It is this.
    Is(String),
    /// It is nothing.
    Blank,
    /// It cannot be read: that is said, and it is kept as typed.
    Said,
}

/// A cell, and what is to become of it.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// The line of the file.
    pub(crate) line: u64,
    pub(crate) field: String,
    pub(crate) wanted: Wanted,
    /// The kind of fault that it is here for.
    pub(crate) kind: &'static str,
}

/// What a list says.
#[derive(Default)]
pub(crate) struct Truth {
    pub(crate) cells: Vec<Cell>,
    /// Lines that are customers or contacts; the others are to be refused or passed over.
    pub(crate) rows: Vec<u64>,
}

impl Truth {
    /// A truth that somebody wrote: CSV with `line`, `field`, `value`; a value of `(said)` cannot be read, none is nothing.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
        let mut truth = Self::default();
        let mut rows = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for row in rows.records() {
            let row = row?;
            let (Some(line), Some(field), Some(value)) = (row.get(0), row.get(1), row.get(2)) else {
                bail!("a truth has line, field and value: {row:?}")
            };
            let line = line.trim().parse().with_context(|| format!("the line {line}"))?;
            let wanted = match value.trim() {
                "" => Wanted::Blank,
                "(said)" => Wanted::Said,
                value => Wanted::Is(value.to_owned()),
            };
            if !truth.rows.contains(&line) {
                truth.rows.push(line);
            }
            truth.cells.push(Cell {
                line,
                field: field.trim().to_owned(),
                wanted,
                kind: "own",
            });
        }
        Ok(truth)
    }
}
