//! Taking turns with other programs that write.
//!
//! SQLite has no queue: whoever waits asks again now and then, after rests that grow to a tenth of a second, and would
//! hardly ever meet the moment between two transactions of a bulk load. So a writer that waits asks every millisecond, and
//! one that has held the file for long leaves it alone for a while.

use std::{
    thread,
    time::{Duration, Instant},
};

use crm_core::Result;
use rusqlite::Connection;

use crate::error::OrStorage;

/// How long whoever waits rests before asking again.
const ASK_AGAIN: Duration = Duration::from_millis(1);
/// From which length on a transaction is followed by a rest: those of a bulk load have it.
const LONG: Duration = Duration::from_millis(20);
/// That rest, as a part of its length: on a busy machine, where it is long, whoever waits is late to ask, too.
const REST: u32 = 40;
/// And at the least.
const LEAST: Duration = Duration::from_millis(2);

/// When the writer may begin.
pub(crate) struct Turns {
    /// How long it waits for others.
    patience: Duration,
    /// Until when the file is left to others.
    resting: Option<Instant>,
}

impl Turns {
    pub(crate) fn new(patience: Duration) -> Self {
        Self {
            patience,
            resting: None,
        }
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// `storage.busy` where others write for longer than it waits.
    pub(crate) fn begin(&mut self, connection: &Connection) -> Result<()> {
        if let Some(until) = self.resting.take() {
            thread::sleep(until.saturating_duration_since(Instant::now()));
        }
        let mut begin = connection.prepare_cached("BEGIN IMMEDIATE").or_storage()?;
        let mut deadline = None;
        loop {
            let Err(error) = begin.execute([]).or_storage() else {
                return Ok(());
            };
            let now = Instant::now();
            if !error.is_retryable() || now >= *deadline.get_or_insert(now + self.patience) {
                return Err(error);
            }
            thread::sleep(ASK_AGAIN);
        }
    }

    /// Takes note of how long a transaction held the file.
    pub(crate) fn ended(&mut self, took: Duration) {
        self.resting = (took >= LONG).then(|| Instant::now() + LEAST.max(took / REST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_transaction_is_followed_by_a_rest() {
        let connection = Connection::open_in_memory().unwrap();
        let mut turns = Turns::new(Duration::ZERO);
        let ended = Instant::now();
        turns.ended(Duration::from_secs(1));
        turns.begin(&connection).unwrap();
        assert!(ended.elapsed() >= Duration::from_millis(25));
    }

    #[test]
    fn a_short_one_is_not() {
        let mut turns = Turns::new(Duration::ZERO);
        turns.ended(Duration::from_millis(19));
        assert_eq!(turns.resting, None);
    }
}
