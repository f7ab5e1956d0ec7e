//! Companies and institutions of the mainland.

mod other;
mod same;

use crmkit::CustomerKind;

use super::{
    engine::{Entity, Error, Evidence, Stranger},
    noise,
    phone::{Number, landline, mobile},
    words::{BRAND, FORMS, HOUSES, INSTITUTIONS, ORDINALS, PLACES, Place, QUARTERS, TRADES},
};
use crate::random::Random;

/// Where the place stands in a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Front,
    /// 示例(上海)科技有限公司
    AfterBrand,
    /// 示例科技(上海)有限公司
    BeforeForm,
}

/// A name in its parts.
#[derive(Clone)]
pub(super) struct Company {
    at: Place,
    /// The place as written; empty if the name has none.
    place: String,
    position: Position,
    brand: String,
    trade: String,
    /// 集团, with or without brackets, or nothing.
    group: &'static str,
    form: &'static str,
    /// Which branch, and what a branch of such a house is called.
    branch: String,
    branch_word: &'static str,
    institution: bool,
}

fn brand(random: &mut Random) -> String {
    let characters: Vec<char> = BRAND.chars().collect();
    let length = if random.chance(55) { 2 } else { 3 };
    (0..length).map(|_| random.pick(&characters)).collect()
}

impl Company {
    fn plain(random: &mut Random) -> Self {
        let at = random.pick(&PLACES);
        let place = match random.below(100) {
            ..62 => at.name.to_owned(),
            62..84 => format!("{}{}", at.name, at.suffix),
            _ => String::new(),
        };
        let position = match random.below(10) {
            0 => Position::AfterBrand,
            1 => Position::BeforeForm,
            _ => Position::Front,
        };
        Self {
            at,
            place,
            position,
            brand: brand(random),
            trade: random.pick(&TRADES).0.to_owned(),
            group: random.weighted(&[("", 88), ("集团", 7), ("（集团）", 3), ("控股", 2)]),
            form: random.weighted(&FORMS),
            branch: String::new(),
            branch_word: "分公司",
            institution: false,
        }
    }

    fn house(random: &mut Random) -> Self {
        let (trade, branch_word) = random.pick(&HOUSES);
        let quarter = random.pick(&QUARTERS);
        let company = Self::plain(random);
        let branch = match random.below(3) {
            0 => company.at.name.to_owned(),
            1 => format!("{}{}", company.at.name, company.at.suffix),
            _ => format!("{}{quarter}", company.at.name),
        };
        Self {
            place: String::new(),
            position: Position::Front,
            trade: trade.to_owned(),
            group: "",
            form: "股份有限公司",
            branch,
            branch_word,
            ..company
        }
    }

    fn institution(random: &mut Random) -> Self {
        let company = Self::plain(random);
        let brand = match random.chance(60) {
            true => format!("第{}", random.pick(&ORDINALS)),
            false => company.brand,
        };
        Self {
            place: format!("{}{}", company.at.name, company.at.suffix),
            position: Position::Front,
            brand,
            trade: (random.pick(&INSTITUTIONS)).to_owned(),
            group: "",
            form: "",
            institution: true,
            ..company
        }
    }

    fn is_house(&self) -> bool {
        !self.branch.is_empty()
    }

    fn write(&self) -> String {
        let Self {
            place,
            brand,
            trade,
            group,
            form,
            branch,
            ..
        } = self;
        let word = if self.is_house() { self.branch_word } else { "" };
        match self.position {
            _ if place.is_empty() => format!("{brand}{trade}{group}{form}{branch}{word}"),
            Position::Front => format!("{place}{brand}{trade}{group}{form}{branch}{word}"),
            Position::AfterBrand => format!("{brand}（{place}）{trade}{group}{form}{branch}{word}"),
            Position::BeforeForm => format!("{brand}{trade}（{place}）{group}{form}{branch}{word}"),
        }
    }
}

impl Entity for Company {
    const ERRORS: &'static [Error<Self>] = &[
        error("other_form", 14, Evidence::Name, same::other_form),
        error("form_left_out", 9, Evidence::Name, same::form_left_out),
        error("group_in_brackets", 40, Evidence::Name, same::group_in_brackets),
        error("group_left_out", 20, Evidence::Phone, same::group_left_out),
        error("place_elsewhere", 9, Evidence::Name, same::place_elsewhere),
        error("place_suffix", 8, Evidence::Name, same::place_suffix),
        error("province_added", 5, Evidence::Name, same::province_added),
        error("place_left_out", 7, Evidence::Phone, same::place_left_out),
        error(
            "branch_place_suffix",
            30,
            Evidence::Name,
            same::branch_place_suffix,
        ),
        error("traditional", 6, Evidence::Name, |_, company| {
            noise::traditional(&company.write())
        }),
        error("variant_character", 14, Evidence::Name, |_, company| {
            noise::variants(&company.write())
        }),
        error("full_width", 4, Evidence::Name, |random, company| {
            noise::full_width(random, &company.write())
        }),
        error("same_sound", 6, Evidence::Phone, |random, company| {
            same::in_brand(random, company, noise::typo_by_sound)
        }),
        error("same_shape", 9, Evidence::Phone, |random, company| {
            same::in_brand(random, company, noise::typo_by_shape)
        }),
        error("character_dropped", 4, Evidence::Phone, |random, company| {
            same::in_trade(random, company, noise::dropped)
        }),
        error("character_doubled", 4, Evidence::Phone, |random, company| {
            same::in_brand(random, company, noise::doubled)
        }),
        error("characters_swapped", 4, Evidence::Phone, |random, company| {
            same::in_brand(random, company, noise::swapped)
        }),
        error("shorter_trade", 5, Evidence::Phone, same::shorter_trade),
        error("short_name", 5, Evidence::Phone, same::short_name),
    ];

    const STRANGERS: &'static [Stranger<Self>] = &[
        stranger("other_branch", 18, true, true, other::other_branch),
        stranger("branch_of_it", 6, true, true, other::branch_of_it),
        stranger("other_place", 18, false, false, other::other_place),
        stranger("brand_one_apart", 14, false, true, other::brand_one_apart),
        stranger("brand_sounds_same", 10, false, false, |random, company| {
            same::in_brand(random, company, noise::typo_by_sound)
        }),
        stranger("other_ordinal", 10, false, true, other::other_ordinal),
        stranger("subsidiary", 12, true, true, other::subsidiary),
        stranger("other_trade", 12, true, false, other::other_trade),
    ];

    fn new(random: &mut Random) -> Self {
        match random.below(100) {
            ..14 => Self::house(random),
            14..22 => Self::institution(random),
            _ => Self::plain(random),
        }
    }

    fn name(&self) -> String {
        self.write()
    }

    fn identity(&self) -> String {
        match self.institution {
            true => self.write(),
            false => self.brand.clone(),
        }
    }

    fn kind(&self) -> CustomerKind {
        match self.institution {
            true => CustomerKind::Institution,
            false => CustomerKind::Enterprise,
        }
    }

    fn number(&self, random: &mut Random) -> Number {
        match random.chance(75) {
            true => landline(random, &self.at),
            false => mobile(random),
        }
    }
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

/// The name with some parts changed.
fn with(company: &Company, change: impl FnOnce(&mut Company)) -> Option<String> {
    let mut changed = company.clone();
    change(&mut changed);
    Some(changed.write())
}
