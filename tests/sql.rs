//! Questions in SQL: over the views alone, for an admin, logged, bounded.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::Desk;
use crmkit::{AuditKind, Code, NewUser, Role, SqlValue};

#[test]
fn r8_5_an_admin_asks_over_the_views_and_the_log_says_what() {
    let desk = Desk::filled(3);
    let crm = desk.open();
    let me = crm.session("lin").unwrap();
    let query = "SELECT \"客户编号\", \"客户名称\", length(\"备注\") AS n, NULL, 0.5 FROM \"客户基本信息表\" ORDER BY 1 LIMIT 1";
    let answer = me.sql(query).unwrap();
    assert_eq!(answer.columns, ["客户编号", "客户名称", "n", "NULL", "0.5"]);
    let text = |text: &str| SqlValue::Text(text.into());
    let row = [
        text("CRM202405010001"),
        text("东海东海东海东海机械有限公司"),
        SqlValue::Integer(3),
        SqlValue::Null,
        SqlValue::Real(0.5),
    ];
    assert_eq!((answer.rows, answer.truncated), (vec![row.to_vec()], false));
    let entry = me.audit().list(0, 1_000).unwrap().pop().unwrap();
    assert_eq!(
        (entry.kind, entry.after.as_deref()),
        (AuditKind::Queried, Some(query))
    );
    let recursive =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n";
    let answer = crm.sql(recursive).unwrap();
    assert_eq!((answer.rows.len(), answer.truncated), (10_000, true));
}

#[test]
fn nothing_but_one_select_over_the_views_is_answered() {
    let desk = Desk::filled(1);
    let crm = desk.open();
    let code = |query: &str| crm.sql(query).unwrap_err().code();
    for query in [
        "SELECT * FROM customer",
        "SELECT * FROM user",
        "SELECT login FROM user UNION SELECT 1",
        "SELECT (SELECT name FROM user LIMIT 1) FROM \"客户基本信息表\"",
        "SELECT sql FROM sqlite_schema",
        "SELECT * FROM pragma_table_info('customer')",
        "PRAGMA user_version",
        "DELETE FROM customer",
        "DROP VIEW \"客户基本信息表\"",
        "CREATE TEMP TABLE t (x)",
        "ATTACH 'other.db' AS other",
        "BEGIN",
        "VACUUM INTO 'copy.db'",
        "SELECT zeroblob(1000000000)",
        "SELECT ?1",
        "SELECT 1; SELECT 2",
        "",
        "-- nothing",
    ] {
        assert_eq!((code(query), query), (Code::SqlRefused, query));
    }
    for query in [
        "SELEC 1",
        "SELECT load_extension('x')",
        "SELECT no_such_column FROM \"客户基本信息表\"",
        "SELECT 1 +",
        "SELECT printf('%.*c', 1000000000, 'x')",
    ] {
        assert_eq!((code(query), query), (Code::SqlInvalid, query));
    }
    assert_eq!(
        std::fs::read_dir(desk.folder.path()).unwrap().count(),
        3,
        "no file beside it"
    );
}

#[test]
fn r8_1_nobody_but_an_admin_asks() {
    let desk = Desk::filled(1);
    let crm = desk.open();
    let admin = crm.session("lin").unwrap();
    for (login, role) in [("wang", Role::Supervisor), ("zhang", Role::SalesRep)] {
        admin.users().create(&NewUser::of(login, login, role)).unwrap();
        let refused = crm.session(login).unwrap().sql("SELECT 1").unwrap_err();
        assert_eq!(refused.code(), Code::AccessDenied);
        let entry = admin.audit().list(0, 1_000).unwrap().pop().unwrap();
        assert_eq!(
            (entry.kind, entry.after.as_deref()),
            (AuditKind::Refused, Some("sql.query"))
        );
    }
    let memory = crmkit::open(crmkit::IN_MEMORY, crmkit::OpenOptions::default()).unwrap();
    memory.set_up("lin", "林").unwrap();
    assert_eq!(memory.sql("SELECT 1").unwrap_err().code(), Code::SqlNone);
}
