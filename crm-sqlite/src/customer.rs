//! Customers and contacts are written: a row each, and the customer's lists.

use chrono::{DateTime, Utc};
use crm_core::{
    Address, Contact, Customer, CustomerNumber, Phone, Result,
    matching::{KeyKind, MatchKey, fold},
    store::{CustomerKeys, phone_digits},
};
use rusqlite::params;

use crate::{
    error::OrStorage,
    keys,
    transaction::Transaction,
    write::{changed, integer, json, missing},
};

impl Transaction<'_> {
    pub(crate) fn add_customer(&mut self, customer: &Customer, keys: &CustomerKeys) -> Result<()> {
        let sql = "INSERT INTO customer (number, revision, owner, status, archived_at, name, name_folded, kind, industry,
                industry_detail, size_scale, size_band, source, source_detail, first_contact, lead_at, created_at,
                created_by, external_id, import, extra, note, keys)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                ?22, ?23)";
        let keys = live(keys, &[], customer.archived_at);
        self.put_customer(sql, customer, &keys)?;
        let number = customer.number;
        self.add_phones(number, &customer.phones)?;
        self.add_addresses(number, &customer.addresses)?;
        self.add_tags(number, &customer.tags)?;
        self.add_aliases(number, &customer.aliases)?;
        self.replace_keys(number, &[], &keys)?;
        self.raise_serial(number)
    }

    /// Writes every field; the lists only where they differ.
    pub(crate) fn edit_customer(
        &mut self,
        before: &Customer,
        after: &Customer,
        keys: &CustomerKeys,
    ) -> Result<()> {
        let number = after.number;
        let (old, _) = self.stored_keys(number)?;
        let sql = "UPDATE customer SET revision = ?2, owner = ?3, status = ?4, archived_at = ?5, name = ?6,
                name_folded = ?7, kind = ?8, industry = ?9, industry_detail = ?10, size_scale = ?11, size_band = ?12,
                source = ?13, source_detail = ?14, first_contact = ?15, lead_at = ?16, created_at = ?17,
                created_by = ?18, external_id = ?19, import = ?20, extra = ?21, note = ?22, keys = ?23
            WHERE number = ?1";
        let keys = live(keys, &old, after.archived_at);
        changed("customer", self.put_customer(sql, after, &keys)?)?;
        let key = [number.to_i64()];
        if before.phones != after.phones {
            self.run("DELETE FROM customer_phone WHERE customer = ?1", key)?;
            self.add_phones(number, &after.phones)?;
        }
        if before.addresses != after.addresses {
            self.run("DELETE FROM customer_address WHERE customer = ?1", key)?;
            self.add_addresses(number, &after.addresses)?;
        }
        if before.tags != after.tags {
            self.run("DELETE FROM customer_tag WHERE customer = ?1", key)?;
            self.add_tags(number, &after.tags)?;
        }
        if before.aliases != after.aliases {
            self.run("DELETE FROM customer_alias WHERE customer = ?1", key)?;
            self.add_aliases(number, &after.aliases)?;
        }
        self.replace_keys(number, &old, &keys)
    }

    fn put_customer(&self, sql: &'static str, customer: &Customer, keys: &[MatchKey]) -> Result<usize> {
        let extra = match customer.extra.is_empty() {
            true => None,
            false => Some(json(&customer.extra)?),
        };
        let values = params![
            customer.number.to_i64(),
            integer(customer.revision)?,
            self.known_user(customer.owner)?,
            customer.status.code(),
            millis(customer.archived_at),
            customer.name,
            fold(&customer.name),
            customer.kind.code(),
            customer.industry.code,
            customer.industry.detail,
            customer.size.map(|size| size.scale.code()),
            customer.size.map(|size| size.band.code()),
            customer.source.code,
            customer.source.detail,
            customer.first_contact.to_string(),
            millis(customer.lead_at),
            customer.created_at.timestamp_millis(),
            customer.created_by.map(|by| self.known_user(by)).transpose()?,
            customer.external_id,
            customer.import.as_ref().map(crm_core::ImportId::as_bytes),
            extra,
            customer.note,
            keys::to_blob(keys),
        ];
        self.run(sql, values)
    }

    fn add_phones(&self, customer: CustomerNumber, phones: &[Phone]) -> Result<()> {
        let sql = "INSERT INTO customer_phone (customer, position, typed, e164, extension, is_primary, checked, digits)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.add_list(phones, |position, phone| {
            let Phone {
                typed,
                e164,
                extension,
                primary,
                check,
            } = phone;
            let digits = phone_digits(phone);
            let values = params![
                customer.to_i64(),
                position,
                typed,
                e164,
                extension,
                primary,
                check.code(),
                digits
            ];
            self.run(sql, values)
        })
    }

    fn add_addresses(&self, customer: CustomerNumber, addresses: &[Address]) -> Result<()> {
        let sql =
            "INSERT INTO customer_address (customer, position, kind, province, city, district, street, line)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.add_list(addresses, |position, address| {
            let Address {
                kind,
                province,
                city,
                district,
                street,
                line,
            } = address;
            self.run(
                sql,
                params![
                    customer.to_i64(),
                    position,
                    kind.code(),
                    province,
                    city,
                    district,
                    street,
                    line
                ],
            )
        })
    }

    fn add_tags(&self, customer: CustomerNumber, tags: &[String]) -> Result<()> {
        let sql = "INSERT INTO customer_tag (customer, position, tag) VALUES (?1, ?2, ?3)";
        self.add_list(tags, |position, tag| {
            self.run(sql, params![customer.to_i64(), position, tag])
        })
    }

    fn add_aliases(&self, customer: CustomerNumber, aliases: &[String]) -> Result<()> {
        let sql = "INSERT INTO customer_alias (customer, position, alias, folded) VALUES (?1, ?2, ?3, ?4)";
        self.add_list(aliases, |position, alias| {
            self.run(sql, params![customer.to_i64(), position, alias, fold(alias)])
        })
    }

    fn add_list<T>(&self, items: &[T], add: impl Fn(u32, &T) -> Result<usize>) -> Result<()> {
        (0..)
            .zip(items)
            .try_for_each(|(position, item)| add(position, item).map(drop))
    }

    pub(crate) fn add_contact(&mut self, contact: &Contact, keys: &CustomerKeys) -> Result<()> {
        // It is made primary afterwards, since of a customer's contacts only one can be.
        let sql = "INSERT INTO contact (uuid, customer, revision, name, title, mobile, mobile_e164, email, wechat, role,
                created_at, archived_at, is_primary)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)";
        self.put_contact(sql, contact, keys).map(drop)
    }

    pub(crate) fn edit_contact(&mut self, contact: &Contact, keys: &CustomerKeys) -> Result<()> {
        let sql = "UPDATE contact SET revision = ?3, name = ?4, title = ?5, mobile = ?6, mobile_e164 = ?7,
                email = ?8, wechat = ?9, role = ?10, created_at = ?11, archived_at = ?12, is_primary = 0
            WHERE uuid = ?1 AND customer = ?2";
        changed("contact", self.put_contact(sql, contact, keys)?)
    }

    fn put_contact(&mut self, sql: &'static str, contact: &Contact, keys: &CustomerKeys) -> Result<usize> {
        let (old, archived_at) = self.stored_keys(contact.customer)?;
        let id = contact.id.as_bytes();
        let customer = contact.customer.to_i64();
        let written = self.run(
            sql,
            params![
                id,
                customer,
                integer(contact.revision)?,
                contact.name,
                contact.title,
                contact.mobile,
                contact.mobile_e164,
                contact.email,
                contact.wechat,
                contact.role,
                contact.created_at.timestamp_millis(),
                millis(contact.archived_at),
            ],
        )?;
        if written == 0 {
            return Ok(0);
        }
        if contact.primary {
            let others = "UPDATE contact SET is_primary = 0, revision = revision + 1
                WHERE customer = ?1 AND is_primary = 1";
            self.run(others, [customer])?;
            self.run("UPDATE contact SET is_primary = 1 WHERE uuid = ?1", [id])?;
        }
        let keys = live(keys, &old, archived_at);
        if old != keys {
            self.run(
                "UPDATE customer SET keys = ?2 WHERE number = ?1",
                params![customer, keys::to_blob(&keys)],
            )?;
            self.replace_keys(contact.customer, &old, &keys)?;
        }
        Ok(written)
    }

    /// The keys of a customer that must be there, and when it was archived.
    fn stored_keys(&self, number: CustomerNumber) -> Result<(Vec<MatchKey>, Option<DateTime<Utc>>)> {
        let sql = "SELECT keys, archived_at FROM customer WHERE number = ?1";
        let found = self.one(sql, [number.to_i64()], |row| {
            let blob: Vec<u8> = row.get(0).or_storage()?;
            let archived_at: Option<i64> = row.get(1).or_storage()?;
            Ok((
                keys::from_blob(&blob)?,
                archived_at.and_then(DateTime::from_timestamp_millis),
            ))
        })?;
        found.ok_or_else(|| missing("customer"))
    }
}

/// What a customer is found by: its keys, and those of the rows that it came from, which stay; by nothing, once it is
/// archived (R2.10).
fn live(keys: &CustomerKeys, old: &[MatchKey], archived_at: Option<DateTime<Utc>>) -> Vec<MatchKey> {
    if archived_at.is_some() {
        return Vec::new();
    }
    let (first, last) = MatchKey::range(KeyKind::Row);
    let rows = old.iter().filter(|key| (first..=last).contains(*key));
    let mut live: Vec<MatchKey> = keys.as_slice().iter().chain(rows).copied().collect();
    live.sort_unstable();
    live.dedup();
    live
}

fn millis(at: Option<DateTime<Utc>>) -> Option<i64> {
    at.map(|at| at.timestamp_millis())
}
