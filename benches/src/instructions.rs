//! Work that is the same in every run, so that its instructions can be counted: `instructions WORK FOLDER`.
//!
//! `prepare` makes what the others need in the folder. `import` and `create` do what `set-up` and `warm-up` do and
//! then their work; the difference is what the work takes. Each prints how many times it did it.
//! `cargo xtask bench instructions` runs it under callgrind.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context, Result, bail};
use crm_benches::{ADMIN, import, lifelike, set_up};
use crmkit::{Crm, DateTime, DuplicateCheck, FixedClock, IdSource, ImportOptions, OpenOptions};

/// Rows of the list.
const ROWS: u32 = 10_000;
/// Customers that are entered by hand, after a few for which statements are prepared and pages read. As many as make one
/// run of keys; and few enough for the log to stay short: past a thousand pages it is moved on a thread beside, whose
/// instructions are another number in every run.
const CREATED: u32 = 32;
const WARM_UP: u32 = 8;
/// The instant at which everything happens, in seconds since 1970: nine o'clock in China on the first of January 2025,
/// after every day of the list.
const NOW: i64 = 1_735_693_200;
/// Where ids begin in a database that `prepare` has filled.
const LATER: u64 = 1 << 32;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, folder] = arguments.as_slice() else {
        bail!("what to do, and in which folder?");
    };
    let times = run(work, Path::new(folder))?;
    println!("{times}");
    Ok(())
}

fn run(work: &str, folder: &Path) -> Result<u32> {
    let (list, prepared) = (folder.join("list.csv"), folder.join("prepared.db"));
    let database = folder.join(format!("{work}.db"));
    match work {
        "prepare" => {
            lifelike::write_list(&list, ROWS)?;
            import_into_new(&prepared, &list)
        }
        "set-up" => {
            set_up(&open_new(&database)?)?;
            Ok(1)
        }
        "import" => import_into_new(&database, &list),
        "warm-up" => create(&copy(&prepared, database)?, 0, DuplicateCheck::Off),
        "create" => create(&copy(&prepared, database)?, CREATED, DuplicateCheck::Off),
        "warm-up-checked" => create(&copy(&prepared, database)?, 0, DuplicateCheck::Refuse),
        "create-checked" => create(&copy(&prepared, database)?, CREATED, DuplicateCheck::Refuse),
        other => bail!("no work `{other}`"),
    }
}

fn import_into_new(database: &Path, list: &Path) -> Result<u32> {
    let crm = open_new(database)?;
    let counts = import(&set_up(&crm)?, list, ImportOptions::default())?.counts;
    anyhow::ensure!(counts.created == u64::from(ROWS), "not every row was stored");
    Ok(ROWS)
}

fn create(database: &Path, times: u32, check: DuplicateCheck) -> Result<u32> {
    let crm = open(database, LATER)?;
    let customers = crm.session(ADMIN)?.customers();
    // Those that the check would refuse are no creations.
    let new = (ROWS..).filter(|&i| !lifelike::is_shared(i));
    for i in new.take((WARM_UP + times) as usize) {
        customers
            .create(&lifelike::customer(i), check)
            .with_context(|| format!("customer {i}"))?;
    }
    Ok(times)
}

/// A database that is not there yet, whatever an earlier run has left.
fn open_new(path: &Path) -> Result<Crm> {
    remove(path)?;
    open(path, 0)
}

fn copy(from: &Path, to: PathBuf) -> Result<PathBuf> {
    remove(&to)?;
    fs::copy(from, &to)?;
    Ok(to)
}

fn remove(path: &Path) -> Result<()> {
    for beside in ["", "-wal", "-shm"] {
        let path = format!("{}{beside}", path.display());
        if Path::new(&path).exists() {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn open(path: &Path, first_id: u64) -> Result<Crm> {
    let now = DateTime::from_timestamp(NOW, 0).context("no such instant")?;
    let options = OpenOptions {
        clock: Some(Arc::new(FixedClock(now))),
        ids: Some(Arc::new(CountedIds(AtomicU64::new(first_id)))),
        ..OpenOptions::default()
    };
    Ok(crmkit::open(path, options)?)
}

/// Ids that follow from how many were taken before, and look as random as others.
struct CountedIds(AtomicU64);

impl IdSource for CountedIds {
    fn bytes(&self) -> [u8; 16] {
        let taken = self.0.fetch_add(1, Ordering::Relaxed);
        let [high, low] = [2 * taken, 2 * taken + 1].map(mixed);
        (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
    }
}

/// Splitmix64: no two numbers give the same.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
