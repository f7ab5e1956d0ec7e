//! A fork: the store that was open before is the parent's, and the child opens one of its own.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]
#![allow(unsafe_code, reason = "there is no safe fork")]

mod common;

use std::{
    env,
    ffi::c_int,
    panic::{self, AssertUnwindSafe},
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use common::*;
use crm_core::{
    Code,
    store::{Store, StoreExt},
};
use crm_sqlite::{SqliteOptions, SqliteStore};

unsafe extern "C" {
    fn fork() -> c_int;
    fn waitpid(process: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn _exit(status: c_int) -> !;
}

/// One test at a time: a fork while another one opens a file would be refused, rightly.
static ONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A forked child that runs `body` and ends; to be waited for.
fn child(body: impl FnOnce()) -> c_int {
    // SAFETY: the child runs `body` and leaves without running anything else of the test's.
    let child = unsafe { fork() };
    if child == 0 {
        let done = panic::catch_unwind(AssertUnwindSafe(body));
        // SAFETY: ends the process at once.
        unsafe { _exit(c_int::from(done.is_err())) }
    }
    child
}

fn wait_for(child: c_int) {
    let mut status = -1;
    // SAFETY: waits for a child made above.
    assert_eq!(unsafe { waitpid(child, &mut status, 0) }, child);
    assert_eq!(status, 0, "what the child says stands above");
}

#[test]
fn a_forked_process_is_told_to_open_again() {
    let _alone = alone();
    let folder = Folder::new();
    let opened = folder.set_up();
    wait_for(child(|| {
        let codes = [
            opened.read_with(|_| Ok(())).map_err(|error| error.code()),
            opened.write_with(|_| Ok(())).map_err(|error| error.code()),
            opened.pause().map_err(|error| error.code()),
            opened.version().map(drop).map_err(|error| error.code()),
        ];
        assert_eq!(codes, [Err(Code::StorageForked); 4]);
    }));
    create(&opened, "甲", 1).unwrap();
}

/// Enters three customers in a process that was not forked.
fn elsewhere(folder: &Folder) {
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(["--exact", "r2_1_a_forked_process_has_a_store_of_its_own"]);
    assert!(
        again
            .env("CRMKIT_TEST_ELSEWHERE", &folder.path)
            .status()
            .unwrap()
            .success()
    );
}

#[test]
fn r2_1_a_forked_process_has_a_store_of_its_own() {
    if let Ok(path) = env::var("CRMKIT_TEST_ELSEWHERE") {
        let opened = SqliteStore::open(path.as_ref(), SqliteOptions::default()).unwrap();
        create_many(&opened, 3, 1);
        return;
    }
    let _alone = alone();
    // The child keeps what it inherited, or drops it first.
    for drops in [false, true] {
        let folder = Folder::new();
        let opened = folder.set_up();
        create_many(&opened, 1, 1);
        opened.read_with(|tx| tx.users()).unwrap();
        let mut opened = Some(opened);
        let (ready, closed) = (
            folder.folder.path().join("ready"),
            folder.folder.path().join("closed"),
        );
        let forked = child(|| {
            drops.then(|| drop(opened.take()));
            let own = folder.open();
            create_many(&own, 1, 1);
            std::fs::write(&ready, "").unwrap();
            while !closed.exists() {
                thread::yield_now();
            }
            create_many(&own, 3, 1);
            elsewhere(&folder);
            create_many(&own, 1, 1);
        });
        while !ready.exists() {
            thread::yield_now();
        }
        create_many(opened.as_ref().unwrap(), 1, 1);
        drop(opened.take());
        std::fs::write(&closed, "").unwrap();
        wait_for(forked);
        let opened = folder.open();
        let there = (1..=10).map(|serial| opened.read_with(|tx| get(tx, number(serial))).unwrap().is_some());
        assert_eq!(there.collect::<Vec<_>>(), [vec![true; 10]].concat(), "{drops}");
        assert_eq!(create(&opened, "甲", 1).unwrap(), number(11));
    }
}

#[test]
fn a_process_forked_while_the_file_is_written_is_refused() {
    let _alone = alone();
    let folder = Folder::new();
    let opened = folder.set_up();
    let (inside, is_inside) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let writing = &opened;
        scope.spawn(move || {
            writing
                .write_with(|tx| {
                    inside.send(()).unwrap();
                    goes_on.recv().unwrap();
                    apply(tx, &add(customer(number(1), "甲", 1)))
                })
                .unwrap();
        });
        is_inside.recv().unwrap();
        let forked = child(|| {
            let refused = SqliteStore::open(&folder.path, SqliteOptions::default());
            assert_eq!(refused.err().unwrap().code(), Code::StorageForked);
            // Another file is nobody's.
            let other = SqliteStore::open(&folder.path.with_extension("other"), SqliteOptions::default());
            set_up(&other.unwrap());
        });
        wait_for(forked);
        go_on.send(()).unwrap();
    });
    assert!(opened.read_with(|tx| get(tx, number(1))).unwrap().is_some());
}
