//! All keys made and all texts folded anew, where that was done by the rules of another release.

use crm_core::{
    CustomerNumber, Result,
    matching::{KEYS_VERSION, KeyKind, MatchKey, NameParts, fold, match_keys},
    store::Scope,
};
use rusqlite::{Connection, params};

use super::{Pair, filter::NewFilter, is_filtered, merge::Merged, run::Fences};
use crate::{connection::Writer, error::OrStorage, transaction::Transaction};

/// Customers that are read at once.
const CUSTOMERS: u32 = 1_000;
/// Pairs that are sorted in memory (32 MB) and written as one run.
const PAIRS: usize = 2_000_000;

/// Whether the keys are those that this release makes.
pub(crate) fn are_of_this_release(connection: &Connection) -> Result<bool> {
    let sql = "SELECT keys_version FROM meta";
    let version: u32 = connection.query_row(sql, [], |row| row.get(0)).or_storage()?;
    Ok(version == KEYS_VERSION)
}

/// Makes the keys of all customers and folds their texts anew, in one transaction. Keys of imported rows stay: they come from nothing that is
/// stored.
pub(crate) fn rebuild(writer: &mut Writer) -> Result<()> {
    Transaction::run_whole(writer, &Fences::default(), |tx| {
        // Another program may have done it meanwhile.
        match are_of_this_release(tx.connection)? {
            true => Ok(()),
            false => tx.fold_anew().and_then(|()| tx.rebuild_keys()),
        }
    })
}

impl Transaction<'_> {
    /// What is stored of texts for searching; a name stands folded only where that is another text.
    fn fold_anew(&self) -> Result<()> {
        let names = "SELECT number, 0, name, coalesce(name_folded, name) FROM customer";
        let aliases = "SELECT customer, position, alias, folded FROM customer_alias";
        let put_name = "UPDATE customer SET name_folded = nullif(?3, name) WHERE number = ?1 AND ?2 = 0";
        let put_alias = "UPDATE customer_alias SET folded = ?3 WHERE customer = ?1 AND position = ?2";
        for (stored, put) in [(names, put_name), (aliases, put_alias)] {
            let mut other: Vec<(i64, i64, String)> = Vec::new();
            let mut statement = self.connection.prepare(stored).or_storage()?;
            let mut rows = statement.query([]).or_storage()?;
            while let Some(row) = rows.next().or_storage()? {
                let (text, before): (String, String) = (row.get(2).or_storage()?, row.get(3).or_storage()?);
                let folded = fold(&text);
                if folded != before {
                    other.push((row.get(0).or_storage()?, row.get(1).or_storage()?, folded));
                }
            }
            for (customer, position, folded) in other {
                self.run(put, params![customer, position, folded])?;
            }
        }
        Ok(())
    }

    fn rebuild_keys(&mut self) -> Result<()> {
        let (last_run, last_block) = self.last_of_runs()?;
        let (low, high) = MatchKey::range(KeyKind::Row);
        let mut pairs: Vec<Pair> = self.recent_rows()?.into_iter().flat_map(|(_, row)| row).collect();
        pairs.retain(|&(key, _)| (low.to_i64()..=high.to_i64()).contains(&key));
        pairs.sort_unstable();
        let mut rows = Merged::new(self.connection, self.runs()?, low.to_i64(), pairs)?;
        let mut pairs = Vec::new();
        while let Some(pair) = rows.next()?.filter(|&(key, _)| key <= high.to_i64()) {
            pairs.push(pair);
            self.write_full(&mut pairs, PAIRS)?;
        }
        let mut last: Option<CustomerNumber> = None;
        loop {
            let candidates = self.candidates_from(last, CUSTOMERS, &Scope::all())?;
            let Some((candidate, _)) = candidates.last() else {
                break;
            };
            last = Some(candidate.number);
            for (candidate, _) in candidates {
                let name = NameParts::of(&candidate.name, candidate.kind);
                let phones = candidate.phones.iter().map(String::as_str);
                let aliases = candidate.aliases.iter().map(String::as_str);
                let mut keys = match_keys(&name, phones, aliases, &candidate.registrations);
                keys.sort_unstable();
                keys.dedup();
                let number = candidate.number.to_i64();
                pairs.extend(keys.into_iter().map(|key| (key.to_i64(), number)));
            }
            self.write_full(&mut pairs, PAIRS)?;
        }
        self.write_full(&mut pairs, 1)?;
        // Only now, so that no new run takes the number of an old one, which others may still know.
        self.run("DELETE FROM new_key", [])?;
        self.run("DELETE FROM key_block WHERE id <= ?1", [last_block])?;
        self.run("DELETE FROM key_run WHERE run <= ?1", [last_run])?;
        self.run("UPDATE meta SET keys_version = ?1", [KEYS_VERSION])?;
        self.recent.take();
        self.runs.take();
        self.made_runs = true;
        Ok(())
    }

    fn last_of_runs(&self) -> Result<(i64, i64)> {
        let sql = "SELECT coalesce((SELECT max(run) FROM key_run), 0), coalesce((SELECT max(id) FROM key_block), 0)";
        let last = self.one(sql, [], |row| {
            Ok((row.get(0).or_storage()?, row.get(1).or_storage()?))
        })?;
        Ok(last.unwrap_or_default())
    }

    /// Writes the pairs as a run, if there are as many.
    fn write_full(&self, pairs: &mut Vec<Pair>, many: usize) -> Result<()> {
        if pairs.len() < many {
            return Ok(());
        }
        let mut sorted = std::mem::take(pairs);
        sorted.sort_unstable();
        let filtered = sorted.iter().filter(|pair| is_filtered(pair.0)).count() as u64;
        let mut merged = Merged::new(self.connection, &[], i64::MIN, sorted)?;
        self.write_run(&mut merged, NewFilter::new(filtered))
    }
}
