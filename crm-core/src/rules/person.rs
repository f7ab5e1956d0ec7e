//! What users and teams must have (R8.6).

use super::{optional_text, required_name, required_text};
use crate::{
    error::{Code, Problem},
    model::{NewUser, Role, Team, User, UserEdit, UserId, fields},
};

/// A user as typed, checked and given an identifier.
///
/// # Errors
/// Every problem of every field.
pub fn check_user(new: &NewUser, id: UserId) -> Result<User, Vec<Problem>> {
    let mut problems = Vec::new();
    let login = required_text(fields::LOGIN, &new.login).unwrap_or_else(|p| blank(p, &mut problems));
    let name = required_name(fields::NAME, &new.name).unwrap_or_else(|p| blank(p, &mut problems));
    let phone = optional_text(fields::PHONE, new.phone.as_deref()).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    let (role, team, birthday) = (new.role, new.team, new.birthday);
    Ok(User {
        id,
        revision: 1,
        login,
        name,
        role,
        team,
        phone,
        birthday,
        active: true,
    })
}

fn blank(problem: Problem, problems: &mut Vec<Problem>) -> String {
    problems.push(problem);
    String::new()
}

/// Applies edits to a user.
///
/// # Errors
/// Every problem of every edited field.
pub fn edit_user(before: &User, edits: &[UserEdit]) -> Result<User, Vec<Problem>> {
    let mut after = before.clone();
    let mut problems = Vec::new();
    for edit in edits {
        match edit {
            UserEdit::Name { value } => match required_name(fields::NAME, value) {
                Ok(name) => after.name = name,
                Err(problem) => problems.push(problem),
            },
            UserEdit::Phone { value } => match optional_text(fields::PHONE, value.as_deref()) {
                Ok(phone) => after.phone = phone,
                Err(problem) => problems.push(problem),
            },
            UserEdit::Role { value } => after.role = *value,
            UserEdit::Team { value } => after.team = *value,
            UserEdit::Birthday { value } => after.birthday = *value,
            UserEdit::Active { value } => after.active = *value,
        }
    }
    if problems.is_empty() {
        Ok(after)
    } else {
        Err(problems)
    }
}

/// There is always an active admin: whoever would be the last one stays it.
///
/// # Errors
/// `people.last_admin`.
pub fn check_admins_left(users: &[User], after: &User) -> Result<(), Problem> {
    let is_admin = |user: &User| user.active && user.role == Role::Admin;
    let others = users.iter().any(|user| user.id != after.id && is_admin(user));
    let was = users.iter().any(|user| user.id == after.id && is_admin(user));
    match was && !is_admin(after) && !others {
        true => Err(Problem::new(fields::ROLE, Code::LastAdmin)),
        false => Ok(()),
    }
}

/// The head of a team: the one who was named, else its first supervisor by login (R8.6).
///
/// # Errors
/// `team.head` when the one named is not an active supervisor of the team.
pub fn head_of(team: &Team, users: &[User]) -> Result<Option<UserId>, Problem> {
    let leads = |user: &&User| user.team == Some(team.id) && user.role == Role::Supervisor && user.active;
    match team.head {
        None => Ok(users
            .iter()
            .filter(leads)
            .min_by(|a, b| a.login.cmp(&b.login))
            .map(|user| user.id)),
        Some(head) if users.iter().filter(leads).any(|user| user.id == head) => Ok(Some(head)),
        Some(_) => Err(Problem::new(fields::HEAD, Code::TeamHead)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TeamId;

    fn user(id: u8, role: Role) -> User {
        let mut user = check_user(
            &NewUser::of(format!("user{id}"), "林", role),
            UserId::from_bytes([id; 16]),
        )
        .unwrap();
        user.team = Some(TeamId::from_bytes([1; 16]));
        user
    }

    #[test]
    fn r8_6_login_and_name_are_required() {
        let problems =
            check_user(&NewUser::of(" ", "", Role::Admin), UserId::from_bytes([1; 16])).unwrap_err();
        assert_eq!(
            problems.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(),
            ["login", "name"]
        );
    }

    #[test]
    fn r8_6_the_last_active_admin_stays_one() {
        let admin = user(1, Role::Admin);
        let retired = User {
            active: false,
            ..admin.clone()
        };
        assert_eq!(
            check_admins_left(std::slice::from_ref(&admin), &retired)
                .unwrap_err()
                .code,
            Code::LastAdmin
        );
        assert!(check_admins_left(&[admin, user(2, Role::Admin)], &retired).is_ok());
    }

    #[test]
    fn r8_6_the_head_is_the_first_supervisor_unless_named() {
        let users = [
            user(3, Role::Supervisor),
            user(2, Role::Supervisor),
            user(1, Role::SalesRep),
        ];
        let mut team = Team {
            id: TeamId::from_bytes([1; 16]),
            revision: 1,
            name: "华东".into(),
            head: None,
        };
        assert_eq!(head_of(&team, &users), Ok(Some(UserId::from_bytes([2; 16]))));
        team.head = Some(UserId::from_bytes([3; 16]));
        assert_eq!(head_of(&team, &users), Ok(team.head));
        team.head = Some(UserId::from_bytes([1; 16]));
        assert_eq!(head_of(&team, &users).unwrap_err().code, Code::TeamHead);
    }
}
