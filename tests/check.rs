//! Checking a whole store: what is whole is said to be, and each sort of damage is named.
#![cfg(not(miri))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::io::{Read, Seek, SeekFrom, Write};

use common::{Desk, enter};
use crmkit::{
    AttachmentFile, CheckReport, Choice, Code, Crm, CustomerEdit, FaultKind, Money, NewAttachment, NewTarget,
    SettingsEdit,
};

fn check(crm: &Crm) -> CheckReport {
    let mut check = crm.check();
    let mut done = 0;
    loop {
        let progress = check.step().unwrap();
        assert!(
            progress.done > done && progress.done <= progress.total,
            "{progress:?} after {done}"
        );
        done = progress.done;
        if progress.finished {
            return check.report().clone();
        }
    }
}

/// What is found in a store of 30 customers after this was done to its file.
fn found(damage: &str) -> Vec<(FaultKind, String, String)> {
    let desk = Desk::filled(30);
    desk.sql()
        .execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage}"))
        .unwrap();
    let report = check(&desk.open());
    assert_eq!(report.whole, report.faults.is_empty());
    let about = |fault: &crmkit::Fault| {
        fault
            .about
            .as_ref()
            .map(|about| about.key.clone())
            .unwrap_or_default()
    };
    report
        .faults
        .iter()
        .map(|fault| (fault.kind, about(fault), fault.detail.clone()))
        .collect()
}

fn kinds(damage: &str) -> Vec<FaultKind> {
    found(damage).into_iter().map(|(kind, ..)| kind).collect()
}

#[test]
fn a_store_that_was_worked_with_is_whole() {
    let desk = Desk::filled(3);
    let crm = desk.open();
    let me = crm.session("lin").unwrap();
    let first = me.customers().get("CRM202405010001").unwrap();
    let renamed = CustomerEdit::Name {
        value: "上海示例科技有限公司".into(),
    };
    let after = me
        .customers()
        .update("CRM202405010001", first.revision, &[renamed])
        .unwrap();
    let cleared = CustomerEdit::Note { value: None };
    me.customers()
        .update("CRM202405010001", after.revision, &[cleared])
        .unwrap();
    let history = me.customers().history("CRM202405010001", None, 1).unwrap();
    me.customers().undo(history[0].operation).unwrap();
    me.customers()
        .say_different("CRM202405010001", "CRM202405010002")
        .unwrap();
    let nobody = SettingsEdit::ListExporters { value: Vec::new() };
    me.settings().update(1, &[nobody]).unwrap();
    let target = NewTarget {
        person: "lin".into(),
        month: "2024-05".into(),
        amount: Some(Money::from_fen(100)),
    };
    me.targets().set(std::slice::from_ref(&target)).unwrap();
    me.targets()
        .set(&[NewTarget {
            amount: None,
            ..target
        }])
        .unwrap();
    let report = check(&crm);
    assert!(report.whole, "{:?}", report.faults);
    assert_eq!(
        (report.more, report.untold, report.written_meanwhile),
        (0, 0, false)
    );
    assert_eq!(report.entries, me.audit().head().unwrap().seq);
    // The user, the settings, the pick lists, one answer, and three of each of three.
    assert!(report.records > 11);
}

#[test]
fn r4_2_an_attachment_whose_bytes_changed_on_disk_is_named_and_is_not_handed_out() {
    let quote = |name: &str| NewAttachment {
        name: name.into(),
        kind: Some(Choice::of("报价单")),
        ..NewAttachment::default()
    };
    let damage = [
        "UPDATE content_part SET bytes = X'00' WHERE part = 1",
        "UPDATE content_part SET bytes = zeroblob(262144) WHERE part = 0",
        "UPDATE content_part SET part = part + 10; UPDATE content_part SET part = 12 - part",
        "DELETE FROM content_part WHERE part = 1",
        "DELETE FROM content_part",
    ];
    let bytes: Vec<u8> = (0..600_000).map(|at| (at % 251) as u8).collect();
    for damage in damage {
        let desk = Desk::filled(1);
        let (file, other) = {
            let me = desk.open().session("lin").unwrap();
            let add = |name, bytes: &[u8]| {
                let file = AttachmentFile::of(quote(name), bytes).unwrap();
                me.attachments().add("CRM202405010001", &file).unwrap().id
            };
            (add("甲.pdf", &bytes), add("乙.pdf", b""))
        };
        desk.sql().execute_batch(damage).unwrap();
        let crm = desk.open();
        let attachments = crm.session("lin").unwrap().attachments();
        assert_eq!(
            attachments.open(file).err().unwrap().code(),
            Code::AttachmentDamaged,
            "{damage}"
        );
        assert!(attachments.open(other).is_ok());
        // Who has the file heals it.
        if damage.starts_with("DELETE") {
            let file = AttachmentFile::of(quote("甲.pdf"), &bytes).unwrap();
            let healed = attachments.add("CRM202405010001", &file).unwrap();
            assert!(attachments.open(healed.id).is_ok());
            continue;
        }
        let faults = check(&crm).faults;
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.kind, fault.about.as_ref().map(|about| about.key.clone())))
            .collect();
        assert_eq!(found, [(FaultKind::Content, Some(file.to_string()))], "{damage}");
    }
}

#[test]
fn r4_2_a_part_that_changes_while_it_is_read_is_not_handed_out() {
    let desk = Desk::filled(1);
    let crm = desk.open();
    let attachments = crm.session("lin").unwrap().attachments();
    let new = NewAttachment {
        name: "甲.pdf".into(),
        kind: Some(Choice::of("报价单")),
        ..NewAttachment::default()
    };
    let file = AttachmentFile::of(new, &vec![7; 600_000]).unwrap();
    let id = attachments.add("CRM202405010001", &file).unwrap().id;
    let mut reader = attachments.open(id).unwrap();
    assert_eq!(reader.next_part().unwrap().unwrap().len(), 262_144);
    desk.sql()
        .execute_batch("UPDATE content_part SET bytes = zeroblob(262144) WHERE part = 1")
        .unwrap();
    assert_eq!(reader.next_part().unwrap_err().code(), Code::AttachmentDamaged);
}

#[test]
fn r4_2_the_same_bytes_are_stored_once() {
    let desk = Desk::filled(1);
    let me = desk.open().session("lin").unwrap();
    for name in ["甲.pdf", "乙.pdf"] {
        let new = NewAttachment {
            name: name.into(),
            kind: Some(Choice::of("报价单")),
            ..NewAttachment::default()
        };
        let file = AttachmentFile::of(new, &vec![7; 600_000]).unwrap();
        me.attachments().add("CRM202405010001", &file).unwrap();
    }
    let parts = "SELECT count(*) FROM content_part";
    let parts: i64 = desk.sql().query_row(parts, [], |row| row.get(0)).unwrap();
    assert_eq!(parts, 3);
}

#[test]
fn what_is_written_meanwhile_is_no_fault() {
    let desk = Desk::filled(2);
    let crm = desk.open();
    let mut job = crm.check();
    job.step().unwrap();
    enter(&crm.session("lin").unwrap(), 7).unwrap();
    while !job.step().unwrap().finished {}
    assert!(job.report().whole, "{:?}", job.report().faults);
    assert!(job.report().written_meanwhile);
    assert!(job.step().unwrap().finished, "asked again it says so again");
}

#[test]
fn r8_5_a_row_that_is_not_as_the_log_says_is_named_with_its_fields() {
    let number = "CRM202405010007".to_owned();
    let name = (FaultKind::Record, number.clone(), "name, note".to_owned());
    // Its keys are by its name, too.
    let found = found("UPDATE customer SET name = '别人', note = NULL WHERE number % 10000 = 7");
    assert!(found.contains(&name), "{found:?}");
    // So are its place in the order of names, and what parts of it are found by.
    assert!(
        found
            .iter()
            .all(|fault| *fault == name || matches!(fault.0, FaultKind::Keys | FaultKind::File)),
        "{found:?}"
    );
}

#[test]
fn r8_5_each_sort_of_damage_is_named() {
    use FaultKind::{Count, File, Keys, Log, Primary, Record, Unreadable};

    assert_eq!(kinds("SELECT 1"), []);
    assert_eq!(kinds("DELETE FROM log WHERE seq = 40"), [Log, Count]);
    assert_eq!(kinds("UPDATE log SET at = at + 1 WHERE seq = 40"), [Log, Record]);
    assert_eq!(
        kinds("UPDATE contact SET is_primary = 0 WHERE id = 3"),
        [Primary, Record]
    );
    assert_eq!(kinds("DELETE FROM service_record WHERE id = 3"), [Record]);
    let twice = "INSERT INTO service_record SELECT 99, randomblob(16), customer, revision, at, by, kind, kind_detail, text,
        created_at, archived_at FROM service_record WHERE id = 3";
    assert_eq!(kinds(twice), [Count]);
    assert_eq!(kinds("DELETE FROM new_key; DELETE FROM key_run"), [Keys; 5]);
    assert_eq!(
        kinds("DELETE FROM customer_tag WHERE customer % 10000 = 5"),
        [Record]
    );
    // What cannot be read is named, and what is beside it still held against the log.
    let two = "UPDATE customer SET owner = 77 WHERE number % 10000 = 5;
        UPDATE customer SET note = 'x' WHERE number % 10000 = 6";
    let found = found(two);
    assert_eq!(
        found.iter().map(|(kind, ..)| *kind).collect::<Vec<_>>(),
        [File, Unreadable, Record]
    );
    assert_eq!(
        (&*found[1].1, &*found[2].1, &*found[2].2),
        ("CRM202405010005", "CRM202405010006", "note")
    );
    let emptied = "UPDATE log SET payload = NULL, salt = NULL, digest = NULL WHERE seq = 40";
    assert_eq!(kinds(emptied), [Log]);
}

#[test]
fn r8_5_payloads_emptied_by_hand_are_named() {
    let desk = Desk::filled(30);
    // As an erasure would leave them, without its entry: the digest stays.
    let me = desk.open().session("lin").unwrap();
    assert_eq!(me.audit().verify(None).unwrap().broken_at, None);
    drop(me);
    let sql = desk.sql();
    let mut statement = sql
        .prepare("SELECT seq, salt, payload FROM log WHERE seq > 30")
        .unwrap();
    let entries: Vec<(u64, [u8; 16], Vec<u8>)> = statement
        .query_map([], |row| {
            Ok((row.get::<_, i64>(0)? as u64, row.get(1)?, row.get(2)?))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (seq, salt, payload) in entries {
        let digest = crmkit::audit::digest_of(&salt, &payload);
        let emptied = "UPDATE log SET salt = NULL, payload = NULL, digest = ?1 WHERE seq = ?2";
        sql.execute(emptied, rusqlite::params![digest, seq as i64])
            .unwrap();
    }
    drop(statement);
    drop(sql);
    let crm = desk.open();
    assert_eq!(
        crm.session("lin")
            .unwrap()
            .audit()
            .verify(None)
            .unwrap()
            .broken_at,
        Some(31)
    );
    let report = check(&crm);
    let faults: Vec<_> = report
        .faults
        .iter()
        .map(|fault| (fault.kind, fault.detail.as_str()))
        .collect();
    assert_eq!(faults, [(FaultKind::Log, "entry 31: emptied without an erasure")]);
    assert!(report.untold > 0);
}

#[test]
fn two_pages_that_were_swapped_show() {
    let desk = Desk::filled(310);
    // Two leaves of the customers' table.
    let pages: Vec<u64> = {
        let sql = desk.sql();
        let mut statement = sql
            .prepare(
                "SELECT pageno FROM dbstat WHERE name = 'customer' AND pagetype = 'leaf' ORDER BY pageno",
            )
            .unwrap();
        let pages = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
        pages.map(|page| page.unwrap() as u64).collect()
    };
    let size = 4096;
    let mut file = std::fs::File::options()
        .read(true)
        .write(true)
        .open(&desk.path)
        .unwrap();
    let mut leaf = |page: u64, write: Option<&[u8]>| {
        let mut bytes = vec![0; size as usize];
        file.seek(SeekFrom::Start((page - 1) * size)).unwrap();
        match write {
            Some(bytes) => file.write_all(bytes).unwrap(),
            None => file.read_exact(&mut bytes).unwrap(),
        }
        bytes
    };
    let (first, last) = (pages[1], pages[pages.len() - 2]);
    let (one, other) = (leaf(first, None), leaf(last, None));
    leaf(first, Some(&other));
    leaf(last, Some(&one));
    let report = check(&desk.open());
    assert!(
        report.faults.iter().any(|fault| fault.kind == FaultKind::File),
        "{report:?}"
    );
}
