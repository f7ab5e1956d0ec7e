//! What open deals are expected to bring, as a table (R5.5).

use chrono::Datelike;

use crate::{
    Language,
    clock::BusinessZone,
    model::{ForecastReport, ForecastRow},
    report::{
        ChartKind, ReportCell, ReportChart, ReportTable, Tabular,
        table::{about, column, words},
    },
};

impl Tabular for ForecastReport {
    fn table(&self, language: Language, zone: BusinessZone) -> ReportTable {
        let column = |code, zh, en| column(language, code, zh, en);
        let cells = |label: String, row: &ForecastRow| {
            vec![
                ReportCell::Text(label),
                ReportCell::Count(row.deals),
                ReportCell::Money(row.expected),
                ReportCell::Money(row.weighted),
            ]
        };
        let overdue = (
            words(language, "已逾期", "overdue").to_owned(),
            &self.forecast.overdue,
        );
        let months = self.forecast.months.iter().map(|row| {
            let month = row
                .month
                .map(|month| format!("{:04}-{:02}", month.year(), month.month()));
            (month.unwrap_or_default(), row)
        });
        let shown = (self.forecast.overdue.deals > 0)
            .then_some(overdue)
            .into_iter()
            .chain(months);
        ReportTable {
            title: self.head.report.label(language).to_owned(),
            about: about(&self.head, language, zone),
            columns: vec![
                column("month", "预计成交月份", "month"),
                column("deals", "机会数", "deals"),
                column("expected", "预计金额", "expected"),
                column("weighted", "加权金额", "weighted"),
            ],
            rows: shown.map(|(label, row)| cells(label, row)).collect(),
            total: Some(cells(
                words(language, "合计", "all together").to_owned(),
                &self.forecast.total,
            )),
            notes: Vec::new(),
            chart: ReportChart {
                kind: ChartKind::Columns,
                labels: 0,
                values: 3,
                beside: 3,
            },
        }
    }
}
