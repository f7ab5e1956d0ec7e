//! What single cells of a list of the past say: stages, amounts, yes and no.

use chrono::NaiveTime;

use crate::{
    import::column::plain,
    matching::fold,
    model::{Money, Stage},
};

/// Whether a text says yes or no; none if it says neither.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match fold(text).trim() {
        "是" | "已" | "有" | "√" | "✓" | "y" | "yes" | "true" | "1" | "done" | "completed" | "paid" => {
            Some(true)
        }
        "已完成" | "完成" | "已跟进" | "已完结" | "已处理" | "已付清" | "已付款" | "已结清" | "已回款"
        | "全部回款" => Some(true),
        "否" | "未" | "无" | "×" | "x" | "n" | "no" | "false" | "0" | "open" | "unpaid" => Some(false),
        "未完成" | "待跟进" | "未跟进" | "未处理" | "未付清" | "未付款" | "未结清" | "未回款"
        | "部分回款" | "部分付款" => Some(false),
        _ => None,
    }
}

/// Where a deal stands, by our words, and by those of other systems.
pub(super) fn stage_of(text: &str) -> Option<Stage> {
    let text = fold(text);
    let text = text.trim();
    if let Ok(stage) = text.parse() {
        return Some(stage);
    }
    let words = text
        .split([' ', '-', '/', '_', '.'])
        .filter(|word| !word.is_empty());
    let plain: String = words.collect();
    Some(match plain.as_str() {
        "初步接触" | "初步沟通" | "初期沟通" | "新商机" | "发现商机" | "验证客户" | "客户验证"
        | "prospecting" | "qualification" | "new" | "lead" => Stage::InitialContact,
        "需求确认" | "确认需求" | "确定需求" | "需求调研" | "需求沟通" | "needs" | "qualified"
        | "valueproposition" => Stage::NeedsAnalysis,
        "方案报价" | "提交方案" | "方案" | "报价" | "方案制定" | "proposalpricequote" | "proposition"
        | "quote" => Stage::Proposal,
        "谈判" | "谈判审核" | "谈判中" | "合同谈判" | "商务谈判中" | "negotiationreview" | "contractsent" => {
            Stage::Negotiation
        }
        "赢单" | "已赢单" | "赢单关闭" | "已成交" | "成交关闭" | "已签约" | "签约" | "closedwon" => {
            Stage::Won
        }
        "输单" | "已输单" | "输单关闭" | "丢单" | "已丢单" | "已失败" | "closedlost" => {
            Stage::Lost
        }
        _ => return None,
    })
}

/// The time of the day; none of midnight, which spreadsheets write behind every day.
pub(super) fn time_of(time: NaiveTime) -> Option<String> {
    (time != NaiveTime::MIN).then(|| time.format("%H:%M").to_string())
}

/// An amount as a list writes it: in the unit of its cell, else in that of its column's heading, else in yuan. None of another
/// currency, nor of a number that a spreadsheet has rounded.
pub(super) fn amount_of(text: &str, heading: &str) -> Option<Money> {
    let text = without_yuan(text);
    let (bare, ten_thousands) = match (text.strip_suffix('元'), unit_of(heading)?) {
        (Some(bare), _) => match bare.trim_end().strip_suffix('万') {
            Some(bare) => (bare, true),
            None => (bare, false),
        },
        (None, in_heading) => match text.strip_suffix('万') {
            Some(bare) => (bare, true),
            None => (text, in_heading),
        },
    };
    let bare = bare.trim();
    let bare = match bare.contains(['e', 'E']) {
        // What is written out has its places told.
        true if ten_thousands => written_out(bare)?,
        true => return written_out(bare)?.parse().ok(),
        false => ungrouped(bare)?,
    };
    match ten_thousands {
        true => times_ten_thousand(&bare).parse().ok(),
        false if may_be_thousands(&bare) => None,
        false => bare.parse().ok(),
    }
}

/// Whether a point may stand between thousands, as in German: 1.200 is not read as one and a bit.
fn may_be_thousands(number: &str) -> bool {
    let parts = number.split_once('.');
    parts.is_some_and(|(whole, fraction)| fraction.len() == 3 && whole.len() <= 3 && whole != "0")
}

/// An amount without the name or the sign of the yuan, before it or behind it.
fn without_yuan(text: &str) -> &str {
    const NAMES: [&str; 4] = ["rmb", "cny", "yuan", "人民币"];
    let is_name = |word: &str| NAMES.iter().any(|name| word.eq_ignore_ascii_case(name));
    let mut text = text.trim();
    for name in NAMES {
        let (before, behind) = (text.get(..name.len()), text.len().checked_sub(name.len()));
        if before.is_some_and(is_name) {
            text = text.get(name.len()..).unwrap_or_default();
        } else if let Some((rest, last)) = behind.and_then(|place| text.split_at_checked(place))
            && is_name(last)
        {
            text = rest;
        }
    }
    text.trim().trim_start_matches(['¥', '￥']).trim()
}

/// Whether a text names the yuan, as a column of currencies does.
pub(super) fn is_yuan(text: &str) -> bool {
    let text = fold(text);
    let words = [
        "rmb",
        "cny",
        "yuan",
        "人民币",
        "元",
        "人民币元",
        "¥",
        "中国元",
        "chinese yuan",
        "chinese yuan renminbi",
    ];
    let parts = text
        .split(['(', ')', '-', '/', ' '])
        .filter(|part| !part.is_empty());
    words.contains(&text.trim())
        || parts.clone().count() > 0 && parts.into_iter().all(|part| words.contains(&part))
}

/// Whether a heading is of a column that names currencies.
pub(super) fn is_currency_heading(heading: &str) -> bool {
    let heading = plain(heading);
    let words = ["币种", "币别", "货币"];
    let ends = ["currency", "currencycode", "currencyisocode", "curr"];
    words.iter().any(|word| heading.contains(word)) || ends.iter().any(|end| heading.ends_with(end))
}

/// A number with an exponent, written out: `5e4`, `1.25E+5`. A spreadsheet shows no more digits than have room, `1.25E+05`: where they
/// are not all there, it is none.
fn written_out(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let places = exponent.strip_prefix('+').unwrap_or(exponent);
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) || !is_number(places) || places.len() > 2
    {
        return None;
    }
    let is_shown = text.contains("E+") && places.len() == 2;
    let places: usize = places.parse().ok()?;
    if is_shown && fraction.len() < places {
        return None;
    }
    let (on, rest) = fraction.split_at_checked(places).unwrap_or((fraction, ""));
    let rest = match rest.is_empty() {
        true => String::new(),
        false => format!(".{rest}"),
    };
    Some(format!("{whole}{on:0<places$}{rest}"))
}

/// Whether a heading says that its column is in ten thousands of yuan; none if it is in no yuan at all.
fn unit_of(heading: &str) -> Option<bool> {
    let heading = fold(heading);
    const OTHERS: [&str; 16] = [
        "美元", "美金", "港元", "港币", "欧元", "日元", "英镑", "台币", "亿", "千元", "usd", "hkd", "eur",
        "jpy", "gbp", "$",
    ];
    if OTHERS.iter().any(|other| heading.contains(other)) {
        return None;
    }
    let brackets = heading.split(['(', '[', '【']).skip(1);
    let said = brackets.filter_map(|rest| rest.split([')', ']', '】']).next());
    for word in said.flat_map(|said| said.split([',', '、', ':', ';', '/', ' '])) {
        match word {
            "" | "元" | "人民币" | "rmb" | "cny" | "¥" | "必填" | "选填" | "含税" | "不含税" | "未税"
            | "单位" | "万" | "万元" | "万人民币" | "人民币万元" => {}
            _ => return None,
        }
    }
    Some(heading.contains('万'))
}

/// A number of ten thousands, in ones: its point goes four places on.
fn times_ten_thousand(number: &str) -> String {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (on, rest) = fraction.split_at_checked(4).unwrap_or((fraction, ""));
    let rest = match rest.is_empty() {
        true => String::new(),
        false => format!(".{rest}"),
    };
    format!("{whole}{on:0<4}{rest}")
}

/// A number without the commas between its thousands; none where they stand elsewhere.
fn ungrouped(text: &str) -> Option<String> {
    let text = text.replace('，', ",");
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    let is_good = !grouped || ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3));
    let fraction = fraction
        .map(|fraction| format!(".{fraction}"))
        .unwrap_or_default();
    (is_good && !fraction.contains(',')).then(|| format!("{}{fraction}", whole.replace(',', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_5_yes_and_no_are_read_where_they_are_said() {
        for text in ["是", " Yes ", "√", "已付清", "1", "Done"] {
            assert_eq!(yes_or_no(text), Some(true), "{text}");
        }
        for text in ["否", "no", "未付清", "部分付款", "0"] {
            assert_eq!(yes_or_no(text), Some(false), "{text}");
        }
        for text in ["", "大概", "2", "yes and no"] {
            assert_eq!(yes_or_no(text), None, "{text}");
        }
    }

    #[test]
    fn r9_5_stages_are_read_by_our_words_and_by_those_of_other_systems() {
        for (text, stage) in [
            ("初步接洽", Stage::InitialContact),
            ("Prospecting", Stage::InitialContact),
            ("needs_analysis", Stage::NeedsAnalysis),
            ("Value Proposition", Stage::NeedsAnalysis),
            ("Proposal/Price Quote", Stage::Proposal),
            ("方案/报价", Stage::Proposal),
            ("Negotiation/Review", Stage::Negotiation),
            ("Closed Won", Stage::Won),
            ("closed-won", Stage::Won),
            ("赢单", Stage::Won),
            ("Closed Lost", Stage::Lost),
            ("丢单", Stage::Lost),
        ] {
            assert_eq!(stage_of(text), Some(stage), "{text}");
        }
        for text in ["", "飞行中", "不是赢单", "won't", "closed", "关闭"] {
            assert_eq!(stage_of(text), None, "{text}");
        }
    }

    #[test]
    fn r9_5_an_amount_is_in_yuan_or_ten_thousands_or_none() {
        for (text, heading, amount) in [
            ("1,200.5", "合同金额", "1200.50"),
            ("¥1200元", "合同金额", "1200.00"),
            ("1.2万", "合同金额", "12000.00"),
            ("1.2", "合同金额（万元）", "12000.00"),
            ("1.2万", "合同金额(万)", "12000.00"),
            ("1200", "合同金额(元)", "1200.00"),
            ("120,000元", "合同金额（万元）", "120000.00"),
            ("12.345", "合同金额（万元）", "123450.00"),
            ("1.234567万", "合同金额", "12345.67"),
            ("1.2万元", "合同金额", "12000.00"),
            ("3", "合同额/万元", "30000.00"),
            ("5e4", "合同金额", "50000.00"),
            ("5E4", "合同金额", "50000.00"),
            ("1.25e5元", "合同金额", "125000.00"),
            ("1.234567E+3", "合同金额（万元）", "12345670.00"),
            ("1.23456E+05", "合同金额", "123456.00"),
            ("1.2345678e5", "合同金额", "123456.78"),
            ("CNY 1,200", "合同金额", "1200.00"),
            ("RMB1200.50", "合同金额", "1200.50"),
            ("1200 cny", "合同金额", "1200.00"),
            ("人民币1.2万元", "合同金额", "12000.00"),
            ("1.200", "合同金额（万元）", "12000.00"),
            ("3", "（必填）合同金额（单位：万元，含税）", "30000.00"),
        ] {
            let read = amount_of(text, heading).map(|amount| amount.to_string());
            assert_eq!(read.as_deref(), Some(amount), "{text} under {heading}");
        }
        for (text, heading) in [
            ("1200", "合同金额（美元）"),
            ("1200", "合同额 USD"),
            ("1200", "合同金额（箱）"),
            ("1.2345678万", "合同金额"),
            ("1,2", "合同金额"),
            ("12,00", "合同金额"),
            ("1,200,3", "合同金额"),
            ("1.2,3", "合同金额"),
            ("$1200", "合同金额"),
            ("USD 100", "合同金额"),
            ("100 USD", "合同金额"),
            ("US$100", "合同金额"),
            ("100美元", "合同金额"),
            ("100日元", "合同金额"),
            ("港币100元", "合同金额"),
            ("€100", "合同金额"),
            ("1.2E+05", "合同金额"),
            ("5E+04", "合同金额"),
            ("5e-4", "合同金额"),
            ("5e400", "合同金额"),
            ("e4", "合同金额"),
            ("1,2e4", "合同金额"),
            ("1.200", "合同金额"),
            ("12.345", "合同金额"),
            ("1.200,50", "合同金额"),
            ("一百", "合同金额"),
            ("", "合同金额"),
        ] {
            assert_eq!(amount_of(text, heading), None, "{text} under {heading}");
        }
    }
}
