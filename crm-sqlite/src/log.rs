//! The log (R8.5): what an operation's entries have in common stands in the first of them.

use crm_core::{
    About, AuditEntry, AuditKind, CustomerNumber, Entity, Error, Operation, Origin, RecordKey, Result,
    UserId,
    audit::{GENESIS, digest_of},
    store::LogFilter,
};
use rusqlite::{
    Params, ToSql, params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};

use crate::{
    error::unreadable,
    list::Conditions,
    row::Columns,
    table::{Binder, integer},
    transaction::{Named, Transaction},
};

/// What is read of the entries `l`, with the first one of each one's operation.
const SELECT: &str =
    "SELECT l.seq, o.seq, o.at, coalesce((SELECT uuid FROM user WHERE id = o.actor), o.actor),
        o.kind, o.fact_at, o.origin, l.entity, l.key, l.customer,
        coalesce((SELECT uuid FROM user WHERE id = l.owner_before), l.owner_before),
        coalesce((SELECT uuid FROM user WHERE id = l.owner_after), l.owner_after),
        l.undoes, l.hash, l.salt, l.digest, l.payload
    FROM log l JOIN log o ON o.seq = coalesce(l.operation, l.seq)";

const APPEND: &str =
    "INSERT INTO log (seq, operation, at, actor, kind, fact_at, origin, entity, key, customer,
        owner_before, owner_after, undoes, hash, salt, digest, payload)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

/// Whether an entry's key is the customer beside it.
fn is_customer(entity: Entity, key: &RecordKey, customer: Option<CustomerNumber>) -> bool {
    entity == Entity::Customer && customer.is_some_and(|number| *key == RecordKey::Number(number))
}

/// A key as it is stored: so that a UUID takes its sixteen bytes, and a number what it needs.
struct Stored<'k>(&'k RecordKey);

impl ToSql for Stored<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            RecordKey::Number(number) => ToSqlOutput::Owned(Value::Integer(number.to_i64())),
            RecordKey::Id(uuid) => ToSqlOutput::Borrowed(ValueRef::Blob(uuid)),
            RecordKey::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

impl Transaction<'_> {
    /// The position and the hash of the last entry.
    pub(crate) fn head(&self) -> Result<(u64, [u8; 32])> {
        if let Some(head) = self.log_head.get() {
            return Ok(*head);
        }
        let head = self.one("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1", [], |row| {
            let mut c = Columns::of(row);
            Ok((c.unsigned()?, c.get()?))
        })?;
        Ok(*self.log_head.get_or_init(|| head.unwrap_or((0, GENESIS))))
    }

    pub(crate) fn append(&mut self, entry: &AuditEntry) -> Result<()> {
        let AuditEntry {
            seq,
            operation,
            about,
            payload,
            salt,
            digest,
            hash,
        } = entry;
        if *seq != self.head()?.0 + 1 {
            return Err(Error::internal("an entry of the log out of place"));
        }
        let Operation {
            id,
            at,
            actor,
            kind,
            fact_at,
            origin,
        } = operation;
        let About {
            entity,
            key,
            customer,
            owner_before,
            owner_after,
            undoes,
        } = about;
        let first = id == seq;
        let key = (!is_customer(*entity, key, *customer)).then_some(Stored(key));
        // It can be worked out again while what it is of is there.
        let digest = (payload.is_none() || salt.is_none()).then_some(digest);
        let bind = |to: &mut Binder| {
            let user = |id: Option<UserId>| id.map(Named::from);
            to.value(integer(*seq)?)?;
            to.value((!first).then(|| integer(*id)).transpose()?)?;
            to.value(first.then(|| at.timestamp_millis()))?;
            to.known_or_uuid(user(*actor).filter(|_| first))?;
            to.value(first.then(|| kind.code()))?;
            to.value(fact_at.filter(|_| first).map(|at| at.timestamp_millis()))?;
            to.value(first.then_some(origin.number()))?;
            to.value(entity.code())?;
            to.value(key)?;
            to.value(customer.map(CustomerNumber::to_i64))?;
            to.known_or_uuid(user(*owner_before))?;
            to.known_or_uuid(user(*owner_after))?;
            to.value(undoes.map(integer).transpose()?)?;
            to.value(hash)?;
            to.value(salt)?;
            to.value(digest)?;
            to.value(payload)
        };
        self.run_bound(APPEND, bind)?;
        self.log_head = std::cell::OnceCell::from((*seq, *hash));
        Ok(())
    }

    /// The entries that a query finds, which goes on after the table.
    pub(crate) fn entries(&self, rest: &str, params: impl Params) -> Result<Vec<AuditEntry>> {
        self.all(&format!("{SELECT} {rest}"), params, |row| {
            read(&mut Columns::of(row))
        })
    }

    pub(crate) fn entries_where(
        &self,
        filter: &LogFilter,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        let LogFilter {
            by,
            kind,
            customer,
            since,
            until,
        } = filter;
        // Of a past day's status, this is asked first, and mostly there is nothing: an index of their own tells.
        if let (Some(AuditKind::CustomerRestored), Some(since)) = (kind, since) {
            let sql = "SELECT 1 FROM log WHERE kind = 'customer.restored' AND at >= ?1 LIMIT 1";
            if self.one(sql, [since.timestamp_millis()], |_| Ok(()))?.is_none() {
                return Ok(Vec::new());
            }
        }
        let mut conditions = Conditions::default();
        conditions.compare("l.seq <", Some(before.into()));
        if let Some(by) = by {
            // Who is there stands by their row, who is not by their identifier.
            let uuid = conditions.bind(by.as_bytes().to_vec());
            let row = conditions.bind(self.row_of((*by).into())?);
            conditions.and(format_args!("(o.actor = {uuid} OR o.actor = {row})"));
        }
        conditions.compare("o.kind =", kind.map(|kind| kind.code().to_owned().into()));
        conditions.compare("l.customer =", customer.map(|number| number.to_i64().into()));
        conditions.compare("o.at >=", since.map(|at| at.timestamp_millis().into()));
        conditions.compare("o.at <", until.map(|at| at.timestamp_millis().into()));
        let limit = conditions.bind(i64::from(limit));
        let rest = format!("WHERE TRUE{} ORDER BY l.seq DESC LIMIT {limit}", conditions.sql);
        self.entries(&rest, params_from_iter(conditions.into_values()))
    }

    pub(crate) fn entries_about(
        &self,
        entity: Entity,
        key: &RecordKey,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        match key {
            RecordKey::Number(number) if entity == Entity::Customer => self.entries(
                "WHERE l.customer = ?1 AND l.entity = 'customer' AND l.key IS NULL AND l.seq < ?2
                ORDER BY l.seq DESC LIMIT ?3",
                (number.to_i64(), before, limit),
            ),
            key => self.entries(
                "WHERE l.entity = ?1 AND l.key = ?2 AND l.seq < ?3 ORDER BY l.seq DESC LIMIT ?4",
                (entity.code(), Stored(key), before, limit),
            ),
        }
    }
}

fn read(c: &mut Columns) -> Result<AuditEntry> {
    let number = |number| CustomerNumber::from_i64(number).ok_or_else(|| unreadable("number"));
    let seq = c.unsigned()?;
    let operation = Operation {
        id: c.unsigned()?,
        at: c.field()?,
        actor: c.optional_id(UserId::from_bytes)?,
        kind: c.code(AuditKind::from_code)?,
        fact_at: c.field()?,
        origin: Origin::of(c.get()?),
    };
    let entity = c.code(Entity::from_code)?;
    let key = match c.value()? {
        ValueRef::Null => None,
        ValueRef::Integer(value) => Some(RecordKey::Number(number(value)?)),
        ValueRef::Blob(uuid) => {
            let uuid = uuid.try_into().map_err(|_| unreadable("key"))?;
            Some(RecordKey::Id(uuid))
        }
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).map_err(|_| unreadable("key"))?;
            Some(RecordKey::Text(text.to_owned()))
        }
        ValueRef::Real(_) => return Err(unreadable("key")),
    };
    let customer = c.get::<Option<i64>>()?.map(number).transpose()?;
    let key = key.or(customer.map(RecordKey::Number));
    let about = About {
        entity,
        key: key.ok_or_else(|| unreadable("key"))?,
        customer,
        owner_before: c.optional_id(UserId::from_bytes)?,
        owner_after: c.optional_id(UserId::from_bytes)?,
        undoes: c.get::<Option<i64>>()?.map(i64::cast_unsigned),
    };
    let hash = c.get()?;
    let salt: Option<[u8; 16]> = c.get()?;
    let digest: Option<[u8; 32]> = c.get()?;
    let payload: Option<Vec<u8>> = c.get()?;
    let digest = match (digest, &salt, &payload) {
        (Some(digest), ..) => digest,
        (None, Some(salt), Some(payload)) => digest_of(salt, payload),
        // Emptied past this library: no chain goes through it.
        _ => [0; 32],
    };
    Ok(AuditEntry {
        seq,
        operation,
        about,
        payload,
        salt,
        digest,
        hash,
    })
}
