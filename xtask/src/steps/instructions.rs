//! How many instructions the service takes, which no other work on the machine changes, and the bounds that hold them.
//!
//! `benches/src/instructions.rs` does the work, callgrind counts. The bounds are in `benches/instructions.json`, with
//! the toolchain that they were found with: another one compiles to other instructions. callgrind's processor has no
//! instructions for SHA-256, so that hashing the log weighs more here than where it runs.

use crate::house::House;
use crate::report::Skipped;
use crate::shell::{cargo, command, output, run, shown};
use crate::system;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The package and the program in it that does the work.
const PACKAGE: &str = "crm-benches";
const PROGRAM: &str = "instructions";

/// The bounds, and the toolchain that they are of.
const BOUNDS: &str = "benches/instructions.json";

/// What is counted.
struct Work {
    /// Its name among the bounds.
    name: &'static str,
    /// What the program is called with to do it.
    word: &'static str,
    /// And to do all but it.
    without: &'static str,
}

const WORKS: [Work; 6] = [
    Work {
        name: "import_row",
        word: "import",
        without: "set-up",
    },
    Work {
        name: "create",
        word: "create",
        without: "warm-up",
    },
    Work {
        name: "create_checked",
        word: "create-checked",
        without: "warm-up-checked",
    },
    Work {
        name: "move_stage",
        word: "move",
        without: "move-first",
    },
    Work {
        name: "merged_child",
        word: "merge",
        without: "open",
    },
    Work {
        name: "handed_over",
        word: "hand-over",
        without: "open",
    },
];

/// What came of one.
#[derive(Debug, PartialEq, Eq)]
struct Count {
    name: &'static str,
    /// Instructions of one row or customer.
    each: u64,
    /// As many as there may be; none where the bound is of another toolchain.
    most: Option<u64>,
}

/// Counts, and fails where a bound is exceeded; skipped without callgrind, or with another toolchain than the bounds'.
pub(crate) fn check(house: &House) -> Result<()> {
    let bounds = bounds(house)?;
    if let Some(why) = other_toolchain(&bounds) {
        return Err(Skipped(why).into());
    }
    let counts = counts(house, &bounds)?;
    print!("{}", table(&counts));
    let over = counts
        .iter()
        .filter(|count| count.most.is_some_and(|most| count.each > most));
    let over: Vec<&str> = over.map(|count| count.name).collect();
    if !over.is_empty() {
        bail!(
            "more instructions than {BOUNDS} allows: {} (counted with {})",
            over.join(", "),
            tools()
        );
    }
    Ok(())
}

/// Counts, and gives each as a line of the benches' figures.
pub(crate) fn figures(house: &House) -> Result<Vec<String>> {
    let mut bounds = bounds(house)?;
    if let Some(why) = other_toolchain(&bounds) {
        println!("without bounds: {why}");
        bounds = Value::Null;
    }
    let counts = counts(house, &bounds)?;
    print!("{}", table(&counts));
    let figure = |count: &Count| {
        let ratio = count.most.map(|most| count.each as f64 / most as f64);
        json!({
            "name": format!("{PROGRAM}_{}", count.name), "value": count.each, "unit": "",
            "limit": count.most, "ratio": ratio,
        })
        .to_string()
    };
    Ok(counts.iter().map(figure).collect())
}

fn bounds(house: &House) -> Result<Value> {
    let text = fs::read_to_string(house.at(BOUNDS)).with_context(|| BOUNDS.to_owned())?;
    serde_json::from_str(&text).with_context(|| format!("{BOUNDS} is no JSON"))
}

/// Why the bounds say nothing here, if they do not.
fn other_toolchain(bounds: &Value) -> Option<String> {
    let here = output(&mut command("rustc", ["--version", "--verbose"])).unwrap_or_default();
    differs(bounds, &here).then(|| {
        format!(
            "{BOUNDS} is of {}, {}; here is\n{here}",
            bounds["toolchain"], bounds["host"]
        )
    })
}

/// Whether what `rustc --version --verbose` says is not what the bounds are of.
fn differs(bounds: &Value, here: &str) -> bool {
    let toolchain = here.lines().next();
    let host = here.lines().find_map(|line| line.strip_prefix("host: "));
    bounds["toolchain"].as_str() != toolchain || bounds["host"].as_str() != host
}

/// What else has a say in the number.
fn tools() -> String {
    let first = |program| {
        let said = output(&mut command(program, ["--version"])).unwrap_or_default();
        said.lines().next().unwrap_or(program).to_owned()
    };
    format!("{}, {}", first("cc"), first("valgrind"))
}

fn counts(house: &House, bounds: &Value) -> Result<Vec<Count>> {
    valgrind(house)?;
    run(cargo().current_dir(house.at("")).args([
        "build",
        "--release",
        "--package",
        PACKAGE,
        "--bin",
        PROGRAM,
    ]))?;
    let program = house.target(&format!("release/{PROGRAM}"));
    let folder = house.target(PROGRAM);
    fs::create_dir_all(&folder)?;
    run(command(&program, ["prepare"]).arg(&folder))?;
    let count = |work: &Work| {
        let (with, times) = callgrind(&program, work.word, &folder)?;
        let (without, _) = callgrind(&program, work.without, &folder)?;
        Ok(Count {
            name: work.name,
            each: with.saturating_sub(without) / times.max(1),
            most: bounds["most"].get(work.name).and_then(Value::as_u64),
        })
    };
    WORKS.iter().map(count).collect()
}

/// Sees to valgrind: in CI it is installed, on a laptop that is for its owner to do.
fn valgrind(house: &House) -> Result<()> {
    if !system::has("valgrind") && house.is_ci() {
        system::install(house, "valgrind", &["valgrind"])?;
    }
    if !system::has("valgrind") {
        return Err(Skipped("no valgrind: `apt-get install valgrind` gets it".to_owned()).into());
    }
    Ok(())
}

/// The instructions of a whole run, and how many times it did its work.
fn callgrind(program: &Path, word: &str, folder: &Path) -> Result<(u64, u64)> {
    let mut counted = command("valgrind", ["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    counted.arg(program).arg(word).arg(folder);
    println!("$ {}", shown(&counted));
    let output = counted.output().context("cannot start valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("`{PROGRAM} {word}` failed under callgrind\n{said}");
    }
    let instructions = collected(&said).context("callgrind tells no count")?;
    let times = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    Ok((instructions, times))
}

/// The count in callgrind's last words.
fn collected(said: &str) -> Option<u64> {
    let (_, count) = said.rsplit_once("Collected :")?;
    count.split_whitespace().next()?.parse().ok()
}

/// Name, instructions of one, bound.
fn table(counts: &[Count]) -> String {
    let line = |count: &Count| {
        let Count { name, each, most } = count;
        match most {
            Some(most) => {
                let percent = *each as f64 / *most as f64 * 100.0;
                format!("{name:<16} {each:>10} instructions, {percent:.1} % of the bound {most}\n")
            }
            None => format!("{name:<16} {each:>10} instructions\n"),
        }
    };
    counts.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "==7== Callgrind, a call-graph generating cache profiler
==7== Events    : Ir
==7== Collected : 1234567890
==7== 
";

    #[test]
    fn the_count_is_callgrinds_own() {
        assert_eq!(collected(SAID), Some(1_234_567_890));
        assert_eq!(
            collected("==7== Collected : 12 3 4\n"),
            Some(12),
            "of several events, the first"
        );
        assert_eq!(collected("==7== Process terminating\n"), None);
        assert_eq!(collected("==7== Collected : \n"), None);
    }

    #[test]
    fn bounds_are_of_one_toolchain() {
        let bounds = json!({"toolchain": "rustc 1.95.0 (a 2026-04-14)", "host": "x86_64-unknown-linux-gnu"});
        let here = "rustc 1.95.0 (a 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\n";
        assert!(!differs(&bounds, here));
        assert!(differs(&bounds, &here.replace("1.95", "1.96")));
        assert!(differs(&bounds, &here.replace("x86_64", "aarch64")));
        assert!(differs(&bounds, ""));
    }

    #[test]
    fn every_work_that_is_counted_has_a_bound() {
        let bounds: Value = serde_json::from_str(include_str!("../../../benches/instructions.json")).unwrap();
        let named: Vec<&String> = bounds["most"].as_object().unwrap().keys().collect();
        assert_eq!(named.len(), WORKS.len());
        assert!(WORKS.iter().all(|work| bounds["most"][work.name].is_u64()));
    }

    #[test]
    fn the_table_has_each_beside_its_bound() {
        let count = |each, most| Count {
            name: "create",
            each,
            most,
        };
        assert_eq!(
            table(&[count(150, Some(200)), count(7, None)]),
            "create                  150 instructions, 75.0 % of the bound 200\ncreate                    7 instructions\n"
        );
    }
}
