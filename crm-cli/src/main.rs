//! The command `crmkit`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    crm_cli::run(std::env::args_os()).into()
}
