//! Tables that are written, read by other libraries.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(all(feature = "csv", feature = "xlsx", feature = "xlsx-write"))]

mod common;

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use common::read_with;
use crm_exchange::{Cell, SheetOptions, TableKind, TableOptions, TableWriter};
use proptest::prelude::*;

/// Texts that a spreadsheet would take for something else.
const TRAPS: [&str; 9] = [
    "=cmd|' /C calc'!A0",
    "+86 21 5555 0199",
    "-1",
    "@SUM(1)",
    "\t=1",
    "0012",
    "913101010000000000",
    "2024-05-01",
    "_x000D_ <&>\"",
];

fn written(kind: TableKind, headings: &[&str], rows: &[Vec<Cell<'_>>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = SheetOptions {
        frozen: 1,
        ..SheetOptions::default()
    };
    let mut table = TableWriter::new(kind, &mut bytes, headings, &options).unwrap();
    for row in rows {
        table.row(row.iter().copied()).unwrap();
    }
    table.finish().unwrap();
    bytes
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn r9_5_every_cell_of_a_workbook_is_a_text() {
    let rows = [TRAPS.map(Cell::from).to_vec()];
    let bytes = written(TableKind::Xlsx, &TRAPS, &rows);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    for row in range.rows() {
        assert_eq!(row, TRAPS.map(|text| Data::String(text.into())));
    }
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && !sheet.contains("<v>"), "{sheet}");
}

#[test]
fn r9_5_wrong_cells_are_marked_and_the_headings_stay_in_sight() {
    let marked = |text| Cell { text, marked: true };
    let rows = [vec![
        Cell::from("上海示例科技有限公司"),
        marked(""),
        marked("x"),
        Cell::from("y"),
    ]];
    let bytes = written(TableKind::Xlsx, &["名称", "电话", "a", "b"], &rows);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains(
            r#"<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>"#
        ),
        "{sheet}"
    );
    let style = |cell: &str| {
        let at = sheet.split_once(&format!("<c r=\"{cell}\" s=\"")).unwrap().1;
        at.split_once('"').unwrap().0.parse::<usize>().unwrap()
    };
    let styles = part(&bytes, "xl/styles.xml");
    let formats: Vec<&str> = styles
        .split_once("<cellXfs")
        .unwrap()
        .1
        .split("<xf ")
        .skip(1)
        .collect();
    let fills: Vec<&str> = styles.split("<fill>").skip(1).collect();
    let fill = |cell: &str| {
        let fill = formats[style(cell)].split_once("fillId=\"").unwrap().1;
        fills[fill.split_once('"').unwrap().0.parse::<usize>().unwrap()]
    };
    for (cell, is_marked) in [("A2", false), ("B2", true), ("C2", true), ("D2", false)] {
        assert_eq!(
            fill(cell).contains("FFFFEB3B"),
            is_marked,
            "{cell}: {}",
            fill(cell)
        );
        // As text, so that a number that is typed there keeps its zeros.
        assert!(formats[style(cell)].contains("numFmtId=\"49\""), "{cell}");
    }
    let width = sheet.split_once("<col min=\"1\" max=\"1\" width=\"").unwrap().1;
    let width: f64 = width.split_once('"').unwrap().0.parse().unwrap();
    assert!(
        (22.0..24.0).contains(&width),
        "ten characters of two digits: {width}"
    );
}

#[test]
fn r9_5_no_cell_of_a_csv_file_starts_a_formula() {
    let rows = [
        TRAPS.map(Cell::from).to_vec(),
        vec![Cell::from("一,\"二\"\n三"); 9],
    ];
    let bytes = written(TableKind::Csv, &["a"; 9], &rows);
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::Reader::from_reader(text);
    let found: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (cell, text) in found[0].iter().zip(TRAPS) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        let mut read = cell.to_owned();
        crm_core::import::unwrap_text(&mut read);
        assert_eq!(read, text);
    }
    assert_eq!(&found[1][0], "一,\"二\"\n三");
}

#[test]
fn r9_5_more_than_a_sheet_takes_is_refused() {
    let mut table = TableWriter::new(TableKind::Xlsx, Vec::new(), &["a"], &SheetOptions::default()).unwrap();
    let long = "长".repeat(32_767);
    table.row([Cell::from(long.as_str())]).unwrap();
    let longer = format!("{long}。");
    assert!(table.row([Cell::from(longer.as_str())]).is_err());
}

#[test]
fn r9_5_a_file_is_of_the_kind_that_its_name_promises() {
    for (name, kind) in [
        ("a.csv", Some(TableKind::Csv)),
        ("a.b.XLSX", Some(TableKind::Xlsx)),
        ("a.xls", None),
        ("csv", None),
    ] {
        assert_eq!(TableKind::of(name.as_ref()), kind, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn r9_5_what_is_written_is_read_as_it_was(
        rows in proptest::collection::vec(proptest::collection::vec("[a-c=+@'\"\\-,;\n 中0-3_x\u{1}<&]{1,9}", 3), 1..6)
    ) {
        // Blank rows are left out by the reader.
        let rows: Vec<Vec<String>> = rows.into_iter().map(|mut row| { row[0].insert(0, 'k'); row }).collect();
        let cells: Vec<Vec<Cell<'_>>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| Cell::from(cell.as_str())).collect())
            .collect();
        for (kind, name) in [(TableKind::Csv, "list.csv"), (TableKind::Xlsx, "list.xlsx")] {
            let bytes = written(kind, &["名称", "电话", "备注"], &cells);
            let list = read_with(name, bytes, &TableOptions::default()).unwrap();
            let found: Vec<Vec<String>> = list.rows.into_iter().map(|mut row| {
                if kind == TableKind::Csv {
                    row.cells.iter_mut().for_each(crm_core::import::unwrap_text);
                }
                row.cells
            }).collect();
            prop_assert_eq!(&found, &rows, "{}", name);
        }
    }
}
