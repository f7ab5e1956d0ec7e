//! What reports add up: for each customer three follow-ups and one deal with three changes of its stage, over three years, among a
//! hundred people. Entered by SQL, without the log: through the service, it would take hours.

use std::path::Path;

use anyhow::{Context, Result};
use crm_benches::{ADMIN, lifelike};
use crmkit::{NewUser, Role};
use rusqlite::Connection;

use crate::store;

/// Who sells: every one has some ten thousand customers of a million.
const PEOPLE: u32 = 100;
/// Whose own figures are looked at.
pub(super) const ONE: &str = "more57";
const DAY: i64 = 86_400_000;
/// Days over which customers were entered.
const DAYS: i64 = 1_095;

/// Enters all of it, up to this instant, in milliseconds since 1970.
pub(super) fn fill(path: &Path, now: i64) -> Result<()> {
    {
        let crm = store::open(path)?;
        let users = crm.session(ADMIN)?.users();
        for person in lifelike::OWNERS..PEOPLE {
            let login = format!("more{person}");
            users.create(&NewUser::of(&login, &login, Role::SalesRep))?;
        }
    }
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = 2;
        PRAGMA cache_size = -400000; BEGIN",
    )?;
    // Indexes are made anew when all is there, as for any list of this size.
    let indexes = strings(
        &connection,
        "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN
            ('customer', 'follow_up', 'opportunity', 'stage_change', 'contract', 'status_change', 'hand_over')",
    )?;
    let triggers = strings(
        &connection,
        "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('customer', 'opportunity')",
    )?;
    for sql in indexes.iter().chain(&triggers) {
        let name = sql
            .split_whitespace()
            .skip_while(|word| !matches!(*word, "INDEX" | "TRIGGER"));
        let words: Vec<&str> = name.take(2).collect();
        connection.execute_batch(&format!("DROP {}", words.join(" ")))?;
    }
    let [step, path_of] = [STEP, PATH].map(|sql| sql.replace("DAY", &DAY.to_string()));
    let filled = FILL
        .replace("{step}", &step)
        .replace("{path}", &path_of)
        .replace("{now}", &now.to_string())
        .replace("{people}", &PEOPLE.to_string())
        .replace("{days}", &DAYS.to_string())
        .replace("DAY", &DAY.to_string());
    for sql in filled.split(";\n").filter(|sql| !sql.trim().is_empty()) {
        connection.execute_batch(sql).with_context(|| sql.to_owned())?;
    }
    for sql in indexes.iter().chain(&triggers) {
        connection.execute_batch(sql).with_context(|| sql.clone())?;
    }
    connection.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

fn strings(connection: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// When a deal `o` came to its `k`-th stage.
const STEP: &str = "(o.created_at + (k - 1) * (11 + o.id % 5) * DAY)";
/// The stages of a deal `o`, one after the other: those of the last 200 days are open.
const PATH: &str = "(CASE
    WHEN o.created_at > {now} - 200 * DAY THEN substr('0123', 1, 1 + ({now} - o.created_at) / (50 * DAY))
    WHEN o.id % 10 < 2 THEN '01234' WHEN o.id % 10 = 2 THEN '024' WHEN o.id % 10 = 3 THEN '014'
    WHEN o.id % 10 < 7 THEN '05' WHEN o.id % 10 < 9 THEN '015' ELSE '0125' END)";

const FILL: &str = "
CREATE TEMP TABLE place AS SELECT number, row_number() OVER (ORDER BY number) AS n, count(*) OVER () AS total FROM customer;
CREATE UNIQUE INDEX temp.place_number ON place (number);
CREATE UNIQUE INDEX temp.place_n ON place (n);
CREATE TEMP TABLE stage AS SELECT value ->> 0 AS place, value ->> 1 AS code FROM json_each(
    '[[0,\"initial_contact\"],[1,\"needs_analysis\"],[2,\"proposal\"],[3,\"negotiation\"],[4,\"won\"],[5,\"lost\"]]');
UPDATE customer SET
    created_at = {now} - {days} * DAY + (SELECT n * {days} * DAY / total FROM place p WHERE p.number = customer.number),
    owner = 2 + number % 1000003 * 7919 % 1000003 % {people},
    archived_at = CASE WHEN number % 100 = 50 THEN {now} END;
INSERT INTO follow_up (uuid, customer, revision, at, method, by, topic, content, late, created_at)
    SELECT unhex(format('%08x%08x%016x', (n * 3 + value) * 2654435761 % 4294967296, n, value)), c.number, 1,
        min({now}, created_at + (value * 40 + n % 37) * DAY + n % 28800000), 'phone',
        CASE WHEN n % 20 = 7 THEN 2 + n % {people} ELSE owner END, '方案沟通', '客户希望下周看到方案和报价', 0, created_at
    FROM customer c JOIN place p ON p.number = c.number JOIN json_each('[0,1,2]') ORDER BY 4;
INSERT INTO opportunity (id, uuid, customer, revision, name, expected_amount, expected_close, stage, stage_changed_at,
        owner, created_at)
    SELECT d.n, unhex(format('%08x%08x%016x', d.n * 2654435761 % 4294967296, d.n, 5)), c.number, 1, '产线改造',
        1000000 + d.n % 977 * 50000, date((created_at + 90 * DAY) / 1000, 'unixepoch'), 'initial_contact', created_at, owner,
        min({now}, created_at + d.n % 20 * DAY)
    FROM (SELECT n, CASE WHEN n % 5 = 4 THEN max(n - 4, 1) ELSE n END AS whose FROM place) d
        JOIN place p ON p.n = d.whose JOIN customer c ON c.number = p.number ORDER BY 1;
INSERT INTO stage_change (opportunity, revision, customer, at, stage_before, stage_after)
    SELECT o.uuid, k, o.customer, min({now}, {step}),
        (SELECT code FROM stage WHERE place = CAST(substr({path}, k - 1, 1) AS INTEGER) AND k > 1),
        (SELECT code FROM stage WHERE place = CAST(substr({path}, k, 1) AS INTEGER))
    FROM opportunity o JOIN (SELECT value AS k FROM json_each('[1,2,3,4,5]')) ON k <= length({path}) ORDER BY 1, 2;
UPDATE opportunity AS o SET
    (stage, stage_changed_at) = (SELECT stage_after, at FROM stage_change s WHERE s.opportunity = o.uuid ORDER BY revision DESC LIMIT 1),
    ledger = (SELECT unhex(group_concat(format('%02x%016x',
            (SELECT place FROM stage WHERE code = s.stage_after), at), '' ORDER BY revision))
        FROM stage_change s WHERE s.opportunity = o.uuid);
UPDATE opportunity SET closed_at = stage_changed_at WHERE stage IN ('won', 'lost');
INSERT INTO contract (uuid, customer, revision, contract_number, opportunity, amount, signed_on, start, paid, credited_to, created_at,
        number_folded)
    SELECT unhex(format('%08x%08x%016x', id * 2654435761 % 4294967296, id, 6)), customer, 1, 'HT' || id, id,
        expected_amount + id % 7 * 10000, date(closed_at / 1000, 'unixepoch', '+8 hours'), date(closed_at / 1000, 'unixepoch'), 1,
        owner, closed_at, 'ht' || id
    FROM opportunity WHERE stage = 'won';
INSERT INTO contract (uuid, customer, revision, contract_number, amount, signed_on, start, paid, credited_to, created_at, number_folded)
    SELECT unhex(format('%08x%08x%016x', n * 2654435761 % 4294967296, n, 7)), c.number, 1, 'P' || n, 5000000,
        date(created_at / 1000, 'unixepoch', '-400 days'), '2020-01-01', 1, owner, created_at, 'p' || n
    FROM place p JOIN customer c ON c.number = p.number WHERE n % 200 = 0;
CREATE INDEX temp_signed ON contract (opportunity, amount);
UPDATE opportunity SET signed = (SELECT sum(amount) FROM contract k WHERE k.opportunity = opportunity.id) WHERE stage = 'won';
DROP INDEX temp_signed;
CREATE INDEX temp_signing ON contract (customer, opportunity, amount);
UPDATE customer SET
    signed = (SELECT sum(amount) FROM contract k WHERE k.customer = number AND k.opportunity IS NOT NULL),
    signed_before = (SELECT sum(amount) FROM contract k WHERE k.customer = number AND k.opportunity IS NULL)
    WHERE number IN (SELECT customer FROM contract);
DROP INDEX temp_signing;
CREATE INDEX temp_talking ON follow_up (customer, at);
UPDATE customer SET last_follow_up = (SELECT max(at) FROM follow_up f WHERE f.customer = number);
DROP INDEX temp_talking;
INSERT INTO status_change (customer, revision, at, status_before, status_after)
    SELECT c.number, 2, min({now}, created_at + (30 + n % 300) * DAY), 'potential', status
    FROM place p JOIN customer c ON c.number = p.number WHERE n % 5 < 3 AND status <> 'potential';
INSERT INTO hand_over (customer, revision, at, owner_before, owner_after)
    SELECT c.number, 3, min({now}, created_at + 100 * DAY), 2 + n % {people}, owner
    FROM place p JOIN customer c ON c.number = p.number WHERE n % 30 = 1;
DROP TABLE place;
DROP TABLE stage;
";
