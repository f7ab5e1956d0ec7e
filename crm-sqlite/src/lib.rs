//! The embedded store of crmkit: one SQLite file, under threads, processes and power cuts.
//!
//! One connection writes, a few read beside it, each transaction on a snapshot of its own (WAL). What is committed is on the
//! disk (`synchronous = FULL`) with one sync. See `docs/adr` for why the match keys are kept in sorted runs.
//!
//! A file on a network share is not safe: SQLite's locks and shared memory need a local disk.
#![forbid(unsafe_code)]

mod check;
mod connection;
mod error;
mod facts;
mod file;
mod keys;
mod list;
mod log;
mod migrate;
mod pool;
mod query;
mod quiet;
mod read;
mod remembered;
mod row;
mod seen;
mod sorts;
mod sql;
mod summaries;
mod table;
mod timeline;
mod tokens;
mod transaction;
mod turn;
mod write;

use std::{path::Path, time::Duration};

use crm_core::{
    Code, Error, Problem, Result, SqlAnswer, fields,
    store::{Store, StoreRead, StoreWrite},
};

pub use file::is_open_here;

use crate::{connection::Place, pool::Pool, transaction::Transaction};

/// How a store behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqliteOptions {
    /// How long a transaction waits for other programs and threads before it answers `storage.busy`.
    pub busy_timeout: Duration,
    /// How many connections for reading are kept open; more are opened while more are needed.
    pub read_connections: usize,
    /// How long `pause` and `close` wait for running transactions.
    pub pause_limit: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            busy_timeout: seconds(5),
            read_connections: 4,
            pause_limit: seconds(5),
        }
    }
}

/// Keeps the data of one business in one SQLite file.
pub struct SqliteStore {
    pool: Pool,
}

impl SqliteStore {
    /// Opens the file, or makes it where there is none; a file of an earlier release is brought up to this one's schema.
    ///
    /// # Errors
    /// `storage.not_ours` for another program's database, `storage.newer` for one of a later release,
    /// `storage.corrupt` for what is no database or is damaged: such a file is left as it is. `storage.read_only` where
    /// the file or its folder cannot be written, `storage.busy` where another program keeps it locked, `storage.forked` in
    /// the child of a process that was using the file when it forked, `storage.full`, `storage.io`. `path.invalid` for an
    /// empty path, and for one of SQLite's URIs or names of its own.
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self> {
        let path = file::absolute(path)?;
        if file::is_beside_open(&path) {
            return Err(Error::storage(Code::StorageNotOurs, "a file beside a database"));
        }
        Pool::open(Place::File(path), options).map(|pool| Self { pool })
    }

    /// A store in memory, gone when it is dropped. Readers and writers take turns.
    ///
    /// # Errors
    /// `storage.io` where there is too little memory.
    pub fn in_memory() -> Result<Self> {
        Pool::open(Place::Memory, SqliteOptions::default()).map(|pool| Self { pool })
    }
}

impl Store for SqliteStore {
    fn read(&self, body: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        let lease = self.pool.reader()?;
        Transaction::read(lease.connection()?, self.pool.fences(), body)
    }

    fn write(&self, body: &mut dyn FnMut(&mut dyn StoreWrite) -> Result<()>) -> Result<()> {
        let mut lease = self.pool.writer()?;
        let changes = lease.connection()?.total_changes();
        Transaction::write(lease.writer()?, self.pool.fences(), body)?;
        if lease.connection()?.total_changes() != changes {
            lease.committed()?;
        }
        Ok(())
    }

    fn pause(&self) -> Result<()> {
        self.pool.pause()
    }

    fn resume(&self) -> Result<()> {
        self.pool.resume()
    }

    fn close(&self) -> Result<()> {
        self.pool.close()
    }

    fn version(&self) -> Result<u64> {
        self.pool.version()
    }

    fn sql(&self, query: &str) -> Result<SqlAnswer> {
        match self.pool.apart()? {
            Some((connection, _running)) => sql::answer(connection, query),
            None => Err(Error::invalid(Problem::with(fields::QUERY, Code::SqlNone, query))),
        }
    }
}

#[cfg(test)]
mod tests {
    use crm_core::{
        About, AuditKind, Code, DateTime, Lane, NaiveDate, Operation, Origin,
        audit::{Sealed, chain},
        store::{Batch, StoreExt},
    };

    use super::*;

    /// Takes a serial and appends a long entry to the log.
    fn write(store: &SqliteStore) -> Result<u32> {
        store.write_with(|tx| {
            let serial = tx.next_serial(NaiveDate::from_ymd_opt(2024, 5, 1).unwrap(), Lane::SHARED)?;
            let (last, hash) = tx.log_head()?;
            let operation = Operation {
                id: last + 1,
                at: DateTime::UNIX_EPOCH,
                actor: None,
                kind: AuditKind::Refused,
                fact_at: None,
                origin: Origin::default(),
            };
            let sealed = Sealed::new(vec![7; 20_000], [0; 16]);
            tx.apply(&Batch {
                entries: vec![chain(operation, About::store(), sealed, last + 1, &hash)],
                ..Batch::default()
            })?;
            Ok(serial)
        })
    }

    fn limit_pages(store: &SqliteStore, pages: u32) {
        let mut lease = store.pool.writer().unwrap();
        lease
            .writer()
            .unwrap()
            .connection
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
    }

    #[test]
    fn pause_and_close_wait_for_a_question_in_sql() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteOptions {
            pause_limit: Duration::from_millis(10),
            ..SqliteOptions::default()
        };
        let store = SqliteStore::open(&folder.path().join("crm.db"), options).unwrap();
        let elsewhere = |call: fn(&SqliteStore) -> Result<()>| {
            let code = std::thread::scope(|scope| scope.spawn(|| call(&store)).join().unwrap());
            code.map_err(|error| error.code())
        };
        assert!(store.sql("SELECT count(*) FROM \"客户基本信息表\"").is_ok());
        let asked = store.pool.apart().unwrap();
        assert_eq!(elsewhere(Store::pause), Err(Code::StorageBusy));
        assert_eq!(elsewhere(Store::close), Err(Code::StorageBusy));
        drop(asked);
        assert_eq!(elsewhere(Store::close), Ok(()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_full_disk_stores_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("crm.db"), SqliteOptions::default()).unwrap();
        limit_pages(&store, 300);
        let mut written = 0;
        let error = loop {
            match write(&store) {
                Ok(serial) => written = serial,
                Err(error) => break error,
            }
        };
        assert_eq!((error.code(), error.is_retryable()), (Code::StorageFull, false));
        assert!(written > 1);
        assert_eq!(store.read_with(|tx| tx.log_head()).unwrap().0, u64::from(written));
        limit_pages(&store, 1_000_000);
        assert_eq!(write(&store).unwrap(), written + 1, "the serial was not used up");
    }
}
