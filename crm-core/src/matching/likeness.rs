//! How alike two names are (R6.1), as a score with its reason.
//!
//! The score orders candidates and is held against [`ALIKE`] and [`LIKELY`]; the reason is for a person to read. A
//! place is evidence: the same name in another place is another company until a phone or a person says otherwise.

use std::borrow::Cow;

use super::{
    distance::{numbers_differ, one_apart, shared_pairs},
    lexicon::{brand, is_all_trade, whole_regions},
    name::NameParts,
};

/// From this score on two names are alike enough that a shared phone makes their customers likely duplicates (R6.1).
///
/// Below it stand names that differ in a character, in the place, or in a trade word (拓搏/拓博, 中国钢铁/中国钢铁结构); above it those
/// where one lacks the place that the other has.
pub const ALIKE: f64 = 0.8;

/// From this score on an enterprise's or institution's name makes a likely duplicate by itself (R6.1): the default of
/// the setting. Above it only script, brackets, order, legal form, or a
/// wider place before the same one differ.
pub const LIKELY: f64 = 0.9;

/// Why two names have the score that they have, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NameReason {
    /// The same but for width, case, script, spaces and signs.
    SameName,
    /// The same but for the legal form, the brackets, or the place's position in the name.
    SameButForm,
    /// The same name, with a place in one and none, or a wider one, in the other.
    SameCoreRegionMissing,
    /// The same name in two places.
    SameCoreOtherRegion,
    /// Two branches of one company, or a branch and its head office.
    SameCoreOtherBranch,
    /// One character replaced, left out, added, or changed over with its neighbour.
    OneCharacterApart,
    /// Much in common, but not the same name.
    Similar,
    /// Little or nothing in common.
    Different,
}

/// How alike two names are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// From 0 (nothing in common) to 1 (the same).
    pub score: f64,
    /// Why.
    pub reason: NameReason,
}

impl Likeness {
    const fn new(score: f64, reason: NameReason) -> Self {
        Self { score, reason }
    }
}

/// Compares two names (R6.1). Symmetric; a name that is not empty has 1 with itself, an empty one 0 with any.
pub fn likeness(a: &NameParts, b: &NameParts) -> Likeness {
    use NameReason::{Different, SameButForm, SameName};

    if a.folded.is_empty() || b.folded.is_empty() {
        return Likeness::new(0.0, Different);
    }
    if a.folded == b.folded {
        return Likeness::new(1.0, SameName);
    }
    if a.branch != b.branch {
        return branches(a, b);
    }
    if a.core == b.core {
        return match places(&a.region, &b.region) {
            Places::Same => Likeness::new(form_score(&a.legal_form, &b.legal_form), SameButForm),
            other => other.likeness(),
        };
    }
    let (full_a, full_b) = (with_region(a), with_region(b));
    if full_a == full_b {
        return Likeness::new(form_score(&a.legal_form, &b.legal_form), SameButForm);
    }
    if let Some(more) = longer_by(&full_a, &full_b)
        && let Some(found) = whole_regions(more)
    {
        let names: Vec<&str> = found.iter().map(|region| region.name).collect();
        return places(&names.join(" "), "").likeness();
    }
    if place_within(a, b) || place_within(b, a) {
        return Likeness::new(0.97, SameButForm);
    }
    apart(a, b)
}

// --- places -----------------------------------------------------------------------------------------------------

enum Places {
    Same,
    /// The same, with a wider one before it in one of the names: 广东 深圳 and 深圳.
    Within,
    /// One name has none, or only the wider one: 江苏 and 江苏 常熟.
    Missing,
    Other,
}

impl Places {
    const fn likeness(&self) -> Likeness {
        use NameReason::{SameButForm, SameCoreOtherRegion, SameCoreRegionMissing};
        match self {
            Self::Same => Likeness::new(0.99, SameButForm),
            Self::Within => Likeness::new(0.96, SameButForm),
            Self::Missing => Likeness::new(0.85, SameCoreRegionMissing),
            Self::Other => Likeness::new(0.5, SameCoreOtherRegion),
        }
    }
}

fn places(a: &str, b: &str) -> Places {
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
        (false, _) => Places::Other,
    }
}

/// The name with its places before it, to see through a place that only one of two names shows to be one.
fn with_region(parts: &NameParts) -> Cow<'_, str> {
    if parts.region.is_empty() {
        return Cow::Borrowed(&parts.core);
    }
    let mut full: String = parts.region.split(' ').collect();
    full.push_str(&parts.core);
    Cow::Owned(full)
}

/// Whether `b` names the place of `a` within its name, without brackets: 示例(上海)租赁, 示例上海租赁.
fn place_within(a: &NameParts, b: &NameParts) -> bool {
    b.region.is_empty()
        && b.core.len() == a.core.len() + a.region.len()
        && b.core
            .split_once(&*a.region)
            .is_some_and(|(head, tail)| a.core.strip_prefix(head) == Some(tail))
}

/// What the one has before the other, if that is all that they differ in.
fn longer_by<'a>(a: &'a str, b: &'a str) -> Option<&'a str> {
    a.strip_suffix(b)
        .or_else(|| b.strip_suffix(a))
        .filter(|more| !more.is_empty())
}

// --- forms and branches -----------------------------------------------------------------------------------------

/// The score of names that differ in nothing but the legal form.
fn form_score(a: &str, b: &str) -> f64 {
    let has = |form: &str, word: &str| form.contains(word);
    if a == b {
        0.99
    } else if ["集团", "控股"].iter().any(|word| has(a, word) != has(b, word)) {
        0.95
    } else if ["厂", "合伙", "个"]
        .iter()
        .any(|word| has(a, word) != has(b, word))
    {
        0.93
    } else {
        0.98
    }
}

/// Names of which at least one is a branch's, and not of the same branch by its name.
fn branches(a: &NameParts, b: &NameParts) -> Likeness {
    use NameReason::{Different, SameCoreOtherBranch, SameCoreRegionMissing};
    if a.core != b.core {
        return Likeness::new(0.2, Different);
    }
    if a.branch.is_empty() || b.branch.is_empty() {
        return Likeness::new(0.6, SameCoreOtherBranch);
    }
    let place_missing = longer_by(&a.branch, &b.branch).and_then(whole_regions).is_some();
    if place_missing {
        Likeness::new(0.85, SameCoreRegionMissing)
    } else {
        Likeness::new(0.4, SameCoreOtherBranch)
    }
}

// --- cores that differ ------------------------------------------------------------------------------------------

/// Names whose cores differ: by what the brands and the trades have in common.
fn apart(a: &NameParts, b: &NameParts) -> Likeness {
    use NameReason::{Different, OneCharacterApart, Similar};

    let (brand_a, brand_b) = (brand(&a.core), brand(&b.core));
    let (a_chars, b_chars): (Vec<char>, Vec<char>) = (a.core.chars().collect(), b.core.chars().collect());
    let place = match places(&a.region, &b.region) {
        Places::Other => 0.6,
        Places::Missing => 0.9,
        _ => 1.0,
    };
    let shared = shared_pairs(&a_chars, &b_chars);
    if numbers_differ(&a_chars, &b_chars) {
        let reason = if shared > 0.5 { Similar } else { Different };
        return Likeness::new(0.4 * shared * place, reason);
    }
    if one_apart(&a_chars, &b_chars) && a_chars.len().max(b_chars.len()) > 2 {
        // In a name of two characters one of them is half of it.
        let left = brand_a.chars().count().min(brand_b.chars().count());
        let score = if left > 2 { 0.75 } else { 0.7 };
        return Likeness::new(score * place, OneCharacterApart);
    }
    let brands_meet = brand_a == brand_b && !is_all_trade(brand_a) && whole_regions(brand_a).is_none();
    let score = if brands_meet {
        0.4_f64.max(0.7 * shared)
    } else {
        0.6 * shared
    } * place;
    Likeness::new(score, if score >= 0.35 { Similar } else { Different })
}

#[cfg(test)]
mod tests {
    use super::{NameReason::*, *};
    use crate::model::CustomerKind::{self, Enterprise, Individual};
    use proptest::prelude::*;
    use std::ops::Range;

    fn compare(a: &str, b: &str, kind: CustomerKind) -> Likeness {
        let (a, b) = (NameParts::of(a, kind), NameParts::of(b, kind));
        let likeness = likeness(&a, &b);
        assert_eq!(likeness, super::likeness(&b, &a), "{a:?} {b:?}");
        likeness
    }

    const NOT_ALIKE: Range<f64> = 0.0..ALIKE;
    const ONLY_WITH_A_PHONE: Range<f64> = ALIKE..LIKELY;
    const BY_ITSELF: Range<f64> = LIKELY..1.01;
    const ALL_BUT_SAME: Range<f64> = 0.97..1.0;
    const SAME: Range<f64> = 1.0..1.01;

    #[track_caller]
    fn check(reason: NameReason, scores: Range<f64>, pairs: &[&str]) {
        for pair in pairs {
            let (a, b) = pair.split_once(" | ").unwrap();
            let likeness = compare(a, b, Enterprise);
            assert_eq!(likeness.reason, reason, "{pair} {likeness:?}");
            assert!(scores.contains(&likeness.score), "{pair} {likeness:?}");
        }
    }

    #[test]
    fn r6_1_the_same_name_in_either_script() {
        check(
            SameName,
            SAME,
            &[
                "香港示例联合制药有限公司 | 香港示例聯合制葯有限公司",
                "ＡＢＣ（上海）有限公司 | abc(上海) 有限公司",
            ],
        );
    }

    #[test]
    fn r6_1_suffix_brackets_and_place_of_the_region_make_no_difference() {
        check(
            SameButForm,
            ALL_BUT_SAME,
            &[
                "上海示例科技有限公司 | 示例科技(上海)有限公司",
                "上海示例科技有限公司 | 示例科技上海有限责任公司",
                "上海市示例科技有限公司 | 上海示例科技股份有限公司",
                "示例租赁(上海)有限公司 | 示例上海租赁有限公司",
            ],
        );
        check(
            SameButForm,
            BY_ITSELF,
            &["广东省深圳市示例有限公司 | 深圳示例有限公司"],
        );
        check(
            SameButForm,
            ALL_BUT_SAME,
            &[
                "株式会社示例 | ㈱示例",
                "Example Technology (Shanghai) Co., Ltd. | Shanghai Example Technology Ltd",
            ],
        );
    }

    #[test]
    fn r6_1_a_group_differs_weakly() {
        check(
            SameButForm,
            BY_ITSELF,
            &[
                "示例股份有限公司 | 示例（集团）股份有限公司",
                "湖北示例鄂西燃气有限公司 | 湖北示例集团鄂西燃气有限公司",
                "大示例物流控股集团有限公司 | 大示例物流控股集团",
            ],
        );
    }

    #[test]
    fn r6_1_a_region_is_evidence() {
        check(
            SameCoreOtherRegion,
            NOT_ALIKE,
            &["上海示例科技有限公司 | 北京示例科技有限公司"],
        );
        check(
            SameCoreRegionMissing,
            ONLY_WITH_A_PHONE,
            &[
                "上海示例科技有限公司 | 示例科技有限公司",
                "江苏示例有限公司 | 江苏昆山示例有限公司",
            ],
        );
        check(
            Similar,
            NOT_ALIKE,
            &[
                "江苏常熟农村商业银行 | 江苏江阴农村商业银行",
                "江苏常熟农村商业银行 | 江苏张家港农村商业银行",
                "江苏江阴农村商业银行 | 江苏张家港农村商业银行",
            ],
        );
    }

    #[test]
    fn r6_1_another_branch_is_another_customer() {
        check(
            SameButForm,
            BY_ITSELF,
            &[
                "中国建设银行郑州分行 | 中国建设银行股份有限公司郑州市分行",
                "示例银行深圳分行福田区支行 | 示例银行股份有限公司深圳福田支行",
                "工行杭州西湖支行 | 中国工商银行股份有限公司杭州西湖支行",
            ],
        );
        check(
            SameCoreOtherBranch,
            NOT_ALIKE,
            &[
                "交通银行绍兴支行 | 交通银行绍兴越城支行",
                "示例有限公司上海分公司 | 示例有限公司北京分公司",
                "示例有限公司第一分公司 | 示例有限公司第二分公司",
                "示例有限公司上海分公司 | 示例有限公司",
            ],
        );
        check(Different, NOT_ALIKE, &["招商银行上海分行 | 交通银行上海分行"]);
    }

    #[test]
    fn r6_1_one_character_goes_both_ways_and_is_not_enough() {
        check(
            OneCharacterApart,
            NOT_ALIKE,
            &[
                "拓搏科技有限公司 | 拓博科技有限公司",
                "示例惠普金融有限公司 | 示例普惠金融有限公司",
                "陞例科技股份有限公司 | 昇例科技股份有限公司",
            ],
        );
        check(Similar, NOT_ALIKE, &["示例第二中学 | 示例第三中学"]);
    }

    #[test]
    fn r6_1_sisters_and_subsidiaries_differ() {
        check(
            Similar,
            NOT_ALIKE,
            &["中國鋼鐵股份有限公司 | 中國鋼鐵結構股份有限公司"],
        );
        check(
            Different,
            NOT_ALIKE,
            &["統一企業股份有限公司 | 統一超商股份有限公司"],
        );
        check(
            Similar,
            NOT_ALIKE,
            &["晨曦房地产开发有限公司 | 远山房地产开发有限公司"],
        );
        check(
            Different,
            NOT_ALIKE,
            &["上海汽车有限公司 | 北京汽车有限公司", "中国银行 | 中国农业银行"],
        );
    }

    #[test]
    fn r6_1_people() {
        assert_eq!(
            compare("Smith, John", "Mr John Smith", Individual).reason,
            SameButForm
        );
        assert_eq!(compare("李伟先生", "李偉", Individual).reason, SameButForm);
        assert!(compare("李伟", "李炜", Individual).score < ALIKE);
        assert!(compare("张三丰", "张三峰", Individual).score < ALIKE);
    }

    #[test]
    fn r6_1_empty_names_are_not_alike() {
        check(Different, 0.0..0.01, &[" | ", " | 示例", "　 | 示例"]);
    }

    /// Names put together as companies do, so that chance brings alike ones.
    fn any_name() -> impl Strategy<Value = String> {
        let region = prop::sample::select(vec![
            "",
            "上海",
            "上海市",
            "江苏省常熟市",
            "(北京)",
            "北京",
            "香港 ",
        ]);
        let brand = prop::sample::select(vec!["示例", "拓博", "拓搏", "", "Example ", "中国", "三一"]);
        let trade = prop::sample::select(vec!["科技", "银行", "農村商業銀行", "", "Steel", "集团"]);
        let form = prop::sample::select(vec![
            "有限公司",
            "(集团)股份有限公司",
            "",
            " Co., Ltd.",
            "公司",
            "厂",
        ]);
        let branch = prop::sample::select(vec!["", "", "深圳分行", "第二分公司", " Shanghai Branch"]);
        prop_oneof![
            (region.clone(), brand, trade, region, form, branch)
                .prop_map(|(a, b, c, d, e, f)| format!("{a}{b}{c}{d}{e}{f}")),
            any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn r6_1_likeness_is_symmetric_and_in_bounds(a in any_name(), b in any_name(), person: bool) {
            let likeness = compare(&a, &b, if person { Individual } else { Enterprise });
            prop_assert!((0.0..=1.0).contains(&likeness.score));
        }

        #[test]
        fn r6_1_a_name_is_like_itself(name in any_name(), person: bool) {
            let parts = NameParts::of(&name, if person { Individual } else { Enterprise });
            prop_assume!(!parts.folded.is_empty());
            prop_assert_eq!(likeness(&parts, &parts), Likeness { score: 1.0, reason: SameName });
        }
    }
}
