//! Looking for duplicates in the whole store (R6.2): a job that the host steps.
//!
//! First the keys that customers share are read, a kind at a time, and give the pairs that are worth a look; then the
//! customers in those pairs are read in the order of their numbers; then the pairs are compared in memory. Nothing is
//! written, and what is entered meanwhile is found by the next run.
//!
//! Only what the caller sees is read (R8.2), by their rights as they are at each step: who may no longer is refused, a
//! search whose caller sees more or less than when it began begins anew, and what has gone out of sight by the last step
//! is not in the report.

mod groups;
mod pairs;
mod review;
mod there;

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    sync::Arc,
};

pub use review::DuplicateReview;

use self::{
    groups::{FoundPair, report_of},
    pairs::{KINDS, Pair, Pairs},
    there::Party,
};
use super::{Progress, Session, door::ReadTx};
use crate::{
    access::{Grant, SeeCustomers},
    error::{Error, Result},
    matching::{Candidate, DuplicatePair, Levels, MatchBand, Rules, Weights, fit},
    model::{CustomerNumber, ImportId},
    rules::settings::Conventions,
    store::Scope,
};

/// Customers that one step reads, or pairs that it compares for each.
const MAX_STEP: u32 = 100_000;
/// Pairs that weights are learnt from at the most: more would say the same.
const LEARNT_FROM: usize = 200_000;

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
        /// The weights that were learnt from these customers and went into the scores, in the form in which a database is
        /// opened with them; none unless they were to be learnt.
        pub weights: Option<String>,
    }
}

/// Which customers to look at, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DuplicateSearch {
    /// Only pairs of which at least one came in with this import.
    pub import: Option<ImportId>,
    /// Whether to learn first what numbers weigh among these very customers, and to compare by that.
    pub learn: bool,
}

/// Looks for duplicates; stepped by the host. Not stepping it is stopping it.
#[must_use = "nothing is done before it is stepped"]
pub struct DuplicateJob {
    session: Session,
    search: DuplicateSearch,
    /// What the caller saw when the search began.
    scope: Option<Scope>,
    phase: Phase,
    pairs: Pairs,
    /// Customers that have been read, and not taken apart yet.
    unread: Vec<(Candidate, Option<ImportId>)>,
    /// The customers in the pairs, by number.
    there: Vec<Party>,
    /// Where each of them is.
    places: HashMap<CustomerNumber, usize>,
    /// How many parties have a number that several customers have.
    holders: BTreeMap<String, usize>,
    /// The settings as they were when the search began.
    conventions: Arc<Conventions>,
    learnt: Option<Weights>,
    found: Vec<FoundPair>,
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

impl DuplicateJob {
    /// Customers that a step reads unless the host says otherwise.
    pub const STEP: u32 = 20_000;

    pub(super) fn new(session: Session, search: DuplicateSearch) -> Self {
        Self {
            session,
            search,
            scope: None,
            phase: Phase::Keys(0),
            pairs: Pairs::default(),
            unread: Vec::new(),
            there: Vec::new(),
            places: HashMap::new(),
            holders: BTreeMap::new(),
            conventions: Arc::default(),
            learnt: None,
            found: Vec::new(),
            compared: 0,
            report: DuplicateReport {
                groups: Vec::new(),
                similar: Vec::new(),
                compared: 0,
                weights: None,
            },
        }
    }

    /// Goes one step further: the keys of one kind, or up to `limit` customers (1 to 100,000), or ten pairs for each. Where
    /// what the caller may see has changed since the search began, it begins anew. After the last step it answers with the
    /// last progress.
    ///
    /// # Errors
    /// `storage.*`, after which the same step can be tried again; `access.inactive` once the caller has been made inactive;
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// use crm_core::service::{DuplicateJob, DuplicateSearch};
    ///
    /// let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// while !job.step(DuplicateJob::STEP)?.finished {}
    /// assert_eq!(job.report().compared, 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn step(&mut self, limit: u32) -> Result<Progress> {
        let limit = limit.clamp(1, MAX_STEP);
        match self.phase {
            Phase::Keys(at) => self.read_keys(at)?,
            Phase::Customers(after) => self.read_customers(after, limit)?,
            Phase::Pairs(at) => self.compare(at, limit as usize * 10)?,
            Phase::Finished => {}
        }
        Ok(self.progress())
    }

    /// What was found; empty until the job has finished.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// use crm_core::{MatchReason, service::DuplicateSearch};
    ///
    /// let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// while !job.step(1_000)?.finished {}
    /// let pair = &job.report().groups[0].pairs[0];
    /// assert_eq!(pair.reasons, [MatchReason::SamePhone, MatchReason::SameNameButForm]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
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

    fn read_keys(&mut self, at: usize) -> Result<()> {
        let Some(&kind) = KINDS.get(at) else {
            return Err(Error::internal("no such kind of key"));
        };
        let step = read(&self.session, self.scope.as_ref(), |tx, grant| {
            let scope = grant.sees().clone();
            Ok((pairs::shared(tx, grant, kind)?, tx.conventions()?, scope))
        })?;
        let Some((shared, conventions, scope)) = step else {
            return self.begin_anew();
        };
        if at == 0 {
            self.conventions = conventions;
            self.scope = Some(scope);
        }
        self.pairs.add(kind, shared);
        self.phase = match at + 1 < KINDS.len() {
            true => Phase::Keys(at + 1),
            false => {
                self.pairs.settle();
                Phase::Customers(None)
            }
        };
        Ok(())
    }

    /// Takes the customers apart that the step before has read, while the next ones are read.
    fn read_customers(&mut self, after: Option<CustomerNumber>, limit: u32) -> Result<()> {
        let unread = mem::take(&mut self.unread);
        let (session, pairs, import) = (&self.session, &self.pairs, self.search.import);
        let scope = self.scope.as_ref();
        let mut there = Vec::with_capacity(unread.len());
        let mut aside = || there.extend(unread.iter().map(|(it, from)| Party::new(it, *from, import)));
        let mut next = Ok(None);
        let mut here = || {
            next = read(session, scope, |tx, grant| {
                there::read(tx, grant, after, limit, pairs)
            })
        };
        session.door.executor().both(&mut aside, &mut here);
        let places = there.iter().map(|it| it.number).zip(self.there.len()..);
        self.places.extend(places);
        self.there.append(&mut there);
        let Some((unread, last)) = next? else {
            return self.begin_anew();
        };
        self.unread = unread;
        self.phase = match last {
            Some(last) => Phase::Customers(Some(last)),
            None => {
                self.holders = there::holders(&self.there, &self.pairs, self.rules());
                self.learnt = self.search.learn.then(|| self.learn());
                Phase::Pairs(0)
            }
        };
        Ok(())
    }

    fn begin_anew(&mut self) -> Result<()> {
        *self = Self::new(self.session.clone(), self.search);
        Ok(())
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            thresholds: self.conventions.thresholds,
            weights: self.learnt.as_ref().unwrap_or(&self.conventions.weights),
        }
    }

    /// The places of both of each pair, where the caller sees them and the search is about at least one.
    fn places<'p>(
        &'p self,
        pairs: impl Iterator<Item = &'p Pair> + 'p,
    ) -> impl Iterator<Item = (usize, usize)> + 'p {
        let at = |number: CustomerNumber| self.places.get(&number).copied();
        let sought = |at: usize| self.there.get(at).is_some_and(|there| there.sought);
        // Pairs are in order: most have the same first one as the pair before.
        let mut last: Option<(CustomerNumber, Option<usize>)> = None;
        pairs.filter_map(move |&(a, b)| {
            let (_, a) = *last.insert(match last {
                Some((known, place)) if known == a => (a, place),
                _ => (a, at(a)),
            });
            let (a, b) = (a?, at(b)?);
            (sought(a) || sought(b)).then_some((a, b))
        })
    }

    fn holders(&self, number: &str) -> usize {
        self.holders.get(number).copied().unwrap_or(1)
    }

    /// What numbers weigh among these customers, from the pairs that their names bring together.
    fn learn(&self) -> Weights {
        let by_name = self.pairs.by_name();
        let weights = &self.conventions.weights;
        let step = by_name.len().div_ceil(LEARNT_FROM).max(1);
        let levels = self.places(by_name.iter().step_by(step)).filter_map(|(a, b)| {
            let (a, b) = (self.there.get(a)?, self.there.get(b)?);
            let levels = Levels::of(&a.subject, &b.subject, |number| self.holders(number), weights);
            (levels.names.bits > 0.0).then_some(levels)
        });
        fit(levels, weights).weights
    }

    fn compare(&mut self, from: usize, count: usize) -> Result<()> {
        let pairs_in_all = self.pairs.all().len();
        let pairs = self.pairs.all().get(from..).unwrap_or_default();
        let now = pairs.get(..count).unwrap_or(pairs);
        let end = from + now.len();
        // The last step asks when it ends.
        if end < pairs_in_all && read(&self.session, self.scope.as_ref(), |_, _| Ok(()))?.is_none() {
            return self.begin_anew();
        }
        let (left, right) = now.split_at(now.len() / 2);
        let (mut first, mut second) = (Compared::default(), Compared::default());
        let this = &*self;
        let mut aside = || first = this.compare_all(left);
        let mut here = || second = this.compare_all(right);
        this.session.door.executor().both(&mut aside, &mut here);
        for Compared { found, pairs } in [first, second] {
            self.found.extend(found);
            self.compared += pairs;
        }
        self.phase = Phase::Pairs(end);
        if end == pairs_in_all {
            self.finish()?;
        }
        Ok(())
    }

    /// The pairs that are likely, and those that are similar and have a number in common.
    fn compare_all(&self, pairs: &[Pair]) -> Compared {
        let rules = self.rules();
        let mut compared = Compared::default();
        for (a, b) in self.places(pairs.iter()) {
            let (Some(first), Some(second)) = (self.there.get(a), self.there.get(b)) else {
                continue;
            };
            compared.pairs += 1;
            let holders = |number: &str| self.holders(number);
            let found = first.subject.compare(&second.subject, holders, rules);
            if let Some(it) = found.filter(|it| it.band == MatchBand::Likely || it.has_number()) {
                compared.found.push(FoundPair::new((a, first), (b, second), it));
            }
        }
        compared
    }

    fn finish(&mut self) -> Result<()> {
        let pairs = || self.found.iter().map(|found| &found.pair);
        let firsts = each_once(pairs().map(|pair| pair.first));
        let named = each_once(pairs().flat_map(|pair| [pair.first, pair.second]));
        let last = read(&self.session, self.scope.as_ref(), |tx, grant| {
            Ok((tx.distinct_from(grant, &firsts)?, tx.seen_of(grant, &named)?))
        })?;
        let Some((said, seen)) = last else {
            return self.begin_anew();
        };
        let said: BTreeMap<CustomerNumber, Vec<CustomerNumber>> = firsts.into_iter().zip(said).collect();
        // Not before the read, which can fail and be tried again.
        let mut found = mem::take(&mut self.found);
        let in_sight = |number: CustomerNumber| seen.binary_search(&number).is_ok();
        found.retain(|FoundPair { pair, .. }| in_sight(pair.first) && in_sight(pair.second));
        let (groups, similar) = report_of(found, &self.there, &said, self.rules());
        self.report = DuplicateReport {
            groups,
            similar,
            compared: self.compared,
            weights: self.learnt.as_ref().map(Weights::to_text),
        };
        self.there = Vec::new();
        self.places = HashMap::new();
        self.pairs = Pairs::default();
        self.phase = Phase::Finished;
        Ok(())
    }
}

/// What comparing some pairs came to.
#[derive(Default)]
struct Compared {
    found: Vec<FoundPair>,
    pairs: u64,
}

/// Reads in a transaction of its own, under the caller's rights as they are in it; nothing if they no longer see what they
/// saw when the search began.
fn read<T>(
    session: &Session,
    began: Option<&Scope>,
    mut body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, SeeCustomers>) -> Result<T>,
) -> Result<Option<T>> {
    session.door.read(session.caller, |tx, grant| {
        match began.is_none_or(|scope| scope == grant.sees()) {
            true => body(tx, grant).map(Some),
            false => Ok(None),
        }
    })
}

fn each_once(numbers: impl Iterator<Item = CustomerNumber>) -> Vec<CustomerNumber> {
    let mut numbers: Vec<CustomerNumber> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
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
