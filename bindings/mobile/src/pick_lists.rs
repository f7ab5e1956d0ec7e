//! Pick lists, which an admin edits (R2.3).

use std::sync::Arc;

use crmkit::{PickEntry, PickList, model::fields};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Pick lists, for one session.
    PickLists(crmkit::PickListAdmin)
}

#[uniffi::export]
impl Session {
    /// Pick lists (R2.3).
    pub fn pick_lists(&self) -> Arc<PickLists> {
        PickLists::new(self.inner.pick_lists(), self.language)
    }
}

#[uniffi::export]
impl PickLists {
    /// The entries of a list in their order, retired ones too.
    pub fn list(&self, list: PickList) -> Result<Vec<PickEntry>> {
        self.call(|lists| lists.list(list))
    }

    /// Enters an entry, or changes the one with its code: labels, position, whether it is retired. None is ever
    /// deleted, so that what has it keeps it.
    ///
    /// Fails with Invalid for blank code or labels, or for retiring 其他; with `access.denied` for anybody but an admin.
    pub fn put(&self, entry: PickEntry) -> Result<PickEntry> {
        self.call(|lists| {
            from_zero(fields::POSITION, entry.position)?;
            lists.put(&entry)
        })
    }
}
