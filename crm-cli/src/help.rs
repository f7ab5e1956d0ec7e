//! Help and mistakes, in the language asked for: what the parser says by itself is English.

use std::io::{self, Write};

use clap::{
    Arg, ArgAction, Command,
    error::{ContextKind, ContextValue, ErrorKind},
};
use crmkit::Language;

use crate::{
    chinese,
    exit::Exit,
    screen::{aside, comma},
    word::Refused,
};

/// The command with its texts in this language.
pub(crate) fn in_language(command: Command, language: Language) -> Command {
    let command = plain(command);
    match language {
        Language::Zh => {
            // The command's own texts stand without its name, those of another program with it.
            let name = command.get_name().to_owned();
            let path = if name == "crmkit" { "" } else { &name };
            in_chinese(command, path, true)
        }
        _ => command,
    }
}

/// Without the parser's own `help` among the commands, which has texts of its own.
fn plain(command: Command) -> Command {
    let command = command.disable_help_subcommand(true);
    command.mut_subcommands(plain)
}

fn in_chinese(command: Command, path: &str, is_top: bool) -> Command {
    let has_version = is_top && command.get_version().is_some();
    let mut command = command
        .disable_help_flag(true)
        .arg(chinese_flag("help", 'h', ArgAction::Help, "显示帮助"))
        .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}")
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令");
    if has_version {
        let version = chinese_flag("version", 'V', ArgAction::Version, "显示版本");
        command = command.disable_version_flag(true).arg(version);
    }
    if let Some(about) = chinese::text(path) {
        command = command.about(about).long_about(None);
    }
    let owner = path.to_owned();
    command = command.mut_args(move |arg| {
        let id = arg.get_id().to_string();
        let text = chinese::text(&format!("{owner}.{id}")).or_else(|| chinese::text(&format!("*.{id}")));
        let names = arg.get_value_names().unwrap_or_default().iter();
        let names: Option<Vec<&'static str>> = names.map(|name| chinese::value_name(name)).collect();
        let heading = match (arg.is_positional(), arg.is_global_set()) {
            (true, _) => "参数",
            (_, true) => "通用选项",
            _ => "选项",
        };
        let choices = choices(&arg);
        let takes_values = arg.get_action().takes_values();
        let arg = arg.help_heading(heading);
        let arg = match takes_values {
            true => arg.hide_possible_values(true).hide_default_value(true),
            false => arg,
        };
        let arg = match text {
            Some(text) => arg.help(format!("{text}{choices}")),
            None => arg,
        };
        match names.filter(|names| !names.is_empty()) {
            Some(names) => arg.value_names(names),
            None => arg,
        }
    });
    command.mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        let path = match is_top {
            true => name,
            false => format!("{path} {name}"),
        };
        in_chinese(sub, &path, false)
    })
}

/// What a value can be, and what it is if it is left out; the parser would say so in English.
fn choices(arg: &Arg) -> String {
    if !arg.get_action().takes_values() {
        return String::new();
    }
    let values = arg.get_possible_values();
    let values: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    let defaults = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy());
    let defaults = defaults.collect::<Vec<_>>().join(",");
    let shown_default = !defaults.is_empty() && !arg.is_hide_default_value_set();
    match (values.is_empty(), shown_default) {
        (true, false) => String::new(),
        (true, true) => format!("（默认：{defaults}）"),
        (false, false) => format!("（可选：{}）", values.join("、")),
        (false, true) => format!("（可选：{}；默认：{defaults}）", values.join("、")),
    }
}

fn chinese_flag(name: &'static str, short: char, action: ArgAction, help: &'static str) -> Arg {
    Arg::new(name).long(name).short(short).action(action).help(help)
}

/// Answers for what was no command: help that was asked for, or a mistake in a sentence.
pub(crate) fn answer(program: &str, error: &clap::Error, language: Language) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody may be reading on.
            let _ = write!(io::stdout(), "{}", help(error, language));
            Exit::Done
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            aside(help(error, language).trim_end());
            Exit::Usage
        }
        _ => {
            let mistake = mistake(error, language);
            aside(&say!(
                language,
                "{program}: {mistake}（用法见 --help）",
                "{program}: {mistake} (see --help)"
            ));
            Exit::Usage
        }
    }
}

/// Help as the parser lays it out, with its own words in the language.
fn help(error: &clap::Error, language: Language) -> String {
    let text = error.render().to_string();
    match language {
        Language::Zh => text.replace("[OPTIONS]", "[选项]").replace(":\n", "：\n"),
        _ => text,
    }
}

/// What is wrong with the words of the command line.
fn mistake(error: &clap::Error, language: Language) -> String {
    let told = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(comma(language)),
        _ => String::new(),
    };
    let argument = told(ContextKind::InvalidArg);
    let value = told(ContextKind::InvalidValue);
    let refused = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Refused>());
    match error.kind() {
        ErrorKind::UnknownArgument => say!(
            language,
            "没有这个选项：{argument}",
            "there is no option {argument}"
        ),
        ErrorKind::InvalidSubcommand => {
            let command = told(ContextKind::InvalidSubcommand);
            say!(
                language,
                "没有这个命令：{command}",
                "there is no command {command}"
            )
        }
        ErrorKind::InvalidValue if value.is_empty() => say!(
            language,
            "缺少值：{argument}",
            "a value is missing for {argument}"
        ),
        ErrorKind::InvalidValue => {
            let choices = told(ContextKind::ValidValue);
            say!(
                language,
                "{argument}：“{value}”不在选项中（{choices}）",
                "{argument}: \"{value}\" is not one of the choices ({choices})"
            )
        }
        ErrorKind::ValueValidation => match refused {
            Some(refused) => {
                let why = refused.message(language);
                say!(language, "{argument}：{why}", "{argument}: {why}")
            }
            None => say!(
                language,
                "{argument}：“{value}”无效",
                "{argument}: \"{value}\" is no such value"
            ),
        },
        ErrorKind::MissingRequiredArgument => say!(language, "缺少：{argument}", "missing: {argument}"),
        ErrorKind::ArgumentConflict => {
            let other = told(ContextKind::PriorArg);
            say!(
                language,
                "{argument} 不与 {other} 同用",
                "{argument} goes without {other}"
            )
        }
        ErrorKind::MissingSubcommand => say!(language, "缺少命令", "a command is missing"),
        ErrorKind::TooManyValues => say!(
            language,
            "{argument} 不带值：{value}",
            "{argument} takes no value: {value}"
        ),
        ErrorKind::InvalidUtf8 => say!(language, "不是有效文本", "is no valid text"),
        _ => say!(language, "参数有误", "the arguments make no sense"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;

    /// Calls `each` with every text of help there is, and where it stands.
    fn texts(command: &Command, path: &str, each: &mut dyn FnMut(&str, &str)) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        each(path, &about);
        for argument in command.get_arguments() {
            let text = argument.get_help().map(ToString::to_string).unwrap_or_default();
            each(&format!("{path}.{}", argument.get_id()), &text);
            for name in argument.get_value_names().unwrap_or_default() {
                if argument.get_action().takes_values() {
                    each(&format!("{path}.{} <>", argument.get_id()), name);
                }
            }
        }
        for sub in command.get_subcommands() {
            texts(sub, &format!("{path} {}", sub.get_name()), each);
        }
    }

    #[test]
    fn every_command_and_option_is_explained_in_both_languages() {
        let is_chinese = |c: char| ('\u{2e80}'..='\u{ffef}').contains(&c);
        let mut seen = 0;
        texts(
            &in_language(cli::command(), Language::En),
            "crmkit",
            &mut |at, text| {
                // Words that may be typed stand in either language.
                let shown = text.replace("电话拜访", "");
                assert!(!text.is_empty() && !shown.contains(is_chinese), "{at}: {text}");
                seen += 1;
            },
        );
        assert!(seen > 200, "{seen}");
        texts(
            &in_language(cli::command(), Language::Zh),
            "crmkit",
            &mut |at, text| {
                assert!(text.contains(is_chinese), "{at}: {text}");
            },
        );
    }

    #[test]
    fn the_command_line_is_sound() {
        for language in [Language::Zh, Language::En] {
            in_language(cli::command(), language).debug_assert();
        }
    }

    #[test]
    fn every_chinese_text_stands_somewhere() {
        let mut paths = Vec::new();
        texts(&cli::command(), "", &mut |at, _| {
            paths.push(at.trim_start().to_owned())
        });
        for (at, _) in chinese::TEXTS {
            if at.starts_with("quickstart") {
                continue;
            }
            let stands = |path: &String| match at.strip_prefix('*') {
                Some(end) => path.ends_with(end),
                None => path == at,
            };
            assert!(paths.iter().any(stands), "{at}");
        }
    }
}
