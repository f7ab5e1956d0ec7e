//! Users and teams (R8.6).

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{NewTeam, NewUser, Team, TeamEdit, User, UserEdit, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    call::of_session,
    session::Session,
};

of_session! {
    /// Users, for one session. Only an admin changes them.
    Users(crmkit::Users)
}

of_session! {
    /// Teams, for one session. Only an admin changes them.
    Teams(crmkit::Teams)
}

#[pymethods]
impl Session {
    /// Users.
    #[getter]
    fn users(&self) -> Users {
        Users::new(self.inner.users(), self.language)
    }

    /// Teams.
    #[getter]
    fn teams(&self) -> Teams {
        Teams::new(self.inner.teams(), self.language)
    }
}

with_new_user! { Users:
    /// Enters a user; `team` is a team's name or id.
    fn create()() -> User = |me: &Users, py, new: Typed<NewUser>| {
        me.call(py, |users| users.create(&new.read()?))
    };
}

with_user_edit! { Users:
    /// Changes the fields named; `None` clears. `team` is a team's name or id, `revision` the one that the caller saw.
    fn update(user: Arg<String>) -> User = |me: &Users, py, edits: Typed<Vec<UserEdit>>, user: Arg<String>, revision: Arg<u64>| {
        me.call(py, |users| users.update(id(user, "user")?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

#[pymethods]
impl Users {
    /// All users, by login.
    fn list(&self, py: Python<'_>) -> PyResult<Listed<User>> {
        self.call(py, crmkit::Users::list).map(Listed)
    }

    /// The user with this login, whatever its case.
    fn get(&self, py: Python<'_>, login: Arg<String>) -> PyResult<User> {
        self.call(py, |users| users.get(&login.of(fields::LOGIN)?))
    }
}

with_team_edit! { Teams:
    /// Changes the fields named; `head` is one of its supervisors by login, name or id, `None` leaves it to the first of them.
    /// `revision` is the one that the caller saw.
    fn update(team: Arg<String>) -> Team = |me: &Teams, py, edits: Typed<Vec<TeamEdit>>, team: Arg<String>, revision: Arg<u64>| {
        me.call(py, |teams| teams.update(id(team, fields::TEAM)?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

#[pymethods]
impl Teams {
    /// Enters a team; its members are the users that name it.
    fn create(&self, py: Python<'_>, name: Arg<String>) -> PyResult<Team> {
        self.call(py, |teams| {
            let name = name.of(fields::NAME)?;
            teams.create(&NewTeam { name })
        })
    }

    /// All teams, by name; the head is the one who was named, else the first supervisor.
    fn list(&self, py: Python<'_>) -> PyResult<Listed<Team>> {
        self.call(py, crmkit::Teams::list).map(Listed)
    }
}
