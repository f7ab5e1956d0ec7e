//! Days and instants as lists write them: by the business's clock, or with their own offset (R9.5 g).

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::{
    clock::BusinessZone,
    model::DateFormat,
    rules::date::{is_in_doubt, parse_date_time},
};

/// Instants with an offset as systems write them, beside RFC 3339.
const WITH_OFFSET: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M%#z",
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%Y-%m-%d %H:%M %#z",
];

/// How a column writes days and instants (R9.5 g).
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates {
    pub(super) zone: BusinessZone,
    /// How days of several readings are written, where somebody said it or the column tells.
    pub(super) format: Option<DateFormat>,
}

impl Dates {
    /// An instant as a list writes it: with its own offset, or by the business's clock.
    pub(super) fn instant(self, text: &str) -> Option<DateTime<Utc>> {
        match with_offset(text.trim()) {
            Some(instant) => Some(instant).filter(|at| is_told(at.date_naive())),
            None => self.zone.instant(self.moment(text)?),
        }
    }

    /// A day as a list writes it, with a time or without; of an instant with its offset, the business's own.
    pub(super) fn day(self, text: &str) -> Option<NaiveDate> {
        match with_offset(text.trim()) {
            Some(instant) => Some(self.zone.day(instant)).filter(|day| is_told(*day)),
            None => Some(self.moment(text)?.date()),
        }
    }

    /// Whether a text is a day, and nothing tells which of several.
    pub(super) fn is_in_doubt(self, text: &str) -> bool {
        self.format.is_none() && is_in_doubt(text)
    }

    fn moment(self, text: &str) -> Option<NaiveDateTime> {
        let moment = parse_date_time(text, self.format).or_else(|| of_serial(text));
        moment.filter(|at| is_told(at.date()))
    }
}

/// Whether a day is one that somebody meant: programs write the first day of the year 1, of 1900 and the like for none.
fn is_told(day: NaiveDate) -> bool {
    day.year() >= 1900 && day.ordinal() + day.year().unsigned_abs() > 1901 && day.year() < 3000
}

/// The moment of a spreadsheet's serial number, in days since the end of 1899: of these decades, so that few other numbers look
/// like one.
pub(super) fn of_serial(text: &str) -> Option<NaiveDateTime> {
    const DAYS: std::ops::Range<u32> = 25_569..73_051;
    let (days, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let is_number = days.len() == 5
        && [days, fraction]
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let days: u32 = days
        .parse()
        .ok()
        .filter(|days| is_number && DAYS.contains(days))?;
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days.into()))?;
    let seconds = (fraction * 86_400.0).round() as i64;
    day.and_time(NaiveTime::MIN)
        .checked_add_signed(TimeDelta::seconds(seconds))
}

fn with_offset(text: &str) -> Option<DateTime<Utc>> {
    // A day alone has no offset, and most cells are days.
    if text.len() <= "2024-05-01 09:30".len() {
        return None;
    }
    let named = [" UTC", " GMT", "Z"]
        .iter()
        .find_map(|zone| text.strip_suffix(zone));
    let written = match named {
        Some(bare) => format!("{}T{}+0000", bare.get(..10)?, bare.get(11..)?.trim()),
        None => text.to_owned(),
    };
    let read = |format: &&str| DateTime::parse_from_str(&written, format).ok();
    let instant = DateTime::parse_from_rfc3339(text).ok();
    let instant = instant.or_else(|| WITH_OFFSET.iter().find_map(read))?;
    Some(instant.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_5_an_instant_is_the_businesss_day() {
        let zone = BusinessZone::named("Asia/Shanghai").unwrap();
        let dates = Dates { zone, format: None };
        for text in [
            "2019-11-26T23:27:35Z",
            "2019-11-26T23:27:35.000Z",
            "2019-11-26T23:27Z",
            "2019-11-26T23:27:35.000+0000",
            "2019-11-26T23:27:35+00:00",
            "2019-11-26 23:27:35 UTC",
            "2019-11-26 23:27 GMT",
            "2019-11-26 15:27:35 -0800",
            "2019-11-27 07:27:35",
            "2019-11-27",
        ] {
            let day = dates.day(text).map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some("2019-11-27"), "{text}");
        }
        for text in [
            "2024-05-01 至 2025-04-30",
            "2024-05-01 左右",
            "2024-05-01T99:00Z",
            "Z",
            "",
        ] {
            assert_eq!(dates.day(text), None, "{text}");
            assert_eq!(dates.instant(text), None, "{text}");
        }
    }
    #[test]
    fn r9_5_a_serial_number_of_a_spreadsheet_is_its_day_and_no_day_is_none() {
        let zone = BusinessZone::named("Asia/Shanghai").unwrap();
        let dates = Dates { zone, format: None };
        let day = |text: &str| dates.day(text).map(|day| day.to_string());
        assert_eq!(day("45526").as_deref(), Some("2024-08-22"));
        assert_eq!(day("45526.5").as_deref(), Some("2024-08-22"));
        assert_eq!(
            day("25569").as_deref(),
            Some("1970-01-01"),
            "the first that is read"
        );
        assert_eq!(day("73050").as_deref(), Some("2099-12-31"), "the last");
        let noon = dates.instant("45526.5").map(|at| at.to_rfc3339());
        assert_eq!(noon.as_deref(), Some("2024-08-22T04:00:00+00:00"));
        for none in [
            "0001-01-01",
            "0001-01-01T00:00:00Z",
            "1899-12-30",
            "1900-01-01",
            "1900-01-00",
            "9999-12-31",
            "0",
            "1",
            "25568",
            "73051",
            "455260",
            "4552",
            "99999",
            "45526元",
            "",
        ] {
            assert_eq!(day(none), None, "{none}");
        }
        assert_eq!(day("1900-01-02").as_deref(), Some("1900-01-02"));
    }
}
