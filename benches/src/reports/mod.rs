//! Reports over all that was ever entered (R7), beside DuckDB over the same rows, which answers the same columns.

mod fill;
mod forms;
mod peer;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use crm_benches::ADMIN;
use crm_match_eval::picture::{self, Reported};
use crmkit::{Crm, ForecastQuery, FunnelQuery, Money, PerformanceQuery, Session, SourcesQuery, StatusQuery};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{
    figures::{Figures, Limit},
    import,
    measure::{median, millis, timed},
    store,
};
use peer::{Answer, Question};

pub(crate) use forms::{CHILD, child};

/// How often each report is made.
const CALLS: usize = 7;
/// The period that is a year, and that which is a month: the year before this one, and its June.
const YEAR: &str = "year";
const MONTH: &str = "month";

/// A report of a period, as it is asked of both.
struct Asked {
    name: &'static str,
    report: &'static str,
    period: &'static str,
    /// Whether it is one person's own.
    own: bool,
    limit: Most,
}

/// What it may take.
enum Most {
    /// Twice what the peer takes, or these milliseconds, where that is more.
    TwiceOr(f64),
    /// These milliseconds.
    Millis(f64),
}

const fn asked(
    name: &'static str,
    report: &'static str,
    period: &'static str,
    own: bool,
    limit: Most,
) -> Asked {
    Asked {
        name,
        report,
        period,
        own,
        limit,
    }
}

const ASKED: [Asked; 15] = [
    asked("report_funnel", "funnel", "", false, Most::TwiceOr(400.0)),
    asked("report_funnel_year", "funnel", YEAR, false, Most::Millis(150.0)),
    asked("report_funnel_month", "funnel", MONTH, false, Most::Millis(30.0)),
    asked("report_funnel_own", "funnel", "", true, Most::Millis(30.0)),
    asked("report_sources", "sources", "", false, Most::TwiceOr(400.0)),
    asked("report_sources_year", "sources", YEAR, false, Most::Millis(150.0)),
    asked(
        "report_sources_month",
        "sources",
        MONTH,
        false,
        Most::Millis(30.0),
    ),
    asked("report_sources_own", "sources", "", true, Most::Millis(30.0)),
    asked(
        "report_performance",
        "performance",
        "",
        false,
        Most::TwiceOr(400.0),
    ),
    asked(
        "report_performance_year",
        "performance",
        YEAR,
        false,
        Most::Millis(150.0),
    ),
    asked(
        "report_performance_month",
        "performance",
        MONTH,
        false,
        Most::Millis(30.0),
    ),
    asked(
        "report_performance_own",
        "performance",
        "",
        true,
        Most::Millis(30.0),
    ),
    asked("report_status", "status", "", false, Most::Millis(30.0)),
    asked("report_status_day", "status", MONTH, false, Most::Millis(500.0)),
    asked("report_forecast", "forecast", "", false, Most::Millis(50.0)),
];

/// All that is asked for.
pub(crate) fn run(figures: &Figures, size: (&str, u32)) -> Result<()> {
    let is_wanted =
        |asked: &&Asked| figures.wants(asked.name) || figures.wants(&format!("report_{}", asked.report));
    let wanted: Vec<&Asked> = ASKED.iter().filter(is_wanted).collect();
    if !wanted.is_empty() {
        measure(size, &wanted, |asked, ours, theirs| {
            let limit = match asked.limit {
                Most::TwiceOr(least) if theirs * 2.0 < least => Limit::AtMost(least, 1.0),
                Most::TwiceOr(_) => Limit::AtMost(theirs, 2.0),
                Most::Millis(most) => Limit::AtMost(most, 1.0),
            };
            println!(
                "  {}: DuckDB {theirs:.1} ms, ratio {:.2}",
                asked.name,
                ours / theirs
            );
            figures.add(asked.name, ours, "ms", &limit)
        })?;
    }
    forms::run(figures, size)
}

/// Reports at each size: a row a size, and a picture.
pub(crate) fn growth(figures: &Figures) -> Result<()> {
    let sizes = [("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000)];
    let names = [
        "report_funnel",
        "report_sources",
        "report_performance",
        "report_funnel_month",
    ];
    let wanted: Vec<&Asked> = ASKED.iter().filter(|asked| names.contains(&asked.name)).collect();
    let mut seen = Vec::new();
    for size in sizes.into_iter().take(if figures.quick { 2 } else { 3 }) {
        let mut grown = Reported {
            rows: size.1,
            funnel: 0.0,
            sources: 0.0,
            performance: 0.0,
            month: 0.0,
            duckdb: 0.0,
        };
        measure(size, &wanted, |asked, ours, theirs| {
            match asked.name {
                "report_funnel" => (grown.funnel, grown.duckdb) = (ours, theirs),
                "report_sources" => grown.sources = ours,
                "report_performance" => grown.performance = ours,
                _ => grown.month = ours,
            }
            let name = |of: &str| format!("report_growth_{}_{}{of}", size.0, asked.name);
            figures.add(&name(""), ours, "ms", &Limit::None)?;
            figures.add(&name("_duckdb"), theirs, "ms", &Limit::None)
        })?;
        seen.push(grown);
    }
    let path = store::file("reports-growth.svg")?;
    fs::write(&path, picture::reports(&seen))?;
    println!("  the picture is {}", path.display());
    Ok(())
}

/// The store of a size with all that reports add up, made if this program has not made it yet.
fn ensure_filled(size: (&str, u32)) -> Result<PathBuf> {
    let path = store::file(&format!("reports_{}.db", size.0))?;
    if !store::is_current(&path)? {
        let from = import::ensure_database(size)?;
        let ((), took) = {
            let (filled, took) = timed(|| -> Result<()> {
                let path = store::copy(&from, &format!("reports_{}.db", size.0))?;
                fill::fill(&path, crmkit::Clock::now(&crmkit::SystemClock).timestamp_millis())
            });
            (filled?, took)
        };
        println!("  filled in {took:.1?}");
    }
    Ok(path)
}

/// Makes each report a few times, has the peer answer the same, and tells what both took once their answers are one.
fn measure(
    size: (&str, u32),
    wanted: &[&Asked],
    mut told: impl FnMut(&Asked, f64, f64) -> Result<()>,
) -> Result<()> {
    let path = ensure_filled(size)?;
    let crm = store::open(&path)?;
    let me = crm.session(ADMIN)?;
    let own = crm.session(fill::ONE)?;
    let periods = Periods::of(&me)?;
    let people = people(&path)?;
    let mut ours = Vec::new();
    for asked in wanted {
        let session = if asked.own { &own } else { &me };
        let period = periods.of_word(asked.period);
        // Warm: once before.
        let mut rows = made(session, asked.report, period)?;
        let mut times = Vec::new();
        for _ in 0..CALLS {
            let (again, took) = timed(|| made(session, asked.report, period));
            rows = again?;
            times.push(took);
        }
        ours.push((millis(median(times)), rows));
    }
    let questions: Vec<Question> = wanted
        .iter()
        .map(|asked| periods.question(asked, &people))
        .collect::<Result<_>>()?;
    let theirs = peer::answers(&path, &questions)?;
    for ((asked, (took, rows)), answer) in wanted.iter().zip(&ours).zip(theirs) {
        let Answer { ms, rows: theirs } = answer;
        let same = peer::in_our_words(asked.report, &theirs, &people)?;
        ensure!(*rows == same, "{}: we say {rows}, DuckDB says {same}", asked.name);
        told(asked, *took, ms)?;
    }
    drop((me, own, crm));
    Ok(())
}

/// Logins by the rows of users.
fn people(path: &Path) -> Result<Vec<(i64, String)>> {
    let connection = Connection::open(path)?;
    let mut statement = connection.prepare("SELECT id, login FROM user")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The periods that are asked for.
struct Periods {
    year: String,
    month: String,
}

impl Periods {
    fn of(me: &Session) -> Result<Self> {
        let head = me.reports().status(&StatusQuery::default())?.head;
        let year: i32 = head.at.format("%Y").to_string().parse::<i32>()? - 1;
        Ok(Self {
            year: year.to_string(),
            month: format!("{year}-06"),
        })
    }

    fn of_word(&self, word: &str) -> Option<&str> {
        match word {
            YEAR => Some(&self.year),
            MONTH => Some(&self.month),
            _ => None,
        }
    }

    /// As the peer is asked: by instants.
    fn question(&self, asked: &Asked, people: &[(i64, String)]) -> Result<Question> {
        let midnight = |year: i32, month: u32| {
            let day = crmkit::NaiveDate::from_ymd_opt(year, month, 1).context("no such day")?;
            // Days begin eight hours earlier in China.
            let at = day
                .and_hms_opt(0, 0, 0)
                .context("no midnight")?
                .and_utc()
                .timestamp_millis();
            anyhow::Ok(at - 8 * 3_600_000)
        };
        let year: i32 = self.year.parse()?;
        let (from, until) = match asked.period {
            YEAR => (Some(midnight(year, 1)?), Some(midnight(year + 1, 1)?)),
            MONTH => (Some(midnight(year, 6)?), Some(midnight(year, 7)?)),
            _ => (None, None),
        };
        let one = people.iter().find(|(_, login)| login == fill::ONE);
        Ok(Question {
            name: asked.name,
            report: asked.report,
            from,
            until,
            by: one.map(|(row, _)| *row).filter(|_| asked.own),
        })
    }
}

/// A report as rows of its figures.
fn made(session: &Session, report: &str, period: Option<&str>) -> Result<Value> {
    let (reports, period) = (session.reports(), period.map(str::to_owned));
    Ok(match report {
        "funnel" => {
            let funnel = reports.funnel(&FunnelQuery {
                period,
                ..FunnelQuery::default()
            })?;
            let rows = funnel.rows.iter().map(|row| {
                json!([
                    row.customers,
                    row.opportunities,
                    row.amount.fen(),
                    row.standing,
                    row.median_days
                ])
            });
            rows.collect()
        }
        "sources" => {
            let sources = reports.sources(&SourcesQuery {
                period,
                ..SourcesQuery::default()
            })?;
            let rows = sources
                .rows
                .iter()
                .map(|row| json!([row.source, row.customers, row.won_customers, row.won_amount.fen()]));
            sorted(rows)
        }
        "performance" => {
            let performance = reports.performance(&PerformanceQuery {
                period,
                ..PerformanceQuery::default()
            })?;
            let did = |row: &&crmkit::PerformanceRow| row.followed_up > 0 || row.won_deals > 0;
            let rows = performance.rows.iter().filter(did).map(|row| {
                json!([
                    row.name,
                    row.followed_up,
                    row.won_customers,
                    row.won_deals,
                    row.won_amount.fen()
                ])
            });
            sorted(rows)
        }
        "status" => {
            let status = reports.status(&StatusQuery {
                period,
                ..StatusQuery::default()
            })?;
            let rows = status.rows.iter().filter(|row| row.customers > 0);
            sorted(rows.map(|row| json!([row.status.map(|status| status.code()), row.customers])))
        }
        _ => {
            let report = reports.forecast(&ForecastQuery::default())?;
            let forecast = report.forecast;
            let total = forecast.total;
            let fen = |amount: Money| amount.fen();
            json!([[total.deals, fen(total.expected), fen(total.weighted)]])
        }
    })
}

/// Rows in an order that both have.
fn sorted(rows: impl Iterator<Item = Value>) -> Value {
    let mut rows: Vec<Value> = rows.collect();
    rows.sort_by_key(ToString::to_string);
    rows.into()
}

/// The store of the forms: a CRM whose reports are made.
fn opened(size: (&str, u32)) -> Result<Crm> {
    store::open(&ensure_filled(size)?)
}
