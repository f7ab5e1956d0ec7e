//! Four processes with four threads each, all entering customers into one database as fast as they can.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use crm_benches::{ADMIN, lifelike};
use crm_match_eval::store::remove;
use crmkit::{Crm, DuplicateCheck};
use serde_json::{Value, json};

use crate::{
    figures::{Figures, Limit},
    measure::{millis, percentile, timed},
    store,
};

/// What a process is called with to be one of them.
pub(crate) const CHILD: &str = "writers-child";

const PROCESSES: u32 = 4;
const THREADS: u32 = 4;
/// What a customer may take, in milliseconds, at the 99th percentile.
const LIMIT: f64 = 500.0;
/// What the process that writes least writes at least, of what the one writes that writes most.
const FAIR: f64 = 0.5;

pub(crate) fn run(figures: &Figures) -> Result<()> {
    let seconds = if figures.quick { 6 } else { 30 };
    let path = store::new_file("writers_4x4.db")?;
    drop(store::set_up(&path)?);
    let start = |process: u32| -> Result<Child> {
        let mut child = Command::new(std::env::current_exe()?);
        child.args([
            CHILD,
            &path.display().to_string(),
            &process.to_string(),
            &seconds.to_string(),
        ]);
        Ok(child.stdout(Stdio::piped()).spawn()?)
    };
    let children = (0..PROCESSES).map(start).collect::<Result<Vec<_>>>()?;
    let mut writes = Vec::new();
    let mut times = Vec::new();
    for child in children {
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "a writer failed");
        let told: Value = serde_json::from_slice(&output.stdout)?;
        let took = told["micros"].as_array().context("no times")?;
        writes.push(took.len() as f64);
        times.extend(took.iter().filter_map(Value::as_u64).map(Duration::from_micros));
    }
    let (least, most) = (
        writes.iter().copied().fold(f64::MAX, f64::min),
        writes.iter().copied().fold(0.0, f64::max),
    );
    println!(
        "  {} customers in {seconds} s, {least} to {most} a process, the longest {:.1} ms",
        times.len(),
        millis(percentile(times.clone(), 100)),
    );
    let p99 = millis(percentile(times, 99));
    figures.add("writers_4x4", p99, "ms", &Limit::AtMost(LIMIT, 1.0))?;
    figures.add("writers_4x4_fair", least / most, "", &Limit::AtLeast(FAIR))?;
    remove(&path)
}

/// One of the processes: prints how long each customer took. A busy database would be an error.
pub(crate) fn child(database: &Path, process: u32, seconds: u64) -> Result<()> {
    let crm = store::open(database)?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let times = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn({
                    let crm = &crm;
                    move || enter(crm, (process * THREADS + thread) * 1_000_000, until)
                })
            })
            .collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().ok().context("a thread panicked")??);
        }
        anyhow::Ok(times)
    })?;
    println!("{}", json!({ "micros": times }));
    Ok(())
}

fn enter(crm: &Crm, from: u32, until: Instant) -> Result<Vec<u64>> {
    let customers = crm.session(ADMIN)?.customers();
    let mut times = Vec::new();
    for i in from.. {
        if Instant::now() >= until {
            break;
        }
        let new = lifelike::customer(i);
        let (created, took) = timed(|| customers.create(&new, DuplicateCheck::Off));
        created.with_context(|| format!("customer {i}"))?;
        times.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }
    Ok(times)
}
