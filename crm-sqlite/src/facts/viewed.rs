//! Who looks at facts, and whose are asked for.

use std::collections::{BTreeMap, BTreeSet};

use crm_core::{
    CustomerNumber, Result, UserId,
    store::{NumberSet, Scope},
};
use rusqlite::Params;

use crate::{
    error::{OrStorage, unreadable},
    row::Columns,
    transaction::Transaction,
};

/// A user: whether all that is credited to them counts, and whether it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) in_scope: bool,
    pub(super) wanted: bool,
}

/// A scope and the people who are asked for, by their rows, with the customers that decide.
pub(super) struct Viewed {
    people: BTreeMap<i64, Person>,
    granted: Vec<i64>,
    /// With whom nothing counts.
    archived: NumberSet,
    /// Those in scope that are not archived; none is all.
    seen: Option<NumberSet>,
}

impl Viewed {
    /// The people who are asked for: those all of whose facts count, or the others.
    pub(super) fn people(&self, outsiders: bool) -> impl Iterator<Item = (i64, Person)> {
        let people = self.people.iter().map(|(row, person)| (*row, *person));
        people.filter(move |(_, person)| person.wanted && person.in_scope != outsiders)
    }

    /// Everybody who may answer for a customer.
    pub(super) fn owners(&self) -> impl Iterator<Item = i64> {
        self.people.keys().copied()
    }

    pub(super) fn person(&self, row: i64) -> Result<Person> {
        self.people.get(&row).copied().ok_or_else(|| unreadable("user"))
    }

    /// The rows of those all of whose facts count, with commas between them.
    pub(super) fn insiders(&self) -> String {
        let insiders = self.people.iter().filter(|(_, person)| person.in_scope);
        let rows: Vec<String> = insiders.map(|(row, _)| row.to_string()).collect();
        rows.join(", ")
    }

    /// How the customers `c` in scope are found: conditions, each with what it is asked with.
    pub(super) fn customers(&self) -> [(String, Vec<i64>); 2] {
        let insiders = self.people.iter().filter(|(_, person)| person.in_scope);
        [
            ("c.owner = ?1".to_owned(), insiders.map(|(row, _)| *row).collect()),
            (
                format!("c.number = ?1 AND c.owner NOT IN ({})", self.insiders()),
                self.granted.clone(),
            ),
        ]
    }

    /// The customers that are in scope by name.
    pub(super) fn granted(&self) -> &[i64] {
        &self.granted
    }

    pub(super) fn is_archived(&self, customer: CustomerNumber) -> bool {
        !self.archived.is_empty() && self.archived.contains(customer)
    }

    /// Whether a customer that is not archived is in scope.
    pub(super) fn is_seen(&self, customer: CustomerNumber) -> bool {
        self.seen.as_ref().is_none_or(|seen| seen.contains(customer))
    }
}

impl Transaction<'_> {
    pub(super) fn viewed(&self, scope: &Scope, people: Option<&BTreeSet<UserId>>) -> Result<Viewed> {
        let users = self.all("SELECT id, uuid FROM user", [], |row| {
            let mut c = Columns::of(row);
            let (row, id): (i64, _) = (c.get()?, c.id(UserId::from_bytes)?);
            let person = Person {
                id,
                in_scope: scope.has_owner(id),
                wanted: people.is_none_or(|people| people.contains(&id)),
            };
            Ok((row, person))
        })?;
        let mut viewed = Viewed {
            people: users.into_iter().collect(),
            granted: scope.granted().iter().map(|number| number.to_i64()).collect(),
            archived: NumberSet::default(),
            seen: None,
        };
        let archived = "SELECT number FROM customer WHERE archived_at IS NOT NULL";
        self.each_row(archived, [], |c| {
            viewed.archived.insert(c.number()?);
            Ok(())
        })?;
        if !scope.is_all() {
            let mut seen = NumberSet::default();
            for (whose, rows) in viewed.customers() {
                let sql = format!("SELECT c.number FROM customer c WHERE {whose} AND c.archived_at IS NULL");
                for row in rows {
                    self.each_row(&sql, [row], |c| {
                        seen.insert(c.number()?);
                        Ok(())
                    })?;
                }
            }
            viewed.seen = Some(seen);
        }
        Ok(viewed)
    }

    /// Visits the rows of a statement.
    pub(super) fn each_row(
        &self,
        sql: &str,
        params: impl Params,
        mut visit: impl FnMut(&mut Columns) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).or_storage()?;
        let mut rows = statement.query(params).or_storage()?;
        while let Some(row) = rows.next().or_storage()? {
            visit(&mut Columns::of(row))?;
        }
        Ok(())
    }
}
