//! Users and teams on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use crmkit::{NaiveDate, Role};

use crate::word;

#[derive(Subcommand)]
pub(crate) enum People {
    /// Lists users
    List,
    /// Enters a user
    Add(UserAdd),
    /// Changes a user
    Edit(UserChange),
    /// Sets your own password, or as an admin a temporary one of somebody else
    Password(Password),
    /// Lists teams
    Teams,
    /// Enters a team
    TeamAdd(TeamAdd),
    /// Changes a team
    TeamEdit(TeamChange),
}

#[derive(Args)]
pub(crate) struct UserAdd {
    /// The login
    #[arg(value_name = "LOGIN")]
    pub(crate) login: String,
    /// The name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The role
    #[arg(long, value_name = "ROLE", default_value = "sales_rep", value_parser = word::state::<Role>(&Role::STATES))]
    pub(crate) role: Role,
    /// The team
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// The telephone number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) phone: Option<String>,
    /// The birthday
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) birthday: Option<NaiveDate>,
}

#[derive(Args)]
pub(crate) struct UserChange {
    /// The login
    #[arg(value_name = "LOGIN")]
    pub(crate) login: String,
    /// The name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The role
    #[arg(long, value_name = "ROLE", value_parser = word::state::<Role>(&Role::STATES))]
    pub(crate) role: Option<Role>,
    /// The team; "" is none
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// The telephone number; "" is none
    #[arg(long, value_name = "NUMBER")]
    pub(crate) phone: Option<String>,
    /// The birthday
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) birthday: Option<NaiveDate>,
    /// Makes the user active again
    #[arg(long, conflicts_with = "inactive")]
    pub(crate) active: bool,
    /// Makes the user inactive
    #[arg(long)]
    pub(crate) inactive: bool,
}

#[derive(Args)]
pub(crate) struct Password {
    /// Whose; else your own
    #[arg(value_name = "LOGIN")]
    pub(crate) login: Option<String>,
    /// A file with the new password in its first line; "-" is the input
    #[arg(long, value_name = "PATH")]
    pub(crate) new_password_file: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct TeamAdd {
    /// The team's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

#[derive(Args)]
pub(crate) struct TeamChange {
    /// The team, by name or identifier
    #[arg(value_name = "TEAM")]
    pub(crate) team: String,
    /// The new name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Its head; "" is none
    #[arg(long, value_name = "LOGIN")]
    pub(crate) head: Option<String>,
}
