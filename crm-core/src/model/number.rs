//! Customer numbers (R2.1): `CRM` + business date + serial, as in `CRM202405010001`.
//!
//! A number is made by the system and never typed. The serial starts at 0001 each calendar day and widens past 9999,
//! so that a busy day never wraps; handing serials out is the store's affair
//! ([`StoreWrite::next_serial`](crate::store::StoreWrite::next_serial)). Its ten-millions are a [`Lane`], so that devices
//! which work offline number without asking one another (docs/adr/0007).

use std::{
    fmt,
    num::{NonZeroI64, NonZeroU32},
    str::FromStr,
};

use chrono::{Datelike, NaiveDate};

use crate::matching::fold;

/// Who hands out serials beside others, from 0 to 999 (R2.1): lane 0 is the shared store's, any other that of a device
/// which works offline. Each counts its days by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(u16);

impl Lane {
    /// The shared store's lane.
    pub const SHARED: Self = Self(0);
    const MAX: u16 = 999;

    /// `None` if it is above 999.
    pub const fn new(lane: u16) -> Option<Self> {
        if lane <= Self::MAX { Some(Self(lane)) } else { None }
    }

    /// From 0 to 999.
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// Identifies a customer, for people as much as for programs.
///
/// Ordered by date, lane and serial: within a lane the order in which customers were entered. Text order agrees only up
/// to 9999 a day.
///
/// ```
/// # use crm_core::CustomerNumber;
/// let number: CustomerNumber = "CRM202405010001".parse()?;
/// assert_eq!(number.to_string(), "CRM202405010001");
/// # Ok::<(), crm_core::ParseNumberError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerNumber(
    /// What [`to_i64`](Self::to_i64) says: reports read millions of numbers, and compare them.
    NonZeroI64,
);

impl CustomerNumber {
    const PREFIX: &str = "CRM";
    /// Digits that a serial is padded to. The manual's own example has three, so three are still read.
    const WIDTH: usize = 4;
    const MIN_WIDTH: usize = 3;
    /// The last serial of a day in a lane.
    pub const MAX_SERIAL: u32 = 9_999_999;
    /// What a lane is multiplied by in the digits that are printed: its serials, and a zero that none has.
    const LANE: i64 = 10_000_000;
    /// Digits that lane and serial have together at the most.
    pub(crate) const MAX_WIDTH: usize = 10;
    /// What a date is multiplied by in [`to_i64`](Self::to_i64).
    pub(crate) const DAY: i64 = 10_000_000_000;

    /// The `serial`-th customer entered on `date` in a lane, in the business's own time zone.
    ///
    /// `None` if the year does not have four digits or the serial is above [`MAX_SERIAL`](Self::MAX_SERIAL).
    pub fn new(date: NaiveDate, lane: Lane, serial: NonZeroU32) -> Option<Self> {
        let fits = (1000..=9999).contains(&date.year()) && serial.get() <= Self::MAX_SERIAL;
        let (year, month, day) = (date.year(), date.month(), date.day());
        let day = i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day);
        let digits = i64::from(lane.0) * Self::LANE + i64::from(serial.get());
        NonZeroI64::new(day * Self::DAY + digits)
            .filter(|_| fits)
            .map(Self)
    }

    /// The day of entry, in the business's own time zone.
    pub fn date(self) -> NaiveDate {
        // A number has no other day than one of the calendar.
        day_of(self.to_i64()).unwrap_or_default()
    }

    /// Who handed the serial out.
    pub fn lane(self) -> Lane {
        Lane(u16::try_from(self.digits() / Self::LANE).unwrap_or_default())
    }

    /// The position within the day and the lane, from 1.
    pub fn serial(self) -> u32 {
        u32::try_from(self.digits() % Self::LANE).unwrap_or_default()
    }

    /// What is printed after the date: lane × 10,000,000 + serial.
    fn digits(self) -> i64 {
        self.to_i64() % Self::DAY
    }

    /// The number whose digits after the date are these.
    fn of_digits(date: NaiveDate, digits: i64) -> Option<Self> {
        let lane = u16::try_from(digits / Self::LANE).ok().and_then(Lane::new)?;
        let serial = u32::try_from(digits % Self::LANE)
            .ok()
            .and_then(NonZeroU32::new)?;
        Self::new(date, lane, serial)
    }

    /// The number that a person typed: in either case and width, with or without spaces.
    pub fn read(text: &str) -> Option<Self> {
        let spaceless = || fold(text).replace(' ', "").to_uppercase();
        text.parse().or_else(|_| spaceless().parse()).ok()
    }

    /// The number as one integer that sorts as the number does: `YYYYMMDD` × 10,000,000,000 + lane × 10,000,000 +
    /// serial. What a store keeps.
    pub fn to_i64(self) -> i64 {
        self.0.get()
    }

    /// The number that [`to_i64`](Self::to_i64) gave; `None` for any other integer.
    pub fn from_i64(value: i64) -> Option<Self> {
        let digits = value.rem_euclid(Self::DAY);
        day_of(value)?;
        let fits = digits % Self::LANE != 0;
        NonZeroI64::new(value).filter(|_| fits).map(Self)
    }
}

/// The day of entry of a number that is written as an integer, if it is one of the calendar in a year of four digits.
fn day_of(value: i64) -> Option<NaiveDate> {
    let date = u32::try_from(value.div_euclid(CustomerNumber::DAY)).ok()?;
    let year = i32::try_from(date / 10_000)
        .ok()
        .filter(|year| (1000..=9999).contains(year))?;
    NaiveDate::from_ymd_opt(year, date / 100 % 100, date % 100)
}

impl fmt::Display for CustomerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, digits, width) = (self.to_i64() / Self::DAY, self.digits(), Self::WIDTH);
        write!(f, "{}{day:08}{digits:0width$}", Self::PREFIX)
    }
}

/// Why a text is not a customer number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseNumberError {
    /// It does not start with the prefix and eight digits, or has something else than digits after the prefix.
    #[error("a customer number is CRM, a date and a serial, as in CRM202405010001")]
    Shape,
    /// The eight digits are no day of the calendar.
    #[error("{0} is not a day of the calendar")]
    Date(String),
    /// The serial is shorter than three digits, zero in its lane, or above 9,999,999,999.
    #[error("a serial has three to ten digits and is not zero in its lane")]
    Serial,
}

impl FromStr for CustomerNumber {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        use ParseNumberError::{Date, Serial, Shape};

        let digits = text.strip_prefix(Self::PREFIX).ok_or(Shape)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Shape);
        }
        let (date, digits) = digits.split_at_checked(8).ok_or(Shape)?;
        if digits.len() < Self::MIN_WIDTH {
            return Err(Serial);
        }
        let date = NaiveDate::parse_from_str(date, "%Y%m%d").map_err(|_| Date(date.into()))?;
        let digits = digits.parse().map_err(|_| Serial)?;
        Self::of_digits(date, digits).ok_or(Serial)
    }
}

impl serde::Serialize for CustomerNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for CustomerNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(text: &str) -> Result<String, ParseNumberError> {
        text.parse::<CustomerNumber>().map(|number| number.to_string())
    }

    #[test]
    fn r2_1_prints_four_digits_and_reads_three() {
        assert_eq!(canonical("CRM20240501001"), Ok("CRM202405010001".into()));
        assert_eq!(canonical("CRM202405010001"), Ok("CRM202405010001".into()));
    }

    #[test]
    fn r2_1_widens_past_9999() {
        assert_eq!(canonical("CRM2024050110000"), Ok("CRM2024050110000".into()));
    }

    #[test]
    fn r2_1_the_ten_millions_are_a_lane() {
        let parts = |text: &str| {
            let number: CustomerNumber = text.parse()?;
            Ok((number.lane().get(), number.serial()))
        };
        assert_eq!(parts("CRM202405010001"), Ok((0, 1)));
        assert_eq!(parts("CRM202405019999999"), Ok((0, 9_999_999)));
        assert_eq!(parts("CRM2024050130000001"), Ok((3, 1)));
        assert_eq!(parts("CRM202405019999999999"), Ok((999, 9_999_999)));
        // No lane has a serial 0.
        assert_eq!(parts("CRM2024050130000000"), Err(ParseNumberError::Serial));
        assert_eq!(
            (Lane::new(999).map(Lane::get), Lane::new(1000)),
            (Some(999), None)
        );
    }

    #[test]
    fn r2_1_sorts_by_day_then_lane() {
        let texts = [
            "CRM202404309999999999",
            "CRM202405010001",
            "CRM202405019999999",
            "CRM2024050110000001",
            "CRM2024050130000001",
            "CRM202405020001",
        ];
        let numbers = texts.map(|text| text.parse::<CustomerNumber>().unwrap());
        assert!(numbers.is_sorted() && numbers.map(CustomerNumber::to_i64).is_sorted());
        assert_eq!(numbers[4].to_i64(), 202_405_010_030_000_001);
    }

    #[test]
    fn r2_1_is_read_however_it_is_typed() {
        let number = "CRM202405010001".parse().ok();
        for typed in [
            "CRM202405010001",
            "crm202405010001",
            " Crm 20240501 0001 ",
            "ＣＲＭ２０２４０５０１０００１",
            "crm20240501001",
        ] {
            assert_eq!(CustomerNumber::read(typed), number, "{typed}");
        }
        assert_eq!(CustomerNumber::read("KH-0001"), None);
    }

    #[test]
    fn r2_1_says_what_is_wrong() {
        assert_eq!(canonical("crm202405010001"), Err(ParseNumberError::Shape));
        assert_eq!(canonical("CRM2024-05-010001"), Err(ParseNumberError::Shape));
        assert_eq!(
            canonical("CRM202402300001"),
            Err(ParseNumberError::Date("20240230".into()))
        );
        assert_eq!(canonical("CRM202405010000"), Err(ParseNumberError::Serial));
        assert_eq!(canonical("CRM2024050101"), Err(ParseNumberError::Serial));
        assert_eq!(canonical("CRM2024050110000000000"), Err(ParseNumberError::Serial));
    }

    fn any_number() -> impl Strategy<Value = CustomerNumber> {
        let first = NaiveDate::from_ymd_opt(1000, 1, 1).unwrap().num_days_from_ce();
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap().num_days_from_ce();
        let lanes = prop_oneof![Just(0), 0..=Lane::MAX];
        (first..=last, lanes, 1..=CustomerNumber::MAX_SERIAL).prop_map(|(day, lane, serial)| {
            let date = NaiveDate::from_num_days_from_ce_opt(day).unwrap();
            let lane = Lane::new(lane).unwrap();
            CustomerNumber::new(date, lane, NonZeroU32::new(serial).unwrap()).unwrap()
        })
    }

    proptest! {
        #[test]
        fn r2_1_reads_back_what_it_prints(number in any_number()) {
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn r2_1_keeps_its_order_as_an_integer(a in any_number(), b in any_number()) {
            prop_assert_eq!(CustomerNumber::from_i64(a.to_i64()), Some(a));
            prop_assert_eq!(a.cmp(&b), a.to_i64().cmp(&b.to_i64()));
        }

        #[test]
        fn r2_1_never_panics(text in "(CRM)?\\PC*", value: i64) {
            let _ = text.parse::<CustomerNumber>();
            let _ = CustomerNumber::from_i64(value);
        }
    }
}
