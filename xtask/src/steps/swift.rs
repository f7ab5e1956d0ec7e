//! The Swift package, tested with the machine's Swift, or with Debian's in a folder of its own.

use super::VECTORS;
use super::apple;
use super::chroot;
use super::mobile::Library;
use crate::house::House;
use crate::report::Report;
use crate::shell::{command, output, run_as};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The oldest Swift that the package is built with.
pub(crate) const OLDEST: u32 = 6;

/// Every test of the Swift package.
pub(crate) fn test(house: &House, report: &mut Report, library: &Library) -> Option<()> {
    let swift = report.step("swift: toolchain", || Swift::find(house))?;
    let place = report.step("swift: tests", || {
        let place = swift.lay(house, library)?;
        swift.run(&place, &["test"], &[])?;
        Ok(place)
    })?;
    apple::check(house, report, &swift, &place)
}

/// A Swift that can be run.
pub(crate) enum Swift {
    /// The machine's own.
    Host,
    /// Debian's, in a folder that holds a system.
    Chroot(PathBuf),
}

/// Where things are as that Swift sees them.
pub(crate) struct Place {
    package: PathBuf,
    library: PathBuf,
    vectors: PathBuf,
    scratch: PathBuf,
}

impl Place {
    /// The modules that the tests have built.
    pub(crate) fn modules(&self) -> PathBuf {
        self.scratch.join("debug/Modules")
    }

    /// The headers of the library.
    pub(crate) fn headers(&self) -> PathBuf {
        self.package.join("Sources/CrmkitFFI")
    }
}

impl Swift {
    /// The machine's if it is new enough, else the chroot's.
    pub(crate) fn find(house: &House) -> Result<Self> {
        match output(&mut command("swift", ["--version"])) {
            Some(version) if major(&version).is_some_and(|major| major >= OLDEST) => {
                print!("{version}");
                Ok(Self::Host)
            }
            _ => Ok(Self::Chroot(chroot::ready(house)?)),
        }
    }

    /// Puts package, library and vectors where this Swift sees them.
    pub(crate) fn lay(&self, house: &House, library: &Library) -> Result<Place> {
        match self {
            Self::Host => Ok(Place {
                package: house.at("bindings/swift"),
                library: library.folder.clone(),
                vectors: house.at("tests/vectors"),
                scratch: house.target("swift"),
            }),
            Self::Chroot(root) => {
                let at = |path: &str| PathBuf::from(chroot::WORK).join(path);
                chroot::copy(root, &house.at("bindings/swift"), "bindings/swift")?;
                chroot::copy(root, &house.at("examples/swift"), "examples/swift")?;
                chroot::copy(root, &house.at("tests/vectors"), "tests/vectors")?;
                chroot::copy(root, &library.file, "lib")?;
                Ok(Place {
                    package: at("bindings/swift"),
                    library: at("lib"),
                    vectors: at("tests/vectors"),
                    scratch: at("build"),
                })
            }
        }
    }

    /// A folder as this Swift sees it.
    pub(crate) fn see(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        match self {
            Self::Host => Ok(folder.to_path_buf()),
            Self::Chroot(root) => {
                chroot::copy(root, folder, name)?;
                Ok(Path::new(chroot::WORK).join(name))
            }
        }
    }

    /// Runs one of Swift's programs in a folder that this Swift sees.
    pub(crate) fn ask(&self, folder: &Path, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = match self {
            Self::Host => command("sh", [""; 0]),
            Self::Chroot(root) => chroot::enter(root, &[], "sh"),
        };
        // Debian has not all of them where programs are looked for.
        const SCRIPT: &str = "cd \"$0\" && PATH=\"$PATH:/usr/libexec/swift/bin\" exec \"$@\"";
        command
            .args(["-c", SCRIPT])
            .arg(folder)
            .arg(program)
            .args(arguments);
        let shown = arguments.join(" ");
        run_as(
            &format!("{program} {}", shown.lines().next().unwrap_or_default()),
            &mut command,
        )
    }

    /// Runs `swift WORDS` on the package, linked with the library and finding it at run time.
    pub(crate) fn run(&self, place: &Place, words: &[&str], variables: &[(&str, String)]) -> Result<()> {
        let vectors = (VECTORS, place.vectors.display().to_string());
        let variables: Vec<_> = variables.iter().cloned().chain([vectors]).collect();
        let mut command = match self {
            Self::Host => command("swift", [""; 0]),
            Self::Chroot(root) => chroot::enter(root, &variables, "swift"),
        };
        command.envs(variables);
        let (verb, rest) = words
            .split_first()
            .map_or(("build", words), |(verb, rest)| (*verb, rest));
        command
            .arg(verb)
            .arg("--package-path")
            .arg(&place.package)
            .arg("--scratch-path")
            .arg(&place.scratch);
        let folder = place.library.display();
        for flag in [format!("-L{folder}"), "-rpath".to_owned(), folder.to_string()] {
            command.args(["-Xlinker", &flag]);
        }
        command.args(rest);
        run_as(&format!("swift {}", words.join(" ")), &mut command)
    }
}

/// The major version in `Swift version 6.0.3 (…)`.
fn major(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("Swift version ")?;
    rest.split(['.', ' ']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn swift_says_its_major_version() {
        assert_eq!(
            major("Swift version 6.0.3 (swift-6.0.3-RELEASE)\nTarget: x"),
            Some(6)
        );
        assert_eq!(major("Apple Swift version 5.10 (swiftlang-5.10.0.13)"), Some(5));
        assert_eq!(major("swift: not a compiler"), None);
    }
}
