//! A day's work with the command alone: from an empty folder to a deal that is won, in both languages and as JSON.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{COMPANY, Desk};

#[test]
fn a_day_from_the_first_user_to_a_deal_that_is_won() {
    let desk = Desk::new("en");
    desk.done(&["people", "team-add", "East"]);
    desk.done(&["people", "add", "wang", "Wang", "--team", "East"]);
    let people = desk.done(&["people", "list"]);
    let people: Vec<&str> = people.split_whitespace().collect();
    assert!(
        people.join(" ").contains("wang Wang sales rep East yes"),
        "{people:?}"
    );

    let number = desk.customer("Example Machines Ltd", "021-5555 0199");
    desk.done(&["contact", "add", &number, "Fang", "--mobile", "13912345678"]);
    let given = desk.done(&["assign", "--to", "wang", &number]);
    assert_eq!(given, "1 of 1 customers were given to wang\n");

    let as_wang = |words: &[&str]| desk.done(&[words, &["--user", "wang"]].concat());
    as_wang(&[
        "follow-up",
        &number,
        "--method",
        "visit",
        "--topic",
        "a quote",
        "--content",
        "wants a quote",
        "--next",
        "2999-01-01",
        "--next-time",
        "14:00",
    ]);
    let tasks = desk
        .run(&["due", "--list", "open", "--user", "wang", "--json"])
        .lines();
    let task = tasks.iter().find(|task| task["kind"] == "follow_up").unwrap();
    let task = task["id"].as_str().unwrap();
    as_wang(&["due", "put-off", task, "2999-02-01"]);
    assert!(as_wang(&["due", "--list", "open"]).contains("2999-02-01"));
    assert!(as_wang(&["due", "done", task]).starts_with("done: "));

    let deal = desk.run(&[
        "deal",
        "add",
        &number,
        "A line",
        "--amount",
        "120000",
        "--close",
        "2999-06-30",
        "--user",
        "wang",
        "--json",
    ]);
    let deal = deal.json()["id"].as_str().unwrap().to_owned();
    assert!(as_wang(&["deal", "move", &deal, "proposal", "--note", "quote sent"]).contains("proposal"));
    assert!(as_wang(&["deal", "forecast"]).contains("2999-06  1      120000.00  60000.00"));
    as_wang(&["deal", "lose", &deal, "--reason", "too dear"]);
    assert_eq!(
        desk.run(&["deal", "reopen", &deal, "--reason", "x", "--user", "wang"])
            .code,
        4,
        "an admin's to do"
    );
    desk.done(&["deal", "reopen", &deal, "--reason", "cheaper now"]);
    let won = as_wang(&[
        "deal",
        "win",
        &deal,
        "--amount",
        "118000",
        "--signed-on",
        "2024-05-15",
        "--contract-number",
        "C-1",
        "--reason",
        "quick",
    ]);
    assert!(
        won.contains("Contract C-1: 118000.00, signed on 2024-05-15"),
        "{won}"
    );

    let shown = desk.done(&["show", &number]);
    for line in [
        "Example Machines Ltd",
        "Wang",
        "Fang",
        "13912345678",
        "proposal → won",
        "C-1",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    desk.done(&[
        "edit",
        &number,
        "--status",
        "won",
        "--reason",
        "signed",
        "--note",
        "pays at once",
    ]);
    let listed = desk.run(&["list", "--status", "won", "--json"]).lines();
    assert_eq!(listed[0]["number"], number.as_str());
    let history = desk.done(&["history", &number]);
    assert!(history.contains("note: pays at once"), "{history}");
    assert!(desk.done(&["audit", "verify"]).starts_with("The log is whole"));
}

#[test]
fn the_same_words_in_chinese() {
    let desk = Desk::bare("zh");
    let set_up = desk.done(&["init", "--login", "lin", "--name", "林"]);
    assert!(set_up.contains("管理员：林（lin）"), "{set_up}");
    let entered = desk.done(&[
        "add",
        "上海示例科技有限公司",
        "--kind",
        "企业客户",
        "--industry",
        "制造业",
        "--source",
        "转介绍",
        "--source-detail",
        "老客户",
        "--first-contact",
        "2024-04-28",
        "--phone",
        "021-5555 0199",
    ]);
    let number = entered.split(' ').next().unwrap();
    let talk = desk.done(&[
        "follow-up",
        number,
        "--method",
        "电话拜访",
        "--topic",
        "报价",
        "--content",
        "要报价",
    ]);
    assert_eq!(talk, format!("{number} 报价\n"));
    let shown = desk.done(&["show", number]);
    for line in ["制造业", "转介绍：老客户", "潜在", "电话拜访：报价"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
}

#[test]
fn duplicates_are_gone_through_merged_and_taken_back() {
    let desk = Desk::new("en");
    let first = desk.customer("上海示例科技有限公司", "021-5555 0199");
    let again = [
        &["add", "示例科技（上海）有限公司", "--phone", "021-5555 0199"],
        &COMPANY[..],
    ]
    .concat();
    let refused = desk.run(&again);
    assert_eq!(refused.code, 6, "{}", refused.err);
    assert!(
        refused.err.contains(&first) && refused.err.contains("[customer.duplicate]"),
        "{}",
        refused.err
    );
    let second = desk.done(&[&again[..], &["--another"]].concat());
    let second = second.split(' ').next().unwrap();
    // That they are different has been said: taken back, they are found.
    assert!(desk.done(&["duplicates"]).contains("0 groups"));
    let history = desk.run(&["history", second, "--json"]).lines();
    let preview = desk.done(&["merge", second, &first, "--preview"]);
    assert!(preview.contains("always the survivor's"), "{preview}");
    desk.done(&["merge", second, &first]);
    let merged = desk.run(&["history", &first, "--limit", "1", "--json"]).json();
    assert_eq!(
        desk.run(&["show", second, "--json"]).json()["customer"]["number"],
        first.as_str()
    );
    desk.done(&["undo", &merged["operation"].to_string()]);
    assert_eq!(
        desk.run(&["show", second, "--json"]).json()["customer"]["number"],
        second
    );
    assert!(!history.is_empty());
}

#[test]
fn who_is_asked_about_duplicates_answers_with_a_letter() {
    let desk = Desk::bare("en");
    desk.done(&["init", "--login", "lin"]);
    let list = desk.path("list.csv");
    let rows = "客户名称,客户类型,联系电话,行业,来源,首次接触时间\n\
        上海示例科技有限公司,企业客户,021-55550199,制造业,转介绍,2024-04-28\n\
        上海示例科技股份有限公司,企业客户,021-55550199,制造业,转介绍,2024-04-28\n";
    std::fs::write(&list, rows).unwrap();
    let list = list.to_str().unwrap();
    desk.done(&["import", list, "--on-duplicate", "create"]);
    let printed = desk.done(&["duplicates"]);
    assert!(printed.contains("1 groups"), "{printed}");
    let later = desk.told(&["duplicates", "--ask"], "l\n");
    assert_eq!(later.code, 0, "{}", later.err);
    let gone = desk.told(&["duplicates", "--ask"], "");
    assert_eq!(
        (gone.code, desk.done(&["list", "--count"]).trim()),
        (0, "2"),
        "nobody answered"
    );
    let kept = desk.told(&["duplicates", "--ask"], "what?\n1\n");
    assert!(
        kept.out.contains("has been merged into"),
        "{}{}",
        kept.out,
        kept.err
    );
    assert_eq!(desk.done(&["list", "--count"]), "1\n");
    assert!(
        desk.told(&["duplicates", "--ask"], "")
            .out
            .contains("no customers that may be one")
    );
}

#[test]
fn a_list_comes_in_is_mended_and_taken_out_again() {
    let desk = Desk::new("en");
    let (list, fix) = (desk.path("list.csv"), desk.path("fix.csv"));
    let rows = "客户名称,联系电话,来源\n示例重工有限公司,021-55550199,转介绍\n,021-55550188,转介绍\n";
    std::fs::write(&list, rows).unwrap();
    let (list, fix) = (list.to_str().unwrap(), fix.to_str().unwrap());
    let refused = desk.run(&["import", list]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("--default industry=other"),
        "{}",
        refused.err
    );
    let tried = desk.done(&["import", list, "--default", "industry=other", "--dry-run"]);
    assert!(
        tried.contains("1 created") && tried.contains("1 refused"),
        "{tried}"
    );
    assert_eq!(desk.done(&["list", "--count"]), "0\n");
    let report = desk
        .run(&[
            "import",
            list,
            "--default",
            "industry=other",
            "--fix-list",
            fix,
            "--json",
        ])
        .json();
    assert_eq!(report["counts"]["created"], 1);
    assert!(std::fs::read_to_string(fix).unwrap().contains("021-55550188"));
    let undone = desk.done(&["undo", "--import", report["import"].as_str().unwrap()]);
    assert!(undone.starts_with("1 customers taken out"), "{undone}");
}

#[test]
fn what_it_adds_up_to_is_shown_and_written_and_who_may_not_write_is_told() {
    let desk = Desk::new("en");
    desk.done(&["people", "add", "wang", "Wang"]);
    let number = desk.customer("Example Machines Ltd", "021-5555 0199");
    desk.done(&[
        "deal",
        "add",
        &number,
        "A line",
        "--amount",
        "120000",
        "--close",
        "2999-06-30",
    ]);
    let set = desk.done(&["target", "set", "lin", "2999-05", "250000"]);
    assert!(set.contains("2999-05") && set.contains("250000.00"), "{set}");
    assert_eq!(desk.run(&["target", "list", "2999", "--json"]).lines().len(), 1);

    let funnel = desk.done(&["report", "funnel"]);
    let row = funnel
        .lines()
        .find(|line| line.contains("initial contact"))
        .unwrap();
    assert!(
        row.split_whitespace().any(|word| word == "120,000.00"),
        "{funnel}"
    );
    let funnel = desk.run(&["report", "funnel", "--json"]).json();
    assert_eq!(funnel["funnel"]["report"]["rows"][0]["customers"], 1);
    for (report, file) in [
        ("funnel", "funnel.xlsx"),
        ("sources", "sources.html"),
        ("team", "team.csv"),
        ("status", "status.svg"),
    ] {
        let path = desk.path(file);
        desk.done(&["report", report, "--to", path.to_str().unwrap()]);
        assert!(path.metadata().unwrap().len() > 100, "{file}");
    }
    let wrong = desk.run(&["report", "funnel", "--period", "May"]);
    assert_eq!(wrong.code, 1, "{}", wrong.err);
    let path = desk.path("wang.csv");
    let denied = desk.run(&[
        "report",
        "funnel",
        "--to",
        path.to_str().unwrap(),
        "--user",
        "wang",
    ]);
    assert_eq!((denied.code, path.exists()), (4, false), "{}", denied.err);
    let denied = desk.run(&["export", "customers", "--user", "wang"]);
    assert_eq!((denied.code, denied.out.as_str()), (4, ""), "{}", denied.err);
    desk.done(&["export", "customers"]);
}
