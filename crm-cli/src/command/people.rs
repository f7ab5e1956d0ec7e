//! Users, teams and passwords.

use crmkit::{
    Error, Language, NewTeam, NewUser, Team, TeamEdit, User, UserEdit,
    model::{field_label, fields},
};

use crate::{
    cli::{Password, People, TeamChange, UserAdd, UserChange},
    desk::{self, Desk},
    screen::{Shown, Stop, json, json_lines, table},
};

pub(super) fn run(desk: &Desk, people: &People) -> Shown {
    match people {
        People::List => users(desk, &desk.me.users().list()?),
        People::Add(asked) => user(desk, &desk.me.users().create(&new(asked))?),
        People::Edit(asked) => user(desk, &change(desk, asked)?),
        People::Password(wanted) => password(desk, wanted),
        People::Teams => teams(desk, &desk.me.teams().list()?),
        People::TeamAdd(asked) => {
            let name = asked.name.clone();
            team(desk, &desk.me.teams().create(&NewTeam { name })?)
        }
        People::TeamEdit(asked) => team(desk, &change_team(desk, asked)?),
    }
}

fn new(asked: &UserAdd) -> NewUser {
    NewUser {
        team: asked.team.clone(),
        phone: asked.phone.clone(),
        birthday: asked.birthday,
        ..NewUser::of(&asked.login, &asked.name, asked.role)
    }
}

fn user(desk: &Desk, user: &User) -> Shown {
    match desk.json {
        true => json(user),
        false => users(desk, std::slice::from_ref(user)),
    }
}

fn users(desk: &Desk, users: &[User]) -> Shown {
    if desk.json {
        return json_lines(users);
    }
    let language = desk.language;
    let all = desk.me.teams().list()?;
    let team = |user: &User| {
        let team = all.iter().find(|team| Some(team.id) == user.team);
        team.map(|team| team.name.clone()).unwrap_or_default()
    };
    let rows = users.iter().map(|user| {
        vec![
            user.login.clone(),
            user.name.clone(),
            user.role.label(language).to_owned(),
            team(user),
            yes_or_no(user.active, language),
        ]
    });
    let headings = [
        fields::LOGIN,
        fields::USER_NAME,
        fields::ROLE,
        fields::TEAM,
        fields::ACTIVE,
    ];
    table(
        &headings.map(|field| field_label(field, language)),
        &rows.collect::<Vec<_>>(),
    )
}

fn yes_or_no(yes: bool, language: Language) -> String {
    match yes {
        true => say!(language, "是", "yes"),
        false => say!(language, "否", "no"),
    }
}

fn change(desk: &Desk, asked: &UserChange) -> crmkit::Result<User> {
    let seen = desk.me.users().get(&asked.login)?;
    let mut edits = Vec::new();
    edits.extend(asked.name.clone().map(|value| UserEdit::Name { value }));
    edits.extend(asked.role.map(|value| UserEdit::Role { value }));
    let or_none = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    edits.extend(
        asked
            .team
            .as_ref()
            .map(|team| UserEdit::Team { value: or_none(team) }),
    );
    edits.extend(asked.phone.as_ref().map(|phone| UserEdit::Phone {
        value: or_none(phone),
    }));
    edits.extend(asked.birthday.map(|day| UserEdit::Birthday { value: Some(day) }));
    let active = asked.active.then_some(true).or(asked.inactive.then_some(false));
    edits.extend(active.map(|value| UserEdit::Active { value }));
    desk.me.users().update(seen.id, seen.revision, &edits)
}

fn team(desk: &Desk, team: &Team) -> Shown {
    match desk.json {
        true => json(team),
        false => teams(desk, std::slice::from_ref(team)),
    }
}

fn teams(desk: &Desk, teams: &[Team]) -> Shown {
    if desk.json {
        return json_lines(teams);
    }
    let names = desk.names()?;
    let rows = teams.iter().map(|team| {
        vec![
            team.name.clone(),
            team.head.map(|head| names.of(head)).unwrap_or_default(),
            team.id.to_string(),
        ]
    });
    let headings = [fields::TEAM_NAME, fields::HEAD, fields::ID];
    table(
        &headings.map(|field| field_label(field, desk.language)),
        &rows.collect::<Vec<_>>(),
    )
}

fn change_team(desk: &Desk, asked: &TeamChange) -> crmkit::Result<Team> {
    let named = |team: &&Team| team.name == asked.team || team.id.to_string() == asked.team;
    let teams = desk.me.teams().list()?;
    let seen = teams
        .iter()
        .find(named)
        .ok_or_else(|| Error::not_found(&asked.team))?;
    let mut edits = Vec::new();
    edits.extend(asked.name.clone().map(|value| TeamEdit::Name { value }));
    edits.extend(
        asked
            .head
            .clone()
            .map(|head| TeamEdit::Head { value: Some(head) }),
    );
    desk.me.teams().update(seen.id, seen.revision, &edits)
}

/// Sets a password: one's own, which takes the old one, or a temporary one of somebody else.
fn password(desk: &Desk, wanted: &Password) -> Shown {
    let language = desk.language;
    // Not asked of the library: who has a temporary password may do nothing but set another.
    let login = wanted.login.as_deref().unwrap_or(&desk.login);
    let given = |prompt: String| {
        let file = wanted.new_password_file.as_deref();
        desk::password(file, "--new-password-file", &prompt, language)
    };
    let new = given(say!(language, "{login} 的新密码：", "New password of {login}: "))?;
    if wanted.new_password_file.is_none() {
        let again = given(say!(language, "再输一次：", "Once more: "))?;
        if again != new {
            return Err(Stop::Usage(say!(
                language,
                "两次输入的密码不同",
                "the two passwords differ"
            )));
        }
    }
    let is_own = wanted.login.is_none();
    match &desk.password {
        Some(old) if is_own => desk.me.account().change_password(old, &new)?,
        _ => desk.me.users().set_password(login, &new)?,
    }
    if desk.json {
        return json(&desk.me.users().account(login)?);
    }
    show!(language, "{login} 的密码已设置", "The password of {login} is set");
    Ok(())
}
