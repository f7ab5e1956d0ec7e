//! Rust's own tests.

use crate::house::House;
use crate::report::Report;
use crate::shell::{cargo, output, run};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Every test of the workspace, then the examples in its documentation.
///
/// The bindings are left out: their features would come into the core's build, and their own languages test them.
/// So are the benches, which hold no test and would be compiled for nothing; clippy sees them.
pub(crate) fn test(house: &House, report: &mut Report) {
    report.step("rust: tests", || {
        run(workspace(house, "test")?.args(["--lib", "--bins", "--tests", "--examples", "--no-fail-fast"]))
    });
    // As on a phone: without the numbering plans, numbers are read by the core's own rules alone.
    report.step("rust: the core's tests without features", || {
        let words = ["test", "-p", "crm-core", "--no-default-features", "--lib"];
        run(cargo().current_dir(house.at("")).args(words))
    });
    report.step("rust: documentation tests", || {
        run(workspace(house, "test")?.args(["--doc", "--no-fail-fast"]))
    });
}

/// `cargo VERB` on the workspace without the bindings and the benches.
fn workspace(house: &House, verb: &str) -> Result<Command> {
    let mut command = cargo();
    command.current_dir(house.at("")).args([verb, "--workspace"]);
    for name in packages(house, &["bindings", "benches"])? {
        command.args(["--exclude", &name]);
    }
    Ok(command)
}

/// The names of the packages in some folders of the project.
fn packages(house: &House, folders: &[&str]) -> Result<Vec<String>> {
    let within = |package: &&Value| {
        let manifest = package["manifest_path"].as_str().map(Path::new);
        manifest.is_some_and(|path| folders.iter().any(|folder| path.starts_with(house.at(folder))))
    };
    let packages = members(house)?;
    let names = packages
        .iter()
        .filter(within)
        .filter_map(|package| package["name"].as_str());
    Ok(names.map(str::to_owned).collect())
}

/// The workspace's own packages, as cargo describes them.
pub(crate) fn members(house: &House) -> Result<Vec<Value>> {
    let mut command = cargo();
    command
        .current_dir(house.at(""))
        .args(["metadata", "--no-deps", "--format-version", "1"]);
    let text = output(&mut command).context("`cargo metadata` failed")?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    packages.cloned().context("`cargo metadata` names no packages")
}
