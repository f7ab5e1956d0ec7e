//! After a fork the store is not used: two processes must not share its connections.
#![cfg(unix)]
#![allow(unsafe_code, reason = "there is no safe fork")]

mod common;

use std::ffi::c_int;

use common::*;
use crm_core::{
    Code,
    store::{Store, StoreExt},
};

unsafe extern "C" {
    fn fork() -> c_int;
    fn waitpid(process: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn _exit(status: c_int) -> !;
}

#[test]
fn a_forked_process_is_told_to_open_again() {
    let folder = Folder::new();
    let opened = folder.set_up();
    // SAFETY: the child asks the store, drops it, and leaves without running anything of the test's.
    let child = unsafe { fork() };
    if child == 0 {
        let codes = [
            opened.read_with(|_| Ok(())).map_err(|error| error.code()),
            opened.write_with(|_| Ok(())).map_err(|error| error.code()),
            opened.pause().map_err(|error| error.code()),
            opened.version().map(drop).map_err(|error| error.code()),
        ];
        drop(opened);
        let right = codes.iter().all(|code| *code == Err(Code::StorageForked));
        // SAFETY: ends the process at once.
        unsafe { _exit(c_int::from(!right)) }
    }
    let mut status = -1;
    // SAFETY: waits for the child made above.
    assert_eq!(unsafe { waitpid(child, &mut status, 0) }, child);
    assert_eq!(status, 0);
    create(&opened, "甲", 1).unwrap();
}
