//! A customer's timeline (R7.7), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{
    Choice, CustomerEdit, CustomerNumber, CustomerStatus, DateTime, Language, Money, NaiveDate, NewContact,
    NewFollowUp, NewOpportunity, NewServiceRecord, PageRequest, Session, Stage, TimelineEntry, Utc, Win,
};

fn timeline(session: &Session, customer: CustomerNumber) -> Vec<TimelineEntry> {
    let page = session
        .customers()
        .timeline(customer, &PageRequest::first(50))
        .unwrap();
    assert!(page.next.is_none());
    page.items
}

fn lines(session: &Session, customer: CustomerNumber) -> Vec<String> {
    let told = timeline(session, customer);
    told.iter()
        .map(|entry| entry.line(Language::Zh).to_owned())
        .collect()
}

fn talk(topic: &str) -> NewFollowUp {
    NewFollowUp {
        method: Some(Choice::of("phone")),
        topic: topic.into(),
        content: Some("客户要求报价".into()),
        ..NewFollowUp::default()
    }
}

fn deal(name: &str) -> NewOpportunity {
    NewOpportunity {
        name: name.into(),
        expected_amount: Some(Money::from_fen(12_000_000)),
        expected_close: NaiveDate::from_ymd_opt(2024, 6, 30),
        ..NewOpportunity::default()
    }
}

#[test]
fn r7_7_all_that_happened_stands_in_it_the_newest_first() {
    let world = World::new();
    let Team { sun, wang, .. } = Team::of(&world);
    let number = enter(&wang, "上海示例科技有限公司");
    let mut minute = 0;
    let mut later = || {
        minute += 1;
        world.clock.set(&format!("2024-05-01T01:{minute:02}:00Z"));
    };
    later();
    let contact = NewContact {
        name: "王一".into(),
        mobile: "13912345678".into(),
        ..NewContact::default()
    };
    wang.contacts().add(number, &contact).unwrap();
    later();
    wang.follow_ups().add(number, &talk("产品\n演示")).unwrap();
    later();
    let deal = wang.opportunities().create(number, &deal("年度采购")).unwrap();
    later();
    let deal = wang
        .opportunities()
        .move_to(deal.id, Stage::Proposal, "已报价")
        .unwrap();
    later();
    wang.customers()
        .set_status(number, CustomerStatus::Interested, None)
        .unwrap();
    later();
    let repair = NewServiceRecord {
        kind: Some(Choice::of("维修")),
        text: "更换主板".into(),
        ..NewServiceRecord::default()
    };
    wang.service_records().add(number, &repair).unwrap();
    later();
    let won = Win {
        amount: Some(Money::from_fen(10_000_000)),
        signed_on: NaiveDate::from_ymd_opt(2024, 4, 30),
        contract_number: "HT-1".into(),
        reason: "价格".into(),
        ..Win::default()
    };
    wang.opportunities().close_won(deal.id, &won).unwrap();
    later();
    sun.customers().assign(number, "zhao", None).unwrap();

    assert_eq!(
        lines(&sun, number),
        [
            "WANG → ZHAO",
            "年度采购：方案提交 → 成交",
            "维修：更换主板",
            "潜在 → 意向",
            "年度采购：初步接洽 → 方案提交",
            "年度采购：初步接洽",
            "电话拜访：产品 演示",
            "新增联系人",
            "新增客户",
            "HT-1：¥100000.00",
        ]
    );
    let told = timeline(&sun, number);
    assert_eq!(told[0].by_name.as_deref(), Some("SUN"));
    assert_eq!(told[1].about.entity, "opportunity");
    assert_eq!(told[1].about.key, deal.id.to_string());
    assert_eq!(told[3].line(Language::En), "potential → interested");
    let signed = "2024-04-29T16:00:00Z".parse::<DateTime<Utc>>().unwrap();
    assert_eq!(told[9].at, signed, "the beginning of the day in Shanghai");
    assert_eq!(
        code(wang.customers().timeline(number, &PageRequest::first(50))),
        "not_found"
    );
}

#[test]
fn r2_10_what_is_archived_is_not_in_it() {
    let world = World::new();
    let Team { wang, .. } = Team::of(&world);
    let number = enter(&wang, "上海示例科技有限公司");
    let kept = wang.follow_ups().add(number, &talk("一")).unwrap().follow_up;
    let deal = wang.opportunities().create(number, &deal("年度采购")).unwrap();
    assert_eq!(lines(&wang, number).len(), 3);
    wang.follow_ups().archive(kept.id, kept.revision, "记错").unwrap();
    wang.opportunities()
        .archive(deal.id, deal.revision, "记错")
        .unwrap();
    assert_eq!(lines(&wang, number), ["新增客户"]);
    wang.follow_ups()
        .restore(kept.id, kept.revision + 1, "没记错")
        .unwrap();
    assert_eq!(lines(&wang, number), ["电话拜访：一", "新增客户"]);
}

#[test]
fn r8_1_who_has_a_deal_on_anothers_customer_is_told_of_that_deal_alone() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let number = enter(&wang, "上海示例科技有限公司");
    wang.follow_ups().add(number, &talk("一")).unwrap();
    wang.opportunities().create(number, &deal("他人的机会")).unwrap();
    let theirs = NewOpportunity {
        owner: Some("zhao".into()),
        ..deal("赵的机会")
    };
    let theirs = sun.opportunities().create(number, &theirs).unwrap();
    let about = NewFollowUp {
        opportunity: Some(theirs.id),
        ..talk("二")
    };
    zhao.follow_ups().add(number, &about).unwrap();
    let told = lines(&zhao, number);
    assert_eq!(told.len(), 2);
    assert!(told.contains(&"电话拜访：二".to_owned()) && told.contains(&"赵的机会：初步接洽".to_owned()));
    assert_eq!(lines(&wang, number).len(), 5);
}

#[test]
fn r6_3_what_was_merged_brings_its_own_past_along() {
    let world = World::new();
    let lin = world.admin();
    let (kept, loser) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    world.clock.set("2024-05-01T02:00:00Z");
    let seen = lin.customers().get(loser).unwrap();
    let note = CustomerEdit::Note {
        value: Some("要发票".into()),
    };
    lin.customers().update(loser, seen.revision, &[note]).unwrap();
    world.clock.set("2024-05-01T03:00:00Z");
    lin.customers().merge(loser, kept, &[]).unwrap();
    assert_eq!(
        lines(&lin, kept),
        [&format!("{loser} 示例科技"), "修改客户", "新增客户", "新增客户"]
    );
}
