//! Pick lists, which an admin edits (R2.3).

use super::{Session, door::WriteTx};
use crate::{
    access::{EditPickLists, Grant, SeeDesk},
    error::{Error, Result},
    model::{AuditKind, PickEntry, PickList},
    rules::choice::check_entry,
};

/// Pick lists, for one session.
#[derive(Clone)]
pub struct PickListAdmin {
    session: Session,
}

impl PickListAdmin {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// The entries of a list in their order, retired ones too.
    ///
    /// # Errors
    /// `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::{Language, PickList};
    ///
    /// let sources = me.pick_lists().list(PickList::Source)?;
    /// assert_eq!(sources[0].label(Language::Zh), "展会推广");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn list(&self, list: PickList) -> Result<Vec<PickEntry>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeDesk>| {
                let of_list = |entry: &&PickEntry| entry.list == list;
                Ok(tx
                    .pick_lists(grant)?
                    .entries()
                    .iter()
                    .filter(of_list)
                    .cloned()
                    .collect())
            })
    }

    /// Enters an entry, or changes the one with its code: labels, position, whether it is retired. None is ever
    /// deleted, so that what has it keeps it.
    ///
    /// # Errors
    /// Invalid: blank code or labels, retiring 其他; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::{PickEntry, PickList};
    ///
    /// me.pick_lists().put(&PickEntry {
    ///     list: PickList::Industry,
    ///     code: "energy".into(),
    ///     label_zh: "能源".into(),
    ///     label_en: "Energy".into(),
    ///     position: 12,
    ///     retired: false,
    /// })?;
    /// assert_eq!(me.pick_lists().list(PickList::Industry)?.len(), 12);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn put(&self, entry: &PickEntry) -> Result<PickEntry> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            AuditKind::PickListEdited,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, EditPickLists>| {
                let after = check_entry(entry).map_err(|problems| Error::Invalid { problems })?;
                let key = (after.list, after.code.clone());
                match tx.reads().editable::<PickEntry, _>(grant, key)? {
                    Some(before) => tx.edit(grant, before, after.clone()),
                    None => tx.add(grant, after.clone()),
                }
                Ok(after)
            },
        )
    }
}
