//! Files that are not what they should be: a clear error, and the file left as it is.

#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use common::*;
use crm_core::{
    Code, Error,
    matching::{NameParts, match_keys},
    store::StoreExt,
};
use crm_sqlite::{SqliteOptions, SqliteStore};
use rusqlite::Connection;

fn refusal(path: &Path) -> Error {
    let options = SqliteOptions {
        busy_timeout: Duration::from_millis(100),
        ..Default::default()
    };
    SqliteStore::open(path, options).err().unwrap()
}

/// Opening is refused with this code, and leaves not a byte changed.
fn is_refused(folder: &Folder, code: Code) {
    let before = fs::read(&folder.path).unwrap();
    assert_eq!(refusal(&folder.path).code(), code);
    assert_eq!(
        fs::read(&folder.path).unwrap(),
        before,
        "the file is left as it is"
    );
    assert_eq!(
        fs::read_dir(folder.folder.path()).unwrap().count(),
        1,
        "and nothing beside it"
    );
}

#[test]
fn each_released_schema_opens() {
    let folder = Folder::new();
    Connection::open(&folder.path)
        .unwrap()
        .execute_batch(include_str!("fixtures/schema_0001.sql"))
        .unwrap();
    let opened = folder.open();
    assert_eq!(create(&opened, "新客户", 1).unwrap(), number(4));
    opened
        .read_with(|tx| {
            let there = get(tx, number(2))?.unwrap();
            assert_eq!(there.name, "上海示例科技有限公司");
            // Their keys, some of which were in a run and some in rows of their own, are made anew.
            for serial in 1..=3 {
                let there = get(tx, number(serial))?.unwrap();
                let name = NameParts::of(&there.name, there.kind);
                let phones = there.phones.iter().filter_map(|phone| phone.e164.as_deref());
                let mut keys = match_keys(&name, phones, [], &[]);
                keys.sort_unstable();
                keys.dedup();
                let found = candidates(tx, &keys, 9)?;
                let own = found.iter().filter(|(_, found)| *found == number(serial));
                assert_eq!(own.count(), keys.len());
            }
            assert_eq!(tx.distinct_from(&[number(1)])?, [[number(2)]]);
            assert_eq!(tx.imports()?.len(), 1);
            Ok(())
        })
        .unwrap();
    assert_eq!(
        schema(&folder.path),
        schema_of_a_new_file(),
        "as if made by this release"
    );
}

fn schema(path: &Path) -> Vec<(String, String)> {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

fn schema_of_a_new_file() -> Vec<(String, String)> {
    let folder = Folder::new();
    drop(folder.open());
    schema(&folder.path)
}

#[test]
fn a_newer_schema_is_refused_untouched() {
    let folder = Folder::new();
    drop(folder.set_up());
    Connection::open(&folder.path)
        .unwrap()
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    is_refused(&folder, Code::StorageNewer);
}

#[test]
fn a_schema_that_grows_newer_meanwhile_is_noticed() {
    let folder = Folder::new();
    let opened = folder.set_up();
    opened.read_with(|_| Ok(())).unwrap();
    Connection::open(&folder.path)
        .unwrap()
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    assert_eq!(
        opened.read_with(|_| Ok(())).unwrap_err().code(),
        Code::StorageNewer
    );
    assert_eq!(create(&opened, "甲", 1).unwrap_err().code(), Code::StorageNewer);
}

#[test]
fn another_programs_database_is_refused_untouched() {
    let folder = Folder::new();
    Connection::open(&folder.path)
        .unwrap()
        .execute_batch("CREATE TABLE notes (id INTEGER)")
        .unwrap();
    is_refused(&folder, Code::StorageNotOurs);
    Connection::open(&folder.path)
        .unwrap()
        .execute_batch("PRAGMA application_id = 7")
        .unwrap();
    is_refused(&folder, Code::StorageNotOurs);
}

#[test]
fn what_is_no_database_is_refused_untouched() {
    let folder = Folder::new();
    for content in ["客户名称,电话\n", &"not a database ".repeat(500)] {
        fs::write(&folder.path, content).unwrap();
        is_refused(&folder, Code::StorageCorrupt);
    }
}

#[test]
fn an_empty_file_becomes_a_store() {
    let folder = Folder::new();
    fs::write(&folder.path, "").unwrap();
    folder.set_up();
}

#[test]
fn a_damaged_file_is_reported() {
    let folder = Folder::new();
    let opened = folder.set_up();
    create_many(&opened, 200, 1);
    drop(opened);
    let mut bytes = fs::read(&folder.path).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&folder.path, &bytes).unwrap();
    let opened = SqliteStore::open(&folder.path, SqliteOptions::default());
    let answer = opened.and_then(|opened| opened.read_with(|tx| get(tx, number(7))));
    assert_eq!(answer.unwrap_err().code(), Code::StorageCorrupt);

    let whole = bytes.len();
    bytes.truncate(whole / 2);
    fs::write(&folder.path, &bytes).unwrap();
    let opened = SqliteStore::open(&folder.path, SqliteOptions::default());
    let answer = opened.and_then(|opened| opened.read_with(|tx| get(tx, number(7))));
    assert_eq!(answer.unwrap_err().code(), Code::StorageCorrupt);
    assert!(folder.path.exists());
}

#[test]
fn a_file_locked_by_another_program_is_busy() {
    let folder = Folder::new();
    drop(folder.set_up());
    let busy_timeout = Duration::from_millis(100);
    let opened = folder.open_with(SqliteOptions {
        busy_timeout,
        ..Default::default()
    });
    let other = Connection::open(&folder.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let error = create(&opened, "甲", 1).unwrap_err();
    assert_eq!((error.code(), error.is_retryable()), (Code::StorageBusy, true));
    assert!(begun.elapsed() >= busy_timeout);
    opened.read_with(|tx| tx.users()).unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    create(&opened, "甲", 1).unwrap();
    drop(opened);
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT")
        .unwrap();
    assert_eq!(refusal(&folder.path).code(), Code::StorageBusy);
    drop(other);
    create(&folder.open(), "甲", 1).unwrap();
}

#[test]
fn what_cannot_be_written_is_read_only() {
    // Root may write everything, so the test runs itself again as nobody.
    if let Ok(path) = env::var("CRMKIT_TEST_READ_ONLY") {
        assert_eq!(refusal(Path::new(&path)).code(), Code::StorageReadOnly);
        return;
    }
    let folder = Folder::new();
    drop(folder.set_up());
    let lock = |path: &Path, mode| {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap()
    };
    let missing = folder.folder.path().join("new.db");
    for (file, parent, path) in [
        (0o444, 0o755, &folder.path),
        (0o666, 0o555, &folder.path),
        (0o666, 0o555, &missing),
    ] {
        lock(&folder.path, file);
        lock(folder.folder.path(), parent);
        let mut again = Command::new(env::current_exe().unwrap());
        again
            .args(["--exact", "what_cannot_be_written_is_read_only"])
            .env("CRMKIT_TEST_READ_ONLY", path);
        if fs::write(folder.folder.path().join("probe"), "").is_ok() {
            std::os::unix::process::CommandExt::uid(&mut again, 65_534);
        }
        let output = again.output();
        lock(folder.folder.path(), 0o755);
        let output = output.unwrap();
        assert!(
            output.status.success(),
            "{file:o} {parent:o}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

#[test]
fn a_folder_is_no_file() {
    let folder = Folder::new();
    assert_eq!(refusal(folder.folder.path()).code(), Code::StorageIo);
    assert_eq!(
        refusal(&folder.folder.path().join("missing/crm.db")).code(),
        Code::StorageIo
    );
}
