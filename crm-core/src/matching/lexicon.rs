//! Word lists for reading company names (R6.1): the places and trades of `data/`, found by their first character.

use std::{collections::BTreeMap, sync::LazyLock};

/// How wide a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Country,
    Province,
    City,
    County,
}

/// One place of `data/regions.txt`, or one that only its suffix shows to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Region<'a> {
    pub level: Level,
    /// Its line and column in the list: the canonical order within a level.
    order: usize,
    /// Without 省, 市, 区, 县.
    pub name: &'a str,
}

struct Entry {
    region: Region<'static>,
    needs_suffix: bool,
}

/// Words that begin with a letter of ASCII or an ideograph of the first block, found by that character.
struct Words<T> {
    /// By first character, then the longest first.
    words: Vec<(&'static str, T)>,
    /// Where in `words` each first character's begin; one more at the end.
    starts: Vec<u16>,
}

impl<T> Words<T> {
    /// ASCII, then the ideographs.
    const SLOTS: usize = 0x80 + 0x5200;

    fn new(entries: impl Iterator<Item = (&'static str, T)>) -> Self {
        let mut words: Vec<_> = entries.collect();
        words.sort_by_cached_key(|(word, _)| (Self::slot(word), std::cmp::Reverse(word.len())));
        let mut starts = vec![0; Self::SLOTS + 1];
        for (before, (word, _)) in (1..).zip(&words) {
            if let Some(next) = Self::slot(word).and_then(|slot| starts.get_mut(slot + 1)) {
                *next = before;
            }
        }
        // Where no word begins with a character, the next one's begin where the last one's ended.
        let mut last = 0;
        for start in &mut starts {
            last = last.max(*start);
            *start = last;
        }
        Self { words, starts }
    }

    /// `None`, which sorts first, for a word that begins with neither; no list has one.
    fn slot(word: &str) -> Option<usize> {
        match word.chars().next()? {
            c @ '\0'..='\x7f' => Some(c as usize),
            c @ '\u{4e00}'..='\u{9fff}' => Some(c as usize - 0x4e00 + 0x80),
            _ => None,
        }
    }

    /// The words that `text` starts with, the longest first, each with what follows it.
    fn at<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (&'a T, &'a str)> {
        let range = Self::slot(text).and_then(|slot| {
            let (start, end) = (self.starts.get(slot)?, self.starts.get(slot + 1)?);
            self.words.get(usize::from(*start)..usize::from(*end))
        });
        range.into_iter().flatten().filter_map(move |(word, value)| {
            let rest = text.strip_prefix(word)?;
            // A word in letters ends where the letters do.
            let whole = !word.ends_with(|c: char| c.is_ascii())
                || !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
            whole.then_some((value, rest))
        })
    }
}

fn lines(data: &'static str) -> impl Iterator<Item = &'static str> {
    data.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

static REGIONS: LazyLock<Words<Entry>> = LazyLock::new(|| {
    let mut order = 0;
    let mut entries = Vec::new();
    let mut known = BTreeMap::<&str, Region<'static>>::new();
    for line in lines(include_str!("data/regions.txt")) {
        let (level, names) = line.split_once(' ').unwrap_or((line, ""));
        let level = match level {
            "country" => Level::Country,
            "province" => Level::Province,
            "city" => Level::City,
            _ => Level::County,
        };
        for item in list_items(names) {
            order += 1;
            let (needs_suffix, item) = match item.strip_prefix('!') {
                Some(item) => (true, item),
                None => (false, item),
            };
            let (name, spelling) = item.split_once('=').unwrap_or((item, item));
            let region = *known.entry(name).or_insert(Region { level, order, name });
            entries.push((spelling, Entry { region, needs_suffix }));
        }
    }
    Words::new(entries.into_iter())
});

/// The items of a line: apart by spaces, but a second Western word belongs to the one before it (hong kong).
fn list_items(names: &'static str) -> Vec<&'static str> {
    let mut items = Vec::<&'static str>::new();
    let mut start = 0;
    for (at, _) in names.match_indices(' ') {
        let next_is_letter = names
            .get(at + 1..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
        if !next_is_letter {
            items.extend(names.get(start..at));
            start = at + 1;
        }
    }
    items.extend(names.get(start..));
    items
}

static TRADES: LazyLock<Words<()>> = LazyLock::new(|| {
    let words = lines(include_str!("data/trades.txt")).flat_map(|line| line.split(' '));
    Words::new(words.map(|word| (word, ())))
});

/// Peoples in the names of autonomous prefectures and counties (延边朝鲜族自治州).
static PEOPLES: LazyLock<Words<()>> = LazyLock::new(|| {
    let words = [
        "朝鲜族",
        "土家族",
        "苗族",
        "布依族",
        "侗族",
        "壮族",
        "回族",
        "藏族",
        "羌族",
        "彝族",
        "哈萨克族",
        "哈萨克",
        "蒙古族",
        "蒙古",
        "傣族",
        "景颇族",
        "白族",
        "哈尼族",
        "傈僳族",
        "柯尔克孜",
        "满族",
        "瑶族",
        "黎族",
        "畲族",
        "仡佬族",
        "土族",
        "撒拉族",
        "东乡族",
        "保安族",
        "裕固族",
        "达斡尔族",
        "锡伯",
        "塔吉克",
        "佤族",
        "拉祜族",
        "布朗族",
        "纳西族",
        "独龙族",
        "怒族",
        "普米族",
        "水族",
        "毛南族",
        "仫佬族",
        "鄂伦春",
        "鄂温克族",
        "维吾尔",
        "各族",
    ];
    Words::new(words.into_iter().map(|word| (word, ())))
});

const SUFFIXES: &[&str] = &[
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "新区",
    "省",
    "市",
    "区",
    "县",
];

/// What follows the suffix of a place once it is taken off; `None` if none stands there.
fn after_suffix(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, shorter)) = PEOPLES.at(rest).next() {
        rest = shorter;
    }
    let in_autonomy = rest.len() < text.len();
    let (suffix, rest) = SUFFIXES
        .iter()
        .find_map(|suffix| Some((*suffix, rest.strip_prefix(suffix)?)))?;
    let another_word = match suffix {
        "市" => rest.starts_with('场'),
        "区" => rest.starts_with(['域', '块', '间']),
        _ => false,
    };
    let fits = !in_autonomy || suffix.starts_with("自治");
    (fits && !another_word).then_some(rest)
}

/// The place that `text` starts with, and what follows it and its suffix.
pub(super) fn region_at(text: &str) -> Option<(Region<'_>, &str)> {
    let known = REGIONS
        .at(text)
        .find_map(|(entry, rest)| match after_suffix(rest) {
            Some(rest) => Some((entry.region, rest)),
            None => (!entry.needs_suffix).then_some((entry.region, rest)),
        });
    known.or_else(|| county_by_suffix(text))
}

/// A county, district or county-level city that the list lacks: two or three characters and the suffix.
fn county_by_suffix(text: &str) -> Option<(Region<'_>, &str)> {
    /// What stands before 市 and 区 in common words: 超市, 社区.
    const NO_CITY: &str = "城超都门夜菜股上花闹";
    const NO_DISTRICT: &str = "社小园景校厂库山牧林特战灾专矿港地街片防辖税发业新时禁";

    let mut last = ' ';
    for (position, (offset, c)) in text.char_indices().take(4).enumerate() {
        let word = match c {
            '县' => false,
            '市' => NO_CITY.contains(last),
            '区' => NO_DISTRICT.contains(last),
            _ => true,
        };
        if position >= 2 && !word {
            let (name, suffix) = text.split_at_checked(offset)?;
            return Some((
                Region {
                    level: Level::County,
                    order: usize::MAX,
                    name,
                },
                after_suffix(suffix)?,
            ));
        }
        last = c;
    }
    None
}

/// The place or places, one in the other, that make up the whole of `text`.
pub(super) fn whole_regions(text: &str) -> Option<Vec<Region<'_>>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (region, shorter) = region_at(rest)?;
        found.push(region);
        rest = shorter.trim_start_matches(' ');
    }
    (!found.is_empty()).then_some(found)
}

/// The state whose abbreviation a text begins with, and what follows.
fn state_at(text: &str) -> Option<(Region<'_>, &str)> {
    let mut found = REGIONS.at(text);
    found.find_map(|(entry, rest)| entry.needs_suffix.then_some((entry.region, rest)))
}

/// The place or places that make up the whole of a Western text; a state may be abbreviated behind a town, or
/// anywhere if `abbreviated`: boston, boston ma, ma.
pub(super) fn western_places(text: &str, abbreviated: bool) -> Option<Vec<Region<'_>>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let state = || {
            (abbreviated || !found.is_empty())
                .then(|| state_at(rest))
                .flatten()
        };
        let (region, shorter) = region_at(rest).or_else(state)?;
        found.push(region);
        rest = shorter.trim_start_matches(' ');
    }
    (!found.is_empty()).then_some(found)
}

/// What is left of `text` after the longest trade word at its start.
pub(super) fn after_trade(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(' ');
    let shorter = TRADES.at(text).map(|(_, rest)| rest).next();
    shorter.or_else(|| {
        let number = text.strip_prefix('第')?;
        let rest =
            number.trim_start_matches(|c: char| "零一二三四五六七八九十百".contains(c) || c.is_ascii_digit());
        (rest.len() < number.len()).then_some(rest)
    })
}

/// Whether `text` is made of trade words and ordinals only, and so is nobody's own name.
pub(super) fn is_all_trade(text: &str) -> bool {
    let mut rest = text;
    while let Some(shorter) = after_trade(rest) {
        rest = shorter;
    }
    rest.trim_start_matches(' ').is_empty()
}

/// The brand: `core` without the trade words at its end. The whole of it where nothing would be left.
pub(super) fn brand(core: &str) -> &str {
    for (offset, _) in core.char_indices().skip(1) {
        let (head, tail) = core.split_at_checked(offset).unwrap_or((core, ""));
        if is_all_trade(tail) {
            return head.trim_end_matches(' ');
        }
    }
    core
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(&str, &str)> {
        region_at(text).map(|(region, rest)| (region.name, rest))
    }

    #[test]
    fn r6_1_places_are_found_with_and_without_suffix() {
        assert_eq!(at("上海示例"), Some(("上海", "示例")));
        assert_eq!(at("上海市示例"), Some(("上海", "示例")));
        assert_eq!(at("延边朝鲜族自治州示例"), Some(("延边", "示例")));
        assert_eq!(at("广西壮族自治区南宁"), Some(("广西", "南宁")));
        assert_eq!(at("宝清县示例"), Some(("宝清", "示例")));
        assert_eq!(at("内蒙古示例"), Some(("内蒙古", "示例")));
        assert_eq!(at("hong kong example"), Some(("香港", " example")));
    }

    #[test]
    fn r6_1_a_word_is_no_place() {
        assert_eq!(at("平安银行"), None);
        assert_eq!(at("平安区示例"), Some(("平安", "示例")));
        assert_eq!(at("好又多超市"), None);
        assert_eq!(at("万家超市"), None);
        assert_eq!(at("示例"), None);
        assert_eq!(at("hkx"), None);
        assert_eq!(at("北京市场"), Some(("北京", "市场")));
    }

    #[test]
    fn r6_1_the_brand_stands_before_the_trade() {
        assert_eq!(brand("晨曦房地产开发"), "晨曦");
        assert_eq!(brand("中国钢铁"), "中国");
        assert_eq!(brand("科技"), "科技");
        assert_eq!(brand("拓搏"), "拓搏");
    }

    #[test]
    fn r6_1_lists_are_in_folded_form() {
        for list in [include_str!("data/regions.txt"), include_str!("data/trades.txt")] {
            for line in lines(list) {
                assert_eq!(super::super::fold::fold(line), line);
                assert!(
                    line.split(' ').all(|word| Words::<()>::slot(word).is_some()),
                    "{line}"
                );
            }
        }
    }
}
