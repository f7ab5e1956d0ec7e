//! Customers who have gone quiet (R2.6): strictly more than three calendar months since anything was done.

use chrono::{Months, NaiveDate, NaiveTime};

use crate::{Language, model::LastDone};

/// How many calendar months of silence are not yet too many.
const MONTHS: Months = Months::new(3);

/// The last business day on which something done is too long ago, as of a day: three calendar months after it are over.
pub fn quiet_since(today: NaiveDate) -> Option<NaiveDate> {
    let is_quiet = |day: NaiveDate| {
        day.checked_add_months(MONTHS)
            .is_some_and(|three_on| three_on < today)
    };
    // Months differ by three days at the most: it is one of the days right before three months ago.
    let mut day = today.checked_sub_months(MONTHS)?;
    while !is_quiet(day) {
        day = day.pred_opt()?;
    }
    // A longer month before a shorter one: the days that fall on its end are quiet together.
    while let Some(next) = day.succ_opt().filter(|next| is_quiet(*next)) {
        day = next;
    }
    Some(day)
}

/// The beginning of a day as the business's clock shows it, in milliseconds since 1970.
pub fn midnight(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp_millis()
}

/// Why a customer is listed, in words.
pub fn why(last_done: LastDone, on: NaiveDate, language: Language) -> String {
    let what = last_done.label(language);
    match language {
        Language::Zh => format!("最近一次{what}在{on}，已超过三个月"),
        Language::En => format!("the last {what} was on {on}, more than three months ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn is_quiet(last: &str, today: &str) -> bool {
        quiet_since(day(today)).is_some_and(|since| day(last) <= since)
    }

    #[test]
    fn r2_6_exactly_three_months_are_not_more_than_three() {
        assert!(!is_quiet("2024-02-29", "2024-05-29"));
        assert!(is_quiet("2024-02-29", "2024-05-30"));
        assert!(!is_quiet("2024-11-30", "2025-02-28"));
        assert!(is_quiet("2024-11-30", "2025-03-01"));
    }

    proptest! {
        #[test]
        fn r2_6_the_last_quiet_day_is_the_rules(days in 0..200_000_u64) {
            let today = day("1970-06-01") + chrono::Days::new(days);
            let since = quiet_since(today).unwrap();
            let three_on = |day: NaiveDate| day + MONTHS;
            prop_assert!(three_on(since) < today);
            prop_assert!(three_on(since.succ_opt().unwrap()) >= today);
        }
    }
}
