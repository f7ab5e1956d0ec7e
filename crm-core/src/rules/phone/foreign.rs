//! Numbers of other countries that have their country code, by that and their length (E.164), and by their numbering plans
//! where those are there.

use std::borrow::Cow;

use super::{Found, PhoneKind, PhoneProblem, plans, scan::Number};

/// Calling codes as assigned by the ITU, with the fewest and the most digits of a national number there. Public
/// facts of the numbering plans (at most fifteen digits together, E.164), sorted by code; the four codes with rules of their own are left out.
#[rustfmt::skip]
static CALLING_CODES: [(u16, u8, u8); 210] = [
    (1, 10, 10), (7, 10, 10), (20, 8, 10), (27, 9, 9), (30, 10, 10), (31, 9, 11), (32, 8, 9), (33, 9, 9),
    (34, 9, 9), (36, 8, 9), (39, 6, 12), (40, 9, 9), (41, 9, 9), (43, 6, 13), (44, 9, 10), (45, 8, 8),
    (46, 7, 10), (47, 8, 8), (48, 9, 9), (49, 6, 13), (51, 8, 9), (52, 10, 11), (53, 6, 8), (54, 10, 11),
    (55, 10, 11), (56, 9, 9), (57, 10, 10), (58, 10, 10), (60, 8, 10), (61, 9, 10), (62, 7, 12),
    (63, 8, 10), (64, 8, 10), (65, 8, 11), (66, 8, 10), (81, 9, 10), (82, 8, 11), (84, 9, 10), (90, 10, 10),
    (91, 10, 10), (92, 9, 10), (93, 9, 9), (94, 9, 9), (95, 7, 10), (98, 10, 10), (211, 9, 9), (212, 9, 9),
    (213, 8, 9), (216, 8, 8), (218, 8, 9), (220, 7, 7), (221, 9, 9), (222, 8, 8), (223, 8, 8), (224, 8, 9),
    (225, 8, 10), (226, 8, 8), (227, 8, 8), (228, 8, 8), (229, 8, 10), (230, 7, 8), (231, 7, 9),
    (232, 8, 8), (233, 9, 9), (234, 8, 10), (235, 8, 8), (236, 8, 8), (237, 8, 9), (238, 7, 7), (239, 7, 7),
    (240, 9, 9), (241, 7, 8), (242, 9, 9), (243, 7, 10), (244, 9, 9), (245, 7, 9), (246, 7, 7), (247, 4, 6),
    (248, 7, 7), (249, 9, 9), (250, 8, 9), (251, 9, 9), (252, 6, 9), (253, 8, 8), (254, 7, 10), (255, 9, 9),
    (256, 9, 9), (257, 8, 8), (258, 8, 9), (260, 9, 9), (261, 9, 9), (262, 9, 9), (263, 6, 10), (264, 8, 9),
    (265, 7, 9), (266, 8, 8), (267, 7, 8), (268, 8, 8), (269, 7, 7), (290, 4, 5), (291, 7, 7), (297, 7, 7),
    (298, 6, 6), (299, 6, 6), (350, 8, 8), (351, 9, 9), (352, 5, 11), (353, 7, 10), (354, 7, 9),
    (355, 8, 9), (356, 8, 8), (357, 8, 8), (358, 5, 12), (359, 7, 9), (370, 8, 8), (371, 8, 8),
    (372, 7, 10), (373, 8, 8), (374, 8, 8), (375, 9, 10), (376, 6, 9), (377, 8, 9), (378, 6, 10),
    (380, 9, 9), (381, 8, 10), (382, 8, 9), (383, 8, 9), (385, 8, 9), (386, 8, 8), (387, 8, 9), (389, 8, 8),
    (420, 9, 9), (421, 9, 9), (423, 7, 9), (500, 5, 5), (501, 7, 7), (502, 8, 8), (503, 8, 8), (504, 8, 8),
    (505, 8, 8), (506, 8, 8), (507, 7, 8), (508, 6, 9), (509, 8, 8), (590, 9, 9), (591, 8, 8), (592, 7, 7),
    (593, 8, 9), (594, 9, 9), (595, 7, 9), (596, 9, 9), (597, 6, 7), (598, 7, 8), (599, 7, 8), (670, 7, 8),
    (672, 5, 6), (673, 7, 7), (674, 7, 7), (675, 7, 8), (676, 5, 7), (677, 5, 7), (678, 5, 7), (679, 7, 7),
    (680, 7, 7), (681, 6, 6), (682, 5, 5), (683, 4, 7), (685, 5, 7), (686, 5, 8), (687, 6, 6), (688, 5, 7),
    (689, 6, 8), (690, 4, 7), (691, 7, 7), (692, 7, 7), (800, 8, 8), (808, 8, 8), (850, 8, 10), (855, 8, 9),
    (856, 8, 10), (870, 9, 9), (878, 10, 12), (880, 8, 10), (881, 8, 9), (882, 7, 12), (883, 7, 12),
    (960, 7, 7), (961, 7, 8), (962, 8, 9), (963, 8, 9), (964, 8, 10), (965, 7, 8), (966, 9, 9), (967, 7, 9),
    (968, 8, 8), (970, 8, 9), (971, 8, 9), (972, 8, 9), (973, 8, 8), (974, 7, 8), (975, 7, 8), (976, 8, 8),
    (977, 8, 10), (979, 9, 9), (992, 9, 9), (993, 8, 8), (994, 9, 9), (995, 9, 9), (996, 9, 9), (998, 9, 9),
];

/// Countries whose national numbers may begin with a zero that is dialled from abroad too.
const KEEPS_ZERO: [u16; 7] = [39, 225, 229, 241, 242, 378, 379];

/// A number with its country code has no more (E.164).
pub(super) const MOST_DIGITS: usize = 15;

/// Reads `number`, which begins with a calling code.
pub(super) fn read(number: Number<'_>) -> Result<Found<'_>, PhoneProblem> {
    let (country, row) = calling_code(number.digits).ok_or(PhoneProblem::UnknownCountry)?;
    let behind = number.skip(country.len());
    let bracketed = number.bracketed_zero == Some(country.len());
    let found = of_country(country, row, behind.skip(usize::from(bracketed)).digits);
    // The zero that is dialled within the country is often left behind its code.
    match behind.digits.strip_prefix('0') {
        Some(national) if found.is_err() && !bracketed && !KEEPS_ZERO.contains(&row.0) => {
            of_country(country, row, national).or(found)
        }
        _ => found,
    }
}

fn of_country<'a>(
    country: &'a str,
    row: &(u16, u8, u8),
    national: &'a str,
) -> Result<Found<'a>, PhoneProblem> {
    plans::judge(row.0, national, check_national(row, national))?;
    if country.len() + national.len() > MOST_DIGITS {
        return Err(PhoneProblem::TooLong);
    }
    Ok(Found {
        country: Cow::Borrowed(country),
        national,
        kind: PhoneKind::Foreign,
        head: 0,
        tail: None,
    })
}

/// What the table says of a national number.
fn check_national(&(code, least, most): &(u16, u8, u8), national: &str) -> Result<(), PhoneProblem> {
    if national.len() < usize::from(least) {
        return Err(PhoneProblem::TooShort);
    }
    if national.len() > usize::from(most) {
        return Err(PhoneProblem::TooLong);
    }
    if national.starts_with('0') && !KEEPS_ZERO.contains(&code) {
        return Err(PhoneProblem::Malformed);
    }
    if code == 1 && !is_north_american(national) {
        return Err(PhoneProblem::Unassigned);
    }
    Ok(())
}

/// The calling code that `digits` begin with: no code is the beginning of another, so the first that fits is it.
fn calling_code(digits: &str) -> Option<(&str, &'static (u16, u8, u8))> {
    (1..=3).find_map(|size| {
        let prefix = digits.get(..size)?;
        let code: u16 = prefix.parse().ok()?;
        let row = CALLING_CODES
            .binary_search_by_key(&code, |&(code, ..)| code)
            .ok()?;
        // 07… is no form of 7.
        Some((prefix, CALLING_CODES.get(row)?)).filter(|_| !prefix.starts_with('0'))
    })
}

/// Area code and exchange both begin with 2 to 9.
fn is_north_american(national: &str) -> bool {
    let begins = |part: Option<&str>| part.is_some_and(|part| part.starts_with(|c| ('2'..='9').contains(&c)));
    begins(national.get(..3)) && begins(national.get(3..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_2_calling_codes_are_in_order_and_none_begins_another() {
        assert!(CALLING_CODES.is_sorted_by(|a, b| a.0 < b.0));
        for &(code, least, most) in &CALLING_CODES {
            let text = code.to_string();
            assert!(least <= most && text.len() + usize::from(most) <= 15, "{code}");
            assert_eq!(
                calling_code(&format!("{text}123456")).map(|(prefix, _)| prefix),
                Some(text.as_str())
            );
        }
    }
}
