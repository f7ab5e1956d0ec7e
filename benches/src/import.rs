//! Imports of whole lists, each in a process of its own, so that its memory can be told.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use crm_benches::{ADMIN, lifelike};
use crm_match_eval::store::remove;
use crmkit::{ImportOptions, TableOptions, service::DuplicateSearch};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::{
    bare,
    figures::{Figures, Limit},
    measure::{Spent, middle, peak_memory, processor_time, spent, timed},
    store,
};

/// What a process is called with to be the one that imports.
pub(crate) const CHILD: &str = "import-child";
/// And after its files, if it is to look for duplicates afterwards.
pub(crate) const SEARCH: &str = "search";

/// Rows of a step, as the facade takes them.
const STEP: u32 = 5_000;
/// Rows whose rate is compared at the beginning and at the end.
const STRETCH: u64 = 100_000;
/// What the rate at the end is to be of the one at the beginning.
const TAIL: f64 = 0.7;
/// What an import may have at the most, in MB.
const MEMORY: f64 = 200.0;
/// How many times bare rusqlite's time an import may take, and how many times its processor's.
const ALLOWED: f64 = 1.25;
const ALLOWED_PROCESSOR: f64 = 2.0;
/// What the search for duplicates may take for a million rows, in seconds, and have at the most, in MB.
const BATCH: f64 = 10.0;
const BATCH_MEMORY: f64 = 1_500.0;

/// The list of a size, and the database that it is brought into.
pub(crate) fn database(size: &str) -> Result<PathBuf> {
    store::file(&format!("import_{size}.db"))
}

/// Makes the database of a size, if this program has not made it yet.
pub(crate) fn ensure_database((size, rows): (&str, u32)) -> Result<PathBuf> {
    let path = database(size)?;
    if !store::is_current(&path)? {
        println!("importing {rows} rows …");
        let told = import((size, rows))?;
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

/// The list of a size as CSV, written if this program has not written it yet.
pub(crate) fn list((size, rows): (&str, u32)) -> Result<PathBuf> {
    let list = store::file(&format!("list_{size}.csv"))?;
    if !store::is_current(&list)? {
        lifelike::write_list(&list, rows)?;
    }
    Ok(list)
}

fn import(size: (&str, u32)) -> Result<Value> {
    import_list(&list(size)?, &database(size.0)?, size.1, true)
}

fn import_list(list: &Path, database: &Path, rows: u32, search: bool) -> Result<Value> {
    remove(database)?;
    drop(store::set_up(database)?);
    told(start(list, database, search)?, rows)
}

/// Starts the process that imports a list into a database that is set up, and looks for duplicates if it is to.
pub(crate) fn start(list: &Path, database: &Path, search: bool) -> Result<Child> {
    let mut child = Command::new(std::env::current_exe()?);
    child
        .arg(CHILD)
        .arg(list)
        .arg(database)
        .args(search.then_some(SEARCH))
        .stdout(Stdio::piped());
    Ok(child.spawn()?)
}

/// What that process tells when it has ended, each row having become a customer.
pub(crate) fn told(child: Child, rows: u32) -> Result<Value> {
    let output = child.wait_with_output()?;
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
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    let mut told = Value::Null;
    for _ in 0..times {
        told = import((size, rows))?;
        let seconds = |what| number(&told, what).map(Duration::from_secs_f64);
        let (our, their) = (
            Spent {
                wall: seconds("seconds")?,
                processor: seconds("processor").ok(),
            },
            fill_bare(size)?,
        );
        println!("  {size}: ours {our}; bare {their}");
        ours.push(our);
        bare.push(their);
    }
    let (ours, bare) = (middle(&ours), middle(&bare));
    let name = format!("import_{size}");
    let limit = Limit::AtMost(bare.wall.as_secs_f64(), ALLOWED);
    let seconds = ours.wall.as_secs_f64();
    figures.add(&name, seconds, "s", &limit)?;
    if let Some((ours, bare)) = ours.processor.zip(bare.processor) {
        let limit = Limit::AtMost(bare.as_secs_f64(), ALLOWED_PROCESSOR);
        figures.add(&format!("{name}_processor"), ours.as_secs_f64(), "s", &limit)?;
    }
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
    figures.add(&format!("{name}_batch"), batch, "s", &Limit::AtMost(seconds, 1.0))?;
    // The goal for a million rows, and as much of it as there are rows.
    let goal = BATCH * f64::from(rows) / 1e6;
    figures.add(&format!("batch_{size}"), batch, "s", &Limit::AtMost(goal, 1.0))?;
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
        write_workbook(&list, rows)?;
    }
    let database = store::file(&format!("{name}.db"))?;
    let told = import_list(&list, &database, rows, false)?;
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

/// Writes the first `rows` companies as an Excel workbook, row by row, so that this process stays small.
fn write_workbook(path: &Path, rows: u32) -> Result<()> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.write_row(0, 0, lifelike::HEADINGS)?;
    for i in 0..rows {
        sheet.write_row(i + 1, 0, lifelike::cells(i)?)?;
    }
    Ok(book.save(path)?)
}

/// What bare rusqlite takes for what the service has written.
fn fill_bare(size: &str) -> Result<Spent> {
    let source = database(size)?;
    let path = store::new_file(&format!("bare_{size}.db"))?;
    let connection = bare::make_like(&path, &source)?;
    let mut writer = bare::Writer::new(&connection)?;
    let mut source = bare::Source::from_start(&source)?;
    let mut all = Spent::NOTHING;
    let mut steps = vec![(0, all.wall)];
    while let Some(batch) = source.import_step(STEP)? {
        let (written, step) = spent(|| writer.import_step(&batch));
        written?;
        all = all.and(step);
        let rows = steps.len() as u64 * u64::from(STEP);
        steps.push((rows, all.wall));
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
    Ok(all)
}

/// The process that imports `list` into a database that is set up, looks for duplicates if it is to, and tells what it
/// took.
pub(crate) fn child(list: &Path, database: &Path, search: bool) -> Result<()> {
    let crm = store::open(database)?;
    let me = crm.session(ADMIN)?;
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
    let mut told = json!({
        "created": counts.created,
        "seconds": seconds.as_secs_f64(),
        "processor": processor.map(|processor| processor.as_secs_f64()),
        "first": stretch(&steps, 0, STRETCH),
        "last": stretch(&steps, counts.rows.saturating_sub(STRETCH), counts.rows),
        "memory": memory,
    });
    if search {
        let mut search = me.customers().find_duplicates(DuplicateSearch::default());
        let (searched, batch) = timed(|| search.try_for_each(|step| step.map(drop)));
        searched?;
        told["batch"] = batch.as_secs_f64().into();
        told["groups"] = search.report().groups.len().into();
        told["compared"] = search.report().compared.into();
        told["memory_with_batch"] = json!(peak_memory());
    }
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
