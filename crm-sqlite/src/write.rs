//! What is written: the records as they are after, their keys, their entries of the log.

use chrono::{Datelike, NaiveDate};
use crm_core::{
    Code, CustomerNumber, DateTime, Error, Lane, Result, SessionId, Utc,
    rules::number::serial_after,
    store::{Batch, StoreRead, StoreWrite},
};
use rusqlite::params;

use crate::{error::OrStorage, transaction::Transaction};

impl StoreWrite for Transaction<'_> {
    fn next_serial(&mut self, day: NaiveDate, lane: Lane) -> Result<u32> {
        self.check_whole()?;
        let next = serial_after(self.last_serial(day, lane)?, day, lane)?;
        self.serials.insert(day_lane(day, lane), next);
        Ok(next)
    }

    fn use_session(&mut self, session: SessionId, at: DateTime<Utc>) -> Result<()> {
        self.check_whole()?;
        self.write_use(session, at)
    }

    fn apply(&mut self, batch: &Batch) -> Result<()> {
        self.check_whole()?;
        self.apply_all(batch).map_err(|error| {
            let error = self.defect_or_damage(error);
            // A part of it may be there.
            self.broken = Some(error.clone());
            error
        })
    }
}

impl Transaction<'_> {
    fn apply_all(&mut self, batch: &Batch) -> Result<()> {
        let Batch {
            deltas,
            entries,
            keys,
            rows,
            tokens,
            contents,
        } = batch;
        contents
            .iter()
            .try_for_each(|content| self.put_content(content))?;
        self.take_tokens(tokens);
        deltas.iter().try_for_each(|delta| self.apply_delta(delta))?;
        self.write_activity()?;
        self.write_signed()?;
        self.replace_keys(keys)?;
        for (import, row) in rows {
            self.add_import_row(*import, row)?;
        }
        entries.iter().try_for_each(|entry| self.append(entry))
    }

    /// What contradicts what is there is the caller's defect in a file that is whole, and damage in one that is not.
    fn defect_or_damage(&self, error: Error) -> Error {
        let is_whole = || {
            self.one("PRAGMA integrity_check(1)", [], |row| {
                row.get::<_, String>(0).or_storage()
            })
        };
        match error {
            Error::Internal { .. } if !matches!(is_whole(), Ok(Some(found)) if found == "ok") => {
                Error::storage(
                    Code::StorageCorrupt,
                    "what was read and what is there contradict each other",
                )
            }
            error => error,
        }
    }

    /// Refuses to go on after what was left half-way, and keeps it from being committed.
    pub(crate) fn check_whole(&self) -> Result<()> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// Raises the last serial of a number's day and lane to its own.
    pub(crate) fn raise_serial(&mut self, number: CustomerNumber) -> Result<()> {
        let (day, lane) = (number.date(), number.lane());
        let last = self.last_serial(day, lane)?.max(number.serial());
        self.serials.insert(day_lane(day, lane), last);
        Ok(())
    }

    /// Writes the serials that the transaction handed out or was brought.
    pub(crate) fn write_serials(&self) -> Result<()> {
        let sql = "INSERT INTO day_serial (day_lane, last) VALUES (?1, ?2)
            ON CONFLICT (day_lane) DO UPDATE SET last = ?2 WHERE last <> ?2";
        self.serials
            .iter()
            .try_for_each(|(lane, last)| self.run(sql, params![lane, last]).map(drop))
    }
}

/// A day and a lane as an integer: YYYYMMDD and three digits.
pub(crate) fn day_lane(day: NaiveDate, lane: Lane) -> i64 {
    let day = i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day());
    day * 1000 + i64::from(lane.get())
}
