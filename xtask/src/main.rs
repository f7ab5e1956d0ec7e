//! `cargo xtask …`: installs what the project needs, and checks, tests and measures it in all its languages; the
//! same on a laptop and in CI.

mod house;
mod report;
mod shell;
mod steps;
mod system;

use anyhow::{Result, bail};
use house::{Consent, House};
use report::Report;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test [--yes] [rust|python|kotlin|swift …]   install what is needed, then run every test
cargo xtask generate                                    write what is made from the core's records
cargo xtask lint                                        form, lints, documentation, licences, instructions
cargo xtask bindings                                    generate the Kotlin and Swift code only
cargo xtask package jvm|android|apple                   pack the library for apps, into target
cargo xtask bench [--quick] [--yes] [NAME …]            measure, and compare with the limits
cargo xtask proofs                                      what other programs say of the files of reports
cargo xtask torture [--minutes N] [--seed N] [--part NAME] [--rounds N]   kills, forks, damaged files, mutated lists
cargo xtask import-eval [--all] [--list FILE --truth FILE]   how well other systems' lists are read
cargo xtask match-eval [--sets NAME,…] [--no-peers] …   how well duplicates are found; docs/matching-eval.md has the rest

What it makes goes into target/ and the user's cache. For system packages and the Swift chroot it says what it
will do and asks; --yes, CI=true, or root without a terminal is a yes beforehand. A language whose toolchain
cannot be had is SKIPPED; with CI=true that is a failure.
";

fn main() -> ExitCode {
    match dispatch(std::env::args().skip(1).collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs the command that the arguments name.
fn dispatch(arguments: Vec<String>) -> Result<ExitCode> {
    if let Some(("match-eval", options)) = arguments
        .split_first()
        .map(|(first, rest)| (first.as_str(), rest))
    {
        let consent = Consent::from_surroundings(options.iter().any(|option| option == "--yes"));
        let house = House::find(consent)?;
        let mut report = Report::new(house.is_ci());
        steps::match_eval::run_all(&house, &mut report, options)?;
        return Ok(report.close());
    }
    if let Some((command, options)) = arguments.split_first()
        && let Some(package) = steps::program::of(command)
    {
        let house = House::find(Consent::from_surroundings(false))?;
        let mut report = Report::new(house.is_ci());
        steps::program::run_one(&house, &mut report, command, package, options);
        return Ok(report.close());
    }
    let (flags, words): (Vec<String>, Vec<String>) = arguments.into_iter().partition(|a| a.starts_with('-'));
    let Some((command, names)) = words.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    let allowed: &[&str] = match command.as_str() {
        "test" => &["--yes"],
        "bench" => &["--yes", "--quick"],
        _ => &[],
    };
    if let Some(flag) = flags.iter().find(|flag| !allowed.contains(&flag.as_str())) {
        bail!("`{command}` knows no option {flag}\n\n{HELP}");
    }
    let has = |flag: &str| flags.iter().any(|f| f == flag);
    let house = House::find(Consent::from_surroundings(has("--yes")))?;
    let mut report = Report::new(house.is_ci());
    match command.as_str() {
        "test" => steps::test(&house, &mut report, names)?,
        "bench" => steps::bench::run_all(&house, &mut report, names, has("--quick"))?,
        "package" => steps::package(&house, &mut report, names)?,
        "lint" | "bindings" | "generate" | "proofs" if !names.is_empty() => {
            bail!("`{command}` takes no names\n\n{HELP}")
        }
        "proofs" => drop(steps::proofs::run_all(&house, &mut report)),
        "lint" => steps::lint::run_all(&house, &mut report),
        "generate" => drop(report.step("generate", || steps::generate::write(&house))),
        "bindings" => drop(steps::mobile::prepare(&house, &mut report)),
        other => bail!("no command `{other}`\n\n{HELP}"),
    }
    Ok(report.close())
}
