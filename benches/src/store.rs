//! Where the benches keep their databases, and how they open them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use crm_match_eval::store::remove;
use crmkit::{Crm, OpenOptions, Session};

/// A file of the benches, in the target folder.
pub(crate) fn file(name: &str) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    fs::create_dir_all(&folder)?;
    Ok(folder.join(name))
}

/// A file of the benches that is not there yet, whatever an earlier run has left.
pub(crate) fn new_file(name: &str) -> Result<PathBuf> {
    let path = file(name)?;
    remove(&path)?;
    Ok(path)
}

/// Another copy of a database that nobody has open.
pub(crate) fn copy(path: &Path, name: &str) -> Result<PathBuf> {
    let copy = new_file(name)?;
    fs::copy(path, &copy)?;
    Ok(copy)
}

/// Whether a file was made by this very program.
pub(crate) fn is_current(path: &Path) -> Result<bool> {
    let made = |path: &Path| fs::metadata(path)?.modified();
    Ok(path.exists() && made(path)? > made(&std::env::current_exe()?)?)
}

/// The CRM in a file, with an admin and those who own customers.
pub(crate) fn set_up(path: &Path) -> Result<(Crm, Session)> {
    let crm = open(path)?;
    let me = crm_benches::set_up(&crm)?;
    Ok((crm, me))
}

/// The CRM in a file.
pub(crate) fn open(path: &Path) -> Result<Crm> {
    crmkit::open(path, OpenOptions::default()).with_context(|| path.display().to_string())
}
