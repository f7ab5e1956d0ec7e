//! Importing files: where the outcome goes, and what is no file to read.
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

use crmkit::{
    Code, Crm, CustomerQuery, Encoding, Error, ImportOptions, Language, OpenOptions, RowOutcome, Session,
    TableOptions, import_file,
};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

/// A database on the disk, and a folder for what else there is.
struct Desk {
    folder: TempDir,
    crm: Crm,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let crm = crmkit::open(folder.path().join("crm.db"), OpenOptions::default()).unwrap();
        crm.set_up("lin", "林").unwrap();
        Self { folder, crm }
    }

    fn session(&self) -> Session {
        self.crm.session("lin").unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn list(&self, rows: usize) -> PathBuf {
        let path = self.path("list.csv");
        let row = |n: usize| format!("第{n}号示例有限公司,制造业,139{n:08},转介绍\n");
        let rows: String = (0..rows).map(row).collect();
        fs::write(&path, format!("客户名称,所属行业,电话,客户来源\n{rows}")).unwrap();
        path
    }

    fn start(&self, list: &Path, outcome: &Path) -> crmkit::Result<crmkit::FileImport> {
        let (options, table) = (ImportOptions::default(), TableOptions::default());
        import_file(&self.session(), list, options, &table, Some(outcome))
    }

    fn count(&self) -> u64 {
        self.session()
            .customers()
            .count(&CustomerQuery::default())
            .unwrap()
    }

    /// What is in the folder beside the database.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with("crm.db"))
            .collect();
        names.sort();
        names
    }
}

/// The field and the code of the one problem.
fn problem<T>(result: crmkit::Result<T>) -> (String, Code) {
    match result.map(drop).unwrap_err() {
        Error::Invalid { problems } => {
            let [problem] = &problems[..] else {
                panic!("{problems:?}")
            };
            (problem.field.clone(), problem.code)
        }
        other => panic!("{other:?}"),
    }
}

/// The lines of the list that an outcome tells of.
fn lines(outcome: &Path) -> Vec<usize> {
    let text = fs::read_to_string(outcome).unwrap();
    let rows = text.lines().skip(1);
    rows.map(|row| row.split(',').next().unwrap().parse().unwrap())
        .collect()
}

#[test]
fn an_outcome_is_not_written_over_the_list_or_a_database() {
    let desk = Desk::new();
    let list = desk.list(3);
    let taken = ("outcome".to_owned(), Code::OutcomeInUse);
    let mut places = vec![list.clone(), desk.path("./list.csv"), desk.path("crm.db")];
    places.extend(["crm.db-wal", "crm.db-shm", "crm.db-journal"].map(|name| desk.path(name)));
    #[cfg(unix)]
    for (of, name) in [("list.csv", "list"), ("crm.db", "db"), ("crm.db-wal", "wal")] {
        let link = desk.path(&format!("{name}_link"));
        std::os::unix::fs::symlink(desk.path(of), &link).unwrap();
        places.push(link);
    }
    for (of, name) in [("list.csv", "hard_list"), ("crm.db", "hard_db")] {
        fs::hard_link(desk.path(of), desk.path(name)).unwrap();
        places.push(desk.path(name));
    }
    let before = (fs::read(&list).unwrap(), desk.files());
    for place in places {
        assert_eq!(problem(desk.start(&list, &place)), taken, "{}", place.display());
    }
    assert_eq!((fs::read(&list).unwrap(), desk.files()), before);
    assert_eq!(desk.session().imports().list().unwrap(), []);
    assert_eq!(desk.count(), 0, "the database is there");
}

#[test]
fn an_outcome_goes_to_a_regular_file_in_a_folder() {
    let desk = Desk::new();
    let list = desk.list(3);
    fs::create_dir(desk.path("folder")).unwrap();
    let mut places = vec![desk.path("folder"), desk.path("none/outcome.csv")];
    if cfg!(unix) {
        places.push("/dev/null".into());
    }
    for place in places {
        let found = problem(desk.start(&list, &place));
        assert_eq!(
            found,
            ("outcome".to_owned(), Code::OutcomeIo),
            "{}",
            place.display()
        );
    }
    assert_eq!(desk.session().imports().list().unwrap(), []);
}

#[test]
fn a_start_that_is_refused_leaves_an_earlier_outcome_alone() {
    let desk = Desk::new();
    let outcome = desk.path("outcome.csv");
    fs::write(&outcome, "earlier").unwrap();
    let bad = desk.path("bad.csv");
    fs::write(&bad, "电话\n1\n").unwrap();
    assert_eq!(problem(desk.start(&bad, &outcome)).1, Code::MappingNoName);
    assert_eq!(fs::read(&outcome).unwrap(), b"earlier");
    assert_eq!(desk.files(), ["bad.csv", "outcome.csv"]);
}

#[test]
fn an_outcome_is_whole_or_not_there() {
    let desk = Desk::new();
    let (list, outcome) = (desk.list(10), desk.path("outcome.csv"));
    fs::write(&outcome, "earlier").unwrap();
    let mut job = desk.start(&list, &outcome).unwrap().with_step(4);
    job.step(&mut |_| {}).unwrap();
    assert_eq!(desk.files(), ["list.csv", "outcome.csv", "outcome.csv.part"]);
    assert_eq!(fs::read(&outcome).unwrap(), b"earlier");
    drop(job);
    assert_eq!(desk.files(), ["list.csv", "outcome.csv"]);
    assert_eq!(
        (fs::read(&outcome).unwrap(), desk.count()),
        (b"earlier".to_vec(), 4)
    );

    // Going on, the outcome has the rows before the stop too.
    let mut job = desk.start(&list, &outcome).unwrap().with_step(4);
    let steps = job.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
    assert!(steps.last().unwrap().finished && job.report().resumed);
    assert_eq!(lines(&outcome), (2..12).collect::<Vec<_>>());
    assert_eq!(desk.files(), ["list.csv", "outcome.csv"]);
    assert_eq!(
        job.step(&mut |_| {}).unwrap(),
        *steps.last().unwrap(),
        "as before"
    );
}

#[test]
fn an_outcome_that_could_not_be_put_in_its_place_is_by_the_next_step() {
    let desk = Desk::new();
    let (list, outcome) = (desk.list(10), desk.path("outcome.csv"));
    let mut job = desk.start(&list, &outcome).unwrap().with_step(100);
    job.step(&mut |_| {}).unwrap();
    fs::create_dir(&outcome).unwrap();
    assert_eq!(problem(job.step(&mut |_| {})).1, Code::OutcomeIo);
    assert_eq!(desk.count(), 10, "what was stored is stored");
    assert_eq!(desk.files(), ["list.csv", "outcome.csv"]);
    fs::remove_dir(&outcome).unwrap();
    assert!(job.step(&mut |_| {}).unwrap().finished);
    assert_eq!(lines(&outcome).len(), 10);
}

#[cfg(unix)]
#[test]
fn an_outcome_is_read_by_whom_the_one_before_was() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new();
    let (list, outcome) = (desk.list(3), desk.path("outcome.csv"));
    fs::write(&outcome, "earlier").unwrap();
    fs::set_permissions(&outcome, fs::Permissions::from_mode(0o600)).unwrap();
    desk.start(&list, &outcome).unwrap().for_each(|step| {
        step.unwrap();
    });
    assert_eq!(outcome.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(lines(&outcome).len(), 3);
}

#[test]
fn a_dry_run_has_an_outcome_too() {
    let desk = Desk::new();
    let (list, outcome) = (desk.list(10), desk.path("outcome.csv"));
    let options = ImportOptions {
        dry_run: true,
        ..ImportOptions::default()
    };
    let job = import_file(
        &desk.session(),
        &list,
        options,
        &TableOptions::default(),
        Some(&outcome),
    );
    job.unwrap().with_step(4).for_each(|step| {
        step.unwrap();
    });
    assert_eq!((lines(&outcome).len(), desk.count()), (10, 0));
}

#[test]
fn the_second_sheet_of_a_workbook_is_another_list() {
    let desk = Desk::new();
    let list = desk.path("list.xlsx");
    let mut book = Workbook::new();
    for (name, of) in [("一月", "甲"), ("二月", "乙")] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet
            .write_row(0, 0, ["客户名称", "所属行业", "电话", "客户来源"])
            .unwrap();
        for row in 1..=5 {
            let phone = format!("13{}{row:08}", u32::from(of == "乙"));
            let cells = [&format!("{of}{row}号示例有限公司"), "制造业", &phone, "转介绍"];
            sheet.write_row(row, 0, cells).unwrap();
        }
    }
    book.save(&list).unwrap();
    let start = |sheet: Option<&str>| {
        let table = TableOptions {
            sheet: sheet.map(Into::into),
            ..TableOptions::default()
        };
        let job = import_file(&desk.session(), &list, ImportOptions::default(), &table, None);
        job.unwrap().with_step(2)
    };
    start(Some("1")).step(&mut |_| {}).unwrap();
    let mut second = start(Some("二月"));
    second.by_ref().for_each(|step| {
        step.unwrap();
    });
    let report = second.report();
    assert_eq!(
        report.unread_sheets,
        ["一月"],
        "R9.5 f: what is not read is named"
    );
    assert_eq!((report.resumed, report.counts.created), (false, 5));
    // By its name or by its number, it is the same sheet.
    let mut first = start(Some("一月"));
    first.by_ref().for_each(|step| {
        step.unwrap();
    });
    assert_eq!((first.report().resumed, desk.count()), (true, 10));
    let mut both = start(None);
    both.by_ref().for_each(|step| {
        step.unwrap();
    });
    let report = both.report();
    assert!(
        report.unread_sheets.is_empty(),
        "sheets of the same headings are one list"
    );
    assert_eq!((report.counts.rows, report.counts.skipped), (10, 10));
}

#[test]
fn the_same_bytes_in_another_encoding_are_another_list() {
    let desk = Desk::new();
    let list = desk.path("list.csv");
    let text =
        "name,industry,phone,source\nAcme Ltd,other,13912345678,other\nBeta Ltd,other,13912345679,other\n";
    fs::write(&list, text).unwrap();
    let start = |encoding| {
        let table = TableOptions {
            encoding,
            ..TableOptions::default()
        };
        let job = import_file(&desk.session(), &list, ImportOptions::default(), &table, None);
        job.unwrap().with_step(1)
    };
    start(None).step(&mut |_| {}).unwrap();
    assert!(!start(Some(Encoding::Gb18030)).report().resumed);
    assert!(start(Some(Encoding::Utf8)).report().resumed);
}

#[test]
fn a_list_that_is_written_to_during_its_import_is_not_mixed_with_what_is_written() {
    let desk = Desk::new();
    let list = desk.list(20);
    let outcome = desk.path("outcome.csv");
    let mut job = desk.start(&list, &outcome).unwrap().with_step(4);
    job.step(&mut |_| {}).unwrap();
    let stored = desk.count();
    let longer = [fs::read(&list).unwrap(), b"\n".to_vec()].concat();
    fs::write(&list, longer).unwrap();
    let stopped = loop {
        match job.step(&mut |_| {}) {
            Ok(progress) => assert!(!progress.finished, "nobody noticed"),
            Err(error) => break error,
        }
    };
    assert_eq!(stopped.code(), Code::SourceChanged);
    // What had been read before may be stored; nothing of what was written is.
    assert!(stored <= desk.count() && desk.count() < 20);
}

#[cfg(unix)]
#[test]
fn the_files_of_an_open_database_are_neither_lists_nor_databases() {
    let desk = Desk::new();
    let session = desk.session();
    for name in ["crm.db", "crm.db-wal", "crm.db-shm"] {
        let path = desk.path(name);
        assert!(crm_sqlite::is_open_here(&path), "{name}");
        let list = desk.start(&path, &desk.path("outcome.csv"));
        assert_eq!(problem(list), ("file".to_owned(), Code::SourceWrongKind));
    }
    for name in ["crm.db-wal", "crm.db-shm"] {
        let database = crmkit::open(desk.path(name), OpenOptions::default()).map(drop);
        assert_eq!(database.unwrap_err().code(), Code::StorageNotOurs);
    }
    assert!(!crm_sqlite::is_open_here(&desk.list(1)));
    drop(session);
}

#[cfg(unix)]
#[test]
fn what_is_no_stored_file_is_neither_a_list_nor_a_database() {
    let desk = Desk::new();
    let pipe = desk.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for path in [pipe.as_path(), Path::new("/dev/zero")] {
        let list = desk.start(path, &desk.path("outcome.csv"));
        assert_eq!(problem(list), ("file".to_owned(), Code::SourceDevice));
        let database = crmkit::open(path, OpenOptions::default()).map(drop);
        assert_eq!(
            database.unwrap_err().code(),
            Code::StorageNotOurs,
            "{}",
            path.display()
        );
    }
    assert_eq!(desk.files(), ["pipe"]);
}

#[test]
fn r9_5_a_vcard_is_refused_as_what_it_is() {
    let desk = Desk::new();
    for name in ["contacts.vcf", "contacts.csv"] {
        let path = desk.path(name);
        fs::write(
            &path,
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:李伟\r\nTEL:13912340001\r\nEND:VCARD\r\n",
        )
        .unwrap();
        let error = desk.start(&path, &desk.path("outcome.csv")).err().unwrap();
        assert_eq!(error.code(), Code::SourceWrongKind);
        let told = [Language::Zh, Language::En].map(|language| error.problems()[0].message(language));
        assert!(told[0].contains("vcard，请从通讯录导出为CSV"), "{}", told[0]);
        assert!(
            told[1].contains("vcard: export the contacts as CSV"),
            "{}",
            told[1]
        );
    }
}

#[test]
fn r9_5_a_row_whose_quote_is_never_closed_is_refused_and_one_that_lacks_its_last_cells_is_not() {
    let desk = Desk::new();
    let path = desk.path("list.csv");
    let text = "客户名称,所属行业,电话,客户来源,备注\n甲示例有限公司,制造业,13912345678,转介绍\n\"乙示例有限公司,制造业,13912345679,转介绍,\n丙示例有限公司,制造业,13912345670,转介绍,一,二\n";
    fs::write(&path, text).unwrap();
    let mut job = desk.start(&path, &desk.path("outcome.csv")).unwrap();
    let mut codes = Vec::new();
    while !job
        .step(&mut |row| codes.push((row.outcome, row.problems[0].code)))
        .unwrap()
        .finished
    {}
    assert_eq!(
        codes,
        [
            (RowOutcome::Created, Code::RowShort),
            (RowOutcome::Refused, Code::RowTooFewColumns),
            (RowOutcome::Refused, Code::RowTooManyColumns),
        ]
    );
}
