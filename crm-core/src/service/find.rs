//! Looking for duplicates in the whole store (R6.2): a job that the host steps.
//!
//! First the keys that customers share are read, a kind at a time, and give the pairs that are worth a look; then the
//! customers in those pairs are read in the order of their numbers; then the pairs are compared in memory. Nothing is
//! written, and what is entered meanwhile is found by the next run.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    mem,
};

use super::{Progress, Session, door::ReadTx};
use crate::{
    access::{Grant, SeeCustomers},
    error::{Code, Error, Problem, Result},
    matching::{
        Candidate, DuplicatePair, KeyKind, MatchBand, MatchKey, NameParts, Subject, Thresholds,
        WEAK_PHONE_HOLDERS, Weights, fold, group, likeness, parties,
    },
    model::{CustomerNumber, ImportId},
};

/// Customers on one key beyond which it says nothing: a switchboard, a word that many names are. What is only alike says
/// less.
const fn crowd(kind: KeyKind) -> usize {
    match kind {
        KeyKind::Core | KeyKind::Near => 16,
        _ => 50,
    }
}

/// Customers that one step reads, or pairs that it compares for each.
const MAX_STEP: u32 = 100_000;
/// A group of more customers than this is no group of duplicates.
const LARGEST: usize = 50;

/// The kinds of keys that give pairs.
const KINDS: [KeyKind; 5] = [
    KeyKind::Phone,
    KeyKind::Alias,
    KeyKind::Name,
    KeyKind::Core,
    KeyKind::Near,
];

record! {
    /// Customers that may all be one (R6.2).
    pub struct DuplicateGroup {
        /// Their numbers, the one entered first before the others.
        pub customers: Vec<CustomerNumber>,
        /// The pairs that brought them together, the surest first.
        pub pairs: Vec<DuplicatePair>,
    }
}

record! {
    /// What looking for duplicates came to (R6.2).
    pub struct DuplicateReport {
        /// The groups of likely duplicates, the surest first.
        pub groups: Vec<DuplicateGroup>,
        /// The pairs that are similar and share a number, but are not likely to be one; the surest first.
        pub similar: Vec<DuplicatePair>,
        /// How many pairs were compared.
        pub compared: u64,
    }
}

/// Which customers to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DuplicateSearch {
    /// Only pairs of which at least one came in with this import.
    pub import: Option<ImportId>,
}

/// Looks for duplicates; stepped by the host. Not stepping it is stopping it.
pub struct DuplicateJob {
    session: Session,
    search: DuplicateSearch,
    phase: Phase,
    /// Pairs that are worth a look, by number.
    pairs: Vec<(CustomerNumber, CustomerNumber)>,
    /// The customers in them, sorted.
    wanted: Vec<CustomerNumber>,
    /// Numbers that more customers have than are looked at.
    crowded: BTreeSet<MatchKey>,
    /// The customers in the pairs, by number.
    there: Vec<There>,
    /// How many parties have a number that several customers have.
    holders: BTreeMap<String, usize>,
    found: Vec<(usize, usize, DuplicatePair)>,
    compared: u64,
    report: DuplicateReport,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Keys(usize),
    Customers(Option<CustomerNumber>),
    Pairs(usize),
    Finished,
}

/// A customer that is in a pair.
struct There {
    candidate: Candidate,
    subject: Subject,
    imported: bool,
}

impl DuplicateJob {
    /// Customers that a step reads unless the host says otherwise.
    pub const STEP: u32 = 20_000;

    pub(super) fn new(session: Session, search: DuplicateSearch) -> Self {
        Self {
            session,
            search,
            phase: Phase::Keys(0),
            pairs: Vec::new(),
            wanted: Vec::new(),
            crowded: BTreeSet::new(),
            there: Vec::new(),
            holders: BTreeMap::new(),
            found: Vec::new(),
            compared: 0,
            report: DuplicateReport {
                groups: Vec::new(),
                similar: Vec::new(),
                compared: 0,
            },
        }
    }

    /// Goes one step further: the keys of one kind, or up to `limit` customers (1 to 100,000), or ten pairs for each.
    ///
    /// # Errors
    /// `storage.*`, after which the same step can be tried again; `job.ended` after the last step.
    pub fn step(&mut self, limit: u32) -> Result<Progress> {
        let limit = limit.clamp(1, MAX_STEP);
        match self.phase {
            Phase::Keys(at) => self.read_keys(at)?,
            Phase::Customers(after) => self.read_customers(after, limit)?,
            Phase::Pairs(at) => self.compare(at, limit as usize * 10)?,
            Phase::Finished => {
                return Err(Error::Rule {
                    problem: Problem::new("", Code::JobEnded),
                });
            }
        }
        Ok(self.progress())
    }

    /// What was found; empty until the job has finished.
    pub fn report(&self) -> &DuplicateReport {
        &self.report
    }

    fn progress(&self) -> Progress {
        let total = KINDS.len() as u64 + 2;
        let kinds = KINDS.len() as u64;
        let done = match self.phase {
            Phase::Keys(at) => at as u64,
            Phase::Customers(_) => kinds,
            Phase::Pairs(_) => kinds + 1,
            Phase::Finished => total,
        };
        Progress {
            done,
            total,
            finished: self.phase == Phase::Finished,
        }
    }

    fn read<T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, SeeCustomers>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }

    fn read_keys(&mut self, at: usize) -> Result<()> {
        let Some(&kind) = KINDS.get(at) else {
            return Err(Error::internal("no such kind of key"));
        };
        let (pairs, crowded) = self.read(|tx, grant| {
            let mut pairs = Vec::new();
            let mut crowded = Vec::new();
            tx.shared_keys(grant, kind, &mut |key, numbers| {
                if numbers.len() > crowd(kind) {
                    crowded.extend((kind == KeyKind::Phone).then_some(key));
                } else {
                    let mut rest = numbers;
                    while let Some((first, others)) = rest.split_first() {
                        pairs.extend(others.iter().map(|other| (*first, *other)));
                        rest = others;
                    }
                }
                Ok(true)
            })?;
            Ok((pairs, crowded))
        })?;
        self.crowded.extend(crowded);
        self.pairs.extend(pairs);
        self.pairs.sort_unstable();
        self.pairs.dedup();
        if at + 1 < KINDS.len() {
            self.phase = Phase::Keys(at + 1);
            return Ok(());
        }
        self.wanted = self.pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        self.wanted.sort_unstable();
        self.wanted.dedup();
        self.phase = Phase::Customers(None);
        Ok(())
    }

    fn read_customers(&mut self, after: Option<CustomerNumber>, limit: u32) -> Result<()> {
        let import = self.search.import;
        let wanted = &self.wanted;
        let (there, last) = self.read(|tx, grant| {
            let read = tx.candidates_after(grant, after, limit)?;
            let last = read.last().map(|(candidate, _)| candidate.number);
            let seen = |candidate: &Candidate| {
                grant.scope().contains(candidate.owner) && wanted.binary_search(&candidate.number).is_ok()
            };
            let there: Vec<There> = read
                .into_iter()
                .filter(|(candidate, _)| seen(candidate))
                .map(|(candidate, came_with)| There::new(candidate, import.is_none() || came_with == import))
                .collect();
            Ok((there, last))
        })?;
        self.there.extend(there);
        if let Some(last) = last {
            self.phase = Phase::Customers(Some(last));
            return Ok(());
        }
        self.wanted = Vec::new();
        self.count_holders();
        self.phase = Phase::Pairs(0);
        Ok(())
    }

    fn count_holders(&mut self) {
        let phones = |there: &'_ There| there.subject.phones.clone();
        let mut having: Vec<(String, usize)> = Vec::new();
        for (at, there) in self.there.iter().enumerate() {
            having.extend(phones(there).into_iter().map(|phone| (phone, at)));
        }
        having.sort_unstable();
        for same in having.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let Some((phone, _)) = same.first() else { continue };
            let names = same
                .iter()
                .filter_map(|(_, at)| Some(&self.there.get(*at)?.subject.name));
            let holders = match self.crowded.contains(&MatchKey::of(KeyKind::Phone, phone)) {
                true => WEAK_PHONE_HOLDERS,
                false => parties(names),
            };
            self.holders.insert(phone.clone(), holders);
        }
    }

    fn compare(&mut self, from: usize, count: usize) -> Result<()> {
        let pairs = self.pairs.get(from..).unwrap_or_default();
        let now = pairs.get(..count).unwrap_or(pairs);
        let end = from + now.len();
        let at = |number: &CustomerNumber| {
            self.there
                .binary_search_by_key(number, |there| there.candidate.number)
                .ok()
        };
        let imported = |at: usize| self.there.get(at).is_some_and(|there| there.imported);
        let both: Vec<(usize, usize)> = now
            .iter()
            .filter_map(|(a, b)| Some((at(a)?, at(b)?)))
            .filter(|(a, b)| imported(*a) || imported(*b))
            .collect();
        let half = both.len() / 2;
        let (left, right) = both.split_at(half);
        let (there, holders) = (&self.there, &self.holders);
        let thresholds = self.session.door.settings().thresholds;
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let mut aside = || first = compare_all(there, holders, thresholds, left);
        let mut here = || second = compare_all(there, holders, thresholds, right);
        self.session.door.executor().both(&mut aside, &mut here);
        self.found.append(&mut first);
        self.found.append(&mut second);
        self.compared += both.len() as u64;
        self.phase = Phase::Pairs(end);
        if end == self.pairs.len() {
            self.finish()?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let mut said: BTreeMap<CustomerNumber, Vec<CustomerNumber>> = BTreeMap::new();
        self.read(|tx, grant| {
            for (_, _, pair) in &self.found {
                if let Entry::Vacant(unread) = said.entry(pair.first) {
                    unread.insert(tx.distinct_from(grant, pair.first)?);
                }
            }
            Ok(())
        })?;
        let different = |a: CustomerNumber, b: CustomerNumber| {
            let said = |a, b| said.get(a).is_some_and(|others| others.contains(b));
            said(&a, &b) || said(&b, &a)
        };
        // Not before the read, which can fail and be tried again.
        let mut found: Vec<_> = mem::take(&mut self.found)
            .into_iter()
            .filter(|(_, _, pair)| !different(pair.first, pair.second))
            .collect();
        found.sort_by(|(_, _, x), (_, _, y)| {
            y.score
                .total_cmp(&x.score)
                .then((x.first, x.second).cmp(&(y.first, y.second)))
        });
        let (likely, similar): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|(_, _, pair)| pair.band == MatchBand::Likely);
        let edges: Vec<(usize, usize)> = likely.iter().map(|(a, b, _)| (*a, *b)).collect();
        let number = |at: usize| self.there.get(at).map(|there| there.candidate.number);
        let conflict = |a: usize, b: usize| match (self.there.get(a), self.there.get(b)) {
            (Some(a), Some(b)) => {
                let names = likeness(&a.subject.name, &b.subject.name, Weights::shipped());
                names.bits < 0.0 || different(a.candidate.number, b.candidate.number)
            }
            _ => true,
        };
        let groups = group(self.there.len(), &edges, LARGEST, conflict);
        let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, members) in groups.iter().enumerate() {
            group_of.extend(members.iter().map(|member| (*member, at)));
        }
        let mut groups: Vec<DuplicateGroup> = groups
            .into_iter()
            .map(|members| DuplicateGroup {
                customers: members.into_iter().filter_map(number).collect(),
                pairs: Vec::new(),
            })
            .collect();
        for (a, b, pair) in likely {
            let same = group_of.get(&a).filter(|group| group_of.get(&b) == Some(group));
            if let Some(group) = same.and_then(|at| groups.get_mut(*at)) {
                group.pairs.push(pair);
            }
        }
        self.report = DuplicateReport {
            groups,
            similar: similar.into_iter().map(|(_, _, pair)| pair).collect(),
            compared: self.compared,
        };
        self.there = Vec::new();
        self.pairs = Vec::new();
        self.phase = Phase::Finished;
        Ok(())
    }
}

impl There {
    fn new(candidate: Candidate, imported: bool) -> Self {
        let aliases = candidate.aliases.iter().map(|alias| fold(alias)).collect();
        let subject = Subject {
            name: NameParts::of(&candidate.name, candidate.kind),
            kind: candidate.kind,
            phones: candidate.phones.clone(),
            aliases,
        };
        Self {
            candidate,
            subject,
            imported,
        }
    }
}

/// The pairs that are likely, and those that are similar and have a number in common.
fn compare_all(
    there: &[There],
    holders: &BTreeMap<String, usize>,
    thresholds: Thresholds,
    pairs: &[(usize, usize)],
) -> Vec<(usize, usize, DuplicatePair)> {
    let holders = |phone: &str| holders.get(phone).copied().unwrap_or(1);
    let mut found = Vec::new();
    for &(a, b) in pairs {
        let (Some(first), Some(second)) = (there.get(a), there.get(b)) else {
            continue;
        };
        let names = &second.subject.name;
        let compared = first
            .subject
            .compare_parts(&second.candidate, names, holders, thresholds);
        let Some(compared) = compared.filter(|it| it.band == MatchBand::Likely || it.has_number()) else {
            continue;
        };
        found.push((
            a,
            b,
            DuplicatePair {
                first: first.candidate.number,
                first_name: first.candidate.name.clone(),
                second: second.candidate.number,
                second_name: second.candidate.name.clone(),
                band: compared.band,
                score: compared.score,
                reasons: compared.reasons,
                weights: compared.weights,
            },
        ));
    }
    found
}

/// Steps to the end, with the progress after each step.
impl Iterator for DuplicateJob {
    type Item = Result<Progress>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.phase {
            Phase::Finished => None,
            _ => Some(self.step(Self::STEP)),
        }
    }
}
