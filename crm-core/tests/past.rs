//! Lists of the past (R9.5 l, R9.4), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{World, bring, customer, outcomes, run};
use crm_core::{
    Code, ContractQuery, CustomerNumber, FollowUpQuery, PageRequest, Role, RowOutcome, Session, TaskList,
    TaskQuery, import::ImportOptions, service::DuplicateCheck::AnotherCustomer,
};

fn enter(me: &Session, name: &str) -> CustomerNumber {
    me.customers()
        .create(&customer(name, "021-55550199"), AnotherCustomer)
        .unwrap()
        .number
}

const TALKS: &str = "客户编号|客户名称|跟进时间|跟进方式|跟进人|跟进主题|跟进内容|附件|下次跟进时间|是否完成|创建时间
    CRM202405010001|上海示例科技有限公司|2024-03-01 10:30|电话拜访|林|方案反馈|客户要求报价||2024-03-15|是|2024-03-01 11:00
    |上海示例科技有限公司|2024-03-15|上门拜访|lin||现场看了产线|报价单.pdf、图纸.dwg|2024-05-15 14:00||";

#[test]
fn r9_4_the_follow_ups_of_the_past_come_as_a_list() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let rows = bring(&lin, TALKS);
    let flags = vec![
        ("topic".to_owned(), Code::TopicAssumed),
        ("attachment".to_owned(), Code::AttachmentNamed),
    ];
    assert_eq!(
        outcomes(&rows),
        [(RowOutcome::Created, Vec::new()), (RowOutcome::Created, flags)]
    );
    assert!(
        rows.iter()
            .all(|row| row.customer == Some(number) && row.record.as_ref().unwrap().entity == "follow_up")
    );
    let held = lin
        .follow_ups()
        .list(&FollowUpQuery::default(), &PageRequest::first(50))
        .unwrap()
        .items;
    let [late, early] = &held[..] else {
        panic!("{held:?}")
    };
    assert_eq!(
        (early.at.to_rfc3339().as_str(), early.method.code.as_str()),
        ("2024-03-01T02:30:00+00:00", "phone")
    );
    assert_eq!(
        (early.done, early.late, early.created_at.to_rfc3339().as_str()),
        (Some(true), false, "2024-03-01T03:00:00+00:00")
    );
    assert_eq!(
        (late.topic.as_str(), late.content.as_deref()),
        ("现场看了产线", Some("现场看了产线"))
    );
    assert_eq!(late.other.as_deref(), Some("附件：报价单.pdf、图纸.dwg"));
    assert_eq!(
        (late.done, late.next_time.as_deref()),
        (Some(false), Some("14:00"))
    );
    let query = TaskQuery {
        list: TaskList::Open,
        ..TaskQuery::default()
    };
    let open = lin.tasks().list(&query, &PageRequest::first(50)).unwrap().items;
    assert_eq!(open.len(), 1, "what has been done is no task any longer");
    // The same list in another form brings nothing twice.
    let again = bring(&lin, &TALKS.replace("客户编号|", "编号|"));
    assert!(
        again
            .iter()
            .all(|row| row.outcome == RowOutcome::Skipped && row.problems[0].code == Code::RowRepeated)
    );
}

#[test]
fn r9_5_what_cannot_be_read_is_refused_where_it_is_required_and_kept_where_not() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let rows = bring(
        &lin,
        "客户名称|跟进时间|跟进方式|跟进内容|下次跟进时间
        上海示例科技有限公司|昨天|电话拜访|甲|
        上海示例科技有限公司|2024-06-01|电话拜访|乙|
        没有这家公司|2024-03-01|电话拜访|丙|
        上海示例科技有限公司|2024-03-01|飞鸽传书|丁|下周
        上海示例科技有限公司|2024-03-02|电话拜访|戊|2024-02-01
        上海示例科技有限公司|2024-03-03|电话拜访||",
    );
    let refused = |field: &str, code| (RowOutcome::Refused, vec![(field.to_owned(), code)]);
    let found = outcomes(&rows);
    assert_eq!(found[0], refused("at", Code::DateInvalid));
    assert_eq!(found[1], refused("at", Code::DateInFuture));
    assert_eq!(found[2], refused("number", Code::NotFound));
    assert!(
        found[3]
            .1
            .contains(&("next_follow_up".to_owned(), Code::DateInvalid))
    );
    assert!(
        found[4]
            .1
            .contains(&("next_follow_up".to_owned(), Code::DateBefore))
    );
    assert_eq!(found[5].0, RowOutcome::Refused, "nothing was said");
    let held = lin
        .follow_ups()
        .list(&FollowUpQuery::default(), &PageRequest::first(50))
        .unwrap()
        .items;
    let [later, pigeon] = &held[..] else {
        panic!("{held:?}")
    };
    assert_eq!(
        (pigeon.method.code.as_str(), pigeon.method.detail.as_deref()),
        ("other", Some("飞鸽传书"))
    );
    assert_eq!(
        (pigeon.next_follow_up, pigeon.other.as_deref()),
        (None, Some("下次跟进时间：下周"))
    );
    assert_eq!(later.other.as_deref(), Some("下次跟进时间：2024-02-01"));
}

#[test]
fn r9_5_services_and_contracts_of_the_past_come_as_lists() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let rows = bring(
        &lin,
        "客户编号|服务时间|服务类型|服务内容|服务人员\nCRM202405010001|2024-02-01|维修|更换主板|林\nCRM202405010001|2024-02-01|维修|更换主板|林",
    );
    assert_eq!(
        rows.iter().map(|row| row.outcome).collect::<Vec<_>>(),
        [RowOutcome::Created, RowOutcome::Skipped]
    );
    let done = lin
        .service_records()
        .list(number, false, &PageRequest::first(50))
        .unwrap()
        .items;
    assert_eq!(
        (done.len(), done[0].kind.code.as_str(), done[0].text.as_str()),
        (1, "repair", "更换主板")
    );

    let text = "客户名称|合同编号|合同金额|签约日期|到期日期|已付清
        上海示例科技有限公司|HT-1|￥1,200.50元|2024-01-01|2024-12-31|是
        上海示例科技有限公司|HT-2|300|2024-01-31||
        上海示例科技有限公司|ht-1|5|2024-02-02||
        上海示例科技有限公司|HT-3|三百|2024-02-02||
        上海示例科技有限公司|HT-4|1|2024-04-01||";
    let rows = bring(&lin, text);
    let found = outcomes(&rows);
    assert_eq!(
        found[2].1,
        [("contract_number".to_owned(), Code::ContractNumberTaken)]
    );
    assert_eq!(found[3].1, [("amount".to_owned(), Code::AmountInvalid)]);
    let contracts = lin
        .contracts()
        .list(&ContractQuery::default(), &PageRequest::first(50))
        .unwrap()
        .items;
    let told: Vec<(String, String, bool)> = contracts
        .iter()
        .map(|contract| {
            (
                contract.contract_number.clone(),
                contract.amount.to_string(),
                contract.paid,
            )
        })
        .collect();
    let told: Vec<(&str, &str, bool)> = told
        .iter()
        .map(|(number, amount, paid)| (number.as_str(), amount.as_str(), *paid))
        .collect();
    assert_eq!(
        told,
        [
            ("HT-4", "1.00", false),
            ("HT-2", "300.00", false),
            ("HT-1", "1200.50", true)
        ]
    );
    // R4.7: what was bought in the past tells when somebody buys again: gaps of 30 and 61 days make 46.
    let query = TaskQuery {
        list: TaskList::Open,
        ..TaskQuery::default()
    };
    let due: Vec<String> = lin
        .tasks()
        .list(&query, &PageRequest::first(50))
        .unwrap()
        .items
        .into_iter()
        .map(|task| format!("{} {}", task.kind, task.due))
        .collect();
    assert!(due.contains(&"repurchase 2024-05-17".to_owned()), "{due:?}");
}

#[test]
fn r9_5_a_list_of_the_past_is_undone() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let (report, _) = run(&lin, TALKS, ImportOptions::default());
    let held = lin
        .follow_ups()
        .list(&FollowUpQuery::default(), &PageRequest::first(50))
        .unwrap()
        .items;
    let content = crm_core::FollowUpEdit::Content {
        value: Some("改过".into()),
    };
    lin.follow_ups().update(held[1].id, 1, &[content]).unwrap();
    let undone = lin.imports().undo(report.import).unwrap();
    assert_eq!((undone.records, undone.kept), (1, vec![number]));
    let left = lin
        .follow_ups()
        .list(&FollowUpQuery::default(), &PageRequest::first(50))
        .unwrap()
        .items;
    assert_eq!(
        left.iter()
            .map(|talk| talk.content.as_deref())
            .collect::<Vec<_>>(),
        [Some("改过")]
    );
    let query = TaskQuery {
        list: TaskList::Open,
        ..TaskQuery::default()
    };
    assert!(
        lin.tasks()
            .list(&query, &PageRequest::first(50))
            .unwrap()
            .items
            .is_empty(),
        "its task went with it"
    );
}

#[test]
fn r8_2_a_list_of_the_past_reaches_no_customer_of_others() {
    let world = World::new();
    let lin = world.admin();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    enter(&lin, "上海示例科技有限公司");
    let rows = bring(&wang, TALKS);
    assert!(
        rows.iter()
            .all(|row| row.problems.last().unwrap().code == Code::NotFound),
        "{rows:?}"
    );
    // Two customers of one name are told apart by nothing.
    for _ in 0..2 {
        enter(&wang, "北京远洋贸易有限公司");
    }
    let rows = bring(
        &wang,
        "客户名称|跟进时间|跟进主题\n北京远洋贸易有限公司|2024-03-01|报价",
    );
    assert_eq!(rows[0].problems[0].code, Code::CustomerAmbiguous);
}

#[test]
fn r9_5_a_list_of_customers_is_one_whatever_it_says_of_the_past() {
    let world = World::new();
    let lin = world.admin();
    for (headings, cells) in [
        (
            "客户名称|联系人|电话|地址|跟进时间|跟进方式|跟进情况|行业|来源",
            "甲有限公司|王芳|021-55550101|上海|2024-03-01|电话拜访|有意向|制造业|转介绍",
        ),
        (
            "客户名称|电话|所属行业|客户来源|签约日期|合同金额|合同编号",
            "乙有限公司|021-55550102|制造业|转介绍|2024-03-01|30|HT-9",
        ),
    ] {
        let rows = bring(&lin, &format!("{headings}\n{cells}"));
        assert_eq!(rows[0].outcome, RowOutcome::Created, "{rows:?}");
        assert!(rows[0].record.is_none() && rows[0].customer.is_some());
    }
    // A list is what it was said to be: mapped by hand, nothing of it is the past.
    let mut options = ImportOptions::default();
    for heading in ["跟进时间", "跟进方式", "跟进内容"] {
        options.mapping.insert(heading.into(), "ignore".into());
    }
    let refused = run_refused(
        &lin,
        "客户名称|跟进时间|跟进方式|跟进内容\n甲有限公司|2024-03-01|电话拜访|x",
        options,
    );
    assert!(refused.contains(&"industry".to_owned()), "{refused:?}");
}

fn run_refused(me: &Session, text: &str, options: ImportOptions) -> Vec<String> {
    me.imports()
        .start(Box::new(common::Rows::of(text)), options)
        .err()
        .unwrap()
        .fields()
}

#[test]
fn r9_5_an_amount_is_what_its_heading_says_or_none() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let bring_one = |heading: &str, amount: &str, number: &str| {
        let text = format!(
            "客户名称|合同编号|{heading}|签约日期\n上海示例科技有限公司|{number}|{amount}|2019-11-26T23:27:35Z"
        );
        let row = bring(&lin, &text).remove(0);
        match row.outcome {
            RowOutcome::Created => {
                let query = ContractQuery {
                    contract_number: Some(number.into()),
                    ..ContractQuery::default()
                };
                let contract = lin
                    .contracts()
                    .list(&query, &PageRequest::first(5))
                    .unwrap()
                    .items
                    .remove(0);
                assert_eq!(contract.signed_on.to_string(), "2019-11-27", "the business's day");
                contract.amount.to_string()
            }
            _ => row.problems[0].code.as_str().to_owned(),
        }
    };
    assert_eq!(bring_one("合同金额（万元）", "30", "HT-A"), "300000.00");
    assert_eq!(bring_one("合同金额", "30万", "HT-B"), "300000.00");
    assert_eq!(bring_one("合同金额(元)", "￥1,234,567.5元", "HT-C"), "1234567.50");
    assert_eq!(bring_one("合同金额(美元)", "30", "HT-D"), "amount.invalid");
    assert_eq!(bring_one("合同金额", "12,50", "HT-E"), "amount.invalid");
}

#[test]
fn r9_5_what_was_undone_is_brought_in_again() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let contracts = |amount: &str| {
        format!("客户名称|合同编号|合同金额|签约日期\n上海示例科技有限公司|HT-1|{amount}|2024-01-01")
    };
    let (report, _) = run(&lin, &contracts("30"), ImportOptions::default());
    lin.imports().undo(report.import).unwrap();
    let rows = bring(&lin, &contracts("31"));
    assert_eq!(rows[0].outcome, RowOutcome::Created, "{rows:?}");
    let listed = lin
        .contracts()
        .list(&ContractQuery::default(), &PageRequest::first(5))
        .unwrap()
        .items;
    assert_eq!(
        listed
            .iter()
            .map(|contract| contract.amount.to_string())
            .collect::<Vec<_>>(),
        ["31.00"]
    );
    let (report, _) = run(&lin, TALKS, ImportOptions::default());
    lin.imports().undo(report.import).unwrap();
    let again = bring(&lin, &TALKS.replace("客户编号|客户名称", "客户编号|公司名称"));
    assert!(
        again.iter().all(|row| row.outcome == RowOutcome::Created),
        "{again:?}"
    );
}

#[test]
fn r9_5_names_that_disagree_are_of_nobody() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    enter(&lin, "北京远洋贸易有限公司");
    let row = |cells: &str| {
        bring(
            &lin,
            &format!("编号|客户编号|客户名称|跟进时间|跟进方式|跟进内容|跟进人\n{cells}"),
        )
        .remove(0)
    };
    let found = row("CRM202405010002|CRM202405010001|上海示例科技有限公司|2024-03-01|电话拜访|甲|林");
    assert_eq!(
        found.customer.map(|number| number.to_string()).as_deref(),
        Some("CRM202405010001"),
        "the record's own number"
    );
    let found = row("7|CRM202405010001|北京远洋贸易有限公司|2024-03-01|电话拜访|乙|林");
    assert_eq!(found.problems[0].code, Code::CustomerAmbiguous);
}

#[test]
fn r9_5_what_is_neither_yes_nor_no_is_said_and_kept() {
    let world = World::new();
    let lin = world.admin();
    let (_, wu) = world.user("wu", Role::SalesRep, None);
    enter(&lin, "上海示例科技有限公司");
    let text = "客户名称|跟进时间|跟进方式|跟进内容|下次跟进时间|是否完成|跟进人
        上海示例科技有限公司|2024-03-01|电话拜访|甲|2024-03-05|已跟进|林
        上海示例科技有限公司|2024-03-02|电话拜访|乙|2024-03-06|再议|wu";
    let rows = bring(&lin, text);
    assert_eq!(
        outcomes(&rows)[1].1,
        [
            ("topic".to_owned(), Code::TopicAssumed),
            ("done".to_owned(), Code::ChoiceUnknown)
        ]
    );
    let held = lin
        .follow_ups()
        .list(&FollowUpQuery::default(), &PageRequest::first(5))
        .unwrap()
        .items;
    assert_eq!(
        (held[1].done, held[0].done, held[0].other.as_deref()),
        (Some(true), Some(false), Some("是否完成：再议"))
    );
    let query = TaskQuery {
        list: TaskList::Open,
        ..TaskQuery::default()
    };
    // Who does not see the customer is not to be asked to call.
    assert_eq!(
        lin.tasks()
            .list(&query, &PageRequest::first(5))
            .unwrap()
            .items
            .len(),
        1
    );
    assert!(
        wu.tasks()
            .list(&query, &PageRequest::first(5))
            .unwrap()
            .items
            .is_empty()
    );
}

#[test]
fn r5_3_a_list_is_no_way_round_who_enters_contracts_of_the_past() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    enter(&wang, "上海示例科技有限公司");
    let list =
        common::Rows::of("客户名称|合同编号|合同金额|签约日期\n上海示例科技有限公司|HT-1|30|2024-01-01");
    assert_eq!(
        wang.imports()
            .start(Box::new(list), ImportOptions::default())
            .err()
            .unwrap()
            .code(),
        Code::AccessDenied
    );
}

#[test]
fn r9_5_a_plan_without_a_day_is_kept_and_said() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let rows = bring(
        &lin,
        "客户名称|跟进时间|跟进方式|跟进内容|下次跟进计划
        上海示例科技有限公司|2024-04-01|电话沟通|聊了报价|寄样品",
    );
    let flags: Vec<Code> = rows[0].problems.iter().map(|problem| problem.code).collect();
    assert!(flags.contains(&Code::FieldUnexpected), "{flags:?}");
    let query = crm_core::FollowUpQuery {
        customer: Some(number.to_string()),
        ..crm_core::FollowUpQuery::default()
    };
    let talk = &lin
        .follow_ups()
        .list(&query, &crm_core::PageRequest::first(10))
        .unwrap()
        .items[0];
    assert_eq!(talk.method.code, "phone", "as people call it");
    assert!(format!("{talk:?}").contains("寄样品"), "{talk:?}");
}

#[test]
fn r9_5_an_amount_of_another_currency_is_never_read_as_yuan() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let text = "客户名称|合同编号|合同金额|币种|签约日期
        上海示例科技有限公司|HT-1|100|USD|2024-01-01
        上海示例科技有限公司|HT-2|100|人民币|2024-01-01
        上海示例科技有限公司|HT-3|5e4|CNY|2024-01-01
        上海示例科技有限公司|HT-4|100|同上|2024-01-01
        上海示例科技有限公司|HT-5|USD 100||2024-01-01
        上海示例科技有限公司|HT-6|100||2024-01-01";
    let rows = bring(&lin, text);
    let refused = (
        RowOutcome::Refused,
        vec![("amount".to_owned(), Code::AmountInvalid)],
    );
    let created = (RowOutcome::Created, Vec::new());
    assert_eq!(
        outcomes(&rows)
            .into_iter()
            .map(|(what, said)| (
                what,
                said.into_iter()
                    .filter(|(_, code)| *code != Code::ByAssumed)
                    .collect()
            ))
            .collect::<Vec<_>>(),
        [
            refused.clone(),
            created.clone(),
            created.clone(),
            refused.clone(),
            refused,
            created
        ]
    );
}

#[test]
fn r9_5_nothing_unreadable_in_a_list_of_the_past_is_dropped_without_a_word() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let unreadable = |row: &crm_core::ImportRow| {
        let told = row
            .problems
            .iter()
            .filter(|problem| problem.code == Code::CellUnreadable);
        told.filter_map(|problem| problem.rejected.clone())
            .collect::<Vec<_>>()
    };
    let rows = bring(
        &lin,
        "客户名称|跟进时间|跟进方式|跟进内容|下次跟进时间|创建时间
        上海示例科技有限公司|2024-03-15|同上|现场看了产线|#REF!|不详
        上海示例科技有限公司|#REF!|电话拜访|又打了电话||",
    );
    assert_eq!(unreadable(&rows[0]), ["跟进方式: 同上", "下次跟进时间: #REF!"]);
    assert_eq!(
        (rows[1].outcome, unreadable(&rows[1])),
        (RowOutcome::Refused, vec!["跟进时间: #REF!".to_owned()])
    );
    let talks = lin
        .follow_ups()
        .list(&FollowUpQuery::default(), &PageRequest::first(5))
        .unwrap();
    assert_eq!(
        talks.items[0].other.as_deref(),
        Some("跟进方式：同上\n下次跟进时间：#REF!\n创建时间：不详")
    );
    let rows = bring(
        &lin,
        "客户名称|服务时间|服务类型|服务内容|创建时间
        上海示例科技有限公司|2024-03-15|#N/A!|换了滤芯|不详
        上海示例科技有限公司|2024-03-16|同上|换了轴承|",
    );
    assert_eq!(unreadable(&rows[1]), ["服务类型: 同上"]);
    let services = lin
        .service_records()
        .list(number, false, &PageRequest::first(5))
        .unwrap()
        .items;
    let texts: Vec<&str> = services.iter().map(|service| service.text.as_str()).collect();
    assert!(texts.contains(&"换了滤芯\n创建时间：不详"), "{texts:?}");
    assert!(texts.contains(&"换了轴承\n服务类型：同上"), "{texts:?}");
    let rows = bring(
        &lin,
        "客户名称|合同编号|合同金额|签约日期|生效日期|到期日期
        上海示例科技有限公司|HT-1|100|2024-01-01|待定|
        上海示例科技有限公司|HT-2|100|2024-01-01|#REF!|
        上海示例科技有限公司|HT-3|100|2024-01-01||同上",
    );
    let codes = |row: &crm_core::ImportRow| {
        let said = row
            .problems
            .iter()
            .filter(|problem| problem.code != Code::ByAssumed);
        said.map(|problem| (problem.field.clone(), problem.code))
            .collect::<Vec<_>>()
    };
    let start = |code| ("start".to_owned(), code);
    assert_eq!(
        codes(&rows[0]),
        [start(Code::DateInvalid), start(Code::DateTaken)]
    );
    assert_eq!(
        codes(&rows[1]),
        [(String::new(), Code::CellUnreadable), start(Code::DateTaken)]
    );
    assert_eq!(unreadable(&rows[2]), ["到期日期: 同上"]);
    let rows = bring(
        &lin,
        "客户名称|机会名称|预计成交金额|预计成交日期|销售阶段|竞争对手
        上海示例科技有限公司|产线改造|120000|2024-06-30|方案提交|同上",
    );
    assert_eq!(unreadable(&rows[0]), ["竞争对手: 同上"]);
    let deals = lin
        .opportunities()
        .list(&crm_core::OpportunityQuery::default(), &PageRequest::first(5))
        .unwrap();
    assert_eq!(
        deals.items[0].extra.get("竞争对手").map(String::as_str),
        Some("同上")
    );
}
