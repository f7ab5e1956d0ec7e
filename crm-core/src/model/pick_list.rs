//! Pick lists (R2.3): data that an admin edits, with the manual's entries to start with.

use crate::store::record::stored;

labelled! {
    /// The lists that an admin edits (R2.3).
    pub enum PickList {
        /// The trade of a customer.
        Industry = "industry", "所属行业", "industry";
        /// Where a customer came from.
        Source = "source", "客户来源", "source";
        /// What sort of service was done (R7.7).
        ServiceKind = "service_kind", "服务类型", "kind of service";
        /// How a follow-up was held (R4.1).
        Method = "method", "跟进方式", "follow-up method";
        /// What sort of file an attachment is (R4.2).
        AttachmentKind = "attachment_kind", "附件类型", "kind of attachment";
    }
}

record! {
    /// An entry of a pick list (R2.3).
    #[derive(Eq)]
    pub struct PickEntry {
        /// The list that it stands in.
        pub list: PickList,
        /// Stable, unique in the list.
        pub code: String,
        /// The Chinese label.
        pub label_zh: String,
        /// The English label.
        pub label_en: String,
        /// The place in the list, ascending.
        pub position: u32,
        /// No longer offered; what has it keeps it.
        pub retired: bool,
    }
}

stored! {
    PickEntry as PickEntry {
        key: list code ((PickList, String)),
        personal: [],
    }
}

impl PickEntry {
    /// The code of 其他, which every list has and which takes free text.
    pub const OTHER: &str = "other";

    /// The code of 合同扫描件, the sort of file that a contract should have (R5.3).
    pub const CONTRACT_SCAN: &str = "contract_scan";

    /// What a person reads.
    pub fn label(&self, language: crate::Language) -> &str {
        match language {
            crate::Language::Zh => &self.label_zh,
            crate::Language::En => &self.label_en,
        }
    }
}

const INDUSTRIES: &[(&str, &str, &str)] = &[
    ("manufacturing", "制造业", "Manufacturing"),
    ("retail", "零售业", "Retail"),
    ("services", "服务业", "Services"),
    ("it", "IT/互联网", "IT/Internet"),
    ("construction", "建筑业", "Construction"),
    ("finance", "金融业", "Finance"),
    ("education", "教育", "Education"),
    ("health", "医疗健康", "Health"),
    ("logistics", "物流运输", "Logistics"),
    ("agriculture", "农林牧渔", "Agriculture"),
    (PickEntry::OTHER, "其他", "Other"),
];

const SOURCES: &[(&str, &str, &str)] = &[
    ("exhibition", "展会推广", "Exhibition"),
    ("online_platform", "线上平台", "Online platform"),
    ("online_enquiry", "线上咨询", "Online enquiry"),
    ("referral", "转介绍", "Referral"),
    ("cold_visit", "主动拜访", "Cold visit"),
    (PickEntry::OTHER, "其他", "Other"),
];

/// The manual has none: the usual ones.
const SERVICE_KINDS: &[(&str, &str, &str)] = &[
    ("installation", "安装调试", "Installation"),
    ("training", "培训", "Training"),
    ("repair", "维修", "Repair"),
    ("maintenance", "保养巡检", "Maintenance"),
    ("complaint", "投诉处理", "Complaint"),
    (PickEntry::OTHER, "其他", "Other"),
];

const METHODS: &[(&str, &str, &str)] = &[
    ("phone", "电话拜访", "Phone call"),
    ("visit", "上门拜访", "Visit"),
    ("email", "邮件沟通", "E-mail"),
    ("meeting", "会议交流", "Meeting"),
    ("messaging", "微信/即时通讯", "WeChat/messaging"),
    (PickEntry::OTHER, "其他", "Other"),
];

const ATTACHMENT_KINDS: &[(&str, &str, &str)] = &[
    ("quote", "报价单", "Quote"),
    ("contract_draft", "合同草案", "Contract draft"),
    (PickEntry::CONTRACT_SCAN, "合同扫描件", "Contract scan"),
    ("product_manual", "产品手册", "Product manual"),
    ("minutes", "会议纪要", "Minutes"),
    (PickEntry::OTHER, "其他", "Other"),
];

/// The manual's entries, with which a new store starts (R2.2, R2.3).
pub fn built_in_entries() -> Vec<PickEntry> {
    let entries = |list: PickList, rows: &[(&str, &str, &str)]| {
        let entry = |(position, &(code, zh, en)): (u32, &(&str, &str, &str))| PickEntry {
            list,
            code: code.to_owned(),
            label_zh: zh.to_owned(),
            label_en: en.to_owned(),
            position,
            retired: false,
        };
        (1..).zip(rows).map(entry).collect::<Vec<_>>()
    };
    [
        entries(PickList::Industry, INDUSTRIES),
        entries(PickList::Source, SOURCES),
        entries(PickList::ServiceKind, SERVICE_KINDS),
        entries(PickList::Method, METHODS),
        entries(PickList::AttachmentKind, ATTACHMENT_KINDS),
    ]
    .concat()
}
