//! Who may use the database when: one writer at a time in the order of asking, readers beside it, nobody while paused,
//! nobody from within a transaction, nobody after a fork.

use std::{
    cell::RefCell,
    collections::VecDeque,
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crm_core::{Code, Error, Result};
use rusqlite::Connection;

use crate::{
    SqliteOptions,
    connection::{Opener, Place, Writer, abandon, open_reader},
    error::OrStorage,
    file::{self, Files, Inherited, Noted, replaced},
    keys::Fences,
};

/// How long what is read may go without a look at whether the files are still those at their paths.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

thread_local! {
    /// The stores in whose transactions this thread is.
    static INSIDE: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Tells stores of one program apart.
static NEXT_STORE: AtomicU64 = AtomicU64::new(0);

/// Hands out the connections of one store.
pub(crate) struct Pool {
    store: u64,
    process: u32,
    place: Place,
    options: SqliteOptions,
    state: Arc<Mutex<State>>,
    changed: Condvar,
    fences: Fences,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    Pausing,
    Paused,
    /// Another file stands where the database was opened.
    Replaced,
    /// For good.
    Closed,
}

struct State {
    phase: Phase,
    /// Transactions that are running.
    running: usize,
    /// The writer, while nobody uses it.
    writer: Option<Box<Writer>>,
    /// Who waits for it, in the order of asking.
    queue: VecDeque<u64>,
    next_ticket: u64,
    readers: Vec<Connection>,
    /// Asks whether anything was committed; never in a transaction.
    watch: Option<Connection>,
    /// The files that the writer has open; none in memory.
    files: Option<Files>,
    /// When it was last seen that they are those at their paths.
    seen: Instant,
    /// Added to what SQLite counts for the watching connection, so that a version never comes back.
    version_base: u64,
    version: u64,
    checkpoint: Option<JoinHandle<()>>,
}

impl Pool {
    pub(crate) fn open(place: Place, options: SqliteOptions) -> Result<Self> {
        let state = State {
            phase: Phase::Open,
            running: 0,
            writer: None,
            queue: VecDeque::new(),
            next_ticket: 0,
            readers: Vec::new(),
            watch: None,
            files: None,
            seen: Instant::now(),
            version_base: 0,
            version: 0,
            checkpoint: None,
        };
        let pool = Self {
            store: NEXT_STORE.fetch_add(1, Ordering::Relaxed),
            process: std::process::id(),
            place,
            options,
            state: Arc::new(Mutex::new(state)),
            changed: Condvar::new(),
            fences: Fences::default(),
        };
        let writer = Writer::open(&pool.place, true, options.busy_timeout, pool.opener())?;
        pool.state().take_up(writer);
        Ok(pool)
    }

    fn opener(&self) -> Opener {
        let connections = Arc::downgrade(&self.state);
        let connections: Weak<dyn Inherited> = connections;
        (self.store, connections)
    }

    /// What is known of the runs of keys.
    pub(crate) fn fences(&self) -> &Fences {
        &self.fences
    }

    /// A connection to read with. In memory there is only the writer's.
    pub(crate) fn reader(&self) -> Result<Lease<'_>> {
        let inside = self.enter()?;
        let mut state = self.state();
        let Some(files) = state.files.clone() else {
            drop(state);
            return self.wait_for_writer(inside);
        };
        state.check_open()?;
        if state.seen.elapsed() > LOOK_AGAIN {
            state.check_files()?;
        }
        state.running += 1;
        let idle = state.readers.pop();
        drop(state);
        let mut lease = Lease {
            pool: self,
            connection: Leased::Nothing,
            _inside: inside,
        };
        let reader = idle.map_or_else(|| open_reader(&files, self.options.busy_timeout), Ok)?;
        lease.connection = Leased::Reader(reader);
        Ok(lease)
    }

    /// A connection to read with that is nobody else's; none in memory. The lease says that it is in use.
    pub(crate) fn apart(&self) -> Result<Option<(Connection, Lease<'_>)>> {
        let inside = self.enter()?;
        let mut state = self.state();
        state.check_open()?;
        let Some(files) = state.files.clone() else {
            return Ok(None);
        };
        state.running += 1;
        drop(state);
        let lease = Lease {
            pool: self,
            connection: Leased::Nothing,
            _inside: inside,
        };
        let connection = open_reader(&files, self.options.busy_timeout)?;
        Ok(Some((connection, lease)))
    }

    /// The connection to write with, once everybody is done who asked before.
    pub(crate) fn writer(&self) -> Result<Lease<'_>> {
        let inside = self.enter()?;
        self.wait_for_writer(inside)
    }

    fn wait_for_writer(&self, inside: Inside) -> Result<Lease<'_>> {
        let deadline = Instant::now() + self.options.busy_timeout;
        let mut state = self.state();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.queue.push_back(ticket);
        loop {
            let first = state.queue.front() == Some(&ticket);
            let left = deadline.saturating_duration_since(Instant::now());
            let answer = match state.check_open() {
                Err(error) => Err(error),
                Ok(()) if first && state.writer.is_some() => Ok(state.writer.take()),
                Ok(()) if left.is_zero() => {
                    Err(Error::retryable(Code::StorageBusy, "another thread is writing"))
                }
                Ok(()) => {
                    state = self.wait(state, left);
                    continue;
                }
            };
            state.queue.retain(|&waiting| waiting != ticket);
            let connection = match answer {
                Ok(Some(writer)) => Leased::Writer(writer),
                Ok(None) => Leased::Nothing,
                Err(error) => {
                    self.changed.notify_all();
                    return Err(error);
                }
            };
            state.running += 1;
            return Ok(Lease {
                pool: self,
                connection,
                _inside: inside,
            });
        }
    }

    /// Refuses new transactions, waits for running ones, and closes everything.
    pub(crate) fn pause(&self) -> Result<()> {
        let _inside = self.enter()?;
        let deadline = Instant::now() + self.options.pause_limit;
        let mut state = self.state();
        while state.phase == Phase::Pausing {
            state = self.wait(state, self.options.pause_limit);
        }
        match state.phase {
            Phase::Paused => return Ok(()),
            Phase::Closed => return Err(closed()),
            _ => state.phase = Phase::Pausing,
        }
        self.changed.notify_all();
        while state.running > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.phase = Phase::Open;
                self.changed.notify_all();
                return Err(Error::retryable(
                    Code::StorageBusy,
                    "a transaction did not end in time",
                ));
            }
            state = self.wait(state, left);
        }
        if let Place::File(_) = self.place {
            state.close();
        }
        state.phase = Phase::Paused;
        self.changed.notify_all();
        Ok(())
    }

    /// Opens again what `pause` closed.
    pub(crate) fn resume(&self) -> Result<()> {
        let _inside = self.enter()?;
        let mut state = self.state();
        while state.phase == Phase::Pausing {
            state = self.wait(state, self.options.pause_limit);
        }
        match state.phase {
            Phase::Open => return Ok(()),
            Phase::Closed => return Err(closed()),
            _ => {}
        }
        if state.writer.is_none() {
            self.fences.clear();
            let writer = Writer::open(&self.place, false, self.options.busy_timeout, self.opener())?;
            state.take_up(writer);
        }
        state.phase = Phase::Open;
        Ok(())
    }

    /// Refuses whatever comes from now on, waits for what is running, and closes everything for good. What does not end in
    /// time has everything closed when it ends.
    pub(crate) fn close(&self) -> Result<()> {
        let _inside = self.enter()?;
        let deadline = Instant::now() + self.options.pause_limit;
        let mut state = self.state();
        while state.phase == Phase::Pausing {
            state = self.wait(state, self.options.pause_limit);
        }
        state.phase = Phase::Closed;
        self.changed.notify_all();
        while state.running > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::retryable(
                    Code::StorageBusy,
                    "closed, but a transaction is running still",
                ));
            }
            state = self.wait(state, left);
        }
        state.close();
        Ok(())
    }

    /// Differs after every commit, whoever's. SQLite counts the commits of others for each connection, so that one which
    /// never writes sees them all; in memory the writer's own are counted.
    pub(crate) fn version(&self) -> Result<u64> {
        let _inside = self.enter()?;
        let mut state = self.state();
        state.check_open()?;
        let Some(files) = state.files.clone() else {
            return Ok(state.version);
        };
        state.check_files()?;
        let watch = match state.watch.take() {
            Some(watch) => watch,
            None => {
                let watch = open_reader(&files, self.options.busy_timeout)?;
                state.version_base = state.version + 1;
                watch
            }
        };
        let counted = {
            let mut statement = watch.prepare_cached("PRAGMA data_version").or_storage()?;
            statement.query_row([], |row| row.get::<_, i64>(0)).or_storage()?
        };
        state.watch = Some(watch);
        state.version = state.version_base + u64::try_from(counted).unwrap_or_default();
        Ok(state.version)
    }

    fn enter(&self) -> Result<Inside> {
        if std::process::id() != self.process {
            return Err(Error::storage(Code::StorageForked, "opened in another process"));
        }
        Inside::enter(self.store)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock, and each change of the state is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>, limit: Duration) -> MutexGuard<'s, State> {
        self.changed
            .wait_timeout(state, limit)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if std::process::id() == self.process {
            self.state().close();
        } else if self.state.let_go() {
            file::forget(self.store);
        } else {
            // They are left as they are: what was doing something with them is the parent's.
            mem::forget(Arc::clone(&self.state));
        }
    }
}

impl State {
    fn check_open(&self) -> Result<()> {
        match self.phase {
            Phase::Open => Ok(()),
            Phase::Pausing | Phase::Paused => Err(Error::retryable(Code::StoragePaused, "paused")),
            Phase::Replaced => Err(replaced()),
            Phase::Closed => Err(closed()),
        }
    }

    fn take_up(&mut self, writer: Writer) {
        self.files = writer.files.clone();
        self.seen = Instant::now();
        self.writer = Some(Box::new(writer));
    }

    /// Whether the files that are open are those at their paths. If not, nothing is read or written any more.
    fn check_files(&mut self) -> Result<()> {
        let checked = self.files.as_ref().map_or(Ok(()), Files::check);
        match checked {
            Ok(()) => self.seen = Instant::now(),
            Err(_) if self.phase == Phase::Closed => {}
            Err(_) => self.phase = Phase::Replaced,
        }
        checked
    }

    fn close(&mut self) {
        if let Some(running) = self.checkpoint.take() {
            let _ = running.join();
        }
        if self.check_files().is_err() {
            drop(self.abandon());
            return;
        }
        self.readers.clear();
        self.watch = None;
        if let Some(writer) = self.writer.take() {
            writer.close();
        }
    }

    /// Closes everything without touching the files.
    fn abandon(&mut self) -> Option<Noted> {
        let readers = mem::take(&mut self.readers);
        readers.into_iter().chain(self.watch.take()).for_each(abandon);
        self.writer.take().and_then(|writer| writer.abandon())
    }
}

/// A connection for one transaction; given back when dropped, also by a panic.
pub(crate) struct Lease<'p> {
    pool: &'p Pool,
    connection: Leased,
    _inside: Inside,
}

enum Leased {
    Nothing,
    Reader(Connection),
    Writer(Box<Writer>),
}

impl Lease<'_> {
    /// The connection.
    pub(crate) fn connection(&self) -> Result<&Connection> {
        match &self.connection {
            Leased::Reader(connection) => Ok(connection),
            Leased::Writer(writer) => Ok(&writer.connection),
            Leased::Nothing => Err(Error::internal("no connection")),
        }
    }

    /// The writer.
    pub(crate) fn writer(&mut self) -> Result<&mut Writer> {
        match &mut self.connection {
            Leased::Writer(writer) => Ok(writer),
            _ => Err(Error::internal("no writer")),
        }
    }

    /// Takes note of a commit.
    ///
    /// # Errors
    /// `storage.replaced` if it was committed into files that stand no longer at their paths: it is not acknowledged.
    pub(crate) fn committed(&mut self) -> Result<()> {
        let Leased::Writer(writer) = &mut self.connection else {
            return Ok(());
        };
        let mut state = self.pool.state();
        if let Place::Memory = self.pool.place {
            state.version += 1;
            return Ok(());
        }
        state.check_files()?;
        let mut running = state.checkpoint.take();
        drop(state);
        writer.after_commit(&mut running);
        self.pool.state().checkpoint = running;
        Ok(())
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        state.running -= 1;
        match mem::replace(&mut self.connection, Leased::Nothing) {
            // One that could not even roll back is closed, which does.
            Leased::Reader(reader) if state.phase == Phase::Replaced => abandon(reader),
            Leased::Reader(reader) => {
                if reader.is_autocommit() && state.readers.len() < self.pool.options.read_connections {
                    state.readers.push(reader);
                }
            }
            Leased::Writer(writer) => state.writer = Some(writer),
            Leased::Nothing => {}
        }
        if state.phase == Phase::Closed && state.running == 0 {
            state.close();
        }
        // Waking nobody costs a call of the system too, which would be a tenth of a small read.
        let awaited = !state.queue.is_empty() || matches!(state.phase, Phase::Pausing | Phase::Closed);
        drop(state);
        if awaited {
            self.pool.changed.notify_all();
        }
    }
}

fn closed() -> Error {
    Error::storage(Code::StorageClosed, "")
}

/// Marks that this thread is in a transaction of a store.
struct Inside(u64);

impl Inside {
    fn enter(store: u64) -> Result<Self> {
        INSIDE.with_borrow_mut(|inside| {
            if inside.contains(&store) {
                return Err(Error::storage(
                    Code::StorageNested,
                    "called from within a transaction",
                ));
            }
            inside.push(store);
            Ok(Self(store))
        })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.with_borrow_mut(|inside| inside.retain(|&store| store != self.0));
    }
}

impl Inherited for Mutex<State> {
    fn let_go(&self) -> bool {
        let Ok(mut state) = self.try_lock() else {
            return false;
        };
        let beside = state
            .checkpoint
            .as_ref()
            .is_some_and(|running| !running.is_finished());
        if state.running > 0 || beside {
            return false;
        }
        mem::forget(state.checkpoint.take());
        // Whoever asks takes it from the list of open files.
        mem::forget(state.abandon());
        true
    }
}
