//! Customers that are entered one by one while another process imports a list into the same database.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use crm_benches::lifelike;
use crm_match_eval::store::remove;
use crmkit::{CustomerQuery, DuplicateCheck, PageRequest, Session};

use crate::{
    figures::{Figures, Limit},
    import,
    measure::{median, millis, percentile, timed},
    store,
};

/// Between one customer and the next: else those that found the database free would be nearly all.
const PAUSE: Duration = Duration::from_millis(10);
/// How long the import may take to its first rows.
const START: Duration = Duration::from_secs(60);
/// What a customer may take, in milliseconds.
const LIMIT: f64 = 500.0;

/// From the import's first rows to its end. A customer that finds the database busy is tried again, and has taken as
/// long as all its tries.
pub(crate) fn run(figures: &Figures, size: (&str, u32)) -> Result<()> {
    let list = import::list(size)?;
    let path = store::new_file("create_during_import.db")?;
    let (crm, me) = store::set_up(&path)?;
    let mut importing = import::start(&list, &path, false)?;
    let started = Instant::now();
    while is_empty(&me)? {
        ensure!(importing.try_wait()?.is_none(), "the import brought nothing in");
        ensure!(started.elapsed() < START, "the import does not begin");
        thread::sleep(PAUSE);
    }
    let customers = me.customers();
    let mut times = Vec::new();
    let mut busy = 0_u32;
    for i in (size.1..).filter(|&i| !lifelike::is_shared(i)) {
        if importing.try_wait()?.is_some() {
            break;
        }
        let new = lifelike::customer(i);
        let (created, took) = timed(|| {
            loop {
                match customers.create(&new, DuplicateCheck::Refuse) {
                    Err(error) if error.is_retryable() => busy += 1,
                    done => break done,
                }
            }
        });
        created.with_context(|| format!("customer {i}"))?;
        times.push(took);
        thread::sleep(PAUSE);
    }
    let told = import::told(importing, size.1)?;
    println!(
        "  {} customers beside {} rows in {:.1} s: median {:.1} ms, longest {:.1} ms, {busy} tries again",
        times.len(),
        size.1,
        told["seconds"].as_f64().unwrap_or_default(),
        millis(median(times.clone())),
        millis(percentile(times.clone(), 100)),
    );
    ensure!(
        !times.is_empty(),
        "the import was over before a customer was entered"
    );
    figures.add(
        "create_during_import",
        millis(percentile(times, 99)),
        "ms",
        &Limit::AtMost(LIMIT, 1.0),
    )?;
    drop(crm);
    remove(&path)
}

fn is_empty(me: &Session) -> Result<bool> {
    let first = me
        .customers()
        .list(&CustomerQuery::default(), &PageRequest::first(1))?;
    Ok(first.items.is_empty())
}
