//! The manual's vectors, which run in every language: see `vectors/README.md`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "clippy knows tests by their attribute only"
)]

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use crmkit::{
    Choice, ContactEdit, Crm, CustomerEdit, CustomerKind, CustomerQuery, DateTime, DuplicateCheck,
    DuplicateSearch, Error, FixedClock, ImportOptions, Language, NewContact, NewCustomer, NewTeam, NewUser,
    OpenOptions, PageRequest, PickEntry, PickList, Region, Session, TableOptions, UserEdit, Utc,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

/// The most rows of an import, or entries of the log, that a vector looks at.
const MANY: u32 = 1000;

#[test]
fn every_vector_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut failures = Vec::new();
    for path in &paths {
        let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for case in file["cases"].as_array().unwrap() {
            if let Err(why) = run(case, &file["records"]) {
                failures.push(format!("{}: {}: {why}", text(&file["rule"]), text(&case["name"])));
            }
        }
    }
    assert!(paths.len() >= 10, "the vectors are not where they should be");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn run(case: &Value, records: &Value) -> Result<(), String> {
    let now: DateTime<Utc> = text(&case["now"]).parse().unwrap();
    let region = case["region"]
        .as_str()
        .map_or(Region::Cn, |code| Region::from_code(code).unwrap());
    let clock = Some(Arc::new(FixedClock(now)) as _);
    let crm = crmkit::open(
        crmkit::IN_MEMORY,
        OpenOptions {
            clock,
            region,
            ..OpenOptions::default()
        },
    )
    .unwrap();
    let lin = crm.set_up("lin", "林").unwrap();
    let mut saved = BTreeMap::from([("lin".to_owned(), serde_json::to_value(lin).unwrap())]);
    for (index, step) in case["steps"].as_array().unwrap().iter().enumerate() {
        let at = |why: String| format!("step {}: {why}", index + 1);
        let step = filled_in(step, &saved).map_err(at)?;
        match (take(&crm, &step, records), step.get("error")) {
            (Ok(result), None) => {
                if let Some(expected) = step.get("expect") {
                    compare(expected, &result, "result").map_err(at)?;
                }
                if let Some(name) = step["save_as"].as_str() {
                    saved.insert(name.to_owned(), result);
                }
            }
            (Err(error), Some(expected)) => check_error(expected, &error).map_err(at)?,
            (Ok(result), Some(_)) => return Err(at(format!("succeeded: {result}"))),
            (Err(error), None) => return Err(at(format!("failed: {}: {error}", error.code().as_str()))),
        }
    }
    Ok(())
}

/// The step with every `$name.field` replaced.
fn filled_in(value: &Value, saved: &BTreeMap<String, Value>) -> Result<Value, String> {
    match value {
        Value::String(text) if text.starts_with('$') => {
            let path = text.trim_start_matches('$').replace('.', "/");
            let (name, rest) = path.split_once('/').unwrap_or((&path, ""));
            let pointer = if rest.is_empty() {
                String::new()
            } else {
                format!("/{rest}")
            };
            let found = saved.get(name).and_then(|saved| saved.pointer(&pointer));
            found
                .cloned()
                .ok_or_else(|| format!("nothing was saved as {text}"))
        }
        Value::Array(items) => items.iter().map(|item| filled_in(item, saved)).collect(),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(key, value)| Ok((key.clone(), filled_in(value, saved)?)));
            fields.collect::<Result<Map<_, _>, String>>().map(Value::Object)
        }
        value => Ok(value.clone()),
    }
}

/// The fields of `with`, over those of the record that it is like.
fn with(step: &Value, records: &Value) -> Map<String, Value> {
    let mut fields = step["with"].as_object().cloned().unwrap_or_default();
    let Some(like) = fields.remove("like") else {
        return fields;
    };
    let mut record = records[text(&like)].as_object().unwrap().clone();
    for (field, value) in fields {
        match value {
            Value::Null => record.remove(&field),
            value => record.insert(field, value),
        };
    }
    record
}

fn take(crm: &Crm, step: &Value, records: &Value) -> Result<Value, Error> {
    let me = crm.session(step["as"].as_str().unwrap_or("lin"))?;
    let with = with(step, records);
    let revision = step["revision"].as_u64().unwrap_or_default();
    let customer = step["customer"].as_str().unwrap_or_default();
    match text(&step["do"]) {
        "create" => {
            let check = step["check"].as_str().map_or(DuplicateCheck::Refuse, |code| {
                DuplicateCheck::from_code(code).unwrap()
            });
            me.customers().create(&new_customer(with), check).map(json)
        }
        "check" => me.customers().check(&new_customer(with)).map(json),
        "get" => me.customers().get(customer).map(json),
        "update" => me
            .customers()
            .update(customer, revision, &customer_edits(with))
            .map(json),
        "list" => {
            let limit = step["limit"].as_u64().unwrap_or(50) as u32;
            let page = PageRequest {
                after: step["after"].as_str().map(str::to_owned),
                limit,
            };
            me.customers()
                .list(&record::<CustomerQuery>(with), &page)
                .map(json)
        }
        "count" => me.customers().count(&record::<CustomerQuery>(with)).map(json),
        "duplicates" => {
            let kind = with
                .get("kind")
                .map_or(CustomerKind::Enterprise, |kind| from(kind.clone()));
            let phones: Vec<String> = with.get("phones").cloned().map(from).unwrap_or_default();
            me.customers()
                .duplicates(text(&with["name"]), kind, &phones)
                .map(json)
        }
        "find_duplicates" => {
            let import = step["import"].as_str().map(|id| id.parse().unwrap());
            let mut job = me.customers().find_duplicates(DuplicateSearch {
                import,
                ..DuplicateSearch::default()
            });
            for progress in &mut job {
                progress?;
            }
            Ok(json(job.report()))
        }
        "say_different" => me
            .customers()
            .say_different(customer, text(&step["other"]))
            .map(json),
        "unsay_different" => me
            .customers()
            .unsay_different(customer, text(&step["other"]))
            .map(json),
        "say_same" => me.customers().say_same(customer, text(&step["name"])).map(json),
        "unsay_same" => me.customers().unsay_same(customer, text(&step["name"])).map(json),
        "add_contact" => me.contacts().add(customer, &record::<NewContact>(with)).map(json),
        "contacts" => me.contacts().list(customer).map(json),
        "update_contact" => me
            .contacts()
            .update(from(step["contact"].clone()), revision, &contact_edits(with))
            .map(json),
        "create_user" => me.users().create(&from::<NewUser>(Value::Object(with))).map(json),
        "update_user" => me
            .users()
            .update(from(step["user"].clone()), revision, &user_edits(with))
            .map(json),
        "create_team" => me.teams().create(&from::<NewTeam>(Value::Object(with))).map(json),
        "pick_entries" => me
            .pick_lists()
            .list(PickList::from_code(text(&step["list"])).unwrap())
            .map(json),
        "put_pick_entry" => me
            .pick_lists()
            .put(&from::<PickEntry>(Value::Object(with)))
            .map(json),
        "import" => import(&me, text(&step["csv"]), record(with)),
        "undo_import" => me.imports().undo(from(step["import"].clone())).map(json),
        "audit" => me
            .audit()
            .list(step["after"].as_u64().unwrap_or_default(), MANY)
            .map(json),
        "audit_verify" => me.audit().verify(None).map(json),
        verb => panic!("no verb {verb}"),
    }
}

fn import(me: &Session, csv: &str, options: ImportOptions) -> Result<Value, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    fs::write(&path, csv).unwrap();
    let dry_run = options.dry_run;
    let mut job = crmkit::import_file(me, &path, options, &TableOptions::default(), None)?;
    for progress in &mut job {
        progress?;
    }
    let report = job.report();
    let rows = if dry_run {
        Vec::new()
    } else {
        me.imports().rows(report.import, 0, MANY)?
    };
    let mut result = json(report);
    result["rows"] = json(rows);
    Ok(result)
}

fn new_customer(mut with: Map<String, Value>) -> NewCustomer {
    for field in ["industry", "source"] {
        with.entry(field).and_modify(|value| *value = choice(value));
    }
    with.entry("phones").and_modify(|value| *value = phones(value));
    record(with)
}

fn choice(value: &Value) -> Value {
    value
        .as_str()
        .map_or_else(|| value.clone(), |code| json(Choice::of(code)))
}

fn phones(value: &Value) -> Value {
    let phone = |value: &Value| match value {
        Value::String(typed) => json!({ "typed": typed, "primary": false }),
        phone => phone.clone(),
    };
    value.as_array().unwrap().iter().map(phone).collect()
}

fn customer_edits(with: Map<String, Value>) -> Vec<CustomerEdit> {
    let edit = |(field, value): (String, Value)| match field.as_str() {
        "name" => CustomerEdit::Name { value: from(value) },
        "kind" => CustomerEdit::Kind { value: from(value) },
        "industry" => CustomerEdit::Industry {
            value: from(choice(&value)),
        },
        "size" => CustomerEdit::Size { value: from(value) },
        "phones" => CustomerEdit::Phones {
            value: from(phones(&value)),
        },
        "addresses" => CustomerEdit::Addresses { value: from(value) },
        "source" => CustomerEdit::Source {
            value: from(choice(&value)),
        },
        "first_contact" => CustomerEdit::FirstContact { value: from(value) },
        "lead_at" => CustomerEdit::LeadAt { value: from(value) },
        "tags" => CustomerEdit::Tags { value: from(value) },
        "note" => CustomerEdit::Note { value: from(value) },
        "external_id" => CustomerEdit::ExternalId { value: from(value) },
        "extra" => CustomerEdit::Extra { value: from(value) },
        field => panic!("a customer has no {field} to change"),
    };
    with.into_iter().map(edit).collect()
}

fn contact_edits(with: Map<String, Value>) -> Vec<ContactEdit> {
    let edit = |(field, value): (String, Value)| match field.as_str() {
        "name" => ContactEdit::Name { value: from(value) },
        "title" => ContactEdit::Title { value: from(value) },
        "mobile" => ContactEdit::Mobile { value: from(value) },
        "email" => ContactEdit::Email { value: from(value) },
        "wechat" => ContactEdit::Wechat { value: from(value) },
        "primary" => ContactEdit::Primary { value: from(value) },
        "role" => ContactEdit::Role { value: from(value) },
        field => panic!("a contact has no {field} to change"),
    };
    with.into_iter().map(edit).collect()
}

fn user_edits(with: Map<String, Value>) -> Vec<UserEdit> {
    let edit = |(field, value): (String, Value)| match field.as_str() {
        "name" => UserEdit::Name { value: from(value) },
        "role" => UserEdit::Role { value: from(value) },
        "team" => UserEdit::Team { value: from(value) },
        "phone" => UserEdit::Phone { value: from(value) },
        "birthday" => UserEdit::Birthday { value: from(value) },
        "active" => UserEdit::Active { value: from(value) },
        field => panic!("a user has no {field} to change"),
    };
    with.into_iter().map(edit).collect()
}

/// The record with these fields, and the others as they are by default.
fn record<T: Default + Serialize + DeserializeOwned>(with: Map<String, Value>) -> T {
    let mut record = json(T::default());
    record.as_object_mut().unwrap().extend(with);
    from(record)
}

fn check_error(expected: &Value, error: &Error) -> Result<(), String> {
    let mut found = json!({
        "kind": error.kind().code(),
        "code": error.code().as_str(),
        "fields": error.fields(),
    });
    match error {
        Error::Invalid { problems } => found["problems"] = json(problems),
        Error::Rule { problem } => found["problems"] = json([problem]),
        Error::Duplicate {
            matches,
            hidden_owners,
        } => {
            found["matches"] = json(matches);
            found["hidden_owners"] = json(hidden_owners);
        }
        Error::Conflict { revision, .. } => found["revision"] = json(revision),
        _ => {}
    }
    let mut expected = expected.clone();
    if let Some(begins) = expected
        .as_object_mut()
        .and_then(|expected| expected.remove("message"))
    {
        let message = error.message(Language::Zh);
        if !message.starts_with(text(&begins)) {
            return Err(format!("the message is {message}, not {begins}"));
        }
    }
    compare(&expected, &found, "error")
}

/// Whether a result contains what is expected of it.
fn compare(expected: &Value, found: &Value, at: &str) -> Result<(), String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => expected.iter().try_for_each(|(field, value)| {
            compare(
                value,
                found.get(field).unwrap_or(&Value::Null),
                &format!("{at}.{field}"),
            )
        }),
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs
                .try_for_each(|(index, (expected, found))| compare(expected, found, &format!("{at}.{index}")))
        }
        (Value::Array(expected), Value::Null) if expected.is_empty() => Ok(()),
        _ if expected == found => Ok(()),
        _ => Err(format!("{at} is {found}, not {expected}")),
    }
}

fn json(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn from<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|why| panic!("{value}: {why}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
