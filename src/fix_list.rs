//! A list of the rows that an import refused, to be mended and brought in again (R9.5 j).

use std::{
    borrow::Cow,
    io::BufWriter,
    path::{Path, PathBuf},
};

use crm_core::import::{Plan, RawRow, RowProblem, SourceError, reasons_heading, wrap_text};
use crm_exchange::{Cell, SheetOptions, TableKind, TableWriter, reasons};

use crate::{
    ImportRow, Language, Result,
    placed::{Part, cannot_write, place_of},
    relist::Relist,
};

/// What becomes of the refused rows of an import.
pub(crate) struct FixList<'a> {
    pub(crate) list: &'a Relist,
    pub(crate) plan: &'a Plan,
    pub(crate) language: Language,
}

impl FixList<'_> {
    /// Writes the rows that `page` gives, which of those after a line are the next ones, by line; none at the end. Gives how many.
    ///
    /// # Errors
    /// `file.outcome_in_use` where the list is, or a database; `file.outcome` for a file that cannot be written, or whose name
    /// ends otherwise; `source.changed` for a list that is another by now; those of `page`.
    pub(crate) fn write(
        &self,
        place: &Path,
        mut page: impl FnMut(u64) -> Result<Vec<ImportRow>>,
    ) -> Result<u64> {
        let kind =
            TableKind::of(place).ok_or_else(|| cannot_write("its name ends neither in .xlsx nor in .csv"))?;
        let place = place_of(place, self.list.path())?;
        let mut list = self.list.open()?;
        // Those of an earlier list of refused rows have had their day.
        let kept = |index: &usize| !self.plan.reasons.contains(index);
        let headings = list.headings();
        let own = headings.iter().enumerate().filter(|(index, _)| kept(index));
        let own: Vec<Cow<'_, str>> = own.map(|(_, heading)| stands(kind, heading)).collect();
        let top = [reasons_heading(self.language)].into_iter();
        let top: Vec<&str> = top.chain(own.iter().map(AsRef::as_ref)).collect();
        let (part, file) = Part::create(&place).map_err(cannot_write)?;
        let sheet = SheetOptions {
            name: None,
            frozen: 1,
            // There is room for the file there, and a phone has no other folder.
            scratch: place.parent().map(PathBuf::from),
        };
        let mut table = TableWriter::new(kind, BufWriter::new(file), &top, &sheet).map_err(cannot_write)?;
        let (mut after, mut count) = (0, 0);
        loop {
            let rows = page(after)?;
            let Some(last) = rows.last() else { break };
            after = last.line;
            for refused in &rows {
                let found = list.row(refused.line)?.ok_or(SourceError::Changed)?;
                let why = reasons(&refused.problems, self.language);
                let wrong: Vec<usize> = refused
                    .problems
                    .iter()
                    .flat_map(|problem| self.plan.columns_at_fault(problem))
                    .collect();
                let texts = self.texts(kind, found);
                let cells = texts.iter().enumerate().filter(|(index, _)| kept(index));
                let cells = cells.map(|(index, text)| Cell {
                    text,
                    marked: wrong.contains(&index),
                });
                // Cells beyond the headings are not read. That there were some stays to be seen, and the row out, until
                // somebody has looked.
                let beyond = matches!(found.problem, Some(RowProblem::TooManyColumns { .. }));
                let beyond = beyond.then_some(Cell {
                    text: BEYOND,
                    marked: true,
                });
                let row = [Cell::from(why.as_str())].into_iter().chain(cells).chain(beyond);
                table.row(row).map_err(cannot_write)?;
                count += 1;
            }
        }
        table.finish().map_err(cannot_write)?;
        part.put(&place).map_err(cannot_write)?;
        Ok(count)
    }

    /// The cells of a row as they are to stand in the file.
    fn texts<'a>(&self, kind: TableKind, row: &'a RawRow) -> Vec<Cow<'a, str>> {
        let cells = row.cells.iter().enumerate();
        cells
            .map(|(index, cell)| match self.plan.told_day(index, cell) {
                // The rest of the list, which told the order of day and month, does not come along.
                Some(day) => Cow::Owned(day),
                None => stands(kind, cell),
            })
            .collect()
    }
}

/// How a text stands in a cell, so that it is read as it is meant. CSV sees to that, and to formulas, for every text.
fn stands(kind: TableKind, text: &str) -> Cow<'_, str> {
    match kind {
        TableKind::Xlsx => wrap_text(text),
        _ => Cow::Borrowed(text),
    }
}

/// Stands for the cells of a row that are beyond the headings.
const BEYOND: &str = "…";
