//! How a look and a search through the whole store grow with the data: a row a size, and a picture.

use std::{fs, io, time::Duration};

use anyhow::Result;
use crm_benches::{ADMIN, lifelike};
use crm_match_eval::picture::{self, Grown};
use crmkit::{CustomerKind, service::DuplicateSearch};

use crate::{
    figures::{Figures, Limit},
    import,
    measure::{micros, peak_memory, percentile, timed},
    store,
};

/// Rows of each size.
const SIZES: [(&str, u32); 3] = [("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000)];
/// One that takes long, and twenty gigabytes of disk: only where it is named, `growth_10m`.
const LARGEST: (&str, u32) = ("10m", 10_000_000);

/// Looks that count, and those before.
const CALLS: u32 = 2_000;
const WARM_UP: u32 = 500;
/// Looks after the first one, of a file that the system has yet to read.
const COLD: u32 = 100;

/// Every size, the largest if it is named.
pub(crate) fn run(figures: &Figures) -> Result<()> {
    let most = if figures.quick { 2 } else { SIZES.len() };
    let mut seen = Vec::new();
    for size in SIZES.into_iter().take(most) {
        seen.push(measure(figures, size)?);
    }
    if figures.names("growth_10m") {
        lifelike::ensure_different(2 * LARGEST.1)?;
        seen.push(measure(figures, LARGEST)?);
    }
    let path = store::file("growth.svg")?;
    fs::write(&path, picture::growth(&seen))?;
    println!("  the picture is {}", path.display());
    Ok(())
}

fn measure(figures: &Figures, (size, rows): (&str, u32)) -> Result<Grown> {
    let path = import::ensure_database((size, rows))?;
    // Where this is allowed, the system forgets what it has read of the file.
    let forgotten = fs::write("/proc/sys/vm/drop_caches", "3").is_ok();
    let (crm, opening) = timed(|| store::open(&path));
    let customers = crm?.session(ADMIN)?.customers();
    let mut recalled = 0;
    let mut look = |call: u32| -> Result<Duration> {
        let there = call.wrapping_mul(2_654_435_761) % rows;
        let typed = lifelike::mistyped(there, call);
        let (found, took) = timed(|| customers.duplicates(&typed, CustomerKind::Enterprise, &[], &[]));
        let right = lifelike::name(there);
        recalled += u32::from(found?.iter().take(10).any(|found| found.name == right));
        Ok(took)
    };
    let cold = look(0)?;
    let cold_pages: Vec<Duration> = (1..=COLD).map(&mut look).collect::<Result<_>>()?;
    let name = |what: &str| format!("growth_{size}_{what}");
    let what = if forgotten { "cold" } else { "first" };
    figures.add(&name("open"), micros(opening), "µs", &Limit::None)?;
    figures.add(&name(&format!("{what}_look")), micros(cold), "µs", &Limit::None)?;
    figures.add(
        &name(&format!("{what}_p50")),
        micros(percentile(cold_pages, 50)),
        "µs",
        &Limit::None,
    )?;
    // Warm from here on: the system has read the file once.
    io::copy(&mut fs::File::open(&path)?, &mut io::sink())?;
    let looks: Vec<Duration> = (0..WARM_UP + CALLS)
        .map(&mut look)
        .skip(WARM_UP as usize)
        .collect::<Result<_>>()?;
    let recall = f64::from(recalled) / f64::from(1 + COLD + WARM_UP + CALLS);
    let (p50, p99) = (
        micros(percentile(looks.clone(), 50)),
        micros(percentile(looks, 99)),
    );
    figures.add(&name("p50"), p50, "µs", &Limit::None)?;
    figures.add(&name("p99"), p99, "µs", &Limit::None)?;
    figures.add(&name("recall"), recall, "", &Limit::None)?;
    let mut search = customers.find_duplicates(DuplicateSearch::default());
    let (searched, took) = timed(|| search.try_for_each(|step| step.map(drop)));
    searched?;
    let batch = took.as_secs_f64();
    let compared = search.report().compared;
    println!("  {size}: {compared} pairs compared");
    figures.add(&name("batch"), batch, "s", &Limit::None)?;
    // Of this process, in which the smaller sizes came before.
    if let Some(memory) = peak_memory() {
        figures.add(&name("memory"), memory, "MB", &Limit::None)?;
    }
    Ok(Grown {
        rows,
        p50,
        p99,
        search: batch,
    })
}
