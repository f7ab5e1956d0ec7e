//! Where customers come from, and what comes of them (R7.2).

use std::collections::BTreeMap;

use crate::{
    Language,
    clock::BusinessZone,
    model::{Money, Rate, SourceRow, Sources},
    report::{
        ChartKind, ReportCell, ReportChart, ReportTable, Tabular,
        table::{about, column, words},
    },
    store::{CustomerFact, SaleFact},
};

/// Adds up customers, and what they signed.
#[derive(Clone, Debug, Default)]
pub struct SourcesFold {
    past_contracts: bool,
    sources: BTreeMap<String, Sums>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    customers: u64,
    won_customers: u64,
    won_amount: Money,
}

impl SourcesFold {
    /// Of nothing yet. Contracts of the past, without a deal, count as won deals if `past_contracts`.
    pub fn new(past_contracts: bool) -> Self {
        Self {
            past_contracts,
            ..Self::default()
        }
    }

    /// Counts a customer that was entered in the period, with what it has signed, whenever.
    pub fn add(&mut self, customer: &CustomerFact) {
        let sums = match self.sources.get_mut(customer.source.as_ref()) {
            Some(sums) => sums,
            None => self.sources.entry(customer.source.to_string()).or_default(),
        };
        sums.customers += 1;
        if let Some(won) = won(customer, self.past_contracts) {
            sums.won_customers += 1;
            sums.won_amount = sums.won_amount + won;
        }
    }

    /// The rows, the one with the most customers first, and all together: `label` tells what a source is called.
    pub fn rows(self, all: &str, label: impl Fn(&str) -> String) -> (Vec<SourceRow>, SourceRow) {
        let row = |source: Option<String>, label, sums: Sums| SourceRow {
            source,
            label,
            customers: sums.customers,
            won_customers: sums.won_customers,
            rate: Rate::of(sums.won_customers, sums.customers),
            won_amount: sums.won_amount,
        };
        let total = self.sources.values().fold(Sums::default(), |total, sums| Sums {
            customers: total.customers + sums.customers,
            won_customers: total.won_customers + sums.won_customers,
            won_amount: total.won_amount + sums.won_amount,
        });
        let sources = self.sources.into_iter();
        let mut rows: Vec<SourceRow> = sources
            .map(|(source, sums)| row(Some(source.clone()), label(&source), sums))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.customers));
        (rows, row(None, all.to_owned(), total))
    }
}

/// What a customer has signed, in won deals; none where it has signed none. Contracts of the past count, too, if they are to (R7.2).
pub(crate) fn won(customer: &CustomerFact, past_contracts: bool) -> Option<Money> {
    let before = customer.signed_before.filter(|_| past_contracts);
    match (customer.signed, before) {
        (Some(signed), Some(before)) => Some(signed + before),
        (signed, before) => signed.or(before),
    }
}

/// Whether what was signed counts as a won deal (R7.2, R7.3): it came from a deal, or contracts of the past count, too.
pub(crate) fn is_deal(sale: &SaleFact, past_contracts: bool) -> bool {
    past_contracts || sale.is_of_deal
}

impl Tabular for Sources {
    fn table(&self, language: Language, zone: BusinessZone) -> ReportTable {
        let column = |code, zh, en| column(language, code, zh, en);
        let row = |row: &SourceRow| {
            vec![
                ReportCell::Text(row.label.clone()),
                ReportCell::Count(row.customers),
                ReportCell::Count(row.won_customers),
                ReportCell::Rate(row.rate.clone()),
                ReportCell::Money(row.won_amount),
            ]
        };
        ReportTable {
            title: self.head.report.label(language).to_owned(),
            about: about(&self.head, language, zone),
            columns: vec![
                column("source", "客户来源", "source"),
                column("customers", "客户数", "customers"),
                column("won_customers", "成交客户数", "customers won"),
                column("rate", "成交率", "rate"),
                column("won_amount", "成交金额", "won amount"),
            ],
            rows: self.rows.iter().map(row).collect(),
            total: Some(row(&SourceRow {
                label: words(language, "合计", "all together").to_owned(),
                ..self.total.clone()
            })),
            notes: Vec::new(),
            chart: ReportChart {
                kind: ChartKind::Bars,
                labels: 0,
                values: 1,
                beside: 3,
            },
        }
    }
}
