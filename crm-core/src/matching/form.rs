//! Legal forms in company names (R6.1): 有限公司, 株式会社, Ltd., and the marks of a group, 集团 and 控股.

use std::sync::LazyLock;

use super::{
    distance::one_apart,
    fold::is_wide,
    western::{form_at_end, form_at_start, is_western_form, western_form},
};

/// What a legal form says, and what it says of the company's place in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub group: bool,
    holding: bool,
    shares: bool,
    kind: &'static str,
}

impl Form {
    /// The form in one spelling; empty if there is none.
    pub(super) fn canonical(self) -> String {
        let shares = if self.shares { "股份" } else { "" };
        let kind = match (self.shares, self.kind) {
            (true, "" | "公司") => "有限公司",
            (_, kind) => kind,
        };
        let mut form = String::new();
        for part in [
            if self.group { "集团" } else { "" },
            if self.holding { "控股" } else { "" },
            shares,
            kind,
        ] {
            form.push_str(part);
        }
        form
    }

    /// Adds the form that a bracket holds, if it is one.
    pub(super) fn add_bracketed(&mut self, inside: &str) -> bool {
        let form = BRACKETED.iter().find(|(short, _)| *short == inside);
        if let Some((_, form)) = form {
            self.add(Mark::Kind(form));
        }
        form.is_some()
    }

    fn add(&mut self, mark: Mark) {
        match mark {
            Mark::Group => self.group = true,
            Mark::Holding => self.holding = true,
            Mark::Shares => self.shares = true,
            // The outermost form is the company's own: 合伙企业(有限合伙).
            Mark::Kind(kind) if self.kind.is_empty() => self.kind = kind,
            Mark::Kind(_) => {}
        }
        if matches!(mark, Mark::Kind("股份有限公司")) {
            (self.shares, self.kind) = (true, "有限公司");
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Group,
    Holding,
    Shares,
    Kind(&'static str),
}

/// Legal forms in Chinese and Japanese, and how many characters must be left before one; longer ones first.
const FORMS: &[(&str, Mark, usize)] = &[
    ("股份有限责任公司", Mark::Kind("股份有限公司"), 1),
    ("股份有限公司", Mark::Kind("股份有限公司"), 1),
    ("有限责任公司", Mark::Kind("有限公司"), 1),
    ("责任有限公司", Mark::Kind("有限公司"), 1),
    ("有限合伙人", Mark::Kind("合伙企业"), 1),
    ("普通合伙人", Mark::Kind("合伙企业"), 1),
    ("特殊普通合伙", Mark::Kind("合伙企业"), 1),
    ("个人独资企业", Mark::Kind("个人独资"), 1),
    ("个体工商户", Mark::Kind("个体"), 2),
    ("有限公司", Mark::Kind("有限公司"), 1),
    ("无限公司", Mark::Kind("公司"), 1),
    ("股份公司", Mark::Kind("股份有限公司"), 1),
    ("有限合伙", Mark::Kind("合伙企业"), 1),
    ("普通合伙", Mark::Kind("合伙企业"), 1),
    ("合伙企业", Mark::Kind("合伙企业"), 1),
    ("株式会社", Mark::Kind("株式会社"), 1),
    ("有限会社", Mark::Kind("有限会社"), 1),
    ("合同会社", Mark::Kind("合同会社"), 1),
    ("一般社团法人", Mark::Kind("一般社团法人"), 1),
    ("주식회사", Mark::Kind("주식회사"), 1),
    ("유한회사", Mark::Kind("유한회사"), 1),
    ("控股公司", Mark::Holding, 2),
    ("股公司", Mark::Kind("股份有限公司"), 2),
    ("总公司", Mark::Kind("公司"), 2),
    ("公司", Mark::Kind("公司"), 1),
    ("有限", Mark::Kind("有限公司"), 2),
    ("集团", Mark::Group, 2),
    ("控股", Mark::Holding, 2),
    ("股份", Mark::Shares, 2),
    ("总厂", Mark::Kind("厂"), 2),
    ("工厂", Mark::Kind("厂"), 2),
    ("厂", Mark::Kind("厂"), 2),
];

/// Japanese forms that may stand before the name as well.
const LEADING_FORMS: &[(&str, &str)] = &[
    ("株式会社", "株式会社"),
    ("有限会社", "有限会社"),
    ("合同会社", "合同会社"),
    ("一般社团法人", "一般社团法人"),
    ("一般财团法人", "一般财团法人"),
    ("公益社团法人", "公益社团法人"),
    ("公益财团法人", "公益财团法人"),
    ("医疗法人", "医疗法人"),
    ("学校法人", "学校法人"),
    ("社会福祉法人", "社会福祉法人"),
    ("주식회사", "주식회사"),
    ("유한회사", "유한회사"),
    ("株", "株式会社"),
];

/// Japanese and Korean forms as they are shortened in brackets.
const BRACKETED: &[(&str, &str)] = &[
    ("株", "株式会社"),
    ("有", "有限会社"),
    ("合", "合同会社"),
    ("同", "合同会社"),
    ("一社", "一般社团法人"),
    ("一财", "一般财团法人"),
    ("公社", "公益社团法人"),
    ("公财", "公益财团法人"),
    ("医", "医疗法人"),
    ("学", "学校法人"),
    ("福", "社会福祉法人"),
    ("주", "주식회사"),
    ("유", "유한회사"),
];

/// The mark of a Western word that says what a company is in a group.
fn western_mark(word: &str) -> Option<Mark> {
    Some(match word {
        "group" | "grp" | "gruppe" | "groupe" | "grupo" | "gruppo" => Mark::Group,
        "holding" | "holdings" | "hldgs" | "hldg" => Mark::Holding,
        _ => return None,
    })
}

/// The Western form or mark that a text ends with, and what stands before it.
fn western_at_end(text: &str) -> Option<(&str, Mark)> {
    if let Some((before, form)) = form_at_end(text) {
        return Some((before, Mark::Kind(form.name)));
    }
    let last = text.rsplit(|c: char| c == ' ' || is_wide(c)).next()?;
    let before = text.strip_suffix(last)?.trim_end_matches(' ');
    let mark = western_mark(last).or_else(|| {
        // Behind Chinese characters: 示例科技 Ltd.
        let form = (is_western_form(last) && before.ends_with(is_wide)).then(|| western_form(last));
        form.flatten().map(Mark::Kind)
    })?;
    (!before.is_empty()).then_some((before, mark))
}

/// Whether `text` is a legal form and nothing else.
pub(super) fn is_form(text: &str) -> bool {
    FORMS.iter().any(|(word, ..)| *word == text) || is_western_form(text) || western_mark(text).is_some()
}

/// A form that most names end with, and what must be there of one that is mistyped: 国有公司 and 有色公司, 话剧团有限公司
/// are no slips.
struct UsualForm {
    form: &'static str,
    letters: Vec<char>,
    needed: &'static str,
}

/// The longest first.
static USUAL_FORMS: LazyLock<[UsualForm; 5]> = LazyLock::new(|| {
    [
        ("股份有限公司", ""),
        ("有限责任公司", ""),
        ("集团有限公司", "集"),
        ("控股公司", "控股"),
        ("有限公司", "限"),
    ]
    .map(|(form, needed)| UsualForm {
        form,
        letters: form.chars().collect(),
        needed,
    })
});

/// What stands before a usual form with one character mistyped, lost, added or changed over, and the form.
fn before_mistyped_form(text: &str) -> Option<(&str, &'static str)> {
    if text.ends_with("控股有限公司") || text.ends_with("集团公司") {
        return None;
    }
    let typed: Vec<char> = text.chars().collect();
    for UsualForm {
        form,
        letters,
        needed,
    } in &*USUAL_FORMS
    {
        if typed.ends_with(letters) {
            return None;
        }
        for length in [letters.len(), letters.len() + 1, letters.len() - 1] {
            let from = typed.len().checked_sub(length).filter(|&from| from > 1);
            let Some((head, tail)) = from.and_then(|from| typed.split_at_checked(from)) else {
                continue;
            };
            let is_slip = || {
                let before = head.last().copied().unwrap_or(' ');
                needed.chars().all(|c| tail.contains(&c)) || is_limited_mistyped(before, tail)
            };
            if one_apart(tail, letters) && is_slip() {
                let at = head.iter().map(|c| c.len_utf8()).sum();
                return text.get(..at).map(|head| (head, *form));
            }
        }
    }
    None
}

/// Whether 有限公司 may be meant by what has another character in the place of 限: not by 国有…公司 or 有色公司.
fn is_limited_mistyped(before: char, tail: &[char]) -> bool {
    match tail {
        ['有', other, '公', '司'] => {
            !matches!(other, '色' | '线' | '机' | '轨' | '声') && !matches!(before, '国' | '私' | '所')
        }
        _ => false,
    }
}

/// Takes the legal forms off the end, outermost first, as long as a name is left.
pub(super) fn strip_forms<'a>(text: &'a str, form: &mut Form) -> &'a str {
    let mut rest = text;
    for (word, kind) in LEADING_FORMS {
        if let Some(shorter) = rest
            .strip_prefix(word)
            .map(|shorter| shorter.trim_start_matches(' '))
            && shorter.chars().nth(1).is_some()
        {
            form.add(Mark::Kind(kind));
            rest = shorter;
            break;
        }
    }
    while let Some((shorter, leading)) = form_at_start(rest) {
        form.add(Mark::Kind(leading.name));
        rest = shorter;
    }
    if let Some((shorter, mistyped)) = before_mistyped_form(rest) {
        form.add(Mark::Kind(mistyped));
        rest = shorter;
    }
    loop {
        let chinese = FORMS.iter().find_map(|&(word, mark, least)| {
            Some((rest.strip_suffix(word)?.trim_end_matches(' '), mark, least))
        });
        let found = chinese.map(|(shorter, mark, least)| {
            shorter
                .chars()
                .nth(least - 1)
                .is_some()
                .then_some((shorter, mark))
        });
        let found = found.unwrap_or_else(|| western_at_end(rest));
        match found {
            Some((shorter, mark)) => {
                form.add(mark);
                rest = shorter;
            }
            None => return rest,
        }
    }
}
