//! Looking up who may be the same (R6.1), and what the caller may know of them (R8.2).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    door::ReadTx,
    proposals::{choose, questions},
};
use crate::{
    access::{Grant, Looks},
    error::{Error, Result},
    matching::{
        Candidate, Comparison, DuplicateMatch, MatchBand, MatchKey, NameParts, Rules, Subject, exact_keys,
        likeness, match_keys, score,
    },
    model::{CustomerNumber, Registration, UserId},
    rules::customer::CheckedCustomer,
    store::{Crowded, KeyQuestion, Proposed, Whose},
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
    /// The owners' names of likely ones out of scope, in order: it tells nothing of which is which.
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
        registrations: checked.registrations.iter().map(Registration::normal).collect(),
    }
}

/// The keys by which the same as a draft is found.
fn exact_keys_of(subject: &Subject) -> Vec<MatchKey> {
    exact_keys(
        &subject.name,
        subject.phones.iter().map(String::as_str),
        subject.aliases.iter().map(String::as_str),
        &subject.registrations,
    )
}

/// All keys of a draft, sorted, each once.
pub(super) fn keys_of(subject: &Subject) -> Vec<MatchKey> {
    let mut keys = match_keys(
        &subject.name,
        subject.phones.iter().map(String::as_str),
        subject.aliases.iter().map(String::as_str),
        &subject.registrations,
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

/// Which customers are worth a look.
struct Chosen {
    /// Those that have a key in common, in order.
    exact: Vec<CustomerNumber>,
    /// Others whose names may be alike.
    alike: Vec<CustomerNumber>,
}

impl Chosen {
    /// Of the answers to the questions of [`asked`].
    fn of(subject: &Subject, reach: Reach, answers: &[Vec<(MatchKey, CustomerNumber)>]) -> Self {
        let (exact, rest) = match answers.split_first() {
            Some((exact, rest)) => (numbers_of(exact), rest),
            None => (Vec::new(), answers),
        };
        let alike = choose(subject, reach, rest, &exact);
        Self { exact, alike }
    }
}

/// What is asked to find who may be the same.
fn asked(subject: &Subject, reach: Reach, whose: Whose) -> Vec<KeyQuestion> {
    let mut asked = vec![KeyQuestion {
        keys: exact_keys_of(subject),
        whose,
        limit: PER_KEY,
        crowded: Crowded::Cut,
        unless: 0,
    }];
    asked.extend(questions(subject, reach, whose));
    asked
}

/// Who may be the same among the customers that the caller sees, and where saving asks for it, with whom there is a likely
/// one among the others. What is found in sight is the same whatever is out of sight (R8.2): each side is asked for,
/// chosen and compared by itself, and a number is weighed by those in sight who have it.
pub(super) fn look_up<'tx, A: Looks>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    subject: &Subject,
    reach: Reach,
    hidden_too: bool,
) -> Result<Found> {
    let conventions = tx.conventions()?;
    let mut questions = asked(subject, reach, Whose::InScope);
    let in_scope = questions.len();
    if hidden_too && conventions.tell_hidden_owner && !grant.sees().is_all() {
        questions.extend(asked(subject, reach, Whose::OutOfScope));
    }
    let answers = tx.holders(grant, &questions)?;
    let (in_sight, hidden) = answers.split_at_checked(in_scope).unwrap_or((&answers, &[]));
    let in_sight = Chosen::of(subject, reach, in_sight);
    let hidden = Chosen::of(subject, reach, hidden);
    let exact = [in_sight.exact.as_slice(), &hidden.exact].concat();
    let alike = [in_sight.alike, hidden.alike].concat();
    // Where there are only names to compare, nothing else need be read of those whose names may be alike.
    let only_named =
        subject.phones.is_empty() && subject.aliases.is_empty() && subject.registrations.is_empty();
    let proposed = match only_named {
        true => tx.proposed(grant, &exact, &alike)?,
        false => tx.proposed(grant, &[exact, alike].concat(), &[])?,
    };
    let is_exact = |number| {
        let exact = |chosen: &[CustomerNumber]| chosen.binary_search(&number).is_ok();
        exact(&in_sight.exact) || exact(&hidden.exact)
    };
    let mut names = BTreeMap::new();
    let (mut seen, mut others) = (Sorted::default(), Sorted::default());
    for Proposed {
        candidate,
        owner_name,
        ..
    } in proposed
    {
        names.insert(candidate.owner, owner_name);
        let subject = Subject::of(&candidate);
        let side = match grant.sees().contains(candidate.number, candidate.owner) {
            true => &mut seen,
            false => &mut others,
        };
        match is_exact(candidate.number) {
            true => side.exact.push((candidate, subject)),
            false => side.alike.push((candidate, subject)),
        }
    }
    let rules = conventions.rules();
    let (seen, others) = (seen.worth(subject, rules), others.worth(subject, rules));
    let holders = Holders::among(subject, &seen, rules);
    let owner_name = |owner: UserId| names.get(&owner).cloned().unwrap_or_default();
    let matches = compare_all(subject, &seen, &holders, rules).map(|(candidate, compared)| {
        let Candidate {
            number, name, owner, ..
        } = candidate;
        let Comparison {
            band,
            score,
            reasons,
            weights,
        } = compared;
        DuplicateMatch {
            number,
            name,
            owner_name: owner_name(owner),
            band,
            score,
            reasons,
            weights,
        }
    });
    let likely = compare_all(subject, &others, &holders, rules)
        .filter(|(_, compared)| compared.band == MatchBand::Likely)
        .map(|(candidate, _)| owner_name(candidate.owner));
    Ok(Found {
        matches: matches.take(MOST).collect(),
        hidden_owners: likely.collect::<BTreeSet<String>>().into_iter().collect(),
    })
}

/// Who was proposed, by what.
#[derive(Default)]
struct Sorted {
    exact: Vec<Compared>,
    alike: Vec<Compared>,
}

impl Sorted {
    /// Those that are compared.
    fn worth(self, subject: &Subject, rules: Rules<'_>) -> Vec<Compared> {
        let mut worth = self.exact;
        worth.extend(most_alike(subject, self.alike, rules));
        worth
    }
}

/// A customer, and what is compared of it.
pub(super) type Compared = (Candidate, Subject);

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

/// How many parties have each number of what is being entered, among the customers that the caller sees: what somebody else
/// has in hiding makes no number a switchboard (R6.1).
pub(super) struct Holders<'s>(BTreeMap<&'s str, usize>);

impl<'s> Holders<'s> {
    pub(super) fn among(subject: &'s Subject, seen: &[Compared], rules: Rules<'_>) -> Self {
        let numbers = subject.phones.iter().chain(&subject.aliases);
        let holders = numbers.map(|number| (number.as_str(), rules.parties(holding(number, seen))));
        Self(holders.collect())
    }

    fn of(&self, number: &str) -> usize {
        self.0.get(number).copied().unwrap_or_default()
    }
}

/// Customers as they are compared.
pub(super) fn to_compare<'p>(proposed: impl IntoIterator<Item = &'p Proposed>) -> Vec<Compared> {
    let candidates = proposed.into_iter().map(|proposed| &proposed.candidate);
    candidates
        .map(|candidate| (candidate.clone(), Subject::of(candidate)))
        .collect()
}

/// The candidates that are worth a look, the likely ones first, then by score and number.
pub(super) fn compare_all(
    subject: &Subject,
    there: &[Compared],
    holders: &Holders<'_>,
    rules: Rules<'_>,
) -> impl Iterator<Item = (Candidate, Comparison)> {
    let mut compared: Vec<(Candidate, Comparison)> = there
        .iter()
        .filter_map(|(candidate, there)| {
            let found = subject.compare(there, |number: &str| holders.of(number), rules)?;
            Some((candidate.clone(), found))
        })
        .collect();
    compared.sort_by(|(a, x), (b, y)| {
        x.band
            .cmp(&y.band)
            .then(y.score.total_cmp(&x.score))
            .then(a.number.cmp(&b.number))
    });
    compared.into_iter()
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
