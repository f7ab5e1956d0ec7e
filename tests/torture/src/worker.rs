//! What is killed: processes that work with a database, and write down what was acknowledged.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    process::{Child, Command},
};

use anyhow::{Context, Result, bail};
use crmkit::{DuplicateCheck, ErrorKind, ImportOptions, Session, TableOptions};

use crate::{
    desk::{ADMIN, Desk, company, contact, open},
    sales::sell,
    this_program,
};

/// What this program is called with to be one of them.
pub(crate) const CHILD: &str = "worker";

/// What a worker does.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    /// Enters customers, with contacts, until it is killed or has entered so many.
    Enter { from: u64, many: u64 },
    /// Imports the list beside the database.
    Import,
    /// Sells, in any order, until it is killed or has made so many calls.
    Sell { seed: u64, many: u64 },
}

impl Work {
    fn words(self) -> Vec<String> {
        match self {
            Self::Enter { from, many } => vec!["enter".into(), from.to_string(), many.to_string()],
            Self::Import => vec!["import".into()],
            Self::Sell { seed, many } => vec!["sell".into(), seed.to_string(), many.to_string()],
        }
    }
}

/// The list that is imported.
pub(crate) fn list(database: &Path) -> std::path::PathBuf {
    database.with_file_name("list.csv")
}

/// The command that runs a worker.
pub(crate) fn command(desk: &Desk, work: Work) -> Result<Command> {
    let mut command = Command::new(this_program()?);
    command
        .arg(CHILD)
        .arg(&desk.path)
        .arg(&desk.journal)
        .args(work.words());
    Ok(command)
}

/// Starts a worker.
pub(crate) fn start(desk: &Desk, work: Work) -> Result<Child> {
    Ok(command(desk, work)?.spawn()?)
}

/// A worker's life.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let [path, journal, work @ ..] = arguments else {
        bail!("a worker needs a database and a journal")
    };
    let mut journal = Journal::open(journal)?;
    let crm = open(Path::new(path))?;
    let me = crm.session(ADMIN)?;
    match work {
        [work, from, many] if work == "enter" => enter(&me, &mut journal, from.parse()?, many.parse()?),
        [work, seed, many] if work == "sell" => sell(&crm, seed.parse()?, many.parse()?).map(drop),
        [work] if work == "import" => import(&me, &mut journal, &list(Path::new(path))),
        other => bail!("no such work: {other:?}"),
    }
}

fn enter(me: &Session, journal: &mut Journal, from: u64, many: u64) -> Result<()> {
    for n in from..from + many {
        match me.customers().create(&company(n), DuplicateCheck::Off) {
            Ok(customer) => {
                journal.note(&customer.number.to_string(), &customer.name)?;
                match me.contacts().add(customer.number.to_string(), &contact(n)) {
                    Err(error) if error.kind() != ErrorKind::Storage => return Err(error.into()),
                    _ => {}
                }
            }
            // The disk is full, or busy: said, and nothing stored.
            Err(error) if error.kind() == ErrorKind::Storage => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn import(me: &Session, journal: &mut Journal, list: &Path) -> Result<()> {
    let options = ImportOptions::default();
    let job = crmkit::import_file(me, list, options, &TableOptions::default(), None)?;
    let mut job = job.with_step(50);
    loop {
        let mut created = Vec::new();
        let progress = job.step(&mut |row| created.extend(row.customer))?;
        for number in created {
            let name = me.customers().get(number.to_string())?.name;
            journal.note(&number.to_string(), &name)?;
        }
        if progress.finished {
            return Ok(());
        }
    }
}

/// What was acknowledged, line by line. What a process has written is there when it is killed.
pub(crate) struct Journal(File);

impl Journal {
    pub(crate) fn open(path: impl AsRef<Path>) -> Result<Self> {
        let file = OpenOptions::new()
            .append(true)
            .open(path)
            .context("the journal")?;
        Ok(Self(file))
    }

    pub(crate) fn note(&mut self, number: &str, name: &str) -> Result<()> {
        Ok(self.0.write_all(format!("{number}\t{name}\t\n").as_bytes())?)
    }
}
