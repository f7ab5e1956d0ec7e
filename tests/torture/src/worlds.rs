//! Pairs of worlds that differ only in what is hidden from a caller, asked the same (R8.2).

use anyhow::Result;
use crm_conformance::paired_worlds;
use crmkit::{SqliteStore, store::memory::MemoryStore};

use crate::counts::Counts;

pub(crate) fn round(seed: u64, counts: &mut Counts) -> Result<()> {
    let asked = paired_worlds(seed, &|| match SqliteStore::in_memory() {
        Ok(store) if seed.is_multiple_of(2) => Box::new(store),
        _ => Box::new(MemoryStore::new()),
    });
    counts.add(
        "calls answered alike",
        asked.calls.values().map(|(alike, _)| alike).sum(),
    );
    counts.add("hidden things", asked.hidden);
    Ok(())
}
