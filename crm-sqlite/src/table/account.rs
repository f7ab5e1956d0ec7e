//! Accounts, the hashes of their passwords, and sessions that were logged in to (R8.4).

use chrono::{DateTime, Utc};
use crm_core::{Account, LoginSession, Passwords, Result, SessionId, UserId, rules::password::Hashes};
use rusqlite::params;

use super::{Binder, Column, Table, table, uuid_key};
use crate::{error::unreadable, row::Columns, transaction::Transaction};

uuid_key!(SessionId);

table! {
    Account in "account" {
        key: [user],
        fields: [revision, set_at, expires_on, temporary, wrong_tries, rests_until, suspended_at, shared_at],
    }
}

table! {
    Passwords in "password" {
        key: [user],
        fields: [hashes],
    }
}

table! {
    LoginSession in "session" {
        key: [id as "uuid"],
        fields: [user, device, began_at],
    }

    const LET_GO: &'static [&'static str] = &["DELETE FROM session_use WHERE session = ?1"];
}

impl Column for Hashes {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.write())
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.code(Self::read).map_err(|_| unreadable("password"))
    }
}

impl Transaction<'_> {
    pub(crate) fn sessions_with_use(&self, user: UserId) -> Result<Vec<(LoginSession, DateTime<Utc>)>> {
        let Some(user) = self.row_of(user.into())? else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "{} LEFT JOIN session_use s ON s.session = t.uuid WHERE t.user = ?1 ORDER BY t.began_at, t.uuid",
            LoginSession::sql().select_with("coalesce(s.used_at, t.began_at)")
        );
        self.all(&sql, [user], |row| {
            let mut columns = Columns::of(row);
            Ok((LoginSession::read(&mut columns)?, columns.field()?))
        })
    }

    pub(crate) fn write_use(&self, session: SessionId, at: DateTime<Utc>) -> Result<()> {
        const USE: &str = "INSERT INTO session_use (session, used_at)
            SELECT uuid, max(began_at, ?2) FROM session WHERE uuid = ?1
            ON CONFLICT DO UPDATE SET used_at = max(used_at, excluded.used_at)";
        self.run(USE, params![session.as_bytes(), at.timestamp_millis()])
            .map(drop)
    }
}
