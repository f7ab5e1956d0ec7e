//! What a caller fills in: it can be changed after it is made, a state that is left out is the one that the core takes it for, and who
//! has a customer's number gives that.

use super::adapt::{between, block, swap};
use super::{blank, docs, lower, swift};
use crate::steps::generate::{NOT_BY_HAND, camel, default_state, drafts, holds};
use anyhow::{Result, bail};
use crm_core::describe::{self, Field, Record, Type};

/// Lets what a caller fills in be changed after it is made: drafts, queries, options, and their parts.
pub(super) fn mutable(code: String) -> Result<String> {
    let records: Vec<String> = between(&code, "\npublic struct ", ": Equatable, Hashable {\n")
        .into_iter()
        .map(str::to_owned)
        .collect();
    if let Some(missing) = drafts().find(|draft| !records.iter().any(|name| name == draft.name)) {
        bail!("uniffi no longer generates the record {}", missing.name);
    }
    records
        .iter()
        .filter(|name| is_filled_in(name))
        .try_fold(code, |code, name| {
            let begins = format!("\npublic struct {name}: Equatable, Hashable {{\n");
            block(&code, &begins, "    // Default memberwise", |fields| {
                swap(fields, "\n    public let ", "\n    public var ")
            })
        })
}

/// Whether a caller fills a record in, or a part of one: the rest are answers.
fn is_filled_in(name: &str) -> bool {
    const ENDS: [&str; 2] = ["Query", "Options"];
    name.starts_with("New")
        || ENDS.iter().any(|end| name.ends_with(end))
        || drafts().any(|draft| draft.name == name)
        // An entry of a list is put as it is read; what is chosen of a merge, as it was previewed.
        || ["PageRequest", "PickEntry", "MergeChoice"].contains(&name)
        || describe::edits().any(|edits| edits.fields.iter().any(|edit| holds(&edit.of, name)))
        || describe::records()
            .filter(|record| record.fields.iter().any(|field| holds(&field.of, name)))
            .any(|record| is_filled_in(record.name))
}

/// Has a state be left out: the generator knows no default for an enum.
pub(super) fn with_states(code: String) -> Result<String> {
    drafts().try_fold(code, |code, record| with_states_of(&code, record))
}

fn with_states_of(code: &str, record: &Record) -> Result<String> {
    let begins = format!("\npublic struct {}: Equatable, Hashable {{\n", record.name);
    let mut states = record
        .fields
        .iter()
        .filter_map(|field| match (default_state(field), field.of) {
            (Some(state), Type::States(states)) => Some((camel(field.name), states.name, lower(state.name))),
            _ => None,
        });
    states.try_fold(code.to_owned(), |code, (field, of, state)| {
        block(&code, &begins, ") {\n", |declared| {
            // Behind the documentation of the parameter: fields are declared in lines of their own.
            let parameter = format!("*/{field}: {of}");
            let declared = format!("{declared})");
            let ends = [",", ")"]
                .into_iter()
                .find(|ends| declared.contains(&format!("{parameter}{ends}")));
            let Some(ends) = ends else {
                bail!("uniffi no longer generates the parameter {parameter}");
            };
            let from = format!("{parameter}{ends}");
            let stated = swap(&declared, &from, &format!("{parameter} = .{state}{ends}"))?;
            Ok(stated.strip_suffix(')').unwrap_or(&stated).to_owned())
        })
    })
}

/// `Numbers.swift`: what names customers by texts, as people type them, made with their numbers.
pub(super) fn by_number() -> String {
    let mut text = format!("// {NOT_BY_HAND}\n\nimport Foundation\n");
    for record in drafts().filter(|record| record.fields.iter().any(|field| number(field).is_some())) {
        initialiser(&mut text, record);
    }
    docs::in_swifts_words(&text)
}

/// The type that has the numbers of a field that names customers by texts, and what their texts are.
fn number(field: &Field) -> Option<(&'static str, &'static str)> {
    match (field.name, field.of) {
        ("customer", Type::Optional(Type::Text)) => Some(("CustomerNumber", ".description")),
        ("customers", Type::List(Type::Text)) => Some(("[CustomerNumber]", ".map(\\.description)")),
        _ => None,
    }
}

fn initialiser(text: &mut String, record: &Record) {
    let (parameters, arguments): (Vec<_>, Vec<_>) = record
        .fields
        .iter()
        .map(|field| {
            let name = camel(field.name);
            match number(field) {
                Some((of, text)) => (format!("{name}: {of}"), format!("{name}: {name}{text}")),
                None => (parameter(field), format!("{name}: {name}")),
            }
        })
        .unzip();
    let about = describe::text(record.about).replace('\n', "\n    /// ");
    *text += &format!(
        "\nextension {} {{\n    /// {about}\n    @_disfavoredOverload\n    public init(\n        {}\n    ) {{\n        self.init(\n            {})\n    }}\n}}\n",
        record.name,
        parameters.join(",\n        "),
        arguments.join(",\n            "),
    );
}

fn parameter(field: &Field) -> String {
    let declared = format!("{}: {}", camel(field.name), swift(&field.of));
    match (default_state(field), field.default) {
        (Some(state), _) => format!("{declared} = .{}", lower(state.name)),
        (None, Some("")) => format!("{declared} = {}", blank(&field.of)),
        (None, Some(value)) => format!("{declared} = {value}"),
        (None, None) => declared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crm_core::TaskQuery;

    #[test]
    fn a_state_has_its_default() {
        for ends in [", \n         */everybody: Bool = false", ""] {
            let code = format!(
                "\npublic struct TaskQuery: Equatable, Hashable {{\n    public init(\n         */list: TaskList{ends}) {{\n"
            );
            let stated = with_states_of(&code, &TaskQuery::RECORD).unwrap();
            assert_eq!(stated, code.replace("TaskList", "TaskList = .today"));
            assert!(
                with_states_of(&stated, &TaskQuery::RECORD).is_err(),
                "it is there already"
            );
        }
    }

    #[test]
    fn what_names_a_customer_takes_its_number() {
        let text = by_number();
        for record in [
            "TaskQuery",
            "FollowUpQuery",
            "AttachmentQuery",
            "NewAccessRequest",
        ] {
            assert!(
                text.contains(&format!("\nextension {record} {{\n")),
                "{record}: {text}"
            );
        }
        let of_tasks = "        list: TaskList = .today,\n        holder: String? = nil,\n        everybody: Bool = false,\n        customer: CustomerNumber\n    ) {";
        assert!(text.contains(of_tasks), "{text}");
        assert!(
            text.contains("customers: customers.map(\\.description)"),
            "{text}"
        );
    }

    #[test]
    fn what_is_filled_in_can_be_changed() {
        for name in [
            "NewCustomer",
            "NewPhone",
            "Address",
            "Win",
            "MergeChoice",
            "TaskQuery",
            "PageRequest",
        ] {
            assert!(is_filled_in(name), "{name}");
        }
        for name in ["Customer", "Contract", "TimelineEntry", "AccessRequest"] {
            assert!(!is_filled_in(name), "{name}");
        }
    }
}
