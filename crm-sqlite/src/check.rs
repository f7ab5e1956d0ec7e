//! Checking the file: each table with its indexes, what it refers to, and what comes of other columns.

use crm_core::Result;

use crate::{error::OrStorage, transaction::Transaction};

/// Faults of a table that are told.
const MOST: u32 = 100;

impl Transaction<'_> {
    /// The tables, one part each.
    fn tables(&self) -> Result<Vec<String>> {
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
        self.all(sql, [], |row| row.get(0).or_storage())
    }

    pub(crate) fn parts(&self) -> Result<u32> {
        Ok(u32::try_from(self.tables()?.len()).unwrap_or(u32::MAX))
    }

    pub(crate) fn check_part(&self, part: u32) -> Result<Vec<String>> {
        let tables = self.tables()?;
        let Some(table) = usize::try_from(part).ok().and_then(|part| tables.get(part)) else {
            return Ok(Vec::new());
        };
        // A name of our own schema needs no quotes, and of another one is not asked for.
        let sql = format!("SELECT integrity_check FROM pragma_integrity_check('{table}') LIMIT {MOST}");
        let said: Vec<String> = self.all(&sql, [], |row| row.get(0).or_storage())?;
        let mut faults: Vec<String> = said
            .into_iter()
            .filter(|said| said != "ok")
            .map(|said| format!("{table}: {said}"))
            .collect();
        let sql = format!(
            "SELECT \"parent\", count(*) FROM pragma_foreign_key_check('{table}') GROUP BY 1 ORDER BY 1"
        );
        faults.extend(self.all(&sql, [], |row| {
            let (parent, rows): (String, i64) = (row.get(0).or_storage()?, row.get(1).or_storage()?);
            Ok(format!(
                "{table}: {rows} rows refer to what is not there in {parent}"
            ))
        })?);
        faults.extend(self.check_summaries(table)?);
        if table == "customer" {
            faults.extend(self.check_sorts()?);
        }
        Ok(faults)
    }
}
