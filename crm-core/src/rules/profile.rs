//! A customer in figures (R7.7).

use chrono::{Days, NaiveDate};

use crate::model::{Contract, Money, ProfileFigures};

/// Over how many days purchases are counted, today among them.
const DAYS: u64 = 365;

/// The figures of a customer: how many follow-ups were held and on which day the last one, and what was bought.
pub fn figures(
    first_contact: NaiveDate,
    follow_ups: u64,
    last_follow_up: Option<NaiveDate>,
    purchases: &[Contract],
    today: NaiveDate,
) -> ProfileFigures {
    let since = today.checked_sub_days(Days::new(DAYS)).unwrap_or(NaiveDate::MIN);
    let good = || purchases.iter().filter(|purchase| purchase.is_good());
    let recent = || good().filter(|purchase| since < purchase.signed_on && purchase.signed_on <= today);
    let last_purchase = good().map(|purchase| purchase.signed_on).max();
    ProfileFigures {
        follow_ups,
        last_follow_up,
        follow_up_cycle: last_follow_up.and_then(|last| cycle(first_contact, last, follow_ups)),
        last_purchase,
        recency: last_purchase.map(|last| days_between(last, today)),
        frequency: recent().count() as u64,
        money: recent().map(|purchase| purchase.amount).sum::<Money>(),
    }
}

/// From the first contact to the last follow-up, in days a follow-up: one decimal, halves up. None without a follow-up.
#[allow(clippy::cast_precision_loss, reason = "tenths of days are few")]
fn cycle(first_contact: NaiveDate, last: NaiveDate, follow_ups: u64) -> Option<f64> {
    let days = days_between(first_contact, last);
    let tenths = (days * 20 + follow_ups).checked_div(follow_ups * 2)?;
    Some(tenths as f64 / 10.0)
}

/// How many days a day is after another; none where it is before.
fn days_between(earlier: NaiveDate, later: NaiveDate) -> u64 {
    u64::try_from((later - earlier).num_days()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, month, day).unwrap()
    }

    #[test]
    fn r7_7_the_cycle_is_days_a_follow_up() {
        assert_eq!(cycle(day(5, 1), day(5, 31), 3), Some(10.0), "the manual's");
        assert_eq!(cycle(day(5, 1), day(5, 2), 3), Some(0.3));
        assert_eq!(cycle(day(5, 1), day(5, 8), 4), Some(1.8), "1.75, halves up");
        assert_eq!(cycle(day(5, 1), day(5, 1), 1), Some(0.0));
        assert_eq!(cycle(day(5, 1), day(5, 1), 0), None, "without a follow-up");
        assert_eq!(
            cycle(day(5, 1), day(4, 30), 1),
            Some(0.0),
            "a talk before the first contact"
        );
    }
}
