//! Which country a list means (R9.5 d): by a name in Chinese or English, by a code, or by the end of an address.

use std::{
    collections::{BTreeMap, HashMap},
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

/// Abbreviations that stand for a country at the end of an address too, where CA and IN are as often states.
const SHORT: [&str; 8] = ["uk", "gb", "us", "usa", "uae", "prc", "hk", "roc"];
/// The shortest other name that does.
const SHORTEST: usize = 4;
/// The most words of a name at the end of an address.
const MOST_WORDS: usize = 4;
/// The most characters of a name at the beginning of one.
const MOST_AHEAD: usize = 7;

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
    let is_told = |name: &str| name.len() >= SHORTEST || SHORT.contains(&name);
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
            && !before.ends_with("new")
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
    let head: String = line.chars().take(MOST_AHEAD + 2).collect();
    let head = fold(&head);
    let ends = head.char_indices().map(|(at, _)| at).chain([head.len()]);
    let ends: Vec<usize> = ends.skip(2).take(MOST_AHEAD - 1).collect();
    let (end, region) = ends.iter().rev().find_map(|&end| {
        let region = BY_NAME.get(head.get(..end)?)?;
        Some((end, *region))
    })?;
    let rest = head.get(end..).unwrap_or_default();
    let is_town = rest.starts_with([
        '左', '右', '旗', '族', '营', '城', '村', '寨', '镇', '乡', '县', '园', '馆', '大', '人',
    ]);
    let direction = ['东', '西', '南', '北', '中', '一', '二', '三', '四', '五'];
    let is_street = rest
        .trim_start_matches(direction)
        .starts_with(['路', '街', '道', '巷', '弄', '桥']);
    (!is_town && !is_street).then_some(region)
}

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
            "1 Fleet Street, London",
        ] {
            assert_eq!(country_of_address(line), None, "{line}");
        }
    }
}
