//! Users and teams (R8.6). Only an admin changes them.

use std::sync::Arc;

use crmkit::{NewTeam, NewUser, Team, TeamEdit, TeamId, User, UserEdit, UserId, model::fields};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Users, for one session.
    Users(crmkit::Users)
}

#[uniffi::export]
impl Session {
    /// Users (R8.6).
    pub fn users(&self) -> Arc<Users> {
        Users::new(self.inner.users(), self.language)
    }
}

#[uniffi::export]
impl Users {
    /// Enters a user.
    ///
    /// Fails with Invalid: `login.taken`, `team.unknown`, `team.ambiguous`, blank fields; with `access.denied` for anybody but an admin.
    pub fn create(&self, new: NewUser) -> Result<User> {
        self.call(|users| users.create(&new))
    }

    /// All users, by login.
    pub fn list(&self) -> Result<Vec<User>> {
        self.call(crmkit::Users::list)
    }

    /// The user with this login, whatever its case.
    pub fn get(&self, login: String) -> Result<User> {
        self.call(|users| users.get(&login))
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid; with `people.last_admin`; with `access.denied`
    /// for anybody but an admin.
    pub fn update(&self, id: UserId, revision: u64, edits: Vec<UserEdit>) -> Result<User> {
        self.call(|users| {
            from_zero(fields::REVISION, revision)?;
            users.update(id, revision, &edits)
        })
    }
}

of_session! {
    /// Teams, for one session.
    Teams(crmkit::Teams)
}

#[uniffi::export]
impl Session {
    /// Teams (R8.6).
    pub fn teams(&self) -> Arc<Teams> {
        Teams::new(self.inner.teams(), self.language)
    }
}

#[uniffi::export]
impl Teams {
    /// Enters a team; its members are the users that name it.
    ///
    /// Fails with Invalid for a blank name; with `access.denied` for anybody but an admin.
    pub fn create(&self, new: NewTeam) -> Result<Team> {
        self.call(|teams| teams.create(&new))
    }

    /// All teams, by name; the head is the one who was named, else the first supervisor.
    pub fn list(&self) -> Result<Vec<Team>> {
        self.call(crmkit::Teams::list)
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid; with `team.head`; with `access.denied` for
    /// anybody but an admin.
    pub fn update(&self, id: TeamId, revision: u64, edits: Vec<TeamEdit>) -> Result<Team> {
        self.call(|teams| {
            from_zero(fields::REVISION, revision)?;
            teams.update(id, revision, &edits)
        })
    }
}
