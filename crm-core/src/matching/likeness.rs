//! How alike two names are (R6.1), as evidence in bits with its reason.
//!
//! What two names have in common speaks for one customer, the more the rarer it is; what only one of them has speaks
//! against, a trade word less than a character of the brand. A name that differs in one character is another company
//! until much else, a phone or a person says otherwise.

use super::{
    aloud::spelt_alike,
    company::{apart, branches},
    distance::numbers_differ,
    evidence::{Likeness, NameReason, floor},
    lexicon::whole_regions,
    name::NameParts,
    person::people,
    place::{Places, longer_by, place_within, places, places_of},
    short::short_name,
    sound::sound_alike,
    weigh::in_common,
    weights::Weights,
    western::forms_differ,
    words::{Order, same_words},
};

/// Compares two names (R6.1). Symmetric; an empty name is like none.
pub fn likeness(a: &NameParts, b: &NameParts, weights: &Weights) -> Likeness {
    if a.folded.is_empty() || b.folded.is_empty() {
        return Likeness::nothing();
    }
    // Which comes first must make no difference.
    let (a, b) = if (&a.core, &a.folded) <= (&b.core, &b.folded) {
        (a, b)
    } else {
        (b, a)
    };
    if let Some(spelt) = spelt_alike(a, b) {
        return spelt;
    }
    match a.personal || b.personal {
        true => people(a, b, weights),
        false => companies(a, b, weights),
    }
}

fn companies(a: &NameParts, b: &NameParts, weights: &Weights) -> Likeness {
    use NameReason::{OtherOrder, SameButForm, SameCoreOtherRegion, SameCoreRegionMissing, SameName};

    let common = || in_common(a, weights);
    if a.folded == b.folded {
        return Likeness::new((common() + weights.same_region).max(floor::SAME_NAME), SameName);
    }
    if a.branch != b.branch {
        return branches(a, b, weights);
    }
    let (form, most) = form(a, b, weights);
    // A steak house is any.
    let most = match a.is_western() && !a.is_distinct() && !a.is_registered() {
        true => most.min(floor::REGION_MISSING),
        false => most,
    };
    let same_but = |more: f64, reason: NameReason| {
        let bits = (common() + more + form).max(floor::SAME_BUT_FORM + form);
        shared(bits.min(most), reason)
    };
    let same_but_form = |more: f64| same_but(more, SameButForm);
    let by_place = |place: Places| match place {
        Places::Same => same_but_form(weights.same_region),
        Places::Within => same_but_form(weights.wider_region),
        Places::Implied => same_but_form(0.0),
        Places::Missing => {
            let bits = (common() + weights.region_missing).max(floor::REGION_MISSING);
            // A subsidiary abroad, and its parent.
            let most = match (a.is_western(), a.second_place == b.second_place) {
                (_, false) => most.min(floor::REGION_MISSING),
                (true, _) => most.min(floor::TURNED_ROUND),
                _ => most,
            };
            shared((bits + form).min(most), SameCoreRegionMissing)
        }
        Places::Other => {
            let bits = common() + weights.other_region + form;
            Likeness::new(
                bits.clamp(floor::OTHER_REGION, floor::OTHER_CHARACTER),
                SameCoreOtherRegion,
            )
        }
    };
    if a.core == b.core {
        return by_place(places_of(a, b));
    }
    if let Some(order) = same_words(a, b) {
        let likeness = by_place(places_of(a, b));
        return match (order, likeness.reason) {
            (Order::Other, SameButForm) => Likeness {
                reason: OtherOrder,
                ..likeness
            },
            _ => likeness,
        };
    }
    // A place may be seen to be one in one of the names only.
    if a.placed == b.placed || place_within(a, b) || place_within(b, a) {
        return same_but_form(weights.same_region);
    }
    if let Some(more) = longer_by(&a.placed, &b.placed)
        && let Some(found) = whole_regions(more)
    {
        let names: Vec<&str> = found.iter().map(|region| region.name).collect();
        return by_place(match more == "中国" || !a.branch.is_empty() {
            true => Places::Implied,
            false => places(&names.join(" "), ""),
        });
    }
    let apart = by_sound(apart(a, b, weights), a, b);
    match short_name(a, b, weights) {
        Some(short) if short.bits > apart.bits || apart.reason == NameReason::Similar => Likeness {
            shared: apart.shared,
            ..Likeness::new(short.bits.max(apart.bits), short.reason)
        },
        _ => apart,
    }
}

/// Typed by how it sounds, or taken down by ear: as good as one slip.
fn by_sound(apart: Likeness, a: &NameParts, b: &NameParts) -> Likeness {
    let (x, y) = (a.letters.as_slice(), b.letters.as_slice());
    let one = apart.reason == NameReason::OneCharacterApart;
    if one || !sound_alike(x, y) || numbers_differ(x, y) || places(&a.region, &b.region) == Places::Other {
        return apart;
    }
    Likeness::new(apart.bits.max(floor::SLIP), NameReason::SameSound)
}

/// The whole name in common.
const fn shared(bits: f64, reason: NameReason) -> Likeness {
    Likeness {
        shared: true,
        ..Likeness::new(bits, reason)
    }
}

/// What two legal forms say of one name, and the most that the names say with them. A list often leaves the form out, which
/// says nothing. Of a holding there is the company besides, and of one name an AG and a GmbH; a group of which no trade is
/// named is the head of a house, while a company of a trade becomes a group and stays the same.
fn form(a: &NameParts, b: &NameParts, weights: &Weights) -> (f64, f64) {
    let (x, y) = (a.legal_form.as_str(), b.legal_form.as_str());
    let in_one = |words: &[&str]| words.iter().any(|word| x.contains(word) != y.contains(word));
    let no_trade = a.core.len() == a.brand().len();
    if in_one(&["厂", "合伙", "个"]) {
        (weights.form_differs, f64::MAX)
    } else if forms_differ(a.form(), b.form()) {
        (weights.form_differs, floor::REGION_MISSING)
    } else if in_one(&["控股"]) || (in_one(&["集团"]) && no_trade) {
        (weights.group_differs, floor::TURNED_ROUND)
    } else if in_one(&["集团"]) {
        (weights.group_differs, f64::MAX)
    } else {
        (0.0, f64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::{NameReason::*, *};
    use crate::matching::evidence::{LIKELY, SIMILAR};
    use crate::model::CustomerKind::{self, Enterprise, Individual};
    use proptest::prelude::*;
    use std::ops::Range;

    fn compare(a: &str, b: &str, kind: CustomerKind) -> Likeness {
        let (a, b) = (NameParts::of(a, kind), NameParts::of(b, kind));
        let likeness = likeness(&a, &b, Weights::shipped());
        assert_eq!(
            likeness,
            super::likeness(&b, &a, Weights::shipped()),
            "{a:?} {b:?}"
        );
        likeness
    }

    const NOT_ALIKE: Range<f64> = 0.0..LIKELY;
    const ONLY_WITH_A_PHONE: Range<f64> = SIMILAR..LIKELY;
    const BY_ITSELF: Range<f64> = LIKELY..1.01;
    const ALL_BUT_SAME: Range<f64> = 0.9..1.0;
    const SAME: Range<f64> = 0.97..1.0;

    #[track_caller]
    fn check(reason: NameReason, scores: Range<f64>, pairs: &[&str]) {
        for pair in pairs {
            let (a, b) = pair.split_once(" | ").unwrap();
            let likeness = compare(a, b, Enterprise);
            assert_eq!(likeness.reason, reason, "{pair} {likeness:?}");
            assert!(scores.contains(&likeness.score()), "{pair} {likeness:?}");
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
    fn r6_1_the_same_sound_needs_a_phone() {
        check(
            SameSound,
            ONLY_WITH_A_PHONE,
            &[
                "上海宏达科技有限公司 | 上海鸿大科技有限公司",
                "宏达科技有限公司 | 上海鸿大科技有限公司",
            ],
        );
        for pair in [
            ("示例四十中学", "示例十四中学"),
            ("上海宏达有限公司", "北京鸿大有限公司"),
        ] {
            assert_ne!(compare(pair.0, pair.1, Enterprise).reason, SameSound, "{pair:?}");
        }
        let person = compare("张晓燕", "张小艳", Individual);
        assert_eq!(person.reason, SameSound);
        assert!(ONLY_WITH_A_PHONE.contains(&person.score()));
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
    fn r6_1_a_company_of_a_trade_becomes_a_group_and_stays_the_same() {
        check(
            SameButForm,
            BY_ITSELF,
            &[
                "北京晨曦堂电子有限公司 | 北京晨曦堂电子集团有限公司",
                "湖北示例鄂西燃气有限公司 | 湖北示例集团鄂西燃气有限公司",
                "大示例物流控股集团有限公司 | 大示例物流控股集团",
                "示例有限公司 | 示例股份有限公司",
            ],
        );
    }

    #[test]
    fn r6_1_the_head_of_a_house_is_not_its_company_unless_a_number_agrees() {
        check(
            SameButForm,
            ONLY_WITH_A_PHONE,
            &[
                "示例股份有限公司 | 示例（集团）股份有限公司",
                "北京晨曦堂有限公司 | 北京晨曦堂控股有限公司",
                "北京晨曦堂电子有限公司 | 北京晨曦堂电子控股有限公司",
                "Fenwick GmbH | Fenwick AG",
                "Fenwick Instruments LLC | Fenwick Instruments, Inc.",
                "Marlow Tools Ltd | Marlow Tools Holdings Ltd",
            ],
        );
        check(
            Similar,
            ONLY_WITH_A_PHONE,
            &["北京晨曦堂股份有限公司 | 北京晨曦堂科技发展股份有限公司"],
        );
        check(
            SameCoreRegionMissing,
            ONLY_WITH_A_PHONE,
            &[
                "深圳晨曦堂光学(洛阳)有限公司 | 深圳晨曦堂光学有限公司",
                "Fenwick Instruments (Nederland) BV | Fenwick Instruments BV",
            ],
        );
    }

    #[test]
    fn r6_1_branches_of_japanese_companies_and_banks_of_one_house_are_two() {
        check(
            SameCoreOtherBranch,
            NOT_ALIKE,
            &[
                "株式会社示例大阪支店 | 株式会社示例東京支店",
                "示例株式会社大阪支店 | 示例株式会社",
            ],
        );
        assert!(compare("中国农业银行", "中国农业发展银行", Enterprise).bits < 0.0);
    }

    #[test]
    fn r6_1_a_place_that_the_other_tells_is_no_evidence_against() {
        check(
            SameButForm,
            BY_ITSELF,
            &[
                "晨曦堂银行南京分行 | 江苏晨曦堂银行南京分行",
                "晨曦堂银行内蒙古分行 | 晨曦堂银行内蒙古自治区分行",
                "中国晨曦堂证券有限公司 | 晨曦堂证券有限公司",
                "漳洲晨曦堂建材有限公司 | 漳州晨曦堂建材有限公司",
                "泰和泰和县晨曦育种有限公司 | 泰和县晨曦育种有限公司",
                "晨曦晨曦新材料有限公司 | 晨曦新材料有限公司",
                "北京晨曦投资(有限合伙人) | 北京晨曦投资（有限合伙）",
                "Fenwick Instruments Ltd, Boston, MA | Fenwick Instruments Limited",
                "北京晨曦堂电子有限公司（已注销） | 北京晨曦堂电子有限公司",
                "Fenwick Instruments (closed) | Fenwick Instruments",
            ],
        );
        check(
            Similar,
            BY_ITSELF,
            &["北京晨曦综合环境治理有限公司 | 北京晨曦环境综合治理有限公司"],
        );
        // Nobody knows of which of two towns.
        check(
            SameCoreOtherRegion,
            NOT_ALIKE,
            &["漳州晨曦堂建材有限公司 | 泉州晨曦堂建材有限公司"],
        );
    }

    #[test]
    fn r6_1_legal_forms_and_words_in_any_spelling_make_no_difference() {
        check(
            SameButForm,
            BY_ITSELF,
            &[
                "Fenwick Handel GmbH | Fenwick Handel Gesellschaft mit beschränkter Haftung",
                "Fenwick Tools N. V. | Fenwick Tools NV",
                "Fenwick Tools, L.L.C. | Fenwick Tools Limited Liability Company",
                "Fenwick Tools p.l.c. | Fenwick Tools Public Limited Company",
                "Fenwick S.p.A. | Fenwick Società per Azioni",
                "OOO Fenwick | Fenwick Limited Liability Company",
                "ООО Фенвик | OOO Fenvik",
                "Int'l Fenwick Mfg Svcs Inc | International Fenwick Manufacturing Services Incorporated",
                "Fenwick Test Labs | Fenwick Test Laboratories",
                "St. Fenwick 1st Trading | Saint Fenwick First Trading",
                "Fenwick & Marlow Ltd | Fenwick und Marlow Ltd",
                "Müller Fenwick KG | Mueller Fenwick KG",
                "Fen Wick Ltd | Fenwick Ltd",
                "Fenwick Two Ltd | Fenwick II Ltd",
                "주식회사 샘플 | ㈜샘플",
                "一般社団法人示例 | （一社）示例",
            ],
        );
        check(
            SameName,
            SAME,
            &[
                "Fenwick Handel G.m.b.H. | Fenwick Handel GmbH",
                "髙橋示例株式会社 | 高橋示例株式会社",
                "サンプル株式会社 | さんぷる株式会社",
            ],
        );
        check(
            OtherOrder,
            BY_ITSELF,
            &["Fenwick Marlow Ltd | Marlow Fenwick Ltd"],
        );
        check(
            OneCharacterApart,
            BY_ITSELF,
            &["Fenwick Instruments Ltd | Fenwyck Instruments Ltd"],
        );
        // In a short word a slip makes another's name, and a number is another's.
        check(
            OneCharacterApart,
            ONLY_WITH_A_PHONE,
            &[
                "Beta Instruments Ltd | Meta Instruments Ltd",
                "Fenwick Ltd | Fenwyck GmbH",
            ],
        );
        for pair in [
            ("Fenwick Partners V LP", "Fenwick Partners VI LP"),
            ("Fenwick Ltd", "Fenwick II Ltd"),
            ("Fenwick Systems Ltd", "Fenwick Ltd"),
            ("Fenwick Centers", "Fenwick Centers – Hyde Park"),
            ("Fenwick Shipping Ltd", "Fenwick Insurance Ltd"),
        ] {
            let found = compare(pair.0, pair.1, Enterprise);
            assert!(found.score() < LIKELY, "{pair:?} {found:?}");
        }
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
            Different,
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
        check(Different, NOT_ALIKE, &["示例第二中学 | 示例第三中学"]);
    }

    #[test]
    fn r6_1_what_a_brand_lacks_in_two_places_is_another_brand() {
        let bits = |other| compare("成都晨曦翊建材有限公司", other, Enterprise).bits;
        let (slip, replaced) = (bits("成都晨翊建材有限公司"), bits("成都晨曦钰建材有限公司"));
        let lacking_in_two = bits("成都晨翊钰建材有限公司");
        assert!(slip > replaced && replaced > lacking_in_two && lacking_in_two < 0.0);
    }

    #[test]
    fn r6_1_sisters_and_subsidiaries_differ() {
        check(
            Different,
            NOT_ALIKE,
            &["中國鋼鐵股份有限公司 | 中國鋼鐵結構股份有限公司"],
        );
        check(
            Similar,
            NOT_ALIKE,
            &["統一企業股份有限公司 | 統一超商股份有限公司"],
        );
        check(
            Different,
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
    fn r6_1_a_short_name_is_in_the_full_one() {
        check(
            ShortName,
            SIMILAR..LIKELY,
            &[
                "示例网安 | 深圳示例网安科技股份有限公司",
                "台泥 | 台湾水泥股份有限公司",
                "示例股份 | 上海示例实业股份有限公司",
            ],
        );
    }

    #[test]
    fn r6_1_people() {
        assert_eq!(
            compare("Smith, John", "Mr John Smith", Individual).reason,
            OtherOrder
        );
        assert_eq!(compare("李伟先生", "李偉", Individual).reason, OtherOrder);
        for (a, b) in [
            ("JohnSmithson", "John Smithson"),
            ("Friedrich Hans Marlow", "Marlow Friedrich Hans"),
        ] {
            assert_eq!(compare(a, b, Individual).reason, OtherOrder, "{a} {b}");
        }
        for (a, b) in [
            ("Wolodimir Fenvik", "Volodymyr Fenvik"),
            ("Володимир Фенвик", "Volodymyr Fenvik"),
            ("Muhammed bin Fenwick", "Mohamad Fenwick"),
            ("Ben Fenwick", "Benjamin Fenwick"),
            ("J.-C. Fenwick", "Jean-Claude Fenwick"),
        ] {
            assert!(compare(a, b, Individual).score() >= SIMILAR, "{a} {b}");
        }
        assert!(compare("Mary Fenwick", "John Fenwick", Individual).score() < SIMILAR);
        // By ear they are the same; by sight they are two.
        let bits = |a: &str, b: &str| compare(a, b, Individual).bits;
        assert!(bits("李伟", "李炜") < bits("李伟", "李伟"));
        assert!(bits("张三丰", "张三峰") < bits("张三丰", "张三丰"));
        assert!(bits("李伟", "李娜") < 0.0);
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
            prop_assert!((0.0..=1.0).contains(&likeness.score()));
        }

        #[test]
        fn r6_1_a_name_is_like_itself(name in any_name(), person: bool) {
            let parts = NameParts::of(&name, if person { Individual } else { Enterprise });
            prop_assume!(!parts.folded.is_empty());
            let likeness = likeness(&parts, &parts, Weights::shipped());
            prop_assert_eq!(likeness.reason, SameName);
            prop_assert!(person || likeness.score() > LIKELY);
        }
    }
}
