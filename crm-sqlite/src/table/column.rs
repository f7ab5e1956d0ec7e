//! What a field is as a column, or as several: how it is selected, bound and read.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use crm_core::{
    AddressKind, Band, Choice, ContractId, Customer, CustomerKind, CustomerNumber, CustomerStatus, Error,
    FollowUpId, ImportCounts, ImportId, ImportState, KeptRecord, Money, OpportunityId, Payment, PhoneCheck,
    PickList, Region, RegistrationScheme, ReportRight, RequestState, Result, Role, Size, SizeScale, Stage,
    TaskKind, TaskState, TeamId, UserId, Wanted,
};
use rusqlite::{Statement, ToSql};

use crate::{
    error::{OrStorage, unreadable},
    row::Columns,
    transaction::{Named, Transaction},
};

/// Some of a table's columns behind its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen(u64);

impl Chosen {
    pub(crate) const ALL: Self = Self(u64::MAX);

    /// How many columns can be told apart.
    #[cfg(test)]
    pub(crate) const MOST: usize = u64::BITS as usize;

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn has(self, column: usize) -> bool {
        self.0 & (1 << column) != 0
    }
}

/// Finds the columns that differ, one after the other.
#[derive(Default)]
pub(crate) struct Differing {
    next: usize,
    found: u64,
}

impl Differing {
    /// The next field, of as many columns as it takes.
    pub(crate) fn field<T: Column + PartialEq>(&mut self, before: &T, after: &T) {
        let differs = before != after;
        T::PARTS.iter().for_each(|_| self.derived(differs));
    }

    /// The next column, of which it is known.
    pub(crate) fn derived(&mut self, differs: bool) {
        self.found |= u64::from(differs) << self.next;
        self.next += 1;
    }

    pub(crate) fn all(self) -> Chosen {
        Chosen(self.found)
    }
}

/// Binds values to the places of a statement, from the first to the last.
pub(crate) struct Binder<'a, 'c> {
    transaction: &'a Transaction<'c>,
    statement: &'a mut Statement<'c>,
    next: usize,
    /// The next column of a table behind its key, and those that have a place.
    column: usize,
    chosen: Chosen,
}

impl<'a, 'c> Binder<'a, 'c> {
    pub(crate) fn new(transaction: &'a Transaction<'c>, statement: &'a mut Statement<'c>) -> Self {
        Self::choosing(Chosen::ALL, transaction, statement)
    }

    /// For a statement that has places for these columns only.
    pub(crate) fn choosing(
        chosen: Chosen,
        transaction: &'a Transaction<'c>,
        statement: &'a mut Statement<'c>,
    ) -> Self {
        Self {
            transaction,
            statement,
            next: 1,
            column: 0,
            chosen,
        }
    }

    /// The next field of a table, to as many places as it takes, if it is chosen: its columns are all or none.
    pub(crate) fn columns<T: Column>(&mut self, field: &T) -> Result<()> {
        let at = self.column;
        self.column += T::PARTS.len();
        match self.chosen.has(at) {
            true => field.bind(self),
            false => Ok(()),
        }
    }

    /// The next column of a table, which comes from fields, if it is chosen.
    pub(crate) fn derived<F, T: ToSql>(&mut self, from: F, derive: impl FnOnce(F) -> T) -> Result<()> {
        let at = self.column;
        self.column += 1;
        match self.chosen.has(at) {
            true => self.value(derive(from)),
            false => Ok(()),
        }
    }

    /// The next value, as SQLite has it.
    pub(crate) fn value(&mut self, value: impl ToSql) -> Result<()> {
        let at = self.next;
        self.next += 1;
        self.statement.raw_bind_parameter(at, value).or_storage()
    }

    /// The next field, to as many places as it takes.
    pub(crate) fn field<T: Column>(&mut self, field: &T) -> Result<()> {
        field.bind(self)
    }

    /// The row of what must be there.
    pub(crate) fn known(&mut self, named: Named) -> Result<()> {
        let row = self.transaction.known(named)?;
        self.value(row)
    }

    /// The row of what may be there, or else its UUID.
    pub(crate) fn known_or_uuid(&mut self, named: Option<Named>) -> Result<()> {
        let Some(named) = named else {
            return self.value(None::<i64>);
        };
        match self.transaction.row_of(named)? {
            Some(row) => self.value(row),
            None => self.value(named.uuid()),
        }
    }
}

/// The type of a field that is stored.
pub(crate) trait Column: Sized {
    /// What is put behind the field's name to name its columns.
    const PARTS: &'static [&'static str] = &[""];

    /// How a column of the table `t` is selected.
    fn select(column: &str) -> String {
        format!("t.{column}")
    }

    /// Binds it to as many places as it has columns.
    fn bind(&self, to: &mut Binder) -> Result<()>;

    /// Reads as many columns as it has.
    fn read(row: &mut Columns) -> Result<Self>;
}

/// Those that SQLite knows.
macro_rules! plain {
    ($($type:ty),+) => {
        $( impl Column for $type {
            fn bind(&self, to: &mut Binder) -> Result<()> {
                to.value(self)
            }

            fn read(row: &mut Columns) -> Result<Self> {
                row.get()
            }
        } )+
    };
}
plain!(bool, u32, f64, String, Option<bool>, Option<u32>, Option<String>);

impl Column for u64 {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(integer(*self)?)
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.unsigned()
    }
}

/// In milliseconds since 1970.
impl Column for DateTime<Utc> {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.timestamp_millis())
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.optional_instant()?.ok_or_else(|| unreadable("instant"))
    }
}

impl Column for Option<DateTime<Utc>> {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.map(|at| at.timestamp_millis()))
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.optional_instant()
    }
}

/// As an ISO date. Years of four digits, which all days of customers have, without the machinery of formatting.
fn iso(day: NaiveDate) -> String {
    let Ok(year @ 0..=9_999) = u32::try_from(day.year()) else {
        return day.to_string();
    };
    let (month, day) = (day.month(), day.day());
    let digit = |number: u32| char::from_digit(number % 10, 10).unwrap_or_default();
    [
        digit(year / 1_000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        '-',
        digit(month / 10),
        digit(month),
        '-',
        digit(day / 10),
        digit(day),
    ]
    .into_iter()
    .collect()
}

impl Column for NaiveDate {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(iso(*self))
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.code(|text| text.parse().ok())
    }
}

impl Column for Option<NaiveDate> {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.map(iso))
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.optional_code(|text| text.parse().ok())
    }
}

impl Column for CustomerNumber {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.to_i64())
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.number()
    }
}

/// Closed sets, by their codes.
macro_rules! coded {
    ($($type:ty),+) => {
        $( impl Column for $type {
            fn bind(&self, to: &mut Binder) -> Result<()> {
                to.value(self.code())
            }

            fn read(row: &mut Columns) -> Result<Self> {
                row.code(Self::from_code)
            }
        } )+
    };
}
coded!(
    AddressKind,
    CustomerKind,
    CustomerStatus,
    ImportState,
    PhoneCheck,
    PickList,
    RegistrationScheme,
    RequestState,
    Role,
    Stage,
    TaskKind,
    TaskState,
    Wanted
);

impl Column for Option<Role> {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.map(Role::code))
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.optional_code(Role::from_code)
    }
}

impl Column for Region {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.code())
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.code(Self::from_code)
    }
}

/// What another table has, by the row that it has there.
macro_rules! reference {
    ($($type:ident in $table:literal),+) => {
        $(
            impl Column for $type {
                fn select(column: &str) -> String {
                    format!(concat!("(SELECT uuid FROM ", $table, " WHERE id = t.{})"), column)
                }

                fn bind(&self, to: &mut Binder) -> Result<()> {
                    to.known(Named::from(*self))
                }

                fn read(row: &mut Columns) -> Result<Self> {
                    row.id(Self::from_bytes)
                }
            }

            impl Column for Option<$type> {
                fn select(column: &str) -> String {
                    $type::select(column)
                }

                fn bind(&self, to: &mut Binder) -> Result<()> {
                    match self {
                        Some(id) => to.field(id),
                        None => to.value(None::<i64>),
                    }
                }

                fn read(row: &mut Columns) -> Result<Self> {
                    row.optional_id($type::from_bytes)
                }
            }
        )+
    };
}
reference!(
    UserId in "user",
    TeamId in "team",
    ImportId in "import",
    FollowUpId in "follow_up",
    OpportunityId in "opportunity",
    ContractId in "contract"
);

/// In fen.
impl Column for Money {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.field(&self.fen())
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.unsigned().map(Self::from_fen)
    }
}

impl Column for Option<Money> {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.map(|amount| integer(amount.fen())).transpose()?)
    }

    fn read(row: &mut Columns) -> Result<Self> {
        let fen: Option<i64> = row.get()?;
        let amount = |fen: i64| u64::try_from(fen).map(Money::from_fen);
        fen.map(amount).transpose().map_err(|_| unreadable("amount"))
    }
}

impl Column for Option<Stage> {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.map(|stage| stage.code()))
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.optional_code(Stage::from_code)
    }
}

/// Lists that nothing looks into, as JSON; NULL where there is nothing in them.
macro_rules! listed {
    ($($type:ty),+) => {
        $( impl Column for Vec<$type> {
            fn bind(&self, to: &mut Binder) -> Result<()> {
                match self.is_empty() {
                    true => to.value(None::<String>),
                    false => to.value(json(self)?),
                }
            }

            fn read(row: &mut Columns) -> Result<Self> {
                let parse = |text: &str| serde_json::from_str(text).ok();
                Ok(row.optional_code(parse)?.unwrap_or_default())
            }
        } )+
    };
}
listed!(CustomerNumber, KeptRecord, Payment, ReportRight, Role, String);

/// A customer that is none any longer, as JSON.
impl Column for Customer {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(json(self)?)
    }

    fn read(row: &mut Columns) -> Result<Self> {
        row.code(|text| serde_json::from_str(text).ok())
    }
}

impl Column for Choice {
    const PARTS: &'static [&'static str] = &["", "_detail"];

    fn bind(&self, to: &mut Binder) -> Result<()> {
        let Self { code, detail } = self;
        to.field(code)?;
        to.field(detail)
    }

    fn read(row: &mut Columns) -> Result<Self> {
        Ok(Self {
            code: row.field()?,
            detail: row.field()?,
        })
    }
}

impl Column for Option<Size> {
    const PARTS: &'static [&'static str] = &["_scale", "_band"];

    fn bind(&self, to: &mut Binder) -> Result<()> {
        to.value(self.map(|size| size.scale.code()))?;
        to.value(self.map(|size| size.band.code()))
    }

    fn read(row: &mut Columns) -> Result<Self> {
        let scale = row.optional_code(SizeScale::from_code)?;
        let band = row.optional_code(Band::from_code)?;
        Ok(scale.zip(band).map(|(scale, band)| Size { scale, band }))
    }
}

impl Column for ImportCounts {
    const PARTS: &'static [&'static str] = &["rows", "created", "filled", "skipped", "refused", "contacts"];

    fn bind(&self, to: &mut Binder) -> Result<()> {
        let Self {
            rows,
            created,
            filled,
            skipped,
            refused,
            contacts,
        } = self;
        [rows, created, filled, skipped, refused, contacts]
            .into_iter()
            .try_for_each(|count| to.field(count))
    }

    fn read(row: &mut Columns) -> Result<Self> {
        Ok(Self {
            rows: row.field()?,
            created: row.field()?,
            filled: row.field()?,
            skipped: row.field()?,
            refused: row.field()?,
            contacts: row.field()?,
        })
    }
}

/// The host's own fields, as JSON; NULL where there are none.
impl Column for BTreeMap<String, String> {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        match self.is_empty() {
            true => to.value(None::<String>),
            false => to.value(json(self)?),
        }
    }

    fn read(row: &mut Columns) -> Result<Self> {
        let parse = |text: &str| serde_json::from_str(text).ok();
        Ok(row.optional_code(parse)?.unwrap_or_default())
    }
}

/// What names a record: the columns by which it is found.
pub(crate) trait Key: Sized {
    /// Binds it to as many places as it has columns.
    fn bind(&self, to: &mut Binder) -> Result<()>;

    /// Reads as many columns as it has.
    fn read(row: &mut Columns) -> Result<Self>;
}

/// In its own table an identifier stands itself.
macro_rules! uuid_key {
    ($($type:ty),+) => {
        $( impl $crate::table::Key for $type {
            fn bind(&self, to: &mut $crate::table::Binder) -> crm_core::Result<()> {
                to.value(self.as_bytes())
            }

            fn read(row: &mut $crate::row::Columns) -> crm_core::Result<Self> {
                row.id(Self::from_bytes)
            }
        } )+
    };
}
pub(crate) use uuid_key;

macro_rules! column_key {
    ($($type:ty),+) => {
        $( impl Key for $type {
            fn bind(&self, to: &mut Binder) -> Result<()> {
                Column::bind(self, to)
            }

            fn read(row: &mut Columns) -> Result<Self> {
                Column::read(row)
            }
        } )+
    };
}
column_key!(CustomerNumber, NaiveDate, PickList, String, TaskKind, u64);

impl<A: Key, B: Key> Key for (A, B) {
    fn bind(&self, to: &mut Binder) -> Result<()> {
        self.0.bind(to)?;
        self.1.bind(to)
    }

    fn read(row: &mut Columns) -> Result<Self> {
        Ok((A::read(row)?, B::read(row)?))
    }
}

/// There is only one row.
impl Key for () {
    fn bind(&self, _: &mut Binder) -> Result<()> {
        Ok(())
    }

    fn read(_: &mut Columns) -> Result<Self> {
        Ok(())
    }
}

/// An unsigned count as SQLite keeps it.
pub(crate) fn integer(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| Error::internal("a count beyond what is stored"))
}

pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::internal("a value that is no JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_iso_dates() {
        for (year, month, day) in [
            (2024, 2, 29),
            (1, 1, 1),
            (9_999, 12, 31),
            (10_000, 1, 1),
            (-1, 10, 9),
        ] {
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            assert_eq!(iso(date), date.to_string());
        }
    }
}
