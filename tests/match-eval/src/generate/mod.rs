//! The project's own labelled sets: made up here, the same in every run, labelled by how they were made.
//!
//! A family is a customer, what others wrote for the same customer, and strangers that look like it. Places, trades and
//! legal forms are real; brands and persons are put together by chance.

mod abroad;
mod chinese;
mod engine;
mod noise;
mod people;
mod phone;
mod shops;
mod western;
mod words;

use crate::record::Set;
use engine::Engine;

/// What a set has.
struct Size {
    records: usize,
    /// Customers that are there twice: one true pair each.
    twice: usize,
    /// Customers that are there three times: three true pairs each.
    thrice: usize,
}

const COMPANIES: Size = Size {
    records: 6000,
    twice: 660,
    thrice: 80,
};
const PEOPLE: Size = Size {
    records: 3000,
    twice: 360,
    thrice: 30,
};
const SHOPS: Size = Size {
    records: 2000,
    twice: 300,
    thrice: 0,
};
const ABROAD: Size = Size {
    records: 3000,
    twice: 500,
    thrice: 40,
};
const SEED: u64 = 3;

/// Six thousand companies and institutions with nine hundred true pairs.
pub fn companies() -> Set {
    let mut engine = Engine::new(SEED);
    let office_parks = engine.switchboards(10);
    fill(&mut engine, &COMPANIES, |engine, variants, strangers| {
        if engine.random.chance(12) {
            engine.family::<western::Company>(variants, strangers);
        } else {
            engine.family::<chinese::Company>(variants, strangers);
        }
    });
    engine.share(&office_parks, 25);
    set("companies", engine)
}

/// Three thousand people with four hundred and fifty true pairs.
pub fn people() -> Set {
    let mut engine = Engine::new(SEED + 1);
    fill(&mut engine, &PEOPLE, |engine, variants, strangers| {
        if engine.random.chance(35) {
            engine.family::<people::Western>(variants, strangers);
        } else {
            engine.family::<people::Chinese>(variants, strangers);
        }
    });
    set("people", engine)
}

/// Two thousand shops, restaurants and schools abroad with telephones and three hundred true pairs; some are of a chain.
pub fn shops() -> Set {
    let mut engine = Engine::new(SEED + 2);
    fill(&mut engine, &SHOPS, Engine::family::<shops::Shop>);
    set("shops", engine)
}

/// Three thousand companies abroad by name alone, with six hundred and twenty true pairs.
pub fn abroad() -> Set {
    let mut engine = Engine::new(SEED + 3);
    fill(&mut engine, &ABROAD, Engine::family::<abroad::Company>);
    set("abroad", engine)
}

/// Adds families until the set is as large as it should be.
fn fill(engine: &mut Engine, size: &Size, mut family: impl FnMut(&mut Engine, usize, usize)) {
    for number in 0.. {
        let left = size.records.saturating_sub(engine.count());
        if left == 0 {
            break;
        }
        let variants = match number {
            _ if number < size.twice => 1,
            _ if number < size.twice + size.thrice => 2,
            _ => 0,
        };
        let strangers = usize::from(engine.random.chance(35)).min(left - 1);
        family(engine, variants, strangers);
    }
}

fn set(name: &str, engine: Engine) -> Set {
    Set {
        name: name.to_owned(),
        records: engine.finish(),
        notes: vec!["made up: the names of real lists are harder".to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Truth;
    use engine::Entity;
    use std::collections::{BTreeMap, BTreeSet};

    fn kinds<E: Entity>() -> impl Iterator<Item = &'static str> {
        let errors = E::ERRORS.iter().map(|error| error.name);
        errors.chain(E::STRANGERS.iter().map(|stranger| stranger.name))
    }

    fn counts(set: &Set) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for record in &set.records {
            *counts.entry(record.how).or_insert(0) += 1;
        }
        counts
    }

    #[test]
    fn the_sets_are_the_same_in_every_run() {
        assert_eq!(companies().records, companies().records);
        assert_eq!(people().records, people().records);
        assert_eq!(shops().records, shops().records);
        assert_eq!(abroad().records, abroad().records);
    }

    #[test]
    fn the_sets_are_as_large_as_they_say() {
        let companies = companies();
        assert_eq!(companies.records.len(), 6000);
        assert_eq!(Truth::new(&companies.records).pairs(), 900);
        let people = people();
        assert_eq!(people.records.len(), 3000);
        assert_eq!(Truth::new(&people.records).pairs(), 450);
        let (shops, abroad) = (shops(), abroad());
        assert_eq!((shops.records.len(), abroad.records.len()), (2000, 3000));
        assert_eq!(Truth::new(&shops.records).pairs(), 300);
        assert_eq!(Truth::new(&abroad.records).pairs(), 620);
    }

    #[test]
    fn every_kind_of_error_and_of_stranger_occurs_often_enough_to_be_measured() {
        let of_companies = counts(&companies());
        for kind in kinds::<chinese::Company>().chain(kinds::<western::Company>()) {
            let count = of_companies.get(kind).copied().unwrap_or(0);
            assert!(count >= 5, "{kind}: {count}");
        }
        let of_shops = counts(&shops());
        for kind in kinds::<shops::Shop>() {
            let count = of_shops.get(kind).copied().unwrap_or(0);
            assert!(count >= 5, "{kind}: {count}");
        }
        let of_abroad = counts(&abroad());
        for kind in kinds::<abroad::Company>() {
            let count = of_abroad.get(kind).copied().unwrap_or(0);
            assert!(count >= 5, "{kind}: {count}");
        }
        let of_people = counts(&people());
        for kind in kinds::<people::Chinese>().chain(kinds::<people::Western>()) {
            let count = of_people.get(kind).copied().unwrap_or(0);
            assert!(count >= 5, "{kind}: {count}");
        }
    }

    #[test]
    fn companies_of_one_name_are_one() {
        let mut clusters: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        for record in companies().records {
            clusters.entry(record.name).or_default().insert(record.cluster);
        }
        let shared = clusters.into_iter().find(|(_, clusters)| clusters.len() > 1);
        assert_eq!(shared, None);
    }

    #[test]
    fn every_telephone_is_read() {
        for record in companies().records.into_iter().chain(people().records) {
            assert_eq!(record.phones.len(), record.numbers.len(), "{record:?}");
        }
    }
}
