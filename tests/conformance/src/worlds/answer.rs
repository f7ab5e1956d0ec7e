//! Answers as they are compared: numbers by their place among those in sight, other identifiers by where they stand first.

use std::collections::BTreeSet;

use crm_core::{CustomerNumber, Error, ImportRow, Problem, Result, access::Exception};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An answer, without what an exception may tell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    /// What was answered.
    value: Value,
    /// Whether it is no error.
    done: bool,
    /// The exceptions that it was answered by.
    by: Vec<Exception>,
    /// Whether there is nothing else in it.
    nothing_else: bool,
    /// What it tells by itself that it must not.
    leak: Option<String>,
}

/// What two answers come to.
pub(super) enum Verdict {
    /// The same; whether it was done.
    Alike(bool),
    /// Different by what may be told.
    ByException(Vec<Exception>),
    /// Different by what may not.
    Leak(String),
}

/// Compares the answers of two worlds.
pub(super) fn verdict([one, other]: [Answer; 2]) -> Verdict {
    if let Some(leak) = one.leak.or(other.leak) {
        return Verdict::Leak(leak);
    }
    if one.value == other.value && one.done == other.done && one.nothing_else == other.nothing_else {
        return Verdict::Alike(one.done);
    }
    match one.nothing_else || other.nothing_else {
        true => Verdict::ByException([one.by, other.by].concat()),
        false => Verdict::Leak(format!("{:#}\nbut: {:#}", one.value, other.value)),
    }
}

/// Who the caller sees of a world, and who is hidden from them.
pub(super) struct Sight<'w> {
    /// The customers in sight, the first seen first.
    pub(super) seen: &'w [CustomerNumber],
    /// All others.
    pub(super) hidden: &'w [CustomerNumber],
    /// The names of those who have a customer out of sight.
    pub(super) hidden_owners: &'w BTreeSet<String>,
    /// What the caller typed, which may be told to them.
    pub(super) typed: Vec<String>,
}

impl Answer {
    /// What a call answered.
    pub(super) fn of<T: Serialize>(answer: Result<T>, sight: &Sight<'_>) -> Self {
        let mut mask = Mask::new(sight);
        let answer = match answer {
            Ok(value) => Self::whole(mask.value(serde_json::to_value(value).unwrap()), true),
            Err(error) => Self::of_error(error, &mut mask),
        };
        Self {
            leak: mask.leak,
            ..answer
        }
    }

    /// What became of the row of a list.
    pub(super) fn of_row(row: &ImportRow, sight: &Sight<'_>) -> Self {
        let mut mask = Mask::new(sight);
        let by = exceptions(&row.problems);
        let told = row
            .problems
            .iter()
            .filter(|it| Exception::of(it.code) == Some(Exception::OwnerName));
        told.for_each(|problem| mask.check_names(problem.rejected.as_slice()));
        let answer = match by.is_empty() {
            true => Self::whole(mask.value(serde_json::to_value(row).unwrap()), true),
            false => Self::excepted(by, Value::Null, true),
        };
        Self {
            leak: mask.leak,
            ..answer
        }
    }

    /// The rows of a list, of which some were refused by an exception.
    pub(super) fn of_rows(rows: Result<Vec<ImportRow>>, sight: &Sight<'_>) -> Self {
        let rows = match rows {
            Ok(rows) => rows,
            Err(error) => return Self::of::<()>(Err(error), sight),
        };
        let rows: Vec<Self> = rows.iter().map(|row| Self::of_row(row, sight)).collect();
        let values = rows.iter().map(|row| row.value.clone()).collect();
        Self {
            leak: rows.into_iter().find_map(|row| row.leak),
            ..Self::whole(Value::Array(values), true)
        }
    }

    fn whole(value: Value, done: bool) -> Self {
        Self {
            value,
            done,
            by: Vec::new(),
            nothing_else: false,
            leak: None,
        }
    }

    fn excepted(by: Vec<Exception>, value: Value, nothing_else: bool) -> Self {
        Self {
            value,
            done: false,
            by,
            nothing_else,
            leak: None,
        }
    }

    fn of_error(error: Error, mask: &mut Mask<'_>) -> Self {
        let kind = format!("{:?}", error.kind());
        match error {
            Error::Duplicate {
                matches,
                hidden_owners,
            } => {
                mask.check_names(&hidden_owners);
                let by = match hidden_owners.is_empty() {
                    true => Vec::new(),
                    false => vec![Exception::OwnerName],
                };
                let nothing_else = matches.is_empty();
                let matches = mask.value(serde_json::to_value(matches).unwrap());
                Self::excepted(by, json!({"kind": kind, "matches": matches}), nothing_else)
            }
            Error::Invalid { problems } => {
                let by = exceptions(&problems);
                let rest: Vec<&Problem> = problems
                    .iter()
                    .filter(|problem| Exception::of(problem.code).is_none())
                    .collect();
                let value = mask.value(serde_json::to_value(&rest).unwrap());
                Self::excepted(by, json!({"kind": kind, "problems": value}), rest.is_empty())
            }
            Error::NotFound { key } => {
                let key = match mask.sight.typed.contains(&key) {
                    true => "what was typed".to_owned(),
                    false => key,
                };
                Self::whole(mask.value(json!({"kind": kind, "key": key})), false)
            }
            error => {
                let told = json!({
                    "kind": kind,
                    "code": error.code(),
                    "fields": error.fields(),
                    "message": error.to_string(),
                });
                Self::whole(mask.value(told), false)
            }
        }
    }
}

fn exceptions(problems: &[Problem]) -> Vec<Exception> {
    problems
        .iter()
        .filter_map(|problem| Exception::of(problem.code))
        .collect()
}

/// Puts in the place of what differs from store to store what does not.
struct Mask<'w> {
    sight: &'w Sight<'w>,
    /// Identifiers, and operations, in the order in which they stand in the answer.
    met: Vec<String>,
    leak: Option<String>,
}

impl<'w> Mask<'w> {
    fn new(sight: &'w Sight<'w>) -> Self {
        Self {
            sight,
            met: Vec::new(),
            leak: None,
        }
    }

    /// An owner's name is told of those who have something hidden, and of nobody else.
    fn check_names(&mut self, names: &[String]) {
        let hidden = |name: &String| self.sight.hidden_owners.contains(name);
        if !names.iter().all(hidden) {
            self.leak = Some(format!("not all of {names:?} have something hidden"));
        }
        if !names.is_sorted_by(|one, next| one < next) {
            self.leak = Some(format!("the order of {names:?} tells something"));
        }
    }

    fn place(&mut self, met: &str) -> String {
        let at = self.met.iter().position(|known| known == met);
        let at = at.unwrap_or_else(|| {
            self.met.push(met.to_owned());
            self.met.len() - 1
        });
        format!("~{at}")
    }

    fn value(&mut self, value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| {
                    let value = match name.as_str() {
                        // The log's places are serials (R8.2).
                        "operation" if value.is_number() => Value::String(self.place(&value.to_string())),
                        "seq" | "fingerprint" => Value::Null,
                        // A cursor names the last row.
                        "next" => Value::Bool(!value.is_null()),
                        _ => self.value(value),
                    };
                    (name, value)
                });
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Value::Array(items) => Value::Array(items.into_iter().map(|item| self.value(item)).collect()),
            Value::String(text) => Value::String(self.text(&text)),
            value => value,
        }
    }

    fn text(&mut self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let token = number_in(rest).or_else(|| uuid_in(rest));
            let length = token.unwrap_or(first.len_utf8());
            let (now, later) = rest.split_at(length);
            match token {
                Some(_) => masked += &self.name(now),
                None => masked += now,
            }
            rest = later;
        }
        masked
    }

    /// What a number or an identifier is called.
    fn name(&mut self, token: &str) -> String {
        let Ok(number) = token.parse::<CustomerNumber>() else {
            return self.place(token);
        };
        if let Some(at) = self.sight.seen.iter().position(|seen| *seen == number) {
            return format!("#{at}");
        }
        // Who is hidden has another number in each world.
        if self.sight.typed.iter().any(|typed| typed.contains(token)) {
            return "what was typed".to_owned();
        }
        if self.sight.hidden.contains(&number) {
            self.leak = Some(format!("{number} is hidden, and was named"));
        }
        self.place(token)
    }
}

/// How long the customer's number is that a text begins with.
fn number_in(text: &str) -> Option<usize> {
    let digits = text.strip_prefix("CRM")?;
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    (length > 10).then_some(3 + length)
}

/// How long the identifier is that a text begins with.
fn uuid_in(text: &str) -> Option<usize> {
    const LENGTH: usize = 36;

    let start = text.get(..LENGTH)?;
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    start.bytes().enumerate().all(fits).then_some(LENGTH)
}
