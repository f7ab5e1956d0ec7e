//! Conversations, what is due, and opportunities on the command line.

use clap::{Args, Subcommand};
use crmkit::{Money, NaiveDate, OpportunityId, Stage, TaskId, TaskList};

use crate::word;

#[derive(Args)]
pub(crate) struct Talk {
    /// The customer: a number or an alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
    /// How it was held, as in 电话拜访 or visit
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// What it was about
    #[arg(long, value_name = "TEXT")]
    pub(crate) topic: Option<String>,
    /// What was said
    #[arg(long, value_name = "TEXT")]
    pub(crate) content: Option<String>,
    /// What the customer needs
    #[arg(long, value_name = "TEXT")]
    pub(crate) needs: Option<String>,
    /// Objections, and what was answered
    #[arg(long, value_name = "TEXT")]
    pub(crate) objections: Option<String>,
    /// What is to be done
    #[arg(long, value_name = "TEXT")]
    pub(crate) next_steps: Option<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    pub(crate) other: Option<String>,
    /// The day of the next one, from which a task comes
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) next: Option<NaiveDate>,
    /// The time of that day, as in 14:00
    #[arg(long, value_name = "TIME")]
    pub(crate) next_time: Option<String>,
    /// What is planned for it
    #[arg(long, value_name = "TEXT")]
    pub(crate) next_plan: Option<String>,
    /// When it was held, as in "2024-05-01 14:00"; else now
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Who held it; else you
    #[arg(long, value_name = "LOGIN")]
    pub(crate) by: Option<String>,
    /// The opportunity that it was about
    #[arg(long, value_name = "ID", value_parser = word::id::<OpportunityId>)]
    pub(crate) deal: Option<OpportunityId>,
    /// A task that is done with it; may be repeated
    #[arg(long, value_name = "ID", value_parser = word::id::<TaskId>)]
    pub(crate) done: Vec<TaskId>,
}

#[derive(Args)]
pub(crate) struct Due {
    #[command(subcommand)]
    pub(crate) what: Option<DueWhat>,
    #[command(flatten)]
    pub(crate) query: DueQuery,
}

#[derive(Args)]
pub(crate) struct DueQuery {
    /// Which tasks; else those that are due today
    #[arg(long, value_name = "LIST", value_parser = word::state::<TaskList>(&TaskList::STATES))]
    pub(crate) list: Option<TaskList>,
    /// Whose; else yours
    #[arg(long, value_name = "LOGIN", conflicts_with = "everybody")]
    pub(crate) holder: Option<String>,
    /// Everybody's that you see
    #[arg(long)]
    pub(crate) everybody: bool,
    /// Of a customer
    #[arg(long, value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,
    #[command(flatten)]
    pub(crate) page: PageAsked,
}

impl DueQuery {
    /// Whether anything was said about which tasks are to be listed.
    pub(crate) fn is_said(&self) -> bool {
        let page = &self.page;
        let named = self.holder.is_some() || self.customer.is_some() || self.list.is_some();
        named || self.everybody || page.all || page.after.is_some()
    }
}

// Which page of a list.
#[derive(Args, Clone)]
pub(crate) struct PageAsked {
    /// How many rows, from 1 to 1,000
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    pub(crate) limit: u32,
    /// The next page: what the one before ended with
    #[arg(long, value_name = "CURSOR", conflicts_with = "all")]
    pub(crate) after: Option<String>,
    /// All pages
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Subcommand)]
pub(crate) enum DueWhat {
    /// Marks tasks done
    Done(DueDone),
    /// Puts a task off
    PutOff(PutOff),
}

#[derive(Args)]
pub(crate) struct DueDone {
    /// The tasks
    #[arg(value_name = "ID", required = true, value_parser = word::id::<TaskId>)]
    pub(crate) tasks: Vec<TaskId>,
}

#[derive(Args)]
pub(crate) struct PutOff {
    /// The task
    #[arg(value_name = "ID", value_parser = word::id::<TaskId>)]
    pub(crate) task: TaskId,
    /// Until which day
    #[arg(value_name = "DAY", value_parser = word::day)]
    pub(crate) until: NaiveDate,
    /// The time of that day, as in 14:00
    #[arg(value_name = "TIME")]
    pub(crate) time: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Deal {
    /// Lists opportunities
    List(DealList),
    /// Enters an opportunity
    Add(DealAdd),
    /// Moves one to another stage
    Move(DealMove),
    /// Closes one as won, with its contract
    Win(DealWin),
    /// Closes one as lost
    Lose(DealEnd),
    /// Opens one again that was closed
    Reopen(DealEnd),
    /// What is to be expected, by month
    Forecast(Forecast),
}

#[derive(Args)]
pub(crate) struct DealList {
    /// Of a customer
    #[arg(long, value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,
    /// Whose
    #[arg(long, value_name = "LOGIN")]
    pub(crate) owner: Option<String>,
    /// In this stage
    #[arg(long, value_name = "STAGE", value_parser = word::state::<Stage>(&Stage::STATES))]
    pub(crate) stage: Option<Stage>,
    /// Those that are not closed
    #[arg(long)]
    pub(crate) open: bool,
    /// Archived ones, too
    #[arg(long)]
    pub(crate) archived: bool,
    #[command(flatten)]
    pub(crate) page: PageAsked,
}

#[derive(Args)]
pub(crate) struct DealAdd {
    /// The customer: a number or an alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
    /// What it is called
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The amount that is expected
    #[arg(long, value_name = "AMOUNT", value_parser = word::money)]
    pub(crate) amount: Option<Money>,
    /// The day on which it is expected to be closed
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) close: Option<NaiveDate>,
    /// The least amount
    #[arg(long, value_name = "AMOUNT", value_parser = word::money)]
    pub(crate) lowest: Option<Money>,
    /// The most
    #[arg(long, value_name = "AMOUNT", value_parser = word::money)]
    pub(crate) highest: Option<Money>,
    /// The stage that it begins in
    #[arg(long, value_name = "STAGE", value_parser = word::state::<Stage>(&Stage::STATES))]
    pub(crate) stage: Option<Stage>,
    /// Why it is in that stage
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Whose it is; else yours
    #[arg(long, value_name = "LOGIN")]
    pub(crate) owner: Option<String>,
    /// A competitor; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) competitor: Vec<String>,
}

#[derive(Args)]
pub(crate) struct DealMove {
    /// The opportunity
    #[arg(value_name = "ID", value_parser = word::id::<OpportunityId>)]
    pub(crate) deal: OpportunityId,
    /// The stage
    #[arg(value_name = "STAGE", value_parser = word::state::<Stage>(&Stage::STATES))]
    pub(crate) stage: Stage,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) note: String,
}

#[derive(Args)]
pub(crate) struct DealWin {
    /// The opportunity
    #[arg(value_name = "ID", value_parser = word::id::<OpportunityId>)]
    pub(crate) deal: OpportunityId,
    /// The contract's amount
    #[arg(long, value_name = "AMOUNT", value_parser = word::money)]
    pub(crate) amount: Option<Money>,
    /// The day on which it was signed
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) signed_on: Option<NaiveDate>,
    /// The contract's number
    #[arg(long, value_name = "NUMBER", default_value = "", hide_default_value = true)]
    pub(crate) contract_number: String,
    /// Why it was won
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) reason: String,
    /// The last day of the contract
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) end: Option<NaiveDate>,
}

#[derive(Args)]
pub(crate) struct DealEnd {
    /// The opportunity
    #[arg(value_name = "ID", value_parser = word::id::<OpportunityId>)]
    pub(crate) deal: OpportunityId,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) reason: String,
}

#[derive(Args)]
pub(crate) struct Forecast {
    /// Whose; else of all that you see
    #[arg(long, value_name = "LOGIN")]
    pub(crate) owner: Option<String>,
}
