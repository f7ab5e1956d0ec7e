//! The funnel (R7.1): how far deals came, and where they stand.

use crate::{
    Language,
    clock::BusinessZone,
    model::{Funnel, FunnelRow, FunnelUnit, Money, Rate, Stage},
    report::{
        ChartKind, ReportCell, ReportChart, ReportTable, Tabular,
        table::{about, column, words},
    },
    store::{DealFact, NumberBytes},
};

/// The stages of the funnel, in order.
pub const LEVELS: [Stage; 5] = [
    Stage::InitialContact,
    Stage::NeedsAnalysis,
    Stage::Proposal,
    Stage::Negotiation,
    Stage::Won,
];

/// The stages that a deal reached, a bit each, the first one lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached(u8);

impl Reached {
    /// What a deal reached (R7.1): every stage up to the highest in its ledger, those that were skipped too, unless they are to be
    /// left out. Losing, reopening and moving back take nothing away.
    pub fn of(deal: &DealFact, without_skipped: bool) -> Self {
        let stood = deal.stages.iter().filter_map(|(_, stage)| level(*stage));
        match without_skipped {
            true => Self(stood.fold(0, |bits, level| bits | 1 << level)),
            false => Self(stood.max().map_or(0, |highest| (2 << highest) - 1)),
        }
    }

    /// Whether this stage was reached.
    pub fn has(self, stage: Stage) -> bool {
        level(stage).is_some_and(|level| self.0 & (1 << level) != 0)
    }
}

/// The place of a stage in the funnel; none of *lost*, which is no way on.
fn level(stage: Stage) -> Option<usize> {
    LEVELS.iter().position(|there| *there == stage)
}

/// Adds up deals one by one.
#[derive(Clone, Debug)]
pub struct FunnelFold {
    without_skipped: bool,
    unit: FunnelUnit,
    /// What the deals of each customer reached together.
    customers: NumberBytes,
    levels: [Level; 5],
    lost: u64,
}

/// What deals come to at a stage.
#[derive(Clone, Debug, Default)]
struct Level {
    customers: u64,
    opportunities: u64,
    amount: Money,
    standing: u64,
    /// Of each deal that left the stage, how long it stood there, in milliseconds.
    stays: Vec<u64>,
}

impl FunnelFold {
    /// Of nothing yet.
    pub fn new(unit: FunnelUnit, without_skipped: bool) -> Self {
        Self {
            without_skipped,
            unit,
            customers: NumberBytes::default(),
            levels: Default::default(),
            lost: 0,
        }
    }

    /// Counts a deal.
    pub fn add(&mut self, deal: &DealFact) {
        let reached = Reached::of(deal, self.without_skipped);
        let stands = deal.stage();
        let worth = match (stands, deal.signed) {
            (Some(Stage::Won), Some(signed)) => signed,
            _ => deal.expected,
        };
        self.customers.add(deal.customer, reached.0);
        self.lost += u64::from(stands == Some(Stage::Lost));
        let stays = ended_stays(&deal.stages);
        for ((stage, level), stayed) in LEVELS.into_iter().zip(&mut self.levels).zip(stays) {
            if reached.has(stage) {
                level.opportunities += 1;
                level.amount = level.amount + worth;
            }
            level.standing += u64::from(stands == Some(stage));
            level.stays.extend(stayed);
        }
    }

    /// The rows that were added up, and how many deals are lost.
    pub fn rows(mut self) -> (Vec<FunnelRow>, u64) {
        self.count_customers();
        let unit = self.unit;
        let counted = |level: &Level| match unit {
            FunnelUnit::Customers => level.customers,
            FunnelUnit::Opportunities => level.opportunities,
        };
        let first = self.levels.first().map_or(0, counted);
        let mut before = None;
        let mut rows = Vec::with_capacity(LEVELS.len());
        for (stage, level) in LEVELS.into_iter().zip(&mut self.levels) {
            let count = counted(level);
            rows.push(FunnelRow {
                stage,
                customers: level.customers,
                opportunities: level.opportunities,
                amount: level.amount,
                conversion: before.map(|before| Rate::of(count, before)),
                share: Rate::of(count, first),
                standing: level.standing,
                median_days: median(&mut level.stays),
            });
            before = Some(count);
        }
        (rows, self.lost)
    }

    /// Counts the customers that reached each stage, each once.
    fn count_customers(&mut self) {
        let mut counts = [0_u64; 32];
        for reached in self.customers.values() {
            if let Some(count) = counts.get_mut(usize::from(reached)) {
                *count += 1;
            }
        }
        for (reached, count) in (0..).zip(counts).map(|(bits, count)| (Reached(bits), count)) {
            for (stage, level) in LEVELS.into_iter().zip(&mut self.levels) {
                level.customers += if reached.has(stage) { count } else { 0 };
            }
        }
    }
}

/// How long a deal stood in each stage, in milliseconds, the stays that have ended together; none where none has.
fn ended_stays(stages: &[(i64, Stage)]) -> [Option<u64>; 5] {
    let mut stayed = [None; 5];
    for ((since, stage), (until, _)) in stages.iter().zip(stages.iter().skip(1)) {
        let sum = level(*stage)
            .filter(|_| stage.is_open())
            .and_then(|level| stayed.get_mut(level));
        if let Some(sum) = sum {
            let milliseconds = u64::try_from(until.saturating_sub(*since)).unwrap_or_default();
            *sum = Some(sum.unwrap_or(0) + milliseconds);
        }
    }
    stayed
}

/// The one in the middle in days, of an even count the mean of the two; one decimal, halves up.
#[allow(clippy::cast_precision_loss, reason = "tenths of days are few")]
fn median(stays: &mut [u64]) -> Option<f64> {
    let (is_even, middle) = (stays.len().is_multiple_of(2), stays.len() / 2);
    if stays.is_empty() {
        return None;
    }
    let (below, upper, _) = stays.select_nth_unstable(middle);
    let upper = u128::from(*upper);
    let lower = match below.iter().max() {
        Some(lower) if is_even => u128::from(*lower),
        _ => upper,
    };
    const DAY: u128 = 86_400_000;
    let tenths = ((lower + upper) * 10 + DAY) / (DAY * 2);
    Some(u64::try_from(tenths).unwrap_or(u64::MAX) as f64 / 10.0)
}

impl Tabular for Funnel {
    fn table(&self, language: Language, zone: BusinessZone) -> ReportTable {
        let column = |code, zh, en| column(language, code, zh, en);
        let row = |row: &FunnelRow| {
            vec![
                ReportCell::Text(row.stage.label(language).to_owned()),
                ReportCell::Count(row.customers),
                ReportCell::of(row.conversion.clone(), ReportCell::Rate),
                ReportCell::Rate(row.share.clone()),
                ReportCell::Count(row.opportunities),
                ReportCell::Money(row.amount),
                ReportCell::Count(row.standing),
                ReportCell::of(row.median_days, ReportCell::Days),
            ]
        };
        let lost = words(language, "其中已输单的机会：", "of these deals, lost by now: ");
        ReportTable {
            title: self.head.report.label(language).to_owned(),
            about: about(&self.head, language, zone),
            columns: vec![
                column("stage", "销售阶段", "stage"),
                column("customers", "客户数", "customers"),
                column("conversion", "阶段转化率", "conversion"),
                column("share", "总转化率", "share of the first"),
                column("opportunities", "机会数", "deals"),
                column("amount", "金额", "amount"),
                column("standing", "当前停留", "standing now"),
                column("median_days", "停留天数（中位）", "median days"),
            ],
            rows: self.rows.iter().map(row).collect(),
            total: None,
            notes: vec![format!("{lost}{}", self.lost)],
            chart: ReportChart {
                kind: ChartKind::Funnel,
                labels: 0,
                values: 1,
                beside: 2,
            },
        }
    }
}
