//! Which serials follow, and which numbers a list may bring (R2.1).

use chrono::NaiveDate;

use crate::{
    error::{Code, Error, Problem, Result},
    model::{CustomerNumber, Lane, fields},
};

/// How far above its lane's counter a number that a list brings may be. What is further is a slip, or another system's
/// serial, and would leave the lane with a hole that nobody can explain.
pub const REACH: u32 = 100_000;

/// The serial after the last one of a day in a lane (R2.1).
///
/// # Errors
/// `number.day_full` when the lane has none left that day.
pub fn serial_after(last: u32, day: NaiveDate, lane: Lane) -> Result<u32> {
    if last >= CustomerNumber::MAX_SERIAL {
        let full = format!("{day}/{}", lane.get());
        return Err(Error::rule(Problem::with(
            fields::NUMBER,
            Code::NumberDayFull,
            full,
        )));
    }
    Ok(last + 1)
}

/// Whether a number that a list brings is of today or an earlier day (R2.1).
///
/// # Errors
/// `number.future` if it is of a later one.
pub fn check_day(number: CustomerNumber, today: NaiveDate) -> Result<(), Problem> {
    match number.date() > today {
        true => Err(refused(number, Code::NumberInFuture)),
        false => Ok(()),
    }
}

/// Whether a number that a list brings is within reach of the last serial of its day in its lane (R2.1).
///
/// # Errors
/// `number.too_high` if it is more than [`REACH`] above.
pub fn check_reach(number: CustomerNumber, last: u32) -> Result<(), Problem> {
    match number.serial() > last.saturating_add(REACH) {
        true => Err(refused(number, Code::NumberTooHigh)),
        false => Ok(()),
    }
}

fn refused(number: CustomerNumber, code: Code) -> Problem {
    Problem::with(fields::NUMBER, code, number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 5, day).unwrap()
    }

    fn number(text: &str) -> CustomerNumber {
        text.parse().unwrap()
    }

    #[test]
    fn r2_1_a_lane_s_ten_millionth_of_a_day_is_refused() {
        let after = |last| serial_after(last, may(1), Lane::SHARED);
        assert_eq!(after(0), Ok(1));
        assert_eq!(after(9_999), Ok(10_000));
        assert_eq!(after(9_999_998), Ok(9_999_999));
        let full = after(9_999_999).unwrap_err();
        assert_eq!(
            (full.kind(), full.code()),
            (crate::ErrorKind::Rule, Code::NumberDayFull)
        );
    }

    #[test]
    fn r2_1_a_number_of_a_later_day_cannot_be_brought() {
        assert_eq!(check_day(number("CRM202405010001"), may(2)), Ok(()));
        assert_eq!(check_day(number("CRM202405020001"), may(2)), Ok(()));
        let future = check_day(number("CRM202405030001"), may(2)).unwrap_err();
        assert_eq!(
            (future.code, future.rejected.as_deref()),
            (Code::NumberInFuture, Some("CRM202405030001"))
        );
    }

    #[test]
    fn r2_1_a_brought_number_is_at_most_100_000_above_its_lane_s_counter() {
        assert_eq!(check_reach(number("CRM20240501100000"), 0), Ok(()));
        assert_eq!(check_reach(number("CRM20240501100500"), 500), Ok(()));
        assert_eq!(check_reach(number("CRM202405010007"), 500), Ok(()));
        // Lane 3's five hundredth, by lane 3's own counter.
        assert_eq!(check_reach(number("CRM2024050130000500"), 0), Ok(()));
        for (text, last) in [
            ("CRM20240501100001", 0),
            ("CRM20240501100501", 500),
            ("CRM2024050130100001", 0),
        ] {
            let high = check_reach(number(text), last).unwrap_err();
            assert_eq!(
                (high.code, high.field.as_str()),
                (Code::NumberTooHigh, "number"),
                "{text}"
            );
        }
        assert_eq!(check_reach(number("CRM202405019999999"), u32::MAX), Ok(()));
    }
}
