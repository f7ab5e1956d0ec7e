//! Swift: what uniffi writes is put right, and what is made from the records is written beside it.

mod adapt;
mod calls;
mod docs;
mod enums;
mod json;
mod protocols;
mod records;
mod verbs;

use super::{NOT_BY_HAND, camel, default_state};
use anyhow::Result;
use crm_core::describe::{self, Record, Type};
use std::fs;
use std::path::Path;

/// Records that have another name in Swift: `crm-core/uniffi.toml`.
const RENAMED: [(&str, &str); 2] = [("Progress", "JobProgress"), ("Task", "CrmTask")];

/// Puts the generated code right, and writes beside it what is made from the records.
pub(crate) fn finish(folder: &Path) -> Result<()> {
    let files = ["crmkit.swift", "crmkit_model.swift"].map(|name| folder.join(name));
    let generated = files
        .iter()
        .map(fs::read_to_string)
        .collect::<Result<Vec<_>, _>>()?;
    let adapted = adapt::adapt(&generated)?;
    for (file, text) in files.iter().zip(&adapted) {
        fs::write(file, text)?;
    }
    for (name, text) in sources(&adapted)? {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// The package's files that are written from the records, and from the code that `adapt` has put right, by name.
fn sources(adapted: &[String]) -> Result<[(&'static str, String); 5]> {
    let code = adapted.join("\n");
    Ok([
        ("Protocols.swift", protocols::conformances(&code)?),
        ("Labels.swift", enums::labels()),
        ("Numbers.swift", records::by_number()),
        ("JSON.swift", json::codable(&code)?),
        ("Field.swift", json::fields()),
    ])
}

/// `Readers.swift`, for the tests: how records, changes and states are read from JSON.
pub(crate) fn readers() -> String {
    let mut text = format!("// {NOT_BY_HAND}\n\nimport Crmkit\n");
    for record in describe::records() {
        reader(&mut text, record);
    }
    for edits in describe::edits() {
        let name = edits.name;
        text += &format!(
            "\nextension {name}: ReadableEdit {{\n    static func read(_ field: String, _ json: JSON) throws -> {name} {{\n        switch field {{\n"
        );
        for edit in edits.fields {
            let variant = lower(edit.variant);
            text += &format!(
                "        case \"{}\": .{variant}(value: try .read(json))\n",
                edit.name
            );
        }
        text +=
            &format!("        default: throw Unfit(\"{name} has no \\(field)\")\n        }}\n    }}\n}}\n");
    }
    text += "\n";
    for states in describe::states() {
        text += &format!("extension {}: Coded {{}}\n", states.name);
    }
    text
}

fn reader(text: &mut String, record: &Record) {
    let name = json::named(record);
    let fields: Vec<_> = record
        .fields
        .iter()
        .map(|field| {
            let read = match (default_state(field), field.default) {
                (Some(state), _) => format!("try json.field(\"{}\", or: .{})", field.name, lower(state.name)),
                (None, Some(value)) if !value.is_empty() => {
                    format!("try json.field(\"{}\", or: {value})", field.name)
                }
                _ => format!("try json.field(\"{}\")", field.name),
            };
            format!("{}: {read}", camel(field.name))
        })
        .collect();
    let first = record.fields.first().map_or("", |field| field.name);
    *text += &format!(
        "\nextension {name}: Readable {{\n    static func read(_ json: JSON) throws -> {name} {{\n        let json = json.whole(\"{first}\")\n        return {name}(\n            {})\n    }}\n}}\n",
        fields.join(",\n            "),
    );
}

/// A variant as Swift names it.
fn lower(variant: &str) -> String {
    let mut letters = variant.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// What a field is that is left out.
fn blank(of: &Type) -> &'static str {
    match of {
        Type::Flag => "false",
        Type::U32 | Type::U64 | Type::F64 => "0",
        Type::List(_) => "[]",
        Type::Map(_) => "[:]",
        Type::Text => "\"\"",
        _ => "nil",
    }
}

/// The type as Swift writes it.
fn swift(of: &Type) -> String {
    match of {
        Type::Flag => "Bool".into(),
        Type::U32 | Type::U64 => "Int".into(),
        Type::F64 => "Double".into(),
        Type::Text => "String".into(),
        Type::Map(of) => format!("[String: {}]", swift(of)),
        Type::Day => "LocalDate".into(),
        Type::Instant => "Date".into(),
        Type::Money => "Decimal".into(),
        Type::Number => "CustomerNumber".into(),
        Type::Code => "Code".into(),
        Type::Region => "Region".into(),
        Type::Id(name) => (*name).into(),
        Type::States(states) => states.name.into(),
        Type::Record(record) => json::named(record).into(),
        Type::Optional(of) => format!("{}?", swift(of)),
        Type::List(of) => format!("[{}]", swift(of)),
    }
}
