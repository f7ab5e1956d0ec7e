//! The host's own clock.

use std::sync::Arc;

use crmkit::{DateTime, Utc};

uniffi::use_remote_type!(crm_core::DateTime<Utc>);

/// Tells the time, in place of the system's clock: what a test, or a host with a clock of its own, opens a database with.
#[uniffi::export(with_foreign)]
pub trait CrmClock: Send + Sync {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;
}

/// A host's clock as the core takes it.
pub(crate) struct HostClock(pub(crate) Arc<dyn CrmClock>);

impl crmkit::Clock for HostClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }
}
