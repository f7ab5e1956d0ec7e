//! Plain text fields: trimmed, bounded, without NUL (R2.4, R9.5).

use std::collections::BTreeMap;

use super::limit::{LINE, NAME, NOTE};
use crate::{
    error::{Code, Problem},
    model::fields,
};

/// A text that must be there.
///
/// # Errors
/// The field's problem: missing, too long, or with a NUL.
pub fn required_text(field: &str, typed: &str) -> Result<String, Problem> {
    line(field, typed)?.ok_or_else(|| Problem::missing(field))
}

/// A text that may be left out; blank is none.
///
/// # Errors
/// The field's problem: too long, or with a NUL.
pub fn optional_text(field: &str, typed: Option<&str>) -> Result<Option<String>, Problem> {
    typed.map_or(Ok(None), |typed| line(field, typed))
}

/// A name, which must be there, and is shorter than other texts.
///
/// # Errors
/// The field's problem: missing, too long, or with a NUL.
pub fn required_name(field: &str, typed: &str) -> Result<String, Problem> {
    name(field, typed)?.ok_or_else(|| Problem::missing(field))
}

/// A name that may be blank, as while it is being typed.
pub(crate) fn name(field: &str, typed: &str) -> Result<Option<String>, Problem> {
    bounded(field, typed, |text| characters_exceed(text, NAME))
}

/// A text of several lines; blank is none.
pub(crate) fn note(field: &str, typed: Option<&str>) -> Result<Option<String>, Problem> {
    typed.map_or(Ok(None), |typed| bounded(field, typed, |text| text.len() > NOTE))
}

/// Fields of the host's own, each checked; a blank one is none.
pub(crate) fn extra_fields(
    typed: &BTreeMap<String, String>,
) -> impl Iterator<Item = Result<Option<(String, String)>, Problem>> {
    typed.iter().map(|(key, value)| {
        let key = required_text(fields::EXTRA, key)?;
        Ok(note(fields::EXTRA, Some(value))?.map(|value| (key, value)))
    })
}

fn line(field: &str, typed: &str) -> Result<Option<String>, Problem> {
    bounded(field, typed, |text| characters_exceed(text, LINE))
}

fn bounded(
    field: &str,
    typed: &str,
    is_too_long: impl FnOnce(&str) -> bool,
) -> Result<Option<String>, Problem> {
    let text = typed.trim();
    if text.contains('\0') {
        return Err(Problem::new(field, Code::FieldNul));
    }
    if is_too_long(text) {
        return Err(Problem::new(field, Code::FieldTooLong));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Bytes bound characters from above, so that a long text is rarely counted.
fn characters_exceed(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().nth(most).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_4_blank_is_missing() {
        assert_eq!(
            required_text("name", " \u{3000}\t"),
            Err(Problem::missing("name"))
        );
        assert_eq!(optional_text("note", Some("  ")), Ok(None));
    }

    #[test]
    fn r9_5_a_text_has_as_much_as_its_field_takes() {
        let too_long = |checked: Result<Option<String>, Problem>| {
            checked.is_err_and(|problem| problem.code == Code::FieldTooLong)
        };
        for (most, checked) in [
            (300, line as fn(&str, &str) -> Result<Option<String>, Problem>),
            (200, name),
        ] {
            assert!(checked("name", &"司".repeat(most)).is_ok());
            assert!(too_long(checked("name", &"司".repeat(most + 1))));
            assert!(too_long(checked("name", &"x".repeat(most + 1))));
        }
        let note = |bytes| note("note", Some(&"x".repeat(bytes)));
        assert!(note(65_536).is_ok());
        assert!(too_long(note(65_537)));
    }

    #[test]
    fn r2_4_a_nul_is_refused() {
        assert_eq!(required_text("name", "a\0b").unwrap_err().code, Code::FieldNul);
    }
}
