//! What other programs say of the files of reports: values, pictures, documents.

use super::python;
use crate::house::House;
use crate::report::{Report, Skipped};
use crate::shell::{command, output, run, shown};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Programs that browse, by the names that systems give them.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/// What every report of the example says.
const SAID: [&str; 2] = ["初步接洽", "转介绍"];

/// Makes the files, and has each program that is installed say what it thinks of them; one that is not is SKIPPED by name.
pub(crate) fn run_all(house: &House, report: &mut Report) -> Option<()> {
    let venv = report.step("proofs: Python's tools", || python::tools(house))?;
    report.step("proofs: wheel", || python::wheel(house, &venv, &[]))?;
    report.step("proofs: openpyxl and pandas", || {
        let mut pytest = command(
            python::python(&venv),
            ["-m", "pytest", "-q", "tests/test_recomputed.py"],
        );
        run(pytest.current_dir(house.at("bindings/python")))
    });
    let files = house.target("proofs");
    report.step("proofs: files", || made(house, &venv, &files))?;
    report.step("proofs: LibreOffice", || libre_office(&files));
    report.step("proofs: pdftotext", || pdf_to_text(&files));
    report.step("proofs: qpdf", || qpdf(&files));
    report.step("proofs: Chromium", || chromium(&files));
    Some(())
}

/// Makes the reports of the example, in every form, in a folder of their own.
fn made(house: &House, venv: &Path, files: &Path) -> Result<()> {
    if files.exists() {
        fs::remove_dir_all(files)?;
    }
    fs::create_dir_all(files)?;
    let program = house.at("bindings/python/tests/reports_of_example.py");
    run(command(python::python(venv), [&program]).arg(files))
}

/// The program, if it is installed.
fn installed(name: &str) -> Result<&str> {
    match output(&mut command(name, ["--version"])) {
        Some(version) => {
            println!("{}", version.trim());
            Ok(name)
        }
        None => Err(Skipped(format!("{name} is not installed")).into()),
    }
}

fn says_all(text: &str, of: &str) -> Result<()> {
    for word in SAID {
        ensure!(text.contains(word), "{of} does not say {word}");
    }
    Ok(())
}

fn libre_office(files: &Path) -> Result<()> {
    let office = installed("soffice")?;
    // A profile of its own: one that is in use answers nothing.
    let profile = format!("-env:UserInstallation=file://{}", files.join("office").display());
    // All sheets, each a file; commas, UTF-8, as shown.
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
    let mut convert = command(
        office,
        ["--headless", &profile, "--convert-to", filter, "--outdir"],
    );
    run(convert.arg(files).arg(files.join("reports.xlsx")))?;
    let mut text = String::new();
    let mut sheets = 0;
    for path in files_ending(files, "csv")? {
        text += &fs::read_to_string(path)?;
        sheets += 1;
    }
    ensure!(sheets == 6, "{sheets} sheets instead of 6");
    ensure!(
        !text.contains("#REF") && !text.contains("Err:"),
        "a cell is an error"
    );
    says_all(&text, "LibreOffice")
}

fn pdf_to_text(files: &Path) -> Result<()> {
    if output(&mut command("sh", ["-c", "command -v pdftotext"])).is_none() {
        return Err(Skipped("pdftotext is not installed".into()).into());
    }
    let mut read = command("pdftotext", ["-enc", "UTF-8"]);
    let text = output(read.arg(files.join("reports.pdf")).arg("-")).context("pdftotext failed")?;
    says_all(&text, "pdftotext")
}

fn qpdf(files: &Path) -> Result<()> {
    let qpdf = installed("qpdf")?;
    run(command(qpdf, ["--check"]).arg(files.join("reports.pdf")))
}

fn chromium(files: &Path) -> Result<()> {
    let browser = BROWSERS.into_iter().find_map(|name| installed(name).ok());
    let browser = browser.ok_or_else(|| Skipped(format!("none of {} is installed", BROWSERS.join(", "))))?;
    let mut pages = files_ending(files, "html")?;
    pages.extend(files_ending(files, "svg")?);
    ensure!(pages.len() == 7, "{} pages instead of 7", pages.len());
    for page in pages {
        let picture = page.with_extension(format!("{}.png", ending(&page)));
        let mut render = command(
            browser,
            [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--enable-logging=stderr",
                "--log-level=0",
                "--window-size=900,1400",
            ],
        );
        render
            .arg(format!("--user-data-dir={}", files.join("browser").display()))
            .arg(format!("--screenshot={}", picture.display()))
            .arg(format!("file://{}", page.display()));
        println!("$ {}", shown(&render));
        let ended = render.stdin(Stdio::null()).output()?;
        let said = String::from_utf8_lossy(&ended.stderr);
        // What the page's own console says, whatever the browser says of its surroundings.
        if let Some(line) = said.lines().find(|line| line.contains("CONSOLE")) {
            bail!("{}: {line}", page.display());
        }
        let size = fs::metadata(&picture).map(|file| file.len()).unwrap_or(0);
        ensure!(size > 5_000, "{} was not drawn: {size} bytes", page.display());
    }
    Ok(())
}

fn ending(path: &Path) -> String {
    path.extension()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn files_ending(folder: &Path, with: &str) -> Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| ending(path) == with).collect();
    paths.sort();
    Ok(paths)
}
