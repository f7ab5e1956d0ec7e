//! Numbers that are names, as telephone and registration numbers, after a spreadsheet took them for quantities (R9.5 f):
//! `13912345678.0`, `1.3912345678E+10`, `1.39E+10`.

use std::borrow::Cow;

/// What is left of a number that is a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Digits<'a> {
    /// All of it: the digits, where a spreadsheet wrote them otherwise, else the text as it stands.
    Whole(Cow<'a, str>),
    /// Its first digits, and how many there were.
    Lost,
}

/// The digits that a text means.
pub(crate) fn digits_of(text: &str) -> Digits<'_> {
    if let Some((whole, fraction)) = text.split_once('.')
        && whole.len() >= 5
        && are_digits(whole)
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b == b'0')
    {
        return Digits::Whole(Cow::Borrowed(whole));
    }
    match in_exponents(text) {
        None => Digits::Whole(Cow::Borrowed(text)),
        Some((first, rest, exponent)) if rest.len() == exponent => {
            Digits::Whole(Cow::Owned(format!("{first}{rest}")))
        }
        Some(_) => Digits::Lost,
    }
}

/// Whether a text is a number that has lost its last digits.
pub(crate) fn is_lost(text: &str) -> bool {
    // Few cells end so.
    let mut end = text.bytes().rev().take(4);
    end.any(|b| matches!(b, b'E' | b'e')) && digits_of(text) == Digits::Lost
}

/// The digits before and behind the point of a number written with an exponent, and that, which is a long number's.
fn in_exponents(text: &str) -> Option<(&str, &str, usize)> {
    let (number, exponent) = text.split_once(['E', 'e'])?;
    let (first, rest) = number.split_once('.').unwrap_or((number, ""));
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let is_one = first.len() == 1 && are_digits(first) && (rest.is_empty() || are_digits(rest));
    let exponent: usize = exponent.parse().ok().filter(|_| is_one && are_digits(exponent))?;
    (5..100).contains(&exponent).then_some((first, rest, exponent))
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_5_digits_that_a_spreadsheet_wrote_otherwise_are_read_and_those_that_it_lost_are_not() {
        for (text, digits) in [
            ("13912345678.0", "13912345678"),
            ("13912345678.00", "13912345678"),
            ("1.3912345678E+10", "13912345678"),
            ("1.3912345678e10", "13912345678"),
            ("13912345678", "13912345678"),
            ("139.1234.5678", "139.1234.5678"),
            ("021-55550199", "021-55550199"),
            ("K-1.0", "K-1.0"),
            ("12.0", "12.0"),
            ("91310101MA1E21E10X", "91310101MA1E21E10X"),
            ("1E3", "1E3"),
            ("", ""),
        ] {
            assert_eq!(digits_of(text), Digits::Whole(digits.into()), "{text}");
            assert!(!is_lost(text), "{text}");
        }
        for text in [
            "1.39E+10",
            "1.10101199001011E+17",
            "1E+10",
            "1.39123456789E+17",
            "9.1310101e17",
        ] {
            assert_eq!(digits_of(text), Digits::Lost, "{text}");
            assert!(is_lost(text), "{text}");
        }
    }
}
