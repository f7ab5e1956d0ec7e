//! Which sheets are the list, and which rows their headings (R9.5 f).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(all(feature = "csv", feature = "xlsx"))]

mod common;

use common::{Folder, drain, encode, read, read_with};
use crm_core::import::SourceError;
use crm_exchange::{Encoding, TableOptions, open_table};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

/// A sheet: its name, and its rows, whose cells stand between bars. A name in brackets is of a hidden one.
type Sheet<'a> = (&'a str, &'a str);

fn book(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(name.trim_matches(['(', ')'])).unwrap();
        sheet.set_hidden(name.starts_with('('));
        if at
            == sheets
                .iter()
                .position(|(name, _)| !name.starts_with('('))
                .unwrap_or_default()
        {
            sheet.set_active(true);
        }
        for (row, cells) in (0..).zip(rows.lines()) {
            for (column, cell) in (0..).zip(cells.split('|')).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write(row, column, cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// What is read of a workbook: the headings, the lines with their first cells, how it was read, and what was left.
#[derive(Debug, PartialEq)]
struct Found {
    headings: Vec<String>,
    rows: Vec<(u64, String)>,
    reading: String,
    left: Vec<String>,
}

fn found(sheets: &[Sheet<'_>], options: &TableOptions) -> Result<Found, SourceError> {
    let folder = Folder::new();
    let mut source = open_table(&folder.file("a.xlsx", book(sheets)), options)?;
    let rows = drain(&mut *source)?;
    Ok(Found {
        headings: source.headings().to_vec(),
        rows: rows
            .into_iter()
            .map(|row| (row.line, row.cells[0].clone()))
            .collect(),
        reading: source.reading(),
        left: source.left_unread(),
    })
}

fn of(sheets: &[Sheet<'_>]) -> Found {
    found(sheets, &TableOptions::default()).unwrap()
}

fn named(sheets: &[Sheet<'_>], name: &str) -> Result<Found, SourceError> {
    let options = TableOptions {
        sheet: Some(name.into()),
        ..TableOptions::default()
    };
    found(sheets, &options)
}

const HELP: Sheet<'_> = ("填写说明", "填写说明\n1. 客户名称必填\n2. 联系电话写一个");
const EAST: Sheet<'_> = ("华东", "客户名称|联系电话\n甲|1\n\n乙|2");
const SOUTH: Sheet<'_> = ("华南", "\n客户资料\n 客户名称 |联系电话\n丙|3\n丁|4");
const OTHER: Sheet<'_> = ("联系人", "客户名称|联系人\n甲|李伟");

#[test]
fn r9_5_a_sheet_of_instructions_is_passed_over_and_named() {
    let list = of(&[HELP, EAST]);
    assert_eq!(list.headings, ["客户名称", "联系电话"]);
    assert_eq!(list.rows, [(2, "甲".into()), (4, "乙".into())]);
    assert_eq!(
        (list.reading.as_str(), &list.left[..]),
        ("sheet \"华东\"", &["填写说明".to_owned()][..])
    );
    let blank = of(&[("空", ""), EAST]);
    assert_eq!(blank.left, ["空"]);
}

#[test]
fn r9_5_sheets_of_the_same_headings_are_one_list_whose_lines_go_on() {
    let list = of(&[HELP, EAST, OTHER, SOUTH, ("(旧)", EAST.1)]);
    let rows = [(2, "甲"), (4, "乙"), (8, "丙"), (9, "丁")].map(|(line, name)| (line, name.to_owned()));
    assert_eq!(list.rows, rows, "row 4 of a sheet below 4 rows is line 8");
    assert_eq!(list.reading, "sheets \"华东\"; \"华南\", headings in row 3");
    assert_eq!(list.left, ["填写说明", "联系人", "旧"]);
    let many: Vec<(String, &str)> = (1..=31).map(|day| (format!("{day}日"), EAST.1)).collect();
    let many: Vec<Sheet<'_>> = many.iter().map(|(name, rows)| (name.as_str(), *rows)).collect();
    assert_eq!(of(&many).rows.len(), 62);
}

#[test]
fn r9_5_a_sheet_is_named_or_all_are_asked_for() {
    let sheets = [HELP, EAST, OTHER, SOUTH, ("(旧)", EAST.1)];
    for (name, read) in [("华南", "丙"), (" 华东 ", "甲"), ("4", "丙"), ("旧", "甲")] {
        let list = named(&sheets, name).unwrap();
        assert_eq!(
            (list.rows.len(), list.rows[0].1.as_str(), list.left.len()),
            (2, read, 4),
            "{name}"
        );
    }
    for all in ["all", "ALL", "全部", "*"] {
        let list = named(&sheets, all).unwrap();
        assert_eq!(
            (list.rows.len(), &list.left[..]),
            (6, &["填写说明".to_owned(), "联系人".to_owned()][..]),
            "{all}"
        );
    }
    assert_eq!(named(&sheets, "x"), Err(SourceError::NoSheet("x".into())));
    let called_so = [EAST, ("All", "客户名称|联系电话\n戊|5")];
    assert_eq!(named(&called_so, "all").unwrap().rows, [(2, "戊".into())]);
    assert_eq!(named(&called_so, "*").unwrap().rows.len(), 3);
}

#[test]
fn r9_5_headings_that_nobody_knows_are_those_of_the_first_sheet() {
    let list = of(&[
        ("a", "Firma|Ort\nAcme|Bonn"),
        ("b", "Firma|Ort\nEmca|Köln"),
        ("c", "x|y\n1|2"),
    ]);
    assert_eq!((list.rows.len(), &list.left[..]), (2, &["c".to_owned()][..]));
    assert_eq!(
        found(&[("a", ""), ("b", "")], &TableOptions::default()),
        Err(SourceError::Empty)
    );
}

#[test]
fn r9_5_the_row_of_headings_may_be_named_and_is_said() {
    let row = |row| TableOptions {
        header_row: Some(row),
        ..TableOptions::default()
    };
    let sheet = [("s", "客户名称|联系电话\nFirma|Tel\nAcme|1")];
    let list = found(&sheet, &row(2)).unwrap();
    assert_eq!(
        (list.headings, list.rows),
        (
            vec!["Firma".to_owned(), "Tel".to_owned()],
            vec![(3, "Acme".to_owned())]
        )
    );
    assert_eq!(list.reading, "sheet \"s\", headings in row 2");
    assert_eq!(found(&sheet, &row(1)).unwrap(), of(&sheet));
    let none = found(&sheet, &row(9));
    assert_eq!(none, Err(SourceError::Broken("row 9 holds no headings".into())));

    let text = "客户名称;联系电话\nFirma;Tel\nAcme;1\n";
    let list = read_with("a.csv", text, &row(2)).unwrap();
    assert_eq!(
        (list.headings, list.rows[0].line),
        (vec!["Firma".to_owned(), "Tel".to_owned()], 3)
    );
    assert_eq!(read_with("a.csv", text, &row(1)), read(text));
    assert!(read_with("a.csv", text, &row(0)).is_err());
    let deep = format!("{}name,phone\na,1\n", "x,y\n".repeat(5_000));
    assert_eq!(read_with("a.csv", &deep, &row(5_001)).unwrap().rows.len(), 1);
}

#[test]
fn r9_5_what_stands_above_the_headings_is_left_out() {
    for above in [
        "客户资料表\n",
        "客户资料表\r\n导出时间：2024-05-01 09:30, 张三\r\n\r\n",
        "说明,见下\n\n",
    ] {
        for delimiter in [",", ";", "\t"] {
            let table = format!(
                "客户名称{delimiter}联系电话{delimiter}等级\n甲{delimiter}021-55550199{delimiter}A\n"
            );
            let text = format!("{above}{table}");
            let lines = above.lines().count() as u64;
            for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Gb18030] {
                let list = read(encode(encoding, &text)).unwrap();
                assert_eq!(list.headings, ["客户名称", "联系电话", "等级"], "{text}");
                assert_eq!(
                    (list.lines(), list.cells()),
                    (vec![lines + 2], vec![vec!["甲", "021-55550199", "A"]])
                );
            }
        }
    }
    let folder = Folder::new();
    let reading = |text| {
        open_table(&folder.file("a.csv", text), &TableOptions::default())
            .unwrap()
            .reading()
    };
    assert_eq!(
        reading("客户\n客户名称,联系电话\n甲,1\n"),
        "UTF-8, cells apart by ',', headings in row 2"
    );
    assert_eq!(
        reading("\n客户名称,联系电话\n甲,1\n"),
        "UTF-8, cells apart by ','"
    );
}

#[test]
fn r9_5_two_rows_of_headings_are_read_as_one() {
    let two = "客户信息|||联系人|\n名称|电话|等级|姓名|手机\n甲|1|A|李伟|13912345678";
    let list = of(&[("s", two)]);
    assert_eq!(
        list.headings,
        ["客户名称", "电话", "等级", "联系人姓名", "联系人手机"]
    );
    assert_eq!(
        (list.rows, list.reading.as_str()),
        (vec![(3, "甲".into())], "sheet \"s\", headings in rows 1 and 2")
    );
    let text = "名称,电话,联系人,\n,,姓名,手机\n甲,1,李伟,13912345678\n";
    let list = read(text).unwrap();
    assert_eq!(list.headings, ["名称", "电话", "联系人姓名", "联系人手机"]);
    assert_eq!(list.cells(), [["甲", "1", "李伟", "13912345678"]]);
}

/// A workbook of one sheet.
fn sheet(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet()).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn r9_5_a_merged_cell_counts_for_all_its_rows() {
    let format = Format::new();
    let bytes = sheet(|sheet| {
        sheet.write_row(0, 0, ["客户名称", "联系人", "联系人手机", "备注"])?;
        sheet.merge_range(1, 0, 3, 0, "甲公司", &format)?;
        sheet.write_column(1, 1, ["李伟", "王芳", "赵强"])?;
        // A row of a merged cell and nothing else is blank.
        sheet.merge_range(4, 0, 6, 0, "乙公司", &format)?;
        sheet.write_column(4, 1, ["陈静", "", "林涛"])?;
        sheet.merge_range(7, 0, 7, 1, "丙公司", &format)?;
        sheet.merge_range(8, 2, 9, 3, "13912345678", &format)?;
        sheet.write_column(8, 0, ["丁公司", "戊公司"])?;
        sheet.write(10, 0, "己公司")?;
        Ok(())
    });
    let list = read_with("a.xlsx", bytes, &TableOptions::default()).unwrap();
    assert_eq!(list.lines(), [2, 3, 4, 5, 7, 8, 9, 10, 11]);
    assert_eq!(
        list.cells(),
        [
            ["甲公司", "李伟", "", ""],
            ["甲公司", "王芳", "", ""],
            ["甲公司", "赵强", "", ""],
            ["乙公司", "陈静", "", ""],
            ["乙公司", "林涛", "", ""],
            ["丙公司", "", "", ""],
            ["丁公司", "", "13912345678", ""],
            ["戊公司", "", "13912345678", ""],
            ["己公司", "", "", ""],
        ]
    );
}

#[test]
fn r9_5_merged_headings_group_those_below() {
    let format = Format::new();
    let bytes = sheet(|sheet| {
        sheet.merge_range(0, 0, 0, 5, "客户资料表", &format)?;
        for (column, name) in [(0, "客户名称"), (1, "联系电话")] {
            sheet.merge_range(1, column, 2, column, name, &format)?;
        }
        sheet.merge_range(1, 2, 1, 3, "联系人", &format)?;
        sheet.write_row(2, 2, ["姓名", "手机", "电话", "等级"])?;
        sheet.merge_range(3, 0, 4, 0, "甲公司", &format)?;
        sheet.write_row(3, 1, ["1", "李伟", "13912345678", "2", "A"])?;
        sheet.write_row(4, 1, ["1", "王芳", "13912345679", "2", "B"])?;
        Ok(())
    });
    let list = read_with("a.xlsx", bytes, &TableOptions::default()).unwrap();
    assert_eq!(
        list.headings,
        ["客户名称", "联系电话", "联系人姓名", "联系人手机", "电话", "等级"]
    );
    assert_eq!(
        list.cells(),
        [
            ["甲公司", "1", "李伟", "13912345678", "2", "A"],
            ["甲公司", "1", "王芳", "13912345679", "2", "B"]
        ]
    );
    assert_eq!(list.lines(), [4, 5]);
}

#[test]
fn r9_5_merged_cells_of_each_sheet_are_its_own() {
    let mut book = Workbook::new();
    for name in ["甲", "乙"] {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["客户名称", "联系人"]).unwrap();
        sheet.merge_range(1, 0, 2, 0, name, &Format::new()).unwrap();
        sheet.write_column(1, 1, ["李伟", "王芳", "赵强"]).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let list = read_with("a.xlsx", bytes, &TableOptions::default()).unwrap();
    let names: Vec<&str> = list.rows.iter().map(|row| row.cells[0].as_str()).collect();
    assert_eq!(names, ["甲", "甲", "", "乙", "乙", ""]);
    assert_eq!(list.lines(), [2, 3, 4, 6, 7, 8]);
}
