//! The same through a store, as a user has it: what its keys do not propose is not found.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use crmkit::{
    AuditKind, Choice, Crm, Customer, CustomerKind, CustomerNumber, DuplicateCheck, DuplicateSearch, Error,
    Lane, NewCustomer, OpenOptions, Operation, Origin, Session, SqliteOptions, SqliteStore,
    audit::{Sealed, chain},
    matching::{KeyKind, MatchKey, NameParts, match_keys},
    rules::settle::keys_of,
    store::{Batch, Delta, KeyChange, Put, StoreExt, StoreWrite},
};

use crate::{pairs::Pair, record::Record};

const ADMIN: &str = "admin";
/// Customers of one transaction.
const STEP: usize = 5_000;

/// Records that were entered in a store.
pub struct Entered {
    session: Session,
    places: BTreeMap<CustomerNumber, u32>,
    _crm: Crm,
}

impl Entered {
    /// Enters records in a new database, each as a customer of its own: through the store alone, since whoever enters a
    /// duplicate through the service says that it is none.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn new(path: &Path, records: &[Record]) -> Result<Self> {
        remove(path)?;
        let open = || crmkit::open(path, OpenOptions::default());
        let crm = open()?;
        crm.set_up(ADMIN, "Admin")?;
        let like = crm
            .session(ADMIN)?
            .customers()
            .create(&any(), DuplicateCheck::Off)?;
        drop(crm);
        let store = SqliteStore::open(path, SqliteOptions::default())?;
        let mut places = BTreeMap::new();
        for (step, records) in records.chunks(STEP).enumerate() {
            let numbers = store.write_with(|tx| {
                let add = |record| {
                    let (customer, keys) = customer_of(record, &like);
                    add(tx, &customer, &keys)
                };
                records.iter().map(add).collect::<crmkit::Result<Vec<_>>>()
            })?;
            places.extend(numbers.into_iter().zip(step as u32 * STEP as u32..));
        }
        drop(store);
        let crm = open()?;
        Ok(Self {
            session: crm.session(ADMIN)?,
            places,
            _crm: crm,
        })
    }

    /// The likely pairs that a search through the whole store finds, the likeliest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn likely(&self) -> Result<Vec<Pair>> {
        let mut search = self
            .session
            .customers()
            .find_duplicates(DuplicateSearch::default());
        search.try_for_each(|step| step.map(drop))?;
        let place = |number: &CustomerNumber| self.places.get(number).copied();
        let pairs = search.report().groups.iter().flat_map(|group| &group.pairs);
        let mut pairs: Vec<Pair> = pairs
            .filter_map(|pair| {
                let (one, other) = (place(&pair.first)?, place(&pair.second)?);
                Some(Pair {
                    a: one.min(other),
                    b: one.max(other),
                    score: pair.score,
                    likely: true,
                })
            })
            .collect();
        crate::pairs::sort(&mut pairs);
        Ok(pairs)
    }

    /// The places of the records that are listed for a company's name while it is typed, best first, with their scores.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn listed(&self, name: &str) -> Result<Vec<(u32, f64)>> {
        let found = self
            .session
            .customers()
            .duplicates(name, CustomerKind::Enterprise, &[], &[])?;
        let place = |number| self.places.get(number).copied();
        Ok(found
            .iter()
            .filter_map(|found| Some((place(&found.number)?, found.score)))
            .collect())
    }
}

/// Why a search through a store does not have pairs in its groups that are likely by score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// They share no key, and were never compared.
    pub apart: usize,
    /// They share only keys that more customers have than are looked at, and were never compared.
    pub crowded: usize,
    /// They were compared; that they are one would have brought two together that are not.
    pub left_out: usize,
}

impl Lost {
    /// Of these pairs of these records.
    pub fn of(records: &[Record], pairs: &[Pair]) -> Self {
        let keys: Vec<Vec<MatchKey>> = records.iter().map(search_keys).collect();
        let mut holders: BTreeMap<MatchKey, usize> = BTreeMap::new();
        keys.iter()
            .flatten()
            .for_each(|key| *holders.entry(*key).or_default() += 1);
        let mut lost = Self::default();
        for pair in pairs {
            let (one, other) = (&keys[pair.a as usize], &keys[pair.b as usize]);
            let mut shared = one.iter().filter(|key| other.contains(key)).peekable();
            let count = match () {
                () if shared.peek().is_none() => &mut lost.apart,
                () if shared.all(|key| holders[key] > key.kind().crowd()) => &mut lost.crowded,
                () => &mut lost.left_out,
            };
            *count += 1;
        }
        lost
    }
}

/// The keys by which a search through a store finds a record, sorted, each once.
fn search_keys(record: &Record) -> Vec<MatchKey> {
    let mut keys = match_keys(
        &NameParts::of(&record.name, record.kind),
        record.numbers.iter().map(String::as_str),
        record.aliases.iter().map(String::as_str),
        &[],
    );
    keys.retain(|key| !matches!(key.kind(), KeyKind::Gram | KeyKind::Row));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Removes a database with its log, if it is there.
///
/// # Errors
/// It cannot be removed.
pub fn remove(path: &Path) -> Result<()> {
    for beside in ["", "-wal", "-shm"] {
        let path = format!("{}{beside}", path.display());
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).context(path);
            }
            _ => {}
        }
    }
    Ok(())
}

/// A customer whose particulars the others have.
fn any() -> NewCustomer {
    NewCustomer {
        name: "-".to_owned(),
        kind: Some(CustomerKind::Institution),
        industry: Some(Choice::of("制造业")),
        phones: vec!["139 0000 0000".into()],
        source: Some(Choice::of("转介绍")),
        first_contact: crmkit::NaiveDate::from_ymd_opt(2024, 4, 28),
        ..NewCustomer::default()
    }
}

/// A customer out of a record, in all else like another one, with its keys.
fn customer_of(record: &Record, like: &Customer) -> (Customer, Vec<MatchKey>) {
    let phone = |number: &String| {
        let mut phone = like.phones.first().cloned()?;
        phone.e164 = Some(number.clone());
        Some(phone)
    };
    let customer = Customer {
        name: record.name.clone(),
        kind: record.kind,
        phones: record.numbers.iter().filter_map(phone).collect(),
        aliases: record.aliases.clone(),
        ..like.clone()
    };
    let keys = keys_of(&customer, &[]);
    (customer, keys)
}

/// Adds a customer under the day's next number, with an entry of the log.
///
/// # Errors
/// The database cannot be written.
pub fn add(
    tx: &mut dyn StoreWrite,
    customer: &Customer,
    keys: &[MatchKey],
) -> crmkit::Result<CustomerNumber> {
    let day = customer.number.date();
    let serial = tx.next_serial(day, Lane::SHARED)?.try_into().ok();
    let number = serial.and_then(|serial| CustomerNumber::new(day, Lane::SHARED, serial));
    let number = number.ok_or_else(|| Error::internal("no such number"))?;
    let delta = Delta::from(Put::add(Customer {
        number,
        ..customer.clone()
    }));
    let (last, hash) = tx.log_head()?;
    let operation = Operation {
        id: last + 1,
        at: customer.created_at,
        actor: None,
        kind: AuditKind::CustomerAdded,
        fact_at: None,
        origin: Origin::default(),
    };
    let sealed = Sealed::new(delta.payload(&operation, None), [0; 16]);
    let entry = chain(operation, delta.about(None), sealed, last + 1, &hash);
    let change = KeyChange {
        removed: Vec::new(),
        added: keys.to_vec(),
    };
    tx.apply(&Batch {
        deltas: vec![delta],
        entries: vec![entry],
        keys: vec![(number, change)],
        rows: Vec::new(),
        tokens: Vec::new(),
        contents: Vec::new(),
    })?;
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_2_what_a_search_loses_is_told_by_why() {
        let names = ["上海示例科技有限公司", "示例科技（上海）有限公司", "Fenwick Ltd"];
        let records: Vec<Record> = (0..)
            .zip(names)
            .map(|(at, name)| Record::company(at, name))
            .collect();
        let pair = |a, b| Pair {
            a,
            b,
            score: 1.0,
            likely: true,
        };
        let lost = Lost::of(&records, &[pair(0, 1), pair(0, 2)]);
        let expected = Lost {
            apart: 1,
            left_out: 1,
            ..Lost::default()
        };
        assert_eq!(lost, expected);
        let many: Vec<Record> = (0..60).map(|at| Record::company(at, "Fenwick Ltd")).collect();
        let lost = Lost::of(&many, &[pair(0, 1)]);
        assert_eq!((lost.apart, lost.crowded, lost.left_out), (0, 1, 0));
    }

    #[test]
    fn r6_2_what_a_store_finds_is_told_by_the_places_of_the_records() {
        let path = std::env::temp_dir().join(format!("crmkit-match-eval-{}.db", std::process::id()));
        let names = [
            "北京远洋贸易有限公司",
            "上海示例科技有限公司",
            "示例科技（上海）有限责任公司",
        ];
        let records: Vec<Record> = (0..)
            .zip(names)
            .map(|(at, name)| Record::company(at, name))
            .collect();
        let entered = Entered::new(&path, &records).unwrap();
        let likely = entered.likely().unwrap();
        let listed = entered.listed("远洋贸易").unwrap();
        drop(entered);
        remove(&path).unwrap();
        assert_eq!(
            likely.iter().map(|pair| (pair.a, pair.b)).collect::<Vec<_>>(),
            [(1, 2)]
        );
        assert_eq!(listed.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0]);
        assert!(!path.exists());
    }
}
