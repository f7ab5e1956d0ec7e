//! What was done, how long it took, and how it ended.

use anyhow::Result;
use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The error of a step that could not be done here, which is no fault of the project.
#[derive(Debug)]
pub(crate) struct Skipped(pub(crate) String);

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Skipped {}

/// How a step ended.
enum Verdict {
    Passed,
    Failed(String),
    Skipped(String),
    /// Something that can do without: said, never a failure.
    NotChecked(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("PASSED"),
            Self::Failed(why) => write!(f, "FAILED       {why}"),
            Self::Skipped(why) => write!(f, "SKIPPED      {why}"),
            Self::NotChecked(why) => write!(f, "NOT CHECKED  {why}"),
        }
    }
}

struct Row {
    name: String,
    took: Duration,
    verdict: Verdict,
}

/// The steps so far, and the table of them.
pub(crate) struct Report {
    rows: Vec<Row>,
    /// A skipped step is a failed one.
    strict: bool,
}

impl Report {
    /// Nothing done so far.
    pub(crate) fn new(strict: bool) -> Self {
        Self {
            rows: Vec::new(),
            strict,
        }
    }

    /// Does one step under a heading; nothing if it failed or was skipped, which ends what hangs on it.
    pub(crate) fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        println!("\n==== {name} ====");
        let start = Instant::now();
        let (value, verdict) = match work() {
            Ok(value) => (Some(value), Verdict::Passed),
            Err(error) => match error.downcast::<Skipped>() {
                Ok(Skipped(why)) => (None, Verdict::Skipped(why)),
                Err(error) => (None, Verdict::Failed(format!("{error:#}"))),
            },
        };
        let took = start.elapsed();
        println!("==== {name}: {verdict} ({:.1} s) ====", took.as_secs_f64());
        self.rows.push(Row {
            name: name.to_owned(),
            took,
            verdict,
        });
        value
    }

    /// Says loudly that something was left unchecked, without failing for it.
    pub(crate) fn not_checked(&mut self, name: &str, why: &str) {
        let verdict = Verdict::NotChecked(why.to_owned());
        println!("\n==== {name}: {verdict} ====");
        self.rows.push(Row {
            name: name.to_owned(),
            took: Duration::ZERO,
            verdict,
        });
    }

    /// Whether nothing has gone wrong so far.
    fn is_good(&self) -> bool {
        self.rows.iter().all(|row| match row.verdict {
            Verdict::Passed | Verdict::NotChecked(_) => true,
            Verdict::Skipped(_) => !self.strict,
            Verdict::Failed(_) => false,
        })
    }

    /// The table of all steps, with minutes.
    fn table(&self) -> String {
        let width = self
            .rows
            .iter()
            .map(|row| row.name.chars().count())
            .max()
            .unwrap_or(0)
            .max("total".len());
        let minutes = |took: Duration| format!("{:>7.2}", took.as_secs_f64() / 60.0);
        let mut table = format!("{:width$}  minutes  \n", "step");
        for row in &self.rows {
            table += &format!("{:width$}  {}  {}\n", row.name, minutes(row.took), row.verdict);
        }
        let total = self.rows.iter().map(|row| row.took).sum();
        let verdict = if self.is_good() { "PASSED" } else { "FAILED" };
        table + &format!("{:width$}  {}  {verdict}\n", "total", minutes(total))
    }

    /// Prints the table; success unless a step failed (or was skipped where that counts).
    pub(crate) fn close(self) -> ExitCode {
        print!("\n{}", self.table());
        if self.is_good() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    fn skipped(strict: bool) -> Report {
        let mut report = Report::new(strict);
        assert!(report.step("good", || Ok(())).is_some());
        assert!(
            report
                .step("absent", || -> Result<()> {
                    Err(Skipped("no such tool".into()).into())
                })
                .is_none()
        );
        report
    }

    #[test]
    fn a_skipped_step_is_said_and_fails_only_in_ci() {
        assert!(skipped(false).is_good());
        assert!(!skipped(true).is_good());
        assert!(
            skipped(true)
                .table()
                .contains("absent     0.00  SKIPPED      no such tool\n")
        );
    }

    #[test]
    fn a_failed_step_fails_the_whole() {
        let mut report = Report::new(false);
        report.step("bad", || -> Result<()> { Err(anyhow!("inner").context("outer")) });
        assert!(!report.is_good());
        assert!(report.table().contains("FAILED       outer: inner"));
    }

    #[test]
    fn what_is_not_checked_is_said_and_never_fails() {
        let mut report = Report::new(true);
        report.not_checked("advisories", "no tool");
        assert!(report.is_good());
        assert!(report.table().contains("NOT CHECKED  no tool"));
    }
}
