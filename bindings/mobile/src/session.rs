//! A session: everything that one caller can do, one object for each noun, which each noun's own file adds.

use std::sync::Arc;

use crmkit::{Changes, CustomerKey, DateTime, Language, NounDescription, SqlAnswer, User, Utc};

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

    /// What has changed for the caller since a cursor: what is to be read again, and what is gone, by what names it, each record once.
    /// Without a cursor nothing, and the cursor of now. `reset`: what the caller may see has changed, all is to be read anew.
    ///
    /// Fails with `page.invalid` for a cursor that is none.
    #[uniffi::method(default(cursor = None))]
    pub fn changes_since(&self, cursor: Option<String>) -> Result<Changes> {
        self.call(|me| me.changes_since(cursor.as_deref()))
    }

    /// A noun (`customer`, `contact`, `opportunity`, `contract`, …) with its fields, for forms and tables: what they are
    /// called and hold, what must be there and how much may be, with the entries of pick lists as they are now.
    ///
    /// Fails with `choice.unknown` for what is no noun.
    pub fn describe(&self, noun: String) -> Result<NounDescription> {
        self.call(|me| me.describe(&noun))
    }

    /// Whether the caller may do what an action's code says (`customers.edit`, `deals.correct`, …), at all or with a customer: so that a
    /// button can be grey. Asking is no attempt, and is not logged.
    ///
    /// Fails with `choice.unknown` for an action that is none.
    #[uniffi::method(default(customer = None))]
    pub fn can(&self, action: String, customer: Option<String>) -> Result<bool> {
        self.call(|me| {
            let customer = customer.map(CustomerKey::from);
            me.can(&action, customer.as_ref())
        })
    }

    /// A session that enters history: the facts of what it writes bear this time. Rights, the log's own time, numbers and
    /// identifiers keep the real clock; the log has both. For an admin: anybody else's writes are refused.
    pub fn backdated(&self, at: DateTime<Utc>) -> Arc<Session> {
        Self::new(self.inner.backdated(at), self.language)
    }

    /// Answers one `SELECT` over the views 客户基本信息表, 联系人信息表, 跟进记录表, 销售机会表 and 合同表, for an admin; the question is logged. At most 10,000
    /// rows, in at most 5 seconds. Use this and not another SQLite library on the same file: it would drop the locks of
    /// this one.
    ///
    /// Fails with Denied for anybody but an admin; with `sql.refused` for anything but one `SELECT` over the views, with
    /// `sql.invalid` for one that makes no sense, with `sql.too_long`.
    pub fn sql(&self, query: String) -> Result<SqlAnswer> {
        self.call(|me| me.sql(&query))
    }
}
