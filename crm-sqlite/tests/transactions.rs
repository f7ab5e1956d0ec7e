//! Transactions: whole or not at all, one inside another never, none while paused.

#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

mod common;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Barrier,
    thread,
    time::Duration,
};

use common::*;
use crm_core::{
    Code, Error, PickEntry, PickList, Result,
    store::{Put, Store, StoreExt},
};
use crm_sqlite::{SqliteOptions, SqliteStore};

fn code<T: std::fmt::Debug>(answer: Result<T>) -> Code {
    answer.unwrap_err().code()
}

#[test]
fn a_panic_rolls_back_and_goes_on() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        opened.write_with(|tx| -> Result<()> {
            apply(tx, &add(customer(number(1), "甲", 1)))?;
            panic!("stop")
        })
    }));
    assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"stop"));
    assert!(opened.read_with(|tx| get(tx, number(1))).unwrap().is_none());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        opened.read_with(|_| -> Result<()> { panic!("stop") })
    }));
    assert!(panicked.is_err());
    assert_eq!(create(&opened, "甲", 1).unwrap(), number(1));
}

#[test]
fn an_error_rolls_back() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let head = opened.read_with(|tx| tx.log_head()).unwrap();
    let failed = opened.write_with(|tx| -> Result<()> {
        apply(tx, &add(customer(number(1), "甲", 1)))?;
        assert_eq!(candidates(tx, &keys(&customer(number(1), "甲", 1)), 9)?.len(), 2);
        Err(Error::internal("stop"))
    });
    assert_eq!(code(failed), Code::Internal);
    opened
        .read_with(|tx| {
            assert!(get(tx, number(1))?.is_none());
            assert_eq!(candidates(tx, &keys(&customer(number(1), "甲", 1)), 9)?, []);
            assert_eq!(tx.log_head()?, head);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_refused_change_is_never_committed() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let missing = customer(number(3), "丙", 1);
    for refused in [
        add(customer(number(1), "乙", 1)),
        add(customer(number(2), "乙", 9)),
        of(Put::edit(missing.clone(), missing)),
        of(Put::add(user(2))),
    ] {
        let answer = opened.write_with(|tx| {
            apply(tx, &add(customer(number(1), "甲", 1)))?;
            assert_eq!(code(apply(tx, &refused)), Code::Internal);
            // It goes on as if nothing were.
            Ok(())
        });
        assert_eq!(code(answer), Code::Internal);
        assert!(opened.read_with(|tx| get(tx, number(1))).unwrap().is_none());
    }
}

#[test]
fn a_call_from_within_is_refused_and_never_hangs() {
    let folder = Folder::new();
    let opened = folder.set_up();
    let memory = SqliteStore::in_memory().unwrap();
    for (store, other) in [(&opened, &memory), (&memory, &opened)] {
        let within = || {
            assert_eq!(code(store.read_with(|_| Ok(()))), Code::StorageNested);
            assert_eq!(code(store.write_with(|_| Ok(()))), Code::StorageNested);
            assert_eq!(code(store.pause()), Code::StorageNested);
            assert_eq!(code(store.version()), Code::StorageNested);
            other.read_with(|_| Ok(()))
        };
        store.read_with(|_| within()).unwrap();
        store.write_with(|_| within()).unwrap();
        store.read_with(|_| Ok(())).unwrap();
    }
}

#[test]
fn paused_means_no_transaction_and_no_open_file() {
    let folder = Folder::new();
    let opened = folder.set_up();
    create(&opened, "甲", 1).unwrap();
    opened.resume().unwrap();
    opened.pause().unwrap();
    opened.pause().unwrap();
    let refused = opened.read_with(|_| Ok(())).unwrap_err();
    assert_eq!(
        (refused.code(), refused.is_retryable()),
        (Code::StoragePaused, true)
    );
    assert_eq!(code(opened.write_with(|_| Ok(()))), Code::StoragePaused);
    let beside: Vec<_> = std::fs::read_dir(folder.folder.path()).unwrap().collect();
    assert_eq!(beside.len(), 1, "the log went into the file: {beside:?}");
    opened.resume().unwrap();
    create(&opened, "乙", 1).unwrap();
}

#[test]
fn pause_waits_for_running_transactions_up_to_a_limit() {
    let folder = Folder::new();
    let pause_limit = Duration::from_millis(100);
    let opened = folder.open_with(SqliteOptions {
        pause_limit,
        ..Default::default()
    });
    let (started, go_on) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            opened
                .read_with(|_| {
                    started.wait();
                    go_on.wait();
                    Ok(())
                })
                .unwrap();
        });
        started.wait();
        let busy = opened.pause().unwrap_err();
        assert_eq!((busy.code(), busy.is_retryable()), (Code::StorageBusy, true));
        opened.read_with(|_| Ok(())).unwrap();
        go_on.wait();
    });
    opened.pause().unwrap();
}

#[test]
fn closed_means_no_open_file_for_good() {
    let folder = Folder::new();
    let opened = folder.set_up();
    create(&opened, "甲", 1).unwrap();
    opened.close().unwrap();
    let beside: Vec<_> = std::fs::read_dir(folder.folder.path()).unwrap().collect();
    assert_eq!(beside.len(), 1, "the log went into the file: {beside:?}");
    assert_eq!(code(opened.sql("SELECT 1")), Code::StorageClosed);
    assert_eq!(code(opened.resume()), Code::StorageClosed);
    create(&folder.open_with(SqliteOptions::default()), "乙", 1).unwrap();
}

#[test]
fn what_outlives_a_close_lets_go_of_the_file_when_it_ends() {
    let folder = Folder::new();
    folder.set_up();
    let opened = folder.open_with(SqliteOptions {
        pause_limit: Duration::from_millis(10),
        ..Default::default()
    });
    let (started, go_on) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let writing = scope.spawn(|| {
            opened.write_with(|tx| {
                started.wait();
                go_on.wait();
                apply(tx, &add(customer(number(1), "甲", 1)))
            })
        });
        started.wait();
        let busy = opened.close().unwrap_err();
        assert_eq!((busy.code(), busy.is_retryable()), (Code::StorageBusy, true));
        assert_eq!(code(opened.read_with(|_| Ok(()))), Code::StorageClosed);
        go_on.wait();
        writing.join().unwrap().unwrap();
    });
    let beside: Vec<_> = std::fs::read_dir(folder.folder.path()).unwrap().collect();
    assert_eq!(beside.len(), 1, "the log went into the file: {beside:?}");
    let again = folder.open_with(SqliteOptions::default());
    assert!(again.read_with(|tx| get(tx, number(1))).unwrap().is_some());
}

#[test]
fn a_read_sees_one_snapshot() {
    let folder = Folder::new();
    let opened = folder.set_up();
    opened
        .read_with(|tx| {
            thread::scope(|scope| scope.spawn(|| create(&opened, "甲", 1)).join().unwrap()).unwrap();
            assert!(get(tx, number(1))?.is_none());
            Ok(())
        })
        .unwrap();
    assert!(opened.read_with(|tx| get(tx, number(1))).unwrap().is_some());
}

#[test]
fn r2_1_threads_never_get_the_same_number() {
    let folder = Folder::new();
    let opened = folder.set_up();
    thread::scope(|scope| {
        for owner in [1, 2, 1, 2] {
            let opened = &opened;
            scope.spawn(move || create_many(opened, 25, owner));
        }
    });
    assert_eq!(create(&opened, "甲", 1).unwrap(), number(101));
}

#[test]
fn many_small_commits_keep_the_log_short() {
    let folder = Folder::new();
    let opened = folder.set_up();
    create_many(&opened, 600, 1);
    let log = std::fs::metadata(folder.path.with_extension("db-wal"))
        .unwrap()
        .len();
    assert!(log < 80 << 20, "{log} bytes");
    assert!(
        std::fs::metadata(&folder.path).unwrap().len() > 200_000,
        "moved beside the callers"
    );
}

fn entry_labelled(label: &str) -> PickEntry {
    PickEntry {
        list: PickList::Industry,
        code: "a".to_owned(),
        label_zh: label.to_owned(),
        label_en: label.to_owned(),
        position: 1,
        retired: false,
    }
}

/// Puts the label of an entry in a transaction that also asks for what it finds: the label there was, and how many have
/// the keys of the customer with this name.
fn put_label(opened: &SqliteStore, label: &str, name: &str) -> (Option<String>, usize) {
    opened
        .write_with(|tx| {
            let before = tx.pick_entries()?.iter().find(|entry| entry.code == "a").cloned();
            let holders = candidates(tx, &keys(&customer(number(1), name, 1)), 9)?;
            let after = entry_labelled(label);
            let put = Put {
                before: before.clone(),
                after: Some(after.clone()),
            };
            apply(tx, &of(put))?;
            assert!(tx.pick_entries()?.contains(&after), "its own writes are seen");
            Ok((before.map(|entry| entry.label_zh), holders.len()))
        })
        .unwrap()
}

#[test]
fn what_the_writer_remembers_gives_way_to_another_program() {
    let folder = Folder::new();
    let (here, there) = (folder.set_up(), folder.open());
    assert_eq!(put_label(&here, "甲", "示例"), (None, 0));
    assert_eq!(put_label(&here, "乙", "示例"), (Some("甲".into()), 0));
    assert_eq!(put_label(&there, "丙", "示例"), (Some("乙".into()), 0));
    create(&there, "示例", 1).unwrap();
    assert_eq!(put_label(&here, "丁", "示例"), (Some("丙".into()), 2));
}

#[test]
fn what_the_writer_remembers_is_what_was_committed() {
    let folder = Folder::new();
    let opened = folder.set_up();
    put_label(&opened, "甲", "示例");
    let failed = opened.write_with(|tx| -> Result<()> {
        candidates(tx, &keys(&customer(number(1), "示例", 1)), 9)?;
        apply(tx, &add(customer(number(1), "示例", 1)))?;
        apply(tx, &of(Put::edit(entry_labelled("甲"), entry_labelled("乙"))))?;
        tx.pick_entries()?;
        Err(Error::internal("stop"))
    });
    assert_eq!(code(failed), Code::Internal);
    assert_eq!(put_label(&opened, "丙", "示例"), (Some("甲".into()), 0));
    // Keys of the latest transactions, in the place where they are remembered.
    create(&opened, "示例", 1).unwrap();
    assert_eq!(put_label(&opened, "丁", "示例"), (Some("丙".into()), 2));
    for serial in 2..40 {
        create(&opened, &format!("示例{serial}"), 1).unwrap();
        let found = put_label(&opened, "戊", &format!("示例{serial}")).1;
        assert_eq!(found, 2, "customer {serial}");
    }
    assert_eq!(put_label(&opened, "己", "示例").1, 2);
}
