//! Taking turns with other programs that write.
//!
//! SQLite has no queue: whoever waits asks again now and then, after rests that grow to a tenth of a second, and would
//! hardly ever meet the moment between two transactions of a busy writer. So a writer first takes a lock on the log, by
//! which SQLite itself locks nothing, and gives it back once its transaction has begun: whoever has ended one and wants
//! another must wait behind the one who is waiting. It is courtesy only: who does not get it in time begins without.

use std::{
    fs::{File, TryLockError},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crm_core::Result;
use rusqlite::Connection;

use crate::error::OrStorage;

/// How long the one who is next rests before asking again, and those behind.
const NEXT: Duration = Duration::from_micros(100);
const BEHIND: Duration = Duration::from_micros(500);

/// When the writer may begin.
pub(crate) struct Turns {
    /// How long it waits for others.
    patience: Duration,
    /// What whoever is next has locked; none where there is no log, or where locking it would keep SQLite from it.
    queue: Option<File>,
}

impl Turns {
    /// Of a database with this log, if it has one.
    pub(crate) fn new(patience: Duration, log: Option<&Path>) -> Self {
        // Elsewhere a lock keeps others from reading and writing the file.
        let log = log.filter(|_| cfg!(unix));
        Self {
            patience,
            queue: log.and_then(|log| File::open(log).ok()),
        }
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// `storage.busy` where others write for longer than it waits.
    pub(crate) fn begin(&mut self, connection: &Connection) -> Result<()> {
        let mut begin = connection.prepare_cached("BEGIN IMMEDIATE").or_storage()?;
        let waiting = Instant::now();
        let next = self
            .queue
            .as_ref()
            .and_then(|queue| Next::wait(queue, waiting + self.patience / 2));
        loop {
            let Err(error) = begin.execute([]).or_storage() else {
                return Ok(());
            };
            if !error.is_retryable() || waiting.elapsed() >= self.patience {
                return Err(error);
            }
            thread::sleep(if next.is_some() { NEXT } else { BEHIND });
        }
    }
}

/// That this writer is the next one, until it is dropped.
struct Next<'q>(&'q File);

impl<'q> Next<'q> {
    /// Waits until nobody else is; none if that takes too long, or cannot be told.
    fn wait(queue: &'q File, until: Instant) -> Option<Self> {
        loop {
            match queue.try_lock() {
                Ok(()) => return Some(Self(queue)),
                Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(BEHIND),
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Next<'_> {
    fn drop(&mut self) {
        // A child that was forked meanwhile has the same lock: it is given back, and not only let go of.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_comes_before_who_has_just_written() {
        let folder = tempfile::tempdir().unwrap();
        let (path, log) = (folder.path().join("crm.db"), folder.path().join("crm.db-wal"));
        let open = || Connection::open(&path).unwrap();
        let connection = open();
        connection
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x)")
            .unwrap();
        let patience = Duration::from_secs(60);
        let mut turns = Turns::new(patience, Some(&log));
        turns.begin(&connection).unwrap();
        let waiting = std::sync::Barrier::new(2);
        let order = std::sync::Mutex::new(Vec::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                let (connection, mut turns) = (open(), Turns::new(patience, Some(&log)));
                connection.busy_timeout(Duration::ZERO).unwrap();
                waiting.wait();
                turns.begin(&connection).unwrap();
                order.lock().unwrap().push("who waits");
                connection.execute_batch("COMMIT").unwrap();
            });
            waiting.wait();
            // The other one is next once the lock is taken.
            let probe = File::open(&log).unwrap();
            while probe.try_lock().is_ok() {
                probe.unlock().unwrap();
                thread::yield_now();
            }
            connection.busy_timeout(Duration::ZERO).unwrap();
            connection.execute_batch("COMMIT").unwrap();
            turns.begin(&connection).unwrap();
            order.lock().unwrap().push("who has just written");
            connection.execute_batch("COMMIT").unwrap();
        });
        assert_eq!(*order.lock().unwrap(), ["who waits", "who has just written"]);
    }

    #[test]
    fn who_is_not_let_in_time_begins_without_the_courtesy() {
        let folder = tempfile::tempdir().unwrap();
        let (path, log) = (folder.path().join("crm.db"), folder.path().join("crm.db-wal"));
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x)")
            .unwrap();
        let other = File::open(&log).unwrap();
        other.lock().unwrap();
        Turns::new(Duration::from_millis(2), Some(&log))
            .begin(&connection)
            .unwrap();
    }
}
