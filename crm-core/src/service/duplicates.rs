//! Looking up who may be the same (R6.1), and what the caller may know of them (R8.2).

use std::collections::BTreeMap;

use super::door::ReadTx;
use crate::{
    access::{Action, Grant, SeeCustomers},
    error::{Error, Result},
    matching::{
        Candidate, Comparison, DuplicateMatch, KeyKind, MatchBand, MatchKey, NameParts, Rules, Subject,
        exact_keys, likeness, match_keys, near_keys, score,
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

/// The keys by which what is like a draft is found.
fn near_keys_of(subject: &Subject) -> Vec<MatchKey> {
    let mut keys = Vec::new();
    near_keys(
        &subject.name,
        subject.aliases.iter().map(String::as_str),
        &mut keys,
    );
    keys
}

/// All keys of a draft.
pub(super) fn keys_of(subject: &Subject) -> Vec<MatchKey> {
    let mut keys = exact_keys_of(subject);
    keys.extend(near_keys_of(subject));
    keys
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

/// Customers on a key of all that is common in a name.
const VERY_COMMON: u32 = 4_000;

/// How far a look for names that are alike goes.
struct Effort {
    /// Customers on one key beyond which it says too little.
    common: u32,
    /// How many names are read and compared.
    names: usize,
    /// A key of names one edit apart says as much as so many shared parts.
    edit: f64,
}

/// Of a short name there is little to go by, many have it, and those one edit apart are others rather; what is likely has
/// nearly all in common, and few have that.
fn effort(subject: &Subject, reach: Reach) -> Effort {
    const SHORT: usize = 6;

    let (common, names, edit) = match subject.name.folded.chars().nth(SHORT).is_none() {
        _ if reach == Reach::Likely => (50, 5, 3.0),
        true => (1_500, 160, 1.0),
        false => (300, 24, 3.0),
    };
    Effort { common, names, edit }
}

/// A customer, and what is compared of it.
type There = (Candidate, Subject);

/// Customers whose names are alike, found by what names that are alike have in common: the more they share, and
/// the rarer it is, the sooner they are looked at.
fn alike<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
    reach: Reach,
    known: &[(MatchKey, CustomerNumber)],
) -> Result<Vec<There>> {
    let keys = near_keys_of(subject);
    let (first_edit, last_edit) = MatchKey::range(KeyKind::Near);
    let is_edit = |key: &MatchKey| (first_edit..=last_edit).contains(key);
    let (edits, parts): (Vec<MatchKey>, Vec<MatchKey>) = keys.into_iter().partition(is_edit);
    let Effort { common, names, edit } = effort(subject, reach);
    let most = if reach == Reach::Likely {
        common
    } else {
        VERY_COMMON
    };
    let mut shared = tx.rare_candidates(grant, &edits, most)?;
    if reach == Reach::Similar {
        let rare = tx.rare_candidates(grant, &parts, common)?;
        // Where all that the name has is common, there is nothing else to go by.
        shared.extend(match shared.is_empty() && rare.is_empty() {
            true => tx.rare_candidates(grant, &parts, VERY_COMMON)?,
            false => rare,
        });
    }
    let mut weighed: Vec<(CustomerNumber, f64)> = Vec::with_capacity(shared.len());
    for holders in shared.chunk_by(|a, b| a.0 == b.0) {
        let Some((key, _)) = holders.first() else { continue };
        let rarity = 1.0 + (f64::from(VERY_COMMON) / holders.len() as f64).log2();
        let weight = if is_edit(key) { edit * rarity } else { rarity };
        weighed.extend(holders.iter().map(|(_, number)| (*number, weight)));
    }
    weighed.sort_by_key(|(number, _)| *number);
    let mut sums: Vec<(CustomerNumber, f64)> = weighed
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|same| Some((same.first()?.0, same.iter().map(|(_, weight)| weight).sum())))
        .collect();
    sums.retain(|(number, _)| !known.iter().any(|(_, there)| there == number));
    let by_weight =
        |a: &(CustomerNumber, f64), b: &(CustomerNumber, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if sums.len() > names {
        sums.select_nth_unstable_by(names, by_weight);
        sums.truncate(names);
    }
    let by_name = subject.phones.is_empty() && subject.aliases.is_empty();
    let mut alike = Vec::new();
    for (number, _) in sums {
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
