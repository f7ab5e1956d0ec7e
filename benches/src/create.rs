//! One durable customer on a store of 100,000, without and with the duplicate check.

use anyhow::{Context, Result};
use crm_benches::{ADMIN, lifelike};
use crm_match_eval::store::remove;
use crmkit::DuplicateCheck;

use crate::{
    bare,
    figures::{Figures, Limit},
    import,
    measure::{Spent, micros, middle, spent},
    store,
};

const CALLS: u32 = 400;
/// Calls before those that count.
const WARM_UP: u32 = 100;

/// Ours and a bare transaction in turn, on copies of one database. The rows that the bare one writes are those that the
/// service has written to a third copy beforehand.
pub(crate) fn run(figures: &Figures, size: (&str, u32)) -> Result<()> {
    let original = import::ensure_database(size)?;
    let model = store::copy(&original, "create_model.db")?;
    let checks = [
        ("create_one", DuplicateCheck::Off, 1.2),
        ("create_one_checked", DuplicateCheck::Refuse, 1.4),
    ];
    // Those that the check would refuse are no creations.
    let calls: Vec<u32> = (size.1..)
        .filter(|&i| !lifelike::is_shared(i))
        .take((CALLS + WARM_UP) as usize * checks.len())
        .collect();
    {
        let crm = store::open(&model)?;
        let customers = crm.session(ADMIN)?.customers();
        for &i in &calls {
            customers.create(&lifelike::customer(i), DuplicateCheck::Off)?;
        }
    }
    let mut source = bare::Source::after(&model, &original)?;
    let theirs = store::copy(&original, "create_bare.db")?;
    let connection = bare::open(&theirs)?;
    // As it comes: the log begins anew before it is large, and a sync of a file that does not grow is shorter.
    connection.pragma_update(None, "wal_autocheckpoint", 1_000)?;
    let mut writer = bare::Writer::new(&connection)?;
    let ours = store::copy(&original, "create.db")?;
    let crm = store::open(&ours)?;
    let customers = crm.session(ADMIN)?.customers();
    for (calls, (name, check, allowed)) in calls.chunks((CALLS + WARM_UP) as usize).zip(checks) {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for &i in calls {
            let new = lifelike::customer(i);
            let (created, took) = spent(|| customers.create(&new, check));
            created.with_context(|| format!("customer {i}"))?;
            ours.push(took);
            let row = source.customer()?;
            let (written, took) = spent(|| writer.create(&row));
            written?;
            bare.push(took);
        }
        let settled = |times: &[Spent]| middle(times.get(WARM_UP as usize..).unwrap_or_default());
        let (ours, bare) = (settled(&ours), settled(&bare));
        println!("  {name}: ours {ours}; bare {bare}");
        let limit = Limit::AtMost(micros(bare.wall), allowed);
        figures.add(name, micros(ours.wall), "µs", &limit)?;
    }
    drop(writer);
    drop((connection, crm));
    [model, theirs, ours].iter().try_for_each(|path| remove(path))
}
