//! Telephone numbers, and the ways that people write them.

use super::words::Place;
use crate::random::Random;

/// A number before it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// The country code without the plus; empty for the mainland.
    country: &'static str,
    /// The area code with its zero; empty for a mobile.
    area: &'static str,
    /// The rest.
    digits: String,
}

fn digits(random: &mut Random, count: usize) -> String {
    (0..count)
        .map(|_| char::from(b'0' + random.below(10) as u8))
        .collect()
}

/// A landline of a place; a mobile where the place has no code of its own.
pub(super) fn landline(random: &mut Random, place: &Place) -> Number {
    if place.area.is_empty() {
        return mobile(random);
    }
    let first = 3 + random.below(5);
    let rest = digits(random, place.digits - 1);
    Number {
        country: "",
        area: place.area,
        digits: format!("{first}{rest}"),
    }
}

/// A mobile of the mainland.
pub(super) fn mobile(random: &mut Random) -> Number {
    let prefix = random.pick(&[
        "133", "135", "136", "138", "139", "150", "158", "186", "188", "189",
    ]);
    let rest = digits(random, 8);
    Number {
        country: "",
        area: "",
        digits: format!("{prefix}{rest}"),
    }
}

/// A number in Britain, Germany, the United States or Singapore.
pub(super) fn abroad(random: &mut Random) -> Number {
    let (country, prefix, count) = random.pick(&[
        ("44", "20794", 5),
        ("49", "3023", 5),
        ("1", "212555", 4),
        ("65", "6322", 4),
    ]);
    let rest = digits(random, count);
    Number {
        country,
        area: "",
        digits: format!("{prefix}{rest}"),
    }
}

/// A landline in an area of North America.
pub(super) fn of_area(random: &mut Random, area: &str) -> Number {
    let first = 2 + random.below(8);
    let rest = digits(random, 6);
    Number {
        country: "1",
        area: "",
        digits: format!("{area}{first}{rest}"),
    }
}

impl Number {
    /// The number as somebody writes it.
    pub(super) fn written(&self, random: &mut Random) -> String {
        let (country, area, digits) = (self.country, self.area, &self.digits);
        let middle = digits.len() / 2;
        let (head, tail) = digits.split_at_checked(middle).unwrap_or((digits, ""));
        let short = area.trim_start_matches('0');
        match (country, area) {
            ("", "") => {
                let (network, rest) = digits.split_at_checked(3).unwrap_or((digits, ""));
                let (rest, last) = rest.split_at_checked(4).unwrap_or((rest, ""));
                match random.below(6) {
                    0 => format!("{network} {rest} {last}"),
                    1 => format!("{network}-{rest}-{last}"),
                    2 => format!("+86 {digits}"),
                    3 => format!("+86-{network}-{rest}-{last}"),
                    _ => digits.clone(),
                }
            }
            ("", _) => match random.below(7) {
                0 => format!("({area}){digits}"),
                1 => format!("{area} {head} {tail}"),
                2 => format!("+86-{short}-{digits}"),
                3 => format!("+86 {short} {head} {tail}"),
                4 => format!("{area}{digits}"),
                5 => wide(&format!("{area}-{digits}")),
                _ => format!("{area}-{digits}"),
            },
            _ => match random.below(4) {
                0 => format!("+{country}{digits}"),
                1 => format!("00{country} {digits}"),
                2 => format!("+{country}-{head}-{tail}"),
                _ => format!("+{country} {head} {tail}"),
            },
        }
    }

    /// With one of its last six digits wrong.
    pub(super) fn one_wrong(&self, random: &mut Random) -> Self {
        let at = self.digits.len() - 1 - random.below(6);
        let step = 1 + random.below(9) as u8;
        let digits = self.digits.bytes().enumerate().map(|(index, digit)| {
            let new = b'0' + (digit - b'0' + step) % 10;
            char::from(if index == at { new } else { digit })
        });
        Self {
            digits: digits.collect(),
            ..self.clone()
        }
    }
}

fn wide(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
            '-' => '－',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::words::PLACES;
    use crmkit::{Region, rules::phone::parse_phone};

    #[test]
    fn every_way_of_writing_a_number_is_read_as_that_number() {
        let mut random = Random::new(5);
        for round in 0..400 {
            let number = match round % 3 {
                0 => mobile(&mut random),
                1 => abroad(&mut random),
                _ => landline(&mut random, &PLACES[round % 40]),
            };
            let read = |text: &str| {
                parse_phone(text, Region::CN)
                    .unwrap_or_else(|problem| panic!("{text}: {problem}"))
                    .e164
            };
            let first = read(&number.written(&mut random));
            for _ in 0..8 {
                assert_eq!(read(&number.written(&mut random)), first);
            }
            let wrong = number.one_wrong(&mut random);
            assert_ne!(wrong, number);
        }
    }
}
