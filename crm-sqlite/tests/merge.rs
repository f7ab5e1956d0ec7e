//! What a merge does to the file (R6.3): every table whose rows hang on a customer, found by the schema's foreign keys.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where it is"
)]

use std::{collections::BTreeMap, path::Path, sync::Arc};

use crm_core::{
    AttachmentFile, AuditKind, Choice, Crm, CustomerNumber, CustomerStatus, Language, NaiveDate,
    NewAttachment, NewContact, NewFollowUp, NewOpportunity, NewServiceRecord, NewUser, Role, Session, Win,
    doc_example::{CountingIds, FixedClock, company, enter},
    service::DuplicateCheck,
};
use crm_sqlite::{SqliteOptions, SqliteStore};
use rusqlite::{Connection, types::Value};

/// The customer's own, which goes with it: it is kept with the merge.
const OWN: [&str; 8] = [
    "customer_address",
    "customer_alias",
    "customer_phone",
    "customer_registration",
    "customer_tag",
    "distinct_pair",
    "hand_over",
    "status_change",
];

/// Columns with a customer's number and without a foreign key, and why.
const BESIDES: [(&str, &str); 4] = [
    ("guest_deal", "it follows from the deals, by triggers"),
    (
        "import_row",
        "what a row of a list brought stays told: the number leads to the survivor",
    ),
    ("log", "it names what need not be there any longer"),
    ("token_due", "the store's own, which goes with the customer"),
];

/// Tables that are not rows of records: where keys and tokens lie is no matter of theirs, and the log grows.
const OTHERS: [&str; 5] = ["key_block", "key_run", "log", "new_key", "sqlite_sequence"];

fn crm(path: &Path) -> Crm {
    let store = Arc::new(SqliteStore::open(path, SqliteOptions::default()).unwrap());
    let ids = Arc::new(CountingIds::default());
    Crm::new(store, Arc::new(FixedClock), ids, Vec::new(), Language::Zh)
}

fn all<T>(connection: &Connection, sql: &str, read: impl Fn(&rusqlite::Row) -> T) -> Vec<T> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok(read(row))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    all(connection, sql, |row| row.get(0).unwrap())
}

/// The columns that refer to customers, by their tables.
fn hanging(connection: &Connection) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for table in tables(connection) {
        let sql =
            format!("SELECT \"from\" FROM pragma_foreign_key_list('{table}') WHERE \"table\" = 'customer'");
        let columns: Vec<String> = all(connection, &sql, |row| row.get(0).unwrap());
        found.extend(columns.into_iter().map(|column| (table.clone(), column)));
    }
    found
}

/// How many rows of each of these columns name a customer.
fn counts(connection: &Connection, customer: CustomerNumber) -> BTreeMap<(String, String), i64> {
    let count = |(table, column): (String, String)| {
        let sql = format!(
            "SELECT count(*) FROM {table} WHERE {column} = {}",
            customer.to_i64()
        );
        let found: Vec<i64> = all(connection, &sql, |row| row.get(0).unwrap());
        ((table, column), found[0])
    };
    hanging(connection).into_iter().map(count).collect()
}

/// Every column of every row of every table, but the revisions, which only rise.
fn dump(connection: &Connection) -> BTreeMap<String, Vec<Vec<(String, Value)>>> {
    let mut dump = BTreeMap::new();
    for table in tables(connection) {
        if OTHERS.contains(&table.as_str()) || table.starts_with("customer_token") {
            continue;
        }
        let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE name <> 'revision' OR pk > 0");
        let columns: Vec<String> = all(connection, &sql, |row| row.get(0).unwrap());
        let all_columns: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
        let all_columns = all_columns.join(", ");
        let sql = format!("SELECT {all_columns} FROM {table} ORDER BY {all_columns}");
        let rows = all(connection, &sql, |row| {
            let values = (0..columns.len()).map(|at| row.get(at).unwrap());
            columns.iter().cloned().zip(values).collect()
        });
        dump.insert(table, rows);
    }
    dump
}

/// Puts a row into every table whose rows hang on customers.
fn fill(me: &Session, number: CustomerNumber, n: u32) {
    let contact = NewContact {
        name: format!("王芳{n}"),
        mobile: "13912345678".into(),
        ..NewContact::default()
    };
    me.contacts().add(number, &contact).unwrap();
    let deal = NewOpportunity {
        name: "产线改造".into(),
        expected_amount: "120000".parse().ok(),
        expected_close: NaiveDate::from_ymd_opt(2024, 6, 30),
        ..NewOpportunity::default()
    };
    let deal = me.opportunities().create(number, &deal).unwrap();
    let win = Win {
        amount: "118000".parse().ok(),
        signed_on: NaiveDate::from_ymd_opt(2024, 5, 1),
        contract_number: format!("HT-{n}"),
        reason: "方案贴合需求".into(),
        ..Win::default()
    };
    me.opportunities().close_won(deal.id, &win).unwrap();
    let talk = NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "方案反馈".into(),
        content: Some("客户要求月底前报价".into()),
        next_follow_up: NaiveDate::from_ymd_opt(2024, 5, 1),
        ..NewFollowUp::default()
    };
    me.follow_ups().add(number, &talk).unwrap();
    me.reminders().due(100).unwrap();
    let record = NewServiceRecord {
        kind: Some(Choice::of("维修")),
        text: "更换滤芯".into(),
        ..NewServiceRecord::default()
    };
    me.service_records().add(number, &record).unwrap();
    let quote = NewAttachment {
        name: "报价单.pdf".into(),
        kind: Some(Choice::of("报价单")),
        ..NewAttachment::default()
    };
    let quote = AttachmentFile::of(quote, b"%PDF-1.7").unwrap();
    me.attachments().add(number, &quote).unwrap();
    let customers = me.customers();
    customers
        .set_status(number, CustomerStatus::Interested, None)
        .unwrap();
    customers.say_same(number, &format!("示科{n}")).unwrap();
    customers.assign(number, "wu", None).unwrap();
    customers.assign(number, "lin", None).unwrap();
    let other = enter(me, &format!("并入的公司{n}"), "010-5555 0101").unwrap();
    customers.merge(other.number, number, &[]).unwrap();
}

#[test]
fn r6_3_no_table_that_hangs_on_customers_is_forgotten_and_undoing_gives_back_every_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.db");
    let crm = crm(&path);
    crm.set_up("lin", "林").unwrap();
    let me = crm.session("lin").unwrap();
    me.users()
        .create(&NewUser::of("wu", "吴", Role::SalesRep))
        .unwrap();
    let [a, b, c] = [
        ("上海示例科技有限公司", "021-5555 0199"),
        ("示例科技", "021-5555 0100"),
        ("远洋贸易", "010-5555 0199"),
    ]
    .map(|(name, phone)| {
        let mut new = company(name, phone);
        new.tags = vec![format!("标签{phone}")];
        new.addresses = vec![crm_core::Address {
            province: Some("上海市".into()),
            city: Some("上海市".into()),
            district: Some("浦东新区".into()),
            street: Some(name.into()),
            ..crm_core::Address::in_one_line(crm_core::AddressKind::Other, "")
        }];
        new.addresses[0].line = None;
        new.registrations = vec![crm_core::Registration {
            country: crm_core::Region::CN,
            scheme: crm_core::RegistrationScheme::Other,
            number: phone.into(),
        }];
        new.external_id = Some(name.to_owned());
        me.customers().create(&new, DuplicateCheck::Off).unwrap().number
    });
    fill(&me, a, 1);
    fill(&me, b, 2);
    for number in [a, b] {
        me.customers().say_different(number, c).unwrap();
    }
    me.customers().say_different(a, b).unwrap();
    let read = || Connection::open(&path).unwrap();
    let before = dump(&read());
    let (of_a, of_b) = (counts(&read(), a), counts(&read(), b));
    for (column, count) in &of_b {
        let low = column.1 == "high";
        assert!(
            low || *count > 0,
            "{column:?} hangs on customers: put a row into it above"
        );
    }
    let besides = "SELECT DISTINCT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) i
        WHERE m.type = 'table' AND i.name = 'customer'
        AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name) f WHERE f.\"from\" = 'customer') ORDER BY 1";
    let besides: Vec<String> = all(&read(), besides, |row| row.get(0).unwrap());
    assert_eq!(
        besides,
        BESIDES.map(|(table, _)| table),
        "a number without a foreign key"
    );

    me.customers().merge(b, a, &[]).unwrap();
    for (column, count) in counts(&read(), b) {
        assert_eq!(count, 0, "{column:?} stayed behind");
    }
    for ((table, column), count) in counts(&read(), a) {
        let key = (table.clone(), column);
        match table.as_str() {
            own if OWN.contains(&own) => {}
            // Those that were merged into both, and the one that was merged now.
            "merge" => assert_eq!(count, of_a[&key] + of_b[&key] + 1),
            _ => assert_eq!(count, of_a[&key] + of_b[&key], "{key:?}"),
        }
    }
    let kept = &me.customers().merges(a).unwrap();
    let merge = kept.iter().find(|merge| merge.number == b).unwrap();
    assert_eq!(
        merge.kept.len() as i64,
        of_b[&("status_change".into(), "customer".into())] + of_b[&("hand_over".into(), "customer".into())]
    );
    assert_eq!(merge.loser.phones.len(), 2, "it had merged one itself");

    let log = me.audit().list(0, 1000).unwrap();
    let merge = log
        .iter()
        .rfind(|entry| entry.kind == AuditKind::CustomerMerged)
        .unwrap();
    me.customers().undo(merge.operation).unwrap();
    for (table, rows) in dump(&read()) {
        assert_eq!(rows, before[&table], "{table}");
    }
    let mut check = crm.check();
    while !check.step().unwrap().finished {}
    assert!(
        check.report().whole && check.report().faults.is_empty(),
        "{:?}",
        check.report()
    );
}
