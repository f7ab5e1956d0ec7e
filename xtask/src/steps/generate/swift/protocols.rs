//! Protocols all the way: what a session's protocol answers with is a protocol too, so that an app's own code can be
//! tested with a fake.

use super::adapt::{between, block, each_line};
use super::verbs::{DISCARDABLE, is_changing};
use crate::steps::generate::NOT_BY_HAND;
use anyhow::Result;

/// The generated protocols, answering with protocols.
pub(super) fn answer_with_protocols(code: &str) -> Result<String> {
    let objects = objects(code);
    objects.iter().try_fold(code.to_owned(), |code, name| {
        block(&code, &begins(name), "\n}\n", |methods| {
            Ok(each_line(methods, |line| match answered(line, &objects) {
                Some(object) => line.replace(&format!("-> {object}"), &format!("-> any {object}Protocol")),
                None => line.to_owned(),
            }))
        })
    })
}

/// `Protocols.swift`: how each class does as its protocol says, and what of a call may be left out.
pub(super) fn conformances(code: &str) -> Result<String> {
    let mut text = format!(
        "\
// {NOT_BY_HAND}
// Disfavored, so that who has the class itself gets classes, and defaults that are the class's own.

import Foundation
"
    );
    let objects = objects(code);
    for name in &objects {
        block(code, &begins(name), "\n}\n", |methods| {
            let own: Vec<_> = methods
                .lines()
                .filter_map(|line| Some((line.trim(), answered(line, &objects)?)))
                .collect();
            if !own.is_empty() {
                text += &format!("\nextension {name} {{\n");
                for (line, object) in own {
                    witness(&mut text, &Method::of(line), object);
                }
                text += "}\n";
            }
            Ok(String::new())
        })?;
        let class = format!("\nopen class {name}: {name}Protocol, @unchecked Sendable {{\n");
        block(code, &class, "\n}\n\n", |body| {
            let body = format!("\n{body}");
            let mut shorter = String::new();
            let mut numbered = String::new();
            for line in between(&body, "\nopen func ", "  {") {
                let line = match answered(line, &objects) {
                    Some(object) => {
                        line.replace(&format!("-> {object}"), &format!("-> any {object}Protocol"))
                    }
                    None => line.to_owned(),
                };
                let method = Method::of(&line);
                method.shorter(&mut shorter);
                method.numbered(&mut numbered, name);
            }
            let own = shorter + &numbered;
            if !own.is_empty() {
                text += &format!("\nextension {name}Protocol {{\n{own}}}\n");
            }
            Ok(String::new())
        })?;
    }
    Ok(text)
}

fn begins(name: &str) -> String {
    format!("\npublic protocol {name}Protocol: AnyObject, Sendable {{\n")
}

/// The names of the classes that have a protocol of their own.
fn objects(code: &str) -> Vec<String> {
    let names = between(code, "\npublic protocol ", "Protocol: AnyObject, Sendable {\n");
    names
        .into_iter()
        .filter(|name| !name.contains('\n'))
        .map(str::to_owned)
        .collect()
}

/// The class that a method answers with.
fn answered<'a>(line: &str, objects: &'a [String]) -> Option<&'a String> {
    let (_, answer) = line.rsplit_once("-> ")?;
    objects
        .iter()
        .find(|name| answer.trim() == **name || answer.trim() == format!("any {name}Protocol"))
}

/// A method of a class or protocol.
struct Method<'a> {
    name: &'a str,
    parameters: Vec<Parameter<'a>>,
    throws: bool,
    answer: Option<&'a str>,
}

struct Parameter<'a> {
    label: &'a str,
    of: &'a str,
    default: Option<&'a str>,
}

impl<'a> Method<'a> {
    /// What `func name(a: A, b: B = 1) throws -> C` says.
    fn of(line: &'a str) -> Self {
        let line = line.trim().trim_start_matches("func ");
        let (name, rest) = line.split_once('(').unwrap_or((line, ""));
        let close = closing(rest);
        let (parameters, rest) = rest.split_at(close);
        let (throws, answer) = match rest.split_once("->") {
            Some((throws, answer)) => (throws, Some(answer.trim())),
            None => (rest, None),
        };
        Self {
            name,
            parameters: split(parameters).into_iter().filter_map(Parameter::of).collect(),
            throws: throws.contains("throws"),
            answer,
        }
    }

    fn called(&self, target: &str, argument: impl Fn(&Parameter) -> String) -> String {
        let arguments: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| format!("{}: {}", parameter.label, argument(parameter)))
            .collect();
        let tried = if self.throws { "try " } else { "" };
        format!("{tried}{target}{}({})", self.name, arguments.join(", "))
    }

    fn head(&self, kept: impl Fn(&Parameter) -> bool) -> String {
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .filter(|parameter| kept(parameter))
            .map(|parameter| format!("{}: {}", parameter.label, parameter.of))
            .collect();
        let throws = if self.throws { " throws" } else { "" };
        format!("public func {}({}){throws}", self.name, parameters.join(", "))
    }

    /// What stands before a method whose answer may be left lying.
    fn discardable(&self) -> String {
        match is_changing(self.name) && self.answer.is_some() {
            true => format!("{DISCARDABLE} "),
            false => String::new(),
        }
    }

    /// The method with each choice of what can be left out left out.
    fn shorter(&self, text: &mut String) {
        let optional: Vec<&str> = self
            .parameters
            .iter()
            .filter(|p| p.default.is_some())
            .map(|p| p.label)
            .collect();
        for left_out in 1..1_u32 << optional.len() {
            let is_left_out = |parameter: &Parameter| {
                let place = optional.iter().position(|label| *label == parameter.label);
                place.is_some_and(|place| left_out & 1 << place != 0)
            };
            let call = self.called("", |parameter| match parameter.default {
                Some(default) if is_left_out(parameter) => default.to_owned(),
                _ => parameter.label.to_owned(),
            });
            let answer = self
                .answer
                .map_or(String::new(), |answer| format!(" -> {answer}"));
            *text += &format!(
                "    {}@_disfavoredOverload\n    public func {}{answer} {{\n        {call}\n    }}\n\n",
                self.discardable(),
                self.head(|parameter| !is_left_out(parameter))
                    .trim_start_matches("public func "),
            );
        }
    }
}

impl Method<'_> {
    /// The method for who has a customer's number itself, where it takes its text, as a person types it.
    fn numbered(&self, text: &mut String, object: &str) {
        /// The type that has the number itself, and what its text is.
        fn key(parameter: &Parameter<'_>, object: &str) -> Option<(&'static str, &'static str)> {
            match (parameter.of, parameter.label) {
                ("String", "customer") => Some(("CustomerNumber", ".description")),
                ("String?", "customer") => Some(("CustomerNumber?", "?.description")),
                ("String", "key" | "a" | "b" | "loser") if object == "Customers" => {
                    Some(("CustomerNumber", ".description"))
                }
                ("String", "into") if matches!(object, "Customers" | "DuplicateReview") => {
                    Some(("CustomerNumber", ".description"))
                }
                ("[String]", "customers" | "losers") => Some(("[CustomerNumber]", ".map(\\.description)")),
                _ => None,
            }
        }

        if !self
            .parameters
            .iter()
            .any(|parameter| key(parameter, object).is_some())
        {
            return;
        }
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| {
                let of = key(parameter, object).map_or(parameter.of, |(of, _)| of);
                let default = parameter
                    .default
                    .map_or(String::new(), |default| format!(" = {default}"));
                format!("{}: {of}{default}", parameter.label)
            })
            .collect();
        let call = self.called("", |parameter| match key(parameter, object) {
            Some((_, text)) => format!("{}{text}", parameter.label),
            None => parameter.label.to_owned(),
        });
        let throws = if self.throws { " throws" } else { "" };
        let answer = self
            .answer
            .map_or(String::new(), |answer| format!(" -> {answer}"));
        *text += &format!(
            "    {}@_disfavoredOverload\n    public func {}({}){throws}{answer} {{\n        {call}\n    }}\n\n",
            self.discardable(),
            self.name,
            parameters.join(", "),
        );
    }
}

/// A method that does as the class's own of the same name, and answers with the protocol.
fn witness(text: &mut String, method: &Method, object: &str) {
    let call = method.called("self.", |parameter| parameter.label.to_owned());
    *text += &format!(
        "    @_disfavoredOverload\n    {} -> any {object}Protocol {{\n        let own: {object} = {call}\n        return own\n    }}\n\n",
        method.head(|_| true),
    );
}

impl<'a> Parameter<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (label, rest) = text.trim().split_once(": ")?;
        let (of, default) = match rest.split_once(" = ") {
            Some((of, default)) => (of, Some(default)),
            None => (rest, None),
        };
        Some(Self { label, of, default })
    }
}

/// Where the bracket is closed that has been opened.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The parts between commas that stand in no bracket.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.extend(text.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..));
    parts
}

#[cfg(test)]
mod tests {
    use super::Method;

    #[test]
    fn whatever_has_a_default_can_be_left_out() {
        let method = Method::of("list(query: Query = Query(a: 1, b: 2), page: [Int] = [])throws  -> Page");
        let mut text = String::new();
        method.shorter(&mut text);
        for head in ["list(page: [Int])", "list(query: Query)", "list()"] {
            assert!(text.contains(&format!("func {head} throws -> Page {{")), "{text}");
        }
        assert!(
            text.contains("try list(query: Query(a: 1, b: 2), page: [])"),
            "{text}"
        );
        assert_eq!(text.matches("public func").count(), 3);
    }

    #[test]
    fn whatever_takes_the_text_of_a_number_takes_the_number() {
        let text = |line: &str, object: &str| {
            let mut text = String::new();
            Method::of(line).numbered(&mut text, object);
            text
        };
        let history = text(
            "history(customer: String, limit: Int = 50)throws  -> [Entry]",
            "Customers",
        );
        assert!(
            history.contains("func history(customer: CustomerNumber, limit: Int = 50) throws -> [Entry] {"),
            "{history}"
        );
        assert!(
            history.contains("try history(customer: customer.description, limit: limit)"),
            "{history}"
        );
        let two = text("sayDifferent(a: String, b: String)throws ", "Customers");
        assert!(
            two.contains("(a: CustomerNumber, b: CustomerNumber) throws {"),
            "{two}"
        );
        let merged = text(
            "merge(loser: String, into: String)throws  -> Customer",
            "Customers",
        );
        assert!(
            merged.contains("(loser: CustomerNumber, into: CustomerNumber) throws -> Customer {"),
            "{merged}"
        );
        let asked = text(
            "can(action: String, customer: String? = nil)throws  -> Bool",
            "Session",
        );
        assert!(
            asked.contains("(action: String, customer: CustomerNumber? = nil) throws -> Bool {")
                && asked.contains("can(action: action, customer: customer?.description)"),
            "{asked}"
        );
        let many = text(
            "archiveAll(customers: [String], reason: String)throws  -> [Outcome]",
            "Customers",
        );
        assert!(
            many.contains("(customers: [CustomerNumber], reason: String) throws -> [Outcome] {")
                && many.contains("archiveAll(customers: customers.map(\\.description), reason: reason)"),
            "{many}"
        );
        assert_eq!(text("get(key: String)throws  -> Entry", "PickLists"), "");
        assert_eq!(text("sayWhat(name: String)throws ", "Customers"), "");
    }
}
