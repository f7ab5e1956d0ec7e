//! Things to store, made by hand: the same on every run.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use crm_core::{
    Address, AddressKind, AuditKind, Choice, Code, Contact, ContactId, Customer, CustomerKind,
    CustomerNumber, CustomerQuery, CustomerStatus, CustomerSummary, FollowUp, FollowUpId, Import,
    ImportCounts, ImportId, ImportRow, ImportState, Lane, Money, NewContact, Operation, Opportunity,
    OpportunityId, Origin, PageRequest, Phone, PhoneCheck, Region, Registration, RegistrationScheme, Result,
    Role, Settings, Size, Stage, Task, TaskId, TaskKind, TaskState, Team, TeamId, User, UserId,
    audit::{Sealed, chain},
    clock::BusinessZone,
    matching::{KeyKind, MatchKey},
    rules::{Strictness, contact::check_contact},
    store::{
        Batch, CustomerFilter, Delta, KeyChange, Put, Record, Records, RecordsExt, Scope, Store, StoreExt,
        StoreRead, StoreWrite,
    },
};

use crate::{Make, dump::dump};

/// An open opportunity of its customer's, that of the first user.
pub(crate) fn deal(n: u8, customer: CustomerNumber) -> Opportunity {
    Opportunity {
        id: deal_id(n),
        customer,
        revision: 1,
        name: format!("机会{n}"),
        expected_amount: Money::from_fen(50),
        lowest: None,
        highest: None,
        expected_close: may(1),
        stage: Stage::InitialContact,
        stage_changed_at: instant(1),
        owner: user_id(1),
        competitors: Vec::new(),
        external_id: None,
        extra: BTreeMap::new(),
        reason: None,
        closed_at: None,
        created_at: instant(1),
        created_by: None,
        archived_at: None,
    }
}

/// Identifiers of opportunities, as [`user_id`] has them of users.
pub(crate) fn deal_id(n: u8) -> OpportunityId {
    OpportunityId::from_bytes([n; 16])
}

/// The sales people who own customers, by [`user_id`].
pub const OWNERS: [u8; 3] = [1, 2, 3];

/// A store with the users of [`OWNERS`], without a team.
pub fn staffed(make: Make<'_>) -> Box<dyn Store> {
    let store = make();
    commit(&*store, OWNERS.map(|n| add(user(n))));
    store
}

/// 2024-05-01 10:00 in Shanghai, and so many milliseconds.
pub fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_714_528_800_000).unwrap() + TimeDelta::milliseconds(millis)
}

/// A day of May 2024.
pub fn may(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, day).unwrap()
}

/// The number of a customer entered on 2024-05-01.
pub fn number(serial: u32) -> CustomerNumber {
    number_on(1, serial)
}

/// The number of a customer entered on a day of May 2024.
pub fn number_on(day: u32, serial: u32) -> CustomerNumber {
    CustomerNumber::new(may(day), Lane::SHARED, serial.try_into().unwrap()).unwrap()
}

/// An identifier.
pub fn user_id(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

/// An identifier.
pub fn team_id(n: u8) -> TeamId {
    TeamId::from_bytes([n; 16])
}

/// An identifier.
pub fn contact_id(n: u8) -> ContactId {
    ContactId::from_bytes([n; 16])
}

/// An identifier.
pub fn import_id(n: u8) -> ImportId {
    ImportId::from_bytes([n; 16])
}

/// A user with nothing optional.
pub fn user(n: u8) -> User {
    User {
        id: user_id(n),
        revision: 1,
        login: format!("user{n}"),
        name: format!("用户{n}"),
        role: Role::SalesRep,
        team: None,
        phone: None,
        birthday: None,
        active: true,
    }
}

/// A team without a head.
pub fn team(n: u8) -> Team {
    Team {
        id: team_id(n),
        revision: 1,
        name: format!("团队{n}"),
        head: None,
    }
}

/// A number that was read.
pub fn phone(e164: &str) -> Phone {
    Phone {
        typed: e164.replacen("+86", "0", 1),
        e164: Some(e164.to_owned()),
        extension: None,
        primary: false,
        check: PhoneCheck::Verified,
    }
}

/// A customer of user 1 with nothing optional.
pub fn customer(number: CustomerNumber) -> Customer {
    Customer {
        number,
        revision: 1,
        name: format!("客户{}", number.serial()),
        kind: CustomerKind::Enterprise,
        industry: Choice::of("it"),
        size: None,
        phones: vec![Phone {
            primary: true,
            ..phone(&format!("+8621555{:05}", number.serial()))
        }],
        addresses: Vec::new(),
        registrations: Vec::new(),
        source: Choice::of("referral"),
        first_contact: may(1),
        lead_at: None,
        late: false,
        purchase_cycle: None,
        status: CustomerStatus::Potential,
        owner: user_id(1),
        created_at: instant(i64::from(number.serial())),
        created_by: None,
        tags: Vec::new(),
        note: None,
        aliases: Vec::new(),
        external_id: None,
        extra: BTreeMap::new(),
        import: None,
        archived_at: None,
    }
}

/// A customer with every field set, and every list with several things in an order that is no other's.
pub fn full_customer(number: CustomerNumber) -> Customer {
    let address = |kind, levels: [&str; 4]| {
        let [province, city, district, street] = levels.map(|level| Some(level.to_owned()));
        Address {
            kind,
            province,
            city,
            district,
            street,
            line: None,
        }
    };
    Customer {
        revision: 7,
        name: "上海「示例」科技有限公司 (Shanghai) 𠮷".to_owned(),
        kind: CustomerKind::Institution,
        industry: Choice {
            code: "other".to_owned(),
            detail: Some("航天".to_owned()),
        },
        size: Some(Size::of_revenue(20_000_000)),
        phones: vec![
            Phone {
                typed: "021-5555 0199转801".to_owned(),
                extension: Some("801".to_owned()),
                ..phone("+862155550199")
            },
            Phone {
                primary: true,
                check: PhoneCheck::Assumed,
                ..phone("+862155550100")
            },
            Phone {
                typed: "总机?".to_owned(),
                e164: None,
                check: PhoneCheck::Unverified,
                ..phone("")
            },
        ],
        addresses: vec![
            Address::in_one_line(AddressKind::Other, "1 Main Street,\nSpringfield"),
            address(
                AddressKind::Registered,
                ["上海市", "上海市", "浦东新区", "张江路1号"],
            ),
            address(AddressKind::Office, ["江苏省", "苏州市", "虎丘区", "2号"]),
            address(AddressKind::Business, ["江苏省", "无锡市", "新吴区", "3号"]),
        ],
        registrations: vec![
            Registration::uscc("91350100M000100Y43"),
            Registration {
                country: Region::HK,
                scheme: RegistrationScheme::CompanyNumber,
                number: "No. 12-34 甲".to_owned(),
            },
            Registration::tw_ubn("22099131"),
        ],
        source: Choice {
            code: "exhibition".to_owned(),
            detail: Some("2024年春季广交会3号展位".to_owned()),
        },
        first_contact: NaiveDate::from_ymd_opt(1999, 12, 31).unwrap(),
        lead_at: Some(instant(-1)),
        status: CustomerStatus::Negotiating,
        owner: user_id(2),
        created_at: instant(123),
        created_by: Some(user_id(3)),
        late: true,
        purchase_cycle: Some(90),
        tags: ["重点", "b", "a", " 空 格 "].map(str::to_owned).to_vec(),
        note: Some("第一行\n第二行\t'引号' \"双引号\" \\ %_ 😀".to_owned()),
        aliases: ["KH-0007", "A/9"].map(str::to_owned).to_vec(),
        external_id: Some("erp:42".to_owned()),
        extra: [("b", "2"), ("a", "1"), ("空", "")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
        import: None,
        ..customer(number)
    }
}

/// A contact with nothing optional.
pub fn contact(n: u8, customer: CustomerNumber) -> Contact {
    let new = NewContact {
        name: format!("联系人{n}"),
        mobile: format!("139{n:08}"),
        ..NewContact::default()
    };
    let checked = check_contact(&new, Region::CN, Strictness::Entry).unwrap();
    checked.entered(contact_id(n), customer, false, instant(i64::from(n)))
}

/// A follow-up of user 1 with a customer.
pub fn follow_up(n: u8, customer: CustomerNumber) -> FollowUp {
    FollowUp {
        id: FollowUpId::from_bytes([n; 16]),
        customer,
        opportunity: None,
        revision: 1,
        at: instant(0),
        method: Choice::of("phone"),
        by: user_id(1),
        topic: "主题".to_owned(),
        content: None,
        needs: None,
        objections: None,
        next_steps: None,
        other: None,
        next_follow_up: None,
        next_time: None,
        next_plan: None,
        done: None,
        late: false,
        created_at: instant(0),
        created_by: None,
        archived_at: None,
    }
}

/// An open task of user 1 with a customer.
pub fn task(n: u8, customer: CustomerNumber) -> Task {
    Task {
        id: TaskId::from_bytes([n; 16]),
        customer,
        revision: 1,
        kind: TaskKind::ALL[0],
        follow_up: None,
        opportunity: None,
        contract: None,
        holder: user_id(1),
        plan: "计划".to_owned(),
        due: may(1),
        due_time: None,
        planned: None,
        planned_time: None,
        state: TaskState::Open,
        done_at: None,
        created_at: instant(0),
    }
}

/// An import with nothing optional.
pub fn import(n: u8) -> Import {
    Import {
        id: import_id(n),
        fingerprint: format!("{n:064x}"),
        by: None,
        started_at: instant(i64::from(n)),
        changed_at: instant(i64::from(n)),
        state: ImportState::Running,
        counts: ImportCounts::default(),
    }
}

/// The settings of a new store.
pub fn settings() -> Settings {
    Settings {
        similar: 0.5,
        ..Settings::default()
    }
}

/// A customer as it is when archived.
pub fn archived(before: &Customer) -> Customer {
    Customer {
        archived_at: Some(instant(1)),
        revision: before.revision + 1,
        ..before.clone()
    }
}

/// The keys of these texts, each of the kind before it; sorted, each once.
pub fn keys(texts: &[(KeyKind, &str)]) -> Vec<MatchKey> {
    let keys = texts.iter().map(|&(kind, text)| MatchKey::of(kind, text));
    keys.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A record that is moved, and what is written beside it.
#[derive(Clone, Debug)]
pub struct Step {
    delta: Delta,
    keys: Vec<(CustomerNumber, KeyChange)>,
    rows: Vec<(ImportId, ImportRow)>,
}

impl Step {
    /// With a change of the keys of a customer.
    #[must_use]
    pub fn with_keys(mut self, customer: CustomerNumber, removed: &[MatchKey], added: &[MatchKey]) -> Self {
        let change = KeyChange {
            removed: removed.to_vec(),
            added: added.to_vec(),
        };
        self.keys.push((customer, change));
        self
    }

    /// With rows of an import.
    #[must_use]
    pub fn with_rows(mut self, import: ImportId, rows: impl IntoIterator<Item = ImportRow>) -> Self {
        self.rows.extend(rows.into_iter().map(|row| (import, row)));
        self
    }

    /// What is moved.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }
}

impl<T> From<Put<T>> for Step
where
    Delta: From<Put<T>>,
{
    fn from(put: Put<T>) -> Self {
        Self {
            delta: put.into(),
            keys: Vec::new(),
            rows: Vec::new(),
        }
    }
}

/// Enters a record.
pub fn add<T: Record>(record: T) -> Step
where
    Delta: From<Put<T>>,
{
    Put::add(record).into()
}

/// Changes a record.
pub fn edit<T: Record>(before: &T, after: &T) -> Step
where
    Delta: From<Put<T>>,
{
    Put::edit(before.clone(), after.clone()).into()
}

/// Takes a record out.
pub fn remove<T: Record>(before: &T) -> Step
where
    Delta: From<Put<T>>,
{
    Put::remove(before.clone()).into()
}

/// Archives a customer, which leaves its keys as they are.
pub fn archive(before: &Customer) -> Step {
    edit(before, &archived(before))
}

/// An operation whose first entry has this position. What was done means nothing to a store.
pub fn operation(id: u64) -> Operation {
    Operation {
        id,
        at: instant(i64::try_from(id).unwrap()),
        actor: Some(user_id(1)),
        kind: AuditKind::CustomerEdited,
        fact_at: None,
        origin: Origin::default(),
    }
}

/// These steps as one operation, whose entries follow the log's last one.
pub fn batch(tx: &(impl StoreRead + ?Sized), steps: impl IntoIterator<Item = Step>) -> Result<Batch> {
    let (last, mut previous) = tx.log_head()?;
    let operation = operation(last + 1);
    let mut batch = Batch::default();
    for (seq, step) in (last + 1..).zip(steps) {
        let sealed = Sealed::new(step.delta.payload(&operation, None), [seq as u8; 16]);
        let entry = chain(operation, step.delta.about(None), sealed, seq, &previous);
        previous = entry.hash;
        batch.entries.push(entry);
        batch.deltas.push(step.delta);
        batch.keys.extend(step.keys);
        batch.rows.extend(step.rows);
    }
    Ok(batch)
}

/// Applies steps as one operation.
pub fn apply(tx: &mut dyn StoreWrite, steps: impl IntoIterator<Item = Step>) -> Result<()> {
    let batch = batch(tx, steps)?;
    tx.apply(&batch)
}

/// Applies steps in a transaction of their own.
pub fn try_commit(store: &dyn Store, steps: impl IntoIterator<Item = Step>) -> Result<()> {
    let steps: Vec<Step> = steps.into_iter().collect();
    store.write_with(|tx| apply(tx, steps.iter().cloned()))
}

/// Applies steps in a transaction of their own, which succeeds.
pub fn commit(store: &dyn Store, steps: impl IntoIterator<Item = Step>) {
    try_commit(store, steps).unwrap();
}

/// Each of these operations is `internal`, and leaves everything as it was.
pub fn assert_refused<S: IntoIterator<Item = Step>>(
    store: &dyn Store,
    operations: impl IntoIterator<Item = S>,
) {
    let before = dump(store);
    for steps in operations {
        let steps: Vec<Step> = steps.into_iter().collect();
        let refused = try_commit(store, steps.iter().cloned());
        assert_eq!(
            refused.map_err(|error| error.code()),
            Err(Code::Internal),
            "{steps:?}"
        );
    }
    assert_eq!(dump(store), before);
}

/// A record, whatever the scope.
pub fn get<T: Record>(store: &dyn Store, key: T::Key) -> Option<T>
where
    for<'a> dyn StoreRead + 'a: Records<T>,
{
    read(store, |tx| tx.record(key.clone(), &Scope::all()))
}

/// What a read of its own answers.
pub fn read<T>(store: &dyn Store, body: impl FnMut(&dyn StoreRead) -> Result<T>) -> T {
    store.read_with(body).unwrap()
}

/// What a query asks for, in the business's zone; its owner is an identifier.
pub fn filter(query: &CustomerQuery) -> CustomerFilter {
    let owner = query.owner.as_deref().map(|id| id.parse().unwrap());
    CustomerFilter::new(query.clone(), owner, BusinessZone::default())
}

/// All pages of a list, of so many rows each, within one transaction.
pub fn pages(
    tx: &dyn StoreRead,
    query: &CustomerQuery,
    scope: &Scope,
    limit: u32,
) -> Result<Vec<Vec<CustomerSummary>>> {
    let (mut pages, mut page) = (Vec::new(), PageRequest::first(limit));
    loop {
        let got = tx.customers(&filter(query), scope, &page)?;
        let (rows, full) = (got.items.len(), limit as usize);
        assert!(rows <= full, "a page of {rows} rows, {limit} asked for");
        assert!(
            got.next.is_none() || rows == full,
            "a page that is not full has another"
        );
        assert!(
            page.after.is_none() || rows > 0,
            "a page announced another, which is empty"
        );
        assert!(
            got.next.is_none() || got.next != page.after,
            "a cursor that does not move on"
        );
        pages.push(got.items);
        page.after = got.next;
        if page.after.is_none() {
            return Ok(pages);
        }
    }
}

/// The numbers of all pages of a list.
pub fn list(store: &dyn Store, query: &CustomerQuery, scope: &Scope, limit: u32) -> Vec<CustomerNumber> {
    let pages = read(store, |tx| pages(tx, query, scope, limit));
    pages.into_iter().flatten().map(|row| row.number).collect()
}
