//! What a text weighs that two names have in common (R6.1): a rare character more than one that many names have, a
//! brand's more than a trade's.

use super::{fold::is_wide, name::NameParts, weights::Weights};

/// Whether many brands have this character.
const fn is_common(c: char) -> bool {
    matches!(
        c,
        '中' | '华'
            | '国'
            | '大'
            | '新'
            | '天'
            | '东'
            | '方'
            | '金'
            | '海'
            | '南'
            | '北'
            | '西'
            | '江'
            | '山'
            | '龙'
            | '宏'
            | '盛'
            | '兴'
            | '达'
            | '通'
            | '利'
            | '安'
            | '泰'
            | '和'
            | '信'
            | '联'
            | '合'
            | '众'
            | '德'
            | '源'
            | '丰'
            | '诚'
            | '正'
            | '光'
            | '明'
            | '星'
            | '恒'
            | '瑞'
            | '祥'
            | '福'
            | '康'
            | '美'
            | '佳'
            | '嘉'
            | '润'
            | '万'
            | '亿'
            | '世'
            | '纪'
            | '时'
            | '代'
            | '三'
            | '一'
            | '第'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
    )
}

/// How each character of the core of a name is to be weighed.
pub(super) struct Scale<'w> {
    /// As many characters of the core make up the brand.
    brand: usize,
    weights: &'w Weights,
}

impl<'w> Scale<'w> {
    pub(super) fn of(name: &NameParts, weights: &'w Weights) -> Self {
        Self {
            brand: name.own_brand().chars().count(),
            weights,
        }
    }

    /// Whether the character at this position is one of the brand's.
    pub(super) const fn is_brand(&self, at: usize) -> bool {
        at < self.brand
    }

    /// Whether it is one of a brand's of two or three characters.
    pub(super) const fn in_short_brand(&self, at: usize) -> bool {
        self.is_brand(at) && self.brand <= 3
    }

    /// What the character at this position says, if both have it.
    pub(super) fn bits(&self, at: usize, c: char) -> f64 {
        match c {
            ' ' => 0.0,
            _ if !is_wide(c) => self.weights.western_letter,
            _ if !self.is_brand(at) => self.weights.trade_character,
            _ if is_common(c) => self.weights.common_character,
            _ => self.weights.brand_character,
        }
    }
}

/// What the whole of a core says, if two names have it.
pub(super) fn in_common(name: &NameParts, weights: &Weights) -> f64 {
    let scale = Scale::of(name, weights);
    let bits: f64 = name
        .core
        .chars()
        .enumerate()
        .map(|(at, c)| scale.bits(at, c))
        .sum();
    bits.min(weights.most_in_common)
}
