//! The command `crmkit`, which the package brings (docs/command.md).

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command with these words, the name of the program first, and gives what it ended with: `crmkit.__main__` does.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, words: Vec<OsString>) -> u8 {
    py.detach(|| crm_cli::run(words).code())
}
