//! Where things are, and what may be done to the machine.

use crate::report::Skipped;
use anyhow::{Context, Result};
use std::env;
use std::io::{IsTerminal, Write, stdin};
use std::path::{Path, PathBuf};

/// Whether the machine may be changed outside target/ and the user's cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// Go ahead, saying what is done.
    Given,
    /// Ask before each change.
    Ask,
}

impl Consent {
    /// Given by `--yes`, by CI=true, or for root where there is nobody to ask.
    pub(crate) fn from_surroundings(yes: bool) -> Self {
        if yes || is_ci() || (crate::system::is_root() && !stdin().is_terminal()) {
            Self::Given
        } else {
            Self::Ask
        }
    }
}

fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true")
}

/// The project's folders.
pub(crate) struct House {
    root: PathBuf,
    target: PathBuf,
    consent: Consent,
}

impl House {
    /// The project that this program stands in.
    pub(crate) fn find(consent: Consent) -> Result<Self> {
        let here = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Path::new(&here)
            .parent()
            .context("xtask stands in no project")?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self {
            target: std::path::absolute(target)?,
            root,
            consent,
        })
    }

    /// A file or folder of the project.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// A file or folder of what is built.
    pub(crate) fn target(&self, path: &str) -> PathBuf {
        self.target.join(path)
    }

    /// A folder in the user's cache, which outlives `cargo clean`.
    pub(crate) fn cache(&self, path: &str) -> Result<PathBuf> {
        let base = match env::var_os("XDG_CACHE_HOME") {
            Some(cache) => PathBuf::from(cache),
            None => PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache"),
        };
        Ok(base.join("crmkit").join(path))
    }

    /// Whether nobody watches: what cannot be checked counts as failed.
    pub(crate) fn is_ci(&self) -> bool {
        is_ci()
    }

    /// Says what is about to be done to the machine; an error (skipped) unless it may be.
    pub(crate) fn agree(&self, what: &str, commands: &[String]) -> Result<()> {
        println!("To be done on this machine: {what}");
        for command in commands {
            println!("    {command}");
        }
        if self.consent == Consent::Given {
            return Ok(());
        }
        let refused = || Skipped(format!("{what}: not agreed to (`--yes` agrees beforehand)"));
        if !stdin().is_terminal() {
            return Err(refused().into());
        }
        print!("Go ahead? [y/N] ");
        std::io::stdout().flush()?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            Ok(())
        } else {
            Err(refused().into())
        }
    }
}
