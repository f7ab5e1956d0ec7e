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
