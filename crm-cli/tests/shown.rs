//! What the command shows: tables, exports, completions, the manual, and its page in the documentation.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::{
    io::Write,
    process::{Command, Stdio},
};

use common::Desk;
use unicode_width::UnicodeWidthStr;

#[test]
fn columns_stand_under_their_headings_in_chinese_too() {
    let desk = Desk::new("zh");
    desk.customer("上海示例科技有限公司", "021-5555 0199");
    desk.customer("Ocean Trading Ltd", "010-5555 0101");
    desk.customer(&"很长的名字".repeat(20), "010-5555 0102");
    let table = desk.done(&["list", "--columns", "number,name,status,phone"]);
    let starts: Vec<usize> = table
        .lines()
        .map(|line| {
            let status = line.find("客户状态").or_else(|| line.find("潜在")).unwrap();
            line[..status].width()
        })
        .collect();
    assert_eq!(starts.len(), 4, "{table}");
    assert!(
        starts.iter().all(|start| Some(start) == starts.first()),
        "{table}"
    );
    assert!(table.contains('…'), "{table}");
}

#[test]
fn tables_go_out_for_spreadsheets_and_as_json() {
    let desk = Desk::new("zh");
    let number = desk.customer("=示例科技有限公司", "021-5555 0199");
    desk.done(&[
        "contact",
        "add",
        &number,
        "王芳",
        "--mobile",
        "13912345678",
        "--primary",
    ]);
    desk.done(&[
        "follow-up",
        &number,
        "--method",
        "visit",
        "--topic",
        "报价",
        "--content",
        "要报价",
        "--next",
        "2999-01-01",
    ]);
    desk.done(&[
        "deal",
        "add",
        &number,
        "产线",
        "--amount",
        "12",
        "--close",
        "2999-01-01",
    ]);
    let nouns = [
        ("customers", "客户编号,客户名称", "'=示例科技有限公司"),
        ("contacts", "客户编号,客户名称,联系人姓名", "王芳"),
        ("follow-ups", "客户编号,跟进时间", "上门拜访"),
        ("opportunities", "客户编号,机会名称", "12.00"),
        ("tasks", "客户编号,客户名称,任务类型", "2999-01-01"),
    ];
    for (noun, headings, cell) in nouns {
        let table = desk.done(&["export", noun]);
        assert!(table.contains(headings) && table.contains(cell), "{table}");
        assert_eq!(desk.run(&["export", noun, "--json"]).lines().len(), 1, "{noun}");
    }
    // The filters are those of `list`, for customers and their contacts.
    let narrowed = |noun: &str, filter: &[&str]| desk.run(&[&["export", noun, "--json"], filter].concat());
    assert_eq!(
        narrowed("customers", &["--status", "potential", "--owner", "lin"])
            .lines()
            .len(),
        1
    );
    for noun in ["customers", "contacts"] {
        for filter in [
            &["--status", "won"][..],
            &["nobody"],
            &["--created-from", "2999-01-01"],
        ] {
            assert_eq!(narrowed(noun, filter).lines().len(), 0, "{noun} {filter:?}");
        }
    }
    assert_eq!(narrowed("tasks", &["--status", "won"]).code, 2);
    for name in ["out.csv", "out.xlsx"] {
        let path = desk.path(name);
        desk.done(&["export", "customers", "--to", path.to_str().unwrap()]);
        assert!(std::fs::metadata(&path).unwrap().len() > 50, "{name}");
    }
    let refused = desk.run(&[
        "export",
        "customers",
        "--to",
        desk.path("crm.db").to_str().unwrap(),
    ]);
    assert_eq!(refused.code, 1, "no database is written over: {}", refused.err);
    let left: Vec<_> = std::fs::read_dir(desk.folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert!(
        !left.iter().any(|name| name.to_string_lossy().ends_with(".part")),
        "{left:?}"
    );
}

#[test]
fn completions_are_scripts_and_the_manual_has_pages() {
    for language in ["zh", "en"] {
        let desk = Desk::bare(language);
        for shell in ["bash", "zsh", "fish"] {
            let script = desk.done(&["completion", shell]);
            assert!(script.contains("crmkit") && script.contains("put-off"), "{shell}");
            // Those of the others only where they are installed.
            let Ok(mut child) = Command::new(shell).arg("-n").stdin(Stdio::piped()).spawn() else {
                assert_ne!(shell, "bash");
                continue;
            };
            child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
            assert!(child.wait().unwrap().success(), "{shell}");
        }
        let page = desk.done(&["man"]);
        assert!(
            page.contains(".SH") && page.contains("put-off") || page.contains("follow"),
            "{page}"
        );
        assert!(desk.done(&["man", "deal", "add"]).contains("competitor"));
    }
}

/// The commands that a page of the documentation shows: what stands behind `crmkit` at the beginning of a line or behind a bar.
fn commands(page: &str) -> Vec<Vec<&str>> {
    let lines = page.lines().filter(|line| !line.starts_with('#'));
    let calls = lines.flat_map(|line| line.split(" | "));
    let calls = calls.filter_map(|call| call.trim_start().strip_prefix("crmkit "));
    calls
        .map(|call| call.split_whitespace().take_while(|word| *word != "#").collect())
        .collect()
}

#[test]
fn the_page_shows_commands_and_options_that_there_are() {
    let pages = [
        include_str!("../../docs/command.md"),
        include_str!("../../docs/command.zh-CN.md"),
    ];
    let desk = Desk::bare("en");
    for page in pages {
        let shown = commands(page);
        assert!(shown.len() > 20, "{shown:?}");
        for call in shown {
            let is_word = |word: &&&str| {
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
            };
            let words: Vec<&str> = call.iter().take_while(is_word).copied().collect();
            // Of what is no command, as `customers`, the help of the one before tells.
            let found = (1..=words.len()).rev().find_map(|count| {
                let help = desk.run(&[&words[..count], &["--help"]].concat());
                (help.code == 0).then_some(help.out)
            });
            let help = found.unwrap_or_else(|| panic!("there is no {call:?}"));
            for option in call.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(option), "{call:?} has no {option}");
            }
        }
    }
    let all = desk.done(&["--help"]);
    let named = all.lines().skip_while(|line| *line != "Commands:").skip(1);
    let named = named.take_while(|line| !line.is_empty());
    for command in named.filter_map(|line| line.split_whitespace().next()) {
        for page in pages {
            assert!(
                page.contains(&format!("crmkit {command}")),
                "{command} is not shown"
            );
        }
    }
}
