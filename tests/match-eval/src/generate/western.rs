//! Companies with Western names.

use crmkit::CustomerKind;

use super::{
    engine::{Entity, Error, Evidence, Stranger},
    noise,
    phone::{Number, abroad},
    words::{WESTERN_FORMS, WESTERN_HEADS, WESTERN_PLACES, WESTERN_TAILS, WESTERN_TRADES},
};
use crate::random::Random;

/// A name in its parts.
#[derive(Clone)]
pub(super) struct Company {
    brand: String,
    trade: &'static str,
    /// Empty if the name has none.
    place: &'static str,
    forms: &'static [&'static str],
    form: &'static str,
}

fn brand(random: &mut Random) -> String {
    let link = random.pick(&["", "a", "en", "o"]);
    format!(
        "{}{link}{}",
        random.pick(&WESTERN_HEADS),
        random.pick(&WESTERN_TAILS)
    )
}

impl Company {
    fn write(&self) -> String {
        let words = [&self.brand, self.trade, self.place, self.form];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }
}

impl Entity for Company {
    const ERRORS: &'static [Error<Self>] = &[
        error("western_form", 20, Evidence::Name, |random, company| {
            let form = random.pick(company.forms);
            with(company, |company| company.form = form)
        }),
        error("western_form_left_out", 10, Evidence::Name, |_, company| {
            with(company, |company| company.form = "")
        }),
        error("western_case", 8, Evidence::Name, |_, company| {
            Some(company.write().to_uppercase())
        }),
        error("western_accents", 30, Evidence::Name, |_, company| {
            noise::without_accents(&company.write())
        }),
        error("western_and", 120, Evidence::Name, |_, company| {
            let name = company.write();
            let other = match name.contains(" & ") {
                true => name.replace(" & ", " and "),
                false => name.replace(" and ", " & "),
            };
            (other != name).then_some(other)
        }),
        error("western_order", 8, Evidence::Name, |_, company| {
            let Company {
                brand, trade, form, ..
            } = company;
            Some(format!("{trade} {brand} {form}"))
        }),
        error("western_typo", 12, Evidence::Phone, |random, company| {
            let noises = [
                noise::other_letter,
                noise::dropped,
                noise::doubled,
                noise::swapped,
            ];
            let brand = random.pick(&noises)(random, &company.brand)?;
            with(company, |company| company.brand = brand)
        }),
        error("western_the", 6, Evidence::Name, |_, company| {
            Some(format!("The {}", company.write()))
        }),
    ];

    const STRANGERS: &'static [Stranger<Self>] = &[
        stranger("western_other_brand", 10, false, true, |random, company| {
            let brand = format!("{}{}", company.brand.get(..2)?, random.pick(&WESTERN_TAILS));
            with(company, |company| company.brand = brand)
        }),
        stranger("western_other_trade", 10, true, true, |random, company| {
            let trade = random.pick(&WESTERN_TRADES);
            with(company, |company| company.trade = trade)
        }),
        stranger("western_other_place", 10, true, true, |random, company| {
            (!company.place.is_empty()).then_some(())?;
            let place = random.pick(&WESTERN_PLACES);
            with(company, |company| company.place = place)
        }),
    ];

    fn new(random: &mut Random) -> Self {
        let forms = random.pick(&WESTERN_FORMS);
        Self {
            brand: brand(random),
            trade: random.pick(&WESTERN_TRADES),
            place: match random.chance(40) {
                true => random.pick(&WESTERN_PLACES),
                false => "",
            },
            forms,
            form: forms[0],
        }
    }

    fn name(&self) -> String {
        self.write()
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

fn with(company: &Company, change: impl FnOnce(&mut Company)) -> Option<String> {
    let mut changed = company.clone();
    change(&mut changed);
    Some(changed.write())
}

type Make = fn(&mut Random, &Company) -> Option<String>;

const fn error(name: &'static str, weight: usize, evidence: Evidence, make: Make) -> Error<Company> {
    Error {
        name,
        weight,
        evidence,
        make,
    }
}

const fn stranger(
    name: &'static str,
    weight: usize,
    kin: bool,
    clear: bool,
    make: Make,
) -> Stranger<Company> {
    Stranger {
        name,
        weight,
        kin,
        clear,
        namesake: false,
        make,
    }
}
