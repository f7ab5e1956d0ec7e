//! When something was done, and dates and times as lists write them: ISO, with dots or slashes, in Chinese, in years of the Republic.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::{
    clock::in_milliseconds,
    error::{Code, Problem},
    model::fields,
};

/// When something was done, as it is kept: it may be set back, and not into the future (R4.1, R7.7).
pub(crate) fn check_at(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    let at = in_milliseconds(at);
    match at > now {
        true => Err(Problem::with(fields::AT, Code::DateInFuture, at.to_rfc3339())),
        false => Ok(at),
    }
}

/// A moment as lists write it: a day as in `2024-05-01`, `2024/5/1`, `2024.5.1`, `20240501`, `2024年5月1日`, `民國113年5月1日`,
/// then a time as in `9:30`, `09:30:00`, `T09:30`; midnight without one. `None` for anything else, also for days that do not exist.
pub fn parse_date_time(text: &str) -> Option<NaiveDateTime> {
    let (date, rest) = split(text.trim())?;
    match rest.trim_start_matches(['T', ' ', '\u{3000}']) {
        "" => Some(date.and_time(NaiveTime::MIN)),
        time => {
            let formats = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"];
            formats
                .iter()
                .find_map(|format| NaiveTime::parse_from_str(time, format).ok())
                .map(|time| date.and_time(time))
        }
    }
}

/// Whether a text is a day of which nothing tells whether its month comes first or second, as `03/04/2024` (R9.5 g).
pub(crate) fn is_of_two_orders(text: &str) -> bool {
    let parts = year_last(text.trim());
    parts.is_some_and(|(first, second, ..)| first <= 12 && second <= 12 && first != second)
}

/// Two numbers and a year behind them, and what follows.
fn year_last(text: &str) -> Option<(u32, u32, i32, &str)> {
    let separator = ['-', '/', '.'];
    let (first, rest) = number(text).filter(|(digits, _)| digits.len() <= 2)?;
    let (second, rest) = number(rest.strip_prefix(separator)?).filter(|(digits, _)| digits.len() <= 2)?;
    let (year, rest) = number(rest.strip_prefix(separator)?).filter(|(digits, _)| digits.len() == 4)?;
    Some((
        first.parse().ok()?,
        second.parse().ok()?,
        year.parse().ok()?,
        rest,
    ))
}

/// A day with its year last, where only one of its numbers can be the month.
fn split_year_last(text: &str) -> Option<(NaiveDate, &str)> {
    let (first, second, year, rest) = year_last(text).filter(|_| !is_of_two_orders(text))?;
    let (month, day) = if first > 12 {
        (second, first)
    } else {
        (first, second)
    };
    let ends = rest.is_empty() || rest.starts_with(['T', ' ', '\u{3000}']);
    NaiveDate::from_ymd_opt(year, month, day)
        .filter(|_| ends)
        .zip(Some(rest))
}

/// The day, and what follows it.
fn split(text: &str) -> Option<(NaiveDate, &str)> {
    let republic = text.strip_prefix("民國").or_else(|| text.strip_prefix("民国"));
    let text = republic.unwrap_or(text);
    let (digits, rest) = number(text)?;
    if digits.len() <= 2 && republic.is_none() {
        return split_year_last(text);
    }
    if digits.len() == 8 && republic.is_none() {
        return NaiveDate::parse_from_str(digits, "%Y%m%d").ok().zip(Some(rest));
    }
    let year: i32 = digits.parse().ok()?;
    let year = match (republic.is_some(), digits.len()) {
        (true, 1..=3) => year + 1911,
        (false, 4) => year,
        _ => return None,
    };
    let (month, rest) = number(rest.strip_prefix(['-', '/', '.', '年'])?)?;
    let (day, rest) = number(rest.strip_prefix(['-', '/', '.', '月'])?)?;
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    let rest = rest.strip_prefix('日').unwrap_or(rest);
    let ends = rest.is_empty() || rest.starts_with(['T', ' ', '\u{3000}']);
    let date = NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)?;
    ends.then_some((date, rest))
}

fn number(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end)
        .filter(|(digits, _)| !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse_date(text: &str) -> Option<NaiveDate> {
        parse_date_time(text).map(|at| at.date())
    }

    fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day)
    }

    #[test]
    fn r2_4_dates_are_read_in_every_usual_form() {
        let forms = [
            "2024-05-01",
            "2024/5/1",
            "2024.5.1",
            "20240501",
            "2024年5月1日",
            "民國113年5月1日",
            "2024-05-01 09:30:00",
        ];
        for form in forms {
            assert_eq!(parse_date(form), day(2024, 5, 1), "{form}");
        }
        for form in ["28/03/2023", "28.03.2023", "03/28/2023", "3-28-2023 10:00"] {
            assert_eq!(parse_date(form), day(2023, 3, 28), "{form}");
        }
        assert_eq!(parse_date("05/05/2024"), day(2024, 5, 5), "either way");
        for bad in [
            "",
            "2024-02-30",
            "5/1/2024",
            "2024-05",
            "soon",
            "2024-05-011",
            "2024-05-01x",
            "99-05-01",
        ] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn r9_5_a_day_of_two_orders_is_in_doubt() {
        for doubtful in ["03/04/2024", "3.4.2024", "12-11-2024 09:30"] {
            assert!(
                is_of_two_orders(doubtful) && parse_date(doubtful).is_none(),
                "{doubtful}"
            );
        }
        for clear in [
            "2024-03-04",
            "28/03/2023",
            "04/04/2024",
            "13/13/2024",
            "soon",
            "",
            "3/4",
        ] {
            assert!(!is_of_two_orders(clear), "{clear}");
        }
    }

    #[test]
    fn r2_4_times_are_read_after_a_day() {
        let at = |hour, minute| day(2024, 5, 1).and_then(|day| day.and_hms_opt(hour, minute, 0));
        assert_eq!(parse_date_time("2024-05-01 9:30"), at(9, 30));
        assert_eq!(parse_date_time("2024-05-01T09:30:00"), at(9, 30));
        assert_eq!(parse_date_time("2024年5月1日"), at(0, 0));
        assert_eq!(parse_date_time("2024-05-01 25:00"), None);
    }

    proptest! {
        #[test]
        fn r2_4_dates_never_panic(text in "(民國)?[0-9年月日/. T:-]*\\PC*") {
            let _ = parse_date_time(&text);
        }

        #[test]
        fn r2_4_every_iso_day_is_read(days in 365_000..800_000) {
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            prop_assert_eq!(parse_date(&date.to_string()), Some(date));
        }
    }
}
