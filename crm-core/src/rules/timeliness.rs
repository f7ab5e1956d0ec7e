//! Whether what happened was entered in time (R2.9). What is late is accepted, and flagged.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::clock::BusinessZone;

/// How long after the lead a customer should be entered.
const ENTRY: TimeDelta = TimeDelta::hours(24);

/// Whether a customer was entered more than 24 hours after its lead was got; where that is not known, after the end of the
/// day of the first conversation.
pub fn customer_is_late(
    lead_at: Option<DateTime<Utc>>,
    first_contact: NaiveDate,
    entered_at: DateTime<Utc>,
    zone: BusinessZone,
) -> bool {
    if let Some(lead_at) = lead_at {
        return entered_at.signed_duration_since(lead_at) > ENTRY;
    }
    let next_day = first_contact.checked_add_days(Days::new(1));
    let ended = next_day.and_then(|day| zone.instant(day.and_time(NaiveTime::MIN)));
    ended.is_some_and(|ended| entered_at.signed_duration_since(ended) >= ENTRY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_late(lead_at: Option<&str>, entered_at: &str) -> bool {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let first_contact = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
        customer_is_late(
            lead_at.map(at),
            first_contact,
            at(entered_at),
            BusinessZone::default(),
        )
    }

    #[test]
    fn r2_9_a_customer_is_entered_within_24_hours_of_its_lead() {
        let lead = Some("2024-05-01T10:00:00+08:00");
        assert!(
            !is_late(lead, "2024-05-02T10:00:00.000+08:00"),
            "the limit is in time"
        );
        assert!(is_late(lead, "2024-05-02T10:00:00.001+08:00"));
    }

    #[test]
    fn r2_9_without_a_lead_they_run_from_the_end_of_the_first_contacts_day() {
        assert!(!is_late(None, "2024-05-02T23:59:59.999+08:00"));
        assert!(is_late(None, "2024-05-03T00:00:00.000+08:00"));
    }
}
