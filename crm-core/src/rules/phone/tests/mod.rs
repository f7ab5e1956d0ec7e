use super::PhoneKind::{Foreign, Landline, Mobile, Service};
use super::PhoneProblem::{
    Letters, Malformed, Missing, NoAreaCode, TooLong, TooShort, Unassigned, UnknownCountry,
};
use super::*;
use Region::{Cn, Hk, Mo, Tw};

mod mainland;
mod near;
mod notation;
mod properties;
mod regions;

const REGIONS: [Region; 4] = [Cn, Tw, Hk, Mo];

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
