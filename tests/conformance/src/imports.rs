//! Imports and their rows.

use crm_core::{
    Code, EntityRef, Import, ImportCounts, ImportRow, ImportState, Problem, RowOutcome, store::Store,
};

use crate::{
    Make,
    fixture::{
        Step, add, assert_refused, commit, contact_id, edit, get, import, import_id, instant, number, read,
        remove, staffed, user_id,
    },
};

pub(crate) fn row(line: u64) -> ImportRow {
    ImportRow {
        line,
        outcome: RowOutcome::Skipped,
        customer: None,
        contact: None,
        record: None,
        problems: Vec::new(),
    }
}

fn full_row(line: u64) -> ImportRow {
    ImportRow {
        outcome: RowOutcome::Created,
        customer: Some(number(7)),
        contact: Some(contact_id(7)),
        record: Some(EntityRef {
            entity: "follow_up".to_owned(),
            key: "07070707-0707-0707-0707-070707070707".to_owned(),
        }),
        problems: vec![
            Problem::with("phones", Code::PhoneUnverified, "总机 '1'"),
            Problem::missing("first_contact"),
            Problem::new("", Code::RowRepeated),
        ],
        ..row(line)
    }
}

/// Enters an import with its first rows.
fn begin(import: &Import, rows: Vec<ImportRow>) -> Step {
    add(import.clone()).with_rows(import.id, rows)
}

/// Goes on with an import.
fn go_on(before: &Import, after: &Import, rows: Vec<ImportRow>) -> Step {
    edit(before, after).with_rows(after.id, rows)
}

fn rows(store: &dyn Store, after: u64, limit: u32) -> Vec<ImportRow> {
    read(store, |tx| tx.import_rows(import_id(1), after, limit))
}

/// What is read of an import and its rows is what was written, when it begins and when it goes on.
pub fn keeps_every_field_of_imports(make: Make<'_>) {
    let store = staffed(make);
    let begun = import(1);
    let others = RowOutcome::ALL
        .iter()
        .zip(2..)
        .map(|(&outcome, line)| ImportRow { outcome, ..row(line) });
    let first: Vec<ImportRow> = [full_row(1)].into_iter().chain(others).collect();
    commit(&*store, [begin(&begun, first.clone())]);
    assert_eq!(get(&*store, import_id(1)), Some(begun.clone()));
    assert_eq!(get::<Import>(&*store, import_id(2)), None);
    assert_eq!(rows(&*store, 0, 100), first);
    let mut before = begun.clone();
    for &state in ImportState::ALL {
        let counts = ImportCounts {
            rows: 21,
            created: 1,
            filled: 2,
            skipped: 3,
            refused: 4,
            contacts: 5,
        };
        let gone_on = Import {
            state,
            counts,
            by: Some(user_id(2)),
            changed_at: instant(77),
            ..begun.clone()
        };
        commit(&*store, [go_on(&before, &gone_on, Vec::new())]);
        assert_eq!(get(&*store, import_id(1)), Some(gone_on.clone()));
        before = gone_on;
        assert_eq!(rows(&*store, 0, 100), first);
    }
    let far = full_row(1 << 40);
    commit(&*store, [go_on(&before, &begun, vec![far.clone()])]);
    assert_eq!(rows(&*store, 100, 100), [far]);
}

/// The import that was entered last comes first, and is the one that its fingerprint finds.
pub fn orders_imports(make: Make<'_>) {
    let store = staffed(make);
    assert_eq!(read(&*store, |tx| tx.imports()), []);
    let of = |n, fingerprint: &str| Import {
        fingerprint: fingerprint.to_owned(),
        ..import(n)
    };
    let run_by = |by, import| Import {
        by: Some(user_id(by)),
        ..import
    };
    let entered = [
        of(5, "a"),
        of(2, "b"),
        run_by(1, of(6, "a")),
        of(9, "a"),
        of(1, "c"),
        run_by(2, of(3, "b")),
    ];
    commit(&*store, entered.iter().map(|import| begin(import, Vec::new())));
    // That one goes on makes it no later.
    let gone_on = Import {
        changed_at: instant(99),
        state: ImportState::Finished,
        ..entered[0].clone()
    };
    commit(&*store, [go_on(&entered[0], &gone_on, vec![row(1)])]);
    let [_, b, a_of_1, a, c, b_of_2] = entered;
    assert_eq!(
        read(&*store, |tx| tx.imports()),
        [b_of_2.clone(), c, a.clone(), a_of_1.clone(), b.clone(), gone_on]
    );
    let found = |fingerprint: &str, by: Option<u8>| {
        let by = by.map(user_id);
        read(&*store, |tx| tx.import_by_fingerprint(fingerprint, by))
    };
    assert_eq!(
        [
            found("a", None),
            found("b", None),
            found("A", None),
            found("", None)
        ],
        [Some(a), Some(b), None, None]
    );
    // Each user has their own, and the host its own.
    assert_eq!(
        [
            found("a", Some(1)),
            found("b", Some(2)),
            found("a", Some(2)),
            found("a", Some(99))
        ],
        [Some(a_of_1), Some(b_of_2), None, None]
    );
}

/// Rows come by line, so many after a line, of this import alone.
pub fn reads_rows_in_portions(make: Make<'_>) {
    let store = staffed(make);
    commit(
        &*store,
        [
            begin(&import(1), [2, 3, 5].map(row).to_vec()),
            begin(&import(2), [1, 4].map(row).to_vec()),
        ],
    );
    commit(
        &*store,
        [go_on(&import(1), &import(1), [7, 11].map(row).to_vec())],
    );
    let lines = |after, limit| {
        rows(&*store, after, limit)
            .into_iter()
            .map(|row| row.line)
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(0, 100), [2, 3, 5, 7, 11]);
    assert_eq!(lines(0, 2), [2, 3]);
    assert_eq!(lines(3, 2), [5, 7]);
    assert_eq!(lines(4, u32::MAX), [5, 7, 11]);
    assert_eq!((lines(11, 9), lines(0, 0)), (vec![], vec![]));
    assert_eq!(read(&*store, |tx| tx.import_rows(import_id(3), 0, 9)), []);
}

/// A line that is there already is not written again, nor a row of an import that is not there.
pub fn refuses_imports_that_do_not_fit(make: Make<'_>) {
    let store = staffed(make);
    let begun = import(1);
    commit(&*store, [begin(&begun, vec![row(1), row(2)])]);
    let by_nobody = |n| Import {
        by: Some(user_id(99)),
        ..import(n)
    };
    assert_refused(
        &*store,
        [
            go_on(&begun, &begun, vec![row(3), full_row(2)]),
            go_on(&begun, &begun, vec![row(4), row(4)]),
            go_on(&begun, &begun, Vec::new()).with_rows(import_id(2), [row(3)]),
            begin(&begun, Vec::new()),
            begin(&by_nobody(2), Vec::new()),
            go_on(&begun, &by_nobody(1), Vec::new()),
            go_on(&import(2), &import(2), Vec::new()),
            remove(&import(2)),
        ]
        .map(|step| [step]),
    );
    // The rows of many imports in one operation, each with its own.
    commit(
        &*store,
        [
            begin(&import(2), vec![row(3)]),
            go_on(&begun, &begun, vec![row(3)]).with_rows(import_id(2), [row(4)]),
        ],
    );
    let lines = |n| read(&*store, |tx| tx.import_rows(import_id(n), 2, 9)).len();
    assert_eq!((lines(1), lines(2)), (1, 2));
}
