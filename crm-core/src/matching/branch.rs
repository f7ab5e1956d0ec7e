//! Branches in company names (R6.1): 深圳分行, 第二分公司, and the names of banks that stand before them.

use super::{
    form::is_form,
    lexicon::{is_all_trade, whole_regions},
};

/// What a branch's name ends with, and its one spelling; longer ones first.
const BRANCHES: &[(&str, &str)] = &[
    ("证券营业部", "营业部"),
    ("分公司", "分公司"),
    ("支公司", "支公司"),
    ("营业部", "营业部"),
    ("办事处", "办事处"),
    ("代表处", "办事处"),
    ("分理处", "分理处"),
    ("储蓄所", "储蓄所"),
    ("门市部", "门市部"),
    ("专卖店", "店"),
    ("支行", "支行"),
    ("支店", "支店"),
    ("营业所", "营业所"),
    ("分行", "分行"),
    ("分社", "分社"),
    ("分店", "店"),
    ("分部", "分部"),
    ("分厂", "分厂"),
    ("分院", "分院"),
    ("分校", "分校"),
    ("分所", "分所"),
];

/// After these a branch's own name begins: in a bank's name at once, in another's where no legal form says so.
const BANK_HOUSES: &[&str] = &["银行", "信用社", "联社"];
const HOUSES: &[&str] = &[
    "证券", "保险", "人寿", "财险", "信托", "期货", "电信", "移动", "联通", "集团",
];

/// Banks by the short names that begin the names of their branches.
const BANKS: &[(&str, &str)] = &[
    ("工行", "中国工商银行"),
    ("农行", "中国农业银行"),
    ("建行", "中国建设银行"),
    ("中行", "中国银行"),
    ("交行", "交通银行"),
    ("招行", "招商银行"),
    ("工商银行", "中国工商银行"),
    ("农业银行", "中国农业银行"),
    ("建设银行", "中国建设银行"),
    ("光大银行", "中国光大银行"),
    ("民生银行", "中国民生银行"),
    ("邮储银行", "中国邮政储蓄银行"),
    ("邮政储蓄银行", "中国邮政储蓄银行"),
];

/// The full name of a bank that `head` is, short or full.
pub(super) fn bank(head: &str) -> Option<&'static str> {
    BANKS
        .iter()
        .find(|(short, full)| *short == head || *full == head)
        .map(|(_, full)| *full)
}

/// Whether this is the full name of a bank that everybody knows.
pub(super) fn is_bank(name: &str) -> bool {
    BANKS.iter().any(|(_, full)| *full == name)
}

/// The company's name, and the branch in one spelling.
pub(super) fn split_branch(text: &str) -> (&str, String) {
    let ending = BRANCHES
        .iter()
        .find_map(|(ending, canonical)| Some((text.strip_suffix(ending)?, canonical)));
    if let Some((body, canonical)) = ending {
        let (head, place) = split_house(body);
        if !head.is_empty() {
            let mut branch = branch_place(place);
            branch.push_str(canonical);
            return (head, branch);
        }
    }
    if let Some(body) = text.strip_suffix(" branch") {
        // The place stands after the legal form: Example Co Ltd Shanghai Branch.
        let ends = body.match_indices(' ').map(|(at, _)| at);
        let head = ends
            .rev()
            .filter_map(|at| body.split_at_checked(at))
            .find(|(head, _)| head.rsplit(' ').next().is_some_and(is_form));
        if let Some((head, place)) = head {
            return (head, format!("{} branch", place.trim()));
        }
    }
    (text, String::new())
}

/// What a branch's place ends with, two characters of it, without the marks that some writers leave out: 西湖 of 杭州西湖支行
/// and of 西湖路支行. What stands before is often left out.
pub(super) fn branch_end(branch: &str) -> Option<String> {
    const MARKS: [char; 7] = ['路', '街', '新', '镇', '区', '县', '市'];

    let ending = BRANCHES
        .iter()
        .find_map(|(_, ending)| branch.strip_suffix(ending));
    let place = ending.unwrap_or(branch).trim_end_matches(MARKS);
    let from = place.char_indices().rev().nth(1).map(|(at, _)| at)?;
    place.get(from..).map(str::to_owned)
}

/// Splits what stands before 分行 and the like after the house's own name.
fn split_house(body: &str) -> (&str, &str) {
    let bank = BANK_HOUSES
        .iter()
        .filter_map(|house| body.find(house).map(|at| at + house.len()))
        .min();
    if let Some((head, place)) = bank.and_then(|at| body.split_at_checked(at)) {
        let form = ["股份有限公司", "有限责任公司", "有限公司"]
            .iter()
            .find(|form| place.starts_with(**form));
        let at = head.len() + form.map_or(0, |form| form.len());
        return body.split_at_checked(at).unwrap_or((head, place));
    }
    let after = |word: &str| body.rfind(word).map(|at| at + word.len());
    let at = after("公司")
        .or_else(|| after("会社").filter(|at| *at < body.len()))
        .or_else(|| HOUSES.iter().filter_map(|house| after(house)).max());
    let short_bank = || {
        BANKS
            .iter()
            .find(|(short, _)| body.starts_with(short))
            .map(|(short, _)| short.len())
    };
    if let Some(split) = at.or_else(short_bank).and_then(|at| body.split_at_checked(at)) {
        return split;
    }
    // 示例上海分公司, 示例第二分公司: a place or an ordinal right before it.
    let mut best = (body, "");
    for (offset, c) in body.char_indices().skip(2) {
        let (head, tail) = body.split_at_checked(offset).unwrap_or((body, ""));
        if (c == '第' && is_all_trade(tail)) || whole_regions(tail).is_some() {
            best = (head, tail);
            break;
        }
    }
    best
}

/// A branch's place, without the suffixes that some writers leave out and without the branch that it belongs to
/// (上海分行浦东支行).
fn branch_place(place: &str) -> String {
    let mut out = String::with_capacity(place.len() + 9);
    let mut rest = place;
    while let Some(c) = rest.chars().next() {
        if let Some(shorter) = [
            "分行",
            "分公司",
            "证券",
            "壮族自治区",
            "回族自治区",
            "维吾尔自治区",
            "自治区",
            "自治州",
            "自治县",
        ]
        .iter()
        .find_map(|inner| rest.strip_prefix(inner))
        {
            rest = shorter;
            continue;
        }
        if out.is_empty() || !matches!(c, '省' | '市' | '区' | '县') {
            out.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}
