//! Shops, restaurants and schools abroad, as guides and lists of contacts have them: a name over the door, a telephone, and
//! no legal form.

use crmkit::CustomerKind;

use super::{
    engine::{Entity, Error, Evidence, Numbers, Stranger},
    noise,
    phone::{Number, of_area},
    words::{SHOP_TOWNS, SHOP_TRADES, WESTERN_HEADS, WESTERN_TAILS},
};
use crate::random::Random;

/// A name in its parts.
#[derive(Clone)]
pub(super) struct Shop {
    /// "The", "Le" or nothing.
    article: &'static str,
    brand: String,
    /// Its trade, and how else that is said.
    trade: [&'static str; 2],
    /// Town and area code.
    town: (&'static str, &'static str),
}

fn brand(random: &mut Random) -> String {
    let word = format!("{}{}", random.pick(&WESTERN_HEADS), random.pick(&WESTERN_TAILS));
    match random.below(4) {
        0 => format!("{word}'s"),
        1 => format!(
            "{word} {}",
            random.pick(&["Garden", "Corner", "Hill", "Street", "Park", "Lane"])
        ),
        _ => word,
    }
}

impl Shop {
    fn write(&self, trade: &str) -> String {
        let words = [self.article, &self.brand, trade];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }
}

impl Entity for Shop {
    const NUMBERS: Numbers = Numbers::Always;

    const ERRORS: &'static [Error<Self>] = &[
        error("shop_town", 20, Evidence::Phone, |_, shop| {
            Some(format!("{} ({})", shop.name(), shop.town.0))
        }),
        error("shop_trade_left_out", 20, Evidence::Phone, |_, shop| {
            Some(shop.write(""))
        }),
        error("shop_trade_otherwise", 20, Evidence::Name, |_, shop| {
            Some(shop.write(shop.trade[1]))
        }),
        error("shop_more", 20, Evidence::Phone, |random, shop| {
            let more = random.pick(&["& Bar", "at the Quay", "Family Kitchen", "and Catering", "House"]);
            Some(format!("{} {more}", shop.name()))
        }),
        error("shop_trade_first", 12, Evidence::Name, |_, shop| {
            Some(format!("{} {}", shop.trade[0], shop.brand))
        }),
        error("shop_article", 10, Evidence::Name, |_, shop| {
            let plain = Self {
                article: "",
                ..shop.clone()
            };
            Some(match shop.article {
                "" => format!("The {}", shop.name()),
                article => format!("{} {article}", plain.name()),
            })
        }),
        error("shop_typo", 10, Evidence::Phone, |random, shop| {
            let noises = [
                noise::other_letter,
                noise::dropped,
                noise::doubled,
                noise::swapped,
            ];
            let brand = random.pick(&noises)(random, &shop.brand)?;
            Some(
                Self {
                    brand,
                    ..shop.clone()
                }
                .name(),
            )
        }),
        error("shop_case", 8, Evidence::Name, |_, shop| {
            Some(shop.name().to_uppercase())
        }),
    ];

    const STRANGERS: &'static [Stranger<Self>] = &[
        // Another place of the chain: the very same name, and a telephone in another town.
        stranger("chain", 40, true, |_, shop| Some(shop.name())),
        stranger("chain_site", 20, false, |random, shop| {
            let site = random.pick(&["North Shore", "Hyde Bay", "II", "Lakeside"]);
            Some(format!("{} – {site}", shop.name()))
        }),
        stranger("shop_other_brand", 20, false, |random, shop| {
            Some(
                Self {
                    brand: brand(random),
                    ..shop.clone()
                }
                .name(),
            )
        }),
    ];

    fn new(random: &mut Random) -> Self {
        Self {
            article: random.pick(&["", "", "", "The", "Le"]),
            brand: brand(random),
            trade: random.pick(&SHOP_TRADES),
            town: random.pick(&SHOP_TOWNS),
        }
    }

    fn name(&self) -> String {
        self.write(self.trade[0])
    }

    fn identity(&self) -> String {
        self.brand.clone()
    }

    fn kind(&self) -> CustomerKind {
        CustomerKind::Enterprise
    }

    fn number(&self, random: &mut Random) -> Number {
        of_area(random, self.town.1)
    }

    fn elsewhere(&self, random: &mut Random) -> Option<Number> {
        let others: Vec<&str> = SHOP_TOWNS
            .iter()
            .map(|town| town.1)
            .filter(|area| *area != self.town.1)
            .collect();
        let area = random.pick(&others);
        Some(of_area(random, area))
    }
}

type Make = fn(&mut Random, &Shop) -> Option<String>;

const fn error(name: &'static str, weight: usize, evidence: Evidence, make: Make) -> Error<Shop> {
    Error {
        name,
        weight,
        evidence,
        make,
    }
}

const fn stranger(name: &'static str, weight: usize, namesake: bool, make: Make) -> Stranger<Shop> {
    Stranger {
        name,
        weight,
        kin: false,
        clear: true,
        namesake,
        make,
    }
}
