//! A session: everything that one caller can do, one object for each noun, which each noun's own file adds.

use std::sync::Arc;

use crmkit::{DateTime, Language, SqlAnswer, User, Utc};

use crate::{Result, call::of_session};

of_session! {
    /// What one caller can do. Rights are looked up anew in every call, so that a change of role tells at once. Safe to
    /// share between threads.
    Session(crmkit::Session)
}

#[uniffi::export]
impl Session {
    /// The user whose session it is; none for the host's own.
    ///
    /// Fails with `access.inactive` once the user has been made inactive.
    pub fn user(&self) -> Result<Option<User>> {
        self.call(crmkit::Session::user)
    }

    /// The language of messages, which the database was opened with.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A session that enters history: the facts of what it writes bear this time. Rights, the log's own time, numbers and
    /// identifiers keep the real clock; the log has both. For an admin: anybody else's writes are refused.
    pub fn backdated(&self, at: DateTime<Utc>) -> Arc<Session> {
        Self::new(self.inner.backdated(at), self.language)
    }

    /// Answers one `SELECT` over the views 客户基本信息表, 联系人信息表 and 跟进记录表, for an admin; the question is logged. At most 10,000
    /// rows, in at most 5 seconds. Use this and not another SQLite library on the same file: it would drop the locks of
    /// this one.
    ///
    /// Fails with Denied for anybody but an admin; with `sql.refused` for anything but one `SELECT` over the views, with
    /// `sql.invalid` for one that makes no sense, with `sql.too_long`.
    pub fn sql(&self, query: String) -> Result<SqlAnswer> {
        self.call(|me| me.sql(&query))
    }
}
