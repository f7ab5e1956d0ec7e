//! One transaction: begun, rolled back by leaving it in any way but a commit.

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{BuildHasherDefault, Hasher},
    mem, ptr,
    sync::Arc,
};

use crm_core::{
    ContactId, ContractId, Error, FollowUpId, ImportId, OpportunityId, PickEntry, Problem, Result, Settings,
    TeamId, UserId,
    matching::Token,
    store::{StoreRead, StoreWrite},
};
use rusqlite::{CachedStatement, Connection, Params, Row, Statement};

use crate::{
    connection::Writer,
    error::OrStorage,
    keys::{Fences, NewKeys, Pair, Run},
    migrate,
    remembered::Remembered,
    seen::Seen,
    table::{Binder, Chosen},
    tokens::NewTokens,
    turn::Turns,
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
    /// The customers with whose follow-ups or tasks the batch has to do.
    pub(crate) active: BTreeSet<i64>,
    /// The deals and the customers with whose contracts the batch has to do.
    pub(crate) signing: (BTreeSet<[u8; 16]>, BTreeSet<i64>),
    /// The customers that were entered or changed, and whose tokens are yet to be written.
    pub(crate) without_tokens: BTreeMap<i64, NewTokens>,
    /// The tokens of customers that are about to be entered, where they were worked out before.
    pub(crate) given_tokens: BTreeMap<i64, Vec<Token>>,
    /// The customers of the scope that was asked for last.
    pub(crate) seen: RefCell<Option<Seen>>,
    /// The entries of the pick lists, read once.
    pub(crate) pick_entries: OnceCell<Arc<[PickEntry]>>,
    /// The settings, read once.
    pub(crate) settings: OnceCell<Settings>,
    /// The last serial of each day and lane that this transaction has touched.
    pub(crate) serials: BTreeMap<i64, u32>,
    /// The position and the hash of the last entry of the log, once they were asked for.
    pub(crate) log_head: OnceCell<(u64, [u8; 32])>,
    /// The rows of what import rows had to say lately.
    pub(crate) problems: Vec<(Vec<Problem>, i64)>,
    /// What the writer counts other programs' commits by; none for a reader.
    others: Option<i64>,
    /// The statements that it has run, told by where they stand, and by the columns that they set: a bulk load runs the same few
    /// over and over.
    running: RefCell<Vec<(&'static str, Chosen, CachedStatement<'c>)>>,
    /// The rows that were asked for.
    rows: RefCell<HashMap<Named, i64, BuildHasherDefault<UuidHasher>>>,
    /// Why nothing of this may be committed: something was left half-way.
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
        Self::run_whole(writer, fences, |transaction| body(transaction))
    }

    /// Runs what this store does by itself, and commits.
    pub(crate) fn run_whole(
        writer: &'c mut Writer,
        fences: &'c Fences,
        body: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let Writer {
            connection,
            remembered,
            turns,
            ..
        } = writer;
        let connection: &Connection = connection;
        let open = Open::begin(connection, turns)?;
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
            active: BTreeSet::new(),
            signing: Default::default(),
            without_tokens: BTreeMap::new(),
            given_tokens: BTreeMap::new(),
            seen: RefCell::default(),
            pick_entries: OnceCell::new(),
            settings: OnceCell::new(),
            others: None,
            running: RefCell::default(),
            serials: BTreeMap::new(),
            log_head: OnceCell::new(),
            problems: Vec::new(),
            rows: RefCell::default(),
            broken: None,
        }
    }

    /// Begins with what the writer remembers.
    fn recall(&mut self, remembered: Remembered) {
        let Remembered {
            others,
            recent_keys,
            pick_entries,
            settings,
            log_head,
        } = remembered;
        self.others = others;
        self.log_head = log_head.map_or_else(OnceCell::new, OnceCell::from);
        self.recent = recent_keys.map_or_else(OnceCell::new, OnceCell::from);
        self.pick_entries = pick_entries.map_or_else(OnceCell::new, OnceCell::from);
        self.settings = settings.map_or_else(OnceCell::new, OnceCell::from);
    }

    /// What the writer is to remember of it.
    fn remember(self) -> Remembered {
        Remembered {
            others: self.others,
            recent_keys: self.recent.into_inner(),
            pick_entries: self.pick_entries.into_inner(),
            settings: self.settings.into_inner(),
            log_head: self.log_head.into_inner(),
        }
    }

    /// Writes what was kept back until the end.
    fn finish(&mut self) -> Result<()> {
        self.check_whole()?;
        self.write_serials()?;
        self.write_tokens()?;
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
        self.with_running(
            sql,
            Chosen::ALL,
            || sql,
            |statement| statement.execute(params).or_storage(),
        )
    }

    /// Runs a statement whose values are bound one after the other.
    pub(crate) fn run_bound(
        &self,
        sql: &'static str,
        bind: impl FnOnce(&mut Binder<'_, 'c>) -> Result<()>,
    ) -> Result<usize> {
        self.run_chosen(sql, Chosen::ALL, || sql, bind)
    }

    /// Runs the statement that has places for these columns of a table.
    pub(crate) fn run_chosen<S: AsRef<str>>(
        &self,
        name: &'static str,
        chosen: Chosen,
        sql: impl FnOnce() -> S,
        bind: impl FnOnce(&mut Binder<'_, 'c>) -> Result<()>,
    ) -> Result<usize> {
        self.with_running(name, chosen, sql, |statement| {
            bind(&mut Binder::choosing(chosen, self, statement))?;
            statement.raw_execute().or_storage()
        })
    }

    fn with_running<S: AsRef<str>, T>(
        &self,
        name: &'static str,
        chosen: Chosen,
        sql: impl FnOnce() -> S,
        body: impl FnOnce(&mut Statement<'c>) -> Result<T>,
    ) -> Result<T> {
        let mut running = self.running.borrow_mut();
        let is_it = |known: &'static str, columns| ptr::eq(known, name) && columns == chosen;
        let there = running
            .iter()
            .position(|(known, columns, _)| is_it(known, *columns));
        let at = match there {
            Some(at) => at,
            None => {
                let statement = self.connection.prepare_cached(sql().as_ref()).or_storage()?;
                running.push((name, chosen, statement));
                running.len() - 1
            }
        };
        match running.get_mut(at) {
            Some((_, _, statement)) => body(statement),
            None => Err(Error::internal("a statement that was just prepared")),
        }
    }

    /// The row of what a UUID names.
    pub(crate) fn row_of(&self, named: Named) -> Result<Option<i64>> {
        if let Some(&row) = self.rows.borrow().get(&named) {
            return Ok(Some(row));
        }
        let sql = match named {
            Named::User(_) => "SELECT id FROM user WHERE uuid = ?1",
            Named::Team(_) => "SELECT id FROM team WHERE uuid = ?1",
            Named::Import(_) => "SELECT id FROM import WHERE uuid = ?1",
            Named::Contact(_) => "SELECT id FROM contact WHERE uuid = ?1",
            Named::FollowUp(_) => "SELECT id FROM follow_up WHERE uuid = ?1",
            Named::Opportunity(_) => "SELECT id FROM opportunity WHERE uuid = ?1",
            Named::Contract(_) => "SELECT id FROM contract WHERE uuid = ?1",
        };
        let found = self.one(sql, [named.uuid()], |row| row.get(0).or_storage())?;
        if let Some(row) = found {
            self.rows.borrow_mut().insert(named, row);
        }
        Ok(found)
    }

    /// The row of what must be there.
    pub(crate) fn known(&self, named: Named) -> Result<i64> {
        self.row_of(named)?
            .ok_or_else(|| Error::internal("a user, a team or an import that is not there"))
    }

    /// Forgets the rows that were asked for, one of which has gone.
    pub(crate) fn forget_rows(&mut self) {
        self.rows.get_mut().clear();
    }
}

/// A UUID is as good as a hash of itself: its last bytes are random.
#[derive(Default)]
struct UuidHasher(u64);

impl Hasher for UuidHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk() {
            self.0 ^= u64::from_le_bytes(*last);
        }
    }
}

/// What is told by its row where another one names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Named {
    User([u8; 16]),
    Team([u8; 16]),
    Import([u8; 16]),
    Contact([u8; 16]),
    FollowUp([u8; 16]),
    Opportunity([u8; 16]),
    Contract([u8; 16]),
}

impl Named {
    pub(crate) fn uuid(&self) -> &[u8; 16] {
        match self {
            Self::User(uuid)
            | Self::Team(uuid)
            | Self::Import(uuid)
            | Self::Contact(uuid)
            | Self::FollowUp(uuid)
            | Self::Opportunity(uuid)
            | Self::Contract(uuid) => uuid,
        }
    }
}

macro_rules! named {
    ($($id:ident as $sort:ident),+) => {
        $( impl From<$id> for Named {
            fn from(id: $id) -> Self {
                Self::$sort(*id.as_bytes())
            }
        } )+
    };
}
named!(
    UserId as User,
    TeamId as Team,
    ImportId as Import,
    ContactId as Contact,
    FollowUpId as FollowUp,
    OpportunityId as Opportunity,
    ContractId as Contract
);

/// An open transaction that writes; rolled back when dropped.
struct Open<'c> {
    connection: &'c Connection,
}

impl<'c> Open<'c> {
    fn begin(connection: &'c Connection, turns: &mut Turns) -> Result<Self> {
        turns.begin(connection)?;
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
