//! What is done with a million customers: three follow-ups and an opportunity each, an open task for every tenth, and the
//! lists, moves, hand-overs and merges on them.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use crm_benches::{ADMIN, lifelike};
use crm_match_eval::store::remove;
use crmkit::{
    Clock, Crm, CustomerNumber, DateTime, NewAccessRequest, NewFollowUp, NewUser, PageRequest, Role, Session,
    Stage, SystemClock, TaskList, TaskQuery, Utc, Wanted,
};
use rusqlite::{Connection, params, params_from_iter, types::Value};

use crate::{
    bare,
    figures::{Figures, Limit},
    import,
    measure::{median, median_of_calls, micros, millis, percentile, timed},
    store,
};

const CALLS: u32 = 200;
const PAGE: u32 = 50;
/// Customers that change hands at once.
const HANDED_OVER: u32 = 10_000;
/// Customers of whom much is told.
const TOLD_OF: i64 = 20;
/// What hangs on each of two customers that are merged.
const CHILDREN: i64 = 1_000;
/// Follow-ups by which their size is told.
const TALKS: u32 = 5_000;
const DAY: i64 = 86_400_000;

/// What is measured, by name.
const NAMES: [&str; 9] = [
    "timeline_page",
    "tasks_due",
    "quiet_list",
    "reminders_due",
    "move_stage",
    "handover_10k",
    "merge",
    "authorise_granted",
    "bytes_per_follow_up",
];

/// All that is asked for.
pub(crate) fn run(figures: &Figures, size: (&str, u32)) -> Result<()> {
    let wanted: Vec<&str> = NAMES.into_iter().filter(|name| figures.wants(name)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let path = store::copy(&import::ensure_database(size)?, "activity.db")?;
    let (filled, took) = timed(|| fill(&path));
    filled?;
    println!("  filled in {took:.1?}");
    for name in wanted {
        let crm = store::open(&path)?;
        let me = crm.session(ADMIN)?;
        match name {
            "timeline_page" => timeline_page(figures, name, &me, &path)?,
            "tasks_due" => tasks_due(figures, name, &crm, &path)?,
            "quiet_list" => quiet_list(figures, name, &me)?,
            "reminders_due" => reminders_due(figures, name, &crm)?,
            "move_stage" => move_stage(figures, name, &me, &path)?,
            "handover_10k" => hand_over(figures, name, &me, &path)?,
            "merge" => merge(figures, name, &me, &path)?,
            "authorise_granted" => authorise(figures, name, &crm, &me, &path)?,
            _ => follow_up_bytes(figures, name)?,
        }
    }
    remove(&path)
}

fn now() -> DateTime<Utc> {
    SystemClock.now()
}

/// Enters what is done by SQL, without the log: through the service, it would take hours.
fn fill(path: &Path) -> Result<()> {
    let connection = bare::open(path)?;
    let now = now().timestamp_millis();
    connection.execute_batch("BEGIN")?;
    // Entered half a year ago, or nobody would have gone quiet.
    connection.execute("UPDATE customer SET created_at = created_at - 180 * ?1", [DAY])?;
    let follow_ups = "INSERT INTO follow_up (uuid, customer, revision, at, method, by, topic, content, late, created_at)
        SELECT unhex(format('%016x%016x', number, value)), number, 1, ?1 - (number % 1000003 * 7919 % 120 + value * 30) * ?2 - number % ?2,
            'phone', owner, '方案沟通', '客户希望下周看到方案和报价', 0, ?1
        FROM customer JOIN json_each('[0,1,2]')";
    connection.execute(follow_ups, params![now, DAY])?;
    let tasks = "INSERT INTO task (uuid, customer, revision, kind, holder, plan, due, state, created_at, overdue_from)
        SELECT unhex(format('%016x%016x', number, 9)), number, 1, 'follow_up', owner, '回访',
            date(?1 / 1000, 'unixepoch', (number % 31) || ' days'), 'open', ?1, ((?1 / ?2) + number % 31 + 1) * ?2
        FROM customer WHERE number % 10 = 3";
    connection.execute(tasks, params![now, DAY])?;
    for sql in [
        "INSERT INTO opportunity (uuid, customer, revision, name, expected_amount, expected_close, stage, stage_changed_at,
                owner, created_at)
            SELECT unhex(format('%016x%016x', number, 5)), number, 1, '产线改造', 12000000, '2030-06-30', 'initial_contact',
                created_at, owner, created_at FROM customer",
        "INSERT INTO stage_change (opportunity, revision, customer, at, stage_after)
            SELECT uuid, 1, customer, created_at, stage FROM opportunity",
        "INSERT INTO expectation (opportunity, revision, customer, at, expected_amount, expected_close)
            SELECT uuid, 1, customer, created_at, expected_amount, expected_close FROM opportunity",
        "UPDATE customer SET
            last_follow_up = (SELECT max(at) FROM follow_up f WHERE f.customer = number),
            next_task = (SELECT min(overdue_from) FROM task t WHERE t.customer = number)",
        "COMMIT",
        "PRAGMA wal_checkpoint(TRUNCATE)",
    ] {
        connection.execute_batch(sql).with_context(|| sql.to_owned())?;
    }
    Ok(())
}

/// How long a query of bare SQLite takes.
fn bare_query(connection: &Connection, sql: &str, values: &[Value]) -> Result<f64> {
    let mut statement = connection.prepare(sql)?;
    let mut times = Vec::new();
    for _ in 0..CALLS / 4 {
        let (rows, took) = timed(|| -> Result<usize> {
            let mut rows = statement.query(params_from_iter(values))?;
            let mut count = 0;
            while rows.next()?.is_some() {
                count += 1;
            }
            Ok(count)
        });
        rows?;
        times.push(took);
    }
    Ok(millis(median(times)))
}

/// The newest 50 of all that happened with customers of whom much is told.
fn timeline_page(figures: &Figures, name: &str, me: &Session, path: &Path) -> Result<()> {
    let connection = bare::open(path)?;
    let sql = "SELECT number FROM customer ORDER BY number LIMIT ?1 OFFSET 5000";
    let rows = new_rows(&connection, sql, &[Value::Integer(TOLD_OF)])?;
    let numbers: Vec<i64> = rows
        .iter()
        .filter_map(|row| match row.first() {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        })
        .collect();
    for number in &numbers {
        talk_of(&connection, &Value::Integer(*number))?;
    }
    let mut times = Vec::new();
    for &number in numbers.iter().cycle().take(CALLS as usize) {
        let number = CustomerNumber::from_i64(number).context("no number")?;
        let (page, took) = timed(|| me.customers().timeline(number, &PageRequest::first(PAGE)));
        anyhow::ensure!(page?.items.len() == PAGE as usize, "too little happened");
        times.push(took);
    }
    let sql = "SELECT t.*, u.name FROM follow_up t JOIN user u ON u.id = t.by
        WHERE t.customer = ?1 AND t.archived_at IS NULL ORDER BY t.at DESC, t.uuid DESC LIMIT 51";
    let values = [Value::Integer(*numbers.first().context("no customers")?)];
    let theirs = bare_query(&connection, sql, &values)?;
    told(name, millis(median(times.clone())), theirs);
    figures.add(
        name,
        millis(percentile(times, 99)),
        "ms",
        &Limit::AtMost(1.0, 1.0),
    )
}

/// Gives a customer follow-ups, until a thousand rows hang on it.
fn talk_of(connection: &Connection, number: &Value) -> Result<()> {
    let sql = "INSERT INTO follow_up (uuid, customer, revision, at, method, by, topic, late, created_at)
        SELECT unhex(format('%016x%016x', ?1, 100 + value)), ?1, 1, ?2 - value, 'phone', owner, '回访', 0, ?2
        FROM customer JOIN json_each(?3) WHERE number = ?1";
    let values: Vec<String> = (3..CHILDREN).map(|child| child.to_string()).collect();
    let now = now().timestamp_millis();
    connection.execute(sql, params![number, now, format!("[{}]", values.join(","))])?;
    Ok(())
}

/// What a person is to do today.
fn tasks_due(figures: &Figures, name: &str, crm: &Crm, path: &Path) -> Result<()> {
    let session = crm.session(&lifelike::login(3))?;
    let query = TaskQuery {
        list: TaskList::Today,
        holder: None,
        everybody: false,
        customer: None,
    };
    let mut times = Vec::new();
    for _ in 0..CALLS {
        let (page, took) = timed(|| session.tasks().list(&query, &PageRequest::first(PAGE)));
        page?;
        times.push(took);
    }
    let sql = "SELECT t.*, c.name FROM task t JOIN customer c ON c.number = t.customer
        WHERE t.state = 'open' AND t.holder = (SELECT id FROM user WHERE login = ?1)
            AND t.overdue_from BETWEEN ?2 AND ?2 + 86400000 ORDER BY t.overdue_from, hex(t.uuid) LIMIT 51";
    let now = now().timestamp_millis();
    let values = [Value::Text(lifelike::login(3)), Value::Integer(now)];
    let theirs = bare_query(&bare::open(path)?, sql, &values)?;
    told(name, millis(median(times.clone())), theirs);
    figures.add(
        name,
        millis(percentile(times, 99)),
        "ms",
        &Limit::AtMost(2.0, 1.0),
    )
}

fn told(name: &str, ours: f64, bare: f64) {
    println!(
        "  {name}: median {ours:.3} ms, bare {bare:.3} ms, ratio {:.2}",
        ours / bare
    );
}

/// Whom nobody has talked to for long: the first page of everybody's.
fn quiet_list(figures: &Figures, name: &str, me: &Session) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..CALLS / 10 {
        let (page, took) = timed(|| me.customers().quiet(None, &PageRequest::first(PAGE)));
        anyhow::ensure!(page?.items.len() == PAGE as usize, "nobody has gone quiet");
        times.push(took);
    }
    figures.add(name, millis(median(times)), "ms", &Limit::AtMost(100.0, 1.0))
}

/// The reminders of a person that were offered before.
fn reminders_due(figures: &Figures, name: &str, crm: &Crm) -> Result<()> {
    let session = crm.session(&lifelike::login(3))?;
    session.reminders().due(PAGE)?;
    let mut times = Vec::new();
    for _ in 0..CALLS {
        let (due, took) = timed(|| session.reminders().due(PAGE));
        due?;
        times.push(took);
    }
    figures.add(
        name,
        millis(percentile(times, 99)),
        "ms",
        &Limit::AtMost(2.0, 1.0),
    )
}

/// The rows that a table has got since it had that many, by the order in which they came, to be written again by SQL.
fn new_rows(connection: &Connection, sql: &str, after: &[Value]) -> Result<Vec<Vec<Value>>> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map(params_from_iter(after), |row| {
        (0..columns).map(|column| row.get(column)).collect()
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn insert(table: &str, columns: usize) -> String {
    format!("INSERT INTO {table} VALUES ({})", vec!["?"; columns].join(", "))
}

fn last_entry(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("SELECT max(seq) FROM log", [], |row| row.get(0))?)
}

/// A deal that moves on, each durable, and the same rows by bare SQLite on a copy.
fn move_stage(figures: &Figures, name: &str, me: &Session, path: &Path) -> Result<()> {
    let connection = bare::open(path)?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let copy = store::copy(path, "activity_bare.db")?;
    let before = last_entry(&connection)?;
    let sql = "SELECT uuid FROM opportunity WHERE id % 97 = 1 LIMIT ?1";
    let uuids = new_rows(&connection, sql, &[Value::Integer(CALLS.into())])?;
    let mut ours = Vec::new();
    for row in &uuids {
        let Some(Value::Blob(uuid)) = row.first() else {
            continue;
        };
        let id = crmkit::OpportunityId::from_bytes(uuid.as_slice().try_into()?);
        let (moved, took) = timed(|| {
            me.opportunities()
                .move_to(id, Stage::NeedsAnalysis, "客户确认了需求")
        });
        moved?;
        ours.push(took);
    }
    let entries = new_rows(
        &connection,
        "SELECT * FROM log WHERE seq > ?1 ORDER BY seq",
        &[Value::Integer(before)],
    )?;
    let bare = bare::open(&copy)?;
    bare.pragma_update(None, "wal_autocheckpoint", 1_000)?;
    let columns = entries.first().context("no entries")?.len();
    let mut log = bare.prepare(&insert("log", columns))?;
    let mut update = bare.prepare("UPDATE opportunity SET stage = 'needs_analysis', stage_changed_at = ?2, revision = 2 WHERE uuid = ?1")?;
    let mut change = bare.prepare("INSERT INTO stage_change (opportunity, revision, customer, at, stage_before, stage_after, note)
        SELECT uuid, 2, customer, ?2, 'initial_contact', 'needs_analysis', '客户确认了需求' FROM opportunity WHERE uuid = ?1")?;
    let each = entries.len() / uuids.len();
    let now = now().timestamp_millis();
    let mut theirs = Vec::new();
    for (row, entries) in uuids.iter().zip(entries.chunks(each)) {
        let uuid = row.first().context("no identifier")?;
        let (done, took) = timed(|| -> Result<()> {
            bare.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            update.execute(params![uuid, now])?;
            change.execute(params![uuid, now])?;
            for entry in entries {
                log.execute(params_from_iter(entry))?;
            }
            bare.prepare_cached("COMMIT")?.execute([])?;
            Ok(())
        });
        done?;
        theirs.push(took);
    }
    drop((log, update, change));
    drop(bare);
    remove(&copy)?;
    let limit = Limit::AtMost(millis(median(theirs)), 1.3);
    figures.add(name, millis(median(ours)), "ms", &limit)
}

/// A leaver's customers in one call, and the rows that it wrote by bare SQLite on a copy.
fn hand_over(figures: &Figures, name: &str, me: &Session, path: &Path) -> Result<()> {
    let connection = bare::open(path)?;
    for login in ["leaver", "heir"] {
        me.users().create(&NewUser::of(login, login, Role::SalesRep))?;
    }
    let sql = "UPDATE customer SET owner = (SELECT id FROM user WHERE login = 'leaver') WHERE number IN
        (SELECT number FROM customer ORDER BY number LIMIT ?1)";
    connection.execute(sql, [HANDED_OVER])?;
    for table in ["opportunity", "task"] {
        let holder = if table == "task" { "holder" } else { "owner" };
        let sql = format!(
            "UPDATE {table} SET {holder} = (SELECT id FROM user WHERE login = 'leaver') WHERE customer IN
            (SELECT number FROM customer WHERE owner = (SELECT id FROM user WHERE login = 'leaver'))"
        );
        connection.execute_batch(&sql)?;
    }
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let copy = store::copy(path, "activity_bare.db")?;
    let before = last_entry(&connection)?;
    let (moved, ours) = timed(|| me.customers().hand_over("leaver", "heir", None));
    anyhow::ensure!(moved? == u64::from(HANDED_OVER), "not all changed hands");
    let entries = new_rows(
        &connection,
        "SELECT * FROM log WHERE seq > ?1 ORDER BY seq",
        &[Value::Integer(before)],
    )?;
    let given = new_rows(
        &connection,
        "SELECT * FROM hand_over WHERE owner_after = (SELECT id FROM user WHERE login = 'heir')",
        &[],
    )?;
    let bare = bare::open(&copy)?;
    let mut log = bare.prepare(&insert("log", entries.first().context("no entries")?.len()))?;
    let mut record = bare.prepare(&insert("hand_over", given.first().context("none given")?.len()))?;
    let heir = "(SELECT id FROM user WHERE login = 'heir')";
    let mut updates = Vec::new();
    for (table, holder, key) in [
        ("customer", "owner", "number"),
        ("opportunity", "owner", "customer"),
        ("task", "holder", "customer"),
    ] {
        let sql = format!("UPDATE {table} SET {holder} = {heir}, revision = revision + 1 WHERE {key} = ?1");
        updates.push(bare.prepare(&sql)?);
    }
    let (done, theirs) = timed(|| -> Result<()> {
        bare.execute_batch("BEGIN IMMEDIATE")?;
        for row in &given {
            for update in &mut updates {
                update.execute([row.first()])?;
            }
            record.execute(params_from_iter(row))?;
        }
        for entry in &entries {
            log.execute(params_from_iter(entry))?;
        }
        Ok(bare.execute_batch("COMMIT")?)
    });
    done?;
    drop((log, record, updates));
    drop(bare);
    remove(&copy)?;
    figures.add(name, millis(ours), "ms", &Limit::AtMost(millis(theirs), 1.5))
}

/// Two customers, on each of whom a thousand follow-ups hang.
fn merge(figures: &Figures, name: &str, me: &Session, path: &Path) -> Result<()> {
    let mut times = Vec::new();
    for round in 0..5_u32 {
        let numbers = {
            let connection = bare::open(path)?;
            let sql = "SELECT number FROM customer ORDER BY number LIMIT 2 OFFSET ?1";
            let rows = new_rows(&connection, sql, &[Value::Integer((1_000 + 2 * round).into())])?;
            for row in &rows {
                talk_of(&connection, row.first().context("no number")?)?;
            }
            let number = |row: &Vec<Value>| match row.first() {
                Some(Value::Integer(number)) => CustomerNumber::from_i64(*number),
                _ => None,
            };
            rows.iter().filter_map(number).collect::<Vec<_>>()
        };
        let [one, other] = numbers.as_slice() else {
            anyhow::bail!("no two customers");
        };
        let (merged, took) = timed(|| me.customers().merge(*one, *other, &[]));
        merged?;
        times.push(took);
    }
    figures.add(name, millis(median(times)), "ms", &Limit::AtMost(50.0, 1.0))
}

/// The rights of somebody who was granted ten customers, one by one.
fn authorise(figures: &Figures, name: &str, crm: &Crm, me: &Session, path: &Path) -> Result<()> {
    me.users()
        .create(&NewUser::of("guest", "guest", Role::SalesRep))?;
    let guest = crm.session("guest")?;
    let connection = bare::open(path)?;
    for row in new_rows(
        &connection,
        "SELECT number FROM customer ORDER BY number DESC LIMIT 10",
        &[],
    )? {
        let Some(Value::Integer(number)) = row.first() else {
            continue;
        };
        let number = CustomerNumber::from_i64(*number).context("no number")?;
        let request = guest.requests().ask(&NewAccessRequest {
            wanted: Wanted::SeeCustomers,
            until: now() + Duration::from_secs(30 * 86_400),
            reason: "代班".to_owned(),
            customers: vec![number.to_string()],
            role: None,
        })?;
        me.requests().approve(request.id)?;
    }
    drop(connection);
    let took = median_of_calls(name, || {
        let _ = std::hint::black_box(guest.user());
    });
    figures.add(name, micros(took), "µs", &Limit::AtMost(5.0, 1.0))
}

/// What a follow-up takes with its entry of the log, beyond its own words.
fn follow_up_bytes(figures: &Figures, name: &str) -> Result<()> {
    let path = store::new_file("follow_ups.db")?;
    let size = |path: &Path| -> Result<f64> { Ok(fs::metadata(path)?.len() as f64) };
    let (crm, me) = store::set_up(&path)?;
    let mut numbers = Vec::new();
    for i in 0..100 {
        let customer = me
            .customers()
            .create(&lifelike::customer(i), crmkit::DuplicateCheck::Off)?;
        numbers.push(customer.number);
    }
    drop((me, crm));
    let before = size(&path)?;
    let crm = store::open(&path)?;
    let me = crm.session(ADMIN)?;
    let mut words = 0;
    for (i, number) in (0..TALKS).zip(numbers.iter().cycle()) {
        let talk = NewFollowUp {
            at: Some(now()),
            method: Some(crmkit::Choice::of("phone")),
            topic: format!("方案沟通{i}"),
            content: Some("客户希望下周看到方案和报价".to_owned()),
            ..NewFollowUp::default()
        };
        words += talk.topic.len() + talk.content.as_ref().map_or(0, String::len);
        me.follow_ups().add(*number, &talk)?;
    }
    drop((me, crm));
    let each = (size(&path)? - before - words as f64) / f64::from(TALKS);
    figures.add(name, each, "B", &Limit::AtMost(700.0, 1.0))?;
    remove(&path)
}
