//! What shells and `man` are given of the command itself.

use std::io::{self, Write};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use crmkit::Language;

use crate::{
    cli, help,
    screen::{Shown, Stop},
};

/// Prints a shell's completions.
pub(crate) fn completion(shell: Shell, language: Language) -> Shown {
    let mut script = Vec::new();
    let mut command = help::in_language(cli::command(), language);
    clap_complete::generate(shell, &mut command, "crmkit", &mut script);
    Ok(io::stdout().write_all(&script)?)
}

/// Prints the page of the manual of a command, or of the whole.
pub(crate) fn manual(path: &[String], language: Language) -> Shown {
    let mut command = help::in_language(cli::command(), language);
    // Names them with the words before.
    command.build();
    let mut found: &Command = &command;
    for word in path {
        found = found.find_subcommand(word).ok_or_else(|| {
            Stop::Usage(say!(
                language,
                "没有这个命令：{word}",
                "there is no command {word}"
            ))
        })?;
    }
    let title = found.get_bin_name().unwrap_or("crmkit").replace(' ', "-");
    let page = Man::new(found.clone()).title(title.to_uppercase());
    let mut text = Vec::new();
    page.render(&mut text)?;
    Ok(io::stdout().write_all(&text)?)
}
