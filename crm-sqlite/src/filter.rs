//! What tells that a match key is in no run, without looking: it makes the duplicate check of a bulk load cheap, since
//! most rows of a list are new.
//!
//! A Bloom filter of the writer's own, in blocks of one cache line. It is built by reading all keys, once the
//! transactions that asked for many have paid as much for looking; then this program's own writes keep it up. It is dropped
//! when another program has committed. A transaction that rolls back leaves keys in it that are not there, which costs
//! a look and never an answer.

use crm_core::Result;
use rusqlite::Connection;

use crate::error::OrStorage;

/// Words of a block: 512 bits, a cache line.
const WORDS: usize = 8;
/// Bits that a key sets in its block.
const PROBES: u32 = 6;
/// Blocks of a small filter (2 MB) and of the largest (16 MB).
const SMALL: usize = 1 << 15;
const LARGE: usize = 1 << 18;
/// Keys that a block is good for; with more, one in some hundred is looked for in vain.
const KEYS_PER_BLOCK: u64 = 40;

/// A transaction that asks for fewer keys than this is no bulk load.
const BULK: u64 = 1_000;
/// Looking a key up in a run takes about as long as reading this many keys.
const SCAN_PER_LOOK: u64 = 30;

/// Which keys may be stored.
#[derive(Default)]
pub(crate) struct KeyFilter {
    blocks: Vec<[u64; WORDS]>,
    keys: u64,
    /// Looks that bulk transactions have paid for since there was a filter.
    paid: u64,
    /// SQLite's count of other programs' commits, as of the latest transaction.
    others: Option<i64>,
}

impl KeyFilter {
    /// Drops what is known if another program has committed since the latest transaction. To be called in each.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> Result<()> {
        let mut statement = connection.prepare_cached("PRAGMA data_version").or_storage()?;
        let others = Some(statement.query_row([], |row| row.get(0)).or_storage()?);
        if self.others != others {
            *self = Self {
                others,
                ..Self::default()
            };
        }
        Ok(())
    }

    /// Whether a key may be stored; certainly not, if the answer is no.
    pub(crate) fn may_have(&self, key: i64) -> bool {
        let (block, mask) = self.place(key);
        match self.blocks.get(block) {
            Some(words) => words.iter().zip(mask).all(|(word, bits)| word & bits == bits),
            None => true,
        }
    }

    /// Takes note of a key that is being stored.
    pub(crate) fn add(&mut self, key: i64) {
        let (block, mask) = self.place(key);
        if let Some(words) = self.blocks.get_mut(block) {
            words.iter_mut().zip(mask).for_each(|(word, bits)| *word |= bits);
            self.keys += 1;
        }
    }

    /// Empties the filter if reading all keys into it pays, and answers whether it did: a transaction has by now asked
    /// for `asked` keys, where `stored` keys are in `runs` runs.
    pub(crate) fn build_if_worth(&mut self, asked: u64, runs: u64, stored: u64) -> bool {
        let full = self.keys > KEYS_PER_BLOCK * self.blocks.len() as u64 && self.blocks.len() < LARGE;
        let missing = self.blocks.is_empty();
        if asked < BULK || !(missing || full) || (self.paid + asked) * runs * SCAN_PER_LOOK < stored {
            return false;
        }
        let small = stored.max(self.keys) <= KEYS_PER_BLOCK * SMALL as u64 / 2;
        self.blocks = vec![[0; WORDS]; if small { SMALL } else { LARGE }];
        self.keys = 0;
        self.paid = 0;
        true
    }

    /// Counts what a transaction asked for, if it was a bulk load.
    pub(crate) fn pay(&mut self, asked: u64) {
        if asked >= BULK && self.blocks.is_empty() {
            self.paid += asked;
        }
    }

    /// The block of a key, and its bits there. A key is a hash already; the multiplication spreads its kind.
    fn place(&self, key: i64) -> (usize, [u64; WORDS]) {
        let hash = (key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let block = ((u128::from(hash) * self.blocks.len() as u128) >> 64) as usize;
        let mut bits = (key as u64).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let mut mask = [0; WORDS];
        for _ in 0..PROBES {
            let bit = bits >> 55;
            if let Some(word) = mask.get_mut((bit >> 6) as usize) {
                *word |= 1 << (bit & 63);
            }
            bits = bits.rotate_left(9);
        }
        (block, mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(keys: u64) -> KeyFilter {
        let mut filter = KeyFilter {
            blocks: vec![[0; WORDS]; SMALL],
            ..KeyFilter::default()
        };
        (0..keys).for_each(|i| filter.add(key(i)));
        filter
    }

    fn key(i: u64) -> i64 {
        (1 << 60 | (i.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 4)) as i64
    }

    #[test]
    fn what_was_added_is_always_found() {
        let filter = filter(100_000);
        assert!((0..100_000).all(|i| filter.may_have(key(i))));
    }

    #[test]
    fn few_that_were_not_added_are_found() {
        let filter = filter(KEYS_PER_BLOCK * SMALL as u64 / 2);
        let wrong = (2_000_000..2_100_000)
            .filter(|&i| filter.may_have(key(i)))
            .count();
        assert!(wrong < 1_000, "{wrong} of 100,000");
    }

    #[test]
    fn without_a_filter_every_key_may_be_there() {
        assert!(KeyFilter::default().may_have(7));
    }
}
