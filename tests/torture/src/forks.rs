//! Forks of a process that has the database open: parent and children work on, in any order.
#![allow(unsafe_code, reason = "there is no safe fork")]

use std::{
    ffi::c_int,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use crm_match_eval::random::Random;
use crmkit::{Code, DuplicateCheck};

use crate::{
    counts::Counts,
    desk::{ADMIN, Desk, company, open},
    worker::Journal,
};

/// How long a store waits for others, unless the host says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

unsafe extern "C" {
    fn fork() -> c_int;
    fn waitpid(process: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn _exit(status: c_int) -> !;
}

pub(crate) fn round(seed: u64, counts: &mut Counts) -> Result<()> {
    let mut random = Random::new(seed);
    let desk = Desk::new()?;
    let mut parent = Some(open(&desk.path)?);
    let mut children = Vec::new();
    let mut next = 0;
    for _ in 0..4 + random.below(5) {
        if let Some(crm) = &parent {
            enter(&desk, crm, next, random.below(5) as u64)?;
            next += 10;
        }
        match random.below(4) {
            0 => parent = None,
            1 if parent.is_none() => parent = Some(open(&desk.path)?),
            _ => {
                let (from, many, drops) = (next, 1 + random.below(30) as u64, random.chance(50));
                next += 100;
                // SAFETY: no other thread of this process is using the store; the child works and ends at once.
                let child = unsafe { fork() };
                if child == 0 {
                    let worked = catch_unwind(AssertUnwindSafe(|| {
                        in_child(&desk, &mut parent, drops, from, many)
                    }));
                    let held = matches!(worked, Ok(Ok(())));
                    if let Ok(Err(error)) = worked {
                        eprintln!("in a child: {error:#}");
                    }
                    // SAFETY: ends the process at once.
                    unsafe { _exit(c_int::from(!held)) }
                }
                children.push(child);
            }
        }
    }
    drop(parent);
    for child in children {
        let mut status = -1;
        // SAFETY: waits for a child made above.
        ensure!(
            unsafe { waitpid(child, &mut status, 0) } == child,
            "a child is gone"
        );
        ensure!(status == 0, "a child failed");
        counts.add("forks", 1);
    }
    desk.verify(counts)
}

fn in_child(desk: &Desk, parent: &mut Option<crmkit::Crm>, drops: bool, from: u64, many: u64) -> Result<()> {
    if let Some(crm) = parent.as_ref() {
        let told = crm.session(ADMIN).err().map(|error| error.code());
        ensure!(
            told == Some(Code::StorageForked),
            "what is the parent's answers {told:?}"
        );
    }
    if drops {
        *parent = None;
    }
    // Where a thread of the parent's was tidying up at the fork, the child is refused, and says so.
    match open(&desk.path) {
        Ok(own) => enter(desk, &own, from, many),
        Err(error) if error.code() == Code::StorageForked => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn enter(desk: &Desk, crm: &crmkit::Crm, from: u64, many: u64) -> Result<()> {
    let mut journal = Journal::open(&desk.journal)?;
    let me = crm.session(ADMIN)?;
    for n in from..from + many {
        let begun = Instant::now();
        let customer = match me.customers().create(&company(n), DuplicateCheck::Off) {
            // The machine is too slow for all of them; before the time is out nobody is to be told so.
            Err(error) if error.is_retryable() && begun.elapsed() >= PATIENCE => return Ok(()),
            other => other.with_context(|| format!("after {:?}", begun.elapsed()))?,
        };
        journal.note(&customer.number.to_string(), &customer.name)?;
    }
    Ok(())
}
