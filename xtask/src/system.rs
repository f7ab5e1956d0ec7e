//! The machine's packages.

use crate::house::House;
use crate::report::Skipped;
use crate::shell::{command, output, run, shown};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Whether this process may do everything.
pub(crate) fn is_root() -> bool {
    output(&mut command("id", ["-u"])).is_some_and(|id| id.trim() == "0")
}

/// Whether a program of this name can be started.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// A command that needs root: as it is, or by way of sudo.
pub(crate) fn as_root<const N: usize>(words: [&str; N]) -> Command {
    if is_root() {
        command(words[0], &words[1..])
    } else {
        command("sudo", words)
    }
}

/// Installs packages of Debian or a child of it, having asked; skipped where that cannot be done.
pub(crate) fn install(house: &House, what: &str, packages: &[&str]) -> Result<()> {
    if !has("apt-get") {
        return Err(Skipped(format!(
            "{what} is missing, and there is no apt-get to install it with"
        ))
        .into());
    }
    let mut update = as_root(["apt-get", "update"]);
    let mut install = as_root([
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-y",
        "--no-install-recommends",
    ]);
    install.args(packages);
    house.agree(&format!("install {what}"), &[shown(&update), shown(&install)])?;
    run(&mut update)?;
    run(&mut install)
}

/// The Debian mirror that this machine's apt uses; nothing on another system.
pub(crate) fn debian_mirror() -> Option<String> {
    let folder = Path::new("/etc/apt");
    let mut files = vec![folder.join("sources.list")];
    let more = std::fs::read_dir(folder.join("sources.list.d"))
        .into_iter()
        .flatten()
        .flatten();
    files.extend(more.map(|entry| entry.path()));
    files.sort();
    files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .find_map(|text| mirror_in(&text))
}

/// The first address of Debian itself in a file of sources, in the one-line or the deb822 form.
fn mirror_in(sources: &str) -> Option<String> {
    let lines = sources.lines().map(str::trim);
    lines
        .filter(|line| line.starts_with("deb ") || line.starts_with("deb\t") || line.starts_with("URIs:"))
        .flat_map(str::split_whitespace)
        .map(|word| word.trim_end_matches('/'))
        .find(|word| word.contains("://") && word.ends_with("/debian"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_read_in_both_forms() {
        let deb822 = "Types: deb\nURIs: http://mirror.example/debian-security\n\nTypes: deb\nURIs: http://mirror.example/debian/\n";
        assert_eq!(mirror_in(deb822).as_deref(), Some("http://mirror.example/debian"));
        let lines = "# deb http://old.example/debian x main\ndeb [signed-by=/k] https://mirror.example/debian bookworm main\n";
        assert_eq!(mirror_in(lines).as_deref(), Some("https://mirror.example/debian"));
    }

    #[test]
    fn another_system_has_no_debian_mirror() {
        assert_eq!(mirror_in("deb http://mirror.example/ubuntu noble main"), None);
        assert_eq!(mirror_in(""), None);
    }

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(has("sh"));
        assert!(!has("no-such-program-at-all"));
    }
}
