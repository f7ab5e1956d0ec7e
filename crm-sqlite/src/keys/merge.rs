//! The pairs of several runs in one order.

use crm_core::Result;
use rusqlite::Connection;

use super::{
    block::{Block, Pair},
    run::Run,
};
use crate::error::{OrStorage, unreadable};

/// The pairs of several runs and of new keys, in order. Read a block at a time, so that it takes little memory, and so
/// that nothing of a run is open while another one is written.
pub(super) struct Merged<'c> {
    connection: &'c Connection,
    /// Those that have a pair left: a dozen at the most, of which the lowest is found by looking at each.
    sources: Vec<Source>,
}

/// What has been read of a run, and the blocks to come; for new keys all is here.
struct Source {
    head: Pair,
    here: Vec<Pair>,
    /// The position in `here` of the pair after the head.
    next: usize,
    next_block: i64,
    end: i64,
}

impl<'c> Merged<'c> {
    /// From the key `low` on.
    pub(super) fn new(
        connection: &'c Connection,
        runs: &[Run],
        low: i64,
        mut new: Vec<Pair>,
    ) -> Result<Self> {
        new.retain(|pair| pair.0 >= low);
        let stored = runs.iter().map(|run| (Vec::new(), run.blocks_from(low)));
        let mut sources = Vec::with_capacity(runs.len() + 1);
        for (here, (next_block, end)) in stored.chain([(new, (0, 0))]) {
            let mut source = Source {
                head: (low, i64::MIN),
                here,
                next: 0,
                next_block,
                end,
            };
            let mut more = source.advance(connection)?;
            while more && source.head.0 < low {
                more = source.advance(connection)?;
            }
            sources.extend(more.then_some(source));
        }
        Ok(Self { connection, sources })
    }

    pub(super) fn next(&mut self) -> Result<Option<Pair>> {
        let heads = self.sources.iter().enumerate();
        let Some((at, pair)) = heads
            .map(|(at, source)| (at, source.head))
            .min_by_key(|(_, head)| *head)
        else {
            return Ok(None);
        };
        if let Some(source) = self.sources.get_mut(at)
            && !source.advance(self.connection)?
        {
            self.sources.swap_remove(at);
        }
        Ok(Some(pair))
    }
}

impl Source {
    /// Goes on to the next pair, if there is one.
    fn advance(&mut self, connection: &Connection) -> Result<bool> {
        while self.next >= self.here.len() {
            if self.next_block >= self.end {
                return Ok(false);
            }
            let sql = "SELECT pairs FROM key_block WHERE id = ?1";
            let mut statement = connection.prepare_cached(sql).or_storage()?;
            let mut rows = statement.query([self.next_block]).or_storage()?;
            let row = rows
                .next()
                .or_storage()?
                .ok_or_else(|| unreadable("block of keys"))?;
            let blob = row.get_ref(0).and_then(|blob| Ok(blob.as_blob()?)).or_storage()?;
            self.here.clear();
            self.here.extend(Block::read(blob)?.pairs());
            self.next = 0;
            self.next_block += 1;
        }
        self.head = self.here.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        Ok(true)
    }
}
