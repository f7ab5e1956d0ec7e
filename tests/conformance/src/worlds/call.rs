//! What happens in a world: what others do, and what the caller calls. All draw on the same few names and numbers.

use chrono::NaiveDate;
use crm_core::{
    Choice, ContactEdit, ContactId, CustomerEdit, CustomerKind, CustomerNumber, CustomerQuery, CustomerSort,
    ImportId, NewContact, NewCustomer, NewPhone, NewServiceRecord, PageRequest, PickList, Result,
    ServiceRecordId, Session, SettingsEdit, UserEdit, UserId,
    import::{ImportOptions, OnDuplicate},
    service::{DuplicateCheck, DuplicateJob, DuplicateSearch},
};
use proptest::prelude::*;

use super::{
    answer::Answer,
    world::{World, import},
};

/// Companies and people, some of whom are the same, and some nearly.
const NAMES: [&str; 10] = [
    "上海示例科技有限公司",
    "示例科技(上海)有限公司",
    "上海示例科枝有限公司",
    "北京远洋贸易有限公司",
    "远洋贸易（北京）有限公司",
    "上海远洋贸易有限公司",
    "台湾水泥股份有限公司",
    "台泥",
    "李伟",
    "王芳",
];
const PHONES: [&str; 5] = [
    "021-55550199",
    "13912345678",
    "010-55550100",
    "021-55550198",
    "400-820-8820",
];
const ALIASES: [&str; 4] = ["台泥", "3787407", "3787470", "上海示例科技"];
/// How many of those in sight, or out of it, calls and deeds choose from.
const FEW: usize = 6;
const NOBODY: &str = "CRM202405019999";

/// The headings of a list.
pub(super) const HEADINGS: [&str; 10] = [
    "客户编号",
    "客户名称",
    "客户类型",
    "所属行业",
    "主联系电话",
    "客户来源",
    "首次接触时间",
    "其他编号",
    "外部编号",
    "备注",
];

/// A customer as somebody types it, or a list has it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    name: usize,
    phone: usize,
    number: Option<String>,
    alias: Option<usize>,
    external_id: Option<String>,
    note: bool,
}

pub(super) fn row() -> impl Strategy<Value = Row> {
    let seldom = |of: std::ops::Range<u32>| prop::option::weighted(0.2, of);
    let told = (
        0..NAMES.len(),
        prop_oneof![3 => Just(0), 2 => 0..PHONES.len()],
        any::<bool>(),
    );
    (
        told,
        seldom(1..4),
        prop::option::weighted(0.2, 0..ALIASES.len()),
        seldom(0..3),
    )
        .prop_map(|((name, phone, note), number, alias, external_id)| Row {
            name,
            phone,
            number: number.map(|number| format!("CRM20240430{number:04}")),
            alias,
            external_id: external_id.map(|id| format!("erp:{id}")),
            note,
        })
}

impl Row {
    fn name(&self) -> &'static str {
        NAMES[self.name]
    }

    fn kind(&self) -> CustomerKind {
        match self.name {
            8.. => CustomerKind::Individual,
            _ => CustomerKind::Enterprise,
        }
    }

    fn phone(&self) -> &'static str {
        PHONES[self.phone]
    }

    fn alias(&self) -> &'static str {
        ALIASES[self.alias.unwrap_or_default()]
    }

    /// The number that a list brings.
    pub(super) fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    pub(super) fn cells(&self) -> Vec<String> {
        let kind = match self.kind() {
            CustomerKind::Individual => "个人客户",
            _ => "企业客户",
        };
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            text(self.number()),
            self.name().to_owned(),
            kind.to_owned(),
            "制造业".to_owned(),
            self.phone().to_owned(),
            "展会".to_owned(),
            "2024-04-28".to_owned(),
            text(self.alias.map(|_| self.alias())),
            text(self.external_id.as_deref()),
            text(self.note.then_some("月结")),
        ]
    }

    fn typed(&self, owner: Option<UserId>) -> NewCustomer {
        NewCustomer {
            name: self.name().into(),
            kind: Some(self.kind()),
            industry: Some(Choice::of("制造业")),
            phones: vec![self.phone().into()],
            source: Some(Choice {
                code: "转介绍".into(),
                detail: Some("老客户".into()),
            }),
            first_contact: NaiveDate::from_ymd_opt(2024, 4, 28),
            owner: owner.map(|owner| owner.to_string()),
            tags: vec!["重点".into()],
            note: self.note.then(|| "月结".into()),
            external_id: self.external_id.clone(),
            ..NewCustomer::default()
        }
    }

    fn edit(&self, what: usize) -> CustomerEdit {
        match what % 5 {
            0 => CustomerEdit::Name {
                value: self.name().into(),
            },
            1 => CustomerEdit::Phones {
                value: vec![NewPhone::from(self.phone()), NewPhone::from("020-55550101")],
            },
            2 => CustomerEdit::ExternalId {
                value: self.external_id.clone(),
            },
            3 => CustomerEdit::Kind { value: self.kind() },
            _ => CustomerEdit::Note {
                value: self.note.then(|| "季结".into()),
            },
        }
    }

    fn contact(&self) -> NewContact {
        NewContact {
            name: "王一".into(),
            mobile: "13912345678".into(),
            primary: self.note,
            ..NewContact::default()
        }
    }

    /// Without what only one in the store has.
    fn without_keys(&self) -> Self {
        Self {
            number: None,
            external_id: None,
            ..self.clone()
        }
    }
}

/// What is done beside the caller's calls: out of their sight by hidden people, or in sight by the admin.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// Enters a customer of somebody's, unchecked; or very many.
    Enter(usize, Row, usize),
    /// Changes one.
    Edit(usize, Row, usize),
    /// Adds a contact.
    Contact(usize, Row),
    /// Says that a name means one.
    Alias(usize, Row),
    /// Says that one is different from one in sight.
    Apart(usize, usize),
    /// Brings in a list.
    Bring(usize, Vec<Row>, usize),
    /// Takes the latest import of theirs out again.
    TakeOut,
    /// Changes somebody's telephone, or tries what may not be done.
    Person(usize),
}

pub(super) fn deed() -> impl Strategy<Value = Deed> {
    let any_of = || 0..FEW;
    // Now and then a crowd: more than is looked at of a key.
    let count = prop_oneof![10 => Just(1), 2 => 2..8_usize, 1 => Just(60)];
    prop_oneof![
        8 => (any_of(), row(), count).prop_map(|(owner, row, count)| Deed::Enter(owner, row, count)),
        2 => (any_of(), row(), any_of()).prop_map(|(who, row, what)| Deed::Edit(who, row, what)),
        1 => (any_of(), row()).prop_map(|(who, row)| Deed::Contact(who, row)),
        1 => (any_of(), row()).prop_map(|(who, row)| Deed::Alias(who, row)),
        4 => (any_of(), any_of()).prop_map(|(one, other)| Deed::Apart(one, other)),
        2 => (any_of(), prop::collection::vec(row(), 1..4), 0..3_usize)
            .prop_map(|(owner, rows, on_duplicate)| Deed::Bring(owner, rows, on_duplicate)),
        1 => Just(Deed::TakeOut),
        1 => any_of().prop_map(Deed::Person),
    ]
}

fn one_of<T: Copy>(all: &[T], at: usize) -> Option<T> {
    all.get(at % all.len().max(1)).copied()
}

impl Deed {
    /// Does it out of sight, and answers whether it was done.
    pub(super) fn hide(&self, world: &World, owners: &[(UserId, Session)]) -> bool {
        let admin = &world.admin;
        let who = |at: &usize| one_of(&world.hidden, *at).map(|number| number.to_string());
        let owner = |at: usize| &owners[at % owners.len()];
        match self {
            Self::Enter(at, row, count) => {
                let crowd = |n: usize| Row {
                    name: (row.name + n) % NAMES.len(),
                    ..row.without_keys()
                };
                let enter = |row: &Row| {
                    let new = row.typed(Some(owner(*at).0));
                    admin.customers().create(&new, DuplicateCheck::Off).is_ok()
                };
                match count {
                    1 => enter(row),
                    count => (0..*count).all(|n| enter(&crowd(n))),
                }
            }
            Self::Edit(at, row, what) => who(at).is_some_and(|who| edit(admin, &who, row, *what)),
            Self::Contact(at, row) => {
                who(at).is_some_and(|who| admin.contacts().add(&who, &row.contact()).is_ok())
            }
            Self::Alias(at, row) => {
                who(at).is_some_and(|who| admin.customers().say_same(&who, row.alias()).is_ok())
            }
            Self::Apart(one, other) => match (who(one), one_of(&world.seen, *other)) {
                (Some(one), Some(other)) => admin.customers().say_different(&one, other.to_string()).is_ok(),
                _ => false,
            },
            Self::Bring(at, rows, on_duplicate) => {
                let options = ImportOptions {
                    on_duplicate: OnDuplicate::ALL[on_duplicate % OnDuplicate::ALL.len()],
                    ..ImportOptions::default()
                };
                import(&owner(*at).1, rows, options, 2).is_ok()
            }
            Self::TakeOut => {
                let theirs = |by: Option<UserId>| owners.iter().any(|(owner, _)| by == Some(*owner));
                let imports = admin.imports().list().unwrap();
                let latest = imports.iter().find(|import| theirs(import.by));
                latest.is_some_and(|import| admin.imports().undo(import.id).is_ok())
            }
            Self::Person(at) => {
                let (owner, session) = owner(*at);
                if at % 2 == 0 {
                    // It is logged that they tried.
                    return session.audit().head().is_err();
                }
                let users = admin.users().list().unwrap();
                let user = users.iter().find(|user| user.id == *owner).unwrap();
                let phone = UserEdit::Phone {
                    value: Some(format!("1390000{:04}", user.revision)),
                };
                admin.users().update(user.id, user.revision, &[phone]).is_ok()
            }
        }
    }

    /// Does it in sight, as the admin, without whatever may be taken by somebody hidden.
    pub(super) fn show(&self, world: &World, owners: &[(UserId, Session)]) {
        let admin = &world.admin;
        let who = |at: &usize| one_of(&world.seen, *at).map(|number| number.to_string());
        match self {
            Self::Enter(at, row, count) => {
                let new = row.without_keys().typed(Some(owners[at % owners.len()].0));
                for _ in 0..(*count).min(6) {
                    admin.customers().create(&new, DuplicateCheck::Off).unwrap();
                }
            }
            Self::Edit(at, row, what) => {
                if let Some(who) = who(at) {
                    edit(admin, &who, &row.without_keys(), *what);
                }
            }
            Self::Contact(at, row) => {
                if let Some(who) = who(at) {
                    let _ = admin.contacts().add(&who, &row.contact());
                }
            }
            Self::Alias(at, row) => {
                if let Some(who) = who(at) {
                    let _ = admin.customers().say_same(&who, row.alias());
                }
            }
            Self::Apart(one, other) => {
                if let (Some(one), Some(other)) = (who(one), who(other)) {
                    let _ = admin.customers().say_different(&one, &other);
                }
            }
            Self::Bring(..) | Self::TakeOut | Self::Person(_) => {}
        }
    }
}

fn edit(session: &Session, who: &str, row: &Row, what: usize) -> bool {
    let customers = session.customers();
    let Ok(there) = customers.get(who) else {
        return false;
    };
    customers.update(who, there.revision, &[row.edit(what)]).is_ok()
}

/// Whom a call is about.
#[derive(Clone, Debug)]
pub(super) enum Who {
    /// One in sight.
    Seen(usize),
    /// One out of sight, of each world its own.
    Hidden(usize),
    /// Whoever goes by a name.
    Named(usize),
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        8 => (0..FEW).prop_map(Who::Seen),
        2 => (0..FEW).prop_map(Who::Hidden),
        1 => (0..ALIASES.len()).prop_map(Who::Named),
    ]
}

impl Who {
    fn key(&self, world: &World) -> String {
        let number = |all: &[CustomerNumber], at| one_of(all, at).map(|number| number.to_string());
        match self {
            Self::Seen(at) => number(&world.seen, *at),
            Self::Hidden(at) => number(&world.hidden, *at),
            Self::Named(at) => one_of(&ALIASES, *at).map(str::to_owned),
        }
        .unwrap_or_else(|| NOBODY.to_owned())
    }

    /// All on this one's side.
    fn all<'w>(&self, world: &'w World) -> &'w [CustomerNumber] {
        match self {
            Self::Hidden(_) => &world.hidden,
            Self::Seen(_) | Self::Named(_) => &world.seen,
        }
    }

    /// Whoever may look at this one.
    fn eyes<'w>(&self, world: &'w World) -> &'w Session {
        match self {
            Self::Hidden(_) => &world.admin,
            Self::Seen(_) | Self::Named(_) => &world.caller,
        }
    }
}

/// A call of the caller's.
#[derive(Clone, Debug)]
pub(super) enum Call {
    Get(Who),
    List(usize, u32),
    Count(usize),
    Duplicates(Row, bool, bool),
    Check(Row),
    Create(Row, usize),
    Update(Who, Row, usize, bool),
    History(Who, u32),
    Undo(Who, usize),
    FindDuplicates(u32, bool, Option<usize>),
    SayDifferent(Who, Who),
    UnsayDifferent(Who, Who),
    SaySame(Who, Row),
    UnsaySame(Who, Row),
    Contacts(Who),
    AddContact(Who, Row),
    Contact(Who, usize),
    UpdateContact(Who, usize, Row),
    Records(Who),
    AddRecord(Who),
    Record(Who, usize),
    ArchiveRecord(Who, usize),
    Imports,
    ImportRows(usize, bool),
    UndoImport(usize, bool),
    Desk(usize),
}

pub(super) fn call() -> impl Strategy<Value = Call> {
    let some = || 0..12_usize;
    let few = || 0..FEW;
    let limit = || 1..6_u32;
    prop_oneof![
        2 => who().prop_map(Call::Get),
        2 => (some(), limit()).prop_map(|(query, limit)| Call::List(query, limit)),
        1 => some().prop_map(Call::Count),
        6 => (row(), any::<bool>(), any::<bool>()).prop_map(|(row, name, phone)| Call::Duplicates(row, name, phone)),
        1 => row().prop_map(Call::Check),
        8 => (row(), 0..6_usize).prop_map(|(row, check)| Call::Create(row, check)),
        3 => (who(), row(), some(), prop::bool::weighted(0.2))
            .prop_map(|(who, row, what, stale)| Call::Update(who, row, what, stale)),
        2 => (who(), limit()).prop_map(|(who, limit)| Call::History(who, limit)),
        4 => (who(), prop_oneof![Just(0), 0..4_usize]).prop_map(|(who, at)| Call::Undo(who, at)),
        6 => (limit(), prop::bool::weighted(0.2), prop::option::weighted(0.2, some()))
            .prop_map(|(step, learn, import)| Call::FindDuplicates(step, learn, import)),
        2 => (who(), who()).prop_map(|(one, other)| Call::SayDifferent(one, other)),
        1 => (who(), who()).prop_map(|(one, other)| Call::UnsayDifferent(one, other)),
        1 => (who(), row()).prop_map(|(who, row)| Call::SaySame(who, row)),
        1 => (who(), row()).prop_map(|(who, row)| Call::UnsaySame(who, row)),
        1 => who().prop_map(Call::Contacts),
        2 => (who(), row()).prop_map(|(who, row)| Call::AddContact(who, row)),
        1 => (who(), few()).prop_map(|(who, at)| Call::Contact(who, at)),
        1 => (who(), few(), row()).prop_map(|(who, at, row)| Call::UpdateContact(who, at, row)),
        1 => who().prop_map(Call::Records),
        2 => who().prop_map(Call::AddRecord),
        1 => (who(), few()).prop_map(|(who, at)| Call::Record(who, at)),
        1 => (who(), few()).prop_map(|(who, at)| Call::ArchiveRecord(who, at)),
        1 => Just(Call::Imports),
        2 => (some(), any::<bool>()).prop_map(|(at, own)| Call::ImportRows(at, own)),
        1 => (some(), any::<bool>()).prop_map(|(at, own)| Call::UndoImport(at, own)),
        2 => some().prop_map(Call::Desk),
    ]
}

impl Call {
    /// What it is called in the counts.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Get(_) => "customers.get",
            Self::List(..) => "customers.list",
            Self::Count(_) => "customers.count",
            Self::Duplicates(..) => "customers.duplicates",
            Self::Check(_) => "customers.check",
            Self::Create(..) => "customers.create",
            Self::Update(..) => "customers.update",
            Self::History(..) => "customers.history",
            Self::Undo(..) => "customers.undo",
            Self::FindDuplicates(..) => "customers.find_duplicates",
            Self::SayDifferent(..) => "customers.say_different",
            Self::UnsayDifferent(..) => "customers.unsay_different",
            Self::SaySame(..) => "customers.say_same",
            Self::UnsaySame(..) => "customers.unsay_same",
            Self::Contacts(_) => "contacts.list",
            Self::AddContact(..) => "contacts.add",
            Self::Contact(..) => "contacts.get",
            Self::UpdateContact(..) => "contacts.update",
            Self::Records(_) => "service_records.list",
            Self::AddRecord(_) => "service_records.add",
            Self::Record(..) => "service_records.get",
            Self::ArchiveRecord(..) => "service_records.archive",
            Self::Imports => "imports.list",
            Self::ImportRows(..) => "imports.rows",
            Self::UndoImport(..) => "imports.undo",
            Self::Desk(_) => "desk",
        }
    }

    /// Whether it is made again, for good, after the trial.
    pub(super) fn writes(&self) -> bool {
        matches!(
            self,
            Self::Create(..)
                | Self::Update(..)
                | Self::Undo(..)
                | Self::SayDifferent(..)
                | Self::UnsayDifferent(..)
                | Self::SaySame(..)
                | Self::UnsaySame(..)
                | Self::AddContact(..)
                | Self::UpdateContact(..)
                | Self::AddRecord(_)
                | Self::ArchiveRecord(..)
                | Self::UndoImport(..)
        )
    }

    /// Makes it, and answers as it is compared.
    pub(super) fn make(&self, world: &World) -> Answer {
        let me = &world.caller;
        let customers = me.customers();
        match self {
            Self::Get(who) => about(world, who, |key| customers.get(key)),
            Self::List(query, limit) => told(world, list(me, &query_of(world, *query), *limit)),
            Self::Count(query) => told(world, customers.count(&query_of(world, *query))),
            Self::Duplicates(row, name, phone) => {
                let name = if *name { row.name() } else { "" };
                let phones: Vec<String> = phone.then(|| row.phone().to_owned()).into_iter().collect();
                told(world, customers.duplicates(name, row.kind(), &phones))
            }
            Self::Check(row) => told(world, customers.check(&row.typed(None))),
            Self::Create(row, check) => {
                let check = match check {
                    0..3 => DuplicateCheck::Refuse,
                    3..5 => DuplicateCheck::AnotherCustomer,
                    _ => DuplicateCheck::Off,
                };
                told(world, customers.create(&row.typed(None), check))
            }
            Self::Update(who, row, what, stale) => about(world, who, |key| {
                let there = who.eyes(world).customers().get(key);
                let revision = there.map_or(1, |there| there.revision);
                customers.update(key, revision + u64::from(*stale), &[row.edit(*what)])
            }),
            Self::History(who, limit) => about(world, who, |key| {
                let first = customers.history(key, None, *limit)?;
                let second = match first.last() {
                    Some(last) => customers.history(key, Some(last.seq), *limit)?,
                    None => Vec::new(),
                };
                Ok((first, second))
            }),
            Self::Undo(who, at) => {
                let operation = operation(world, who, *at);
                let sight = world.sight(&[&operation.to_string()]);
                Answer::of(customers.undo(operation), &sight)
            }
            Self::FindDuplicates(step, learn, import) => {
                let search = DuplicateSearch {
                    import: import.map(|at| import_of(world, at, at % 2 == 0)),
                    learn: *learn,
                };
                told(world, find(customers.find_duplicates(search), *step))
            }
            Self::SayDifferent(one, other) => pair(world, one, other, |a, b| customers.say_different(a, b)),
            Self::UnsayDifferent(one, other) => {
                pair(world, one, other, |a, b| customers.unsay_different(a, b))
            }
            Self::SaySame(who, row) => about(world, who, |key| customers.say_same(key, row.alias())),
            Self::UnsaySame(who, row) => about(world, who, |key| customers.unsay_same(key, row.alias())),
            Self::Contacts(who) => about(world, who, |key| me.contacts().list(key)),
            Self::AddContact(who, row) => about(world, who, |key| me.contacts().add(key, &row.contact())),
            Self::Contact(who, at) => {
                let id = contact_of(world, who, *at).0;
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.contacts().get(id), &sight)
            }
            Self::UpdateContact(who, at, row) => {
                let (id, revision) = contact_of(world, who, *at);
                let edit = match at % 3 {
                    0 => ContactEdit::Primary { value: row.note },
                    1 => ContactEdit::Mobile {
                        value: "13800000001".into(),
                    },
                    _ => ContactEdit::Name {
                        value: row.name().into(),
                    },
                };
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.contacts().update(id, revision, &[edit]), &sight)
            }
            Self::Records(who) => about(world, who, |key| {
                me.service_records().list(key, true, &PageRequest::first(2))
            }),
            Self::AddRecord(who) => about(world, who, |key| {
                let new = NewServiceRecord {
                    kind: Some(Choice::of("repair")),
                    text: "更换滤芯".into(),
                    ..NewServiceRecord::default()
                };
                me.service_records().add(key, &new)
            }),
            Self::Record(who, at) => {
                let id = record_of(world, who, *at).0;
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.service_records().get(id), &sight)
            }
            Self::ArchiveRecord(who, at) => {
                let (id, revision) = record_of(world, who, *at);
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.service_records().archive(id, revision, "重复"), &sight)
            }
            Self::Imports => told(world, me.imports().list()),
            Self::ImportRows(at, own) => {
                let id = import_of(world, *at, *own);
                let sight = world.sight(&[&id.to_string()]);
                Answer::of_rows(me.imports().rows(id, 0, 100), &sight)
            }
            Self::UndoImport(at, own) => {
                let id = import_of(world, *at, *own);
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.imports().undo(id), &sight)
            }
            Self::Desk(what) => desk(world, *what),
        }
    }
}

fn told<T: serde::Serialize>(world: &World, answer: Result<T>) -> Answer {
    Answer::of(answer, &world.sight(&[]))
}

/// A call about one customer.
fn about<T: serde::Serialize>(world: &World, who: &Who, call: impl FnOnce(&str) -> Result<T>) -> Answer {
    let key = who.key(world);
    Answer::of(call(&key), &world.sight(&[&key]))
}

/// A call about two.
fn pair(world: &World, one: &Who, other: &Who, call: impl FnOnce(&str, &str) -> Result<()>) -> Answer {
    let (one, other) = (one.key(world), other.key(world));
    Answer::of(call(&one, &other), &world.sight(&[&one, &other]))
}

/// What everybody reads at their desk, and what only an admin may.
fn desk(world: &World, what: usize) -> Answer {
    let me = &world.caller;
    let (hidden, _) = &world.hidden_owners[what % world.hidden_owners.len()];
    match what {
        0 | 1 => told(world, me.users().list()),
        2 => told(world, me.users().get("zhao")),
        3 => told(world, me.users().get("nobody")),
        4 => told(world, me.teams().list()),
        5 => told(world, me.pick_lists().list(PickList::Industry)),
        6 => told(world, me.settings().get()),
        7 => told(world, me.user()),
        8 => told(world, me.audit().list(0, 100).map(|log| log.len())),
        9 => told(
            world,
            me.settings()
                .update(1, &[SettingsEdit::TellHiddenOwner { value: true }]),
        ),
        10 => told(
            world,
            me.users()
                .update(*hidden, 1, &[UserEdit::Active { value: false }]),
        ),
        _ => told(world, me.audit().verify(None).map(|verified| verified.verified)),
    }
}

/// All pages of a list.
fn list(me: &Session, query: &CustomerQuery, limit: u32) -> Result<Vec<crm_core::CustomerPage>> {
    let (mut pages, mut request) = (Vec::new(), PageRequest::first(limit));
    loop {
        let page = me.customers().list(query, &request)?;
        request.after.clone_from(&page.next);
        pages.push(page);
        if request.after.is_none() {
            return Ok(pages);
        }
    }
}

fn query_of(world: &World, what: usize) -> CustomerQuery {
    let any = CustomerQuery::default;
    let text = |text: &str| CustomerQuery {
        text: Some(text.to_owned()),
        ..any()
    };
    match what {
        0 => any(),
        1 => text("示例"),
        2 => text("555501"),
        3 => text("台泥"),
        4 => text(&Who::Seen(0).key(world)),
        5 => CustomerQuery {
            phone: Some("55550199".into()),
            ..any()
        },
        6 => CustomerQuery {
            external_id: Some("erp:1".into()),
            ..any()
        },
        7 => CustomerQuery {
            archived: true,
            sort: CustomerSort::Name,
            ..any()
        },
        8 => CustomerQuery {
            owner: world.hidden_owners.first().map(|(owner, _)| owner.to_string()),
            ..any()
        },
        9 => CustomerQuery {
            kind: Some(CustomerKind::Individual),
            sort: CustomerSort::Oldest,
            ..any()
        },
        10 => CustomerQuery {
            tag: Some("重点".into()),
            ..any()
        },
        _ => text("远洋"),
    }
}

/// Steps a search to its end: each step's progress, and the report.
fn find(mut job: DuplicateJob, step: u32) -> Result<serde_json::Value> {
    let mut steps = Vec::new();
    loop {
        let progress = job.step(step)?;
        steps.push((progress.done, progress.total));
        if progress.finished {
            return Ok(serde_json::json!({"steps": steps, "report": job.report()}));
        }
    }
}

/// An operation on a customer. Of a hidden one only what was done to it alone: what others did to one in sight may have gone
/// on to hidden ones.
fn operation(world: &World, who: &Who, at: usize) -> u64 {
    const NONE: u64 = 1_000_000_000;

    let key = who.key(world);
    let history = who.eyes(world).customers().history(&key, None, 50);
    let mut history = history.unwrap_or_default();
    if matches!(who, Who::Hidden(_)) {
        history.retain(|entry| entry.about.key == key);
    }
    history.get(at).map_or(NONE, |entry| entry.operation)
}

/// A contact of one of those whom a call is about, and its revision.
fn contact_of(world: &World, who: &Who, at: usize) -> (ContactId, u64) {
    let eyes = who.eyes(world).contacts();
    let all = who
        .all(world)
        .iter()
        .filter_map(|number| eyes.list(number.to_string()).ok());
    let all: Vec<(ContactId, u64)> = all
        .flatten()
        .map(|contact| (contact.id, contact.revision))
        .collect();
    one_of(&all, at).unwrap_or((ContactId::from_bytes([9; 16]), 1))
}

/// A service record, as [`contact_of`].
fn record_of(world: &World, who: &Who, at: usize) -> (ServiceRecordId, u64) {
    let eyes = who.eyes(world).service_records();
    let page = |number: &CustomerNumber| eyes.list(number.to_string(), true, &PageRequest::first(50)).ok();
    let all = who.all(world).iter().filter_map(page).flat_map(|page| page.items);
    let all: Vec<(ServiceRecordId, u64)> = all.map(|record| (record.id, record.revision)).collect();
    one_of(&all, at).unwrap_or((ServiceRecordId::from_bytes([9; 16]), 1))
}

/// An import that the caller sees, or one that they do not.
fn import_of(world: &World, at: usize, own: bool) -> ImportId {
    let seen: Vec<ImportId> = world
        .caller
        .imports()
        .list()
        .unwrap()
        .iter()
        .map(|it| it.id)
        .collect();
    let all = world.admin.imports().list().unwrap();
    let hidden: Vec<ImportId> = all
        .iter()
        .map(|it| it.id)
        .filter(|id| !seen.contains(id))
        .collect();
    let from = if own { &seen } else { &hidden };
    one_of(from, at).unwrap_or(ImportId::from_bytes([9; 16]))
}
