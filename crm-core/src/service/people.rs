//! Users and teams (R8.6). Only an admin changes them.

use super::{Session, door::WriteTx};
use crate::{
    access::{Grant, ManagePeople, SeeDesk, check_admins_left, head_of},
    error::{Code, Error, Problem, Result},
    model::{AuditKind, NewTeam, NewUser, Team, TeamEdit, TeamId, User, UserEdit, UserId, fields},
    rules::{
        person::{check_user, edit_user},
        required_name,
    },
};

/// Users, for one session.
#[derive(Clone)]
pub struct Users {
    pub(super) session: Session,
}

impl Users {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Enters a user.
    ///
    /// # Errors
    /// Invalid: `login.taken`, `team.unknown`, `team.ambiguous`, blank fields; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::{NewUser, Role};
    ///
    /// let wu = me.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// assert!(wu.active);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn create(&self, new: &NewUser) -> Result<User> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            AuditKind::UserAdded,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ManagePeople>| {
                let id = UserId::from_bytes(tx.new_id());
                let user = check_user(new, id, &tx.reads().teams(grant)?)
                    .map_err(|problems| Error::Invalid { problems })?;
                if tx.reads().user_by_login(grant, &user.login)?.is_some() {
                    return Err(Error::invalid(Problem::with(
                        fields::LOGIN,
                        Code::LoginTaken,
                        &user.login,
                    )));
                }
                tx.add(grant, user.clone());
                Ok(user)
            },
        )
    }

    /// All users, by login; telephone and birthday only of the caller, or for an admin (R8.6).
    ///
    /// # Errors
    /// `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let wu = me.users().create(&crm_core::NewUser::of("wu", "吴", crm_core::Role::SalesRep))?;
    /// let logins: Vec<String> = me.users().list()?.into_iter().map(|user| user.login).collect();
    /// assert_eq!(logins, ["lin", "wu"]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn list(&self) -> Result<Vec<User>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeDesk>| {
                tx.colleagues(grant)
            })
    }

    /// The user with this login, whatever its case.
    ///
    /// # Errors
    /// NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let wu = me.users().create(&crm_core::NewUser::of("wu", "吴", crm_core::Role::SalesRep))?;
    /// assert_eq!(me.users().get("Wu")?.name, "吴");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn get(&self, login: &str) -> Result<User> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeDesk>| {
                tx.user_by_login(grant, login)?
                    .ok_or_else(|| Error::not_found(login))
            })
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid; `people.last_admin`; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let wu = me.users().create(&crm_core::NewUser::of("wu", "吴", crm_core::Role::SalesRep))?;
    /// use crm_core::{Role, UserEdit};
    ///
    /// let wu = me.users().get("wu")?;
    /// let wu = me.users().update(wu.id, wu.revision, &[UserEdit::Role { value: Role::Supervisor }])?;
    /// assert_eq!(wu.role, Role::Supervisor);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn update(&self, id: UserId, revision: u64, edits: &[UserEdit]) -> Result<User> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            AuditKind::UserEdited,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ManagePeople>| {
                let before = tx.reads().to_edit::<User, _>(grant, id, &id)?;
                tx.reads().check_revision(grant, &*before, revision)?;
                let mut after = edit_user(&before, edits, &tx.reads().teams(grant)?)
                    .map_err(|problems| Error::Invalid { problems })?;
                if after == *before {
                    return Ok(after);
                }
                check_admins_left(&tx.reads().users_at_work(grant)?, &after).map_err(Error::rule)?;
                after.revision += 1;
                tx.edit(grant, before, after.clone());
                Ok(after)
            },
        )
    }
}

/// Who is to be a team's head: the user whom a text names; nobody for no text.
fn named_head<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, ManagePeople>,
    text: Option<&str>,
) -> Result<Option<UserId>> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            let named = tx.reads().named_user(grant, fields::HEAD, text)?;
            named.map(|user| Some(user.id)).map_err(Error::invalid)
        }
        None => Ok(None),
    }
}

/// Teams, for one session.
#[derive(Clone)]
pub struct Teams {
    session: Session,
}

impl Teams {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Enters a team; its members are the users that name it.
    ///
    /// # Errors
    /// Invalid for a blank name; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::{NewTeam, NewUser, Role};
    ///
    /// me.teams().create(&NewTeam { name: "华东".into() })?;
    /// let wu = me.users().create(&NewUser {
    ///     team: Some("华东".into()),
    ///     ..NewUser::of("wu", "吴", Role::Supervisor)
    /// })?;
    /// assert_eq!(me.teams().list()?[0].head, Some(wu.id));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn create(&self, new: &NewTeam) -> Result<Team> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            AuditKind::TeamAdded,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ManagePeople>| {
                let name = required_name(fields::NAME, &new.name).map_err(Error::invalid)?;
                let team = Team {
                    id: TeamId::from_bytes(tx.new_id()),
                    revision: 1,
                    name,
                    head: None,
                };
                tx.add(grant, team.clone());
                Ok(team)
            },
        )
    }

    /// All teams, by name; the head is the one who was named, else the first supervisor.
    ///
    /// # Errors
    /// `storage.*`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let east = me.teams().create(&crm_core::NewTeam { name: "华东".into() })?;
    /// let teams = me.teams().list()?;
    /// assert_eq!((teams[0].name.as_str(), teams[0].head), ("华东", None));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn list(&self) -> Result<Vec<Team>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeDesk>| {
                let users = tx.colleagues(grant)?;
                let with_head = |team: Team| Team {
                    head: head_of(&team, &users).unwrap_or_default(),
                    ..team
                };
                Ok(tx.teams(grant)?.into_iter().map(with_head).collect())
            })
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid: a blank name, `owner.unknown` or `owner.ambiguous` for a head that is
    /// nobody; `team.head`; `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let east = me.teams().create(&crm_core::NewTeam { name: "华东".into() })?;
    /// use crm_core::TeamEdit;
    ///
    /// let name = TeamEdit::Name { value: "华东大区".into() };
    /// let east = me.teams().update(east.id, east.revision, &[name])?;
    /// assert_eq!(east.name, "华东大区");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn update(&self, id: TeamId, revision: u64, edits: &[TeamEdit]) -> Result<Team> {
        let door = &self.session.door;
        door.write(
            self.session.caller,
            AuditKind::TeamEdited,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ManagePeople>| {
                let before = tx.reads().to_edit::<Team, _>(grant, id, &id)?;
                tx.reads().check_revision(grant, &*before, revision)?;
                let mut after = Team::clone(&before);
                for edit in edits {
                    match edit {
                        TeamEdit::Name { value } => {
                            after.name = required_name(fields::NAME, value).map_err(Error::invalid)?;
                        }
                        TeamEdit::Head { value } => {
                            after.head = named_head(tx, grant, value.as_deref())?;
                        }
                    }
                }
                head_of(&after, &tx.reads().users(grant)?).map_err(Error::invalid)?;
                if after == *before {
                    return Ok(after);
                }
                after.revision += 1;
                tx.edit(grant, before, after.clone());
                Ok(after)
            },
        )
    }
}
