//! Match keys (R6.1) in sorted runs.
//!
//! Keys are hashes, so that each lands anywhere: in one tree larger than the cache, a bulk load would fetch and write a
//! page for every key. Instead a transaction keeps its new keys in memory, where its own reads see them, and writes
//! them when it commits: a few row by row into a small open run, many at once and sorted as a run of their own, at the
//! end of the tree. When a tier has [`FAN`] runs, they are merged into one of the next tier, so that a key is written a
//! few times at most and a look asks few runs. Whatever happens, keys are committed with their customers.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
    iter, mem,
    ops::RangeInclusive,
    vec,
};

use crm_core::{
    CustomerNumber, Result,
    matching::{KeyKind, MatchKey},
};
use rusqlite::{Connection, params};

use crate::{
    error::{OrStorage, unreadable},
    transaction::Transaction,
};

/// As many keys of one transaction are written at once.
const MANY: usize = 2_000;
/// Entries of the log after which the open run is closed: some 40,000 keys.
const OPEN_ENTRIES: u64 = 8_192;
/// Runs of a tier that are merged into one of the next.
const FAN: usize = 16;
/// Keys that one merge writes at most, since others wait for it: about a second's work.
const MOST: u64 = 2_000_000;
/// Keys of a run that are read at a time while merging.
const CHUNK: u32 = 4_096;

/// A key and its customer, as stored.
type Pair = (i64, i64);

/// A run as `key_run` has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    id: i64,
    tier: u32,
    keys: u64,
    since: u64,
}

/// Keys that a transaction has added, until it ends: of each, the first customer and the others.
#[derive(Default)]
pub(crate) struct NewKeys {
    holders: HashMap<i64, (i64, Vec<i64>), BuildHasherDefault<KeyHasher>>,
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
    fn add(&mut self, key: i64, customer: i64) {
        self.pairs += 1;
        match self.holders.entry(key) {
            Entry::Vacant(entry) => drop(entry.insert((customer, Vec::new()))),
            Entry::Occupied(mut entry) => entry.get_mut().1.push(customer),
        }
    }

    /// Takes a pair out, and answers whether it was there.
    fn remove(&mut self, key: i64, customer: i64) -> bool {
        let Entry::Occupied(mut entry) = self.holders.entry(key) else {
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
        self.pairs -= 1;
        true
    }

    /// The customers that a key was added for, in no order.
    fn of(&self, key: i64) -> impl Iterator<Item = i64> {
        let holders = self.holders.get(&key).into_iter();
        holders
            .flat_map(|(first, others)| iter::once(first).chain(others))
            .copied()
    }

    /// The pairs with a key between these, sorted.
    fn sorted(&self, keys: RangeInclusive<i64>) -> Vec<Pair> {
        let mut pairs = Vec::with_capacity(self.pairs);
        for (&key, (first, others)) in self.holders.iter().filter(|(key, _)| keys.contains(key)) {
            pairs.push((key, *first));
            pairs.extend(others.iter().map(|&other| (key, other)));
        }
        pairs.sort_unstable();
        pairs
    }
}

/// A customer's keys, eight bytes each.
pub(crate) fn to_blob(keys: &[MatchKey]) -> Vec<u8> {
    keys.iter().flat_map(|key| key.to_i64().to_le_bytes()).collect()
}

/// The keys in a blob of a customer.
pub(crate) fn from_blob(blob: &[u8]) -> Vec<MatchKey> {
    let (keys, _) = blob.as_chunks();
    keys.iter()
        .map(|bytes| MatchKey::from_i64(i64::from_le_bytes(*bytes)))
        .collect()
}

impl Transaction<'_> {
    /// The first `limit` customers of each key, by key and number.
    pub(crate) fn holders(&self, keys: &[MatchKey], limit: u32) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        let mut keys: Vec<i64> = keys.iter().map(|key| key.to_i64()).collect();
        keys.sort_unstable();
        keys.dedup();
        let runs = self.runs()?;
        self.asked.set(self.asked.get() + keys.len() as u64);
        self.build_filter(runs)?;
        let mut found = Vec::new();
        let mut numbers = Vec::new();
        let sql = "SELECT customer FROM match_key WHERE run = ?1 AND key = ?2 ORDER BY customer LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql).or_storage()?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        for key in keys {
            if self
                .filter
                .borrow()
                .as_ref()
                .is_some_and(|filter| !filter.may_have(key))
            {
                continue;
            }
            numbers.clear();
            numbers.extend(self.new_keys.borrow().of(key));
            for run in runs {
                let mut rows = statement.query(params![run.id, key, limit]).or_storage()?;
                while let Some(row) = rows.next().or_storage()? {
                    numbers.push(row.get(0).or_storage()?);
                }
            }
            numbers.sort_unstable();
            for &number in numbers.iter().take(most) {
                found.push((MatchKey::from_i64(key), known(number)?));
            }
        }
        Ok(found)
    }

    /// Visits the keys of a kind that two or more customers have, in one ordered pass over all runs.
    pub(crate) fn visit_shared(
        &self,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        let (low, high) = MatchKey::range(kind);
        let (low, high) = (low.to_i64(), high.to_i64());
        let new = self.new_keys.borrow().sorted(low..=high);
        let mut merged = Merged::new(self.connection, self.runs()?, low, new)?;
        let mut customers = Vec::new();
        let mut current = low;
        loop {
            let next = merged.next()?.filter(|&(key, _)| key <= high);
            if next.is_none_or(|(key, _)| key != current) {
                if customers.len() > 1 && !visit(MatchKey::from_i64(current), &customers)? {
                    return Ok(());
                }
                customers.clear();
            }
            let Some((key, customer)) = next else {
                return Ok(());
            };
            current = key;
            customers.push(known(customer)?);
        }
    }

    /// Takes out the keys that a customer has no longer, and keeps the new ones for the end of the transaction.
    pub(crate) fn replace_keys(
        &mut self,
        number: CustomerNumber,
        old: &[MatchKey],
        new: &[MatchKey],
    ) -> Result<()> {
        let number = number.to_i64();
        for key in old.iter().filter(|key| new.binary_search(key).is_err()) {
            if self.new_keys.get_mut().remove(key.to_i64(), number) {
                continue;
            }
            for run in self.runs()? {
                let sql = "DELETE FROM match_key WHERE run = ?1 AND key = ?2 AND customer = ?3";
                if self.run(sql, params![run.id, key.to_i64(), number])? > 0 {
                    break;
                }
            }
        }
        for key in new.iter().filter(|key| old.binary_search(key).is_err()) {
            self.new_keys.get_mut().add(key.to_i64(), number);
            if let Some(filter) = self.filter.get_mut() {
                filter.add(key.to_i64());
            }
        }
        Ok(())
    }

    /// Writes the new keys, and merges the runs that are due.
    pub(crate) fn write_keys(&mut self) -> Result<()> {
        let asked = self.asked.get();
        if let Some(filter) = self.filter.get_mut() {
            filter.pay(asked);
        }
        let new = mem::take(self.new_keys.get_mut()).sorted(i64::MIN..=i64::MAX);
        match new.len() {
            0 => Ok(()),
            few if few < MANY => self.add_to_open_run(new),
            _ => self.add_run(new),
        }
    }

    fn add_to_open_run(&mut self, new: Vec<Pair>) -> Result<()> {
        let position = self.log_position()?;
        let open = match self.runs()?.iter().find(|run| run.tier == 0).copied() {
            Some(open) if position <= open.since + OPEN_ENTRIES => open,
            old => {
                if let Some(old) = old {
                    let sql =
                        "UPDATE key_run SET tier = 1, keys = (SELECT count(*) FROM match_key WHERE run = ?1)
                        WHERE run = ?1";
                    self.run(sql, [old.id])?;
                    self.runs.take();
                    self.merge_due(Vec::new())?;
                }
                self.new_run(0, 0)?
            }
        };
        self.insert(open.id, new.into_iter().map(Ok))
    }

    fn add_run(&mut self, new: Vec<Pair>) -> Result<()> {
        let Some(new) = self.merge_due(new)? else {
            return Ok(());
        };
        let run = self.new_run(1, new.len() as u64)?;
        self.insert(run.id, new.into_iter().map(Ok))
    }

    /// Merges the runs of all tiers that are full, counting new keys as a run of the lowest, into one. Answers the new
    /// keys when there is nothing to merge.
    fn merge_due(&mut self, new: Vec<Pair>) -> Result<Option<Vec<Pair>>> {
        let runs = self.runs()?;
        let mut carry = usize::from(!new.is_empty());
        let mut keys = new.len() as u64;
        let mut full = 0;
        loop {
            let tier = runs.iter().filter(|run| run.tier == full + 1);
            let (count, held) = tier.fold((carry, 0), |(count, held), run| (count + 1, held + run.keys));
            if count < FAN || keys + held > MOST {
                break;
            }
            full += 1;
            keys += held;
            carry = 1;
        }
        if full == 0 {
            return Ok(Some(new));
        }
        let due: Vec<Run> = runs
            .iter()
            .filter(|run| (1..=full).contains(&run.tier))
            .copied()
            .collect();
        let merged = self.new_run(full + 1, keys)?;
        let mut sources = Merged::new(self.connection, &due, i64::MIN, new)?;
        self.insert(merged.id, iter::from_fn(|| sources.next().transpose()))?;
        for run in due {
            self.run("DELETE FROM match_key WHERE run = ?1", [run.id])?;
            self.run("DELETE FROM key_run WHERE run = ?1", [run.id])?;
        }
        self.runs.take();
        Ok(None)
    }

    fn new_run(&mut self, tier: u32, keys: u64) -> Result<Run> {
        let sql = "INSERT INTO key_run (run, tier, keys, since)
            VALUES ((SELECT coalesce(max(run), 0) + 1 FROM key_run), ?1, ?2, ?3) RETURNING run, tier, keys, since";
        let since = self.log_position()?;
        let values = params![tier, keys.cast_signed(), since.cast_signed()];
        let run = self.one(sql, values, read_run)?;
        run.ok_or_else(|| unreadable("run"))
    }

    fn insert(&self, run: i64, pairs: impl Iterator<Item = Result<Pair>>) -> Result<()> {
        let sql = "INSERT INTO match_key (run, key, customer) VALUES (?1, ?2, ?3)";
        let mut statement = self.connection.prepare_cached(sql).or_storage()?;
        for pair in pairs {
            let (key, customer) = pair?;
            statement.execute([run, key, customer]).or_storage()?;
        }
        Ok(())
    }

    fn runs(&self) -> Result<&[Run]> {
        if self.runs.get().is_none() {
            let runs = self.all(
                "SELECT run, tier, keys, since FROM key_run ORDER BY run",
                [],
                read_run,
            )?;
            let _ = self.runs.set(runs);
        }
        Ok(self.runs.get().map_or(&[], Vec::as_slice))
    }

    fn build_filter(&self, runs: &[Run]) -> Result<()> {
        let mut filter = self.filter.borrow_mut();
        let Some(filter) = filter.as_mut() else {
            return Ok(());
        };
        let stored = runs.iter().map(|run| run.keys).sum();
        if filter.build_if_worth(self.connection, self.asked.get(), runs.len() as u64, stored)? {
            self.new_keys
                .borrow()
                .holders
                .keys()
                .for_each(|&key| filter.add(key));
        }
        Ok(())
    }
}

fn read_run(row: &rusqlite::Row) -> Result<Run> {
    let count = |at| row.get::<_, i64>(at).or_storage().map(i64::cast_unsigned);
    Ok(Run {
        id: row.get(0).or_storage()?,
        tier: row.get(1).or_storage()?,
        keys: count(2)?,
        since: count(3)?,
    })
}

fn known(number: i64) -> Result<CustomerNumber> {
    CustomerNumber::from_i64(number).ok_or_else(|| unreadable("number"))
}

/// The pairs of several runs and of new keys, in order. Read a piece at a time, so that it takes little memory, and so
/// that nothing of a run is open while another one is written.
struct Merged<'c> {
    connection: &'c Connection,
    sources: Vec<Source>,
    /// The next pair of each source that has one.
    heads: BinaryHeap<Reverse<(Pair, usize)>>,
}

struct Source {
    /// The run; none for new keys, which are all here.
    run: Option<i64>,
    here: vec::IntoIter<Pair>,
    last: Pair,
}

impl<'c> Merged<'c> {
    /// From the key `low` on.
    fn new(connection: &'c Connection, runs: &[Run], low: i64, new: Vec<Pair>) -> Result<Self> {
        let stored = |run: &Run| Source {
            run: Some(run.id),
            here: Vec::new().into_iter(),
            last: (low, i64::MIN),
        };
        let mut sources: Vec<Source> = runs.iter().map(stored).collect();
        sources.push(Source {
            run: None,
            here: new.into_iter(),
            last: (low, i64::MIN),
        });
        let mut merged = Self {
            connection,
            sources,
            heads: BinaryHeap::new(),
        };
        (0..merged.sources.len()).try_for_each(|source| merged.advance(source))?;
        Ok(merged)
    }

    fn next(&mut self) -> Result<Option<Pair>> {
        let Some(Reverse((pair, source))) = self.heads.pop() else {
            return Ok(None);
        };
        self.advance(source)?;
        Ok(Some(pair))
    }

    /// Puts the next pair of a source among the heads.
    fn advance(&mut self, at: usize) -> Result<()> {
        let Some(source) = self.sources.get_mut(at) else {
            return Ok(());
        };
        if source.here.len() == 0
            && let Some(run) = source.run
        {
            let sql = "SELECT key, customer FROM match_key WHERE run = ?1 AND (key, customer) > (?2, ?3)
                ORDER BY key, customer LIMIT ?4";
            let mut statement = self.connection.prepare_cached(sql).or_storage()?;
            let mut rows = statement
                .query(params![run, source.last.0, source.last.1, CHUNK])
                .or_storage()?;
            let mut here = Vec::new();
            while let Some(row) = rows.next().or_storage()? {
                here.push((row.get(0).or_storage()?, row.get(1).or_storage()?));
            }
            source.here = here.into_iter();
        }
        if let Some(pair) = source.here.next() {
            source.last = pair;
            self.heads.push(Reverse((pair, at)));
        }
        Ok(())
    }
}
