//! Excel workbooks, written here by another library.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(feature = "xlsx")]

mod common;

use std::io::Write;

use common::{Folder, List, drain, read_with};
use crm_core::import::{RowProblem, SourceError};
use crm_exchange::{TableOptions, open_table, sheets};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};
use sha2::{Digest, Sha256};

fn book(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet()).unwrap();
    book.save_to_buffer().unwrap()
}

fn read(bytes: impl AsRef<[u8]>) -> Result<List, SourceError> {
    read_with("list.xlsx", bytes, &TableOptions::default())
}

#[test]
fn a_sheet_is_read_as_a_person_sees_it() {
    let bytes = book(|sheet| {
        sheet.write_row(
            0,
            0,
            [
                "客户名称",
                "联系电话",
                "首次接触时间",
                "创建时间",
                "金额",
                "是否",
                "备注",
            ],
        )?;
        sheet.write(1, 0, "上海示例科技有限公司")?;
        sheet.write(1, 1, 13_912_345_678_f64)?;
        let date = Format::new().set_num_format("yyyy/m/d");
        sheet.write_with_format(1, 2, ExcelDateTime::from_ymd(2024, 5, 1)?, &date)?;
        let time = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        sheet.write_with_format(
            1,
            3,
            ExcelDateTime::from_ymd(2024, 5, 1)?.and_hms(9, 30, 0)?,
            &time,
        )?;
        sheet.write(1, 4, 120_000.5)?;
        sheet.write(1, 5, true)?;
        let (bold, plain) = (Format::new().set_bold(), Format::new());
        sheet.write_rich_string(1, 6, &[(&bold, "重要"), (&plain, "客户")])?;
        sheet.write_formula(2, 0, Formula::new("=A2").set_result("李伟"))?;
        sheet.write_formula(2, 1, Formula::new("=1/0").set_result("#DIV/0!"))?;
        sheet.write(2, 4, 8_613_912_345_678_f64)?;
        Ok(())
    });
    let list = read(bytes).unwrap();
    let first = [
        "上海示例科技有限公司",
        "13912345678",
        "2024-05-01",
        "2024-05-01 09:30:00",
        "120000.5",
        "TRUE",
        "重要客户",
    ];
    assert_eq!(
        list.cells(),
        [first, ["李伟", "#DIV/0!", "", "", "8613912345678", "", ""]]
    );
    assert_eq!(list.lines(), [2, 3]);
}

#[test]
fn r9_5_digits_are_as_the_sheet_shows_them_or_said_to_be_lost() {
    let bytes = book(|sheet| {
        sheet.write_row(
            0,
            0,
            ["客户名称", "联系电话", "邮编", "统一社会信用代码", "首次接触时间"],
        )?;
        let zeros = |code: &str| Format::new().set_num_format(code);
        sheet.write(1, 0, 13_912_345_678_f64)?;
        sheet.write_with_format(1, 1, 2_155_550_199_f64, &zeros("00000000000"))?;
        sheet.write_with_format(1, 2, 10_001, &zeros("000000"))?;
        sheet.write(1, 3, 110_101_199_001_011_234_f64)?;
        sheet.write(1, 4, 45_413)?;
        sheet.write(2, 0, 123_456_789_012_345_f64)?;
        sheet.write_with_format(2, 1, 5_550_199, &zeros("000-0000"))?;
        sheet.write_with_format(2, 2, 123_456_789, &zeros("00000-0000"))?;
        sheet.write_with_format(2, 3, 6_222_021_234_567_890_123_f64, &zeros("0"))?;
        sheet.write_with_format(2, 4, 45_413, &zeros("yyyy/m/d"))?;
        Ok(())
    });
    assert_eq!(
        read(bytes).unwrap().cells(),
        [
            [
                "13912345678",
                "02155550199",
                "010001",
                "1.10101199001011E+17",
                "45413"
            ],
            [
                "123456789012345",
                "555-0199",
                "12345-6789",
                "6.22202123456789E+18",
                "2024-05-01"
            ],
        ]
    );
}

#[test]
fn blank_rows_are_left_out_and_short_ones_filled_up() {
    let bytes = book(|sheet| {
        sheet.write_row(2, 0, ["a", "b", "c", " "])?;
        sheet.write(4, 1, "x")?;
        sheet.write(5, 0, " ")?;
        sheet.write(9, 0, "y")?;
        sheet.write(10, 4, "beyond")?;
        sheet.write_blank(11, 6, &Format::new().set_bold())?;
        sheet.write(11, 0, "z")?;
        Ok(())
    });
    let list = read(bytes).unwrap();
    assert_eq!(list.headings, ["a", "b", "c"]);
    assert_eq!(list.lines(), [5, 10, 11, 12]);
    assert_eq!(list.rows[0].cells, ["", "x", ""]);
    assert_eq!(list.rows[1].cells, ["y", "", ""]);
    assert_eq!(
        list.problems(),
        [(
            11,
            RowProblem::TooManyColumns {
                found: 5,
                expected: 3
            }
        )]
    );
}

#[test]
fn merged_headings_are_no_matter() {
    let bytes = book(|sheet| {
        sheet.merge_range(0, 0, 0, 1, "客户", &Format::new())?;
        sheet.write(0, 2, "电话")?;
        sheet.write_row(1, 0, ["甲", "乙", "1"])?;
        Ok(())
    });
    let list = read(bytes).unwrap();
    assert_eq!(list.headings, ["客户", "", "电话"]);
    assert_eq!(list.cells(), [["甲", "乙", "1"]]);
}

#[test]
fn the_sheet_is_the_first_that_is_shown_or_the_one_named() {
    let mut book = Workbook::new();
    book.add_worksheet()
        .set_name("隐藏")
        .unwrap()
        .set_hidden(true)
        .write(0, 0, "hidden")
        .unwrap();
    book.add_worksheet()
        .set_name("客户")
        .unwrap()
        .set_active(true)
        .write(0, 0, "first")
        .unwrap();
    book.add_worksheet()
        .set_name("联系人")
        .unwrap()
        .write(0, 0, "second")
        .unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(read(&bytes).unwrap().headings, ["first"]);
    let named = |name: &str| {
        let options = TableOptions {
            sheet: Some(name.into()),
            ..TableOptions::default()
        };
        read_with("list.xlsx", &bytes, &options)
    };
    assert_eq!(named("联系人").unwrap().headings, ["second"]);
    assert_eq!(named("none"), Err(SourceError::NoSheet("none".into())));
    let folder = Folder::new();
    let names = ["隐藏", "客户", "联系人"].map(String::from).to_vec();
    assert_eq!(sheets(&folder.file("a.xlsx", &bytes)), Ok(names));
}

#[test]
fn an_empty_sheet_and_one_of_headings() {
    assert_eq!(read(book(|_| Ok(()))), Err(SourceError::Empty));
    let headings = book(|sheet| sheet.write(0, 0, "name").map(drop));
    assert_eq!(read(headings).unwrap().rows, []);
}

#[test]
fn the_content_tells_a_workbook_whatever_its_name() {
    let bytes = book(|sheet| sheet.write(0, 0, "name").map(drop));
    assert_eq!(
        read_with("list", &bytes, &TableOptions::default())
            .unwrap()
            .headings,
        ["name"]
    );
    assert_eq!(
        read_with("list.csv", &bytes, &TableOptions::default())
            .unwrap()
            .headings,
        ["name"]
    );
    let folder = Folder::new();
    let source = open_table(&folder.file("a.xlsx", &bytes), &TableOptions::default()).unwrap();
    assert_eq!(source.digest()[..], Sha256::digest(&bytes)[..]);
}

fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn what_is_no_workbook_is_refused() {
    let not = |found| {
        Err(SourceError::NotThisKind {
            expected: "xlsx",
            found,
        })
    };
    assert_eq!(read(b"%PDF-1.7"), not("pdf"));
    let old = read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 an old one");
    match cfg!(feature = "spreadsheets") {
        true => assert!(matches!(old, Err(SourceError::Broken(_))), "{old:?}"),
        false => assert_eq!(old, not("xls")),
    }
    let encrypted: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        read([b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", &encrypted[..]].concat()),
        Err(SourceError::Encrypted)
    );
    assert_eq!(read(zip_of(&[("a.txt", b"a")])), not("zip"));
    assert_eq!(read(zip_of(&[("word/document.xml", b"<a/>")])), not("docx"));
    let binary = read(zip_of(&[("xl/workbook.bin", b"")]));
    match cfg!(feature = "spreadsheets") {
        true => assert!(matches!(binary, Err(SourceError::Broken(_))), "{binary:?}"),
        false => assert_eq!(binary, not("xlsb")),
    }
    assert!(matches!(
        read(zip_of(&[("xl/workbook.xml", b"<a/>")])),
        Err(SourceError::Broken(_))
    ));
    assert!(matches!(
        read(b"PK\x03\x04 and no more"),
        Err(SourceError::Broken(_))
    ));
}

/// The parts of a workbook whose sheet and shared strings are as given.
fn raw_parts(sheet: &[u8], strings: &[u8]) -> Vec<(String, Vec<u8>)> {
    let parts: [(&str, &[u8]); 5] = [
        (
            "_rels/.rels",
            br#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ];
    parts
        .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
        .to_vec()
}

/// A workbook of these parts.
fn raw_book(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let parts = raw_parts(sheet, strings);
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    zip_of(&parts)
}

const NO_STRINGS: &[u8] = b"<sst></sst>";

fn sheet_of(rows: &str) -> Vec<u8> {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes()
}

#[test]
fn a_sheet_without_places_and_sizes_is_read() {
    let rows = r#"<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>
        <row><c><v>1</v></c><c t="e"><v>#SPILL!</v></c></row><row><c><v>2</v></c><c><v>3</v></c></row>"#;
    let list = read(raw_book(&sheet_of(rows), NO_STRINGS)).unwrap();
    assert_eq!(list.headings, ["a", "b"]);
    assert_eq!(list.cells(), [["1", "#SPILL!"], ["2", "3"]]);
}

#[test]
fn r9_5_errors_and_formulas_without_a_value_are_told_from_nothing() {
    let rows = r#"<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c><c t="inlineStr"><is><t>c</t></is></c></row>
        <row><c t="e"><f>A9</f><v>#REF!</v></c><c><f>1+1</f></c><c><f>1+1</f><v>2</v></c></row><row><c><v>1</v></c><c/><c t="str"><f>""</f><v></v></c></row>"#;
    let list = read(raw_book(&sheet_of(rows), NO_STRINGS)).unwrap();
    assert_eq!(list.cells(), [["#REF!", "#FORMULA!", "2"], ["1", "", ""]]);
}

#[test]
fn a_sheet_of_too_many_columns_is_none() {
    let row = |cells| format!("<row>{}</row>", "<c><v>1</v></c>".repeat(cells));
    let read = |rows: &str| read(raw_book(&sheet_of(rows), NO_STRINGS));
    assert_eq!(read(&row(1_000)).unwrap().headings.len(), 1_000);
    assert!(matches!(read(&row(1_001)), Err(SourceError::TooLarge(_))));
    let far = r#"<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>"#;
    assert!(matches!(read(far), Err(SourceError::TooLarge(_))));
    let list = read(&format!("{}{}", row(2), row(16_384))).unwrap();
    let problem = RowProblem::TooManyColumns {
        found: 16_384,
        expected: 2,
    };
    assert_eq!(list.problems(), [(2, problem)]);
    let beyond_excel = read(&format!("{}{}", row(2), row(16_385)));
    assert!(matches!(beyond_excel, Err(SourceError::Broken(_))));
}

#[test]
fn a_book_without_the_strings_and_styles_that_it_names_has_none() {
    let named = |strings: &[u8]| {
        let parts = raw_parts(&sheet_of("<row><c><v>1</v></c></row>"), strings);
        let relations = String::from_utf8(parts[2].1.clone()).unwrap();
        let more = ["sharedStrings", "styles"].map(|kind| {
            format!(r#"<Relationship Id="{kind}" Type="http://x/relationships/{kind}" Target="none.xml"/></Relationships>"#)
        });
        let relations = more.iter().fold(relations, |relations, more| {
            relations.replace("</Relationships>", more)
        });
        let parts: Vec<(&str, &[u8])> = parts
            .iter()
            .map(|(name, bytes)| match name.as_str() {
                "xl/_rels/workbook.xml.rels" => (name.as_str(), relations.as_bytes()),
                _ => (name.as_str(), bytes.as_slice()),
            })
            .collect();
        zip_of(&parts)
    };
    assert_eq!(read(named(NO_STRINGS)).unwrap().headings, ["1"]);
}

/// What a sheet is refused for, below headings.
fn fault(rows: &str) -> String {
    let heading = r#"<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>"#;
    match read(raw_book(&sheet_of(&format!("{heading}{rows}")), NO_STRINGS)) {
        Err(SourceError::Broken(detail)) => detail,
        other => panic!("{rows}: {other:?}"),
    }
}

#[test]
fn rows_that_do_not_rise_make_a_damaged_sheet() {
    for rows in [
        r#"<row r="3"><c r="A3"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>"#,
        r#"<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>"#,
        r#"<row r="3"/><row r="3"><c r="A3"><v>2</v></c></row>"#,
        r#"<row r="1"><c r="A1"><v>2</v></c></row>"#,
        r#"<row r="0"><c><v>2</v></c></row>"#,
        r#"<row r="1048577"><c><v>2</v></c></row>"#,
        r#"<row r="1048576"/><row><c><v>2</v></c></row>"#,
        r#"<row r="x"><c><v>2</v></c></row>"#,
    ] {
        assert!(fault(rows).contains("row"), "{rows}");
    }
}

#[test]
fn a_cell_of_another_row_makes_a_damaged_sheet() {
    for rows in [
        r#"<row r="2"><c r="A2"><v>1</v></c><c r="B3"><v>2</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>"#,
        r#"<row r="2"><c r="A5"><v>1</v></c></row>"#,
        r#"<row r="5"><c r="A2"><v>1</v></c></row>"#,
        r#"<row><c><v>1</v></c><c r="B7"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>"#,
        r#"<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>"#,
        r#"<row r="2"><c r="2"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="A"><v>1</v></c></row>"#,
    ] {
        assert!(!fault(rows).is_empty(), "{rows}");
    }
    let named = fault(r#"<row r="2"><c r="A2"><v>1</v></c><c r="B3"><v>2</v></c></row>"#);
    assert!(named.contains("row 2") && named.contains("row 3"), "{named}");
}

#[test]
fn rows_may_leave_it_to_their_cells_where_they_are() {
    let rows =
        r#"<row><c r="A1"><v>1</v></c></row><row><c r="A4"><v>2</v></c></row><row><c><v>3</v></c></row>"#;
    assert_eq!(
        read(raw_book(&sheet_of(rows), NO_STRINGS)).unwrap().lines(),
        [4, 5]
    );
}

#[test]
fn damage_behind_the_cells_brings_no_row_in() {
    let rows = r#"<row><c><v>1</v></c></row><row><c><v>2</v></c></row>"#;
    let mut bytes = raw_book(&sheet_of(rows), NO_STRINGS);
    assert_eq!(read(&bytes).unwrap().rows.len(), 1);
    // The sheet's checksum, as the archive lists it.
    let listed = memmem(&bytes, b"PK\x01\x02", 3);
    bytes[listed + 16] ^= 1;
    assert!(matches!(read(bytes), Err(SourceError::Broken(_))));
}

/// The place of the `nth` such bytes, from 0.
fn memmem(bytes: &[u8], wanted: &[u8], nth: usize) -> usize {
    let mut places = bytes
        .windows(wanted.len())
        .enumerate()
        .filter(|(_, window)| *window == wanted);
    places.nth(nth).unwrap().0
}

#[test]
fn parts_are_found_where_the_workbook_says() {
    let relation = |id: &str, kind: &str, target: &str| {
        format!(
            r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let relations = |all: &[String]| format!("<Relationships>{}</Relationships>", all.concat()).into_bytes();
    let of_archive = relations(&[relation("a", "officeDocument", "/xl/book")]);
    let of_book = relations(&[
        relation("b", "worksheet", "../data"),
        relation("c", "sharedStrings", "words.bin"),
        relation("d", "styles", "/looks"),
        relation("e", "chartsheet", "chart"),
    ]);
    let book = br#"<x:workbook xmlns:x="y"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="c" r:id="e"/><x:sheet name="a&amp;b" r:id="b"/></x:sheets></x:workbook>"#;
    let sheet = br#"<worksheet><sheetData><row><c t="s"><v>1</v></c></row><row><c s="1"><v>43951</v></c></row></sheetData></worksheet>"#;
    let bytes = zip_of(&[
        ("_rels/.rels", &of_archive),
        ("xl\\BOOK", book),
        ("xl/_rels/book.rels", &of_book),
        ("Data", sheet),
        ("xl/words.bin", b"<sst><si><t>x</t></si><si><t>day</t></si></sst>"),
        (
            "looks",
            br#"<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
        ),
        ("xl/other.xml", b""),
    ]);
    let list = read(&bytes).unwrap();
    assert_eq!(list.headings, ["day"]);
    assert_eq!(list.cells(), [["2024-05-01"]]);
    let folder = Folder::new();
    let path = folder.file("a.xlsx", &bytes);
    assert_eq!(sheets(&path), Ok(vec!["a&b".to_owned()]));
    let reading = |sheet: Option<&str>| {
        let options = TableOptions {
            sheet: sheet.map(Into::into),
            ..TableOptions::default()
        };
        open_table(&path, &options).unwrap().reading()
    };
    assert_eq!(
        reading(None),
        reading(Some("a&b")),
        "the sheet that was found out"
    );
    assert!(reading(None).contains("a&b"));
}

#[test]
fn no_cell_is_left_over_from_an_earlier_row() {
    let full = r#"<row><c><v>1</v></c><c><v>2</v></c></row>"#.repeat(5000);
    let sparse = r#"<row><c><v>3</v></c></row>"#.repeat(5000);
    let list = read(raw_book(&sheet_of(&format!("{full}{sparse}")), NO_STRINGS)).unwrap();
    let cells = list.cells();
    assert!(cells[..4999].iter().all(|row| row == &["1", "2"]));
    assert!(cells[4999..].iter().all(|row| row == &["3", ""]));
}

#[test]
fn an_overlong_cell_and_a_damaged_sheet() {
    let heading = r#"<row r="1"><c r="A1"><v>1</v></c></row>"#;
    let long = "x".repeat(1024 * 1024 + 1);
    let cell = format!(
        r#"<row r="2"><c r="A2" t="str"><v>{long}</v></c></row><row r="3"><c r="A3"><v>9</v></c></row>"#
    );
    let list = read(raw_book(&sheet_of(&format!("{heading}{cell}")), NO_STRINGS)).unwrap();
    assert_eq!(
        list.problems(),
        [(
            2,
            RowProblem::CellTooLong {
                column: 1,
                bytes: long.len() as u64
            }
        )]
    );
    assert_eq!(list.rows[1].cells, ["9"]);

    let broken = |rows: &str| {
        let list = read(raw_book(&sheet_of(&format!("{heading}{rows}")), NO_STRINGS));
        assert!(matches!(list, Err(SourceError::Broken(_))), "{list:?}");
    };
    broken(r#"<row r="2"><c r="A2" t="s"><v>7</v></c></row>"#);
    broken(r#"<row r="2"><c r="A2"><v>7</v>"#);
    broken(r#"<row r="2"><c r="A2"><v>7</w></c></row>"#);
    broken(r#"<row r="2"><c r="A2" t="x"><v>7</v></c></row>"#);
}

#[test]
fn strings_that_are_not_there_take_no_memory() {
    let strings = br#"<sst count="1" uniqueCount="99999999999"></sst>"#;
    let sheet = sheet_of(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    assert_eq!(read(raw_book(&sheet, strings)).unwrap().headings, ["1"]);
}

#[test]
fn cells_say_what_they_say_to_another_reader_too() {
    use calamine::{Data, Reader, Xlsx};

    let bytes = book(|sheet| {
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f"])?;
        let formats = [
            "yyyy-mm-dd",
            "yyyy/m/d h:mm",
            "h:mm",
            "General",
            "0.00",
            "[h]:mm",
            "d-mmm-yy",
            "@",
            "mm:ss",
        ];
        for (row, format) in (1..).zip(formats) {
            let format = Format::new().set_num_format(format);
            for (column, value) in (0..).zip([0.0, 0.75, 1.0, 60.0, 45_413.395_9, 120_000.5]) {
                sheet.write_with_format(row, column, value, &format)?;
            }
        }
        sheet.write(20, 0, " 空格 ")?;
        sheet.write(20, 1, "a\r\nb\u{1}_x000D_&<>")?;
        sheet.write(20, 2, true)?;
        sheet.write_formula(20, 3, Formula::new("=1").set_result("x_x000D_"))?;
        Ok(())
    });
    let mut other = Xlsx::new(std::io::Cursor::new(&bytes)).unwrap();
    let range = other.worksheet_range("Sheet1").unwrap();
    let list = read(&bytes).unwrap();
    for row in &list.rows {
        for (column, ours) in (0..).zip(&row.cells) {
            let place = (u32::try_from(row.line).unwrap() - 1, column);
            let theirs = match range.get_value(place).unwrap_or(&Data::Empty) {
                Data::Empty => String::new(),
                Data::String(text) => text.clone(),
                Data::Bool(is) => is.to_string().to_uppercase(),
                Data::Float(number) => number.to_string(),
                Data::DateTime(at) if at.is_duration() => {
                    let minutes = (at.as_f64() * 1440.0).round() as u64;
                    format!("{:02}:{:02}", minutes / 60, minutes % 60)
                }
                Data::DateTime(at) => {
                    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
                    let date = format!("{year:04}-{month:02}-{day:02}");
                    let time = format!("{hour:02}:{minute:02}:{second:02}");
                    match (at.as_f64() < 1.0, time.as_str()) {
                        // There was no 29 February 1900.
                        _ if date == "1900-02-29" => "1900-02-28".into(),
                        (true, _) => time,
                        (false, "00:00:00") => date,
                        (false, _) => format!("{date} {time}"),
                    }
                }
                other => panic!("{other:?}"),
            };
            assert!(ours.starts_with(&theirs), "{place:?}: {ours:?} {theirs:?}");
        }
    }
}

#[test]
fn a_source_may_be_dropped_half_way() {
    let bytes = book(|sheet| (0..20_000).try_for_each(|row| sheet.write(row, 0, f64::from(row)).map(drop)));
    let folder = Folder::new();
    let mut source = open_table(&folder.file("a.xlsx", &bytes), &TableOptions::default()).unwrap();
    let mut row = common::empty_row();
    assert!(source.next_row(&mut row).unwrap());
    assert_eq!((row.line, row.cells[0].as_str()), (2, "1"));
    assert_eq!(source.progress().1, 20_000);
    drop(source);
    let mut source = open_table(&folder.path("a.xlsx"), &TableOptions::default()).unwrap();
    assert_eq!(drain(&mut *source).unwrap().len(), 19_999);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_reads_back_equal(
        rows in prop::collection::vec(prop::collection::vec("[a-z0-9 客户&<>\"']{0,6}", 3), 0..8),
    ) {
        let bytes = book(|sheet| {
            sheet.write_row(0, 0, ["a", "b", "c"])?;
            for (row, cells) in (1..).zip(&rows) {
                sheet.write(row, 0, f64::from(row))?;
                sheet.write_row(row, 1, cells)?;
            }
            sheet.write(0, 3, "d").map(drop)
        });
        let list = read(bytes).unwrap();
        prop_assert_eq!(list.problems(), []);
        for (at, (row, cells)) in list.rows.iter().zip(&rows).enumerate() {
            prop_assert_eq!(&row.cells[0], &(at + 1).to_string());
            prop_assert_eq!(&row.cells[1..], &cells[..]);
        }
        prop_assert_eq!(list.rows.len(), rows.len());
    }

    #[test]
    fn no_sheet_makes_it_panic(
        rows in "(<row>|<row r=\"[0-9]{1,10}\">|</row>|<c>|<c r=\"[A-Z]{1,4}[0-9]{1,9}\" t=\"(s|b|d|e|str|n|x)\">|</c>|<v>|</v>|[0-9.eE-]{1,5}|<f>|&#0;|<is>){0,30}",
    ) {
        let _ = read(raw_book(&sheet_of(&rows), NO_STRINGS));
    }

    #[test]
    fn a_damaged_file_does_not_make_it_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = book(|sheet| sheet.write_row(0, 0, ["a", "b"]).map(drop));
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let _ = read(bytes);
    }
}
