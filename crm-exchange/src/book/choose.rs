//! Which sheets of a workbook are the list (R9.5 f).

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use super::{Book, Budget, Checked, List, Look, Part, Sheet};
use crate::{
    heading::{Layout, Top},
    limits::{
        COLUMNS,
        workbook::{MERGED, SHEET, SHEET_COLUMNS, TEXT},
    },
    merged::Merged,
    table::{TableOptions, too_many_columns},
};
use crm_core::import::{RowProblem, SourceError};

/// The most sheets that are looked at. Those beyond are not read with the others, and named.
const SHEETS: usize = 1_000;

/// By what all sheets are asked for, unless one is called so.
const ALL: [&str; 3] = ["all", "全部", "*"];

/// What the caller wants.
enum Wanted<'a> {
    One(&'a Sheet),
    /// The first one that is a list, and those that go on with it, among these.
    Among(Vec<&'a Sheet>),
}

/// Chooses the sheets, and reads them to their ends.
pub(super) fn choose(book: Arc<dyn Book>, options: &TableOptions) -> Result<List, SourceError> {
    let chosen = match wanted(book.sheets(), options.sheet.as_deref())? {
        Wanted::One(sheet) => vec![sheet],
        Wanted::Among(sheets) => alike(&*book, &sheets, options.header_row)?,
    };
    let mut budget = Budget {
        bytes: SHEET,
        text: TEXT,
        merged: MERGED,
    };
    let (mut parts, mut headings, mut rows) = (Vec::<Part>::new(), Vec::new(), 0);
    for sheet in chosen {
        let top = find(&*book, sheet, options.header_row, Look::Whole)?;
        let Checked { last, merged } = book.check(sheet, top.last(), &mut budget)?;
        let layout = top.layout(&merged).ok_or(SourceError::Empty)?;
        let its = read(&*book, sheet, &layout, Look::Whole)?;
        if parts.is_empty() {
            headings = its;
        } else if !is_alike(&headings, &its) {
            continue;
        }
        let last = last.max(layout.last());
        parts.push(Part {
            sheet: sheet.clone(),
            layout,
            merged: Arc::new(merged),
            before: rows,
        });
        rows += last;
    }
    let is_read = |sheet: &&Sheet| parts.iter().any(|part| part.sheet.place == sheet.place);
    let others = book.sheets().iter().filter(|sheet| !is_read(sheet));
    Ok(List {
        others: others.map(|sheet| sheet.name.clone()).collect(),
        book,
        parts,
        headings,
        rows,
    })
}

/// The sheet that is meant: the one of this name, whatever its case, or else of this number from 1; without either, one of
/// those that are shown.
fn wanted<'a>(sheets: &'a [Sheet], wanted: Option<&str>) -> Result<Wanted<'a>, SourceError> {
    let plain = |name: &str| name.trim().to_lowercase();
    let Some(wanted) = wanted else {
        let shown: Vec<&Sheet> = sheets.iter().filter(|sheet| sheet.is_shown).collect();
        return Ok(Wanted::Among(match shown.is_empty() {
            true => sheets.iter().collect(),
            false => shown,
        }));
    };
    let named = sheets
        .iter()
        .find(|sheet| sheet.name == wanted)
        .or_else(|| sheets.iter().find(|sheet| plain(&sheet.name) == plain(wanted)));
    if let Some(sheet) = named {
        return Ok(Wanted::One(sheet));
    }
    if ALL.contains(&&*plain(wanted)) {
        return Ok(Wanted::Among(sheets.iter().collect()));
    }
    let numbered = || sheets.get(wanted.trim().parse::<usize>().ok()?.checked_sub(1)?);
    numbered()
        .map(Wanted::One)
        .ok_or_else(|| SourceError::NoSheet(wanted.to_owned()))
}

/// The first sheet with several headings that are known, or else the first that is not blank, and those after it with the
/// same headings.
fn alike<'a>(
    book: &dyn Book,
    sheets: &[&'a Sheet],
    header_row: Option<u32>,
) -> Result<Vec<&'a Sheet>, SourceError> {
    let first = *sheets.first().ok_or(SourceError::Empty)?;
    let mut seen: Vec<(&Sheet, Result<Glance, SourceError>)> = Vec::new();
    for &sheet in sheets.iter().take(SHEETS) {
        if sheets.len() > 1 && !seen.iter().any(|(other, _)| other.place == sheet.place) {
            seen.push((sheet, glance(book, sheet, header_row)));
        }
    }
    let is_list = |found: &Result<Glance, SourceError>| found.as_ref().is_ok_and(|glance| glance.known > 1);
    let begins = seen
        .iter()
        .position(|(_, found)| is_list(found))
        // A damaged one is refused, and none passed over for it.
        .or_else(|| {
            seen.iter()
                .position(|(_, found)| !matches!(found, Err(SourceError::Empty)))
        });
    let mut seen = seen.iter().skip(begins.unwrap_or_default());
    let Some((sheet, found)) = seen.next() else {
        return Ok(vec![first]);
    };
    let same = seen.filter(|(_, other)| match (found, other) {
        (Ok(one), Ok(other)) => one.headings == other.headings,
        _ => false,
    });
    Ok([*sheet]
        .into_iter()
        .chain(same.map(|(sheet, _)| *sheet))
        .collect())
}

/// What a first look at a sheet shows.
struct Glance {
    /// How many of its headings are known.
    known: usize,
    /// Its headings, in short.
    headings: u64,
}

fn glance(book: &dyn Book, sheet: &Sheet, header_row: Option<u32>) -> Result<Glance, SourceError> {
    let top = find(book, sheet, header_row, Look::First)?;
    // Which cells are merged is known at a sheet's end only: whether it is alike is asked again then.
    let layout = top.layout(&Merged::default()).ok_or(SourceError::Empty)?;
    let headings = read(book, sheet, &layout, Look::First)?;
    let mut hash = DefaultHasher::new();
    trimmed(&headings).for_each(|heading| heading.hash(&mut hash));
    Ok(Glance {
        known: layout.known,
        headings: hash.finish(),
    })
}

/// The rows of a sheet among which its headings are.
fn find(book: &dyn Book, sheet: &Sheet, header_row: Option<u32>, look: Look) -> Result<Top, SourceError> {
    let mut rows = book.rows(sheet, look)?;
    Top::read(header_row, |cells| {
        let record = rows.next(cells, COLUMNS)?;
        Ok(record.map(|record| record.line))
    })
}

/// Reads the headings of a sheet.
fn read(book: &dyn Book, sheet: &Sheet, layout: &Layout, look: Look) -> Result<Vec<String>, SourceError> {
    let mut rows = book.rows(sheet, look)?;
    let mut cells = Vec::new();
    while let Some(record) = rows.next(&mut cells, SHEET_COLUMNS)? {
        if record.line < layout.line {
            continue;
        }
        if record.filled > COLUMNS {
            return Err(too_many_columns());
        }
        if matches!(record.problem, Some(RowProblem::CellTooLong { .. })) {
            return Err(SourceError::Broken(format!(
                "row {} holds no headings",
                layout.line
            )));
        }
        cells.truncate(record.filled);
        let mut headings = layout.headings(cells);
        let last = headings
            .iter()
            .rposition(|heading| !heading.trim_start().is_empty());
        headings.truncate(last.map_or(record.filled, |last| last + 1));
        return Ok(headings);
    }
    Err(SourceError::Empty)
}

fn is_alike(one: &[String], other: &[String]) -> bool {
    trimmed(one).eq(trimmed(other))
}

fn trimmed(headings: &[String]) -> impl Iterator<Item = &str> {
    headings.iter().map(|heading| heading.trim())
}
