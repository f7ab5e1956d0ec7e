//! The area code of the city that an address names.

use super::cities::{City, MAINLAND, PROVINCES, Province, SIMPLIFIED, TAIWAN};
use crate::model::Region;

/// The longest name in the tables, in characters.
const LONGEST_NAME: usize = 4;
const PROVINCE_SUFFIXES: [&str; 2] = ["省", "市"];
/// "延边朝鲜族自治州", "广西壮族自治区": the name of a people stands before these.
const AUTONOMOUS_PREFECTURE: &str = "自治州";
const AUTONOMOUS_REGION: &str = "自治区";
/// The most characters of that name: 傣族景颇族, 布依族苗族.
const LONGEST_PEOPLE: usize = 8;
/// What an address may begin with before its province.
const COUNTRIES: [&str; 4] = ["中华人民共和国", "中华民国", "中国", "台湾"];

/// Cities of Taiwan as abbreviated at the beginning of an address.
const ABBREVIATED: [(&str, &str); 2] = [("北市", "02"), ("高市", "07")];

/// The names of one region. All suffixes are in Simplified script.
struct Gazetteer {
    cities: &'static [City],
    provinces: &'static [Province],
    /// What tells the name of a city from that of a street.
    city_suffixes: &'static [&'static str],
    /// The same for a town right behind its city.
    town_suffixes: &'static [&'static str],
}

/// 区 makes no city here: 朝阳区 is in Beijing, 朝阳市 is not.
static MAINLAND_NAMES: Gazetteer = Gazetteer {
    cities: &MAINLAND,
    provinces: &PROVINCES,
    city_suffixes: &["市", "地区", "盟", "州", "县", "林区"],
    town_suffixes: &["市", "县", "区"],
};

static TAIWAN_NAMES: Gazetteer = Gazetteer {
    cities: &TAIWAN,
    provinces: &[],
    city_suffixes: &["市", "县", "镇", "乡", "区"],
    town_suffixes: &["镇", "乡"],
};

/// The area code, with its zero, of the city in `region` that `place` names; of several the first, as addresses go
/// from the large to the small, unless a town within it has a code of its own.
pub(super) fn area_code(place: &str, region: Region) -> Option<&'static str> {
    let text = simplify(place);
    match region {
        Region::CN => MAINLAND_NAMES.find(&text),
        Region::TW => {
            let abbreviated = ABBREVIATED.iter().find(|(name, _)| text.starts_with(name));
            abbreviated.map_or_else(|| TAIWAN_NAMES.find(&text), |(_, code)| Some(code))
        }
        _ => None,
    }
}

/// Without spaces and in Simplified script, as far as the names in the tables need.
fn simplify(place: &str) -> String {
    let plain = |c| {
        SIMPLIFIED
            .binary_search_by_key(&c, |&(from, _)| from)
            .ok()
            .and_then(|at| SIMPLIFIED.get(at))
    };
    place
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| plain(c).map_or(c, |&(_, to)| to))
        .collect()
}

impl Gazetteer {
    fn find(&self, text: &str) -> Option<&'static str> {
        let mut rest = text;
        let mut province = None;
        // A name without 市 counts where an address begins and behind a province: elsewhere a street may have it.
        let mut at_head = true;
        while let Some(c) = rest.chars().next() {
            if at_head && let Some(after) = COUNTRIES.iter().find_map(|country| rest.strip_prefix(country)) {
                rest = after.trim_start_matches('省');
                continue;
            }
            if let Some((city, after)) = self.city_at(rest, at_head, province) {
                return Some(self.town_at(after, city).unwrap_or(city).2);
            }
            match self.province_at(rest, at_head) {
                Some(((name, code), after)) if province.is_none_or(|known| known == *name) => {
                    if code.is_some() {
                        return *code;
                    }
                    (province, at_head, rest) = (Some(*name), true, after);
                }
                _ => {
                    at_head =
                        c == ':' || c == '：' || (at_head && (!c.is_alphanumeric() || c.is_ascii_digit()));
                    rest = rest.get(c.len_utf8()..).unwrap_or_default();
                }
            }
        }
        None
    }

    /// The city that `text` begins with, and what follows.
    fn city_at<'a>(
        &self,
        text: &'a str,
        at_head: bool,
        province: Option<&str>,
    ) -> Option<(&'static City, &'a str)> {
        self.names_at(text)
            .filter(|(city, _)| province.is_none_or(|province| province == city.1))
            .find_map(|(city, after)| {
                // 吉林 by itself is the province.
                let bare = at_head
                    && !self.is_province(city.0)
                    && !after.starts_with('区')
                    && (province.is_some() || !is_street(after));
                let after = after_suffix(after, self.city_suffixes).or(bare.then_some(after))?;
                Some((city, after))
            })
    }

    /// The town that `text`, which follows the name of `city`, begins with.
    fn town_at(&self, text: &str, city: &City) -> Option<&'static City> {
        self.names_at(text).find_map(|(town, after)| {
            (town.1 == city.1 && after_suffix(after, self.town_suffixes).is_some()).then_some(town)
        })
    }

    fn province_at<'a>(&self, text: &'a str, at_head: bool) -> Option<(&'static Province, &'a str)> {
        self.provinces.iter().find_map(|row| {
            let after = text.strip_prefix(row.0)?;
            let suffixed = PROVINCE_SUFFIXES
                .iter()
                .find_map(|suffix| after.strip_prefix(suffix))
                .or_else(|| after_people(after, AUTONOMOUS_REGION));
            // 海南州 and 海南藏族自治州 are in another province than Hainan.
            let bare = at_head && !is_street(after) && !after.starts_with(['藏', '州', '区']);
            Some((row, suffixed.or(bare.then_some(after))?))
        })
    }

    /// The rows whose names `text` begins with, the longest first.
    fn names_at<'a>(&self, text: &'a str) -> impl Iterator<Item = (&'static City, &'a str)> {
        let cities = self.cities;
        (2..=LONGEST_NAME).rev().filter_map(move |size| {
            let end = text
                .char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .nth(size)?;
            let (name, after) = text.split_at_checked(end)?;
            let row = cities.binary_search_by_key(&name, |city| city.0).ok()?;
            Some((cities.get(row)?, after))
        })
    }

    fn is_province(&self, name: &str) -> bool {
        self.provinces.iter().any(|(province, _)| *province == name)
    }
}

/// What follows the suffix that `text` begins with.
fn after_suffix<'a>(text: &'a str, suffixes: &[&str]) -> Option<&'a str> {
    let plain = suffixes.iter().find_map(|suffix| text.strip_prefix(suffix));
    // 市场 is a market.
    plain
        .filter(|after| !after.starts_with('场'))
        .or_else(|| after_people(text, AUTONOMOUS_PREFECTURE))
}

/// What follows `suffix`, with the name of a people before it at most.
fn after_people<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let (people, after) = text.split_once(suffix)?;
    (people.chars().count() <= LONGEST_PEOPLE).then_some(after)
}

/// Whether a name that is followed by `text` is rather that of a street, as in 南京东路 and 北京大道.
fn is_street(text: &str) -> bool {
    let part = [
        '东', '西', '南', '北', '中', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '大', '新',
    ];
    text.trim_start_matches(part)
        .starts_with(['路', '街', '道', '巷', '弄', '桥'])
}

#[cfg(test)]
mod tests {
    use super::*;
    const CN: Region = Region::CN;
    const TW: Region = Region::TW;
    const HK: Region = Region::HK;
    const MO: Region = Region::MO;

    #[test]
    fn r2_2_finds_the_city_in_either_script() {
        for (place, code) in [
            ("江苏省苏州市工业园区星湖街1号", "0512"),
            ("江蘇省蘇州市工業園區星湖街1號", "0512"),
            ("江苏苏州星湖街1号", "0512"),
            ("中国江苏省苏州市", "0512"),
            ("苏州中山路1号", "0512"),
            ("江苏南京东路1号", "025"),
            ("215000 苏州市星湖街1号", "0512"),
            ("地址：苏州星湖街1号", "0512"),
            ("地址:苏州星湖街1号", "0512"),
            ("总部在上海市浦东新区", "021"),
            ("辽宁省朝阳县", "0421"),
            ("新疆维吾尔自治区阿勒泰地区", "0906"),
            ("江苏省昆山市花桥镇", "0512"),
            ("昆山市花桥镇", "0512"),
            ("瀋陽市和平區", "024"),
            ("内蒙古自治区呼伦贝尔市", "0470"),
            ("新疆维吾尔自治区乌鲁木齐市", "0991"),
            ("新疆乌鲁木齐天山区", "0991"),
            ("吉林省延边朝鲜族自治州延吉市", "0433"),
            ("云南省德宏傣族景颇族自治州芒市", "0692"),
            ("湖南省湘西州吉首市", "0743"),
            ("内蒙古锡林郭勒盟", "0479"),
            ("湖北省神农架林区", "0719"),
            ("黑龙江省大兴安岭地区", "0457"),
        ] {
            assert_eq!(area_code(place, CN), Some(code), "{place}");
        }
        for (place, code) in [
            ("台北市中山北路2段113號", "02"),
            ("臺北市中山北路2段113號", "02"),
            ("台湾台北市中山北路", "02"),
            ("臺灣省桃園縣中壢市", "03"),
            ("北市信義路五段", "02"),
            ("苗栗縣竹南鎮", "037"),
            ("苗栗縣竹南科中路31號", "037"),
            ("南投市自立三路6號", "049"),
            ("(333001)桃園市龜山區", "03"),
            ("71001台南市永康區", "06"),
            ("新竹科學園區新竹縣寶山鄉", "03"),
            ("連江縣南竿鄉", "0836"),
            ("高市前金區五福三路", "07"),
            ("板橋市文化路", "02"),
            ("板橋區文化路", "02"),
            ("民雄鄉工業二路", "05"),
            ("後龍鎮東明里", "037"),
        ] {
            assert_eq!(area_code(place, TW), Some(code), "{place}");
        }
    }

    #[test]
    fn r2_2_a_province_is_not_the_city_of_its_name() {
        assert_eq!(area_code("吉林省长春市", CN), Some("0431"));
        assert_eq!(area_code("吉林省吉林市", CN), Some("0432"));
        assert_eq!(area_code("吉林市船营区", CN), Some("0432"));
        assert_eq!(area_code("吉林省", CN), None);
        assert_eq!(area_code("海南省三亚市", CN), Some("0898"));
        assert_eq!(area_code("青海省海南藏族自治州共和县", CN), Some("0974"));
        assert_eq!(area_code("江苏省", CN), None);
    }

    #[test]
    fn r2_2_a_street_is_not_the_city_of_its_name() {
        assert_eq!(area_code("上海市南京东路100号", CN), Some("021"));
        assert_eq!(area_code("上海市黄浦区北京东路", CN), Some("021"));
        assert_eq!(area_code("南京东路100号", CN), None);
        assert_eq!(area_code("福州大道100号", CN), None);
        assert_eq!(area_code("江苏路100号", CN), None);
        assert_eq!(area_code("人民路12号苏州大厦", CN), None);
        assert_eq!(area_code("人民路12号(苏州大厦)", CN), None);
        assert_eq!(area_code("深圳市罗湖区桂林市场", CN), Some("0755"));
        assert_eq!(area_code("人民路桂林市场", CN), None);
        assert_eq!(area_code("台北市南京東路二段", TW), Some("02"));
        assert_eq!(area_code("台北市基隆路一段", TW), Some("02"));
        assert_eq!(area_code("基隆路一段420號", TW), None);
    }

    #[test]
    fn r2_2_a_district_is_not_the_city_of_its_name() {
        assert_eq!(area_code("北京市朝阳区建国路", CN), Some("010"));
        assert_eq!(area_code("朝阳区建国路", CN), None);
        assert_eq!(area_code("辽宁省朝阳市", CN), Some("0421"));
        // A city of another province cannot be within this one.
        assert_eq!(area_code("江苏省某县朝阳市", CN), None);
    }

    #[test]
    fn r2_2_a_town_with_a_code_of_its_own_wins() {
        assert_eq!(area_code("新疆伊犁哈萨克自治州伊宁市", CN), Some("0999"));
        assert_eq!(area_code("新疆伊犁哈萨克自治州奎屯市", CN), Some("0992"));
        assert_eq!(area_code("青海省海西蒙古族藏族自治州格尔木市", CN), Some("0979"));
        assert_eq!(area_code("江苏省苏州市奎屯市", CN), Some("0512"));
        assert_eq!(area_code("苗栗縣卓蘭鎮", TW), Some("04"));
        assert_eq!(area_code("彰化縣芬園鄉", TW), Some("049"));
    }

    #[test]
    fn r2_2_a_place_elsewhere_has_no_area_code() {
        assert_eq!(area_code("台北市中山北路", CN), None);
        assert_eq!(area_code("廣東省東莞市厚街鎮", TW), None);
        assert_eq!(area_code("香港湾仔", HK), None);
        assert_eq!(area_code("澳门", MO), None);
        assert_eq!(area_code("", CN), None);
    }

    #[test]
    fn r2_2_tables_are_in_order() {
        assert!(MAINLAND.is_sorted_by(|a, b| a.0 < b.0) && TAIWAN.is_sorted_by(|a, b| a.0 < b.0));
        assert!(SIMPLIFIED.is_sorted_by(|a, b| a.0 < b.0));
        let sizes = MAINLAND.iter().chain(&TAIWAN).map(|city| city.0.chars().count());
        assert_eq!(sizes.max(), Some(LONGEST_NAME));
        for (name, province, code) in &MAINLAND {
            assert!(PROVINCES.iter().any(|row| row.0 == *province), "{name}");
            assert!(
                super::super::areas::is_assigned(code.strip_prefix('0').unwrap()),
                "{name}"
            );
        }
    }
}
