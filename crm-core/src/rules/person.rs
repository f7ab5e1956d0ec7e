//! What users and teams must have (R8.6).

use super::{optional_text, required_name, required_text};
use crate::{
    error::{Code, Problem},
    matching::fold,
    model::{NewUser, Team, TeamId, User, UserEdit, UserId, fields},
};

/// A user as typed, checked against the teams that there are, and given an identifier.
///
/// # Errors
/// Every problem of every field.
pub fn check_user(new: &NewUser, id: UserId, teams: &[Team]) -> Result<User, Vec<Problem>> {
    let mut problems = Vec::new();
    let login = required_text(fields::LOGIN, &new.login).unwrap_or_else(|p| blank(p, &mut problems));
    let name = required_name(fields::NAME, &new.name).unwrap_or_else(|p| blank(p, &mut problems));
    let phone = optional_text(fields::PHONE, new.phone.as_deref()).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    let team = named_team(new.team.as_deref(), teams).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    let (role, birthday) = (new.role, new.birthday);
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

/// The team that a text names, by name or identifier (R8.6); none for no text.
///
/// # Errors
/// `team.unknown`; `team.ambiguous` for a name that several have.
pub fn named_team(text: Option<&str>, teams: &[Team]) -> Result<Option<TeamId>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let folded = fold(text);
    let named: Vec<&Team> = teams.iter().filter(|team| fold(&team.name) == folded).collect();
    match named.as_slice() {
        [team] => Ok(Some(team.id)),
        [] => {
            let id = text.parse().ok();
            match teams.iter().any(|team| Some(team.id) == id) {
                true => Ok(id),
                false => Err(Problem::with(fields::TEAM, Code::TeamUnknown, text)),
            }
        }
        _ => Err(Problem::with(fields::TEAM, Code::TeamAmbiguous, text)),
    }
}

/// Applies edits to a user, given the teams that there are.
///
/// # Errors
/// Every problem of every edited field.
pub fn edit_user(before: &User, edits: &[UserEdit], teams: &[Team]) -> Result<User, Vec<Problem>> {
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
            UserEdit::Team { value } => match named_team(value.as_deref(), teams) {
                Ok(team) => after.team = team,
                Err(problem) => problems.push(problem),
            },
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

/// A login as it is compared and sorted: whatever its case.
pub fn fold_login(login: &str) -> String {
    login.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;

    #[test]
    fn r8_6_login_and_name_are_required() {
        let problems = check_user(
            &NewUser::of(" ", "", Role::Admin),
            UserId::from_bytes([1; 16]),
            &[],
        )
        .unwrap_err();
        assert_eq!(
            problems.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(),
            ["login", "name"]
        );
    }

    #[test]
    fn r8_6_a_team_is_named_by_its_name_or_identifier() {
        let team = |id: u8, name: &str| Team {
            id: TeamId::from_bytes([id; 16]),
            revision: 1,
            name: name.into(),
            head: None,
        };
        let teams = [team(1, "华东 East"), team(2, "华南"), team(3, "华南")];
        let found = |text: &str| named_team(Some(text), &teams).map_err(|problem| problem.code);
        assert_eq!(found(" 华东　ＥＡＳＴ"), Ok(Some(teams[0].id)));
        assert_eq!(found(&teams[2].id.to_string()), Ok(Some(teams[2].id)));
        assert_eq!(found(" "), Ok(None));
        assert_eq!(named_team(None, &teams), Ok(None));
        assert_eq!(found("华南"), Err(Code::TeamAmbiguous));
        assert_eq!(found("华北"), Err(Code::TeamUnknown));
        let gone = TeamId::from_bytes([9; 16]).to_string();
        assert_eq!(found(&gone), Err(Code::TeamUnknown));
    }
}
