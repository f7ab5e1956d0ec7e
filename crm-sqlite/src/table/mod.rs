//! The tables: one file for each sort of record, which declares the columns once.
//!
//! [`table!`] makes of the declaration how a record is bound and read; the statements are made of the columns' names when
//! they are first needed. A field that was left out does not compile, since the record is taken apart and put together
//! by name. The store knows no rule: what is to be written has been settled before.

mod account;
mod answer;
mod attachment;
mod column;
mod contact;
mod contract;
mod customer;
mod follow_up;
mod hand_over;
mod import;
mod list;
mod merge;
mod opportunity;
mod pick_entry;
mod reminder;
mod request;
mod service_record;
mod settings;
mod status_change;
mod target;
mod task;
mod team;
mod user;

use std::{
    cell::OnceCell,
    sync::{Arc, Mutex, PoisonError},
};

use crm_core::{
    CustomerNumber, Entity, Error, Page, PageRequest, Result,
    store::{Delta, Keyset, Put, Record, Records, Scope, SortValue},
};
use rusqlite::{params, params_from_iter};

pub(crate) use self::column::{Binder, Chosen, Column, Differing, Key, integer, json, uuid_key};
use crate::{error::OrStorage, list::Conditions, row::Columns, transaction::Transaction};

/// A column: its name, and how it is selected where it is read.
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) select: Option<String>,
}

impl Declared {
    /// The columns of a field of a record.
    pub(crate) fn field<T, C: Column>(field: &str, _: fn(&T) -> &C) -> impl Iterator<Item = Self> {
        C::PARTS.iter().map(move |part| {
            let name = format!("{field}{part}");
            Self {
                select: Some(C::select(&name)),
                name,
            }
        })
    }

    /// A column that names the record, and stands as it is.
    pub(crate) fn key(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            select: Some(format!("t.{name}")),
        }
    }

    /// A column that comes from others, and is never read back.
    pub(crate) fn derived(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            select: None,
        }
    }
}

/// How many of the statements that set some columns are kept at hand: what few edits need is made when it is needed.
const UPDATES: usize = 32;

/// The statements of a table.
pub(crate) struct Sql {
    insert: String,
    /// These two take the key.
    delete: String,
    by_key: String,
    select: String,
    read: String,
    table: String,
    /// The columns, of which these many are the key.
    names: Vec<String>,
    keys: usize,
    /// The statements that set some of the columns, as they were needed.
    updates: Mutex<Vec<(Chosen, Arc<str>)>>,
}

impl Sql {
    /// Of a table whose first columns are the key.
    pub(crate) fn of(table: &str, columns: &[Declared], keys: usize) -> Self {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let found = found(&names, keys);
        let read: Vec<&str> = columns
            .iter()
            .filter_map(|column| column.select.as_deref())
            .collect();
        let select = format!("SELECT {} FROM {table} t", read.join(", "));
        Self {
            insert: insert(table, &names),
            delete: format!("DELETE FROM {table} WHERE {found}"),
            by_key: format!("{select} WHERE {found}"),
            select,
            read: read.join(", "),
            table: table.to_owned(),
            names: names.into_iter().map(str::to_owned).collect(),
            keys,
            updates: Mutex::default(),
        }
    }

    /// The statement that sets these columns, and takes the key and their values.
    fn update(&self, changed: Chosen) -> Arc<str> {
        let mut updates = self.updates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, sql)) = updates.iter().find(|(columns, _)| *columns == changed) {
            return Arc::clone(sql);
        }
        let sql = self.update_of(changed);
        if updates.len() < UPDATES {
            updates.push((changed, Arc::clone(&sql)));
        }
        sql
    }

    fn update_of(&self, changed: Chosen) -> Arc<str> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let columns = names.iter().skip(self.keys).enumerate();
        let set: Vec<String> = columns
            .filter(|(at, _)| changed.has(*at))
            .zip(self.keys + 1..)
            .map(|((_, name), place)| format!("{name} = ?{place}"))
            .collect();
        let found = found(&names, self.keys);
        format!("UPDATE {} SET {} WHERE {found}", self.table, set.join(", ")).into()
    }

    /// What is read of the table `t`, without a condition.
    pub(crate) fn select(&self) -> &str {
        &self.select
    }

    /// What is read of the table `t` and of those that are joined to it, without a condition.
    pub(crate) fn select_with(&self, others: &str) -> String {
        format!("SELECT {}, {others} FROM {} t", self.read, self.table)
    }
}

/// The condition that takes the key, of which these many of the names are.
fn found(names: &[&str], keys: usize) -> String {
    let equal = names.iter().take(keys).zip(1..);
    let equal: Vec<String> = equal.map(|(name, at)| format!("{name} = ?{at}")).collect();
    match equal.as_slice() {
        [] => "TRUE".to_owned(),
        equal => equal.join(" AND "),
    }
}

/// The statement that enters a row.
fn insert(table: &str, names: &[&str]) -> String {
    let places: Vec<String> = (1..=names.len()).map(|at| format!("?{at}")).collect();
    format!(
        "INSERT INTO {table} ({}) VALUES ({})",
        names.join(", "),
        places.join(", ")
    )
}

/// A sort of record as this store keeps it. [`table!`] makes it so.
pub(crate) trait Table: Record<Key: Key> {
    /// The table's name.
    const NAME: &'static str;

    /// Statements that take the UUID of a record that is taken out, where rows without a foreign key tell it by its own.
    const LET_GO: &'static [&'static str] = &[];

    /// Its columns, the key first.
    fn columns() -> Vec<Declared>;

    /// Its statements.
    fn sql() -> &'static Sql;

    /// Binds the key and the columns that are chosen, in their order.
    fn bind(&self, to: &mut Binder) -> Result<()>;

    /// The columns behind the key that differ.
    fn differing(before: &Self, after: &Self) -> Chosen;

    /// Reads all columns but those that are derived. Its lists are empty.
    fn read(row: &mut Columns) -> Result<Self>;

    /// Reads its lists.
    fn read_lists(&mut self, _: &Transaction) -> Result<()> {
        Ok(())
    }

    /// Writes the lists that differ; without `after` they go.
    fn write_lists(_: &Transaction, _before: Option<&Self>, _after: Option<&Self>) -> Result<()> {
        Ok(())
    }

    /// Where the transaction keeps the only one, once it was read.
    fn kept<'t>(_: &'t Transaction) -> Option<&'t OnceCell<Self>> {
        None
    }

    /// What the transaction knows besides, once one was entered, changed or taken out.
    fn put(_: &mut Transaction, _: &Put<Self>) -> Result<()> {
        Ok(())
    }
}

/// Declares the table of a sort of record: the fields that name it, its other fields, in the order of the table, columns
/// that come from them, and fields that are lists of their own. A field's column has another name after `as`. What a column comes
/// from is all that it is worked out from, and has its name there.
macro_rules! table {
    (
        $record:ident in $table:literal {
            key: [$( $key:ident $(as $key_name:literal)? ),*],
            fields: [$( $field:ident $(as $name:literal)? ),* $(,)?],
            $( derived: [$( $derived:ident of [$( $from:ident ),+]: $derive:expr ),+ $(,)?], )?
            $( lists: [$( $list:ident in $listed:ty ),+ $(,)?], )?
        }
        $( $rest:tt )*
    ) => {
        impl $crate::table::Table for $record {
            const NAME: &'static str = $table;

            fn columns() -> Vec<$crate::table::Declared> {
                use $crate::table::Declared;

                let keys: &[&str] = &[$( $crate::table::named!($key $($key_name)?) ),*];
                #[allow(unused_mut, reason = "some have nothing but a key")]
                let mut columns: Vec<Declared> = keys.iter().copied().map(Declared::key).collect();
                $( columns.extend(Declared::field($crate::table::named!($field $($name)?), |it: &Self| &it.$field)); )*
                $($( columns.push(Declared::derived(stringify!($derived))); )+)?
                columns
            }

            fn sql() -> &'static $crate::table::Sql {
                static SQL: std::sync::LazyLock<$crate::table::Sql> = std::sync::LazyLock::new(|| {
                    let keys = <$record as crm_core::store::Record>::KEY.len();
                    $crate::table::Sql::of($table, &<$record as $crate::table::Table>::columns(), keys)
                });
                &SQL
            }

            fn bind(&self, to: &mut $crate::table::Binder) -> crm_core::Result<()> {
                let Self { $($key,)* $($field,)* $($( $list: _, )+)? } = self;
                $( $crate::table::Key::bind($key, to)?; )*
                $( to.columns($field)?; )*
                $($( to.derived(($( &self.$from, )+), |($( $from, )+)| $derive)?; )+)?
                Ok(())
            }

            #[allow(unused_mut, unused_variables, reason = "some have nothing but a key")]
            fn differing(before: &Self, after: &Self) -> $crate::table::Chosen {
                let mut differing = $crate::table::Differing::default();
                $( differing.field(&before.$field, &after.$field); )*
                $($( differing.derived(false $( || before.$from != after.$from )+); )+)?
                differing.all()
            }

            fn read(row: &mut $crate::row::Columns) -> crm_core::Result<Self> {
                Ok(Self {
                    $( $key: $crate::table::Key::read(row)?, )*
                    $( $field: row.field()?, )*
                    $($( $list: Vec::new(), )+)?
                })
            }

            $(
                fn read_lists(&mut self, tx: &$crate::transaction::Transaction) -> crm_core::Result<()> {
                    $( self.$list = tx.list::<$listed>(self.number)?; )+
                    Ok(())
                }

                fn write_lists(
                    tx: &$crate::transaction::Transaction,
                    before: Option<&Self>,
                    after: Option<&Self>,
                ) -> crm_core::Result<()> {
                    let Some(number) = after.or(before).map(|it| it.number) else { return Ok(()) };
                    $( tx.put_list::<$listed>(
                        number,
                        before.map_or(&[], |it| &it.$list),
                        after.map_or(&[], |it| &it.$list),
                    )?; )+
                    Ok(())
                }
            )?

            $( $rest )*
        }
    };
}

/// The name of a field's column.
macro_rules! named {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}
pub(crate) use {named, table};

macro_rules! apply {
    ($($name:ident),+) => {
        impl Transaction<'_> {
            /// Writes a record as it is after.
            pub(crate) fn apply_delta(&mut self, delta: &Delta) -> Result<()> {
                match delta { $( Delta::$name(put) => self.put(put) ),+ }
            }
        }

        /// All tables of records, with their columns.
        #[cfg(test)]
        fn tables() -> Vec<(&'static str, Vec<Declared>)> {
            vec![$( (<crm_core::$name as Table>::NAME, <crm_core::$name as Table>::columns()) ),+]
        }
    };
}
crm_core::for_each_record!(apply);

impl Transaction<'_> {
    fn put<T: Table>(&mut self, put: &Put<T>) -> Result<()> {
        match (&put.before, &put.after) {
            (None, Some(after)) => {
                self.run_bound(&T::sql().insert, |to| after.bind(to))?;
                T::write_lists(self, None, Some(after))?;
            }
            (Some(before), Some(after)) => {
                if before.key() != after.key() {
                    return Err(Error::internal("a record under another's key"));
                }
                self.change(before, after)?;
                T::write_lists(self, Some(before), Some(after))?;
            }
            (Some(before), None) => {
                let key = before.key();
                for sql in T::LET_GO {
                    self.run_bound(sql, |to| key.bind(to))?;
                }
                T::write_lists(self, Some(before), None)?;
                there::<T>(self.run_bound(&T::sql().delete, |to| key.bind(to))?)?;
                self.forget_rows();
            }
            (None, None) => return Err(Error::internal("a delta of nothing")),
        }
        T::put(self, put)
    }

    /// Writes what differs: an index of what does not is left alone, and no reference of it is looked up.
    fn change<T: Table>(&mut self, before: &T, after: &T) -> Result<()> {
        let differing = T::differing(before, after);
        let rows = match differing.is_empty() {
            true => Records::<T>::records(self, &[after.key()], &Scope::all())?.len(),
            false => self.run_chosen(
                T::NAME,
                differing,
                || T::sql().update(differing),
                |to| after.bind(to),
            )?,
        };
        there::<T>(rows)
    }

    /// The records that a query finds, which goes on after `SELECT … FROM table t`.
    pub(crate) fn records_where<T: Table>(
        &self,
        rest: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<T>> {
        let sql = format!("{} {rest}", T::sql().select);
        let mut records = self.all(&sql, params, |row| T::read(&mut Columns::of(row)))?;
        records
            .iter_mut()
            .try_for_each(|record| record.read_lists(self))?;
        Ok(records)
    }

    /// A page of records, the newest first, of those that a query finds, with the customer that they hang on, if they do, as `c`, and
    /// that `wanted` lets through. Words are looked for in what is read, so that no text stands a third time.
    pub(crate) fn newest<T: Table>(
        &self,
        mut conditions: Conditions,
        page: &PageRequest,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Page<T>> {
        let mut found = Page::empty();
        let Some((order, at)) = T::NEWEST else {
            return Ok(found);
        };
        let keyset = Keyset::new(order, page)?;
        if let Some([SortValue::Integer(first), SortValue::Text(id)]) = keyset.after() {
            let (first, id) = (conditions.bind(*first), conditions.bind(id.clone()));
            conditions.and(format_args!("(t.{at}, hex(t.uuid)) < ({first}, {id})"));
        }
        let customer = match T::CUSTOMER {
            Some(_) => "JOIN customer c ON c.number = t.customer",
            None => "",
        };
        let sql = format!(
            "{} {customer} WHERE TRUE{} ORDER BY t.{at} DESC, hex(t.uuid) DESC",
            T::sql().select(),
            conditions.sql
        );
        let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
        let mut rows = statement
            .query(params_from_iter(conditions.into_values()))
            .or_storage()?;
        while let Some(row) = rows.next().or_storage()? {
            let record = T::read(&mut Columns::of(row))?;
            if !wanted(&record) {
                continue;
            }
            if found.items.len() == keyset.limit() {
                found.next = found.items.last().map(|last| keyset.cursor(&last.place()));
                break;
            }
            found.items.push(record);
        }
        Ok(found)
    }

    /// The records with these keys that `wanted` lets through, in the order of the keys.
    pub(crate) fn records_by_key<T: Table>(
        &self,
        keys: &[T::Key],
        wanted: impl Fn(&T) -> Result<bool>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::with_capacity(keys.len());
        let kept = T::kept(self);
        if let (Some(only), [_]) = (kept.and_then(OnceCell::get), keys) {
            found.extend(wanted(only)?.then(|| only.clone()));
            return Ok(found);
        }
        let mut statement = self.connection.prepare_cached(&T::sql().by_key).or_storage()?;
        for key in keys {
            key.bind(&mut Binder::new(self, &mut statement))?;
            let mut rows = statement.raw_query();
            let Some(row) = rows.next().or_storage()? else {
                continue;
            };
            let mut record = T::read(&mut Columns::of(row))?;
            drop(rows);
            if wanted(&record)? {
                record.read_lists(self)?;
                if let Some(kept) = kept {
                    kept.get_or_init(|| record.clone());
                }
                found.push(record);
            }
        }
        Ok(found)
    }
}

fn there<T: Table>(rows: usize) -> Result<()> {
    match rows {
        0 => Err(Error::internal(format_args!("there is no such {}", T::ENTITY))),
        _ => Ok(()),
    }
}

impl<T: Table> Records<T> for Transaction<'_> {
    fn count(&self) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM {}", T::NAME);
        let there = self.one(&sql, [], |row| Columns::of(row).unsigned())?;
        Ok(there.unwrap_or_default())
    }

    fn records(&self, keys: &[T::Key], scope: &Scope) -> Result<Vec<T>> {
        self.records_by_key(keys, |record: &T| {
            let Some(number) = record.customer().filter(|_| scope.owners().is_some()) else {
                return Ok(true);
            };
            let owner = match T::ENTITY {
                Entity::Customer => record.owner(),
                _ => self.owner_of(number)?,
            };
            Ok(owner.is_some_and(|owner| scope.reaches(record, number, owner)))
        })
    }

    fn of_customer(
        &self,
        customer: CustomerNumber,
        archived: bool,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<T>> {
        let mut found = Page::empty();
        let Some((order, at)) = T::NEWEST.filter(|_| T::CUSTOMER.is_some()) else {
            return Ok(found);
        };
        let keyset = Keyset::new(order, page)?;
        let seen = self
            .owner_of(customer)?
            .is_some_and(|owner| scope.contains(customer, owner));
        if !seen {
            return Ok(found);
        }
        let (first, id) = match keyset.after() {
            Some([SortValue::Integer(first), SortValue::Text(id)]) => (*first, id.as_str()),
            Some([SortValue::Integer(first)]) => (*first, ""),
            _ => (i64::MAX, ""),
        };
        let live = match archived || !T::CAN_BE_ARCHIVED {
            true => "",
            false => "AND t.archived_at IS NULL",
        };
        // Of a ledger, a number tells any two apart.
        let last = match order.keys {
            [_] => "''",
            _ => "hex(t.uuid)",
        };
        let rest = format!(
            "WHERE t.customer = ?1 {live} AND (t.{at}, {last}) < (?2, ?3)
            ORDER BY t.{at} DESC, {last} DESC LIMIT ?4"
        );
        let one_more = i64::try_from(keyset.limit())
            .unwrap_or(i64::MAX)
            .saturating_add(1);
        found.items = self.records_where(&rest, params![customer.to_i64(), first, id, one_more])?;
        if found.items.len() > keyset.limit() {
            found.items.truncate(keyset.limit());
            found.next = found.items.last().map(|last| keyset.cursor(&last.place()));
        }
        Ok(found)
    }

    fn all_of(&self, customer: CustomerNumber) -> Result<Vec<T>> {
        let Some(column) = T::CUSTOMER else {
            return Ok(Vec::new());
        };
        let columns = T::columns();
        let key: Vec<&str> = columns
            .iter()
            .take(T::KEY.len())
            .map(|column| column.name.as_str())
            .collect();
        let rest = format!("WHERE t.{column} = ?1 ORDER BY {}", key.join(", "));
        self.records_where(&rest, [customer.to_i64()])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crm_core::{Role, User, UserId};
    use rusqlite::Connection;

    use super::*;

    fn columns_of(connection: &Connection, table: &str) -> BTreeSet<String> {
        let mut statement = connection
            .prepare(&format!("PRAGMA table_info({table})"))
            .unwrap();
        let rows = statement.query_map([], |row| row.get(1)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn the_schema_has_the_columns_that_are_declared() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        let lists = list::tables()
            .into_iter()
            .map(|(table, columns)| (table, columns, &["customer", "position"][..]));
        // Inside, a row that has a UUID, or is the only one, is told by an integer; what a customer is sorted by besides, or reports read, is no field.
        let records = tables().into_iter().map(|(table, columns)| {
            (
                table,
                columns,
                &[
                    "id",
                    "last_follow_up",
                    "next_task",
                    "ledger",
                    "signed",
                    "signed_before",
                ][..],
            )
        });
        for (table, columns, besides) in lists.chain(records) {
            let mut there = columns_of(&connection, table);
            there.retain(|name| !besides.contains(&name.as_str()));
            let declared: Vec<String> = columns.into_iter().map(|column| column.name).collect();
            assert_eq!(there.len(), declared.len(), "each column of {table} once");
            assert!(declared.len() <= Chosen::MOST, "{table}");
            assert_eq!(there, declared.into_iter().collect(), "{table}");
        }
    }
    #[test]
    fn a_change_sets_what_differs_and_what_comes_from_it() {
        let before = User {
            id: UserId::from_bytes([1; 16]),
            revision: 1,
            login: "lin".to_owned(),
            name: "林".to_owned(),
            role: Role::Admin,
            team: None,
            phone: None,
            birthday: None,
            active: true,
        };
        let sql = |after: &User| User::sql().update(User::differing(&before, after)).to_string();
        let renamed = User {
            revision: 2,
            name: "林一".to_owned(),
            ..before.clone()
        };
        assert_eq!(
            sql(&renamed),
            "UPDATE user SET revision = ?2, name = ?3 WHERE uuid = ?1"
        );
        let other = User {
            login: "Lin".to_owned(),
            ..before.clone()
        };
        assert_eq!(
            sql(&other),
            "UPDATE user SET login = ?2, login_folded = ?3 WHERE uuid = ?1"
        );
        assert!(User::differing(&before, &before).is_empty());
    }
}
