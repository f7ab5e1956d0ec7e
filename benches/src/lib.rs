//! What the benches have in common: a list as a business might bring it, the people whose customers it holds, and the
//! calls of the service that more than one of them makes.

pub mod lifelike;

use std::{path::Path, time::Duration};

use anyhow::Result;
use crmkit::{Crm, ImportOptions, ImportReport, NewUser, Role, Session, TableOptions};

/// The login of who sets up and imports.
pub const ADMIN: &str = "admin";

/// Sets up a new CRM with an admin, whose session this is, and those who own customers.
///
/// # Errors
/// The database cannot be written, or is set up already.
pub fn set_up(crm: &Crm) -> Result<Session> {
    crm.set_up(ADMIN, "Admin")?;
    let me = crm.session(ADMIN)?;
    for owner in 0..lifelike::OWNERS {
        let login = lifelike::login(owner);
        me.users().create(&NewUser::of(&login, &login, Role::SalesRep))?;
    }
    Ok(me)
}

/// Imports a whole list; what came of it.
///
/// # Errors
/// The list cannot be read, or the database not be written.
pub fn import(me: &Session, list: &Path, options: ImportOptions) -> Result<ImportReport> {
    let job = crmkit::import_file(me, list, options, &TableOptions::default(), None)?;
    // However slow the machine is: else its steps would be smaller, and their number another one.
    let mut job = job.with_step_time(Duration::MAX);
    job.try_for_each(|step| step.map(drop))?;
    Ok(job.report())
}
