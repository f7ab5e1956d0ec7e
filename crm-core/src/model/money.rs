//! Money: exact, in yuan with at most two decimals, never negative.

use std::{fmt, iter::Sum, ops::Add, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::error::Code;

/// An amount of yuan, kept in fen. As text, and in JSON, it has two decimals: `120000.00`.
///
/// ```
/// use crm_core::{Code, Money};
///
/// let price: Money = "120000.5".parse()?;
/// assert_eq!((price.fen(), price.to_string().as_str()), (12_000_050, "120000.50"));
/// assert_eq!("0.005".parse::<Money>().unwrap_err().code(), Code::AmountDecimals);
/// assert_eq!("-1".parse::<Money>().unwrap_err().code(), Code::AmountNegative);
/// # Ok::<(), crm_core::ParseMoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(u64);

/// A text that is no amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct ParseMoneyError {
    code: Code,
}

impl ParseMoneyError {
    /// `amount.invalid`, `amount.negative` or `amount.decimals`.
    pub fn code(self) -> Code {
        self.code
    }
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The most that can be typed in: a fen short of a trillion yuan. Sums may be more.
    pub const MAX: Self = Self(99_999_999_999_999);

    /// This many fen.
    pub const fn from_fen(fen: u64) -> Self {
        Self(fen)
    }

    /// How many fen it is.
    pub const fn fen(self) -> u64 {
        self.0
    }
}

impl Add for Money {
    type Output = Self;

    /// What is beyond 184 quadrillion yuan counts as that.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// Digits, with a point and decimals or without; a third decimal that is no zero would be lost.
impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        let refused = |code| Err(ParseMoneyError { code });
        let text = text.trim();
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (yuan, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if yuan.is_empty() || !is_number(yuan) || !is_number(decimals) || digits.ends_with('.') {
            return refused(Code::AmountInvalid);
        }
        let fen: String = decimals.chars().chain("00".chars()).take(2).collect();
        if decimals.bytes().skip(2).any(|byte| byte != b'0') {
            return refused(Code::AmountDecimals);
        }
        let Some(amount) = format!("{yuan}{fen}").parse().ok().map(Self) else {
            return refused(Code::AmountInvalid);
        };
        match (is_negative && amount > Self::ZERO, amount <= Self::MAX) {
            (true, _) => refused(Code::AmountNegative),
            (false, false) => refused(Code::AmountInvalid),
            (false, true) => Ok(amount),
        }
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<u64, Code> {
        text.parse::<Money>()
            .map(Money::fen)
            .map_err(ParseMoneyError::code)
    }

    #[test]
    fn r5_1_money_has_at_most_two_decimals_and_is_never_negative() {
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("-0.00"), Ok(0));
        assert_eq!(read(" +12.5 "), Ok(1250));
        assert_eq!(read("12.340"), Ok(1234), "nothing is lost of it");
        assert_eq!(read("12.345"), Err(Code::AmountDecimals));
        assert_eq!(read("-0.01"), Err(Code::AmountNegative));
        assert_eq!(read("999999999999.99"), Ok(Money::MAX.fen()));
        assert_eq!(read("1000000000000"), Err(Code::AmountInvalid));
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "1e3",
            "1,000",
            "NaN",
            "十",
            "--1",
            "99999999999999999999",
        ] {
            assert_eq!(read(bad), Err(Code::AmountInvalid), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(fen in 0..=Money::MAX.fen()) {
            let money = Money::from_fen(fen);
            prop_assert_eq!(money.to_string().parse(), Ok(money));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }

        #[test]
        fn no_text_is_read_by_panicking(text in "\\PC*") {
            let _ = text.parse::<Money>();
        }
    }
}
