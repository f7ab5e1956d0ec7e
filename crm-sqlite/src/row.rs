//! Rows to records: the columns of a row, read one after the other.

use chrono::{DateTime, NaiveDate, Utc};
use crm_core::{
    Address, AddressKind, AuditEntry, AuditKind, Contact, ContactId, Customer, CustomerNumber,
    CustomerSummary, EntityRef, Import, ImportCounts, ImportId, ImportRow, ImportState, Phone, PhoneCheck,
    PickEntry, PickList, Result, Role, RowOutcome, Size, SizeScale, Team, TeamId, User, UserId,
};
use crm_core::{Band, Choice, CustomerKind, CustomerStatus};
use rusqlite::{Row, types::FromSql};

use crate::error::{OrStorage, unreadable};

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

    /// The next column.
    pub(crate) fn get<T: FromSql>(&mut self) -> Result<T> {
        let at = self.next;
        self.next += 1;
        self.row.get(at).or_storage()
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64> {
        u64::try_from(self.get::<i64>()?).map_err(|_| unreadable("count"))
    }

    pub(crate) fn code<T>(&mut self, from_code: impl Fn(&str) -> Option<T>) -> Result<T> {
        self.optional_code(from_code)?.ok_or_else(|| unreadable("code"))
    }

    fn optional_code<T>(&mut self, from_code: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
        let at = self.next;
        self.next += 1;
        let text = self
            .row
            .get_ref(at)
            .or_storage()?
            .as_str_or_null()
            .map_err(|_| unreadable("code"))?;
        text.map(|text| from_code(text).ok_or_else(|| unreadable("code")))
            .transpose()
    }

    pub(crate) fn id<T>(&mut self, from_bytes: impl Fn([u8; 16]) -> T) -> Result<T> {
        self.get().map(from_bytes)
    }

    pub(crate) fn optional_id<T>(&mut self, from_bytes: impl Fn([u8; 16]) -> T) -> Result<Option<T>> {
        Ok(self.get::<Option<_>>()?.map(from_bytes))
    }

    fn instant(&mut self) -> Result<DateTime<Utc>> {
        DateTime::from_timestamp_millis(self.get()?).ok_or_else(|| unreadable("instant"))
    }

    fn optional_instant(&mut self) -> Result<Option<DateTime<Utc>>> {
        let millis: Option<i64> = self.get()?;
        millis
            .map(|ms| DateTime::from_timestamp_millis(ms).ok_or_else(|| unreadable("instant")))
            .transpose()
    }

    fn day(&mut self) -> Result<NaiveDate> {
        self.code(|text| text.parse().ok())
    }

    fn optional_day(&mut self) -> Result<Option<NaiveDate>> {
        self.optional_code(|text| text.parse().ok())
    }

    pub(crate) fn number(&mut self) -> Result<CustomerNumber> {
        CustomerNumber::from_i64(self.get()?).ok_or_else(|| unreadable("number"))
    }

    fn json<T: for<'de> serde::Deserialize<'de> + Default>(&mut self) -> Result<T> {
        let parse = |text: &str| serde_json::from_str(text).ok();
        Ok(self.optional_code(parse)?.unwrap_or_default())
    }
}

pub(crate) fn user(row: &Row) -> Result<User> {
    let mut c = Columns::of(row);
    Ok(User {
        id: c.id(UserId::from_bytes)?,
        revision: c.unsigned()?,
        login: c.get()?,
        name: c.get()?,
        role: c.code(Role::from_code)?,
        team: c.optional_id(TeamId::from_bytes)?,
        phone: c.get()?,
        birthday: c.optional_day()?,
        active: c.get()?,
    })
}

pub(crate) fn team(row: &Row) -> Result<Team> {
    let mut c = Columns::of(row);
    Ok(Team {
        id: c.id(TeamId::from_bytes)?,
        revision: c.unsigned()?,
        name: c.get()?,
        head: c.optional_id(UserId::from_bytes)?,
    })
}

pub(crate) fn pick_entry(row: &Row) -> Result<PickEntry> {
    let mut c = Columns::of(row);
    Ok(PickEntry {
        list: c.code(PickList::from_code)?,
        code: c.get()?,
        label_zh: c.get()?,
        label_en: c.get()?,
        position: c.get()?,
        retired: c.get()?,
    })
}

/// A customer without its lists.
pub(crate) fn customer(row: &Row) -> Result<Customer> {
    let mut c = Columns::of(row);
    Ok(Customer {
        number: c.number()?,
        owner: c.id(UserId::from_bytes)?,
        revision: c.unsigned()?,
        name: c.get()?,
        kind: c.code(CustomerKind::from_code)?,
        industry: Choice {
            code: c.get()?,
            detail: c.get()?,
        },
        size: match (
            c.optional_code(SizeScale::from_code)?,
            c.optional_code(Band::from_code)?,
        ) {
            (Some(scale), Some(band)) => Some(Size { scale, band }),
            _ => None,
        },
        source: Choice {
            code: c.get()?,
            detail: c.get()?,
        },
        first_contact: c.day()?,
        lead_at: c.optional_instant()?,
        status: c.code(CustomerStatus::from_code)?,
        created_at: c.instant()?,
        created_by: c.optional_id(UserId::from_bytes)?,
        note: c.get()?,
        external_id: c.get()?,
        extra: c.json()?,
        import: c.optional_id(ImportId::from_bytes)?,
        archived_at: c.optional_instant()?,
        phones: Vec::new(),
        addresses: Vec::new(),
        tags: Vec::new(),
        aliases: Vec::new(),
    })
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
        first_contact: c.day()?,
        created_at: c.instant()?,
        revision: c.unsigned()?,
    })
}

pub(crate) fn phone(row: &Row) -> Result<Phone> {
    let mut c = Columns::of(row);
    Ok(Phone {
        typed: c.get()?,
        e164: c.get()?,
        extension: c.get()?,
        primary: c.get()?,
        check: c.code(PhoneCheck::from_code)?,
    })
}

pub(crate) fn address(row: &Row) -> Result<Address> {
    let mut c = Columns::of(row);
    Ok(Address {
        kind: c.code(AddressKind::from_code)?,
        province: c.get()?,
        city: c.get()?,
        district: c.get()?,
        street: c.get()?,
        line: c.get()?,
    })
}

pub(crate) fn contact(row: &Row) -> Result<(UserId, Contact)> {
    let mut c = Columns::of(row);
    let owner = c.id(UserId::from_bytes)?;
    let contact = Contact {
        id: c.id(ContactId::from_bytes)?,
        customer: c.number()?,
        revision: c.unsigned()?,
        name: c.get()?,
        title: c.get()?,
        mobile: c.get()?,
        mobile_e164: c.get()?,
        email: c.get()?,
        wechat: c.get()?,
        primary: c.get()?,
        role: c.get()?,
        created_at: c.instant()?,
        archived_at: c.optional_instant()?,
    };
    Ok((owner, contact))
}

pub(crate) fn import(row: &Row) -> Result<Import> {
    let mut c = Columns::of(row);
    Ok(Import {
        id: c.id(ImportId::from_bytes)?,
        fingerprint: c.get()?,
        by: c.optional_id(UserId::from_bytes)?,
        started_at: c.instant()?,
        changed_at: c.instant()?,
        state: c.code(ImportState::from_code)?,
        counts: ImportCounts {
            rows: c.unsigned()?,
            created: c.unsigned()?,
            filled: c.unsigned()?,
            skipped: c.unsigned()?,
            refused: c.unsigned()?,
            contacts: c.unsigned()?,
        },
    })
}

pub(crate) fn import_row(row: &Row) -> Result<ImportRow> {
    let mut c = Columns::of(row);
    let number = |value| CustomerNumber::from_i64(value).ok_or_else(|| unreadable("number"));
    Ok(ImportRow {
        line: c.unsigned()?,
        outcome: c.code(RowOutcome::from_code)?,
        customer: c.get::<Option<i64>>()?.map(number).transpose()?,
        contact: c.optional_id(ContactId::from_bytes)?,
        problems: c.json()?,
    })
}

pub(crate) fn log_entry(row: &Row) -> Result<AuditEntry> {
    let mut c = Columns::of(row);
    Ok(AuditEntry {
        seq: c.unsigned()?,
        at: c.instant()?,
        actor: c.optional_id(UserId::from_bytes)?,
        kind: c.code(AuditKind::from_code)?,
        entity: EntityRef {
            entity: c.get()?,
            key: c.get()?,
        },
        payload: c.get()?,
        salt: c.get()?,
        digest: c.get()?,
        hash: c.get()?,
    })
}
