//! The command line as it is typed; `chinese.rs` has the same texts in Chinese.

mod customers;
mod deals;
mod people;
mod reports;

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory, Parser, Subcommand};
use crmkit::{ImportId, Language, Region};

pub(crate) use customers::*;
pub(crate) use deals::*;
pub(crate) use people::*;
pub(crate) use reports::*;

use crate::{list::ListArguments, word};

/// Customers in one file: numbered, checked, and free of duplicates
#[derive(Parser)]
#[command(name = "crmkit", version, infer_subcommands = false)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) asked: Asked,
    #[command(subcommand)]
    pub(crate) command: Asking,
}

pub(crate) fn command() -> Command {
    Cli::command()
}

/// Over the options that every command takes.
const EVERYWHERE: &str = "Options of every command";

// What every command takes. No documentation: it would be taken for the command's.
#[derive(Args)]
pub(crate) struct Asked {
    /// The database; else CRMKIT_DB, else crmkit/crm.db in your folder for data
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "PATH")]
    pub(crate) db: Option<PathBuf>,
    /// Who you are; else CRMKIT_USER, else what the system calls you
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "LOGIN")]
    pub(crate) user: Option<String>,
    /// A file with the password in its first line; "-" is the input
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "PATH")]
    pub(crate) password_file: Option<PathBuf>,
    /// The language; else as your locale says
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "LANGUAGE", value_parser = word::language())]
    pub(crate) language: Option<Language>,
    /// Answers in JSON: a record, or one a line
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Asking {
    /// Sets up a database with its first admin
    Init(Init),
    /// Users and teams, and their passwords
    #[command(subcommand)]
    People(People),
    /// Brings in a list: CSV or a workbook
    Import(Import),
    /// Lists customers
    List(List),
    /// Shows a customer with its contacts, tasks and timeline
    Show(Show),
    /// Enters a customer
    Add(Add),
    /// Changes a customer
    Edit(Edit),
    /// Contacts of customers
    #[command(subcommand)]
    Contact(ContactAsking),
    /// Records a conversation, and what comes next
    FollowUp(Talk),
    /// What is due
    Due(Due),
    /// Opportunities
    #[command(subcommand)]
    Deal(Deal),
    /// What it adds up to: a report, shown or written to a file
    Report(ReportAsked),
    /// What people are to bring in
    #[command(subcommand)]
    Target(Target),
    /// Gives customers to another owner
    Assign(Assign),
    /// Goes through customers that may be one and the same
    Duplicates(Duplicates),
    /// Makes one customer of two
    Merge(Merge),
    /// Takes back an operation, or an import
    Undo(Undo),
    /// Writes a table of all there is, as CSV
    Export(Export),
    /// What befell a customer, the latest first
    History(History),
    /// The log
    #[command(subcommand)]
    Audit(AuditAsking),
    /// Serves an AI assistant over input and output, by the Model Context Protocol
    #[cfg(feature = "mcp")]
    Mcp(Mcp),
    /// Prints a shell's completions
    Completion(Completion),
    /// Prints a page of the manual
    Man(Man),
}

#[derive(Args)]
pub(crate) struct Init {
    /// The admin's login; else what the system calls you
    #[arg(long, value_name = "LOGIN")]
    pub(crate) login: Option<String>,
    /// The admin's name; else the login
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The business's time zone, as in Asia/Shanghai
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<String>,
    /// Where numbers without a country code are from
    #[arg(long, value_name = "REGION", value_parser = word::region)]
    pub(crate) region: Option<Region>,
}

#[derive(Args)]
pub(crate) struct Import {
    /// The list
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) list: ListArguments,
}

#[derive(Args)]
pub(crate) struct Undo {
    /// The operation, as history shows it
    #[arg(value_name = "OPERATION", required_unless_present = "import")]
    pub(crate) operation: Option<u64>,
    /// An import instead, as import shows it
    #[arg(long, value_name = "ID", conflicts_with = "operation", value_parser = word::id::<ImportId>)]
    pub(crate) import: Option<ImportId>,
}

#[derive(Args)]
pub(crate) struct History {
    /// The customer: a number or an alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
    /// How many, from 1 to 1,000
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    pub(crate) limit: u32,
    /// Those before this position of the log
    #[arg(long, value_name = "POSITION")]
    pub(crate) before: Option<u64>,
}

#[derive(Subcommand)]
pub(crate) enum AuditAsking {
    /// Walks the log: whether an entry was changed, taken out or cut off
    Verify(Verify),
    /// Shows the end of the log, to be kept elsewhere
    Head,
}

#[derive(Args)]
pub(crate) struct Verify {
    /// An end that was kept, as head shows it: also whether the log was cut or written anew since
    #[arg(long, value_name = "POSITION:HASH", value_parser = kept)]
    pub(crate) kept: Option<crmkit::AuditHead>,
}

fn kept(text: &str) -> Result<crmkit::AuditHead, word::Refused> {
    let parts = text.split_once(':').and_then(|(seq, hash)| {
        Some(crmkit::AuditHead {
            seq: seq.parse().ok()?,
            hash: hash.to_owned(),
        })
    });
    parts.ok_or_else(|| word::Refused::form("位置:摘要", "position:hash", text))
}

#[cfg(feature = "mcp")]
#[derive(Args)]
pub(crate) struct Mcp {
    /// Lets the assistant change what you may change; else it only reads
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Args)]
pub(crate) struct Completion {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args)]
pub(crate) struct Man {
    /// The command that the page is of; else all of them in short
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}
