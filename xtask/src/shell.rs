//! Running other programs.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// The cargo that started this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A program with its arguments.
pub(crate) fn command<I, A>(program: impl AsRef<OsStr>, arguments: I) -> Command
where
    I: IntoIterator<Item = A>,
    A: AsRef<OsStr>,
{
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Shows the command, runs it with its output seen; an error unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    run_as(&shown(command), command)
}

/// As [`run`], shown by a name where the command itself says little to a reader.
pub(crate) fn run_as(name: &str, command: &mut Command) -> Result<()> {
    println!("$ {name}");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shortened(name));
    }
    Ok(())
}

/// What the command prints; nothing if it cannot be started or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first words of a long command.
fn shortened(text: &str) -> String {
    const LIMIT: usize = 100;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{} …", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = run(&mut command("false", ["--now"])).unwrap_err();
        assert!(error.to_string().contains("`false --now` failed"), "{error}");
        assert!(run(&mut command("no-such-program-at-all", [""; 0])).is_err());
    }

    #[test]
    fn only_a_success_has_output() {
        assert_eq!(output(&mut command("echo", ["a"])).as_deref(), Some("a\n"));
        assert_eq!(output(&mut command("false", [""; 0])), None);
    }

    #[test]
    fn a_long_command_is_shortened_between_characters() {
        assert_eq!(shortened("短"), "短");
        assert_eq!(shortened(&"短".repeat(101)), format!("{} …", "短".repeat(100)));
    }
}
