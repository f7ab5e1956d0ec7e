//! Who administers and who leads (R8.6).

use crate::{
    error::{Code, Problem},
    model::{Role, Team, User, UserId, fields},
    rules::person::fold_login,
};

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
            .min_by_key(|user| fold_login(&user.login))
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
        User {
            id: UserId::from_bytes([id; 16]),
            revision: 1,
            login: format!("user{id}"),
            name: "林".into(),
            role,
            team: Some(TeamId::from_bytes([1; 16])),
            phone: None,
            birthday: None,
            active: true,
        }
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
