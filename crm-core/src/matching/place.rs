//! The places of two names (R6.1): the same, one within the other, missing, or another.

use super::{distance::one_apart, lexicon::whole_regions, name::NameParts, weights::Weights};

/// What the places of two names say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Places {
    Same,
    /// The same, with a wider one before it in one of the names: 广东 深圳 and 深圳.
    Within,
    /// One name has none, or one more, which says nothing: 中国 before the whole name, an address behind it, a branch's place that
    /// its own name tells.
    Implied,
    /// One name has none, or only the wider one: 江苏 and 江苏 常熟.
    Missing,
    Other,
}

impl Places {
    /// What they weigh where the names differ elsewhere.
    pub(super) fn bits(self, named: bool, weights: &Weights) -> f64 {
        match self {
            Self::Same if named => weights.same_region,
            Self::Same => 0.0,
            Self::Within => weights.wider_region,
            Self::Implied => 0.0,
            Self::Missing => weights.region_missing,
            Self::Other => weights.other_region,
        }
    }
}

/// Compares the places of two names.
pub(super) fn places_of(a: &NameParts, b: &NameParts) -> Places {
    let found = places(&a.region, &b.region);
    let only_china = || {
        let country =
            |longer: &str, shorter: &str| longer.strip_prefix("中国").map(str::trim_start) == Some(shorter);
        country(&a.region, &b.region) || country(&b.region, &a.region)
    };
    let one_branch = || !a.branch.is_empty() && a.branch == b.branch;
    match found {
        // 深圳示例(洛阳)有限公司 is a subsidiary of 深圳示例有限公司.
        Places::Within | Places::Missing if a.second_place != b.second_place => Places::Missing,
        Places::Missing if a.addressed || b.addressed || one_branch() || only_china() => Places::Implied,
        found => found,
    }
}

/// Compares the places of two names, apart by spaces.
pub(super) fn places(a: &str, b: &str) -> Places {
    if a == b {
        return Places::Same;
    }
    let (longer, shorter) = if a.len() > b.len() { (a, b) } else { (b, a) };
    let within = shorter
        .split(' ')
        .all(|place| longer.split(' ').any(|other| other == place));
    match (within, longer.rsplit(' ').next() == shorter.rsplit(' ').next()) {
        _ if shorter.is_empty() => Places::Missing,
        (true, true) => Places::Within,
        (true, false) => Places::Missing,
        (false, _) if mistyped(longer, shorter) => Places::Missing,
        (false, _) => Places::Other,
    }
}

/// Whether one of two places is in no list, and is the other with a slip: 南宇京市 or 京南市, 南京市.
fn mistyped(a: &str, b: &str) -> bool {
    a.len().abs_diff(b.len()) <= char::MAX.len_utf8()
        && (whole_regions(a).is_none() || whole_regions(b).is_none())
        && one_apart(
            &a.chars().collect::<Vec<char>>(),
            &b.chars().collect::<Vec<char>>(),
        )
}

/// Whether `b` names the place of `a` within its name, without brackets: 示例(上海)租赁, 示例上海租赁.
pub(super) fn place_within(a: &NameParts, b: &NameParts) -> bool {
    b.region.is_empty()
        && !a.region.is_empty()
        && b.core.len() == a.core.len() + a.region.len()
        && b.core
            .split_once(&*a.region)
            .is_some_and(|(head, tail)| a.core.strip_prefix(head) == Some(tail))
}

/// What the one has before the other, if that is all that they differ in.
pub(super) fn longer_by<'a>(a: &'a str, b: &'a str) -> Option<&'a str> {
    a.strip_suffix(b)
        .or_else(|| b.strip_suffix(a))
        .filter(|more| !more.is_empty())
}
