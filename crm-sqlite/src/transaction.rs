//! One transaction: begun, rolled back by leaving it in any way but a commit.

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, HashMap},
    mem, ptr,
    sync::Arc,
};

use crm_core::{
    Error, PickEntry, Result, UserId,
    store::{StoreRead, StoreWrite},
};
use rusqlite::{CachedStatement, Connection, Params, Row};

use crate::{
    connection::Writer,
    error::OrStorage,
    keys::{Fences, NewKeys, Pair, Run},
    migrate,
    remembered::Remembered,
};

/// What a body reads and writes with.
pub(crate) struct Transaction<'c> {
    pub(crate) connection: &'c Connection,
    /// Keys that this transaction adds, until it ends.
    pub(crate) new_keys: RefCell<NewKeys>,
    /// The runs of keys that are stored, read once.
    pub(crate) runs: OnceCell<Vec<Run>>,
    /// Whether this transaction has made or changed runs.
    pub(crate) made_runs: bool,
    /// What is known of the runs from one transaction to the next.
    pub(crate) fences: &'c Fences,
    /// The keys of the latest transactions with few, sorted, read once.
    pub(crate) recent: OnceCell<Vec<Pair>>,
    /// The entries of the pick lists, read once.
    pub(crate) pick_entries: OnceCell<Arc<[PickEntry]>>,
    /// The last serial of each day and lane that this transaction has touched.
    pub(crate) serials: BTreeMap<i64, u32>,
    /// The position of the last entry of the log, once it was asked for.
    pub(crate) log_position: Option<u64>,
    /// What the writer counts other programs' commits by; none for a reader.
    others: Option<i64>,
    /// The statements that it has run, told by where they stand: a bulk load runs the same few over and over.
    running: RefCell<Vec<(&'static str, CachedStatement<'c>)>>,
    /// The rows of users that were asked for.
    users: RefCell<HashMap<UserId, i64>>,
    /// Why nothing of this may be committed: a change was left half-way.
    pub(crate) broken: Option<Error>,
}

impl<'c> Transaction<'c> {
    /// Runs `body` on one snapshot: that of the statement which asks for the schema's version and is left at its row
    /// meanwhile. SQLite ends what it reads by itself with the last statement that is running, which saves the two
    /// statements that would begin and end a transaction: a tenth of a small read.
    pub(crate) fn read(
        connection: &'c Connection,
        fences: &'c Fences,
        body: &mut dyn FnMut(&dyn StoreRead) -> Result<()>,
    ) -> Result<()> {
        let mut version = migrate::version(connection)?;
        let mut snapshot = version.query([]).or_storage()?;
        migrate::check_version(&mut snapshot)?;
        body(&Self::new(connection, fences))
    }

    /// Runs `body` and commits.
    pub(crate) fn write(
        writer: &'c mut Writer,
        fences: &'c Fences,
        body: &mut dyn FnMut(&mut dyn StoreWrite) -> Result<()>,
    ) -> Result<()> {
        let Writer {
            connection,
            remembered,
            ..
        } = writer;
        let connection: &Connection = connection;
        let open = Open::begin(connection)?;
        migrate::check_version(&mut migrate::version(connection)?.query([]).or_storage()?)?;
        let mut transaction = Transaction::new(connection, fences);
        transaction.recall(mem::take(remembered).still(connection)?);
        body(&mut transaction)?;
        transaction.finish()?;
        open.commit()?;
        *remembered = transaction.remember();
        Ok(())
    }

    fn new(connection: &'c Connection, fences: &'c Fences) -> Self {
        Self {
            connection,
            new_keys: RefCell::default(),
            runs: OnceCell::new(),
            made_runs: false,
            fences,
            recent: OnceCell::new(),
            pick_entries: OnceCell::new(),
            others: None,
            running: RefCell::default(),
            serials: BTreeMap::new(),
            log_position: None,
            users: RefCell::default(),
            broken: None,
        }
    }

    /// Begins with what the writer remembers.
    fn recall(&mut self, remembered: Remembered) {
        let Remembered {
            others,
            recent_keys,
            pick_entries,
        } = remembered;
        self.others = others;
        self.recent = recent_keys.map_or_else(OnceCell::new, OnceCell::from);
        self.pick_entries = pick_entries.map_or_else(OnceCell::new, OnceCell::from);
    }

    /// What the writer is to remember of it.
    fn remember(self) -> Remembered {
        Remembered {
            others: self.others,
            recent_keys: self.recent.into_inner(),
            pick_entries: self.pick_entries.into_inner(),
        }
    }

    /// Writes what was kept back until the end.
    fn finish(&mut self) -> Result<()> {
        self.check_whole()?;
        self.write_serials()?;
        self.write_keys()
    }

    /// All rows of a query.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).or_storage()?;
        let mut rows = statement.query(params).or_storage()?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().or_storage()? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// The first row of a query.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql).or_storage()?;
        let mut rows = statement.query(params).or_storage()?;
        rows.next().or_storage()?.map(read).transpose()
    }

    /// Runs a statement, and answers how many rows it changed.
    pub(crate) fn run(&self, sql: &'static str, params: impl Params) -> Result<usize> {
        let mut running = self.running.borrow_mut();
        let there = running.iter().position(|(known, _)| ptr::eq(*known, sql));
        let at = match there {
            Some(at) => at,
            None => {
                running.push((sql, self.connection.prepare_cached(sql).or_storage()?));
                running.len() - 1
            }
        };
        match running.get_mut(at) {
            Some((_, statement)) => statement.execute(params).or_storage(),
            None => Err(Error::internal("a statement that was just prepared")),
        }
    }

    /// The row of a user.
    pub(crate) fn user_row(&self, id: UserId) -> Result<Option<i64>> {
        if let Some(&row) = self.users.borrow().get(&id) {
            return Ok(Some(row));
        }
        let found = self.one("SELECT id FROM user WHERE uuid = ?1", [id.as_bytes()], |row| {
            row.get(0).or_storage()
        })?;
        if let Some(row) = found {
            self.users.borrow_mut().insert(id, row);
        }
        Ok(found)
    }
}

/// An open transaction that writes; rolled back when dropped.
struct Open<'c> {
    connection: &'c Connection,
}

impl<'c> Open<'c> {
    fn begin(connection: &'c Connection) -> Result<Self> {
        connection
            .prepare_cached("BEGIN IMMEDIATE")
            .and_then(|mut statement| statement.execute([]))
            .or_storage()?;
        Ok(Self { connection })
    }

    fn commit(self) -> Result<()> {
        self.connection
            .prepare_cached("COMMIT")
            .and_then(|mut statement| statement.execute([]))
            .or_storage()?;
        Ok(())
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        // After a commit, and after errors on which SQLite itself rolls back, there is nothing left to do.
        if !self.connection.is_autocommit() {
            let rollback = self.connection.prepare_cached("ROLLBACK");
            let _ = rollback.and_then(|mut statement| statement.execute([]));
        }
    }
}
