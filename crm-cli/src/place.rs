//! Where the database is, which language is spoken, and who somebody is, by the environment.

use std::{
    env,
    path::{Path, PathBuf},
};

use crmkit::Language;

/// The variables of the environment that the command reads; tests set them.
const DATABASE: &str = "CRMKIT_DB";
const USER: &str = "CRMKIT_USER";

fn told(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|text| !text.is_empty())
}

/// The database: as asked for, else `CRMKIT_DB`, else in the user's folder for data.
pub(crate) fn database(asked: Option<&Path>) -> Option<PathBuf> {
    let named = asked
        .map(PathBuf::from)
        .or_else(|| told(DATABASE).map(PathBuf::from));
    named.or_else(own_database)
}

/// The database in the user's folder for data, where the system has it.
pub(crate) fn own_database() -> Option<PathBuf> {
    Some(data_folder()?.join("crmkit").join("crm.db"))
}

fn data_folder() -> Option<PathBuf> {
    if cfg!(windows) {
        return told("APPDATA").map(PathBuf::from);
    }
    // By the XDG rule a path that is not absolute is none.
    let asked = told("XDG_DATA_HOME").map(PathBuf::from);
    if let Some(folder) = asked.filter(|folder| folder.is_absolute()) {
        return Some(folder);
    }
    let home = env::home_dir()?;
    Some(match cfg!(target_os = "macos") {
        true => home.join("Library").join("Application Support"),
        false => home.join(".local").join("share"),
    })
}

/// Who somebody is: as asked for, else `CRMKIT_USER`; and whether the system's name stands for it.
pub(crate) fn login(asked: Option<&str>) -> Option<(String, Named)> {
    let named = asked.map(str::to_owned).or_else(|| told(USER));
    if let Some(login) = named {
        return Some((login, Named::Expressly));
    }
    Some((system_user()?, Named::BySystem))
}

/// How somebody was named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Expressly,
    BySystem,
}

/// What the system calls who is at it.
pub(crate) fn system_user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(told)
}

/// The language of the locale; English where it says nothing.
fn language_of_locale() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(told);
    language_named(locale.as_deref().unwrap_or_default())
}

fn language_named(locale: &str) -> Language {
    match locale.get(..2) {
        Some(begin) if begin.eq_ignore_ascii_case("zh") => Language::Zh,
        _ => Language::En,
    }
}

/// The language of `--language`, wherever it stands, since help and mistakes are in it, too; else the locale's.
pub(crate) fn language(arguments: &[std::ffi::OsString]) -> Language {
    let mut asked = None;
    let mut arguments = arguments
        .iter()
        .skip(1)
        .map(|argument| argument.to_string_lossy());
    while let Some(argument) = arguments.next() {
        let code = match argument.strip_prefix("--language") {
            Some("") => arguments.next().map(|code| code.into_owned()),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        asked = code.as_deref().and_then(Language::from_code).or(asked);
    }
    asked.unwrap_or_else(language_of_locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_tells_the_language() {
        for zh in ["zh_CN.UTF-8", "zh_TW", "zh"] {
            assert_eq!(language_named(zh), Language::Zh, "{zh}");
        }
        for en in ["", "C", "C.UTF-8", "en_US.UTF-8", "de_DE", "好"] {
            assert_eq!(language_named(en), Language::En, "{en}");
        }
    }
}
