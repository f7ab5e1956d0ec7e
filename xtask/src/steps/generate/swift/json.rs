//! Swift's records as JSON: the same that Rust and Python write.

use super::adapt::between;
use super::{RENAMED, lower, swift};
use crate::steps::generate::{NOT_BY_HAND, camel, default_state, snake};
use anyhow::{Result, bail};
use crm_core::describe::{self, Edits, Field, Record, Type};

/// Names of fields that Swift takes for words of its own.
const WORDS: [&str; 12] = [
    "as",
    "case",
    "class",
    "default",
    "extension",
    "for",
    "import",
    "in",
    "internal",
    "is",
    "operator",
    "where",
];

/// `JSON.swift`: of the records that are described, and of those that the generated code has besides.
pub(super) fn codable(code: &str) -> Result<String> {
    let mut text = format!("// {NOT_BY_HAND}\n\nimport Foundation\n");
    for record in describe::records() {
        whole(&mut text, record);
        identified(&mut text, record);
    }
    for edits in describe::edits() {
        change(&mut text, edits);
    }
    for record in between(code, "\npublic struct ", "\n    // Default memberwise") {
        if let Some((name, fields)) = record.split_once(": Equatable, Hashable {\n")
            && describe::records().all(|described| named(described) != name)
        {
            plain(&mut text, name, fields)?;
        }
    }
    Ok(text)
}

/// A record that only the library for telephones has, or that has no name of its own in JSON: it has what its fields have.
fn plain(text: &mut String, name: &str, fields: &str) -> Result<()> {
    let fields: Vec<(&str, &str)> = fields
        .lines()
        .filter_map(|line| line.trim().strip_prefix("public "))
        .filter_map(|line| line.split_once(' ')?.1.split_once(": "))
        .collect();
    if fields.is_empty() || fields.iter().any(|(_, of)| of.contains("Date")) {
        bail!("the record {name} is to be described in crm_core::describe: its JSON is not its fields'");
    }
    *text += &format!("\nextension {name}: Codable {{\n");
    let names: Vec<String> = fields.iter().map(|(name, _)| snake(name)).collect();
    keys(text, names.iter().map(String::as_str));
    let read: Vec<String> = fields
        .iter()
        .map(|(name, of)| match of.strip_suffix('?') {
            Some(of) => format!("{name}: try coded.decodeIfPresent({of}.self, forKey: .{name})"),
            None => format!("{name}: try coded.decode({of}.self, forKey: .{name})"),
        })
        .collect();
    let written: String = fields
        .iter()
        .map(|(name, _)| format!("        try coded.encode({name}, forKey: .{name})\n"))
        .collect();
    *text += &coding(&read, &written);
    Ok(())
}

/// How a record is read, field by field, and how it is written.
fn coding(read: &[String], written: &str) -> String {
    format!(
        "
    public init(from decoder: any Decoder) throws {{
        let coded = try decoder.container(keyedBy: Key.self)
        self.init(
            {})
    }}

    public func encode(to encoder: any Encoder) throws {{
        var coded = encoder.container(keyedBy: Key.self)
{written}    }}
}}
",
        read.join(",\n            ")
    )
}

/// The record's name in Swift.
pub(super) fn named(record: &Record) -> &'static str {
    RENAMED
        .iter()
        .find(|(name, _)| *name == record.name)
        .map_or(record.name, |(_, name)| name)
}

fn whole(text: &mut String, record: &Record) {
    let name = named(record);
    *text += &format!("\nextension {name}: Codable {{\n");
    keys(text, record.fields.iter().map(|field| field.name));
    let read: Vec<String> = record
        .fields
        .iter()
        .map(|field| format!("{}: {}", camel(field.name), read(field)))
        .collect();
    let written: String = record
        .fields
        .iter()
        .map(|field| format!("        {}\n", write(field)))
        .collect();
    *text += &coding(&read, &written);
}

/// What tells one record from another, for lists on a screen. Where a log ends is no row of it.
fn identified(text: &mut String, record: &Record) {
    let name = named(record);
    let mut fields = record.fields.iter().filter(|_| record.name != "AuditHead");
    let identity = fields.find_map(|field| match (field.name, field.of) {
        ("id", _) => Some(String::new()),
        ("number", Type::Number) => Some("CustomerNumber { number }".to_owned()),
        ("seq" | "line", Type::U64) => Some(format!("Int {{ {} }}", field.name)),
        _ => None,
    });
    match identity.as_deref() {
        Some("") => *text += &format!("\nextension {name}: Identifiable {{}}\n"),
        Some(identity) => {
            *text += &format!("\nextension {name}: Identifiable {{\n    public var id: {identity}\n}}\n");
        }
        None => {}
    }
}

fn change(text: &mut String, edits: &Edits) {
    let name = edits.name;
    *text += &format!("\nextension {name}: Codable {{\n");
    let names: Vec<String> = edits.fields.iter().map(|edit| snake(edit.variant)).collect();
    keys(text, names.iter().map(String::as_str));
    *text += &format!(
        "
    private enum Part: String, CodingKey {{
        case value
    }}

    public init(from decoder: any Decoder) throws {{
        let edits = try decoder.container(keyedBy: Key.self)
        guard let key = edits.allKeys.first, edits.allKeys.count == 1 else {{
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: \"not one {name}\"))
        }}
        let part = try edits.nestedContainer(keyedBy: Part.self, forKey: key)
        switch key {{
"
    );
    for edit in edits.fields {
        let case = lower(edit.variant);
        *text += &format!(
            "        case .{case}: self = .{case}(value: {})\n",
            decoded("part", "value", &edit.of)
        );
    }
    *text += "        }\n    }\n\n    public func encode(to encoder: any Encoder) throws {\n        var edits = encoder.container(keyedBy: Key.self)\n        switch self {\n";
    for edit in edits.fields {
        let case = lower(edit.variant);
        *text += &format!(
            "        case .{case}(let value):\n            var part = edits.nestedContainer(keyedBy: Part.self, forKey: .{case})\n            {}\n",
            encoded("part", "value", "value", &edit.of)
        );
    }
    *text += "        }\n    }\n}\n";
}

fn keys<'a>(text: &mut String, names: impl Iterator<Item = &'a str>) {
    *text += "    private enum Key: String, CodingKey {\n";
    for name in names {
        *text += &match camel(name) {
            swift if swift != name => format!("        case {swift} = \"{name}\"\n"),
            _ => format!("        case {}\n", quoted(name)),
        };
    }
    *text += "    }\n";
}

/// A name where Swift would take it for a word of its own.
fn quoted(name: &str) -> String {
    if WORDS.contains(&name) {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

/// How a field is read; one that may be left out may be left out here too.
fn read(field: &Field) -> String {
    let name = camel(field.name);
    let blank = match (default_state(field), field.default, field.of) {
        (_, _, Type::Optional(_)) => None,
        (Some(state), ..) => Some(format!(".{}", lower(state.name))),
        (None, Some(""), of) => Some(super::blank(&of).to_owned()),
        (None, Some(value), _) => Some(value.to_owned()),
        (None, None, of) => field.left_out.then(|| super::blank(&of).to_owned()),
    };
    match blank {
        Some(blank) => format!(
            "try coded.decodeIfPresent({}.self, forKey: .{name}) ?? {blank}",
            swift(&field.of)
        ),
        None => decoded("coded", &name, &field.of),
    }
}

fn decoded(from: &str, key: &str, of: &Type) -> String {
    match of {
        Type::Instant => format!("try {from}.decode(InstantText.self, forKey: .{key}).instant"),
        Type::Optional(Type::Instant) => {
            format!("try {from}.decodeIfPresent(InstantText.self, forKey: .{key})?.instant")
        }
        Type::Money => format!("try {from}.decode(MoneyText.self, forKey: .{key}).amount"),
        Type::Optional(Type::Money) => {
            format!("try {from}.decodeIfPresent(MoneyText.self, forKey: .{key})?.amount")
        }
        Type::Optional(of) => format!("try {from}.decodeIfPresent({}.self, forKey: .{key})", swift(of)),
        of => format!("try {from}.decode({}.self, forKey: .{key})", swift(of)),
    }
}

fn write(field: &Field) -> String {
    let (key, name) = (camel(field.name), quoted(&camel(field.name)));
    let encode = encoded("coded", &key, &name, &field.of);
    match (field.left_out, field.of) {
        (true, Type::Optional(_)) => encode.replacen(".encode(", ".encodeIfPresent(", 1),
        (true, _) => format!("if !{name}.isEmpty {{ {encode} }}"),
        (false, _) => encode,
    }
}

fn encoded(to: &str, key: &str, value: &str, of: &Type) -> String {
    let value = match of {
        Type::Instant => format!("InstantText({value})"),
        Type::Optional(Type::Instant) => format!("{value}.map(InstantText.init)"),
        Type::Money => format!("MoneyText({value})"),
        Type::Optional(Type::Money) => format!("{value}.map(MoneyText.init)"),
        _ => value.to_owned(),
    };
    format!("try {to}.encode({value}, forKey: .{key})")
}

/// `Field.swift`: the names of the fields.
pub(super) fn fields() -> String {
    let mut text = format!(
        "// {NOT_BY_HAND}\n\n/// The names of the fields, as `CrmError.fields`, `Problem.field` and `FieldChange.field` have them.\npublic enum Field {{\n"
    );
    for (name, about) in describe::field_names() {
        let constant = quoted(&camel(&name.replace('.', "_")));
        text += &format!("    /// Of the {about}.\n    public static let {constant} = \"{name}\"\n");
    }
    text + "}\n"
}
