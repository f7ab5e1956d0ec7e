//! Which area a telephone number belongs to (R6.1): shops of a chain have one name and telephones in other towns.

/// The area of a number in normalised form: its country, and the area code if it shows one. `None` of a number that is nowhere: a
/// mobile, a freephone number.
pub(super) fn area(number: &str) -> Option<(&str, &str)> {
    let digits = number.strip_prefix('+')?;
    let (country, national) = digits.split_at_checked(country_length(digits))?;
    let code = |length: usize| national.get(..length);
    let starts = |heads: &[&str]| heads.iter().any(|head| national.starts_with(head));
    let area = match country {
        "1" => match code(3)? {
            "800" | "833" | "844" | "855" | "866" | "877" | "888" => return None,
            code => code,
        },
        // Mobiles begin with 13 to 19, and 10 is Beijing's code; 400 and 800 are everywhere.
        "86" if starts(&["13", "14", "15", "16", "17", "18", "19", "400", "800"]) => return None,
        "86" => code(if starts(&["1", "2"]) { 2 } else { 3 })?,
        "33" if starts(&["6", "7", "8"]) => return None,
        "34" if starts(&["6", "7", "8", "90"]) => return None,
        "39" if starts(&["3", "8"]) => return None,
        "44" if starts(&["7", "8", "3"]) => return None,
        "49" if starts(&["15", "16", "17", "18", "800"]) => return None,
        "61" if starts(&["4", "1"]) => return None,
        "81" if starts(&["70", "80", "90", "50", "120"]) => return None,
        "82" if starts(&["10", "15", "16", "18"]) => return None,
        "886" if starts(&["9", "8"]) => return None,
        "33" | "61" | "886" => code(1)?,
        "34" | "39" | "44" | "49" | "81" | "82" => code(2)?,
        // Of other countries the area codes are not known here.
        _ => "",
    };
    Some((country, area))
}

/// How many digits a country code has.
fn country_length(digits: &str) -> usize {
    const TWO: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
        "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
        "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    match digits {
        _ if digits.starts_with(['1', '7']) => 1,
        _ if digits.get(..2).is_some_and(|two| TWO.contains(&two)) => 2,
        _ => 3,
    }
}

/// Whether two have numbers of areas, and none in one area.
pub(super) fn areas_differ(a: &[String], b: &[String]) -> bool {
    let areas = |numbers: &'_ [String]| numbers.iter().filter_map(|number| area(number)).next().is_some();
    let meet = |one: &String| {
        b.iter()
            .any(|other| area(one).is_some() && area(one) == area(other))
    };
    areas(a) && areas(b) && !a.iter().any(meet)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ(a: &[&str], b: &[&str]) -> bool {
        let owned = |numbers: &[&str]| -> Vec<String> { numbers.iter().map(|it| (*it).to_owned()).collect() };
        areas_differ(&owned(a), &owned(b))
    }

    #[test]
    fn r6_1_numbers_of_two_towns_are_of_two_areas() {
        assert!(differ(&["+12125550101"], &["+14155550101"]));
        assert!(differ(&["+862155550101"], &["+8675555550101"]));
        assert!(differ(&["+442079460101"], &["+441614960101"]));
        assert!(differ(&["+442079460101"], &["+12125550101"]));
    }

    #[test]
    fn r6_1_mobiles_and_freephone_numbers_are_nowhere() {
        assert!(!differ(&["+8613900000101"], &["+862155550101"]));
        assert!(!differ(&["+18005550101"], &["+12125550101"]));
        assert!(!differ(&["+4008208820"], &[]));
        assert!(!differ(&["+447700900101"], &["+442079460101"]));
    }

    #[test]
    fn r6_1_one_number_in_the_same_area_is_enough() {
        assert!(!differ(&["+12125550101", "+14155550101"], &["+14155550199"]));
        assert!(!differ(&["+862155550101"], &["+862155550199"]));
        assert!(!differ(&[], &["+862155550199"]));
    }
}
