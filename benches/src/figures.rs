//! What is asked for, and what came of it.

use std::{collections::BTreeSet, fs::OpenOptions, io::Write, path::PathBuf};

use anyhow::Result;
use serde_json::json;

/// The figures of one run.
pub(crate) struct Figures {
    only: BTreeSet<String>,
    /// Whether the million rows are left out.
    pub(crate) quick: bool,
    out: Option<PathBuf>,
}

/// What a figure is measured against.
pub(crate) enum Limit {
    /// A time or size; ours may be as many times as much.
    AtMost(f64, f64),
    /// Ours is to be as much at least.
    AtLeast(f64),
    /// Itself the limit of others, or told for information.
    None,
}

impl Figures {
    /// As the environment asks for.
    pub(crate) fn from_env() -> Self {
        let only = std::env::var("CRMKIT_BENCH_ONLY").unwrap_or_default();
        let names = only.split(',').map(str::trim).filter(|name| !name.is_empty());
        Self {
            only: names.map(str::to_owned).collect(),
            quick: std::env::var_os("CRMKIT_BENCH_QUICK").is_some(),
            out: std::env::var_os("CRMKIT_BENCH_OUT").map(PathBuf::from),
        }
    }

    /// Whether a bench is to run: it, or one of its figures, is asked for; a short run has 100k for a million.
    pub(crate) fn wants(&self, bench: &str) -> bool {
        let of_bench = |name: &String| {
            name.starts_with(bench) || (self.quick && name.replace("_1m", "_100k").starts_with(bench))
        };
        self.only.is_empty() || self.only.iter().any(of_bench)
    }

    /// Whether one of its figures is asked for by name.
    pub(crate) fn names(&self, bench: &str) -> bool {
        self.only.iter().any(|name| name.starts_with(bench))
    }

    /// Prints a figure and hands it on.
    pub(crate) fn add(&self, name: &str, value: f64, unit: &str, limit: &Limit) -> Result<()> {
        let (limit, ratio, allowed) = match *limit {
            Limit::AtMost(limit, allowed) => (Some(limit), Some(value / limit), allowed),
            Limit::AtLeast(limit) => (Some(limit), Some(limit / value), 1.0),
            Limit::None => (None, None, 1.0),
        };
        let beside = match limit.zip(ratio) {
            Some((limit, ratio)) => {
                let verdict = if ratio <= allowed { "" } else { "  TOO MUCH" };
                format!("limit {limit:>10.3} {unit:<5}  ratio {ratio:>6.3} (allowed {allowed}){verdict}")
            }
            None => String::new(),
        };
        println!("{name:<24} {value:>10.3} {unit:<5}  {beside}");
        if let Some(out) = &self.out {
            let (value, limit, ratio) = (round(value), limit.map(round), ratio.map(round));
            let line = json!({ "name": name, "value": value, "unit": unit, "limit": limit, "ratio": ratio });
            writeln!(OpenOptions::new().create(true).append(true).open(out)?, "{line}")?;
        }
        Ok(())
    }
}

/// Four digits after the point.
fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
