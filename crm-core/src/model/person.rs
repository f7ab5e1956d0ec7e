//! Users and teams (R8.1, R8.6).

use super::{TeamId, UserId};
use crate::{rules::limit, store::record::stored};

labelled! {
    /// What a user may do (R8.1).
    pub enum Role {
        /// Everything.
        Admin = "admin", "管理员", "admin";
        /// The team's customers.
        Supervisor = "supervisor", "销售主管", "supervisor";
        /// Only their own customers.
        SalesRep = "sales_rep", "销售专员", "sales rep";
    }
}

record! {
    /// A user (R8.6).
    pub struct User {
        /// Names the user.
        pub id: UserId,
        /// Raised by every change; 0 in the eyes of whoever may not change the user and is another one.
        pub revision: u64,
        /// Unique, whatever its case.
        pub login: String,
        /// The person's name.
        pub name: String,
        /// What they may do.
        pub role: Role,
        /// The team that they belong to, if any.
        pub team: Option<TeamId>,
        /// Their telephone number, as typed.
        pub phone: Option<String>,
        /// Their birthday.
        pub birthday: Option<chrono::NaiveDate>,
        /// Whether they may act and own customers.
        pub active: bool,
    }
}

stored! {
    User as User {
        key: id (UserId),
        personal: [name, phone, birthday],
        has: [revision],
    }
}

record! {
    /// A user as typed in (R8.6).
    pub struct NewUser {
        /// Unique, whatever its case. Required.
        #[rule(required, characters(limit::LINE))]
        pub login: String,
        /// The person's name. Required.
        #[rule(required, characters(limit::NAME))]
        pub name: String,
        /// What they may do.
        pub role: Role,
        /// The team that they belong to, by name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub team: Option<String>,
        /// Their telephone number.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub phone: Option<String>,
        /// Their birthday.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub birthday: Option<chrono::NaiveDate>,
    }
}

impl NewUser {
    /// A user without team, phone or birthday.
    pub fn of(login: impl Into<String>, name: impl Into<String>, role: Role) -> Self {
        Self {
            login: login.into(),
            name: name.into(),
            role,
            team: None,
            phone: None,
            birthday: None,
        }
    }
}

edits! {
    /// One field of a user set anew; `None` clears.
    pub enum UserEdit of User {
        /// The person's name.
        Name = name: String,
        /// What they may do.
        Role = role: Role,
        /// The team that they belong to, by name or identifier.
        Team = team: Option<String>,
        /// Their telephone number.
        Phone = phone: Option<String>,
        /// Their birthday.
        Birthday = birthday: Option<chrono::NaiveDate>,
        /// Whether they may act and own customers.
        Active = active: bool,
    }
}

record! {
    /// A team (R8.6). Its members are the users that name it; teams do not nest.
    pub struct Team {
        /// Names the team.
        pub id: TeamId,
        /// Raised by every change.
        pub revision: u64,
        /// The name.
        pub name: String,
        /// Who approves first; by default its first supervisor.
        pub head: Option<UserId>,
    }
}

stored! {
    Team as Team {
        key: id (TeamId),
        personal: [],
        users: [head],
        has: [revision],
    }
}

record! {
    /// A team as typed in.
    pub struct NewTeam {
        /// The name. Required.
        #[rule(required, characters(limit::NAME))]
        pub name: String,
    }
}

edits! {
    /// One field of a team set anew.
    pub enum TeamEdit of Team {
        /// The name.
        Name = name: String,
        /// Who approves first: one of its supervisors, by login, name or identifier; `None` leaves it to the first of them.
        Head = head: Option<String>,
    }
}
