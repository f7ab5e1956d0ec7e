//! Measures matching on labelled sets; `cargo xtask match-eval` builds and runs it.

use std::{collections::BTreeSet, fs, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Context, Result, bail};
use crm_match_eval::{
    fit, generate,
    measure::{Counts, Truth, bootstrap, interval},
    misses, pairs,
    peers::Peers,
    record::{Half, Set},
    score::shipped_threshold,
    sets,
    short_full::{Question, Summary},
    store::{self, Entered, Lost},
};
use crmkit::matching::Weights;

/// The sets that need no file.
const SETS: [&str; 8] = [
    "companies",
    "people",
    "shops",
    "abroad",
    "febrl3",
    "febrl4",
    "febrl3_phone",
    "febrl4_phone",
];

/// What is to be measured.
struct Plan {
    sets: Vec<String>,
    pairs: Option<PathBuf>,
    clusters: Option<PathBuf>,
    short_full: Option<PathBuf>,
    among: Option<PathBuf>,
    half: Option<Half>,
    misses: usize,
    weights: Weights,
    /// Whether what numbers say is learnt from each set, without its labels, before it is measured.
    learn: bool,
    /// Whether each set is entered in a store as well, and its duplicates looked for there.
    store: bool,
    /// Where the fitted weights go.
    fit: Option<PathBuf>,
    peers: Peers,
}

impl Plan {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            sets: Vec::new(),
            pairs: None,
            clusters: None,
            short_full: None,
            among: None,
            half: None,
            misses: 20,
            weights: Weights::shipped().clone(),
            learn: false,
            store: false,
            fit: None,
            peers: Peers {
                python: None,
                folder: PathBuf::from("target/match-eval"),
            },
        };
        while let Some(option) = arguments.next() {
            let value = arguments
                .next()
                .with_context(|| format!("{option} needs a value after it, or is unknown"))?;
            match option.as_str() {
                "--sets" => plan.sets = value.split(',').map(str::to_owned).collect(),
                "--pairs" => plan.pairs = Some(value.into()),
                "--clusters" => plan.clusters = Some(value.into()),
                "--short-full" => plan.short_full = Some(value.into()),
                "--among" => plan.among = Some(value.into()),
                "--half" => plan.half = Some(half(&value)?),
                "--misses" => plan.misses = value.parse().context("--misses needs a number after it")?,
                "--weights" => {
                    let text = fs::read_to_string(&value).with_context(|| format!("cannot read {value}"))?;
                    plan.weights = Weights::parse(&text).with_context(|| value)?;
                }
                "--learn" if value == "numbers" => plan.learn = true,
                "--through" if value == "store" => plan.store = true,
                "--fit" => plan.fit = Some(value.into()),
                "--python" => plan.peers.python = Some(value.into()),
                "--folder" => plan.peers.folder = value.into(),
                _ => bail!("there is no option {option}"),
            }
        }
        if let Some(set) = plan.sets.iter().find(|set| !SETS.contains(&set.as_str())) {
            bail!("there is no set `{set}`: one of {}", SETS.join(", "));
        }
        if plan.among.is_some() && plan.short_full.is_none() {
            bail!("--among says where the names of --short-full are looked up, and needs it");
        }
        // Whoever brings names wants those measured.
        let none = plan.pairs.is_none() && plan.clusters.is_none() && plan.short_full.is_none();
        if plan.sets.is_empty() && none {
            plan.sets = SETS.map(str::to_owned).into();
        }
        Ok(plan)
    }

    /// Where a store is made and removed again.
    fn store_file(&self) -> Result<PathBuf> {
        fs::create_dir_all(&self.peers.folder)?;
        Ok(self.peers.folder.join("store.db"))
    }
}

fn half(value: &str) -> Result<Half> {
    Ok(match value {
        "fit" => Half::Fit,
        "held" => Half::Held,
        _ => bail!("--half is fit or held, not {value}"),
    })
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("match-eval: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<()> {
    let plan = Plan::read(std::env::args().skip(1))?;
    let mut sets = Vec::new();
    for set in &plan.sets {
        match set.as_str() {
            "companies" => sets.push(generate::companies()),
            "people" => sets.push(generate::people()),
            "shops" => sets.push(generate::shops()),
            "abroad" => sets.push(generate::abroad()),
            shipped => match plan.peers.shipped(shipped.trim_end_matches("_phone"))? {
                Some(file) => {
                    let taken_for = match shipped.ends_with("_phone") {
                        true => sets::Number::Telephone,
                        false => sets::Number::Alias,
                    };
                    sets.push(sets::people(shipped, &file, taken_for)?);
                }
                None => println!(
                    "{shipped}: left out; it comes with the peers' packages, so run once without --no-peers"
                ),
            },
        }
    }
    let rows = plan.short_full.as_deref().map(sets::short_full).transpose()?;
    if let Some(file) = &plan.pairs {
        sets.extend(sets::pairs_by_kind("pairs", file)?);
        if let Some(rows) = &rows {
            let full: Vec<String> = rows.iter().map(|(_, full)| full.clone()).collect();
            sets.push(sets::pairs("pairs-and-full", file, &full)?);
        }
    }
    if let Some(file) = &plan.clusters {
        sets.push(sets::clusters("clusters", file)?);
    }
    if let Some(file) = &plan.fit {
        let fitted = fit::fit(sets)?;
        return fs::write(file, fitted.to_text()).with_context(|| format!("cannot write {}", file.display()));
    }
    for set in sets {
        measure(&plan, set)?;
    }
    if let Some(rows) = &rows {
        look_up(&plan, "short-full", rows, Vec::new())?;
        if let Some(file) = &plan.among {
            look_up(&plan, "short-full-among", rows, sets::lines(file)?)?;
        }
    }
    Ok(())
}

/// Measures one set and prints what was found, the last line for programs.
fn measure(plan: &Plan, set: Set) -> Result<()> {
    let set = match plan.half {
        Some(half) => set.half(half),
        None => set,
    };
    let start = Instant::now();
    let truth = Truth::new(&set.records);
    let weights = match plan.learn {
        true => learn(&set)?,
        false => plan.weights.clone(),
    };
    let (scorer, found) = pairs::all(&set.records, &weights)?;
    let likely: Vec<pairs::Pair> = found.iter().filter(|pair| pair.likely).copied().collect();
    println!(
        "\n{}: {} records, {} pairs are the same; every pair compared in {:.1} s",
        set.name,
        set.records.len(),
        truth.pairs(),
        start.elapsed().as_secs_f64()
    );
    for note in &set.notes {
        println!("  {note}");
    }
    let shipped = truth.count(&likely);
    let (threshold, best) = truth.best(&found);
    let draws = bootstrap(&truth, std::slice::from_ref(&likely));
    let draws = draws.first().map(Vec::as_slice).unwrap_or_default();
    println!(
        "  {:24} precision {}  recall {}  F1 {}",
        "at the shipped threshold",
        with_interval(&shipped, draws, Counts::precision),
        with_interval(&shipped, draws, Counts::recall),
        with_interval(&shipped, draws, Counts::f1),
    );
    println!(
        "  {:24} precision {:.3}  recall {:.3}  F1 {:.3}, which is {:.3} more",
        format!("at the best one, {threshold:.3}"),
        best.precision(),
        best.recall(),
        best.f1(),
        best.f1() - shipped.f1()
    );
    // A person is never likely by the name alone, and is listed.
    let listed = truth.count(&found);
    println!(
        "  {:24} precision {:.3}  recall {:.3}  F1 {:.3}",
        "likely or similar",
        listed.precision(),
        listed.recall(),
        listed.f1()
    );
    plan.peers.print(&set, &truth, &likely)?;
    if plan.store {
        through_store(plan, &set, &truth, &likely)?;
    }
    misses::print(&set, &truth, &scorer, &found, plan.misses);
    println!(
        "{} f1={:.3} precision={:.3} recall={:.3} threshold={} loss={:.3} listed={:.3}",
        set.name,
        shipped.f1(),
        shipped.precision(),
        shipped.recall(),
        shipped_threshold(),
        best.f1() - shipped.f1(),
        listed.f1()
    );
    Ok(())
}

fn learn(set: &Set) -> Result<Weights> {
    let found = fit::learn(set)?;
    println!(
        "\n{}: {} pairs, {:.3} of them one, {} turns; learnt {}",
        set.name,
        found.pairs,
        found.share,
        found.turns,
        found
            .learnt
            .iter()
            .map(|(name, bits)| format!("{name} {bits:.1}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    Ok(found.weights)
}

/// A figure and the interval of it over the draws.
fn with_interval(counts: &Counts, draws: &[Counts], figure: impl Fn(&Counts) -> f64) -> String {
    let (low, high) = interval(draws.iter().map(&figure));
    format!("{:.3} [{low:.3}, {high:.3}]", figure(counts))
}

/// What a search through a store finds of a set, and what of the pairs that are likely by score it loses.
fn through_store(plan: &Plan, set: &Set, truth: &Truth, by_score: &[pairs::Pair]) -> Result<()> {
    let path = plan.store_file()?;
    let entered = Entered::new(&path, &set.records)?;
    let likely = entered.likely()?;
    drop(entered);
    store::remove(&path)?;
    let counts = truth.count(&likely);
    let draws = bootstrap(truth, std::slice::from_ref(&likely));
    let draws = draws.first().map(Vec::as_slice).unwrap_or_default();
    println!(
        "  {:24} precision {}  recall {}  F1 {}",
        "through a store",
        with_interval(&counts, draws, Counts::precision),
        with_interval(&counts, draws, Counts::recall),
        with_interval(&counts, draws, Counts::f1),
    );
    let there: BTreeSet<(u32, u32)> = likely.iter().map(|pair| (pair.a, pair.b)).collect();
    let mut lost = by_score.to_vec();
    lost.retain(|pair| !there.contains(&(pair.a, pair.b)));
    let Lost {
        apart,
        crowded,
        left_out,
    } = Lost::of(&set.records, &lost);
    println!(
        "  {:24} {:.1} % of {} likely by score: {apart} share no key, {crowded} only such as too many have, {left_out} would \
         bring together two that are not one",
        "lost by the search",
        100.0 * lost.len() as f64 / by_score.len().max(1) as f64,
        by_score.len(),
    );
    Ok(())
}

fn look_up(plan: &Plan, name: &str, rows: &[(String, String)], others: Vec<String>) -> Result<()> {
    let question = Question::new(rows, others);
    let start = Instant::now();
    print_hits(name, &question.by_score(&plan.weights), start);
    if plan.store {
        let start = Instant::now();
        let found = question.in_store(&plan.store_file()?)?;
        print_hits(&format!("{name}-through-store"), &found, start);
    }
    Ok(())
}

fn print_hits(name: &str, found: &Summary, start: Instant) {
    let (first, ten) = (found.first_interval, found.ten_interval);
    println!(
        "\n{name}: {} of {} short names looked up among {} full ones in {:.1} s",
        found.count,
        found.all,
        found.among,
        start.elapsed().as_secs_f64()
    );
    println!(
        "  hit@1 {:.3} [{:.3}, {:.3}]  hit@10 {:.3} [{:.3}, {:.3}]",
        found.hits.first, first.0, first.1, found.hits.ten, ten.0, ten.1
    );
    println!("{name} hit1={:.3} hit10={:.3}", found.hits.first, found.hits.ten);
}
