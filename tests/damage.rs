//! Damaged files: whatever is damaged in whichever way, the answer is a store's error with its code, or the data; never a
//! defect, and never a panic.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::{env, fs, sync::LazyLock};

use common::{Desk, enter};
use crmkit::{Code, Crm, CustomerKind, CustomerQuery, Error, ErrorKind, PageRequest};
use proptest::{prelude::*, test_runner::Config};

/// Works with a store in every way that reads or writes much of it; the first error.
fn work(crm: &Crm) -> Result<(), Error> {
    let me = crm.session("lin")?;
    let mut page = PageRequest::first(50);
    loop {
        let customers = me.customers().list(&CustomerQuery::default(), &page)?;
        for customer in &customers.items {
            let number = customer.number.to_string();
            me.customers().get(&number)?;
            me.contacts().list(&number)?;
            me.customers().history(&number, None, 100)?;
        }
        match customers.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    me.customers()
        .duplicates("示例3号机械", CustomerKind::Enterprise, &[])?;
    me.imports().list()?;
    me.audit().verify(None)?;
    enter(&me, 1_000)?;
    let mut check = crm.check();
    while !check.step()?.finished {}
    Ok(())
}

fn is_a_stores_error(error: &Error) -> bool {
    // What was damaged into another value of the same sort is found by `check`, and otherwise is data.
    let told = matches!(
        error.kind(),
        ErrorKind::Storage | ErrorKind::NotFound | ErrorKind::Rule | ErrorKind::Duplicate
    );
    told || matches!(error, Error::Invalid { .. } | Error::Denied { .. })
}

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| fs::read(Desk::filled(60).path).unwrap());

/// One way of damaging a file.
#[derive(Clone, Debug)]
enum Damage {
    Flip(usize, u8),
    Fill(usize, usize, u8),
    Swap(usize, usize),
    Cut(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let size = WHOLE.len();
    let pages = size / 4096;
    prop_oneof![
        4 => (0..size, 1..=255_u8).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        2 => (0..size, 1..200_usize, any::<u8>()).prop_map(|(at, many, with)| Damage::Fill(at, many, with)),
        2 => (1..pages, 1..pages).prop_map(|(a, b)| Damage::Swap(a, b)),
        1 => (0..size).prop_map(Damage::Cut),
    ]
}

fn damaged(damages: &[Damage]) -> Vec<u8> {
    let mut bytes = WHOLE.clone();
    for damage in damages {
        match *damage {
            Damage::Flip(at, bits) => bytes[at] ^= bits,
            Damage::Fill(at, many, with) => {
                bytes.iter_mut().skip(at).take(many).for_each(|byte| *byte = with)
            }
            Damage::Swap(a, b) if a != b => {
                let (low, high) = (a.min(b) * 4096, a.max(b) * 4096);
                let (left, right) = bytes.split_at_mut(high);
                left[low..low + 4096].swap_with_slice(&mut right[..4096]);
            }
            Damage::Swap(..) => {}
            Damage::Cut(at) => {
                bytes.truncate(at);
                break;
            }
        }
    }
    bytes
}

fn cases() -> u32 {
    env::var("CRMKIT_DAMAGE_CASES").map_or(48, |cases| cases.parse().unwrap())
}

proptest! {
    #![proptest_config(Config { cases: cases(), ..Config::default() })]

    #[test]
    fn a_damaged_file_is_a_stores_error(damages in prop::collection::vec(damage(), 1..6)) {
        let desk = Desk::new();
        let mut damages = damages;
        // Cut last, so that the other places are there.
        damages.sort_by_key(|damage| matches!(damage, Damage::Cut(_)));
        fs::write(&desk.path, damaged(&damages)).unwrap();
        if let Err(error) = desk.try_open().and_then(|crm| work(&crm)) {
            prop_assert!(is_a_stores_error(&error), "{damages:?}: {error:?}");
        }
    }
}

fn answer_after(sql: &str) -> Error {
    let desk = Desk::filled(20);
    desk.sql().execute_batch(sql).unwrap();
    desk.try_open().and_then(|crm| work(&crm)).unwrap_err()
}

#[test]
fn damage_that_sqlite_does_not_see_is_corrupt() {
    for sql in [
        "PRAGMA ignore_check_constraints = ON; UPDATE customer SET name = CAST(x'ff41' AS TEXT) WHERE number % 10000 = 3",
        "UPDATE contact SET mobile = CAST(x'c328' AS TEXT) WHERE id = 3",
        "UPDATE customer SET status = 'dancing' WHERE number % 10000 = 3",
        "UPDATE customer SET created_at = 9223372036854775807 WHERE number % 10000 = 3",
        "DROP TABLE service_record",
        "ALTER TABLE customer RENAME COLUMN note TO notes",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -5",
    ] {
        let error = answer_after(sql);
        assert_eq!(error.code(), Code::StorageCorrupt, "{sql}: {error:?}");
    }
}
