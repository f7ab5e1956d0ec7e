//! Tortures a store until a time is over: each part in turn, round by round, every round from a seed of its own.
//!
//! A round that fails is told with its seed; `--part NAME --seed N --rounds 1` runs it again. Kills, forks and sales depend on the
//! machine besides: of these a seed repeats the plan, not the moment.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test program: it fails where it is wrong"
)]

mod counts;
mod damage;
mod desk;
mod disks;
mod figures;
#[cfg(unix)]
mod forks;
mod kills;
mod lists;
mod sales;
mod stores;
mod worker;
mod worlds;

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use counts::Counts;

/// A part: its name, and one round of it.
type Part = (&'static str, fn(u64, &mut Counts) -> Result<()>);

const PARTS: &[Part] = &[
    ("kills", kills::round),
    ("sales", sales::round),
    #[cfg(unix)]
    ("forks", forks::round),
    #[cfg(unix)]
    ("full disks", disks::round),
    ("damaged files", damage::round),
    ("random stores", stores::round),
    ("paired worlds", worlds::round),
    ("mutated lists", lists::round),
];

struct Plan {
    time: Duration,
    rounds: u64,
    seed: u64,
    part: Option<String>,
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut plan = Self {
            time: Duration::from_secs(120),
            rounds: u64::MAX,
            seed: 1,
            part: None,
        };
        for pair in arguments.chunks(2) {
            let [option, value] = pair else {
                bail!("{pair:?} lacks its value")
            };
            match option.as_str() {
                "--minutes" => plan.time = Duration::from_secs_f64(value.parse::<f64>()? * 60.0),
                "--rounds" => plan.rounds = value.parse()?,
                "--seed" => plan.seed = value.parse()?,
                "--part" => plan.part = Some(value.clone()),
                _ => bail!("no option {option}: --minutes N, --rounds N, --seed N, --part NAME"),
            }
        }
        Ok(plan)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((first, rest)) if first == worker::CHILD => worker::run(rest).map(|()| true),
        _ => torture(&arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether every round held.
fn torture(arguments: &[String]) -> Result<bool> {
    let plan = Plan::read(arguments)?;
    let wanted = |part: &&Part| plan.part.as_deref().is_none_or(|name| name == part.0);
    let parts: Vec<&Part> = PARTS.iter().filter(wanted).collect();
    if parts.is_empty() {
        let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
        bail!("no such part; there are {}", names.join(", "));
    }
    let started = Instant::now();
    let mut counts = Counts::default();
    let mut failed = Vec::new();
    'rounds: for round in 0..plan.rounds {
        for (name, body) in &parts {
            if started.elapsed() >= plan.time {
                break 'rounds;
            }
            let seed = plan.seed.wrapping_add(round);
            counts.begin(name);
            let held = catch_unwind(AssertUnwindSafe(|| body(seed, &mut counts)));
            let failure = match held {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => format!("{error:#}"),
                Err(_) => "a panic, told above".to_owned(),
            };
            eprintln!("{name}, seed {seed}: {failure}");
            failed.push(format!("{name}, seed {seed}: {failure}"));
        }
        eprint!(
            "\r{:.1} of {:.1} minutes, {} rounds",
            started.elapsed().as_secs_f64() / 60.0,
            plan.time.as_secs_f64() / 60.0,
            round + 1
        );
    }
    eprintln!();
    println!(
        "seed {}, {:.1} minutes\n{counts}",
        plan.seed,
        started.elapsed().as_secs_f64() / 60.0
    );
    println!("failures: {}", failed.len());
    failed.iter().for_each(|failure| println!("  {failure}"));
    Ok(failed.is_empty())
}

/// This program, to be run again.
fn this_program() -> Result<std::path::PathBuf> {
    env::current_exe().context("where this program is")
}
