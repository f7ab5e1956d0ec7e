//! Match keys (R6.1) in sorted runs of blocks.
//!
//! Keys are hashes, so that each lands anywhere: in one tree larger than the cache, a bulk load would fetch and write a
//! page for every key. Instead a transaction keeps its new keys in memory, where its own reads see them, and writes
//! them when it commits: a few in one row at the end of `new_key`, many at once as a run of their own. When there are
//! [`NEW_ROWS`] such rows, they become a run; when there are several runs of a size, they become a larger one. So a key
//! is written a few times at most, and a look asks few runs. Whatever happens, keys are committed with their customers.

mod block;
mod filter;
mod merge;
mod rebuild;
mod run;

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
    iter, mem,
};

use crm_core::{
    CustomerNumber, Result,
    matching::{KeyKind, MatchKey},
    store::{Crowded, KeyChange, KeyQuestion, Scope, Whose},
};

use self::{
    block::Block,
    filter::{Probe, is_filtered},
    merge::Merged,
};
use crate::{
    error::{OrStorage, unreadable},
    transaction::Transaction,
};

pub(crate) use block::Pair;
pub(crate) use rebuild::{are_of_this_release, rebuild};
use run::Asked;
pub(crate) use run::{Fences, Run};

/// As many keys of one transaction are a run of their own.
const MANY: usize = 2_000;
/// Transactions with few keys after which these become a run.
const NEW_ROWS: i64 = 32;

/// Keys that a transaction has added, until it ends.
#[derive(Default)]
pub(crate) struct NewKeys {
    /// Of each key that is asked for row by row, the first customer and the others.
    exact: HashMap<i64, (i64, Vec<i64>), BuildHasherDefault<KeyHasher>>,
    /// The other keys.
    near: Vec<Pair>,
    pairs: usize,
}

/// A key is a hash already; its highest bits, which are its kind, come last.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_i64(&mut self, key: i64) {
        self.0 = key.cast_unsigned().rotate_left(32);
    }
}

impl NewKeys {
    fn add(&mut self, key: MatchKey, customer: i64) {
        self.pairs += 1;
        if !key.is_exact() {
            self.near.push((key.to_i64(), customer));
            return;
        }
        match self.exact.entry(key.to_i64()) {
            Entry::Vacant(entry) => drop(entry.insert((customer, Vec::new()))),
            Entry::Occupied(mut entry) => entry.get_mut().1.push(customer),
        }
    }

    /// Takes a pair out, and answers whether it was there.
    fn remove(&mut self, key: MatchKey, customer: i64) -> bool {
        let removed = if key.is_exact() {
            self.remove_exact(key.to_i64(), customer)
        } else {
            let at = self
                .near
                .iter()
                .position(|pair| *pair == (key.to_i64(), customer));
            at.map(|at| self.near.swap_remove(at)).is_some()
        };
        self.pairs -= usize::from(removed);
        removed
    }

    fn remove_exact(&mut self, key: i64, customer: i64) -> bool {
        let Entry::Occupied(mut entry) = self.exact.entry(key) else {
            return false;
        };
        let (first, others) = entry.get_mut();
        if let Some(at) = others.iter().position(|&other| other == customer) {
            others.swap_remove(at);
        } else if *first != customer {
            return false;
        } else if let Some(other) = others.pop() {
            *first = other;
        } else {
            entry.remove();
        }
        true
    }

    /// Puts the customers that a key was added for behind the others, in no order.
    fn append_of(&self, key: MatchKey, customers: &mut Vec<i64>) {
        if !key.is_exact() {
            let same = |pair: &&Pair| pair.0 == key.to_i64();
            customers.extend(self.near.iter().filter(same).map(|pair| pair.1));
        } else if let Some((first, others)) = self.exact.get(&key.to_i64()) {
            customers.extend(iter::once(first).chain(others));
        }
    }

    /// All pairs, sorted.
    fn sorted(&self) -> Vec<Pair> {
        let mut pairs = Vec::with_capacity(self.pairs);
        for (&key, (first, others)) in &self.exact {
            pairs.push((key, *first));
            pairs.extend(others.iter().map(|&other| (key, other)));
        }
        pairs.sort_unstable();
        // Exact kinds come before the others, so that each part is put in order by itself.
        let exact = pairs.len();
        pairs.extend(&self.near);
        if let Some(near) = pairs.get_mut(exact..) {
            near.sort_unstable();
        }
        pairs
    }
}

impl Transaction<'_> {
    /// The customers of each key, by key and number.
    pub(crate) fn holders_of(
        &self,
        question: &KeyQuestion,
        scope: &Scope,
    ) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        let in_scope = question.whose == Whose::InScope;
        if scope.is_all() {
            return match in_scope {
                true => self.holders_where(question, true, |_| true),
                false => Ok(Vec::new()),
            };
        }
        let seen = self.seen(scope)?;
        self.holders_where(question, false, |customer| seen.has(customer) == in_scope)
    }

    /// The customers of each key that are `wanted`, which may be `everybody`.
    fn holders_where(
        &self,
        question: &KeyQuestion,
        everybody: bool,
        wanted: impl Fn(i64) -> bool,
    ) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        let mut keys = Cow::Borrowed(&question.keys);
        if !keys.is_sorted_by(|one, next| one < next) {
            let keys = keys.to_mut();
            keys.sort_unstable();
            keys.dedup();
        }
        let runs = self.runs()?;
        let recent = self.recent()?;
        let limit = usize::try_from(question.limit).unwrap_or(usize::MAX - 1);
        let leave_out = question.crowded == Crowded::LeaveOut;
        let mut blocks = None;
        let mut found = Vec::new();
        let mut customers = Vec::new();
        for &key in keys.iter() {
            let value = key.to_i64();
            let probe = is_filtered(value).then(|| Probe::of(value));
            // What is left out is told without reading, unless only some of its customers count.
            if leave_out && everybody && runs.iter().map(|run| run.least_of(value)).sum::<usize>() > limit {
                continue;
            }
            customers.clear();
            self.new_keys.borrow().append_of(key, &mut customers);
            let from = recent.partition_point(|pair| pair.0 < value);
            let theirs = recent.iter().skip(from).take_while(|pair| pair.0 == value);
            customers.extend(theirs.map(|pair| pair.1));
            if !everybody {
                customers.retain(|&customer| wanted(customer));
            }
            for run in runs {
                let asked = Asked {
                    value,
                    probe,
                    limit: match leave_out {
                        true => (limit + 1).saturating_sub(customers.len()),
                        false => limit,
                    },
                };
                run.append_of(self.connection, asked, &wanted, &mut blocks, &mut customers)?;
            }
            if leave_out && customers.len() > limit {
                continue;
            }
            customers.sort_unstable();
            for &customer in customers.iter().take(limit) {
                found.push((key, known(customer)?));
            }
        }
        Ok(found)
    }

    /// Visits the keys of a kind that two or more customers in scope have, in one ordered pass over all runs.
    pub(crate) fn visit_shared(
        &self,
        kind: KeyKind,
        scope: &Scope,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        if scope.is_all() {
            return self.visit_where(kind, 2, |_| true, visit);
        }
        let seen = self.seen(scope)?;
        self.visit_where(kind, 2, |customer| seen.has(customer), visit)
    }

    /// Visits every key of a kind, in one ordered pass over all runs.
    pub(crate) fn visit_keys(
        &self,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.visit_where(kind, 1, |_| true, visit)
    }

    /// Visits the keys that as many of the customers that are wanted have.
    fn visit_where(
        &self,
        kind: KeyKind,
        least: usize,
        wanted: impl Fn(i64) -> bool,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        let (low, high) = MatchKey::range(kind);
        let (low, high) = (low.to_i64(), high.to_i64());
        let mut here = self.new_keys.borrow().sorted();
        here.extend(self.recent()?);
        here.retain(|&(key, _)| key >= low);
        here.sort_unstable();
        let mut merged = Merged::new(self.connection, self.runs()?, low, here)?;
        let mut customers = Vec::new();
        let mut current = low;
        loop {
            let next = merged.next()?.filter(|&(key, _)| key <= high);
            if next.is_none_or(|(key, _)| key != current) {
                if customers.len() >= least.max(1) && !visit(MatchKey::from_i64(current), &customers)? {
                    return Ok(());
                }
                customers.clear();
            }
            let Some((key, customer)) = next else {
                return Ok(());
            };
            current = key;
            if wanted(customer) {
                customers.push(known(customer)?);
            }
        }
    }

    /// Takes out the keys that customers have no longer, and keeps the new ones for the end of the transaction.
    pub(crate) fn replace_keys(&mut self, changes: &[(CustomerNumber, KeyChange)]) -> Result<()> {
        let mut gone: Vec<Pair> = Vec::new();
        for (number, change) in changes {
            let number = number.to_i64();
            for &key in &change.removed {
                if !self.new_keys.get_mut().remove(key, number) {
                    gone.push((key.to_i64(), number));
                }
            }
        }
        // What takes nothing out need not know the latest keys.
        if !gone.is_empty() {
            gone.sort_unstable();
            self.remove_recent(&mut gone)?;
            self.remove_from_runs(&gone)?;
        }
        for (number, change) in changes {
            for &key in &change.added {
                self.new_keys.get_mut().add(key, number.to_i64());
            }
        }
        Ok(())
    }

    /// Writes the new keys, and merges the runs that are due.
    pub(crate) fn write_keys(&mut self) -> Result<()> {
        let new = mem::take(self.new_keys.get_mut()).sorted();
        match new.len() {
            0 => Ok(()),
            few if few < MANY => self.append_row(&new),
            _ => self.add_run(new),
        }
    }

    /// The keys of the latest transactions that had few, sorted.
    fn recent(&self) -> Result<&[Pair]> {
        if self.recent.get().is_none() {
            let mut pairs = Vec::new();
            for (_, row) in self.recent_rows()? {
                pairs.extend(row);
            }
            pairs.sort_unstable();
            let _ = self.recent.set(pairs);
        }
        Ok(self.recent.get().map_or(&[], Vec::as_slice))
    }

    pub(super) fn recent_rows(&self) -> Result<Vec<(i64, Vec<Pair>)>> {
        self.all("SELECT id, pairs FROM new_key", [], |row| {
            let blob = row.get_ref(1).and_then(|blob| Ok(blob.as_blob()?)).or_storage()?;
            Ok((row.get(0).or_storage()?, Block::read(blob)?.pairs().collect()))
        })
    }

    fn append_row(&mut self, new: &[Pair]) -> Result<()> {
        let mut bytes = Vec::new();
        block::write(new, &mut bytes);
        let sql = "INSERT INTO new_key (pairs) VALUES (?1) RETURNING id";
        let id: Option<i64> = self.one(sql, [bytes], |row| row.get(0).or_storage())?;
        if id.is_none_or(|id| id < NEW_ROWS) {
            // What was not asked for need not be known.
            if let Some(recent) = self.recent.get_mut() {
                recent.extend(new);
                recent.sort_unstable();
            }
            return Ok(());
        }
        let mut pairs: Vec<Pair> = self.recent_rows()?.into_iter().flat_map(|(_, row)| row).collect();
        pairs.sort_unstable();
        self.run("DELETE FROM new_key", [])?;
        self.recent = OnceCell::from(Vec::new());
        self.add_run(pairs)
    }

    /// Takes pairs, which are sorted, out of the latest transactions' keys, and leaves those that were not there.
    fn remove_recent(&mut self, gone: &mut Vec<Pair>) -> Result<()> {
        let recent = self.recent()?;
        let found: Vec<Pair> = gone
            .iter()
            .filter(|pair| recent.binary_search(pair).is_ok())
            .copied()
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        gone.retain(|pair| found.binary_search(pair).is_err());
        self.recent.take();
        for (id, mut pairs) in self.recent_rows()? {
            let before = pairs.len();
            pairs.retain(|there| found.binary_search(there).is_err());
            if pairs.len() < before {
                let mut bytes = Vec::new();
                block::write(&pairs, &mut bytes);
                let sql = "UPDATE new_key SET pairs = ?2 WHERE id = ?1";
                self.run(sql, rusqlite::params![id, bytes])?;
            }
        }
        Ok(())
    }
}

fn known(number: i64) -> Result<CustomerNumber> {
    CustomerNumber::from_i64(number).ok_or_else(|| unreadable("number"))
}
