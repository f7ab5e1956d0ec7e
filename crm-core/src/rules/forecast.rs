//! What open deals are expected to bring (R5.5).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::model::{Forecast, ForecastRow, Money, Stage};

/// Adds up open deals one by one: by the month in which they are expected to be signed, those before today apart.
#[derive(Clone, Debug)]
pub struct ForecastFold {
    today: NaiveDate,
    percents: [u32; 4],
    overdue: Weighted,
    months: BTreeMap<NaiveDate, Weighted>,
}

/// What open deals are expected to bring by how likely each is. Exact, in hundredths of a fen, so that only a sum is rounded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weighted {
    deals: u64,
    expected: Money,
    hundredths: u128,
}

impl Weighted {
    /// Counts a deal that stands in a stage, unless it is closed: `percents` says how likely each open stage is to be won, from the
    /// first on.
    pub fn add(&mut self, expected: Money, stage: Stage, percents: [u32; 4]) {
        let [initial, needs, proposal, negotiation] = percents;
        let percent = match stage {
            Stage::InitialContact => initial,
            Stage::NeedsAnalysis => needs,
            Stage::Proposal => proposal,
            Stage::Negotiation => negotiation,
            Stage::Won | Stage::Lost => return,
        };
        self.deals += 1;
        self.expected = self.expected + expected;
        self.hundredths += u128::from(expected.fen()) * u128::from(percent);
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        Self {
            deals: self.deals + other.deals,
            expected: self.expected + other.expected,
            hundredths: self.hundredths + other.hundredths,
        }
    }

    /// The sum, halves of a fen rounded up.
    pub fn rounded(self) -> Money {
        let fen = (self.hundredths + 50) / 100;
        Money::from_fen(u64::try_from(fen).unwrap_or(u64::MAX))
    }

    fn row(self, month: Option<NaiveDate>) -> ForecastRow {
        ForecastRow {
            month,
            deals: self.deals,
            expected: self.expected,
            weighted: self.rounded(),
        }
    }
}

impl ForecastFold {
    /// Of nothing yet: `percents` says how likely each open stage is to be won, from the first on.
    pub fn new(today: NaiveDate, percents: [u32; 4]) -> Self {
        Self {
            today,
            percents,
            overdue: Weighted::default(),
            months: BTreeMap::new(),
        }
    }

    /// Counts a deal, unless it is closed.
    pub fn add(&mut self, expected: Money, close: NaiveDate, stage: Stage) {
        if !stage.is_open() {
            return;
        }
        let row = match close < self.today {
            true => &mut self.overdue,
            false => self.months.entry(close.with_day(1).unwrap_or(close)).or_default(),
        };
        row.add(expected, stage, self.percents);
    }

    /// What was added up.
    pub fn forecast(self) -> Forecast {
        let total = self.months.values().fold(self.overdue, Weighted::with);
        let months = self.months.into_iter();
        Forecast {
            overdue: self.overdue.row(None),
            months: months.map(|(month, row)| row.row(Some(month))).collect(),
            total: total.row(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, month, day).unwrap()
    }

    fn of(deals: &[(&str, Stage, NaiveDate)]) -> Forecast {
        let mut fold = ForecastFold::new(day(5, 10), [10, 25, 50, 75]);
        for (amount, stage, close) in deals {
            fold.add(amount.parse().unwrap(), *close, *stage);
        }
        fold.forecast()
    }

    #[test]
    fn r5_5_sums_are_exact_and_rounded_once() {
        let two = of(&[
            ("0.05", Stage::InitialContact, day(6, 1)),
            ("0.05", Stage::InitialContact, day(6, 30)),
        ]);
        assert_eq!(two.total.weighted.to_string(), "0.01");
        let one = of(&[("0.05", Stage::InitialContact, day(6, 1))]);
        assert_eq!(one.total.weighted.to_string(), "0.01", "a half is rounded up");
        let less = of(&[("0.04", Stage::InitialContact, day(6, 1))]);
        assert_eq!(less.total.weighted.to_string(), "0.00");
    }

    #[test]
    fn r5_5_deals_count_in_the_month_of_their_close_and_what_is_past_is_overdue() {
        let forecast = of(&[
            ("100", Stage::InitialContact, day(5, 9)),
            ("100", Stage::NeedsAnalysis, day(5, 10)),
            ("100", Stage::Proposal, day(5, 31)),
            ("100", Stage::Negotiation, day(6, 1)),
            ("100", Stage::Won, day(6, 1)),
            ("100", Stage::Lost, day(6, 1)),
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
