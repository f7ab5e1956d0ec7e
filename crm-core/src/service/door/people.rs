//! Users, teams and pick lists: what is read of them.

use super::ReadTx;
use crate::{
    access::{Action, Grant, SeeDesk},
    error::{Error, Problem, Result},
    import::People,
    model::{Account, Team, User, UserId},
    rules::choice::PickLists,
    store::{RecordsExt, Scope},
};

impl<'tx> ReadTx<'_, 'tx> {
    pub(in crate::service) fn user<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        id: UserId,
    ) -> Result<Option<User>> {
        match self.actor.record().filter(|own| own.id == id) {
            Some(own) => Ok(Some(own.clone())),
            None => self.store.record(id, &Scope::all()),
        }
    }

    /// The user whom a text in this field names, by login, name or identifier.
    pub(in crate::service) fn named_user<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        field: &str,
        text: &str,
    ) -> Result<Result<User, Problem>> {
        if let Ok(id) = text.parse()
            && let Some(user) = self.user(grant, id)?
        {
            return Ok(Ok(user));
        }
        if let Some(user) = self.store.user_by_login(text)? {
            return Ok(Ok(user));
        }
        let people = People::new(self.store.users()?);
        let found = people.find(text).cloned();
        Ok(found.map_err(|code| Problem::with(field, code, text)))
    }

    /// The user whom a query asks for in this field; blank is anybody.
    ///
    /// # Errors
    /// Invalid for a user that is none.
    pub(in crate::service) fn asked_user<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        field: &str,
        text: Option<&str>,
    ) -> Result<Option<UserId>> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Ok(None);
        };
        let user = self.named_user(grant, field, text)?;
        Ok(Some(user.map_err(Error::invalid)?.id))
    }

    /// All users, whole: for rules to go by, not to be told.
    pub(in crate::service) fn users<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<Vec<User>> {
        self.store.users()
    }

    /// All users whose account is not suspended, whole: as [`users`](Self::users).
    pub(in crate::service) fn users_at_work<A: Action>(&self, grant: &Grant<'tx, A>) -> Result<Vec<User>> {
        let users = self.users(grant)?;
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let accounts: Vec<Account> = self.store.records(&ids, &Scope::all())?;
        let suspended = accounts.iter().filter(|account| account.suspended_at.is_some());
        let suspended: Vec<UserId> = suspended.map(|account| account.user).collect();
        Ok(users
            .into_iter()
            .filter(|user| !suspended.contains(&user.id))
            .collect())
    }

    /// All users, as the caller may know them (R8.6).
    pub(in crate::service) fn colleagues(&self, _grant: &Grant<'tx, SeeDesk>) -> Result<Vec<User>> {
        let users = self.store.users()?;
        Ok(users
            .into_iter()
            .map(|user| self.actor.may_know_of(user))
            .collect())
    }

    pub(in crate::service) fn user_by_login<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        login: &str,
    ) -> Result<Option<User>> {
        let user = self.store.user_by_login(login)?;
        Ok(user.map(|user| self.actor.may_know_of(user)))
    }

    pub(in crate::service) fn teams<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<Vec<Team>> {
        self.store.teams()
    }

    pub(in crate::service) fn pick_lists<A: Action>(&self, _grant: &Grant<'tx, A>) -> Result<PickLists> {
        Ok(PickLists::new(self.store.pick_entries()?))
    }
}
