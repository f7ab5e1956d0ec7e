//! What people read is in the language that they asked for: the example's lines, its help, and the outcome of an import.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::{
    path::Path,
    process::{Command, Output},
};

/// A list that no letter of the other language stands in, with a row for each outcome.
struct Case {
    language: &'static str,
    list: &'static str,
    /// What stands in both languages.
    names: &'static [&'static str],
}

const ZH: Case = Case {
    language: "zh",
    list: "客户名称,客户类型,主联系电话,首次接触时间,联系人,手机,心情
上海示例科技有限公司,企业客户,021-55550199,2024-04-28,王芳,13912345678,好
北京远洋贸易有限公司,企业客户,010-55550100,2024-04-28,,,
上海示例科技股份有限公司,企业客户,021-55550199,2024-04-28,,,
广州近邻物流有限公司,企业客户,号码不详,2024-04-28,,,
,企业客户,020-55550101,2024-04-31,,,
李明,,13812345678,,,,
",
    names: &["CRM", "quickstart"],
};

const EN: Case = Case {
    language: "en",
    list: "customer name,customer type,phone,first contact,contact,contact mobile,mood
Example Science Ltd,enterprise,021-55550199,2024-04-28,Fang Wang,13912345678,good
Ocean Trading Ltd,enterprise,010-55550100,2024-04-28,,,
Example Science Limited,enterprise,021-55550199,2024-04-28,,,
Neighbour Logistics Ltd,enterprise,unknown,2024-04-28,,,
,enterprise,020-55550101,2024-04-31,,,
Ming Li,,13812345678,,,,
",
    names: &[],
};

/// What is typed as it stands in help and mistakes, whatever the language.
const TYPED: &[&str] = &[
    "CSV",
    "gb18030",
    "ignore",
    ".xlsx",
    ".csv",
    "dmy",
    "mdy",
    "ymd",
    "roc",
    "skip",
    "fill_blanks",
    "create",
    "refuse",
    "importer",
    "en、zh",
    "-h,",
];

/// A text without them.
fn untyped(text: Vec<u8>) -> Vec<u8> {
    let mut text = String::from_utf8(text).unwrap();
    for word in TYPED {
        text = text.replace(word, "");
    }
    text.into_bytes()
}

fn run(case: &Case, words: &[&str]) -> Output {
    let mut command = Command::new(common::quickstart());
    command.args(words).args(["--language", case.language]);
    command.output().unwrap()
}

/// Fails if a text has a letter of the other language, but for names, options and their codes.
fn check(case: &Case, text: &[u8], paths: &[&Path]) {
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(!text.is_empty());
    for line in text.lines() {
        let mut left = line.trim_start_matches('\u{feff}').to_owned();
        for path in paths {
            left = left.replace(&*path.display().to_string(), "");
        }
        for name in case.names {
            left = left.replace(name, "");
        }
        // The codes of an error, behind its sentence.
        if let Some((sentence, codes)) = left.rsplit_once(" [")
            && codes.ends_with(']')
            && codes.contains('.')
        {
            left = sentence.to_owned();
        }
        let mut after_option = false;
        for word in left.split(|c: char| c.is_whitespace() || "：（()[]".contains(c)) {
            let is_option = word.starts_with("--");
            let of_option = after_option && (word.is_ascii() || word.contains('='));
            after_option = is_option;
            if is_option || of_option {
                continue;
            }
            let mixed = match case.language {
                "zh" => word.contains(|c: char| c.is_ascii_alphabetic()),
                _ => word.contains(|c: char| ('\u{2e80}'..='\u{ffef}').contains(&c) || "“”".contains(c)),
            };
            assert!(!mixed, "{word} in: {line}");
        }
    }
}

fn lines_of(case: &Case) {
    let folder = tempfile::tempdir().unwrap();
    let [list, outcome, database] = ["1.csv", "2.csv", "3.db"].map(|name| folder.path().join(name));
    std::fs::write(&list, case.list).unwrap();
    let paths = [list.as_path(), &outcome, &database];
    let [list_text, outcome_text, database_text] = paths.map(|path| path.to_str().unwrap());
    let words = [
        list_text,
        "--outcome",
        outcome_text,
        "--db",
        database_text,
        "--default",
        "kind=enterprise",
    ];
    let dry = run(case, &[list_text, "--db", database_text, "--dry-run"]);
    check(case, &dry.stdout, &paths);
    let ran = run(case, &words);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    check(case, &ran.stdout, &paths);
    let written = std::fs::read(&outcome).unwrap();
    check(case, &written, &paths);
    let written = String::from_utf8(written).unwrap();
    assert_eq!(written.lines().count(), 7, "{written}");

    // Again, over the customers that came in before.
    let again = run(case, &[list_text, "--db", database_text]);
    check(case, &again.stdout, &paths);

    let help = run(case, &["--help"]);
    assert!(help.status.success());
    check(case, &untyped(help.stdout), &paths);
    for wrong in [
        &["--nonsense"][..],
        &["--dry-run=1"],
        &["--map", "1"],
        &["--region", "1"],
        &["--on-duplicate", "1"],
        &[list_text, "--map", "1=2"],
        &["/0/1"],
    ] {
        let refused = run(case, wrong);
        assert!(!refused.status.success(), "{wrong:?}");
        check(case, &untyped(refused.stderr), &paths);
    }
}

#[test]
fn chinese_has_no_english_letter() {
    lines_of(&ZH);
}

#[test]
fn english_has_no_chinese_letter() {
    lines_of(&EN);
}
