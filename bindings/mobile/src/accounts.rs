//! Accounts (R8.4).

use std::sync::Arc;

use crmkit::Account;

use crate::{Result, Session, Users, call::of_session};

of_session! {
    /// The caller's own account, for one session.
    OwnAccount(crmkit::OwnAccount)
}

#[uniffi::export]
impl Session {
    /// The caller's own account (R8.4).
    pub fn account(&self) -> Arc<OwnAccount> {
        OwnAccount::new(self.inner.account(), self.language)
    }
}

#[uniffi::export]
impl OwnAccount {
    /// What is known of it; none for a user who has no password, since the host vouches for them.
    pub fn get(&self) -> Result<Option<Account>> {
        self.call(crmkit::OwnAccount::get)
    }

    /// Sets another password, the one that holds being given too. The user's other sessions end.
    ///
    /// Fails with Invalid for everything that is wrong with the new one (`password.*`); with `password.wrong` for the old one,
    /// which counts as a wrong try to log in; with `password.none` if the user has none.
    pub fn change_password(&self, old_password: String, password: String) -> Result<()> {
        self.call(|account| account.change_password(&old_password, &password))
    }

    /// Ends the session. Does nothing to one that the host vouches for.
    pub fn log_out(&self) -> Result<()> {
        self.call(crmkit::OwnAccount::log_out)
    }
}

#[uniffi::export]
impl Users {
    /// Gives a user a password, a first one or another in place of one that was forgotten: it only lets them set another.
    ///
    /// Fails with Invalid for everything that is wrong with it (`password.*`); with NotFound; with `access.denied` for
    /// anybody but an admin.
    pub fn set_password(&self, login: String, password: String) -> Result<()> {
        self.call(|users| users.set_password(&login, &password))
    }

    /// The account of a user; none of one whom only the host vouches for.
    ///
    /// Fails with NotFound; with `access.denied` for anybody but an admin.
    pub fn account(&self, login: String) -> Result<Option<Account>> {
        self.call(|users| users.account(&login))
    }

    /// Suspends an account: its sessions end at once, and its user may do nothing until it is resumed.
    ///
    /// Fails with NotFound; with `people.last_admin`; with `access.denied` for anybody but an admin.
    #[uniffi::method(default(reason = None))]
    pub fn suspend(&self, login: String, reason: Option<String>) -> Result<Account> {
        self.call(|users| users.suspend(&login, reason.as_deref()))
    }

    /// Resumes a suspended account.
    ///
    /// Fails with NotFound; with `access.denied` for anybody but an admin.
    #[uniffi::method(default(reason = None))]
    pub fn resume(&self, login: String, reason: Option<String>) -> Result<Account> {
        self.call(|users| users.resume(&login, reason.as_deref()))
    }
}
