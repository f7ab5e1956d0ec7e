//! Reminders (R4.6).

use std::sync::Arc;

use crmkit::{Reminder, TaskKind, model::fields};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Reminders, for one session.
    Reminders(crmkit::Reminders)
}

#[uniffi::export]
impl Session {
    /// Reminders of the caller's tasks (R4.6).
    pub fn reminders(&self) -> Arc<Reminders> {
        Reminders::new(self.inner.reminders(), self.language)
    }
}

#[uniffi::export]
impl Reminders {
    /// What the caller is to be reminded of by now and has not confirmed, up to `limit` (1 to 1,000), what was missed coming
    /// first. The same reminder comes again, with the same key, until it is confirmed. Ask as often as you like: what was due
    /// while nobody asked comes when somebody does.
    ///
    /// Fails with `page.limit`.
    #[uniffi::method(default(limit = 1000))]
    pub fn due(&self, limit: u32) -> Result<Vec<Reminder>> {
        self.call(|reminders| {
            from_zero(fields::LIMIT, limit)?;
            reminders.due(limit)
        })
    }

    /// Confirms a reminder: it comes never again. Twice is harmless, and so is one whose task is over or was moved.
    ///
    /// Fails with NotFound for a key of a reminder that was never offered.
    pub fn confirm(&self, key: String) -> Result<()> {
        self.call(|reminders| reminders.confirm(&key))
    }

    /// Switches the caller's reminders of a kind off, or on again; their tasks stay.
    pub fn silence(&self, kind: TaskKind, silent: bool) -> Result<()> {
        self.call(|reminders| reminders.silence(kind, silent))
    }

    /// The kinds of which the caller wants no reminders.
    pub fn silenced(&self) -> Result<Vec<TaskKind>> {
        self.call(|reminders| reminders.silenced())
    }
}
