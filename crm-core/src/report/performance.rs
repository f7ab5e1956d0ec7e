//! What each salesperson brought in (R7.3).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    Span,
    people::{Distinct, People},
    sources::is_deal,
};
use crate::{
    Language,
    clock::BusinessZone,
    model::{Money, Performance, PerformanceRow, Rate, Target, UserId},
    report::{
        ChartKind, ReportCell, ReportChart, ReportTable, Tabular,
        table::{about, column, words},
    },
    store::{SaleFact, TalkFact},
};

/// Adds up what was held, what was signed and what was aimed at.
#[derive(Clone, Debug)]
pub struct PerformanceFold {
    past_contracts: bool,
    /// The months of the period; none where it is not whole months.
    months: Option<Vec<NaiveDate>>,
    talked: Distinct,
    won: Distinct,
    deals: BTreeMap<UserId, (u64, Money)>,
    targets: BTreeMap<UserId, (u64, Money)>,
}

impl PerformanceFold {
    /// Of nothing yet, in this period. Contracts of the past, without a deal, count as won deals if `past_contracts`.
    pub fn new(span: Option<Span>, past_contracts: bool) -> Self {
        Self {
            past_contracts,
            months: span.and_then(Span::months),
            talked: Distinct::default(),
            won: Distinct::default(),
            deals: BTreeMap::new(),
            targets: BTreeMap::new(),
        }
    }

    /// Counts a follow-up that was held in the period.
    pub fn add_talk(&mut self, talk: &TalkFact) {
        self.talked.add(talk.by, talk.customer);
    }

    /// Counts what was signed in the period.
    pub fn add_sale(&mut self, sale: &SaleFact) {
        if is_deal(sale, self.past_contracts) {
            self.won.add(sale.credited_to, sale.customer);
            let (count, amount) = self.deals.entry(sale.credited_to).or_default();
            *count += 1;
            *amount = *amount + sale.amount;
        }
    }

    /// Counts a target, if its month is one of the period's and it was not taken back.
    pub fn add_target(&mut self, target: &Target) {
        let is_within = self
            .months
            .as_ref()
            .is_some_and(|months| months.contains(&target.month));
        if let (true, Some(amount)) = (is_within, target.amount) {
            let (months, sum) = self.targets.entry(target.person).or_default();
            *months += 1;
            *sum = *sum + amount;
        }
    }

    /// A row for each of these people and for everybody else who has a figure, and all together, which is their sum.
    pub fn rows(self, people: &People, all: &str) -> (Vec<PerformanceRow>, PerformanceRow) {
        let followed_up = self.talked.counts();
        let won_customers = self.won.counts();
        let months = self.months.as_ref().map_or(0, Vec::len) as u64;
        let with_figures = followed_up.keys().chain(self.deals.keys()).copied();
        let mut total = PerformanceRow {
            person: None,
            name: all.to_owned(),
            followed_up: 0,
            won_customers: 0,
            won_deals: 0,
            won_amount: Money::ZERO,
            target: None,
            target_incomplete: false,
            attainment: Rate::of(0, 0),
        };
        let mut rows = Vec::new();
        for (person, name) in people.with(with_figures) {
            let (won_deals, won_amount) = self.deals.get(&person).copied().unwrap_or_default();
            let (targets, target) = self.targets.get(&person).copied().unwrap_or_default();
            let row = PerformanceRow {
                person: Some(person),
                name,
                followed_up: followed_up.get(&person).copied().unwrap_or_default(),
                won_customers: won_customers.get(&person).copied().unwrap_or_default(),
                won_deals,
                won_amount,
                target: (targets > 0).then_some(target),
                target_incomplete: targets < months,
                attainment: Rate::of_money(won_amount, target),
            };
            total.followed_up += row.followed_up;
            total.won_customers += row.won_customers;
            total.won_deals += row.won_deals;
            total.won_amount = total.won_amount + row.won_amount;
            total.target = match (total.target, row.target) {
                (None, target) | (target, None) => target,
                (Some(sum), Some(target)) => Some(sum + target),
            };
            total.target_incomplete |= row.target_incomplete;
            rows.push(row);
        }
        total.attainment = Rate::of_money(total.won_amount, total.target.unwrap_or_default());
        rows.sort_by_key(|row| std::cmp::Reverse(row.won_amount));
        (rows, total)
    }
}

impl Tabular for Performance {
    fn table(&self, language: Language, zone: BusinessZone) -> ReportTable {
        let column = |code, zh, en| column(language, code, zh, en);
        let row = |row: &PerformanceRow| {
            vec![
                ReportCell::Text(row.name.clone()),
                ReportCell::Count(row.followed_up),
                ReportCell::Count(row.won_customers),
                ReportCell::Count(row.won_deals),
                ReportCell::Money(row.won_amount),
                ReportCell::of(row.target, ReportCell::Money),
                ReportCell::Rate(row.attainment.clone()),
            ]
        };
        let lacking: Vec<&str> = self
            .rows
            .iter()
            .filter(|row| row.target.is_some() && row.target_incomplete)
            .map(|row| row.name.as_str())
            .collect();
        let incomplete = words(language, "部分月份未设目标：", "some months have no target: ");
        let notes = (!lacking.is_empty())
            .then(|| format!("{incomplete}{}", lacking.join(words(language, "、", ", "))));
        ReportTable {
            title: self.head.report.label(language).to_owned(),
            about: about(&self.head, language, zone),
            columns: vec![
                column("person", "销售人员", "salesperson"),
                column("followed_up", "跟进客户数", "customers followed up"),
                column("won_customers", "成交客户数", "customers won"),
                column("won_deals", "成交单数", "deals won"),
                column("won_amount", "成交金额", "won amount"),
                column("target", "业绩目标", "target"),
                column("attainment", "业绩达成率", "attainment"),
            ],
            rows: self.rows.iter().map(row).collect(),
            total: Some(row(&PerformanceRow {
                name: words(language, "合计", "all together").to_owned(),
                ..self.total.clone()
            })),
            notes: notes.into_iter().collect(),
            chart: ReportChart {
                kind: ChartKind::Gauges,
                labels: 0,
                values: 6,
                beside: 4,
            },
        }
    }
}
