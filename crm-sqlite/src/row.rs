//! The columns of a row, read one after the other.

use chrono::{DateTime, Utc};
use crm_core::{CustomerKind, CustomerNumber, CustomerStatus, CustomerSummary, Result, UserId};
use rusqlite::{
    Row,
    types::{FromSql, ValueRef},
};

use crate::{
    error::{OrStorage, unreadable},
    table::Column,
};

/// The columns of a row, from the first to the last.
pub(crate) struct Columns<'a, 'r> {
    row: &'a Row<'r>,
    next: usize,
}

impl<'a, 'r> Columns<'a, 'r> {
    /// From the row's first column on.
    pub(crate) fn of(row: &'a Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column, as SQLite has it.
    pub(crate) fn get<T: FromSql>(&mut self) -> Result<T> {
        let at = self.next;
        self.next += 1;
        self.row.get(at).or_storage()
    }

    /// The next column without a copy.
    pub(crate) fn value(&mut self) -> Result<ValueRef<'a>> {
        let at = self.next;
        self.next += 1;
        self.row.get_ref(at).or_storage()
    }

    /// The next field, of as many columns as it takes.
    pub(crate) fn field<T: Column>(&mut self) -> Result<T> {
        T::read(self)
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64> {
        u64::try_from(self.get::<i64>()?).map_err(|_| unreadable("count"))
    }

    pub(crate) fn code<T>(&mut self, from_code: impl Fn(&str) -> Option<T>) -> Result<T> {
        self.optional_code(from_code)?.ok_or_else(|| unreadable("code"))
    }

    pub(crate) fn optional_code<T>(&mut self, from_code: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
        let text = self.value()?.as_str_or_null().map_err(|_| unreadable("code"))?;
        text.map(|text| from_code(text).ok_or_else(|| unreadable("code")))
            .transpose()
    }

    pub(crate) fn id<T>(&mut self, from_bytes: impl Fn([u8; 16]) -> T) -> Result<T> {
        self.get().map(from_bytes)
    }

    pub(crate) fn optional_id<T>(&mut self, from_bytes: impl Fn([u8; 16]) -> T) -> Result<Option<T>> {
        Ok(self.get::<Option<_>>()?.map(from_bytes))
    }

    pub(crate) fn optional_instant(&mut self) -> Result<Option<DateTime<Utc>>> {
        let millis: Option<i64> = self.get()?;
        millis
            .map(|ms| DateTime::from_timestamp_millis(ms).ok_or_else(|| unreadable("instant")))
            .transpose()
    }

    pub(crate) fn number(&mut self) -> Result<CustomerNumber> {
        CustomerNumber::from_i64(self.get()?).ok_or_else(|| unreadable("number"))
    }
}

pub(crate) fn summary(row: &Row) -> Result<CustomerSummary> {
    let mut c = Columns::of(row);
    Ok(CustomerSummary {
        number: c.number()?,
        name: c.get()?,
        kind: c.code(CustomerKind::from_code)?,
        status: c.code(CustomerStatus::from_code)?,
        industry: c.get()?,
        source: c.get()?,
        owner: c.id(UserId::from_bytes)?,
        owner_name: c.get()?,
        primary_phone: c.get::<Option<_>>()?.unwrap_or_default(),
        first_contact: c.field()?,
        created_at: c.field()?,
        revision: c.unsigned()?,
    })
}
