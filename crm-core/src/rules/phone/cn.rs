//! Numbers of the mainland: mobiles, landlines with their area code, 400 and 800.

use super::{Found, PhoneKind, PhoneProblem, areas, scan::Number};

/// Mobiles are written 3-4-4.
const MOBILE: usize = 11;
const SERVICE: usize = 10;

/// Reads a national number. Without a country code before it, a landline must show the zero of its area code:
/// there is no other way to tell the area code from the rest.
pub(super) fn read(number: Number<'_>, has_country: bool) -> Result<Found<'_>, PhoneProblem> {
    let zero = usize::from(number.digits.starts_with('0'));
    let body = number.skip(zero);
    if body.digits.starts_with('1') && !body.digits.starts_with("10") {
        return mobile(body, zero);
    }
    if zero == 0 && (body.digits.starts_with("400") || body.digits.starts_with("800")) {
        return service(body);
    }
    if zero == 1 || (has_country && body.len() > 8) {
        return landline(body, zero);
    }
    Err(match body.len() {
        0..=6 => PhoneProblem::TooShort,
        // "2155550199" lacks no more than the zero, but who knows that.
        _ if body.looks_local(7..=8) || landline(body, zero).is_ok() => PhoneProblem::NoAreaCode,
        _ => PhoneProblem::TooLong,
    })
}

fn mobile(body: Number<'_>, zero: usize) -> Result<Found<'_>, PhoneProblem> {
    // "1-800-555-0199" is divided as in North America.
    if [1, 4, 7].iter().all(|place| body.breaks_at(*place)) {
        return Err(PhoneProblem::Malformed);
    }
    match body.len() {
        MOBILE if body.digits.chars().nth(1).is_some_and(|second| second >= '3') => {
            Ok(Found::own("86", body.digits, PhoneKind::Mobile).with_head(zero + 3))
        }
        MOBILE => Err(PhoneProblem::Unassigned),
        0..MOBILE => Err(PhoneProblem::TooShort),
        _ => Err(PhoneProblem::TooLong),
    }
}

fn service(body: Number<'_>) -> Result<Found<'_>, PhoneProblem> {
    if (7..=8).contains(&body.len()) {
        return Err(PhoneProblem::NoAreaCode);
    }
    let (digits, tail) = body.end_after(SERVICE)?;
    Ok(Found::own("86", digits, PhoneKind::Service)
        .with_head(3)
        .with_tail(tail))
}

fn landline(body: Number<'_>, zero: usize) -> Result<Found<'_>, PhoneProblem> {
    let area = if body.digits.starts_with(['1', '2']) { 2 } else { 3 };
    let code = body.digits.get(..area).ok_or(PhoneProblem::TooShort)?;
    let local = body.skip(area);
    if !areas::is_assigned(code) {
        return Err(match local.len() {
            0..=5 => PhoneProblem::TooShort,
            _ => PhoneProblem::Unassigned,
        });
    }
    // "05-125555019" is not Suzhou's 0512.
    if (1..area).any(|place| body.breaks_at(place)) {
        return Err(PhoneProblem::Malformed);
    }
    let size = if area == 2 { 8 } else { local_size(local)? };
    let (subscriber, tail) = local.end_after(size)?;
    if !subscriber.starts_with(|c| ('2'..='8').contains(&c)) {
        return Err(PhoneProblem::Unassigned);
    }
    let digits = body.digits.get(..area + size).unwrap_or_default();
    Ok(Found::own("86", digits, PhoneKind::Landline)
        .with_head(zero + area)
        .with_tail(tail))
}

/// Areas with a code of four digits have seven or eight: with more than eight digits, or eight that are divided
/// after the seventh, only the division tells which.
fn local_size(local: Number<'_>) -> Result<usize, PhoneProblem> {
    let (after_seven, after_eight) = (local.breaks_at(7), local.breaks_at(8));
    match local.len() {
        0..=6 => Err(PhoneProblem::TooShort),
        7 => Ok(7),
        8 if !after_seven => Ok(8),
        _ if local.first_group() == 7 && local.dashed_at(7) => Ok(7),
        8 => Err(PhoneProblem::Malformed),
        _ if after_seven && after_eight => Err(PhoneProblem::Malformed),
        _ if after_seven && local.dashed_at(7) => Ok(7),
        _ => Ok(8),
    }
}
