//! Reports as an Excel workbook (R7.6): real numbers with their formats, and charts that Excel draws itself.

use std::io::{self, Write};

use crm_core::report::{ChartKind, ReportCell, ReportTable};
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartLegendPosition, Color, Format, FormatAlign, FormatBorder, Workbook,
    Worksheet, XlsxError,
};

use super::picture::{drawn, in_words};
use crate::write::{contained, width};

/// Widths of columns, in digits: a Chinese character takes two.
const NARROWEST: usize = 10;
const WIDEST: usize = 40;

/// The most that Excel keeps of a number is 15 digits.
const EXACT: f64 = 1e15;

/// What a sheet's name has at most.
const NAME: usize = 31;

/// Rows that can be read on one page, together with a chart.
const ONE_PAGE: usize = 30;

/// Paper of A4.
const A4: u8 = 9;

const HEADING: Color = Color::RGB(0x00E7_E6E6);
const SERIES: Color = Color::RGB(0x002F_6DB5);

/// Writes reports as a workbook with a sheet each: what it is about, the table with its headings in sight and all together last, the notes, and
/// a chart. What is shown in per cent is its exact ratio, and no text is a formula. Printed, each sheet is as wide as the paper, its headings on
/// every page.
///
/// # Errors
/// When `to` cannot be written, or a text is longer than a cell takes.
pub fn workbook(reports: &[ReportTable], mut to: impl Write + Send) -> io::Result<()> {
    let mut book = Workbook::new();
    contained(|| {
        let formats = Formats::new();
        let mut names = Vec::new();
        for report in reports {
            let name = sheet_name(&report.title, &names);
            let sheet = book.add_worksheet();
            sheet.set_name(&name)?;
            write_sheet(sheet, report, &formats)?;
            names.push(name);
        }
        if reports.is_empty() {
            book.add_worksheet();
        }
        book.save_to_writer(&mut to)
    })?;
    to.flush()
}

/// How cells are shown.
struct Formats {
    title: Format,
    faint: Format,
    text: Format,
    heading: Format,
    heading_of_numbers: Format,
    rows: Cells,
    total: Cells,
}

/// How the cells of a row are shown.
struct Cells {
    text: Format,
    nothing: Format,
    count: Format,
    money: Format,
    rate: Format,
    days: Format,
}

impl Formats {
    fn new() -> Self {
        let heading = Format::new()
            .set_bold()
            .set_background_color(HEADING)
            .set_border_bottom(FormatBorder::Thin)
            .set_text_wrap();
        let total = Format::new().set_bold().set_border_top(FormatBorder::Thin);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            faint: Format::new().set_font_color(Color::RGB(0x0057_606A)),
            text: Format::new(),
            heading_of_numbers: heading.clone().set_align(FormatAlign::Right),
            heading,
            rows: Cells::of(&Format::new()),
            total: Cells::of(&total),
        }
    }
}

impl Cells {
    fn of(base: &Format) -> Self {
        let number = |format: &str| base.clone().set_num_format(format);
        Self {
            text: base.clone(),
            nothing: base.clone().set_align(FormatAlign::Right),
            count: number("#,##0"),
            money: number("#,##0.00"),
            rate: number("0.0%"),
            days: number("0.0"),
        }
    }
}

fn write_sheet(sheet: &mut Worksheet, report: &ReportTable, formats: &Formats) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, &report.title, &formats.title)?;
    let mut row = 1;
    for (what, text) in &report.about {
        sheet.write_string_with_format(row, 0, what, &formats.faint)?;
        sheet.write_string_with_format(row, 1, text, &formats.text)?;
        row += 1;
    }
    let heading = row + 1;
    let mut widths = Vec::new();
    for (place, column) in (0..).zip(&report.columns) {
        let format = match is_text(report, usize::from(place)) {
            true => &formats.heading,
            false => &formats.heading_of_numbers,
        };
        sheet.write_string_with_format(heading, place, &column.label, format)?;
        widths.push(width(&column.label));
    }
    row = heading + 1;
    let first = row;
    for cells in &report.rows {
        write_row(sheet, row, cells, &formats.rows, &mut widths)?;
        row += 1;
    }
    if let Some(total) = &report.total {
        write_row(sheet, row, total, &formats.total, &mut widths)?;
        row += 1;
    }
    for (place, width) in (0..).zip(widths) {
        sheet.set_column_width(place, (width + 2).clamp(NARROWEST, WIDEST) as f64)?;
    }
    row += 1;
    for note in &report.notes {
        sheet.write_string_with_format(row, 0, note, &formats.faint)?;
        row += 1;
    }
    if !report.rows.is_empty() {
        let last = first + u32::try_from(report.rows.len() - 1).unwrap_or_default();
        let chart = chart(report, &sheet.name(), heading, (first, last))?;
        sheet.insert_chart(row + 1, 0, &chart)?;
    }
    sheet.set_freeze_panes(first, 1)?;
    sheet.set_repeat_rows(heading, heading)?;
    // A short table is on one page with its chart.
    let pages = u16::from(report.rows.len() <= ONE_PAGE);
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, pages)
        .set_footer(footer(&report.title));
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: &[ReportCell],
    formats: &Cells,
    widths: &mut [usize],
) -> Result<(), XlsxError> {
    for (place, cell) in (0..).zip(cells) {
        let text = cell.text();
        if let Some(widest) = widths.get_mut(usize::from(place)) {
            *widest = width(&text).max(*widest);
        }
        let format = match cell {
            ReportCell::Nothing => &formats.nothing,
            ReportCell::Text(_) => &formats.text,
            ReportCell::Count(_) => &formats.count,
            ReportCell::Money(_) => &formats.money,
            ReportCell::Rate(_) => &formats.rate,
            ReportCell::Days(_) => &formats.days,
        };
        // Of a number with more digits than Excel keeps, all stand there as a text.
        match cell.number().filter(|number| digits_fit(cell, *number)) {
            Some(number) => sheet.write_number_with_format(row, place, number, format)?,
            None if matches!(cell, ReportCell::Text(_)) => {
                sheet.write_string_with_format(row, place, &text, format)?
            }
            None => sheet.write_string_with_format(row, place, &text, &formats.nothing)?,
        };
    }
    Ok(())
}

fn digits_fit(cell: &ReportCell, number: f64) -> bool {
    let digits = match cell {
        ReportCell::Money(_) => number * 100.0,
        _ => number,
    };
    digits.is_finite() && digits < EXACT
}

fn is_text(report: &ReportTable, place: usize) -> bool {
    let mut cells = report.rows.iter().filter_map(|row| row.get(place));
    cells.all(|cell| matches!(cell, ReportCell::Text(_)))
}

/// The chart of these rows. What it says stands in cells, to which it refers: no text is read as a formula.
fn chart(
    report: &ReportTable,
    sheet: &str,
    heading: u32,
    (first, last): (u32, u32),
) -> Result<Chart, XlsxError> {
    let column = |place: usize| u16::try_from(place).map_err(|_| XlsxError::RowColumnLimitError);
    let (labels, values) = (column(report.chart.labels)?, column(report.chart.values)?);
    let kind = report.chart.kind;
    let mut chart = match kind {
        ChartKind::Funnel | ChartKind::Bars | ChartKind::Gauges => Chart::new_bar(),
        ChartKind::Donut => Chart::new_doughnut(),
        ChartKind::Columns => Chart::new_column(),
    };
    let mut label = ChartDataLabel::new();
    match kind {
        ChartKind::Donut => label.show_percentage(),
        _ => label.show_value(),
    };
    let series = chart
        .add_series()
        .set_name((sheet, heading, values))
        .set_categories((sheet, first, labels, last, labels))
        .set_values((sheet, first, values, last, values))
        .set_data_label(&label);
    match kind {
        ChartKind::Donut => {
            chart.set_hole_size(58);
            chart.legend().set_position(ChartLegendPosition::Right);
        }
        _ => {
            series.set_format(rust_xlsxwriter::ChartSolidFill::new().set_color(SERIES));
            series.set_gap(40);
            chart.legend().set_hidden();
        }
    }
    match kind {
        // The first row at the top, as in the table. Of bars, the axis with their labels is the y axis.
        ChartKind::Funnel | ChartKind::Bars | ChartKind::Gauges => {
            chart.y_axis().set_reverse();
            chart
                .x_axis()
                .set_major_gridlines(false)
                .set_min(0)
                .set_hidden(true);
        }
        ChartKind::Columns => {
            chart.y_axis().set_min(0);
        }
        ChartKind::Donut => {}
    }
    chart.title().set_name((sheet, 0, 0));
    let words = format!("{}. {}. {}", report.title, drawn(report), in_words(report));
    let rows = u32::try_from(report.rows.len()).unwrap_or(u32::MAX);
    chart
        .set_alt_text(words.chars().take(1000).collect::<String>())
        .set_width(640)
        .set_height(match kind {
            ChartKind::Donut | ChartKind::Columns => 340,
            _ => rows.saturating_mul(30).saturating_add(90).clamp(240, 1600),
        });
    Ok(chart)
}

/// A name that a sheet can have: no more than 31 characters, none of those that references are made of, and none twice.
fn sheet_name(title: &str, taken: &[String]) -> String {
    let legible: String = title
        .chars()
        .map(|character| match character {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' => ' ',
            character if character.is_control() => ' ',
            character => character,
        })
        .collect();
    let legible = match legible.trim() {
        "" => "—",
        legible => legible,
    };
    // A sheet's name is as long as its UTF-16.
    let cut = |most: usize| {
        let mut length = 0;
        let kept = legible.chars().take_while(|character| {
            length += character.len_utf16();
            length <= most
        });
        kept.collect::<String>().trim().to_owned()
    };
    let is_free = |name: &String| {
        let same = |other: &String| other.to_lowercase() == name.to_lowercase();
        // Excel keeps this one for itself.
        !taken.iter().any(same) && !name.eq_ignore_ascii_case("history")
    };
    let numbered = (2..).map(|number| {
        let number = format!(" {number}");
        cut(NAME - number.len()) + &number
    });
    let mut names = std::iter::once(cut(NAME)).chain(numbered);
    names.find(is_free).unwrap_or_default()
}

/// The title and the page's number below each printed page.
fn footer(title: &str) -> String {
    let title: String = title.chars().take(80).collect();
    format!("&L{}&R&P / &N", title.replace('&', "&&"))
}

#[cfg(test)]
mod tests {
    use super::sheet_name;

    #[test]
    fn r7_6_sheets_have_names_that_excel_takes() {
        let name = |title: &str, taken: &[&str]| {
            let taken: Vec<String> = taken.iter().map(|name| (*name).to_owned()).collect();
            sheet_name(title, &taken)
        };
        assert_eq!(name("销售漏斗", &[]), "销售漏斗");
        assert_eq!(name("销售漏斗", &["销售漏斗", "销售漏斗 2"]), "销售漏斗 3");
        assert_eq!(name("'a/b\\c'[d]:*?", &[]), "a b c  d");
        assert_eq!(name("Team", &["TEAM"]), "Team 2");
        assert_eq!(name("History", &[]), "History 2");
        assert_eq!(name(" ", &[]), "—");
        assert_eq!(name(&"长".repeat(40), &[]).chars().count(), 31);
        assert_eq!(name(&"𠮷".repeat(40), &[]).encode_utf16().count(), 30);
        let taken = "长".repeat(31);
        assert_eq!(name(&"长".repeat(40), &[&taken]), "长".repeat(29) + " 2");
    }
}
