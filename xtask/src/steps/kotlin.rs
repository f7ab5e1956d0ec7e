//! The Kotlin package: a Maven project over the generated code, run on the JVM, and packed for it and for Android.

use super::VECTORS;
use super::android;
use super::mobile::{self, Library, empty};
use crate::house::House;
use crate::report::{Report, Skipped};
use crate::shell::{command, output, run};
use crate::system;
use anyhow::{Result, bail};
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest JDK that the package is built with.
const OLDEST_JDK: u32 = 17;

/// Writes what was packed into a folder, as a Maven repository.
const DEPLOY: &str = "org.apache.maven.plugins:maven-deploy-plugin:3.1.4:deploy";

/// Every test of the Kotlin package, and of what apps get of it.
pub(crate) fn test(house: &House, report: &mut Report, library: &Library) -> Option<()> {
    report.step("kotlin: tools", || tools(house))?;
    report.step("kotlin: tests, package", || pack(house, library, &[]))?;
    report.step("kotlin: a program on the package alone", || consumer(house))?;
    report.step("kotlin: package for Android, without libraries", || {
        android::check_pages(&library.file)?;
        android::check(house)
    })
}

/// Packs the library for the JVM of this machine as it is shipped, with its documentation.
pub(crate) fn package(house: &House, report: &mut Report) -> Option<()> {
    report.step("kotlin: tools", || tools(house))?;
    let generated = mobile::prepare(house, report)?;
    report.step("kotlin: package", || {
        let library = Library {
            kotlin: generated.kotlin,
            ..mobile::release(house)?
        };
        pack(house, &library, &["-Prelease", "-DskipTests"])?;
        check_packed(house)?;
        println!("written to {}", packed(house).display());
        Ok(())
    })
}

/// Runs the tests, unless told otherwise, packs classes and library, and lays them out as a Maven repository.
fn pack(house: &House, library: &Library, options: &[&str]) -> Result<()> {
    let natives = house.target("kotlin/natives");
    lay_native(&natives, library)?;
    empty(&packed(house))?;
    let mut maven = maven(house, library, &["package", DEPLOY]);
    maven.arg(format!("-Dnatives.dir={}", natives.display()));
    maven.arg(format!(
        "-DaltDeploymentRepository=packed::file://{}",
        packed(house).display()
    ));
    run(maven.args(options))
}

/// The Maven repository that is written.
fn packed(house: &House) -> PathBuf {
    house.target("kotlin/maven")
}

/// An error unless every archive has what it is for, and the POM what a repository of others asks for.
fn check_packed(house: &House) -> Result<()> {
    const HELD: [(&str, &str); 3] = [
        (".jar", "dev/crmkit/Crm.class"),
        ("-sources.jar", "dev/crmkit/crmkit.kt"),
        ("-javadoc.jar", "dev/crmkit/Crm.html"),
    ];
    const SAID: [&str; 5] = ["<name>", "<url>", "<license>", "<developer>", "<scm>"];
    let version = env!("CARGO_PKG_VERSION");
    let folder = packed(house).join("dev/crmkit/crmkit-jvm").join(version);
    let file = |ends: &str| folder.join(format!("crmkit-jvm-{version}{ends}"));
    for (ends, held) in HELD {
        let files = android::listed(&file(ends))?;
        if !files.iter().any(|name| name == held) {
            bail!("{} has no {held}", file(ends).display());
        }
        if ends == "-javadoc.jar" && files.iter().any(|name| name.contains("Uniffi")) {
            bail!("the documentation has what nobody is to call");
        }
    }
    let pom = fs::read_to_string(file(".pom"))?;
    match SAID.iter().find(|said| !pom.contains(*said)) {
        Some(missing) => bail!("the POM has no {missing}"),
        None => Ok(()),
    }
}

/// Lays the library, stripped, where JNA looks for it among classes.
fn lay_native(natives: &Path, library: &Library) -> Result<()> {
    let system = match OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let folder = natives.join(format!("{system}-{}", ARCH.replace('_', "-")));
    empty(natives)?;
    fs::create_dir_all(&folder)?;
    let name = library.file.file_name().unwrap_or_default();
    mobile::strip(&library.file, &folder.join(name))
}

/// Runs the tests of a program that has the packed jar, and nothing else of the project.
fn consumer(house: &House) -> Result<()> {
    // A repository of its own: the user's keeps what it has once seen of a version.
    let cache = house.target("kotlin/consumer-cache");
    let seen = cache.join("dev/crmkit");
    if seen.exists() {
        fs::remove_dir_all(seen)?;
    }
    let mut maven = command("mvn", ["--batch-mode", "--no-transfer-progress", "test"]);
    maven.arg(format!("-Dmaven.repo.local={}", cache.display()));
    maven.arg(format!("-Dpacked.dir={}", packed(house).display()));
    maven.arg(format!(
        "-DbuildDirectory={}",
        house.target("kotlin/consumer").display()
    ));
    run(maven.current_dir(house.at("bindings/kotlin/consumer")))
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

/// Maven, told where the generated code and the library are.
pub(crate) fn maven(house: &House, library: &Library, goals: &[&str]) -> Command {
    // Not --quiet, which hides how many tests ran.
    let mut maven = command("mvn", ["--batch-mode", "--no-transfer-progress"]);
    maven.args(goals);
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
