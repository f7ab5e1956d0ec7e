//! A list goes in, and comes out numbered, checked and free of duplicates.
//!
//! ```sh
//! cargo run --release --example quickstart                  # a sample list, a database in a temporary folder
//! cargo run --release --example quickstart -- FILE --db crm.db --outcome outcome.csv
//! cargo run --release --example quickstart -- --help        # how a list is read, and what its words mean
//! ```
//!
//! Afterwards `crmkit`, the command, works with the same database: docs/command.md.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use crm_cli::{
    list::{Lacking, ListArguments, bring, show_duplicates, show_newest, show_outcome},
    screen::{Shown, line},
};
use crmkit::{Crm, Language, OpenOptions, Session};

#[derive(Args)]
struct Arguments {
    /// The list; else the one that the project ships
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The database; else one in a temporary folder
    #[arg(long, value_name = "PATH")]
    db: Option<PathBuf>,
    /// The language; else as your locale says
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "zh"])]
    language: Option<String>,
    #[command(flatten)]
    list: ListArguments,
}

fn main() -> ExitCode {
    crm_cli::run_with("quickstart", std::env::args_os(), run).into()
}

fn run(arguments: Arguments, language: Language) -> Shown {
    let folder = tempfile::tempdir()?;
    let is_temporary = arguments.db.is_none();
    let database = arguments.db.unwrap_or_else(|| folder.path().join("crm.db"));
    let list = arguments.file.unwrap_or_else(sample);
    let options = OpenOptions {
        language,
        ..OpenOptions::default()
    };
    let me = session(&crmkit::open(&database, options)?)?;
    line(&match (language, is_temporary) {
        (Language::Zh, true) => format!(
            "名单      {}\n数据库    {}（临时）\n",
            list.display(),
            database.display()
        ),
        (Language::Zh, false) => format!("名单      {}\n数据库    {}\n", list.display(), database.display()),
        (_, true) => format!(
            "list      {}\ndatabase  {} (temporary)\n",
            list.display(),
            database.display()
        ),
        (_, false) => format!("list      {}\ndatabase  {}\n", list.display(), database.display()),
    })?;
    bring(&me, &list, &arguments.list, Lacking::Other, true)?;
    if !arguments.list.dry_run {
        show_duplicates(&me, language)?;
        show_newest(&me, language)?;
    }
    show_outcome(&arguments.list, language)
}

/// The project's own list.
fn sample() -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("examples");
    data.join("data").join("customers.csv")
}

/// The first run sets the database up.
fn session(crm: &Crm) -> crmkit::Result<Session> {
    if !crm.is_set_up()? {
        crm.set_up("admin", "Admin")?;
    }
    crm.session("admin")
}
