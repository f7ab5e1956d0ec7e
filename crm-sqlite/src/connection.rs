//! Opening connections, and keeping the write-ahead log short.
//!
//! Moving the log's pages into the database costs some ten milliseconds, which no caller should pay for one small
//! write. So SQLite's own checkpoint after a commit is off. When the log has grown past [`SOFT`] pages, a short-lived
//! thread with a connection of its own moves them; past [`HARD`] pages, which only a bulk load reaches, the writer does
//! it itself, so that the log cannot grow without bound.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crm_core::{Code, Error, Result, matching::is_spelt};
use rusqlite::{Connection, OpenFlags, TransactionBehavior, config::DbConfig, functions::FunctionFlags};

use crate::{
    error::OrStorage,
    file::{FileId, Files, Inherited, Noted, OpenFiles, replaced},
    keys, migrate,
    remembered::Remembered,
    sorts, tokens,
    turn::Turns,
};

/// Pages in the log (4 MB) from which on they are moved into the database beside the callers.
const SOFT: u32 = 1_000;
/// Pages in the log (64 MB) from which on the writer itself moves them.
const HARD: u32 = 16_000;

/// How long catching up with the writer may wait for it, and for readers of older pages.
const CATCH_UP: Duration = Duration::from_millis(100);

/// Prepared statements that a connection keeps: all that the store has, and the lists asked for lately.
const STATEMENTS: usize = 256;

/// How long to rest before asking again for a file that is locked while it is being made.
const REST: Duration = Duration::from_millis(5);

/// Where the data is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In a file.
    File(PathBuf),
    /// In the memory of the one connection.
    Memory,
}

/// The connection that writes, and what it remembers from one transaction to the next.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    /// The files that it has open; none in memory.
    pub(crate) files: Option<Files>,
    pub(crate) remembered: Remembered,
    pub(crate) turns: Turns,
    busy_timeout: Duration,
    /// Pages in the log after the latest commit.
    pages: Arc<AtomicU32>,
    /// Pages in the log when the writer last moved them.
    moved_at: u32,
    /// Dropped after the connection.
    noted: Option<Noted>,
}

/// A store as it is noted beside the file that it opens.
pub(crate) type Opener = (u64, Weak<dyn Inherited>);

impl Writer {
    /// Opens the database, makes or migrates its schema, and checks that it can be written.
    ///
    /// # Errors
    /// `storage.*`.
    pub(crate) fn open(place: &Place, make: bool, busy_timeout: Duration, opener: Opener) -> Result<Self> {
        let (mut connection, noted) = match place {
            Place::File(path) => {
                let (connection, noted) = open_file(path, make, busy_timeout, opener)?;
                (connection, Some(noted))
            }
            Place::Memory => (Connection::open_in_memory().or_storage()?, None),
        };
        configure(
            &connection,
            busy_timeout,
            "PRAGMA cache_size = -32000; PRAGMA foreign_keys = ON;",
        )?;
        let version = {
            let snapshot = connection
                .transaction_with_behavior(TransactionBehavior::Deferred)
                .or_storage()?;
            migrate::check_open(&snapshot)?
        };
        if version < migrate::VERSION {
            migrate::migrate(&mut connection)?;
        }
        let files = match place {
            Place::File(path) => Some(Files::of(path)?),
            Place::Memory => None,
        };
        let pages = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&pages);
        let count = move |_: &mut rusqlite::hooks::Wal, pages| {
            counter.store(u32::try_from(pages).unwrap_or_default(), Ordering::Relaxed);
            Ok(())
        };
        // The hook stands in the place of SQLite's own checkpoint after a commit.
        connection.wal_hook(Some(count)).or_storage()?;
        // It waits in its own way for its turn, which is all that it has to wait for.
        connection.busy_timeout(Duration::ZERO).or_storage()?;
        let mut writer = Self {
            connection,
            turns: Turns::new(busy_timeout, files.as_ref().map(Files::log)),
            files,
            remembered: Remembered::default(),
            busy_timeout,
            pages,
            moved_at: 0,
            noted,
        };
        if !keys::are_of_this_release(&writer.connection)? {
            keys::rebuild(&mut writer)?;
        }
        if !sorts::are_of_this_release(&writer.connection)? {
            sorts::rebuild(&mut writer)?;
        }
        if !tokens::are_of_this_release(&writer.connection)? {
            tokens::rebuild(&mut writer)?;
        }
        Ok(writer)
    }

    /// Keeps the log short after a commit. Failing is no failure of the commit: the next one tries again.
    pub(crate) fn after_commit(&mut self, running: &mut Option<JoinHandle<()>>) {
        let pages = self.pages.load(Ordering::Relaxed);
        let Some(files) = &self.files else { return };
        if pages < self.moved_at {
            // The log has begun anew.
            self.moved_at = 0;
        }
        if pages - self.moved_at > HARD {
            let _ = checkpoint(&self.connection, "PASSIVE");
            self.moved_at = pages;
        } else if pages > SOFT && running.as_ref().is_none_or(JoinHandle::is_finished) {
            let files = files.clone();
            let beside = move || {
                let connection = Connection::open_with_flags(files.path(), flags(OpenFlags::empty()));
                if files.check().is_err() {
                    connection.into_iter().for_each(abandon);
                    return;
                }
                let _ = connection.and_then(|connection| {
                    checkpoint(&connection, "PASSIVE")?;
                    // While commits go on, a few pages are always left, and the log would only grow, which makes every
                    // sync dearer: these few are moved while the writer waits.
                    connection.busy_timeout(CATCH_UP)?;
                    checkpoint(&connection, "FULL")
                });
            };
            *running = thread::Builder::new()
                .name("crmkit checkpoint".to_owned())
                .spawn(beside)
                .ok();
        }
    }

    /// Closes without touching the files.
    pub(crate) fn abandon(self) -> Option<Noted> {
        let Self {
            connection, noted, ..
        } = self;
        abandon(connection);
        noted
    }

    /// Moves the whole log into the database, where no other program is reading it.
    pub(crate) fn close(self) {
        let _ = self.connection.busy_timeout(self.busy_timeout);
        let _ = checkpoint(&self.connection, "TRUNCATE");
    }
}

/// Closes a connection without moving anything into the database: the file is another one's, or another process'.
pub(crate) fn abandon(connection: Connection) {
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
}

/// Opens a connection that only reads, of the files that the writer has open.
pub(crate) fn open_reader(files: &Files, busy_timeout: Duration) -> Result<Connection> {
    let connection = Connection::open_with_flags(files.path(), flags(OpenFlags::empty())).or_storage();
    if let Err(error) = files.check() {
        connection.into_iter().for_each(abandon);
        return Err(error);
    }
    let connection = connection?;
    configure(
        &connection,
        busy_timeout,
        "PRAGMA cache_size = -16000; PRAGMA query_only = ON;",
    )?;
    Ok(connection)
}

fn flags(more: OpenFlags) -> OpenFlags {
    // A connection is only ever used by one thread at a time.
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more
}

fn configure(connection: &Connection, busy_timeout: Duration, more: &str) -> Result<()> {
    connection.busy_timeout(busy_timeout).or_storage()?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection
        .create_scalar_function("spelt", 2, flags, |of| {
            Ok(is_spelt(of.get_raw(0).as_str()?, of.get_raw(1).as_str()?))
        })
        .or_storage()?;
    // Or else SQLite prepares a statement again for every value bound, where a table has a partial index.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .or_storage()?;
    // A file that somebody made to look like ours runs nothing of its own, and damage is met where it is.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)
        .or_storage()?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
        .or_storage()?;
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA temp_store = 2; PRAGMA cell_size_check = ON;")
        .or_storage()?;
    connection.execute_batch(more).or_storage()
}

/// Opens the file in WAL mode; makes it, if it may, where there is none.
fn open_file(path: &Path, make: bool, busy_timeout: Duration, opener: Opener) -> Result<(Connection, Noted)> {
    let mut open = OpenFiles::lock()?;
    let there = match FileId::find(path)? {
        Some(file) => {
            // Closing another handle on a file that is open here would drop its locks. One that was just closed is still
            // noted, and its inode may be another's by now.
            match open.has(file)? {
                true => migrate::check_stored(path)?,
                false => migrate::check_file(path)?,
            }
            true
        }
        None if make => false,
        None => return Err(replaced()),
    };
    let (connection, noted) = match Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_CREATE)) {
        Ok(connection) => {
            let file = FileId::at(path).map_err(|_| replaced())?;
            (connection, open.add(file, path, opener))
        }
        Err(_) if path.is_dir() => return Err(Error::storage(Code::StorageIo, "a folder")),
        Err(_) if there || in_a_folder(path) => return Err(unwritable()),
        Err(error) => return Err(error).or_storage(),
    };
    drop(open);
    connection.busy_timeout(busy_timeout).or_storage()?;
    if connection.is_readonly("main").or_storage()? {
        return Err(unwritable());
    }
    // Going over to WAL does not wait for others by itself: two programs that make the file at once meet here.
    let deadline = Instant::now() + busy_timeout;
    loop {
        match journal(&connection) {
            Err(error) if error.is_retryable() && Instant::now() < deadline => thread::sleep(REST),
            // The file can be read, and the log beside it cannot be made.
            Err(Error::Storage {
                code: Code::StorageIo,
                ..
            }) if there => return Err(unwritable()),
            Err(error) => return Err(error),
            Ok(()) => return Ok((connection, noted)),
        }
    }
}

fn journal(connection: &Connection) -> Result<()> {
    {
        let snapshot = connection.unchecked_transaction().or_storage()?;
        migrate::check_open(&snapshot)?;
    }
    connection
        .query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
        .or_storage()
}

fn in_a_folder(path: &Path) -> bool {
    path.parent()
        .is_some_and(|folder| folder.as_os_str().is_empty() || folder.is_dir())
}

fn unwritable() -> Error {
    Error::storage(Code::StorageReadOnly, "the file or its folder cannot be written")
}

fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
}
