//! What is read: one record by its name, the small lists, the log. Lists of customers are in `query`, keys in `keys`.

use std::{collections::BTreeSet, sync::Arc};

use crm_core::{
    AuditEntry, Contact, ContactId, Customer, CustomerKind, CustomerNumber, CustomerPage, EntityRef, Import,
    ImportId, ImportRow, Lane, NaiveDate, PageRequest, PickEntry, Result, Team, TeamId, User, UserId,
    audit::GENESIS,
    matching::{Candidate, KeyKind, MatchKey, fold},
    store::{CustomerFilter, Scope, StoreRead},
};
use rusqlite::params;

use crate::{
    error::OrStorage,
    keys::Crowded,
    row::{self, Columns},
    transaction::Transaction,
    write::{day_lane, fold_login},
};

// The columns of each record in the order in which `row` reads them, and what follows them.

macro_rules! select_user {
    ($rest:literal) => {
        concat!(
            "SELECT u.uuid, u.revision, u.login, u.name, u.role, t.uuid, u.phone, u.birthday, u.active
            FROM user u LEFT JOIN team t ON t.id = u.team ",
            $rest
        )
    };
}

macro_rules! select_team {
    ($rest:literal) => {
        concat!(
            "SELECT t.uuid, t.revision, t.name, u.uuid FROM team t LEFT JOIN user u ON u.id = t.head ",
            $rest
        )
    };
}

macro_rules! select_contact {
    ($rest:literal) => {
        concat!(
            "SELECT o.uuid, k.uuid, k.customer, k.revision, k.name, k.title, k.mobile, k.mobile_e164, k.email,
            k.wechat, k.is_primary, k.role, k.created_at, k.archived_at
            FROM contact k JOIN customer c ON c.number = k.customer JOIN user o ON o.id = c.owner ",
            $rest
        )
    };
}

macro_rules! select_import {
    ($rest:literal) => {
        concat!(
            "SELECT i.uuid, i.fingerprint, u.uuid, i.started_at, i.changed_at, i.state, i.rows, i.created, i.filled, i.skipped,
            i.refused, i.contacts
            FROM import i LEFT JOIN user u ON u.id = i.by ",
            $rest
        )
    };
}

macro_rules! select_log {
    ($rest:literal) => {
        concat!(
            "SELECT seq, at, actor, kind, entity, key, payload, salt, digest, hash FROM log ",
            $rest
        )
    };
}

const CUSTOMER: &str = "SELECT c.number, o.uuid, c.revision, c.name, c.kind, c.industry, c.industry_detail,
    c.size_scale, c.size_band, c.source, c.source_detail, c.first_contact, c.lead_at, c.status, c.created_at, b.uuid,
    c.note, c.external_id, c.extra, c.import, c.archived_at
    FROM customer c JOIN user o ON o.id = c.owner LEFT JOIN user b ON b.id = c.created_by
    WHERE c.number = ?1";

/// An unsigned position as SQLite keeps it; one beyond its range is after all that is stored.
fn position(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl StoreRead for Transaction<'_> {
    fn user(&self, id: UserId) -> Result<Option<User>> {
        self.one(select_user!("WHERE u.uuid = ?1"), [id.as_bytes()], row::user)
    }

    fn user_by_login(&self, login: &str) -> Result<Option<User>> {
        self.one(
            select_user!("WHERE u.login_folded = ?1"),
            [fold_login(login)],
            row::user,
        )
    }

    fn users(&self) -> Result<Vec<User>> {
        self.all(select_user!("ORDER BY u.login_folded"), [], row::user)
    }

    fn team_members(&self, team: TeamId) -> Result<Vec<UserId>> {
        let sql = "SELECT u.uuid FROM user u JOIN team t ON t.id = u.team WHERE t.uuid = ?1 ORDER BY u.uuid";
        self.all(sql, [team.as_bytes()], |row| {
            Columns::of(row).id(UserId::from_bytes)
        })
    }

    fn team(&self, id: TeamId) -> Result<Option<Team>> {
        self.one(select_team!("WHERE t.uuid = ?1"), [id.as_bytes()], row::team)
    }

    fn teams(&self) -> Result<Vec<Team>> {
        self.all(select_team!("ORDER BY t.name, t.uuid"), [], row::team)
    }

    fn pick_entries(&self) -> Result<Arc<[PickEntry]>> {
        if let Some(entries) = self.pick_entries.get() {
            return Ok(Arc::clone(entries));
        }
        let sql = "SELECT list, code, label_zh, label_en, position, retired FROM pick_entry
            ORDER BY list, position, code";
        let entries: Arc<[PickEntry]> = self.all(sql, [], row::pick_entry)?.into();
        Ok(Arc::clone(self.pick_entries.get_or_init(|| entries)))
    }

    fn customer(&self, number: CustomerNumber, scope: &Scope) -> Result<Option<Customer>> {
        let key = [number.to_i64()];
        let found = self
            .one(CUSTOMER, key, row::customer)?
            .filter(|customer| scope.contains(customer.owner));
        let Some(mut customer) = found else {
            return Ok(None);
        };
        let phones = "SELECT typed, e164, extension, is_primary, checked FROM customer_phone
            WHERE customer = ?1 ORDER BY position";
        customer.phones = self.all(phones, key, row::phone)?;
        let addresses = "SELECT kind, province, city, district, street, line FROM customer_address
            WHERE customer = ?1 ORDER BY position";
        customer.addresses = self.all(addresses, key, row::address)?;
        let tags = "SELECT tag FROM customer_tag WHERE customer = ?1 ORDER BY position";
        customer.tags = self.all(tags, key, |row| row.get(0).or_storage())?;
        customer.aliases = self.aliases(number)?;
        Ok(Some(customer))
    }

    fn customers_by_alias(&self, alias: &str) -> Result<Vec<CustomerNumber>> {
        let sql = "SELECT DISTINCT customer FROM customer_alias WHERE folded = ?1 ORDER BY customer";
        self.all(sql, [fold(alias)], |row| Columns::of(row).number())
    }

    fn customer_by_external_id(&self, external_id: &str) -> Result<Option<CustomerNumber>> {
        let sql = "SELECT number FROM customer WHERE external_id = ?1";
        self.one(sql, [external_id], |row| Columns::of(row).number())
    }

    fn number_taken(&self, number: CustomerNumber) -> Result<bool> {
        let sql = "SELECT 1 FROM customer WHERE number = ?1";
        Ok(self.one(sql, [number.to_i64()], |_| Ok(()))?.is_some())
    }

    fn last_serial(&self, day: NaiveDate, lane: Lane) -> Result<u32> {
        let lane = day_lane(day, lane);
        if let Some(&last) = self.serials.get(&lane) {
            return Ok(last);
        }
        let sql = "SELECT last FROM day_serial WHERE day_lane = ?1";
        let last = self.one(sql, [lane], |row| row.get(0).or_storage())?;
        Ok(last.unwrap_or_default())
    }

    fn customers(&self, filter: &CustomerFilter, scope: &Scope, page: &PageRequest) -> Result<CustomerPage> {
        self.list(filter, scope, page)
    }

    fn count_customers(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64> {
        self.count(filter, scope)
    }

    fn candidates(&self, keys: &[MatchKey], limit: u32) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        self.holders(keys, limit, Crowded::Cut)
    }

    fn rare_candidates(&self, keys: &[MatchKey], limit: u32) -> Result<Vec<(MatchKey, CustomerNumber)>> {
        self.holders(keys, limit, Crowded::LeaveOut)
    }

    fn candidate(&self, number: CustomerNumber) -> Result<Option<Candidate>> {
        let key = [number.to_i64()];
        let sql =
            "SELECT c.name, c.kind, o.uuid FROM customer c JOIN user o ON o.id = c.owner WHERE c.number = ?1";
        let found = self.one(sql, key, |row| {
            let mut c = Columns::of(row);
            Ok((
                c.get()?,
                c.code(CustomerKind::from_code)?,
                c.id(UserId::from_bytes)?,
            ))
        })?;
        let Some((name, kind, owner)) = found else {
            return Ok(None);
        };
        let mut phones: BTreeSet<String> = BTreeSet::new();
        let theirs = "SELECT e164 FROM customer_phone WHERE customer = ?1 AND e164 IS NOT NULL";
        let contacts = "SELECT mobile_e164 FROM contact
            WHERE customer = ?1 AND mobile_e164 IS NOT NULL AND archived_at IS NULL";
        for sql in [theirs, contacts] {
            phones.extend(self.all(sql, key, |row| row.get::<_, String>(0).or_storage())?);
        }
        Ok(Some(Candidate {
            number,
            name,
            kind,
            owner,
            phones: phones.into_iter().collect(),
            aliases: self.aliases(number)?,
        }))
    }

    fn candidates_after(
        &self,
        after: Option<CustomerNumber>,
        limit: u32,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        let after = after.map_or(0, CustomerNumber::to_i64);
        let sql =
            "SELECT c.number, c.name, c.kind, o.uuid, c.import FROM customer c JOIN user o ON o.id = c.owner
            WHERE c.number > ?1 AND c.archived_at IS NULL ORDER BY c.number LIMIT ?2";
        let mut found = self.all(sql, params![after, limit], |row| {
            let mut c = Columns::of(row);
            let candidate = Candidate {
                number: c.number()?,
                name: c.get()?,
                kind: c.code(CustomerKind::from_code)?,
                owner: c.id(UserId::from_bytes)?,
                phones: Vec::new(),
                aliases: Vec::new(),
            };
            Ok((candidate, c.optional_id(ImportId::from_bytes)?))
        })?;
        let Some(last) = found.last().map(|(candidate, _)| candidate.number.to_i64()) else {
            return Ok(found);
        };
        // What hangs on them, in a pass each instead of a question for each.
        let theirs = "SELECT customer, e164 FROM customer_phone WHERE customer > ?1 AND customer <= ?2 AND e164 IS NOT NULL";
        let contacts = "SELECT customer, mobile_e164 FROM contact
            WHERE customer > ?1 AND customer <= ?2 AND mobile_e164 IS NOT NULL AND archived_at IS NULL";
        let aliases = "SELECT customer, alias FROM customer_alias WHERE customer > ?1 AND customer <= ?2
            ORDER BY customer, position";
        let mut fill = |sql: &str, add: fn(&mut Candidate, String)| -> Result<()> {
            let rows = self.all(sql, [after, last], |row| {
                Ok((
                    row.get::<_, i64>(0).or_storage()?,
                    row.get::<_, String>(1).or_storage()?,
                ))
            })?;
            for (number, text) in rows {
                let at = found.binary_search_by_key(&number, |(candidate, _)| candidate.number.to_i64());
                if let Some((candidate, _)) = at.ok().and_then(|at| found.get_mut(at)) {
                    add(candidate, text);
                }
            }
            Ok(())
        };
        fill(theirs, |candidate, phone| candidate.phones.push(phone))?;
        fill(contacts, |candidate, phone| candidate.phones.push(phone))?;
        fill(aliases, |candidate, alias| candidate.aliases.push(alias))?;
        for (candidate, _) in &mut found {
            candidate.phones.sort_unstable();
            candidate.phones.dedup();
        }
        Ok(found)
    }

    fn name_of(&self, number: CustomerNumber) -> Result<Option<(String, CustomerKind, UserId)>> {
        let sql =
            "SELECT c.name, c.kind, o.uuid FROM customer c JOIN user o ON o.id = c.owner WHERE c.number = ?1";
        self.one(sql, [number.to_i64()], |row| {
            let mut c = Columns::of(row);
            Ok((
                c.get()?,
                c.code(CustomerKind::from_code)?,
                c.id(UserId::from_bytes)?,
            ))
        })
    }

    fn shared_keys(
        &self,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.visit_shared(kind, visit)
    }

    fn distinct_from(&self, number: CustomerNumber) -> Result<Vec<CustomerNumber>> {
        let sql = "SELECT high FROM distinct_pair WHERE low = ?1
            UNION SELECT low FROM distinct_pair WHERE high = ?1 ORDER BY 1";
        self.all(sql, [number.to_i64()], |row| Columns::of(row).number())
    }

    fn contact(&self, id: ContactId, scope: &Scope) -> Result<Option<Contact>> {
        let found = self.one(
            select_contact!("WHERE k.uuid = ?1"),
            [id.as_bytes()],
            row::contact,
        )?;
        Ok(found
            .filter(|(owner, _)| scope.contains(*owner))
            .map(|(_, contact)| contact))
    }

    fn contacts(&self, customer: CustomerNumber, scope: &Scope) -> Result<Vec<Contact>> {
        let sql = select_contact!(
            "WHERE k.customer = ?1 AND k.archived_at IS NULL ORDER BY k.is_primary DESC, k.id"
        );
        let found = self.all(sql, [customer.to_i64()], row::contact)?;
        Ok(found
            .into_iter()
            .filter(|(owner, _)| scope.contains(*owner))
            .map(|(_, contact)| contact)
            .collect())
    }

    fn import(&self, id: ImportId) -> Result<Option<Import>> {
        self.one(select_import!("WHERE i.uuid = ?1"), [id.as_bytes()], row::import)
    }

    fn import_by_fingerprint(&self, fingerprint: &str) -> Result<Option<Import>> {
        let sql = select_import!("WHERE i.fingerprint = ?1 ORDER BY i.id DESC LIMIT 1");
        self.one(sql, [fingerprint], row::import)
    }

    fn imports(&self) -> Result<Vec<Import>> {
        self.all(select_import!("ORDER BY i.id DESC"), [], row::import)
    }

    fn import_rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        let sql = "SELECT line, outcome, customer, contact, problems FROM import_row
            WHERE import = (SELECT id FROM import WHERE uuid = ?1) AND line > ?2 ORDER BY line LIMIT ?3";
        self.all(
            sql,
            params![id.as_bytes(), position(after), limit],
            row::import_row,
        )
    }

    fn log_head(&self) -> Result<(u64, [u8; 32])> {
        let head = self.one("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1", [], |row| {
            let mut c = Columns::of(row);
            Ok((c.unsigned()?, c.get()?))
        })?;
        Ok(head.unwrap_or((0, GENESIS)))
    }

    fn log(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.all(
            select_log!("WHERE seq > ?1 ORDER BY seq LIMIT ?2"),
            params![position(after), limit],
            row::log_entry,
        )
    }

    fn log_about(&self, about: &EntityRef, limit: u32) -> Result<Vec<AuditEntry>> {
        let sql = select_log!("WHERE entity = ?1 AND key = ?2 ORDER BY seq DESC LIMIT ?3");
        self.all(sql, params![about.entity, about.key, limit], row::log_entry)
    }
}

impl Transaction<'_> {
    fn aliases(&self, number: CustomerNumber) -> Result<Vec<String>> {
        let sql = "SELECT alias FROM customer_alias WHERE customer = ?1 ORDER BY position";
        self.all(sql, [number.to_i64()], |row| row.get(0).or_storage())
    }
}
