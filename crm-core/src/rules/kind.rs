//! What sort of customer a list means (R2.2), in its own words or by the name.

use crate::{matching::fold, model::CustomerKind};

/// The kind that a text names, by code, label or another usual word.
pub fn parse_kind(text: &str) -> Option<CustomerKind> {
    // As companies are registered.
    const FORMS: [&str; 7] = [
        "公司",
        "合伙",
        "独资",
        "所有制",
        "个体工商户",
        "个体户",
        "企业法人",
    ];
    const BODIES: [&str; 4] = ["事业法人", "机关法人", "社会团体", "民办非企业"];
    let word = |folded: String| match folded.trim_end_matches("客户") {
        "企业" | "公司" | "company" | "business" => Some(CustomerKind::Enterprise),
        "个人" | "自然人" | "person" | "private" => Some(CustomerKind::Individual),
        "政府" | "事业单位" | "机关" | "机构" | "government" | "public" => {
            Some(CustomerKind::Institution)
        }
        form if BODIES.iter().any(|body| form.contains(body)) => Some(CustomerKind::Institution),
        form if FORMS.iter().any(|word| form.contains(word)) => Some(CustomerKind::Enterprise),
        _ => None,
    };
    text.parse().ok().or_else(|| word(fold(text)))
}

/// Endings of the names of public institutions.
const INSTITUTIONS: &[&str] = &[
    "大学",
    "学院",
    "学校",
    "中学",
    "小学",
    "幼儿园",
    "医院",
    "卫生院",
    "政府",
    "委员会",
    "管理局",
    "税务局",
    "公安局",
    "教育局",
    "财政局",
    "法院",
    "检察院",
    "研究院",
    "研究所",
    "图书馆",
    "博物馆",
    "university",
    "hospital",
    "school",
];

/// The kind that a name suggests: an institution by its ending, a person by a title, or by two or three Chinese characters without the
/// marks of a company, else a company.
pub fn kind_of_name(name: &str) -> CustomerKind {
    let name = fold(name);
    if INSTITUTIONS.iter().any(|ending| name.ends_with(ending)) {
        return CustomerKind::Institution;
    }
    let titled = ["先生", "女士", "小姐"].iter().any(|title| name.ends_with(title));
    let han = name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let length = name.chars().count();
    let marks = [
        "公司", "厂", "店", "行", "部", "中心", "社", "院", "局", "馆", "所", "站", "集团", "企业", "商",
    ];
    let marked = marks.iter().any(|mark| name.ends_with(mark));
    match titled || han && (2..=3).contains(&length) && !marked {
        true => CustomerKind::Individual,
        false => CustomerKind::Enterprise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_2_a_kind_is_read_from_its_usual_words() {
        assert_eq!(parse_kind("企业客户"), Some(CustomerKind::Enterprise));
        assert_eq!(parse_kind("個人客戶"), Some(CustomerKind::Individual));
        assert_eq!(parse_kind("事业单位"), Some(CustomerKind::Institution));
        assert_eq!(parse_kind("VIP"), None);
    }

    #[test]
    fn r2_2_a_name_suggests_a_kind() {
        assert_eq!(kind_of_name("上海示例科技有限公司"), CustomerKind::Enterprise);
        assert_eq!(kind_of_name("李伟"), CustomerKind::Individual);
        assert_eq!(kind_of_name("王女士"), CustomerKind::Individual);
        assert_eq!(kind_of_name("华东大学"), CustomerKind::Institution);
        assert_eq!(kind_of_name("好再来酒店"), CustomerKind::Enterprise);
        assert_eq!(kind_of_name("Acme Ltd"), CustomerKind::Enterprise);
    }
}
