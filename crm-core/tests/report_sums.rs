//! What figures add up to (R7), over random deals, talks and contracts; and what is in no figure (ADR 30).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, enter};
use crm_core::{
    Choice, FunnelQuery, Money, NaiveDate, NewContract, NewFollowUp, NewOpportunity, OpportunityQuery,
    PageRequest, PerformanceQuery, Session, SourcesQuery, Stage, StatusQuery, TeamQuery, Win,
};
use proptest::prelude::*;

fn may(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, day).unwrap()
}

/// Something that somebody does with one of their customers.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Talk,
    Open(u64),
    Move(Stage),
    Win(u64),
    Lose,
    Reopen,
    Archive,
}

fn deed() -> impl Strategy<Value = Deed> {
    let stage = prop::sample::select(vec![
        Stage::InitialContact,
        Stage::NeedsAnalysis,
        Stage::Proposal,
        Stage::Negotiation,
    ]);
    prop_oneof![
        3 => Just(Deed::Talk),
        3 => (1..50_u64).prop_map(Deed::Open),
        3 => stage.prop_map(Deed::Move),
        2 => (1..50_u64).prop_map(Deed::Win),
        1 => Just(Deed::Lose),
        1 => Just(Deed::Reopen),
        1 => Just(Deed::Archive),
    ]
}

/// Does it with the newest deal of one of two customers; what a rule forbids is not done.
fn act(admin: &Session, me: &Session, customer: crm_core::CustomerNumber, deed: Deed, place: usize) {
    let query = OpportunityQuery {
        customer: Some(customer.to_string()),
        ..OpportunityQuery::default()
    };
    let newest = me
        .opportunities()
        .list(&query, &PageRequest::first(1))
        .unwrap()
        .items
        .pop();
    let _ = match (deed, newest) {
        (Deed::Talk, _) => {
            let new = NewFollowUp {
                method: Some(Choice::of("电话拜访")),
                topic: "回访".into(),
                content: Some("客户满意".into()),
                ..NewFollowUp::default()
            };
            me.follow_ups().add(customer, &new).map(drop)
        }
        (Deed::Open(yuan), _) => {
            let new = NewOpportunity {
                name: "产线改造".into(),
                expected_amount: Some(Money::from_fen(yuan * 100)),
                expected_close: Some(may(31)),
                ..NewOpportunity::default()
            };
            me.opportunities().create(customer, &new).map(drop)
        }
        (Deed::Move(stage), Some(deal)) => me.opportunities().move_to(deal.id, stage, "谈了一次").map(drop),
        (Deed::Win(yuan), Some(deal)) => {
            let win = Win {
                amount: Some(Money::from_fen(yuan * 100)),
                signed_on: Some(may(1)),
                contract_number: format!("HT-{place}"),
                reason: "价格合适".into(),
                ..Win::default()
            };
            me.opportunities().close_won(deal.id, &win).map(drop)
        }
        (Deed::Lose, Some(deal)) => me.opportunities().close_lost(deal.id, "预算取消").map(drop),
        (Deed::Reopen, Some(deal)) => admin.opportunities().reopen(deal.id, "客户反悔").map(drop),
        (Deed::Archive, Some(deal)) => me
            .opportunities()
            .archive(deal.id, deal.revision, "重复录入")
            .map(drop),
        (_, None) => Ok(()),
    };
}

fn levels(session: &Session) -> Vec<u64> {
    let rows = session.reports().funnel(&FunnelQuery::default()).unwrap().rows;
    rows.iter().map(|row| row.opportunities).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn r7_figures_add_up(deeds in prop::collection::vec((deed(), 0..2_usize, 0..2_usize), 1..40)) {
        let world = World::new();
        let team = Team::of(&world);
        let admin = world.admin();
        let people = [&team.wang, &team.zhao];
        let theirs = people.map(|me| [enter(me, "上海示例科技有限公司"), enter(me, "北京示例商贸有限公司")]);
        for (place, (deed, who, which)) in deeds.into_iter().enumerate() {
            let before = levels(&admin);
            act(&admin, people[who], theirs[who][which], deed, place);
            // Losing, reopening and moving back lower nothing (R7.1); archiving takes a deal out.
            if !matches!(deed, Deed::Archive) {
                let after = levels(&admin);
                prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after), "{deed:?}");
            }
        }
        let funnel = admin.reports().funnel(&FunnelQuery::default()).unwrap();
        for pair in funnel.rows.windows(2) {
            prop_assert!(pair[0].customers >= pair[1].customers && pair[0].opportunities >= pair[1].opportunities);
        }
        // Those that stand somewhere and those that are lost are all deals: the rows of the list.
        let listed = admin.opportunities().list(&OpportunityQuery::default(), &PageRequest::first(1000)).unwrap();
        let standing: u64 = funnel.rows.iter().map(|row| row.standing).sum();
        prop_assert_eq!(standing + funnel.lost, listed.items.len() as u64);
        prop_assert_eq!(funnel.rows[0].opportunities, listed.items.len() as u64);
        // What is behind a figure is as many as it says.
        for row in &funnel.rows {
            let behind = admin.reports().funnel_rows(&FunnelQuery::default(), row.stage, 1000).unwrap();
            prop_assert_eq!(behind.rows.len() as u64, row.opportunities);
        }

        let of_team = |period: &str| {
            let query = PerformanceQuery { period: Some(period.into()), team: Some("华东".into()), ..PerformanceQuery::default() };
            admin.reports().performance(&query).unwrap()
        };
        let may = of_team("2024-05");
        let sum: u64 = may.rows.iter().map(|row| row.won_amount.fen()).sum();
        prop_assert_eq!(sum, may.total.won_amount.fen());
        let own = |me: &Session| me.reports().performance(&PerformanceQuery::default()).unwrap().total.won_amount.fen();
        prop_assert_eq!(own(&team.wang) + own(&team.zhao), sum);
        let quarter = of_team("2024Q2").total;
        let months: u64 = ["2024-04", "2024-05", "2024-06"].iter().map(|month| of_team(month).total.won_amount.fen()).sum();
        prop_assert_eq!(quarter.won_amount.fen(), months);
        let sources = admin.reports().sources(&SourcesQuery::default()).unwrap();
        prop_assert_eq!(sources.total.won_amount.fen(), sum, "signed since they were entered");
        let talks = admin.reports().team(&TeamQuery::default()).unwrap();
        prop_assert!(talks.total.followed_up <= talks.total.follow_ups);
        let standing = admin.reports().status(&StatusQuery::default()).unwrap();
        prop_assert_eq!(standing.rows.iter().map(|row| row.share.part).sum::<u64>(), standing.total.share.whole);
    }
}

#[test]
fn r7_what_is_archived_or_hangs_on_what_is_archived_is_in_no_figure() {
    let world = World::new();
    let me = world.admin();
    let customer = enter(&me, "上海示例科技有限公司");
    for (place, deed) in [Deed::Talk, Deed::Open(10), Deed::Win(10), Deed::Open(10)]
        .into_iter()
        .enumerate()
    {
        act(&me, &me, customer, deed, place);
    }
    let figures = || {
        let performance = me
            .reports()
            .performance(&PerformanceQuery::default())
            .unwrap()
            .total;
        let sources = me.reports().sources(&SourcesQuery::default()).unwrap().total;
        let status = me.reports().status(&StatusQuery::default()).unwrap().total;
        let team = me.reports().team(&TeamQuery::default()).unwrap().total;
        let counts = [
            performance.followed_up,
            performance.won_deals,
            sources.customers,
            status.customers,
        ];
        (levels(&me)[0], counts, team.late_entries, team.forecast.fen())
    };
    assert_eq!(figures(), (2, [1, 1, 1, 1], 1, 100));
    me.customers().archive(customer, "重复").unwrap();
    assert_eq!(figures(), (0, [0, 0, 0, 0], 0, 0));
    me.customers().restore(customer, "并非重复").unwrap();
    assert_eq!(figures(), (2, [1, 1, 1, 1], 1, 100));
}

#[test]
fn r7_3_contracts_of_the_past_count_where_that_is_asked_for() {
    let world = World::new();
    let me = world.admin();
    let customer = enter(&me, "上海示例科技有限公司");
    let new = NewContract {
        contract_number: "HT-1".into(),
        amount: Some(Money::from_fen(500)),
        signed_on: Some(may(1)),
        ..NewContract::default()
    };
    me.contracts().add(customer, &new).unwrap();
    let won = |past_contracts| {
        let query = PerformanceQuery {
            past_contracts,
            ..PerformanceQuery::default()
        };
        let sources = SourcesQuery {
            past_contracts,
            ..SourcesQuery::default()
        };
        let performance = me.reports().performance(&query).unwrap().total.won_amount.fen();
        (
            performance,
            me.reports().sources(&sources).unwrap().total.won_customers,
        )
    };
    assert_eq!((won(false), won(true)), ((0, 0), (500, 1)));
}

#[test]
fn r7_3_all_together_is_the_sum_of_the_rows_a_customer_of_two_counts_twice() {
    let world = World::new();
    let team = Team::of(&world);
    let customer = enter(&team.wang, "上海示例科技有限公司");
    act(&team.sun, &team.wang, customer, Deed::Talk, 0);
    act(&team.sun, &team.sun, customer, Deed::Talk, 1);
    let total = team
        .sun
        .reports()
        .performance(&PerformanceQuery::default())
        .unwrap()
        .total;
    assert_eq!(total.followed_up, 2);
}
