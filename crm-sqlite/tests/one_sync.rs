//! A write is one commit and one sync of the write-ahead log, counted in a layer under SQLite.
#![allow(unsafe_code, reason = "SQLite's file layer is a table of C functions")]
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use std::{
    ffi::{CStr, c_char, c_int},
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use common::*;
use rusqlite::ffi;

type Open = unsafe extern "C" fn(
    *mut ffi::sqlite3_vfs,
    *const c_char,
    *mut ffi::sqlite3_file,
    c_int,
    *mut c_int,
) -> c_int;

/// A kind of file: the methods that it really has, those that count, and how many syncs there were.
struct Counted {
    real: OnceLock<ffi::sqlite3_io_methods>,
    counting: OnceLock<ffi::sqlite3_io_methods>,
    syncs: AtomicUsize,
}

impl Counted {
    const fn new() -> Self {
        Self {
            real: OnceLock::new(),
            counting: OnceLock::new(),
            syncs: AtomicUsize::new(0),
        }
    }
}

static REAL_OPEN: OnceLock<Open> = OnceLock::new();
static LOG: Counted = Counted::new();
static DATABASE: Counted = Counted::new();

/// Opens a file as the real layer does, and puts a counting method in the place of its own.
unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    type Sync = unsafe extern "C" fn(*mut ffi::sqlite3_file, c_int) -> c_int;
    let (counted, sync): (_, Sync) = match flags {
        _ if flags & ffi::SQLITE_OPEN_WAL != 0 => (&LOG, sync_log),
        _ if flags & ffi::SQLITE_OPEN_MAIN_DB != 0 => (&DATABASE, sync_database),
        // SAFETY: SQLite's own arguments go to SQLite's own function.
        _ => return unsafe { REAL_OPEN.get().unwrap()(vfs, name, file, flags, out_flags) },
    };
    // SAFETY: as above; a file that is open has methods, and all files of a kind have the same.
    unsafe {
        let answer = REAL_OPEN.get().unwrap()(vfs, name, file, flags, out_flags);
        if answer == ffi::SQLITE_OK {
            let real = *counted.real.get_or_init(|| ptr::read((*file).pMethods));
            (*file).pMethods = counted.counting.get_or_init(|| ffi::sqlite3_io_methods {
                xSync: Some(sync),
                ..real
            });
        }
        answer
    }
}

unsafe extern "C" fn sync_log(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: called by SQLite, with a file of this kind.
    unsafe { count(&LOG, file, flags) }
}

unsafe extern "C" fn sync_database(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: called by SQLite, with a file of this kind.
    unsafe { count(&DATABASE, file, flags) }
}

unsafe fn count(counted: &Counted, file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    counted.syncs.fetch_add(1, Ordering::SeqCst);
    // SAFETY: the real method gets its own file.
    unsafe { counted.real.get().unwrap().xSync.unwrap()(file, flags) }
}

/// Makes a copy of the real layer, with an `open` of its own, the one that SQLite uses.
fn count_syncs() {
    // SAFETY: called once, before any database is open; the copy lives as long as the program.
    unsafe {
        let real = ffi::sqlite3_vfs_find(ptr::null());
        REAL_OPEN.set((*real).xOpen.unwrap()).unwrap();
        let mut copy = Box::new(ptr::read(real));
        const NAME: &CStr = c"counting";
        copy.zName = NAME.as_ptr();
        copy.xOpen = Some(open);
        assert_eq!(ffi::sqlite3_vfs_register(Box::leak(copy), 1), ffi::SQLITE_OK);
    }
}

#[test]
fn a_create_is_one_commit_and_one_sync() {
    count_syncs();
    let folder = Folder::new();
    let opened = folder.set_up();
    create(&opened, "甲", 1).unwrap();
    let syncs = || {
        (
            LOG.syncs.load(Ordering::SeqCst),
            DATABASE.syncs.load(Ordering::SeqCst),
        )
    };
    let (log, other) = syncs();
    for n in 1..=20 {
        create(&opened, "甲", 1).unwrap();
        assert_eq!(syncs(), (log + n, other), "after {n}");
    }
}
