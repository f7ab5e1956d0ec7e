//! The period of a report (R7): a month, a quarter, a year, or any range of days, of the business's own calendar.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::{
    error::{Code, Problem},
    model::fields,
};

/// A period. As text it is `2024-05`, `2024Q2`, `2024`, or `2024-05-01..2024-05-15` with both days in it.
///
/// Quarters and years are those of the business's fiscal year (the setting `fiscal_year_start`): where it starts in April, `2024` is
/// from 2024-04-01 to 2025-03-31 and `2024Q1` its first three months.
///
/// ```
/// use crm_core::report::Period;
///
/// let quarter: Period = "2024Q2".parse()?;
/// assert_eq!(quarter, Period::Quarter { year: 2024, quarter: 2 });
/// let days = quarter.days(1)?;
/// assert_eq!((days.first.to_string(), days.last.to_string()), ("2024-04-01".into(), "2024-06-30".into()));
/// # Ok::<(), crm_core::Problem>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A month of the calendar, from 1 to 12.
    Month {
        /// The year.
        year: i32,
        /// The month.
        month: u32,
    },
    /// A quarter of the fiscal year, from 1 to 4.
    Quarter {
        /// The fiscal year, by the year in which it starts.
        year: i32,
        /// The quarter.
        quarter: u32,
    },
    /// A fiscal year, by the year in which it starts.
    Year {
        /// The year.
        year: i32,
    },
    /// Any days.
    Days(Span),
}

/// Days of the business's calendar, from the first to the last, both in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub first: NaiveDate,
    /// The last day, not before the first.
    pub last: NaiveDate,
}

/// With what a report may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// The period right before.
    Before,
    /// The same period a year earlier.
    YearBefore,
}

impl Period {
    /// The days of it, where a fiscal year starts in this month, from 1 to 12.
    ///
    /// # Errors
    /// `period.invalid` for a month, a quarter or a year that there is not; `period.order` for days that end before they start.
    pub fn days(self, fiscal_year_start: u32) -> Result<Span, Problem> {
        let span = match self {
            Self::Month { year, month } => months_from(year, month, 0, 1),
            Self::Quarter { year, quarter } if (1..=4).contains(&quarter) => {
                months_from(year, fiscal_year_start, (quarter - 1) * 3, 3)
            }
            Self::Quarter { .. } => None,
            Self::Year { year } => months_from(year, fiscal_year_start, 0, 12),
            Self::Days(span) if span.last < span.first => {
                return Err(Problem::with(fields::PERIOD, Code::PeriodOrder, self.to_string()));
            }
            Self::Days(span) => Some(span),
        };
        let is_written =
            |span: &Span| YEARS.contains(&span.first.year()) && YEARS.contains(&span.last.year());
        span.filter(is_written)
            .ok_or_else(|| Problem::with(fields::PERIOD, Code::PeriodInvalid, self.to_string()))
    }
}

/// The years whose days every host's language can write.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9998;

/// So many months, from the one that comes so many after this one.
fn months_from(year: i32, month: u32, skipped: u32, count: u32) -> Option<Span> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(skipped))?;
    let last = first.checked_add_months(Months::new(count))?.pred_opt()?;
    Some(Span { first, last })
}

impl Span {
    /// The first days of the months that it consists of; none where it is not whole months.
    pub fn months(self) -> Option<Vec<NaiveDate>> {
        let is_whole = self.first.day() == 1 && self.last.succ_opt()?.day() == 1;
        is_whole.then(|| {
            let each = (0..).map_while(|count| self.first.checked_add_months(Months::new(count)));
            each.take_while(|month| *month <= self.last).collect()
        })
    }

    /// The same span earlier: as many months, or as many days, right before; or the days of the same date a year before, where
    /// whole months stay whole. None where the calendar ends.
    pub(crate) fn earlier(self, earlier: Earlier) -> Option<Self> {
        let months = self
            .months()
            .map(|months| u32::try_from(months.len()).unwrap_or(u32::MAX));
        match (earlier, months) {
            (Earlier::Before, None) => {
                let days = u64::try_from((self.last - self.first).num_days()).ok()? + 1;
                Some(Self {
                    first: self.first.checked_sub_days(Days::new(days))?,
                    last: self.first.pred_opt()?,
                })
            }
            (Earlier::YearBefore, None) => Some(Self {
                first: self.first.checked_sub_months(Months::new(12))?,
                last: self.last.checked_sub_months(Months::new(12))?,
            }),
            (earlier, Some(count)) => {
                let back = match earlier {
                    Earlier::Before => count,
                    Earlier::YearBefore => 12,
                };
                let first = self.first.checked_sub_months(Months::new(back))?;
                months_from(first.year(), first.month(), 0, count)
            }
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Quarter { year, quarter } => write!(f, "{year:04}Q{quarter}"),
            Self::Year { year } => write!(f, "{year:04}"),
            Self::Days(span) => span.fmt(f),
        }
    }
}

impl FromStr for Period {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        read(text).ok_or_else(|| Problem::with(fields::PERIOD, Code::PeriodInvalid, text))
    }
}

fn read(text: &str) -> Option<Period> {
    if let Some((first, last)) = text.split_once("..") {
        let (first, last) = (day(first)?, day(last)?);
        return Some(Period::Days(Span { first, last }));
    }
    if let Some((year, quarter)) = text.split_once(['Q', 'q']) {
        let (year, quarter) = (digits(year, 4)?, digits(quarter, 1)?);
        return (1..=4).contains(&quarter).then_some(Period::Quarter {
            year: i32::try_from(year).ok()?,
            quarter,
        });
    }
    match text.split_once('-') {
        None => Some(Period::Year {
            year: i32::try_from(digits(text, 4)?).ok()?,
        }),
        Some((year, month)) => {
            let (year, month) = (digits(year, 4)?, digits(month, 2)?);
            (1..=12).contains(&month).then_some(Period::Month {
                year: i32::try_from(year).ok()?,
                month,
            })
        }
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(
        i32::try_from(digits(year, 4)?).ok()?,
        digits(month, 2)?,
        digits(day, 2)?,
    )
}

/// A number of just so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(text: &str) -> Span {
        text.parse::<Period>().unwrap().days(1).unwrap()
    }

    #[test]
    fn r7_a_period_is_a_month_a_quarter_a_year_or_any_days() {
        let days = |text: &str, start| text.parse::<Period>().unwrap().days(start).unwrap().to_string();
        assert_eq!(days("2024-02", 1), "2024-02-01..2024-02-29");
        assert_eq!(
            days("2024-02", 4),
            "2024-02-01..2024-02-29",
            "a month is the calendar's"
        );
        assert_eq!(days("2024Q1", 1), "2024-01-01..2024-03-31");
        assert_eq!(days("2024q4", 4), "2025-01-01..2025-03-31");
        assert_eq!(days("2024", 1), "2024-01-01..2024-12-31");
        assert_eq!(days("2024", 7), "2024-07-01..2025-06-30");
        assert_eq!(days(" 2024-05-01..2024-05-01 ", 1), "2024-05-01..2024-05-01");
    }

    #[test]
    fn r7_what_is_no_period_is_refused() {
        for wrong in [
            "",
            "May",
            "24",
            "2024-13",
            "2024-00",
            "2024Q0",
            "2024Q5",
            "2024-5",
            "2024-05-32..2024-06-01",
            "2024-05-01",
            "2024-05-01..",
            "+024",
            "2024Q2 ..",
        ] {
            let problem = wrong.parse::<Period>().unwrap_err();
            assert_eq!(
                (problem.field.as_str(), problem.code),
                ("period", Code::PeriodInvalid),
                "{wrong}"
            );
        }
        for wrong in ["0000", "9999", "1899Q4"] {
            let problem = wrong.parse::<Period>().unwrap().days(1).unwrap_err();
            assert_eq!(problem.code, Code::PeriodInvalid, "{wrong}");
        }
        let ends_first = "2024-05-02..2024-05-01"
            .parse::<Period>()
            .unwrap()
            .days(1)
            .unwrap_err();
        assert_eq!(
            (ends_first.field.as_str(), ends_first.code),
            ("period", Code::PeriodOrder)
        );
    }

    #[test]
    fn r7_the_period_before_and_the_year_before() {
        let earlier = |text: &str| {
            let of = |which| span(text).earlier(which).unwrap().to_string();
            (of(Earlier::Before), of(Earlier::YearBefore))
        };
        let is = |text: &str, before: &str, year_before: &str| {
            assert_eq!(
                earlier(text),
                (before.to_owned(), year_before.to_owned()),
                "{text}"
            );
        };
        is("2024-03", "2024-02-01..2024-02-29", "2023-03-01..2023-03-31");
        is("2024-02", "2024-01-01..2024-01-31", "2023-02-01..2023-02-28");
        is("2025-02", "2025-01-01..2025-01-31", "2024-02-01..2024-02-29");
        is("2024Q1", "2023-10-01..2023-12-31", "2023-01-01..2023-03-31");
        is("2024", "2023-01-01..2023-12-31", "2023-01-01..2023-12-31");
        is(
            "2024-03-01..2024-03-10",
            "2024-02-20..2024-02-29",
            "2023-03-01..2023-03-10",
        );
        is(
            "2024-02-29..2024-02-29",
            "2024-02-28..2024-02-28",
            "2023-02-28..2023-02-28",
        );
        is(
            "2024-05-01..2024-06-30",
            "2024-03-01..2024-04-30",
            "2023-05-01..2023-06-30",
        );
    }

    proptest! {
        #[test]
        fn r7_a_period_is_read_back_from_its_text(year in 1900..9000, part in 1..5u32, month in 1..13u32, days in 0..800u64) {
            let first = NaiveDate::from_ymd_opt(year, month, 5).unwrap();
            for period in [
                Period::Month { year, month },
                Period::Quarter { year, quarter: part },
                Period::Year { year },
                Period::Days(Span { first, last: first + Days::new(days) }),
            ] {
                prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
            }
        }

        #[test]
        fn r7_quarters_make_up_the_year_and_months_the_quarter(year in 1900..9000, start in 1..13u32) {
            let months = |period: Period| period.days(start).unwrap().months().unwrap();
            let quarters = (1..5).flat_map(|quarter| months(Period::Quarter { year, quarter }));
            prop_assert_eq!(quarters.collect::<Vec<_>>(), months(Period::Year { year }));
        }
    }
}
