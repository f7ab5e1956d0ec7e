//! That the decisions are written down in one form, and that both READMEs say the same.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

use std::{fs, path::Path};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn every_decision_has_title_status_date_context_options_and_consequences() {
    let mut files: Vec<_> = fs::read_dir(root().join("docs/adr"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    for (number, path) in (1..).zip(files) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(
            name.starts_with(&format!("{number:04}-")),
            "{name}: numbers follow one another"
        );
        let text = fs::read_to_string(&path).unwrap();
        let mut at = 0;
        for part in [
            &format!("# {number}. "),
            "\n\nStatus: ",
            " · Date: 2",
            "\n\n**Context.** ",
            "\n\n**Decision.** ",
            "\n\n**Options turned down.**\n- ",
            "\n\n**Consequences.**",
        ] {
            let found = text[at..].find(part);
            assert!(
                found.is_some(),
                "{name} lacks {:?}, or has it before what belongs before",
                part.trim()
            );
            at += found.unwrap();
        }
    }
}

/// What a README is made of, whichever its language: how deep each heading is, what is called, what is measured.
fn shape(text: &str) -> (Vec<usize>, Vec<String>, Vec<String>) {
    let (mut headings, mut commands, mut figures) = (Vec::new(), Vec::new(), Vec::new());
    let mut block = false;
    for line in text.lines() {
        match line {
            _ if line.starts_with("```") => {
                block = !block;
                if block {
                    commands.push(line.to_owned());
                }
            }
            _ if block => {}
            _ if line.starts_with('#') => headings.push(line.chars().take_while(|c| *c == '#').count()),
            _ if line.starts_with('|') => {
                // Of a row of figures the numbers; the units and words are the language's.
                let cells = line.trim_matches('|').split('|').skip(1);
                let numbers = |cell: &str| {
                    cell.chars()
                        .filter(|c| c.is_ascii_digit() || *c == '.')
                        .collect::<String>()
                };
                figures.push(cells.map(numbers).collect::<Vec<_>>().join("|"));
            }
            _ => {}
        }
    }
    (headings, commands, figures)
}

#[test]
fn the_chinese_readme_has_every_section_block_and_figure_of_the_english_one() {
    let [english, chinese] =
        ["README.md", "README.zh-CN.md"].map(|name| fs::read_to_string(root().join(name)).unwrap());
    let (english, chinese) = (shape(&english), shape(&chinese));
    assert_eq!(english.0, chinese.0, "headings");
    assert_eq!(english.1, chinese.1, "code blocks");
    assert_eq!(english.2, chinese.2, "figures");
}

#[test]
fn the_readme_counts_the_lists_that_imports_are_tried_on() {
    let forms = fs::read_dir(root().join("tests/import-eval/forms"))
        .unwrap()
        .count();
    let sorts = fs::read_to_string(root().join("tests/import-eval/src/made.rs")).unwrap();
    assert!(
        sorts.contains("const TWISTS: [(Twist, &str); 14]"),
        "fourteen sorts of rows"
    );
    for (name, words) in [
        ("README.md", format!("of {forms} forms with fourteen sorts")),
        ("README.zh-CN.md", format!("以 {forms} 种格式、十四类行")),
        ("CHANGELOG.md", format!("of {forms} export forms")),
    ] {
        let text = fs::read_to_string(root().join(name)).unwrap();
        assert!(text.contains(&words), "{name}: {words}");
    }
}
