//! The rows that an import refused: they go out, are mended with another program, and come in again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "clippy knows tests by their attribute only"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use calamine::{Data, Reader};
use crmkit::{
    Code, Crm, CustomerQuery, Error, FileImport, ImportOptions, ImportReport, Language, OpenOptions,
    RowOutcome, TableOptions, import_file,
};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

const HEADINGS: &str = "客户名称,所属行业,电话,客户来源,备注,原因\n";
/// A good row, one without a telephone, one without a name, another good one, and one of whose cells the first is a formula.
const ROWS: &str = "上海示例有限公司,制造业,021-55550199,转介绍,好,老客户介绍\n\
    北京示例有限公司,制造业,,转介绍,=cmd|' /C calc'!A0,\"展会,二期\"\n\
    ,制造业,+86 10 5555 0188,转介绍,@x,-1\n\
    广州示例有限公司,制造业,02055550177,转介绍,,\n\
    \"=HYPERLINK(\"\"http://example.com\"\")\",制造业,,转介绍,0012,'甲\n";

struct Desk {
    folder: TempDir,
    crm: Crm,
}

impl Desk {
    fn new() -> Self {
        Self::speaking(Language::Zh)
    }

    fn speaking(language: Language) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            language,
            ..OpenOptions::default()
        };
        let crm = crmkit::open(folder.path().join("crm.db"), options).unwrap();
        crm.set_up("lin", "林").unwrap();
        Self { folder, crm }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn list(&self, text: &str) -> PathBuf {
        let path = self.path("list.csv");
        fs::write(&path, text).unwrap();
        path
    }

    fn start(&self, list: &Path, options: ImportOptions) -> FileImport {
        let session = self.crm.session("lin").unwrap();
        import_file(&session, list, options, &TableOptions::default(), None).unwrap()
    }

    fn import(&self, list: &Path) -> FileImport {
        run(self.start(list, ImportOptions::default()))
    }

    fn count(&self) -> u64 {
        let session = self.crm.session("lin").unwrap();
        session.customers().count(&CustomerQuery::default()).unwrap()
    }
}

fn run(mut job: FileImport) -> FileImport {
    for step in job.by_ref() {
        step.unwrap();
    }
    job
}

/// Rows that were created, skipped and refused.
fn counts(report: &ImportReport) -> [u64; 3] {
    let counts = report.counts;
    [counts.created, counts.skipped, counts.refused]
}

/// The cells of a workbook's sheet, all of them texts.
fn sheet(path: &Path) -> Vec<Vec<String>> {
    let mut book = calamine::open_workbook_auto(path).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("{other:?} is no text"),
    };
    let formulas = book.worksheet_formula("Sheet1").unwrap();
    assert!(formulas.used_cells().next().is_none());
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

/// The cells of a CSV file as they stand there.
fn csv(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).unwrap();
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn save(path: &Path, rows: &[Vec<String>]) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in (0..).zip(rows) {
        sheet.write_row(line, 0, row).unwrap();
    }
    book.save(path).unwrap();
}

fn problem<T>(result: crmkit::Result<T>) -> (String, Code) {
    match result.map(drop).unwrap_err() {
        Error::Invalid { problems } => (problems[0].field.clone(), problems[0].code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn r9_5_refused_rows_go_out_in_a_workbook_and_come_in_mended() {
    let desk = Desk::new();
    let list = desk.list(&format!("{HEADINGS}{ROWS}"));
    let job = desk.import(&list);
    assert_eq!(counts(&job.report()), [2, 0, 3]);
    let out = desk.path("fix.xlsx");
    assert_eq!(job.fix_list(&out).unwrap(), 3);

    let mut rows = sheet(&out);
    let headings = [
        "原因（未导入）",
        "客户名称",
        "所属行业",
        "电话",
        "客户来源",
        "备注",
        "原因",
    ];
    assert_eq!(rows[0], headings);
    let missing = "主联系电话：至少填写一个电话";
    assert_eq!(
        rows[1],
        [
            missing,
            "北京示例有限公司",
            "制造业",
            "",
            "转介绍",
            "=cmd|' /C calc'!A0",
            "展会,二期"
        ]
    );
    assert_eq!(
        rows[2],
        [
            "客户名称：必填",
            "",
            "制造业",
            "+86 10 5555 0188",
            "转介绍",
            "@x",
            "-1"
        ]
    );
    assert_eq!(
        (&rows[3][1][..], &rows[3][5..]),
        (
            "=HYPERLINK(\"http://example.com\")",
            &["0012".into(), "甲".into()][..]
        )
    );

    // Two are mended; the third, as it stands, is refused again.
    rows[1][3] = "010-55550166".into();
    rows[2][1] = "天津示例有限公司".into();
    let mended = desk.path("mended.xlsx");
    save(&mended, &rows);
    let again = desk.import(&mended);
    assert_eq!(counts(&again.report()), [2, 0, 1]);
    assert_eq!(again.report().unknown_headings, ["原因"], "the list's own");
    assert_eq!(desk.count(), 4);

    // A list of what is left has its reasons once.
    let left = desk.path("left.xlsx");
    assert_eq!(again.fix_list(&left).unwrap(), 1);
    let mut rest = sheet(&left);
    assert_eq!(rest[0], headings);
    rest[1][3] = "020-55550155".into();
    save(&left, &rest);
    assert_eq!(counts(&desk.import(&left).report()), [1, 0, 0]);

    // Saved once more with the last one mended, it brings nothing twice.
    rows[3][3] = "020-55550155".into();
    save(&mended, &rows);
    let twice = desk.import(&mended);
    assert_eq!((counts(&twice.report()), desk.count()), ([0, 3, 0], 5));
    let session = desk.crm.session("lin").unwrap();
    for row in session.imports().rows(twice.report().import, 0, 10).unwrap() {
        assert_eq!(
            (row.outcome, row.problems[0].code),
            (RowOutcome::Skipped, Code::RowRepeated)
        );
    }
    // Nor does the list itself, if it is mended there too: the reasons are no part of a row.
    let cells = |row: &Vec<String>| row[1..].to_vec();
    let own: Vec<Vec<String>> = rows.iter().map(cells).collect();
    save(&desk.path("own.xlsx"), &own);
    let own = desk.import(&desk.path("own.xlsx"));
    assert_eq!((counts(&own.report()), desk.count()), ([0, 3, 0], 5));
    let first = &session.imports().rows(own.report().import, 0, 1).unwrap()[0];
    assert_eq!(first.problems[0].code, Code::RowRepeated);
}

#[test]
fn r9_5_refused_rows_go_out_as_csv_that_starts_no_formula() {
    let desk = Desk::new();
    let job = desk.import(&desk.list(&format!("{HEADINGS}{ROWS}")));
    let out = desk.path("fix.CSV");
    assert_eq!(job.fix_list(&out).unwrap(), 3);
    let mut rows = csv(&out);
    assert_eq!(rows[1][5], "'=cmd|' /C calc'!A0");
    assert_eq!(rows[2][3], "'+86 10 5555 0188");
    assert_eq!(rows[2][5..], ["'@x", "'-1"]);
    assert_eq!(rows[3][1], "'=HYPERLINK(\"http://example.com\")");
    assert_eq!(rows[3][5..], ["'0012", "甲"]);

    rows[1][3] = "010-55550166".into();
    rows[2][1] = "天津示例有限公司".into();
    rows[3][3] = "'020-55550155".into();
    let mended = desk.path("mended.csv");
    let mut writer = csv::Writer::from_path(&mended).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
    assert_eq!(counts(&desk.import(&mended).report()), [3, 0, 0]);
    assert_eq!(desk.count(), 5);
    let session = desk.crm.session("lin").unwrap();
    let page = session
        .customers()
        .list(&CustomerQuery::default(), &crmkit::PageRequest::default());
    let mut found = page.unwrap().items.into_iter();
    let named = found.find(|customer| customer.name.starts_with('='));
    assert_eq!(named.unwrap().name, "=HYPERLINK(\"http://example.com\")");
}

#[test]
fn r9_5_the_reasons_are_in_the_sessions_language() {
    let desk = Desk::speaking(Language::En);
    let job = desk.import(&desk.list(&format!("{HEADINGS}{ROWS}")));
    let out = desk.path("fix.csv");
    job.fix_list(&out).unwrap();
    let rows = csv(&out);
    assert_eq!(rows[0][0], "Reason (not imported)");
    assert_eq!(rows[1][0], "phones needs at least one number");
    let again = desk.import(&out);
    assert_eq!(again.report().unknown_headings, ["原因"]);
}

#[test]
fn r9_5_a_dry_run_has_its_refused_rows_too() {
    let desk = Desk::new();
    let list = desk.list(&format!("{HEADINGS}{ROWS}"));
    let options = ImportOptions {
        dry_run: true,
        ..ImportOptions::default()
    };
    let job = run(desk.start(&list, options).with_step(2));
    let (dry, real) = (desk.path("dry.xlsx"), desk.path("real.xlsx"));
    assert_eq!(job.fix_list(&dry).unwrap(), 3);
    assert_eq!(desk.count(), 0);
    assert_eq!(desk.import(&list).fix_list(&real).unwrap(), 3);
    assert_eq!(sheet(&dry), sheet(&real));
}

#[test]
fn r9_5_the_rows_of_an_earlier_run_are_among_the_refused() {
    let desk = Desk::new();
    let row = |n: usize| match n % 2 {
        0 => format!("第{n}号示例有限公司,制造业,139{n:08},转介绍,,\n"),
        _ => format!("第{n}号示例有限公司,制造业,,转介绍,,\n"),
    };
    let rows: String = (0..5_000).map(row).collect();
    let list = desk.list(&format!("{HEADINGS}{rows}"));
    let mut job = desk.start(&list, ImportOptions::default()).with_step(300);
    job.step(&mut |_| {}).unwrap();
    let out = desk.path("fix.csv");
    assert_eq!(job.fix_list(&out).unwrap(), 150, "as far as it has come");
    drop(job);
    let job = desk.import(&list);
    assert!(job.report().resumed);
    assert_eq!(job.fix_list(&out).unwrap(), 2_500);
    let written = csv(&out);
    assert_eq!(written.len(), 2_501);
    assert_eq!(written[2_500][1], "第4999号示例有限公司");
}

#[test]
fn r9_5_a_row_with_cells_beyond_the_headings_stays_out_until_somebody_has_looked() {
    let desk = Desk::new();
    let list = desk.list("客户名称,所属行业,电话,客户来源\n上海示例有限公司,制造业,021-55550199,转介绍,多\n");
    let job = desk.import(&list);
    assert_eq!(counts(&job.report()), [0, 0, 1]);
    let out = desk.path("fix.xlsx");
    job.fix_list(&out).unwrap();
    assert_eq!(counts(&desk.import(&out).report()), [0, 0, 1]);
    let mut rows = sheet(&out);
    assert_eq!(rows[1].pop().unwrap(), "…");
    save(&out, &rows);
    assert_eq!(counts(&desk.import(&out).report()), [1, 0, 0]);
}

#[test]
fn r9_5_days_are_written_out_that_the_list_alone_does_not_tell() {
    let desk = Desk::new();
    let list = desk.list(
        "客户名称,所属行业,电话,客户来源,首次接触时间\n\
         上海示例有限公司,制造业,021-55550199,转介绍,28/03/2024\n\
         北京示例有限公司,制造业,,转介绍,03/04/2024\n",
    );
    let options = ImportOptions {
        date_format: Some(crmkit::DateFormat::Dmy),
        ..ImportOptions::default()
    };
    let (job, out) = (run(desk.start(&list, options)), desk.path("fix.xlsx"));
    job.fix_list(&out).unwrap();
    let mut rows = sheet(&out);
    assert_eq!(rows[1][5], "2024-04-03");
    rows[1][3] = "010-55550166".into();
    save(&out, &rows);
    assert_eq!(counts(&desk.import(&out).report()), [1, 0, 0]);
    let session = desk.crm.session("lin").unwrap();
    let found = session.customers().list(
        &CustomerQuery {
            text: Some("北京".into()),
            ..CustomerQuery::default()
        },
        &crmkit::PageRequest::default(),
    );
    let number = found.unwrap().items[0].number;
    let customer = session.customers().get(number).unwrap();
    assert_eq!(
        customer.first_contact,
        crmkit::NaiveDate::from_ymd_opt(2024, 4, 3).unwrap()
    );
}

#[test]
fn r9_5_no_refused_rows_are_a_list_of_headings() {
    let desk = Desk::new();
    let list = desk.list(&format!(
        "{HEADINGS}上海示例有限公司,制造业,021-55550199,转介绍,,\n"
    ));
    let out = desk.path("fix.xlsx");
    assert_eq!(desk.import(&list).fix_list(&out).unwrap(), 0);
    assert_eq!(sheet(&out).len(), 1);
}

#[test]
fn r9_5_another_list_by_then_is_not_taken_for_the_one_that_was_imported() {
    let desk = Desk::new();
    let list = desk.list(&format!("{HEADINGS}{ROWS}"));
    let job = desk.import(&list);
    let out = desk.path("fix.xlsx");
    fs::write(&out, "earlier").unwrap();
    fs::write(&list, format!("{HEADINGS}{ROWS}\n")).unwrap();
    assert_eq!(problem(job.fix_list(&out)), ("file".into(), Code::SourceChanged));
    fs::remove_file(&list).unwrap();
    assert_eq!(problem(job.fix_list(&out)), ("file".into(), Code::SourceMissing));
    assert_eq!(fs::read(&out).unwrap(), b"earlier");
    assert!(!desk.path("fix.xlsx.part").exists());
}

#[test]
fn r9_5_refused_rows_are_written_over_neither_the_list_nor_a_database() {
    let desk = Desk::new();
    let list = desk.list(&format!("{HEADINGS}{ROWS}"));
    let job = desk.import(&list);
    let before = fs::read(&list).unwrap();
    assert_eq!(
        problem(job.fix_list(&list)),
        ("outcome".into(), Code::OutcomeInUse)
    );
    let other = crmkit::open(desk.path("other.csv"), OpenOptions::default()).unwrap();
    assert_eq!(
        problem(job.fix_list(desk.path("other.csv"))),
        ("outcome".into(), Code::OutcomeInUse)
    );
    drop(other);
    for name in ["fix.xls", "fix", "none/fix.csv", "none/fix.xlsx"] {
        assert_eq!(
            problem(job.fix_list(desk.path(name))),
            ("outcome".into(), Code::OutcomeIo),
            "{name}"
        );
    }
    assert_eq!(fs::read(&list).unwrap(), before);
}

#[test]
fn r9_5_an_outcome_names_the_customers_as_the_list_does() {
    let desk = Desk::new();
    let list = desk.list(&format!("{HEADINGS}{ROWS}"));
    let outcome = desk.path("outcome.csv");
    let session = desk.crm.session("lin").unwrap();
    let start = || {
        let (options, table) = (ImportOptions::default(), TableOptions::default());
        import_file(&session, &list, options, &table, Some(&outcome)).unwrap()
    };
    // Of rows of an earlier run, too.
    start().with_step(1).step(&mut |_| {}).unwrap();
    let _ = run(start());
    let rows = csv(&outcome);
    assert_eq!(rows[0], ["行", "结果", "客户编号", "客户名称", "说明"]);
    let names: Vec<&str> = rows[1..].iter().map(|row| row[3].as_str()).collect();
    assert_eq!(
        names,
        [
            "上海示例有限公司",
            "北京示例有限公司",
            "",
            "广州示例有限公司",
            "'=HYPERLINK(\"http://example.com\")"
        ]
    );
    assert!(rows[1][2].starts_with("CRM") && rows[2][2].is_empty());
}
