//! Damage that SQLite does not see by itself: a store's error with its code, never a defect. Files damaged at random are
//! the torture's.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Desk, enter};
use crmkit::{Code, Crm, CustomerKind, CustomerQuery, Error, PageRequest};

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
        .duplicates("示例3号机械", CustomerKind::Enterprise, &[], &[])?;
    me.imports().list()?;
    me.audit().verify(None)?;
    enter(&me, 1_000)?;
    let mut check = crm.check();
    while !check.step()?.finished {}
    Ok(())
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
