//! Users and teams (R8.6).

use chrono::NaiveDate;
use crm_core::python::{Tuple, Word};
use crmkit::{Code, Error, NewTeam, NewUser, Role, Team, TeamEdit, User, UserEdit, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::{Edit, id, id_in},
    call::of_session,
};

of_session! {
    /// Users, for one session. Only an admin changes them.
    Users(crmkit::Users)
}

#[pymethods]
impl Users {
    /// Enters a user; `team` is a team's id.
    #[pyo3(signature = (*, login, name, role, team=None, phone=None, birthday=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn create(
        &self,
        py: Python<'_>,
        login: String,
        name: String,
        role: Word<Role>,
        team: Option<String>,
        phone: Option<String>,
        birthday: Option<NaiveDate>,
    ) -> PyResult<User> {
        self.call(py, |users| {
            let role = role.of(fields::ROLE).map_err(Error::invalid)?;
            let team = team
                .map(|team| id_in(fields::TEAM, Code::TeamUnknown, team))
                .transpose();
            let team = team.map_err(Error::invalid)?;
            users.create(&NewUser {
                login,
                name,
                role,
                team,
                phone,
                birthday,
            })
        })
    }

    /// All users, by login.
    fn list(&self, py: Python<'_>) -> PyResult<Tuple<User>> {
        self.call(py, crmkit::Users::list).map(Tuple)
    }

    /// The user with this login, whatever its case.
    fn get(&self, py: Python<'_>, login: &str) -> PyResult<User> {
        self.call(py, |users| users.get(login))
    }

    /// Changes the fields named; `None` clears. `revision` is the one that the caller saw.
    #[pyo3(signature = (
        user, *, revision, name=Edit::Leave, role=Edit::Leave, team=Edit::Leave, phone=Edit::Leave,
        birthday=Edit::Leave, active=Edit::Leave
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn update(
        &self,
        py: Python<'_>,
        user: &str,
        revision: u64,
        name: Edit<String>,
        role: Edit<Word<Role>>,
        team: Edit<Option<String>>,
        phone: Edit<Option<String>>,
        birthday: Edit<Option<NaiveDate>>,
        active: Edit<bool>,
    ) -> PyResult<User> {
        self.call(py, |users| {
            let role = role
                .map(|role| role.of(fields::ROLE))
                .transpose()
                .map_err(Error::invalid)?;
            let team = team.map(|team| {
                team.map(|team| id_in(fields::TEAM, Code::TeamUnknown, team))
                    .transpose()
            });
            let team = team.transpose().map_err(Error::invalid)?;
            let edits = [
                name.map(|value| UserEdit::Name { value }),
                role.map(|value| UserEdit::Role { value }),
                team.map(|value| UserEdit::Team { value }),
                phone.map(|value| UserEdit::Phone { value }),
                birthday.map(|value| UserEdit::Birthday { value }),
                active.map(|value| UserEdit::Active { value }),
            ];
            let edits: Vec<UserEdit> = edits.into_iter().flatten().collect();
            users.update(id(user)?, revision, &edits)
        })
    }
}

of_session! {
    /// Teams, for one session. Only an admin changes them.
    Teams(crmkit::Teams)
}

#[pymethods]
impl Teams {
    /// Enters a team; its members are the users that name it.
    fn create(&self, py: Python<'_>, name: String) -> PyResult<Team> {
        self.call(py, |teams| teams.create(&NewTeam { name }))
    }

    /// All teams, by name; the head is the one who was named, else the first supervisor.
    fn list(&self, py: Python<'_>) -> PyResult<Tuple<Team>> {
        self.call(py, crmkit::Teams::list).map(Tuple)
    }

    /// Changes the fields named; `head=None` leaves it to the first supervisor. `revision` is the one that the caller saw.
    #[pyo3(signature = (team, *, revision, name=Edit::Leave, head=Edit::Leave))]
    fn update(
        &self,
        py: Python<'_>,
        team: &str,
        revision: u64,
        name: Edit<String>,
        head: Edit<Option<String>>,
    ) -> PyResult<Team> {
        self.call(py, |teams| {
            let head = head.map(|head| {
                head.map(|head| id_in(fields::HEAD, Code::TeamHead, head))
                    .transpose()
            });
            let head = head.transpose().map_err(Error::invalid)?;
            let edits = [
                name.map(|value| TeamEdit::Name { value }),
                head.map(|value| TeamEdit::Head { value }),
            ];
            let edits: Vec<TeamEdit> = edits.into_iter().flatten().collect();
            teams.update(id(team)?, revision, &edits)
        })
    }
}
