//! The reference store: everything in memory, nothing kept. What it does is what every store is to do.

mod facts;
mod read;
mod state;

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, ThreadId},
    time::Duration,
};

use self::state::State;
use super::{Store, StoreRead, StoreWrite};
use crate::error::{Code, Error, Result};

/// How long [`MemoryStore::pause`] waits for running transactions.
const PAUSE_LIMIT: Duration = Duration::from_secs(5);

/// A store in memory, for tests and trials, and the definition of what a store does.
///
/// A transaction works on a copy of the state, which takes the state's place when it is committed: a roll-back is to
/// drop the copy. The copy shares what it does not change.
///
/// ```
/// # use crm_core::{CustomerNumber, Lane, store::{memory::MemoryStore, StoreExt}};
/// let store = MemoryStore::new();
/// let day = "2024-05-01".parse().unwrap();
/// assert_eq!(store.write_with(|tx| tx.next_serial(day, Lane::SHARED))?, 1);
/// assert_eq!(store.write_with(|tx| tx.next_serial(day, Lane::SHARED))?, 2);
/// # Ok::<(), crm_core::Error>(())
/// ```
#[derive(Debug)]
pub struct MemoryStore {
    committed: Mutex<Committed>,
    /// Notified when a transaction ends.
    ended: Condvar,
    /// Held by the one who writes.
    writer: Mutex<()>,
    pause_limit: Duration,
}

#[derive(Debug, Default)]
struct Committed {
    state: Arc<State>,
    version: u64,
    paused: bool,
    closed: bool,
    /// Whose transactions are running or wait for the writer; each thread once, since they do not nest.
    running: Vec<ThreadId>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            committed: Mutex::default(),
            ended: Condvar::new(),
            writer: Mutex::default(),
            pause_limit: PAUSE_LIMIT,
        }
    }

    /// No code of the caller's runs under this lock, so that a poisoned one holds nothing half done.
    fn lock(&self) -> MutexGuard<'_, Committed> {
        self.committed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock, unless this thread is in a transaction.
    fn outside(&self) -> Result<MutexGuard<'_, Committed>> {
        let committed = self.lock();
        if committed.running.contains(&thread::current().id()) {
            return Err(Error::storage(Code::StorageNested, ""));
        }
        if committed.closed {
            return Err(Error::storage(Code::StorageClosed, ""));
        }
        Ok(committed)
    }

    /// Waits for running transactions.
    fn until_idle(&self, committed: MutexGuard<'_, Committed>) -> Result<()> {
        let waited = self
            .ended
            .wait_timeout_while(committed, self.pause_limit, |committed| {
                !committed.running.is_empty()
            });
        match waited.unwrap_or_else(PoisonError::into_inner).1.timed_out() {
            true => Err(Error::retryable(Code::StorageBusy, "a transaction is running")),
            false => Ok(()),
        }
    }

    fn begin(&self) -> Result<Running<'_>> {
        let mut committed = self.outside()?;
        if committed.paused {
            return Err(Error::retryable(Code::StoragePaused, ""));
        }
        committed.running.push(thread::current().id());
        Ok(Running(self))
    }
}

/// A transaction of this thread, until it is dropped: on return and on panic.
struct Running<'a>(&'a MemoryStore);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let this = thread::current().id();
        self.0.lock().running.retain(|&thread| thread != this);
        self.0.ended.notify_all();
    }
}

impl Store for MemoryStore {
    fn read(&self, body: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        let _running = self.begin()?;
        let snapshot = Arc::clone(&self.lock().state);
        body(&*snapshot)
    }

    fn write(&self, body: &mut dyn FnMut(&mut dyn StoreWrite) -> Result<()>) -> Result<()> {
        let _running = self.begin()?;
        // Poisoned by a panic in `body`, which has left nothing behind.
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut copy = State::clone(&self.lock().state);
        body(&mut copy)?;
        if !std::mem::take(&mut copy.written) {
            return Ok(());
        }
        let mut committed = self.lock();
        committed.state = Arc::new(copy);
        committed.version += 1;
        Ok(())
    }

    fn pause(&self) -> Result<()> {
        let mut committed = self.outside()?;
        committed.paused = true;
        self.until_idle(committed)
            .inspect_err(|_| self.lock().paused = false)
    }

    fn resume(&self) -> Result<()> {
        self.outside()?.paused = false;
        Ok(())
    }

    fn close(&self) -> Result<()> {
        match self.outside() {
            Ok(mut committed) => {
                committed.closed = true;
                self.until_idle(committed)
            }
            Err(error) if error.code() == Code::StorageClosed => self.until_idle(self.lock()),
            Err(error) => Err(error),
        }
    }

    fn version(&self) -> Result<u64> {
        self.outside().map(|committed| committed.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreExt;

    #[test]
    fn a_pause_that_cannot_wait_any_longer_leaves_the_store_open() {
        let store = MemoryStore {
            pause_limit: Duration::from_millis(10),
            ..MemoryStore::new()
        };
        store
            .read(&mut |_| {
                thread::scope(|scope| {
                    let paused = scope.spawn(|| store.pause()).join().unwrap();
                    assert_eq!(paused.unwrap_err().code(), Code::StorageBusy);
                    scope
                        .spawn(|| assert_eq!(store.read_with(|_| Ok(1)), Ok(1)))
                        .join()
                        .unwrap();
                });
                Ok(())
            })
            .unwrap();
    }
}
