//! Days and instants as lists write them: by the business's clock, or with their own offset (R9.5 g).

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    clock::BusinessZone,
    rules::date::{parse_date, parse_date_time},
};

/// An instant as a list writes it: with its own offset, or by the business's clock.
pub(super) fn instant_of(text: &str, zone: BusinessZone) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text.trim()) {
        Ok(instant) => Some(instant.with_timezone(&Utc)),
        Err(_) => zone.instant(parse_date_time(text)?),
    }
}

/// A day as a list writes it: of an instant, the business's own.
pub(super) fn day_of(text: &str, zone: BusinessZone) -> Option<NaiveDate> {
    match DateTime::parse_from_rfc3339(text.trim()) {
        Ok(instant) => Some(zone.day(instant.with_timezone(&Utc))),
        Err(_) => parse_date(text),
    }
}
