//! Numbers of Hong Kong and Macau: eight digits, no area codes.

use super::{Found, PhoneKind, PhoneProblem, scan::Number};

/// Reads a national number of Hong Kong.
pub(super) fn read_hong_kong(number: Number<'_>) -> Result<Found<'_>, PhoneProblem> {
    let mut next = number.digits.chars();
    let (size, kind) = match (next.next(), next.next()) {
        (Some('8'), Some('0')) if number.digits.starts_with("800") => (9, PhoneKind::Service),
        (Some('2' | '3'), _) => (8, PhoneKind::Landline),
        (Some('8'), Some('1'..='3')) => (8, PhoneKind::Service), // personal and follow-me numbers
        (Some('5'), Some('8')) => (8, PhoneKind::Landline),      // telephony over the internet
        (Some('4'..='7' | '9'), _) | (Some('8'), Some('4'..='9')) => (8, PhoneKind::Mobile),
        _ => return Err(wrong_prefix(number)),
    };
    finish("852", number, size, kind)
}

/// Reads a national number of Macau.
pub(super) fn read_macau(number: Number<'_>) -> Result<Found<'_>, PhoneProblem> {
    let mut next = number.digits.chars();
    let kind = match (next.next(), next.next()) {
        (Some('6'), _) => PhoneKind::Mobile,
        (Some('2'), Some('8')) | (Some('8'), _) => PhoneKind::Landline,
        _ => return Err(wrong_prefix(number)),
    };
    finish("853", number, 8, kind)
}

fn finish<'a>(
    country: &'static str,
    number: Number<'a>,
    size: usize,
    kind: PhoneKind,
) -> Result<Found<'a>, PhoneProblem> {
    let (digits, tail) = number.end_after(size)?;
    if kind == PhoneKind::Mobile && tail.is_some() {
        return Err(PhoneProblem::TooLong);
    }
    Ok(Found::own(country, digits, kind).with_tail(tail))
}

fn wrong_prefix(number: Number<'_>) -> PhoneProblem {
    match number.len() {
        0..=7 => PhoneProblem::TooShort,
        8 => PhoneProblem::Unassigned,
        _ => PhoneProblem::TooLong,
    }
}
