//! The words of other systems for where a relation stands.

use crate::{matching::fold, model::CustomerStatus};

/// By status, without spaces and dashes: those of which nothing else can be meant.
const STATUSES: [(CustomerStatus, &[&str]); 5] = [
    (
        CustomerStatus::Potential,
        &[
            "subscriber",
            "lead",
            "new",
            "open",
            "opennotcontacted",
            "prospect",
            "assigned",
            "recycled",
            "新建",
            "新获取",
            "未成交",
            "未联系",
            "新客户",
            "潜在客户",
        ],
    ),
    (
        CustomerStatus::Interested,
        &[
            "marketingqualifiedlead",
            "salesqualifiedlead",
            "mql",
            "sql",
            "inprogress",
            "inprocess",
            "working",
            "workingcontacted",
            "有意向",
            "初步意向",
        ],
    ),
    (
        CustomerStatus::Negotiating,
        &["opportunity", "opendeal", "谈判中", "洽谈中", "商机客户"],
    ),
    (
        CustomerStatus::Won,
        &[
            "customer",
            "evangelist",
            "customerdirect",
            "customerchannel",
            "顾客",
            "成交客户",
            "忠诚客户",
            "已签约",
            "已合作",
        ],
    ),
    (
        CustomerStatus::Lost,
        &[
            "dead",
            "unqualified",
            "badtiming",
            "closednotconverted",
            "没机会",
            "已流失",
            "流失客户",
        ],
    ),
];

/// The status that a text names: by ours, or by another system's word for it.
pub(super) fn status_of(text: &str) -> Option<CustomerStatus> {
    let ours = |text: &str| {
        let bare = text.trim_start_matches('已').trim_end_matches("客户");
        text.parse().or_else(|_| bare.parse()).ok()
    };
    // Most lists write them as we do.
    ours(text).or_else(|| {
        let folded = fold(text);
        ours(&folded).or_else(|| {
            let plain: String = folded
                .chars()
                .filter(|c| !c.is_whitespace() && !"-_".contains(*c))
                .collect();
            let mut statuses = STATUSES.iter();
            let there = statuses.find(|(_, words)| words.contains(&plain.as_str()));
            there.map(|(status, _)| *status)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_5_other_systems_words_for_where_a_relation_stands_are_read() {
        for (text, status) in [
            ("意向客户", CustomerStatus::Interested),
            ("已成交", CustomerStatus::Won),
            ("Customer - Direct", CustomerStatus::Won),
            ("Marketing Qualified Lead", CustomerStatus::Interested),
            ("OPEN_DEAL", CustomerStatus::Negotiating),
            ("New", CustomerStatus::Potential),
            ("未成交", CustomerStatus::Potential),
            ("新获取", CustomerStatus::Potential),
            ("商机客户", CustomerStatus::Negotiating),
            ("Dead", CustomerStatus::Lost),
        ] {
            assert_eq!(status_of(text), Some(status), "{text}");
        }
        for text in ["", "跟进中", "Partner", "Other", "VIP", "customers"] {
            assert_eq!(status_of(text), None, "{text}");
        }
    }
}
