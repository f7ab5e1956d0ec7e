//! Pick lists, which an admin edits (R2.3).

use super::{Session, door::WriteTx};
use crate::{
    access::{EditPickLists, Grant, SeeDesk},
    error::{Error, Result},
    model::{PickEntry, PickList},
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
    pub fn put(&self, entry: &PickEntry) -> Result<PickEntry> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, EditPickLists>| {
                let after = check_entry(entry).map_err(|problems| Error::Invalid { problems })?;
                let lists = tx.reads().pick_lists(grant)?;
                let same = |there: &&PickEntry| there.list == after.list && there.code == after.code;
                let before = lists.entries().iter().find(same).cloned();
                if before.as_ref() != Some(&after) {
                    tx.put_pick_entry(grant, before, after.clone())?;
                }
                Ok(after)
            },
        )
    }
}
