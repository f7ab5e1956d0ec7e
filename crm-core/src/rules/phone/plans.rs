//! Numbers of regions without rules of their own here, by the numbering plans that libphonenumber collects.
//!
//! The library is given digits alone: notation is read by [`super::scan`], and its answer is taken only where every digit
//! stands in it but for what is dialled before a number.

use std::borrow::Cow;

use rlibphonenumber::{
    CountryCodeSource, NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberType,
    ValidationError, get_national_significant_number_owned,
    phonenumber_matcher::{Leniency, PHONE_MATCHER_FACTORY},
};

use super::{Found, PhoneKind, PhoneProblem, foreign::MOST_DIGITS, scan::Number};
use crate::model::Region;

/// What is dialled before a number of the same country, in one country or another.
const TRUNKS: [&str; 5] = ["0", "1", "06", "8", "80"];

/// What the digits typed in a region are.
pub(super) enum Reading<'a> {
    /// A number of the region.
    Domestic(Found<'a>),
    /// A country code and a number behind so many digits, which are dialled for going abroad.
    Abroad(usize),
}

/// Reads a number without a plus sign as one types it in `region`.
pub(super) fn read(number: Number<'_>, region: Region) -> Result<Reading<'_>, PhoneProblem> {
    let plan = rlibphonenumber::Region::from_code(region.code()).ok();
    let code = plan.and_then(|plan| PHONE_NUMBER_UTIL.get_country_code_for_region(plan));
    let (Some(plan), Some(code)) = (plan, code) else {
        // Nobody has a telephone there.
        return Err(PhoneProblem::NoCountryCode);
    };
    let digits = number.digits;
    let parsed = PHONE_NUMBER_UTIL
        .parse_and_keep_raw_input(digits, Some(plan))
        .map_err(|error| problem_of(&error))?;
    let national = get_national_significant_number_owned(&parsed);
    let Some(before) = digits.strip_suffix(national.as_str()) else {
        return Err(match national.ends_with(digits) {
            // Of a region with one area, whose code was put before it.
            true => PhoneProblem::NoAreaCode,
            false => PhoneProblem::Malformed,
        });
    };
    let country = parsed.country_code.to_string();
    if parsed.country_code_source() == CountryCodeSource::FromNumberWithIdd {
        let dialled = before
            .strip_suffix(country.as_str())
            .ok_or(PhoneProblem::Malformed)?;
        return match is_whole(code, digits) {
            true => Err(PhoneProblem::UnknownCountry),
            false => Ok(Reading::Abroad(dialled.len())),
        };
    }
    is_assigned(&parsed)?;
    if before.is_empty() {
        if lacks_prefix(digits, plan) {
            return Err(match PHONE_NUMBER_UTIL.get_number_type(&parsed) {
                PhoneNumberType::Mobile => PhoneProblem::TooShort,
                _ => PhoneProblem::NoAreaCode,
            });
        }
    } else {
        let with_country = parsed.country_code_source() == CountryCodeSource::FromNumberWithoutPlusSign;
        let trunk = match with_country {
            true => before.strip_prefix(country.as_str()).unwrap_or(before),
            false => before,
        };
        let is_dialled = trunk.is_empty() || TRUNKS.contains(&trunk);
        // What else the library takes away says whom the call goes through, or who pays for it.
        if !is_dialled || is_whole(code, digits) {
            return Err(PhoneProblem::Malformed);
        }
    }
    let national = number.skip(before.len()).digits;
    if country.len() + national.len() > MOST_DIGITS {
        return Err(PhoneProblem::TooLong);
    }
    Ok(Reading::Domestic(Found {
        country: Cow::Owned(country),
        national,
        kind: PhoneKind::Foreign,
        head: 0,
        tail: None,
    }))
}

/// What the plan of a country says of a number that has its country code, where `otherwise` is known without it: one that
/// it has assigned is a number, and one that is as long as none of them is not. Plans grow: what it does not know is left.
pub(super) fn judge(
    country: u16,
    national: &str,
    otherwise: Result<(), PhoneProblem>,
) -> Result<(), PhoneProblem> {
    match (is_assigned(&whole(country.into(), national)), otherwise) {
        (Ok(()), _) => Ok(()),
        (Err(PhoneProblem::NoAreaCode), Ok(())) => Err(PhoneProblem::TooShort),
        (
            Err(problem @ (PhoneProblem::TooShort | PhoneProblem::TooLong | PhoneProblem::Malformed)),
            Ok(()),
        ) => Err(problem),
        (Err(_), otherwise) => otherwise,
    }
}

/// Whether these digits, none taken away, are a whole national number.
fn is_whole(country: i32, digits: &str) -> bool {
    is_assigned(&whole(country, digits)).is_ok()
}

fn whole(country: i32, digits: &str) -> PhoneNumber {
    let zeros = digits.len() - digits.trim_start_matches('0').len();
    PhoneNumber {
        country_code: country,
        national_number: digits.parse().unwrap_or_default(),
        italian_leading_zero: Some(zeros > 0),
        number_of_leading_zeros: i32::try_from(zeros).ok(),
        ..PhoneNumber::default()
    }
}

/// Whether a valid number lacks what one dials and writes before it in its country: "30 123456" may be in Berlin, or a
/// number of any town. The library's matcher is the one that knows where it may be left out.
fn lacks_prefix(digits: &str, plan: rlibphonenumber::Region) -> bool {
    PHONE_MATCHER_FACTORY
        .create_matcher(digits, Leniency::Valid, 1, Some(plan))
        .next()
        .is_none_or(|found| found.raw_string.len() != digits.len())
}

/// Whether the plan has given such numbers to anybody, and if not, why.
fn is_assigned(number: &PhoneNumber) -> Result<(), PhoneProblem> {
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) {
        Ok(NumberLengthType::IsPossible) if PHONE_NUMBER_UTIL.is_valid_number(number) => Ok(()),
        Ok(NumberLengthType::IsPossible) => Err(PhoneProblem::Unassigned),
        // In Canada 310-1234 is a whole number, which across the border lacks its area code.
        Ok(NumberLengthType::IsPossibleLocalOnly) => Err(PhoneProblem::NoAreaCode),
        Err(ValidationError::TooShort) => Err(PhoneProblem::TooShort),
        Err(ValidationError::TooLong) => Err(PhoneProblem::TooLong),
        Err(ValidationError::InvalidCountryCode) => Err(PhoneProblem::UnknownCountry),
        Err(ValidationError::InvalidLength) => Err(PhoneProblem::Malformed),
    }
}

fn problem_of(error: &ParseError) -> PhoneProblem {
    match error {
        ParseError::InvalidCountryCode => PhoneProblem::UnknownCountry,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn | ParseError::NotANumber(_) => {
            PhoneProblem::TooShort
        }
        ParseError::TooLongNsn => PhoneProblem::TooLong,
    }
}
