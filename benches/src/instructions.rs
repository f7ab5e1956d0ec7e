//! Work that is the same in every run, so that its instructions can be counted: `instructions WORK FOLDER`.
//!
//! `prepare` makes what the others need in the folder. Each of them does what another one does, as `set-up`, `warm-up` or `open`, and
//! then its work; the difference is what the work takes. Each prints how many times it did it.
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
use crmkit::{
    Choice, Crm, CustomerNumber, CustomerQuery, DateTime, DuplicateCheck, FixedClock, IdSource,
    ImportOptions, NaiveDate, NewFollowUp, NewOpportunity, OpenOptions, OpportunityId, OpportunityQuery,
    PageRequest, Session, Stage,
};

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
/// The owner whose customers have a deal each and are handed over.
const LEAVER: u32 = 3;
const HEIR: u32 = 4;
/// Follow-ups of each of two of them, one of which is merged into the other.
const TALKS: u32 = 200;

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
    let [list, prepared, active] = ["list.csv", "prepared.db", "active.db"].map(|name| folder.join(name));
    let database = folder.join(format!("{work}.db"));
    match work {
        "prepare" => {
            lifelike::write_list(&list, ROWS)?;
            import_into_new(&prepared, &list)?;
            be_active(&copy(&prepared, active)?)
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
        "open" => with(&copy(&active, database)?, |_| Ok(1)),
        "move-first" => with(&copy(&active, database)?, |me| move_on(me, 0)),
        "move" => with(&copy(&active, database)?, |me| move_on(me, CREATED)),
        "merge" => with(&copy(&active, database)?, merge),
        "hand-over" => with(&copy(&active, database)?, hand_over),
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

fn with(database: &Path, body: impl FnOnce(&Session) -> Result<u32>) -> Result<u32> {
    body(&open(database, LATER)?.session(ADMIN)?)
}

/// Enters a deal on every customer of one owner, and follow-ups on two of them.
fn be_active(database: &Path) -> Result<u32> {
    let deal = NewOpportunity {
        name: "产线改造".to_owned(),
        expected_amount: "120000".parse().ok(),
        expected_close: NaiveDate::from_ymd_opt(2025, 6, 30),
        ..NewOpportunity::default()
    };
    let talk = NewFollowUp {
        at: DateTime::from_timestamp(NOW, 0),
        method: Some(Choice::of("phone")),
        topic: "方案沟通".to_owned(),
        content: Some("客户希望下周看到方案和报价".to_owned()),
        ..NewFollowUp::default()
    };
    let crm = open(database, 2 * LATER)?;
    let me = crm.session(ADMIN)?;
    let numbers = numbers(&me)?;
    for &number in &numbers {
        me.opportunities().create(number, &deal)?;
    }
    for &number in numbers.iter().take(2) {
        for _ in 0..TALKS {
            me.follow_ups().add(number, &talk)?;
        }
    }
    Ok(u32::try_from(numbers.len())?)
}

/// The customers of the owner who leaves.
fn numbers(me: &Session) -> Result<Vec<CustomerNumber>> {
    let query = CustomerQuery {
        owner: Some(lifelike::login(LEAVER)),
        ..CustomerQuery::default()
    };
    let page = me
        .customers()
        .list(&query, &PageRequest::first(PageRequest::MAX))?;
    anyhow::ensure!(page.next.is_none(), "more customers than fit on a page");
    Ok(page.items.iter().map(|customer| customer.number).collect())
}

/// Moves deals on to their next stage, after a few others.
fn move_on(me: &Session, times: u32) -> Result<u32> {
    let query = OpportunityQuery::default();
    let deals = me
        .opportunities()
        .list(&query, &PageRequest::first(WARM_UP + CREATED))?;
    let deals: Vec<OpportunityId> = deals.items.iter().map(|deal| deal.id).collect();
    for &deal in deals.iter().take((WARM_UP + times) as usize) {
        me.opportunities()
            .move_to(deal, Stage::NeedsAnalysis, "客户确认了需求")?;
    }
    Ok(times)
}

/// Merges one of the two customers on which follow-ups hang into the other; how many of them move.
fn merge(me: &Session) -> Result<u32> {
    let numbers = numbers(me)?;
    let [loser, survivor, ..] = numbers.as_slice() else {
        bail!("no two customers");
    };
    me.customers().merge(*loser, *survivor, &[])?;
    Ok(TALKS)
}

/// Hands over all customers of an owner; how many they are.
fn hand_over(me: &Session) -> Result<u32> {
    let (leaver, heir) = (lifelike::login(LEAVER), lifelike::login(HEIR));
    Ok(u32::try_from(me.customers().hand_over(&leaver, &heir, None)?)?)
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
