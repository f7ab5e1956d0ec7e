//! When something was done, and dates and times as lists write them: ISO, with dots or slashes, in Chinese, in years of the Republic.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::{
    clock::in_milliseconds,
    error::{Code, Problem},
    model::{DateFormat, fields},
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
/// `1 May 2024`, `May 1, 2024`, `28/03/2024`, then a time as in `9:30`, `09:30:00`, `T09:30`, `9:30 AM`, `上午9:30`; midnight
/// without one. `format` is how days are written of which several readings would do (R9.5 g). `None` for anything else, also for
/// days that do not exist, and for those in doubt.
pub fn parse_date_time(text: &str, format: Option<DateFormat>) -> Option<NaiveDateTime> {
    let (date, rest) = split(text.trim(), format)?;
    match rest.trim_matches(['T', ' ', '\u{3000}', ',']) {
        "" => Some(date.and_time(NaiveTime::MIN)),
        time => parse_time(time).map(|time| date.and_time(time)),
    }
}

/// A time of the day, by 24 hours or by 12.
fn parse_time(text: &str) -> Option<NaiveTime> {
    const HALVES: [(&str, &str); 2] = [("上午", "AM"), ("下午", "PM")];
    let half = HALVES
        .iter()
        .find_map(|(word, half)| Some(format!("{} {half}", text.strip_prefix(word)?.trim())));
    let text = half.as_deref().unwrap_or(text);
    const FORMATS: [&str; 7] = [
        "%H:%M",
        "%H:%M:%S",
        "%H:%M:%S%.f",
        "%I:%M %p",
        "%I:%M:%S %p",
        "%I:%M%p",
        "%I:%M:%S%p",
    ];
    FORMATS
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}

/// Whether a text is a day that has several readings, as `03/04/2024` and `24/03/28` (R9.5 g).
pub(crate) fn is_in_doubt(text: &str) -> bool {
    year_unclear(text.trim()).is_some_and(|day| day.readings().count() > 1 && day.only().is_none())
}

/// In which orders the days of a column may be written, as far as they have been seen (R9.5 g).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DateOrders {
    /// Those that make a day of each of them; none before the first.
    left: Option<[bool; ORDERS.len()]>,
}

/// Those that a list's own days may tell; 民国 is for the caller to say, as 99/05/01 is a day of 1999 too.
const ORDERS: [DateFormat; 3] = [DateFormat::Dmy, DateFormat::Mdy, DateFormat::Ymd];

impl DateOrders {
    /// Takes note of a cell; what is no day of several orders tells nothing.
    pub(crate) fn see(&mut self, text: &str) {
        let Some(day) = year_unclear(text.trim()) else {
            return;
        };
        let fits = ORDERS.map(|order| day.read(order).is_some());
        if !fits.contains(&true) {
            return;
        }
        let mut left = self.left.unwrap_or([true; ORDERS.len()]);
        for (left, fits) in left.iter_mut().zip(fits) {
            *left &= fits;
        }
        self.left = Some(left);
    }

    /// The one order in which all of them are days, with the year last.
    pub(crate) fn only(self) -> Option<DateFormat> {
        let left = self.left?;
        let mut fitting = ORDERS.into_iter().zip(left).filter(|(_, fits)| *fits);
        let (only, _) = fitting.next()?;
        (fitting.next().is_none() && only != DateFormat::Ymd).then_some(only)
    }
}

/// A day in three numbers of which the first is no year in full, and what follows it.
struct YearUnclear<'a> {
    numbers: [&'a str; 3],
    rest: &'a str,
}

impl YearUnclear<'_> {
    fn read(&self, format: DateFormat) -> Option<NaiveDate> {
        let [first, second, third] = self.numbers;
        let (year, month, day) = match format {
            DateFormat::Dmy => (third, second, first),
            DateFormat::Mdy => (third, first, second),
            DateFormat::Ymd | DateFormat::Roc => (first, second, third),
        };
        let year = match (format, year.len(), year.parse::<i32>().ok()?) {
            (DateFormat::Roc, 2..=3, year) => year + 1911,
            (DateFormat::Roc, ..) => return None,
            (_, 4, year) => year,
            // As spreadsheets take them.
            (_, 2, year @ 0..30) => year + 2000,
            (_, 2, year) => year + 1900,
            _ => return None,
        };
        let [month, day] = [month, day].map(|part| part.parse().ok().filter(|_| part.len() <= 2));
        NaiveDate::from_ymd_opt(year, month?, day?)
    }

    fn readings(&self) -> impl Iterator<Item = DateFormat> {
        ORDERS.into_iter().filter(|order| self.read(*order).is_some())
    }

    /// The day, where all readings that make one are the same and its year stands last.
    fn only(&self) -> Option<NaiveDate> {
        let mut days = self.readings().map(|order| (order, self.read(order)));
        let (order, day) = days.next().filter(|(order, _)| *order != DateFormat::Ymd)?;
        debug_assert!(order != DateFormat::Roc, "a list's own days do not tell");
        days.all(|(_, other)| other == day).then_some(day)?
    }
}

fn year_unclear(text: &str) -> Option<YearUnclear<'_>> {
    let separator = ['-', '/', '.'];
    let (first, rest) = number(text).filter(|(digits, _)| digits.len() <= 3)?;
    let (second, rest) = number(rest.strip_prefix(separator)?).filter(|(digits, _)| digits.len() <= 2)?;
    let (third, rest) = number(rest.strip_prefix(separator)?)?;
    let is_day = matches!((first.len(), third.len()), (1 | 2, 1 | 2 | 4) | (3, 1 | 2));
    (is_day && ends(rest)).then_some(YearUnclear {
        numbers: [first, second, third],
        rest,
    })
}

/// Whether a day is over where this follows.
fn ends(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['T', ' ', '\u{3000}', ','])
}

/// A day with its month in letters: `22 Aug 2024`, `22-Aug-24`, `August 22, 2024`, `Thu, 22 Aug 2024`.
fn split_month_named(text: &str) -> Option<(NaiveDate, &str)> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let separators = [' ', '-', '/', ',', '.'];
    let (word, after) = letters(text);
    let is_weekday = word.len() >= 3 && DAYS.iter().any(|day| is_begun(word, day));
    let text = match is_weekday && month_named(word).is_none() {
        true => after.trim_start_matches(separators),
        false => text,
    };
    let (first, rest) = number(text).unwrap_or(("", text));
    let first = Some(first).filter(|digits| digits.len() <= 2)?;
    let (word, rest) = letters(rest.trim_start_matches(separators));
    let month = month_named(word)?;
    let (second, mut rest) = number(rest.trim_start_matches(separators))?;
    let (day, year) = match first {
        "" => {
            let (year, after) = number(rest.trim_start_matches(separators))?;
            rest = after;
            (second, year)
        }
        day => (day, second),
    };
    let year: i32 = match year.len() {
        4 => year.parse().ok()?,
        2 => year
            .parse::<i32>()
            .ok()
            .map(|year| year + if year < 30 { 2000 } else { 1900 })?,
        _ => return None,
    };
    let day = day.parse().ok().filter(|_| day.len() <= 2)?;
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    ends(rest).then_some((date, rest))
}

fn letters(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Whether a word begins as this one does, in any case.
fn is_begun(word: &str, beginning: &str) -> bool {
    word.get(..beginning.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(beginning))
}

fn month_named(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let is_it = |month: &&str| {
        let short = matches!(word.len(), 3) || word.eq_ignore_ascii_case("sept");
        word.eq_ignore_ascii_case(month) || short && is_begun(month, word)
    };
    (1..)
        .zip(MONTHS)
        .find(|(_, month)| is_it(month))
        .map(|(place, _)| place)
}

/// The day, and what follows it.
fn split(text: &str, format: Option<DateFormat>) -> Option<(NaiveDate, &str)> {
    let republic = text.strip_prefix("民國").or_else(|| text.strip_prefix("民国"));
    let text = republic.unwrap_or(text);
    let Some((digits, rest)) = number(text).filter(|(_, rest)| !is_month_next(rest)) else {
        return split_month_named(text).filter(|_| republic.is_none());
    };
    if republic.is_none()
        && let Some(day) = year_unclear(text)
    {
        let date = match format {
            Some(format) => day.read(format)?,
            None => day.only()?,
        };
        return Some((date, day.rest));
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
    let date = NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)?;
    ends(rest).then_some((date, rest))
}

/// Whether a month in letters follows a number.
fn is_month_next(rest: &str) -> bool {
    let word = rest.trim_start_matches([' ', '-', '/', '.']);
    month_named(letters(word).0).is_some()
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
        parse_date_time(text, None).map(|at| at.date())
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
        for form in [
            "22 Aug 2024",
            "22-Aug-2024",
            "22-AUG-24",
            "Aug 22, 2024",
            "August 22 2024",
            "22. August 2024",
            "Thu, 22 Aug 2024 10:30",
            "Thursday, August 22, 2024",
            "8/22/24",
            "2024/8/22 上午 9:30",
        ] {
            assert_eq!(parse_date(form), day(2024, 8, 22), "{form}");
        }
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
    fn r9_5_a_day_of_several_readings_is_in_doubt() {
        for doubtful in [
            "03/04/2024",
            "3.4.2024",
            "12-11-2024 09:30",
            "24/03/28",
            "03/04/05",
        ] {
            assert!(
                is_in_doubt(doubtful) && parse_date(doubtful).is_none(),
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
            "8/22/24",
            "4 Mar 2024",
        ] {
            assert!(!is_in_doubt(clear), "{clear}");
        }
        for none in [
            "99/05/01",
            "113/05/01",
            "May",
            "Marketing 3, 2024",
            "Mon 2024",
            "3 Ma 2024",
        ] {
            assert_eq!(parse_date(none), None, "{none}");
        }
    }

    #[test]
    fn r9_5_who_brings_a_list_may_say_how_its_days_are_written() {
        let read = |text, format| parse_date_time(text, Some(format)).map(|at| at.date());
        assert_eq!(read("03/04/2024", DateFormat::Dmy), day(2024, 4, 3));
        assert_eq!(read("03/04/2024", DateFormat::Mdy), day(2024, 3, 4));
        assert_eq!(read("3.4.24", DateFormat::Dmy), day(2024, 4, 3));
        assert_eq!(read("24/03/28", DateFormat::Ymd), day(2024, 3, 28));
        assert_eq!(read("113/05/01", DateFormat::Roc), day(2024, 5, 1));
        assert_eq!(read("99/05/01", DateFormat::Roc), day(2010, 5, 1));
        assert_eq!(
            read("03/28/2024", DateFormat::Dmy),
            None,
            "no such month: in no other order either"
        );
        assert_eq!(
            read("2024-03-28", DateFormat::Mdy),
            day(2024, 3, 28),
            "the year says it"
        );
    }

    #[test]
    fn r9_5_one_day_tells_the_order_of_a_column() {
        let orders = |cells: &[&str]| {
            let mut orders = DateOrders::default();
            cells.iter().for_each(|cell| orders.see(cell));
            orders.only()
        };
        assert_eq!(orders(&["03/04/2024", "28/03/2024"]), Some(DateFormat::Dmy));
        assert_eq!(
            orders(&["03/28/2024", "", "soon", "03/04/2024"]),
            Some(DateFormat::Mdy)
        );
        assert_eq!(orders(&["3/4/24", "3/28/24"]), Some(DateFormat::Mdy));
        assert_eq!(orders(&["03/04/2024", "2024-03-28", "28 Mar 2024"]), None);
        assert_eq!(orders(&["28/03/2024", "03/28/2024"]), None, "they disagree");
        assert_eq!(orders(&["99/12/31"]), None, "or of the Republic");
        assert_eq!(orders(&[]), None);
    }

    #[test]
    fn r2_4_times_are_read_after_a_day() {
        let at = |hour, minute| day(2024, 5, 1).and_then(|day| day.and_hms_opt(hour, minute, 0));
        assert_eq!(parse_date_time("2024-05-01 9:30", None), at(9, 30));
        assert_eq!(parse_date_time("2024-05-01T09:30:00", None), at(9, 30));
        assert_eq!(parse_date_time("2024年5月1日", None), at(0, 0));
        assert_eq!(parse_date_time("2024-05-01 25:00", None), None);
        for (text, hour) in [
            ("5/30/2024 9:30 AM", 9),
            ("5/30/2024, 9:30 pm", 21),
            ("2024/5/30 下午 09:30:00", 21),
            ("30 May 2024 12:30 AM", 0),
        ] {
            let at = day(2024, 5, 30).and_then(|day| day.and_hms_opt(hour, 30, 0));
            assert_eq!(parse_date_time(text, None), at, "{text}");
        }
    }

    proptest! {
        #[test]
        fn r2_4_dates_never_panic(text in "(民國)?[0-9年月日/. T:-]*(Aug|May)?[0-9/. ,-]*\\PC*") {
            let _ = (parse_date_time(&text, None), is_in_doubt(&text));
            DateOrders::default().see(&text);
        }

        #[test]
        fn r2_4_every_iso_day_is_read(days in 365_000..800_000) {
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            prop_assert_eq!(parse_date(&date.to_string()), Some(date));
        }
    }
}
