//! By which headings a list of the past is known, and what each of its columns stands for.

use std::{collections::HashMap, sync::OnceLock};

use super::{PastColumn, PastColumn as P, PastList};
use crate::{
    import::{
        Column,
        column::{plain, recognised},
        plan::CUSTOMER,
    },
    model::fields,
};

/// The names by which columns are mapped, and the headings by which they are recognised, of a sort of list; the columns
/// by two of which a list is known come first, before `None`.
type Headings = &'static [(Option<PastColumn>, &'static str, &'static [&'static str])];

#[rustfmt::skip]
const FOLLOW_UPS: Headings = &[
    (Some(P::At), "follow_up.at", &["跟进时间", "跟进日期", "拜访时间", "拜访日期", "沟通时间", "follow-up time", "follow-up date", "activity date", "visit date", "call date"]),
    (Some(P::Sort), "follow_up.method", &["跟进方式", "拜访方式", "沟通方式", "follow-up method", "activity type"]),
    (Some(P::Topic), "follow_up.topic", &["跟进主题", "主题", "topic", "subject"]),
    (Some(P::Text), "follow_up.content", &["跟进内容", "跟进记录", "跟进情况", "沟通内容", "拜访内容", "content", "follow-up notes"]),
    (None, "", &[]),
    (Some(P::By), "follow_up.by", &["跟进人", "跟进人员", "拜访人", "记录人", "负责人", "业务员", "销售", "销售员", "销售人员", "followed up by", "activity owner", "owner"]),
    (Some(P::Next), "follow_up.next_follow_up", &["下次跟进时间", "下次跟进日期", "下次联系时间", "下次拜访时间", "next follow-up", "next follow-up date"]),
    (Some(P::Plan), "follow_up.next_plan", &["下次跟进计划", "下次跟进内容", "下一步计划", "next plan", "next step"]),
    (Some(P::Done), "follow_up.done", &["是否完成", "完成情况", "done", "completed"]),
    (Some(P::Attachments), "follow_up.attachments", &["附件", "attachments", "attachment"]),
    (Some(P::CreatedAt), "follow_up.created_at", &["创建时间", "录入时间", "created at", "created time"]),
];

#[rustfmt::skip]
const SERVICE_RECORDS: Headings = &[
    (Some(P::At), "service_record.at", &["服务时间", "服务日期", "维修日期", "service date", "service time"]),
    (Some(P::Sort), "service_record.kind", &["服务类型", "服务类别", "服务项目", "service type", "kind of service"]),
    (Some(P::Text), "service_record.text", &["服务内容", "服务记录", "处理结果", "service details", "service notes"]),
    (None, "", &[]),
    (Some(P::By), "service_record.by", &["服务人员", "服务人", "经手人", "工程师", "负责人", "technician", "served by", "owner"]),
    (Some(P::CreatedAt), "service_record.created_at", &["创建时间", "录入时间", "created at", "created time"]),
];

#[rustfmt::skip]
const CONTRACTS: Headings = &[
    (Some(P::ContractNumber), "contract.contract_number", &["合同编号", "合同号", "协议编号", "contract number", "contract no"]),
    (Some(P::At), "contract.signed_on", &["签约日期", "签订日期", "签署日期", "合同日期", "signed on", "signing date", "contract date"]),
    (Some(P::Amount), "contract.amount", &["实际成交金额", "成交金额", "合同金额", "签约金额", "contract amount", "contract value", "amount"]),
    (None, "", &[]),
    (Some(P::Start), "contract.start", &["合同开始日期", "生效日期", "开始日期", "start date", "effective date"]),
    (Some(P::End), "contract.end", &["合同结束日期", "合同到期日", "到期日期", "结束日期", "end date", "expiry date"]),
    (Some(P::Paid), "contract.paid", &["已付清", "是否付清", "是否回款", "paid", "fully paid"]),
    (Some(P::By), "contract.credited_to", &["业绩归属", "签约人", "负责人", "业务员", "销售", "销售员", "销售人员", "credited to", "owner"]),
];

#[rustfmt::skip]
const OPPORTUNITIES: Headings = &[
    (Some(P::Name), "opportunity.name", &["机会名称", "商机名称", "销售机会名称", "销售机会", "商机", "opportunity name", "opportunity", "deal name", "deal"]),
    (Some(P::Expected), "opportunity.expected_amount", &["预计成交金额", "预计金额", "预计签约金额", "预计销售金额", "商机金额", "expected amount", "expected revenue", "deal amount", "deal value", "amount"]),
    (Some(P::ExpectedClose), "opportunity.expected_close", &["预计成交日期", "预计成交时间", "预计签约日期", "预计结单日期", "预计关闭日期", "expected close", "expected close date", "expected closing", "close date"]),
    (Some(P::Stage), "opportunity.stage", &["销售阶段", "商机阶段", "机会阶段", "当前阶段", "阶段", "stage", "sales stage", "deal stage"]),
    (None, "", &[]),
    (Some(P::Lowest), "opportunity.lowest", &["最低金额", "预计最低金额", "lowest", "lowest amount"]),
    (Some(P::Highest), "opportunity.highest", &["最高金额", "预计最高金额", "highest", "highest amount"]),
    (Some(P::StageChangedAt), "opportunity.stage_changed_at", &["阶段更新时间", "阶段变更时间", "阶段更新日期", "stage changed at", "stage updated at", "last stage change date"]),
    (Some(P::By), "opportunity.owner", &["负责人", "商机负责人", "业务员", "销售", "销售员", "销售人员", "opportunity owner", "deal owner", "owner"]),
    (Some(P::Competitors), "opportunity.competitors", &["竞争对手", "主要竞争对手", "competitors", "competitor", "main competitors"]),
    (Some(P::Reason), "opportunity.reason", &["赢单/输单原因", "赢单输单原因", "输赢原因", "赢单原因", "输单原因", "丢单原因", "win/loss reason", "win reason", "loss reason", "lost reason", "closed lost reason", "closed won reason"]),
    (Some(P::ClosedAt), "opportunity.closed_at", &["关闭时间", "关闭日期", "结单时间", "结单日期", "实际成交日期", "closed at", "closed date", "actual close date"]),
    (Some(P::CreatedAt), "opportunity.created_at", &["创建时间", "创建日期", "录入时间", "created at", "created time", "created date", "create date"]),
    (Some(P::ExternalId), "opportunity.external_id", &["机会编号", "商机编号", "机会id", "商机id", "opportunity id", "deal id", "record id"]),
];

impl PastList {
    const ALL: [Self; 4] = [
        Self::FollowUps,
        Self::ServiceRecords,
        Self::Contracts,
        Self::Opportunities,
    ];

    fn headings(self) -> Headings {
        match self {
            Self::FollowUps => FOLLOW_UPS,
            Self::ServiceRecords => SERVICE_RECORDS,
            Self::Contracts => CONTRACTS,
            Self::Opportunities => OPPORTUNITIES,
        }
    }

    /// The sort of list that these headings are of: it names customers, has two columns that no other list has and those without
    /// which it says nothing, and nothing that only a customer has. By hand, one mapped column is enough.
    pub(in crate::import) fn of(
        headings: &[String],
        mapped: impl Fn(&String) -> Option<String>,
    ) -> Option<Self> {
        let by_hand = |list: &Self| {
            headings
                .iter()
                .filter_map(&mapped)
                .any(|field| list.named(&field).is_some())
        };
        if let Some(list) = Self::ALL.into_iter().find(by_hand) {
            return Some(list);
        }
        // What was mapped by hand is what it was said to be.
        let left: Vec<&String> = headings
            .iter()
            .filter(|heading| mapped(heading).is_none())
            .collect();
        let others = |list: Self| {
            left.iter()
                .filter(move |heading| list.own(heading).is_none())
                .filter_map(|heading| recognised(heading))
        };
        Self::ALL.into_iter().find(|list| {
            let own: Vec<PastColumn> = left.iter().filter_map(|heading| list.own(heading)).collect();
            let telling = list.headings().iter().take_while(|(column, ..)| column.is_some());
            let tells = telling
                .filter(|(column, ..)| column.is_some_and(|column| own.contains(&column)))
                .count();
            tells >= 2
                && list.required().iter().all(|(column, _)| own.contains(column))
                && others(*list).any(|column| CUSTOMER.contains(&column))
                && !others(*list).any(|column| list.is_foreign(&column))
        })
    }

    /// The column of a field's name.
    pub(in crate::import) fn named(self, name: &str) -> Option<PastColumn> {
        let there = self.headings().iter().find(|(_, field, _)| *field == name.trim());
        there.and_then(|(column, ..)| *column)
    }

    /// The name by which a column is mapped.
    pub(in crate::import) fn name_of(column: PastColumn) -> &'static str {
        let mut headings = Self::ALL.into_iter().flat_map(Self::headings);
        let there = headings.find(|(there, ..)| *there == Some(column));
        there.map_or("", |(_, name, _)| *name)
    }

    /// The field that a problem of such a list's column is of.
    pub(in crate::import) fn field_of(self, column: PastColumn) -> &'static str {
        match (self, column) {
            (Self::Opportunities, P::By) => fields::OWNER,
            (_, P::By) => fields::BY,
            (_, P::Attachments) => fields::ATTACHMENT,
            _ => {
                let there = self.headings().iter().find(|(there, ..)| *there == Some(column));
                there.map_or("", |(_, name, _)| {
                    name.split_once('.').map_or(*name, |(_, field)| field)
                })
            }
        }
    }

    /// Whether a heading is one of some list's own.
    pub(in crate::import) fn knows(heading: &str) -> bool {
        Self::ALL.into_iter().any(|list| list.own(heading).is_some())
    }

    /// What a heading stands for among a list's own.
    fn own(self, heading: &str) -> Option<PastColumn> {
        static OWN: OnceLock<HashMap<(PastList, String), PastColumn>> = OnceLock::new();
        let own = OWN.get_or_init(|| {
            let mut own = HashMap::new();
            for list in Self::ALL {
                let columns = list
                    .headings()
                    .iter()
                    .filter_map(|(column, _, words)| Some(((*column)?, words)));
                for (column, words) in columns {
                    for word in *words {
                        own.entry((list, plain(word))).or_insert(column);
                    }
                }
            }
            own
        });
        own.get(&(self, plain(heading))).copied()
    }

    /// What a heading stands for in such a list: a column of its own, or one that names a customer. A number of which is not said whose
    /// it is may be the record's own, where another column names the customer.
    pub(in crate::import) fn column(self, heading: &str, headings: &[String]) -> Option<Column> {
        if let Some(column) = self.own(heading) {
            return Some(Column::Past(column));
        }
        let names = |heading: &String| {
            !is_bare_number(heading) && recognised(heading).is_some_and(|column| CUSTOMER.contains(&column))
        };
        let column = recognised(heading).filter(|column| CUSTOMER.contains(column));
        column.filter(|_| !is_bare_number(heading) || !headings.iter().any(names))
    }

    /// What a list has that brings customers, or contacts with their numbers. Of deals other systems say where the customer came
    /// from, too.
    fn is_foreign(self, column: &Column) -> bool {
        match column {
            Column::Phones | Column::ContactMobile | Column::ContactPhone => true,
            Column::Industry
            | Column::Source
            | Column::Kind
            | Column::Size
            | Column::FirstContact
            | Column::Address(_)
            | Column::Province
            | Column::City
            | Column::District
            | Column::Street => self != Self::Opportunities,
            _ => false,
        }
    }

    /// The columns without which a row says nothing.
    pub(in crate::import) fn required(self) -> &'static [(PastColumn, &'static str)] {
        match self {
            Self::FollowUps => &[(P::At, fields::AT)],
            Self::ServiceRecords => &[(P::At, fields::AT), (P::Text, fields::TEXT)],
            Self::Contracts => &[
                (P::ContractNumber, fields::CONTRACT_NUMBER),
                (P::Amount, fields::AMOUNT),
                (P::At, fields::SIGNED_ON),
            ],
            Self::Opportunities => &[(P::Name, fields::NAME), (P::Expected, fields::EXPECTED_AMOUNT)],
        }
    }
}

/// Whether a heading says "number", and not whose.
fn is_bare_number(heading: &str) -> bool {
    is_one_of(heading, &["编号", "序号", "number", "no", "id"])
}

fn is_one_of(heading: &str, words: &[&str]) -> bool {
    let heading = plain(heading);
    words.iter().any(|word| plain(word) == heading)
}
