//! The library behind Kotlin and Swift, and their code that is generated from it.

use super::generate;
use crate::house::House;
use crate::report::Report;
use crate::shell::{cargo, command, run};
use anyhow::Result;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

/// The package that the library is built from.
const PACKAGE: &str = "crm-mobile";
/// The profile in which it is shipped.
pub(crate) const PROFILE: &str = "release-mobile";

/// The library, and what is generated from it.
pub(crate) struct Library {
    /// The library itself.
    pub(crate) file: PathBuf,
    /// The folder that it is in.
    pub(crate) folder: PathBuf,
    /// The generated Kotlin.
    pub(crate) kotlin: PathBuf,
}

impl Library {
    fn of(house: &House, profile: &str) -> Self {
        let folder = house.target(profile);
        let file = folder.join(format!("{DLL_PREFIX}crmkit_mobile{DLL_SUFFIX}"));
        Self {
            file,
            folder,
            kotlin: house.target("bindings/kotlin"),
        }
    }
}

/// Builds the library for tests, and generates the code of both languages.
pub(crate) fn prepare(house: &House, report: &mut Report) -> Option<Library> {
    report.step("mobile: library and generated code", || {
        // Library and generator with the same features in one build; two would build the whole tree twice.
        run(cargo()
            .current_dir(house.at(""))
            .args(["build", "--package", PACKAGE, "--features", "cli"]))?;
        let library = Library::of(house, "debug");
        let generator = house.target(&format!("debug/uniffi-bindgen{EXE_SUFFIX}"));
        for language in ["kotlin", "swift"] {
            let out = house.target(&format!("bindings/{language}"));
            empty(&out)?;
            let mut generate = command(
                &generator,
                ["generate", "--no-format", "--language", language, "--out-dir"],
            );
            run(generate.arg(&out).arg(&library.file).current_dir(house.at("")))?;
        }
        generate::kotlin::finish(&library.kotlin)?;
        generate::swift::finish(&house.target("bindings/swift"))?;
        let tests = house.at("bindings/swift/Tests/CrmkitTests/Generated");
        empty(&tests)?;
        fs::write(tests.join("Readers.swift"), generate::swift::readers())?;
        into_swift_package(
            &house.target("bindings/swift"),
            &house.at("bindings/swift/Sources"),
        )?;
        Ok(library)
    })
}

/// Builds the library as it is shipped.
pub(crate) fn release(house: &House) -> Result<Library> {
    run(cargo()
        .current_dir(house.at(""))
        .args(["build", "--profile", PROFILE, "--package", PACKAGE]))?;
    Ok(Library::of(house, PROFILE))
}

/// Writes a library without what only a debugger reads.
pub(crate) fn strip(library: &Path, to: &Path) -> Result<()> {
    let all = if cfg!(target_os = "macos") { "-x" } else { "-s" };
    run(command("strip", [all, "-o"]).arg(to).arg(library))
}

/// Lays the generated Swift where the package has it: SwiftPM takes no sources from outside.
fn into_swift_package(generated: &Path, sources: &Path) -> Result<()> {
    let (swift, headers) = (sources.join("Crmkit/Generated"), sources.join("CrmkitFFI"));
    empty(&swift)?;
    fs::create_dir_all(&headers)?;
    for entry in fs::read_dir(generated)? {
        let file = entry?.path();
        let folder = match file.extension().and_then(|extension| extension.to_str()) {
            Some("swift") => &swift,
            Some("h") => &headers,
            // The module map is the package's own: the generated ones name Darwin.
            _ => continue,
        };
        if let Some(name) = file.file_name() {
            fs::copy(&file, folder.join(name))?;
        }
    }
    Ok(())
}

/// Makes a folder that holds nothing.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}
