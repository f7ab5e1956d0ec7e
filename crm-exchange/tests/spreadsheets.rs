//! Workbooks of other kinds: of older Excel versions, binary ones, OpenDocument (tests/fixtures/make.py).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(all(feature = "csv", feature = "spreadsheets"))]

mod common;

use std::io::{Cursor, Write};

use calamine::{Data, Reader};
use common::{Folder, List, drain, read_with};
use crm_core::import::SourceError;
use crm_exchange::{TableOptions, limits, open_table, sheets};
use proptest::{prelude::*, sample::Index};

const XLS: &[u8] = include_bytes!("fixtures/old.xls");
const ODS: &[u8] = include_bytes!("fixtures/open.ods");

const HEADINGS: [&str; 6] = [
    "客户名称",
    "联系电话",
    "邮编",
    "首次接触时间",
    "统一社会信用代码",
    "备注",
];

fn read(name: &str, bytes: &[u8]) -> Result<List, SourceError> {
    read_with(name, bytes, &TableOptions::default())
}

fn of(sheet: &str) -> TableOptions {
    TableOptions {
        sheet: Some(sheet.into()),
        ..TableOptions::default()
    }
}

#[test]
fn r9_5_an_old_workbook_is_read_as_a_new_one_is() {
    let folder = Folder::new();
    let path = folder.file("客户.xls", XLS);
    let mut source = open_table(&path, &TableOptions::default()).unwrap();
    assert_eq!(source.headings(), HEADINGS);
    assert_eq!(source.reading(), "sheets \"华东\", headings in row 3; \"华南\"");
    assert_eq!(source.left_unread(), ["填写说明", "旧"]);
    let rows = drain(&mut *source).unwrap();
    assert_eq!(
        rows[0].cells,
        [
            "上海示例科技有限公司",
            "13912345678",
            "010001",
            "2024-05-01",
            "1.10101199001011E+17",
            "重要客户"
        ]
    );
    assert_eq!(
        rows[1].cells,
        [
            "上海示例科技有限公司",
            "555-0199",
            "",
            "2024-05-01 09:30:00",
            "TRUE",
            "12.5"
        ]
    );
    assert_eq!(
        (rows[0].line, rows[1].line, rows[2].line, rows.len()),
        (4, 5, 7, 62)
    );
    for (n, row) in (1..).zip(&rows[2..]) {
        let name = format!("第{n}号客户{}", "某".repeat(60));
        let note = format!("{}{n}", "plain ascii text ".repeat(12));
        assert_eq!(row.cells, [&name, &format!("021-5555{n:04}"), "", "", "", &note]);
    }
    assert_eq!(sheets(&path).unwrap(), ["填写说明", "华东", "华南", "旧"]);
    let hidden = read_with("a.xls", XLS, &of("旧")).unwrap();
    assert_eq!(hidden.cells(), [["甲", "1"]]);
}

#[test]
fn r9_5_an_open_document_is_read_as_a_workbook_is() {
    let folder = Folder::new();
    let path = folder.file("客户.ods", ODS);
    let mut source = open_table(&path, &TableOptions::default()).unwrap();
    assert_eq!(source.headings(), HEADINGS);
    assert_eq!(source.reading(), "sheet \"华东\", headings in row 3");
    assert_eq!(source.left_unread(), ["填写说明", "旧"]);
    let rows = drain(&mut *source).unwrap();
    assert_eq!(
        rows[0].cells,
        [
            "上海示例科技有限公司",
            "13912345678",
            "010001",
            "2024-05-01",
            "1.10101199001011E+17",
            "重要客户\n第二行"
        ]
    );
    assert_eq!(
        rows[1].cells,
        [
            "上海示例科技有限公司",
            "5550199",
            "",
            "2024-05-01 09:30:00",
            "TRUE",
            "12.5"
        ]
    );
    assert_eq!(rows[2].cells, ["重复公司", "1", "1", "", "", ""]);
    assert_eq!((rows.len(), rows[2].line, rows[3].line), (4, 9, 10));
    assert_eq!(rows[2].cells, rows[3].cells);
    assert_eq!(sheets(&path).unwrap(), ["填写说明", "华东", "旧"]);
    assert_eq!(read_with("a.ods", ODS, &of("旧")).unwrap().cells(), [["甲", "1"]]);
}

/// What another library reads in a sheet's cell.
fn theirs(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::Error(error) => error.to_string(),
        Data::String(text) => text.clone(),
        Data::Bool(is) => is.to_string().to_uppercase(),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::DateTime(at) => at.to_ymd_hms_milli().0.to_string(),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.replace('T', " "),
    }
}

#[test]
fn cells_say_what_they_say_to_another_reader_too() {
    let mut xls = calamine::Xls::new(Cursor::new(XLS)).unwrap();
    let mut ods = calamine::Ods::new(Cursor::new(ODS)).unwrap();
    let binary = xlsb();
    let mut xlsb = calamine::Xlsb::new(Cursor::new(&binary)).unwrap();
    for (name, bytes, sheet, range) in [
        ("a.xls", XLS, "华南", xls.worksheet_range("华南").unwrap()),
        ("a.xls", XLS, "华东", xls.worksheet_range("华东").unwrap()),
        ("a.ods", ODS, "华东", ods.worksheet_range("华东").unwrap()),
        ("a.xlsb", &binary, "客户", xlsb.worksheet_range("客户").unwrap()),
    ] {
        for row in read_with(name, bytes, &of(sheet)).unwrap().rows {
            for (column, ours) in (0..).zip(&row.cells) {
                let place = (u32::try_from(row.line).unwrap() - 1, column);
                let theirs = theirs(range.get_value(place).unwrap_or(&Data::Empty));
                // They do not show formats, nor fill merged cells.
                let is_alike =
                    ours.starts_with(&theirs) || ours.replace('-', "").trim_start_matches('0') == theirs;
                assert!(
                    is_alike || ours.contains("E+"),
                    "{name} {place:?}: {ours:?} {theirs:?}"
                );
            }
        }
    }
}

/// A record of a binary workbook.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = match kind {
        0..0x80 => vec![u8::try_from(kind).unwrap()],
        _ => vec![(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8],
    };
    let mut length = data.len();
    while length >= 0x80 {
        bytes.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap());
    bytes.extend(data);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = u32::try_from(units.len()).unwrap().to_le_bytes();
    length
        .into_iter()
        .chain(units.into_iter().flat_map(u16::to_le_bytes))
        .collect()
}

fn longs(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn cell(kind: u16, column: u32, style: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[longs(&[column, style]), value.to_vec()].concat())
}

fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A binary workbook with a hidden sheet and one of customers.
fn xlsb() -> Vec<u8> {
    let relations = |all: &[(&str, &str)]| {
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relation = |(nth, (of, target)): (usize, &(&str, &str))| {
            format!(r#"<Relationship Id="r{nth}" Type="{kind}/{of}" Target="{target}"/>"#)
        };
        let all: String = all.iter().enumerate().map(relation).collect();
        format!(
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{all}</Relationships>"#
        )
    };
    let sheet =
        |state: u32, id: &str, name: &str| record(156, &[longs(&[state, 1]), wide(id), wide(name)].concat());
    let book = [
        record(131, &[]),
        record(153, &longs(&[0, 0, 0])),
        record(143, &[]),
        sheet(1, "r0", "旧"),
        sheet(0, "r1", "客户"),
        record(144, &[]),
        record(132, &[]),
    ]
    .concat();
    let string = |text: &str| record(19, &[vec![0], wide(text)].concat());
    let strings = [
        record(159, &longs(&[4, 4])),
        string("客户名称"),
        string("联系电话"),
        string("首次接触时间"),
        string("上海示例科技有限公司"),
        record(160, &[]),
    ]
    .concat();
    let style = |format: u16| {
        record(
            47,
            &[
                0_u16.to_le_bytes().to_vec(),
                format.to_le_bytes().to_vec(),
                vec![0; 12],
            ]
            .concat(),
        )
    };
    let styles = [
        record(278, &[]),
        record(615, &longs(&[1])),
        record(
            44,
            &[164_u16.to_le_bytes().to_vec(), wide("00000000000")].concat(),
        ),
        record(616, &[]),
        record(617, &longs(&[3])),
        style(0),
        style(14),
        style(164),
        record(618, &[]),
        record(279, &[]),
    ]
    .concat();
    let row = |row: u32| record(0, &[longs(&[row, 0]), vec![0; 9]].concat());
    let begin = [
        record(129, &[]),
        record(148, &longs(&[0, 4, 0, 2])),
        record(145, &[]),
    ]
    .concat();
    let cells = [
        begin.clone(),
        row(0),
        cell(7, 0, 0, &longs(&[0])),
        cell(7, 1, 0, &longs(&[1])),
        cell(7, 2, 0, &longs(&[2])),
        row(2),
        cell(7, 0, 0, &longs(&[3])),
        cell(5, 1, 2, &2_155_550_199_f64.to_le_bytes()),
        cell(2, 2, 1, &longs(&[45_413 << 2 | 2])),
        row(3),
        cell(1, 0, 0, &[]),
        cell(6, 1, 0, &wide("021-55550199")),
        cell(9, 2, 0, &110_101_199_001_011_234_f64.to_le_bytes()),
        row(4),
        cell(8, 0, 0, &wide("李伟")),
        cell(3, 1, 0, &[0x2A]),
        cell(4, 2, 0, &[1]),
        record(146, &[]),
        record(177, &longs(&[1])),
        record(176, &longs(&[2, 3, 0, 0])),
        record(178, &[]),
        record(130, &[]),
    ]
    .concat();
    let hidden = [
        begin,
        row(0),
        cell(6, 0, 0, &wide("客户名称")),
        record(146, &[]),
        record(130, &[]),
    ]
    .concat();
    zip_of(&[
        (
            "_rels/.rels",
            relations(&[("officeDocument", "xl/workbook.bin")]).as_bytes(),
        ),
        ("xl/workbook.bin", &book),
        (
            "xl/_rels/workbook.bin.rels",
            relations(&[
                ("worksheet", "worksheets/sheet1.bin"),
                ("worksheet", "worksheets/sheet2.bin"),
                ("sharedStrings", "sharedStrings.bin"),
                ("styles", "styles.bin"),
            ])
            .as_bytes(),
        ),
        ("xl/worksheets/sheet1.bin", &hidden),
        ("xl/worksheets/sheet2.bin", &cells),
        ("xl/sharedStrings.bin", &strings),
        ("xl/styles.bin", &styles),
    ])
}

#[test]
fn r9_5_a_binary_workbook_is_read_as_another_is() {
    let folder = Folder::new();
    let path = folder.file("客户.xlsb", xlsb());
    let mut source = open_table(&path, &TableOptions::default()).unwrap();
    assert_eq!(source.headings(), ["客户名称", "联系电话", "首次接触时间"]);
    assert_eq!(
        (source.reading(), source.left_unread()),
        ("sheet \"客户\"".into(), vec!["旧".to_owned()])
    );
    let rows = drain(&mut *source).unwrap();
    let rows: Vec<_> = rows.iter().map(|row| (row.line, row.cells.clone())).collect();
    let row = |line: u64, cells: [&str; 3]| (line, cells.map(String::from).to_vec());
    assert_eq!(
        rows,
        [
            row(3, ["上海示例科技有限公司", "02155550199", "2024-05-01"]),
            row(
                4,
                ["上海示例科技有限公司", "021-55550199", "1.10101199001011E+17"]
            ),
            row(5, ["李伟", "#N/A", "TRUE"]),
        ]
    );
    assert_eq!(sheets(&path).unwrap(), ["旧", "客户"]);
}

#[test]
fn r9_5_a_list_with_the_wrong_ending_is_read_as_what_it_is() {
    let text = "客户名称\t联系电话\n甲\t1\n";
    let first = |name: &str, bytes: &[u8]| read(name, bytes).unwrap().headings[0].clone();
    let binary = xlsb();
    for name in ["a.csv", "a.xls", "a.xlsx", "a.xlsb", "a.ods", "a.txt", "a"] {
        for bytes in [text.as_bytes(), XLS, ODS, &binary] {
            assert_eq!(first(name, bytes), "客户名称", "{name}");
        }
    }
    let refused = |expected, found| Err(SourceError::NotThisKind { expected, found });
    let page = b"<html><table><tr><td>1</td></tr></table></html>";
    assert_eq!(read("a.xls", page), refused("xls", "html"));
    assert_eq!(read("a.csv", page), refused("csv", "html"));
}

#[test]
fn r9_5_what_is_behind_a_password_or_of_another_program_is_refused() {
    let manifest =
        br#"<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"#;
    let encrypted = zip_of(&[("META-INF/manifest.xml", manifest), ("content.xml", b"\0\x01")]);
    assert_eq!(read("a.ods", &encrypted), Err(SourceError::Encrypted));
    // The record that says so, where the version of the records stands.
    let mut bytes = XLS.to_vec();
    let at = bytes
        .windows(4)
        .position(|bytes| bytes == b"\x09\x08\x10\x00")
        .unwrap();
    bytes[at + 20..at + 22].copy_from_slice(&[0x2F, 0]);
    assert_eq!(read("a.xls", &bytes), Err(SourceError::Encrypted));
    let name = |name: &str| {
        name.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let mut bytes = XLS.to_vec();
    let place = bytes
        .windows(16)
        .position(|bytes| bytes == name("Workbook"))
        .unwrap();
    bytes[place..place + 16].copy_from_slice(&name("Workbaak"));
    assert_eq!(
        read("a.xls", &bytes),
        Err(SourceError::NotThisKind {
            expected: "xls",
            found: "binary"
        })
    );
    for cut in (0..XLS.len()).step_by(997) {
        let _ = read("a.xls", &XLS[..cut]);
    }
}

#[test]
fn r9_5_an_open_document_does_not_unfold_without_end() {
    let book = |rows: &str| {
        let content = format!(r#"<document-content><table name="s">{rows}</table></document-content>"#);
        zip_of(&[("content.xml", content.as_bytes())])
    };
    let cell = |times: u64, text: &str| {
        format!(r#"<table-cell number-columns-repeated="{times}"><p>{text}</p></table-cell>"#)
    };
    let row =
        |times: u64, cells: &str| format!(r#"<table-row number-rows-repeated="{times}">{cells}</table-row>"#);
    let wide = book(&row(1, &cell(99_999_999, "x")));
    assert!(matches!(read("a.ods", &wide), Err(SourceError::Broken(_))));
    let tall = book(&row(99_999_999_999, &cell(1, "x")));
    assert!(matches!(read("a.ods", &tall), Err(SourceError::Broken(_))));
    let both = book(&row(1_000_000, &cell(16_000, "x")));
    assert!(matches!(read("a.ods", &both), Err(SourceError::TooLarge(_))));
    let long = book(&row(10_000, &cell(1, &"x".repeat(1_000_000))));
    assert!(matches!(read("a.ods", &long), Err(SourceError::TooLarge(_))));
    let far = book(&format!(
        "{}{}",
        row(1, &cell(1, "客户名称")),
        row(1_048_570, "<table-cell/>")
    ));
    assert_eq!(read("a.ods", &far).unwrap().rows, []);
    let blank = book(&format!(
        "{}{}",
        row(u64::MAX, "<table-cell/>"),
        row(u64::MAX, "<table-cell/>")
    ));
    assert_eq!(read("a.ods", &blank), Err(SourceError::Empty));
    let long = book(&format!(
        "{}{}",
        row(1, &cell(1, "客户名称")),
        row(1, &cell(1, &"x".repeat(limits::CELL + 1)))
    ));
    assert_eq!(read("a.ods", &long).unwrap().problems().len(), 1);
    let notes = r#"<table-row><table-cell><annotation><p>note</p></annotation><p>a<s c="2"/>b<span>c</span></p></table-cell></table-row>"#;
    assert_eq!(read("a.ods", &book(notes)).unwrap().headings, ["a  bc"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_file_does_not_make_it_panic(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..8),
        cut in any::<Index>(),
        is_cut in any::<bool>(),
    ) {
        let binary = xlsb();
        let mut bytes = [XLS, ODS, &binary][which].to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = read("a.xls", &bytes);
    }

    #[test]
    fn damaged_records_do_not_make_it_panic(
        at in 0..2_000_usize,
        bytes in prop::collection::vec(any::<u8>(), 1..12),
    ) {
        // The records of the old workbook begin behind its header; what is packed is not damaged but by its checksum.
        let mut old = XLS.to_vec();
        let at = 512 + at * 14;
        for (nth, byte) in bytes.iter().enumerate() {
            if let Some(place) = old.get_mut(at + nth) {
                *place = *byte;
            }
        }
        let _ = read("a.xls", &old);
    }

    #[test]
    fn damaged_parts_do_not_make_it_panic(part in "(xl/workbook.bin|xl/styles.bin|xl/sharedStrings.bin|xl/worksheets/sheet2.bin|content.xml)", at in any::<Index>(), bytes in prop::collection::vec(any::<u8>(), 1..6)) {
        for book in [xlsb(), ODS.to_vec()] {
            let mut archive = zip::ZipArchive::new(Cursor::new(&book)).unwrap();
            let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
            let mut parts = Vec::new();
            for name in names {
                let mut content = Vec::new();
                std::io::Read::read_to_end(&mut archive.by_name(&name).unwrap(), &mut content).unwrap();
                if name == part {
                    let at = at.index(content.len());
                    for (nth, byte) in bytes.iter().enumerate() {
                        if let Some(place) = content.get_mut(at + nth) {
                            *place = *byte;
                        }
                    }
                }
                parts.push((name, content));
            }
            let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
            let _ = read("a.xlsb", &zip_of(&parts));
        }
    }
}
