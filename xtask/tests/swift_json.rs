//! What the Swift tests hold to be a record's JSON is what Rust writes.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use crm_core::{CustomerEdit, NewCustomer, SqlAnswer};
use serde_json::Value;

/// The texts of several lines in the Swift tests of JSON.
fn texts() -> Vec<Value> {
    let tests = include_str!("../../bindings/swift/Tests/CrmkitTests/CodableTests.swift");
    let texts = tests.split("\"\"\"").skip(1).step_by(2);
    texts
        .map(|text| {
            let lines: Vec<&str> = text
                .lines()
                .map(|line| line.trim().trim_end_matches('\\'))
                .collect();
            serde_json::from_str(&lines.concat()).unwrap()
        })
        .collect()
}

#[test]
fn swift_writes_the_json_that_rust_writes() {
    let [draft, edits, answer] = <[Value; 3]>::try_from(texts()).unwrap();
    let new: NewCustomer = serde_json::from_value(draft.clone()).unwrap();
    assert_eq!(serde_json::to_value(new).unwrap(), draft);
    let changes: Vec<CustomerEdit> = serde_json::from_value(edits.clone()).unwrap();
    assert_eq!(serde_json::to_value(changes).unwrap(), edits);
    let rows: SqlAnswer = serde_json::from_value(answer.clone()).unwrap();
    assert_eq!(serde_json::to_value(rows).unwrap(), answer);
}
