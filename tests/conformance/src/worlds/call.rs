//! What the caller calls in a world.

use crm_core::{
    BulkMode, Change, Choice, ContactEdit, ContactId, ContractQuery, CustomerKey, CustomerKind,
    CustomerNumber, CustomerQuery, CustomerSort, CustomerStatus, DateTime, FollowUpEdit, FollowUpId,
    FollowUpQuery, ImportId, MergeChoice, MergeSide, Money, NaiveDate, NewAccessRequest, NewFollowUp,
    NewOpportunity, NewServiceRecord, PageRequest, PickList, RequestId, Result, ServiceRecordId, Session,
    SettingsEdit, TaskId, TaskList, TaskQuery, TimelineEntry, UserEdit, Wanted,
    service::{DuplicateCheck, DuplicateJob, DuplicateSearch},
};
use proptest::prelude::*;

use super::{
    answer::Answer,
    attachments, deals, reports,
    row::{ALIASES, FEW, NOBODY, Row, one_of, row},
    world::World,
};

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
    Timeline(Who, u32),
    Undo(Who, usize),
    FindDuplicates(u32, bool, Option<usize>),
    SayDifferent(Who, Who),
    UnsayDifferent(Who, Who),
    SaySame(Who, Row),
    UnsaySame(Who, Row),
    Merge(Who, Who, Option<bool>),
    MergePreview(Who, Who),
    Merges(Who),
    Contacts(Who),
    AddContact(Who, Row),
    Contact(Who, usize),
    UpdateContact(Who, usize, Row),
    Records(Who),
    AddRecord(Who),
    Record(Who, usize),
    ArchiveRecord(Who, usize),
    SetStatus(Who, usize, bool),
    SetStatuses(Vec<Who>, usize),
    StatusChanges(Who),
    Archive(Who, bool),
    Assign(Who, bool),
    HandOvers(Who),
    AddTalk(Who, usize),
    Talks(usize),
    EditTalk(Who, usize, bool),
    Tasks(usize),
    CompleteTask(Who, usize),
    Attach(Who, Option<usize>, usize),
    Attachments(usize),
    Attachment(Who, usize),
    ArchiveAttachment(Who, usize),
    AddDeal(Who, bool),
    Deals(usize),
    MoveDeal(Who, usize, usize),
    Deal(Who, usize),
    Basics(Who),
    Contracts(usize),
    Pay(Who, usize),
    Report(usize, usize),
    Behind(usize, usize),
    Profile(Who),
    Targets(usize),
    SetTarget(usize, usize),
    Ask(Row, bool),
    Requests(bool),
    AnswerRequest(usize, usize, bool),
    Imports,
    ImportRows(usize, bool),
    UndoImport(usize, bool),
    Desk(usize),
    Changes(u64),
    Can(usize, Option<Who>),
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
        3 => (who(), who(), any::<Option<bool>>()).prop_map(|(loser, into, choice)| Call::Merge(loser, into, choice)),
        1 => (who(), who()).prop_map(|(loser, into)| Call::MergePreview(loser, into)),
        1 => who().prop_map(Call::Merges),
        1 => who().prop_map(Call::Contacts),
        2 => (who(), row()).prop_map(|(who, row)| Call::AddContact(who, row)),
        1 => (who(), few()).prop_map(|(who, at)| Call::Contact(who, at)),
        1 => (who(), few(), row()).prop_map(|(who, at, row)| Call::UpdateContact(who, at, row)),
        1 => who().prop_map(Call::Records),
        2 => who().prop_map(Call::AddRecord),
        1 => (who(), few()).prop_map(|(who, at)| Call::Record(who, at)),
        1 => (who(), few()).prop_map(|(who, at)| Call::ArchiveRecord(who, at)),
        2 => (who(), some(), any::<bool>()).prop_map(|(who, status, why)| Call::SetStatus(who, status, why)),
        1 => (prop::collection::vec(who(), 1..4), some()).prop_map(|(these, status)| Call::SetStatuses(these, status)),
        1 => who().prop_map(Call::StatusChanges),
        2 => (who(), prop::bool::weighted(0.4)).prop_map(|(who, archived)| Call::Archive(who, archived)),
        1 => (who(), any::<bool>()).prop_map(|(who, away)| Call::Assign(who, away)),
        1 => who().prop_map(Call::HandOvers),
        4 => (who(), some()).prop_map(|(who, what)| Call::AddTalk(who, what)),
        2 => some().prop_map(Call::Talks),
        2 => (who(), few(), any::<bool>()).prop_map(|(who, at, away)| Call::EditTalk(who, at, away)),
        2 => some().prop_map(Call::Tasks),
        1 => (who(), few()).prop_map(|(who, at)| Call::CompleteTask(who, at)),
        2 => (who(), prop::option::of(few()), some()).prop_map(|(who, talk, what)| Call::Attach(who, talk, what)),
        1 => some().prop_map(Call::Attachments),
        1 => (who(), few()).prop_map(|(who, at)| Call::Attachment(who, at)),
        1 => (who(), few()).prop_map(|(who, at)| Call::ArchiveAttachment(who, at)),
        3 => (who(), any::<bool>()).prop_map(|(who, theirs)| Call::AddDeal(who, theirs)),
        2 => some().prop_map(Call::Deals),
        4 => (who(), few(), some()).prop_map(|(who, at, what)| Call::MoveDeal(who, at, what)),
        1 => (who(), few()).prop_map(|(who, at)| Call::Deal(who, at)),
        1 => who().prop_map(Call::Basics),
        1 => some().prop_map(Call::Contracts),
        1 => (who(), few()).prop_map(|(who, at)| Call::Pay(who, at)),
        8 => (some(), 0..84_usize).prop_map(|(kind, what)| Call::Report(kind, what)),
        6 => (some(), 0..84_usize).prop_map(|(kind, what)| Call::Behind(kind, what)),
        2 => who().prop_map(Call::Profile),
        1 => some().prop_map(Call::Targets),
        1 => (some(), some()).prop_map(|(person, what)| Call::SetTarget(person, what)),
        2 => (row(), any::<bool>()).prop_map(|(row, edit)| Call::Ask(row, edit)),
        1 => any::<bool>().prop_map(Call::Requests),
        2 => (few(), 0..4_usize, any::<bool>()).prop_map(|(at, how, own)| Call::AnswerRequest(at, how, own)),
        1 => Just(Call::Imports),
        2 => (some(), any::<bool>()).prop_map(|(at, own)| Call::ImportRows(at, own)),
        1 => (some(), any::<bool>()).prop_map(|(at, own)| Call::UndoImport(at, own)),
        2 => some().prop_map(Call::Desk),
        3 => (who(), limit()).prop_map(|(who, limit)| Call::Timeline(who, limit)),
        2 => (0..40_u64).prop_map(Call::Changes),
        2 => (some(), prop::option::weighted(0.8, who())).prop_map(|(action, who)| Call::Can(action, who)),
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
            Self::Timeline(..) => "customers.timeline",
            Self::Undo(..) => "customers.undo",
            Self::FindDuplicates(..) => "customers.find_duplicates",
            Self::SayDifferent(..) => "customers.say_different",
            Self::UnsayDifferent(..) => "customers.unsay_different",
            Self::SaySame(..) => "customers.say_same",
            Self::UnsaySame(..) => "customers.unsay_same",
            Self::Merge(..) => "customers.merge",
            Self::MergePreview(..) => "customers.merge_preview",
            Self::Merges(_) => "customers.merges",
            Self::Contacts(_) => "contacts.list",
            Self::AddContact(..) => "contacts.add",
            Self::Contact(..) => "contacts.get",
            Self::UpdateContact(..) => "contacts.update",
            Self::Records(_) => "service_records.list",
            Self::AddRecord(_) => "service_records.add",
            Self::Record(..) => "service_records.get",
            Self::ArchiveRecord(..) => "service_records.archive",
            Self::SetStatus(..) => "customers.set_status",
            Self::SetStatuses(..) => "customers.set_status_all",
            Self::StatusChanges(_) => "customers.status_changes",
            Self::Archive(..) => "customers.archive",
            Self::Assign(..) => "customers.assign",
            Self::HandOvers(_) => "customers.hand_overs",
            Self::AddTalk(..) => "follow_ups.add",
            Self::Talks(_) => "follow_ups.list",
            Self::EditTalk(..) => "follow_ups.update",
            Self::Tasks(_) => "tasks.list",
            Self::CompleteTask(..) => "tasks.complete",
            Self::Attach(..) => "attachments.add",
            Self::Attachments(_) => "attachments.list",
            Self::Attachment(..) => "attachments.open",
            Self::ArchiveAttachment(..) => "attachments.archive",
            Self::AddDeal(..) => "opportunities.create",
            Self::Deals(_) => "opportunities.list",
            Self::MoveDeal(..) => "opportunities.move",
            Self::Deal(..) => "opportunities.history",
            Self::Basics(_) => "customers.basics",
            Self::Contracts(_) => "contracts.list",
            Self::Pay(..) => "contracts.pay",
            Self::Report(..) => "reports",
            Self::Behind(..) => "reports.rows",
            Self::Profile(_) => "customers.profile",
            Self::Targets(_) => "targets.list",
            Self::SetTarget(..) => "targets.set",
            Self::Ask(..) => "requests.ask",
            Self::Requests(_) => "requests.list",
            Self::AnswerRequest(..) => "requests.answer",
            Self::Imports => "imports.list",
            Self::ImportRows(..) => "imports.rows",
            Self::UndoImport(..) => "imports.undo",
            Self::Desk(_) => "desk",
            Self::Changes(_) => "changes_since",
            Self::Can(..) => "can",
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
                | Self::Merge(..)
                | Self::AddContact(..)
                | Self::UpdateContact(..)
                | Self::AddRecord(_)
                | Self::ArchiveRecord(..)
                | Self::SetStatus(..)
                | Self::SetStatuses(..)
                | Self::Archive(..)
                | Self::Assign(..)
                | Self::AddTalk(..)
                | Self::EditTalk(..)
                | Self::CompleteTask(..)
                | Self::Attach(..)
                | Self::ArchiveAttachment(..)
                | Self::AddDeal(..)
                | Self::MoveDeal(..)
                | Self::Pay(..)
                | Self::SetTarget(..)
                | Self::Ask(..)
                | Self::AnswerRequest(..)
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
                told(world, customers.duplicates(name, row.kind(), &phones, &[]))
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
            Self::Timeline(who, limit) => about(world, who, |key| timeline(me, key, *limit)),
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
            Self::Merge(loser, into, choice) => pair(world, loser, into, |loser, into| {
                let side = match choice {
                    Some(true) => MergeSide::Loser,
                    _ => MergeSide::Survivor,
                };
                let name = choice.map(|_| MergeChoice {
                    field: "name".into(),
                    side,
                });
                customers.merge(loser, into, name.as_slice())
            }),
            Self::MergePreview(loser, into) => pair(world, loser, into, |loser, into| {
                customers.merge_preview(loser, into)
            }),
            Self::Merges(who) => about(world, who, |key| customers.merges(key)),
            Self::Contacts(who) => about(world, who, |key| me.contacts().list(key)),
            Self::AddContact(who, row) => about(world, who, |key| me.contacts().add(key, &row.contact())),
            Self::Contact(who, at) => {
                let id = contact_of(world, who, *at).0;
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.contacts().get(id), &sight)
            }
            Self::UpdateContact(who, at, row) => {
                let (id, revision) = contact_of(world, who, *at);
                let edit = match at % 4 {
                    0 => ContactEdit::Primary { value: row.note },
                    1 => ContactEdit::Mobile {
                        value: "13800000001".into(),
                    },
                    2 => ContactEdit::Phone {
                        value: row.note.then(|| row.phone().to_owned()),
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
            Self::SetStatus(who, status, why) => about(world, who, |key| {
                let status = CustomerStatus::ALL[status % CustomerStatus::ALL.len()];
                customers.set_status(key, status, why.then_some("客户要求"))
            }),
            Self::SetStatuses(these, status) => {
                let keys: Vec<String> = these.iter().map(|who| who.key(world)).collect();
                let named: Vec<&str> = keys.iter().map(String::as_str).collect();
                let keys: Vec<CustomerKey> = keys.iter().map(CustomerKey::from).collect();
                let status = CustomerStatus::ALL[status % CustomerStatus::ALL.len()];
                let done = customers.set_status_all(&keys, status, None, BulkMode::RowByRow);
                Answer::of(done, &world.sight(&named))
            }
            Self::StatusChanges(who) => about(world, who, |key| {
                customers.status_changes(key, &PageRequest::first(2))
            }),
            Self::Archive(who, archived) => about(world, who, |key| match archived {
                true => customers.archive(key, "已停业"),
                false => customers.restore(key, "误操作"),
            }),
            Self::Assign(who, away) => about(world, who, |key| {
                customers.assign(key, if *away { "zhao" } else { "wang" }, Some("调整区域"))
            }),
            Self::HandOvers(who) => about(world, who, |key| {
                customers.hand_overs(key, &PageRequest::first(2))
            }),
            Self::AddTalk(who, what) => about(world, who, |key| me.follow_ups().add(key, &talk(*what))),
            Self::Talks(what) => told(
                world,
                me.follow_ups()
                    .list(&talks_of(world, *what), &PageRequest::first(20)),
            ),
            Self::Attach(who, talk, what) => {
                let talk = talk.map(|at| talk_of(world, who, at).0);
                let (key, named) = (who.key(world), talk.map(|id| id.to_string()));
                let names: Vec<&str> = [key.as_str()].into_iter().chain(named.as_deref()).collect();
                let attached =
                    attachments::file(talk, *what).and_then(|file| me.attachments().add(key.as_str(), &file));
                Answer::of(attached, &world.sight(&names))
            }
            Self::Attachments(what) => told(
                world,
                me.attachments()
                    .list(&attachments::query(*what), &PageRequest::first(20)),
            ),
            Self::Attachment(who, at) => {
                let id = attachments::pick(who.eyes(world), who.all(world), *at).0;
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(attachments::read(me, id), &sight)
            }
            Self::ArchiveAttachment(who, at) => {
                let (id, revision) = attachments::pick(who.eyes(world), who.all(world), *at);
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.attachments().archive(id, revision, "传错"), &sight)
            }
            Self::EditTalk(who, at, away) => {
                let (id, revision) = talk_of(world, who, *at);
                let sight = world.sight(&[&id.to_string()]);
                let follow_ups = me.follow_ups();
                let next = FollowUpEdit::NextFollowUp {
                    value: NaiveDate::from_ymd_opt(2030, 1, 2),
                };
                let answer = match away {
                    true => follow_ups.archive(id, revision, "重复"),
                    false => follow_ups.update(id, revision, &[next]),
                };
                Answer::of(answer, &sight)
            }
            Self::Tasks(what) => {
                let query = TaskQuery {
                    list: TaskList::ALL[what % TaskList::ALL.len()],
                    everybody: what.is_multiple_of(2),
                    holder: what.is_multiple_of(3).then(|| "zhao".to_owned()),
                    customer: what.is_multiple_of(5).then(|| Who::Hidden(0).key(world)),
                };
                let typed = query.customer.clone().unwrap_or_default();
                let found = me.tasks().list(&query, &PageRequest::first(20));
                let found = found.and_then(|page| Ok((page, me.tasks().appointments(&query)?)));
                Answer::of(found, &world.sight(&[&typed]))
            }
            Self::CompleteTask(who, at) => {
                let id = task_of(world, who, *at);
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.tasks().complete(id), &sight)
            }
            Self::AddDeal(who, theirs) => about(world, who, |key| {
                let new = NewOpportunity {
                    owner: theirs.then(|| "zhao".to_owned()),
                    ..deals::typed()
                };
                me.opportunities().create(key, &new)
            }),
            Self::Deals(what) => match what % 3 {
                0 => told(world, me.opportunities().forecast(None)),
                _ => {
                    let query = deals::query(*what);
                    told(world, me.opportunities().list(&query, &PageRequest::first(20)))
                }
            },
            Self::MoveDeal(who, at, what) => {
                let deal = deals::of(who.eyes(world), who.all(world), *at);
                let sight = world.sight(&[&deal.0.to_string()]);
                Answer::of(deals::change(me, deal, *what), &sight)
            }
            Self::Deal(who, at) => {
                let (id, _) = deals::of(who.eyes(world), who.all(world), *at);
                let sight = world.sight(&[&id.to_string()]);
                Answer::of(me.opportunities().history(id), &sight)
            }
            Self::Basics(who) => about(world, who, |key| customers.basics(key)),
            Self::Contracts(what) => {
                let query = ContractQuery {
                    void: what.is_multiple_of(2),
                    credited_to: what.is_multiple_of(3).then(|| "zhao".to_owned()),
                    ..ContractQuery::default()
                };
                told(world, me.contracts().list(&query, &PageRequest::first(20)))
            }
            Self::Pay(who, at) => {
                let (id, revision) = deals::contract_of(who.eyes(world), who.all(world), *at);
                let day = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
                let paid = me.contracts().pay(id, revision, day, Money::from_fen(100), None);
                Answer::of(paid, &world.sight(&[&id.to_string()]))
            }
            Self::Report(kind, what) => told(world, reports::report(me, *kind, *what)),
            Self::Behind(kind, what) => told(world, reports::behind(me, *kind, *what)),
            Self::Profile(who) => about(world, who, |key| customers.profile(key)),
            Self::Targets(what) => told(world, reports::targets(me, *what)),
            Self::SetTarget(at, what) => told(world, reports::set_target(me, reports::person(*at), *what)),
            Self::Ask(row, edit) => told(world, me.requests().ask(&wish(row, *edit))),
            Self::Requests(waiting) => told(world, me.requests().list(*waiting, &PageRequest::first(3))),
            Self::AnswerRequest(at, how, own) => {
                let id = request_of(world, *at, *own);
                let requests = me.requests();
                let answer = match how {
                    0 => requests.get(id),
                    1 => requests.approve(id),
                    2 => requests.refuse(id, "由主管负责"),
                    _ => requests.withdraw(id),
                };
                Answer::of(answer, &world.sight(&[&id.to_string()]))
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
            Self::Changes(back) => told(world, changes(world, *back)),
            Self::Can(action, who) => can(world, *action, who.as_ref()),
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
fn pair<T: serde::Serialize>(
    world: &World,
    one: &Who,
    other: &Who,
    call: impl FnOnce(&str, &str) -> Result<T>,
) -> Answer {
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

/// All pages of a timeline.
fn timeline(me: &Session, key: &str, limit: u32) -> Result<Vec<Vec<TimelineEntry>>> {
    let (mut pages, mut request) = (Vec::new(), PageRequest::first(limit));
    loop {
        let page = me.customers().timeline(key, &request)?;
        pages.push(page.items);
        request.after = page.next;
        if request.after.is_none() {
            return Ok(pages);
        }
    }
}

/// What has changed since some turns ago; where the log ends is a serial.
fn changes(world: &World, turns: u64) -> Result<serde_json::Value> {
    let mut cursor = world.cursor(turns);
    let (mut items, mut reset) = (Vec::new(), false);
    loop {
        let changes = world.caller.changes_since(Some(&cursor))?;
        cursor = changes.cursor;
        reset |= changes.reset;
        // The later of two stretches tells what became of a record.
        items.retain(|item| !changes.items.iter().any(|later| is_of_the_same(item, later)));
        items.extend(changes.items);
        if !changes.more {
            return Ok(serde_json::json!({"items": items, "reset": reset}));
        }
    }
}

fn is_of_the_same(one: &Change, other: &Change) -> bool {
    (&one.entity, &one.key) == (&other.entity, &other.key)
}

/// Whether the caller may do something, with somebody or at all.
fn can(world: &World, action: usize, who: Option<&Who>) -> Answer {
    const ACTIONS: [&str; 8] = [
        "customers.see",
        "customers.edit",
        "customers.add",
        "customers.assign",
        "customers.import",
        "deals.correct",
        "audit.read",
        "nothing",
    ];
    let action = one_of(&ACTIONS, action).unwrap_or("nothing");
    match who {
        None => told(world, world.caller.can(action, None)),
        Some(who) => about(world, who, |key| {
            world.caller.can(action, Some(&CustomerKey::from(key)))
        }),
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

/// A conversation; now and then with a next date.
fn talk(what: usize) -> NewFollowUp {
    NewFollowUp {
        method: Some(Choice::of("phone")),
        topic: "方案反馈".into(),
        content: Some("客户要求报价".into()),
        by: what.is_multiple_of(5).then(|| "zhao".to_owned()),
        next_follow_up: what
            .is_multiple_of(2)
            .then_some(NaiveDate::from_ymd_opt(2030, 1, 1))
            .flatten(),
        ..NewFollowUp::default()
    }
}

fn talks_of(world: &World, what: usize) -> FollowUpQuery {
    FollowUpQuery {
        text: what.is_multiple_of(2).then(|| "报价".to_owned()),
        by: what.is_multiple_of(3).then(|| "zhao".to_owned()),
        customer: (what % 5 == 1).then(|| Who::Seen(what).key(world)),
        archived: what.is_multiple_of(4),
        ..FollowUpQuery::default()
    }
}

/// A follow-up of one of those whom a call is about, and its revision.
fn talk_of(world: &World, who: &Who, at: usize) -> (FollowUpId, u64) {
    let eyes = who.eyes(world).follow_ups();
    let all = who.all(world).iter().flat_map(|number| {
        let query = FollowUpQuery {
            customer: Some(number.to_string()),
            archived: true,
            ..FollowUpQuery::default()
        };
        let there = eyes.list(&query, &PageRequest::first(50));
        there.map(|there| there.items).unwrap_or_default()
    });
    let all: Vec<(FollowUpId, u64)> = all.map(|talk| (talk.id, talk.revision)).collect();
    one_of(&all, at).unwrap_or((FollowUpId::from_bytes([9; 16]), 1))
}

/// An open task of one of those whom a call is about.
fn task_of(world: &World, who: &Who, at: usize) -> TaskId {
    let eyes = who.eyes(world).tasks();
    let all = who.all(world).iter().flat_map(|number| {
        let query = TaskQuery {
            list: TaskList::Open,
            everybody: true,
            customer: Some(number.to_string()),
            ..TaskQuery::default()
        };
        let there = eyes.list(&query, &PageRequest::first(50));
        there.map(|there| there.items).unwrap_or_default()
    });
    let all: Vec<TaskId> = all.map(|task| task.id).collect();
    one_of(&all, at).unwrap_or(TaskId::from_bytes([9; 16]))
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

/// Asks for customers by names, which may be somebody's or nobody's.
pub(super) fn wish(row: &Row, edit: bool) -> NewAccessRequest {
    NewAccessRequest {
        wanted: if edit {
            Wanted::EditCustomers
        } else {
            Wanted::SeeCustomers
        },
        customers: vec![row.name().to_owned(), row.alias().to_owned()],
        role: None,
        until: DateTime::from_timestamp(4_000_000_000, 0).unwrap_or_default(),
        reason: "同事休假".to_owned(),
    }
}

/// A request that the caller sees, or one that they do not.
fn request_of(world: &World, at: usize, own: bool) -> RequestId {
    let list = |session: &Session| {
        let page = session.requests().list(false, &PageRequest::first(50)).unwrap();
        page.items.iter().map(|request| request.id).collect::<Vec<_>>()
    };
    let seen = list(&world.caller);
    let mut hidden = list(&world.admin);
    hidden.retain(|id| !seen.contains(id));
    one_of(if own { &seen } else { &hidden }, at).unwrap_or(RequestId::from_bytes([9; 16]))
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
