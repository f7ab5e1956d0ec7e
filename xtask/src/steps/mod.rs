//! What `cargo xtask` does, one module a language.

mod android;
mod apple;
pub(crate) mod bench;
mod chroot;
pub(crate) mod generate;
mod instructions;
mod kotlin;
pub(crate) mod lint;
pub(crate) mod match_eval;
pub(crate) mod mobile;
mod package;
pub(crate) mod program;
pub(crate) mod proofs;
mod python;
mod rust;
mod size;
mod swift;

use crate::house::House;
use crate::report::Report;
use anyhow::{Result, bail};

/// The languages that there are tests in.
const LANGUAGES: [&str; 4] = ["rust", "python", "kotlin", "swift"];

/// Where the vectors of the manual are, for the tests of every language.
const VECTORS: &str = "CRMKIT_VECTORS";

/// Packs the library for one kind of app.
pub(crate) fn package(house: &House, report: &mut Report, names: &[String]) -> Result<()> {
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["jvm"] => drop(kotlin::package(house, report)),
        ["android"] => drop(android::package(house, report)),
        ["apple"] => drop(apple::package(house, report)),
        _ => bail!("`package` takes one of: jvm, android, apple"),
    }
    Ok(())
}

/// Runs the tests of the languages named, of all of them if none is.
pub(crate) fn test(house: &House, report: &mut Report, names: &[String]) -> Result<()> {
    if let Some(name) = names.iter().find(|name| !LANGUAGES.contains(&name.as_str())) {
        bail!("no language `{name}`: one of {}", LANGUAGES.join(", "));
    }
    let wanted = |language: &str| names.is_empty() || names.iter().any(|name| name == language);
    if wanted("rust") {
        rust::test(house, report);
    }
    if wanted("python") {
        python::test(house, report);
    }
    if wanted("kotlin") || wanted("swift") {
        let Some(library) = mobile::prepare(house, report) else {
            return Ok(());
        };
        if wanted("kotlin") {
            kotlin::test(house, report, &library);
        }
        if wanted("swift") {
            swift::test(house, report, &library);
        }
    }
    Ok(())
}
