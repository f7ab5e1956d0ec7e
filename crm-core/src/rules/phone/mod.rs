//! Telephone numbers (R2.2, R2.4): one normal form, E.164, for every notation in which a number is typed.
//!
//! A number is never read as a shorter one, nor as another: every digit that was typed stands in the normal form, in
//! the extension, or in the end of a range ("7801~3"); what has two readings is refused. What was typed is the
//! caller's to keep.

mod areas;
mod cities;
mod cn;
mod foreign;
mod hk_mo;
mod label;
mod place;
#[cfg(feature = "phone-metadata")]
mod plans;
mod scan;
mod split;
#[cfg(test)]
mod tests;
mod tw;

/// Without the numbering plans, no more is known of other regions than their country codes.
#[cfg(not(feature = "phone-metadata"))]
mod plans {
    use super::{Found, Number, PhoneProblem, Region};

    #[expect(dead_code, reason = "what it would be is for those who read it to say")]
    pub(super) enum Reading<'a> {
        Domestic(Found<'a>),
        Abroad(usize),
    }

    pub(super) fn read(_: Number<'_>, _: Region) -> Result<Reading<'_>, PhoneProblem> {
        Err(PhoneProblem::NoCountryCode)
    }

    pub(super) fn judge(_: u16, _: &str, otherwise: Result<(), PhoneProblem>) -> Result<(), PhoneProblem> {
        otherwise
    }
}

use std::borrow::Cow;

use crate::model::Region;
pub(crate) use label::{apart, parse_of_list, unlabelled};
use plans::Reading;
use scan::{Number, Scan};

/// What is dialled for going abroad in most of the world, and understood in all of it.
const ABROAD: &str = "00";

/// The first group of a local number with an extension behind a dash is the number itself, or the first half of it.
const SHORTEST_BEFORE_EXTENSION: usize = 4;

/// A telephone number as understood (R2.2, R2.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ParsedPhone {
    /// Plus sign, country code and national number, nothing between: `+862155550199`. Two notations of one number
    /// have the same.
    pub e164: String,
    /// One to eight digits, where an extension was given: `801`.
    pub extension: Option<String>,
    /// What sort of number it is.
    pub kind: PhoneKind,
}

/// What sort of number it is, as far as the number tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PhoneKind {
    /// A mobile of the mainland, Taiwan, Hong Kong or Macau.
    Mobile,
    /// A landline there, area code included.
    Landline,
    /// A number of no place: 400, 800, 0800.
    Service,
    /// A number of another country, of whatever sort.
    Foreign,
}

/// Why a text is not a telephone number (R2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneProblem {
    /// There is no digit in it, nor any letter.
    #[error("there is no telephone number")]
    Missing,
    /// It has letters or words in it.
    #[error("a telephone number has no letters in it")]
    Letters,
    /// It would be a landline if its area code were there.
    #[error("the area code is missing, as in 021-55550199")]
    NoAreaCode,
    /// It has fewer digits than such a number has.
    #[error("the number is too short")]
    TooShort,
    /// It has more digits than such a number has.
    #[error("the number is too long")]
    TooLong,
    /// It is a number of a region whose own rules are not known here: without its country code it cannot be read.
    #[error("the number needs its country code, as in +1 415 555 2671")]
    NoCountryCode,
    /// It begins with a country code that does not exist, or may be read with either of two.
    #[error("the country code is unknown")]
    UnknownCountry,
    /// It is as long as a number should be, but no number begins so.
    #[error("no telephone number begins like this")]
    Unassigned,
    /// Its parts do not stand where the parts of a number stand.
    #[error("this is not how a telephone number is written")]
    Malformed,
}

/// A number that the rules of its country accept, as slices of the digits that were typed.
struct Found<'a> {
    country: Cow<'a, str>,
    national: &'a str,
    kind: PhoneKind,
    /// Digits of the area code as typed; a bare country code may be grown together with it ("8621 5555 0199").
    head: usize,
    /// What a dash divided off behind the number.
    tail: Option<&'a str>,
}

impl<'a> Found<'a> {
    fn own(country: &'static str, national: &'a str, kind: PhoneKind) -> Self {
        Self {
            country: Cow::Borrowed(country),
            national,
            kind,
            head: 0,
            tail: None,
        }
    }

    fn with_head(self, head: usize) -> Self {
        Self { head, ..self }
    }

    fn with_tail(self, tail: Option<&'a str>) -> Self {
        Self { tail, ..self }
    }

    fn is_same_number(&self, other: &Self) -> bool {
        (&self.country, self.national) == (&other.country, other.national)
    }
}

/// Reads a telephone number as typed (R2.2, R2.4). `region` is where a number without a country code is from: the
/// mainland, Taiwan, Hong Kong and Macau by rules of their own, every other region by its numbering plan, which is there
/// with the feature `phone-metadata`; without it, such a number is refused.
///
/// Width, spaces, dots, brackets and all sorts of dashes make no difference; a country code is known by `+` or `00`,
/// and those of the mainland, Taiwan, Hong Kong and Macau also without, where nothing else can be meant.
///
/// ```
/// # use crm_core::{model::Region, rules::phone::{PhoneProblem, parse_phone}};
/// let phone = parse_phone("021-5555 0199转801", Region::CN)?;
/// assert_eq!(phone.e164, "+862155550199");
/// assert_eq!(phone.extension.as_deref(), Some("801"));
/// assert_eq!(parse_phone("55550199", Region::CN), Err(PhoneProblem::NoAreaCode));
/// # Ok::<(), PhoneProblem>(())
/// ```
///
/// # Errors
/// What is wrong with it; see [`PhoneProblem`].
pub fn parse_phone(typed: &str, region: Region) -> Result<ParsedPhone, PhoneProblem> {
    read(&Scan::read(typed)?, region)
}

/// Reads a landline that lacks only its area code, which is taken from the city that `place` names (R2.2; for an
/// import, which flags it as *assumed*).
///
/// `place` is free text such as one line of an address, in either script. `None` when it names no city of `region`,
/// or the number is anything else than a landline of that city without its area code, or without the zero of it.
#[must_use]
pub fn parse_phone_near(typed: &str, region: Region, place: &str) -> Option<ParsedPhone> {
    let scan = Scan::read(typed).ok()?;
    let number = scan.number();
    if scan.plus || scan.bracketed || read(&scan, region) != Err(PhoneProblem::NoAreaCode) {
        return None;
    }
    let area = place::area_code(place, region)?;
    let without_zero = area.strip_prefix('0')?;
    let lacks_zero = number.digits.starts_with(without_zero);
    let first_group = number.first_group();
    if !(lacks_zero && first_group == without_zero.len())
        && let Ok(longer) = scan.with_prefix(area, true)
        && let Some(found) = landline(&longer, region)
        // "852-2805-5991" lacks a plus: it is no local number 852-2805 with an extension.
        && (found.tail.is_none() || first_group >= SHORTEST_BEFORE_EXTENSION)
    {
        return finish(&found, &longer).ok();
    }
    let longer = lacks_zero.then(|| scan.with_prefix("0", false))?.ok()?;
    finish(&landline(&longer, region)?, &longer).ok()
}

fn landline(scan: &Scan, region: Region) -> Option<Found<'_>> {
    domestic(scan.number(), region)
        .ok()
        .filter(|found| found.kind == PhoneKind::Landline)
}

/// Cuts a cell that may hold several numbers ("021-55550199、13912345678") into the parts as typed, in order.
///
/// No part is empty, and none is cut where a number may be divided: "021-5555 0199" and "02-2507-7801~3" stay whole.
#[must_use]
pub fn split_phones(cell: &str) -> Vec<String> {
    split::split(cell)
}

/// The digits of a text that is searched for as part of a phone (R2.7), full-width ones folded; `None` when it has
/// anything in it that no phone has.
///
/// The zero of an area code stays ("021" gives "021"), since "0199" may be the end of a number; the normal form
/// lacks it.
#[must_use]
pub fn phone_digits(text: &str) -> Option<String> {
    scan::search_digits(text)
}

fn read(scan: &Scan, region: Region) -> Result<ParsedPhone, PhoneProblem> {
    let number = scan.number();
    let found = if scan.plus {
        international(number)
    } else if number.digits.starts_with(ABROAD) {
        dialled_abroad(number, region)
    } else if has_rules(region) {
        domestic(number, region)
    } else {
        elsewhere(number, region)
    }?;
    finish(&found, scan)
}

fn international(number: Number<'_>) -> Result<Found<'_>, PhoneProblem> {
    match own_country(number.digits) {
        Some((country, home)) => national(number.skip(country.len()), home, true),
        None => foreign::read(number),
    }
}

/// A country code behind the digits that are dialled for going abroad. They differ by region, and 00 is understood
/// everywhere; a number with two readings is refused.
fn dialled_abroad(number: Number<'_>, region: Region) -> Result<Found<'_>, PhoneProblem> {
    let own: &[&str] = match region {
        Region::TW => &["002", "005", "006", "007", "009"],
        Region::HK => &["001"],
        _ => &[],
    };
    let dialled = own.iter().filter(|prefix| number.digits.starts_with(**prefix));
    let by_plan = match has_rules(region) {
        true => None,
        false => plans::read(number, region).ok(),
    };
    let by_plan = by_plan.and_then(|reading| match reading {
        Reading::Abroad(prefix) => Some(prefix),
        Reading::Domestic(_) => None,
    });
    let mut answer: Result<Found<'_>, _> = Err(PhoneProblem::UnknownCountry);
    let prefixes = dialled.map(|prefix| prefix.len()).chain(by_plan);
    for prefix in std::iter::once(ABROAD.len()).chain(prefixes) {
        match (&answer, international(number.skip(prefix))) {
            (Ok(one), Ok(other)) if !one.is_same_number(&other) => return Err(PhoneProblem::UnknownCountry),
            (Err(_), reading @ Ok(_)) => answer = reading,
            (Err(PhoneProblem::UnknownCountry), Err(problem)) => answer = Err(problem),
            _ => {}
        }
    }
    answer
}

/// Whether the rules of a region's numbers are written down here.
fn has_rules(region: Region) -> bool {
    matches!(region, Region::CN | Region::TW | Region::HK | Region::MO)
}

/// A number typed in a region without rules here; one with a country code of ours but no plus sign only where it is too
/// long for a number of that region.
fn elsewhere(number: Number<'_>, region: Region) -> Result<Found<'_>, PhoneProblem> {
    match plans::read(number, region) {
        Ok(Reading::Domestic(found)) => Ok(found),
        Ok(Reading::Abroad(prefix)) => international(number.skip(prefix)),
        Err(PhoneProblem::TooLong) => with_bare_country_code(number, region, PhoneProblem::TooLong),
        Err(problem) => Err(problem),
    }
}

/// A number of the region, or one with a country code of ours but no plus sign.
fn domestic(number: Number<'_>, region: Region) -> Result<Found<'_>, PhoneProblem> {
    match national(number, region, false) {
        Ok(found) if found.tail.is_none() => Ok(found),
        // In Macau "886-4-8652-321" is Changhua, or 8864-8652 with an extension.
        Ok(found) => match with_bare_country_code(number, region, PhoneProblem::Malformed) {
            Ok(_) => Err(PhoneProblem::Malformed),
            Err(_) => Ok(found),
        },
        Err(problem) => with_bare_country_code(number, region, problem),
    }
}

/// A number such as 886-2-2531-7099 or 8613912345678: only where a number of the region itself cannot be meant, for
/// which `problem` is the answer.
fn with_bare_country_code<'a>(
    number: Number<'a>,
    region: Region,
    problem: PhoneProblem,
) -> Result<Found<'a>, PhoneProblem> {
    let Some((country, home)) = own_country(number.digits) else {
        return Err(problem);
    };
    let divided = number.breaks_at(country.len());
    match national(number.skip(country.len()), home, true) {
        Ok(found) => {
            // 0852, 0853 and 0886 are area codes of the mainland: without its zero, such a number looks the same.
            let size = number.len() - found.tail.map_or(0, str::len);
            if region == Region::CN && home != Region::CN && size == 11 {
                return Err(problem);
            }
            let first = number.first_group();
            let together = first == number.len() || first == country.len() + found.head;
            // 8621-5555-0199 may be the local number 8621-5555 with an extension.
            let may_be_local = number.dashed_at(7) || number.dashed_at(8);
            if divided || (together && !may_be_local) {
                Ok(found)
            } else {
                Err(problem)
            }
        }
        Err(inner) => Err(if divided && number.len() > 8 {
            inner
        } else {
            problem
        }),
    }
}

fn own_country(digits: &str) -> Option<(&'static str, Region)> {
    let own = [
        ("86", Region::CN),
        ("886", Region::TW),
        ("852", Region::HK),
        ("853", Region::MO),
    ];
    own.into_iter().find(|(country, _)| digits.starts_with(country))
}

fn national(number: Number<'_>, region: Region, has_country: bool) -> Result<Found<'_>, PhoneProblem> {
    match region {
        Region::TW => tw::read(number, has_country),
        Region::HK => hk_mo::read_hong_kong(number),
        Region::MO => hk_mo::read_macau(number),
        Region::CN => cn::read(number, has_country),
        _ => Err(PhoneProblem::NoCountryCode),
    }
}

fn finish(found: &Found<'_>, scan: &Scan) -> Result<ParsedPhone, PhoneProblem> {
    let mut extension = scan.extension.as_ref().map(|digits| digits.as_str());
    if let Some(tail) = found.tail {
        if extension.is_some() || scan.range_end.is_some() {
            return Err(PhoneProblem::Malformed);
        }
        // In Taiwan "05-2211521-4" is a range of lines; an extension has more digits or another mark.
        let range = found.country == "886" && tail.len() == 1 && is_range(found.national, tail);
        extension = (!range).then_some(tail);
    }
    if let Some(end) = &scan.range_end
        && !is_range(found.national, end.as_str())
    {
        return Err(PhoneProblem::Malformed);
    }
    let mut e164 = String::with_capacity(1 + found.country.len() + found.national.len());
    e164.push('+');
    e164.push_str(&found.country);
    e164.push_str(found.national);
    Ok(ParsedPhone {
        e164,
        extension: extension.map(str::to_owned),
        kind: found.kind,
    })
}

/// Whether `end` may be the last of the numbers that begin with `national`: the digits that change, and more than
/// those of the first.
fn is_range(national: &str, end: &str) -> bool {
    let first = national
        .len()
        .checked_sub(end.len())
        .and_then(|place| national.get(place..));
    first.is_some_and(|first| first < end)
}
