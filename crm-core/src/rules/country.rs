//! Which country a list means (R9.5 d): by a name in Chinese or English, by a code, or by the end of an address.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use crate::{
    matching::fold,
    model::{Address, Region},
};

/// The field of the host's own in which a country is kept.
pub(crate) const COUNTRY: &str = "country";

/// A line for each country: its code of two letters, its code of three, its names.
const NAMES: &str = include_str!("countries.txt");

static BY_NAME: LazyLock<HashMap<String, Region>> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    for line in NAMES.lines() {
        let code = line.split(',').next().unwrap_or_default();
        if let Some(region) = Region::from_code(code) {
            by_name.extend(line.split(',').map(|name| (plain(name), region)));
        }
    }
    by_name
});

/// The characters with which a country's name begins, other than letters of ours.
static AHEAD: LazyLock<HashSet<char>> = LazyLock::new(|| {
    let first = NAMES
        .lines()
        .flat_map(|line| line.split(','))
        .filter_map(|name| name.chars().next());
    first.filter(|c| !c.is_ascii()).collect()
});

/// Abbreviations that stand for a country at the end of an address too, where CA and IN are as often states.
const SHORT: [&str; 8] = ["uk", "gb", "us", "usa", "uae", "prc", "hk", "roc"];
/// Names that as often are a town's or a state's elsewhere.
const ELSEWHERE: [&str; 8] = [
    "georgia", "jersey", "lebanon", "peru", "jordan", "cuba", "panama", "malta",
];
/// Words before a name that make another of it: New Mexico, South Wales, Inner Mongolia, Bank of China.
const BEFORE: [&str; 10] = [
    "new", "of", "north", "south", "east", "west", "inner", "little", "upper", "lower",
];
/// Towns and parts of countries that a Chinese address has behind the country's name.
const TOWNS: &[&str] = &[
    "伦敦",
    "曼彻斯特",
    "伯明翰",
    "纽约",
    "洛杉矶",
    "旧金山",
    "芝加哥",
    "波士顿",
    "休斯敦",
    "西雅图",
    "华盛顿",
    "加利福尼亚",
    "巴黎",
    "里昂",
    "马赛",
    "柏林",
    "慕尼黑",
    "汉堡",
    "法兰克福",
    "科隆",
    "杜塞尔多夫",
    "斯图加特",
    "东京",
    "大阪",
    "名古屋",
    "横滨",
    "京都",
    "神户",
    "福冈",
    "首尔",
    "釜山",
    "曼谷",
    "河内",
    "胡志明",
    "吉隆坡",
    "槟城",
    "雅加达",
    "马尼拉",
    "悉尼",
    "墨尔本",
    "布里斯班",
    "珀斯",
    "多伦多",
    "温哥华",
    "蒙特利尔",
    "莫斯科",
    "圣彼得堡",
    "罗马",
    "米兰",
    "马德里",
    "巴塞罗那",
    "阿姆斯特丹",
    "鹿特丹",
    "布鲁塞尔",
    "苏黎世",
    "日内瓦",
    "维也纳",
    "迪拜",
    "孟买",
    "新德里",
    "班加罗尔",
    "开罗",
    "圣保罗",
    "里约",
    "九龙",
    "新界",
    "港岛",
    "香港岛",
    "中环",
    "湾仔",
    "台北",
    "高雄",
    "台中",
];
/// The shortest other name that does.
const SHORTEST: usize = 4;
/// The most words of a name at the end of an address.
const MOST_WORDS: usize = 4;
/// The most characters of a name at the beginning of one.
const MOST_AHEAD: usize = 7;
/// Characters behind it that tell whether it is one.
const BEHIND: usize = 7;

/// The country that a text names: `United Kingdom`, `GB`, `GBR`, `英国`, `Korea, Republic of`, `CN/中国`.
pub fn parse_country(text: &str) -> Option<Region> {
    let name = plain(text);
    let find = |name: &str| BY_NAME.get(name.trim()).copied();
    let turned = || {
        let (first, second) = name.split_once(',')?;
        find(&format!("{} {}", second.trim(), first.trim())).or_else(|| find(&name.replace(',', "")))
    };
    let in_parts = || {
        let mut parts = name
            .split(['/', '(', ')', '|', '-'])
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let first = find(parts.next()?)?;
        parts.all(|part| find(part) == Some(first)).then_some(first)
    };
    find(&name).or_else(turned).or_else(in_parts)
}

/// The country that an address in one line ends with, as Western ones do, or begins with, as Chinese ones do.
///
/// ```
/// # use crm_core::{model::Region, rules::country::country_of_address};
/// let of = |address| country_of_address(address).map(|region| region.code());
/// assert_eq!(of("1 Fleet Street, London, United Kingdom"), Some("GB"));
/// assert_eq!(of("英国伦敦舰队街1号"), Some("GB"));
/// assert_eq!(of("上海市黄浦区中山东一路1号"), None);
/// ```
pub fn country_of_address(line: &str) -> Option<Region> {
    let line = line.trim();
    if !line.starts_with(|c: char| c.is_ascii())
        && let Some(region) = ahead(line)
    {
        return Some(region);
    }
    let end = line
        .rsplit([',', '，', ';', '；', '、', '\n'])
        .map(str::trim)
        .find(|part| part.chars().any(char::is_alphabetic))?;
    if end.len() == line.len() && !line.is_ascii() && !line.contains(' ') {
        // A Chinese address, which has no country at its end.
        return None;
    }
    let end = end.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '-');
    let words = end.rmatch_indices(' ').nth(MOST_WORDS);
    let end = plain(words.and_then(|(space, _)| end.get(space..)).unwrap_or(end));
    let is_told =
        |name: &str| (name.len() >= SHORTEST || SHORT.contains(&name)) && !ELSEWHERE.contains(&name);
    if let Some(region) = BY_NAME.get(&end).filter(|_| is_told(&end)) {
        return Some(*region);
    }
    // "London United Kingdom", and not "New Mexico".
    let starts = end.rmatch_indices(' ').take(MOST_WORDS);
    let mut found = None;
    for (space, _) in starts {
        let (before, name) = end.split_at_checked(space)?;
        let name = name.trim();
        if let Some(region) = BY_NAME.get(name)
            && is_told(name)
            && !before
                .rsplit(' ')
                .next()
                .is_some_and(|word| BEFORE.contains(&word))
        {
            found = Some(*region);
        }
    }
    found
}

/// The country of a customer, by the host's own field for it, else by an address.
pub(crate) fn country_of(extra: &BTreeMap<String, String>, addresses: &[Address]) -> Option<Region> {
    let named = extra.get(COUNTRY).map(|country| parse_country(country));
    named.unwrap_or_else(|| {
        addresses
            .iter()
            .find_map(|address| country_of_address(&address.text()))
    })
}

/// The country that a text begins with, where what follows makes no street or town of its name.
fn ahead(line: &str) -> Option<Region> {
    // Most addresses begin with no country's name.
    if !AHEAD.contains(&line.chars().next()?) {
        return None;
    }
    let head: String = line.chars().take(MOST_AHEAD + BEHIND).collect();
    let head = fold(&head);
    let ends = head.char_indices().map(|(at, _)| at).chain([head.len()]);
    let ends: Vec<usize> = ends.skip(2).take(MOST_AHEAD - 1).collect();
    let (end, region) = ends.iter().rev().find_map(|&end| {
        let region = BY_NAME.get(head.get(..end)?)?;
        Some((end, *region))
    })?;
    let rest = head.get(end..).unwrap_or_default();
    let is_apart = rest.is_empty() || rest.starts_with(['省', ' ', ',', '，', '-', '、', '/', ':', '(']);
    let has_part = || {
        let part = rest.find(['省', '市', '州', '县', '郡']);
        part.is_some() && !STATES.contains(&head.chars().take(3).collect::<String>().as_str())
    };
    let is_town = || TOWNS.iter().any(|town| rest.starts_with(town));
    (is_apart || is_town() || has_part()).then_some(region)
}

/// What begins with a country's name and is none of its parts.
const STATES: [&str; 3] = ["马里兰", "巴西利", "印度洋"];

/// A name without what does not matter.
fn plain(name: &str) -> String {
    let folded = fold(name).replace(['.', '\'', '’'], "").replace('&', "and");
    match folded.strip_prefix("the ") {
        Some(bare) => bare.to_owned(),
        None => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(region: Option<Region>) -> Option<&'static str> {
        region.map(Region::code)
    }

    #[test]
    fn r9_5_every_country_is_known_by_its_codes_and_names() {
        assert_eq!(NAMES.lines().count(), Region::all().count());
        let mut seen: HashMap<String, &str> = HashMap::new();
        for line in NAMES.lines() {
            let code = line.split(',').next().unwrap();
            for name in line.split(',') {
                let other = seen.insert(plain(name), code);
                assert!(
                    other.is_none_or(|other| other == code),
                    "{name}: {code} and {other:?}"
                );
            }
        }
    }

    #[test]
    fn r9_5_a_country_is_read_in_chinese_in_english_and_by_code() {
        for (text, region) in [
            ("United Kingdom", "GB"),
            ("UK", "GB"),
            ("U.K.", "GB"),
            ("GBR", "GB"),
            ("gb", "GB"),
            ("英國", "GB"),
            ("The Netherlands", "NL"),
            ("Korea, Republic of", "KR"),
            ("Taiwan, Province of China", "TW"),
            ("CN/中国", "CN"),
            ("中国 (China)", "CN"),
            ("U.S.A.", "US"),
            ("Türkiye", "TR"),
            ("香港", "HK"),
            ("中国大陆", "CN"),
            ("阿联酋", "AE"),
        ] {
            assert_eq!(code(parse_country(text)), Some(region), "{text}");
        }
        for text in ["", "Narnia", "欧洲", "EU", "上海", "CN/DE"] {
            assert_eq!(parse_country(text), None, "{text}");
        }
    }

    #[test]
    fn r9_5_an_address_names_its_country_at_an_end() {
        for (line, region) in [
            ("London, United Kingdom", "GB"),
            ("1 Fleet Street, London, EC4A 1BD, UK", "GB"),
            ("1 Fleet Street London United Kingdom", "GB"),
            ("Friedrichstraße 1, 10117 Berlin, Germany", "DE"),
            ("10 Main St, Springfield, IL 62701, USA", "US"),
            ("10 Main St, Springfield, IL, US 62701", "US"),
            ("Tokyo, Japan 100-0001", "JP"),
            ("舰队街1号，伦敦，英国", "GB"),
            ("美國加州舊金山市場街1號", "US"),
            ("香港九龙弥敦道1号", "HK"),
            ("中国香港中环", "HK"),
            ("香港特别行政区中环", "HK"),
            ("台湾省台北市", "TW"),
            ("英国伦敦舰队街1号", "GB"),
            ("美国，纽约", "US"),
            ("台湾台北市中山北路2段113号", "TW"),
            ("日本东京都千代田区", "JP"),
            ("대한민국 서울특별시", "KR"),
            ("No. 1 Nanjing Road, Shanghai, China", "CN"),
        ] {
            assert_eq!(code(country_of_address(line)), Some(region), "{line}");
        }
        for line in [
            "",
            "上海市黄浦区中山东一路1号",
            "香港中路10号",
            "巴林左旗林东镇",
            "台湾路1号",
            "San Francisco, CA",
            "Albuquerque, New Mexico",
            "Gary, IN 46401",
            "Indiana",
            "10 Main St, Atlanta, Georgia 30303",
            "1 George St, Sydney, New South Wales 2000",
            "1 Example Rd, Hohhot, Inner Mongolia",
            "10 Main St, Lebanon",
            "100 Main St, Peru",
            "Level 3, Bank of China",
            "Unit 5, Little India",
            "德国中心大厦B座",
            "香港花园1号",
            "法国梧桐路1号",
            "印度洋路1号",
            "马里兰州巴尔的摩市",
            "1 Fleet Street, London",
        ] {
            assert_eq!(country_of_address(line), None, "{line}");
        }
    }
}
