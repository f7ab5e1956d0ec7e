//! The log (R8.5): every change and refused attempt, chained by hash.

use chrono::{DateTime, Utc};

use super::UserId;

labelled! {
    /// What an entry of the log records.
    pub enum AuditKind {
        /// The store was set up.
        SetUp = "set_up", "初始设置", "set up";
        /// A customer was entered.
        CustomerAdded = "customer.added", "新增客户", "customer added";
        /// A customer was changed.
        CustomerEdited = "customer.edited", "修改客户", "customer edited";
        /// A customer was archived.
        CustomerArchived = "customer.archived", "归档客户", "customer archived";
        /// A contact was entered.
        ContactAdded = "contact.added", "新增联系人", "contact added";
        /// A contact was changed.
        ContactEdited = "contact.edited", "修改联系人", "contact edited";
        /// A user was entered.
        UserAdded = "user.added", "新增用户", "user added";
        /// A user was changed.
        UserEdited = "user.edited", "修改用户", "user edited";
        /// A team was entered.
        TeamAdded = "team.added", "新增团队", "team added";
        /// A team was changed.
        TeamEdited = "team.edited", "修改团队", "team edited";
        /// A pick list was changed.
        PickListEdited = "pick_list.edited", "修改选项", "pick list edited";
        /// Two customers were said to be different.
        SaidDistinct = "customer.said_distinct", "确认不是同一客户", "said to be another customer";
        /// What was said of two customers no longer holds.
        ForgotDistinct = "customer.forgot_distinct", "不再确认不是同一客户", "no longer said to be another customer";
        /// An import began, went on, ended or was undone.
        ImportChanged = "import.changed", "导入", "import";
        /// Somebody tried what they may not.
        Refused = "refused", "拒绝操作", "refused";
    }
}

record! {
    /// What an entry is about: the sort of thing, and its number or identifier.
    #[derive(Eq)]
    pub struct EntityRef {
        /// `customer`, `contact`, `user`, `team`, `pick_list`, `import` or `store`.
        pub entity: String,
        /// The number or identifier.
        pub key: String,
    }
}

impl EntityRef {
    /// The thing of this sort under this key.
    pub fn of(entity: &str, key: impl ToString) -> Self {
        Self {
            entity: entity.to_owned(),
            key: key.to_string(),
        }
    }
}

/// An entry of the log as it is stored. `hash` covers all but the payload and salt, which erasing takes away (R9.3).
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// The position, from 1, without gaps.
    pub seq: u64,
    /// When, by the real clock.
    pub at: DateTime<Utc>,
    /// Who; none is the host's own actor.
    pub actor: Option<UserId>,
    /// What was done.
    pub kind: AuditKind,
    /// To what.
    pub entity: EntityRef,
    /// Before and after, as stored; none once erased.
    pub payload: Option<Vec<u8>>,
    /// Makes the digest of a short payload impossible to guess; goes with the payload.
    pub salt: Option<[u8; 16]>,
    /// `H(salt ‖ payload)`.
    pub digest: [u8; 32],
    /// `H(previous hash ‖ seq ‖ at ‖ actor ‖ kind ‖ entity ‖ digest)`.
    pub hash: [u8; 32],
}

record! {
    /// An entry of the log as a person reads it (R8.5).
    pub struct Audit {
        /// The position, from 1, without gaps.
        pub seq: u64,
        /// When, by the real clock.
        #[serde(with = "chrono::serde::ts_milliseconds")]
        pub at: DateTime<Utc>,
        /// Who; none is the host's own actor.
        pub actor: Option<UserId>,
        /// What was done.
        pub kind: AuditKind,
        /// To what.
        pub about: EntityRef,
        /// The fields before, as JSON; none where there was nothing, or once erased.
        pub before: Option<String>,
        /// The fields after, as JSON.
        pub after: Option<String>,
    }
}

record! {
    /// The end of the log, for keeping elsewhere: a cut tail shows against it (R8.5).
    #[derive(Eq)]
    pub struct AuditHead {
        /// How many entries there are.
        pub seq: u64,
        /// The last one's hash, in hexadecimal.
        pub hash: String,
    }
}

/// Optional instants as milliseconds, as stored.
pub(crate) mod option_ms {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(at: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
        at.map(|at| at.timestamp_millis()).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        let millis = Option::<i64>::deserialize(from)?;
        Ok(millis.and_then(DateTime::from_timestamp_millis))
    }
}
