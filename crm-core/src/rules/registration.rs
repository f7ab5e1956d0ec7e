//! Which registration numbers are right (R2.2): the mainland's 统一社会信用代码 by its check character, Taiwan's 統一編號 by the rule
//! of 2023; others are taken as typed.

use super::required_text;
use crate::{
    error::{Code, Problem},
    model::{
        Region, Registration, RegistrationScheme, fields,
        registration::{letters_and_digits, vat_country},
    },
};

/// Checks a registration number as typed: the number in its normal form where its scheme has a check, else as it stands.
///
/// # Errors
/// `field.missing`, `field.too_long`, `field.nul`; `registration.invalid` for one that its scheme does not have, or a scheme that
/// its country does not have.
pub fn check_registration(typed: &Registration) -> Result<Registration, Problem> {
    let number = required_text(fields::REGISTRATIONS, &typed.number)?;
    let normal = letters_and_digits(&number);
    let (is_right, number) = match typed.scheme {
        RegistrationScheme::Uscc => (typed.country == Region::CN && is_uscc(&normal), normal),
        RegistrationScheme::TwUbn => (typed.country == Region::TW && is_tw_ubn(&normal), normal),
        _ => (!normal.is_empty(), number),
    };
    match is_right {
        true => Ok(Registration { number, ..*typed }),
        false => {
            let number = typed.number.trim();
            Err(Problem::with(
                fields::REGISTRATIONS,
                Code::RegistrationInvalid,
                number,
            ))
        }
    }
}

/// Whether a number is among others, in whatever form.
pub fn has(registrations: &[Registration], other: &Registration) -> bool {
    !registrations.is_empty() && {
        let other = other.normal();
        registrations.iter().any(|there| there.normal() == other)
    }
}

/// The registration that a cell of a list means, in a column of this scheme, of a customer of this country: not checked yet
/// (R9.5). A 统一社会信用代码 is known as such in any column. In a column of tax numbers the country tells the scheme, and a country
/// that stands before a VAT number tells the country.
pub fn registration_of_list(column: RegistrationScheme, country: Region, text: &str) -> Registration {
    use RegistrationScheme::{CompanyNumber, Other, TaxNumber, TwUbn, Uscc, Vat};

    let normal = letters_and_digits(text);
    let of = |country, scheme| Registration {
        country,
        scheme,
        number: text.to_owned(),
    };
    match column {
        _ if is_uscc(&normal) => Registration::uscc(text),
        Uscc => Registration::uscc(text),
        TwUbn => Registration::tw_ubn(text),
        CompanyNumber | Other => of(country, column),
        // One that was mistyped is not another sort of number.
        TaxNumber | Vat if country == Region::CN && normal.chars().count() == USCC_LENGTH => {
            Registration::uscc(text)
        }
        TaxNumber | Vat if country == Region::TW && is_digits(&normal, TW_UBN_LENGTH) => {
            Registration::tw_ubn(text)
        }
        TaxNumber | Vat => match vat_country(&normal) {
            Some((country, _)) => of(country, Vat),
            None => of(country, column),
        },
    }
}

const USCC_LENGTH: usize = 18;
const TW_UBN_LENGTH: usize = 8;

/// Whether a number in normal form is a 统一社会信用代码 (GB 32100-2015): the department that registers, its place in six digits, and
/// the check character, modulo 31 with the weights 3^n.
pub fn is_uscc(number: &str) -> bool {
    /// No I, O, S, V and Z.
    const CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    let place = number.get(2..8).unwrap_or_default();
    if number.len() != USCC_LENGTH || number.starts_with('0') || !is_digits(place, 6) {
        return false;
    }
    let values: Option<Vec<usize>> = number.chars().map(|c| CHARACTERS.find(c)).collect();
    let Some((last, body)) = values.as_deref().and_then(<[usize]>::split_last) else {
        return false;
    };
    let mut weight = 1;
    let sum: usize = body
        .iter()
        .map(|value| {
            let weighed = value * weight;
            weight = weight * 3 % 31;
            weighed
        })
        .sum();
    (sum + last).is_multiple_of(31)
}

/// Whether a number in normal form is a 統一編號: the digits of its weighed digits add up to a multiple of 5, as since 2023; where
/// the seventh is 7, one more will do.
pub fn is_tw_ubn(number: &str) -> bool {
    const WEIGHTS: [u32; TW_UBN_LENGTH] = [1, 2, 1, 2, 1, 2, 4, 1];

    if !is_digits(number, TW_UBN_LENGTH) || number.bytes().all(|b| b == b'0') {
        return false;
    }
    let digits = number.chars().filter_map(|c| c.to_digit(10));
    let weighed = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight);
    let sum: u32 = weighed.map(|product| product / 10 + product % 10).sum();
    sum.is_multiple_of(5) || number.as_bytes().get(6) == Some(&b'7') && (sum + 1).is_multiple_of(5)
}

fn is_digits(text: &str, many: usize) -> bool {
    text.len() == many && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use RegistrationScheme::{CompanyNumber, Other, TaxNumber, TwUbn, Uscc, Vat};

    #[test]
    fn r2_2_a_credit_code_has_its_check_character() {
        // The standard's own example first.
        for right in ["91350100M000100Y43", "91110000600037341L"] {
            assert!(is_uscc(right), "{right}");
            // Any other character in its place is found.
            for (at, there) in right.char_indices() {
                for other in "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().filter(|c| *c != there) {
                    let mut wrong = right.to_owned();
                    wrong.replace_range(at..=at, &other.to_string());
                    assert!(!is_uscc(&wrong), "{wrong}");
                }
            }
        }
        for wrong in [
            "",
            "9135010M000100Y43",
            "91350100M000100Y433",
            "000000000000000000",
            "91350100O000100Y43",
            "中文中文中文",
        ] {
            assert!(!is_uscc(wrong), "{wrong}");
        }
    }

    #[test]
    fn r2_2_a_business_number_of_taiwan_is_divisible_by_5_and_with_a_7_one_more_will_do() {
        for right in ["22099131", "04595257", "10458575", "12345675", "00000005"] {
            assert!(is_tw_ubn(right), "{right}");
        }
        for wrong in ["22099132", "00000000", "2209913", "220991310", "2209913A", ""] {
            assert!(!is_tw_ubn(wrong), "{wrong}");
        }
    }

    #[test]
    fn r2_2_a_number_with_a_check_is_kept_in_its_normal_form_and_others_as_typed() {
        let kept = |registration: Registration| check_registration(&registration).map(|it| it.number);
        let invalid = |number: &str| {
            Err(Problem::with(
                fields::REGISTRATIONS,
                Code::RegistrationInvalid,
                number,
            ))
        };
        assert_eq!(
            kept(Registration::uscc(" ９１３５０１００－m000 100y43 ")),
            Ok("91350100M000100Y43".into())
        );
        assert_eq!(kept(Registration::tw_ubn("2209-9131")), Ok("22099131".into()));
        assert_eq!(
            kept(Registration::uscc("91350100M000100Y44 ")),
            invalid("91350100M000100Y44")
        );
        assert_eq!(kept(Registration::tw_ubn("22099132")), invalid("22099132"));
        let of = |country: Region, scheme, number: &str| Registration {
            country,
            scheme,
            number: number.into(),
        };
        let gb = Region::from_code("GB").unwrap();
        assert_eq!(
            kept(of(gb, CompanyNumber, " SC 123-456")),
            Ok("SC 123-456".into())
        );
        assert_eq!(kept(of(gb, Vat, " -- ")), invalid("--"));
        // Each is of one country.
        assert_eq!(
            kept(of(Region::TW, Uscc, "91350100M000100Y43")),
            invalid("91350100M000100Y43")
        );
        assert_eq!(kept(of(Region::CN, TwUbn, "22099131")), invalid("22099131"));
        assert_eq!(
            kept(Registration::uscc(" ")),
            Err(Problem::missing(fields::REGISTRATIONS))
        );
    }

    #[test]
    fn r9_5_the_country_of_the_row_tells_the_scheme_where_the_column_does_not() {
        let read = |column, country: &str, text: &str| {
            let read = registration_of_list(column, Region::from_code(country).unwrap(), text);
            (read.country.code(), read.scheme)
        };
        for (column, country, text, expected) in [
            (TaxNumber, "CN", "91350100M000100Y43", ("CN", Uscc)),
            (TaxNumber, "CN", "91350100M000100Y44", ("CN", Uscc)),
            (TaxNumber, "CN", "350100100010001", ("CN", TaxNumber)),
            (TaxNumber, "GB", "91350100M000100Y43", ("CN", Uscc)),
            (TaxNumber, "TW", "22099131", ("TW", TwUbn)),
            (TaxNumber, "US", "12-3456789", ("US", TaxNumber)),
            (TaxNumber, "BE", "BE0477472701", ("BE", Vat)),
            (Vat, "CN", "EL123456789", ("GR", Vat)),
            (Vat, "GB", "123456789", ("GB", Vat)),
            (Vat, "TW", "22099132", ("TW", TwUbn)),
            (Uscc, "GB", "1", ("CN", Uscc)),
            (TwUbn, "CN", "22099131", ("TW", TwUbn)),
            (TwUbn, "CN", "91350100M000100Y43", ("CN", Uscc)),
            (CompanyNumber, "GB", "SC123456", ("GB", CompanyNumber)),
            (CompanyNumber, "CN", "91350100M000100Y43", ("CN", Uscc)),
            (Other, "DE", "HRB 1", ("DE", Other)),
        ] {
            assert_eq!(read(column, country, text), expected, "{text}");
        }
    }
}
