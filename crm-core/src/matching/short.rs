//! Short names (R6.1): 示例网安 for 深圳示例网安科技股份有限公司, 台泥 for 台湾水泥.

use super::{
    NameParts,
    align::align,
    branch::is_bank,
    fold::is_wide,
    likeness::{Likeness, NameReason, floor},
    weigh::Scale,
    weights::Weights,
};

/// A name of more characters is none that was made short.
const LONGEST: usize = 6;

/// What it says that one of two names may be short for the other; `None` if it cannot be.
pub(super) fn short_name(a: &NameParts, b: &NameParts, weights: &Weights) -> Option<Likeness> {
    let length = |parts: &NameParts| parts.folded.chars().count();
    let (short, full) = if length(a) < length(b) { (a, b) } else { (b, a) };
    if !short.core.contains(is_wide) && !full.core.contains(is_wide) {
        return western(&short.folded, &full.folded);
    }
    let may_be = length(short) <= LONGEST && length(full) >= length(short) + 2;
    if !may_be || is_bank(&short.core) || !full.branch.is_empty() {
        return None;
    }
    // Marks like the A of a class of shares are no part of the name.
    let letters: Vec<char> = short.letters.iter().copied().filter(|&c| is_wide(c)).collect();
    let whole: Vec<char> = full.placed.chars().collect();
    if letters.len() < 2 || whole.len() < letters.len() {
        return None;
    }
    let core = &full.letters;
    let before = whole.len() - core.len().min(whole.len());
    if let Some(at) = core.windows(letters.len()).position(|window| window == letters) {
        let scale = Scale::of(full, weights);
        let common: f64 = letters.iter().zip(at..).map(|(&c, at)| scale.bits(at, c)).sum();
        let region = match () {
            () if short.region == full.region && !full.region.is_empty() => weights.same_region,
            () if short.region.is_empty() || full.region.is_empty() => weights.region_missing,
            () => weights.other_region,
        };
        // What stands before it is left out of a short name less often than what stands behind.
        let behind = if at > 0 { weights.short_name } else { 0.0 };
        let bits = common + weights.short_name + behind + region;
        let places: Vec<usize> = (at + before..).take(letters.len()).collect();
        let good = good(&places, &letters, &whole, full.brand(), before);
        // Three characters in a row are not there by chance.
        let floor = if letters.len() > 2 {
            floor::SLIP
        } else {
            floor::SHORT_IN_A_ROW
        };
        return Some(Likeness::new(
            bits.max(floor) + good * floor::SHORT_STEP,
            NameReason::ShortName,
        ));
    }
    // Its characters stand in the full name, in order: all of them, or two of three.
    let places = align(&whole, &letters).common;
    let enough = places.len() > 1 && 3 * places.len() >= 2 * letters.len();
    let good = good(&places, &letters, &whole, full.brand(), before);
    let bits = match places.len() == letters.len() {
        true => floor::SHORT_ALL + good * floor::SHORT_STEP,
        false => {
            let share = places.len() as f64 / letters.len() as f64;
            floor::OTHER_REGION + share * good * (floor::OTHER_CHARACTER - floor::OTHER_REGION)
        }
    };
    enough.then_some(Likeness::new(bits, NameReason::ShortName))
}

/// A Western name whose words are run together or cut off at the end: Exampleint for Example International.
fn western(short: &str, full: &str) -> Option<Likeness> {
    const LEAST: usize = 4;

    let letters = |name: &str| name.replace(' ', "");
    let (short, full) = (letters(short), letters(full));
    let begins = short.len() >= LEAST && full.starts_with(&short);
    let covered = short.len() as f64 / full.len().max(1) as f64;
    let bits = floor::SHORT_ALL + covered * floor::SHORT_STEP;
    begins.then_some(Likeness::new(bits, NameReason::ShortName))
}

/// How good a short name it is, from 0 to 1, for the order among several full ones: it begins as the name or its brand
/// does, its characters stand beside one another as they do there, and it leaves little of the name out.
fn good(places: &[usize], letters: &[char], whole: &[char], brand: &str, before: usize) -> f64 {
    let brand = brand.chars().count();
    let begins = places.first().is_some_and(|&at| at == 0 || at == before);
    let beside = places
        .iter()
        .zip(places.iter().skip(1))
        .filter(|(a, b)| **a + 1 == **b)
        .count();
    let beside = beside as f64 / letters.len().saturating_sub(1).max(1) as f64;
    let covered = places.len() as f64 / whole.len().max(1) as f64;
    let in_brand = places
        .iter()
        .filter(|at| (before..before + brand).contains(at))
        .count();
    let of_brand = in_brand as f64 / brand.max(1) as f64;
    0.3 * f64::from(u8::from(begins)) + 0.3 * beside + 0.2 * covered + 0.2 * of_brand
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::{SIMILAR, likeness},
        model::CustomerKind::Enterprise,
    };

    fn bits(short: &str, full: &str) -> f64 {
        let parts = |name| NameParts::of(name, Enterprise);
        let found = likeness(&parts(short), &parts(full), Weights::shipped());
        assert!(found.score() >= SIMILAR, "{short} {full} {found:?}");
        found.bits
    }

    #[test]
    fn r6_1_the_best_full_name_for_a_short_one_comes_first() {
        for (short, best, other) in [
            // In a row before here and there.
            ("晨曦", "晨曦农业股份有限公司", "晨光曦和材料股份有限公司"),
            // At the beginning before further on.
            ("晨曦", "晨曦农业股份有限公司", "远晨曦和材料股份有限公司"),
            // All of it before all but one character.
            ("晨曦科技", "晨曦电子材料科技股份有限公司", "晨光科技股份有限公司"),
            // With less left over before more.
            (
                "中国重工",
                "中国船舶重工股份有限公司",
                "中国船舶重工动力设备股份有限公司",
            ),
        ] {
            assert!(
                bits(short, best) > bits(short, other),
                "{short}: {best} | {other}"
            );
        }
    }

    #[test]
    fn r6_1_a_western_name_run_together_and_cut_off_is_short_for_the_whole() {
        assert!(bits("Exampleint", "Example International Ltd") < bits("Example Int", "Example Int Ltd"));
    }
}
