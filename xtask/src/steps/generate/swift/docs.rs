//! The documentation of the generated Swift in Swift's words.

use super::adapt::each_line;
use crate::steps::generate::camel;
use crm_core::{Code, ErrorKind};

/// The code with every comment put right.
pub(super) fn in_swifts_words(code: &str) -> String {
    each_line(code, |line| {
        let (indent, comment) = line.split_at(line.len() - line.trim_start().len());
        let begins = ["* ", "/// "]
            .into_iter()
            .find(|begins| comment.starts_with(begins));
        match begins {
            Some(begins) => [indent, begins, &put_right(comment.trim_start_matches(begins))].concat(),
            None => line.to_owned(),
        }
    })
}

fn put_right(text: &str) -> String {
    let text = names(&without_rules(text)).replace("`None`", "`nil`");
    let text = match text.strip_prefix("Fails with ") {
        Some(rest) => format!("- Throws: `CrmError`: {rest}"),
        None => text,
    };
    ErrorKind::STATES.states.iter().fold(text, |text, kind| {
        let case = format!("`.{}`", super::lower(kind.name));
        ["with ", ": "].iter().fold(text, |text, before| {
            [" ", ",", ";", "."].iter().fold(text, |text, after| {
                text.replace(
                    &format!("{before}{}{after}", kind.name),
                    &format!("{before}{case}{after}"),
                )
            })
        })
    })
}

/// Without the numbers of rules, which nobody has at hand.
fn without_rules(text: &str) -> String {
    let mut kept = String::new();
    let text = format!(" {text}");
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(" (R") {
        let Some((inside, end)) = after.split_once(')') else {
            break;
        };
        let is_rule = inside
            .chars()
            .all(|c| c.is_ascii_digit() || ".,; R–-".contains(c));
        kept += before;
        if !is_rule {
            kept += &format!(" (R{inside})");
        }
        rest = end;
    }
    (kept + rest).trim_start().to_owned()
}

/// Names in backticks as Swift spells them; codes stay.
fn names(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        let is_name = at % 2 == 1
            && part.contains('_')
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && !Code::ALL.iter().any(|code| code.as_str() == part);
        if is_name { camel(part) } else { part.to_owned() }
    });
    parts.collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::in_swifts_words;

    #[test]
    fn comments_speak_swift() {
        for (rust, swift) in [
            (
                "     * The name; `None` clears.",
                "     * The name; `nil` clears.",
            ),
            (
                "     * With `import_id` only pairs (R6.1, R6.2).",
                "     * With `importId` only pairs.",
            ),
            ("     * `not_found`.", "     * `not_found`."),
            ("     * (R8.6, R8.7, R2.3).", "     * ."),
            (
                "    /// Which to list (R2.7). What else.",
                "    /// Which to list. What else.",
            ),
            (
                "     * Fails with Invalid, naming every field at fault (R2.4); with NotFound.",
                "     * - Throws: `CrmError`: `.invalid`, naming every field at fault; with `.notFound`.",
            ),
            ("let a_b = 1 * (R2.1)", "let a_b = 1 * (R2.1)"),
        ] {
            assert_eq!(in_swifts_words(rust), swift);
        }
    }
}
