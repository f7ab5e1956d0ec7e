//! The library's descriptions of what it takes, as JSON Schema.

use crmkit::{
    PickEntry, Session,
    describe::{Field, Record, Rule, States, Type, text},
    model::LimitUnit,
};
use serde_json::{Map, Value, json};

use super::arguments::short_form;

/// The schema of these arguments, with the entries of pick lists as they are now.
pub(super) fn of(fields: Vec<&'static Field>, me: &Session) -> crmkit::Result<Map<String, Value>> {
    let mut properties = Map::new();
    for field in &fields {
        let entries = match field.rule.pick {
            Some(list) => me.pick_lists().list(list)?,
            None => Vec::new(),
        };
        properties.insert(field.name.to_owned(), property(field, &entries));
    }
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| is_required(field))
        .map(|field| field.name)
        .collect();
    let schema = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    Ok(match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    })
}

fn is_required(field: &Field) -> bool {
    let may_be_blank = match field.of {
        Type::Optional(_) => true,
        Type::States(states) => states.default().is_some(),
        _ => field.default.is_some(),
    };
    field.rule.required || !may_be_blank
}

fn property(field: &Field, entries: &[PickEntry]) -> Value {
    let mut schema = shape(&field.of, entries);
    bound(&mut schema, &field.rule);
    let mut about = text(field.about);
    if let Some((most, LimitUnit::Bytes)) = field.rule.most {
        about += &format!(" At most {most} bytes.");
    }
    if !entries.is_empty() {
        let named: Vec<String> = current(entries)
            .map(|entry| format!("{} {}/{}", entry.code, entry.label_zh, entry.label_en))
            .collect();
        about += &format!(" One of: {}.", named.join(", "));
    }
    schema.insert("description".into(), json!(about));
    Value::Object(schema)
}

/// What the rules ask, as far as a schema can say it.
fn bound(schema: &mut Map<String, Value>, rule: &Rule) {
    let mut limit = |name: &str, number: u64| schema.insert(name.into(), json!(number));
    match rule.most {
        Some((most, LimitUnit::Characters)) => limit("maxLength", most),
        Some((most, LimitUnit::Entries)) => limit("maxItems", most),
        Some((most, LimitUnit::Value)) => limit("maximum", most),
        _ => None,
    };
    if let Some(least) = rule.least {
        limit("minimum", least);
    }
}

fn current(entries: &[PickEntry]) -> impl Iterator<Item = &PickEntry> {
    entries.iter().filter(|entry| !entry.retired)
}

fn shape(of: &Type, entries: &[PickEntry]) -> Map<String, Value> {
    let schema = match of {
        Type::Flag => json!({ "type": "boolean" }),
        Type::U32 | Type::U64 => json!({ "type": "integer", "minimum": 0 }),
        Type::F64 => json!({ "type": "number" }),
        Type::Text if !entries.is_empty() => {
            let codes: Vec<&str> = current(entries).map(|entry| entry.code.as_str()).collect();
            json!({ "type": "string", "enum": codes })
        }
        Type::Text | Type::Code | Type::Region => json!({ "type": "string" }),
        Type::Number => json!({ "type": "string", "pattern": "^CRM[0-9]{11,18}$" }),
        Type::Day => json!({ "type": "string", "format": "date" }),
        Type::Instant => json!({ "type": "string", "format": "date-time" }),
        Type::Money => json!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]{1,2})?$" }),
        Type::Id(_) => json!({ "type": "string", "format": "uuid" }),
        Type::States(states) => choices(states),
        Type::Record(record) => return of_record(record, entries),
        Type::Optional(of) => return shape(of, entries),
        Type::List(of) => json!({ "type": "array", "items": shape(of, entries) }),
        Type::Map(of) => json!({ "type": "object", "additionalProperties": shape(of, &[]) }),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn choices(states: &States) -> Value {
    let codes: Vec<&str> = states.states.iter().map(|state| state.code).collect();
    json!({ "type": "string", "enum": codes })
}

/// A record's fields; or, where the first of them is enough, that alone.
fn of_record(record: &Record, entries: &[PickEntry]) -> Map<String, Value> {
    let mut properties = Map::new();
    for (at, field) in record.fields.iter().enumerate() {
        // It is the first that names an entry.
        let entries = if at == 0 { entries } else { &[] };
        let mut schema = shape(&field.of, entries);
        bound(&mut schema, &field.rule);
        schema.insert("description".into(), json!(text(field.about)));
        properties.insert(field.name.to_owned(), Value::Object(schema));
    }
    let required: Vec<&str> = record
        .fields
        .iter()
        .filter(|field| is_required(field))
        .map(|field| field.name)
        .collect();
    let whole = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    match (short_form(record), whole) {
        (Some(first), whole) => {
            Map::from_iter([("anyOf".to_owned(), json!([shape(&first.of, entries), whole]))])
        }
        (None, Value::Object(whole)) => whole,
        (None, _) => Map::new(),
    }
}
