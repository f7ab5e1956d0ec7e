//! Numbers of Taiwan: mobiles, landlines, 0800 and 0809.
//!
//! Area codes there are no prefix code in writing: 037 is a part of 03, 089 of 08, 049 of 04. In each case the
//! digits after the zero are the same whichever way one divides them, so the rules go by those.

use super::{Found, PhoneKind, PhoneProblem, scan::Number};

/// Numbers of the whole island, seven digits behind any area code.
const ISLAND_WIDE: [&str; 4] = ["405", "406", "412", "449"];

/// Reads a national number. Without a country code before it, it must show its leading zero.
pub(super) fn read(number: Number<'_>, has_country: bool) -> Result<Found<'_>, PhoneProblem> {
    let zero = usize::from(number.digits.starts_with('0'));
    let body = number.skip(zero);
    if zero == 1 || has_country {
        return significant(body, zero);
    }
    Err(match body.len() {
        0..=4 => PhoneProblem::TooShort,
        _ if body.looks_local(5..=8) => PhoneProblem::NoAreaCode,
        _ => match significant(body, zero) {
            // It lacks no more than the zero, but who knows that.
            Ok(found) if found.kind == PhoneKind::Landline => PhoneProblem::NoAreaCode,
            Ok(_) => PhoneProblem::TooShort,
            Err(_) => PhoneProblem::TooLong,
        },
    })
}

/// Reads what follows the zero.
fn significant(body: Number<'_>, zero: usize) -> Result<Found<'_>, PhoneProblem> {
    let mut next = body.digits.chars();
    let (first, second, third) = (next.next(), next.next(), next.next());
    let (first, second) = (
        first.ok_or(PhoneProblem::TooShort)?,
        second.ok_or(PhoneProblem::TooShort)?,
    );
    let (size, kind) = match (first, second, third) {
        ('9', _, _) => (9, PhoneKind::Mobile),
        ('8', '0', Some('0' | '9')) => (9, PhoneKind::Service),
        ('2' | '4', _, _) if is_island_wide(body) => (8, PhoneKind::Service),
        ('2', '2'..='8', _) => (9, PhoneKind::Landline),
        ('3', '2'..='9', _) => (8, PhoneKind::Landline),
        ('4', '2' | '3' | '9', _) => (9, PhoneKind::Landline), // Taichung, and 049
        ('4', '7' | '8', _) => (8, PhoneKind::Landline),       // Changhua
        ('5', '2'..='8', _) | ('6' | '7', '2'..='9', _) => (8, PhoneKind::Landline),
        ('7', '0', _) => (10, PhoneKind::Landline), // telephony over the internet
        ('8', '2' | '7'..='9', _) | ('8', '3', Some('6')) => (8, PhoneKind::Landline),
        _ if body.len() < 8 => return Err(PhoneProblem::TooShort),
        _ => return Err(PhoneProblem::Unassigned),
    };
    let (digits, tail) = body.end_after(size)?;
    if kind == PhoneKind::Mobile && tail.is_some() {
        return Err(PhoneProblem::TooLong);
    }
    Ok(Found::own("886", digits, kind)
        .with_head(body.first_group() + zero)
        .with_tail(tail))
}

fn is_island_wide(body: Number<'_>) -> bool {
    let local = body.skip(1).digits;
    local.len() == 7 && ISLAND_WIDE.iter().any(|prefix| local.starts_with(prefix))
}
