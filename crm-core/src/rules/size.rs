//! How lists write a customer's size (R2.2): a headcount, a revenue, or a band.

use crate::{
    matching::fold,
    model::{Band, Size, SizeScale},
};

/// The size that a text gives: `120`, `120人`, `50-200人`, `200人以上`, `3000万`, `1.2亿元`, `小型`, `headcount:large`. A range
/// counts by its lower end. `None` for anything else.
pub fn parse_size(text: &str) -> Option<Size> {
    let text = fold(text);
    if let Some((scale, band)) = text.split_once(':') {
        return Some(Size {
            scale: scale.parse().ok()?,
            band: band.parse().ok()?,
        });
    }
    let words = [("小", Band::Small), ("中", Band::Medium), ("大", Band::Large)];
    let band = words.iter().find(|(word, _)| {
        text.strip_prefix(word)
            .is_some_and(|rest| ["", "型", "型企业"].contains(&rest))
    });
    if let Some((_, band)) = band.or_else(|| words.iter().find(|(_, band)| band.code() == text)) {
        return Some(Size {
            scale: SizeScale::Headcount,
            band: *band,
        });
    }
    let below = text.contains("以下") || text.starts_with('<') || text.contains("以内");
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (_, from) = text.split_at_checked(start)?;
    let end = from
        .find(|c: char| !(c.is_ascii_digit() || ".,".contains(c)))
        .unwrap_or(from.len());
    let (digits, unit) = from.split_at_checked(end)?;
    let value: f64 = digits.replace(',', "").parse().ok()?;
    let scale = if unit.contains('亿') {
        100_000_000.0
    } else if unit.contains('万') {
        10_000.0
    } else {
        1.0
    };
    let is_revenue = scale > 1.0 && !unit.contains('人') || unit.contains('元') || text.contains("营收");
    // The upper end of "below 50" is open.
    let value = (value * scale - if below { 1.0 } else { 0.0 }).clamp(0.0, 1e15) as u64;
    Some(if is_revenue {
        Size::of_revenue(value)
    } else {
        Size::of_headcount(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r2_2_sizes_are_read_as_lists_write_them() {
        let headcounts = [
            ("120", Band::Medium),
            ("49人", Band::Small),
            ("50-200人", Band::Medium),
            ("200人以上", Band::Large),
            ("50人以下", Band::Small),
            ("1,200 人", Band::Large),
            ("小型", Band::Small),
            ("large", Band::Large),
        ];
        for (text, band) in headcounts {
            assert_eq!(
                parse_size(text),
                Some(Size {
                    scale: SizeScale::Headcount,
                    band
                }),
                "{text}"
            );
        }
        let revenues = [
            ("999万", Band::Small),
            ("1000万元", Band::Medium),
            ("0.5亿", Band::Large),
            ("年营收3000万", Band::Medium),
        ];
        for (text, band) in revenues {
            assert_eq!(
                parse_size(text),
                Some(Size {
                    scale: SizeScale::Revenue,
                    band
                }),
                "{text}"
            );
        }
        assert_eq!(parse_size("huge"), None);
    }

    proptest! {
        #[test]
        fn r2_2_sizes_never_panic(text in "[0-9.,万亿元人:以下-]*\\PC*") {
            let _ = parse_size(&text);
        }
    }
}
