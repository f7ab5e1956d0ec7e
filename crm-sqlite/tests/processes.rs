//! Several processes on one file (R2.1).

mod common;

use std::{env, path::PathBuf, process::Command};

use common::*;
use crm_core::{
    Lane,
    store::{Scope, StoreExt},
};
use crm_sqlite::{SqliteOptions, SqliteStore};

const EACH: u32 = 40;

#[test]
fn r2_1_two_processes_number_without_clash_or_gap() {
    // The test runs itself again: the copies find the file in the environment, and enter customers.
    if let Ok(path) = env::var("CRMKIT_TEST_FILE") {
        let opened = SqliteStore::open(&PathBuf::from(path), SqliteOptions::default()).unwrap();
        for n in 0..EACH {
            if n % 10 == 9 {
                let failed = opened.write_with(|tx| -> crm_core::Result<()> {
                    tx.next_serial(day(), Lane::SHARED)?;
                    Err(crm_core::Error::internal("a creation that fails uses none up"))
                });
                assert!(failed.is_err());
            }
            create(&opened, "甲", 1).unwrap();
        }
        return;
    }
    let folder = Folder::new();
    let opened = folder.set_up();
    let copy = |_| {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "r2_1_two_processes_number_without_clash_or_gap"]);
        command.env("CRMKIT_TEST_FILE", &folder.path).spawn().unwrap()
    };
    let copies: Vec<_> = (0..2).map(copy).collect();
    for mut copy in copies {
        assert!(copy.wait().unwrap().success());
    }
    opened
        .read_with(|tx| {
            for serial in 1..=2 * EACH {
                assert!(get(tx, number(serial))?.is_some(), "{serial}");
            }
            assert_eq!(
                tx.count_customers(&Default::default(), &Scope::all())?,
                u64::from(2 * EACH)
            );
            let keys = keys(&customer(number(1), "甲", 1));
            assert_eq!(
                candidates(tx, &keys, 100)?.len() as u32,
                2 * EACH + 1,
                "one phone, and all of the name"
            );
            Ok(())
        })
        .unwrap();
    assert_eq!(create(&opened, "乙", 1).unwrap(), number(2 * EACH + 1));
}

#[test]
fn two_processes_may_make_the_file_at_once() {
    if let Ok(path) = env::var("CRMKIT_TEST_NEW_FILE") {
        SqliteStore::open(&PathBuf::from(path), SqliteOptions::default()).unwrap();
        return;
    }
    for _ in 0..5 {
        let folder = Folder::new();
        let copy = |_| {
            let mut command = Command::new(env::current_exe().unwrap());
            command.args(["--exact", "two_processes_may_make_the_file_at_once"]);
            command.env("CRMKIT_TEST_NEW_FILE", &folder.path).spawn().unwrap()
        };
        let copies: Vec<_> = (0..4).map(copy).collect();
        for mut copy in copies {
            assert!(copy.wait().unwrap().success());
        }
    }
}

/// Customers that a transaction of the load below enters, with more keys than are written row by row.
const LOAD: u32 = 1_200;

#[test]
fn a_load_that_dies_leaves_whole_transactions_with_their_keys() {
    if let Ok(path) = env::var("CRMKIT_TEST_LOAD") {
        let opened = SqliteStore::open(&PathBuf::from(path), SqliteOptions::default()).unwrap();
        for transaction in 0..3 {
            opened
                .write_with(|tx| {
                    for n in 0..LOAD {
                        let number = number(tx.next_serial(day(), Lane::SHARED)?);
                        apply(tx, &add(customer(number, &format!("公司{number}"), 1)))?;
                        if transaction == 2 && n == LOAD - 1 {
                            std::process::abort();
                        }
                    }
                    Ok(())
                })
                .unwrap();
        }
    }
    let folder = Folder::new();
    drop(folder.set_up());
    let mut copy = Command::new(env::current_exe().unwrap());
    copy.args([
        "--exact",
        "a_load_that_dies_leaves_whole_transactions_with_their_keys",
    ]);
    let status = copy.env("CRMKIT_TEST_LOAD", &folder.path).status().unwrap();
    assert!(!status.success());
    let opened = folder.open();
    opened
        .read_with(|tx| {
            assert_eq!(
                tx.count_customers(&Default::default(), &Scope::all())?,
                u64::from(2 * LOAD)
            );
            for serial in 1..=2 * LOAD {
                let there = get(tx, number(serial))?.unwrap();
                let found = candidates(tx, &keys(&there), 5)?;
                assert_eq!(
                    found.iter().filter(|(_, found)| *found == number(serial)).count(),
                    2
                );
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(create(&opened, "乙", 1).unwrap(), number(2 * LOAD + 1));
}
