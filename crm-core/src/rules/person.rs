//! What users and teams must have (R8.6).

use super::{optional_text, required_name, required_text};
use crate::{
    error::Problem,
    model::{NewUser, User, UserEdit, UserId, fields},
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
        let problems =
            check_user(&NewUser::of(" ", "", Role::Admin), UserId::from_bytes([1; 16])).unwrap_err();
        assert_eq!(
            problems.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(),
            ["login", "name"]
        );
    }
}
