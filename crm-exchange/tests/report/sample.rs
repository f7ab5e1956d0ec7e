//! The manual's examples.

use crm_core::{
    BusinessZone, CustomerStatus, Forecast, ForecastReport, ForecastRow, Funnel, FunnelRow, Language, Money,
    Performance, PerformanceRow, Rate, ReportHead, ReportKind, SourceRow, Sources, Stage, StatusDistribution,
    StatusRow,
    report::{ChartKind, ReportCell, ReportChart, ReportColumn, ReportTable, Tabular},
};

pub(crate) fn head(report: ReportKind) -> ReportHead {
    ReportHead {
        report,
        period: Some("2024Q2".into()),
        first: "2024-04-01".parse().ok(),
        last: "2024-06-30".parse().ok(),
        person: None,
        team: None,
        asked_by: Some("李伟".into()),
        at: "2024-07-01T01:30:00Z".parse().unwrap(),
    }
}

fn table(report: &impl Tabular, language: Language) -> ReportTable {
    report.table(language, BusinessZone::default())
}

fn yuan(yuan: u64) -> Money {
    Money::from_fen(yuan * 100)
}

/// R7.1's: 20, 15 (75 %), 10 (66.7 %), 8 (80 %), 5 (62.5 %).
pub(crate) fn funnel(language: Language) -> ReportTable {
    let stages = [
        (Stage::InitialContact, 20, 1_860_000, 5, Some(3.5)),
        (Stage::NeedsAnalysis, 15, 1_500_000, 5, Some(7.0)),
        (Stage::Proposal, 10, 1_120_000, 2, Some(12.3)),
        (Stage::Negotiation, 8, 930_000, 3, Some(9.0)),
        (Stage::Won, 5, 640_000, 5, None),
    ];
    let mut before = None;
    let rows = stages.map(|(stage, customers, amount, standing, median_days)| {
        let conversion = before.map(|before| Rate::of(customers, before));
        before = Some(customers);
        FunnelRow {
            stage,
            customers,
            opportunities: customers + 2,
            amount: yuan(amount),
            conversion,
            share: Rate::of(customers, 20),
            standing,
            median_days,
        }
    });
    let funnel = Funnel {
        head: head(ReportKind::Funnel),
        rows: rows.into(),
        lost: 2,
        compared_head: None,
        compared: Vec::new(),
    };
    table(&funnel, language)
}

/// R7.2's: 展会 30, 5, 16.7 %, 500,000; 转介绍 10, 3, 30 %, 250,000.
pub(crate) fn sources(language: Language) -> ReportTable {
    let row = |label: &str, customers, won_customers, amount| SourceRow {
        source: Some(label.into()),
        label: label.into(),
        customers,
        won_customers,
        rate: Rate::of(won_customers, customers),
        won_amount: yuan(amount),
    };
    let labels = match language {
        Language::Zh => ["展会推广", "转介绍", "线上平台"],
        Language::En => ["trade fair", "referral", "online platform"],
    };
    let sources = Sources {
        head: head(ReportKind::Sources),
        rows: vec![
            row(labels[0], 30, 5, 500_000),
            row(labels[1], 10, 3, 250_000),
            row(labels[2], 4, 0, 0),
        ],
        total: SourceRow {
            source: None,
            ..row("", 44, 8, 750_000)
        },
        compared_head: None,
        compared: Vec::new(),
    };
    table(&sources, language)
}

/// R7.3's 15, 3, 300,000 of 250,000: 120 %; and who has no target.
pub(crate) fn performance(language: Language) -> ReportTable {
    let row = |name: &str, followed_up, won, amount, target: Option<u64>| PerformanceRow {
        person: None,
        name: name.into(),
        followed_up,
        won_customers: won,
        won_deals: won,
        won_amount: yuan(amount),
        target: target.map(yuan),
        target_incomplete: target.is_none(),
        attainment: Rate::of(amount, target.unwrap_or_default()),
    };
    let names = match language {
        Language::Zh => ["张敏", "李伟", "王芳"],
        Language::En => ["Ann Example", "Bob Sample", "Cyd Specimen"],
    };
    let performance = Performance {
        head: head(ReportKind::Performance),
        rows: vec![
            row(names[0], 15, 3, 300_000, Some(250_000)),
            row(names[1], 12, 2, 150_000, Some(250_000)),
            row(names[2], 4, 0, 0, None),
        ],
        total: row("", 31, 5, 450_000, Some(500_000)),
        compared_head: None,
        compared: Vec::new(),
    };
    table(&performance, language)
}

/// R7.4's 50/20/10/35/10.
pub(crate) fn status(language: Language) -> ReportTable {
    let row = |status, customers| StatusRow {
        status,
        customers,
        share: Rate::of(customers, 125),
    };
    let status = StatusDistribution {
        head: head(ReportKind::Status),
        rows: vec![
            row(Some(CustomerStatus::Potential), 50),
            row(Some(CustomerStatus::Interested), 20),
            row(Some(CustomerStatus::Negotiating), 10),
            row(Some(CustomerStatus::Won), 35),
            row(Some(CustomerStatus::Lost), 10),
        ],
        total: row(None, 125),
        gone_quiet: Some(6),
        at_risk: Some(3),
        compared_head: None,
        compared: Vec::new(),
    };
    table(&status, language)
}

/// Half a year of open deals.
pub(crate) fn forecast(language: Language) -> ReportTable {
    let row = |month: Option<&str>, deals, expected, weighted| ForecastRow {
        month: month.map(|month| month.parse().unwrap()),
        deals,
        expected: yuan(expected),
        weighted: yuan(weighted),
    };
    let forecast = ForecastReport {
        head: head(ReportKind::Forecast),
        forecast: Forecast {
            months: vec![
                row(Some("2024-07-01"), 4, 420_000, 210_000),
                row(Some("2024-08-01"), 3, 380_000, 133_000),
                row(Some("2024-09-01"), 5, 610_000, 305_000),
                row(Some("2024-10-01"), 1, 90_000, 9_000),
                row(Some("2024-11-01"), 0, 0, 0),
                row(Some("2024-12-01"), 2, 240_000, 48_000),
            ],
            overdue: row(None, 0, 0, 0),
            total: row(None, 15, 1_740_000, 705_000),
        },
    };
    table(&forecast, language)
}

pub(crate) fn all(language: Language) -> Vec<ReportTable> {
    vec![
        funnel(language),
        sources(language),
        performance(language),
        status(language),
        forecast(language),
    ]
}

/// A table of a label and a value a row, drawn like this.
pub(crate) fn plain(kind: ChartKind, rows: Vec<(String, ReportCell)>) -> ReportTable {
    let column = |code, label: &str| ReportColumn {
        code,
        label: label.into(),
    };
    ReportTable {
        title: "示例".into(),
        about: Vec::new(),
        columns: vec![column("label", "名称"), column("value", "数值")],
        rows: rows
            .into_iter()
            .map(|(label, value)| vec![ReportCell::Text(label), value])
            .collect(),
        total: None,
        notes: Vec::new(),
        chart: ReportChart {
            kind,
            labels: 0,
            values: 1,
            beside: 1,
        },
    }
}

pub(crate) const KINDS: [ChartKind; 5] = [
    ChartKind::Funnel,
    ChartKind::Bars,
    ChartKind::Donut,
    ChartKind::Gauges,
    ChartKind::Columns,
];
