//! A report as CSV (R7.6).

use std::io::{self, Write};

use crm_core::report::{ReportCell, ReportTable};

use crate::write::CsvTable;

/// Whether a CSV file begins with a byte order mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bom {
    /// For spreadsheets, which take the file for another encoding without it.
    #[default]
    With,
    /// For programs, which may take it for a part of the first heading.
    Without,
}

/// Writes a report's table as CSV: the headings, the rows, and all together last where it has such a row. Amounts and counts are plain
/// digits, rates as they are shown, and no cell starts a formula; what the report is about does not stand in it.
///
/// # Errors
/// When `to` cannot be written.
pub fn csv(report: &ReportTable, to: impl Write, bom: Bom) -> io::Result<()> {
    let headings: Vec<&str> = report
        .columns
        .iter()
        .map(|column| column.label.as_str())
        .collect();
    let mut table = CsvTable::new(to, &headings, bom)?;
    for row in report.rows.iter().chain(&report.total) {
        let cells: Vec<String> = row.iter().map(plain).collect();
        table.row(cells.iter().map(String::as_str))?;
    }
    table.flush()
}

/// A cell, its digits without groups, so that they are read as a number.
fn plain(cell: &ReportCell) -> String {
    match cell {
        ReportCell::Count(count) => count.to_string(),
        ReportCell::Money(amount) => amount.to_string(),
        _ => cell.text(),
    }
}
