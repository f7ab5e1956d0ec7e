//! Reports and targets.

use crmkit::{
    ForecastQuery, FunnelQuery, NewTarget, PerformanceQuery, Report, ReportExport, ReportKind, SourcesQuery,
    StatusQuery, TeamQuery,
    report::{ReportCell, Tabular},
};

use crate::{
    cli::{ReportAsked, Target, TargetList, TargetSet},
    desk::Desk,
    screen::{Shown, json, json_lines, line, table},
};

pub(super) fn report(desk: &Desk, asked: &ReportAsked) -> Shown {
    let report = made(desk, asked)?;
    if let Some(path) = &asked.to {
        let export = match &asked.font {
            Some(font) => ReportExport::new().font(font),
            None => ReportExport::new(),
        };
        return Ok(export.to_file(&desk.me, &[report], path)?);
    }
    match desk.json {
        true => json(&report),
        false => show(desk, &report),
    }
}

/// The report that is asked for; a forecast has no period.
fn made(desk: &Desk, asked: &ReportAsked) -> crmkit::Result<Report> {
    let reports = desk.me.reports();
    let (period, person, team) = (asked.period.clone(), asked.person.clone(), asked.team.clone());
    let compare = asked.compare;
    Ok(match asked.report {
        ReportKind::Funnel => {
            let query = FunnelQuery {
                period,
                person,
                team,
                compare,
                ..FunnelQuery::default()
            };
            reports.funnel(&query)?.into()
        }
        ReportKind::Sources => {
            let query = SourcesQuery {
                period,
                person,
                team,
                compare,
                ..SourcesQuery::default()
            };
            reports.sources(&query)?.into()
        }
        ReportKind::Performance => {
            let query = PerformanceQuery {
                period,
                person,
                team,
                compare,
                ..PerformanceQuery::default()
            };
            reports.performance(&query)?.into()
        }
        ReportKind::Status => {
            let query = StatusQuery {
                period,
                person,
                team,
                compare,
                ..StatusQuery::default()
            };
            reports.status(&query)?.into()
        }
        ReportKind::Team => reports
            .team(&TeamQuery {
                period,
                person,
                team,
                compare,
            })?
            .into(),
        _ => reports.forecast(&ForecastQuery { person, team })?.into(),
    })
}

fn show(desk: &Desk, report: &Report) -> Shown {
    let shown = report.table(desk.language, desk.zone());
    line(&shown.title)?;
    for (about, text) in &shown.about {
        show!(desk.language, "{about}：{text}", "{about}: {text}");
    }
    let headings: Vec<&str> = shown.columns.iter().map(|column| column.label.as_str()).collect();
    let text = |cells: &Vec<ReportCell>| cells.iter().map(ReportCell::text).collect();
    let rows: Vec<Vec<String>> = shown.rows.iter().chain(&shown.total).map(text).collect();
    table(&headings, &rows)?;
    Ok(shown.notes.iter().try_for_each(|note| line(note))?)
}

pub(super) fn target(desk: &Desk, asked: &Target) -> Shown {
    match asked {
        Target::List(TargetList { period }) => told(desk, &desk.me.targets().list(period)?),
        Target::Set(TargetSet {
            person,
            month,
            amount,
        }) => {
            let new = NewTarget {
                person: person.clone(),
                month: month.clone(),
                amount: *amount,
            };
            told(desk, &desk.me.targets().set(&[new])?)
        }
    }
}

fn told(desk: &Desk, targets: &[crmkit::Target]) -> Shown {
    if desk.json {
        return json_lines(targets);
    }
    let users = desk.me.users().list()?;
    let row = |target: &crmkit::Target| {
        let user = users.iter().find(|user| user.id == target.person);
        vec![
            target.month.format("%Y-%m").to_string(),
            user.map_or_else(String::new, |user| user.name.clone()),
            target
                .amount
                .map_or_else(|| crmkit::Rate::NOTHING.to_owned(), |amount| amount.to_string()),
        ]
    };
    let rows: Vec<Vec<String>> = targets.iter().map(row).collect();
    match desk.language {
        crmkit::Language::Zh => table(&["月份", "人员", "业绩目标"], &rows),
        crmkit::Language::En => table(&["month", "person", "target"], &rows),
    }
}
