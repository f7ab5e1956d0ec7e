//! Customers and their contacts on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use crmkit::{ContactId, CustomerKind, CustomerSort, CustomerStatus, MergeSide, NaiveDate};

use super::PageAsked;
use crate::word;

// Which customers.
#[derive(Args, Clone)]
pub(crate) struct Filter {
    /// Part of a name, a number, an alias, or digits of a telephone number
    #[arg(value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// Part of a telephone number
    #[arg(long, value_name = "DIGITS")]
    pub(crate) phone: Option<String>,
    /// Where the relation stands
    #[arg(long, value_name = "STATUS", value_parser = word::state::<CustomerStatus>(&CustomerStatus::STATES))]
    pub(crate) status: Option<CustomerStatus>,
    /// Who answers for them
    #[arg(long, value_name = "LOGIN")]
    pub(crate) owner: Option<String>,
    /// The industry
    #[arg(long, value_name = "INDUSTRY")]
    pub(crate) industry: Option<String>,
    /// How they were won
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Option<String>,
    /// Company, person or institution
    #[arg(long, value_name = "KIND", value_parser = word::state::<CustomerKind>(&CustomerKind::STATES))]
    pub(crate) kind: Option<CustomerKind>,
    /// A label
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Option<String>,
    /// Another system's identifier
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// Entered on this day or later
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) created_from: Option<NaiveDate>,
    /// Entered before this day
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) created_until: Option<NaiveDate>,
    /// First talked to on this day or later
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) first_contact_from: Option<NaiveDate>,
    /// First talked to before this day
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) first_contact_until: Option<NaiveDate>,
    /// Whom nobody has talked to yet
    #[arg(long)]
    pub(crate) no_follow_up: bool,
    /// For whom nothing is to be done
    #[arg(long)]
    pub(crate) no_open_task: bool,
    /// Archived ones, too
    #[arg(long)]
    pub(crate) archived: bool,
    /// The order
    #[arg(long, value_name = "ORDER", default_value = "newest", value_parser = word::state::<CustomerSort>(&CustomerSort::STATES))]
    pub(crate) sort: CustomerSort,
}

/// The columns that a list of customers can have, in their order.
pub(crate) const COLUMNS: [&str; 10] = [
    "number",
    "name",
    "kind",
    "status",
    "industry",
    "source",
    "owner",
    "phone",
    "first_contact",
    "created_at",
];

#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// Which columns, with commas between them
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(COLUMNS), default_value = "number,name,kind,status,industry,owner,phone")]
    pub(crate) columns: Vec<String>,
    /// The numbers alone, of all pages, for another command
    #[arg(long, conflicts_with = "count")]
    pub(crate) ids: bool,
    /// How many there are
    #[arg(long)]
    pub(crate) count: bool,
    #[command(flatten)]
    pub(crate) page: PageAsked,
}

#[derive(Args)]
pub(crate) struct Show {
    /// The customer: a number or an alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
    /// How many lines of the timeline, from 1 to 1,000
    #[arg(long, value_name = "ROWS", default_value_t = 20)]
    pub(crate) limit: u32,
}

// What stands in a customer's fields.
#[derive(Args)]
pub(crate) struct CustomerFields {
    /// Company, person or institution
    #[arg(long, value_name = "KIND", value_parser = word::state::<CustomerKind>(&CustomerKind::STATES))]
    pub(crate) kind: Option<CustomerKind>,
    /// The industry
    #[arg(long, value_name = "INDUSTRY")]
    pub(crate) industry: Option<String>,
    /// A telephone number, the first one to be called; may be repeated
    #[arg(long, value_name = "NUMBER")]
    pub(crate) phone: Vec<String>,
    /// How it was won
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Option<String>,
    /// The detail of how it was won
    #[arg(long, value_name = "TEXT", requires = "source")]
    pub(crate) source_detail: Option<String>,
    /// The day of the first conversation
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) first_contact: Option<NaiveDate>,
    /// When the lead was got, as in "2024-05-01 14:00"
    #[arg(long, value_name = "TIME")]
    pub(crate) lead_at: Option<String>,
    /// How many people it employs
    #[arg(long, value_name = "PEOPLE")]
    pub(crate) headcount: Option<u64>,
    /// The business address in one line
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<String>,
    /// A label; may be repeated
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Another system's identifier
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// A field of your own; may be repeated
    #[arg(long, value_name = "FIELD=VALUE", value_parser = word::pair)]
    pub(crate) extra: Vec<(String, String)>,
}

#[derive(Args)]
pub(crate) struct Add {
    /// The customer's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) fields: CustomerFields,
    /// Who answers for it; else you
    #[arg(long, value_name = "LOGIN")]
    pub(crate) owner: Option<String>,
    /// It is another customer than those that are like it
    #[arg(long)]
    pub(crate) another: bool,
}

#[derive(Args)]
pub(crate) struct Edit {
    /// The customer: a number or an alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
    /// The name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) fields: CustomerFields,
    /// After how many days it buys again
    #[arg(long, value_name = "DAYS")]
    pub(crate) purchase_cycle: Option<u32>,
    /// Where the relation stands
    #[arg(long, value_name = "STATUS", value_parser = word::state::<CustomerStatus>(&CustomerStatus::STATES))]
    pub(crate) status: Option<CustomerStatus>,
    /// Why it stands there
    #[arg(long, value_name = "TEXT", requires = "status")]
    pub(crate) reason: Option<String>,
    /// Makes a field blank; may be repeated
    #[arg(long, value_name = "FIELD", value_parser = clap::builder::PossibleValuesParser::new(CLEARED))]
    pub(crate) clear: Vec<String>,
    /// The revision that you saw: refused if it has been changed since
    #[arg(long, value_name = "REVISION")]
    pub(crate) revision: Option<u64>,
}

/// The fields that can be made blank.
pub(crate) const CLEARED: [&str; 8] = [
    "size",
    "addresses",
    "lead_at",
    "purchase_cycle",
    "tags",
    "note",
    "external_id",
    "extra",
];

#[derive(Subcommand)]
pub(crate) enum ContactAsking {
    /// Enters a contact
    Add(ContactAdd),
    /// Changes a contact
    Edit(ContactChange),
}

#[derive(Args)]
pub(crate) struct ContactAdd {
    /// The customer: a number or an alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
    /// The contact's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) fields: ContactFields,
}

#[derive(Args)]
pub(crate) struct ContactChange {
    /// The contact
    #[arg(value_name = "ID", value_parser = word::id::<ContactId>)]
    pub(crate) contact: ContactId,
    /// The name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) fields: ContactFields,
}

// What stands in a contact's fields.
#[derive(Args)]
pub(crate) struct ContactFields {
    /// The mobile number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) mobile: Option<String>,
    /// Another number, as a landline
    #[arg(long, value_name = "NUMBER")]
    pub(crate) phone: Option<String>,
    /// The job title
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// The e-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// The WeChat name
    #[arg(long, value_name = "NAME")]
    pub(crate) wechat: Option<String>,
    /// What to ask the contact for
    #[arg(long, value_name = "TEXT")]
    pub(crate) role: Option<String>,
    /// The one to talk to first
    #[arg(long)]
    pub(crate) primary: bool,
}

#[derive(Args)]
pub(crate) struct Assign {
    /// To whom
    #[arg(long, value_name = "LOGIN")]
    pub(crate) to: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Does what can be done, and says what cannot; else it is all or nothing
    #[arg(long)]
    pub(crate) row_by_row: bool,
    /// The customers; "-" reads them from the input, one a line
    #[arg(value_name = "CUSTOMER", required = true)]
    pub(crate) customers: Vec<String>,
}

#[derive(Args)]
pub(crate) struct Duplicates {
    /// Asks what to do, even where nobody is at a terminal
    #[arg(long, conflicts_with = "print")]
    pub(crate) ask: bool,
    /// Prints them, and asks nothing
    #[arg(long)]
    pub(crate) print: bool,
}

#[derive(Args)]
pub(crate) struct Merge {
    /// The customer that goes
    #[arg(value_name = "LOSER")]
    pub(crate) loser: String,
    /// The customer that stays
    #[arg(value_name = "SURVIVOR")]
    pub(crate) into: String,
    /// Whose value of a field stays: survivor or loser; may be repeated
    #[arg(long, value_name = "FIELD=SIDE", value_parser = side)]
    pub(crate) choose: Vec<(String, MergeSide)>,
    /// Shows what would come of it, and does nothing
    #[arg(long)]
    pub(crate) preview: bool,
}

fn side(text: &str) -> Result<(String, MergeSide), word::Refused> {
    let (field, side) = word::pair(text)?;
    let form = || word::Refused::form("字段=survivor|loser", "field=survivor|loser", text);
    Ok((field, side.parse().map_err(|_| form())?))
}

#[derive(Args)]
pub(crate) struct Export {
    /// What: customers, contacts, follow-ups, opportunities or tasks
    #[arg(value_name = "NOUN", value_parser = clap::builder::PossibleValuesParser::new(EXPORTED))]
    pub(crate) noun: String,
    /// The file; else the output
    #[arg(long, value_name = "PATH")]
    pub(crate) to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) filter: Filter,
}

/// What can be exported.
pub(crate) const EXPORTED: [&str; 5] = ["customers", "contacts", "follow-ups", "opportunities", "tasks"];
