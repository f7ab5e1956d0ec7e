//! Where customers stand, now or at the end of a day (R7.4).

use crate::{
    Language,
    clock::BusinessZone,
    model::{CustomerStatus, Rate, StatusDistribution, StatusRow},
    report::{
        ChartKind, ReportCell, ReportChart, ReportTable, Tabular,
        table::{about, column, words},
    },
};

/// Adds up customers by where they stand.
#[derive(Clone, Debug)]
pub struct StatusFold {
    fold_negotiating: bool,
    counts: Vec<(CustomerStatus, u64)>,
}

impl StatusFold {
    /// Of nothing yet: with negotiating among interested, if it is folded.
    pub fn new(fold_negotiating: bool) -> Self {
        let shown = |status: &CustomerStatus| !fold_negotiating || *status != CustomerStatus::Negotiating;
        let shown = CustomerStatus::ALL.iter().copied().filter(shown);
        Self {
            fold_negotiating,
            counts: shown.map(|status| (status, 0)).collect(),
        }
    }

    /// The row in which a status stands.
    pub fn row_of(&self, status: CustomerStatus) -> CustomerStatus {
        match status {
            CustomerStatus::Negotiating if self.fold_negotiating => CustomerStatus::Interested,
            status => status,
        }
    }

    /// Counts customers that stand there.
    pub fn add(&mut self, status: CustomerStatus, customers: u64) {
        let row = self.row_of(status);
        if let Some((_, count)) = self.counts.iter_mut().find(|(status, _)| *status == row) {
            *count += customers;
        }
    }

    /// A row a status, and all together.
    pub fn rows(self) -> (Vec<StatusRow>, StatusRow) {
        let all = self.counts.iter().map(|(_, count)| count).sum();
        let row = |status, customers| StatusRow {
            status,
            customers,
            share: Rate::of(customers, all),
        };
        let rows = self
            .counts
            .iter()
            .map(|(status, count)| row(Some(*status), *count));
        (rows.collect(), row(None, all))
    }
}

impl Tabular for StatusDistribution {
    fn table(&self, language: Language, zone: BusinessZone) -> ReportTable {
        let column = |code, zh, en| column(language, code, zh, en);
        let all = words(language, "合计", "all together");
        let row = |row: &StatusRow| {
            let label = row.status.map_or(all, |status| status.label(language));
            vec![
                ReportCell::Text(label.to_owned()),
                ReportCell::Count(row.customers),
                ReportCell::Rate(row.share.clone()),
            ]
        };
        let note =
            |zh, en, count: Option<u64>| count.map(|count| format!("{}{count}", words(language, zh, en)));
        let quiet = note("超过三个月未跟进：", "gone quiet: ", self.gone_quiet);
        let at_risk = note("成交后超过三个月未跟进：", "won, and gone quiet: ", self.at_risk);
        ReportTable {
            title: self.head.report.label(language).to_owned(),
            about: about(&self.head, language, zone),
            columns: vec![
                column("status", "客户状态", "status"),
                column("customers", "客户数", "customers"),
                column("share", "占比", "share"),
            ],
            rows: self.rows.iter().map(row).collect(),
            total: Some(row(&self.total)),
            notes: quiet.into_iter().chain(at_risk).collect(),
            chart: ReportChart {
                kind: ChartKind::Donut,
                labels: 0,
                values: 1,
                beside: 2,
            },
        }
    }
}
