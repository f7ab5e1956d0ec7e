//! Runs: sorted pairs in blocks that follow one another, with the first key of each block beside them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crm_core::Result;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::{
    block::{self, Block, PAIRS, Pair},
    filter::{KeyFilter, NewFilter, Probe, is_filtered},
    merge::Merged,
};
use crate::{
    error::{OrStorage, unreadable},
    transaction::Transaction,
};

/// Runs of a size that become one of the next, which is as many times larger.
const FAN: usize = 4;
/// Pairs of the smallest size.
const SMALLEST: u64 = 1_024;
/// Pairs that one merge writes at most, since others wait for it: about a second's work.
const MOST: u64 = 32_000_000;

/// The pairs of a run of at most so many are kept in memory: looking in many small runs would cost more than in a large
/// one.
const SMALL: u64 = 16 * SMALLEST;

/// A run that is stored.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    id: i64,
    pub(super) pairs: u64,
    first_block: i64,
    known: Known,
}

/// What is known of a run.
#[derive(Clone, Debug)]
struct Known {
    /// As many pairs had been taken out.
    removed: usize,
    /// The first key of each block.
    fences: Arc<[i64]>,
    filter: KeyFilter,
    /// All pairs, if they are few.
    pairs: Option<Arc<[Pair]>>,
}

/// A key that is asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) value: i64,
    /// The key's, if it is one that is filtered.
    pub(super) probe: Option<Probe>,
    /// How many of its customers are enough.
    pub(super) limit: usize,
}

/// What is known of the runs that were asked for. A run only changes when pairs are taken out, which it counts, and no
/// later run takes its number.
#[derive(Debug, Default)]
pub(crate) struct Fences(Mutex<HashMap<i64, Known>>);

impl Fences {
    fn of(&self, run: i64) -> Option<Known> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&run)
            .cloned()
    }

    /// Keeps those of the runs that are there, and forgets the others.
    fn keep(&self, runs: &[Run]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |run: &Run| {
            known
                .get(&run.id)
                .is_some_and(|it| it.removed == run.known.removed)
        };
        if runs.len() != known.len() || !runs.iter().all(same) {
            *known = runs.iter().map(|run| (run.id, run.known.clone())).collect();
        }
    }

    /// Forgets all: the file may be another one.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Run {
    /// How many times larger than the smallest, in steps of [`FAN`].
    fn tier(&self) -> u32 {
        tier(self.pairs)
    }

    /// The numbers of the block in which a key stands first, if it does, and of the last block.
    pub(super) fn blocks_from(&self, key: i64) -> (i64, i64) {
        let before = self
            .known
            .fences
            .partition_point(|&fence| fence < key)
            .saturating_sub(1);
        let end = self.first_block + self.known.fences.len() as i64;
        (self.first_block + before as i64, end)
    }

    /// The numbers of the block in which a key stands first, if it does, and of the first in which it cannot stand.
    fn blocks_of(&self, key: i64) -> (i64, i64) {
        let (first, _) = self.blocks_from(key);
        let within = self.known.fences.partition_point(|&fence| fence <= key);
        (first, self.first_block + within as i64)
    }

    /// As many customers as have a key at the least, told without reading.
    pub(super) fn least_of(&self, key: i64) -> usize {
        let before = self.known.fences.partition_point(|&fence| fence < key);
        let blocks = self
            .known
            .fences
            .iter()
            .skip(before)
            .take_while(|&&fence| fence == key)
            .count();
        (blocks.saturating_sub(1) * PAIRS).saturating_sub(self.known.removed)
    }

    /// About as many of its keys as a filter would have.
    fn filtered(&self) -> u64 {
        match &self.known.pairs {
            Some(pairs) => filtered(pairs),
            None => self.known.filter.keys(),
        }
    }

    /// Puts the first customers of a key that are `wanted` behind the others.
    pub(super) fn append_of<'c>(
        &self,
        connection: &'c Connection,
        Asked {
            value: key,
            probe,
            limit,
        }: Asked,
        wanted: impl Fn(i64) -> bool,
        blocks: &mut Option<CachedStatement<'c>>,
        customers: &mut Vec<i64>,
    ) -> Result<()> {
        let mut left = limit;
        if left == 0 || probe.is_some_and(|probe| !self.known.filter.may_have(probe)) {
            return Ok(());
        }
        if let Some(pairs) = &self.known.pairs {
            let from = pairs.partition_point(|pair| pair.0 < key);
            let theirs = pairs.iter().skip(from).take_while(|pair| pair.0 == key);
            let theirs = theirs.map(|pair| pair.1).filter(|&customer| wanted(customer));
            customers.extend(theirs.take(limit));
            return Ok(());
        }
        let blocks = match blocks {
            Some(blocks) => blocks,
            None => {
                let sql = "SELECT pairs FROM key_block WHERE id = ?1";
                blocks.insert(connection.prepare_cached(sql).or_storage()?)
            }
        };
        let (first, _) = self.blocks_from(key);
        let fences = self.known.fences.iter().skip((first - self.first_block) as usize);
        for (id, _) in (first..).zip(fences.take_while(|&&fence| fence <= key)) {
            let mut rows = blocks.query([id]).or_storage()?;
            let row = rows
                .next()
                .or_storage()?
                .ok_or_else(|| unreadable("block of keys"))?;
            let blob = row.get_ref(0).and_then(|blob| Ok(blob.as_blob()?)).or_storage()?;
            let (theirs, ends_with_it) = Block::read(blob)?.customers_of(key);
            let before = customers.len();
            customers.extend(theirs.filter(|&customer| wanted(customer)).take(left));
            left -= customers.len() - before;
            if left == 0 || !ends_with_it {
                break;
            }
        }
        Ok(())
    }
}

/// How many of these keys a filter has.
fn filtered(pairs: &[Pair]) -> u64 {
    pairs.iter().filter(|pair| is_filtered(pair.0)).count() as u64
}

fn tier(pairs: u64) -> u32 {
    (pairs / SMALLEST).checked_ilog(FAN as u64).unwrap_or_default()
}

impl Transaction<'_> {
    /// The runs, the first made first.
    pub(super) fn runs(&self) -> Result<&[Run]> {
        if self.runs.get().is_none() {
            let sql = "SELECT run, pairs, removed, first_block FROM key_run ORDER BY run";
            let rows = self.all(sql, [], |row| {
                let number = |at| row.get::<_, i64>(at).or_storage();
                Ok((
                    number(0)?,
                    number(1)?.cast_unsigned(),
                    number(2)? as usize,
                    number(3)?,
                ))
            })?;
            let mut runs = Vec::with_capacity(rows.len());
            for (id, pairs, removed, first_block) in rows {
                let known = match self.fences.of(id).filter(|known| known.removed == removed) {
                    Some(known) => known,
                    None => self.read_known(id, pairs, removed, first_block)?,
                };
                runs.push(Run {
                    id,
                    pairs,
                    first_block,
                    known,
                });
            }
            // What this transaction has made itself may yet be rolled back, and its number given to another run.
            if !self.made_runs {
                self.fences.keep(&runs);
            }
            let _ = self.runs.set(runs);
        }
        Ok(self.runs.get().map_or(&[], Vec::as_slice))
    }

    fn read_known(&self, run: i64, pairs: u64, removed: usize, first_block: i64) -> Result<Known> {
        let read = self.one(
            "SELECT fences, filter FROM key_run WHERE run = ?1",
            [run],
            |row| {
                let blob = |at| row.get_ref(at).and_then(|blob| Ok(blob.as_blob()?)).or_storage();
                let (fences, _) = blob(0)?.as_chunks();
                let fences: Arc<[i64]> = fences.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect();
                Ok((fences, KeyFilter::read(blob(1)?)))
            },
        )?;
        let (fences, filter) = read.ok_or_else(|| unreadable("run of keys"))?;
        let mut here = None;
        if pairs <= SMALL {
            let sql = "SELECT pairs FROM key_block WHERE id >= ?1 AND id < ?2 ORDER BY id";
            let blocks = self.all(sql, [first_block, first_block + fences.len() as i64], |row| {
                let blob = row.get_ref(0).and_then(|blob| Ok(blob.as_blob()?)).or_storage()?;
                Ok(Block::read(blob)?.pairs().collect::<Vec<Pair>>())
            })?;
            here = Some(blocks.into_iter().flatten().collect());
        }
        Ok(Known {
            removed,
            fences,
            filter,
            pairs: here,
        })
    }

    /// Writes new pairs as a run, together with those of all sizes that are full by it.
    pub(super) fn add_run(&mut self, new: Vec<Pair>) -> Result<()> {
        let runs = self.runs()?;
        let mut pairs = new.len() as u64;
        let mut due: Vec<Run> = Vec::new();
        loop {
            let size = tier(pairs);
            let same = || {
                runs.iter()
                    .filter(|run| run.tier() <= size && due.iter().all(|it| it.id != run.id))
            };
            let more: u64 = same().map(|run| run.pairs).sum();
            let full = same().filter(|run| run.tier() == size).count() + 1 >= FAN;
            if !full || pairs + more > MOST {
                break;
            }
            due.extend(same().cloned().collect::<Vec<_>>());
            pairs += more;
        }
        let filtered = match pairs > SMALL {
            true => filtered(&new) + due.iter().map(Run::filtered).sum::<u64>(),
            false => 0,
        };
        self.made_runs = true;
        self.runs.take();
        let mut merged = Merged::new(self.connection, &due, i64::MIN, new)?;
        self.write_run(&mut merged, NewFilter::new(filtered))?;
        for run in due {
            let (first, end) = run.blocks_from(i64::MIN);
            self.run("DELETE FROM key_block WHERE id >= ?1 AND id < ?2", [first, end])?;
            self.run("DELETE FROM key_run WHERE run = ?1", [run.id])?;
        }
        Ok(())
    }

    pub(super) fn write_run(&self, merged: &mut Merged, mut filter: NewFilter) -> Result<()> {
        let next = "SELECT coalesce(max(id), 0) + 1 FROM key_block";
        let first_block: i64 = self.one(next, [], |row| row.get(0).or_storage())?.unwrap_or(1);
        let sql = "INSERT INTO key_block (id, pairs) VALUES (?1, ?2)";
        let mut insert = self.connection.prepare_cached(sql).or_storage()?;
        let mut fences: Vec<u8> = Vec::new();
        let mut pairs = 0_i64;
        let mut block = Vec::with_capacity(PAIRS);
        let mut bytes = Vec::new();
        for id in first_block.. {
            block.clear();
            while block.len() < PAIRS
                && let Some(pair) = merged.next()?
            {
                if is_filtered(pair.0) {
                    filter.add(pair.0);
                }
                block.push(pair);
            }
            let Some((first, _)) = block.first() else { break };
            fences.extend(first.to_le_bytes());
            pairs += block.len() as i64;
            block::write(&block, &mut bytes);
            insert.execute(params![id, bytes]).or_storage()?;
        }
        let sql = "INSERT INTO key_run (run, pairs, removed, first_block, fences, filter)
            VALUES ((SELECT coalesce(max(run), 0) + 1 FROM key_run), ?1, 0, ?2, ?3, ?4)";
        self.run(sql, params![pairs, first_block, fences, filter.to_bytes()])
            .map(drop)
    }

    /// Takes pairs, which are sorted, out of the runs that have them: each block is read and written once.
    pub(super) fn remove_from_runs(&mut self, gone: &[Pair]) -> Result<()> {
        let mut left = gone.to_vec();
        let mut changed = false;
        for run in self.runs()? {
            let there = left.len();
            left = self.remove_from_run(run, left)?;
            let removed = there - left.len();
            if removed > 0 {
                let sql = "UPDATE key_run SET removed = removed + ?2 WHERE run = ?1";
                self.run(sql, params![run.id, removed as i64])?;
                changed = true;
            }
        }
        if changed {
            self.made_runs = true;
            self.runs.take();
        }
        Ok(())
    }

    /// Those of the pairs that the run does not have.
    fn remove_from_run(&self, run: &Run, gone: Vec<Pair>) -> Result<Vec<Pair>> {
        let mut left = Vec::new();
        let mut open: Option<OpenBlock> = None;
        for pair in gone {
            let (first, end) = run.blocks_of(pair.0);
            let mut found = false;
            for id in first..end {
                if open.as_ref().is_none_or(|block| block.id != id) {
                    self.close_block(open.take())?;
                    open = Some(self.open_block(id)?);
                }
                let Some(block) = &mut open else { break };
                if let Ok(at) = block.pairs.binary_search(&pair) {
                    block.pairs.remove(at);
                    block.changed = true;
                    found = true;
                    break;
                }
                if block.pairs.last().is_some_and(|last| *last > pair) {
                    break;
                }
            }
            if !found {
                left.push(pair);
            }
        }
        self.close_block(open)?;
        Ok(left)
    }

    fn open_block(&self, id: i64) -> Result<OpenBlock> {
        let sql = "SELECT pairs FROM key_block WHERE id = ?1";
        let mut select = self.connection.prepare_cached(sql).or_storage()?;
        let blob: Option<Vec<u8>> = select.query_row([id], |row| row.get(0)).optional().or_storage()?;
        let blob = blob.ok_or_else(|| unreadable("block of keys"))?;
        Ok(OpenBlock {
            id,
            pairs: Block::read(&blob)?.pairs().collect(),
            changed: false,
        })
    }

    fn close_block(&self, block: Option<OpenBlock>) -> Result<()> {
        let Some(block) = block.filter(|block| block.changed) else {
            return Ok(());
        };
        let mut bytes = Vec::new();
        block::write(&block.pairs, &mut bytes);
        let sql = "UPDATE key_block SET pairs = ?2 WHERE id = ?1";
        self.run(sql, params![block.id, bytes]).map(drop)
    }
}

/// A block from which pairs are taken.
struct OpenBlock {
    id: i64,
    pairs: Vec<Pair>,
    changed: bool,
}
