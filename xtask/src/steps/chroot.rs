//! Debian's Swift in a folder that holds a system, for machines that have no Swift.
//!
//! Kept in the user's cache between runs: about 3 GB, made in one or two minutes. A library built on a system whose
//! libc is newer than this Debian's does not load in it.

use crate::house::House;
use crate::report::Skipped;
use crate::shell::{run, run_as, shown};
use crate::system::{self, as_root};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The release of Debian, the first with Swift 6.
const RELEASE: &str = "trixie";

/// What is put in; another list makes the system anew.
const PACKAGES: &str = "swiftlang,libc6-dev,libstdc++-14-dev,libncurses-dev,libsqlite3-dev";

/// Where the project's files are put in it.
pub(crate) const WORK: &str = "/work-crmkit";

/// Says within the system that it is whole, and what it was made of.
const STAMP: &str = "crmkit-complete";

/// How often a download that breaks off is begun again.
const ATTEMPTS: u32 = 2;

/// The system's folder, made unless it is there whole.
pub(crate) fn ready(house: &House) -> Result<PathBuf> {
    let root = house.cache(&format!("swift-{RELEASE}"))?;
    if fs::read_to_string(root.join(STAMP)).is_ok_and(|made_of| made_of == PACKAGES) {
        println!("Swift in {}", root.display());
        return Ok(root);
    }
    if cfg!(not(target_os = "linux")) {
        return Err(Skipped(format!("no Swift {} or later", super::swift::OLDEST)).into());
    }
    if !system::has("debootstrap") && !Path::new("/usr/sbin/debootstrap").exists() {
        system::install(
            house,
            "debootstrap, which lays out a Debian system in a folder",
            &["debootstrap"],
        )?;
    }
    let mut debootstrap = as_root(["debootstrap", "--variant=minbase"]);
    debootstrap
        .arg(format!("--include={PACKAGES}"))
        .arg(RELEASE)
        .arg(&root)
        .args(system::debian_mirror());
    let what = format!("a Debian system with Swift in {} (3 GB)", root.display());
    house.agree(&what, &[shown(&removal(&root)), shown(&debootstrap)])?;
    for attempt in 1.. {
        // A half-made one cannot be gone on with.
        remove(&root)?;
        fs::create_dir_all(root.parent().context("the cache has no folder")?)?;
        match run(&mut debootstrap) {
            Ok(()) => break,
            Err(error) if attempt == ATTEMPTS => return Err(error),
            Err(error) => println!("{error:#}; once more"),
        }
    }
    // The packages as downloaded are a fifth of the whole. Swift's own libraries are not where the loader looks.
    let script = "set -e; rm -f \"$1\"/var/cache/apt/archives/*.deb; \
        echo /usr/libexec/swift/lib/swift/linux >\"$1/etc/ld.so.conf.d/swift.conf\"; chroot \"$1\" ldconfig";
    run(as_root(["sh", "-c", script, "sh"]).arg(&root))?;
    run_as("swift --version", enter(&root, &[], "swift").arg("--version"))?;
    let mark = format!("printf %s '{PACKAGES}' >\"$1/{STAMP}\"");
    run(as_root(["sh", "-c", &mark, "sh"]).arg(&root))?;
    Ok(root)
}

/// A program in the system, with a clean environment and these variables; arguments may follow.
///
/// Swift dies without /proc. It is mounted in a namespace of its own, so that nothing stays mounted.
pub(crate) fn enter(root: &Path, variables: &[(&str, String)], program: &str) -> Command {
    let script = "root=$1; shift; { mount -t proc proc \"$root/proc\" || mount --rbind /proc \"$root/proc\"; } && \
        exec chroot \"$root\" /usr/bin/env -i HOME=/root PATH=/usr/bin:/bin LANG=C.UTF-8 \"$@\"";
    let mut command = as_root([
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-c",
        script,
        "sh",
    ]);
    command.arg(root);
    command.args(variables.iter().map(|(name, value)| format!("{name}={value}")));
    command.arg(program);
    command
}

/// Puts a file, or what a folder holds, into a folder under [`WORK`], in place of what was there.
///
/// Copied, not mounted: a mount may be refused, and a Swift run by root must not write into the project.
pub(crate) fn copy(root: &Path, from: &Path, to: &str) -> Result<()> {
    let script = "set -e; to=$1; shift; rm -rf \"$to\"; mkdir -p \"$to\"; \
        cp --recursive --preserve=timestamps \"$@\" \"$to\"";
    let mut copy = as_root(["sh", "-c", script, "sh"]);
    copy.arg(within(root, to));
    if from.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(from)?.flatten().collect();
        // Hidden ones are the tools' own, above all .build.
        entries.retain(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
        entries.sort_by_key(fs::DirEntry::file_name);
        copy.args(entries.iter().map(fs::DirEntry::path));
    } else {
        copy.arg(from);
    }
    run_as(
        &format!("copy {} to {WORK}/{to} of the chroot", from.display()),
        &mut copy,
    )
}

/// A path under [`WORK`] as it is seen from outside.
pub(crate) fn within(root: &Path, path: &str) -> PathBuf {
    root.join(WORK.trim_start_matches('/')).join(path)
}

/// Takes away what is there, whole or not.
fn remove(root: &Path) -> Result<()> {
    if root.exists() {
        // A debootstrap that was ended leaves this mounted; where it is not, the command fails, which is fine.
        as_root(["umount"])
            .arg(root.join("proc"))
            .stderr(std::process::Stdio::null())
            .status()
            .ok();
        run(&mut removal(root))?;
    }
    Ok(())
}

fn removal(root: &Path) -> Command {
    let mut remove = as_root(["rm", "-rf", "--one-file-system"]);
    remove.arg(root);
    remove
}
