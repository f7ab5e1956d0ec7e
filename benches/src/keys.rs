//! What the match keys of one durable customer cost, measured through the store alone.

use anyhow::{Context, Result};
use crm_benches::lifelike;
use crm_match_eval::store::{add, remove};
use crmkit::{
    Customer, CustomerKind, PageRequest, SqliteOptions, SqliteStore,
    matching::MatchKey,
    rules::settle::keys_of,
    store::{RecordsExt, Scope, StoreExt},
};

use crate::{
    figures::{Figures, Limit},
    import, labelled,
    measure::{median, micros, timed},
    store,
};

const CALLS: u32 = 400;
/// Calls before those that count.
const WARM_UP: u32 = 100;
/// How many times a customer without keys one with its keys may take.
const ALLOWED: f64 = 3.0;

/// With and without in turn, on a copy of a database.
pub(crate) fn run(figures: &Figures, size: (&str, u32)) -> Result<()> {
    let path = store::copy(&import::ensure_database(size)?, "keys.db")?;
    let opened = SqliteStore::open(&path, SqliteOptions::default())?;
    let first = opened.read_with(|tx| {
        let page = tx.customers(&Default::default(), &Scope::all(), &PageRequest::first(1))?;
        let number = page.items.first().map(|row| row.number);
        number.map_or(Ok(None), |number| tx.record(number, &Scope::all()))
    })?;
    let first = first.context("no customer")?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for call in 0..CALLS + WARM_UP {
        for (times, has_keys) in [(&mut without, false), (&mut with, true)] {
            let i = size.1 + 2 * call + u32::from(has_keys);
            let (customer, keys) = company(lifelike::name(i), i, &first);
            let keys = if has_keys { keys } else { Vec::new() };
            let (added, took) = timed(|| opened.write_with(|tx| add(tx, &customer, &keys)));
            added.with_context(|| format!("customer {i}"))?;
            if call >= WARM_UP {
                times.push(took);
            }
        }
    }
    figures.add(
        "keys_write",
        micros(median(with)),
        "µs",
        &Limit::AtMost(micros(median(without)), ALLOWED),
    )?;
    drop(opened);
    remove(&path)
}

/// A company of this name with the `i`-th telephone, in all else like another one, and its keys.
pub(crate) fn company(name: String, i: u32, like: &Customer) -> (Customer, Vec<MatchKey>) {
    let mut phones = like.phones.clone();
    for phone in &mut phones {
        phone.e164 = Some(labelled::number(i));
    }
    let customer = Customer {
        name,
        kind: CustomerKind::Enterprise,
        phones,
        registrations: Vec::new(),
        aliases: Vec::new(),
        ..like.clone()
    };
    let keys = keys_of(&customer, &[]);
    (customer, keys)
}
