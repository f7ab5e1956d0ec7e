//! The limit of writes: bare rusqlite filling the same tables and indexes.
//!
//! The rows are those that the service has written, read back beforehand, so that both write the same bytes: customers,
//! their lists, the outcome of each row, the log with its digests and hashes, the match keys, the tokens. Nothing of reading,
//! checking, numbering, looking up or hashing is left to do: what is timed is `BEGIN`, the inserts by prepared
//! statements in the order in which the service makes them, and `COMMIT`, with the same settings (WAL,
//! `synchronous=FULL`, foreign keys, the size of the cache) and the same number of rows to a transaction. Keys come
//! in blocks made beforehand and are laid out as the store lays them out, merges included: those are the SQL of a merge,
//! without the merging.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result};
use crmkit::{
    CustomerNumber, SqliteOptions, SqliteStore,
    matching::{KeyKind, MatchKey},
    rules::settle::keys_of,
    store::{StoreExt, tokens_of},
};
use rusqlite::{Connection, Params, Statement, params, params_from_iter, types::Value};

use crate::{
    measure::timed,
    runs::{Keys, Pair, Runs},
};

/// Tables with one row a customer or several, then those of the log and of the import.
const CUSTOMER: usize = 0;
const LISTS: [(usize, &str); 4] = [
    (1, "customer_phone"),
    (2, "customer_address"),
    (3, "customer_tag"),
    (4, "customer_alias"),
];
const LOG: usize = 5;
const IMPORT_ROW: usize = 6;
const TABLES: [&str; 7] = [
    "customer",
    "customer_phone",
    "customer_address",
    "customer_tag",
    "customer_alias",
    "log",
    "import_row",
];
/// Tables that are filled before.
const BEFORE: [&str; 7] = [
    "meta",
    "settings",
    "team",
    "user",
    "pick_entry",
    "import",
    "import_problem",
];
/// What an import's row that became a customer has for an outcome, and in which column.
const CREATED: &str = "c";
const OUTCOME: usize = 2;

type Row = Vec<Value>;

/// What one transaction writes.
#[derive(Default)]
pub(crate) struct Batch {
    /// Rows with their table, in the order of writing.
    rows: Vec<(usize, Row)>,
    keys: Keys,
    /// What customers are found by.
    tokens: Vec<(i64, String)>,
    customers: i64,
}

/// A database that the service has filled, read in the order in which it was.
pub(crate) struct Source {
    connection: Connection,
    /// The same, for the customers' keys.
    store: SqliteStore,
    number: i64,
    seq: i64,
    line: i64,
}

/// A customer, and what parts of it are found by.
type Tokens = (i64, String);

impl Source {
    /// From the first customer on.
    pub(crate) fn from_start(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        let sql = "SELECT min(seq) - 1 FROM log WHERE entity = 'customer'";
        let seq = connection.query_row(sql, [], |row| row.get(0))?;
        Ok(Self {
            connection,
            store: SqliteStore::open(path, SqliteOptions::default())?,
            number: 0,
            seq,
            line: 0,
        })
    }

    /// From the first customer on that a copy made before does not have.
    pub(crate) fn after(path: &Path, copy: &Path) -> Result<Self> {
        let sql = "SELECT (SELECT max(number) FROM customer), (SELECT max(seq) FROM log)";
        let (number, seq) =
            Connection::open(copy)?.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self {
            connection: Connection::open(path)?,
            store: SqliteStore::open(path, SqliteOptions::default())?,
            number,
            seq,
            line: 0,
        })
    }

    /// What the service wrote in one step of an import.
    pub(crate) fn import_step(&mut self, rows: u32) -> Result<Option<Batch>> {
        let sql = "SELECT * FROM import_row WHERE line > ?1 ORDER BY line LIMIT ?2";
        let outcomes = all(&self.connection, sql, params![self.line, rows])?;
        let sql = "SELECT max(line), sum(outcome = 'c')
            FROM (SELECT line, outcome FROM import_row WHERE line > ?1 ORDER BY line LIMIT ?2)";
        if outcomes.is_empty() {
            return Ok(None);
        }
        let (line, created): (i64, i64) =
            self.connection.query_row(sql, params![self.line, rows], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        self.line = line;
        self.batch(created, outcomes).map(Some)
    }

    /// What the service wrote for one customer that was entered by hand.
    pub(crate) fn customer(&mut self) -> Result<Batch> {
        self.batch(1, Vec::new())
    }

    fn batch(&mut self, customers: i64, outcomes: Vec<Row>) -> Result<Batch> {
        let entries = customers + i64::from(!outcomes.is_empty());
        let sql = "SELECT * FROM log WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        let mut log = all(&self.connection, sql, params![self.seq, entries])?.into_iter();
        self.seq += entries;
        let sql = "SELECT * FROM customer WHERE number > ?1 ORDER BY number LIMIT ?2";
        let new = all(&self.connection, sql, params![self.number, customers])?;
        let last = new.last().map_or(Ok(self.number), first)?;
        let mut lists = Vec::new();
        for (table, name) in LISTS {
            let sql = format!(
                "SELECT * FROM {name} WHERE customer > ?1 AND customer <= ?2 ORDER BY customer, position"
            );
            let rows = all(&self.connection, &sql, params![self.number, last])?;
            lists.push((table, rows.into_iter().peekable()));
        }
        self.number = last;

        let mut batch = Batch {
            customers,
            ..Batch::default()
        };
        let imported = !outcomes.is_empty();
        let mut numbers = Vec::with_capacity(new.len());
        let mut outcomes = outcomes.into_iter();
        for row in new {
            let number = first(&row)?;
            numbers.push(number);
            batch.rows.push((CUSTOMER, row));
            for (table, rows) in &mut lists {
                while let Some(row) = rows.next_if(|row| first(row).is_ok_and(|of| of == number)) {
                    batch.rows.push((*table, row));
                }
            }
            for outcome in outcomes.by_ref() {
                let created = outcome.get(OUTCOME) == Some(&Value::Text(CREATED.to_owned()));
                batch.rows.push((IMPORT_ROW, outcome));
                if created {
                    break;
                }
            }
            batch.rows.extend(log.next().map(|row| (LOG, row)));
        }
        batch.rows.extend(outcomes.map(|row| (IMPORT_ROW, row)));
        batch.rows.extend(log.map(|row| (LOG, row)));
        let (pairs, tokens) = self.found_by(&numbers, imported)?;
        batch.keys = Keys::new(pairs);
        batch.tokens = tokens;
        Ok(batch)
    }

    /// The match keys and the tokens of customers. One that was imported has that of its row, of which nothing but the key was kept: any
    /// other lands as far from the rest.
    fn found_by(&self, numbers: &[i64], imported: bool) -> Result<(Vec<Pair>, Vec<Tokens>)> {
        let known = |&number: &i64| CustomerNumber::from_i64(number);
        let numbers: Vec<CustomerNumber> = numbers.iter().filter_map(known).collect();
        let dossiers = self.store.read_with(|tx| tx.dossiers(&numbers))?;
        let (mut pairs, mut tokens) = (Vec::new(), Vec::new());
        for there in dossiers {
            let number = there.customer.number;
            let mut keys = keys_of(&there.customer, &there.contacts);
            keys.extend(imported.then(|| MatchKey::of(KeyKind::Row, &number.to_string())));
            pairs.extend(keys.into_iter().map(|key| (key.to_i64(), number.to_i64())));
            let theirs = tokens_of(&there.customer);
            let theirs: Vec<&str> = theirs.iter().map(AsRef::as_ref).collect();
            tokens.push((number.to_i64(), theirs.join(" ")));
        }
        Ok((pairs, tokens))
    }
}

/// A database in the settings of the store.
pub(crate) fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    // The log is moved into the database when it has 64 MB, where the store's writer does it too; SQLite's own 4 MB
    // would make the limit easier to keep.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000;
        PRAGMA temp_store = 2; PRAGMA wal_autocheckpoint = 16000;",
    )?;
    Ok(connection)
}

/// A new database with the tables and indexes of another, and what was there before its first customer.
pub(crate) fn make_like(path: &Path, source: &Path) -> Result<Connection> {
    let connection = open(path)?;
    connection.execute(
        "ATTACH ?1 AS source",
        [source.to_str().context("a path that is no text")?],
    )?;
    // The tables of the tokens' index come with it.
    let sql =
        "SELECT sql FROM source.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'customer_token_%'
        ORDER BY rowid";
    for row in all(&connection, sql, [])? {
        if let Some(Value::Text(sql)) = row.first() {
            connection.execute_batch(sql)?;
        }
    }
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    for table in BEFORE {
        connection.execute_batch(&format!("INSERT INTO main.{table} SELECT * FROM source.{table}"))?;
    }
    let sql = "INSERT INTO main.log SELECT * FROM source.log
        WHERE seq < (SELECT min(seq) FROM source.log WHERE entity = 'customer');
        INSERT INTO main.day_serial SELECT * FROM source.day_serial;
        PRAGMA foreign_keys = ON; DETACH source;";
    connection.execute_batch(sql)?;
    Ok(connection)
}

/// Writes batches, with every statement prepared.
pub(crate) struct Writer<'c> {
    connection: &'c Connection,
    inserts: Vec<Statement<'c>>,
    serial: Statement<'c>,
    import: Statement<'c>,
    tokens: Statement<'c>,
    due: Statement<'c>,
    runs: Runs<'c>,
}

impl<'c> Writer<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Result<Self> {
        let insert = |table: &&str| -> Result<Statement<'c>> {
            let columns = connection
                .prepare(&format!("SELECT * FROM {table}"))?
                .column_count();
            let values = vec!["?"; columns].join(", ");
            Ok(connection.prepare(&format!("INSERT INTO {table} VALUES ({values})"))?)
        };
        Ok(Self {
            connection,
            inserts: TABLES.iter().map(insert).collect::<Result<_>>()?,
            serial: connection.prepare("UPDATE day_serial SET last = last + ?1")?,
            import: connection.prepare("UPDATE import SET rows = rows + ?1, created = created + ?1")?,
            tokens: connection.prepare("INSERT INTO customer_token (rowid, tokens) VALUES (?1, ?2)")?,
            due: connection.prepare("INSERT INTO token_due (customer) VALUES (?1)")?,
            runs: Runs::new(connection)?,
        })
    }

    /// A step of an import, in one transaction; how long it took.
    pub(crate) fn import_step(&mut self, batch: &Batch) -> Result<Duration> {
        self.transaction(|writer| {
            writer.insert(batch)?;
            for (number, tokens) in &batch.tokens {
                writer.tokens.execute(params![number, tokens])?;
            }
            writer.import.execute([batch.customers])?;
            writer.runs.write(&batch.keys)
        })
    }

    /// One customer, in one transaction; how long it took.
    pub(crate) fn create(&mut self, batch: &Batch) -> Result<Duration> {
        self.transaction(|writer| {
            writer.insert(batch)?;
            for (number, _) in &batch.tokens {
                writer.due.execute([number])?;
            }
            writer.runs.write(&batch.keys)
        })
    }

    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Result<()>) -> Result<Duration> {
        let (done, took) = timed(|| {
            let begin = |sql| -> Result<()> {
                self.connection.prepare_cached(sql)?.execute([])?;
                Ok(())
            };
            begin("BEGIN IMMEDIATE")?;
            body(self)?;
            begin("COMMIT")
        });
        done.map(|()| took)
    }

    fn insert(&mut self, batch: &Batch) -> Result<()> {
        for (table, row) in &batch.rows {
            let insert = self.inserts.get_mut(*table).context("no such table")?;
            insert.execute(params_from_iter(row))?;
        }
        self.serial.execute([batch.customers])?;
        Ok(())
    }
}

/// All rows of a query.
fn all(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map(params, |row| (0..columns).map(|column| row.get(column)).collect())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The number in a row's first column.
fn first(row: &Row) -> Result<i64> {
    match row.first() {
        Some(Value::Integer(number)) => Ok(*number),
        _ => anyhow::bail!("a row without a number"),
    }
}
