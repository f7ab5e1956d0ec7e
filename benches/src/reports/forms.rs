//! What people take away: a list as a workbook, a report as a document, all reports of a quarter as a page.

use std::{
    fs::File,
    io::BufWriter,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use crm_benches::ADMIN;
use crmkit::{
    Cell, CustomerQuery, ForecastQuery, FunnelQuery, PerformanceQuery, Report, ReportExport, ReportFormat,
    Session, SheetOptions, SourcesQuery, StatusQuery, TableKind, TableWriter,
};
use serde_json::{Value, json};

use super::opened;
use crate::{
    figures::{Figures, Limit},
    import,
    measure::{median, millis, peak_memory, timed},
    store,
};

/// What a process is called with to be the one that writes the workbook.
pub(crate) const CHILD: &str = "workbook-child";
/// Customers of the workbook.
const ROWS: (&str, u32) = ("100k", 100_000);
const HEADINGS: [&str; 10] = [
    "客户编号",
    "客户名称",
    "客户类型",
    "所属行业",
    "主联系电话",
    "客户来源",
    "首次接触时间",
    "客户状态",
    "跟进人",
    "创建时间",
];

/// All that is asked for.
pub(super) fn run(figures: &Figures, size: (&str, u32)) -> Result<()> {
    if figures.wants("xlsx_100k") {
        workbook(figures)?;
    }
    let wanted = ["pdf_report", "html_page"].map(|name| figures.wants(name));
    if wanted == [false, false] {
        return Ok(());
    }
    let crm = opened(size)?;
    let me = crm.session(ADMIN)?;
    let [pdf, html] = wanted;
    if pdf {
        // What the report adds up is measured by itself.
        let funnel: Report = me.reports().funnel(&FunnelQuery::default())?.into();
        let took = written(&me, ReportFormat::Pdf, &[funnel])?;
        figures.add("pdf_report", took, "ms", &Limit::AtMost(200.0, 1.0))?;
    }
    if html {
        let reports = me.reports();
        let all: [Report; 5] = [
            reports.funnel(&FunnelQuery::default())?.into(),
            reports.sources(&SourcesQuery::default())?.into(),
            reports.performance(&PerformanceQuery::default())?.into(),
            reports.status(&StatusQuery::default())?.into(),
            reports.forecast(&ForecastQuery::default())?.into(),
        ];
        let took = written(&me, ReportFormat::Html, &all)?;
        figures.add("html_page", took, "ms", &Limit::AtMost(1_000.0, 1.0))?;
    }
    Ok(())
}

/// What it takes to write reports, in milliseconds, with their entry of the log.
fn written(me: &Session, format: ReportFormat, reports: &[Report]) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..7 {
        let (bytes, took) = timed(|| ReportExport::new().format(format).bytes(me, reports));
        ensure!(!bytes?.is_empty(), "nothing was written");
        times.push(took);
    }
    Ok(millis(median(times)))
}

/// Customers to Excel, in a process of its own, so that its memory can be told.
fn workbook(figures: &Figures) -> Result<()> {
    let database = import::ensure_database(ROWS)?;
    let book = store::new_file("customers.xlsx")?;
    let mut child = Command::new(std::env::current_exe()?);
    child.arg(CHILD).arg(&database).arg(&book).stdout(Stdio::piped());
    let output = child.spawn()?.wait_with_output()?;
    ensure!(output.status.success(), "the workbook was not written");
    let told: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(told["rows"] == ROWS.1, "{} rows", told["rows"]);
    let seconds = told["seconds"].as_f64().context("no time")?;
    figures.add("xlsx_100k", seconds, "s", &Limit::AtMost(3.0, 1.0))?;
    match told["memory"].as_f64() {
        Some(memory) => figures.add("xlsx_100k_memory", memory, "MB", &Limit::AtMost(100.0, 1.0)),
        None => Ok(()),
    }
}

/// Writes every customer of a database into a workbook, and tells what it took.
pub(crate) fn child(database: &Path, book: &Path) -> Result<()> {
    let crm = store::open(database)?;
    let me = crm.session(ADMIN)?;
    let (rows, took) = timed(|| write(&me, book));
    let told = json!({ "rows": rows?, "seconds": took.as_secs_f64(), "memory": peak_memory() });
    println!("{told}");
    Ok(())
}

fn write(me: &Session, book: &Path) -> Result<u32> {
    let sheet = SheetOptions {
        frozen: 1,
        ..SheetOptions::default()
    };
    let to = BufWriter::new(File::create(book)?);
    let mut table = TableWriter::new(TableKind::Xlsx, to, &HEADINGS, &sheet)?;
    let mut rows = 0;
    for customer in me.customers().iterate(CustomerQuery::default()) {
        let customer = customer?;
        let cells = [
            customer.number.to_string(),
            customer.name,
            customer.kind.code().to_owned(),
            customer.industry,
            customer.primary_phone,
            customer.source,
            customer.first_contact.to_string(),
            customer.status.code().to_owned(),
            customer.owner_name,
            customer.created_at.to_rfc3339(),
        ];
        table.row(cells.iter().map(|cell| Cell::from(cell.as_str())))?;
        rows += 1;
    }
    table.finish()?;
    Ok(rows)
}
