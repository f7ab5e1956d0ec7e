//! Plain text fields: trimmed, bounded, without NUL (R2.4).

use crate::error::{Code, Problem};

/// Characters that a one-line field may have.
const LINE: usize = 300;
/// Characters that a note may have.
const NOTE: usize = 100_000;

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

fn line(field: &str, typed: &str) -> Result<Option<String>, Problem> {
    bounded(field, typed, LINE)
}

/// A text of several lines; blank is none.
pub(crate) fn note(field: &str, typed: Option<&str>) -> Result<Option<String>, Problem> {
    typed.map_or(Ok(None), |typed| bounded(field, typed, NOTE))
}

fn bounded(field: &str, typed: &str, most: usize) -> Result<Option<String>, Problem> {
    let text = typed.trim();
    if text.contains('\0') {
        return Err(Problem::new(field, Code::FieldNul));
    }
    // Bytes bound characters from above, so that a long text is rarely counted.
    if text.len() > most && text.chars().count() > most {
        return Err(Problem::new(field, Code::FieldTooLong));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
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
    fn r2_4_a_line_has_at_most_300_characters() {
        assert!(required_text("name", &"司".repeat(300)).is_ok());
        assert_eq!(
            required_text("name", &"司".repeat(301)).unwrap_err().code,
            Code::FieldTooLong
        );
    }

    #[test]
    fn r2_4_a_nul_is_refused() {
        assert_eq!(required_text("name", "a\0b").unwrap_err().code, Code::FieldNul);
    }
}
