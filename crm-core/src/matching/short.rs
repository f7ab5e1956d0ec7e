//! Short names (R6.1): 示例网安 for 深圳示例网安科技股份有限公司, 台泥 for 台湾水泥.

use super::{
    NameParts,
    align::align,
    branch::is_bank,
    fold::is_wide,
    likeness::{Likeness, NameReason, floor, with_region},
    weigh::Scale,
    weights::Weights,
};

/// A name of more characters is none that was made short.
const LONGEST: usize = 6;

/// What it says that one of two names may be short for the other; `None` if it cannot be.
pub(super) fn short_name(a: &NameParts, b: &NameParts, weights: &Weights) -> Option<Likeness> {
    let length = |parts: &NameParts| parts.folded.chars().count();
    let (short, full) = if length(a) < length(b) { (a, b) } else { (b, a) };
    // Marks like the A of a class of shares are no part of the name.
    let letters: Vec<char> = short.core.chars().filter(|&c| is_wide(c)).collect();
    let whole: Vec<char> = with_region(full).chars().collect();
    let may_be = length(short) <= LONGEST && letters.len() > 1 && whole.len() >= letters.len();
    if !may_be || is_bank(&short.core) || !full.branch.is_empty() || length(full) < length(short) + 2 {
        return None;
    }
    let core: Vec<char> = full.core.chars().collect();
    let scale = Scale::of(full, weights);
    if let Some(at) = core.windows(letters.len()).position(|window| window == letters) {
        let common: f64 = letters.iter().zip(at..).map(|(&c, at)| scale.bits(at, c)).sum();
        let region = match () {
            () if short.region == full.region && !full.region.is_empty() => weights.same_region,
            () if short.region.is_empty() || full.region.is_empty() => weights.region_missing,
            () => weights.other_region,
        };
        // What stands before it is left out of a short name less often than what stands behind.
        let behind = if at > 0 { weights.short_name } else { 0.0 };
        let bits = (common + weights.short_name + behind + region).max(floor::OTHER_REGION);
        return Some(Likeness::new(bits, NameReason::ShortName));
    }
    // Its characters stand in the full name, in order: all of them, or two of three.
    let found = align(&letters, &whole).common.len();
    let enough = found > 1 && 3 * found >= 2 * letters.len();
    let share = found as f64 / letters.len() as f64;
    let bits = floor::OTHER_REGION + share * (floor::OTHER_CHARACTER - floor::OTHER_REGION);
    enough.then_some(Likeness::new(bits, NameReason::ShortName))
}
