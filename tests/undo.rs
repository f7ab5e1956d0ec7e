//! Undoing what the log no longer says.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::Desk;
use crmkit::{Code, CustomerEdit, CustomerNumber};

#[test]
fn r8_5_what_an_erased_entry_changed_is_not_undone() {
    let desk = Desk::filled(1);
    let crm = desk.open();
    let me = crm.session("lin").unwrap();
    let number: CustomerNumber = "CRM202405010001".parse().unwrap();
    let note = |text: &str| CustomerEdit::Note {
        value: Some(text.into()),
    };
    let seen = me.customers().get(number).unwrap().revision;
    let changed = me.customers().update(number, seen, &[note("要发票")]).unwrap();
    let operation = me.customers().history(number, None, 1).unwrap()[0].operation;
    crm.pause().unwrap();
    let emptied = "UPDATE log SET payload = NULL, salt = NULL, digest = randomblob(32)
        WHERE seq = (SELECT max(seq) FROM log WHERE entity = 'customer')";
    assert_eq!(desk.sql().execute(emptied, []).unwrap(), 1);
    crm.resume().unwrap();
    let refused = me.customers().undo(operation).unwrap_err();
    assert_eq!(refused.code(), Code::UndoErased);
    assert_eq!(
        me.customers().get(number).unwrap(),
        changed,
        "nothing was taken back"
    );
}
