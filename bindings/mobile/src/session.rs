//! A session: everything that one caller can do, one object for each noun.

use std::sync::Arc;

use crmkit::User;

use crate::{AuditLog, Contacts, Customers, Imports, PickLists, Result, Teams, Users, call::of_session};

of_session! {
    /// What one caller can do. Rights are looked up anew in every call, so that a change of role tells at once. Safe to
    /// share between threads.
    Session(crmkit::Session)
}

#[uniffi::export]
impl Session {
    /// The user whose session it is; none for the host's own.
    ///
    /// Fails with `access.inactive` once the user has been made inactive.
    pub fn user(&self) -> Result<Option<User>> {
        self.call(crmkit::Session::user)
    }

    /// Customers (R2).
    pub fn customers(&self) -> Arc<Customers> {
        Customers::new(self.inner.clone(), self.language)
    }

    /// Contacts (R3).
    pub fn contacts(&self) -> Arc<Contacts> {
        Contacts::new(self.inner.contacts(), self.language)
    }

    /// Imports.
    pub fn imports(&self) -> Arc<Imports> {
        Imports::new(self.inner.imports(), self.language)
    }

    /// Users (R8.6).
    pub fn users(&self) -> Arc<Users> {
        Users::new(self.inner.users(), self.language)
    }

    /// Teams (R8.6).
    pub fn teams(&self) -> Arc<Teams> {
        Teams::new(self.inner.teams(), self.language)
    }

    /// Pick lists (R2.3).
    pub fn pick_lists(&self) -> Arc<PickLists> {
        PickLists::new(self.inner.pick_lists(), self.language)
    }

    /// The log (R8.5).
    pub fn audit(&self) -> Arc<AuditLog> {
        AuditLog::new(self.inner.audit(), self.language)
    }
}
