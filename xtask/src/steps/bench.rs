//! The benches, each beside the limit that it is measured against.
//!
//! A bench, in any language, appends one line of JSON per figure to the file named by `CRMKIT_BENCH_OUT`:
//! `{"name": "import_100k", "value": 3.1, "unit": "s", "limit": 2.4, "ratio": 1.29}`. `CRMKIT_BENCH_QUICK` is set
//! for a short run, and `CRMKIT_BENCH_ONLY` holds the names asked for, by commas. The limit of `python_get`,
//! `kotlin_get` and `swift_get` is Rust's own `rust_get`, in the same unit: they leave `limit` and `ratio` out.

use super::instructions;
use super::mobile::{self, Library};
use super::rust::members;
use super::size::{self, Size};
use super::swift::Swift;
use super::{chroot, kotlin, python};
use crate::house::House;
use crate::report::Report;
use crate::shell::{cargo, command, run};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package of Rust's benches.
const PACKAGE: &str = "crm-benches";

/// The bench that the bindings' `…_get` are measured against.
const RUST_GET: &str = "rust_get";

/// How the figures are named that callgrind counts.
const COUNTED: &str = "instructions";

/// What is to be measured, and where the figures go.
struct Plan<'a> {
    names: &'a [String],
    quick: bool,
    out: PathBuf,
}

impl Plan<'_> {
    /// Whether one of these figures is asked for. Those that need builds of their own are left out of a short run unless
    /// they are named.
    fn wants(&self, names: &[&str]) -> bool {
        let named = || self.names.iter().any(|name| names.contains(&name.as_str()));
        if self.names.is_empty() {
            !self.quick
        } else {
            named()
        }
    }

    /// Whether instructions are to be counted.
    fn counts(&self) -> bool {
        let named = || self.names.iter().any(|name| name.starts_with(COUNTED));
        if self.names.is_empty() {
            !self.quick
        } else {
            named()
        }
    }

    /// Whether that is all.
    fn only_counts(&self) -> bool {
        !self.names.is_empty() && self.names.iter().all(|name| name.starts_with(COUNTED))
    }

    /// What a bench is told through its environment.
    fn variables(&self, out: &Path) -> Vec<(&'static str, String)> {
        let mut variables = vec![("CRMKIT_BENCH_OUT", out.display().to_string())];
        if self.quick {
            variables.push(("CRMKIT_BENCH_QUICK", "1".to_owned()));
        }
        if !self.names.is_empty() {
            let mut only = self.names.join(",");
            if self.names.iter().any(|name| name.ends_with("_get")) {
                only = format!("{only},{RUST_GET}");
            }
            variables.push(("CRMKIT_BENCH_ONLY", only));
        }
        variables
    }

    fn told(&self, mut command: Command) -> Command {
        command.envs(self.variables(&self.out));
        command
    }
}

/// Measures what is named, everything if nothing is; prints the table and writes target/bench.json.
pub(crate) fn run_all(house: &House, report: &mut Report, names: &[String], quick: bool) -> Result<()> {
    let plan = Plan {
        names,
        quick,
        out: house.target("bench.jsonl"),
    };
    fs::create_dir_all(house.target(""))?;
    fs::write(&plan.out, "")?;
    if !plan.only_counts() {
        report.step("bench: rust", || {
            let mut bench = cargo();
            bench
                .current_dir(house.at(""))
                .args(["bench", "--package", PACKAGE]);
            bench.args(targets(house, names)?.iter().flat_map(|name| ["--bench", name]));
            run(&mut plan.told(bench))
        });
    }
    if plan.counts() {
        report.step("bench: instructions", || {
            let figures = instructions::figures(house)?;
            figures.iter().try_for_each(|figure| append(&plan.out, figure))
        });
    }
    if plan.wants(&["python_get"]) {
        report.step("bench: python", || python_get(house, &plan));
    }
    if plan.wants(&[
        "kotlin_get",
        "kotlin_cold_start",
        "swift_get",
        "mobile_library_size",
        "mobile_library_gzipped",
    ]) {
        mobile_benches(house, report, &plan);
    }
    if quick && names.is_empty() {
        report.not_checked(
            "bench: the other languages, instructions",
            "a short run has them by name only",
        );
    }
    let figures = with_limits(read(&plan.out)?);
    let json = house.target("bench.json");
    fs::write(&json, serde_json::to_string_pretty(&figures)? + "\n")?;
    print!("\n{}", table(&figures));
    println!("written to {}", json.display());
    Ok(())
}

/// The names that are bench targets of the package: only these are then built.
///
/// A name that is none is a single figure: every target runs, and picks by `CRMKIT_BENCH_ONLY`.
fn targets(house: &House, names: &[String]) -> Result<Vec<String>> {
    let packages = members(house)?;
    let targets = packages
        .iter()
        .filter(|package| package["name"] == PACKAGE)
        .filter_map(|package| package["targets"].as_array())
        .flatten()
        .filter(|target| {
            target["kind"]
                .as_array()
                .is_some_and(|kinds| kinds.iter().any(|kind| kind == "bench"))
        })
        .filter_map(|target| target["name"].as_str())
        .collect::<BTreeSet<_>>();
    let all = names.iter().all(|name| targets.contains(name.as_str()));
    Ok(if all { names.to_vec() } else { Vec::new() })
}

fn python_get(house: &House, plan: &Plan<'_>) -> Result<()> {
    let venv = python::tools(house)?;
    python::wheel(house, &venv, &["--release"])?;
    run(&mut plan.told(command(
        python::python(&venv),
        [house.at("bindings/python/benches/get.py")],
    )))
}

/// The library as it is shipped: its size, and one customer by number from Kotlin and Swift.
fn mobile_benches(house: &House, report: &mut Report, plan: &Plan<'_>) -> Option<()> {
    let generated = mobile::prepare(house, report)?;
    let library = report.step("bench: mobile library", || {
        let library = mobile::release(house)?;
        let size = Size::of(&size::as_on_android(house, &library)?)?;
        append(&plan.out, &megabytes("mobile_library_size", size.whole, size::MB))?;
        append(
            &plan.out,
            &megabytes("mobile_library_gzipped", size.gzipped, size::GZIPPED_MB),
        )?;
        Ok(Library {
            kotlin: generated.kotlin,
            ..library
        })
    })?;
    let benches = [("kotlin_get", "GetBench"), ("kotlin_cold_start", "ColdBench")];
    let benches: Vec<_> = benches
        .iter()
        .filter(|(name, _)| plan.wants(&[name]))
        .map(|(_, class)| *class)
        .collect();
    if !benches.is_empty() {
        report.step("bench: kotlin", || {
            kotlin::tools(house)?;
            // Their names keep them out of an ordinary `mvn test`, which runs *Test.
            run(plan
                .told(kotlin::maven(house, &library, &["test"]))
                .arg(format!("-Dtest={}", benches.join(","))))
        });
    }
    if plan.wants(&["swift_get"]) {
        report.step("bench: swift", || swift_get(house, plan, &library));
    }
    Some(())
}

fn swift_get(house: &House, plan: &Plan<'_>, library: &Library) -> Result<()> {
    let swift = Swift::find(house)?;
    let place = swift.lay(house, library)?;
    let words = ["run", "-c", "release", "GetBench"];
    let Swift::Chroot(root) = &swift else {
        return swift.run(&place, &words, &plan.variables(&plan.out));
    };
    // It cannot see the file from inside.
    let inside = Path::new(chroot::WORK).join("bench.jsonl");
    let outside = chroot::within(root, "bench.jsonl");
    run(crate::system::as_root(["rm", "-f"]).arg(&outside))?;
    swift.run(&place, &words, &plan.variables(&inside))?;
    append(&plan.out, fs::read_to_string(outside)?.trim_end())
}

/// The line for a size.
fn megabytes(name: &str, value: f64, limit: f64) -> String {
    let figure = serde_json::json!({
        "name": name, "value": round(value), "unit": "MB", "limit": limit, "ratio": round(value / limit),
    });
    figure.to_string()
}

fn append(out: &Path, line: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new().append(true).open(out)?;
    Ok(writeln!(file, "{line}")?)
}

/// The figures of a file of JSON lines.
fn read(out: &Path) -> Result<Vec<Value>> {
    let text = fs::read_to_string(out)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).with_context(|| format!("no figure: {line}")))
        .collect()
}

/// The figures with Rust's own as the limit of the bindings'.
fn with_limits(mut figures: Vec<Value>) -> Vec<Value> {
    let rust = figures
        .iter()
        .find(|figure| figure["name"] == RUST_GET)
        .and_then(|figure| figure["value"].as_f64());
    for figure in &mut figures {
        let lacks_limit =
            figure["limit"].is_null() && figure["name"].as_str().is_some_and(|n| n.ends_with("_get"));
        if let (true, Some(rust), Some(value)) = (
            lacks_limit && figure["name"] != RUST_GET,
            rust,
            figure["value"].as_f64(),
        ) {
            figure["limit"] = rust.into();
            figure["ratio"] = round(value / rust).into();
        }
    }
    figures
}

/// Three digits after the point.
fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Name, ours, limit, ratio.
fn table(figures: &[Value]) -> String {
    let head = ["name", "ours", "limit", "ratio"].map(str::to_owned);
    let rows = figures.iter().map(|figure| {
        let unit = figure["unit"].as_str().unwrap_or_default();
        let number = |key: &str, unit: &str| match figure[key].as_f64() {
            Some(value) => format!("{} {unit}", significant(value)).trim_end().to_owned(),
            None => "-".to_owned(),
        };
        let name = figure["name"].as_str().unwrap_or("?").to_owned();
        [
            name,
            number("value", unit),
            number("limit", unit),
            number("ratio", ""),
        ]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let [first, second, third, fourth] = [0, 1, 2, 3].map(|column| width(column).unwrap_or(0));
    let line = |[name, ours, limit, ratio]: &[String; 4]| {
        format!("{name:first$}  {ours:>second$}  {limit:>third$}  {ratio:>fourth$}\n")
    };
    rows.iter().map(line).collect()
}

/// Four significant digits or so, without an exponent.
fn significant(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        size if size >= 0.1 => 3,
        _ => 6,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_bindings_are_measured_against_rust() {
        let figures = with_limits(vec![
            json!({"name": "python_get", "value": 13.0, "unit": "µs"}),
            json!({"name": "rust_get", "value": 10.0, "unit": "µs"}),
            json!({"name": "open_1m", "value": 5.0, "unit": "ms", "limit": 20.0, "ratio": 0.25}),
        ]);
        assert_eq!(figures[0]["limit"], 10.0);
        assert_eq!(figures[0]["ratio"], 1.3);
        assert!(figures[1]["ratio"].is_null(), "Rust has no limit but itself");
        assert_eq!(figures[2]["ratio"], 0.25);
    }

    #[test]
    fn the_table_stands_in_columns() {
        let figures = [
            json!({"name": "open_1m", "value": 5.0, "unit": "ms", "limit": 20.0, "ratio": 0.25}),
            json!({"name": "rust_get", "value": 1234.5, "unit": "µs"}),
        ];
        let expected = "name          ours     limit  ratio\nopen_1m   5.000 ms  20.00 ms  0.250\nrust_get   1234 µs         -      -\n";
        assert_eq!(table(&figures), expected);
    }

    #[test]
    fn names_reach_the_benches_with_what_they_are_measured_against() {
        let names = ["python_get".to_owned()];
        let plan = Plan {
            names: &names,
            quick: true,
            out: "x".into(),
        };
        let variables = plan.variables(Path::new("/out"));
        assert!(variables.contains(&("CRMKIT_BENCH_ONLY", "python_get,rust_get".to_owned())));
        assert!(variables.contains(&("CRMKIT_BENCH_QUICK", "1".to_owned())));
        assert!(plan.wants(&["python_get"]) && !plan.wants(&["kotlin_get", "swift_get"]));
    }

    #[test]
    fn a_short_run_has_by_name_only_what_takes_a_build_of_its_own() {
        let plan = |names: &'static [String], quick| Plan {
            names,
            quick,
            out: "x".into(),
        };
        assert!(plan(&[], false).wants(&["swift_get"]) && !plan(&[], true).wants(&["swift_get"]));
        assert!(plan(&[], false).counts() && !plan(&[], true).counts());
    }

    #[test]
    fn instructions_are_counted_alone_or_beside_others() {
        let counts = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            let plan = Plan {
                names: &names,
                quick: true,
                out: "x".into(),
            };
            (plan.counts(), plan.only_counts())
        };
        assert_eq!(counts(&["instructions"]), (true, true));
        assert_eq!(counts(&["instructions", "open_1m"]), (true, false));
        assert_eq!(counts(&["open_1m"]), (false, false));
    }
}
