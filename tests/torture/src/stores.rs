//! Random operations on the SQLite store and on the memory store, side by side.

use anyhow::{Result, anyhow};
use crm_conformance::{compare, operations};
use crmkit::{SqliteOptions, SqliteStore, store::memory::MemoryStore};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::counts::Counts;

pub(crate) fn round(seed: u64, counts: &mut Counts) -> Result<()> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let drawn = operations(60)
        .new_tree(&mut runner)
        .map_err(|why| anyhow!("{why}"))?;
    let drawn = drawn.current();
    counts.add("operations", drawn.len() as u64);
    let folder = tempfile::tempdir()?;
    let sqlite = SqliteStore::open(&folder.path().join("crm.db"), SqliteOptions::default())?;
    compare(&sqlite, &MemoryStore::new(), &drawn);
    Ok(())
}
