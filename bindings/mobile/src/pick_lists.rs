//! Pick lists, which an admin edits (R2.3).

use crmkit::{PickEntry, PickList};

use crate::{Result, call::of_session};

of_session! {
    /// Pick lists, for one session.
    PickLists(crmkit::PickListAdmin)
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
        self.call(|lists| lists.put(&entry))
    }
}
