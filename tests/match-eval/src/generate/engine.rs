//! Families of records: a customer, the same customer as others wrote it, and strangers that look like it.

use std::collections::BTreeSet;

use crmkit::{CustomerKind, Region, rules::phone::parse_phone};

use super::phone::{Number, landline};
use super::words::PLACES;
use crate::{random::Random, record::Record};

/// Something that has a name which others get wrong.
pub(super) trait Entity: Sized + 'static {
    /// What happens to the name.
    const ERRORS: &'static [Error<Self>];
    /// Who else has a name like it.
    const STRANGERS: &'static [Stranger<Self>];

    fn new(random: &mut Random) -> Self;
    fn name(&self) -> String;
    /// What no other customer has that is there by chance: for a company its brand.
    fn identity(&self) -> String;
    fn kind(&self) -> CustomerKind;
    fn number(&self, random: &mut Random) -> Number;
    /// The number of another customer of the same name, where it tells that it is another.
    fn elsewhere(&self, _random: &mut Random) -> Option<Number> {
        None
    }
    /// How often its telephone is known.
    const NUMBERS: Numbers = Numbers::Mostly;
}

/// How often the telephones of a kind of customer are known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    Never,
    Mostly,
    /// Of each customer, but for what others wrote of it.
    Always,
}

type Make<E> = fn(&mut Random, &E) -> Option<String>;

/// A kind of error: the same customer, written otherwise.
pub(super) struct Error<E> {
    pub name: &'static str,
    /// How often, against the others.
    pub weight: usize,
    pub evidence: Evidence,
    /// The name as written; nothing if this cannot happen to it.
    pub make: Make<E>,
}

/// How much the telephone says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// The name says enough: the telephone is shared, missing or another.
    Name,
    /// The name may be somebody else's: the telephone is nearly always shared.
    Phone,
    /// The telephone is shared but for one digit.
    PhoneButOne,
}

/// A kind of stranger: another customer, of a name that is alike.
pub(super) struct Stranger<E> {
    pub name: &'static str,
    pub weight: usize,
    /// Has the telephone of the other now and then: a sister company, a relative.
    pub kin: bool,
    /// Stays another even beside an error that leaves a part of the name out.
    pub clear: bool,
    /// Has the very same name.
    pub namesake: bool,
    pub make: Make<E>,
}

pub(super) struct Engine {
    pub random: Random,
    records: Vec<Record>,
    /// Every name so far.
    names: BTreeSet<String>,
    identities: BTreeSet<String>,
    clusters: u32,
}

/// A name that fits is found after a few tries, or there is none.
const TRIES: usize = 200;

impl Engine {
    pub(super) const fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            records: Vec::new(),
            names: BTreeSet::new(),
            identities: BTreeSet::new(),
            clusters: 0,
        }
    }

    pub(super) const fn count(&self) -> usize {
        self.records.len()
    }

    /// Adds a customer, `variants` of it, and `strangers`.
    pub(super) fn family<E: Entity>(&mut self, variants: usize, strangers: usize) {
        let mut entity = E::new(&mut self.random);
        while !self.identities.insert(entity.identity()) || self.names.contains(&entity.name()) {
            entity = E::new(&mut self.random);
        }
        let numbers = self.numbers(&entity, variants > 0);
        let cluster = self.cluster();
        self.add(cluster, &entity, entity.name(), &numbers, "base");
        let mut vague = false;
        for _ in 0..variants {
            vague |= self.variant(&entity, cluster, &numbers);
        }
        for _ in 0..strangers {
            self.stranger(&entity, &numbers, vague);
        }
    }

    /// One or two numbers, or none; seldom none where they will be compared.
    fn numbers<E: Entity>(&mut self, entity: &E, compared: bool) -> Vec<Number> {
        let count = match self.random.below(100) {
            _ if E::NUMBERS == Numbers::Never => 0,
            _ if E::NUMBERS == Numbers::Always => 1,
            ..12 => 2,
            12..80 => 1,
            80..95 if compared => 1,
            _ => 0,
        };
        (0..count).map(|_| entity.number(&mut self.random)).collect()
    }

    /// Adds the customer as somebody else wrote it; says whether that leaves open who is meant.
    fn variant<E: Entity>(&mut self, entity: &E, cluster: u32, numbers: &[Number]) -> bool {
        let weighted: Vec<(&Error<E>, usize)> = E::ERRORS.iter().map(|error| (error, error.weight)).collect();
        for _ in 0..TRIES {
            let error = self.random.weighted(&weighted);
            let Some(name) = (error.make)(&mut self.random, entity) else {
                continue;
            };
            let keeps_name = error.evidence == Evidence::PhoneButOne;
            if self.names.contains(&name) != keeps_name || (keeps_name && numbers.is_empty()) {
                continue;
            }
            let (shared, missing) = match error.evidence {
                Evidence::Name => (50, 30),
                Evidence::Phone => (90, 7),
                Evidence::PhoneButOne => (0, 0),
            };
            let lot = self.random.below(100);
            let own = match numbers.first() {
                Some(number) if keeps_name => vec![number.one_wrong(&mut self.random)],
                Some(_) if lot < shared => vec![numbers[self.random.below(numbers.len())].clone()],
                _ if lot < shared + missing || E::NUMBERS == Numbers::Never => Vec::new(),
                _ => vec![entity.number(&mut self.random)],
            };
            self.add(cluster, entity, name, &own, error.name);
            return error.evidence == Evidence::Phone;
        }
        false
    }

    fn stranger<E: Entity>(&mut self, entity: &E, numbers: &[Number], vague: bool) {
        let fitting: Vec<(&Stranger<E>, usize)> = E::STRANGERS
            .iter()
            .filter(|stranger| stranger.clear || !vague)
            .map(|stranger| (stranger, stranger.weight))
            .collect();
        for _ in 0..TRIES {
            let stranger = self.random.weighted(&fitting);
            let Some(name) = (stranger.make)(&mut self.random, entity) else {
                continue;
            };
            if self.names.contains(&name) != stranger.namesake {
                continue;
            }
            let elsewhere = match stranger.namesake {
                true => entity.elsewhere(&mut self.random),
                false => None,
            };
            let own = match self.random.below(100) {
                _ if E::NUMBERS == Numbers::Never => Vec::new(),
                _ if E::NUMBERS == Numbers::Always && elsewhere.is_none() => {
                    vec![entity.number(&mut self.random)]
                }
                _ if elsewhere.is_some() => elsewhere.into_iter().collect(),
                ..25 if stranger.kin => numbers.to_vec(),
                ..80 => vec![entity.number(&mut self.random)],
                _ => Vec::new(),
            };
            let cluster = self.cluster();
            self.add(cluster, entity, name, &own, stranger.name);
            return;
        }
    }

    /// The switchboards of office parks.
    pub(super) fn switchboards(&mut self, count: usize) -> Vec<Number> {
        (0..count)
            .map(|_| landline(&mut self.random, &PLACES[0]))
            .collect()
    }

    /// Gives each of these numbers to so many customers that are there once.
    pub(super) fn share(&mut self, numbers: &[Number], holders: usize) {
        let mut sizes = vec![0; self.clusters as usize];
        for record in &self.records {
            sizes[record.cluster as usize] += 1;
        }
        for number in numbers {
            for _ in 0..holders {
                let at = self.random.below(self.records.len());
                let phone = number.written(&mut self.random);
                let record = &mut self.records[at];
                if sizes[record.cluster as usize] == 1 && record.phones.len() < 2 {
                    record.phones.push(phone);
                }
            }
        }
    }

    const fn cluster(&mut self) -> u32 {
        self.clusters += 1;
        self.clusters - 1
    }

    fn add<E: Entity>(
        &mut self,
        cluster: u32,
        entity: &E,
        name: String,
        numbers: &[Number],
        how: &'static str,
    ) {
        self.names.insert(name.clone());
        let phones = numbers.iter().map(|number| number.written(&mut self.random));
        self.records.push(Record {
            cluster,
            phones: phones.collect(),
            numbers: Vec::new(),
            aliases: Vec::new(),
            name,
            kind: entity.kind(),
            how,
        });
    }

    /// The records in another order, with their telephones read.
    pub(super) fn finish(mut self) -> Vec<Record> {
        self.random.shuffle(&mut self.records);
        for record in &mut self.records {
            let read = record
                .phones
                .iter()
                .filter_map(|phone| Some(parse_phone(phone, Region::CN).ok()?.e164));
            record.numbers = read.collect();
        }
        self.records
    }
}
