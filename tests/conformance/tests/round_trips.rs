//! How many round trips a use case takes: a store may be across a network.

#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crm_conformance::Counting;
use crm_core::{
    Choice, Clock, Crm, CustomerEdit, CustomerKind, CustomerQuery, DateTime, IdSource, Language, NewCustomer,
    PageRequest, Session, Utc, service::DuplicateCheck, store::memory::MemoryStore,
};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_714_536_000_000).unwrap()
    }
}

#[derive(Default)]
struct CountedIds(AtomicU64);

impl IdSource for CountedIds {
    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[2..10].copy_from_slice(&self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        bytes
    }
}

fn company(name: &str, phone: &str) -> NewCustomer {
    NewCustomer {
        name: name.into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec![phone.into()],
        source: Some(Choice::of("转介绍")),
        first_contact: "2024-04-28".parse().ok(),
        ..NewCustomer::default()
    }
}

/// A session of 林's, with some customers that are like what will be asked for.
fn world() -> (Arc<Counting>, Session) {
    let store = Counting::new(Box::new(MemoryStore::new()));
    let ids = Arc::new(CountedIds::default());
    let crm = Crm::new(
        store.clone(),
        Arc::new(Noon),
        ids,
        Vec::new(),
        Language::default(),
    );
    crm.set_up("lin", "林").unwrap();
    let lin = crm.session("lin").unwrap();
    for (name, phone) in [
        ("上海示例科技有限公司", "021-55550199"),
        ("上海示例科枝有限公司", "021-55550188"),
        ("上海示例贸易有限公司", "021-55550177"),
    ] {
        lin.customers()
            .create(&company(name, phone), DuplicateCheck::AnotherCustomer)
            .unwrap();
    }
    store.taken();
    (store, lin)
}

#[test]
fn use_cases_ask_in_few_round_trips() {
    let (store, lin) = world();
    let customers = lin.customers();
    let created = customers.create(
        &company("上海示例科教有限公司", "021-55550166"),
        DuplicateCheck::AnotherCustomer,
    );
    let key = created.unwrap().number.to_string();
    assert!(store.taken() <= 4, "entering with the check");

    assert!(
        !customers
            .duplicates("示例科技", CustomerKind::Enterprise, &[], &[])
            .unwrap()
            .is_empty()
    );
    assert!(store.taken() <= 2, "the check, by name");
    let phones = ["021-5555 0199".to_owned()];
    assert!(
        !customers
            .duplicates("示例科技", CustomerKind::Enterprise, &phones, &[])
            .unwrap()
            .is_empty()
    );
    assert!(store.taken() <= 2, "the check, by name and number");
    customers
        .check(&company("北京远洋贸易有限公司", "010-55550199"))
        .unwrap();
    assert!(store.taken() <= 2, "checking what was typed");

    let edits = [CustomerEdit::Name {
        value: "上海改名科技有限公司".into(),
    }];
    customers.update(&key, 1, &edits).unwrap();
    assert!(store.taken() <= 3, "an edit that changes keys");
    customers
        .update(
            &key,
            2,
            &[CustomerEdit::Note {
                value: Some("x".into()),
            }],
        )
        .unwrap();
    assert!(store.taken() <= 2, "an edit that changes none");

    customers
        .list(&CustomerQuery::default(), &PageRequest::first(50))
        .unwrap();
    assert_eq!(store.taken(), 1, "a page");
    customers.get(&key).unwrap();
    assert_eq!(store.taken(), 1, "one customer");
}

#[test]
fn a_thousand_contacts_cost_one_settling() {
    use crm_core::{AuditKind, ImportRow, import::ImportOptions};

    // A list of contacts of one customer: each row is settled by itself, in as many round trips whatever came before.
    let (store, lin) = world();
    let rows = |count: u32| {
        let lines = (0..count).map(|n| {
            vec![
                "CRM202405010001".to_owned(),
                format!("联系人{n}"),
                format!("139{n:08}"),
            ]
        });
        lines.collect::<Vec<_>>()
    };
    let mut trips = Vec::new();
    for count in [50, 500] {
        let source = common::Rows::new(&["客户编号", "姓名", "手机号"], rows(count));
        let mut job = lin
            .imports()
            .start(Box::new(source), ImportOptions::default())
            .unwrap();
        store.taken();
        while !job.step(1_000, &mut |_: &ImportRow| {}).unwrap().finished {}
        trips.push(store.taken() as f64 / f64::from(count));
    }
    assert!(trips[1] <= trips[0], "{trips:?}");
    assert!(
        lin.audit()
            .list(0, 1_000)
            .unwrap()
            .iter()
            .any(|entry| entry.kind == AuditKind::ImportChanged)
    );
}

mod common {
    use crm_core::import::{RawRow, RowSource, SourceError};

    /// A list that stands in the test.
    pub(crate) struct Rows {
        headings: Vec<String>,
        rows: Vec<Vec<String>>,
        next: usize,
    }

    impl Rows {
        pub(crate) fn new(headings: &[&str], rows: Vec<Vec<String>>) -> Self {
            let headings = headings.iter().map(|&heading| heading.to_owned()).collect();
            Self {
                headings,
                rows,
                next: 0,
            }
        }
    }

    impl RowSource for Rows {
        fn headings(&self) -> &[String] {
            &self.headings
        }

        fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
            let Some(cells) = self.rows.get(self.next) else {
                return Ok(false);
            };
            self.next += 1;
            row.cells.clone_from(cells);
            row.line = self.next as u64;
            row.problem = None;
            Ok(true)
        }

        fn progress(&self) -> (u64, u64) {
            (self.next as u64, self.rows.len() as u64)
        }

        fn digest(&self) -> [u8; 32] {
            [self.rows.len() as u8; 32]
        }
    }
}
