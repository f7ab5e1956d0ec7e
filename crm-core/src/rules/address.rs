//! Addresses (R2.2): in the mainland all four levels when typed, in other countries those that there are; one line, from an
//! import or abroad, is kept and flagged.

use super::{Strictness, optional_text};
use crate::{
    error::{Code, Problem},
    model::{Address, Region, fields::ADDRESSES},
};

/// The municipalities, each its own province.
const MUNICIPALITIES: [&str; 4] = ["北京", "上海", "天津", "重庆"];

/// How a one-line address abroad, or outside the mainland, may begin.
const OUTSIDE: [&str; 8] = [
    "台湾",
    "臺灣",
    "台灣",
    "香港",
    "澳门",
    "澳門",
    "中国香港",
    "中国澳门",
];

/// An address as it is stored, with what is to be flagged.
///
/// # Errors
/// `address.incomplete` when a level is missing, or when a mainland address is typed in one line; problems of the text.
pub fn check_address(
    typed: &Address,
    region: Region,
    strictness: Strictness,
) -> Result<(Address, Option<Problem>), Problem> {
    let text = |part: &Option<String>| optional_text(ADDRESSES, part.as_deref());
    let mut address = Address {
        kind: typed.kind,
        province: text(&typed.province)?,
        city: text(&typed.city)?,
        district: text(&typed.district)?,
        street: text(&typed.street)?,
        line: text(&typed.line)?,
    };
    let unstructured = Problem::new(ADDRESSES, Code::AddressUnstructured);
    if let Some(line) = &address.line {
        let mixed = [
            &address.province,
            &address.city,
            &address.district,
            &address.street,
        ]
        .iter()
        .any(|part| part.is_some());
        let may = strictness == Strictness::Import || region != Region::CN || is_abroad(line);
        return match may && !mixed {
            true => Ok((address, Some(unstructured))),
            false => Err(Problem::with(ADDRESSES, Code::AddressIncomplete, address.text())),
        };
    }
    if address.city.is_none() {
        let municipality = |p: &&String| MUNICIPALITIES.contains(&p.trim_end_matches('市'));
        address.city = address.province.as_ref().filter(municipality).cloned();
    }
    let levels = [
        &address.province,
        &address.city,
        &address.district,
        &address.street,
    ];
    let is_whole = match region {
        Region::CN | Region::TW | Region::HK | Region::MO => levels.iter().all(|level| level.is_some()),
        // Other countries divide theirs otherwise, most of them without a district.
        _ => levels.iter().any(|level| level.is_some()),
    };
    if is_whole {
        return Ok((address, None));
    }
    let text = address.text();
    match strictness {
        Strictness::Import if !text.is_empty() => {
            Ok((Address::in_one_line(address.kind, text), Some(unstructured)))
        }
        _ => Err(Problem::with(ADDRESSES, Code::AddressIncomplete, text)),
    }
}

/// Countries in which a house's number stands before its street.
const AHEAD: [&str; 16] = [
    "US", "CA", "GB", "IE", "AU", "NZ", "FR", "LU", "IN", "SG", "MY", "PH", "ZA", "IL", "TH", "HK",
];
/// Those in which it stands behind it.
const BEHIND: [&str; 28] = [
    "DE", "AT", "CH", "LI", "NL", "BE", "DK", "SE", "NO", "FI", "IS", "PL", "CZ", "SK", "HU", "RO", "BG",
    "HR", "SI", "RS", "IT", "GR", "TR", "EE", "LV", "LT", "MX", "AR",
];
/// Those in which it stands behind it and a comma.
const BEHIND_A_COMMA: [&str; 3] = ["ES", "PT", "BR"];

/// A street and the number of a house in it, from columns of their own, as one text in the order of the country; where that has none that
/// is known, in the order of the columns. None where the two are something else (R9.5).
pub fn with_house_number(first: &str, second: &str, region: Region) -> Option<String> {
    let is_number = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let is_one = |c: char| c.is_ascii_alphanumeric() || "-/号號".contains(c);
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.len() <= 8
            && letters <= 1
            && text.chars().all(is_one)
    };
    let is_street = |text: &str| !text.is_empty() && !text.chars().any(|c| c.is_ascii_digit());
    let (street, number) = match (is_street(first), is_street(second)) {
        (true, false) if is_number(second) => (first, second),
        (false, true) if is_number(first) => (second, first),
        _ => return None,
    };
    if street
        .chars()
        .any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'))
    {
        return Some(format!("{street}{number}"));
    }
    let is_of = |countries: &[&str]| countries.contains(&region.code());
    Some(match () {
        () if is_of(&AHEAD) => format!("{number} {street}"),
        () if is_of(&BEHIND) => format!("{street} {number}"),
        () if is_of(&BEHIND_A_COMMA) => format!("{street}, {number}"),
        () => format!("{first} {second}"),
    })
}

fn is_abroad(line: &str) -> bool {
    let has_han = line.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    !has_han || OUTSIDE.iter().any(|place| line.starts_with(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AddressKind;

    fn levels(province: &str, city: &str, district: &str, street: &str) -> Address {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Address {
            kind: AddressKind::Business,
            province: part(province),
            city: part(city),
            district: part(district),
            street: part(street),
            line: None,
        }
    }

    fn one_line(line: &str) -> Address {
        Address::in_one_line(AddressKind::Business, line)
    }

    #[test]
    fn r2_2_other_countries_have_other_levels() {
        let address = levels("CA", "San Francisco", "", "1 Market Street");
        let us = Region::from_code("US").unwrap();
        assert_eq!(
            check_address(&address, us, Strictness::Entry),
            Ok((address.clone(), None))
        );
        assert!(check_address(&address, Region::CN, Strictness::Entry).is_err());
        assert!(check_address(&levels("", "", "", ""), us, Strictness::Entry).is_err());
        let (_, flag) =
            check_address(&one_line("1 Market Street, San Francisco"), us, Strictness::Entry).unwrap();
        assert_eq!(flag.unwrap().code, Code::AddressUnstructured);
    }

    #[test]
    fn r9_5_the_number_of_a_house_stands_where_its_country_has_it() {
        for (code, first, second, text) in [
            ("DE", "Musterstraße", "1a", Some("Musterstraße 1a")),
            ("DE", "1a", "Musterstraße", Some("Musterstraße 1a")),
            ("NL", "Voorbeeldgracht", "12-3", Some("Voorbeeldgracht 12-3")),
            ("GB", "Fleet Street", "1", Some("1 Fleet Street")),
            ("FR", "rue de l'Exemple", "12", Some("12 rue de l'Exemple")),
            ("ES", "Calle Ejemplo", "5", Some("Calle Ejemplo, 5")),
            ("CN", "Musterstraße", "1", Some("Musterstraße 1")),
            ("CN", "1", "Fleet Street", Some("1 Fleet Street")),
            ("CN", "示例路", "1号", Some("示例路1号")),
            ("KR", "테헤란로", "1", Some("테헤란로 1")),
            ("GB", "1 Fleet Street", "5", None),
            ("GB", "Fleet Street", "Floor 5", None),
            ("GB", "Fleet Street", "Old Town", None),
            ("GB", "Fleet Street", "", None),
        ] {
            let region = Region::from_code(code).unwrap();
            assert_eq!(
                with_house_number(first, second, region).as_deref(),
                text,
                "{first}, {second} in {code}"
            );
        }
    }

    #[test]
    fn r2_2_an_address_in_one_text_has_the_separators_of_its_script() {
        for (address, text) in [
            (
                levels("CA", "San Francisco", "", "1 Market Street"),
                "1 Market Street, San Francisco, CA",
            ),
            (
                levels("", "London", "", "1 Fleet Street"),
                "1 Fleet Street, London",
            ),
            (
                levels("서울특별시", "", "강남구", "테헤란로 1"),
                "서울특별시 강남구 테헤란로 1",
            ),
            (
                levels("東京都", "", "千代田区", "丸の内1-1"),
                "東京都千代田区丸の内1-1",
            ),
            (
                levels("上海市", "上海市", "黄浦区", "中山东一路1号"),
                "上海市黄浦区中山东一路1号",
            ),
        ] {
            assert_eq!(address.text(), text);
        }
    }

    #[test]
    fn r2_2_a_mainland_address_has_four_levels() {
        let whole = levels("江苏省", "苏州市", "姑苏区", "人民路1号");
        assert_eq!(
            check_address(&whole, Region::CN, Strictness::Entry),
            Ok((whole.clone(), None))
        );
        let problem = check_address(
            &levels("江苏省", "苏州市", "", "人民路1号"),
            Region::CN,
            Strictness::Entry,
        )
        .unwrap_err();
        assert_eq!(problem.code, Code::AddressIncomplete);
    }

    #[test]
    fn r2_2_a_municipality_is_its_own_province() {
        let (address, flag) = check_address(
            &levels("上海市", "", "黄浦区", "中山东一路1号"),
            Region::CN,
            Strictness::Entry,
        )
        .unwrap();
        assert_eq!((address.city.as_deref(), flag), (Some("上海市"), None));
        assert_eq!(address.text(), "上海市黄浦区中山东一路1号");
        assert!(
            check_address(
                &levels("江苏省", "", "姑苏区", "人民路1号"),
                Region::CN,
                Strictness::Entry
            )
            .is_err()
        );
    }

    #[test]
    fn r2_2_one_line_comes_from_an_import_or_abroad() {
        let line = one_line("江苏省苏州市人民路1号");
        assert!(check_address(&line, Region::CN, Strictness::Entry).is_err());
        let (kept, flag) = check_address(&line, Region::CN, Strictness::Import).unwrap();
        assert_eq!(
            (kept, flag.map(|f| f.code)),
            (line, Some(Code::AddressUnstructured))
        );
        for abroad in ["1 Example Street, London", "台北市中山北路2段113號"] {
            let region = if abroad.is_ascii() { Region::CN } else { Region::TW };
            assert!(
                check_address(&one_line(abroad), region, Strictness::Entry).is_ok(),
                "{abroad}"
            );
        }
    }
}
