//! Customers, with their lists, and what matching and settling ask of them.

use crm_core::{
    Customer, CustomerNumber, ImportId, Result, UserId,
    matching::{Candidate, fold, name_order},
    store::{Dossier, Proposed, Put, Scope},
};
use rusqlite::{CachedStatement, params};

use super::{
    list::{Addresses, Aliases, List, Phones, Registrations, Tags},
    table,
};
use crate::{
    error::{OrStorage, unreadable},
    row::Columns,
    transaction::Transaction,
};

table! {
    Customer in "customer" {
        key: [number],
        fields: [
            revision, owner, status, archived_at, name, kind, industry, size, source, first_contact, lead_at,
            created_at, created_by, late, purchase_cycle, external_id, import, extra, note,
        ],
        derived: [
            name_folded of [name]: Some(fold(name)).filter(|folded| folded != name),
            name_order of [name, kind]: name_order(&fold(name), *kind),
        ],
        lists: [phones in Phones, addresses in Addresses, registrations in Registrations, tags in Tags, aliases in Aliases],
    }

    /// A number that was brought raises its day's serial (R2.1).
    fn put(tx: &mut Transaction, put: &Put<Self>) -> Result<()> {
        let after = put.after.as_ref();
        tx.keep_seen(after);
        tx.note_tokens(put)?;
        after.map_or(Ok(()), |customer| tx.raise_serial(customer.number))
    }
}

impl Transaction<'_> {
    /// Who answers for a customer, if it is there.
    pub(crate) fn owner_of(&self, number: CustomerNumber) -> Result<Option<UserId>> {
        let sql = "SELECT u.uuid FROM customer c JOIN user u ON u.id = c.owner WHERE c.number = ?1";
        self.one(sql, [number.to_i64()], |row| {
            Columns::of(row).id(UserId::from_bytes)
        })
    }

    /// Puts what is known of some customers behind what was found of others.
    pub(crate) fn propose(
        &self,
        numbers: &[CustomerNumber],
        whole: bool,
        found: &mut Vec<Proposed>,
    ) -> Result<()> {
        let sql = "SELECT c.name, c.kind, u.uuid, u.name, c.archived_at IS NOT NULL,
                EXISTS (SELECT 1 FROM customer_registration r WHERE r.customer = c.number)
            FROM customer c JOIN user u ON u.id = c.owner WHERE c.number = ?1";
        let mut statement = self.connection.prepare_cached(sql).or_storage()?;
        for &number in numbers {
            let mut rows = statement.query([number.to_i64()]).or_storage()?;
            let Some(row) = rows.next().or_storage()? else {
                continue;
            };
            let mut c = Columns::of(row);
            let mut candidate = Candidate {
                number,
                name: c.get()?,
                kind: c.field()?,
                owner: c.id(UserId::from_bytes)?,
                phones: Vec::new(),
                aliases: Vec::new(),
                registrations: Vec::new(),
            };
            let (owner_name, archived, registered) = (c.get()?, c.get()?, c.get()?);
            if whole {
                let phones = "SELECT e164 FROM customer_phone WHERE customer = ?1 AND e164 IS NOT NULL
                    UNION SELECT mobile_e164 FROM contact
                        WHERE customer = ?1 AND mobile_e164 IS NOT NULL AND archived_at IS NULL
                    UNION SELECT phone_e164 FROM contact
                        WHERE customer = ?1 AND phone_e164 IS NOT NULL AND archived_at IS NULL
                    ORDER BY 1";
                candidate.phones = self.all(phones, [number.to_i64()], |row| row.get(0).or_storage())?;
                candidate.aliases = self.list::<Aliases>(number)?;
                // Most have none.
                if registered {
                    candidate.registrations = self.list::<Registrations>(number)?;
                }
            }
            found.push(Proposed {
                candidate,
                owner_name,
                archived,
            });
        }
        Ok(())
    }

    pub(crate) fn candidates_from(
        &self,
        after: Option<CustomerNumber>,
        limit: u32,
        scope: &Scope,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        let after = after.map_or(0, CustomerNumber::to_i64);
        if !scope.is_all() {
            return self.candidates_seen(after, limit, scope);
        }
        let sql = "SELECT c.number, c.name, c.kind, u.uuid, (SELECT uuid FROM import WHERE id = c.import)
            FROM customer c JOIN user u ON u.id = c.owner
            WHERE c.number > ?1 AND c.archived_at IS NULL ORDER BY c.number LIMIT ?2";
        let mut found = self.all(sql, params![after, limit], |row| {
            let mut c = Columns::of(row);
            let candidate = Candidate {
                number: c.number()?,
                name: c.get()?,
                kind: c.field()?,
                owner: c.id(UserId::from_bytes)?,
                phones: Vec::new(),
                aliases: Vec::new(),
                registrations: Vec::new(),
            };
            Ok((candidate, c.optional_id(ImportId::from_bytes)?))
        })?;
        let Some(last) = found.last().map(|(candidate, _)| candidate.number.to_i64()) else {
            return Ok(found);
        };
        // What hangs on them, in a pass each instead of a question for each.
        let theirs = "SELECT customer, e164 FROM customer_phone WHERE customer > ?1 AND customer <= ?2 AND e164 IS NOT NULL";
        let mobiles = "SELECT customer, mobile_e164 FROM contact
            WHERE customer > ?1 AND customer <= ?2 AND mobile_e164 IS NOT NULL AND archived_at IS NULL";
        let landlines = "SELECT customer, phone_e164 FROM contact
            WHERE customer > ?1 AND customer <= ?2 AND phone_e164 IS NOT NULL AND archived_at IS NULL";
        let aliases = "SELECT customer, alias FROM customer_alias WHERE customer > ?1 AND customer <= ?2
            ORDER BY customer, position";
        let registrations = "SELECT customer, country, scheme, number FROM customer_registration
            WHERE customer > ?1 AND customer <= ?2 ORDER BY customer, position";
        let mut fill = |sql: &str, add: fn(&mut Candidate, &mut Columns) -> Result<()>| -> Result<()> {
            let mut statement: CachedStatement = self.connection.prepare_cached(sql).or_storage()?;
            let mut rows = statement.query([after, last]).or_storage()?;
            while let Some(row) = rows.next().or_storage()? {
                let mut c = Columns::of(row);
                let number: i64 = c.get()?;
                let at = found.binary_search_by_key(&number, |(candidate, _)| candidate.number.to_i64());
                if let Some((candidate, _)) = at.ok().and_then(|at| found.get_mut(at)) {
                    add(candidate, &mut c)?;
                }
            }
            Ok(())
        };
        for phones in [theirs, mobiles, landlines] {
            fill(phones, |candidate, c| {
                candidate.phones.push(c.get()?);
                Ok(())
            })?;
        }
        fill(aliases, |candidate, c| {
            candidate.aliases.push(c.get()?);
            Ok(())
        })?;
        fill(registrations, |candidate, c| {
            candidate.registrations.push(Registrations::read(c)?);
            Ok(())
        })?;
        for (candidate, _) in &mut found {
            candidate.phones.sort_unstable();
            candidate.phones.dedup();
        }
        Ok(found)
    }

    /// As [`candidates_from`](Self::candidates_from), one by one: between a caller's own there may be very many others.
    fn candidates_seen(
        &self,
        after: i64,
        limit: u32,
        scope: &Scope,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        let import = "SELECT uuid FROM import WHERE id = (SELECT import FROM customer WHERE number = ?1)";
        let (mut found, mut there) = (Vec::new(), Vec::new());
        for &number in self.seen(scope)?.after(after) {
            if found.len() == limit as usize {
                break;
            }
            let known = CustomerNumber::from_i64(number).ok_or_else(|| unreadable("number"))?;
            self.propose(&[known], true, &mut there)?;
            let Some(Proposed { candidate, .. }) = there.pop().filter(|it| !it.archived) else {
                continue;
            };
            let import = self.one(import, [number], |row| Columns::of(row).id(ImportId::from_bytes))?;
            found.push((candidate, import));
        }
        Ok(found)
    }

    pub(crate) fn dossiers_of(&self, numbers: &[CustomerNumber]) -> Result<Vec<Dossier>> {
        let customers = self.records_by_key(numbers, |_: &Customer| Ok(true))?;
        let dossier = |customer: Customer| {
            Ok(Dossier {
                contacts: self.contacts_of(customer.number)?,
                distinct: self.distinct_of(customer.number)?,
                customer,
            })
        };
        customers.into_iter().map(dossier).collect()
    }
}
