//! What an assistant hands in, read by what the library declares of the fields: whatever is wrong with it is said of all of it (R2.4),
//! with the field and the code.

use crmkit::{
    Code, CustomerNumber, DateTime, Error, Money, NaiveDate, Problem, Region, TaskId, Utc,
    describe::{Field, Record, Rule, Type},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// The argument that has the token of a first answer.
pub(super) const CONFIRM: &str = "confirm";

/// A field that is no record's: an argument of a tool's own.
pub(super) const fn own(name: &'static str, about: &'static [&'static str], of: Type, rule: Rule) -> Field {
    let default = if rule.required { None } else { Some("") };
    Field {
        name,
        about,
        of,
        default,
        left_out: false,
        rule,
    }
}

/// The arguments of a call, complete: what was left out is blank.
pub(super) struct Arguments(Map<String, Value>);

/// Why a value is not taken.
enum Wrong {
    Value(Code, String),
    /// It names nothing that is there.
    Nothing(String),
}

impl Arguments {
    /// # Errors
    /// Invalid, naming every argument at fault; NotFound for an identifier that is none.
    pub(super) fn read(fields: &[&Field], given: &Map<String, Value>) -> crmkit::Result<Self> {
        let mut problems: Vec<Problem> = Vec::new();
        let unexpected = |name: &&String| !fields.iter().any(|field| field.name == name.as_str());
        for name in given.keys().filter(unexpected) {
            problems.push(Problem::new(name, Code::FieldUnexpected));
        }
        let mut read = Map::new();
        for field in fields {
            match value(field, given.get(field.name)) {
                Ok(value) => {
                    read.insert(field.name.to_owned(), value);
                }
                Err(Wrong::Value(Code::FieldMissing, _)) => problems.push(Problem::missing(field.name)),
                Err(Wrong::Value(code, detail)) => problems.push(Problem::with(field.name, code, detail)),
                Err(Wrong::Nothing(text)) => return Err(Error::not_found(text)),
            }
        }
        match problems.is_empty() {
            true => Ok(Self(read)),
            false => Err(Error::Invalid { problems }),
        }
    }

    /// The record, or the one argument, that is among them.
    pub(super) fn record<T: DeserializeOwned>(&self) -> crmkit::Result<T> {
        T::deserialize(&self.0).map_err(Error::internal)
    }

    /// One of them.
    pub(super) fn get<T: DeserializeOwned>(&self, name: &str) -> crmkit::Result<T> {
        T::deserialize(self.0.get(name).unwrap_or(&Value::Null)).map_err(Error::internal)
    }
}

/// A field's value; what is blank is what the record has it by default.
fn value(field: &Field, given: Option<&Value>) -> Result<Value, Wrong> {
    let given = given.filter(|given| !given.is_null());
    match (given, field.default, &field.of) {
        (Some(given), ..) => read(&field.of, given),
        (None, Some(default), of) => Ok(blank(of, default)),
        (None, None, Type::Optional(_)) => Ok(Value::Null),
        (None, None, Type::States(states)) if states.default().is_some() => Ok(blank(&field.of, "")),
        (None, None, _) => Err(Wrong::Value(Code::FieldMissing, String::new())),
    }
}

fn blank(of: &Type, default: &str) -> Value {
    match of {
        Type::Flag => json!(default == "true"),
        Type::U32 | Type::U64 => json!(default.parse::<u64>().unwrap_or_default()),
        Type::F64 => json!(default.parse::<f64>().unwrap_or_default()),
        Type::Map(_) => json!({}),
        Type::List(_) => json!([]),
        Type::States(states) => json!(states.default().map(|state| state.code)),
        Type::Text | Type::Code | Type::Region => json!(default.trim_matches('"')),
        _ => Value::Null,
    }
}

fn read(of: &Type, given: &Value) -> Result<Value, Wrong> {
    let checked = |is: bool, code: Code, text: &str| match is {
        true => Ok(given.clone()),
        false => Err(Wrong::Value(code, text.to_owned())),
    };
    match of {
        Type::Flag => checked(given.is_boolean(), Code::FieldType, sort_of(given)),
        Type::U32 => whole(given, u32::MAX.into()),
        Type::U64 => whole(given, u64::MAX),
        Type::F64 => checked(given.is_number(), Code::FieldType, sort_of(given)),
        Type::Text | Type::Code => text(given).map(|_| given.clone()),
        Type::Region => {
            let text = text(given)?;
            checked(Region::from_code(text).is_some(), Code::ChoiceUnknown, text)
        }
        Type::Number => {
            let text = text(given)?;
            checked(text.parse::<CustomerNumber>().is_ok(), Code::NumberInvalid, text)
        }
        Type::Day => {
            let text = text(given)?;
            checked(text.parse::<NaiveDate>().is_ok(), Code::DateInvalid, text)
        }
        Type::Instant => {
            let text = text(given)?;
            // With a zone in its place it would be one.
            let code = match format!("{text}Z").parse::<DateTime<Utc>>() {
                Ok(_) => Code::DateNoZone,
                Err(_) => Code::DateInvalid,
            };
            checked(text.parse::<DateTime<Utc>>().is_ok(), code, text)
        }
        Type::Money => {
            let typed = match given {
                // As it was typed, so that nothing of it is rounded.
                Value::Number(number) => number.to_string(),
                _ => text(given)?.to_owned(),
            };
            match typed.parse::<Money>() {
                Ok(money) => Ok(json!(money)),
                Err(error) => Err(Wrong::Value(error.code(), typed)),
            }
        }
        Type::Id(_) => {
            let text = text(given)?;
            match text.parse::<TaskId>() {
                Ok(_) => Ok(given.clone()),
                Err(_) => Err(Wrong::Nothing(text.to_owned())),
            }
        }
        Type::States(states) => {
            let text = text(given)?;
            let state = states.named(text).and_then(|at| states.states.get(at));
            let state = state.ok_or_else(|| Wrong::Value(Code::ChoiceUnknown, text.to_owned()))?;
            Ok(json!(state.code))
        }
        Type::Record(of) => record(of, given),
        Type::Optional(of) => read(of, given),
        Type::List(of) => {
            let items = given.as_array().ok_or_else(|| wrong_sort(given))?;
            items.iter().map(|item| read(of, item)).collect()
        }
        Type::Map(of) => {
            let fields = object(given)?.iter();
            let fields = fields.map(|(name, value)| Ok((name.clone(), read(of, value)?)));
            Ok(Value::Object(fields.collect::<Result<_, Wrong>>()?))
        }
    }
}

/// The field of a record that may stand for the whole of it: the first, where all others may be left out.
pub(super) fn short_form(record: &Record) -> Option<&'static Field> {
    let (first, others) = record.fields.split_first()?;
    let is_enough = first.default.is_none() && others.iter().all(|field| field.default.is_some());
    is_enough.then_some(first)
}

fn record(of: &Record, given: &Value) -> Result<Value, Wrong> {
    let short = short_form(of).filter(|_| !given.is_object());
    let whole;
    let given = match short {
        Some(first) => {
            whole = Map::from_iter([(first.name.to_owned(), given.clone())]);
            &whole
        }
        None => object(given)?,
    };
    let is_known = |name: &&String| of.fields.iter().any(|field| field.name == name.as_str());
    if let Some(unknown) = given.keys().find(|name| !is_known(name)) {
        return Err(Wrong::Value(Code::FieldUnexpected, unknown.clone()));
    }
    let fields = of.fields.iter().map(|field| {
        let value = value(field, given.get(field.name))?;
        Ok((field.name.to_owned(), value))
    });
    Ok(Value::Object(fields.collect::<Result<_, Wrong>>()?))
}

fn text(given: &Value) -> Result<&str, Wrong> {
    given.as_str().ok_or_else(|| wrong_sort(given))
}

fn object(given: &Value) -> Result<&Map<String, Value>, Wrong> {
    given.as_object().ok_or_else(|| wrong_sort(given))
}

fn whole(given: &Value, most: u64) -> Result<Value, Wrong> {
    match given.as_u64().filter(|number| *number <= most) {
        Some(_) => Ok(given.clone()),
        None if given.is_number() => Err(Wrong::Value(Code::FieldRange, given.to_string())),
        None => Err(wrong_sort(given)),
    }
}

fn wrong_sort(given: &Value) -> Wrong {
    Wrong::Value(Code::FieldType, sort_of(given).to_owned())
}

/// What JSON calls it.
fn sort_of(given: &Value) -> &'static str {
    match given {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crmkit::{CustomerQuery, NewCustomer};

    fn fields(record: &Record) -> Vec<&'static Field> {
        record.fields.iter().collect()
    }

    fn read(record: &Record, given: Value) -> crmkit::Result<Arguments> {
        Arguments::read(&fields(record), given.as_object().unwrap())
    }

    #[test]
    fn r2_2_a_customer_is_read_as_the_library_declares_it() {
        let given = json!({
            "name": "Example Machines", "kind": "enterprise", "industry": "manufacturing", "source": { "code": "referral", "detail": "Fang" },
            "phones": ["021-5555 0199", { "typed": "13912345678", "primary": true }], "first_contact": "2024-04-28",
        });
        let new: NewCustomer = read(&NewCustomer::RECORD, given).unwrap().record().unwrap();
        assert_eq!(new.phones.len(), 2);
        assert!(new.phones[1].primary && !new.phones[0].primary);
        assert_eq!(new.industry.unwrap().code, "manufacturing");
        assert_eq!(new.source.unwrap().detail.as_deref(), Some("Fang"));
        assert_eq!((new.tags.len(), new.note), (0, None));
        // Nothing at all is a customer of which the library says what it lacks.
        assert!(
            read(&NewCustomer::RECORD, json!({}))
                .unwrap()
                .record::<NewCustomer>()
                .is_ok()
        );
    }

    #[test]
    fn r2_4_all_that_is_wrong_is_said_at_once() {
        let given = json!({
            "nonsense": 1, "name": 5, "kind": "planet", "first_contact": "yesterday", "lead_at": "2024-05-01T14:00:00", "phones": "021",
            "size": { "scale": "headcount", "least": -1 },
        });
        let error = read(&NewCustomer::RECORD, given).err().unwrap();
        let told: Vec<(&str, &str)> = error
            .problems()
            .iter()
            .map(|p| (p.field.as_str(), p.code.as_str()))
            .collect();
        let expected = [
            ("nonsense", "field.unexpected"),
            ("name", "field.type"),
            ("kind", "choice.unknown"),
            ("phones", "field.type"),
            ("first_contact", "date.invalid"),
            ("lead_at", "date.no_zone"),
        ];
        for wrong in expected {
            assert!(told.contains(&wrong), "{wrong:?} in {told:?}");
        }
        assert!(told.iter().any(|(field, _)| *field == "size"), "{told:?}");
    }

    #[test]
    fn what_is_left_out_is_as_by_default() {
        let query: CustomerQuery = read(&CustomerQuery::RECORD, json!({ "text": "机械", "tag": null }))
            .unwrap()
            .record()
            .unwrap();
        let expected = CustomerQuery {
            text: Some("机械".into()),
            ..CustomerQuery::default()
        };
        assert_eq!(query, expected);
    }
}
