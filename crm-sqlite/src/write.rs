//! What is written: each change, with its entry of the log.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use crm_core::{
    AuditEntry, ContactId, CustomerNumber, Error, Import, ImportRow, Lane, PickEntry, Result, Team, TeamId,
    User, UserId,
    rules::number::serial_after,
    store::{Change, CustomerKeys, StoreRead, StoreWrite},
};
use rusqlite::params;

use crate::{error::OrStorage, row::Columns, transaction::Transaction};

/// A login as it is compared: whatever its case.
pub(crate) fn fold_login(login: &str) -> String {
    login.to_lowercase()
}

impl StoreWrite for Transaction<'_> {
    fn next_serial(&mut self, day: NaiveDate, lane: Lane) -> Result<u32> {
        self.check_whole()?;
        let next = serial_after(self.last_serial(day, lane)?, day, lane)?;
        self.serials.insert(day_lane(day, lane), next);
        Ok(next)
    }

    fn apply(&mut self, change: &Change, entry: &AuditEntry) -> Result<()> {
        self.check_whole()?;
        if entry.seq != self.log_position()? + 1 {
            return Err(Error::internal("an entry of the log out of place"));
        }
        let before = self.connection.total_changes();
        let applied = self.store(change).and_then(|()| self.append(entry));
        match &applied {
            Ok(()) => self.log_position = Some(entry.seq),
            // SQLite may have rolled back by itself, or a part of the change is there.
            Err(error) if self.connection.is_autocommit() || self.connection.total_changes() != before => {
                self.broken = Some(error.clone());
            }
            Err(_) => {}
        }
        applied
    }
}

impl Transaction<'_> {
    /// Refuses to go on after a change that was left half-way, and keeps it from being committed.
    pub(crate) fn check_whole(&self) -> Result<()> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// The position of the last entry of the log.
    pub(crate) fn log_position(&mut self) -> Result<u64> {
        if let Some(position) = self.log_position {
            return Ok(position);
        }
        let (position, _) = self.log_head()?;
        self.log_position = Some(position);
        Ok(position)
    }

    /// Each change begins with the statement that fails where it may not be made, so that nothing is left half-way.
    fn store(&mut self, change: &Change) -> Result<()> {
        match change {
            Change::SetUp { admin, entries } => {
                self.add_user(admin)?;
                entries.iter().try_for_each(|entry| self.add_entry(entry))
            }
            Change::AddCustomer { customer, keys } => self.add_customer(customer, keys),
            Change::EditCustomer { before, after, keys } => self.edit_customer(before, after, keys),
            Change::ArchiveCustomer { before, after, .. } => {
                self.edit_customer(before, after, &CustomerKeys::default())
            }
            Change::AddContact { contact, keys } => self.add_contact(contact, keys),
            Change::EditContact { after, keys, .. } => self.edit_contact(after, keys),
            Change::AddUser { user } => self.add_user(user),
            Change::EditUser { after, .. } => self.edit_user(after),
            Change::AddTeam { team } => self.add_team(team),
            Change::EditTeam { after, .. } => self.edit_team(after),
            Change::PutPickEntry { before: None, after } => self.add_entry(after),
            Change::PutPickEntry { after, .. } => self.edit_entry(after),
            Change::SayDistinct { a, b } => {
                let sql = "INSERT OR IGNORE INTO distinct_pair (low, high) VALUES (min(?1, ?2), max(?1, ?2))";
                self.run(sql, [a.to_i64(), b.to_i64()]).map(drop)
            }
            Change::UnsayDistinct { a, b } => {
                if !self.number_taken(*a)? || !self.number_taken(*b)? {
                    return Err(missing("customer"));
                }
                let sql = "DELETE FROM distinct_pair WHERE low = min(?1, ?2) AND high = max(?1, ?2)";
                self.run(sql, [a.to_i64(), b.to_i64()]).map(drop)
            }
            Change::ForgetDistinct { number } => {
                if !self.number_taken(*number)? {
                    return Err(missing("customer"));
                }
                let sql = "DELETE FROM distinct_pair WHERE low = ?1 OR high = ?1";
                self.run(sql, [number.to_i64()]).map(drop)
            }
            Change::PutImport { import, rows } => self.put_import(import, rows),
            // It changes nothing; the log says that it was tried.
            Change::Refuse { .. } => Ok(()),
            _ => Err(Error::internal("a change that this store does not know")),
        }
    }

    fn append(&self, entry: &AuditEntry) -> Result<()> {
        let sql = "INSERT INTO log (seq, at, actor, kind, entity, key, digest, hash, salt, payload)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let values = params![
            integer(entry.seq)?,
            entry.at.timestamp_millis(),
            entry.actor.as_ref().map(UserId::as_bytes),
            entry.kind.code(),
            entry.entity.entity,
            entry.entity.key,
            entry.digest,
            entry.hash,
            entry.salt,
            entry.payload,
        ];
        self.run(sql, values).map(drop)
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

    fn add_user(&mut self, user: &User) -> Result<()> {
        let team = user.team.map(|team| self.team_row(team)).transpose()?;
        let sql = "INSERT INTO user (uuid, revision, login, login_folded, name, role, team, phone, birthday, active)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.run(sql, user_values(user, team, integer(user.revision)?))
            .map(drop)
    }

    fn edit_user(&mut self, user: &User) -> Result<()> {
        let team = user.team.map(|team| self.team_row(team)).transpose()?;
        let sql =
            "UPDATE user SET revision = ?2, login = ?3, login_folded = ?4, name = ?5, role = ?6, team = ?7,
            phone = ?8, birthday = ?9, active = ?10 WHERE uuid = ?1";
        changed(
            "user",
            self.run(sql, user_values(user, team, integer(user.revision)?))?,
        )
    }

    fn add_team(&mut self, team: &Team) -> Result<()> {
        let sql = "INSERT INTO team (uuid, revision, name, head) VALUES (?1, ?2, ?3, ?4)";
        self.put_team(sql, team).map(drop)
    }

    fn edit_team(&mut self, team: &Team) -> Result<()> {
        let sql = "UPDATE team SET revision = ?2, name = ?3, head = ?4 WHERE uuid = ?1";
        changed("team", self.put_team(sql, team)?)
    }

    fn put_team(&self, sql: &'static str, team: &Team) -> Result<usize> {
        let head = team.head.map(|head| self.known_user(head)).transpose()?;
        self.run(
            sql,
            params![team.id.as_bytes(), integer(team.revision)?, team.name, head],
        )
    }

    fn add_entry(&mut self, entry: &PickEntry) -> Result<()> {
        let sql = "INSERT INTO pick_entry (list, code, label_zh, label_en, position, retired)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.put_entry(sql, entry).map(drop)
    }

    fn edit_entry(&mut self, entry: &PickEntry) -> Result<()> {
        let sql = "UPDATE pick_entry SET label_zh = ?3, label_en = ?4, position = ?5, retired = ?6
            WHERE list = ?1 AND code = ?2";
        changed("pick list entry", self.put_entry(sql, entry)?)
    }

    fn put_entry(&mut self, sql: &'static str, entry: &PickEntry) -> Result<usize> {
        self.pick_entries.take();
        let PickEntry {
            list,
            code,
            label_zh,
            label_en,
            position,
            retired,
        } = entry;
        self.run(
            sql,
            params![list.code(), code, label_zh, label_en, position, retired],
        )
    }

    fn put_import(&mut self, import: &Import, rows: &[ImportRow]) -> Result<()> {
        let lines: BTreeSet<u64> = rows.iter().map(|row| row.line).collect();
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            let sql = "SELECT line FROM import_row
                WHERE import = (SELECT id FROM import WHERE uuid = ?1) AND line BETWEEN ?2 AND ?3";
            let between = params![import.id.as_bytes(), integer(*first)?, integer(*last)?];
            let there = self.all(sql, between, |row| Columns::of(row).unsigned())?;
            if lines.len() < rows.len() || there.iter().any(|line| lines.contains(line)) {
                return Err(Error::internal("a row that is there already"));
            }
        }
        let sql = "INSERT INTO import (uuid, fingerprint, by, started_at, changed_at, state, rows, created, filled,
                skipped, refused, contacts)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT (uuid) DO UPDATE SET fingerprint = ?2, by = ?3, started_at = ?4, changed_at = ?5, state = ?6,
                rows = ?7, created = ?8, filled = ?9, skipped = ?10, refused = ?11, contacts = ?12
            RETURNING id";
        let counts = &import.counts;
        let values = params![
            import.id.as_bytes(),
            import.fingerprint,
            import.by.map(|by| self.known_user(by)).transpose()?,
            import.started_at.timestamp_millis(),
            import.changed_at.timestamp_millis(),
            import.state.code(),
            integer(counts.rows)?,
            integer(counts.created)?,
            integer(counts.filled)?,
            integer(counts.skipped)?,
            integer(counts.refused)?,
            integer(counts.contacts)?,
        ];
        let id: Option<i64> = self.one(sql, values, |row| row.get(0).or_storage())?;
        let sql = "INSERT INTO import_row (import, line, outcome, customer, contact, problems)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        for row in rows {
            let problems = match row.problems.is_empty() {
                true => None,
                false => Some(json(&row.problems)?),
            };
            let customer = row.customer.map(CustomerNumber::to_i64);
            let contact = row.contact.as_ref().map(ContactId::as_bytes);
            self.run(
                sql,
                params![
                    id,
                    integer(row.line)?,
                    row.outcome.code(),
                    customer,
                    contact,
                    problems
                ],
            )?;
        }
        Ok(())
    }

    fn team_row(&self, id: TeamId) -> Result<i64> {
        let found = self.one("SELECT id FROM team WHERE uuid = ?1", [id.as_bytes()], |row| {
            row.get(0).or_storage()
        })?;
        found.ok_or_else(|| missing("team"))
    }

    /// The row of a user that must be there.
    pub(crate) fn known_user(&self, id: UserId) -> Result<i64> {
        self.user_row(id)?.ok_or_else(|| missing("user"))
    }
}

fn user_values(user: &User, team: Option<i64>, revision: i64) -> impl rusqlite::Params {
    let User {
        login, name, phone, ..
    } = user;
    let birthday = user.birthday.map(|day| day.to_string());
    (
        user.id.as_bytes(),
        revision,
        login,
        fold_login(login),
        name,
        user.role.code(),
        team,
        phone,
        birthday,
        user.active,
    )
}

/// A day and a lane as an integer: YYYYMMDD and three digits.
pub(crate) fn day_lane(day: NaiveDate, lane: Lane) -> i64 {
    let day = i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day());
    day * 1000 + i64::from(lane.get())
}

/// An unsigned count as SQLite keeps it.
pub(crate) fn integer(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| Error::internal("a count beyond what is stored"))
}

pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::internal("a value that is no JSON"))
}

/// What a change of something that is not there answers.
pub(crate) fn missing(what: &str) -> Error {
    Error::internal(format_args!("there is no such {what}"))
}

/// Checks that a statement changed the one row that it was for.
pub(crate) fn changed(what: &str, rows: usize) -> Result<()> {
    match rows {
        0 => Err(missing(what)),
        _ => Ok(()),
    }
}
