//! The settings of the business (R8.7): one record, read by everybody, edited by an admin.

use super::{Session, door::WriteTx};
use crate::{
    access::{EditSettings, Grant, SeeDesk},
    error::{Error, Result},
    model::{AuditKind, Settings, SettingsEdit},
    rules::settings::edit_settings,
};

/// The settings, for one session.
#[derive(Clone)]
pub struct SettingsAdmin {
    session: Session,
}

impl SettingsAdmin {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// The settings as they are.
    ///
    /// # Errors
    /// `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::Region;
    ///
    /// let settings = me.settings().get()?;
    /// assert_eq!((settings.time_zone.as_str(), settings.region), ("Asia/Shanghai", Region::CN));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn get(&self) -> Result<Settings> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeDesk>| {
                tx.settings(grant)
            })
    }

    /// Changes the settings named; `revision` is the one that the caller saw. They hold from the next call on, in every
    /// program on the database.
    ///
    /// # Errors
    /// Conflict if they have been changed since; `setting.invalid`; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::{Region, SettingsEdit};
    ///
    /// let seen = me.settings().get()?;
    /// let edits = [
    ///     SettingsEdit::TimeZone { value: "Asia/Taipei".into() },
    ///     SettingsEdit::Region { value: Region::TW },
    /// ];
    /// assert_eq!(me.settings().update(seen.revision, &edits)?.region, Region::TW);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn update(&self, revision: u64, edits: &[SettingsEdit]) -> Result<Settings> {
        self.session.door.write(
            self.session.caller,
            AuditKind::SettingsEdited,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, EditSettings>| {
                let before = tx.reads().to_edit::<Settings, _>(grant, (), &"settings")?;
                tx.reads().check_revision(grant, &*before, revision)?;
                let mut after =
                    edit_settings(&before, edits).map_err(|problems| Error::Invalid { problems })?;
                if after == *before {
                    return Ok(after);
                }
                after.revision += 1;
                tx.edit(grant, before, after.clone());
                Ok(after)
            },
        )
    }
}
