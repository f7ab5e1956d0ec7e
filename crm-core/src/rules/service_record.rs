//! What a service record must and may have (R7.7).

use chrono::{DateTime, Utc};

use super::{Strictness, choice::PickLists, date::check_at, required_text};
use crate::{
    error::Problem,
    model::{Choice, NewServiceRecord, PickList, ServiceRecord, ServiceRecordEdit, fields},
};

/// The fields of a service record that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedServiceRecord {
    /// When it was done.
    pub at: DateTime<Utc>,
    /// What sort of service it was.
    pub kind: Choice,
    /// What was done.
    pub text: String,
}

/// Checks a service record as typed, now.
///
/// # Errors
/// Every problem of every field, in the order of the fields.
pub fn check_service_record(
    new: &NewServiceRecord,
    pick_lists: &PickLists,
    now: DateTime<Utc>,
) -> Result<CheckedServiceRecord, Vec<Problem>> {
    let at = check_at(new.at.unwrap_or(now), now);
    let kind = check_kind(new.kind.as_ref(), pick_lists);
    let text = required_text(fields::TEXT, &new.text);
    match (at, kind, text) {
        (Ok(at), Ok(kind), Ok(text)) => Ok(CheckedServiceRecord { at, kind, text }),
        (at, kind, text) => Err([at.err(), kind.err(), text.err()].into_iter().flatten().collect()),
    }
}

/// The record with these fields set anew; `by` is left to the caller, who knows the users.
///
/// # Errors
/// Every problem of every edited field.
pub fn edit_service_record(
    before: &ServiceRecord,
    edits: &[ServiceRecordEdit],
    pick_lists: &PickLists,
    now: DateTime<Utc>,
) -> Result<ServiceRecord, Vec<Problem>> {
    let mut after = before.clone();
    let mut problems = Vec::new();
    for edit in edits {
        let edited = match edit {
            ServiceRecordEdit::At { value } => check_at(*value, now).map(|at| after.at = at),
            ServiceRecordEdit::By { .. } => Ok(()),
            ServiceRecordEdit::Kind { value } => {
                check_kind(Some(value), pick_lists).map(|kind| after.kind = kind)
            }
            ServiceRecordEdit::Text { value } => {
                required_text(fields::TEXT, value).map(|text| after.text = text)
            }
        };
        problems.extend(edited.err());
    }
    match problems.is_empty() {
        true => Ok(after),
        false => Err(problems),
    }
}

fn check_kind(kind: Option<&Choice>, pick_lists: &PickLists) -> Result<Choice, Problem> {
    let list = PickList::ServiceKind;
    let (kind, _) = pick_lists.check(list, list.code(), kind, Strictness::Entry)?;
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Code, model::built_in_entries};

    fn now() -> DateTime<Utc> {
        "2024-05-01T01:00:00Z".parse().unwrap()
    }

    fn check(at: &str, kind: &str, text: &str) -> Result<CheckedServiceRecord, Vec<(String, Code)>> {
        let new = NewServiceRecord {
            at: at.parse().ok(),
            kind: Some(Choice::of(kind)),
            text: text.into(),
            ..NewServiceRecord::default()
        };
        check_service_record(&new, &PickLists::new(built_in_entries()), now()).map_err(|problems| {
            problems
                .into_iter()
                .map(|problem| (problem.field, problem.code))
                .collect()
        })
    }

    #[test]
    fn r7_7_a_record_says_when_what_sort_and_what() {
        let checked = check("", "维修", " 更换主板 ").unwrap();
        assert_eq!((checked.at, checked.text.as_str()), (now(), "更换主板"));
        assert_eq!(checked.kind, Choice::of("repair"));
        assert!(
            check("2024-05-01T01:00:00Z", "repair", "x").is_ok(),
            "now is no future"
        );
    }

    #[test]
    fn r7_7_every_field_at_fault_is_named_at_once() {
        let found = check("2024-05-01T01:00:00.001Z", "没有", "").unwrap_err();
        let expected = [
            ("at", Code::DateInFuture),
            ("service_kind", Code::ChoiceUnknown),
            ("text", Code::FieldMissing),
        ];
        assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code)));
    }
}
