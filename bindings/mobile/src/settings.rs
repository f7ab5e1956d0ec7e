//! The settings of the business (R8.7), which an admin edits.

use std::sync::Arc;

use crmkit::{Settings, SettingsEdit, model::fields};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// The settings of the business, for one session.
    SettingsAdmin(crmkit::SettingsAdmin)
}

#[uniffi::export]
impl Session {
    /// The settings of the business (R8.7).
    pub fn settings(&self) -> Arc<SettingsAdmin> {
        SettingsAdmin::new(self.inner.settings(), self.language)
    }
}

#[uniffi::export]
impl SettingsAdmin {
    /// The settings as they are.
    pub fn get(&self) -> Result<Settings> {
        self.call(crmkit::SettingsAdmin::get)
    }

    /// Changes the settings named; `revision` is the one that the caller saw. They hold from the next call on, in every
    /// program on the database.
    ///
    /// Fails with Conflict if they have been changed since; with `setting.invalid`; with `access.denied` for anybody but
    /// an admin.
    pub fn update(&self, revision: u64, edits: Vec<SettingsEdit>) -> Result<Settings> {
        self.call(|settings| {
            from_zero(fields::REVISION, revision)?;
            settings.update(revision, &edits)
        })
    }
}
