//! How a command ends: a number that programs read, and a sentence that people do.

use std::process::ExitCode;

use crmkit::{Code, Error, ErrorKind, Language};
use serde::Serialize;

use crate::screen::{Stop, comma};

/// What a command ends with, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Done.
    Done,
    /// Refused: the input is wrong, or a rule forbids it.
    Refused,
    /// The command line makes no sense.
    Usage,
    /// There is no such thing, or it is not to be seen.
    NotFound,
    /// Not allowed, or not logged in.
    Denied,
    /// The store failed.
    Storage,
    /// The customer may be there already.
    Duplicate,
    /// Changed by somebody else meanwhile.
    Conflict,
    /// A defect.
    Defect,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Denied => 4,
            Self::Storage => 5,
            Self::Duplicate => 6,
            Self::Conflict => 7,
            Self::Defect => 8,
        }
    }

    /// What a command ends with that stopped for this.
    pub fn of(stop: &Stop) -> Self {
        match stop {
            Stop::Unread => Self::Done,
            Stop::Bad => Self::Refused,
            Stop::Usage(_) => Self::Usage,
            Stop::Failed(error) => match error.kind() {
                ErrorKind::NotFound => Self::NotFound,
                ErrorKind::Denied => Self::Denied,
                ErrorKind::Storage => Self::Storage,
                ErrorKind::Duplicate => Self::Duplicate,
                ErrorKind::Conflict => Self::Conflict,
                ErrorKind::Internal => Self::Defect,
                _ => Self::Refused,
            },
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What is wrong, with what was typed: the person who typed it reads it. The codes stand behind it.
pub(crate) fn sentence(error: &Error, language: Language) -> String {
    let problems = error.problems().iter();
    let mut codes: Vec<&str> = Vec::new();
    for problem in problems.clone() {
        let code = problem.code.as_str();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    let problems: Vec<String> = problems.map(|problem| problem.message(language)).collect();
    let said = match error {
        Error::NotFound { key } => Code::NotFound.message(language, key),
        Error::Duplicate { matches, .. } if !matches.is_empty() => {
            let found = matches.iter().map(|found| {
                let (number, name, why) = (found.number, &found.name, found.explain(language));
                say!(language, "{number} {name}（{why}）", "{number} {name} ({why})")
            });
            let found: Vec<String> = found.collect();
            let (headline, found) = (error.code().message(language, ""), found.join(comma(language)));
            say!(language, "{headline}：{found}", "{headline} {found}")
        }
        _ if problems.is_empty() => error.message(language),
        _ => problems.join(&say!(language, "；", "; ")),
    };
    let code = error.code();
    let codes = match codes.is_empty() {
        true => code.as_str().to_owned(),
        false => codes.join(", "),
    };
    format!("{said} [{codes}]")
}

/// An error as programs read it.
#[derive(Serialize)]
pub(crate) struct Told<'a> {
    kind: &'static str,
    code: &'static str,
    message: String,
    problems: &'a [crmkit::Problem],
    matches: &'a [crmkit::DuplicateMatch],
    retryable: bool,
}

impl<'a> Told<'a> {
    pub(crate) fn of(error: &'a Error, language: Language) -> Self {
        Self {
            kind: error.kind().code(),
            code: error.code().as_str(),
            message: sentence(error, language),
            problems: error.problems(),
            matches: match error {
                Error::Duplicate { matches, .. } => matches,
                _ => &[],
            },
            retryable: error.is_retryable(),
        }
    }

    pub(crate) fn usage(message: String) -> Told<'static> {
        Told {
            kind: "usage",
            code: "usage",
            message,
            problems: &[],
            matches: &[],
            retryable: false,
        }
    }
}
