//! Lists of the past (R9.5 l): follow-ups, services and contracts of customers that are there, a row each (R9.4).

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{
    Column, RawRow, RowRules,
    cells::Cells,
    column::{plain, recognised},
    plan::CUSTOMER,
    row_problem,
};
use crate::{
    clock::BusinessZone,
    error::{Code, Problem},
    model::{
        Choice, Contract, ContractId, CustomerNumber, FollowUp, FollowUpId, Money, NewContract, NewFollowUp,
        PickList, ServiceRecord, ServiceRecordId, UserId, fields,
    },
    rules::{
        Strictness,
        contract::{check_contract, is_paid},
        date::{check_at, parse_date, parse_date_time},
        follow_up::{Talk, check_follow_up},
        required_text,
    },
};

/// What a list of the past has in its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PastList {
    /// Conversations with customers (R4.1).
    FollowUps,
    /// What was done for customers (R7.7).
    ServiceRecords,
    /// What was signed (R5.3).
    Contracts,
}

/// What a column of a list of the past stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PastColumn {
    /// When it was.
    At,
    /// Who did it, or to whom it is credited.
    By,
    /// How a conversation was held, or what sort of service it was.
    Sort,
    /// What a conversation was about.
    Topic,
    /// What was said or done.
    Text,
    /// When the next conversation is to be.
    Next,
    /// What for.
    Plan,
    /// Whether that has been.
    Done,
    /// The names of files.
    Attachments,
    /// When it was entered.
    CreatedAt,
    /// A contract's number.
    ContractNumber,
    /// What it is worth.
    Amount,
    /// The first day that it is good for.
    Start,
    /// The last one.
    End,
    /// Whether it is paid.
    Paid,
}

/// The names by which columns are mapped, and the headings by which they are recognised, of a sort of list; the columns
/// by two of which a list is known come first, before `None`.
type Headings = &'static [(Option<PastColumn>, &'static str, &'static [&'static str])];

use PastColumn as P;

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

impl PastList {
    const ALL: [Self; 3] = [Self::FollowUps, Self::ServiceRecords, Self::Contracts];

    fn headings(self) -> Headings {
        match self {
            Self::FollowUps => FOLLOW_UPS,
            Self::ServiceRecords => SERVICE_RECORDS,
            Self::Contracts => CONTRACTS,
        }
    }

    /// The sort of list that these headings are of: it names customers, has two columns that no other list has and those without
    /// which it says nothing, and nothing that only a customer has. By hand, one mapped column is enough.
    pub(super) fn of(headings: &[String], mapped: impl Fn(&String) -> Option<String>) -> Option<Self> {
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
                && !others(*list).any(|column| is_customers_own(&column))
        })
    }

    /// The column of a field's name.
    pub(super) fn named(self, name: &str) -> Option<PastColumn> {
        let there = self.headings().iter().find(|(_, field, _)| *field == name.trim());
        there.and_then(|(column, ..)| *column)
    }

    /// What a heading stands for among a list's own.
    fn own(self, heading: &str) -> Option<PastColumn> {
        let there = self
            .headings()
            .iter()
            .find(|(_, _, words)| is_one_of(heading, words));
        there.and_then(|(column, ..)| *column)
    }

    /// What a heading stands for in such a list: a column of its own, or one that names a customer. A number of which is not said whose
    /// it is may be the record's own, where another column names the customer.
    pub(super) fn column(self, heading: &str, headings: &[String]) -> Option<Column> {
        if let Some(column) = self.own(heading) {
            return Some(Column::Past(column));
        }
        let names = |heading: &String| {
            !is_bare_number(heading) && recognised(heading).is_some_and(|column| CUSTOMER.contains(&column))
        };
        let column = recognised(heading).filter(|column| CUSTOMER.contains(column));
        column.filter(|_| !is_bare_number(heading) || !headings.iter().any(names))
    }

    /// The columns without which a row says nothing.
    pub(super) fn required(self) -> &'static [(PastColumn, &'static str)] {
        match self {
            Self::FollowUps => &[(P::At, fields::AT)],
            Self::ServiceRecords => &[(P::At, fields::AT), (P::Text, fields::TEXT)],
            Self::Contracts => &[
                (P::ContractNumber, fields::CONTRACT_NUMBER),
                (P::Amount, fields::AMOUNT),
                (P::At, fields::SIGNED_ON),
            ],
        }
    }
}

/// Whether a heading says "number", and not whose.
fn is_bare_number(heading: &str) -> bool {
    is_one_of(heading, &["编号", "序号", "number", "no", "id"])
}

/// What a list has that brings customers, or contacts with their numbers.
fn is_customers_own(column: &Column) -> bool {
    matches!(
        column,
        Column::Phones
            | Column::Industry
            | Column::Source
            | Column::Kind
            | Column::Size
            | Column::FirstContact
            | Column::Address(_)
            | Column::Province
            | Column::City
            | Column::District
            | Column::Street
            | Column::ContactMobile
    )
}

fn is_one_of(heading: &str, words: &[&str]) -> bool {
    let heading = plain(heading);
    words.iter().any(|word| plain(word) == heading)
}

/// A record of the past as a row gives it, checked; it waits for its identifier and its customer.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a list is of one sort")]
pub enum Past {
    /// A conversation; whether what was to come next has been.
    FollowUp(FollowUp, bool),
    /// A service.
    ServiceRecord(ServiceRecord),
    /// A contract.
    Contract(Contract),
}

/// What a list calls a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// By a number, an alias, or an identifier of the host's.
    Number(String),
    /// By the whole name.
    Name(String),
}

/// A row of a list of the past: which customer it names, by what it knows of it, and what it brings.
#[derive(Clone, Debug, PartialEq)]
pub struct PastRow {
    /// What it calls the customer, by each of its columns.
    pub customer: Vec<Called>,
    /// What it brings. Its identifier, its customer and, where the row does not say, its user are blank.
    pub past: Past,
    /// Whether the row says who it was; else whoever the import names.
    pub names_user: bool,
    /// What was assumed, or left out.
    pub warnings: Vec<Problem>,
}

/// Reads a record of the past from a row. What is not required and cannot be read is kept as typed in the text, and flagged.
///
/// # Errors
/// Every problem of every field.
pub fn read_past_row(
    raw: &RawRow,
    list: PastList,
    rules: &RowRules<'_>,
    now: DateTime<Utc>,
    no_ones: CustomerNumber,
) -> Result<PastRow, Vec<Problem>> {
    if let Some(problem) = &raw.problem {
        return Err(vec![row_problem(problem)]);
    }
    let cells = Cells {
        plan: rules.plan,
        cells: &raw.cells,
    };
    let called = |key: &Column, text: &str| match key {
        Column::Name => Called::Name(text.to_owned()),
        _ => Called::Number(text.to_owned()),
    };
    let customer: Vec<Called> = CUSTOMER
        .iter()
        .flat_map(|key| cells.all(key).map(move |text| called(key, text)))
        .collect();
    let mut reading = Reading {
        cells,
        rules,
        now,
        no_ones,
        problems: Vec::new(),
        warnings: Vec::new(),
        kept: Vec::new(),
    };
    if customer.is_empty() {
        reading.problems.push(Problem::missing(fields::NUMBER));
    }
    let by = reading.user();
    let past = match list {
        PastList::FollowUps => reading.follow_up(by),
        PastList::ServiceRecords => reading.service_record(by),
        PastList::Contracts => reading.contract(by),
    };
    match (past, reading.problems.is_empty()) {
        (Some(past), true) => Ok(PastRow {
            customer,
            past,
            names_user: by.is_some(),
            warnings: reading.warnings,
        }),
        _ => Err(reading.problems),
    }
}

/// Stands for the user, whom whoever stores the row puts in their place.
const NOBODY: UserId = UserId::from_bytes([0; 16]);

/// A row that is being read.
struct Reading<'a> {
    cells: Cells<'a>,
    rules: &'a RowRules<'a>,
    now: DateTime<Utc>,
    /// Stands for the customer, whom whoever stores the row puts in its place.
    no_ones: CustomerNumber,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    /// What could not be read, under its heading.
    kept: Vec<String>,
}

impl Reading<'_> {
    fn one(&self, column: PastColumn) -> Option<String> {
        self.cells.owned(&Column::Past(column))
    }

    /// What a column says, read; else it is flagged, and kept in the text.
    fn optional<T>(
        &mut self,
        column: PastColumn,
        field: &str,
        code: Code,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.one(column)?;
        let found = read(&text);
        if found.is_none() {
            self.warnings.push(Problem::with(field, code, &text));
            self.keep(column, &text);
        }
        found
    }

    /// What a column says, read; else it is a problem of the row.
    fn required<T>(
        &mut self,
        column: PastColumn,
        field: &str,
        code: Code,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let Some(text) = self.one(column) else {
            self.problems.push(Problem::missing(field));
            return None;
        };
        let found = read(&text);
        if found.is_none() {
            self.problems.push(Problem::with(field, code, text));
        }
        found
    }

    /// The heading of a column.
    fn heading(&self, column: PastColumn) -> String {
        let headings = self.cells.plan.headings.iter().zip(&self.cells.plan.columns);
        let mut of = headings.filter(|(_, there)| **there == Some(Column::Past(column)));
        of.next().map(|(heading, _)| heading.clone()).unwrap_or_default()
    }

    fn keep(&mut self, column: PastColumn, text: &str) {
        self.kept.push(format!("{}：{text}", self.heading(column)));
    }

    /// What could not be read, as a text of its own.
    fn kept(&self) -> Option<String> {
        (!self.kept.is_empty()).then(|| self.kept.join("\n"))
    }

    fn instant_of(&self, text: &str) -> Option<DateTime<Utc>> {
        instant_of(text, self.rules.zone)
    }

    fn instant(&mut self, field: &str) -> Option<DateTime<Utc>> {
        let zone = self.rules.zone;
        let at = self.required(P::At, field, Code::DateInvalid, |text| instant_of(text, zone))?;
        check_at(at, self.now)
            .map_err(|problem| self.problems.push(problem))
            .ok()
    }

    /// When the list says that it was entered; now where it says nothing that can be.
    fn created_at(&mut self) -> DateTime<Utc> {
        let Some(text) = self.one(P::CreatedAt) else {
            return self.now;
        };
        let code = match self.instant_of(&text) {
            Some(said) if said <= self.now => return said,
            Some(_) => Code::DateInFuture,
            None => Code::DateInvalid,
        };
        self.warnings.push(Problem::with(fields::CREATED_AT, code, &text));
        self.now
    }

    /// Who the row says that it was, active or not: it is history.
    fn user(&mut self) -> Option<UserId> {
        let text = self.one(P::By)?;
        match self.rules.people.find(&text) {
            Ok(user) => Some(user.id),
            Err(code) => {
                self.problems.push(Problem::with(fields::BY, code, text));
                None
            }
        }
    }

    fn sort(&mut self, list: PickList) -> Option<Choice> {
        let typed = self
            .one(P::Sort)
            .map(Choice::of)
            .unwrap_or_else(|| Choice::of(crate::model::PickEntry::OTHER));
        match self
            .rules
            .entry
            .pick_lists
            .check(list, list.code(), Some(&typed), Strictness::Import)
        {
            Ok((choice, flag)) => {
                self.warnings.extend(flag);
                Some(choice)
            }
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn follow_up(&mut self, by: Option<UserId>) -> Option<Past> {
        let at = self.instant(fields::AT);
        let method = self.sort(PickList::Method);
        let content = self.one(P::Text);
        let topic = self.one(P::Topic).or_else(|| {
            // The first line of what was said stands for what it was about.
            let line = content.as_deref()?.lines().next()?;
            let topic: String = line.chars().take(TOPIC).collect();
            self.warnings
                .push(Problem::with(fields::TOPIC, Code::TopicAssumed, &topic));
            Some(topic)
        });
        let zone = self.rules.zone;
        let next = self.optional(P::Next, fields::NEXT_FOLLOW_UP, Code::DateInvalid, |text| {
            let local = zone.local(instant_of(text, zone)?);
            Some((local.date(), time_of(local.time())))
        });
        let next = next.filter(|(day, _)| {
            at.is_none_or(|at| *day >= self.rules.zone.day(at)) || {
                let text = self.one(P::Next).unwrap_or_default();
                self.warnings
                    .push(Problem::with(fields::NEXT_FOLLOW_UP, Code::DateBefore, &text));
                self.keep(P::Next, &text);
                false
            }
        });
        let done = self
            .optional(P::Done, fields::DONE, Code::ChoiceUnknown, yes_or_no)
            .unwrap_or(false);
        if let Some(names) = self.one(P::Attachments) {
            self.keep(P::Attachments, &names);
            self.warnings
                .push(Problem::with(fields::ATTACHMENT, Code::AttachmentNamed, names));
        }
        let (day, time) = next.map_or((None, None), |(day, time)| (Some(day), time));
        let new = NewFollowUp {
            at,
            method,
            topic: topic.unwrap_or_default(),
            content: content.or_else(|| self.one(P::Topic)),
            other: self.kept(),
            next_follow_up: day,
            next_time: time,
            next_plan: self.one(P::Plan).filter(|_| day.is_some()),
            ..NewFollowUp::default()
        };
        let talk = Talk {
            pick_lists: self.rules.entry.pick_lists,
            now: self.now,
            zone: self.rules.zone,
            deal: None,
        };
        let blank = FollowUp::blank(
            FollowUpId::from_bytes([0; 16]),
            self.no_ones,
            by.unwrap_or(NOBODY),
            self.created_at(),
            None,
        );
        match check_follow_up(blank, &new, &talk) {
            // What a list brings is never late (R2.9).
            Ok(follow_up) => Some(Past::FollowUp(
                FollowUp {
                    late: false,
                    ..follow_up
                },
                done,
            )),
            Err(found) => {
                let known: Vec<String> = self
                    .problems
                    .iter()
                    .map(|problem| problem.field.clone())
                    .collect();
                self.problems.extend(
                    found
                        .into_iter()
                        .filter(|problem| !known.contains(&problem.field)),
                );
                None
            }
        }
    }

    fn service_record(&mut self, by: Option<UserId>) -> Option<Past> {
        let at = self.instant(fields::AT);
        let kind = self.sort(PickList::ServiceKind);
        let text = self.one(P::Text).unwrap_or_default();
        let text = required_text(fields::TEXT, &text)
            .map_err(|problem| self.problems.push(problem))
            .ok();
        Some(Past::ServiceRecord(ServiceRecord {
            id: ServiceRecordId::from_bytes([0; 16]),
            customer: self.no_ones,
            revision: 1,
            at: at?,
            by: by.unwrap_or(NOBODY),
            kind: kind?,
            text: text?,
            created_at: self.created_at(),
            archived_at: None,
        }))
    }

    fn contract(&mut self, by: Option<UserId>) -> Option<Past> {
        let heading = self.heading(P::Amount);
        let amount = self.required(P::Amount, fields::AMOUNT, Code::AmountInvalid, |text| {
            amount_of(text, &heading)
        });
        let zone = self.rules.zone;
        let signed_on = self.required(P::At, fields::SIGNED_ON, Code::DateInvalid, |text| {
            day_of(text, zone)
        });
        let start = self.optional(P::Start, fields::START, Code::DateInvalid, |text| {
            day_of(text, zone)
        });
        let end = self.optional(P::End, fields::END, Code::DateInvalid, |text| day_of(text, zone));
        let paid = self
            .optional(P::Paid, fields::PAID, Code::ChoiceUnknown, yes_or_no)
            .unwrap_or(false);
        let new = NewContract {
            contract_number: self.one(P::ContractNumber).unwrap_or_default(),
            amount,
            signed_on,
            start,
            end,
            paid_reason: paid.then(|| BROUGHT.to_owned()),
            ..NewContract::default()
        };
        match check_contract(&new, self.rules.entry.today) {
            Ok(signed) => {
                let mut contract = Contract {
                    id: ContractId::from_bytes([0; 16]),
                    customer: self.no_ones,
                    revision: 1,
                    contract_number: signed.contract_number,
                    opportunity: None,
                    amount: signed.amount,
                    signed_on: signed.signed_on,
                    start: signed.start,
                    end: signed.end,
                    payments: Vec::new(),
                    paid: false,
                    paid_reason: signed.paid_reason,
                    credited_to: by.unwrap_or(NOBODY),
                    renews: None,
                    voided_at: None,
                    created_at: self.now,
                    created_by: None,
                    archived_at: None,
                };
                contract.paid = is_paid(&contract);
                Some(Past::Contract(contract))
            }
            Err(found) => {
                let known: Vec<String> = self
                    .problems
                    .iter()
                    .map(|problem| problem.field.clone())
                    .collect();
                self.problems.extend(
                    found
                        .into_iter()
                        .filter(|problem| !known.contains(&problem.field)),
                );
                None
            }
        }
    }
}

/// Characters of a topic that is taken from what was said.
const TOPIC: usize = 50;

/// Why a contract that a list says is paid is held to be.
const BROUGHT: &str = "导入的名单注明已付清";

/// Whether a text says yes or no; none if it says neither.
fn yes_or_no(text: &str) -> Option<bool> {
    match crate::matching::fold(text).trim() {
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

/// The time of the day; none of midnight, which spreadsheets write behind every day.
fn time_of(time: NaiveTime) -> Option<String> {
    (time != NaiveTime::MIN).then(|| time.format("%H:%M").to_string())
}

/// An instant as a list writes it: with its own offset, or by the business's clock.
fn instant_of(text: &str, zone: BusinessZone) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text.trim()) {
        Ok(instant) => Some(instant.with_timezone(&Utc)),
        Err(_) => zone.instant(parse_date_time(text)?),
    }
}

/// A day as a list writes it: of an instant, the business's own.
fn day_of(text: &str, zone: BusinessZone) -> Option<NaiveDate> {
    match DateTime::parse_from_rfc3339(text.trim()) {
        Ok(instant) => Some(zone.day(instant.with_timezone(&Utc))),
        Err(_) => parse_date(text),
    }
}

/// An amount as a list writes it, of a column with this heading, which may say in brackets that it is in ten thousands.
fn amount_of(text: &str, heading: &str) -> Option<Money> {
    let unit = heading
        .split_once(['(', '（', '[', '【'])
        .map(|(_, unit)| unit.trim_end_matches([')', '）', ']', '】']).trim());
    let in_heading = match unit.map(str::to_uppercase).as_deref() {
        None | Some("" | "元" | "人民币" | "RMB" | "CNY" | "¥" | "￥" | "必填" | "含税" | "不含税") => {
            1
        }
        Some("万" | "万元" | "万人民币") => 10_000,
        Some(_) => return None,
    };
    let bare = text
        .trim()
        .trim_start_matches(['¥', '￥'])
        .trim()
        .trim_end_matches('元')
        .trim();
    let (bare, in_cell) = match bare.strip_suffix('万') {
        Some(bare) => (bare.trim(), 10_000),
        None => (bare, 1),
    };
    let amount: Money = ungrouped(bare)?.parse().ok()?;
    Some(Money::from_fen(
        amount.fen().checked_mul(in_heading.max(in_cell))?,
    ))
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
