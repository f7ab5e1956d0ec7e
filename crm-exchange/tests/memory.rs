//! Reading and writing take memory that does not grow with the rows, nor with what is wrong with them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![cfg(feature = "csv")]
#![allow(unsafe_code, reason = "an allocator that counts can be had no other way")]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[cfg(feature = "xlsx-write")]
use crm_exchange::{Cell, SheetOptions, TableKind, TableWriter, TemplateWriter};
use crm_exchange::{TableOptions, open_table};

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

/// Rows read, and the most bytes of memory held at any time for it.
fn read(path: &Path) -> (u64, usize) {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let mut source = open_table(path, &TableOptions::default()).unwrap();
    let (mut row, mut rows) = (common::empty_row(), 0);
    while source.next_row(&mut row).unwrap() {
        rows += 1;
    }
    (rows, PEAK.load(Relaxed) - before)
}

fn file(folder: &common::Folder, name: &str, parts: &[(&str, usize)]) -> std::path::PathBuf {
    let path = folder.path(name);
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    for (text, times) in parts {
        (0..*times).for_each(|_| out.write_all(text.as_bytes()).unwrap());
    }
    out.flush().unwrap();
    path
}

// One test: the counts are the whole process's.
#[test]
fn memory_does_not_grow_with_the_rows() {
    let folder = common::Folder::new();
    let row = "上海示例科技有限公司,13912345678,制造业\n";
    let heading = ("名称,电话,行业\n", 1);

    let (rows, small) = read(&file(&folder, "small.csv", &[heading, (row, 10_000)]));
    assert_eq!(rows, 10_000);
    let (rows, large) = read(&file(&folder, "large.csv", &[heading, (row, 500_000)]));
    assert_eq!(rows, 500_000);
    assert!(large <= small && large < 1024 * 1024, "{small} {large}");

    let ten = 10 * 1024 * 1024;
    let parts = [
        heading,
        ("甲,", 1),
        ("x", ten),
        (",\n", 1),
        ("乙,\"", 1),
        ("x\"\"", ten),
        ("\",\n", 1),
        (row, 1),
    ];
    let (rows, overlong) = read(&file(&folder, "overlong.csv", &parts));
    assert_eq!(rows, 3);
    let (rows, unclosed) = read(&file(
        &folder,
        "unclosed.csv",
        &[heading, ("\"", 1), (row, 500_000)],
    ));
    assert_eq!(rows, 500_000);
    let (rows, wide) = read(&file(&folder, "wide.csv", &[heading, (",", ten), (row, 1)]));
    assert_eq!(rows, 1);
    let limit = 6 * 1024 * 1024;
    assert!(
        overlong < limit && unclosed < limit && wide < limit,
        "{overlong} {unclosed} {wide}"
    );

    #[cfg(feature = "xlsx-write")]
    for kind in [TableKind::Csv, TableKind::Xlsx] {
        let (small, large) = (write(&folder, kind, 2_000), write(&folder, kind, 100_000));
        assert!(large < small + 256 * 1024, "{kind:?}: {small} {large}");
    }
    #[cfg(feature = "xlsx-write")]
    {
        let (small, large) = (template(&folder, 2_000), template(&folder, 50_000));
        assert!(large < small + 256 * 1024, "template: {small} {large}");
    }
}

/// The most bytes of memory held at any time to write the manual's template.
#[cfg(feature = "xlsx-write")]
fn template(folder: &common::Folder, rows: usize) -> usize {
    let mut contact = crm_core::Contact {
        id: crm_core::ContactId::from_bytes([0; 16]),
        customer: "CRM202405010001".parse().unwrap(),
        revision: 1,
        name: String::new(),
        title: None,
        mobile: "13912345678".into(),
        mobile_e164: None,
        phone: None,
        phone_e164: None,
        email: None,
        wechat: None,
        primary: true,
        role: None,
        created_at: "2024-05-01T01:00:00Z".parse().unwrap(),
        archived_at: None,
    };
    let out = std::io::BufWriter::new(std::fs::File::create(folder.path("out")).unwrap());
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let nobody = |_| None;
    let zone = crm_core::BusinessZone::default();
    let mut template = TemplateWriter::new(out, &[], zone, &nobody, None).unwrap();
    for row in 0..rows {
        contact.name = format!("第{row}位");
        template.contact(&contact).unwrap();
    }
    template.finish().unwrap();
    PEAK.load(Relaxed) - before
}

/// The most bytes of memory held at any time to write a table of different rows.
#[cfg(feature = "xlsx-write")]
fn write(folder: &common::Folder, kind: TableKind, rows: usize) -> usize {
    let out = std::io::BufWriter::new(std::fs::File::create(folder.path("out")).unwrap());
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let headings = ["原因", "名称", "电话"];
    let mut table = TableWriter::new(kind, out, &headings, &SheetOptions::default()).unwrap();
    for row in 0..rows {
        let name = format!("第{row}号示例有限公司");
        let phone = Cell {
            text: "",
            marked: true,
        };
        table.row(["必填".into(), name.as_str().into(), phone]).unwrap();
    }
    table.finish().unwrap();
    PEAK.load(Relaxed) - before
}
