//! Looking up who may be the same (R6.1), and what the caller may know of them (R8.2).

use std::collections::BTreeMap;

use super::{
    door::ReadTx,
    proposals::{choose, questions},
};
use crate::{
    access::{Grant, Looks, SeeCustomers},
    error::{Error, Result},
    matching::{
        Candidate, Comparison, DuplicateMatch, MatchBand, MatchKey, NameParts, Rules, Subject, exact_keys,
        likeness, match_keys, score,
    },
    model::CustomerNumber,
    rules::customer::CheckedCustomer,
    store::{Crowded, KeyQuestion, Proposed},
};

/// Customers looked at per key: more than the five that make a number weak, and few enough to compare at once.
const PER_KEY: u32 = 50;
/// Matches that are answered with.
const MOST: usize = 20;

/// Who may be the same as what is being entered.
#[derive(Default)]
pub(super) struct Found {
    /// Those in the caller's scope, best first.
    pub matches: Vec<DuplicateMatch>,
    /// The owners' names of likely ones out of scope.
    pub hidden_owners: Vec<String>,
}

impl Found {
    /// The likely ones in scope.
    pub(super) fn likely(&self) -> impl Iterator<Item = &DuplicateMatch> {
        self.matches
            .iter()
            .filter(|found| found.band == MatchBand::Likely)
    }

    /// Refuses to save over a likely one (R6.1).
    pub(super) fn refuse(self) -> Result<()> {
        let hidden_owners = self.hidden_owners;
        let likely = |found: &DuplicateMatch| found.band == MatchBand::Likely;
        let matches: Vec<DuplicateMatch> = self.matches.into_iter().filter(likely).collect();
        match matches.is_empty() && hidden_owners.is_empty() {
            true => Ok(()),
            false => Err(Error::Duplicate {
                matches,
                hidden_owners,
            }),
        }
    }
}

/// What is compared of a draft.
pub(super) fn subject_of(checked: &CheckedCustomer, aliases: &[String]) -> Subject {
    Subject {
        name: NameParts::of(&checked.name, checked.kind),
        kind: checked.kind,
        phones: checked
            .phones
            .iter()
            .filter_map(|phone| phone.e164.clone())
            .collect(),
        aliases: aliases.iter().map(|alias| crate::matching::fold(alias)).collect(),
    }
}

/// The keys by which the same as a draft is found.
fn exact_keys_of(subject: &Subject) -> Vec<MatchKey> {
    exact_keys(
        &subject.name,
        subject.phones.iter().map(String::as_str),
        subject.aliases.iter().map(String::as_str),
    )
}

/// All keys of a draft, sorted, each once.
pub(super) fn keys_of(subject: &Subject) -> Vec<MatchKey> {
    let mut keys = match_keys(
        &subject.name,
        subject.phones.iter().map(String::as_str),
        subject.aliases.iter().map(String::as_str),
    );
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// How far a look goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All that may be likely: the same key, or names one edit apart.
    Likely,
    /// All that is worth showing: names that have parts in common, too.
    Similar,
}

/// Looks up and compares, whatever the scope, and splits by what the caller sees: which customers have a key in common,
/// and then all of those that are worth a look at once.
pub(super) fn look_up<'tx, A: Looks>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
    reach: Reach,
) -> Result<Found> {
    let mut asked = vec![KeyQuestion {
        keys: exact_keys_of(subject),
        limit: PER_KEY,
        crowded: Crowded::Cut,
        unless: 0,
    }];
    asked.extend(questions(subject, reach));
    let answers = tx.holders(grant, &asked)?;
    let Some((exact, rest)) = answers.split_first() else {
        return Ok(Found::default());
    };
    let exact = numbers_of(exact);
    let chosen = choose(subject, reach, rest, &exact);
    // Where there are only names to compare, nothing else need be read of those whose names may be alike.
    let proposed = match subject.phones.is_empty() && subject.aliases.is_empty() {
        true => tx.proposed(grant, &exact, &chosen)?,
        false => tx.proposed(grant, &[exact.as_slice(), &chosen].concat(), &[])?,
    };
    let conventions = tx.conventions()?;
    let mut names = BTreeMap::new();
    let (mut there, mut alike) = (Vec::new(), Vec::new());
    for proposed in proposed {
        let Proposed {
            candidate,
            owner_name,
            ..
        } = proposed;
        names.insert(candidate.owner, owner_name);
        let by_key = exact.binary_search(&candidate.number).is_ok();
        let subject = Subject::of(&candidate);
        if by_key { &mut there } else { &mut alike }.push((candidate, subject));
    }
    there.extend(most_alike(subject, alike, conventions.rules()));
    let mut found = Found::default();
    let sees: Grant<'_, SeeCustomers> = tx.grant()?;
    for (candidate, compared) in compare_all(subject, &there, conventions.rules()) {
        let owner_name = names.get(&candidate.owner).cloned().unwrap_or_default();
        if sees.sees().contains(candidate.number, candidate.owner) {
            let Candidate { number, name, .. } = candidate;
            let Comparison {
                band,
                score,
                reasons,
                weights,
            } = compared;
            found.matches.push(DuplicateMatch {
                number,
                name,
                owner_name,
                band,
                score,
                reasons,
                weights,
            });
        } else if compared.band == MatchBand::Likely && !found.hidden_owners.contains(&owner_name) {
            found.hidden_owners.push(owner_name);
        }
    }
    found.matches.truncate(MOST);
    Ok(found)
}

/// A customer, and what is compared of it.
type Compared = (Candidate, Subject);

/// Of the customers that have parts of the name in common those whose names are most alike.
fn most_alike(
    subject: &Subject,
    proposed: Vec<Compared>,
    rules: Rules<'_>,
) -> impl Iterator<Item = Compared> {
    // With a number that is nearly the same, a name says more.
    let least = match subject.aliases.is_empty() {
        true => rules.thresholds.similar,
        false => score(0.0),
    };
    let mut alike: Vec<(f64, Compared)> = Vec::with_capacity(proposed.len());
    for (candidate, theirs) in proposed {
        let names = likeness(&subject.name, &theirs.name, rules.weights);
        if names.score() >= least {
            alike.push((names.bits, (candidate, theirs)));
        }
    }
    alike.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.0.number.cmp(&y.0.number)));
    alike.truncate(MOST);
    alike.into_iter().map(|(_, compared)| compared)
}

/// The customers that answered, each once, in order.
pub(super) fn numbers_of(answers: &[(MatchKey, CustomerNumber)]) -> Vec<CustomerNumber> {
    let mut numbers: Vec<CustomerNumber> = answers.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Those of the customers with a key who are worth a look, the likely ones first, then by score and number.
pub(super) fn compare_proposed(
    subject: &Subject,
    proposed: &[Proposed],
    rules: Rules<'_>,
) -> Vec<(Candidate, Comparison)> {
    let there: Vec<Compared> = proposed
        .iter()
        .map(|proposed| (proposed.candidate.clone(), Subject::of(&proposed.candidate)))
        .collect();
    compare_all(subject, &there, rules)
}

/// The candidates that are worth a look, the likely ones first, then by score and number.
fn compare_all(subject: &Subject, there: &[Compared], rules: Rules<'_>) -> Vec<(Candidate, Comparison)> {
    let numbers = subject.phones.iter().chain(&subject.aliases);
    let holders: BTreeMap<&str, usize> = numbers
        .map(|number| (number.as_str(), rules.parties(holding(number, there))))
        .collect();
    let holders = |number: &str| holders.get(number).copied().unwrap_or_default();
    let mut compared: Vec<(Candidate, Comparison)> = there
        .iter()
        .filter_map(|(candidate, there)| {
            let found = subject.compare(there, holders, rules)?;
            Some((candidate.clone(), found))
        })
        .collect();
    compared.sort_by(|(a, x), (b, y)| {
        x.band
            .cmp(&y.band)
            .then(y.score.total_cmp(&x.score))
            .then(a.number.cmp(&b.number))
    });
    compared
}

/// The names of those who have a number.
fn holding<'t>(number: &str, there: &'t [Compared]) -> impl Iterator<Item = &'t NameParts> {
    let has = move |subject: &Subject| {
        let mut numbers = subject.phones.iter().chain(&subject.aliases);
        numbers.any(|theirs| theirs == number)
    };
    there
        .iter()
        .filter(move |(_, subject)| has(subject))
        .map(|(_, subject)| &subject.name)
}
