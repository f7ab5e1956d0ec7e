//! Imports of whole lists, each in a process of its own, so that its memory can be told.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use crm_match_eval::store::remove;
use crmkit::{ImportOptions, TableOptions, service::DuplicateSearch};
use serde_json::{Value, json};

use crate::{
    bare,
    figures::{Figures, Limit},
    lifelike,
    measure::{median, peak_memory, processor_time, timed},
    store,
};

/// What a process is called with to be the one that imports.
pub(crate) const CHILD: &str = "import-child";

/// Rows of a step, as the facade takes them.
const STEP: u32 = 5_000;
/// Rows whose rate is compared at the beginning and at the end.
const STRETCH: u64 = 100_000;
/// What the rate at the end is to be of the one at the beginning.
const TAIL: f64 = 0.7;
/// What an import may have at the most, in MB.
const MEMORY: f64 = 200.0;
/// How many times bare rusqlite's time an import may take.
const ALLOWED: f64 = 1.5;
/// What the search for duplicates may take for a million rows, in seconds, and have at the most, in MB.
const BATCH: f64 = 10.0;
const BATCH_MEMORY: f64 = 1_500.0;

/// The list of a size, and the database that it is brought into.
pub(crate) fn database(size: &str) -> Result<std::path::PathBuf> {
    store::file(&format!("import_{size}.db"))
}

/// Makes the database of a size, if this program has not made it yet.
pub(crate) fn ensure_database((size, rows): (&str, u32)) -> Result<std::path::PathBuf> {
    let path = database(size)?;
    if !store::is_current(&path)? {
        println!("importing {rows} rows …");
        let told = import(size, rows)?;
        println!("  {:.1} s", number(&told, "seconds")?);
        if let (Ok(first), Ok(last)) = (number(&told, "first"), number(&told, "last")) {
            println!(
                "  the last 100,000 rows at {:.2} of the first's rate",
                first / last
            );
        }
        if let (Ok(memory), Ok(with_batch)) = (number(&told, "memory"), number(&told, "memory_with_batch")) {
            println!("  {memory:.0} MB, with looking for duplicates afterwards {with_batch:.0} MB");
        }
    }
    Ok(path)
}

fn import(size: &str, rows: u32) -> Result<Value> {
    let list = store::file(&format!("list_{size}.csv"))?;
    if !store::is_current(&list)? {
        lifelike::write_list(&list, rows)?;
    }
    import_list(&list, &database(size)?, rows)
}

fn import_list(list: &Path, database: &Path, rows: u32) -> Result<Value> {
    remove(database)?;
    let mut child = Command::new(std::env::current_exe()?);
    let output = child
        .arg(CHILD)
        .arg(list)
        .arg(database)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the import failed");
    let told: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(
        told["created"] == rows,
        "{rows} rows, and {} customers",
        told["created"]
    );
    Ok(told)
}

/// Imports a list and fills the same tables without the service, `times` in turn.
pub(crate) fn run(figures: &Figures, (size, rows): (&str, u32), times: usize) -> Result<()> {
    let mut ours = Vec::new();
    let mut bare = Vec::new();
    let mut told = Value::Null;
    for _ in 0..times {
        told = import(size, rows)?;
        ours.push(Duration::from_secs_f64(number(&told, "seconds")?));
        let (took, processor) = fill_bare(size)?;
        bare.push(took);
        println!(
            "  {size}: ours {:.2} s, {:.2} s of them processor; bare {:.2} s, {processor:.2} s of them processor",
            number(&told, "seconds")?,
            number(&told, "processor").unwrap_or_default(),
            took.as_secs_f64(),
        );
    }
    let ours = median(ours).as_secs_f64();
    let limit = Limit::AtMost(median(bare).as_secs_f64(), ALLOWED);
    let name = format!("import_{size}");
    figures.add(&name, ours, "s", &limit)?;
    if u64::from(rows) > STRETCH {
        let (first, last) = (number(&told, "first")?, number(&told, "last")?);
        let (first, last) = (STRETCH as f64 / first, STRETCH as f64 / last);
        println!("  the first 100,000 rows at {first:.0} a second, the last at {last:.0}");
        figures.add(&format!("{name}_tail"), last / first, "", &Limit::AtLeast(TAIL))?;
    }
    if let Ok(memory) = number(&told, "memory") {
        figures.add(
            &format!("{name}_memory"),
            memory,
            "MB",
            &Limit::AtMost(MEMORY, 1.0),
        )?;
    }
    let batch = number(&told, "batch")?;
    println!(
        "  the batch run compared {} pairs and answered {} groups",
        told["compared"], told["groups"]
    );
    figures.add(&format!("{name}_batch"), batch, "s", &Limit::AtMost(ours, 1.0))?;
    // The goal for a million rows, and as much of it as there are rows.
    let seconds = BATCH * f64::from(rows) / 1e6;
    figures.add(&format!("batch_{size}"), batch, "s", &Limit::AtMost(seconds, 1.0))?;
    match number(&told, "memory_with_batch") {
        Ok(memory) => figures.add(
            &format!("batch_{size}_memory"),
            memory,
            "MB",
            &Limit::AtMost(BATCH_MEMORY, 1.0),
        ),
        Err(_) => Ok(()),
    }
}

/// Imports the list of a size as a workbook.
pub(crate) fn run_workbook(figures: &Figures, (size, rows): (&str, u32)) -> Result<()> {
    let name = format!("import_{size}_xlsx");
    let list = store::file(&format!("list_{size}.xlsx"))?;
    if !store::is_current(&list)? {
        lifelike::write_workbook(&list, rows)?;
    }
    let database = store::file(&format!("{name}.db"))?;
    let told = import_list(&list, &database, rows)?;
    remove(&database)?;
    figures.add(&name, number(&told, "seconds")?, "s", &Limit::None)?;
    let Ok(memory) = number(&told, "memory") else {
        return Ok(());
    };
    figures.add(
        &format!("{name}_memory"),
        memory,
        "MB",
        &Limit::AtMost(MEMORY, 1.0),
    )
}

/// The time of bare rusqlite for what the service has written, and the processor's part of it.
fn fill_bare(size: &str) -> Result<(Duration, f64)> {
    let source = database(size)?;
    let path = store::new_file(&format!("bare_{size}.db"))?;
    let connection = bare::make_like(&path, &source)?;
    let mut writer = bare::Writer::new(&connection)?;
    let mut source = bare::Source::from_start(&source)?;
    let mut took = Duration::ZERO;
    let mut processor = 0.0;
    let mut steps = vec![(0, took)];
    while let Some(batch) = source.import_step(STEP)? {
        let before = processor_time().unwrap_or_default();
        took += writer.import_step(&batch)?;
        processor += processor_time().unwrap_or_default() - before;
        let rows = steps.len() as u64 * u64::from(STEP);
        steps.push((rows, took));
    }
    let rows = steps.last().map_or(0, |last| last.0);
    if let Some((first, last)) =
        stretch(&steps, 0, STRETCH).zip(stretch(&steps, rows - STRETCH.min(rows), rows))
    {
        println!("  bare: the first 100,000 rows in {first:.2} s, the last in {last:.2} s");
    }
    drop(writer);
    drop(connection);
    remove(&path)?;
    Ok((took, processor))
}

/// The process that imports `list` into a new database, looks for duplicates, and tells what it took.
pub(crate) fn child(list: &Path, database: &Path) -> Result<()> {
    let (crm, me) = store::set_up(database)?;
    let start = Instant::now();
    let before = processor_time();
    let mut job = crmkit::import_file(
        &me,
        list,
        ImportOptions::default(),
        &TableOptions::default(),
        None,
    )?;
    let mut steps = vec![(0, start.elapsed())];
    while let Some(progress) = job.next() {
        progress?;
        steps.push((job.report().counts.rows, start.elapsed()));
    }
    let seconds = start.elapsed();
    let processor = processor_time().zip(before).map(|(after, before)| after - before);
    let memory = peak_memory();
    let counts = job.report().counts;
    drop(job);
    let mut search = me.customers().find_duplicates(DuplicateSearch::default());
    let (searched, batch) = timed(|| search.try_for_each(|step| step.map(drop)));
    searched?;
    let told = json!({
        "created": counts.created,
        "seconds": seconds.as_secs_f64(),
        "processor": processor,
        "first": stretch(&steps, 0, STRETCH),
        "last": stretch(&steps, counts.rows.saturating_sub(STRETCH), counts.rows),
        "memory": memory,
        "batch": batch.as_secs_f64(),
        "groups": search.report().groups.len(),
        "compared": search.report().compared,
        "memory_with_batch": peak_memory(),
    });
    drop(crm);
    println!("{told}");
    Ok(())
}

/// How long the rows from `from` to `to` took, in seconds.
fn stretch(steps: &[(u64, Duration)], from: u64, to: u64) -> Option<f64> {
    let at = |rows: u64| steps.iter().find(|(seen, _)| *seen >= rows).map(|(_, at)| *at);
    Some((at(to)? - at(from)?).as_secs_f64())
}

fn number(told: &Value, what: &str) -> Result<f64> {
    told[what].as_f64().with_context(|| format!("no {what}"))
}
