//! Lists in pages: one builder for every list (R2.7). A list is its [`Table`], the columns of its order's keys, and the
//! conditions of its filter; the statement, the cursor and the page come from here.

use std::fmt::{Display, Write};

use crm_core::{
    CustomerNumber, Error, Page, Result,
    store::{Keyset, Order, SortKind, SortValue},
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

/// A stretch of a list that has one order by itself; stretches follow one another.
pub(crate) enum Stretch<'k> {
    /// The whole of it.
    Whole(&'k [Key]),
    /// The rows that have something for the first of two keys, and what stands in the cursors of those that have nothing.
    With(&'k [Key], i64),
    /// Those that have nothing, by the second key alone.
    Without(&'k [Key], i64),
}

impl<'k> Stretch<'k> {
    fn keys(&self) -> &'k [Key] {
        match self {
            Self::Whole(keys) | Self::With(keys, _) => keys,
            Self::Without(keys, _) => keys.get(1..).unwrap_or_default(),
        }
    }

    /// What its rows have in common.
    fn condition(&self) -> Option<String> {
        let first = |keys: &[Key]| keys.first().map(|key| key.sql).unwrap_or_default();
        match self {
            Self::Whole(_) => None,
            Self::With(keys, _) => Some(format!("{} IS NOT NULL", first(keys))),
            Self::Without(keys, _) => Some(format!("{} IS NULL", first(keys))),
        }
    }

    /// Where in it a page begins: after these values of its keys, or at its beginning; none if the page begins behind it.
    fn after<'a>(&self, after: Option<&'a [SortValue]>) -> Option<&'a [SortValue]> {
        let Some(place @ [first, rest @ ..]) = after else {
            return Some(&[]);
        };
        match self {
            Self::Whole(_) => Some(place),
            Self::With(_, nothing) => (*first != SortValue::Integer(*nothing)).then_some(place),
            Self::Without(_, nothing) if *first == SortValue::Integer(*nothing) => Some(rest),
            Self::Without(..) => Some(&[]),
        }
    }

    /// Where a row, whose keys begin at this column, stands in the list.
    fn place(&self, row: &Row, first_key: usize, keyset: &Keyset) -> Result<Vec<SortValue>> {
        let kinds = keyset.order().keys;
        match self {
            Self::Whole(_) | Self::With(..) => place(row, first_key, kinds),
            Self::Without(_, nothing) => {
                let rest = place(row, first_key, kinds.get(1..).unwrap_or_default())?;
                Ok(std::iter::once(SortValue::Integer(*nothing))
                    .chain(rest)
                    .collect())
            }
        }
    }
}

/// Conditions with bound values, each written as ` AND …`. A value is bound once, however often a statement names it.
#[derive(Clone, Default)]
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
    /// These rows, and no others.
    These(Vec<i64>),
    /// Along the customers whose tokens answer this expression, in the order of their numbers, and those whose tokens are due.
    Tokens(String),
}

/// What a statement reads of the rows of a list: one range of an index.
struct Range {
    from: String,
    condition: String,
    /// By what a row is found.
    row: String,
}

impl Access {
    /// What is to be read, side by side.
    fn ranges(&self, table: &Table, conditions: &mut Conditions) -> Vec<Range> {
        let (name, row) = (table.name, table.row);
        let range = |from: String, condition: &str, row: String| Range {
            from,
            condition: condition.to_owned(),
            row,
        };
        // The order in which tables stand is that in which they are read.
        let beside = |other: &str, of: &str| format!("{other} CROSS JOIN {name} t ON t.{row} = {of}");
        match self {
            Self::Scan => vec![range(format!("{name} t NOT INDEXED"), "TRUE", format!("t.{row}"))],
            Self::Chosen => vec![range(format!("{name} t"), "TRUE", format!("t.{row}"))],
            Self::SideBySide(ranges) => {
                let each = ranges.iter();
                each.map(|condition| range(format!("{name} t"), condition, format!("t.{row}")))
                    .collect()
            }
            Self::These(rows) => {
                let rows: Vec<String> = rows.iter().map(i64::to_string).collect();
                let rows = conditions.bind(format!("[{}]", rows.join(",")));
                let from = beside(&format!("json_each({rows}) f"), "f.value");
                vec![range(from, "TRUE", format!("t.{row}"))]
            }
            Self::Tokens(expression) => {
                let matched = format!("customer_token MATCH {}", conditions.bind(expression.clone()));
                let by_token = "customer_token.rowid";
                vec![
                    range(beside("customer_token", by_token), &matched, by_token.to_owned()),
                    range(
                        beside("token_due d", "d.customer"),
                        "TRUE",
                        "d.customer".to_owned(),
                    ),
                ]
            }
        }
    }
}

impl Transaction<'_> {
    /// One page, by a statement for each stretch that it has rows of.
    pub(crate) fn page<T>(
        &self,
        table: &Table,
        stretches: &[Stretch],
        keyset: &Keyset,
        access: &Access,
        conditions: &Conditions,
        read: impl Fn(&Row) -> Result<T>,
    ) -> Result<Page<T>> {
        let mut items = Vec::new();
        let mut cursor = None;
        for stretch in stretches {
            let Some(after) = stretch.after(keyset.after()) else {
                continue;
            };
            // One row more than the page has, to tell whether there is a next.
            let limit = keyset.limit() - items.len() + 1;
            let (sql, values) = statement(table, stretch, keyset.order(), after, limit, access, conditions)?;
            let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
            // The keys are selected last.
            let first_key = statement.column_count().saturating_sub(stretch.keys().len());
            let mut rows = statement.query(params_from_iter(values)).or_storage()?;
            while let Some(row) = rows.next().or_storage()? {
                if items.len() == keyset.limit() {
                    return Ok(Page { items, next: cursor });
                }
                items.push(read(row)?);
                if items.len() == keyset.limit() {
                    cursor = Some(keyset.cursor(&stretch.place(row, first_key, keyset)?));
                }
            }
        }
        Ok(Page { items, next: None })
    }

    /// How many rows there are.
    pub(crate) fn count_rows(&self, table: &Table, access: &Access, conditions: Conditions) -> Result<u64> {
        let mut conditions = conditions;
        let ranges = access.ranges(table, &mut conditions);
        let Conditions { sql, values } = conditions;
        let count = |Range { from, condition, .. }: &Range| {
            format!("(SELECT count(*) FROM {from} WHERE {condition}{sql})")
        };
        let sql = format!(
            "SELECT {}",
            ranges.iter().map(count).collect::<Vec<_>>().join(" + ")
        );
        let count = self.one(&sql, params_from_iter(values), |row| {
            row.get::<_, i64>(0).or_storage()
        })?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }
}

/// The statement of a page's rows of a stretch. They are found first, by their keys alone; only of those is the rest read.
fn statement(
    table: &Table,
    stretch: &Stretch,
    order: Order,
    after: &[SortValue],
    limit: usize,
    access: &Access,
    conditions: &Conditions,
) -> Result<(String, Vec<Value>)> {
    let (keys, mut conditions) = (stretch.keys(), conditions.clone());
    if keys.last().map(|key| key.name) != Some(table.row) || !(after.is_empty() || after.len() == keys.len())
    {
        return Err(Error::internal("a list whose columns are not its order's"));
    }
    let list = |one: &dyn Fn(&Key) -> String| keys.iter().map(one).collect::<Vec<_>>().join(", ");
    let named = |prefix: &str, suffix: &str| list(&|key| format!("{prefix}{}{suffix}", key.name));
    let (way, sign) = match order.descending {
        true => (" DESC", "<"),
        false => ("", ">"),
    };
    if let Some(condition) = stretch.condition() {
        conditions.and(condition);
    }
    let after: Vec<String> = after.iter().map(|value| conditions.bind(bound(value))).collect();
    let limit = conditions.bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let ranges = access.ranges(table, &mut conditions);
    let Conditions { sql: rest, values } = conditions;

    let select = |Range { from, condition, row }: &Range| {
        let column = |key: &Key| match key.name == table.row {
            true => row.clone(),
            false => key.sql.to_owned(),
        };
        let columns = list(&|key| format!("{} AS {}", column(key), key.name));
        let after = match after.is_empty() {
            true => String::new(),
            false => format!(" AND ({}) {sign} ({})", list(&column), after.join(", ")),
        };
        format!("SELECT {columns} FROM {from} WHERE {condition}{rest}{after}")
    };
    let terms: Vec<String> = ranges.iter().map(select).collect();
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

/// A key of an order as SQLite has it.
pub(crate) fn bound(value: &SortValue) -> Value {
    match value {
        SortValue::Integer(number) => Value::Integer(*number),
        SortValue::Text(text) => Value::Text(text.clone()),
        SortValue::Bytes(bytes) => Value::Blob(bytes.clone()),
    }
}

/// A row's values of keys of these kinds.
fn place(row: &Row, first_key: usize, kinds: &[SortKind]) -> Result<Vec<SortValue>> {
    let value = |(at, kind): (usize, &SortKind)| {
        Ok(match kind {
            SortKind::Integer => SortValue::Integer(row.get(at).or_storage()?),
            SortKind::Text => SortValue::Text(row.get(at).or_storage()?),
            SortKind::Bytes => SortValue::Bytes(row.get(at).or_storage()?),
        })
    };
    (first_key..).zip(kinds).map(value).collect()
}
