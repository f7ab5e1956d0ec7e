//! People, Chinese and Western.

use crmkit::CustomerKind;

use super::{
    engine::{Entity, Error, Evidence, Stranger},
    noise,
    phone::{Number, abroad, mobile},
    words::{FAMILY, GIVEN, TITLES, WESTERN_FAMILY, WESTERN_GIVEN, WESTERN_TITLES},
};
use crate::random::Random;

const fn error<E>(
    name: &'static str,
    weight: usize,
    evidence: Evidence,
    make: fn(&mut Random, &E) -> Option<String>,
) -> Error<E> {
    Error {
        name,
        weight,
        evidence,
        make,
    }
}

const fn stranger<E>(
    name: &'static str,
    weight: usize,
    kin: bool,
    namesake: bool,
    make: fn(&mut Random, &E) -> Option<String>,
) -> Stranger<E> {
    Stranger {
        name,
        weight,
        kin,
        clear: true,
        namesake,
        make,
    }
}

// --- Chinese ----------------------------------------------------------------------------------------------------

/// A family name of one character, a given name of one or two.
pub(super) struct Chinese {
    family: char,
    given: String,
}

fn one(random: &mut Random, characters: &str) -> char {
    let characters: Vec<char> = characters.chars().collect();
    random.pick(&characters)
}

impl Entity for Chinese {
    const ERRORS: &'static [Error<Self>] = &[
        error("title", 14, Evidence::Phone, |random, person: &Self| {
            Some(format!("{}{}", person.name(), random.pick(&TITLES)))
        }),
        error("same_sound", 12, Evidence::Phone, |random, person: &Self| {
            noise::typo_by_sound(random, &person.name())
        }),
        error("same_shape", 12, Evidence::Phone, |random, person: &Self| {
            noise::typo_by_shape(random, &person.name())
        }),
        error("traditional", 8, Evidence::Phone, |_, person: &Self| {
            noise::traditional(&person.name())
        }),
        error("space", 6, Evidence::Phone, |random, person: &Self| {
            let space = random.pick(&[' ', '\u{3000}', '·']);
            Some(format!("{}{space}{}", person.family, person.given))
        }),
        error("given_name_first", 8, Evidence::Phone, |_, person: &Self| {
            Some(format!("{}{}", person.given, person.family))
        }),
        error(
            "phone_one_digit",
            10,
            Evidence::PhoneButOne,
            |_, person: &Self| Some(person.name()),
        ),
    ];

    const STRANGERS: &'static [Stranger<Self>] = &[
        stranger("namesake", 20, false, true, |_, person: &Self| {
            Some(person.name())
        }),
        stranger("relative", 10, true, false, |random, person: &Self| {
            let given = one(random, GIVEN);
            Some(format!("{}{given}", person.family))
        }),
        stranger("name_one_apart", 12, false, false, |random, person: &Self| {
            let mut name: Vec<char> = person.name().chars().collect();
            *name.last_mut()? = one(random, GIVEN);
            Some(name.into_iter().collect())
        }),
    ];

    fn new(random: &mut Random) -> Self {
        let length = if random.chance(25) { 1 } else { 2 };
        Self {
            family: one(random, FAMILY),
            given: (0..length).map(|_| one(random, GIVEN)).collect(),
        }
    }

    fn name(&self) -> String {
        format!("{}{}", self.family, self.given)
    }

    fn identity(&self) -> String {
        self.name()
    }

    fn kind(&self) -> CustomerKind {
        CustomerKind::Individual
    }

    fn number(&self, random: &mut Random) -> Number {
        mobile(random)
    }
}

// --- Western ----------------------------------------------------------------------------------------------------

/// One or two given names and a family name.
pub(super) struct Western {
    given: &'static str,
    middle: Option<&'static str>,
    family: &'static str,
}

impl Western {
    fn written(&self, given: &str) -> String {
        match self.middle {
            Some(middle) => format!("{given} {middle} {}", self.family),
            None => format!("{given} {}", self.family),
        }
    }
}

impl Entity for Western {
    const ERRORS: &'static [Error<Self>] = &[
        error("western_title", 8, Evidence::Phone, |random, person: &Self| {
            Some(format!("{} {}", random.pick(&WESTERN_TITLES), person.name()))
        }),
        error(
            "family_name_first",
            10,
            Evidence::Phone,
            |random, person: &Self| {
                let comma = random.pick(&[",", ""]);
                Some(format!("{}{comma} {}", person.family, person.given))
            },
        ),
        error("initial", 10, Evidence::Phone, |_, person: &Self| {
            let initial = person.given.chars().next()?;
            Some(format!("{initial}. {}", person.family))
        }),
        error("middle_name", 20, Evidence::Phone, |_, person: &Self| {
            person.middle?;
            Some(format!("{} {}", person.given, person.family))
        }),
        error("western_typo", 14, Evidence::Phone, |random, person: &Self| {
            let noises = [
                noise::other_letter,
                noise::dropped,
                noise::doubled,
                noise::swapped,
            ];
            random.pick(&noises)(random, &person.name())
        }),
        error("western_accents", 20, Evidence::Phone, |_, person: &Self| {
            noise::without_accents(&person.name())
        }),
        error("phone_one_digit", 7, Evidence::PhoneButOne, |_, person: &Self| {
            Some(person.name())
        }),
    ];

    const STRANGERS: &'static [Stranger<Self>] = &[
        stranger("namesake", 12, false, true, |_, person: &Self| {
            Some(person.name())
        }),
        stranger("relative", 10, true, false, |random, person: &Self| {
            Some(person.written(random.pick(&WESTERN_GIVEN)))
        }),
        stranger("other_family_name", 8, false, false, |random, person: &Self| {
            Some(format!("{} {}", person.given, random.pick(&WESTERN_FAMILY)))
        }),
    ];

    fn new(random: &mut Random) -> Self {
        Self {
            given: random.pick(&WESTERN_GIVEN),
            middle: random.chance(40).then(|| random.pick(&WESTERN_GIVEN)),
            family: random.pick(&WESTERN_FAMILY),
        }
    }

    fn name(&self) -> String {
        self.written(self.given)
    }

    fn identity(&self) -> String {
        self.name()
    }

    fn kind(&self) -> CustomerKind {
        CustomerKind::Individual
    }

    fn number(&self, random: &mut Random) -> Number {
        match random.chance(60) {
            true => mobile(random),
            false => abroad(random),
        }
    }
}
