//! Accounts (R8.4): passwords that admins give and users change, suspension, logging out.

use super::{
    Session, Users,
    door::{Door, WriteTx},
};
use crate::{
    access::{Grant, ManagePeople, UseAccount, check_admins_left},
    error::{Error, Result},
    model::{Account, AuditKind, LoginSession, User},
    rules::{account::bare, password::check_password, settings::Conventions},
};

/// The caller's own account, for one session.
#[derive(Clone)]
pub struct OwnAccount {
    session: Session,
}

impl Session {
    /// The caller's own account (R8.4).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert_eq!(me.account().get()?, None, "the host vouches");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn account(&self) -> OwnAccount {
        OwnAccount {
            session: self.clone(),
        }
    }
}

/// Whether a user may have a password.
fn check(password: &str) -> impl Fn(&User, &Conventions) -> Result<()> {
    move |user, conventions| {
        check_password(password, user, conventions.password_length, conventions.region)
            .map_err(|problems| Error::Invalid { problems })
    }
}

impl OwnAccount {
    /// What is known of it; none of a user who has no password, since the host vouches for them.
    ///
    /// # Errors
    /// NotFound for the host's own actor, who has none; `session.ended`.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm_with_cheap_passwords();
    /// # crm.set_up("lin", "林")?;
    /// crm.session("lin")?.users().set_password("lin", "Qz!7mKx4")?;
    /// let me = crm.login("lin", "Qz!7mKx4", "desk")?;
    /// assert!(me.account().get()?.unwrap().temporary);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn get(&self) -> Result<Option<Account>> {
        let door = &self.session.door;
        door.read(self.session.caller, |tx, grant: &Grant<'_, UseAccount>| {
            let user = tx.actor().user().ok_or_else(|| Error::not_found("user"))?;
            let account = tx.account(grant, user)?;
            Ok(account.map(|account| tx.actor().may_know_of_account(account)))
        })
    }

    /// Sets another password, the one that holds being given too. The user's other sessions end.
    ///
    /// # Errors
    /// Invalid with everything that is wrong with the new one (`password.short`, `password.simple`, `password.personal`,
    /// `password.well_known`, `password.used`); `password.wrong` for the old one, which counts as a wrong try to log in, and
    /// while the account rests after five of them; `password.none` if the user has none, which only an admin gives.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm_with_cheap_passwords();
    /// # crm.set_up("lin", "林")?;
    /// # crm.session("lin")?.users().set_password("lin", "Qz!7mKx4")?;
    /// use crm_core::Code;
    ///
    /// let me = crm.login("lin", "Qz!7mKx4", "desk")?;
    /// assert_eq!(me.customers().get("CRM202405010001").unwrap_err().code(), Code::PasswordTemporary);
    /// me.account().change_password("Qz!7mKx4", "Wj#5vTe8")?;
    /// assert_eq!(me.customers().get("CRM202405010001").unwrap_err().code(), Code::NotFound);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn change_password(&self, old: &str, new: &str) -> Result<()> {
        let caller = self.session.caller;
        let door = &self.session.door;
        door.change_password::<UseAccount>(caller, old, check(new), new)
    }

    /// Ends the session. Does nothing to one that the host vouches for.
    ///
    /// # Errors
    /// `session.ended` if it has ended.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm_with_cheap_passwords();
    /// # crm.set_up("lin", "林")?;
    /// # crm.session("lin")?.users().set_password("lin", "Qz!7mKx4")?;
    /// use crm_core::Code;
    ///
    /// let me = crm.login("lin", "Qz!7mKx4", "desk")?;
    /// me.account().log_out()?;
    /// assert_eq!(me.user().unwrap_err().code(), Code::SessionEnded);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn log_out(&self) -> Result<()> {
        let Some(session) = Door::session_of(self.session.caller) else {
            return Ok(());
        };
        self.session.door.write(
            self.session.caller,
            AuditKind::LoggedOut,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, UseAccount>| {
                let there = tx.reads().to_edit::<LoginSession, _>(grant, session, &session)?;
                tx.remove(grant, there);
                Ok(())
            },
        )
    }
}

impl Users {
    /// Gives a user a password, a first one or another in place of one that was forgotten: it only lets them set another.
    /// Their sessions end; an account that rests does so no longer.
    ///
    /// # Errors
    /// NotFound; Invalid with everything that is wrong with the password, as
    /// [`change_password`](OwnAccount::change_password); `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm_with_cheap_passwords();
    /// # crm.set_up("lin", "林")?;
    /// use crm_core::Code;
    ///
    /// let users = crm.session("lin")?.users();
    /// assert_eq!(users.set_password("lin", "P@ssw0rd").unwrap_err().code(), Code::PasswordWellKnown);
    /// users.set_password("lin", "Qz!7mKx4")?;
    /// assert!(crm.login("lin", "Qz!7mKx4", "desk").is_ok());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn set_password(&self, login: &str, password: &str) -> Result<()> {
        let caller = self.session.caller;
        let door = &self.session.door;
        door.set_password::<ManagePeople>(caller, login, check(password), password)
    }

    /// The account of a user; none of one whom only the host vouches for.
    ///
    /// # Errors
    /// NotFound; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert_eq!(me.users().account("lin")?, None);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn account(&self, login: &str) -> Result<Option<Account>> {
        let door = &self.session.door;
        door.read(self.session.caller, |tx, grant: &Grant<'_, ManagePeople>| {
            let user = tx.user_by_login(grant, login)?;
            let user = user.ok_or_else(|| Error::not_found(login))?;
            tx.account(grant, user.id)
        })
    }

    /// Suspends an account: its sessions end at once, and its user may do nothing until it is resumed, whoever vouches for
    /// them. Their customers stay theirs. Twice is harmless.
    ///
    /// # Errors
    /// NotFound; `people.last_admin`; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// # let me = crm.session("lin")?;
    /// # me.users().create(&crm_core::NewUser::of("wu", "吴", crm_core::Role::SalesRep))?;
    /// use crm_core::Code;
    ///
    /// let wu = crm.session("wu")?;
    /// me.users().suspend("wu", Some("设备丢失"))?;
    /// assert_eq!(wu.user().unwrap_err().code(), Code::AccountSuspended);
    /// me.users().resume("wu", None)?;
    /// assert!(wu.user().is_ok());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn suspend(&self, login: &str, reason: Option<&str>) -> Result<Account> {
        self.hold(login, reason, AuditKind::AccountSuspended)
    }

    /// Resumes a suspended account. Sessions that have ended stay so. Does nothing to one that is not suspended.
    ///
    /// # Errors
    /// NotFound; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert_eq!(me.users().resume("lin", None)?.suspended_at, None);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn resume(&self, login: &str, reason: Option<&str>) -> Result<Account> {
        self.hold(login, reason, AuditKind::AccountResumed)
    }

    fn hold(&self, login: &str, reason: Option<&str>, kind: AuditKind) -> Result<Account> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            kind,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ManagePeople>| {
                let user = tx.reads().user_by_login(grant, login)?;
                let user = user.ok_or_else(|| Error::not_found(login))?;
                if let Some(reason) = reason {
                    tx.because(reason);
                }
                let suspend = kind == AuditKind::AccountSuspended;
                let there = tx.reads().editable::<Account, _>(grant, user.id)?;
                let before = there.as_deref().cloned().unwrap_or_else(|| bare(user.id));
                if suspend == before.suspended_at.is_some() {
                    return Ok(before);
                }
                if suspend {
                    let gone = User {
                        active: false,
                        ..user.clone()
                    };
                    check_admins_left(&tx.reads().users_at_work(grant)?, &gone).map_err(Error::rule)?;
                    tx.end_sessions(grant, user.id, |_| true)?;
                }
                let mut after = Account {
                    suspended_at: suspend.then_some(tx.now()),
                    ..before
                };
                match there {
                    Some(there) => {
                        after.revision += 1;
                        tx.edit(grant, there, after.clone());
                    }
                    None => tx.add(grant, after.clone()),
                }
                Ok(after)
            },
        )
    }
}
