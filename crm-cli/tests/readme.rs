//! What the READMEs show of the quickstart is what it prints.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::process::Command;

/// A line without what differs from run to run: the day in a customer's number, and how long it took.
fn lasting(line: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        let is_time = word.parse::<f64>().is_ok() && word.contains('.');
        let number = word.find("CRM").filter(|at| word.len() >= at + 11);
        words.push(match number {
            _ if is_time => "0".to_owned(),
            Some(at) => format!("{}CRM{}", &word[..at], &word[at + 11..]),
            None => word.to_owned(),
        });
    }
    words.join(" ")
}

fn shown(readme: &str, language: &str) {
    let run = Command::new(common::quickstart())
        .args(["--language", language])
        .output()
        .unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    let mut printed = printed.lines().map(lasting);
    let block = readme
        .split("```text\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let lines: Vec<&str> = block
        .lines()
        .filter(|line| !line.trim().is_empty() && line.trim() != "…")
        .collect();
    assert!(lines.len() > 12, "{lines:?}");
    for line in lines {
        assert!(
            printed.any(|there| there == lasting(line)),
            "not printed, or not in this order: {line}"
        );
    }
}

#[test]
fn the_readme_shows_what_the_quickstart_prints() {
    shown(include_str!("../../README.md"), "en");
    shown(include_str!("../../README.zh-CN.md"), "zh");
}
