//! Processes that enter and import into one database, killed at any moment, again and again.

use std::{fmt::Write as _, fs, thread, time::Duration};

use anyhow::{Result, ensure};
use crm_match_eval::random::Random;
use crmkit::{ImportOptions, TableOptions};

use crate::{
    counts::Counts,
    desk::{ADMIN, Desk, all, open},
    worker::{Work, list, start},
};

/// Times that all of them are killed.
const KILLS: u64 = 4;
/// Rows of the list.
const ROWS: u64 = 400;

pub(crate) fn round(seed: u64, counts: &mut Counts) -> Result<()> {
    let mut random = Random::new(seed);
    let desk = Desk::new()?;
    let mut rows = "客户名称,客户类型,所属行业,联系电话,客户来源,首次接触时间\n".to_owned();
    for n in 0..ROWS {
        writeln!(
            rows,
            "名单第{n}号样品店,企业客户,制造业,137{n:08},转介绍,2024-04-28"
        )?;
    }
    fs::write(list(&desk.path), rows)?;
    for kill in 0..KILLS {
        let mut workers = Vec::new();
        for worker in 0..2 {
            let from = (kill * 2 + worker) * 10_000;
            workers.push(start(&desk, Work::Enter { from, many: 10_000 })?);
        }
        workers.push(start(&desk, Work::Import)?);
        thread::sleep(Duration::from_millis(10 + random.below(300) as u64));
        random.shuffle(&mut workers);
        for worker in &mut workers {
            worker.kill()?;
            thread::sleep(Duration::from_micros(random.below(3_000) as u64));
        }
        for mut worker in workers {
            worker.wait()?;
        }
        counts.add("processes killed", 3);
        desk.verify(counts)?;
    }
    // The import goes on where it was killed, and brings each row once.
    let crm = open(&desk.path)?;
    let me = crm.session(ADMIN)?;
    let job = crmkit::import_file(
        &me,
        list(&desk.path),
        ImportOptions::default(),
        &TableOptions::default(),
        None,
    )?;
    let mut job = job.with_step(1_000);
    while !job.step(&mut |_| ())?.finished {}
    ensure!(job.report().counts.rows == ROWS, "{:?}", job.report().counts);
    let brought = all(&me)?
        .into_values()
        .filter(|name| name.starts_with("名单第"))
        .count();
    ensure!(brought as u64 == ROWS, "{brought} customers of {ROWS} rows");
    Ok(())
}
