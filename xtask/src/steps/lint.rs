//! Form, lints, documentation, what stands in the dependency tree, and how many instructions the service takes.

use super::generate;
use super::instructions;
use super::package;
use crate::house::House;
use crate::report::Report;
use crate::shell::{cargo, command, output, run};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The version of cargo-deny that is installed where there is none.
const CARGO_DENY: &str = "0.20.2";

/// Everything that is checked without running the project.
pub(crate) fn run_all(house: &House, report: &mut Report) {
    let mut check = |name: &str, arguments: &[&str]| {
        report.step(name, || run(at_root(house).args(arguments)));
    };
    check("lint: format", &["fmt", "--all", "--check"]);
    check(
        "lint: clippy",
        &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    );
    // Features unify across a workspace: alone, the core shows whether it leans on those of others.
    check(
        "lint: clippy, core alone",
        &[
            "clippy",
            "-p",
            "crm-core",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    );
    check(
        "lint: clippy, core without features",
        &[
            "clippy",
            "-p",
            "crm-core",
            "--all-targets",
            "--no-default-features",
            "--",
            "-D",
            "warnings",
        ],
    );
    for features in ["", "csv", "phone-metadata", "spreadsheets", "xlsx", "xlsx-write"] {
        check(
            "lint: clippy, one feature or none",
            &[
                "clippy",
                "-p",
                "crmkit",
                "--no-default-features",
                "--features",
                features,
                "--",
                "-D",
                "warnings",
            ],
        );
    }
    report.step("lint: documentation", || {
        run(at_root(house)
            .args(["doc", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"))
    });
    report.step("lint: generated files", || generate::check(house));
    report.step("lint: packages", || package::check(house));
    dependencies(house, report);
    report.step("lint: instructions", || instructions::check(house));
}

/// cargo, run on the whole project.
fn at_root(house: &House) -> Command {
    let mut cargo = cargo();
    cargo.current_dir(house.at(""));
    cargo
}

/// Licences, bans, sources and advisories of the dependencies, by cargo-deny as deny.toml says.
fn dependencies(house: &House, report: &mut Report) {
    const NAME: &str = "lint: dependencies";
    let program = match deny(house) {
        Some(program) => program,
        // Minutes of compiling: done where nobody waits for it, not on a laptop that only asked for a lint.
        None if house.is_ci() => {
            let Some(program) = report.step("lint: cargo-deny", || install(house)) else {
                return;
            };
            program
        }
        None => {
            report.not_checked(NAME, "`cargo install cargo-deny --locked` gets the tool for it");
            return;
        }
    };
    let run_deny = |words: &[&str]| run(command(&program, words).current_dir(house.at("")));
    report.step(NAME, || run_deny(&["check", "licenses", "bans", "sources"]));
    // The advisories are no package of the registry's: a network may well have the one and not the other.
    if run_deny(&["fetch", "db"]).is_ok() {
        report.step("lint: advisories", || run_deny(&["check", "advisories"]));
    } else {
        report.not_checked("lint: advisories", "their database could not be fetched");
    }
}

/// cargo-deny, from the path or from the user's cache.
fn deny(house: &House) -> Option<PathBuf> {
    let candidates = [Some(PathBuf::from("cargo-deny")), installed(house).ok()];
    candidates
        .into_iter()
        .flatten()
        .find(|program| output(&mut command(program, ["--version"])).is_some())
}

/// Where cargo-deny is put.
fn installed(house: &House) -> Result<PathBuf> {
    house.cache(&format!("cargo-deny-{CARGO_DENY}/bin/cargo-deny"))
}

/// Compiles cargo-deny into the user's cache, in a folder for the while: its own tree is of no other use.
fn install(house: &House) -> Result<PathBuf> {
    let root = house.cache(&format!("cargo-deny-{CARGO_DENY}"))?;
    let mut cargo = cargo();
    cargo.args([
        "install",
        "cargo-deny",
        "--locked",
        "--version",
        CARGO_DENY,
        "--root",
    ]);
    run(cargo.arg(root).env_remove("CARGO_TARGET_DIR"))?;
    installed(house)
}
