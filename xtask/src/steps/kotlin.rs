//! The Kotlin package: a Maven project over the generated code, run on the JVM.

use super::VECTORS;
use super::mobile::Library;
use crate::house::House;
use crate::report::{Report, Skipped};
use crate::shell::{command, output, run};
use crate::system;
use anyhow::Result;
use std::process::Command;

/// The oldest JDK that the package is built with.
const OLDEST_JDK: u32 = 17;

/// Every test of the Kotlin package.
pub(crate) fn test(house: &House, report: &mut Report, library: &Library) -> Option<()> {
    report.step("kotlin: tools", || tools(house))?;
    report.step("kotlin: tests", || run(&mut maven(house, library)))
}

/// Sees to a JDK and Maven.
pub(crate) fn tools(house: &House) -> Result<()> {
    let mut missing = Vec::new();
    if jdk().is_none_or(|version| version < OLDEST_JDK) {
        // Each release of Debian has its own; `default-jdk` is 17 or later from Debian 12 on.
        missing.push("default-jdk-headless");
    }
    if !system::has("mvn") {
        missing.push("maven");
    }
    if !missing.is_empty() {
        system::install(house, "a JDK and Maven", &missing)?;
    }
    match jdk() {
        Some(version) if version >= OLDEST_JDK => {
            println!("JDK {version}");
            Ok(())
        }
        _ => Err(Skipped(format!("no JDK {OLDEST_JDK} or later")).into()),
    }
}

/// The machine's JDK.
fn jdk() -> Option<u32> {
    major(&output(&mut command("javac", ["-version"]))?)
}

/// The major version in `javac 17.0.15`.
fn major(text: &str) -> Option<u32> {
    let (_, version) = text.trim().rsplit_once(' ')?;
    version.split(['.', '-', '+']).next()?.parse().ok()
}

/// `mvn test`, told where the generated code and the library are.
pub(crate) fn maven(house: &House, library: &Library) -> Command {
    // Not --quiet, which hides how many tests ran.
    let mut maven = command("mvn", ["--batch-mode", "--no-transfer-progress", "test"]);
    maven.arg("-Dmaven.wagon.http.retryHandler.count=3");
    maven.arg(format!("-Dgenerated.dir={}", library.kotlin.display()));
    maven.arg(format!("-Dnative.dir={}", library.folder.display()));
    maven.arg(format!("-Djna.library.path={}", library.folder.display()));
    maven
        .current_dir(house.at("bindings/kotlin"))
        .env(VECTORS, house.at("tests/vectors"));
    maven
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_jdk_says_its_major_version() {
        assert_eq!(major("javac 17.0.15\n"), Some(17));
        assert_eq!(major("javac 25-ea"), Some(25));
        assert_eq!(major("javac 1.8.0_402"), Some(1), "older than any that will do");
        assert_eq!(major(""), None);
    }
}
