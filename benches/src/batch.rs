//! How well the search through a whole store finds duplicates: one customer of ten is a company that was entered before,
//! under the same name, a name with a slip or one in another form, with its telephone or with another.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use crmkit::{
    CustomerNumber, DuplicateCheck, SqliteOptions, SqliteStore, service::DuplicateSearch, store::StoreExt,
};

use crate::{
    figures::{Figures, Limit},
    keys, lifelike,
    measure::timed,
    store::{self, ADMIN},
};

/// Of so many customers the last ones are there already.
const STRETCH: u32 = 20;
const AGAIN: u32 = 2;
/// So many before it the company was entered first.
const BACK: u32 = 7;
/// Customers of one transaction.
const STEP: usize = 5_000;

/// Enters them, looks for duplicates, and compares what is found with what is so.
pub(crate) fn run(figures: &Figures, (size, customers): (&str, u32)) -> Result<()> {
    let path = store::new_file(&format!("labelled_{size}.db"))?;
    let entered = enter(&path, customers)?;
    let crm = store::open(&path)?;
    let mut search = crm
        .session(ADMIN)?
        .customers()
        .find_duplicates(DuplicateSearch::default());
    let (searched, took) = timed(|| search.try_for_each(|step| step.map(drop)));
    searched?;
    let again = (0..customers).filter(|&at| is_again(at));
    let same: BTreeSet<(u32, u32)> = again.map(|at| (at - BACK, at)).collect();
    let place = |number: &CustomerNumber| entered.get(number).copied().unwrap_or(u32::MAX);
    let pairs = search.report().groups.iter().flat_map(|group| &group.pairs);
    let found: BTreeSet<(u32, u32)> = pairs
        .map(|pair| (place(&pair.first), place(&pair.second)))
        .collect();
    let right = found.intersection(&same).count() as f64;
    let (precision, recall) = (right / found.len() as f64, right / same.len() as f64);
    println!(
        "  {} pairs are the same, {} found in {:.2} s: precision {precision:.4}, recall {recall:.4}",
        same.len(),
        found.len(),
        took.as_secs_f64()
    );
    let f1 = 2.0 * precision * recall / (precision + recall);
    figures.add(&format!("batch_{size}_f1"), f1, "", &Limit::None)?;
    drop((search, crm));
    store::remove(&path)
}

/// Through the store alone, since the service would say of each duplicate that it was let in on purpose. The place of
/// each.
fn enter(path: &std::path::Path, customers: u32) -> Result<BTreeMap<CustomerNumber, u32>> {
    let (crm, me) = store::set_up(path)?;
    let like = me
        .customers()
        .create(&lifelike::customer(2_000_000), DuplicateCheck::Off)?;
    drop((me, crm));
    let opened = SqliteStore::open(path, SqliteOptions::default())?;
    let mut entered = BTreeMap::new();
    for step in (0..customers).collect::<Vec<u32>>().chunks(STEP) {
        let numbers = opened.write_with(|tx| {
            let add = |&at: &u32| {
                let (name, telephone) = typed(at);
                let (customer, keys) = keys::company(name, telephone, &like);
                keys::add(tx, &customer, &keys)
            };
            step.iter().map(add).collect::<crmkit::Result<Vec<_>>>()
        })?;
        entered.extend(numbers.into_iter().zip(step.iter().copied()));
    }
    Ok(entered)
}

const fn is_again(at: u32) -> bool {
    at % STRETCH >= STRETCH - AGAIN
}

/// The name and the telephone under which a customer is entered.
fn typed(at: u32) -> (String, u32) {
    // Companies of which no other has the brand: of two such nobody could say whether they are one.
    let company = |at: u32| at / 4 * 5 + at % 4 + 1;
    let (first, own) = (company(at.saturating_sub(BACK)), company(at));
    match (is_again(at), at / STRETCH % 4) {
        (false, _) => (lifelike::name(own), own),
        (true, 0) => (lifelike::otherwise(first), first),
        (true, 1) => (lifelike::mistyped(first, at), first),
        (true, 2) => (lifelike::otherwise(first), own),
        (true, _) => (lifelike::name(first), own),
    }
}
