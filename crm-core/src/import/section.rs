//! The headings of sections, which lists have between their rows (R9.5 f).

use crate::{matching::fold, model::CustomerKind, rules::kind::kind_of_name};

/// How the names of sections end: of parts of a country, of a business, of a list of customers.
const ENDINGS: &[&str] = &[
    "地区",
    "大区",
    "片区",
    "辖区",
    "区域",
    "区",
    "省",
    "市",
    "州",
    "县",
    "客户",
    "名单",
    "部分",
    "分组",
    "组",
    "类",
    "系列",
    "行业",
    "region",
    "regions",
    "area",
    "areas",
    "territory",
    "zone",
    "section",
    "customers",
    "clients",
    "accounts",
    "leads",
];
/// How they begin: `Region: North`.
const BEGINNINGS: &[&str] = &[
    "region",
    "area",
    "territory",
    "section",
    "地区",
    "区域",
    "部门",
    "分组",
    "类别",
];
/// Characters of the longest of them: a longer text is a name, or says more.
const LONGEST: usize = 30;

/// Whether the only cell of a row heads a section: 一、华东区, (二) 华南, 重点客户, North region. A company is none, whatever stands before
/// its name.
pub(super) fn heads_section(cell: &str) -> bool {
    if cell.chars().nth(LONGEST).is_some() {
        return false;
    }
    let folded = fold(cell);
    let (is_counted, bare) = without_count(folded.trim().trim_end_matches([':', '：']));
    let bare = bare.trim();
    // 客户 by itself is what some call one of them.
    let ends = || {
        ENDINGS
            .iter()
            .any(|ending| bare.len() > ending.len() && ends_with(bare, ending))
    };
    let begins = || {
        let mut beginnings = BEGINNINGS.iter().filter_map(|word| bare.strip_prefix(word));
        beginnings.any(|rest| rest.trim_start().starts_with([':', '：']))
    };
    !bare.is_empty() && !is_name(bare) && (is_counted || ends() || begins())
}

/// Whether a text is the name of a company, an institution, or a place that is somebody: 小区 and 超市 end as parts of a country do.
fn is_name(text: &str) -> bool {
    const MARKS: [&str; 3] = ["公司", "集团", "事务所"];
    const ENDINGS: [&str; 18] = [
        "厂",
        "店",
        "中心",
        "合作社",
        "超市",
        "门市",
        "夜市",
        "小区",
        "社区",
        "景区",
        "园区",
        "校区",
        "厂区",
        "街区",
        "开发区",
        "ltd",
        "inc",
        "gmbh",
    ];
    let text = text.trim_end_matches('.');
    MARKS.iter().any(|mark| text.contains(mark))
        || ENDINGS.iter().any(|ending| text.ends_with(ending))
        || kind_of_name(text) == CustomerKind::Institution
}

/// Whether a text ends with a word, in Latin script a whole one.
fn ends_with(text: &str, word: &str) -> bool {
    let rest = text.strip_suffix(word);
    rest.is_some_and(|rest| !word.is_ascii() || rest.ends_with([' ', '-', '/']))
}

/// Whether a text begins with a Chinese or Roman numeral, as headings are counted, and what is behind it: 一、, (二), 第三部分, IV.
fn without_count(text: &str) -> (bool, &str) {
    let is_numeral = |c: char| "一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾".contains(c);
    let is_closing = |c: char| ")）、.．:：,，".contains(c);
    let counted = |text: &str, is_numeral: fn(char) -> bool| {
        let rest = text.trim_start_matches(is_numeral);
        let is_closed = rest.len() < text.len() && rest.starts_with(is_closing);
        is_closed.then(|| text.len() - rest.trim_start_matches(is_closing).len())
    };
    let bare = text.trim_start_matches(['(', '（', '[', '【']);
    let ahead = text.len() - bare.len();
    let of_chinese = counted(bare, |c| "一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾".contains(c));
    let of_roman = || counted(bare, |c| "ivx".contains(c));
    if let Some(length) = of_chinese.or_else(of_roman) {
        return (true, text.get(ahead + length..).unwrap_or_default());
    }
    if let Some(rest) = bare.strip_prefix('第') {
        let behind = rest.trim_start_matches(is_numeral);
        let is_part = |word: &&&str| behind.len() < rest.len() && behind.starts_with(**word);
        if let Some(word) = ["部分", "章", "节", "组", "类"].iter().find(is_part) {
            let behind = behind.get(word.len()..).unwrap_or_default();
            // 第一部分 says no more than that.
            return (true, if behind.trim().is_empty() { bare } else { behind });
        }
    }
    (false, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_5_the_heading_of_a_section_is_told_from_a_customer() {
        for text in [
            "一、华东区",
            "二、华南区",
            "（三）西南",
            "(四) 出口",
            "第一部分",
            "第二部分 海外",
            "IV. Europe",
            "North region",
            "NORTHERN REGION:",
            "Region: North",
            "华东区",
            "浙江省",
            "杭州市",
            "重点客户",
            "A类",
            "VIP customers",
            "企业客户",
        ] {
            assert!(heads_section(text), "{text}");
        }
        for text in [
            "",
            "一、示例重工有限公司",
            "一汽示例",
            "三一示例重工",
            "示例重工有限公司",
            "1、示例重工有限公司",
            "示例重工有限公司（上海）",
            "示例重工有限公司浦东新区",
            "二、样品超市",
            "样品超市",
            "阳光小区",
            "I. Example Ltd.",
            "王芳",
            "区",
            "小区物业管理中心",
            "杭州市人民政府",
            "示例市第一医院",
            "Example Ltd",
            "Regional Foods",
            "Area 51 Games",
            "Vi Example",
            "客户",
            "在这一栏里写的是很长的一段话，说的不是一个分区，而是别的什么事情，比如华东区",
        ] {
            assert!(!heads_section(text), "{text}");
        }
    }
}
