//! Whose rows a report has.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::UserId;

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
