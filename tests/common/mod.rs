//! A small store on a file, with customers, contacts and service records, on a clock that stands.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "each test takes what it needs, and fails where it is"
)]

use std::{path::PathBuf, sync::Arc};

use crmkit::{
    Choice, Crm, CustomerKind, DuplicateCheck, FixedClock, NewContact, NewCustomer, NewServiceRecord,
    OpenOptions, Session,
};

/// A folder with a database in it.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crm.db");
        Self { folder, path }
    }

    pub(crate) fn try_open(&self) -> crmkit::Result<Crm> {
        let clock = FixedClock("2024-05-01T01:00:00Z".parse().unwrap());
        let options = OpenOptions {
            clock: Some(Arc::new(clock)),
            ..OpenOptions::default()
        };
        crmkit::open(&self.path, options)
    }

    pub(crate) fn open(&self) -> Crm {
        self.try_open().unwrap()
    }

    /// Set up, with so many customers, each with a contact and a service record.
    pub(crate) fn filled(customers: u32) -> Self {
        let desk = Self::new();
        let crm = desk.open();
        crm.set_up("lin", "林").unwrap();
        let me = crm.session("lin").unwrap();
        (0..customers).for_each(|n| enter(&me, n).unwrap());
        desk
    }

    pub(crate) fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.path).unwrap()
    }
}

/// Names that nobody takes for one another.
fn name(n: u32) -> String {
    const SIGNS: [&str; 10] = [
        "东海", "西山", "南江", "北湖", "金桥", "木兰", "水源", "火炬", "土楼", "天马",
    ];
    let sign = |place: u32| SIGNS[(n / 10_u32.pow(place) % 10) as usize];
    format!("{}{}{}{}", sign(0), sign(1), sign(2), sign(3))
}

pub(crate) fn company(n: u32) -> NewCustomer {
    NewCustomer {
        name: format!("{}机械有限公司", name(n)),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec![format!("139{:08}", 10_000_000 + n).as_str().into()],
        source: Some(Choice::of("转介绍")),
        first_contact: "2024-04-28".parse().ok(),
        tags: vec!["重点".into()],
        note: Some(format!("第{n}家")),
        ..NewCustomer::default()
    }
}

/// Enters the company `n`, with a contact and a service record.
pub(crate) fn enter(me: &Session, n: u32) -> crmkit::Result<()> {
    let number = me
        .customers()
        .create(&company(n), DuplicateCheck::Off)?
        .number
        .to_string();
    let contact = NewContact {
        name: "王芳".into(),
        mobile: format!("138{:08}", 10_000_000 + n),
        ..NewContact::default()
    };
    me.contacts().add(&number, &contact)?;
    let record = NewServiceRecord {
        kind: Some(Choice::of("维修")),
        text: "上门检修".into(),
        ..NewServiceRecord::default()
    };
    me.service_records().add(&number, &record).map(drop)
}
