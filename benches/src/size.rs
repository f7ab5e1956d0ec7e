//! How large the file is of customers that were imported with a name and a telephone and nothing else.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Result;
use crm_benches::lifelike;
use crm_match_eval::store::remove;
use crmkit::ImportOptions;
use rusqlite::Connection;

use crate::{
    figures::{Figures, Limit},
    store,
};

const ROWS: u32 = 100_000;
/// What such a customer may take, in bytes.
const LIMIT: f64 = 1_000.0;
/// What is required of a customer and the same for all of them.
const DEFAULTS: [(&str, &str); 4] = [
    ("kind", "企业客户"),
    ("industry", "制造业"),
    ("source", "转介绍"),
    ("first_contact", "2024-04-28"),
];

/// The file as closing leaves it, and of what it consists.
pub(crate) fn run(figures: &Figures) -> Result<()> {
    let list = store::file("name_and_phone.csv")?;
    write_list(&list)?;
    let path = store::new_file("name_and_phone.db")?;
    let (crm, me) = store::set_up(&path)?;
    let options = ImportOptions {
        defaults: DEFAULTS
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into(),
        ..ImportOptions::default()
    };
    let counts = crm_benches::import(&me, &list, options)?.counts;
    anyhow::ensure!(counts.created == u64::from(ROWS), "not every row was stored");
    drop((me, crm));
    for (name, bytes) in parts(&path)? {
        let each = bytes / f64::from(ROWS);
        if each >= 0.5 {
            println!("  {name:<24} {each:>7.1}");
        }
    }
    let bytes = fs::metadata(&path)?.len() as f64 / f64::from(ROWS);
    figures.add("bytes_per_customer", bytes, "B", &Limit::AtMost(LIMIT, 1.0))?;
    remove(&path)
}

fn write_list(path: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "客户名称,联系电话")?;
    for i in 0..ROWS {
        writeln!(out, "{},{}", lifelike::name(i), lifelike::phone(i))?;
    }
    Ok(out.flush()?)
}

/// The bytes of each table and index, largest first, and those of pages that nothing uses.
fn parts(path: &Path) -> Result<Vec<(String, f64)>> {
    let connection = Connection::open(path)?;
    let sql = "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE
        UNION ALL SELECT '(free)', freelist_count * page_size FROM pragma_freelist_count, pragma_page_size
        ORDER BY 2 DESC";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as f64)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
