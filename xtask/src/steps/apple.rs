//! The Swift package as an app takes it: the library as a framework for iPhones, their simulator and Macs, beside the sources.
//!
//! Only a Mac can make the framework. Everywhere else the package is laid out without it, and what can be checked is.

use super::mobile;
use super::swift::{Place, Swift};
use crate::house::House;
use crate::report::{Report, Skipped};
use crate::shell::{cargo, command, output, run};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the library runs: Rust's name of it.
const TARGETS: [&str; 3] = [
    "aarch64-apple-ios",
    "aarch64-apple-ios-sim",
    "aarch64-apple-darwin",
];

/// The framework's name, which `Package.swift` looks for.
const FRAMEWORK: &str = "CrmkitFFI.xcframework";

/// The headers' own folder: the module maps of two frameworks in one app would else lie in one place.
const HEADERS: &str = "headers/crmkit";

/// Makes the package for apps.
pub(crate) fn package(house: &House, report: &mut Report) -> Option<()> {
    mobile::prepare(house, report)?;
    let place = report.step("apple: package without the framework", || lay(house))?;
    report.step("apple: framework", || framework(house, &place))
}

/// Lays the package out, headers and all, without the framework.
pub(crate) fn lay(house: &House) -> Result<PathBuf> {
    let place = house.target("package/apple");
    mobile::empty(&place)?;
    let (package, headers) = (place.join("crmkit"), place.join(HEADERS));
    let swift = house.at("bindings/swift");
    copy(&swift.join("Sources/Crmkit"), &package.join("Sources/Crmkit"))?;
    for file in ["Package.swift", "README.md"] {
        fs::copy(swift.join(file), package.join(file))?;
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(house.at(licence), package.join(licence))?;
    }
    fs::create_dir_all(&headers)?;
    for entry in fs::read_dir(swift.join("Sources/CrmkitFFI"))? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "h") {
            fs::copy(&file, headers.join(file.file_name().unwrap_or_default()))?;
        }
    }
    // The library is in the framework: nothing is linked by name.
    let map = fs::read_to_string(swift.join("Sources/CrmkitFFI/module.modulemap"))?;
    let map: Vec<&str> = map
        .lines()
        .filter(|line| !line.trim_start().starts_with("link "))
        .collect();
    fs::write(headers.join("module.modulemap"), map.join("\n") + "\n")?;
    Ok(place)
}

/// Builds the library for each target, makes the framework of them, and a checked archive of it.
fn framework(house: &House, place: &Path) -> Result<()> {
    let lacking = lacking();
    if !lacking.is_empty() {
        return Err(Skipped(format!(
            "{} has everything but {FRAMEWORK}, which takes {}",
            place.join("crmkit").display(),
            lacking.join(", ")
        ))
        .into());
    }
    let mut create = command("xcodebuild", ["-create-xcframework"]);
    for target in TARGETS {
        run(cargo().current_dir(house.at("")).args([
            "build",
            "--profile",
            mobile::PROFILE,
            "--package",
            "crm-mobile",
            "--target",
            target,
        ]))?;
        create
            .arg("-library")
            .arg(house.target(&format!("{target}/{}/libcrmkit_mobile.a", mobile::PROFILE)))
            .arg("-headers")
            .arg(place.join("headers"));
    }
    let package = place.join("crmkit");
    run(create.arg("-output").arg(package.join(FRAMEWORK)))?;
    let archive = place.join(format!("{FRAMEWORK}.zip"));
    run(command("ditto", ["-c", "-k", "--keepParent"])
        .arg(package.join(FRAMEWORK))
        .arg(&archive))?;
    run(command("swift", ["package", "compute-checksum"])
        .arg(&archive)
        .current_dir(&package))?;
    run(command("swift", ["build", "--package-path"]).arg(&package))
}

/// What this machine lacks to make the framework.
fn lacking() -> Vec<String> {
    let mut lacking = Vec::new();
    if output(&mut command("xcodebuild", ["-version"])).is_none() {
        lacking.push("a Mac with Xcode (xcodebuild)".to_owned());
    }
    let installed = output(&mut command("rustup", ["target", "list", "--installed"])).unwrap_or_default();
    let missing: Vec<&str> = TARGETS
        .iter()
        .copied()
        .filter(|target| !installed.lines().any(|line| line == *target))
        .collect();
    if !missing.is_empty() {
        lacking.push(format!("`rustup target add {}`", missing.join(" ")));
    }
    lacking
}

/// Writes the documentation of the module that stands in the folder `$0`, with the headers in the folder `$1`.
const DOCUMENT: &str = "\
set -e; mkdir -p symbols
triple=$(swiftc -print-target-info | sed -n 's/.*\"triple\": \"\\(.*\\)\".*/\\1/p' | head -n 1)
swift-symbolgraph-extract -module-name Crmkit -I \"$0\" -I \"$1\" -target \"$triple\" -minimum-access-level public -output-dir symbols
docc convert --additional-symbol-graph-dir symbols --fallback-display-name Crmkit \
    --fallback-bundle-identifier dev.crmkit.Crmkit --output-dir Crmkit.doccarchive
test -f Crmkit.doccarchive/data/documentation/crmkit/customers.json";

/// What can be checked of the package without a Mac, in the Swift that is at hand, after the tests have built it.
pub(crate) fn check(house: &House, report: &mut Report, swift: &Swift, built: &Place) -> Option<()> {
    report.step("swift: package for apps", || {
        let packaged = swift.see(&lay(house)?, "package")?;
        let shell = |script: &str| swift.ask(&packaged, "sh", &["-c", script]);
        // A framework of nothing stands in for the one that a Mac makes.
        shell(&format!(
            "mkdir -p crmkit/{FRAMEWORK} && cp crmkit/LICENSE-MIT stand-in.zip"
        ))?;
        shell("swift package --package-path crmkit dump-package >manifest.json")?;
        shell("grep -q '\"type\" : \"binary\"' manifest.json")?;
        swift.ask(
            &packaged,
            "swift",
            &[
                "package",
                "--package-path",
                "crmkit",
                "compute-checksum",
                "stand-in.zip",
            ],
        )?;
        // The headers are found in their own folder.
        shell("printf 'import crmkitFFI\nimport crmkit_modelFFI\n' >import.swift")?;
        swift.ask(
            &packaged,
            "swiftc",
            &["-typecheck", "-I", "headers", "import.swift"],
        )
    })?;
    report.step("swift: documentation", || {
        let packaged = swift.see(&house.target("package/apple"), "package")?;
        let (modules, headers) = (built.modules(), built.headers());
        let (modules, headers) = (modules.to_string_lossy(), headers.to_string_lossy());
        swift.ask(&packaged, "sh", &["-c", DOCUMENT, &modules, &headers])
    })
}

/// Copies a folder and what is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let into = to.join(path.file_name().context("a file without a name")?);
        if path.is_dir() {
            copy(&path, &into)?;
        } else {
            fs::copy(&path, &into)?;
        }
    }
    Ok(())
}
