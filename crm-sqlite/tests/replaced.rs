//! The file or its log moved, deleted or replaced under an open store: nothing is acknowledged that went into nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use std::{env, fs, path::Path, process::Command};

use common::*;
use crm_core::{
    Code, Error,
    store::{Store, StoreExt},
};
use crm_sqlite::{SqliteOptions, SqliteStore};

fn log_of(path: &Path) -> std::path::PathBuf {
    path.with_extension("db-wal")
}

/// What befalls the files of an open store.
type Fate = fn(&Folder);

const FATES: [(&str, Fate); 5] = [
    ("deleted", |folder| fs::remove_file(&folder.path).unwrap()),
    ("moved", |folder| {
        fs::rename(&folder.path, folder.path.with_extension("moved")).unwrap();
    }),
    ("replaced by a copy", |folder| {
        let copy = folder.path.with_extension("copy");
        fs::copy(&folder.path, &copy).unwrap();
        fs::rename(&copy, &folder.path).unwrap();
    }),
    // As another SQLite library in this process does: closing its handle drops our locks, and it believes to be the last.
    ("its log deleted", |folder| {
        fs::remove_file(log_of(&folder.path)).unwrap()
    }),
    ("its log replaced", |folder| {
        fs::remove_file(log_of(&folder.path)).unwrap();
        fs::write(log_of(&folder.path), "").unwrap();
    }),
];

fn is_replaced<T: std::fmt::Debug>(answer: Result<T, Error>, fate: &str) {
    let error = answer.unwrap_err();
    assert_eq!(
        (error.code(), error.is_retryable(), fate),
        (Code::StorageReplaced, false, fate)
    );
}

#[test]
fn a_commit_into_files_that_are_gone_is_not_acknowledged() {
    for (fate, befalls) in FATES {
        let folder = Folder::new();
        let opened = folder.set_up();
        create_many(&opened, 3, 1);
        befalls(&folder);
        is_replaced(create(&opened, "甲", 1), fate);
        is_replaced(create(&opened, "甲", 1), fate);
        is_replaced(opened.read_with(|tx| tx.users()), fate);
        is_replaced(opened.version(), fate);
        drop(opened);
    }
}

#[test]
fn a_store_whose_files_are_others_leaves_them_alone() {
    let folder = Folder::new();
    let opened = folder.set_up();
    create_many(&opened, 3, 1);
    // Somebody puts a backup in the place of the database, and works with it.
    let backup = Folder::new();
    drop(backup.set_up());
    fs::rename(&backup.path, &folder.path).unwrap();
    fs::remove_file(log_of(&folder.path)).unwrap();
    fs::remove_file(folder.path.with_extension("db-shm")).unwrap();
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(["--exact", "a_store_opened_elsewhere"]);
    assert!(
        again
            .env("CRMKIT_TEST_FILE", &folder.path)
            .status()
            .unwrap()
            .success()
    );
    is_replaced(create(&opened, "乙", 1), "replaced");
    let before = fs::read(&folder.path).unwrap();
    drop(opened);
    assert_eq!(fs::read(&folder.path).unwrap(), before);
    assert_eq!(create(&folder.open(), "丙", 1).unwrap(), number(6));
}

#[test]
fn a_store_opened_elsewhere() {
    if let Ok(path) = env::var("CRMKIT_TEST_FILE") {
        let opened = SqliteStore::open(path.as_ref(), SqliteOptions::default()).unwrap();
        create_many(&opened, 5, 1);
    }
}

#[test]
fn pausing_lets_the_file_be_replaced_and_not_be_lost() {
    let folder = Folder::new();
    let opened = folder.set_up();
    create_many(&opened, 3, 1);
    opened.pause().unwrap();
    let kept = folder.path.with_extension("kept");
    fs::rename(&folder.path, &kept).unwrap();
    is_replaced(opened.resume(), "moved while paused");
    assert!(!folder.path.exists(), "no new one is made in its place");
    fs::rename(&kept, &folder.path).unwrap();
    opened.resume().unwrap();
    assert_eq!(create(&opened, "甲", 1).unwrap(), number(4));

    // And the way out where it was replaced while open.
    fs::rename(&folder.path, &kept).unwrap();
    is_replaced(create(&opened, "甲", 1), "moved");
    fs::rename(&kept, &folder.path).unwrap();
    opened.pause().unwrap();
    opened.resume().unwrap();
    create(&opened, "甲", 1).unwrap();
}

#[test]
fn a_second_store_of_this_process_does_not_drop_the_first_ones_locks() {
    let folder = Folder::new();
    let first = folder.set_up();
    create_many(&first, 1, 1);
    drop(folder.open());
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(["--exact", "a_store_opened_elsewhere"]);
    assert!(
        again
            .env("CRMKIT_TEST_FILE", &folder.path)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(
        create(&first, "甲", 1).unwrap(),
        number(7),
        "the log is still the one that it writes"
    );
}

#[test]
fn a_relative_path_is_that_of_the_folder_it_was_opened_in() {
    // The working folder is the whole process': the test runs itself again.
    if let Ok(folder) = env::var("CRMKIT_TEST_FOLDER") {
        let [here, there] = ["here", "there"].map(|name| Path::new(&folder).join(name));
        env::set_current_dir(&here).unwrap();
        let opened = SqliteStore::open(Path::new("crm.db"), SqliteOptions::default()).unwrap();
        set_up(&opened);
        create_many(&opened, 1, 1);
        env::set_current_dir(&there).unwrap();
        assert!(opened.read_with(|tx| get(tx, number(1))).unwrap().is_some());
        opened.version().unwrap();
        opened.pause().unwrap();
        opened.resume().unwrap();
        create_many(&opened, 1, 1);
        assert_eq!(fs::read_dir(there).unwrap().count(), 0);
        return;
    }
    let folder = Folder::new();
    for name in ["here", "there"] {
        fs::create_dir(folder.folder.path().join(name)).unwrap();
    }
    let mut again = Command::new(env::current_exe().unwrap());
    again.args([
        "--exact",
        "a_relative_path_is_that_of_the_folder_it_was_opened_in",
    ]);
    assert!(
        again
            .env("CRMKIT_TEST_FOLDER", folder.folder.path())
            .status()
            .unwrap()
            .success()
    );
}

#[test]
fn what_is_no_path_of_a_file_makes_no_database() {
    for path in ["", "file:x?mode=memory", ":memory:"] {
        let refused = SqliteStore::open(Path::new(path), SqliteOptions::default());
        assert_eq!(refused.err().unwrap().code(), Code::PathInvalid);
    }
}
