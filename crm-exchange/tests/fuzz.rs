//! Small lists in every form (tests/fixtures), cut, turned and put together at random: whatever comes of it is read as a
//! list or refused with a reason, and nothing panics.
//!
//! A few hundred cases of one seed. For a longer run: `PROPTEST_CASES=1000000 PROPTEST_RNG_SEED=7 cargo test -p
//! crm-exchange --test fuzz`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(all(feature = "csv", feature = "xlsx"))]

mod common;

use std::io::{Cursor, Read, Write};

use common::{Folder, drain};
use crm_core::import::SourceError;
use crm_exchange::{Encoding, TableOptions, limits, open_table, sheets};
use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{Config, RngSeed},
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

const CSV: [&[u8]; 5] = [
    include_bytes!("fixtures/utf8.csv"),
    include_bytes!("fixtures/gb18030.csv"),
    include_bytes!("fixtures/big5.csv"),
    include_bytes!("fixtures/utf16.csv"),
    include_bytes!("fixtures/declared.csv"),
];
const XLSX: [&[u8]; 2] = [
    include_bytes!("fixtures/packed.xlsx"),
    include_bytes!("fixtures/stored.xlsx"),
];

/// So many cases, unless the environment says otherwise; the same ones in every run.
fn config(cases: u32) -> Config {
    let given = Config::default();
    let is_set = |name| std::env::var_os(name).is_some();
    Config {
        cases: if is_set("PROPTEST_CASES") {
            given.cases
        } else {
            cases
        },
        rng_seed: match is_set("PROPTEST_RNG_SEED") {
            true => given.rng_seed,
            false => RngSeed::Fixed(20_240_501),
        },
        ..given
    }
}

/// What befalls a file.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Cut(Index, Index),
    Repeat(Index, Index, u8),
    /// A piece of another file, or of this one, is put in.
    Splice(Index, Index, Index, Index),
    Insert(Index, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        (index(), 1..=255_u8).prop_map(|(at, by)| Change::Flip(at, by)),
        (index(), index()).prop_map(|(from, to)| Change::Cut(from, to)),
        (index(), index(), any::<u8>()).prop_map(|(from, to, times)| Change::Repeat(from, to, times)),
        (index(), index(), index(), index()).prop_map(|(of, from, to, at)| Change::Splice(of, from, to, at)),
        (index(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        // What means something in one of the forms.
        (
            index(),
            prop::sample::select(&[
                "\"",
                "\n",
                "\r",
                ",",
                "\0",
                "<",
                ">",
                "</",
                "/>",
                "&",
                "&#0;",
                "]]>",
                "<!--",
                "<row>",
                "<c>",
                "</row>",
                "r=\"A1\"",
                "r=\"XFD1048576\"",
                "t=\"s\"",
                "<v>99999999999999999999</v>",
                "\u{FEFF}",
            ]),
        )
            .prop_map(|(at, text)| Change::Insert(at, text.as_bytes().to_vec())),
    ]
}

/// A file after what befell it, kept to a megabyte.
fn changed(bytes: &[u8], others: &[&[u8]], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let range = |length: usize, from: &Index, to: &Index| {
        let (from, to) = (from.index(length + 1), to.index(length + 1));
        from.min(to)..from.max(to)
    };
    for change in changes {
        match change {
            Change::Flip(at, by) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] ^= by;
            }
            Change::Flip(..) => {}
            Change::Cut(from, to) => drop(bytes.drain(range(bytes.len(), from, to))),
            Change::Repeat(from, to, times) => {
                let range = range(bytes.len(), from, to);
                let piece = bytes[range.clone()].repeat(usize::from(*times));
                bytes.splice(range, piece);
            }
            Change::Splice(of, from, to, at) => {
                let other = others[of.index(others.len())];
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, other[range(other.len(), from, to)].to_vec());
            }
            Change::Insert(at, more) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, more.iter().copied());
            }
        }
        bytes.truncate(1024 * 1024);
    }
    bytes
}

/// What every list is, and every refusal.
fn is_sound(name: &str, bytes: &[u8], options: &TableOptions) {
    let folder = Folder::new();
    let path = folder.file(name, bytes);
    let refused = |error: SourceError| {
        let error = crm_core::Error::from(error);
        assert!(error.code().as_str().starts_with("source."), "{error:?}");
    };
    if let Err(error) = sheets(&path) {
        refused(error);
    }
    let mut source = match open_table(&path, options) {
        Ok(source) => source,
        Err(error) => return refused(error),
    };
    let headings = source.headings().to_vec();
    assert!(headings.len() <= limits::COLUMNS && headings.iter().any(|heading| !heading.trim().is_empty()));
    let reading = source.reading();
    let rows = match drain(&mut *source) {
        Ok(rows) => rows,
        Err(error) => return refused(error),
    };
    // Unpacked, a byte of a workbook is a thousand at the most.
    let most = if name.ends_with(".csv") {
        bytes.len()
    } else {
        1_048_576
    };
    assert!(rows.len() <= most, "{} rows of {} bytes", rows.len(), bytes.len());
    let mut before = 0;
    for row in &rows {
        assert!(row.line > before, "lines rise");
        before = row.line;
        assert!(row.cells.iter().all(|cell| cell.len() <= limits::CELL));
        assert!(row.cells.iter().map(String::len).sum::<usize>() <= limits::ROW);
    }
    // It is the same list, whoever reads it and when.
    let mut again = open_table(&path, options).unwrap();
    assert_eq!((again.headings(), again.reading()), (&headings[..], reading));
    assert_eq!(drain(&mut *again).unwrap(), rows);
}

/// The parts of a workbook.
fn parts(book: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(book)).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names
        .into_iter()
        .map(|name| {
            let mut bytes = Vec::new();
            archive.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

fn book(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_lists_themselves_are_read() {
    for (bytes, rows) in CSV.iter().zip([3, 3, 2, 3, 2]) {
        let list = common::read(bytes).unwrap();
        assert_eq!((list.cells().len(), list.headings.len() > 1), (rows, true));
    }
    for bytes in XLSX {
        let list = common::read_with("list.xlsx", bytes, &TableOptions::default()).unwrap();
        assert_eq!(
            list.cells(),
            [
                [" 李伟 ", "13912345678", "2024-05-01 12:00:00", "重要 客户"],
                ["公司\r", "#N/A", "2024-05-01 09:30:00", "TRUE"],
                ["a<b>客&", "36:00:00", "", ""]
            ]
        );
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn a_changed_csv_file_is_a_list_or_refused(
        of in 0..CSV.len(),
        changes in prop::collection::vec(change(), 1..6),
        encoding in prop::sample::select(&[
            None, None, None, Some(Encoding::Utf8), Some(Encoding::Gb18030), Some(Encoding::Big5), Some(Encoding::Utf16Be),
        ]),
        delimiter in prop::sample::select(&[None, None, None, Some(b','), Some(b' '), Some(b'"'), Some(0), Some(255)]),
    ) {
        let bytes = changed(CSV[of], &CSV, &changes);
        is_sound("list.csv", &bytes, &TableOptions { encoding, delimiter, ..TableOptions::default() });
    }

    #[test]
    fn a_changed_archive_is_a_list_or_refused(of in 0..XLSX.len(), changes in prop::collection::vec(change(), 1..4)) {
        let bytes = changed(XLSX[of], &XLSX, &changes);
        is_sound("list.xlsx", &bytes, &TableOptions::default());
    }

    #[test]
    fn a_changed_part_of_a_workbook_is_a_list_or_refused(
        which in any::<Index>(),
        changes in prop::collection::vec(change(), 1..6),
        sheet in prop::sample::select(&[None, None, Some("客户"), Some("隐藏"), Some("none")]),
    ) {
        let mut all = parts(XLSX[1]);
        let others: Vec<Vec<u8>> = all.iter().map(|(_, bytes)| bytes.clone()).collect();
        let others: Vec<&[u8]> = others.iter().map(Vec::as_slice).collect();
        let which = which.index(all.len());
        all[which].1 = changed(others[which], &others, &changes);
        let options = TableOptions { sheet: sheet.map(str::to_owned), ..TableOptions::default() };
        is_sound("list.xlsx", &book(&all), &options);
    }

    #[test]
    fn any_bytes_are_a_list_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), name in "list(\\.csv|\\.xlsx)?") {
        is_sound(&name, &bytes, &TableOptions::default());
    }
}
