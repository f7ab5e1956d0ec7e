//! How well the search through a whole store finds duplicates: a list in which one row of ten is a company that stands in
//! it already, written otherwise.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Result;
use crmkit::{CustomerNumber, ImportOptions, OnDuplicate, TableOptions, service::DuplicateSearch};

use crate::{
    figures::{Figures, Limit},
    lifelike,
    measure::timed,
    store,
};

/// Of so many rows the last ones are there already.
const STRETCH: u32 = 20;
const AGAIN: u32 = 2;
/// How far back the row is that is written again.
const BACK: u32 = 7;

/// Enters the list, every row of it, and compares what is found with what is so.
pub(crate) fn run(figures: &Figures, (size, rows): (&str, u32)) -> Result<()> {
    let list = store::file(&format!("labelled_{size}.csv"))?;
    write_list(&list, rows)?;
    let path = store::new_file(&format!("labelled_{size}.db"))?;
    let (crm, me) = store::set_up(&path)?;
    let options = ImportOptions {
        on_duplicate: OnDuplicate::Create,
        ..ImportOptions::default()
    };
    let mut import = crmkit::import_file(&me, &list, options, &TableOptions::default(), None)?;
    // The heading is the first line.
    let mut entered: BTreeMap<CustomerNumber, u64> = BTreeMap::new();
    while !import
        .step(&mut |row| entered.extend(row.customer.map(|number| (number, row.line - 2))))?
        .finished
    {}
    drop(import);
    let mut search = me.customers().find_duplicates(DuplicateSearch::default());
    let (searched, took) = timed(|| search.try_for_each(|step| step.map(drop)));
    searched?;
    let same: BTreeSet<(u64, u64)> = (0..rows)
        .filter(|&row| is_again(row))
        .map(|row| (u64::from(row - BACK), u64::from(row)))
        .collect();
    let row = |number: &CustomerNumber| entered.get(number).copied().unwrap_or_default();
    let pairs = search.report().groups.iter().flat_map(|group| &group.pairs);
    let found: BTreeSet<(u64, u64)> = pairs.map(|pair| (row(&pair.first), row(&pair.second))).collect();
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
    drop((search, me, crm));
    store::remove(&path)
}

const fn is_again(row: u32) -> bool {
    row % STRETCH >= STRETCH - AGAIN
}

fn write_list(path: &Path, rows: u32) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(
        out,
        "客户名称,客户类型,所属行业,联系电话,客户来源,来源说明,首次接触时间"
    )?;
    for row in 0..rows {
        let of = row - BACK.min(row);
        let (name, phone) = match (is_again(row), row / STRETCH % 4) {
            (false, _) => (lifelike::name(row), lifelike::phone(row)),
            (true, 0) => (lifelike::otherwise(of), lifelike::phone_otherwise(of)),
            (true, 1) => (lifelike::mistyped(of, row), lifelike::phone_otherwise(of)),
            (true, 2) => (lifelike::otherwise(of), lifelike::phone(row)),
            (true, _) => (lifelike::name(of), lifelike::phone(row)),
        };
        writeln!(out, "{name},企业客户,制造业,{phone},展会推广,春季,2024-04-28")?;
    }
    Ok(out.flush()?)
}
