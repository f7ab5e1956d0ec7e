//! Working the groups of a search through, one after the other (R6.2, R6.3).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{DuplicateGroup, DuplicateJob};
use crate::{
    access::{EditCustomers, Grant},
    error::{Error, Result},
    model::{Answer, AuditKind, CustomerKey, CustomerNumber},
    service::{Session, door::ReadTx},
};

/// The groups that a search found, one after the other (R6.3): each is [merged](Self::merge), said to be of
/// [different](Self::different) customers, or left for [later](Self::later).
///
/// A group is as it is when it is asked for: who has been merged, archived or said to be different since is out of it, and so
/// is who may be seen only, since whoever decides must have the right to edit both. What is left of one customer alone is no
/// group, and is passed over.
#[must_use = "nothing is decided before it is worked through"]
pub struct DuplicateReview {
    session: Session,
    waiting: VecDeque<DuplicateGroup>,
    in_hand: Option<DuplicateGroup>,
}

impl DuplicateJob {
    /// Works through the groups that were found, the surest first; none until the job has finished. One review knows nothing of
    /// another: a new one begins again, with what no decision has been made of.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// use crm_core::service::DuplicateSearch;
    ///
    /// let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// while !job.step(1_000)?.finished {}
    /// let mut review = job.review();
    /// while let Some(group) = review.next_group()? {
    ///     review.merge(group.customers[0], &[])?;
    /// }
    /// assert_eq!(me.customers().merges("CRM202405010001")?.len(), 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn review(&self) -> DuplicateReview {
        DuplicateReview {
            session: self.session.clone(),
            waiting: self.report.groups.iter().cloned().collect(),
            in_hand: None,
        }
    }
}

impl DuplicateReview {
    /// Takes the next group in hand, none after the last; the one before that is put off, unless all of it was decided.
    ///
    /// # Errors
    /// `storage.*`, after which it can be tried again.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// # use crm_core::service::DuplicateSearch;
    /// # let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// # while !job.step(1_000)?.finished {}
    /// let mut review = job.review();
    /// let group = review.next_group()?.unwrap();
    /// assert_eq!(group.customers.len(), 2);
    /// assert!(review.next_group()?.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn next_group(&mut self) -> Result<Option<DuplicateGroup>> {
        self.in_hand = None;
        while let Some(group) = self.waiting.front() {
            self.in_hand = self.read(|tx, grant| still_open(tx, grant, group))?;
            self.waiting.pop_front();
            if self.in_hand.is_some() {
                break;
            }
        }
        Ok(self.in_hand.clone())
    }

    /// Merges these customers of the group in hand into another one of it, one after the other, as
    /// [`Customers::merge`](crate::service::Customers::merge) does without choices; with no `losers` all the others. Answers with
    /// what is left of the group.
    ///
    /// Each merge is an operation of its own, which `undo` takes back, the last one first. Where one is refused, those before it
    /// are done.
    ///
    /// # Errors
    /// NotFound for who is not in the group in hand; as `merge`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// # use crm_core::service::DuplicateSearch;
    /// # let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// # while !job.step(1_000)?.finished {}
    /// let mut review = job.review();
    /// review.next_group()?;
    /// let left = review.merge("CRM202405010001", &["CRM202405010002".into()])?;
    /// assert!(left.is_none(), "nobody is left");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn merge(
        &mut self,
        into: impl Into<CustomerKey>,
        losers: &[CustomerKey],
    ) -> Result<Option<DuplicateGroup>> {
        let into = into.into();
        let (into, losers) = self.decide(|tx, grant, group| {
            let into = member(tx, grant, group, &into)?;
            let losers = match losers {
                [] => group.iter().copied().filter(|other| *other != into).collect(),
                losers => members(tx, grant, group, losers)?,
            };
            Ok((into, losers))
        })?;
        for loser in losers {
            self.session.customers().merge(loser, into, &[])?;
        }
        self.left()
    }

    /// Says that these customers of the group in hand are different from each other one of it, as
    /// [`Customers::say_different`](crate::service::Customers::say_different) does, in one operation; with no `customers` that
    /// none is another. Answers with what is left of the group.
    ///
    /// # Errors
    /// NotFound for who is not in the group in hand.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// # use crm_core::service::DuplicateSearch;
    /// # let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// # while !job.step(1_000)?.finished {}
    /// let mut review = job.review();
    /// review.next_group()?;
    /// assert!(review.different(&[])?.is_none(), "all of it is decided");
    /// assert!(job.review().next_group()?.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn different(&mut self, customers: &[CustomerKey]) -> Result<Option<DuplicateGroup>> {
        let in_hand = self.in_hand.as_ref();
        self.session
            .customers()
            .write::<EditCustomers, _>(AuditKind::SaidDistinct, |tx, grant| {
                let group = open_members(&tx.reads(), grant, in_hand)?;
                let named = match customers {
                    [] => group.clone(),
                    customers => members(&tx.reads(), grant, &group, customers)?,
                };
                let pairs = named.iter().flat_map(|a| group.iter().map(move |b| (*a, *b)));
                let answers: BTreeSet<_> = pairs
                    .filter(|(a, b)| a != b)
                    .map(|(a, b)| (a.min(b), a.max(b)))
                    .collect();
                for (a, b) in answers {
                    let answer = Answer::about(a, b);
                    if tx.reads().answer(grant, answer)?.is_none() {
                        tx.add(grant, answer);
                    }
                }
                Ok(())
            })?;
        self.left()
    }

    /// Puts the group in hand off: it stays away for the rest of this review. The next review has it again, since nothing was
    /// said of it, and nothing is stored: only an answer keeps duplicates out of a search (R6.2).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// # use crm_core::service::DuplicateSearch;
    /// # let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// # while !job.step(1_000)?.finished {}
    /// let mut review = job.review();
    /// let group = review.next_group()?;
    /// review.later();
    /// assert!(review.next_group()?.is_none());
    /// assert_eq!(job.review().next_group()?, group);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn later(&mut self) {
        self.in_hand = None;
    }

    /// What is left of the group in hand.
    fn left(&mut self) -> Result<Option<DuplicateGroup>> {
        if let Some(group) = &self.in_hand {
            self.in_hand = self.read(|tx, grant| still_open(tx, grant, group))?;
        }
        Ok(self.in_hand.clone())
    }

    /// Reads what is decided of the customers of the group in hand, as they are now.
    fn decide<T>(
        &self,
        mut what: impl for<'tx> FnMut(
            &ReadTx<'_, 'tx>,
            &Grant<'tx, EditCustomers>,
            &[CustomerNumber],
        ) -> Result<T>,
    ) -> Result<T> {
        let in_hand = self.in_hand.as_ref();
        self.read(|tx, grant| what(tx, grant, &open_members(tx, grant, in_hand)?))
    }

    fn read<T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, EditCustomers>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }
}

/// A group as it is now; none if nothing of it is open.
fn still_open<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    group: &DuplicateGroup,
) -> Result<Option<DuplicateGroup>> {
    let mut there: Vec<CustomerNumber> = Vec::with_capacity(group.customers.len());
    for &number in &group.customers {
        match tx.customer_to_edit(grant, &number.into()) {
            Ok(found) if found.archived_at.is_none() && !there.contains(&found.number) => {
                there.push(found.number);
            }
            Ok(_) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let said: BTreeMap<_, _> = there
        .iter()
        .copied()
        .zip(tx.distinct_from(grant, &there)?)
        .collect();
    let different = |a: CustomerNumber, b: CustomerNumber| said.get(&a).is_some_and(|said| said.contains(&b));
    let is_open = |number: &CustomerNumber| {
        there
            .iter()
            .any(|other| other != number && !different(*number, *other))
    };
    let customers: Vec<CustomerNumber> = there.iter().copied().filter(is_open).collect();
    let mut pairs = group.pairs.clone();
    pairs.retain(|pair| {
        let both = customers.contains(&pair.first) && customers.contains(&pair.second);
        both && !different(pair.first, pair.second)
    });
    Ok((!customers.is_empty()).then_some(DuplicateGroup { customers, pairs }))
}

/// The customers of the group in hand; none where there is none.
fn open_members<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    in_hand: Option<&DuplicateGroup>,
) -> Result<Vec<CustomerNumber>> {
    let Some(group) = in_hand else {
        return Ok(Vec::new());
    };
    let open = still_open(tx, grant, group)?;
    Ok(open.map_or_else(Vec::new, |group| group.customers))
}

/// One of a group, as it was named.
fn member<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    group: &[CustomerNumber],
    key: &CustomerKey,
) -> Result<CustomerNumber> {
    let number = tx.customer_to_edit(grant, key)?.number;
    match group.contains(&number) {
        true => Ok(number),
        false => Err(Error::not_found(key)),
    }
}

/// Some of a group.
fn members<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    group: &[CustomerNumber],
    keys: &[CustomerKey],
) -> Result<Vec<CustomerNumber>> {
    keys.iter().map(|key| member(tx, grant, group, key)).collect()
}
