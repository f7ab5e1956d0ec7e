//! A list that is read a second time while it is read.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(all(feature = "csv", feature = "xlsx"))]

mod common;

use std::io::Write;

use common::{Folder, empty_row};
use crm_core::import::{RowSource, SourceError};
use crm_exchange::{TableOptions, open_table};
use rust_xlsxwriter::Workbook;

const ROWS: u32 = 30_000;

/// A list of `ROWS` rows, as CSV and as a workbook with many shared strings.
fn lists(folder: &Folder) -> [std::path::PathBuf; 2] {
    let mut text = String::from("名称,备注\n");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["名称", "备注"]).unwrap();
    let long = "x".repeat(1000);
    for n in 1..=ROWS {
        text.push_str(&format!("第{n}号,{n} {long}\n"));
        sheet
            .write_row(n, 0, [format!("第{n}号"), format!("{n} {long}")])
            .unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    [folder.file("a.csv", text), folder.file("a.xlsx", bytes)]
}

fn name(source: &mut dyn RowSource) -> Option<String> {
    let mut row = empty_row();
    source.next_row(&mut row).unwrap().then(|| row.cells[0].clone())
}

#[test]
fn r9_5_a_second_reader_has_a_place_of_its_own() {
    let folder = Folder::new();
    for path in lists(&folder) {
        let mut first = open_table(&path, &TableOptions::default()).unwrap();
        assert_eq!(name(&mut *first).unwrap(), "第1号");
        let mut second = first.again().unwrap().unwrap();
        let mut third = second.again().unwrap().unwrap();
        for n in 1..=ROWS {
            // They take turns, so that each moves the file's place under the others.
            if n < ROWS {
                assert_eq!(name(&mut *first).unwrap(), format!("第{}号", n + 1));
            }
            assert_eq!(name(&mut *second).unwrap(), format!("第{n}号"));
        }
        assert_eq!((name(&mut *first), name(&mut *second)), (None, None));
        drop(first);
        assert_eq!(name(&mut *third).unwrap(), "第1号", "it needs no other");
    }
}

#[test]
fn r9_5_a_second_reader_sees_that_the_file_was_written_to() {
    let folder = Folder::new();
    for path in lists(&folder) {
        let first = open_table(&path, &TableOptions::default()).unwrap();
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"x").unwrap();
        assert_eq!(first.again().err(), Some(SourceError::Changed));
    }
}

#[test]
fn r9_5_a_second_reader_reads_the_file_that_was_opened() {
    let folder = Folder::new();
    for path in lists(&folder) {
        let first = open_table(&path, &TableOptions::default()).unwrap();
        std::fs::rename(&path, folder.path("away")).unwrap();
        std::fs::write(&path, "名称\n另一个\n").unwrap();
        let mut second = first.again().unwrap().unwrap();
        assert_eq!(name(&mut *second).unwrap(), "第1号");
    }
}
