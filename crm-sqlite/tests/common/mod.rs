//! What the tests store.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses a part, and fails where one fails"
)]

use std::{num::NonZeroU32, path::PathBuf};

use crm_core::{
    Address, AddressKind, AuditEntry, Choice, Contact, ContactId, Customer, CustomerKind, CustomerNumber,
    CustomerStatus, DateTime, Lane, NaiveDate, Phone, PhoneCheck, Result, Role, User, UserId, Utc,
    audit::{Record, chain},
    built_in_entries,
    matching::{KeyKind, MatchKey, fold},
    store::{Change, CustomerKeys, Store, StoreExt, StoreWrite},
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
        source: Choice::of("referral"),
        first_contact: day(),
        lead_at: None,
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
    Contact {
        id: ContactId::from_bytes([n; 16]),
        customer,
        revision: 1,
        name: format!("联系人{n}"),
        title: None,
        mobile: "13912345678".into(),
        mobile_e164: Some("+8613912345678".into()),
        email: None,
        wechat: None,
        primary,
        role: None,
        created_at: at(),
        archived_at: None,
    }
}

/// Keys of the name and the phones.
pub(crate) fn keys(customer: &Customer) -> CustomerKeys {
    let phones = customer.phones.iter().filter_map(|phone| phone.e164.as_deref());
    let phones = phones.map(|phone| MatchKey::of(KeyKind::Phone, phone));
    CustomerKeys::new(
        phones
            .chain([MatchKey::of(KeyKind::Name, &fold(&customer.name))])
            .collect(),
    )
}

pub(crate) fn add(customer: Customer) -> Change {
    Change::AddCustomer {
        keys: keys(&customer),
        customer,
    }
}

/// Applies a change with an entry of its own.
pub(crate) fn apply(tx: &mut dyn StoreWrite, change: &Change) -> Result<()> {
    let (seq, hash) = tx.log_head()?;
    let entry = entry(seq + 1, &hash, change);
    tx.apply(change, &entry)
}

pub(crate) fn entry(seq: u64, previous: &[u8; 32], change: &Change) -> AuditEntry {
    let record = Record {
        at: at(),
        actor: None,
        kind: change.kind(),
        entity: change.entity(),
        payload: change.payload().unwrap(),
        salt: [7; 16],
    };
    chain(record, seq, previous)
}

pub(crate) fn store(store: &dyn Store, changes: &[Change]) -> Result<()> {
    store.write_with(|tx| changes.iter().try_for_each(|change| apply(tx, change)))
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
    let admin = Change::SetUp {
        admin: user(1),
        entries: built_in_entries(),
    };
    store(opened, &[admin, Change::AddUser { user: user(2) }]).unwrap();
}
