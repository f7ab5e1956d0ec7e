//! The pairs of several runs in one order.

use std::{cmp::Reverse, collections::BinaryHeap, vec};

use crm_core::Result;
use rusqlite::Connection;

use super::{
    block::{self, Pair},
    run::Run,
};
use crate::error::{OrStorage, unreadable};

/// The pairs of several runs and of new keys, in order. Read a block at a time, so that it takes little memory, and so
/// that nothing of a run is open while another one is written.
pub(super) struct Merged<'c> {
    connection: &'c Connection,
    sources: Vec<Source>,
    /// The next pair of each source that has one.
    heads: BinaryHeap<Reverse<(Pair, usize)>>,
}

/// What has been read of a run, and the blocks to come; for new keys all is here.
struct Source {
    here: vec::IntoIter<Pair>,
    next_block: i64,
    end: i64,
}

impl<'c> Merged<'c> {
    /// From the key `low` on.
    pub(super) fn new(connection: &'c Connection, runs: &[Run], low: i64, new: Vec<Pair>) -> Result<Self> {
        let mut sources: Vec<Source> = runs
            .iter()
            .map(|run| {
                let (next_block, end) = run.blocks_from(low);
                Source {
                    here: Vec::new().into_iter(),
                    next_block,
                    end,
                }
            })
            .collect();
        sources.push(Source {
            here: new.into_iter(),
            next_block: 0,
            end: 0,
        });
        let mut merged = Self {
            connection,
            sources,
            heads: BinaryHeap::new(),
        };
        (0..merged.sources.len()).try_for_each(|source| merged.advance(source, low))?;
        Ok(merged)
    }

    pub(super) fn next(&mut self) -> Result<Option<Pair>> {
        let Some(Reverse((pair, source))) = self.heads.pop() else {
            return Ok(None);
        };
        self.advance(source, i64::MIN)?;
        Ok(Some(pair))
    }

    /// Puts the next pair of a source that has at least the key `low` among the heads.
    fn advance(&mut self, at: usize, low: i64) -> Result<()> {
        let Some(source) = self.sources.get_mut(at) else {
            return Ok(());
        };
        loop {
            if let Some(pair) = source.here.find(|pair| pair.0 >= low) {
                self.heads.push(Reverse((pair, at)));
                return Ok(());
            }
            if source.next_block >= source.end {
                return Ok(());
            }
            let sql = "SELECT pairs FROM key_block WHERE id = ?1";
            let mut statement = self.connection.prepare_cached(sql).or_storage()?;
            let mut rows = statement.query([source.next_block]).or_storage()?;
            let row = rows
                .next()
                .or_storage()?
                .ok_or_else(|| unreadable("block of keys"))?;
            let blob = row.get_ref(0).and_then(|blob| Ok(blob.as_blob()?)).or_storage()?;
            source.here = block::read(blob).collect::<Result<Vec<Pair>>>()?.into_iter();
            source.next_block += 1;
        }
    }
}
