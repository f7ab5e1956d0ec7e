//! What the writer remembers from one of its transactions to the next, so that it need not be read again.

use std::sync::Arc;

use crm_core::{PickEntry, Result, Settings};
use rusqlite::Connection;

use crate::{error::OrStorage, keys::Pair};

/// What the writer's latest transaction knew when it committed. Another program's commit makes it void, and so does a
/// transaction that rolls back: it takes what is remembered along.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// SQLite's count of other programs' commits.
    pub(crate) others: Option<i64>,
    /// The keys of the latest transactions that had few, sorted.
    pub(crate) recent_keys: Option<Vec<Pair>>,
    pub(crate) pick_entries: Option<Arc<[PickEntry]>>,
    pub(crate) settings: Option<Settings>,
    /// The position and the hash of the log's last entry.
    pub(crate) log_head: Option<(u64, [u8; 32])>,
}

impl Remembered {
    /// As it still holds in the transaction that has just begun.
    pub(crate) fn still(self, connection: &Connection) -> Result<Self> {
        let mut statement = connection.prepare_cached("PRAGMA data_version").or_storage()?;
        let others = Some(statement.query_row([], |row| row.get(0)).or_storage()?);
        Ok(match self.others == others {
            true => self,
            false => Self {
                others,
                ..Self::default()
            },
        })
    }
}
