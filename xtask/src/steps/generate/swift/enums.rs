//! Swift's enums: their codes are their raw values, their labels stand in a table, and neither asks the library.

use super::{adapt, lower};
use crate::steps::generate::NOT_BY_HAND;
use anyhow::{Result, bail};
use crm_core::describe::{self, States};

/// The generated enums with codes for raw values, and without the methods that ask the library for code and label.
pub(super) fn coded(code: &str) -> Result<String> {
    let code = describe::states()
        .into_iter()
        .try_fold(code.to_owned(), |code, states| coded_one(&code, states))?;
    // The languages are no states: their codes are their names.
    adapt::swap(
        &code,
        &begins("Language"),
        "\npublic enum Language: String, CaseIterable, Codable {\n",
    )
}

fn coded_one(code: &str, states: &States) -> Result<String> {
    let name = states.name;
    let end = format!("\n}}\n\n#if compiler(>=6)\nextension {name}: Sendable {{}}");
    let coded = adapt::block(code, &begins(name), &end, |cases| {
        let Some((cases, _methods)) = cases.split_once("\n\n\n\n    /**\n     * The stable code") else {
            bail!("uniffi no longer generates the methods of {name}");
        };
        states.states.iter().try_fold(cases.to_owned(), |cases, state| {
            let case = lower(state.name);
            let line = [format!("\n    case {case}"), format!("\n    case `{case}`")]
                .into_iter()
                .find(|line| format!("{cases}\n").contains(&format!("{line}\n")));
            let Some(line) = line else {
                bail!("uniffi no longer generates {name}.{case}");
            };
            let cases = format!("{cases}\n");
            let raw = cases.replacen(&format!("{line}\n"), &format!("{line} = \"{}\"\n", state.code), 1);
            Ok(raw.trim_end_matches('\n').to_owned())
        })
    })?;
    adapt::swap(
        &coded,
        &begins(name),
        &format!("\npublic enum {name}: String, CaseIterable, Codable {{\n"),
    )
}

fn begins(name: &str) -> String {
    format!("\npublic enum {name}: Equatable, Hashable, CaseIterable {{\n")
}

/// `Labels.swift`.
pub(super) fn labels() -> String {
    let mut text = format!("// {NOT_BY_HAND}\n");
    for states in describe::states() {
        text += &format!(
            "\nextension {}: Labelled {{\n    public func label(_ language: Language) -> String {{\n        switch self {{\n",
            states.name
        );
        for state in states.states {
            text += &format!(
                "        case .{}: language.of(zh: {:?}, en: {:?})\n",
                lower(state.name),
                state.zh,
                state.en
            );
        }
        text += "        }\n    }\n}\n";
    }
    text
}
