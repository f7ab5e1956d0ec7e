//! Lists as people export them: CSV in every encoding, and in every state.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(feature = "csv")]

mod common;

use common::{Folder, drain, encode, read, read_with};
use crm_core::import::{RowProblem, RowSource, SourceError};
use crm_exchange::{Encoding, TableOptions, open_table, sheets};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const MIB: usize = 1024 * 1024;
const SIMPLIFIED: &str = "客户名称,联系电话\r\n上海示例科技有限公司,021-55550199\r\n李伟,13912345678\r\n";
const TRADITIONAL: &str =
    "公司名稱,總機電話\r\n臺灣範例股份有限公司,(02)2531-7099\r\n陳美玲,0912-345-678\r\n";

#[test]
fn every_encoding_is_read() {
    for text in [SIMPLIFIED, TRADITIONAL, "name,phone\nAcme,1\nMüller,2\n"] {
        let expected = read(text).unwrap();
        assert_eq!(expected.rows.len(), 2);
        let marked = format!("\u{FEFF}{text}");
        assert_eq!(read(&marked).unwrap(), expected);
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            assert_eq!(read(encode(encoding, text)).unwrap(), expected, "{encoding}");
            assert_eq!(
                read(encode(encoding, &marked)).unwrap(),
                expected,
                "{encoding} with a mark"
            );
        }
    }
    assert_eq!(read(encode(Encoding::Gb18030, SIMPLIFIED)), read(SIMPLIFIED));
    assert_eq!(read(encode(Encoding::Gb18030, TRADITIONAL)), read(TRADITIONAL));
    assert_eq!(read(encode(Encoding::Big5, TRADITIONAL)), read(TRADITIONAL));
}

#[test]
fn two_megabytes_of_ascii_do_not_mislead() {
    let mut list = String::from("name,phone\n");
    for i in 0..100_000 {
        list.push_str(&format!("Acme {i} Ltd,139{i:08}\n"));
    }
    assert!(list.len() > 2 * MIB);
    for (encoding, name) in [
        (Encoding::Big5, "臺灣範例股份有限公司"),
        (Encoding::Gb18030, "上海示例科技有限公司"),
        (Encoding::Utf8, "上海示例科技有限公司"),
    ] {
        let mut bytes = list.clone().into_bytes();
        bytes.extend(encode(encoding, &format!("{name},1\n")));
        let read = read(bytes).unwrap();
        assert_eq!(read.rows.last().unwrap().cells, [name, "1"]);
        assert_eq!(read.problems(), []);
    }
}

#[test]
fn the_caller_may_name_encoding_and_delimiter() {
    let bytes = encode(Encoding::Gb18030, "名称;电话,分机\n甲;1,2\n");
    let options = TableOptions {
        encoding: Some(Encoding::Gb18030),
        delimiter: Some(b','),
        ..TableOptions::default()
    };
    assert_eq!(
        read_with("a.txt", &bytes, &options).unwrap().headings,
        ["名称;电话", "分机"]
    );
    let options = TableOptions {
        encoding: Some(Encoding::Big5),
        ..TableOptions::default()
    };
    assert_ne!(
        read_with("a.csv", &bytes, &options).unwrap().headings,
        ["名称", "电话,分机"]
    );
    let options = TableOptions {
        delimiter: Some(b'"'),
        ..TableOptions::default()
    };
    assert!(matches!(
        read_with("a.csv", "a,b", &options),
        Err(SourceError::Broken(_))
    ));
}

#[test]
fn only_the_rows_with_broken_bytes_are_marked() {
    let broken = |line| (line, RowProblem::BrokenEncoding);
    let list = read(b"\xE5\x90\x8D\xE7\xA7\xB0,phone\nA\xFF,1\nB,2\n\xE5\x90,3\n\xEF\xBF\xBD,4\n").unwrap();
    assert_eq!(
        list.problems(),
        [broken(2), broken(4), broken(5)],
        "a U+FFFD that is in the file stands for what was lost before"
    );
    assert_eq!(list.rows[0].cells, ["A\u{FFFD}", "1"]);
    assert_eq!(list.rows[3].cells, ["\u{FFFD}", "4"]);

    for (encoding, text, fault) in [
        (Encoding::Gb18030, SIMPLIFIED, &b"\xFF"[..]),
        (Encoding::Big5, TRADITIONAL, b"\xA4"),
    ] {
        let mut bytes = encode(encoding, text);
        bytes.extend([b"X", fault, b",5\nY,6\n"].concat());
        let list = read(bytes).unwrap();
        assert_eq!(list.problems(), [broken(4)], "{encoding}");
        assert_eq!(list.rows[3].cells, ["Y", "6"]);
    }

    let mut bytes = encode(Encoding::Utf16Le, SIMPLIFIED);
    bytes.extend(b"\x00\xD8,\x001\x00\n\x00Y\x00,\x002\x00\n\x00");
    let list = read(bytes).unwrap();
    assert_eq!(list.problems(), [broken(4)], "half a surrogate pair");
    assert_eq!(list.rows[3].cells, ["Y", "2"]);
}

#[test]
fn r9_5_a_row_may_lack_its_last_cells_and_must_have_no_more_than_headings() {
    let list = read("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n1\n,,,4\n").unwrap();
    let short = |found| RowProblem::Short { found, expected: 3 };
    let many = |found| RowProblem::TooManyColumns { found, expected: 3 };
    assert_eq!(
        list.problems(),
        [(3, short(2)), (4, many(4)), (6, short(1)), (7, many(4))]
    );
    assert_eq!(list.rows[1].cells, ["1", "2", ""]);
    // Columns without a heading at the end may be missing, and may hold something.
    let list = read("a,b,,\n1,2\n1,2,,x\n").unwrap();
    assert_eq!(list.cells(), [["1", "2", "", ""], ["1", "2", "", "x"]]);
}

#[test]
fn blank_lines_are_left_out() {
    let list = read("\n , \r\n\na,b\n\n1,2\n\u{3000},\n3,4\n\n").unwrap();
    assert_eq!(list.headings, ["a", "b"]);
    assert_eq!(list.cells(), [["1", "2"], ["3", "4"]]);
    assert_eq!(list.lines(), [6, 8]);
}

#[test]
fn a_nul_is_named() {
    let list = read(b"name,phone\nA,1\nB,\0\nC,3\n").unwrap();
    assert_eq!(list.problems(), [(3, RowProblem::Nul { column: 2 })]);
    let list = read(b"name,phone\nA,1\nB\0,2\nC,3\n").unwrap();
    assert_eq!(list.problems(), [(3, RowProblem::Nul { column: 1 })]);
}

#[test]
fn an_overlong_cell_is_dropped_and_its_row_named() {
    for cell in ["x".repeat(10 * MIB), format!("\"{}\"", "x".repeat(10 * MIB))] {
        let list = read(format!("a,b\n1,2\n3,{cell}\n5,6\n")).unwrap();
        let bytes = 10 * MIB as u64;
        assert_eq!(
            list.problems(),
            [(3, RowProblem::CellTooLong { column: 2, bytes })]
        );
        assert_eq!(list.rows[1].cells, ["3", ""]);
        assert_eq!(list.rows[2].cells, ["5", "6"]);
    }
    // Lines of prose in quotes are one cell, however many; the lines are counted on.
    let prose = "so it went\r\n"
        .repeat(MIB / 10)
        .replace("went", "went, \"\"well\"\",");
    let list = read(format!("a,b\n1,\"{prose}\"\n5,6\n")).unwrap();
    assert_eq!(list.rows.len(), 2);
    assert!(matches!(
        list.problems()[..],
        [(2, RowProblem::CellTooLong { column: 2, .. })]
    ));
    assert_eq!(list.rows[1].line, 3 + (MIB / 10) as u64);
    let short = "x\r\n".repeat(MIB);
    assert_eq!(
        read(format!("a,b\n1,\"{short}\"\n5,6\n")).unwrap().lines(),
        [2, 3 + MIB as u64]
    );
}

#[test]
fn a_cell_of_exactly_one_mebibyte_is_kept() {
    for (length, fits) in [(MIB - 1, true), (MIB, true), (MIB + 1, false)] {
        for cell in ["x".repeat(length), format!("\"{}\"", "x".repeat(length))] {
            let list = read(format!("a,b\n{cell},2\n3,{cell}")).unwrap();
            assert_eq!(list.problems().is_empty(), fits, "{length}");
            assert_eq!(list.rows[0].cells[0].len(), if fits { length } else { 0 });
            assert_eq!(list.rows[0].cells[1], "2");
        }
    }
}

#[test]
fn broken_bytes_do_not_make_a_cell_longer_than_a_cell() {
    let options = TableOptions {
        encoding: Some(Encoding::Utf8),
        ..TableOptions::default()
    };
    let bytes = [b"a,b\n1,", &vec![0xFF; MIB / 2][..], b"\n2,x\n"].concat();
    let list = read_with("a.csv", bytes, &options).unwrap();
    let problem = RowProblem::CellTooLong {
        column: 2,
        bytes: 3 * MIB as u64 / 2,
    };
    assert_eq!(list.problems(), [(2, problem)]);
    assert_eq!(list.rows[0].cells, ["1", ""]);
}

#[test]
fn a_row_keeps_no_more_than_eight_mebibytes() {
    let cell = "x".repeat(MIB);
    let row = [cell.as_str(); 10].join(",");
    let list = read(format!("a,b,c,d,e,f,g,h,i,j\n{row}\n1,2,3,4,5,6,7,8,9,0\n")).unwrap();
    assert_eq!(
        list.problems(),
        [(
            2,
            RowProblem::CellTooLong {
                column: 9,
                bytes: MIB as u64
            }
        )]
    );
    let kept: usize = list.rows[0].cells.iter().map(String::len).sum();
    assert_eq!(kept, 8 * MIB);
}

#[test]
fn a_long_cells_memory_is_given_back() {
    let folder = Folder::new();
    let path = folder.file("a.csv", format!("a,b\n{},2\n3,4\n", "x".repeat(MIB)));
    let mut source = open_table(&path, &TableOptions::default()).unwrap();
    let mut row = common::empty_row();
    assert!(source.next_row(&mut row).unwrap() && row.cells[0].capacity() >= MIB);
    assert!(source.next_row(&mut row).unwrap() && row.cells[0].capacity() < MIB);
}

#[test]
fn progress_never_falls_in_any_encoding() {
    let text = format!(
        "名称,电话\n{}",
        "上海示例科技有限公司股份有限公司,1\n".repeat(20_000)
    );
    for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Gb18030] {
        // `drain`, by which this reads, looks at each step.
        assert_eq!(read(encode(encoding, &text)).unwrap().rows.len(), 20_000);
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_its_own_row() {
    let few = |line| {
        (
            line,
            RowProblem::TooFewColumns {
                found: 1,
                expected: 2,
            },
        )
    };
    // To the end of a small file.
    let list = read("a,b\n1,2\n\"3,4\n5,6\n7,8\n").unwrap();
    assert_eq!(list.problems(), [few(3)]);
    assert_eq!(list.rows[1].cells, ["3,4", ""]);
    assert_eq!(list.rows[3].cells, ["7", "8"]);
    assert_eq!(list.lines(), [2, 3, 4, 5]);
    // Up to the next quoted cell.
    let list = read("a,b\n\"1,2\n3,4\n5,\"six, or so\"\n\"7\",8\n").unwrap();
    assert_eq!(list.problems(), [few(2)]);
    assert_eq!(list.rows[2].cells, ["5", "six, or so"]);
    // In a file of many megabytes.
    let rows = "Acme Ltd,13912345678\n".repeat(300_000);
    let list = read(format!("a,b\n\"1,2\n{rows}")).unwrap();
    assert_eq!(list.problems(), [few(2)]);
    assert_eq!(list.rows.len(), 300_001);
    // One in every row.
    let list = read(format!("a,b\n{}", "\"1,2\n".repeat(100_000))).unwrap();
    assert_eq!(list.rows.len(), 100_000);
    // In a file that was cut off.
    let list = read("a,b\n1,\"2").unwrap();
    assert_eq!(list.cells(), [["1", "2"]]);
}

#[test]
fn quotes_are_read_as_spreadsheets_write_them() {
    let list = read("a,b\n\"1,\"\"x\"\"\",\"\"\n5\" pipe,\"two\" words\n\"7\n7\" ,8\n").unwrap();
    assert_eq!(
        list.cells(),
        [["1,\"x\"", ""], ["5\" pipe", "two words"], ["7\n7 ", "8"]]
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = "a,b\n1,\"x\ny\n\nz\"\n2,3\n\n\"4\n\",5".replace('\n', end);
        let list = read(text).unwrap();
        assert_eq!(list.lines(), [2, 6, 8], "{end:?}");
        assert_eq!(list.rows[0].cells[1], format!("x{end}y{end}{end}z"));
    }
}

#[test]
fn the_delimiter_is_found_out() {
    for delimiter in [",", ";", "\t", "|"] {
        let list = read(SIMPLIFIED.replace(',', delimiter)).unwrap();
        assert_eq!(list, read(SIMPLIFIED).unwrap());
    }
    // 0x7C is the second byte of many characters: 功 許 are among them.
    let list = read(encode(Encoding::Big5, "公司名稱|電話\n許功蓋股份有限公司|1\n")).unwrap();
    assert_eq!(list.cells(), [["許功蓋股份有限公司", "1"]]);
    let list = read("sep=;\r\na;b\r\n1,5;2\r\n").unwrap();
    assert_eq!(list.cells(), [["1,5", "2"]]);
    assert_eq!(list.lines(), [3]);
}

#[test]
fn a_file_without_rows_says_which() {
    assert_eq!(read("a,b\n").unwrap().rows, []);
    assert_eq!(read("a,b").unwrap().rows, []);
    for empty in ["", "\n\r\n", "\u{FEFF}", " , \n"] {
        assert_eq!(read(empty), Err(SourceError::Empty), "{empty:?}");
    }
    let folder = Folder::new();
    let missing = folder.path("none.csv");
    let error = open_table(&missing, &TableOptions::default()).err();
    assert_eq!(error, Some(SourceError::Missing(missing.display().to_string())));
}

#[test]
fn what_is_no_table_is_refused_whatever_its_name() {
    let found = |name: &str, bytes: &[u8]| match read_with(name, bytes, &TableOptions::default()) {
        Err(SourceError::NotThisKind { found, .. }) => found,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(found("a.csv", b"%PDF-1.7\n"), "pdf");
    assert_eq!(found("a.csv", b"<html><table>"), "html");
    assert_eq!(found("a.csv", &[0; 5000]), "binary");
    assert_eq!(found("a.xls", b"{\\rtf1"), "rtf");
    let folder = Folder::new();
    let error = open_table(&folder.path(""), &TableOptions::default()).err();
    assert_eq!(
        error,
        Some(SourceError::NotThisKind {
            expected: "csv or xlsx",
            found: "folder"
        })
    );
    assert_eq!(sheets(&folder.file("a.csv", "a,b")), Ok(Vec::new()));
}

#[cfg(unix)]
#[test]
fn what_has_no_end_is_not_opened() {
    use std::os::unix::{fs::symlink, net::UnixListener};

    let folder = Folder::new();
    let pipe = folder.path("pipe.csv");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let socket = folder.path("socket.csv");
    let _listening = UnixListener::bind(&socket).unwrap();
    let to_pipe = folder.path("to_pipe.csv");
    symlink(&pipe, &to_pipe).unwrap();
    for path in ["/dev/zero".into(), pipe, socket, to_pipe] {
        let opened = open_table(&path, &TableOptions::default()).err();
        assert_eq!(opened, Some(SourceError::Device), "{}", path.display());
        assert_eq!(sheets(&path), Err(SourceError::Device), "{}", path.display());
    }
    // What a file is, tells; not what leads to it.
    let to_list = folder.path("to_list.csv");
    symlink(folder.file("list.csv", "a,b\n1,2\n"), &to_list).unwrap();
    let mut list = open_table(&to_list, &TableOptions::default()).unwrap();
    assert_eq!(drain(&mut *list).unwrap().len(), 1);
}

#[test]
fn a_file_of_more_than_four_gibibytes_is_none() {
    let folder = Folder::new();
    let path = folder.file("a.csv", "a,b\n");
    // Most of it is nowhere on the disk.
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(5 << 30).unwrap();
    let error = open_table(&path, &TableOptions::default()).err();
    assert!(matches!(error, Some(SourceError::TooLarge(_))), "{error:?}");
}

#[test]
fn how_a_list_was_read_is_said_as_it_was_found_out() {
    let folder = Folder::new();
    let path = folder.file("a.csv", encode(Encoding::Gb18030, SIMPLIFIED));
    let reading = |options| open_table(&path, &options).unwrap().reading();
    let found_out = reading(TableOptions::default());
    let told = TableOptions {
        encoding: Some(Encoding::Gb18030),
        delimiter: Some(b','),
        ..TableOptions::default()
    };
    assert_eq!(reading(told.clone()), found_out);
    assert_ne!(
        reading(TableOptions {
            delimiter: Some(b';'),
            ..told.clone()
        }),
        found_out
    );
    assert_ne!(
        reading(TableOptions {
            encoding: Some(Encoding::Big5),
            ..told
        }),
        found_out
    );
}

#[test]
fn the_digest_is_of_the_files_bytes() {
    let folder = Folder::new();
    let bytes = encode(Encoding::Gb18030, SIMPLIFIED);
    let source = open_table(&folder.file("a.csv", &bytes), &TableOptions::default()).unwrap();
    assert_eq!(source.digest()[..], Sha256::digest(&bytes)[..]);
}

#[test]
fn a_list_of_too_many_columns_is_none() {
    let headings = |columns: usize| format!("{}a\n", "a,".repeat(columns - 1));
    assert_eq!(read(headings(1_000)).unwrap().headings.len(), 1_000);
    assert!(matches!(read(headings(1_001)), Err(SourceError::TooLarge(_))));
    assert!(matches!(
        read(headings(10_000_000)),
        Err(SourceError::TooLarge(_))
    ));
    // Blank ones at the end are none.
    let blank = format!("a,b{}\n1,2{}\n", ",".repeat(16_382), ",".repeat(16_382));
    assert_eq!(read(blank).unwrap().problems(), []);
    let list = read(format!("a,b\n{}\n", "x,".repeat(1_000_000))).unwrap();
    let problem = RowProblem::TooManyColumns {
        found: 1_000_000,
        expected: 2,
    };
    assert_eq!(list.problems(), [(2, problem)]);
}

/// What any program would write for these rows.
fn written(rows: &[Vec<String>], style: csv::QuoteStyle, end: csv::Terminator) -> String {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(style)
        .terminator(end)
        .from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9 ]{0,8}",
        "[\u{4E00}-\u{9FA5}，（）]{1,8}",
        "[\",;\t|\r\n a客]{0,6}",
        any::<String>().prop_map(|text| text.replace(['\0', '\u{FEFF}', '\u{FFFD}'], "")),
    ]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1_usize..6).prop_flat_map(|width| {
        let row = prop::collection::vec(cell(), width - 1);
        // Blank rows are left out, so that each has something that is not blank.
        let row = (0..99_u32, row).prop_map(|(first, rest)| {
            let mut row = vec![format!("号{first}")];
            row.extend(rest);
            row
        });
        prop::collection::vec(row, 1..8)
    })
}

proptest! {
    #[test]
    fn what_was_written_reads_back_equal(
        rows in table(),
        encoding in prop::sample::select(&[Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Gb18030]),
        always in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let bytes = encode(encoding, &written(&rows, style, end));
        let options = TableOptions { encoding: Some(encoding), delimiter: Some(b','), ..TableOptions::default() };
        let list = read_with("list.csv", bytes, &options).unwrap();
        prop_assert_eq!(&list.headings, &rows[0]);
        prop_assert_eq!(list.problems(), []);
        let cells: Vec<_> = list.rows.into_iter().map(|row| row.cells).collect();
        prop_assert_eq!(&cells[..], &rows[1..]);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        for encoding in
            [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Gb18030, Encoding::Big5]
        {
            let options = TableOptions { encoding: Some(encoding), ..TableOptions::default() };
            let _ = read_with("list.csv", &bytes, &options);
        }
    }

    #[test]
    fn no_marks_make_it_panic(text in "[\",\r\n;\t a客\u{0}]{0,60}") {
        if let Ok(list) = read(&text) {
            // Whatever the quotes do, no line gives two rows.
            prop_assert!(list.lines().windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    /// The `csv` crate and this one agree, wherever that one has no quote to stumble over. Of these letters no heading is made.
    #[test]
    fn good_files_are_read_as_others_read_them(text in "([b-dx-z ]{0,3}|\"[b-dx-z,\n]{0,4}\")(,([b-dx-z ]{0,3}|\"([b-dx-z,\n]|\"\"){0,4}\")){0,3}(\r?\n([b-dx-z]{1,3}|\"[b-dx-z,\n]{0,4}\")(,[b-dx-z]{0,3}){0,4}){0,6}") {
        let mut theirs = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let theirs: Vec<csv::StringRecord> = theirs.records().map(Result::unwrap).collect();
        let blank = |record: &csv::StringRecord| record.iter().all(|cell| cell.trim().is_empty());
        let mut theirs = theirs.iter().filter(|record| !blank(record));
        let options = TableOptions { delimiter: Some(b','), ..TableOptions::default() };
        let Ok(list) = read_with("list.csv", &text, &options) else {
            prop_assert_eq!(theirs.next(), None);
            return Ok(());
        };
        prop_assert_eq!(&list.headings[..], &theirs.next().unwrap().iter().collect::<Vec<_>>()[..]);
        for (ours, theirs) in list.rows.iter().zip(theirs.by_ref()) {
            let width = list.headings.len().min(theirs.len());
            prop_assert_eq!(&ours.cells[..width], &theirs.iter().take(width).collect::<Vec<_>>()[..]);
        }
        prop_assert_eq!(theirs.next(), None);
    }
}

#[test]
fn rows_reuse_one_memory() {
    let folder = Folder::new();
    let path = folder.file(
        "a.csv",
        format!(
            "a,b\n{}",
            "0123456789012345678901234567890123456789,x\n".repeat(1000)
        ),
    );
    let mut source = open_table(&path, &TableOptions::default()).unwrap();
    let mut row = common::empty_row();
    assert!(source.next_row(&mut row).unwrap());
    let before = row.cells[0].as_ptr();
    while source.next_row(&mut row).unwrap() {
        assert_eq!(row.cells[0].as_ptr(), before);
    }
}

#[test]
fn a_source_can_be_sent_to_another_thread() {
    let folder = Folder::new();
    let path = folder.file("a.csv", "a\n1\n");
    let mut source: Box<dyn RowSource> = open_table(&path, &TableOptions::default()).unwrap();
    let rows = std::thread::spawn(move || drain(&mut *source).unwrap().len())
        .join()
        .unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn r9_5_lists_of_other_countries_with_english_headings_are_read() {
    for (encoding, of, text) in [
        (
            Encoding::ShiftJis,
            encoding_rs::SHIFT_JIS,
            "name,phone,city\n山田工業株式会社,03-1234-5678,東京\nサンプル商事,06-1234-5678,大阪\n",
        ),
        (
            Encoding::EucKr,
            encoding_rs::EUC_KR,
            "name,phone,city\n주식회사 한국전자,02-123-4567,서울\n예시무역,051-123-4567,부산\n",
        ),
    ] {
        let bytes = of.encode(text).0.into_owned();
        assert_eq!(read(&bytes), read(text), "{encoding}");
        let options = TableOptions {
            encoding: Some(encoding),
            ..TableOptions::default()
        };
        assert_eq!(read_with("a.csv", &bytes, &options), read(text));
    }
}

#[test]
fn r9_5_in_doubt_the_candidates_are_shown_and_one_may_be_named() {
    let text = "name,phone\nCafé Müller,1\nRené,2\n";
    let bytes = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let Err(SourceError::UnclearEncoding(candidates)) = read(&bytes) else {
        panic!("it was read");
    };
    assert!(candidates.contains("windows-1252: Café Müller,1"), "{candidates}");
    assert!(candidates.contains(" | "), "{candidates}");
    for label in ["windows-1252", "latin1", "cp1252"] {
        let options = TableOptions {
            encoding: Some(label.parse().unwrap()),
            ..TableOptions::default()
        };
        assert_eq!(read_with("a.csv", &bytes, &options), read(text), "{label}");
    }
}

#[test]
fn r9_5_rows_that_were_read_wrongly_before_are_marked() {
    let twice: String = "上海示例".bytes().map(char::from).collect();
    let text = format!("name,phone\nMüller,1\n\u{FFFD}海,2\n{twice},3\nM\u{c3}\u{bc}ller,4\n上海示例,5\n");
    let read = read(&text).unwrap();
    let lines: Vec<u64> = read
        .rows
        .iter()
        .filter(|row| row.problem == Some(RowProblem::BrokenEncoding))
        .map(|row| row.line)
        .collect();
    assert_eq!(lines, [3, 4, 5]);
}
