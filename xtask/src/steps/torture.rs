//! The torture: kills, forks, full disks, damaged files, random worlds, mutated lists, until a time is over.

use crate::house::House;
use crate::report::Report;
use crate::shell::{cargo, run};

/// The package that tortures.
const PACKAGE: &str = "crm-torture";

/// Runs it; the options are its own, and it says them.
pub(crate) fn run_all(house: &House, report: &mut Report, options: &[String]) {
    report.step("torture", || {
        let mut program = cargo();
        program
            .current_dir(house.at(""))
            .args(["run", "--quiet", "--package", PACKAGE, "--"])
            .args(options);
        run(&mut program)
    });
}
