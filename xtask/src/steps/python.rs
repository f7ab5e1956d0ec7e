//! The Python package: built as a wheel, installed, tested as its users have it.

use super::VECTORS;
use crate::house::House;
use crate::report::{Report, Skipped};
use crate::shell::{command, output, run};
use crate::system;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The tools, each at the version that is known to work.
const TOOLS: [&str; 9] = [
    "icalendar==6.3.2",
    "maturin==1.16.0",
    "mcp==2.3.0",
    "mypy==2.4.1",
    "openpyxl==3.1.5",
    "pandas==2.3.3; python_version < '3.11'",
    "pandas==3.1.1; python_version >= '3.11'",
    "polars==2.1.0",
    "pytest==9.2.0",
];

/// The oldest Python that the wheel runs on.
const OLDEST: (u32, u32) = (3, 10);

/// Every test of the Python package.
pub(crate) fn test(house: &House, report: &mut Report) -> Option<()> {
    let venv = report.step("python: tools", || tools(house))?;
    report.step("python: wheel", || wheel(house, &venv, &[]))?;
    report.step("python: pytest", || {
        let mut pytest = command(python(&venv), ["-m", "pytest"]);
        run(pytest
            .current_dir(house.at("bindings/python"))
            .env(VECTORS, house.at("tests/vectors")))
    });
    report.step("python: stubs", || stubs(house, &venv));
    let programs = programs(&house.at("examples"));
    if !programs.is_empty() {
        report.step("python: examples", || {
            programs
                .iter()
                .try_for_each(|program| run(command(python(&venv), [program]).current_dir(house.at(""))))
        });
    }
    Some(())
}

/// The interpreter of the virtual environment.
pub(crate) fn python(venv: &Path) -> PathBuf {
    venv.join("bin/python")
}

/// A virtual environment with the tools, made anew when their versions change.
pub(crate) fn tools(house: &House) -> Result<PathBuf> {
    if version().is_none() {
        system::install(house, "Python", &["python3", "python3-venv"])?;
    }
    match version() {
        Some(version) if version >= OLDEST => {}
        Some((major, minor)) => {
            let (oldest_major, oldest) = OLDEST;
            let why =
                format!("Python {major}.{minor} is too old: {oldest_major}.{oldest} or later is needed");
            return Err(Skipped(why).into());
        }
        None => return Err(Skipped("no Python".into()).into()),
    }
    let venv = house.target("venv");
    let stamp = venv.join("crmkit-tools.txt");
    let wanted = TOOLS.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        println!("{} has {}", venv.display(), TOOLS.join(", "));
        return Ok(venv);
    }
    if venv.exists() {
        fs::remove_dir_all(&venv)?;
    }
    // Debian's Python comes without ensurepip, and then makes no environment.
    if output(&mut command("python3", ["-c", "import ensurepip, venv"])).is_none() {
        system::install(house, "Python's virtual environments", &["python3-venv"])?;
    }
    run(command("python3", ["-m", "venv"]).arg(&venv))?;
    run(command(
        python(&venv),
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
    )
    .args(TOOLS))?;
    fs::write(&stamp, wanted)?;
    Ok(venv)
}

/// The version of the machine's Python.
fn version() -> Option<(u32, u32)> {
    let text = output(&mut command(
        "python3",
        ["-c", "import sys; print(*sys.version_info[:2])"],
    ))?;
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Builds the wheel, stubs and all, and installs it into the environment.
pub(crate) fn wheel(house: &House, venv: &Path, arguments: &[&str]) -> Result<()> {
    let wheels = house.target("wheels");
    if wheels.exists() {
        fs::remove_dir_all(&wheels)?;
    }
    let mut maturin = command(venv.join("bin/maturin"), ["build", "--generate-stubs"]);
    maturin
        .args(arguments)
        .arg("--manifest-path")
        .arg(house.at("bindings/python/Cargo.toml"));
    maturin
        .arg("--interpreter")
        .arg(python(venv))
        .arg("--out")
        .arg(&wheels);
    run(maturin.env("CARGO_TARGET_DIR", house.target("")))?;
    let made = fs::read_dir(&wheels)?.flatten().map(|entry| entry.path());
    let wheel = made.into_iter().next().context("maturin made no wheel")?;
    let mut pip = command(
        python(venv),
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
    );
    run(pip.args(["--force-reinstall", "--no-deps"]).arg(wheel))
}

/// Whether the stubs say of every name what the module does.
fn stubs(house: &House, venv: &Path) -> Result<()> {
    let mut stubtest = command(python(venv), ["-m", "mypy.stubtest", "--ignore-unused-allowlist"]);
    let allowed = house.at("bindings/python/stubtest-allowlist.txt");
    if allowed.exists() {
        stubtest.arg("--allowlist").arg(allowed);
    }
    // Not in the package's own folder: its sources have no compiled module and would be found first.
    run(stubtest.arg("crmkit").current_dir(house.target("")))
}

/// The Python programs in a folder, in order.
fn programs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut programs: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "py"))
        .collect();
    programs.sort();
    programs
}
