//! Looking up who may be the same (R6.1), and what the caller may know of them (R8.2).

use std::collections::BTreeMap;

use super::{door::ReadTx, proposals::propose};
use crate::{
    access::{Action, Grant, SeeCustomers},
    error::{Error, Result},
    matching::{
        Candidate, Comparison, DuplicateMatch, MatchBand, MatchKey, NameParts, Rules, Subject, exact_keys,
        likeness, match_keys, score,
    },
    model::{Contact, Customer, CustomerNumber},
    rules::customer::Checked,
    store::CustomerKeys,
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
pub(super) fn subject_of(checked: &Checked, aliases: &[String]) -> Subject {
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

/// All keys of a draft.
pub(super) fn keys_of(subject: &Subject) -> Vec<MatchKey> {
    match_keys(
        &subject.name,
        subject.phones.iter().map(String::as_str),
        subject.aliases.iter().map(String::as_str),
    )
}

/// The keys of a customer with its contacts.
pub(super) fn keys_of_customer(customer: &Customer, contacts: &[Contact]) -> CustomerKeys {
    let phones = customer.phones.iter().filter_map(|phone| phone.e164.as_deref());
    let mobiles = contacts
        .iter()
        .filter_map(|contact| contact.mobile_e164.as_deref());
    let aliases = customer.aliases.iter().map(String::as_str);
    let name = NameParts::of(&customer.name, customer.kind);
    CustomerKeys::new(match_keys(&name, phones.chain(mobiles), aliases))
}

/// How far a look goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All that may be likely: the same key, or names one edit apart.
    Likely,
    /// All that is worth showing: names that have parts in common, too.
    Similar,
}

/// Looks up and compares, whatever the scope, and splits by what the caller sees.
pub(super) fn look_up<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
    reach: Reach,
) -> Result<Found> {
    let hits = tx.candidates(grant, &exact_keys_of(subject), PER_KEY)?;
    let mut there = load(tx, grant, &hits)?;
    there.extend(alike(tx, grant, subject, reach, &hits)?);
    let mut found = Found::default();
    let sees: Grant<'_, SeeCustomers> = tx.grant()?;
    for (candidate, compared) in compare_all(subject, &there, tx.rules()) {
        let owner_name = tx
            .user(grant, candidate.owner)?
            .map(|user| user.name)
            .unwrap_or_default();
        if sees.scope().contains(candidate.owner) {
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
type There = (Candidate, Subject);

/// Customers whose names are alike.
fn alike<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
    reach: Reach,
    known: &[(MatchKey, CustomerNumber)],
) -> Result<Vec<There>> {
    let by_name = subject.phones.is_empty() && subject.aliases.is_empty();
    let mut alike = Vec::new();
    for number in propose(tx, grant, subject, reach, known)? {
        let Some((name, kind, owner)) = tx.name_of(grant, number)? else {
            continue;
        };
        let parts = NameParts::of(&name, kind);
        let names = likeness(&subject.name, &parts, tx.rules().weights);
        // With a number that is nearly the same, a name says more.
        let least = match subject.aliases.is_empty() {
            true => tx.rules().thresholds.similar,
            false => score(0.0),
        };
        if names.score() >= least {
            let candidate = Candidate {
                number,
                name,
                kind,
                owner,
                phones: Vec::new(),
                aliases: Vec::new(),
            };
            alike.push((names.bits, candidate, parts));
        }
    }
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.number.cmp(&b.1.number)));
    alike.truncate(MOST);
    let mut there = Vec::with_capacity(alike.len());
    for (_, by_its_name, parts) in alike {
        // Where there are only names to compare, nothing else need be read.
        let candidate = match by_name {
            true => Some(by_its_name),
            false => tx.candidate(grant, by_its_name.number)?,
        };
        there.extend(candidate.map(|candidate| {
            let subject = Subject::named(parts, &candidate);
            (candidate, subject)
        }));
    }
    Ok(there)
}

/// Those who have one of the keys.
fn load<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    hits: &[(MatchKey, CustomerNumber)],
) -> Result<Vec<There>> {
    let mut numbers: Vec<CustomerNumber> = hits.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut there = Vec::with_capacity(numbers.len());
    for number in numbers {
        if let Some(candidate) = tx.candidate(grant, number)? {
            let subject = Subject::of(&candidate);
            there.push((candidate, subject));
        }
    }
    Ok(there)
}

/// Those of the customers with a key who are worth a look, the likely ones first, then by score and number.
pub(super) fn compare_hits<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
    hits: &[(MatchKey, CustomerNumber)],
) -> Result<Vec<(Candidate, Comparison)>> {
    Ok(compare_all(subject, &load(tx, grant, hits)?, tx.rules()))
}

/// The candidates that are worth a look, the likely ones first, then by score and number.
fn compare_all(subject: &Subject, there: &[There], rules: Rules<'_>) -> Vec<(Candidate, Comparison)> {
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
fn holding<'t>(number: &str, there: &'t [There]) -> impl Iterator<Item = &'t NameParts> {
    let has = move |subject: &Subject| {
        let mut numbers = subject.phones.iter().chain(&subject.aliases);
        numbers.any(|theirs| theirs == number)
    };
    there
        .iter()
        .filter(move |(_, subject)| has(subject))
        .map(|(_, subject)| &subject.name)
}
