//! What a text weighs that two names have in common (R6.1): a rare character more than one that many names have, a
//! brand's more than a trade's.

use super::{
    fold::is_wide,
    lexicon::{brand, is_all_trade, whole_regions},
    weights::Weights,
};

/// Characters that many brands have.
const COMMON: &str = "中华国大新天东方金海南北西江山龙宏盛兴达通利安泰和信联合众德源丰诚正光明星恒瑞祥福康美佳嘉润万亿世纪时代三一第四五六七八九十";

/// How each character of the core of a name is to be weighed.
pub(super) struct Scale<'w> {
    /// As many characters of the core make up the brand.
    brand: usize,
    weights: &'w Weights,
}

impl<'w> Scale<'w> {
    pub(super) fn of(core: &str, weights: &'w Weights) -> Self {
        Self {
            brand: if is_own_brand(core) {
                brand(core).chars().count()
            } else {
                0
            },
            weights,
        }
    }

    /// Whether the character at this position is one of the brand's.
    pub(super) const fn is_brand(&self, at: usize) -> bool {
        at < self.brand
    }

    /// What the character at this position says, if both have it.
    pub(super) fn bits(&self, at: usize, c: char) -> f64 {
        match c {
            ' ' => 0.0,
            _ if !is_wide(c) => self.weights.western_letter,
            _ if !self.is_brand(at) => self.weights.trade_character,
            _ if COMMON.contains(c) => self.weights.common_character,
            _ => self.weights.brand_character,
        }
    }
}

/// Whether the brand in a core is more than a place: in 中国银行 it is not.
pub(super) fn is_own_brand(core: &str) -> bool {
    let brand = brand(core);
    whole_regions(brand).is_none() && !is_all_trade(brand)
}

/// What the whole of a core says, if two names have it.
pub(super) fn in_common(core: &str, weights: &Weights) -> f64 {
    let scale = Scale::of(core, weights);
    let bits: f64 = core.chars().enumerate().map(|(at, c)| scale.bits(at, c)).sum();
    bits.min(weights.most_in_common)
}
