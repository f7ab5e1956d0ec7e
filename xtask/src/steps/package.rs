//! What of the project others can have as crates: that it can be packed, and that nothing else is packed with it.

use crate::house::House;
use crate::shell::{cargo, output, run};
use anyhow::{Context, Result, bail};

/// The crates that are published, each after those that it needs.
const PUBLISHED: [&str; 5] = [
    "crm-core",
    "crm-exchange",
    "crm-conformance",
    "crm-sqlite",
    "crmkit",
];

/// What must lie in every crate that is published.
const NEEDED: [&str; 5] = [
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "src/lib.rs",
];

/// Packs every published crate, and looks at what was packed.
pub(super) fn check(house: &House) -> Result<()> {
    let mut pack = cargo();
    pack.current_dir(house.at(""))
        .args(["package", "--quiet", "--no-verify", "--allow-dirty"]);
    run(pack.args(PUBLISHED.iter().flat_map(|name| ["--package", name])))?;
    for name in PUBLISHED {
        let mut list = cargo();
        list.current_dir(house.at("")).args([
            "package",
            "--quiet",
            "--list",
            "--allow-dirty",
            "--package",
            name,
        ]);
        let files = output(&mut list).with_context(|| format!("cargo does not say what {name} packs"))?;
        let files: Vec<&str> = files.lines().collect();
        if let Some(stray) = files.iter().find(|file| !belongs(file)) {
            bail!("{name} would be published with {stray}");
        }
        if let Some(needed) = NEEDED.iter().find(|needed| !files.contains(*needed)) {
            bail!("{name} would be published without {needed}");
        }
    }
    Ok(())
}

/// Whether a file is of use to who has a crate: code, its data, tests beside it, and what is said of it.
fn belongs(file: &str) -> bool {
    const FOLDERS: [&str; 4] = ["src", "tests", "examples", "migrations"];
    const FILES: [&str; 6] = ["Cargo", "LICENSE", "README", "CHANGELOG", "clippy", "uniffi"];
    match file.split_once('/') {
        Some((folder, rest)) => FOLDERS.contains(&folder) && !rest.starts_with("vectors/"),
        None => file == ".cargo_vcs_info.json" || FILES.iter().any(|known| file.starts_with(known)),
    }
}

#[cfg(test)]
mod tests {
    use super::belongs;

    #[test]
    fn what_is_the_workspaces_own_is_not_packed() {
        for file in [
            "Cargo.toml",
            "Cargo.toml.orig",
            "src/lib.rs",
            "migrations/0001_first.sql",
            "LICENSE-MIT",
        ] {
            assert!(belongs(file), "{file}");
        }
        for file in [
            ".ci/run",
            "bindings/kotlin/pom.xml",
            "tests/vectors/R2.1.json",
            "xtask/src/main.rs",
            ".gitignore",
        ] {
            assert!(!belongs(file), "{file}");
        }
    }
}
