//! Lists in pages: one builder for every list (R2.7). A list is its [`Table`], the columns of its order's keys, and the
//! conditions of its filter; the statement, the cursor and the page come from here.

use std::fmt::{Display, Write};

use crm_core::{
    CustomerNumber, Error, Page, Result,
    store::{Keyset, SortKind, SortValue},
};
use rusqlite::{Row, params_from_iter, types::Value};

use crate::{error::OrStorage, transaction::Transaction};

/// What the rows of a list are read from.
pub(crate) struct Table {
    /// The table, which conditions call `t`.
    pub(crate) name: &'static str,
    /// The column by which a row of it is found, the last key of every order.
    pub(crate) row: &'static str,
    /// What is selected of each row of the page.
    pub(crate) columns: &'static str,
    /// The tables that stand beside it.
    pub(crate) joins: &'static str,
}

/// A key of a list's order: what it is called in the statement, and how it is read of a row.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    name: &'static str,
    sql: &'static str,
}

impl Key {
    /// The key of this name, read by this expression.
    pub(crate) const fn column(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }
}

/// Conditions with bound values, each written as ` AND …`. A value is bound once, however often a statement names it.
#[derive(Default)]
pub(crate) struct Conditions {
    pub(crate) sql: String,
    values: Vec<Value>,
}

impl Conditions {
    /// A value's place in the statement.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// One condition more.
    pub(crate) fn and(&mut self, condition: impl Display) {
        // Writing into a `String` does not fail.
        let _ = write!(self.sql, " AND {condition}");
    }

    /// A comparison with a value, as in `t.kind =`, if there is one.
    pub(crate) fn compare(&mut self, column_and_sign: &str, value: Option<Value>) {
        if let Some(value) = value {
            let value = self.bind(value);
            self.and(format_args!("{column_and_sign} {value}"));
        }
    }

    /// That a record `t` hangs on this customer `c`, or on one that is not archived, and is not archived itself, unless archived
    /// ones are asked for.
    pub(crate) fn of_customer(&mut self, customer: Option<CustomerNumber>, archived: bool) {
        if let Some(customer) = customer {
            self.compare("t.customer =", Some(customer.to_i64().into()));
        } else if !archived {
            self.and("c.archived_at IS NULL");
        }
        if !archived {
            self.and("t.archived_at IS NULL");
        }
    }

    /// The values in the order of their places.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The places of several values, with commas between them.
    pub(crate) fn bound(&mut self, values: &[i64]) -> String {
        let values: Vec<String> = values.iter().map(|&value| self.bind(value)).collect();
        values.join(", ")
    }

    /// That a column has one of these values.
    pub(crate) fn is_in(&mut self, column: &str, values: &[i64]) {
        let values = self.bound(values);
        self.and(format_args!("{column} IN ({values})"));
    }
}

/// How the rows of a list are looked through.
pub(crate) enum Access {
    /// In the table's own order: by way of an index, each row would be fetched by itself.
    Scan,
    /// As SQLite chooses.
    Chosen,
    /// Along several ranges of indexes, side by side, each with this condition of its own: SQLite merges them without
    /// reading more than the page.
    SideBySide(Vec<String>),
}

impl Access {
    fn table(&self, table: &Table) -> String {
        match self {
            Self::Scan => format!("{} t NOT INDEXED", table.name),
            Self::Chosen | Self::SideBySide(_) => format!("{} t", table.name),
        }
    }
}

impl Transaction<'_> {
    /// One page, by one statement. `keys` are the order's.
    pub(crate) fn page<T>(
        &self,
        table: &Table,
        keys: &[Key],
        keyset: &Keyset,
        access: &Access,
        conditions: Conditions,
        read: impl Fn(&Row) -> Result<T>,
    ) -> Result<Page<T>> {
        let (sql, values) = statement(table, keys, keyset, access, conditions)?;
        let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
        // The keys are selected last.
        let first_key = statement.column_count().saturating_sub(keys.len());
        let mut rows = statement.query(params_from_iter(values)).or_storage()?;
        let mut items = Vec::new();
        let mut cursor = None;
        while let Some(row) = rows.next().or_storage()? {
            if items.len() == keyset.limit() {
                return Ok(Page { items, next: cursor });
            }
            items.push(read(row)?);
            if items.len() == keyset.limit() {
                cursor = Some(keyset.cursor(&place(row, first_key, keyset)?));
            }
        }
        Ok(Page { items, next: None })
    }

    /// How many rows there are.
    pub(crate) fn count_rows(&self, table: &Table, access: &Access, conditions: Conditions) -> Result<u64> {
        let Conditions { sql, values } = conditions;
        let sql = format!("SELECT count(*) FROM {} WHERE TRUE{sql}", access.table(table));
        let count = self.one(&sql, params_from_iter(values), |row| {
            row.get::<_, i64>(0).or_storage()
        })?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }
}

/// The statement of a page, which asks for one row more than the page has, to tell whether there is a next. The rows of
/// the page are found first, by their keys alone; only of those is the rest read.
fn statement(
    table: &Table,
    keys: &[Key],
    keyset: &Keyset,
    access: &Access,
    mut conditions: Conditions,
) -> Result<(String, Vec<Value>)> {
    let order = keyset.order();
    if keys.len() != order.keys.len() || keys.last().map(|key| key.name) != Some(table.row) {
        return Err(Error::internal("a list whose columns are not its order's"));
    }
    let list = |one: &dyn Fn(&Key) -> String| keys.iter().map(one).collect::<Vec<_>>().join(", ");
    let named = |prefix: &str, suffix: &str| list(&|key| format!("{prefix}{}{suffix}", key.name));
    let (way, sign) = match order.descending {
        true => (" DESC", "<"),
        false => ("", ">"),
    };
    if let Some(after) = keyset.after() {
        let values: Vec<String> = after.iter().map(|value| conditions.bind(bound(value))).collect();
        conditions.and(format_args!(
            "({}) {sign} ({})",
            list(&|key| key.sql.to_owned()),
            values.join(", ")
        ));
    }
    let limit = i64::try_from(keyset.limit())
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let limit = conditions.bind(limit);
    let Conditions { sql: rest, values } = conditions;

    let select = |condition: &str| {
        let columns = list(&|key| format!("{} AS {}", key.sql, key.name));
        let table = access.table(table);
        format!("SELECT {columns} FROM {table} WHERE {condition}{rest}")
    };
    let terms: Vec<String> = match access {
        Access::SideBySide(conditions) => conditions.iter().map(|condition| select(condition)).collect(),
        Access::Scan | Access::Chosen => vec![select("TRUE")],
    };
    let (found, row) = (terms.join(" UNION ALL "), table.row);
    let sql = format!(
        "SELECT {columns}, {place} FROM ({found} ORDER BY {order} LIMIT {limit}) page
        CROSS JOIN {name} t ON t.{row} = page.{row} {joins} ORDER BY {outer}",
        columns = table.columns,
        place = named("page.", ""),
        order = named("", way),
        name = table.name,
        joins = table.joins,
        outer = named("page.", way),
    );
    Ok((sql, values))
}

fn bound(value: &SortValue) -> Value {
    match value {
        SortValue::Integer(number) => Value::Integer(*number),
        SortValue::Text(text) => Value::Text(text.clone()),
    }
}

/// Where a row stands in its list.
fn place(row: &Row, first_key: usize, keyset: &Keyset) -> Result<Vec<SortValue>> {
    let value = |(at, kind): (usize, &SortKind)| {
        Ok(match kind {
            SortKind::Integer => SortValue::Integer(row.get(at).or_storage()?),
            SortKind::Text => SortValue::Text(row.get(at).or_storage()?),
        })
    };
    (first_key..).zip(keyset.order().keys).map(value).collect()
}
