//! Accounts (R8.4): who may log in with a password, and who has. The password itself is told to nobody.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{SessionId, UserId};
use crate::{
    describe::{Described, Field, Record, Rule},
    rules::password::Hashes,
    store::record::{FieldVisitor, Fields, stored},
};

record! {
    /// A user's account (R8.4): all of it but the password.
    #[derive(Eq)]
    pub struct Account {
        /// Whose it is.
        pub user: UserId,
        /// Raised by every change.
        pub revision: u64,
        /// When the password was set; none of a user whom only the host vouches for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub set_at: Option<DateTime<Utc>>,
        /// The last business day on which the password works: three calendar months after it was set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub expires_on: Option<NaiveDate>,
        /// Whether an admin gave the password: it only lets its owner set another.
        pub temporary: bool,
        /// How many wrong passwords in a row were tried.
        pub wrong_tries: u32,
        /// Until when it rests after five of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub rests_until: Option<DateTime<Utc>>,
        /// When an admin suspended it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub suspended_at: Option<DateTime<Utc>>,
        /// When somebody last logged in while a session on another device was in use. Only admins are told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub shared_at: Option<DateTime<Utc>>,
    }
}

stored! {
    Account as Account {
        key: user (UserId),
        personal: [],
        users: [user],
        has: [revision],
    }
}

record! {
    /// Somebody who has logged in, on a device, until they log out or are made to.
    #[derive(Eq)]
    pub struct LoginSession {
        /// Names it.
        pub id: SessionId,
        /// Who.
        pub user: UserId,
        /// On which device, as the program calls it.
        pub device: String,
        /// Since when.
        pub began_at: DateTime<Utc>,
    }
}

stored! {
    LoginSession as Session {
        key: id (SessionId),
        personal: [device],
        users: [user],
    }
}

/// The hashes of a user's passwords. They stand in no log, no JSON and no `Debug`, and no host gets them: the log says
/// that they changed, and not to what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passwords {
    /// Whose they are.
    pub user: UserId,
    /// The last five, the one that holds first.
    #[serde(skip)]
    pub hashes: Hashes,
}

impl Passwords {
    /// What the record is; of the hashes nothing is told.
    pub const RECORD: Record = Record {
        name: "Passwords",
        about: &["The hashes of a user's passwords."],
        fields: &[Field {
            name: "user",
            about: &["Whose they are."],
            of: UserId::TYPE,
            default: None,
            left_out: false,
            rule: Rule::NONE,
        }],
    };
}

impl Fields for Passwords {
    fn visit<V: FieldVisitor>(before: &Self, after: &Self, visitor: &mut V) {
        visitor.field("user", &before.user, &after.user);
    }
}

stored! {
    Passwords as Password {
        key: user (UserId),
        personal: [],
        users: [user],
    }
}
