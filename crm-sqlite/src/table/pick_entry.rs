//! Entries of the pick lists, which are read once and remembered.

use std::sync::Arc;

use crm_core::{PickEntry, Result, store::Put};

use super::table;
use crate::transaction::Transaction;

table! {
    PickEntry in "pick_entry" {
        key: [list, code],
        fields: [label_zh, label_en, position, retired],
    }

    fn put(tx: &mut Transaction, _: &Put<Self>) -> Result<()> {
        tx.pick_entries.take();
        Ok(())
    }
}

impl Transaction<'_> {
    pub(crate) fn all_pick_entries(&self) -> Result<Arc<[PickEntry]>> {
        if let Some(entries) = self.pick_entries.get() {
            return Ok(Arc::clone(entries));
        }
        let mut entries: Vec<PickEntry> = self.records_where("", [])?;
        entries.sort_by(|a, b| (a.list, a.position, &a.code).cmp(&(b.list, b.position, &b.code)));
        Ok(Arc::clone(self.pick_entries.get_or_init(|| entries.into())))
    }
}
