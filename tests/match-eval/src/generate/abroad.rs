//! Companies abroad without telephones, as registers and lists of other programs have them: the legal forms of many countries in
//! many spellings, abbreviations, towns behind the name, slips.

use crmkit::CustomerKind;

use super::{
    engine::{Entity, Error, Evidence, Numbers, Stranger},
    noise,
    phone::{Number, abroad},
    words::{ABROAD_FORMS, ABROAD_PLACES, ABROAD_TRADES, WESTERN_HEADS, WESTERN_TAILS},
};
use crate::random::Random;

/// A name in its parts.
#[derive(Clone)]
pub(super) struct Company {
    brand: String,
    /// The trade, and how it is shortened.
    trade: [&'static str; 2],
    /// The form in all its spellings.
    forms: &'static [&'static str],
}

fn word(random: &mut Random) -> String {
    format!("{}{}", random.pick(&WESTERN_HEADS), random.pick(&WESTERN_TAILS))
}

fn brand(random: &mut Random) -> String {
    let (first, second) = (word(random), word(random));
    match random.below(8) {
        0 => format!("{first} & {second}"),
        1 => format!("First {first}"),
        2 => format!("St. {first}"),
        3 => format!("{first} {second}"),
        _ => first,
    }
}

impl Company {
    fn write(&self, trade: &str, form: &str) -> String {
        let words = [&self.brand, trade, form];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }

    fn with_brand(&self, brand: String) -> String {
        Self {
            brand,
            ..self.clone()
        }
        .name()
    }
}

impl Entity for Company {
    const NUMBERS: Numbers = Numbers::Never;

    const ERRORS: &'static [Error<Self>] = &[
        error("abroad_form", 40, |random, company| {
            Some(company.write(company.trade[0], random.pick(company.forms)))
        }),
        error("abroad_form_left_out", 10, |_, company| {
            Some(company.write(company.trade[0], ""))
        }),
        error("abroad_shortened", 20, |_, company| {
            (company.trade[0] != company.trade[1]).then(|| company.write(company.trade[1], company.forms[0]))
        }),
        error("abroad_town_behind", 15, |random, company| {
            Some(format!("{}, {}", company.name(), random.pick(&ABROAD_PLACES)))
        }),
        error("abroad_and", 60, |random, company| {
            let and = random.pick(&["and", "und", "et", "+"]);
            company
                .brand
                .contains(" & ")
                .then(|| company.with_brand(company.brand.replace(" & ", &format!(" {and} "))))
        }),
        error("abroad_saint_first", 60, |_, company| {
            let brand = company.brand.replace("St. ", "Saint ").replace("First ", "1st ");
            (brand != company.brand).then(|| company.with_brand(brand))
        }),
        error("abroad_umlaut", 40, |_, company| {
            let name = company.name();
            let other = name.replace('ü', "ue").replace('ö', "oe").replace("å", "aa");
            (other != name).then_some(other)
        }),
        error("abroad_order", 12, |_, company| {
            let (first, second) = company.brand.split_once(' ')?;
            second
                .chars()
                .all(char::is_alphanumeric)
                .then(|| company.with_brand(format!("{second} {first}")))
        }),
        error("abroad_slip", 30, |random, company| {
            let noises = [
                noise::other_letter,
                noise::dropped,
                noise::doubled,
                noise::swapped,
            ];
            let brand = random.pick(&noises)(random, &company.brand)?;
            Some(company.with_brand(brand))
        }),
        error("abroad_run_together", 10, |_, company| {
            let brand = company.brand.replace(' ', "");
            (brand != company.brand && !company.brand.contains(['&', '.'])).then(|| company.with_brand(brand))
        }),
        error("abroad_closed", 6, |_, company| {
            Some(format!("{} (closed)", company.name()))
        }),
    ];

    const STRANGERS: &'static [Stranger<Self>] = &[
        stranger("abroad_other_trade", 20, |random, company| {
            let trade = random.pick(&ABROAD_TRADES);
            (trade[0] != company.trade[0]).then(|| company.write(trade[0], company.forms[0]))
        }),
        stranger("abroad_other_form", 10, |random, company| {
            let forms = random.pick(&ABROAD_FORMS);
            (forms[0] != company.forms[0]).then(|| company.write(company.trade[0], forms[0]))
        }),
        stranger("abroad_numeral", 20, |random, company| {
            let numeral = random.pick(&["II", "III", "IV", "2"]);
            Some(company.write(&format!("{} {numeral}", company.trade[0]), company.forms[0]))
        }),
        stranger("abroad_subsidiary", 20, |random, company| {
            let place = random.pick(&["Nederland", "Schweiz", "Singapore", "Mexico"]);
            Some(company.write(&format!("{} ({place})", company.trade[0]), company.forms[0]))
        }),
        stranger("abroad_site", 10, |random, company| {
            Some(company.write(
                &format!("{} {}", company.trade[0], word(random)),
                company.forms[0],
            ))
        }),
        stranger("abroad_other_brand", 20, |random, company| {
            Some(company.with_brand(word(random)))
        }),
    ];

    fn new(random: &mut Random) -> Self {
        Self {
            brand: brand(random),
            trade: random.pick(&ABROAD_TRADES),
            forms: random.pick(&ABROAD_FORMS),
        }
    }

    fn name(&self) -> String {
        self.write(self.trade[0], self.forms[0])
    }

    fn identity(&self) -> String {
        self.brand.clone()
    }

    fn kind(&self) -> CustomerKind {
        CustomerKind::Enterprise
    }

    fn number(&self, random: &mut Random) -> Number {
        abroad(random)
    }
}

type Make = fn(&mut Random, &Company) -> Option<String>;

const fn error(name: &'static str, weight: usize, make: Make) -> Error<Company> {
    Error {
        name,
        weight,
        evidence: Evidence::Name,
        make,
    }
}

const fn stranger(name: &'static str, weight: usize, make: Make) -> Stranger<Company> {
    Stranger {
        name,
        weight,
        kin: false,
        clear: true,
        namesake: false,
        make,
    }
}
