//! How well duplicates are found, on labelled sets, with peers beside it.

use super::python;
use crate::house::House;
use crate::report::Report;
use crate::shell::{cargo, command, output, run};
use crate::system;
use anyhow::{Result, bail};
use std::fs;
use std::path::PathBuf;

/// The package that measures.
const PACKAGE: &str = "crm-match-eval";

/// The peers and what they need, each at the version that is known to work.
const PEERS: [&str; 5] = [
    "duckdb==2.0.0",
    "rapidfuzz==3.14.6",
    "recordlinkage==0.16",
    "splink==5.0.0",
    "string-grouper==0.8.0",
];

/// The options that take a value.
const WITH_VALUE: [&str; 11] = [
    "--pairs",
    "--clusters",
    "--short-full",
    "--among",
    "--sets",
    "--half",
    "--misses",
    "--weights",
    "--fit",
    "--learn",
    "--through",
];
/// Those whose value is a file.
const FILES: [&str; 6] = [
    "--pairs",
    "--clusters",
    "--short-full",
    "--among",
    "--weights",
    "--fit",
];

/// Rows of the lists that a whole store is searched for.
const WHOLE: [&str; 2] = ["100k", "1m"];
/// How Splink is given the names of such a list: as they stand, and taken apart.
const WHOLE_PEERS: [&str; 2] = ["names", "parts"];

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    /// Options for the program that measures.
    passed: Vec<String>,
    no_peers: bool,
    /// Rows of the list that is searched whole, instead of the sets.
    whole: Option<String>,
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut plan = Self::default();
        let mut arguments = arguments.iter();
        while let Some(option) = arguments.next() {
            match option.as_str() {
                "--no-peers" => plan.no_peers = true,
                "--whole" => match arguments.next() {
                    Some(rows) if WHOLE.contains(&rows.as_str()) => plan.whole = Some(rows.clone()),
                    _ => bail!("--whole needs {} after it", WHOLE.join(" or ")),
                },
                // Heard already: consent is asked for before any command runs.
                "--yes" => {}
                name if WITH_VALUE.contains(&name) => {
                    let Some(value) = arguments.next() else {
                        bail!("{name} needs a value after it");
                    };
                    let value = match FILES.contains(&name) {
                        // Relative to where it was typed, wherever the program runs.
                        true => std::path::absolute(value)?.display().to_string(),
                        false => value.clone(),
                    };
                    plan.passed.extend([name.to_owned(), value]);
                }
                other => bail!(
                    "`match-eval` knows no option {other}: it takes {}, --whole, --no-peers and --yes",
                    WITH_VALUE.join(", ")
                ),
            }
        }
        if plan.whole.is_some() && !plan.passed.is_empty() {
            bail!("--whole searches a list of its own: it goes with --no-peers and --yes only");
        }
        Ok(plan)
    }
}

/// Measures what the arguments ask for.
pub(crate) fn run_all(house: &House, report: &mut Report, arguments: &[String]) -> Result<()> {
    let plan = Plan::read(arguments)?;
    let python = if plan.no_peers { None } else { peers(house, report) };
    if let Some(rows) = &plan.whole {
        whole(house, report, rows, python.as_ref());
        return Ok(());
    }
    report.step("match-eval", || {
        let mut program = cargo();
        program
            .current_dir(house.at(""))
            .args(["run", "--quiet", "--release", "--package", PACKAGE, "--"])
            .args(&plan.passed)
            .arg("--folder")
            .arg(house.target("match-eval"));
        if let Some(python) = &python {
            program.arg("--python").arg(python);
        }
        run(&mut program)
    });
    Ok(())
}

/// Our search through a whole store, and Splink on the list that the bench of it leaves.
fn whole(house: &House, report: &mut Report, rows: &str, python: Option<&PathBuf>) {
    let ours = report.step("match-eval: whole store", || {
        let mut bench = cargo();
        bench
            .current_dir(house.at(""))
            .args(["bench", "--quiet", "--package", "crm-benches"])
            .env("CRMKIT_BENCH_ONLY", format!("batch_{rows}_f1"))
            .env_remove("CRMKIT_BENCH_QUICK");
        run(&mut bench)
    });
    let (Some(()), Some(python)) = (ours, python) else {
        return;
    };
    let list = house.target(&format!("tmp/bench/labelled_{rows}.csv"));
    for job in WHOLE_PEERS {
        report.step(&format!("match-eval: splink, {job}"), || {
            run(command(python, [house.at("tests/match-eval/whole.py")])
                .arg(job)
                .arg(&list))
        });
    }
}

/// An interpreter with the peers; without one there is less to compare with, which is no failure.
fn peers(house: &House, report: &mut Report) -> Option<PathBuf> {
    const NAME: &str = "match-eval: peers";
    println!("\n==== {NAME} ====");
    match environment(house) {
        Ok(python) => Some(python),
        Err(error) => {
            report.not_checked(NAME, &format!("{error:#}"));
            None
        }
    }
}

/// A virtual environment of the peers' own, made anew when their versions change. A package that cannot be had is said,
/// and takes none of the others with it.
fn environment(house: &House) -> Result<PathBuf> {
    let venv = house.target("venv-match-eval");
    let python = python::python(&venv);
    let stamp = venv.join("crmkit-peers.txt");
    let wanted = PEERS.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        println!("{} has {}", venv.display(), PEERS.join(", "));
        return Ok(python);
    }
    if output(&mut command("python3", ["-c", "import ensurepip, venv"])).is_none() {
        system::install(house, "Python", &["python3", "python3-venv"])?;
    }
    run(command("python3", ["-m", "venv", "--clear"]).arg(&venv))?;
    let pip = || {
        command(
            &python,
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
        )
    };
    if run(pip().args(PEERS)).is_ok() {
        fs::write(&stamp, wanted)?;
        return Ok(python);
    }
    for peer in PEERS {
        if let Err(error) = run(pip().arg(peer)) {
            println!("{peer} is left out: {error:#}");
        }
    }
    Ok(python)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Plan> {
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        Plan::read(&words)
    }

    #[test]
    fn files_are_found_from_where_they_were_typed() {
        let plan = read("--no-peers --pairs /names.csv --sets people").unwrap();
        assert_eq!(plan.passed, ["--pairs", "/names.csv", "--sets", "people"]);
        assert!(plan.no_peers);
        let relative = read("--among names.txt").unwrap();
        assert!(std::path::Path::new(&relative.passed[1]).is_absolute());
    }

    #[test]
    fn a_whole_list_is_of_a_size_that_there_is() {
        assert_eq!(read("--whole 1m").unwrap().whole.as_deref(), Some("1m"));
        let error = read("--whole 2m").unwrap_err().to_string();
        assert_eq!(error, "--whole needs 100k or 1m after it");
        assert!(read("--whole 1m --sets people").is_err());
    }

    #[test]
    fn what_is_not_known_is_said() {
        let error = read("--pears x").unwrap_err().to_string();
        assert!(error.contains("knows no option --pears"), "{error}");
        let error = read("--pairs").unwrap_err().to_string();
        assert_eq!(error, "--pairs needs a value after it");
    }
}
