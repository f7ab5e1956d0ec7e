//! Whose rows a report has.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{CustomerNumber, UserId},
    store::NumberSet,
};

/// The people who have a row each in any case, and everybody's names.
#[derive(Clone, Debug, Default)]
pub struct People {
    rows: BTreeSet<UserId>,
    names: BTreeMap<UserId, (String, String)>,
}

impl People {
    /// People by identifier, with login and name: a row is made for those of `rows`, and for whoever else has a figure.
    pub fn new(rows: BTreeSet<UserId>, names: BTreeMap<UserId, (String, String)>) -> Self {
        Self { rows, names }
    }

    /// Those who have a row, by login: those of it, and these, who have figures.
    pub fn with(&self, figures: impl Iterator<Item = UserId>) -> Vec<(UserId, String)> {
        let people: BTreeSet<UserId> = self.rows.iter().copied().chain(figures).collect();
        let mut people: Vec<(UserId, &str, &str)> = people
            .into_iter()
            .map(|person| match self.names.get(&person) {
                Some((login, name)) => (person, login.as_str(), name.as_str()),
                None => (person, "", ""),
            })
            .collect();
        people.sort_by_key(|(person, login, _)| (*login, *person));
        people
            .into_iter()
            .map(|(person, _, name)| (person, name.to_owned()))
            .collect()
    }
}

/// The customers of each person, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Distinct {
    people: BTreeMap<UserId, usize>,
    customers: Vec<NumberSet>,
    /// Who came last, and their place: facts mostly come person by person.
    last: Option<(UserId, usize)>,
}

impl Distinct {
    /// Adds a customer to a person's.
    pub(super) fn add(&mut self, person: UserId, customer: CustomerNumber) {
        let at = match self.last {
            Some((last, at)) if last == person => at,
            _ => {
                let next = self.customers.len();
                let at = *self.people.entry(person).or_insert(next);
                if at == next {
                    self.customers.push(NumberSet::default());
                }
                self.last = Some((person, at));
                at
            }
        };
        if let Some(customers) = self.customers.get_mut(at) {
            customers.insert(customer);
        }
    }

    /// How many each person has.
    pub(super) fn counts(&self) -> BTreeMap<UserId, u64> {
        let count = |at: usize| self.customers.get(at).map_or(0, NumberSet::len);
        self.people
            .iter()
            .map(|(person, at)| (*person, count(*at)))
            .collect()
    }
}
