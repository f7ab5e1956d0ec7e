//! What a merged cell says counts for all its rows (R9.5 f).

use std::{collections::BTreeMap, sync::Arc};

use super::Record;
use crate::{
    limits::{ROW, workbook::TEXT},
    merged::Merged,
    table::too_large,
};
use crm_core::import::{RowProblem, SourceError};

/// Fills the cells of a sheet's rows that are merged with one above.
pub(super) struct Fill {
    merged: Arc<Merged>,
    /// How many ranges have begun.
    begun: usize,
    /// What goes on from an earlier row, by its column: the last row, and what it says.
    open: BTreeMap<usize, (u64, String)>,
    /// What is filled in may still come to so much.
    left: u64,
}

impl Fill {
    pub(super) fn new(merged: Arc<Merged>) -> Self {
        Self {
            merged,
            begun: 0,
            open: BTreeMap::new(),
            left: TEXT,
        }
    }

    /// Fills the blank cells of the row that `record` is, below the headings in row `headings`. Rows come in their order.
    pub(super) fn apply(
        &mut self,
        headings: u64,
        record: &mut Record,
        cells: &mut [String],
    ) -> Result<(), SourceError> {
        let line = record.line;
        self.open.retain(|_, (last, _)| *last >= line);
        for (column, (_, said)) in &self.open {
            let Some(cell) = cells.get_mut(*column).filter(|cell| cell.trim_start().is_empty()) else {
                continue;
            };
            record.kept += said.len();
            if record.kept > ROW {
                record.problem = record.problem.take().or(Some(RowProblem::CellTooLong {
                    column: u32::try_from(column + 1).unwrap_or(u32::MAX),
                    bytes: said.len() as u64,
                }));
                break;
            }
            self.left = self
                .left
                .checked_sub(said.len() as u64)
                .ok_or_else(|| too_large("the sheet's merged cells come to more than 1 GiB of text"))?;
            cell.clone_from(said);
        }
        while let Some(range) = self.merged.get(self.begun).filter(|range| range.rows.0 <= line) {
            self.begun += 1;
            let column = range.columns.0;
            // A blank row begins nothing, and what begins among the headings is one of them.
            if range.rows.0 != line || line <= headings || !range.is_tall() {
                continue;
            }
            let Some(said) = cells.get(column).filter(|cell| !cell.trim_start().is_empty()) else {
                continue;
            };
            self.open.insert(column, (range.rows.1, said.clone()));
            if self.open.values().map(|(_, said)| said.len()).sum::<usize>() > ROW {
                return Err(too_large("a row's merged cells have more than 8 MiB of text"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merged::Range;

    fn range(rows: (u64, u64), columns: (usize, usize)) -> Range {
        Range { rows, columns }
    }

    /// Rows after filling, with the ranges that are merged.
    fn filled(rows: &[(u64, &str)], ranges: &[Range]) -> Vec<String> {
        let mut fill = Fill::new(Arc::new(Merged::new(ranges.to_vec())));
        let apply = |(line, row): &(u64, &str)| {
            let mut cells: Vec<String> = row.split('|').map(str::to_owned).collect();
            let mut record = Record {
                line: *line,
                ..Record::default()
            };
            fill.apply(1, &mut record, &mut cells).unwrap();
            cells.join("|")
        };
        rows.iter().map(apply).collect()
    }

    #[test]
    fn r9_5_a_merged_cell_counts_for_all_its_rows() {
        let rows = [
            (2, "甲|1"),
            (3, "|2"),
            (5, "|3"),
            (6, "|4"),
            (7, "乙|5"),
            (8, "|6"),
        ];
        let merged = [range((7, 8), (0, 0)), range((2, 5), (0, 0))];
        assert_eq!(
            filled(&rows, &merged),
            ["甲|1", "甲|2", "甲|3", "|4", "乙|5", "乙|6"]
        );
        let wide = [range((2, 3), (0, 1))];
        assert_eq!(
            filled(&[(2, "甲|"), (3, "|")], &wide),
            ["甲|", "甲|"],
            "not for other columns"
        );
        let flat = [range((2, 2), (0, 1))];
        assert_eq!(filled(&[(2, "甲|")], &flat), ["甲|"]);
        assert_eq!(
            filled(&[(2, "甲|1"), (3, "乙|2"), (4, "|3")], &[range((2, 4), (0, 0))]),
            ["甲|1", "乙|2", "甲|3"]
        );
    }

    #[test]
    fn r9_5_what_begins_among_headings_or_in_a_blank_row_fills_nothing() {
        assert_eq!(
            filled(&[(1, "名称"), (2, "")], &[range((1, 2), (0, 0))]),
            ["名称", ""]
        );
        assert_eq!(filled(&[(3, ""), (4, "")], &[range((2, 4), (0, 0))]), ["", ""]);
        assert_eq!(
            filled(&[(2, "甲"), (3, "")], &[range((2, 3), (9, 9))]),
            ["甲", ""]
        );
    }

    #[test]
    fn ranges_that_lie_over_one_another_take_no_time() {
        let ranges: Vec<Range> = (0..100_000).map(|_| range((2, 1_000_000), (0, 0))).collect();
        let rows: Vec<(u64, &str)> = (2..100_000).map(|line| (line, "甲|")).collect();
        assert_eq!(filled(&rows, &ranges).len(), rows.len());
    }
}
