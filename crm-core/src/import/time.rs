//! Days and instants as lists write them: by the business's clock, or with their own offset (R9.5 g).

use chrono::{DateTime, NaiveDate, Utc};

use crate::{clock::BusinessZone, rules::date::parse_date_time};

/// Instants with an offset as systems write them, beside RFC 3339.
const WITH_OFFSET: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M%#z",
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%Y-%m-%d %H:%M %#z",
];

/// An instant as a list writes it: with its own offset, or by the business's clock.
pub(super) fn instant_of(text: &str, zone: BusinessZone) -> Option<DateTime<Utc>> {
    let text = text.trim();
    with_offset(text).or_else(|| zone.instant(parse_date_time(text)?))
}

/// A day as a list writes it, with a time or without; of an instant with its offset, the business's own.
pub(super) fn day_of(text: &str, zone: BusinessZone) -> Option<NaiveDate> {
    let text = text.trim();
    match with_offset(text) {
        Some(instant) => Some(zone.day(instant)),
        None => Some(parse_date_time(text)?.date()),
    }
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
            let day = day_of(text, zone).map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some("2019-11-27"), "{text}");
        }
        for text in [
            "2024-05-01 至 2025-04-30",
            "2024-05-01 左右",
            "2024-05-01T99:00Z",
            "Z",
            "",
        ] {
            assert_eq!(day_of(text, zone), None, "{text}");
            assert_eq!(instant_of(text, zone), None, "{text}");
        }
    }
}
