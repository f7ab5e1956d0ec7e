//! How the command ends: its numbers, its sentences, passwords, pipes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::io::{BufRead, BufReader};

use common::{COMPANY, Desk};

/// An identifier of nothing.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[test]
fn each_kind_of_error_has_its_number_and_one_sentence() {
    let desk = Desk::new("en");
    desk.done(&["people", "add", "wang", "Wang"]);
    let number = desk.customer("Example Machines Ltd", "021-5555 0199");
    let twin = [
        &["add", "Example Machines Limited", "--phone", "021-5555 0199"],
        &COMPANY[..],
    ]
    .concat();
    let other = desk.path("other.txt");
    std::fs::write(&other, "no database").unwrap();
    let other = other.to_str().unwrap();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["add", "Nobody Ltd"], 1, "[field.missing, phone.missing]"),
        (&["list", "--limit", "0"], 1, "[page.limit]"),
        (&["init", "--login", "lin"], 1, "[setup.done]"),
        (&["list", "--nonsense"], 2, "there is no option --nonsense"),
        (&["nonsense"], 2, "there is no command nonsense"),
        (&["list", "--status", "5"], 2, "is not one of the choices"),
        (
            &["deal", "add", &number, "A", "--amount", "1.234"],
            2,
            "has at most two decimals: 1.234",
        ),
        (&["due", "done", "5"], 2, "should be an identifier"),
        (&["due", "--everybody", "done", NOBODY], 2, "go without done"),
        (
            &["--db", "/0/1.db", "due", "done", NOBODY],
            3,
            "/0/1.db [not_found]",
        ),
        (&["show", "CRM200001010001"], 3, "CRM200001010001 [not_found]"),
        (&["list", "--user", "nobody"], 3, "nobody [not_found]"),
        (&["list", "--db", "/0/1.db"], 3, "/0/1.db [not_found]"),
        (&["audit", "verify", "--user", "wang"], 4, "[access.denied]"),
        (&["list", "--db", other], 5, "[storage.corrupt]"),
        (&twin, 6, "[customer.duplicate]"),
        (
            &["edit", &number, "--note", "x", "--revision", "7"],
            7,
            "[revision.stale]",
        ),
    ];
    for (words, code, told) in cases {
        let answer = desk.run(words);
        assert_eq!(answer.code, *code, "{words:?}: {}", answer.err);
        assert!(answer.err.contains(told), "{words:?}: {}", answer.err);
        assert!(
            answer.err.starts_with("crmkit: ") && answer.err.trim_end().lines().count() == 1,
            "{}",
            answer.err
        );
        assert!(answer.out.is_empty(), "{}", answer.out);
    }
}

#[test]
fn an_error_is_json_where_answers_are() {
    let desk = Desk::new("zh");
    let answer = desk.run(&["add", "示例", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&answer.err).unwrap();
    assert_eq!(answer.code, 1);
    assert_eq!(told["error"]["kind"], "invalid");
    assert_eq!(told["error"]["problems"][0]["code"], "field.missing");
}

#[test]
fn who_has_a_password_needs_it() {
    let desk = Desk::new("en");
    let [first, second] = ["first", "second"].map(|name| desk.path(name));
    std::fs::write(&first, "Qz!7mKx4\n").unwrap();
    std::fs::write(&second, "Wj#5vTe8").unwrap();
    let (first, second) = (first.to_str().unwrap(), second.to_str().unwrap());
    desk.done(&["people", "password", "lin", "--new-password-file", first]);

    let without = desk.run(&["list"]);
    assert_eq!(
        (without.code, without.err.contains("--password-file")),
        (2, true),
        "{}",
        without.err
    );
    let wrong = desk.run(&["list", "--password-file", second]);
    assert_eq!(
        (wrong.code, wrong.err.contains("[login.refused]")),
        (4, true),
        "{}",
        wrong.err
    );
    let temporary = desk.run(&["list", "--password-file", first]);
    assert_eq!(
        (temporary.code, temporary.err.contains("[password.temporary]")),
        (4, true),
        "{}",
        temporary.err
    );

    desk.done(&[
        "people",
        "password",
        "--password-file",
        first,
        "--new-password-file",
        second,
    ]);
    desk.done(&["list", "--password-file", second]);
    let told = desk.told(&["list", "--count", "--password-file", "-"], "Wj#5vTe8\n");
    assert_eq!((told.code, told.out.as_str()), (0, "0\n"), "{}", told.err);
    let old = desk.run(&["list", "--password-file", first]);
    assert_eq!(old.code, 4, "{}", old.err);
}

#[test]
fn numbers_go_from_one_command_to_another() {
    let desk = Desk::new("en");
    desk.done(&["people", "add", "wang", "Wang"]);
    let numbers = [
        desk.customer("Example Machines Ltd", "021-5555 0199"),
        desk.customer("Ocean Trading Ltd", "010-5555 0101"),
    ];
    let ids = desk.done(&["list", "--ids", "--sort", "oldest"]);
    assert_eq!(ids.lines().collect::<Vec<_>>(), numbers);
    let given = desk.told(&["assign", "--to", "wang", "-"], &ids);
    assert_eq!(
        given.out, "2 of 2 customers were given to wang\n",
        "{}",
        given.err
    );
    let half = desk.told(
        &["assign", "--to", "lin", "--row-by-row", "-"],
        &format!("{}\nCRM200001010001\n", numbers[0]),
    );
    assert_eq!(half.out, "1 of 2 customers were given to lin\n");
    assert!(half.err.contains("CRM200001010001"), "{}", half.err);
    assert_eq!(
        desk.done(&["list", "--owner", "lin", "--ids"]),
        format!("{}\n", numbers[0])
    );
}

#[test]
fn pages_follow_one_another() {
    let desk = Desk::new("en");
    let first = desk.customer("Example Machines Ltd", "021-5555 0199");
    desk.customer("Ocean Trading Ltd", "010-5555 0101");
    let page = desk.run(&["list", "--limit", "1", "--json"]);
    assert_eq!(page.lines().len(), 1);
    let next: serde_json::Value = serde_json::from_str(&page.err).unwrap();
    let rest = desk.run(&[
        "list",
        "--limit",
        "1",
        "--json",
        "--after",
        next["next"].as_str().unwrap(),
    ]);
    assert_eq!(rest.json()["number"], first.as_str());
    assert!(rest.err.is_empty(), "{}", rest.err);
    assert_eq!(desk.run(&["list", "--all", "--json"]).lines().len(), 2);
}

#[test]
fn who_reads_no_further_ends_it_quietly() {
    let desk = Desk::new("en");
    let list = desk.path("list.csv");
    let rows = (0..3_000).map(|n| format!("客户{n}号机械厂,139{n:08}\n"));
    std::fs::write(&list, format!("客户名称,电话\n{}", rows.collect::<String>())).unwrap();
    let defaults = [
        "--default",
        "industry=other",
        "--default",
        "source=other",
        "--on-duplicate",
        "create",
    ];
    desk.done(&[&["import", list.to_str().unwrap()], &defaults[..]].concat());
    for words in [
        &["list", "--all"][..],
        &["list", "--ids"],
        &["list", "--all", "--json"],
        &["export", "customers"],
    ] {
        let mut child = desk.command(words).spawn().unwrap();
        let mut first = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{words:?}: {ended:?}");
        assert!(
            ended.stderr.is_empty(),
            "{words:?}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
}
