//! The parts of a name (R6.1): what a company is called, and where it is, of what form, and which of its branches.
//!
//! A place or a form is only taken off when a name of one's own is left: 中国银行 stays whole, and of
//! 江苏常熟农村商业银行 only the province goes.

use super::{
    branch::{bank, split_branch},
    fold::{Marked, fold_marked, is_wide},
    form::{Form, is_form, strip_forms},
    lexicon::{Level, Region, brand, is_all_trade, region_at, western_places, whole_regions},
    western::{Class, class},
    western_name::{latinised, letters_joined, western_core, without_address},
};
use crate::model::CustomerKind;

/// A name taken apart for comparison. Each part is folded as by [`fold_name`](super::fold::fold_name).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NameParts {
    /// The whole name.
    pub folded: String,
    /// What is left without place, legal form and branch; never empty unless the name is. For a person the name
    /// without titles, Western words in alphabetical order.
    pub core: String,
    /// The places in the name, wide to narrow, without 省, 市, 区, apart by spaces; empty if there are none.
    pub region: String,
    /// The legal form in one spelling for all that mean the same (有限责任公司 is 有限公司), 集团 and 控股 first; empty if
    /// there is none.
    pub legal_form: String,
    /// Which branch, without the 省, 市, 区, 县 of its place (深圳分行, 第二分公司); empty for the head office.
    pub branch: String,
    /// Whether it is a person's name.
    pub personal: bool,
    /// As many bytes of the core are the brand.
    brand: usize,
    /// Whether the brand is the company's own, and not its place or trade.
    is_own: bool,
    /// The characters of the core.
    pub(super) letters: Vec<char>,
    /// The core with its places before it, in one order wherever they stood.
    pub(super) placed: String,
    /// The words of a Western core; none of any other.
    pub(super) words: Vec<Word>,
    /// Whether its places stand behind the legal form, as in an address.
    pub(super) addressed: bool,
    /// Whether it has two places that are not one in the other: 深圳示例(洛阳)有限公司.
    pub(super) second_place: bool,
}

/// A word of a Western core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Word {
    start: usize,
    end: usize,
    /// What it says; of a person's name each is its own but for particles.
    pub class: Class,
}

impl Word {
    /// Its letters.
    pub(super) fn letters(self, of: &NameParts) -> &[char] {
        of.letters.get(self.start..self.end).unwrap_or_default()
    }
}

impl NameParts {
    /// Takes `name` apart as a customer of this kind is named. Never fails: a name that has no parts is all core.
    pub fn of(name: &str, kind: CustomerKind) -> Self {
        let marked = fold_marked(name);
        let parts = match kind {
            CustomerKind::Individual => person(marked.text),
            CustomerKind::Enterprise | CustomerKind::Institution => company(&marked),
        };
        Self {
            letters: parts.core.chars().collect(),
            placed: placed(&parts.region, &parts.core),
            words: words(&parts.core, parts.personal),
            ..parts
        }
    }

    /// Whether it is a name as in a register, with a legal form, and not only what stands above a shop's door.
    pub(super) fn is_registered(&self) -> bool {
        !matches!(self.legal_form.as_str(), "" | "集团" | "控股" | "co")
    }

    /// The legal form without what it says of a group.
    pub(super) fn form(&self) -> &str {
        self.legal_form
            .trim_start_matches("集团")
            .trim_start_matches("控股")
    }

    /// Whether a Western name is one's own, by a word of its own or two that many have, and is not only 'the steak house'.
    pub(super) fn is_distinct(&self) -> bool {
        let count = |class| self.words.iter().filter(|word| word.class == class).count();
        let common = count(Class::Common);
        count(Class::Own) > 0 || common > 1 || (common > 0 && self.words.len() > 2)
    }

    /// Whether the core is written in words: it has no Chinese characters.
    pub(super) fn is_western(&self) -> bool {
        !self.words.is_empty()
    }

    /// The core of a company's name without the trade words at its end.
    pub(super) fn brand(&self) -> &str {
        self.core.get(..self.brand).unwrap_or_default()
    }

    /// The brand, if it is the company's own: in 中国银行 there is none.
    pub(super) fn own_brand(&self) -> &str {
        if self.is_own { self.brand() } else { "" }
    }

    /// Whether so little is there that it may be short for a longer name.
    pub(super) fn may_be_short(&self) -> bool {
        const LONGEST: usize = 6;

        !self.personal && self.folded.chars().filter(|&c| is_wide(c)).nth(LONGEST).is_none()
    }
}

/// The words of a core, unless it is written without spaces.
fn words(core: &str, personal: bool) -> Vec<Word> {
    if core.contains(is_wide) {
        return Vec::new();
    }
    let mut start = 0;
    let word = |word: &str| {
        let from = start;
        let end = from + word.chars().count();
        start = end + 1;
        let class = match personal {
            true if PARTICLES.contains(&word) => Class::Link,
            true => Class::Own,
            false => class(word),
        };
        Word {
            start: from,
            end,
            class,
        }
    };
    core.split(' ').map(word).collect()
}

// --- people -----------------------------------------------------------------------------------------------------

const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "mdm",
];
/// What stands between a Western name's parts, and is left out of it.
const PARTICLES: &[&str] = &[
    "al", "el", "ul", "ud", "bin", "ben", "ibn", "bint", "abu", "van", "von", "de", "der", "den", "del",
    "da", "di", "do", "dos", "du", "la", "le", "los", "ter", "zu", "zur", "e", "y",
];
const APPELLATIONS: &[&str] = &["先生", "女士", "小姐", "太太", "夫人", "老师", "博士", "教授"];

fn person(folded: String) -> NameParts {
    let untitled = APPELLATIONS
        .iter()
        .find_map(|title| folded.strip_suffix(title))
        .map(|rest| rest.trim_end());
    let name = untitled
        .filter(|rest| rest.chars().nth(1).is_some())
        .unwrap_or(&folded);
    let name = &latinised(name);
    let mut words: Vec<&str> = name.split(' ').filter(|word| !TITLES.contains(word)).collect();
    words.sort_unstable();
    words.dedup();
    let sorted = words.join(" ");
    let core = if sorted.is_empty() {
        name.clone().into_owned()
    } else {
        sorted
    };
    NameParts {
        core,
        folded,
        personal: true,
        ..NameParts::default()
    }
}

// --- companies --------------------------------------------------------------------------------------------------

fn company(marked: &Marked) -> NameParts {
    let mut regions = Vec::new();
    let mut form = Form::default();
    let text = without_brackets(marked, &mut regions, &mut form);
    let text = letters_joined(&text);
    let parts = parts_of(without_note(&text), regions, form);
    let parts = if is_name(&parts.core) {
        parts
    } else {
        parts_of(&marked.text, Vec::new(), Form::default())
    };
    let brand = brand(&parts.core);
    NameParts {
        folded: marked.text.clone(),
        brand: brand.len(),
        is_own: whole_regions(brand).is_none() && !is_all_trade(brand),
        ..parts
    }
}

fn parts_of<'a>(text: &'a str, mut regions: Vec<Region<'a>>, mut form: Form) -> NameParts {
    let (head, branch) = split_branch(text);
    let before = regions.len();
    let head = without_address(head, &mut regions);
    let addressed = regions.len() > before;
    let head = strip_forms(head, &mut form);
    let core = if head.contains(is_wide) {
        chinese_core(head, &mut regions, &mut form)
    } else {
        western_core(head, &mut regions)
    };
    NameParts {
        core,
        second_place: is_second_place(&regions),
        region: canonical(regions),
        legal_form: form.canonical(),
        branch,
        addressed,
        ..NameParts::default()
    }
}

/// What a list says of a company that is no more.
const NOTES: &[&str] = &[
    "已注销",
    "注销",
    "已吊销",
    "吊销",
    "已倒闭",
    "已停业",
    "停业",
    "已歇业",
    "歇业",
    "已撤销",
    "已关闭",
    "暂停营业",
    "closed",
    "permanently closed",
    "temporarily closed",
    "dissolved",
    "inactive",
    "in liquidation",
    "liquidated",
    "defunct",
];

/// The name without a note at its end, unless nothing else is there.
fn without_note(text: &str) -> &str {
    let note = NOTES
        .iter()
        .filter(|note| note.contains('已') || note.contains(' '));
    let shorter = note.filter_map(|note| text.strip_suffix(note)).next();
    shorter
        .map(str::trim_end)
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text)
}

/// The name without the brackets that hold nothing but places, a legal form's mark or a note, unless nothing else is there.
fn without_brackets<'a>(
    marked: &'a Marked,
    regions: &mut Vec<Region<'a>>,
    form: &mut Form,
) -> std::borrow::Cow<'a, str> {
    let mut kept = String::new();
    let mut from = 0;
    for &(start, end) in &marked.brackets {
        let inside = marked.text.get(start..end).unwrap_or_default().trim();
        let places = match inside.contains(is_wide) {
            true => whole_regions(inside),
            false => western_places(inside, true),
        };
        if NOTES.contains(&inside) || form.add_bracketed(inside) {
            kept.push_str(marked.text.get(from..start).unwrap_or_default());
            from = end;
        } else if let Some(mut found) = places {
            kept.push_str(marked.text.get(from..start).unwrap_or_default());
            regions.append(&mut found);
            from = end;
        }
    }
    if from == 0 {
        return marked.text.as_str().into();
    }
    kept.push_str(marked.text.get(from..).unwrap_or_default());
    kept.into()
}

/// Whether `text` says more than a trade and a form.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !is_all_trade(text) && !is_form(text)
}

/// Whether `text` can stand as a name when a place before or after it is taken off. A single character before the
/// trade belongs to the place's name rather, unless brackets tell: 长乐湖科技, 天水泉科技.
fn is_own(text: &str) -> bool {
    let mut chars = text.chars();
    let wide = chars.next().is_some_and(is_wide);
    is_name(text) && !(wide && is_all_trade(chars.as_str()))
}

fn chinese_core<'a>(head: &'a str, regions: &mut Vec<Region<'a>>, form: &mut Form) -> String {
    if let Some(full) = bank(head) {
        return full.to_owned();
    }
    let head = undoubled(head);
    let mut core = String::with_capacity(head.len());
    let rest = leading_regions(head, regions, &mut core);
    let rest = if core.is_empty() && regions.is_empty() {
        trailing_region(rest, regions)
    } else {
        rest
    };
    let start = core.len();
    core.push_str(rest);
    // 湖北示例集团鄂西燃气: the group's mark within the name says as little as at its end.
    if let Some(at) = rest
        .find("集团")
        .filter(|&at| at > 0 && rest.chars().nth(3).is_some())
    {
        core.replace_range(start + at..start + at + "集团".len(), "");
        form.group = true;
    }
    for (short, full) in [("农商银行", "农村商业银行"), ("农商行", "农村商业银行")] {
        if core.ends_with(short) {
            core.truncate(core.len() - short.len());
            core.push_str(full);
        }
    }
    // The commercial banks of the cities are all called after the city alone by now: 兰州市商业银行, 兰州银行.
    if let Some(city) = core.strip_suffix("商业银行")
        && whole_regions(city).is_some()
    {
        core = format!("{city}银行");
    }
    core
}

/// A name whose beginning was typed twice, without the first: 示例示例新材料.
fn undoubled(head: &str) -> &str {
    const LONGEST: usize = 4;

    let ends = head.char_indices().skip(2).take(LONGEST - 1);
    let twice = ends
        .filter_map(|(at, _)| head.split_at_checked(at))
        .find(|(first, rest)| {
            // What is nothing but a word twice is somebody's brand.
            rest.strip_prefix(first)
                .is_some_and(|more| more.chars().nth(1).is_some())
        });
    twice.map_or(head, |(_, rest)| rest)
}

/// Takes off the places that `head` starts with, each narrower than the one before. The last of them stays, without
/// its suffix and in `core`, if what follows is no name by itself.
fn leading_regions<'a>(head: &'a str, regions: &mut Vec<Region<'a>>, core: &mut String) -> &'a str {
    let first = regions.len();
    let mut rest = head;
    while let Some((region, shorter)) = region_at(rest)
        && !shorter.is_empty()
        && regions
            .get(first..)
            .and_then(|found| found.last())
            .is_none_or(|wider| wider.level < region.level)
    {
        regions.push(region);
        rest = shorter;
    }
    if regions.len() > first && !is_own(rest) {
        core.extend(regions.pop().map(|region| region.name));
    }
    rest
}

/// Takes off a place that the name ends with: 示例科技上海, brackets lost.
fn trailing_region<'a>(text: &'a str, regions: &mut Vec<Region<'a>>) -> &'a str {
    for (offset, _) in text.char_indices().rev().take(5).skip(1) {
        let Some((before, tail)) = text.split_at_checked(offset) else {
            break;
        };
        if let Some((region, "")) = region_at(tail)
            && region.level < Level::County
            && is_own(before)
        {
            regions.push(region);
            return before;
        }
    }
    text
}

fn placed(region: &str, core: &str) -> String {
    let mut placed = String::with_capacity(region.len() + core.len() + 1);
    placed.extend(region.split(' '));
    let western = placed.ends_with(|c: char| c.is_ascii_alphanumeric());
    if western && core.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        placed.push(' ');
    }
    placed.push_str(core);
    placed
}

/// Whether two of the places are not one in the other.
fn is_second_place(regions: &[Region<'_>]) -> bool {
    const NO_CITY_WITHIN: [&str; 6] = ["北京", "上海", "天津", "重庆", "香港", "澳门"];

    let apart = |a: &Region<'_>, b: &Region<'_>| {
        let levels = (a.level, b.level);
        a.name != b.name
            && match levels {
                (Level::Province, Level::Province) | (Level::City, Level::City) => true,
                (Level::Province, Level::City) => NO_CITY_WITHIN.contains(&a.name),
                (Level::City, Level::Province) => NO_CITY_WITHIN.contains(&b.name),
                _ => false,
            }
    };
    regions
        .iter()
        .enumerate()
        .any(|(at, a)| regions.iter().skip(at + 1).any(|b| apart(a, b)))
}

fn canonical(mut regions: Vec<Region<'_>>) -> String {
    regions.sort_unstable();
    regions.dedup();
    let mut out = String::new();
    for region in regions {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(region.name);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use CustomerKind::{Enterprise, Individual, Institution};
    use proptest::prelude::*;

    #[track_caller]
    fn check(name: &str, core: &str, region: &str, legal_form: &str, branch: &str) {
        let parts = NameParts::of(name, Enterprise);
        let found = (&*parts.core, &*parts.region, &*parts.legal_form, &*parts.branch);
        assert_eq!(found, (core, region, legal_form, branch), "{name}");
    }

    #[test]
    fn r6_1_parts_of_a_company() {
        check("上海示例科技有限公司", "示例科技", "上海", "有限公司", "");
        check("示例科技（上海）有限责任公司", "示例科技", "上海", "有限公司", "");
        check("示例科技上海有限公司", "示例科技", "上海", "有限公司", "");
        check(
            "江苏省常熟市示例(集团)股份有限公司",
            "示例",
            "江苏 常熟",
            "集团股份有限公司",
            "",
        );
        check("臺灣示例股份有限公司", "示例", "台湾", "股份有限公司", "");
        check("示例投資控股公司", "示例投资", "", "控股", "");
        check("北京示例合伙企业（有限合伙）", "示例", "北京", "合伙企业", "");
        check("示例机床总厂", "示例机床", "", "厂", "");
        check("宝清县示例煤矿", "示例煤矿", "宝清", "", "");
        for slip in [
            "股有份限公司",
            "股份限公司",
            "股份有限公同",
            "股分有限公司",
            "股份有限公司司",
        ] {
            check(
                &format!("上海示例科技{slip}"),
                "示例科技",
                "上海",
                "股份有限公司",
                "",
            );
        }
        check("示例限有公司", "示例", "", "有限公司", "");
        check("示例科技有恩公司", "示例科技", "", "有限公司", "");
        check("铜陵有色公司", "铜陵有色", "", "公司", "");
        check("示例国有总公司", "示例国有", "", "公司", "");
    }

    #[test]
    fn r6_1_a_name_of_ones_own_is_left() {
        check("上海有限公司", "上海", "", "有限公司", "");
        check("(上海)有限公司", "上海", "", "有限公司", "");
        check("中国银行股份有限公司", "中国银行", "", "股份有限公司", "");
        check("北京市商业银行", "北京银行", "", "", "");
        check("江苏常熟农村商业银行", "常熟农村商业银行", "江苏", "", "");
        check("北京大学", "北京大学", "", "", "");
        check("上海市徐汇区人民政府", "徐汇人民政府", "上海", "", "");
        check("平安银行", "平安银行", "", "", "");
        check("长乐湖(宁波)科技有限公司", "长乐湖科技", "宁波", "有限公司", "");
        check("云科技(上海)有限公司", "云科技", "上海", "有限公司", "");
        check("有限公司", "有限公司", "", "", "");
        check("公司", "公司", "", "", "");
        check("集团", "集团", "", "", "");
        check("!", "!", "", "", "");
        check("", "", "", "", "");
    }

    #[test]
    fn r6_1_branches() {
        check("中国建设银行深圳市分行", "中国建设银行", "", "", "深圳分行");
        check("建行深圳分行", "中国建设银行", "", "", "深圳分行");
        check(
            "招商银行股份有限公司上海分行浦东支行",
            "招商银行",
            "",
            "股份有限公司",
            "上海浦东支行",
        );
        check("示例有限公司第二分公司", "示例", "", "有限公司", "第二分公司");
        check("示例北京分公司", "示例", "", "", "北京分公司");
        check(
            "工商银行驻示例集团公司支行",
            "中国工商银行",
            "",
            "",
            "驻示例集团公司支行",
        );
        check(
            "Example Co., Ltd. Shanghai Branch",
            "example",
            "",
            "ltd",
            "shanghai branch",
        );
    }

    #[test]
    fn r6_1_western_and_japanese_companies() {
        check("The Example Company", "example", "", "co", "");
        check("Example Holdings Pte. Ltd.", "example", "", "控股ltd", "");
        check(
            "Example Trading (Hong Kong) Limited",
            "example trading",
            "香港",
            "ltd",
            "",
        );
        check("Banco Ejemplo, S.A.", "banco ejemplo", "", "sa", "");
        check("China Steel Corporation", "china steel", "", "inc", "");
        check("示例株式会社", "示例", "", "株式会社", "");
        check("示例科技 Co., Ltd.", "示例科技", "", "ltd", "");
        check("Ltd", "ltd", "", "", "");
    }

    #[test]
    fn r6_1_people_without_titles_and_word_order() {
        let core = |name: &str| NameParts::of(name, Individual).core;
        assert_eq!(core("Smith, John"), core("Mr. John Smith"));
        assert_eq!(core("李偉先生"), "李伟");
        assert_eq!(core("王小姐"), "王小姐");
        assert_eq!(core("Mr"), "mr");
        assert_eq!(core("上海"), "上海");
    }

    proptest! {
        #[test]
        fn r6_1_the_core_is_never_lost(
            name in "(上海|江苏省|常熟市|中国|\\(北京\\)|hong kong |第一)*(银行|示例|Example|科技|集团|㈱)*(有限|公司|股份|厂| Co\\.?| Ltd|控股)*(深圳|分行|支行|分公司| branch)*"
        ) {
            for kind in [Enterprise, Individual, Institution] {
                let parts = NameParts::of(&name, kind);
                prop_assert_eq!(parts.core.is_empty(), parts.folded.is_empty(), "{:?}", parts);
            }
        }

        #[test]
        fn r6_1_never_panics_on_any_name(name in any::<String>()) {
            for kind in [Enterprise, Individual, Institution] {
                let parts = NameParts::of(&name, kind);
                prop_assert_eq!(parts.core.is_empty(), parts.folded.is_empty(), "{:?}", parts);
            }
        }
    }
}
