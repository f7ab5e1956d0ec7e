//! Companies whose names differ in more than form and place (R6.1): what the cores, and the branches, have in common
//! and what not.

use super::{
    align::{Gap, align},
    branch::is_bank,
    distance::{numbers_differ, one_apart},
    evidence::{Likeness, NameReason, floor},
    lexicon::{is_all_trade, region_at, whole_regions},
    name::NameParts,
    place::{Places, longer_by, places, places_of},
    sound::same_sound,
    weigh::{Scale, in_common},
    weights::Weights,
    western::forms_differ,
    words,
};

/// Names of one branch, or none, whose cores differ.
pub(super) fn apart(a: &NameParts, b: &NameParts, weights: &Weights) -> Likeness {
    let place = places_of(a, b);
    let cores = cores(a, b, weights);
    let place_bits = place.bits(!a.region.is_empty(), weights);
    let branch = branch_bits(&a.branch, weights);
    let bits = cores.bits + place_bits + branch;
    let mut likeness = Likeness::new(bits.min(cores.most), cores.reason);
    likeness.shared = cores.shared && !matches!(place, Places::Other);
    if cores.reason == NameReason::OneCharacterApart && !matches!(place, Places::Other) {
        let floor = match place {
            Places::Missing => cores.floor.min(floor::SLIP),
            _ => cores.floor,
        };
        likeness.bits = likeness.bits.max(floor);
    }
    if likeness.bits < 0.0 {
        likeness.reason = NameReason::Different;
    }
    if matches!(place, Places::Same) {
        return likeness;
    }
    // The place, or a bracket, may be what is mistyped, so that the parts fall otherwise.
    let least = match place {
        Places::Other => floor::OTHER_CHARACTER,
        _ => floor::SLIP,
    };
    let slip = [(&a.folded, &b.folded), (&a.placed, &b.placed)]
        .iter()
        .any(|(a, b)| is_slip(a, b));
    match slip && least > likeness.bits {
        true => Likeness {
            shared: likeness.shared,
            ..Likeness::new(least, NameReason::OneCharacterApart)
        },
        false => likeness,
    }
}

fn is_slip(a: &str, b: &str) -> bool {
    if a.len().abs_diff(b.len()) > char::MAX.len_utf8() {
        return false;
    }
    let (a, b) = (chars(a), chars(b));
    one_apart(&a, &b) && !numbers_differ(&a, &b)
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// How alike two cores are, and what that says at the least if nothing else speaks against it, and at the most.
struct Cores {
    bits: f64,
    floor: f64,
    most: f64,
    reason: NameReason,
    shared: bool,
}

fn western_cores(one: &NameParts, other: &NameParts, weights: &Weights) -> Cores {
    let words::Companies {
        bits,
        most,
        slip,
        slip_in,
        shared,
    } = words::companies(one, other, weights);
    // A slip in a long word hardly makes another's name; less so where the legal form agrees.
    let long = match one.legal_form == other.legal_form && !one.legal_form.is_empty() {
        true => 5,
        false => 7,
    };
    let floor = match slip {
        true if slip_in >= long && !forms_differ(one.form(), other.form()) => floor::LONG_SLIP,
        true => floor::SLIP,
        false => bits,
    };
    Cores {
        bits,
        floor,
        most,
        reason: match slip {
            true => NameReason::OneCharacterApart,
            false if bits > 0.0 => NameReason::Similar,
            false => NameReason::Different,
        },
        shared,
    }
}

fn cores(one: &NameParts, other: &NameParts, weights: &Weights) -> Cores {
    let (a, b) = (one.core.as_str(), other.core.as_str());
    if one.is_western() && other.is_western() {
        return western_cores(one, other, weights);
    }
    let (x, y) = (one.letters.as_slice(), other.letters.as_slice());
    if !x.iter().any(|c| y.contains(c)) {
        return Cores {
            bits: weights.other_character,
            floor: 0.0,
            most: f64::MAX,
            reason: NameReason::Different,
            shared: false,
        };
    }
    let aligned = align(x, y);
    let (scale_x, scale_y) = (Scale::of(one, weights), Scale::of(other, weights));
    let common: f64 = aligned
        .common
        .iter()
        .filter_map(|&at| Some(scale_x.bits(at, *x.get(at)?)))
        .sum();
    let mut bits = common.min(weights.most_in_common);
    let numbers = numbers_differ(x, y);
    if numbers {
        bits += weights.numbers_differ;
    }
    let slip_of_pen = one_apart(x, y);
    if is_bank(a) && is_bank(b) || (is_bank(a) || is_bank(b)) && is_house(a) && is_house(b) && !slip_of_pen {
        bits += weights.other_bank;
    }
    let mut slip = true;
    let mut most = f64::MAX;
    let mut differed = false;
    let mut gaps = aligned.gaps.iter().peekable();
    while let Some(gap) = gaps.next() {
        if let Some(next) = gaps.peek()
            && swapped(gap, next, x, y)
        {
            bits += weights.swapped;
            // Short brands are often made of the same few characters: in a list of a million some are another's turned
            // round.
            if scale_x.in_short_brand(gap.a.start) || scale_y.in_short_brand(gap.b.start) {
                most = floor::TURNED_ROUND;
            }
            gaps.next();
            continue;
        }
        let left = x.get(gap.a.clone()).unwrap_or_default();
        let right = y.get(gap.b.clone()).unwrap_or_default();
        let brands = (scale_x.is_brand(gap.a.start), scale_y.is_brand(gap.b.start));
        // What one brand lacks in one place may be a slip; with another place in which they differ it is another brand.
        let differ = match (left.is_empty(), right.is_empty()) {
            (true, _) => brands.1,
            (_, true) => brands.0,
            _ => brands == (true, true),
        };
        let again = differ && differed;
        differed |= differ;
        bits += match again && (left.is_empty() || right.is_empty()) {
            true => weights.other_character * left.len().max(right.len()) as f64,
            false => gap_bits(left, right, brands == (true, true), &mut slip, weights),
        };
    }
    let begin = x.iter().zip(y).take_while(|(c, d)| c == d).count();
    if x.len() == y.len() && x.len() > 5 && begin >= 2 && !slip_of_pen && !numbers && is_reordered(x, y) {
        // 综合环境治理, 环境综合治理: the trade's words in another order.
        return Cores {
            bits: in_common(one, weights) + weights.swapped,
            floor: floor::SLIP,
            most: f64::MAX,
            reason: NameReason::Similar,
            shared: false,
        };
    }
    // A trade of two words more, or any beside a name that has none: 示例股份, 示例科技发展股份.
    let trades = [one, other].map(|it| it.core.len() - it.brand().len());
    let more = trades[0].abs_diff(trades[1]);
    if one.brand() == other.brand() && (more > 2 * WORD || (more > 0 && trades.contains(&0))) {
        most = most.min(floor::TURNED_ROUND);
    }
    let apart = slip_of_pen && !numbers && x.len().max(y.len()) > 2;
    let reason = match apart {
        true => NameReason::OneCharacterApart,
        false => NameReason::Similar,
    };
    // A character more makes another brand of two.
    let short = x.len().min(y.len()) < 3;
    let floor = match (numbers, slip) {
        (true, _) => f64::MIN,
        (false, true) if !short => floor::SLIP,
        (false, _) => floor::OTHER_CHARACTER,
    };
    Cores {
        bits,
        floor,
        most,
        reason,
        shared: false,
    }
}

/// How many bytes a word for a trade has, mostly.
const WORD: usize = "科技".len();

/// Whether it is a bank's name.
fn is_house(name: &str) -> bool {
    name.ends_with("银行")
}

/// Whether two texts have the same characters, in another order.
fn is_reordered(x: &[char], y: &[char]) -> bool {
    let sorted = |text: &[char]| {
        let mut sorted = text.to_vec();
        sorted.sort_unstable();
        sorted
    };
    sorted(x) == sorted(y)
}

/// Whether two gaps are one character that stands on either side of its neighbour: 惠普, 普惠.
fn swapped(gap: &Gap, next: &Gap, x: &[char], y: &[char]) -> bool {
    let near = next.a.start.saturating_sub(gap.a.end) <= 1 && next.b.start.saturating_sub(gap.b.end) <= 1;
    let lone = |gap: &Gap| (gap.a.len(), gap.b.len());
    let there = |text: &[char], at: usize| text.get(at).copied();
    near && match (lone(gap), lone(next)) {
        ((1, 0), (0, 1)) => there(x, gap.a.start) == there(y, next.b.start),
        ((0, 1), (1, 0)) => there(y, gap.b.start) == there(x, next.a.start),
        _ => false,
    }
}

/// What it says that the one name has `left` where the other has `right`. A slip of the pen is one character lost or one
/// that sounds the same.
fn gap_bits(left: &[char], right: &[char], in_brand: bool, slip: &mut bool, weights: &Weights) -> f64 {
    let is_direction = |c| matches!(c, '东' | '南' | '西' | '北');
    let text = |chars: &[char]| -> String { chars.iter().collect() };
    let differing = left.len().max(right.len()) as f64;
    match (left, right) {
        (&[c], &[d]) if same_sound(c, d) => weights.same_sound,
        (&[c], &[d]) if is_direction(c) && is_direction(d) => {
            *slip = false;
            weights.directions_differ
        }
        ([], more) | (more, []) => {
            let more_text = text(more);
            match () {
                () if says_little(&more_text) => weights.lost_trade + weights.trade_length * differing,
                () if is_all_trade(&more_text) => weights.more_trade,
                () if whole_regions(&more_text).is_some() => weights.region_missing,
                () if in_brand => weights.lost_character * differing,
                () => weights.trade_differs * differing,
            }
        }
        _ if is_place(&text(left)) && is_place(&text(right)) => {
            *slip = false;
            weights.other_region
        }
        _ if in_brand => {
            *slip = false;
            weights.other_character * differing
        }
        _ if is_all_trade(&text(left)) && is_all_trade(&text(right)) => {
            *slip = false;
            weights.other_trade
        }
        _ => {
            *slip = false;
            weights.trade_differs * differing
        }
    }
}

/// Words that companies take on and drop without becoming another.
const LITTLE: [&str; 20] = [
    "投资", "发展", "国际", "实业", "科技", "技术", "设备", "股权", "节能", "开发", "企业", "集团", "控股",
    "管理", "工程", "电子", "工业", "产业", "新", "和",
];

/// Whether a text is made of [such](LITTLE) words.
fn says_little(text: &str) -> bool {
    let mut rest = text;
    while let Some(shorter) = LITTLE.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    rest.is_empty()
}

/// A text without [such](LITTLE) words; the whole of it where nothing would be left.
pub(super) fn without_little(text: &str) -> String {
    let (mut left, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(c) = rest.chars().next() {
        // 新 and 和 alone are in too many brands.
        let is_longer = |word: &&&str| word.len() > c.len_utf8();
        let shorter = LITTLE
            .iter()
            .filter(is_longer)
            .find_map(|word| rest.strip_prefix(word));
        rest = shorter.unwrap_or_else(|| {
            left.push(c);
            rest.strip_prefix(c).unwrap_or_default()
        });
    }
    if left.is_empty() { text.to_owned() } else { left }
}

// --- branches ---------------------------------------------------------------------------------------------------

/// What a branch says that both names have.
fn branch_bits(branch: &str, weights: &Weights) -> f64 {
    let length = branch_place(branch).chars().count();
    (weights.branch_character * length as f64).min(weights.most_branch)
}

/// A branch's name without 支行, 分公司.
fn branch_place(branch: &str) -> &str {
    branch.strip_suffix(ending(branch)).unwrap_or(branch)
}

fn ending(branch: &str) -> &'static str {
    const ENDINGS: [&str; 3] = ["支行", "分行", "分公司"];
    ENDINGS
        .into_iter()
        .find(|ending| branch.ends_with(ending))
        .unwrap_or_default()
}

/// Names of which at least one is a branch's, and not of the same branch by its name.
pub(super) fn branches(a: &NameParts, b: &NameParts, weights: &Weights) -> Likeness {
    use NameReason::{Different, SameCoreOtherBranch, SameCoreRegionMissing};

    let house = match a.core == b.core {
        true => in_common(a, weights),
        false => cores(a, b, weights).bits,
    };
    let place = places(&a.region, &b.region).bits(!a.region.is_empty(), weights);
    let reason = if a.core == b.core {
        SameCoreOtherBranch
    } else {
        Different
    };
    if a.branch.is_empty() || b.branch.is_empty() {
        return Likeness::new(
            (house + place + weights.other_branch).min(floor::OTHER_BRANCH),
            reason,
        );
    }
    let (x, y) = (chars(branch_place(&a.branch)), chars(branch_place(&b.branch)));
    let place_missing = longer_by(&a.branch, &b.branch).and_then(whole_regions).is_some();
    let aligned = align(&x, &y);
    let shared: Vec<char> = aligned
        .common
        .iter()
        .filter_map(|&at| x.get(at).copied())
        .collect();
    let mut bits = (weights.branch_character * shared.len() as f64).min(weights.most_branch);
    let own = is_own(&shared);
    let mut same_place = own || ending(&a.branch) == ending(&b.branch);
    for gap in &aligned.gaps {
        let of = |text: &[char], range: &std::ops::Range<usize>| -> String {
            text.get(range.clone()).unwrap_or_default().iter().collect()
        };
        let (left, right) = (of(&x, &gap.a), of(&y, &gap.b));
        let more = if left.is_empty() { &right } else { &left };
        let one_sided = left.is_empty() || right.is_empty();
        bits += match () {
            () if one_sided && is_mark(more) => weights.branch_word,
            () if one_sided && own && is_all_trade(more) => weights.branch_word,
            // The wider place stands before the narrower one; what stands after it is one of its many branches.
            () if one_sided && is_place(more) && (own || gap.a.start + gap.b.start == 0) => {
                weights.branch_place
            }
            () => {
                same_place = false;
                weights.other_branch
            }
        };
    }
    let bits = house + place + bits;
    match same_place && a.core == b.core {
        // The wider place is told by the narrower one.
        true if place_missing => Likeness::new(bits.max(floor::LONG_SLIP), SameCoreRegionMissing),
        true => Likeness::new(bits, SameCoreOtherBranch),
        false if bits < 0.0 && reason == Different => Likeness::new(bits, reason),
        false => Likeness::new(bits.min(floor::OTHER_BRANCH), reason),
    }
}

/// What a road, a new district or a market adds to a place's name.
fn is_mark(text: &str) -> bool {
    matches!(text, "路" | "街" | "新" | "镇" | "大道" | "区" | "县" | "市")
}

fn is_place(text: &str) -> bool {
    region_at(text).is_some_and(|(_, rest)| rest.is_empty())
}

/// Whether what two branches share is more than a place: 绍兴 and 绍兴越城 are two.
fn is_own(shared: &[char]) -> bool {
    let text: String = shared.iter().collect();
    !text.is_empty() && whole_regions(&text).is_none_or(|regions| regions.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_1_what_says_little_is_left_out_unless_nothing_else_is_there() {
        for (text, left) in [
            ("泓泽世纪投资发展", "泓泽世纪"),
            ("晨曦国际远源科技", "晨曦远源"),
            ("新晨和泰工程", "新晨和泰"),
            ("投资发展", "投资发展"),
            ("fenwick", "fenwick"),
        ] {
            assert_eq!(without_little(text), left);
        }
    }
}
