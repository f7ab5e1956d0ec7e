//! The numbers by which a contact is called (R3.1): a mobile, and another one beside it, as a landline.

use crate::{
    error::{Code, Problem},
    model::{NewContact, Region, fields},
    rules::{
        digits::is_lost,
        optional_text,
        phone::{ParsedPhone, PhoneKind, PhoneProblem, apart, parse_of_list, parse_phone, split_phones},
    },
};

/// A number of a contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Number {
    /// As typed; empty without one.
    pub(super) typed: String,
    /// Normalised; none where a list's could not be read.
    pub(super) e164: Option<String>,
}

/// The numbers of a contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub(super) mobile: Number,
    pub(super) phone: Number,
}

/// Checks a mobile number that was entered by hand.
pub(super) fn mobile_number(typed: &str, region: Region) -> Result<Number, Problem> {
    let read = entered(fields::CONTACT_MOBILE, typed, region)?;
    match is_mobile(read.kind) {
        true => Ok(number(typed, &read)),
        false => Err(Problem::with(fields::CONTACT_MOBILE, Code::PhoneNotMobile, typed)),
    }
}

/// Checks another number that was entered by hand: of any kind.
pub(super) fn other_number(typed: Option<&str>, region: Region) -> Result<Number, Problem> {
    match optional_text(fields::CONTACT_PHONE, typed)? {
        Some(typed) => entered(fields::CONTACT_PHONE, &typed, region).map(|read| number(&typed, &read)),
        None => Ok(Number::default()),
    }
}

/// The numbers that a list brings, each in its place: a landline under the heading of a mobile is the contact's other number
/// (R3.1). What cannot be read is kept as typed, and flagged (R9.5 b).
pub(super) fn numbers_of_list(new: &NewContact, region: Region, flags: &mut Vec<Problem>) -> Numbers {
    let mobile = Cell::read(fields::CONTACT_MOBILE, Some(&new.mobile), region, flags);
    let phone = Cell::read(fields::CONTACT_PHONE, new.phone.as_deref(), region, flags);
    let is_landline = mobile.mobile().is_none() && !mobile.read.is_empty();
    if !is_landline {
        let other = mobile.other().map(|(number, _)| number.clone());
        return Numbers {
            phone: match phone.typed.is_empty() {
                true => other.unwrap_or_default(),
                false => phone.number(),
            },
            mobile: mobile.number(),
        };
    }
    let (landline, number) = (mobile.number(), phone.number());
    if number.typed.is_empty() || number.e164 == landline.e164 {
        Numbers {
            mobile: Number::default(),
            phone: landline,
        }
    } else if phone.mobile().is_some() {
        // They stand the wrong way round.
        Numbers {
            mobile: number,
            phone: landline,
        }
    } else {
        // There is no place for a second one.
        let flag = Problem::with(fields::CONTACT_MOBILE, Code::PhoneNotMobile, &landline.typed);
        flags.push(flag);
        Numbers {
            mobile: landline,
            phone: number,
        }
    }
}

/// A cell of a list with a number, or several, in it.
struct Cell {
    /// As typed; empty without one.
    typed: String,
    /// The numbers in it that can be read, and whether each may be a mobile's.
    read: Vec<(Number, bool)>,
}

impl Cell {
    fn read(field: &'static str, typed: Option<&str>, region: Region, flags: &mut Vec<Problem>) -> Self {
        let nothing = Self {
            typed: String::new(),
            read: Vec::new(),
        };
        let typed = match optional_text(field, typed) {
            Ok(Some(typed)) if !is_lost(&typed) => typed,
            Ok(None) => return nothing,
            Ok(Some(lost)) => {
                flags.push(Problem::with(field, Code::DigitsLost, lost));
                return nothing;
            }
            Err(problem) => {
                flags.push(problem);
                return nothing;
            }
        };
        let one = |typed: &str| {
            let read = parse_of_list(typed, region).ok()?;
            Some((number(typed, &read), is_mobile(read.kind)))
        };
        let read = match one(&typed) {
            Some(whole) => vec![whole],
            None => split_phones(&apart(&typed))
                .iter()
                .filter_map(|part| one(part))
                .collect(),
        };
        if read.is_empty() {
            flags.push(Problem::with(field, Code::PhoneUnverified, &typed));
        }
        Self { typed, read }
    }

    fn mobile(&self) -> Option<&(Number, bool)> {
        self.read.iter().find(|(_, is_mobile)| *is_mobile)
    }

    fn other(&self) -> Option<&(Number, bool)> {
        self.read.iter().find(|(_, is_mobile)| !is_mobile)
    }

    /// The cell as one number: as typed, so that nothing of it is lost, and found by its first mobile, else its first.
    fn number(&self) -> Number {
        let found = self.mobile().or(self.read.first());
        Number {
            typed: self.typed.clone(),
            e164: found.and_then(|(number, _)| number.e164.clone()),
        }
    }
}

fn number(typed: &str, read: &ParsedPhone) -> Number {
    Number {
        typed: typed.to_owned(),
        e164: Some(read.e164.clone()),
    }
}

/// Whether a number may be a mobile's: of other countries, that is not told.
fn is_mobile(kind: PhoneKind) -> bool {
    matches!(kind, PhoneKind::Mobile | PhoneKind::Foreign)
}

fn entered(field: &'static str, typed: &str, region: Region) -> Result<ParsedPhone, Problem> {
    parse_phone(typed, region).map_err(|problem| {
        let code = match problem {
            PhoneProblem::NoCountryCode => Code::PhoneNoCountryCode,
            PhoneProblem::NoAreaCode if field == fields::CONTACT_PHONE => Code::PhoneNoAreaCode,
            _ => Code::PhoneInvalid,
        };
        Problem::with(field, code, typed)
    })
}
