//! Looking up who may be the same (R6.1), and what the caller may know of them (R8.2).

use std::collections::BTreeMap;

use super::door::ReadTx;
use crate::{
    access::{Action, Grant, SeeCustomers},
    error::{Error, Result},
    matching::{
        Candidate, Comparison, DuplicateMatch, DuplicatePair, KeyKind, MatchBand, MatchKey, NameParts,
        Subject, match_keys,
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

/// The keys of a draft.
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

/// Looks up and compares, whatever the scope, and splits by what the caller sees.
pub(super) fn look_up<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
) -> Result<Found> {
    let hits = tx.candidates(grant, &keys_of(subject), PER_KEY)?;
    let mut found = Found::default();
    let sees: Grant<'_, SeeCustomers> = tx.grant()?;
    for (candidate, compared) in compare_all(tx, grant, subject, &hits)? {
        let owner_name = tx
            .user(grant, candidate.owner)?
            .map(|user| user.name)
            .unwrap_or_default();
        if sees.scope().contains(candidate.owner) {
            let Candidate { number, name, .. } = candidate;
            let Comparison { band, score, reasons } = compared;
            found.matches.push(DuplicateMatch {
                number,
                name,
                owner_name,
                band,
                score,
                reasons,
            });
        } else if compared.band == MatchBand::Likely && !found.hidden_owners.contains(&owner_name) {
            found.hidden_owners.push(owner_name);
        }
    }
    found.matches.truncate(MOST);
    Ok(found)
}

/// The candidates that are worth a look, the likely ones first, then by score and number.
pub(super) fn compare_all<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
    hits: &[(MatchKey, CustomerNumber)],
) -> Result<Vec<(Candidate, Comparison)>> {
    let mut numbers: Vec<CustomerNumber> = hits.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut holders: BTreeMap<MatchKey, usize> = BTreeMap::new();
    for (key, _) in hits {
        *holders.entry(*key).or_default() += 1;
    }
    let holders_of = |phone: &str| {
        holders
            .get(&MatchKey::of(KeyKind::Phone, phone))
            .copied()
            .unwrap_or_default()
    };
    let mut compared = Vec::new();
    for number in numbers {
        let Some(candidate) = tx.candidate(grant, number)? else {
            continue;
        };
        compared.extend(
            subject
                .compare(&candidate, holders_of)
                .map(|comparison| (candidate, comparison)),
        );
    }
    compared.sort_by(|(a, x), (b, y)| {
        x.band
            .cmp(&y.band)
            .then(y.score.total_cmp(&x.score))
            .then(a.number.cmp(&b.number))
    });
    Ok(compared)
}

/// Customers on one key beyond which the key says nothing: a switchboard, a word that many names are.
const CROWD: usize = 50;

/// Every pair of customers in scope that share a key and may be one, best first, `limit` at the most (R6.2). Pairs that
/// were said to be different are left out.
pub(super) fn find_pairs<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    limit: usize,
) -> Result<Vec<DuplicatePair>> {
    let mut pairs: BTreeMap<(CustomerNumber, CustomerNumber), DuplicatePair> = BTreeMap::new();
    for kind in [KeyKind::Phone, KeyKind::Alias, KeyKind::Name, KeyKind::Core] {
        tx.shared_keys(grant, kind, &mut |_, numbers| {
            if numbers.len() <= CROWD {
                compare_group(tx, grant, numbers, &mut pairs)?;
            }
            Ok(true)
        })?;
    }
    let mut pairs: Vec<DuplicatePair> = pairs.into_values().collect();
    pairs.sort_by(|x, y| {
        x.band
            .cmp(&y.band)
            .then(y.score.total_cmp(&x.score))
            .then(x.first.cmp(&y.first))
    });
    pairs.truncate(limit);
    Ok(pairs)
}

fn compare_group<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    numbers: &[CustomerNumber],
    pairs: &mut BTreeMap<(CustomerNumber, CustomerNumber), DuplicatePair>,
) -> Result<()> {
    let mut candidates = Vec::with_capacity(numbers.len());
    for number in numbers {
        candidates.extend(
            tx.candidate(grant, *number)?
                .filter(|found| grant.scope().contains(found.owner)),
        );
    }
    let mut rest = candidates.as_slice();
    while let Some((first, others)) = rest.split_first() {
        rest = others;
        let subject = subject_of_candidate(first);
        for second in others {
            if pairs.contains_key(&(first.number, second.number)) {
                continue;
            }
            // Every customer on this key is in the group; for its other keys the group is a lower bound, and a number
            // that is shared more widely comes up under its own key first.
            let Some(found) = subject.compare(second, |_| numbers.len()) else {
                continue;
            };
            if tx.distinct_from(grant, first.number)?.contains(&second.number) {
                continue;
            }
            let pair = DuplicatePair {
                first: first.number,
                first_name: first.name.clone(),
                second: second.number,
                second_name: second.name.clone(),
                band: found.band,
                score: found.score,
                reasons: found.reasons,
            };
            pairs.insert((first.number, second.number), pair);
        }
    }
    Ok(())
}

fn subject_of_candidate(candidate: &Candidate) -> Subject {
    Subject {
        name: NameParts::of(&candidate.name, candidate.kind),
        kind: candidate.kind,
        phones: candidate.phones.clone(),
        aliases: candidate
            .aliases
            .iter()
            .map(|alias| crate::matching::fold(alias))
            .collect(),
    }
}
