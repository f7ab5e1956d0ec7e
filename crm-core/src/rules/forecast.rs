//! What open deals are expected to bring (R5.5).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::model::{Forecast, ForecastRow, Money, Opportunity, Stage};

/// Adds up open deals one by one: by the month in which they are expected to be signed, those before today apart.
#[derive(Clone, Debug)]
pub struct ForecastFold {
    today: NaiveDate,
    percents: [u32; 4],
    overdue: Row,
    months: BTreeMap<NaiveDate, Row>,
}

/// Exact, in hundredths of a fen, so that only a sum is rounded.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    deals: u64,
    expected: Money,
    hundredths: u128,
}

impl Row {
    fn add(&mut self, expected: Money, percent: u32) {
        self.deals += 1;
        self.expected = self.expected + expected;
        self.hundredths += u128::from(expected.fen()) * u128::from(percent);
    }

    fn with(self, other: &Self) -> Self {
        Self {
            deals: self.deals + other.deals,
            expected: self.expected + other.expected,
            hundredths: self.hundredths + other.hundredths,
        }
    }

    /// Halves are rounded up.
    fn of(self, month: Option<NaiveDate>) -> ForecastRow {
        let fen = (self.hundredths + 50) / 100;
        ForecastRow {
            month,
            deals: self.deals,
            expected: self.expected,
            weighted: Money::from_fen(u64::try_from(fen).unwrap_or(u64::MAX)),
        }
    }
}

impl ForecastFold {
    /// Of nothing yet: `percents` says how likely each open stage is to be won, from the first on.
    pub fn new(today: NaiveDate, percents: [u32; 4]) -> Self {
        Self {
            today,
            percents,
            overdue: Row::default(),
            months: BTreeMap::new(),
        }
    }

    /// Counts a deal, unless it is closed or archived.
    pub fn add(&mut self, deal: &Opportunity) {
        let [initial, needs, proposal, negotiation] = self.percents;
        let percent = match deal.stage {
            _ if deal.archived_at.is_some() => return,
            Stage::InitialContact => initial,
            Stage::NeedsAnalysis => needs,
            Stage::Proposal => proposal,
            Stage::Negotiation => negotiation,
            Stage::Won | Stage::Lost => return,
        };
        let close = deal.expected_close;
        let row = match close < self.today {
            true => &mut self.overdue,
            false => self.months.entry(close.with_day(1).unwrap_or(close)).or_default(),
        };
        row.add(deal.expected_amount, percent);
    }

    /// What was added up.
    pub fn forecast(self) -> Forecast {
        let total = self.months.values().fold(self.overdue, Row::with);
        let months = self.months.into_iter();
        Forecast {
            overdue: self.overdue.of(None),
            months: months.map(|(month, row)| row.of(Some(month))).collect(),
            total: total.of(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OpportunityId, UserId};

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, month, day).unwrap()
    }

    fn deal(amount: &str, stage: Stage, close: NaiveDate) -> Opportunity {
        let at = "2024-05-01T01:00:00Z".parse().unwrap();
        Opportunity {
            id: OpportunityId::from_bytes([1; 16]),
            customer: "CRM202405010001".parse().unwrap(),
            revision: 1,
            name: "产线改造".into(),
            expected_amount: amount.parse().unwrap(),
            lowest: None,
            highest: None,
            expected_close: close,
            stage,
            stage_changed_at: at,
            owner: UserId::from_bytes([1; 16]),
            competitors: Vec::new(),
            external_id: None,
            extra: std::collections::BTreeMap::new(),
            reason: None,
            closed_at: None,
            created_at: at,
            created_by: None,
            archived_at: None,
        }
    }

    fn of(deals: &[Opportunity]) -> Forecast {
        let mut fold = ForecastFold::new(day(5, 10), [10, 25, 50, 75]);
        deals.iter().for_each(|deal| fold.add(deal));
        fold.forecast()
    }

    #[test]
    fn r5_5_sums_are_exact_and_rounded_once() {
        let two = of(&[
            deal("0.05", Stage::InitialContact, day(6, 1)),
            deal("0.05", Stage::InitialContact, day(6, 30)),
        ]);
        assert_eq!(two.total.weighted.to_string(), "0.01");
        let one = of(&[deal("0.05", Stage::InitialContact, day(6, 1))]);
        assert_eq!(one.total.weighted.to_string(), "0.01", "a half is rounded up");
        let less = of(&[deal("0.04", Stage::InitialContact, day(6, 1))]);
        assert_eq!(less.total.weighted.to_string(), "0.00");
    }

    #[test]
    fn r5_5_deals_count_in_the_month_of_their_close_and_what_is_past_is_overdue() {
        let forecast = of(&[
            deal("100", Stage::InitialContact, day(5, 9)),
            deal("100", Stage::NeedsAnalysis, day(5, 10)),
            deal("100", Stage::Proposal, day(5, 31)),
            deal("100", Stage::Negotiation, day(6, 1)),
            deal("100", Stage::Won, day(6, 1)),
            deal("100", Stage::Lost, day(6, 1)),
        ]);
        let row = |row: &ForecastRow| (row.month, row.deals, row.weighted.to_string());
        assert_eq!(row(&forecast.overdue), (None, 1, "10.00".to_owned()));
        let months: Vec<_> = forecast.months.iter().map(row).collect();
        assert_eq!(
            months,
            [
                (Some(day(5, 1)), 2, "75.00".to_owned()),
                (Some(day(6, 1)), 1, "75.00".to_owned()),
            ]
        );
        assert_eq!(row(&forecast.total), (None, 4, "160.00".to_owned()));
    }
}
