//! Short names (R6.1): 示例网安 for 深圳示例网安科技股份有限公司, 台泥 for 台湾水泥.

use super::{
    align::align,
    branch::is_bank,
    evidence::{Likeness, NameReason, floor},
    fold::is_wide,
    name::NameParts,
    weigh::Scale,
    weights::Weights,
};

/// What says in a legal form that a company is not just any.
const GROUP: [&str; 2] = ["集团", "控股"];
/// What a short name keeps of a legal form, if anything.
const KEPT: [&str; 3] = ["集团", "控股", "股份"];

/// What it says that one of two names may be short for the other; `None` if it cannot be.
///
/// Above the rarity of what they have in common stands how good a short name it is: of several full ones the best comes
/// first. By itself one of up to four characters is no more than similar.
pub(super) fn short_name(a: &NameParts, b: &NameParts, weights: &Weights) -> Option<Likeness> {
    if !a.core.contains(is_wide) && !b.core.contains(is_wide) {
        let by_length = |parts: &NameParts| parts.folded.chars().count();
        let (short, full) = if by_length(a) < by_length(b) {
            (a, b)
        } else {
            (b, a)
        };
        return cut_off(&short.folded, &full.folded)
            .or_else(|| acronym(short, full))
            .or_else(|| western(&short.folded, &full.folded));
    }
    // Marks like the A of a class of shares are no part of the name.
    let length = |parts: &NameParts| parts.folded.chars().filter(|&c| is_wide(c)).count();
    let (short, full) = if length(a) < length(b) { (a, b) } else { (b, a) };
    let may_be = short.may_be_short() && length(full) >= length(short) + 2;
    if !may_be || is_bank(&short.core) || !full.branch.is_empty() {
        return None;
    }
    let letters: Vec<char> = short.letters.iter().copied().filter(|&c| is_wide(c)).collect();
    let whole: Vec<char> = full.placed.chars().collect();
    if letters.len() < 2 || whole.len() < letters.len() {
        return None;
    }
    let core = &full.letters;
    let before = whole.len() - core.len().min(whole.len());
    let row = core.windows(letters.len()).position(|window| window == letters);
    let places = match row {
        Some(at) => (at + before..).take(letters.len()).collect(),
        None => align(&whole, &letters).common,
    };
    // Its characters stand in the full name, in order: all of them, or two of three.
    if places.len() < 2 || 3 * places.len() < 2 * letters.len() {
        return None;
    }
    let good = good(
        &places,
        letters.len(),
        (whole.len(), before),
        (short, full),
        weights,
    );
    // Listed in any case, in the order of how good it is.
    let good = floor::OTHER_REGION + (good - floor::OTHER_REGION).exp().ln_1p();
    let bits = match row {
        Some(at) => good.max(in_a_row(at, &letters, (short, full), weights)),
        None => good,
    };
    Some(Likeness::new(bits, NameReason::ShortName))
}

/// What the characters of a short name weigh that stand in a row in the core of the full one.
fn in_a_row(at: usize, letters: &[char], (short, full): (&NameParts, &NameParts), weights: &Weights) -> f64 {
    let scale = Scale::of(full, weights);
    let common: f64 = letters.iter().zip(at..).map(|(&c, at)| scale.bits(at, c)).sum();
    let region = match () {
        () if short.region == full.region && !full.region.is_empty() => weights.same_region,
        () if short.region.is_empty() || full.region.is_empty() => weights.region_missing,
        () => weights.other_region,
    };
    // What stands before it is left out of a short name less often than what stands behind.
    let behind = if at > 0 { weights.short_name } else { 0.0 };
    common + weights.short_name + behind + region
}

/// A long Western name that lacks the last letters of its last word: a column of a list was too narrow.
fn cut_off(short: &str, full: &str) -> Option<Likeness> {
    const LONG: usize = 24;

    let rest = full
        .strip_prefix(short)
        .filter(|rest| (1..=2).contains(&rest.len()))?;
    let is_one = short.len() >= LONG && !rest.contains(' ');
    is_one.then_some(Likeness::new(floor::LONG_SLIP, NameReason::ShortName))
}

/// The first letters of a Western name's words: EX for Example Exchange.
fn acronym(short: &NameParts, full: &NameParts) -> Option<Likeness> {
    const FEWEST: usize = 3;

    let initials = |words: &str| {
        words
            .split(' ')
            .filter_map(|word| word.chars().next())
            .eq(short.letters.iter().copied())
    };
    let is_one = short.words.len() == 1 && short.letters.len() >= FEWEST;
    let is_acronym = is_one && (initials(&full.core) || initials(&full.folded));
    is_acronym.then_some(Likeness::new(floor::SHORT_ALL, NameReason::ShortName))
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

/// How good a short name it is, in bits: it begins as the brand does, its characters stand beside one another, it has the
/// whole brand in it and leaves little else out, and a group's mark or a place that the one has the other has too.
fn good(
    places: &[usize],
    letters: usize,
    (whole, before): (usize, usize),
    (short, full): (&NameParts, &NameParts),
    weights: &Weights,
) -> f64 {
    let brand = before..before + full.brand().chars().count();
    let beside = places.iter().zip(places.iter().skip(1));
    let beside = beside.filter(|(a, b)| **a + 1 == **b).count() as f64;
    let apart = 1.0 - beside / (letters - 1) as f64;
    let left = 1.0 - places.len() as f64 / whole as f64;
    let in_brand = places.iter().filter(|at| brand.contains(at)).count();
    let more = |marks: &[&str], of: &NameParts, than: &NameParts| {
        let only = |mark: &&str| of.legal_form.contains(mark) && !than.legal_form.contains(mark);
        marks.iter().any(only)
    };
    let when = |is: bool, bits: f64| if is { bits } else { 0.0 };
    weights.short_best
        + apart * weights.short_apart
        + left * weights.short_left
        + when(places.len() < letters, weights.short_lost)
        + when(places.first() != Some(&before), weights.short_within)
        + when(in_brand < brand.len(), weights.short_brand)
        + when(more(&KEPT, short, full), weights.short_lost_mark)
        + when(more(&GROUP, full, short), weights.short_more_mark)
        + match () {
            () if short.region == full.region => 0.0,
            () if short.region.is_empty() => weights.short_region,
            () => weights.short_other_region,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::evidence::{LIKELY, SIMILAR, bits_of},
        model::CustomerKind::Enterprise,
    };

    fn bits(short: &str, full: &str) -> f64 {
        let parts = |name| NameParts::of(name, Enterprise);
        let found = short_name(&parts(short), &parts(full), Weights::shipped()).unwrap();
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
            // With the whole brand before a part of one, and the brand and its trade before a brand one character longer.
            ("晨曦", "晨曦农业股份有限公司", "晨曦悦农业股份有限公司"),
            ("晨曦", "晨曦农业股份有限公司", "晨曦悦有限公司"),
            // Of the same kind of company, and in no place of its own.
            ("晨曦集团", "晨曦农业集团有限公司", "晨曦农业有限公司"),
            ("晨曦股份", "晨曦农业股份有限公司", "晨曦农业有限公司"),
            ("晨曦", "晨曦农业有限公司", "晨曦控股有限公司农业集团"),
            ("晨曦", "晨曦农业股份有限公司", "上海晨曦控股有限公司"),
            ("晨曦", "晨曦农业有限公司", "上海晨曦农业有限公司"),
            // What marks a class of shares is no part of it.
            ("*ST晨曦-KY", "晨曦农业有限公司", "晨光曦和农业有限公司"),
        ] {
            assert!(
                bits(short, best) > bits(short, other),
                "{short}: {best} | {other}"
            );
        }
    }

    #[test]
    fn r6_1_a_short_name_of_up_to_four_characters_is_not_likely_by_itself() {
        for (short, full) in [
            ("晨曦", "晨曦农业股份有限公司"),
            ("晨曦", "上海晨曦农业股份有限公司"),
            ("晨曦", "晨光曦和材料股份有限公司"),
            ("晨曦远源", "上海晨曦远源农业股份有限公司"),
        ] {
            assert!(bits(short, full) < bits_of(LIKELY), "{short} {full}");
        }
    }

    #[test]
    fn r6_1_a_long_western_name_may_lack_its_last_letters() {
        let cut = bits(
            "Fenwick Precision Instruments Corporati",
            "Fenwick Precision Instruments Corporation",
        );
        assert!(cut >= bits_of(LIKELY));
        let fund = bits(
            "Fenwick Precision Instruments",
            "Fenwick Precision Instruments II",
        );
        assert!(fund < bits_of(LIKELY));
    }

    #[test]
    fn r6_1_the_first_letters_of_a_name_are_a_short_name() {
        assert!(bits("FPI", "Fenwick Precision Instruments Ltd") < bits_of(LIKELY));
    }

    #[test]
    fn r6_1_a_western_name_run_together_and_cut_off_is_short_for_the_whole() {
        assert!(bits("Exampleint", "Example International Ltd") < bits("Example Int", "Example Int Ltd"));
    }
}
