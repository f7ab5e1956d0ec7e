//! Programs of the house that try the library, each a package of its own with options that it says itself.

use crate::house::House;
use crate::report::Report;
use crate::shell::{cargo, run};

/// The commands, and their packages.
const PROGRAMS: [(&str, &str); 2] = [("torture", "crm-torture"), ("import-eval", "crm-import-eval")];

/// The package of a command that is one of these.
pub(crate) fn of(command: &str) -> Option<&'static str> {
    let mut programs = PROGRAMS.iter();
    programs
        .find(|(name, _)| *name == command)
        .map(|(_, package)| *package)
}

/// Runs it.
pub(crate) fn run_one(house: &House, report: &mut Report, command: &str, package: &str, options: &[String]) {
    report.step(command, || {
        let mut program = cargo();
        program
            .current_dir(house.at(""))
            .args(["run", "--quiet", "--package", package, "--"])
            .args(options);
        run(&mut program)
    });
}
