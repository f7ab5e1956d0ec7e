use super::PhoneKind::{Foreign, Landline, Mobile, Service};
use super::PhoneProblem::{
    Letters, Malformed, Missing, NoAreaCode, NoCountryCode, TooLong, TooShort, Unassigned, UnknownCountry,
};
use super::*;

mod elsewhere;
mod mainland;
mod near;
mod notation;
mod properties;
mod regions;

const CN: Region = Region::CN;
const TW: Region = Region::TW;
const HK: Region = Region::HK;
const MO: Region = Region::MO;
const REGIONS: [Region; 4] = [CN, TW, HK, MO];

fn e164(typed: &str, region: Region) -> Result<String, PhoneProblem> {
    parse_phone(typed, region).map(|phone| phone.e164)
}

/// Every text must give this number, kind and extension.
fn all_are(region: Region, e164: &str, kind: PhoneKind, extension: Option<&str>, texts: &[&str]) {
    let wanted = ParsedPhone {
        e164: e164.into(),
        extension: extension.map(Into::into),
        kind,
    };
    for typed in texts {
        assert_eq!(parse_phone(typed, region), Ok(wanted.clone()), "{typed}");
    }
}

fn all_fail(region: Region, problem: PhoneProblem, texts: &[&str]) {
    for typed in texts {
        assert_eq!(parse_phone(typed, region), Err(problem), "{typed}");
    }
}
