//! The SQLite store does what every store must do, on a file and in memory.
#![allow(clippy::unwrap_used, reason = "a test fails where it is")]

use crm_core::{
    Result,
    store::{Store, StoreRead, StoreWrite},
};
use crm_sqlite::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

/// A store on a file, in a folder that goes when it does.
struct InFolder {
    store: SqliteStore,
    _folder: TempDir,
}

impl InFolder {
    fn empty() -> Box<dyn Store> {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("crm.db"), SqliteOptions::default()).unwrap();
        Box::new(Self {
            store,
            _folder: folder,
        })
    }
}

impl Store for InFolder {
    fn read(&self, body: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        self.store.read(body)
    }

    fn write(&self, body: &mut dyn FnMut(&mut dyn StoreWrite) -> Result<()>) -> Result<()> {
        self.store.write(body)
    }

    fn pause(&self) -> Result<()> {
        self.store.pause()
    }

    fn resume(&self) -> Result<()> {
        self.store.resume()
    }

    fn close(&self) -> Result<()> {
        self.store.close()
    }

    fn version(&self) -> Result<u64> {
        self.store.version()
    }
}

mod on_a_file {
    use super::InFolder;

    crm_conformance::conformance!(InFolder::empty);
}

mod in_memory {
    use super::{SqliteStore, Store};

    crm_conformance::conformance!(|| Box::new(SqliteStore::in_memory().unwrap()) as Box<dyn Store>);
}
