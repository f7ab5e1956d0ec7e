//! Verbs whose answer may be left lying.

use super::adapt::each_line;
use anyhow::{Result, bail};

/// What changes a record, and answers with what has become of it. What is asked for is no such thing, nor what tells how much of it
/// was done: that is to be read.
const CHANGING: [&str; 32] = [
    "add",
    "addWith",
    "approve",
    "archive",
    "ask",
    "assign",
    "closeLost",
    "closeWon",
    "closeWonWith",
    "complete",
    "correct",
    "create",
    "different",
    "handOver",
    "markPaid",
    "merge",
    "move",
    "pay",
    "put",
    "putOff",
    "refuse",
    "reopen",
    "restore",
    "resume",
    "saySame",
    "set",
    "setStatus",
    "setUp",
    "suspend",
    "unsaySame",
    "update",
    "withdraw",
];

/// What is written above such a verb.
pub(super) const DISCARDABLE: &str = "@discardableResult";

/// Whether somebody who calls it may have no use for its answer.
pub(super) fn is_changing(verb: &str) -> bool {
    CHANGING.contains(&verb.trim_matches('`'))
}

/// Has the answers of such verbs be discarded without a word, in classes and protocols.
pub(super) fn discardable(code: &str) -> Result<String> {
    let verb = |line: &str| {
        let line = line.trim_start();
        let function = line.strip_prefix("open ").unwrap_or(line).strip_prefix("func ")?;
        let (verb, rest) = function.split_once('(')?;
        (is_changing(verb) && rest.contains("-> ")).then(|| verb.trim_matches('`').to_owned())
    };
    let found: Vec<String> = code.lines().filter_map(verb).collect();
    if let Some(missing) = CHANGING
        .iter()
        .find(|name| !found.iter().any(|verb| verb == *name))
    {
        bail!("nothing is called {missing} and answers");
    }
    Ok(each_line(code, |line| match verb(line) {
        Some(_) => {
            let indent = line.len() - line.trim_start().len();
            format!("{}{DISCARDABLE}\n{line}", " ".repeat(indent))
        }
        None => line.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_may_be_left_lying_and_what_is_asked_for_may_not() {
        let code: String = CHANGING
            .iter()
            .map(|verb| format!("open func {verb}(a: A)throws  -> B  {{\n"))
            .collect();
        let more = "    func `move`(a: A)throws  -> B\n    func resume()throws \nopen func get(a: A)throws  -> B  {\n";
        let put = discardable(&(code.clone() + more)).unwrap();
        assert_eq!(put.matches(DISCARDABLE).count(), CHANGING.len() + 1, "{put}");
        assert!(put.contains("    @discardableResult\n    func `move`("), "{put}");
        assert!(
            put.contains("\n    func resume()throws \nopen func get("),
            "{put}"
        );
        assert!(discardable(more).is_err());
    }
}
