//! Match keys as the store lays them out: blocks of 64 pairs, runs of blocks, rows of new keys.

use anyhow::Result;
use rusqlite::{Connection, Statement, params};

/// A key and its customer's number.
pub(crate) type Pair = (i64, i64);

/// Pairs of a block.
const PAIRS: usize = 64;
/// As many keys of one transaction are a run of their own.
const MANY: usize = 2_000;
/// Transactions with few keys after which these become a run.
const NEW_ROWS: i64 = 32;
/// Runs of a size that become one of the next.
const FAN: usize = 4;
/// Pairs of the smallest size.
const SMALLEST: i64 = 1_024;
/// Pairs of a run that has no filter.
const SMALL: i64 = 16 * SMALLEST;
/// Of a hundred keys as many are in the filter of a run, and so many make up 64 bytes of it.
const FILTERED: usize = 65;
const KEYS_PER_BLOCK: usize = 50;
/// Pairs that one merge writes at most.
const MOST: i64 = 32_000_000;

/// The keys of one transaction, made beforehand.
#[derive(Default)]
pub(crate) struct Keys {
    pairs: Vec<Pair>,
    /// As a row of new keys, if they are few.
    row: Vec<u8>,
    /// As a run, if they are many.
    blocks: Vec<Vec<u8>>,
    fences: Vec<u8>,
}

impl Keys {
    pub(crate) fn new(mut pairs: Vec<Pair>) -> Self {
        pairs.sort_unstable();
        if pairs.len() < MANY {
            let row = write(&pairs);
            return Self {
                pairs,
                row,
                ..Self::default()
            };
        }
        Self::run(pairs)
    }

    fn run(pairs: Vec<Pair>) -> Self {
        let firsts = pairs.iter().step_by(PAIRS);
        Self {
            blocks: pairs.chunks(PAIRS).map(write).collect(),
            fences: firsts.flat_map(|pair| pair.0.to_le_bytes()).collect(),
            pairs,
            row: Vec::new(),
        }
    }
}

struct Run {
    id: i64,
    pairs: i64,
    first_block: i64,
    fences: Vec<u8>,
    filter: Vec<u8>,
}

impl Run {
    fn tier(&self) -> u32 {
        tier(self.pairs)
    }

    fn blocks(&self) -> i64 {
        self.fences.len() as i64 / 8
    }
}

fn tier(pairs: i64) -> u32 {
    (pairs / SMALLEST).checked_ilog(FAN as i64).unwrap_or_default()
}

/// Writes keys, with every statement prepared.
pub(crate) struct Runs<'c> {
    connection: &'c Connection,
    new_row: Statement<'c>,
    forget_rows: Statement<'c>,
    block: Statement<'c>,
    copy: Statement<'c>,
    forget_blocks: Statement<'c>,
    run: Statement<'c>,
    forget_run: Statement<'c>,
    /// The runs that are there.
    runs: Vec<Run>,
    /// The keys in rows of their own.
    recent: Vec<Pair>,
    next_block: i64,
    next_run: i64,
}

impl<'c> Runs<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Result<Self> {
        let highest = |sql| -> Result<i64> {
            Ok(connection
                .query_row(sql, [], |row| row.get::<_, Option<i64>>(0))?
                .unwrap_or(0))
        };
        let runs = connection
            .prepare("SELECT run, pairs, first_block, fences, filter FROM key_run ORDER BY run")?
            .query_map([], |row| {
                Ok(Run {
                    id: row.get(0)?,
                    pairs: row.get(1)?,
                    first_block: row.get(2)?,
                    fences: row.get(3)?,
                    filter: row.get(4)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        let rows: Vec<Vec<u8>> = connection
            .prepare("SELECT pairs FROM new_key")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self {
            connection,
            new_row: connection.prepare("INSERT INTO new_key (pairs) VALUES (?1)")?,
            forget_rows: connection.prepare("DELETE FROM new_key")?,
            block: connection.prepare("INSERT INTO key_block (id, pairs) VALUES (?1, ?2)")?,
            copy: connection.prepare(
                "INSERT INTO key_block (id, pairs) SELECT id + ?3, pairs FROM key_block WHERE id >= ?1 AND id < ?2",
            )?,
            forget_blocks: connection.prepare("DELETE FROM key_block WHERE id >= ?1 AND id < ?2")?,
            run: connection
                .prepare("INSERT INTO key_run (run, pairs, removed, first_block, fences, filter) VALUES (?1, ?2, 0, ?3, ?4, ?5)")?,
            forget_run: connection.prepare("DELETE FROM key_run WHERE run = ?1")?,
            runs,
            recent: rows.iter().flat_map(|row| read(row)).collect(),
            next_block: highest("SELECT max(id) FROM key_block")? + 1,
            next_run: highest("SELECT max(run) FROM key_run")? + 1,
        })
    }

    /// Writes the keys of the transaction that is open.
    pub(crate) fn write(&mut self, keys: &Keys) -> Result<()> {
        if keys.pairs.is_empty() {
            return Ok(());
        }
        if keys.row.is_empty() {
            return self.add_run(keys);
        }
        self.new_row.execute([&keys.row])?;
        self.recent.extend(&keys.pairs);
        if self.connection.last_insert_rowid() < NEW_ROWS {
            return Ok(());
        }
        let mut pairs = std::mem::take(&mut self.recent);
        pairs.sort_unstable();
        self.forget_rows.execute([])?;
        self.add_run(&Keys::run(pairs))
    }

    /// Writes a run, together with those that are due by it: their blocks go as they are, unmerged, to where the merged
    /// ones would.
    fn add_run(&mut self, keys: &Keys) -> Result<()> {
        let due = self.take_due(keys.pairs.len() as i64);
        let mut run = Run {
            id: self.next_run,
            pairs: keys.pairs.len() as i64,
            first_block: self.next_block,
            fences: keys.fences.clone(),
            filter: Vec::new(),
        };
        for block in &keys.blocks {
            self.block.execute(params![self.next_block, block])?;
            self.next_block += 1;
        }
        for old in &due {
            let (first, end) = (old.first_block, old.first_block + old.blocks());
            self.copy.execute([first, end, self.next_block - first])?;
            self.next_block += old.blocks();
            run.pairs += old.pairs;
            run.fences.extend(&old.fences);
        }
        // As many bytes as the filter of all its keys would have.
        if run.pairs > SMALL {
            run.filter = vec![0; run.pairs as usize * FILTERED / 100 / KEYS_PER_BLOCK * 64];
        }
        self.run.execute(params![
            run.id,
            run.pairs,
            run.first_block,
            run.fences,
            run.filter
        ])?;
        for old in due {
            self.forget_blocks
                .execute([old.first_block, old.first_block + old.blocks()])?;
            self.forget_run.execute([old.id])?;
        }
        self.next_run += 1;
        self.runs.push(run);
        Ok(())
    }

    /// The runs that become one with a new one of so many pairs.
    fn take_due(&mut self, mut pairs: i64) -> Vec<Run> {
        let mut due = Vec::new();
        loop {
            let size = tier(pairs);
            let same = self.runs.iter().filter(|run| run.tier() <= size);
            let more: i64 = same.map(|run| run.pairs).sum();
            let of_size = self.runs.iter().filter(|run| run.tier() == size).count();
            if of_size + 1 < FAN || pairs + more > MOST {
                return due;
            }
            due.extend(self.runs.extract_if(.., |run| run.tier() <= size));
            pairs += more;
        }
    }
}

/// Sorted pairs as the store writes them: the lowest key and customer, and how far above them each pair is.
fn write(pairs: &[Pair]) -> Vec<u8> {
    let lowest = |part: fn(&Pair) -> i64| pairs.iter().map(part).min().unwrap_or_default();
    let highest = |part: fn(&Pair) -> i64| pairs.iter().map(part).max().unwrap_or_default();
    let parts: [fn(&Pair) -> i64; 2] = [|pair| pair.0, |pair| pair.1];
    let lows = parts.map(lowest);
    let widths =
        parts.map(|part| (71 - ((highest(part) - lowest(part)) as u64 | 1).leading_zeros() as usize) / 8);
    let mut bytes: Vec<u8> = lows.into_iter().flat_map(i64::to_le_bytes).collect();
    bytes.extend(widths.map(|width| width as u8));
    for ((part, low), width) in parts.into_iter().zip(lows).zip(widths) {
        for pair in pairs {
            bytes.extend((part(pair) - low).to_le_bytes().iter().take(width));
        }
    }
    bytes
}

/// The pairs of a block that was written so.
fn read(bytes: &[u8]) -> Vec<Pair> {
    let number = |bytes: &[u8]| {
        let mut whole = [0; 8];
        whole[..bytes.len()].copy_from_slice(bytes);
        i64::from_le_bytes(whole)
    };
    let (lows, widths) = (
        [number(&bytes[..8]), number(&bytes[8..16])],
        [16, 17].map(|at| usize::from(bytes[at])),
    );
    let (keys, customers) = bytes[18..].split_at((bytes.len() - 18) / (widths[0] + widths[1]) * widths[0]);
    let keys = keys.chunks(widths[0]).map(|bytes| lows[0] + number(bytes));
    keys.zip(customers.chunks(widths[1]).map(|bytes| lows[1] + number(bytes)))
        .collect()
}
