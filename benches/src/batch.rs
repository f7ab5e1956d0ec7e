//! How well the search through a whole store finds duplicates, on a list of which is known who is there twice; and which
//! kinds are missed or wrongly found.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use crm_benches::{ADMIN, lifelike};
use crm_match_eval::store::{add, remove};
use crmkit::{
    CustomerNumber, DuplicateCheck, DuplicatePair, SqliteOptions, SqliteStore, service::DuplicateSearch,
    store::StoreExt,
};

use crate::{
    figures::{Figures, Limit},
    keys, labelled,
    measure::{peak_memory, timed},
    store,
};

/// Customers of one transaction.
const STEP: usize = 5_000;
/// How many of a kind are printed.
const SHOWN: usize = 3;

/// Enters them, looks for duplicates, and compares what is found with what is so.
pub(crate) fn run(figures: &Figures, (size, customers): (&str, u32)) -> Result<()> {
    labelled::write_list(&store::file(&format!("labelled_{size}.csv"))?, customers)?;
    let path = store::new_file(&format!("labelled_{size}.db"))?;
    let entered = enter(&path, customers)?;
    let crm = store::open(&path)?;
    let mut search = crm
        .session(ADMIN)?
        .customers()
        .find_duplicates(DuplicateSearch::default());
    let (searched, took) = timed(|| search.try_for_each(|step| step.map(drop)));
    searched?;
    let memory = peak_memory().unwrap_or_default();
    let place = |number: &CustomerNumber| entered.get(number).copied().unwrap_or(u32::MAX);
    let pairs = search.report().groups.iter().flat_map(|group| &group.pairs);
    let found: BTreeMap<(u32, u32), &DuplicatePair> = pairs
        .map(|pair| ((place(&pair.first), place(&pair.second)), pair))
        .collect();
    let again = (0..customers).filter(|&at| labelled::first(at) != at);
    let same: BTreeSet<(u32, u32)> = again.map(|at| (labelled::first(at), at)).collect();
    print_missed(&same, &found);
    print_wrong(&same, &found);
    let right = found.keys().filter(|pair| same.contains(pair)).count() as f64;
    let (precision, recall) = (right / found.len() as f64, right / same.len() as f64);
    let f1 = 2.0 * precision * recall / (precision + recall);
    figures.add(&format!("batch_{size}_f1"), f1, "", &Limit::None)?;
    println!(
        "crmkit f1={f1:.3} precision={precision:.3} recall={recall:.3} seconds={:.1} megabytes={memory:.0}",
        took.as_secs_f64()
    );
    drop((search, crm));
    remove(&path)
}

/// Of each way to enter a company again, how many were not found.
fn print_missed(same: &BTreeSet<(u32, u32)>, found: &BTreeMap<(u32, u32), &DuplicatePair>) {
    for (at, way) in labelled::WAYS.iter().enumerate() {
        let of_way = |pair: &&(u32, u32)| labelled::way(pair.1) == Some(at);
        let missed: Vec<_> = same
            .iter()
            .filter(of_way)
            .filter(|pair| !found.contains_key(pair))
            .collect();
        let all = same.iter().filter(of_way).count();
        println!("  {way}: {} of {all} missed", missed.len());
        for (first, again) in missed.iter().take(SHOWN) {
            println!(
                "    {} – {}",
                labelled::typed(*first).0,
                labelled::typed(*again).0
            );
        }
    }
}

/// The pairs that were found and are two companies, by what was said of them.
fn print_wrong(same: &BTreeSet<(u32, u32)>, found: &BTreeMap<(u32, u32), &DuplicatePair>) {
    let mut by_reasons: BTreeMap<String, Vec<&DuplicatePair>> = BTreeMap::new();
    for (pair, said) in found.iter().filter(|(pair, _)| !same.contains(pair)) {
        let once = [pair.0, pair.1].map(labelled::way).iter().all(Option::is_none);
        let who = if once {
            "two companies"
        } else {
            "one of them entered again"
        };
        let reasons: Vec<&str> = said.reasons.iter().map(|reason| reason.code()).collect();
        let kind = format!("{who}: {}", reasons.join(", "));
        by_reasons.entry(kind).or_default().push(said);
    }
    for (kind, pairs) in by_reasons {
        println!("  {} found wrongly, {kind}", pairs.len());
        for pair in pairs.iter().take(SHOWN) {
            println!("    {} – {} {:.3}", pair.first_name, pair.second_name, pair.score);
        }
    }
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
                let (name, telephone) = labelled::typed(at);
                let (customer, keys) = keys::company(name, telephone, &like);
                add(tx, &customer, &keys)
            };
            step.iter().map(add).collect::<crmkit::Result<Vec<_>>>()
        })?;
        entered.extend(numbers.into_iter().zip(step.iter().copied()));
    }
    Ok(entered)
}
