//! Lists of the past (R9.5 l): follow-ups, opportunities, services and contracts of customers that are there, a row each
//! (R9.4).

mod cell;
mod deal;
mod heading;
mod reading;

pub use reading::read_past_row;

use crate::{
    error::Problem,
    model::{Contract, FollowUp, Opportunity, ServiceRecord},
};

/// What a list of the past has in its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PastList {
    /// Conversations with customers (R4.1).
    FollowUps,
    /// What was done for customers (R7.7).
    ServiceRecords,
    /// What was signed (R5.3).
    Contracts,
    /// Possible deals, open and closed (R5.1).
    Opportunities,
}

/// What a column of a list of the past stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PastColumn {
    /// When it was.
    At,
    /// Who did it, or to whom it is credited.
    By,
    /// How a conversation was held, or what sort of service it was.
    Sort,
    /// What a conversation was about.
    Topic,
    /// What was said or done.
    Text,
    /// When the next conversation is to be.
    Next,
    /// What for.
    Plan,
    /// Whether that has been.
    Done,
    /// The names of files.
    Attachments,
    /// When it was entered.
    CreatedAt,
    /// A contract's number.
    ContractNumber,
    /// What it is worth.
    Amount,
    /// The first day that it is good for.
    Start,
    /// The last one.
    End,
    /// Whether it is paid.
    Paid,
    /// What a deal is about.
    Name,
    /// What it is expected to bring.
    Expected,
    /// The least that it may bring.
    Lowest,
    /// The most that it may bring.
    Highest,
    /// When it is expected to be signed.
    ExpectedClose,
    /// Where it stands.
    Stage,
    /// Since when.
    StageChangedAt,
    /// Who else would like to make the deal.
    Competitors,
    /// Why it was won or lost.
    Reason,
    /// When it was won or lost.
    ClosedAt,
    /// By what the system that it comes from knows it.
    ExternalId,
}

impl PastColumn {
    /// Whether its cells are days or instants.
    pub(super) fn is_date(self) -> bool {
        matches!(
            self,
            Self::At
                | Self::Next
                | Self::CreatedAt
                | Self::Start
                | Self::End
                | Self::ExpectedClose
                | Self::StageChangedAt
                | Self::ClosedAt
        )
    }
}

/// A record of the past as a row gives it, checked; it waits for its identifier and its customer.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a list is of one sort")]
pub enum Past {
    /// A conversation.
    FollowUp {
        /// The conversation.
        talk: FollowUp,
        /// Whether what was to come next has been.
        done: bool,
    },
    /// A service.
    ServiceRecord(ServiceRecord),
    /// A contract.
    Contract(Contract),
    /// A possible deal.
    Opportunity {
        /// The deal.
        deal: Opportunity,
        /// What the list says of the last change of its stage.
        note: Option<String>,
    },
}

/// What a list calls a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// By a number, an alias, or an identifier of the host's.
    Number(String),
    /// By the whole name.
    Name(String),
    /// As [`Number`](Self::Number), or else as [`Name`](Self::Name).
    Either(String),
}

/// A row of a list of the past: which customer it names, by what it knows of it, and what it brings.
#[derive(Clone, Debug, PartialEq)]
pub struct PastRow {
    /// What it calls the customer, by each of its columns.
    pub customer: Vec<Called>,
    /// What it brings. Its identifier, its customer and, where the row does not say, its user are blank.
    pub past: Past,
    /// Whether the row says who it was; else whoever the import names.
    pub names_user: bool,
    /// What was assumed, or left out.
    pub warnings: Vec<Problem>,
}
