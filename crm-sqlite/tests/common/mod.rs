//! What the tests store.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses a part, and fails where one fails"
)]

use std::{num::NonZeroU32, path::PathBuf};

use crm_core::{
    Address, AddressKind, AuditKind, Choice, Contact, ContactId, Customer, CustomerKind, CustomerNumber,
    CustomerStatus, DateTime, Import, ImportCounts, ImportId, ImportState, Lane, NaiveDate, NewContact,
    Operation, Origin, Phone, PhoneCheck, Region, Result, Role, User, UserId, Utc,
    audit::{Sealed, chain},
    built_in_entries,
    matching::{KeyKind, MatchKey, fold},
    rules::{Strictness, contact::check_contact},
    store::{
        Batch, Crowded, Delta, KeyChange, KeyQuestion, Put, RecordsExt, Scope, Store, StoreExt, StoreRead,
        StoreWrite, Whose,
    },
};
use crm_sqlite::{SqliteOptions, SqliteStore};

pub(crate) fn user(n: u8) -> User {
    User {
        id: UserId::from_bytes([n; 16]),
        revision: 1,
        login: format!("User{n}"),
        name: format!("用户{n}"),
        role: Role::Admin,
        team: None,
        phone: None,
        birthday: None,
        active: true,
    }
}

pub(crate) fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, 1).unwrap()
}

pub(crate) fn at() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_714_500_000_123).unwrap()
}

pub(crate) fn number(serial: u32) -> CustomerNumber {
    CustomerNumber::new(day(), Lane::SHARED, NonZeroU32::new(serial).unwrap()).unwrap()
}

pub(crate) fn customer(number: CustomerNumber, name: &str, owner: u8) -> Customer {
    Customer {
        number,
        revision: 1,
        name: name.to_owned(),
        kind: CustomerKind::Enterprise,
        industry: Choice::of("manufacturing"),
        size: None,
        phones: vec![Phone {
            typed: format!("021-5555 {:04}", number.serial() % 10_000),
            e164: Some(format!("+86215555{:04}", number.serial() % 10_000)),
            extension: None,
            primary: true,
            check: PhoneCheck::Verified,
        }],
        addresses: vec![Address::in_one_line(
            AddressKind::Registered,
            "上海市浦东新区世纪大道1号",
        )],
        registrations: Vec::new(),
        source: Choice::of("referral"),
        first_contact: day(),
        lead_at: None,
        late: false,
        purchase_cycle: None,
        status: CustomerStatus::Potential,
        owner: UserId::from_bytes([owner; 16]),
        created_at: at(),
        created_by: Some(UserId::from_bytes([owner; 16])),
        tags: Vec::new(),
        note: None,
        aliases: Vec::new(),
        external_id: None,
        extra: Default::default(),
        import: None,
        archived_at: None,
    }
}

pub(crate) fn contact(n: u8, customer: CustomerNumber, primary: bool) -> Contact {
    let new = NewContact {
        name: format!("联系人{n}"),
        mobile: "13912345678".into(),
        ..NewContact::default()
    };
    let checked = check_contact(&new, Region::CN, Strictness::Entry).unwrap();
    checked.entered(ContactId::from_bytes([n; 16]), customer, primary, at())
}

pub(crate) fn import(n: u8) -> Import {
    Import {
        id: ImportId::from_bytes([n; 16]),
        fingerprint: n.to_string(),
        by: Some(UserId::from_bytes([1; 16])),
        started_at: at(),
        changed_at: at(),
        state: ImportState::Running,
        counts: ImportCounts::default(),
    }
}

/// Keys of the name and the phones.
pub(crate) fn keys(customer: &Customer) -> Vec<MatchKey> {
    let phones = customer.phones.iter().filter_map(|phone| phone.e164.as_deref());
    let phones = phones.map(|phone| MatchKey::of(KeyKind::Phone, phone));
    phones
        .chain([MatchKey::of(KeyKind::Name, &fold(&customer.name))])
        .collect()
}

/// A record that is moved; its entry of the log is made when it is applied.
pub(crate) fn of(delta: impl Into<Delta>) -> Batch {
    Batch {
        deltas: vec![delta.into()],
        ..Batch::default()
    }
}

/// With a change of a customer's keys.
pub(crate) fn with_keys(
    batch: Batch,
    number: CustomerNumber,
    removed: Vec<MatchKey>,
    added: Vec<MatchKey>,
) -> Batch {
    Batch {
        keys: vec![(number, KeyChange { removed, added })],
        ..batch
    }
}

pub(crate) fn add(customer: Customer) -> Batch {
    let (number, keys) = (customer.number, keys(&customer));
    with_keys(of(Put::add(customer)), number, Vec::new(), keys)
}

/// Applies what is moved as an operation of its own.
pub(crate) fn apply(tx: &mut dyn StoreWrite, change: &Batch) -> Result<()> {
    let (last, mut hash) = tx.log_head()?;
    let operation = Operation {
        id: last + 1,
        at: at(),
        actor: None,
        kind: AuditKind::CustomerEdited,
        fact_at: None,
        origin: Origin::default(),
    };
    let mut batch = change.clone();
    for (seq, delta) in (last + 1..).zip(&change.deltas) {
        let sealed = Sealed::new(delta.payload(&operation, None), [7; 16]);
        let entry = chain(operation, delta.about(None), sealed, seq, &hash);
        hash = entry.hash;
        batch.entries.push(entry);
    }
    tx.apply(&batch)
}

pub(crate) fn store(store: &dyn Store, changes: &[Batch]) -> Result<()> {
    store.write_with(|tx| changes.iter().try_for_each(|change| apply(tx, change)))
}

/// A customer, whatever the scope.
pub(crate) fn get(tx: &dyn StoreRead, number: CustomerNumber) -> Result<Option<Customer>> {
    tx.record(number, &Scope::all())
}

/// The customers that have keys.
pub(crate) fn holders(
    tx: &dyn StoreRead,
    keys: &[MatchKey],
    limit: u32,
    crowded: Crowded,
) -> Result<Vec<(MatchKey, CustomerNumber)>> {
    let question = KeyQuestion {
        keys: keys.to_vec(),
        whose: Whose::InScope,
        limit,
        crowded,
        unless: 0,
    };
    Ok(tx.holders(&[question], &Scope::all())?.remove(0))
}

/// As [`holders`], the first of them.
pub(crate) fn candidates(
    tx: &dyn StoreRead,
    keys: &[MatchKey],
    limit: u32,
) -> Result<Vec<(MatchKey, CustomerNumber)>> {
    holders(tx, keys, limit, Crowded::Cut)
}

/// Enters a customer under the day's next number, as the service does.
pub(crate) fn create(store: &dyn Store, name: &str, owner: u8) -> Result<CustomerNumber> {
    store.write_with(|tx| {
        let number = number(tx.next_serial(day(), Lane::SHARED)?);
        apply(tx, &add(customer(number, name, owner)))?;
        Ok(number)
    })
}

pub(crate) fn create_many(store: &dyn Store, many: u32, owner: u8) {
    for _ in 0..many {
        create(store, "甲", owner).unwrap();
    }
}

pub(crate) struct Folder {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crm.db");
        Self { folder, path }
    }

    pub(crate) fn open(&self) -> SqliteStore {
        self.open_with(SqliteOptions::default())
    }

    pub(crate) fn open_with(&self, options: SqliteOptions) -> SqliteStore {
        SqliteStore::open(&self.path, options).unwrap()
    }

    /// A store that is set up, with two users.
    pub(crate) fn set_up(&self) -> SqliteStore {
        let opened = self.open();
        set_up(&opened);
        opened
    }
}

pub(crate) fn set_up(opened: &dyn Store) {
    let entries = built_in_entries().into_iter().map(|entry| of(Put::add(entry)));
    let users = [1, 2].map(|n| of(Put::add(user(n))));
    let changes: Vec<Batch> = users.into_iter().chain(entries).collect();
    store(opened, &changes).unwrap();
}
