//! The memory store does what every store must do.

use crm_core::store::{Store, memory::MemoryStore};

crm_conformance::conformance!(|| Box::new(MemoryStore::new()) as Box<dyn Store>);
