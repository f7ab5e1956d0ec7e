//! Workbooks of a few megabytes that unpack to as much as they can: refused or read, in bounded memory and time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(feature = "xlsx")]
#![allow(unsafe_code, reason = "an allocator that counts can be had no other way")]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use common::Folder;
use crm_core::import::{RawRow, RowProblem, SourceError};
use crm_exchange::{TableOptions, limits, open_table};
use zip::{ZipWriter, write::SimpleFileOptions};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is left to the system's allocator; only sizes are added up.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The counts are the whole process's: one workbook at a time.
static ALONE: Mutex<()> = Mutex::new(());

const MIB: usize = 1024 * 1024;
/// What reading may hold: the shared strings, the blocks that are kept of a file of them, and little beside.
const HELD: usize = limits::workbook::HELD + 32 * MIB;
/// What reading that holds no strings may.
const LITTLE: usize = 24 * MIB;

/// Text, so many times over.
type Piece<'a> = (&'a str, usize);

/// The parts of a workbook of one sheet that are not what a case is about.
struct Book<'a> {
    sheet: &'a [Piece<'a>],
    strings: &'a [Piece<'a>],
    styles: &'a [Piece<'a>],
    sheets: &'a [Piece<'a>],
    /// What the sheet's part is called.
    part: &'a str,
}

const HEADING: Piece<'static> = (
    r#"<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>"#,
    1,
);
const END: Piece<'static> = ("</sheetData></worksheet>", 1);
const ROW: &str = r#"<row r="2"><c r="A2" t="inlineStr"><is>"#;
const ROW_END: Piece<'static> = ("</is></c></row>", 1);

impl Default for Book<'_> {
    fn default() -> Self {
        Self {
            sheet: &[HEADING, END],
            strings: &[],
            styles: &[],
            sheets: &[(r#"<sheet name="s" r:id="r1"/>"#, 1)],
            part: "xl/worksheets/sheet1.xml",
        }
    }
}

impl Book<'_> {
    fn write(&self, folder: &Folder) -> PathBuf {
        let path = folder.path("list.xlsx");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        let mut part = |name: &str, pieces: &[Piece<'_>]| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            for &(text, times) in pieces {
                // In larger pieces, which are written faster.
                let together = (64 * 1024 / text.len()).clamp(1, times.max(1));
                let many = text.repeat(together);
                (0..times / together).for_each(|_| zip.write_all(many.as_bytes()).unwrap());
                (0..times % together).for_each(|_| zip.write_all(text.as_bytes()).unwrap());
            }
        };
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relation = |kind_of: &str, id: &str, target: &str| {
            format!(r#"<Relationship Id="{id}" Type="{kind}/{kind_of}" Target="/{target}"/>"#)
        };
        let of_archive = relation("officeDocument", "r0", "xl/workbook.xml");
        let of_book = [
            relation("worksheet", "r1", self.part),
            relation("sharedStrings", "r2", "xl/words"),
            relation("styles", "r3", "xl/styles.xml"),
        ]
        .concat();
        for (name, relations) in [
            ("_rels/.rels", &of_archive),
            ("xl/_rels/workbook.xml.rels", &of_book),
        ] {
            part(
                name,
                &[("<Relationships>", 1), (relations, 1), ("</Relationships>", 1)],
            );
        }
        let around = |open: &'static str, pieces: &[Piece<'_>], close: &'static str| {
            let pieces = pieces.iter().copied();
            let all = [(open, 1)].into_iter().chain(pieces).chain([(close, 1)]);
            all.map(|(text, times)| (text.to_owned(), times))
                .collect::<Vec<_>>()
        };
        for (name, pieces) in [
            (
                "xl/workbook.xml",
                around("<workbook><sheets>", self.sheets, "</sheets></workbook>"),
            ),
            ("xl/words", around("<sst>", self.strings, "</sst>")),
            (
                "xl/styles.xml",
                around("<styleSheet>", self.styles, "</styleSheet>"),
            ),
        ] {
            let pieces: Vec<Piece<'_>> = pieces
                .iter()
                .map(|(text, times)| (text.as_str(), *times))
                .collect();
            part(name, &pieces);
        }
        part(self.part, self.sheet);
        zip.finish().unwrap();
        path
    }
}

/// What reading came to: the rows' problems, or why not; and the most memory that it held.
fn read(book: &Book<'_>) -> (Result<Vec<Option<RowProblem>>, SourceError>, usize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = Folder::new();
    let path = book.write(&folder);
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let read = || {
        let mut source = open_table(&path, &TableOptions::default())?;
        let (mut row, mut problems) = (RawRow::default(), Vec::new());
        while source.next_row(&mut row)? {
            problems.push(row.problem.take());
        }
        Ok(problems)
    };
    let came_to = read();
    (came_to, PEAK.load(Relaxed) - before)
}

fn too_large(book: &Book<'_>, most: usize) {
    let (read, held) = read(book);
    assert!(matches!(read, Err(SourceError::TooLarge(_))), "{read:?}");
    assert!(held < most, "{held}");
}

/// The one row's problem, and that it is a cell that is too long.
fn one_long_cell(sheet: &[Piece<'_>]) {
    let (read, held) = read(&Book {
        sheet,
        ..Book::default()
    });
    let problems = read.unwrap();
    assert!(
        matches!(problems[..], [Some(RowProblem::CellTooLong { column: 1, .. })]),
        "{problems:?}"
    );
    assert!(held < LITTLE, "{held}");
}

#[test]
fn rich_text_is_one_cell_of_many_runs() {
    let run = format!("<r><t>{}</t></r>", "x".repeat(1000));
    one_long_cell(&[HEADING, (ROW, 1), (&run, 50_000), ROW_END, END]);
}

#[test]
fn character_data_is_text() {
    let data = format!("<![CDATA[{}]]>", "x".repeat(1000));
    one_long_cell(&[
        HEADING,
        (ROW, 1),
        ("<t>", 1),
        (&data, 50_000),
        ("</t>", 1),
        ROW_END,
        END,
    ]);
    too_large(
        &Book {
            sheet: &[
                HEADING,
                (ROW, 1),
                ("<t><![CDATA[", 1),
                ("x", 12 * MIB),
                ("]]></t>", 1),
                ROW_END,
                END,
            ],
            ..Book::default()
        },
        LITTLE,
    );
}

#[test]
fn references_are_characters() {
    one_long_cell(&[
        HEADING,
        (ROW, 1),
        ("<t>", 1),
        ("&amp;", 2 * MIB),
        ("</t>", 1),
        ROW_END,
        END,
    ]);
}

#[test]
fn a_comment_a_tag_and_a_text_have_a_limit() {
    for [open, filling, close] in [
        ["<!--", "x", "-->"],
        ["<c ", r#"a="b" "#, "/>"],
        ["<", "x", "/>"],
        ["<?x ", "x", "?>"],
        ["<!DOCTYPE ", "x", ">"],
        ["", "x", ""],
        ["&", "x", ";"],
    ] {
        let pieces = [
            HEADING,
            (open, usize::from(!open.is_empty())),
            (filling, 12 * MIB / filling.len()),
            (close, 1),
            END,
        ];
        let sheet: Vec<Piece<'_>> = pieces.into_iter().filter(|(text, _)| !text.is_empty()).collect();
        too_large(
            &Book {
                sheet: &sheet,
                ..Book::default()
            },
            LITTLE,
        );
    }
}

#[test]
fn many_comments_and_attributes_are_read_over() {
    let attributes: String = (0..200_000).map(|n| format!(r#"a{n}="" "#)).collect();
    let tag = format!("<c {attributes}><v>7</v></c>");
    let (read, held) = read(&Book {
        sheet: &[
            HEADING,
            ("<!-- x -->", MIB / 2),
            ("<row>", 1),
            (&tag, 10),
            ("</row>", 1),
            END,
        ],
        ..Book::default()
    });
    assert_eq!(read.unwrap().len(), 1);
    assert!(held < LITTLE, "{held}");
}

#[test]
fn elements_do_not_nest_without_end() {
    let name = "x".repeat(4096);
    for sheet in [
        &[HEADING, ("<a>", MIB), END][..],
        &[HEADING, (&format!("<{name}>"), 1_000), END],
    ] {
        let (read, held) = read(&Book {
            sheet,
            ..Book::default()
        });
        assert!(matches!(read, Err(SourceError::Broken(_))), "{read:?}");
        assert!(held < LITTLE, "{held}");
    }
}

#[test]
fn the_limits_hold_whatever_a_part_is_called() {
    let sheet = [
        HEADING,
        (ROW, 1),
        ("<t>", 1),
        ("x", 12 * MIB),
        ("</t>", 1),
        ROW_END,
        END,
    ];
    for part in [
        "xl/sheet",
        "xl/worksheets/sheet1.bin",
        "data.xml.rels",
        "xl/sharedStrings.xml",
    ] {
        let book = Book {
            sheet: &sheet,
            part,
            ..Book::default()
        };
        too_large(&book, LITTLE);
    }
}

#[test]
fn shared_strings_are_held_up_to_a_limit_and_read_up_to_another() {
    let text = format!("<si><t>{}</t></si>", "x".repeat(1000));
    let long = format!("<si><t>{}</t></si>", "x".repeat(MIB));
    for strings in [("<si/>", 8 * MIB), (text.as_str(), 100_000), (long.as_str(), 100)] {
        let (read, held) = read(&Book {
            strings: &[strings],
            ..Book::default()
        });
        assert_eq!(read, Ok(Vec::new()));
        assert!(held < HELD, "{held}");
    }
    let book = Book {
        strings: &[(&long, 513)],
        ..Book::default()
    };
    too_large(&book, HELD);
}

#[test]
fn strings_are_asked_for_in_any_order() {
    let text = format!("<si><t>{}</t></si>", "x".repeat(1000));
    let row = |n: usize| format!("<row><c t=\"s\"><v>{}</v></c></row>", n * 7_919 % 50_000);
    let rows: String = (0..50_000).map(row).collect();
    let (read, held) = read(&Book {
        strings: &[(&text, 50_000)],
        sheet: &[HEADING, (&rows, 1), END],
        ..Book::default()
    });
    assert!(read.unwrap().iter().all(Option::is_none));
    assert!(held < HELD, "{held}");
}

#[test]
fn one_string_in_every_cell_is_text_as_often_as_it_stands_there() {
    let string = format!("<si><t>{}</t></si>", "x".repeat(MIB));
    let row = format!("<row>{}</row>", r#"<c t="s"><v>0</v></c>"#.repeat(9));
    let headings = format!("<worksheet><sheetData><row>{}</row>", "<c><v>1</v></c>".repeat(9));
    too_large(
        &Book {
            strings: &[(&string, 1)],
            sheet: &[(&headings, 1), (&row, 1_000), END],
            ..Book::default()
        },
        LITTLE,
    );
    // A row keeps no more than eight of them.
    let (read, held) = read(&Book {
        strings: &[(&string, 1)],
        sheet: &[(&headings, 1), (&row, 10), END],
        ..Book::default()
    });
    let long =
        |problem: &Option<RowProblem>| matches!(problem, Some(RowProblem::CellTooLong { column: 9, .. }));
    assert!(read.unwrap().iter().all(long));
    assert!(held < LITTLE, "{held}");
}

#[test]
fn a_heading_in_the_last_column_does_not_widen_every_row() {
    let far = r#"<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>"#;
    too_large(
        &Book {
            sheet: &[(far, 1), ("<row><c><v>1</v></c></row>", 100_000), END],
            ..Book::default()
        },
        LITTLE,
    );
    let (read, held) = read(&Book {
        sheet: &[
            HEADING,
            (r#"<row><c><v>1</v></c><c r="XFD2"><v>1</v></c></row>"#, 1),
            END,
        ],
        ..Book::default()
    });
    assert!(matches!(
        read.unwrap()[..],
        [Some(RowProblem::TooManyColumns {
            found: 16_384,
            expected: 1
        })]
    ));
    assert!(held < LITTLE, "{held}");
}

#[test]
fn sheets_and_styles_have_a_limit() {
    let sheet = (r#"<sheet name="s" r:id="r1"/>"#, 3 * MIB);
    let style = ("<xf/>", 14 * MIB);
    let format = (r#"<numFmt numFmtId="1" formatCode="y"/>"#, 2 * MIB);
    for book in [
        Book {
            sheets: &[sheet],
            ..Book::default()
        },
        Book {
            styles: &[("<cellXfs>", 1), style, ("</cellXfs>", 1)],
            ..Book::default()
        },
        Book {
            styles: &[("<numFmts>", 1), format, ("</numFmts>", 1)],
            ..Book::default()
        },
    ] {
        too_large(&book, LITTLE);
    }
}

#[test]
fn merged_cells_have_a_limit_and_take_memory_for_what_they_say() {
    let tall = |n: usize| {
        format!(
            r#"</sheetData><mergeCells>{}</mergeCells></worksheet>"#,
            r#"<mergeCell ref="A1:A3"/>"#.repeat(n)
        )
    };
    let beyond = tall(limits::workbook::MERGED + 1);
    too_large(
        &Book {
            sheet: &[HEADING, (&beyond, 1)],
            ..Book::default()
        },
        LITTLE,
    );
    let most = tall(limits::workbook::MERGED);
    let (came_to, held) = read(&Book {
        sheet: &[HEADING, (&most, 1)],
        ..Book::default()
    });
    assert_eq!((came_to, held < LITTLE), (Ok(Vec::new()), true), "{held}");
    let flat = r#"<mergeCell ref="A30:C30"/>"#;
    let sheet = [HEADING, ("</sheetData>", 1), (flat, 500_000), ("</worksheet>", 1)];
    assert_eq!(
        read(&Book {
            sheet: &sheet,
            ..Book::default()
        })
        .0,
        Ok(Vec::new())
    );

    // A long text that counts for a million rows is as much text as if it stood there.
    let said = format!(
        r#"<row r="2"><c r="A2" t="str"><v>{}</v></c></row>"#,
        "x".repeat(MIB)
    );
    let headings = r#"<worksheet><sheetData><row r="1"><c><v>1</v></c><c><v>1</v></c></row>"#;
    let end = r#"</sheetData><mergeCell ref="A2:A1048576"/></worksheet>"#;
    let row = "<row><c/><c><v>1</v></c></row>";
    too_large(
        &Book {
            sheet: &[(headings, 1), (&said, 1), (row, 2_000), (end, 1)],
            ..Book::default()
        },
        LITTLE,
    );
}

#[cfg(feature = "spreadsheets")]
#[test]
fn an_open_document_takes_memory_that_does_not_grow_with_its_rows() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = Folder::new();
    let path = folder.path("list.ods");
    let mut zip = ZipWriter::new(File::create(&path).unwrap());
    zip.start_file("content.xml", SimpleFileOptions::default())
        .unwrap();
    let cell = format!("<table-cell><p>{}</p></table-cell>", "x".repeat(100));
    let row = format!("<table-row>{}</table-row>", cell.repeat(5));
    zip.write_all(b"<document-content><table name='s'>").unwrap();
    (0..200_000).for_each(|_| zip.write_all(row.as_bytes()).unwrap());
    zip.write_all(b"</table></document-content>").unwrap();
    zip.finish().unwrap();
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let mut source = open_table(&path, &TableOptions::default()).unwrap();
    let (mut row, mut rows) = (RawRow::default(), 0);
    while source.next_row(&mut row).unwrap() {
        rows += 1;
    }
    let held = PEAK.load(Relaxed) - before;
    assert_eq!((rows, held < LITTLE), (199_999, true), "{held}");
}

/// A file whose end says that its list of parts is so long, and has so many.
fn stated(size: u64, count: u64) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend([0; 100]);
    let record = bytes.len() as u64;
    bytes.extend(b"PK\x06\x06");
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([0; 12]);
    for number in [count, count, size, 4] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(record.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0xFF; 16]);
    bytes.extend([0; 2]);
    bytes
}

#[test]
fn an_archive_that_says_that_it_is_large_takes_no_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = Folder::new();
    for (size, count) in [
        (u64::MAX, u64::MAX),
        (46_000_000_000, 1_000_000_000),
        (100, 1_000_000_000),
    ] {
        let path = folder.file("list.xlsx", stated(size, count));
        let before = NOW.load(Relaxed);
        PEAK.store(before, Relaxed);
        let error = open_table(&path, &TableOptions::default()).err();
        assert!(
            matches!(error, Some(SourceError::Broken(_) | SourceError::TooLarge(_))),
            "{error:?}"
        );
        let held = PEAK.load(Relaxed) - before;
        assert!(held < LITTLE, "{held}");
    }
}
