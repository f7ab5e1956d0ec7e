//! What the documentation of the generated code says, in Kotlin's words and names.

use super::code::Code;
use crate::steps::generate::camel;
use anyhow::{Result, bail};

/// Rust's words, and Kotlin's.
const WORDS: [(&str, &str); 2] = [
    ("`None`", "`null`"),
    (
        "its reference is gone in the Rust side",
        "lets go of what is behind it",
    ),
];

/// Puts the documentation right.
pub(super) fn put_right(code: Code) -> Result<Code> {
    let names = names(code.text());
    let text = code.text();
    let mut put = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        inside |= trimmed.starts_with("/**");
        match inside {
            true => put += &in_words(line, &names),
            false => put += line,
        }
        inside &= !trimmed.contains("*/");
    }
    match inside {
        true => bail!("uniffi no longer ends its comments"),
        false => Ok(Code::new(put)),
    }
}

/// The names that the code declares, which it has in backticks.
fn names(code: &str) -> Vec<&str> {
    let mut names: Vec<&str> = code
        .lines()
        .filter(|line| !line.trim_start().starts_with('*'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A line without Rust's words, its spelling of names, and the numbers of rules.
fn in_words(line: &str, names: &[&str]) -> String {
    let line = without_paths(&without_rules(line));
    let line = WORDS.iter().fold(line, |line, (from, to)| line.replace(from, to));
    let parts = line.split('`').enumerate().map(|(at, part)| {
        let spelt = camel(part);
        match at % 2 == 1 && names.binary_search(&spelt.as_str()).is_ok() {
            true => spelt,
            false => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// A line whose links to items of Rust are their names alone.
fn without_paths(line: &str) -> String {
    let mut text = line.to_owned();
    while let Some((before, rest)) = text.split_once("`](") {
        let path = rest.split_once(')').filter(|(path, _)| path.contains("::"));
        let (Some((_, after)), Some((head, name))) = (path, before.rsplit_once("[`")) else {
            break;
        };
        text = format!("{head}`{name}`{after}");
    }
    text
}

/// A line without ` (R2.1, R2.2)`.
fn without_rules(line: &str) -> String {
    let mut parts = line.split(" (R");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rules = part.split_once(')').filter(|(rules, _)| {
            let a_rule = |letter: char| letter.is_ascii_digit() || ".,R ".contains(letter);
            rules.starts_with(|letter: char| letter.is_ascii_digit()) && rules.chars().all(a_rule)
        });
        match rules {
            Some((_, rest)) => text += rest,
            None => text = text + " (R" + part,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kotlins_and_rules_have_no_numbers() {
        let code = "    /**\n     * With `import_id` (R6.1, R2.2), `None` or `not_found`. (Really) [`find`](crate::X::find)\n     */\n    fun find(`importId`: String) = `x`\n// (R1)\n";
        let put = put_right(Code::new(code.to_owned())).unwrap();
        assert_eq!(
            put.text(),
            "    /**\n     * With `importId`, `null` or `not_found`. (Really) `find`\n     */\n    fun find(`importId`: String) = `x`\n// (R1)\n"
        );
        assert!(put_right(Code::new("/**\n * open\n".to_owned())).is_err());
    }
}
