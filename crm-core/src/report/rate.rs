//! Rates: exact ratios, shown in per cent (R7).

use crate::model::{Money, Rate};

impl Rate {
    /// What stands where there is nothing to show: no zero, and no error.
    pub const NOTHING: &'static str = "—";

    /// So many of so many.
    ///
    /// ```
    /// use crm_core::Rate;
    ///
    /// let texts = [(15, 20), (10, 15), (1, 16), (2_001, 2_000), (0, 3), (3, 0)].map(|(part, whole)| Rate::of(part, whole).text);
    /// assert_eq!(texts, ["75 %", "66.7 %", "6.3 %", "100.1 %", "0 %", "—"]);
    /// ```
    pub fn of(part: u64, whole: u64) -> Self {
        let text = match whole {
            0 => Self::NOTHING.to_owned(),
            _ => {
                // Halves up: a half is added to what is cut off.
                let (part, whole) = (u128::from(part), u128::from(whole));
                let tenths = (part * 2_000 + whole) / (whole * 2);
                match tenths % 10 {
                    0 => format!("{} %", tenths / 10),
                    decimal => format!("{}.{decimal} %", tenths / 10),
                }
            }
        };
        Self { part, whole, text }
    }

    /// So much of so much.
    pub fn of_money(part: Money, whole: Money) -> Self {
        Self::of(part.fen(), whole.fen())
    }

    /// The ratio as a number, for a chart: 0.75; none of nothing.
    #[allow(clippy::cast_precision_loss, reason = "a chart needs no more")]
    pub fn ratio(&self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r7_rates_have_one_decimal_at_most_halves_up() {
        let text = |part, whole| Rate::of(part, whole).text;
        assert_eq!(text(1, 2_000), "0.1 %", "half a tenth is one");
        assert_eq!(text(1, 2_001), "0 %", "less than half a tenth is none");
        assert_eq!(text(1_999, 2_000), "100 %", "a final .0 is dropped");
        assert_eq!(text(1, 3), "33.3 %");
        assert_eq!(text(2, 3), "66.7 %");
        assert_eq!(text(u64::MAX, u64::MAX), "100 %");
        assert_eq!(text(0, 0), "—");
        assert_eq!(Rate::of(0, 0).ratio(), None);
    }

    proptest! {
        #[test]
        fn r7_a_rate_is_within_half_a_tenth_of_what_it_says(part in 0..1_000_000u64, whole in 1..1_000_000u64) {
            let rate = Rate::of(part, whole);
            let shown: f64 = rate.text.trim_end_matches(" %").parse().unwrap();
            let exact = part as f64 * 100.0 / whole as f64;
            prop_assert!((shown - exact).abs() <= 0.050_000_1, "{} of {part}/{whole}", rate.text);
        }
    }
}
