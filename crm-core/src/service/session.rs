//! A session: everything that one caller can do.

use std::sync::Arc;

use super::{
    AuditLog, Contacts, Customers, Imports, PickListAdmin, Teams, Users,
    door::{Caller, Door},
};
use crate::{
    Result,
    access::SeeDesk,
    model::{User, UserId},
};

/// What one caller can do. Rights are looked up anew in every call, so that a change of role tells at once.
#[derive(Clone)]
pub struct Session {
    pub(super) door: Arc<Door>,
    pub(super) caller: Caller,
}

impl Session {
    pub(super) fn of_user(door: Arc<Door>, user: UserId) -> Self {
        Self {
            door,
            caller: Caller::User(user),
        }
    }

    pub(super) fn of_system(door: Arc<Door>) -> Self {
        Self {
            door,
            caller: Caller::System,
        }
    }

    /// The user whose session it is; none for the host's own.
    ///
    /// # Errors
    /// `access.inactive` once the user has been made inactive.
    pub fn user(&self) -> Result<Option<User>> {
        self.door.whoever_calls::<SeeDesk>(self.caller)
    }

    /// The settings that the CRM was opened with.
    pub fn settings(&self) -> &super::Settings {
        self.door.settings()
    }

    /// Customers (R2).
    pub fn customers(&self) -> Customers {
        Customers::new(self.clone())
    }

    /// Contacts (R3).
    pub fn contacts(&self) -> Contacts {
        Contacts::new(self.clone())
    }

    /// Imports.
    pub fn imports(&self) -> Imports {
        Imports::new(self.clone())
    }

    /// Users (R8.6).
    pub fn users(&self) -> Users {
        Users::new(self.clone())
    }

    /// Teams (R8.6).
    pub fn teams(&self) -> Teams {
        Teams::new(self.clone())
    }

    /// Pick lists (R2.3).
    pub fn pick_lists(&self) -> PickListAdmin {
        PickListAdmin::new(self.clone())
    }

    /// The log (R8.5).
    pub fn audit(&self) -> AuditLog {
        AuditLog::new(self.clone())
    }
}
