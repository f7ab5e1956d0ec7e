//! Kotlin's code: what uniffi generates, put right, and beside it the constructors of the records for which it knows no
//! default.

mod adapt;
mod calls;
mod code;
mod docs;
mod enums;
mod surface;

use self::code::Code;
use super::{NOT_BY_HAND, camel, default_state, drafts, snake};
use anyhow::Result;
use crm_core::describe::{self, Record, State, States, Type};
use std::fs;
use std::path::Path;

/// Puts right what uniffi has generated in a folder, and adds what it cannot know.
pub(crate) fn finish(folder: &Path) -> Result<()> {
    adapt::adapt(folder)?;
    let model = folder.join("dev/crmkit/model");
    fs::write(
        model.join("Defaults.kt"),
        docs::put_right(Code::new(defaults()))?.into_text(),
    )?;
    fs::write(model.join("Fields.kt"), fields())?;
    Ok(())
}

/// `Fields.kt`.
fn fields() -> String {
    let mut text = format!(
        "\
package dev.crmkit.model

// {NOT_BY_HAND}

/** The names of fields, as problems, conflicts and changes have them. */
object Fields {{
"
    );
    for (name, label) in describe::field_names() {
        let constant = name.replace('.', "_").to_uppercase();
        text += &format!("    /** {label} */\n    const val {constant} = \"{name}\"\n");
    }
    text + "}\n"
}

/// `Defaults.kt`.
fn defaults() -> String {
    let mut text = format!(
        "\
package dev.crmkit.model

// {NOT_BY_HAND}
// The generator of the records knows no default for an enum: these are the constructors without it.
"
    );
    for record in drafts().filter(|record| record.fields.iter().any(|field| default_state(field).is_some())) {
        constructor(&mut text, record);
    }
    text
}

fn constructor(text: &mut String, record: &Record) {
    let name = record.name;
    let about = describe::text(record.about).replace('\n', "\n * ");
    *text += &format!("\n/** {about} */\n@Suppress(\"FunctionName\")\nfun {name}(\n");
    let mut arguments = String::new();
    for field in record.fields {
        let name = camel(field.name);
        match (default_state(field), field.of) {
            (Some(state), Type::States(states)) => {
                arguments += &format!("    {name} = {},\n", constant(states, state))
            }
            _ => {
                let default = match field.default {
                    Some("") => format!(" = {}", blank(&field.of)),
                    Some(value) => format!(" = {value}"),
                    None => String::new(),
                };
                *text += &format!("    {name}: {}{default},\n", kotlin(&field.of));
                arguments += &format!("    {name} = {name},\n");
            }
        }
    }
    *text += &format!("): {name} = {name}(\n{arguments})\n");
}

/// A state as Kotlin names it.
fn constant(states: &States, state: &State) -> String {
    format!("{}.{}", states.name, snake(state.name).to_uppercase())
}

/// What a field is that is left out.
fn blank(of: &Type) -> &'static str {
    match of {
        Type::Flag => "false",
        Type::U32 | Type::U64 => "0",
        Type::F64 => "0.0",
        Type::List(_) => "emptyList()",
        Type::Texts => "emptyMap()",
        Type::Text => "\"\"",
        _ => "null",
    }
}

/// The type as Kotlin writes it.
fn kotlin(of: &Type) -> String {
    match of {
        Type::Flag => "Boolean".into(),
        Type::U32 => "Int".into(),
        Type::U64 => "Long".into(),
        Type::F64 => "Double".into(),
        Type::Text => "String".into(),
        Type::Texts => "Map<String, String>".into(),
        Type::Day => "java.time.LocalDate".into(),
        Type::Instant => "java.time.Instant".into(),
        Type::Money => "java.math.BigDecimal".into(),
        Type::Number => "CustomerNumber".into(),
        Type::Code => "Code".into(),
        Type::Region => "Region".into(),
        Type::Id(name) => (*name).into(),
        Type::States(states) => states.name.into(),
        Type::Record(record) => record.name.into(),
        Type::Optional(of) => format!("{}?", kotlin(of)),
        Type::List(of) => format!("List<{}>", kotlin(of)),
    }
}
