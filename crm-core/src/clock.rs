//! Time and chance, handed in: the core knows neither, so that a test can say what time it is.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound, TimeDelta, TimeZone, Timelike, Utc};
use uuid::Builder;

use crate::{Code, Error, Problem, Result, model::fields};

/// Tells the time. Instants are kept in UTC, in milliseconds.
pub trait Clock: Send + Sync {
    /// The present instant, in the years 1970 to 9999: with another one, calls are refused as `clock.invalid`.
    fn now(&self) -> DateTime<Utc>;
}

/// The source of chance, for identifiers and the log's salts.
pub trait IdSource: Send + Sync {
    /// Sixteen bytes that nobody can guess and that never come twice.
    fn bytes(&self) -> [u8; 16];
}

/// An instant as it is stored: in whole milliseconds.
pub(crate) fn in_milliseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(3)
}

/// The present instant in whole milliseconds, as it is stored.
///
/// # Errors
/// `clock.invalid` outside the years 1970 to 9999, whose days every zone and every host's language can write. The last day
/// of 9999 is left out: east of London the year 10000 has begun.
pub(crate) fn now_ms(clock: &dyn Clock) -> Result<DateTime<Utc>> {
    let now = clock.now();
    let last = NaiveDate::from_ymd_opt(9999, 12, 31);
    if now < DateTime::UNIX_EPOCH || last.is_none_or(|last| now.date_naive() >= last) {
        let problem = Problem::with(fields::CLOCK, Code::ClockInvalid, now.to_string());
        return Err(Error::invalid(problem));
    }
    Ok(in_milliseconds(now))
}

/// A UUIDv7 made at `now`. Nothing sorts or pages by it.
pub(crate) fn new_uuid(now: DateTime<Utc>, ids: &dyn IdSource) -> [u8; 16] {
    let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, ..] = ids.bytes();
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let random = [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9];
    *Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .as_bytes()
}

/// The business's own time zone: what "today" means, in every rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusinessZone(chrono_tz::Tz);

impl Default for BusinessZone {
    fn default() -> Self {
        Self(chrono_tz::Asia::Shanghai)
    }
}

impl BusinessZone {
    /// The zone with this IANA name, as in `Asia/Shanghai`.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The business day on which an instant falls.
    pub fn day(self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.0).date_naive()
    }

    /// The wall clock of the business at an instant.
    pub fn local(self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.with_timezone(&self.0).naive_local()
    }

    /// The instant at which the business's clocks show `local`: the earlier one where they show it twice, and the
    /// first that exists where they skip it.
    pub fn instant(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        // A zone that changes sides of the date line skips a day; clocks change on a whole minute.
        let skipped = || {
            let minute = local.trunc_subsecs(0) - TimeDelta::seconds(local.second().into());
            let after = (1..=1_500).map(|minutes| minute + TimeDelta::minutes(minutes));
            let mut there = after.filter_map(|local| self.0.from_local_datetime(&local).earliest());
            there.next()
        };
        let zoned = self.0.from_local_datetime(&local).earliest().or_else(skipped)?;
        Some(zoned.with_timezone(&Utc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_1_the_day_is_the_businesss_own() {
        let entered = "2024-04-30T16:00:00Z".parse().unwrap();
        assert_eq!(
            BusinessZone::default().day(entered),
            NaiveDate::from_ymd_opt(2024, 5, 1).unwrap()
        );
        let before = "2024-04-30T15:59:59.999Z".parse().unwrap();
        assert_eq!(
            BusinessZone::default().day(before),
            NaiveDate::from_ymd_opt(2024, 4, 30).unwrap()
        );
    }

    struct At(&'static str);

    impl Clock for At {
        fn now(&self) -> DateTime<Utc> {
            self.0.parse().unwrap()
        }
    }

    #[test]
    fn a_clock_outside_the_years_that_can_be_written_is_refused() {
        for wrong in [
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "9999-12-31T00:00:00Z",
            "+10000-01-01T00:00:00Z",
        ] {
            let error = now_ms(&At(wrong)).unwrap_err();
            assert_eq!(
                (error.code(), error.fields()),
                (Code::ClockInvalid, vec!["clock".to_owned()]),
                "{wrong}"
            );
        }
        for right in ["1970-01-01T00:00:00Z", "9999-12-30T23:59:59.999Z"] {
            assert_eq!(now_ms(&At(right)).unwrap(), At(right).now());
        }
    }

    #[test]
    fn r4_6_a_time_that_is_skipped_is_the_first_instant_after_it() {
        let zone = BusinessZone::named("Europe/London").unwrap();
        let skipped = NaiveDate::from_ymd_opt(2024, 3, 31)
            .unwrap()
            .and_hms_opt(1, 30, 0)
            .unwrap();
        assert_eq!(
            zone.instant(skipped),
            Some("2024-03-31T01:00:00Z".parse().unwrap())
        );
    }
}
