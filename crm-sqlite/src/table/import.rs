//! Imports, and what became of their rows.

use crm_core::{
    ContactId, CustomerNumber, EntityRef, Import, ImportId, ImportRow, Problem, Result, RowOutcome,
};
use rusqlite::params;

use super::{integer, json, table, uuid_key};
use crate::{
    error::{OrStorage, unreadable},
    row::Columns,
    transaction::{Named, Transaction},
};

uuid_key!(ImportId);

table! {
    Import in "import" {
        key: [id as "uuid"],
        fields: [fingerprint, by, started_at, changed_at, state, counts as ""],
    }
}

/// How many rows of what import rows say are at hand: most lists have a few, in nearly every row.
const PROBLEMS: usize = 16;

/// An outcome takes a letter: the first of its code.
fn letter(outcome: RowOutcome) -> &'static str {
    outcome.code().get(..1).unwrap_or_default()
}

fn outcome(text: &str) -> Option<RowOutcome> {
    RowOutcome::ALL.iter().copied().find(|&it| letter(it) == text)
}

impl Transaction<'_> {
    pub(crate) fn add_import_row(&mut self, import: ImportId, row: &ImportRow) -> Result<()> {
        let ImportRow {
            line,
            outcome,
            customer,
            contact,
            record,
            problems,
        } = row;
        let problems = match problems.is_empty() {
            true => None,
            false => Some(self.problem_row(problems)?),
        };
        let sql = "INSERT INTO import_row (import, line, outcome, customer, contact, problems, record)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let bind = |to: &mut super::Binder| {
            to.known(import.into())?;
            to.value(integer(*line)?)?;
            to.value(letter(*outcome))?;
            to.value(customer.map(CustomerNumber::to_i64))?;
            to.known_or_uuid(contact.map(Named::from))?;
            to.value(problems)?;
            to.value(
                record
                    .as_ref()
                    .map(|record| format!("{}/{}", record.entity, record.key)),
            )
        };
        self.run_bound(sql, bind).map(drop)
    }

    /// The row of what import rows say, which many of them say alike.
    fn problem_row(&mut self, problems: &[Problem]) -> Result<i64> {
        if let Some((_, row)) = self.problems.iter().find(|(there, _)| there == problems) {
            return Ok(*row);
        }
        let text = json(problems)?;
        let sql = "SELECT id FROM import_problem WHERE text = ?1";
        let there = self.one(sql, [&text], |row| row.get(0).or_storage())?;
        let row = match there {
            Some(row) => row,
            None => {
                self.run("INSERT INTO import_problem (text) VALUES (?1)", [&text])?;
                self.connection.last_insert_rowid()
            }
        };
        if self.problems.len() == PROBLEMS {
            self.problems.remove(0);
        }
        self.problems.push((problems.to_vec(), row));
        Ok(row)
    }

    pub(crate) fn import_rows_after(&self, id: ImportId, after: i64, limit: u32) -> Result<Vec<ImportRow>> {
        let sql = "SELECT r.line, r.outcome, r.customer,
                coalesce((SELECT uuid FROM contact WHERE id = r.contact), r.contact),
                r.record, (SELECT text FROM import_problem WHERE id = r.problems)
            FROM import_row r
            WHERE r.import = (SELECT id FROM import WHERE uuid = ?1) AND r.line > ?2 ORDER BY r.line LIMIT ?3";
        self.all(sql, params![id.as_bytes(), after, limit], |row| {
            let mut c = Columns::of(row);
            let customer = |number| CustomerNumber::from_i64(number).ok_or_else(|| unreadable("number"));
            let record = |text: &str| {
                let (entity, key) = text.split_once('/')?;
                Some(EntityRef {
                    entity: entity.to_owned(),
                    key: key.to_owned(),
                })
            };
            let problems = |text: &str| serde_json::from_str::<Vec<Problem>>(text).ok();
            Ok(ImportRow {
                line: c.unsigned()?,
                outcome: c.code(outcome)?,
                customer: c.get::<Option<i64>>()?.map(customer).transpose()?,
                contact: c.optional_id(ContactId::from_bytes)?,
                record: c.optional_code(record)?,
                problems: c.optional_code(problems)?.unwrap_or_default(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_has_a_letter_of_its_own() {
        for &it in RowOutcome::ALL {
            assert_eq!(outcome(letter(it)), Some(it));
        }
    }
}
