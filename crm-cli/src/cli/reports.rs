//! Reports and targets on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use crmkit::{Comparison, Money, ReportKind};

use crate::word;

#[derive(Args)]
pub(crate) struct ReportAsked {
    /// Which report
    #[arg(value_name = "REPORT", value_parser = word::state::<ReportKind>(&ReportKind::STATES))]
    pub(crate) report: ReportKind,
    /// The period, as in 2024-05, 2024Q2, 2024 or 2024-05-01..2024-05-15; else everything
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// One person's
    #[arg(long, value_name = "LOGIN")]
    pub(crate) person: Option<String>,
    /// One team's
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// With what it is compared
    #[arg(long, value_name = "PERIOD", value_parser = word::state::<Comparison>(&Comparison::STATES))]
    pub(crate) compare: Option<Comparison>,
    /// Writes a file instead, by its ending: xlsx, pdf, html, svg, csv or json
    #[arg(long, value_name = "PATH")]
    pub(crate) to: Option<PathBuf>,
    /// A font for a PDF document
    #[arg(long, value_name = "PATH", requires = "to")]
    pub(crate) font: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum Target {
    /// Lists the targets of a period
    List(TargetList),
    /// Says what a person is to bring in in a month
    Set(TargetSet),
}

#[derive(Args)]
pub(crate) struct TargetList {
    /// The period, as in 2024 or 2024Q2
    #[arg(value_name = "PERIOD")]
    pub(crate) period: String,
}

#[derive(Args)]
pub(crate) struct TargetSet {
    /// Whose
    #[arg(value_name = "LOGIN")]
    pub(crate) person: String,
    /// The month, as in 2024-05
    #[arg(value_name = "MONTH")]
    pub(crate) month: String,
    /// How much; left out, it is taken back
    #[arg(value_name = "AMOUNT", value_parser = word::money)]
    pub(crate) amount: Option<Money>,
}
