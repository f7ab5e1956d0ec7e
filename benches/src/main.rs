//! The benches of crmkit, each beside its limit in the same run: `cargo bench -p crm-benches`.
//!
//! `CRMKIT_BENCH_ONLY` names figures, by commas; `CRMKIT_BENCH_QUICK` leaves the million rows out;
//! `CRMKIT_BENCH_OUT` is the file that the figures are appended to, a line of JSON each. All data is made here.
#![allow(
    clippy::indexing_slicing,
    reason = "what a child of ours printed has the fields that we gave it"
)]

mod activity;
mod bare;
mod batch;
mod create;
mod during;
mod figures;
mod find;
mod get;
mod growth;
mod import;
mod keys;
mod labelled;
mod measure;
mod read;
mod reports;
mod runs;
mod size;
mod store;
mod writers;

use anyhow::Result;

use crate::figures::Figures;

/// Rows of the smaller list and of the larger one.
const SIZES: [(&str, u32); 2] = [("100k", 100_000), ("1m", 1_000_000)];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [verb, list, database, rest @ ..] = arguments.as_slice()
        && verb == import::CHILD
    {
        let search = rest.iter().any(|word| word == import::SEARCH);
        return import::child(list.as_ref(), database.as_ref(), search);
    }
    if let [verb, database, process, seconds] = arguments.as_slice()
        && verb == writers::CHILD
    {
        return writers::child(database.as_ref(), process.parse()?, seconds.parse()?);
    }
    if let [verb, database, book] = arguments.as_slice()
        && verb == reports::CHILD
    {
        return reports::child(database.as_ref(), book.as_ref());
    }
    let figures = Figures::from_env();
    let [smaller, larger] = SIZES;
    let largest = if figures.quick { smaller } else { larger };
    if figures.wants("rust_get") {
        get::run(&figures)?;
    }
    if figures.wants("import_100k") {
        import::run(&figures, smaller, if figures.quick { 1 } else { 3 })?;
    }
    if figures.wants("create_one") {
        create::run(&figures, smaller)?;
    }
    if figures.wants("keys_write") {
        keys::run(&figures, smaller)?;
    }
    if figures.wants("import_1m") && !figures.quick {
        import::run(&figures, larger, 1)?;
    }
    let sizes = SIZES.into_iter().take(if figures.quick { 1 } else { 2 });
    for size in sizes.clone() {
        if figures.wants(&format!("import_{}_xlsx", size.0)) {
            import::run_workbook(&figures, size)?;
        }
    }
    if figures.wants("create_during_import") {
        during::run(&figures, largest)?;
    }
    if figures.wants("writers_4x4") {
        writers::run(&figures)?;
    }
    if figures.wants("bytes_per_customer") {
        size::run(&figures)?;
    }
    read::run(&figures, largest)?;
    find::run(&figures, largest)?;
    activity::run(&figures, largest)?;
    reports::run(&figures, largest)?;
    for size in sizes {
        if figures.wants(&format!("batch_{}_f1", size.0)) {
            batch::run(&figures, size)?;
        }
    }
    if figures.wants("growth") {
        growth::run(&figures)?;
    }
    if figures.wants("report_growth") {
        reports::growth(&figures)?;
    }
    Ok(())
}
