//! What is written: one change, one entry of the log.

use serde::Serialize;

use crate::{
    matching::MatchKey,
    model::{
        AuditKind, Contact, Customer, CustomerNumber, EntityRef, Import, ImportRow, PickEntry, Team, User,
    },
};

/// The match keys of a customer, all of them, each once and sorted: those of its name, aliases and numbers, and of its
/// contacts' numbers. An archived customer has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerKeys(Vec<MatchKey>);

impl CustomerKeys {
    /// These keys.
    pub fn new(mut keys: Vec<MatchKey>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        Self(keys)
    }

    /// The keys, sorted, each once.
    pub fn as_slice(&self) -> &[MatchKey] {
        &self.0
    }
}

/// One change of the data. Where something is changed, what was there before comes with it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// The store is set up: the first admin, and the manual's pick lists.
    SetUp {
        /// The first admin.
        admin: User,
        /// The entries to start with.
        entries: Vec<PickEntry>,
    },
    /// A customer is entered.
    AddCustomer {
        /// The customer.
        customer: Customer,
        /// What it is found by.
        keys: CustomerKeys,
    },
    /// A customer is changed: every field of `after`, which has the same number. Its keys are replaced, but those of
    /// kind [`Row`](crate::matching::KeyKind::Row), which stay until it is archived.
    EditCustomer {
        /// As it was.
        before: Customer,
        /// As it is now.
        after: Customer,
        /// What it is found by now.
        keys: CustomerKeys,
    },
    /// A customer is archived: out of lists, counts and checks (R2.10). Its keys go.
    ArchiveCustomer {
        /// As it was.
        before: Customer,
        /// As it is now.
        after: Customer,
        /// Why.
        reason: String,
    },
    /// A contact is entered. If it is primary, the one that was is so no longer, and has its revision raised by one. The
    /// customer's keys are replaced as by `EditCustomer`.
    AddContact {
        /// The contact.
        contact: Contact,
        /// What its customer is found by now.
        keys: CustomerKeys,
    },
    /// A contact is changed: every field of `after`, which is at the same customer. If it becomes primary, the one that
    /// was is so no longer, and has its revision raised by one. The customer's keys are replaced as by `EditCustomer`.
    EditContact {
        /// As it was.
        before: Contact,
        /// As it is now.
        after: Contact,
        /// What its customer is found by now.
        keys: CustomerKeys,
    },
    /// A user is entered.
    AddUser {
        /// The user.
        user: User,
    },
    /// A user is changed.
    EditUser {
        /// As it was.
        before: User,
        /// As it is now.
        after: User,
    },
    /// A team is entered.
    AddTeam {
        /// The team.
        team: Team,
    },
    /// A team is changed.
    EditTeam {
        /// As it was.
        before: Team,
        /// As it is now.
        after: Team,
    },
    /// An entry of a pick list is entered or changed.
    PutPickEntry {
        /// As it was, if it was there.
        before: Option<PickEntry>,
        /// As it is now.
        after: PickEntry,
    },
    /// Two customers were said to be different (R6.1). Saying it again changes nothing.
    SayDistinct {
        /// One.
        a: CustomerNumber,
        /// The other.
        b: CustomerNumber,
    },
    /// What was said of two customers is taken back. Taking it back again changes nothing.
    UnsayDistinct {
        /// One.
        a: CustomerNumber,
        /// The other.
        b: CustomerNumber,
    },
    /// What was said of a customer and others no longer holds, since its name or a phone changed (R6.1).
    ForgetDistinct {
        /// The customer.
        number: CustomerNumber,
    },
    /// An import begins, or goes on by some rows.
    PutImport {
        /// As it is now.
        import: Import,
        /// The rows that it went on by, in order of their lines.
        rows: Vec<ImportRow>,
    },
    /// Somebody tried what they may not.
    Refuse {
        /// What was attempted.
        action: String,
    },
}

impl Change {
    /// What the log calls it.
    pub fn kind(&self) -> AuditKind {
        match self {
            Self::SetUp { .. } => AuditKind::SetUp,
            Self::AddCustomer { .. } => AuditKind::CustomerAdded,
            Self::EditCustomer { .. } => AuditKind::CustomerEdited,
            Self::ArchiveCustomer { .. } => AuditKind::CustomerArchived,
            Self::AddContact { .. } => AuditKind::ContactAdded,
            Self::EditContact { .. } => AuditKind::ContactEdited,
            Self::AddUser { .. } => AuditKind::UserAdded,
            Self::EditUser { .. } => AuditKind::UserEdited,
            Self::AddTeam { .. } => AuditKind::TeamAdded,
            Self::EditTeam { .. } => AuditKind::TeamEdited,
            Self::PutPickEntry { .. } => AuditKind::PickListEdited,
            Self::SayDistinct { .. } => AuditKind::SaidDistinct,
            Self::UnsayDistinct { .. } | Self::ForgetDistinct { .. } => AuditKind::ForgotDistinct,
            Self::PutImport { .. } => AuditKind::ImportChanged,
            Self::Refuse { .. } => AuditKind::Refused,
        }
    }

    /// What it is about.
    pub fn entity(&self) -> EntityRef {
        match self {
            Self::SetUp { .. } | Self::Refuse { .. } => EntityRef::of("store", ""),
            Self::AddCustomer { customer: c, .. }
            | Self::EditCustomer { after: c, .. }
            | Self::ArchiveCustomer { after: c, .. } => EntityRef::of("customer", c.number),
            Self::AddContact { contact: c, .. } | Self::EditContact { after: c, .. } => {
                EntityRef::of("contact", c.id)
            }
            Self::AddUser { user } | Self::EditUser { after: user, .. } => EntityRef::of("user", user.id),
            Self::AddTeam { team } | Self::EditTeam { after: team, .. } => EntityRef::of("team", team.id),
            Self::PutPickEntry { after, .. } => {
                EntityRef::of("pick_list", format_args!("{}/{}", after.list, after.code))
            }
            Self::SayDistinct { a: number, .. }
            | Self::UnsayDistinct { a: number, .. }
            | Self::ForgetDistinct { number } => EntityRef::of("customer", number),
            Self::PutImport { import, .. } => EntityRef::of("import", import.id),
        }
    }

    /// What the log keeps of it, with the version of the form: all fields of what is new, the changed ones of what was
    /// there.
    pub fn payload(&self) -> serde_json::Result<Vec<u8>> {
        match self {
            Self::AddCustomer { customer, .. } => added(customer),
            Self::AddContact { contact, .. } => added(contact),
            Self::AddUser { user } => added(user),
            Self::AddTeam { team } => added(team),
            Self::EditCustomer { before, after, .. } => changed(before, after),
            Self::ArchiveCustomer {
                before,
                after,
                reason,
            } => {
                let (before, mut after) = difference(before, after)?;
                after.insert("reason".to_owned(), reason.as_str().into());
                Payload {
                    v: VERSION,
                    before: Some(before),
                    after,
                }
                .to_vec()
            }
            Self::EditContact { before, after, .. } => changed(before, after),
            Self::EditUser { before, after } => changed(before, after),
            Self::EditTeam { before, after } => changed(before, after),
            Self::PutPickEntry {
                before: Some(before),
                after,
            } => changed(before, after),
            Self::PutPickEntry { before: None, after } => added(after),
            Self::SetUp { admin, entries } => added(&(admin, entries)),
            Self::SayDistinct { a, b } | Self::UnsayDistinct { a, b } => added(&(a, b)),
            Self::ForgetDistinct { number } => added(number),
            // The rows are kept with the import; each customer that they brought has an entry of its own.
            Self::PutImport { import, .. } => added(import),
            Self::Refuse { action } => added(action),
        }
    }
}

/// The form of a payload; every later release reads this one.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Payload<T> {
    v: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<T>,
    after: T,
}

impl<T: Serialize> Payload<T> {
    fn to_vec(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

type Fields = serde_json::Map<String, serde_json::Value>;

fn added<T: Serialize>(after: &T) -> serde_json::Result<Vec<u8>> {
    Payload {
        v: VERSION,
        before: None,
        after,
    }
    .to_vec()
}

fn changed<T: Serialize>(before: &T, after: &T) -> serde_json::Result<Vec<u8>> {
    let (before, after) = difference(before, after)?;
    Payload {
        v: VERSION,
        before: Some(before),
        after,
    }
    .to_vec()
}

/// The fields in which two records differ, as they are in the one and in the other; a field that is gone is null.
fn difference<T: Serialize>(before: &T, after: &T) -> serde_json::Result<(Fields, Fields)> {
    let fields = |record: &T| -> serde_json::Result<Fields> {
        serde_json::to_value(record).map(|value| value.as_object().cloned().unwrap_or_default())
    };
    let (before, after) = (fields(before)?, fields(after)?);
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = keys.into_iter().filter(|key| before.get(*key) != after.get(*key));
    let pick = |from: &Fields, key: &String| (key.clone(), from.get(key).cloned().unwrap_or_default());
    Ok(differing
        .map(|key| (pick(&before, key), pick(&after, key)))
        .unzip())
}
