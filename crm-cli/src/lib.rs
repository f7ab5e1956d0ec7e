//! The command `crmkit`: what the library does, row by row, for people and programs that write no code (docs/command.md).
//!
//! It has no rule of its own: it hands over what was typed, and shows what the library says. [`run`] is the whole of it, so
//! that another program (a Python package, say) can be the command, too.
#![forbid(unsafe_code)]

#[macro_use]
pub mod screen;
mod chinese;
mod cli;
mod command;
mod desk;
mod exit;
mod help;
pub mod list;
#[cfg(feature = "mcp")]
mod mcp;
mod place;
mod shell;
mod word;

use std::{
    ffi::OsString,
    io::{self, Write},
    panic,
};

use clap::{Args, FromArgMatches};
use crmkit::Language;

use cli::{Asking, Cli};
pub use exit::Exit;
use screen::{Stop, aside};

/// Runs the command with these arguments, the name of the program first, and says what it ended with.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let language = place::language(&arguments);
    guarded(language, || {
        let command = help::in_language(cli::command(), language);
        let parsed = command
            .try_get_matches_from(&arguments)
            .and_then(|matches| Cli::from_arg_matches(&matches));
        let cli = match parsed {
            Ok(cli) => cli,
            Err(error) => return help::answer("crmkit", &error, language),
        };
        let told = match (cli.asked.json, &cli.command) {
            (true, _) => Telling::Json,
            (_, Asking::Import(_)) => Telling::OfList,
            _ => Telling::Sentence,
        };
        let ended = command::run(&cli, language);
        // Where another program runs it, nobody does so at the end.
        let ended = ended.and_then(|()| Ok(io::stdout().flush()?));
        end("crmkit", ended, language, told)
    })
}

/// Runs a program that takes a list: a file and the options of [`list::ListArguments`], and what else is in `T`. It answers for help
/// and mistakes as the command does.
pub fn run_with<T: Args>(
    program: &'static str,
    arguments: impl IntoIterator<Item = OsString>,
    body: impl FnOnce(T, Language) -> screen::Shown,
) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let language = place::language(&arguments);
    guarded(language, || {
        let command = T::augment_args(clap::Command::new(program));
        let command = help::in_language(command, language);
        let parsed = command
            .try_get_matches_from(&arguments)
            .and_then(|matches| T::from_arg_matches(&matches));
        match parsed {
            Ok(asked) => end(program, body(asked, language), language, Telling::OfList),
            Err(error) => help::answer(program, &error, language),
        }
    })
}

/// How what went wrong is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    Sentence,
    /// With the options that may help a list in.
    OfList,
    Json,
}

/// What a program ends with, once it has said why.
fn end(program: &str, ended: screen::Shown, language: Language, telling: Telling) -> Exit {
    let Err(stop) = ended else { return Exit::Done };
    let exit = Exit::of(&stop);
    let told = match &stop {
        Stop::Failed(error) if telling == Telling::Json => exit::Told::of(error, language),
        Stop::Usage(mistake) if telling == Telling::Json => exit::Told::usage(mistake.clone()),
        Stop::Failed(error) => {
            aside(&format!("{program}: {}", exit::sentence(error, language)));
            if telling == Telling::OfList {
                let advice = list::advice(error, language);
                advice.iter().for_each(|advice| aside(&format!("  {advice}")));
            }
            return exit;
        }
        Stop::Usage(mistake) => {
            aside(&format!("{program}: {mistake}"));
            return exit;
        }
        Stop::Bad | Stop::Unread => return exit,
    };
    let text = serde_json::json!({ "error": told }).to_string();
    aside(&text);
    exit
}

/// Runs a body of which a panic is told in a sentence.
fn guarded(language: Language, body: impl FnOnce() -> Exit) -> Exit {
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let payload = info.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let what = text.unwrap_or_default().replace('\n', " ");
        aside(&say!(
            language,
            "crmkit: 内部错误（{place}：{what}） [internal]",
            "crmkit: internal error ({place}: {what}) [internal]"
        ));
    }));
    let ended = panic::catch_unwind(panic::AssertUnwindSafe(body));
    drop(panic::take_hook());
    ended.unwrap_or(Exit::Defect)
}

/// The Rust of docs/cookbook.md runs as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../../docs/cookbook.md")]
struct Cookbook;
