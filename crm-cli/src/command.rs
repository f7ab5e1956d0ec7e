//! What each command does: a call of the library, and what it answered.

mod assign;
mod customers;
mod deals;
mod due;
mod duplicates;
mod export;
mod log;
mod people;
mod reports;
mod show;

#[cfg(feature = "mcp")]
pub(crate) use show::Page as CustomerPage;

use std::fs;

use crmkit::{Language, SettingsEdit};

use crate::{
    cli::{Asked, Asking, Cli, Import, Init},
    desk::{self, Desk},
    list::{self, Lacking},
    place,
    screen::{Shown, Stop, json},
    shell,
};

/// Runs what was asked for.
pub(crate) fn run(cli: &Cli, language: Language) -> Shown {
    match &cli.command {
        Asking::Init(init) => return set_up(&cli.asked, init, language),
        Asking::Completion(completion) => return shell::completion(completion.shell, language),
        Asking::Man(man) => return shell::manual(&man.command, language),
        _ => {}
    }
    let desk = Desk::open(&cli.asked, language)?;
    let ended = at_desk(&desk, cli);
    desk.leave();
    ended
}

fn at_desk(desk: &Desk, cli: &Cli) -> Shown {
    match &cli.command {
        Asking::People(people) => people::run(desk, people),
        Asking::Import(asked) => import(desk, asked),
        Asking::List(asked) => customers::list(desk, asked),
        Asking::Show(asked) => show::customer(desk, asked),
        Asking::Add(asked) => customers::add(desk, asked),
        Asking::Edit(asked) => customers::edit(desk, asked),
        Asking::Contact(asked) => customers::contact(desk, asked),
        Asking::FollowUp(asked) => due::talk(desk, asked),
        Asking::Due(asked) => due::run(desk, asked),
        Asking::Deal(asked) => deals::run(desk, asked),
        Asking::Report(asked) => reports::report(desk, asked),
        Asking::Target(asked) => reports::target(desk, asked),
        Asking::Assign(asked) => assign::run(desk, asked),
        Asking::Duplicates(asked) => duplicates::run(desk, asked),
        Asking::Merge(asked) => duplicates::merge(desk, asked),
        Asking::Undo(asked) => log::undo(desk, asked),
        Asking::Export(asked) => export::run(desk, asked),
        Asking::History(asked) => log::history(desk, asked),
        Asking::Audit(asked) => log::audit(desk, asked),
        #[cfg(feature = "mcp")]
        Asking::Mcp(asked) => crate::mcp::serve(desk, asked),
        Asking::Init(_) | Asking::Completion(_) | Asking::Man(_) => Ok(()),
    }
}

/// Makes a database with its first admin.
fn set_up(asked: &Asked, init: &Init, language: Language) -> Shown {
    let path = desk::database(asked, language)?;
    if place::own_database().as_ref() == Some(&path)
        && let Some(folder) = path.parent()
    {
        fs::create_dir_all(folder)?;
    }
    let zone = init
        .time_zone
        .clone()
        .map(|value| SettingsEdit::TimeZone { value });
    let region = init.region.map(|value| SettingsEdit::Region { value });
    let crm = desk::open(&path, zone.into_iter().chain(region).collect(), language)?;
    let login = init.login.clone().or_else(place::system_user).ok_or_else(|| {
        Stop::Usage(say!(
            language,
            "请用 --login 指明登录名",
            "--login says the admin's login"
        ))
    })?;
    let user = crm.set_up(&login, init.name.as_deref().unwrap_or(&login))?;
    if asked.json {
        return json(&user);
    }
    let (path, name) = (path.display(), &user.name);
    show!(
        language,
        "数据库已建立：{path}\n管理员：{name}（{}）",
        "The database is set up: {path}\nAdmin: {name} ({})",
        user.login
    );
    Ok(())
}

/// Brings a list in.
fn import(desk: &Desk, asked: &Import) -> Shown {
    let report = list::bring(&desk.me, &asked.file, &asked.list, Lacking::Refuse, !desk.json)?;
    if desk.json {
        return json(&report);
    }
    list::show_outcome(&asked.list, desk.language)?;
    if !asked.list.dry_run {
        let id = report.import;
        show!(
            desk.language,
            "\n撤销：crmkit undo --import {id}",
            "\nTo take it out again: crmkit undo --import {id}"
        );
    }
    Ok(())
}
