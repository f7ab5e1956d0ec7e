//! Lists of past opportunities (R9.5 l, R9.4), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{World, bring, enter, outcomes, run};
use crm_core::{
    AttachmentFile, Choice, Code, Contract, ContractEdit, ContractQuery, Language, NewAttachment,
    NewFollowUp, Opportunity, OpportunityQuery, PageRequest, Role, RowOutcome, Session, Stage, UserEdit,
    import::ImportOptions,
};

/// The fourth sheet, as the manual's template has it (R5.1), with a customer's number in front.
const DEALS: &str =
    "客户编号|机会名称|预计成交金额|预计成交日期|销售阶段|阶段更新时间|负责人|竞争对手|赢单/输单原因|关闭时间
    CRM202405010001|产线改造|120000|2024-06-30|方案提交|2024-04-20 10:00|林|甲公司、乙公司||
    CRM202405010001|二期扩建|30万|2024-03-31|赢单||林||价格合适|2024-03-20
    CRM202405010001|备件|8000|2024-02-29|输单||林|||2024-02-10";

fn deals(me: &Session) -> Vec<Opportunity> {
    let query = OpportunityQuery::default();
    let page = me.opportunities().list(&query, &PageRequest::first(50)).unwrap();
    page.items
}

fn deal_called<'a>(deals: &'a [Opportunity], name: &str) -> &'a Opportunity {
    deals.iter().find(|deal| deal.name == name).unwrap()
}

fn contracts(me: &Session) -> Vec<Contract> {
    let query = ContractQuery::default();
    me.contracts()
        .list(&query, &PageRequest::first(50))
        .unwrap()
        .items
}

#[test]
fn r9_4_the_opportunities_of_the_past_come_as_a_list_with_the_contracts_of_those_that_were_won() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let rows = bring(&lin, DEALS);
    let flag = |field: &str, code| (field.to_owned(), code);
    assert_eq!(
        outcomes(&rows),
        [
            (RowOutcome::Created, Vec::new()),
            (
                RowOutcome::Created,
                vec![flag("contract_number", Code::FieldUntold)]
            ),
            (RowOutcome::Created, vec![flag("reason", Code::FieldUntold)]),
        ]
    );
    let there = deals(&lin);
    let open = deal_called(&there, "产线改造");
    assert_eq!(
        (
            open.stage,
            open.stage_changed_at.to_rfc3339().as_str(),
            open.created_at
        ),
        (
            Stage::Proposal,
            "2024-04-20T02:00:00+00:00",
            open.stage_changed_at
        )
    );
    assert_eq!(open.competitors, ["甲公司", "乙公司"]);
    let history = lin.opportunities().history(open.id).unwrap();
    assert_eq!(history.stages.len(), 1, "nothing is made up of how it came there");
    assert_eq!(history.expectations.len(), 1);

    let won = deal_called(&there, "二期扩建");
    assert_eq!(
        (
            won.stage,
            won.expected_amount.to_string().as_str(),
            won.reason.as_deref()
        ),
        (Stage::Won, "300000.00", Some("价格合适"))
    );
    let signed = contracts(&lin);
    let [contract] = &signed[..] else {
        panic!("{signed:?}")
    };
    assert_eq!(
        (
            contract.opportunity,
            contract.amount,
            contract.contract_number.as_str()
        ),
        (Some(won.id), won.expected_amount, ""),
        "its amount is the expected one, its number is not known"
    );
    assert_eq!(
        (contract.signed_on.to_string().as_str(), contract.credited_to),
        ("2024-03-20", won.owner),
        "it was signed on the day on which the deal was closed"
    );
    let line = lin.customers().timeline(number, &PageRequest::first(50)).unwrap();
    let lines: Vec<&str> = line.items.iter().map(|entry| entry.line(Language::Zh)).collect();
    assert!(lines.iter().any(|line| line.ends_with("¥300000.00")), "{lines:?}");

    let lost = deal_called(&there, "备件");
    assert_eq!((lost.stage, lost.reason.as_deref()), (Stage::Lost, None));

    // R5.2: it goes back to where it was closed from, and its contract is void.
    let reopened = lin.opportunities().reopen(won.id, "客户追加").unwrap();
    assert_eq!(reopened.stage, Stage::InitialContact);
    assert!(contracts(&lin).is_empty());
    let ages = lin.opportunities().history(won.id).unwrap().stays;
    assert_eq!(ages.iter().map(|stay| stay.milliseconds).min(), Some(0));

    let again = bring(&lin, &DEALS.replace("客户编号|", "编号|"));
    assert!(again.iter().all(|row| row.outcome == RowOutcome::Skipped));
    assert_eq!(deals(&lin).len(), 3, "nothing comes twice");
}

#[test]
fn r9_5_two_contracts_whose_numbers_are_not_known_do_not_clash_and_get_theirs_later() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let rows = bring(&lin, &DEALS.replace("输单", "成交"));
    assert!(rows.iter().all(|row| row.outcome == RowOutcome::Created));
    let signed = contracts(&lin);
    assert_eq!(signed.len(), 2);
    let number = |value: &str| {
        [ContractEdit::ContractNumber {
            value: value.to_owned(),
        }]
    };
    let [first, second] = &signed[..] else {
        panic!("{signed:?}")
    };
    let corrected = lin
        .contracts()
        .correct(first.id, first.revision, &number("HT-1"), "补录编号")
        .unwrap();
    assert_eq!(corrected.contract_number, "HT-1");
    let taken = lin
        .contracts()
        .correct(second.id, second.revision, &number("ht-1"), "补录编号");
    assert_eq!(common::code(taken), "contract_number.taken");
}

#[test]
fn r9_5_a_deal_of_the_past_says_when_or_is_refused_and_what_contradicts_itself_is_kept() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let rows = bring(
        &lin,
        "客户名称|商机名称|预计金额|预计成交日期|商机阶段|创建时间|阶段更新时间|关闭时间|最低金额|赢单原因|输单原因|商机编号
        上海示例科技有限公司|甲|一百万|2024-06-30|初步接洽|||||||
        上海示例科技有限公司|乙|100||成交||||||| 
        上海示例科技有限公司|丙|100|2024-04-01|Closed Won|||||好||A-3
        上海示例科技有限公司|丁|100|2024-07-01|成交|||||||
        上海示例科技有限公司|戊|100|2024-06-30|飞行中||2024-04-01||200|不详||A-5
        上海示例科技有限公司|己|100|2024-06-30|飞行中|||2024-04-01|||||
        上海示例科技有限公司|庚|100|2024-06-30|初步接洽|2024-01-10|2024-02-10||50|||A-7
        上海示例科技有限公司|辛|100|2024-06-30|需求分析|2024-01-10|2024-02-10|||||",
    );
    let found = outcomes(&rows);
    let refused = |field: &str, code| (RowOutcome::Refused, vec![(field.to_owned(), code)]);
    assert_eq!(found[0], refused("expected_amount", Code::AmountInvalid));
    assert_eq!(found[1].0, RowOutcome::Refused);
    assert!(found[1].1.contains(&("closed_at".to_owned(), Code::FieldMissing)));
    assert_eq!(
        found[3],
        refused("closed_at", Code::FieldMissing),
        "its day is to come"
    );
    assert_eq!(
        found[5],
        refused("stage", Code::ChoiceUnknown),
        "it is over, and nobody knows how"
    );
    let there = deals(&lin);
    let won = deal_called(&there, "丙");
    assert_eq!(
        (
            won.closed_at.unwrap().to_rfc3339().as_str(),
            won.reason.as_deref()
        ),
        ("2024-03-31T16:00:00+00:00", Some("好"))
    );
    assert!(
        found[2].1.contains(&("closed_at".to_owned(), Code::DateTaken)),
        "{:?}",
        found[2]
    );
    let vague = deal_called(&there, "戊");
    assert_eq!((vague.stage, vague.lowest), (Stage::InitialContact, None));
    let kept: Vec<(&str, &str)> = vague
        .extra
        .iter()
        .map(|(heading, text)| (heading.as_str(), text.as_str()))
        .collect();
    assert_eq!(
        kept,
        [("商机阶段", "飞行中"), ("最低金额", "200"), ("赢单原因", "不详")]
    );
    assert_eq!(vague.external_id.as_deref(), Some("A-5"));
    let early = deal_called(&there, "庚");
    assert_eq!(
        early.stage_changed_at, early.created_at,
        "in the first stage from the beginning"
    );
    assert_eq!(early.lowest.unwrap().to_string(), "50.00");
    let moved = lin.opportunities().history(deal_called(&there, "辛").id).unwrap();
    let stages: Vec<Stage> = moved.stays.iter().map(|stay| stay.stage).collect();
    assert_eq!(stages, [Stage::InitialContact, Stage::NeedsAnalysis]);
    let day = 24 * 3_600_000;
    assert_eq!(moved.stays[0].milliseconds, 31 * day);
}

#[test]
fn r8_1_an_open_deal_of_a_list_goes_to_whom_the_importer_may_give_it() {
    let world = World::new();
    let lin = world.admin();
    let number = enter(&lin, "上海示例科技有限公司");
    let gone = world.user("gone", Role::SalesRep, None).0;
    let leaves = [UserEdit::Active { value: false }];
    lin.users().update(gone.id, gone.revision, &leaves).unwrap();
    let rows = bring(
        &lin,
        "客户编号|机会名称|预计成交金额|预计成交日期|销售阶段|负责人|关闭时间
        CRM202405010001|甲|100|2024-06-30|初步接洽|gone|
        CRM202405010001|乙|100|2024-03-01|失败|gone|2024-03-01
        CRM202405010001|丙|100|2024-06-30|初步接洽||",
    );
    assert_eq!(
        rows.iter().map(|row| row.outcome).collect::<Vec<_>>(),
        [RowOutcome::Refused, RowOutcome::Created, RowOutcome::Created],
        "what is over is history"
    );
    assert_eq!(rows[0].problems[0].code, Code::OwnerInactive);
    let there = deals(&lin);
    let owner = lin.customers().get(number).unwrap().owner;
    assert_eq!(
        deal_called(&there, "丙").owner,
        owner,
        "the customer's, unless the row says whose"
    );
}

#[test]
fn r9_5_a_list_of_deals_is_undone_and_comes_in_again() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let named = DEALS
        .replace("机会名称|", "机会编号|机会名称|")
        .replace("CRM202405010001|", "CRM202405010001|A|");
    let lines: Vec<String> = named
        .lines()
        .enumerate()
        .map(|(line, text)| text.replace("|A|", &format!("|A-{line}|")))
        .collect();
    let (report, rows) = run(&lin, &lines.join("\n"), ImportOptions::default());
    assert!(rows.iter().all(|row| row.outcome == RowOutcome::Created));
    let plan = deal_called(&deals(&lin), "产线改造").clone();
    lin.opportunities()
        .move_to(plan.id, Stage::Negotiation, "进入谈判")
        .unwrap();
    let undone = lin.imports().undo(report.import).unwrap();
    assert_eq!(
        (undone.records, undone.kept.len()),
        (2, 1),
        "what has moved since stays"
    );
    assert_eq!(deals(&lin).len(), 1);
    assert!(contracts(&lin).is_empty(), "the contract goes with its deal");
    let again = bring(&lin, &lines.join("\n").replace("8000", "9000"));
    assert_eq!(
        again.iter().map(|row| row.outcome).collect::<Vec<_>>(),
        [RowOutcome::Skipped, RowOutcome::Created, RowOutcome::Created]
    );
    let there = deals(&lin);
    assert_eq!(deal_called(&there, "备件").expected_amount.to_string(), "9000.00");
    assert_eq!(contracts(&lin).len(), 1);
    let other = enter(&lin, "北京远洋贸易有限公司");
    let elsewhere = lines.join("\n").replace("CRM202405010001", &other.to_string());
    let taken = bring(&lin, &elsewhere);
    assert!(
        taken
            .iter()
            .all(|row| row.problems[0].code == Code::ExternalIdTaken)
    );
}

#[test]
fn r9_5_what_somebody_archived_stays_so_and_is_not_entered_beside_itself() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let list = "客户编号|机会编号|机会名称|预计成交金额|预计成交日期|销售阶段|关闭时间
        CRM202405010001|D-1|产线改造|300000|2024-03-31|成交|2024-03-20";
    bring(&lin, list);
    let deal = deal_called(&deals(&lin), "产线改造").clone();
    lin.opportunities()
        .archive(deal.id, deal.revision, "重复录入")
        .unwrap();
    let again = bring(&lin, &list.replace("300000", "300001"));
    assert_eq!(
        outcomes(&again),
        [(
            RowOutcome::Refused,
            vec![("external_id".to_owned(), Code::ExternalIdTaken)]
        )]
    );
    assert!(deals(&lin).is_empty());
    assert_eq!(contracts(&lin).len(), 1, "nothing counts twice");
}

#[test]
fn r9_5_a_row_s_number_in_its_list_is_nobodys_identifier() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    for name in ["一期", "二期"] {
        let list = format!(
            "序号|客户名称|机会名称|预计成交金额|预计成交日期
            1|上海示例科技有限公司|{name}|10000|2024-06-30"
        );
        assert_eq!(bring(&lin, &list)[0].outcome, RowOutcome::Created, "{name}");
    }
    assert!(deals(&lin).iter().all(|deal| deal.external_id.is_none()));
}

#[test]
fn r9_5_a_day_in_doubt_refuses_a_deal_and_an_overlong_field_is_left_out() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    let long = "x".repeat(70_000);
    let rows = bring(
        &lin,
        &format!(
            "客户名称|机会名称|预计成交金额|预计成交日期|销售阶段|关闭时间|竞争对手
            上海示例科技有限公司|甲|100|2024-02-29|赢单|03/04/2024|
            上海示例科技有限公司|乙|100|2024年5月|初步接洽||
            上海示例科技有限公司|丙|100|2024-06-30||2024-03-01|
            上海示例科技有限公司|丁|100|2024-06-30|初步接洽||{long}"
        ),
    );
    let refused = |field: &str, code| (RowOutcome::Refused, vec![(field.to_owned(), code)]);
    let found = outcomes(&rows);
    assert_eq!(found[0].0, RowOutcome::Refused);
    assert!(found[0].1.contains(&("closed_at".to_owned(), Code::DateOrder)));
    assert_eq!(found[1], refused("expected_close", Code::DateInvalid));
    assert_eq!(
        found[2],
        refused("stage", Code::FieldMissing),
        "it is over, and nobody knows how"
    );
    assert!(found[3].1.contains(&("extra".to_owned(), Code::FieldTooLong)));
    assert!(deal_called(&deals(&lin), "丁").extra.is_empty());
}

#[test]
fn r9_5_a_deal_on_which_somebody_has_worked_since_stays() {
    let works: [fn(&Session, &Opportunity); 2] = [
        |me, deal| {
            let contract = contracts(me).remove(0);
            assert_eq!(contract.opportunity, Some(deal.id));
            let scan = NewAttachment {
                name: "HT.pdf".into(),
                kind: Some(Choice::of("合同扫描件")),
                contract: Some(contract.id),
                ..NewAttachment::default()
            };
            let file = AttachmentFile::of(scan, b"%PDF-1.7").unwrap();
            me.attachments().add(deal.customer, &file).unwrap();
        },
        |me, deal| {
            let talk = NewFollowUp {
                method: Some(Choice::of("电话拜访")),
                topic: "回访".into(),
                content: Some("客户满意".into()),
                opportunity: Some(deal.id),
                ..NewFollowUp::default()
            };
            me.follow_ups().add(deal.customer, &talk).unwrap();
        },
    ];
    for work in works {
        let world = World::new();
        let lin = world.admin();
        let number = enter(&lin, "上海示例科技有限公司");
        let (report, _) = run(&lin, DEALS, ImportOptions::default());
        let won = deal_called(&deals(&lin), "二期扩建").clone();
        work(&lin, &won);
        let undone = lin.imports().undo(report.import).unwrap();
        assert_eq!((undone.records, undone.kept), (2, vec![number]));
        assert_eq!(deals(&lin), [won]);
        assert_eq!(contracts(&lin).len(), 1, "neither without the other");
    }
}

#[test]
fn r9_5_a_dry_run_says_what_becomes_of_deals() {
    let world = World::new();
    let lin = world.admin();
    enter(&lin, "上海示例科技有限公司");
    bring(&lin, &DEALS.lines().take(2).collect::<Vec<_>>().join("\n"));
    let list = format!("{DEALS}\n没有这个编号|四期|100|2024-06-30|初步接洽||林|||");
    let options = |dry_run| ImportOptions {
        dry_run,
        ..ImportOptions::default()
    };
    let dry = run(&lin, &list, options(true)).1;
    assert_eq!(deals(&lin).len(), 1, "nothing is stored");
    let rows = run(&lin, &list, options(false)).1;
    assert_eq!(outcomes(&dry), outcomes(&rows));
    assert_eq!(
        rows.iter().map(|row| row.outcome).collect::<Vec<_>>(),
        [
            RowOutcome::Skipped,
            RowOutcome::Created,
            RowOutcome::Created,
            RowOutcome::Refused
        ]
    );
}
