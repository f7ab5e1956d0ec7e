//! Reports (R7), through a session: the manual's examples, its vectors, and what is not the caller's to see.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, customer, enter};
use crm_core::{
    AuditKind, AuditQuery, Choice, Cohort, Comparison, CustomerNumber, CustomerStatus, Export, Exported,
    FunnelQuery, FunnelRow, FunnelUnit, Language, NaiveDate, NewFollowUp, NewOpportunity, NewTarget,
    Opportunity, PageRequest, Performance, PerformanceFigure, PerformanceQuery, ReportKind, ReportRight,
    Role, Session, SettingsEdit, SourcesQuery, Stage, StatusQuery, TaskId, TeamQuery, Win,
    report::{ReportCell, Tabular},
    service::DuplicateCheck,
};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, month, day).unwrap()
}

fn enter_from(session: &Session, name: &str, source: &str) -> CustomerNumber {
    let mut new = customer(name, "021-55550199");
    new.source = Some(Choice {
        code: source.into(),
        detail: Some("老客户".into()),
    });
    let another = DuplicateCheck::AnotherCustomer;
    new.first_contact = NaiveDate::from_ymd_opt(2023, 1, 1);
    session.customers().create(&new, another).unwrap().number
}

fn deal_of(session: &Session, customer: CustomerNumber, amount: &str) -> Opportunity {
    let new = NewOpportunity {
        name: "产线改造".into(),
        expected_amount: Some(amount.parse().unwrap()),
        expected_close: Some(day(12, 31)),
        ..NewOpportunity::default()
    };
    session.opportunities().create(customer, &new).unwrap()
}

fn move_to(session: &Session, deal: &Opportunity, stage: Stage) -> Opportunity {
    session
        .opportunities()
        .move_to(deal.id, stage, "客户同意")
        .unwrap()
}

fn win(session: &Session, deal: &Opportunity, amount: &str, signed_on: NaiveDate) -> Opportunity {
    let win = Win {
        amount: Some(amount.parse().unwrap()),
        signed_on: Some(signed_on),
        contract_number: format!("HT-{}", deal.id),
        reason: "价格合适".into(),
        ..Win::default()
    };
    session
        .opportunities()
        .close_won(deal.id, &win)
        .unwrap()
        .opportunity
}

fn talk(session: &Session, customer: CustomerNumber) {
    let new = NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "回访".into(),
        content: Some("客户满意".into()),
        ..NewFollowUp::default()
    };
    session.follow_ups().add(customer, &new).unwrap();
}

fn funnel_rows(session: &Session, query: &FunnelQuery) -> Vec<FunnelRow> {
    session.reports().funnel(query).unwrap().rows
}

fn counts(rows: &[FunnelRow]) -> Vec<u64> {
    rows.iter().map(|row| row.customers).collect()
}

/// Moves a deal so many stages on, the last step being won.
fn advance(session: &Session, deal: &Opportunity, steps: usize) {
    let stages = [Stage::NeedsAnalysis, Stage::Proposal, Stage::Negotiation];
    for stage in stages.iter().take(steps) {
        move_to(session, deal, *stage);
    }
    if steps > 3 {
        win(session, deal, "100", day(5, 1));
    }
}

#[test]
fn r7_1_the_manuals_funnel() {
    let world = World::new();
    let me = world.admin();
    // 20 in all: 5 get no further, 5 to needs analysis, 2 to a proposal, 3 to terms, 5 are won.
    let steps = [(0, 5), (1, 5), (2, 2), (3, 3), (4, 5)];
    let steps = steps
        .iter()
        .flat_map(|(steps, count)| (0..*count).map(move |_| *steps));
    for (place, steps) in steps.enumerate() {
        let customer = enter(&me, &format!("示例{place}重工有限公司"));
        advance(&me, &deal_of(&me, customer, "100"), steps);
    }
    let funnel = me.reports().funnel(&FunnelQuery::default()).unwrap();
    assert_eq!(counts(&funnel.rows), [20, 15, 10, 8, 5]);
    let conversions = funnel
        .rows
        .iter()
        .map(|row| row.conversion.as_ref().map(|rate| rate.text.clone()));
    let conversions: Vec<Option<String>> = conversions.collect();
    assert_eq!(
        conversions,
        [None, Some("75 %"), Some("66.7 %"), Some("80 %"), Some("62.5 %")]
            .map(|text| text.map(str::to_owned))
    );
    let shares: Vec<&str> = funnel.rows.iter().map(|row| row.share.text.as_str()).collect();
    assert_eq!(shares, ["100 %", "75 %", "50 %", "40 %", "25 %"]);
    let standing: Vec<u64> = funnel.rows.iter().map(|row| row.standing).collect();
    assert_eq!((standing, funnel.lost), (vec![5, 5, 2, 3, 5], 0));
    let table = funnel.table(Language::Zh, Default::default());
    assert_eq!(table.title, "销售漏斗");
    let shown: Vec<String> = table.rows[2].iter().map(ReportCell::text).collect();
    assert_eq!(
        shown,
        ["方案提交", "10", "66.7 %", "50 %", "10", "1,000.00", "2", "0.0"]
    );
    assert_eq!(table.columns.len(), shown.len());
}

#[test]
fn r7_1_what_was_skipped_counts_as_reached_unless_it_is_left_out() {
    let world = World::new();
    let me = world.admin();
    let deal = deal_of(&me, enter(&me, "上海示例科技有限公司"), "100");
    move_to(&me, &deal, Stage::Negotiation);
    assert_eq!(
        counts(&funnel_rows(&me, &FunnelQuery::default())),
        [1, 1, 1, 1, 0]
    );
    let stood = FunnelQuery {
        without_skipped: true,
        ..FunnelQuery::default()
    };
    assert_eq!(counts(&funnel_rows(&me, &stood)), [1, 0, 0, 1, 0]);
}

#[test]
fn r7_1_losing_reopening_and_moving_back_lower_no_level() {
    let world = World::new();
    let me = world.admin();
    let deal = deal_of(&me, enter(&me, "上海示例科技有限公司"), "100");
    advance(&me, &deal, 4);
    let levels = || counts(&funnel_rows(&me, &FunnelQuery::default()));
    assert_eq!(levels(), [1, 1, 1, 1, 1]);
    me.opportunities().reopen(deal.id, "客户反悔").unwrap();
    assert_eq!(levels(), [1, 1, 1, 1, 1], "reopened");
    me.opportunities()
        .move_to(deal.id, Stage::InitialContact, "重新谈")
        .unwrap();
    assert_eq!(levels(), [1, 1, 1, 1, 1], "moved back");
    me.opportunities().close_lost(deal.id, "预算取消").unwrap();
    let funnel = me.reports().funnel(&FunnelQuery::default()).unwrap();
    assert_eq!(
        (counts(&funnel.rows), funnel.lost),
        (vec![1, 1, 1, 1, 1], 1),
        "lost"
    );
}

#[test]
fn r7_1_a_customer_counts_once_a_stage_and_deals_each() {
    let world = World::new();
    let me = world.admin();
    let customer = enter(&me, "上海示例科技有限公司");
    let first = deal_of(&me, customer, "100");
    deal_of(&me, customer, "200");
    move_to(&me, &first, Stage::NeedsAnalysis);
    let rows = funnel_rows(&me, &FunnelQuery::default());
    assert_eq!((rows[0].customers, rows[0].opportunities), (1, 2));
    assert_eq!(
        (rows[0].amount.to_string(), rows[1].amount.to_string()),
        ("300.00".into(), "100.00".into())
    );
    assert_eq!(rows[1].share.text, "100 %");
    let by_deals = FunnelQuery {
        unit: Some(FunnelUnit::Opportunities),
        ..FunnelQuery::default()
    };
    assert_eq!(funnel_rows(&me, &by_deals)[1].share.text, "50 %");
    let behind = me
        .reports()
        .funnel_rows(&FunnelQuery::default(), Stage::NeedsAnalysis, 10)
        .unwrap();
    assert_eq!(
        behind.rows.iter().map(|row| row.opportunity).collect::<Vec<_>>(),
        [Some(first.id)]
    );
}

#[test]
fn r7_1_of_a_won_deal_the_amount_is_what_was_signed() {
    let world = World::new();
    let me = world.admin();
    let deal = deal_of(&me, enter(&me, "上海示例科技有限公司"), "100");
    win(&me, &deal, "80.5", day(5, 1));
    assert_eq!(
        funnel_rows(&me, &FunnelQuery::default())[4].amount.to_string(),
        "80.50"
    );
}

#[test]
fn r7_1_days_in_a_stage_are_the_median_of_the_stays_that_ended() {
    let world = World::new();
    let me = world.admin();
    let at = |text: &str| world.clock.set(text);
    let deals: Vec<Opportunity> = (0..3)
        .map(|place| deal_of(&me, enter(&me, &format!("示例{place}重工有限公司")), "100"))
        .collect();
    at("2024-05-03T01:00:00Z");
    move_to(&me, &deals[0], Stage::NeedsAnalysis);
    at("2024-05-04T13:00:00Z");
    move_to(&me, &deals[1], Stage::NeedsAnalysis);
    let median = || funnel_rows(&me, &FunnelQuery::default())[0].median_days;
    assert_eq!(median(), Some(2.8), "the mean of 2 and 3.5, halves up");
    at("2024-05-06T01:00:00Z");
    // Back and on again: its two stays count together, two days and one.
    move_to(&me, &deals[0], Stage::InitialContact);
    at("2024-05-07T01:00:00Z");
    move_to(&me, &deals[0], Stage::NeedsAnalysis);
    assert_eq!(median(), Some(3.3), "the mean of 3 and 3.5: 3.25");
    at("2024-05-11T01:00:00Z");
    move_to(&me, &deals[2], Stage::Proposal);
    assert_eq!(median(), Some(3.5));
    let rows = funnel_rows(&me, &FunnelQuery::default());
    assert_eq!(
        (rows[3].median_days, rows[4].median_days),
        (None, None),
        "none has ended"
    );
}

#[test]
fn r7_1_a_cohort_is_made_by_creation_or_by_closing() {
    let world = World::new();
    let me = world.admin();
    let deal = deal_of(&me, enter(&me, "上海示例科技有限公司"), "100");
    world.clock.set("2024-06-02T01:00:00Z");
    win(&me, &deal, "100", day(6, 2));
    let first = |period: &str, cohort| {
        let query = FunnelQuery {
            period: Some(period.into()),
            cohort,
            ..FunnelQuery::default()
        };
        funnel_rows(&me, &query)[0].opportunities
    };
    assert_eq!((first("2024-05", None), first("2024-06", None)), (1, 0));
    let closing = Some(Cohort::Closing);
    assert_eq!((first("2024-05", closing), first("2024-06", closing)), (0, 1));
}

#[test]
fn r7_a_period_begins_and_ends_at_midnight_of_the_business() {
    let world = World::new();
    let me = world.admin();
    let count = |period: &str| {
        let query = SourcesQuery {
            period: Some(period.into()),
            ..SourcesQuery::default()
        };
        me.reports().sources(&query).unwrap().total.customers
    };
    world.clock.set("2024-05-31T15:59:59.999Z");
    enter_from(&me, "上海示例科技有限公司", "转介绍");
    assert_eq!(
        (count("2024-05"), count("2024-06")),
        (1, 0),
        "23:59:59.999 in Shanghai"
    );
    world.clock.set("2024-05-31T16:00:00Z");
    enter_from(&me, "北京示例科技有限公司", "转介绍");
    assert_eq!((count("2024-05"), count("2024-06")), (1, 1), "00:00 in Shanghai");
}

#[test]
fn r7_where_clocks_change_a_day_has_as_many_hours_as_it_has() {
    let world = World::new();
    let me = world.admin();
    let london = SettingsEdit::TimeZone {
        value: "Europe/London".into(),
    };
    me.settings().update(1, &[london]).unwrap();
    let count = |period: &str| {
        let query = SourcesQuery {
            period: Some(period.into()),
            ..SourcesQuery::default()
        };
        me.reports().sources(&query).unwrap().total.customers
    };
    // The clocks go back on 27 October: the day has 25 hours. They went forward on 31 March: that one had 23.
    for (at, on) in [
        ("2024-03-30T23:59:59.999Z", "2024-03-30..2024-03-30"),
        ("2024-03-31T00:00:00Z", "2024-03-31..2024-03-31"),
        ("2024-03-31T22:59:59.999Z", "2024-03-31..2024-03-31"),
        ("2024-03-31T23:00:00Z", "2024-04-01..2024-04-01"),
        ("2024-10-26T22:59:59.999Z", "2024-10-26..2024-10-26"),
        ("2024-10-26T23:00:00Z", "2024-10-27..2024-10-27"),
        ("2024-10-27T23:59:59.999Z", "2024-10-27..2024-10-27"),
        ("2024-10-28T00:00:00Z", "2024-10-28..2024-10-28"),
    ] {
        let before = count(on);
        world.clock.set(at);
        enter_from(
            &me,
            &format!("示例{}重工有限公司", at.len() + before as usize),
            "转介绍",
        );
        assert_eq!(count(on), before + 1, "{at}");
    }
}

#[test]
fn r7_quarters_are_the_fiscal_years() {
    let world = World::new();
    let me = world.admin();
    enter_from(&me, "上海示例科技有限公司", "转介绍");
    let count = |period: &str| {
        let query = SourcesQuery {
            period: Some(period.into()),
            ..SourcesQuery::default()
        };
        me.reports().sources(&query).unwrap().total.customers
    };
    assert_eq!((count("2024Q2"), count("2024Q1")), (1, 0));
    me.settings()
        .update(1, &[SettingsEdit::FiscalYearStart { value: 4 }])
        .unwrap();
    assert_eq!((count("2024Q2"), count("2024Q1")), (0, 1));
    let thirteen = me
        .settings()
        .update(2, &[SettingsEdit::FiscalYearStart { value: 13 }]);
    let refused = thirteen.unwrap_err();
    assert_eq!(
        (refused.code().as_str(), refused.fields()),
        ("setting.invalid", vec!["fiscal_year_start".to_owned()])
    );
}

#[test]
fn r7_2_the_manuals_sources() {
    let world = World::new();
    let me = world.admin();
    for (source, entered, won, each) in [("展会推广", 30, 5, "100000"), ("转介绍", 10, 3, "83333.33")]
    {
        for place in 0..entered {
            let customer = enter_from(&me, &format!("{source}{place}重工有限公司"), source);
            if place < won {
                win(&me, &deal_of(&me, customer, "1"), each, day(5, 1));
            }
        }
    }
    let sources = me.reports().sources(&SourcesQuery::default()).unwrap();
    let rows = sources.rows.iter().chain([&sources.total]);
    let shown: Vec<String> = rows
        .map(|row| {
            format!(
                "{} {} {} {} {}",
                row.label, row.customers, row.won_customers, row.rate.text, row.won_amount
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "展会推广 30 5 16.7 % 500000.00",
            "转介绍 10 3 30 % 249999.99",
            "合计 40 8 20 % 749999.99",
        ]
    );
    let won = me
        .reports()
        .sources_rows(&SourcesQuery::default(), Some("转介绍"), true, 2)
        .unwrap();
    assert_eq!((won.rows.len(), won.more, won.hidden), (2, 1, 0));
}

#[test]
fn r7_2_entered_in_march_and_signed_in_april_is_won_in_the_first_quarter_and_performance_in_april() {
    let world = World::new();
    let me = world.admin();
    world.clock.set("2024-03-30T01:00:00Z");
    let customer = enter_from(&me, "上海示例科技有限公司", "转介绍");
    world.clock.set("2024-04-02T01:00:00Z");
    win(&me, &deal_of(&me, customer, "100"), "100", day(4, 2));
    let query = SourcesQuery {
        period: Some("2024Q1".into()),
        ..SourcesQuery::default()
    };
    assert_eq!(me.reports().sources(&query).unwrap().total.won_customers, 1);
    let won = |period: &str| performance(&me, period).total.won_deals;
    assert_eq!((won("2024Q1"), won("2024-04")), (0, 1));
}

fn performance(session: &Session, period: &str) -> Performance {
    let query = PerformanceQuery {
        period: Some(period.into()),
        ..PerformanceQuery::default()
    };
    session.reports().performance(&query).unwrap()
}

fn target(person: &str, month: &str, amount: &str) -> NewTarget {
    NewTarget {
        person: person.into(),
        month: month.into(),
        amount: Some(amount.parse().unwrap()),
    }
}

#[test]
fn r7_3_the_manuals_performance() {
    let world = World::new();
    let team = Team::of(&world);
    let customers: Vec<_> = (0..15)
        .map(|place| enter(&team.wang, &format!("示例{place}重工有限公司")))
        .collect();
    for customer in &customers {
        talk(&team.wang, *customer);
        talk(&team.wang, *customer);
    }
    for customer in &customers[..3] {
        win(
            &team.wang,
            &deal_of(&team.wang, *customer, "1"),
            "100000",
            day(5, 1),
        );
    }
    world
        .admin()
        .targets()
        .set(&[target("wang", "2024-05", "250000")])
        .unwrap();
    let performance = performance(&team.wang, "2024-05");
    let row = &performance.rows[0];
    assert_eq!(
        (row.name.as_str(), row.followed_up, row.won_customers),
        ("WANG", 15, 3)
    );
    assert_eq!(
        (row.won_amount.to_string(), row.attainment.text.as_str()),
        ("300000.00".into(), "120 %")
    );
    assert_eq!(performance.rows.len(), 1, "their own, and nobody else's");
    let by = PerformanceFigure::FollowedUp;
    let behind = team
        .wang
        .reports()
        .performance_rows(&PerformanceQuery::default(), by, 4)
        .unwrap();
    assert_eq!((behind.rows.len(), behind.more), (4, 11));
}

#[test]
fn r7_3_a_quarter_is_the_sum_of_the_months_that_have_a_target() {
    let world = World::new();
    Team::of(&world);
    let me = world.admin();
    me.targets()
        .set(&[
            target("wang", "2024-04", "25000"),
            target("wang", "2024-06", "25000"),
        ])
        .unwrap();
    let of = |period: &str| {
        let query = PerformanceQuery {
            period: Some(period.into()),
            person: Some("wang".into()),
            ..PerformanceQuery::default()
        };
        let report = me.reports().performance(&query).unwrap();
        let row = report.rows[0].clone();
        (
            row.target.map(|target| target.to_string()),
            row.target_incomplete,
            row.attainment.text,
        )
    };
    let some = |amount: &str| Some(amount.to_owned());
    assert_eq!(of("2024Q2"), (some("50000.00"), true, "0 %".into()));
    assert_eq!(of("2024-04"), (some("25000.00"), false, "0 %".into()));
    assert_eq!(of("2024-05"), (None, true, "—".into()), "none");
    assert_eq!(
        of("2024-04-01..2024-06-29"),
        (None, false, "—".into()),
        "not whole months"
    );
    assert_eq!(
        of("2024-04-01..2024-06-30"),
        (some("50000.00"), true, "0 %".into())
    );
    me.targets().set(&[target("wang", "2024-04", "0")]).unwrap();
    assert_eq!(of("2024-04"), (some("0.00"), false, "—".into()), "zero");
    let taken_back = NewTarget {
        amount: None,
        ..target("wang", "2024-04", "0")
    };
    me.targets().set(&[taken_back]).unwrap();
    assert_eq!(of("2024-04"), (None, true, "—".into()), "taken back");
}

#[test]
fn r7_what_a_signed_in_may_is_as_in_may_when_the_customer_goes_to_b_in_june() {
    let world = World::new();
    let team = Team::of(&world);
    let (_, other) = world.user("qian", Role::SalesRep, None);
    let customer = enter(&team.wang, "上海示例科技有限公司");
    talk(&team.wang, customer);
    win(
        &team.wang,
        &deal_of(&team.wang, customer, "1"),
        "300000",
        day(5, 1),
    );
    world.clock.set("2024-06-03T01:00:00Z");
    world
        .admin()
        .customers()
        .assign(customer, "qian", Some("转岗"))
        .unwrap();
    let of = |session: &Session| performance(session, "2024-05").total.won_amount.to_string();
    assert_eq!(
        (of(&team.wang), of(&other)),
        ("300000.00".into(), "300000.00".into())
    );
    let row = performance(&world.admin(), "2024-05")
        .rows
        .into_iter()
        .find(|row| row.name == "WANG")
        .unwrap();
    assert_eq!(
        (row.won_amount.to_string(), row.followed_up),
        ("300000.00".into(), 1)
    );
    // Totals only: of a customer that is another's by now, the name is not told.
    let won = PerformanceFigure::WonDeals;
    let behind = team
        .wang
        .reports()
        .performance_rows(&PerformanceQuery::default(), won, 10)
        .unwrap();
    assert_eq!((behind.rows.len(), behind.hidden), (0, 1));
    assert_eq!(
        performance(&team.zhao, "2024-05").total.won_amount.to_string(),
        "0.00"
    );
}

#[test]
fn r7_3_a_teams_row_is_the_sum_of_its_members_of_now_and_all_has_people_without_a_team() {
    let world = World::new();
    let team = Team::of(&world);
    let (_, alone) = world.user("qian", Role::SalesRep, None);
    for (session, name) in [
        (&team.wang, "上海示例科技有限公司"),
        (&team.zhao, "北京示例科技有限公司"),
        (&alone, "广州示例科技有限公司"),
    ] {
        let customer = enter(session, name);
        talk(session, customer);
        win(session, &deal_of(session, customer, "1"), "100", day(5, 1));
    }
    let amount = |team: Option<&str>| {
        let query = PerformanceQuery {
            team: team.map(str::to_owned),
            ..PerformanceQuery::default()
        };
        let report = world.admin().reports().performance(&query).unwrap();
        let sum: u64 = report.rows.iter().map(|row| row.won_amount.fen()).sum();
        assert_eq!(
            (sum, report.total.followed_up),
            (report.total.won_amount.fen(), report.total.won_deals)
        );
        report.total.won_amount.to_string()
    };
    assert_eq!(
        (amount(Some("华东")), amount(None)),
        ("200.00".into(), "300.00".into())
    );
    // Whoever leaves the team takes their figures along.
    let wang = world
        .admin()
        .users()
        .list()
        .unwrap()
        .into_iter()
        .find(|user| user.login == "wang")
        .unwrap();
    let leave = crm_core::UserEdit::Team { value: None };
    world
        .admin()
        .users()
        .update(wang.id, wang.revision, &[leave])
        .unwrap();
    assert_eq!(
        (amount(Some("华东")), amount(None)),
        ("100.00".into(), "300.00".into())
    );
}

#[test]
fn r5_2_what_is_reopened_is_out_of_the_figures_of_past_periods_too() {
    let world = World::new();
    let me = world.admin();
    world.clock.set("2024-05-20T01:00:00Z");
    let deal = deal_of(&me, enter(&me, "上海示例科技有限公司"), "1");
    win(&me, &deal, "300000", day(5, 20));
    assert_eq!(
        performance(&me, "2024-05").total.won_amount.to_string(),
        "300000.00"
    );
    world.clock.set("2024-06-03T01:00:00Z");
    me.opportunities().reopen(deal.id, "客户反悔").unwrap();
    assert_eq!(performance(&me, "2024-05").total.won_amount.to_string(), "0.00");
    assert_eq!(
        me.reports()
            .sources(&SourcesQuery::default())
            .unwrap()
            .total
            .won_customers,
        0
    );
    assert_eq!(
        counts(&funnel_rows(&me, &FunnelQuery::default()))[4],
        1,
        "the level stays"
    );
}

#[test]
fn r7_4_the_manuals_distribution() {
    let world = World::new();
    let me = world.admin();
    let counts = [
        (CustomerStatus::Potential, 50),
        (CustomerStatus::Interested, 20),
        (CustomerStatus::Negotiating, 10),
        (CustomerStatus::Won, 35),
        (CustomerStatus::Lost, 10),
    ];
    for (status, count) in counts {
        for place in 0..count {
            let customer = enter(&me, &format!("{status}{place}重工有限公司"));
            if status != CustomerStatus::Potential {
                me.customers()
                    .set_status(customer, status, Some("客户来电"))
                    .unwrap();
            }
        }
    }
    let shares = |fold_negotiating| {
        let query = StatusQuery {
            fold_negotiating,
            ..StatusQuery::default()
        };
        let report = me.reports().status(&query).unwrap();
        let rows = report.rows.into_iter();
        rows.map(|row| (row.customers, row.share.text))
            .collect::<Vec<_>>()
    };
    let of = |rows: &[(u64, &str)]| {
        rows.iter()
            .map(|(count, share)| (*count, (*share).to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        shares(false),
        of(&[(50, "40 %"), (20, "16 %"), (10, "8 %"), (35, "28 %"), (10, "8 %")])
    );
    assert_eq!(
        shares(true),
        of(&[(50, "40 %"), (30, "24 %"), (35, "28 %"), (10, "8 %")])
    );
    let interested = |fold_negotiating| {
        let query = StatusQuery {
            fold_negotiating,
            ..StatusQuery::default()
        };
        let behind = me
            .reports()
            .status_rows(&query, CustomerStatus::Interested, 1)
            .unwrap();
        behind.rows.len() as u64 + behind.more
    };
    assert_eq!((interested(false), interested(true)), (20, 30));
}

#[test]
fn r7_4_as_of_a_day_customers_stand_where_they_stood_with_whom_they_had() {
    let world = World::new();
    let team = Team::of(&world);
    let me = world.admin();
    let first = enter(&team.wang, "上海示例科技有限公司");
    let second = enter(&team.wang, "北京示例科技有限公司");
    let third = enter(&team.wang, "广州示例科技有限公司");
    world.clock.set("2024-06-10T01:00:00Z");
    me.customers()
        .set_status(first, CustomerStatus::Interested, None)
        .unwrap();
    me.customers().assign(first, "zhao", Some("转岗")).unwrap();
    me.customers().archive(second, "重复").unwrap();
    me.customers().archive(third, "重复").unwrap();
    world.clock.set("2024-07-10T01:00:00Z");
    me.customers().restore(third, "并非重复").unwrap();
    enter(&team.wang, "深圳示例科技有限公司");
    world.clock.set("2024-08-01T01:00:00Z");
    let standing = |session: &Session, period: Option<&str>, person: Option<&str>| {
        let query = StatusQuery {
            period: period.map(str::to_owned),
            person: person.map(str::to_owned),
            ..StatusQuery::default()
        };
        let report = session.reports().status(&query).unwrap();
        (report.rows[0].customers, report.rows[1].customers)
    };
    assert_eq!(standing(&me, Some("2024-04"), None), (0, 0), "none was there");
    assert_eq!(
        standing(&me, Some("2024-05"), None),
        (3, 0),
        "all three, potential"
    );
    assert_eq!(
        standing(&me, Some("2024-06"), None),
        (0, 1),
        "two were archived, one of which is back since"
    );
    assert_eq!(standing(&me, None, None), (2, 1), "now");
    assert_eq!(standing(&me, Some("2024-05"), Some("zhao")), (0, 0));
    assert_eq!(standing(&me, Some("2024-06"), Some("zhao")), (0, 1));
    // What was theirs then counts for them, though they do not see the customer now.
    assert_eq!(standing(&team.wang, Some("2024-05"), None), (3, 0));
    assert_eq!(standing(&team.zhao, Some("2024-05"), None), (1, 0), "theirs now");
    let may = StatusQuery {
        period: Some("2024-05".into()),
        ..StatusQuery::default()
    };
    let behind = team
        .wang
        .reports()
        .status_rows(&may, CustomerStatus::Potential, 10)
        .unwrap();
    assert_eq!(
        (behind.rows.len(), behind.hidden),
        (2, 1),
        "the archived one is in sight"
    );
}

#[test]
fn r7_4_quiet_ones_are_counted_of_now_only() {
    let world = World::new();
    let me = world.admin();
    enter(&me, "上海示例科技有限公司");
    let won = enter(&me, "北京示例科技有限公司");
    me.customers()
        .set_status(won, CustomerStatus::Won, Some("已付款"))
        .unwrap();
    world.clock.set("2024-08-02T01:00:00Z");
    let report = me.reports().status(&StatusQuery::default()).unwrap();
    assert_eq!((report.gone_quiet, report.at_risk), (Some(1), Some(1)));
    let past = StatusQuery {
        period: Some("2024-05".into()),
        ..StatusQuery::default()
    };
    let report = me.reports().status(&past).unwrap();
    assert_eq!((report.gone_quiet, report.at_risk), (None, None));
    let running = StatusQuery {
        period: Some("2024-08".into()),
        ..StatusQuery::default()
    };
    assert_eq!(
        me.reports().status(&running).unwrap().gone_quiet,
        Some(1),
        "it has not ended"
    );
}

#[test]
fn r7_5_tasks_are_on_time_by_the_day_before_they_were_put_off() {
    let world = World::new();
    let team = Team::of(&world);
    let customer = enter(&team.wang, "上海示例科技有限公司");
    let task = |next: u32| -> TaskId {
        let new = NewFollowUp {
            method: Some(Choice::of("电话拜访")),
            topic: "回访".into(),
            content: Some("客户满意".into()),
            next_follow_up: Some(day(5, next)),
            ..NewFollowUp::default()
        };
        let recorded = team.wang.follow_ups().add(customer, &new).unwrap();
        let made = recorded
            .open_tasks
            .iter()
            .find(|task| task.follow_up == Some(recorded.follow_up.id));
        made.unwrap().id
    };
    let (in_time, too_late, put_off, open) = (task(10), task(10), task(10), task(12));
    let later = team.wang.tasks().put_off(put_off, 1, day(6, 2), None);
    later.unwrap();
    world.clock.set("2024-05-10T15:59:59.999Z");
    team.wang.tasks().complete(in_time).unwrap();
    world.clock.set("2024-05-10T16:00:00Z");
    team.wang.tasks().complete(too_late).unwrap();
    team.wang.tasks().complete(put_off).unwrap();
    let _ = open;
    let of = |period: &str| {
        let query = TeamQuery {
            period: Some(period.into()),
            ..TeamQuery::default()
        };
        let row = team.wang.reports().team(&query).unwrap().rows[0].clone();
        (row.tasks_due, row.tasks_on_time, row.on_time.text, row.follow_ups)
    };
    assert_eq!(of("2024-05"), (4, 1, "25 %".into(), 4));
    assert_eq!(of("2024-06"), (0, 0, "—".into(), 0));
}

#[test]
fn r7_5_late_entries_and_conversion() {
    let world = World::new();
    let team = Team::of(&world);
    // The first conversation was on 28 April: entered on 1 May it is late (R2.9).
    let late = enter(&team.wang, "上海示例科技有限公司");
    talk(&team.wang, late);
    let other = enter(&team.wang, "北京示例科技有限公司");
    let new = NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "回访".into(),
        content: Some("客户满意".into()),
        at: Some("2024-04-30T12:00:00Z".parse().unwrap()),
        ..NewFollowUp::default()
    };
    team.wang.follow_ups().add(other, &new).unwrap();
    win(&team.wang, &deal_of(&team.wang, late, "100"), "100", day(5, 1));
    deal_of(&team.wang, other, "1000");
    let report = team.wang.reports().team(&TeamQuery::default()).unwrap();
    let row = &report.rows[0];
    assert_eq!(
        (row.late_entries, row.follow_ups, row.followed_up),
        (3, 2, 2),
        "two customers and a talk"
    );
    assert_eq!(
        (row.conversion.text.as_str(), row.forecast.to_string()),
        ("50 %", "100.00".into())
    );
    assert_eq!(report.total.late_entries, 3);
}

#[test]
fn r7_a_report_is_compared_with_the_period_before_and_the_year_before() {
    let world = World::new();
    let me = world.admin();
    for at in [
        "2023-05-02T01:00:00Z",
        "2024-04-02T01:00:00Z",
        "2024-05-02T01:00:00Z",
        "2024-05-03T01:00:00Z",
    ] {
        world.clock.set(at);
        let customer = enter_from(&me, &format!("示例{}重工有限公司", &at[2..10]), "转介绍");
        talk(&me, customer);
    }
    let of = |compare| {
        let query = PerformanceQuery {
            period: Some("2024-05".into()),
            compare,
            ..PerformanceQuery::default()
        };
        let report = me.reports().performance(&query).unwrap();
        let first = report
            .compared_head
            .and_then(|head| head.first)
            .map(|day| day.to_string());
        (
            report.total.followed_up,
            first,
            report.compared.last().map(|row| row.followed_up),
        )
    };
    assert_eq!(of(None), (2, None, None));
    assert_eq!(
        of(Some(Comparison::PeriodBefore)),
        (2, Some("2024-04-01".into()), Some(1))
    );
    assert_eq!(
        of(Some(Comparison::YearBefore)),
        (2, Some("2023-05-01".into()), Some(1))
    );
}

#[test]
fn r7_an_empty_period_is_shown_with_strokes_and_no_error() {
    let world = World::new();
    let me = world.admin();
    let query = FunnelQuery {
        period: Some("2020".into()),
        ..FunnelQuery::default()
    };
    let rows = funnel_rows(&me, &query);
    assert_eq!(
        (
            rows[0].share.text.as_str(),
            rows[1].conversion.as_ref().unwrap().text.as_str()
        ),
        ("—", "—")
    );
    assert_eq!(performance(&me, "2020").total.attainment.text, "—");
}

#[test]
fn r7_what_is_no_period_person_or_team_is_refused() {
    let world = World::new();
    let me = world.admin();
    let query = |period: &str, person: &str, team: &str| {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let query = PerformanceQuery {
            period: given(period),
            person: given(person),
            team: given(team),
            ..PerformanceQuery::default()
        };
        let refused = me.reports().performance(&query).unwrap_err();
        (refused.code().as_str(), refused.fields().concat())
    };
    assert_eq!(
        query("2024-05-02..2024-05-01", "", ""),
        ("period.order", "period".into())
    );
    assert_eq!(query("May", "", ""), ("period.invalid", "period".into()));
    assert_eq!(query("", "nobody", ""), ("owner.unknown", "person".into()));
    assert_eq!(query("", "", "nowhere"), ("team.unknown", "team".into()));
}

#[test]
fn r7_3_targets_are_set_by_admins_and_by_supervisors_for_their_team() {
    let world = World::new();
    let team = Team::of(&world);
    world.user("qian", Role::SalesRep, None);
    assert_eq!(
        code(team.wang.targets().set(&[target("wang", "2024-05", "1")])),
        "access.denied"
    );
    assert_eq!(
        code(team.sun.targets().set(&[target("qian", "2024-05", "1")])),
        "access.denied"
    );
    team.sun.targets().set(&[target("wang", "2024-05", "1")]).unwrap();
    assert_eq!(team.wang.targets().list("2024-05").unwrap().len(), 1);
    assert!(
        team.zhao.targets().list("2024-05").unwrap().is_empty(),
        "another's is not told"
    );
    assert_eq!(
        code(team.zhao.targets().history("wang", "2024-05", 10)),
        "not_found"
    );
    let both = team
        .sun
        .targets()
        .set(&[target("wang", "2024-06", "1"), target("nobody", "2024-13", "1")]);
    let refused = both.unwrap_err();
    assert_eq!(refused.fields(), ["target[1].person", "target[1].month"]);
    assert_eq!(
        team.wang.targets().list("2024").unwrap().len(),
        1,
        "nothing of it was set"
    );
    let twice = team
        .sun
        .targets()
        .set(&[target("wang", "2024-06", "1"), target("wang", "2024-06", "2")]);
    assert_eq!(code(twice), "target.twice");
}

#[test]
fn r5_5_the_forecast_of_a_team_is_its_members() {
    let world = World::new();
    let team = Team::of(&world);
    let (_, alone) = world.user("qian", Role::SalesRep, None);
    deal_of(&team.wang, enter(&team.wang, "上海示例科技有限公司"), "1000");
    deal_of(&alone, enter(&alone, "北京示例科技有限公司"), "2000");
    let of = |team: Option<&str>| {
        let query = crm_core::ForecastQuery {
            team: team.map(str::to_owned),
            ..Default::default()
        };
        let report = world.admin().reports().forecast(&query).unwrap();
        assert_eq!(report.head.report, ReportKind::Forecast);
        report.forecast.total.weighted.to_string()
    };
    assert_eq!((of(Some("华东")), of(None)), ("100.00".into(), "300.00".into()));
}

#[test]
fn r7_6_every_report_is_a_table_in_both_languages() {
    let world = World::new();
    let me = world.admin();
    let customer = enter(&me, "上海示例科技有限公司");
    talk(&me, customer);
    deal_of(&me, customer, "1000");
    let reports: Vec<Box<dyn Tabular>> = vec![
        Box::new(me.reports().funnel(&FunnelQuery::default()).unwrap()),
        Box::new(me.reports().sources(&SourcesQuery::default()).unwrap()),
        Box::new(me.reports().performance(&PerformanceQuery::default()).unwrap()),
        Box::new(me.reports().status(&StatusQuery::default()).unwrap()),
        Box::new(me.reports().team(&TeamQuery::default()).unwrap()),
        Box::new(me.reports().forecast(&Default::default()).unwrap()),
    ];
    for report in reports {
        let [zh, en] =
            [Language::Zh, Language::En].map(|language| report.table(language, Default::default()));
        assert!(
            zh.columns
                .iter()
                .zip(&en.columns)
                .all(|(zh, en)| zh.code == en.code && zh.label != en.label)
        );
        let is_whole = |cells: &Vec<ReportCell>| cells.len() == zh.columns.len();
        assert!(
            !zh.rows.is_empty() && zh.rows.iter().chain(&zh.total).all(is_whole),
            "{}",
            zh.title
        );
        assert!(zh.chart.labels < zh.columns.len() && zh.chart.values < zh.columns.len());
        assert!(en.columns.iter().all(|column| column.label.is_ascii()));
    }
}

#[test]
fn r7_6_who_may_look_and_who_may_export_is_set_per_report_and_refusals_are_logged() {
    let world = World::new();
    let team = Team::of(&world);
    let funnel = Exported::Report(ReportKind::Funnel);
    let export = Export {
        what: funnel,
        filter: "2024Q2".into(),
        rows: 5,
        sha256: [0xab; 32],
    };
    team.sun.exports().record(&export).unwrap();
    assert_eq!(code(team.wang.exports().check(funnel)), "access.denied");
    assert_eq!(code(team.wang.exports().record(&export)), "access.denied");
    assert_eq!(
        code(team.wang.exports().check(Exported::List("customer"))),
        "access.denied"
    );
    team.wang
        .exports()
        .check(Exported::Report(ReportKind::Performance))
        .unwrap();
    let kept = |kind| {
        let query = AuditQuery {
            kind: Some(kind),
            ..AuditQuery::default()
        };
        world
            .admin()
            .audit()
            .search(&query, &PageRequest::first(10))
            .unwrap()
            .items
    };
    assert_eq!(
        (kept(AuditKind::Exported).len(), kept(AuditKind::Refused).len()),
        (1, 3)
    );
    let said = format!("{:?}", kept(AuditKind::Exported)[0]);
    let digest = "ab".repeat(32);
    assert!(
        said.contains(&format!("funnel [2024Q2]: 5 rows, sha256 {digest}")),
        "{said}"
    );
    let rights = SettingsEdit::ReportRights {
        value: vec![ReportRight {
            report: ReportKind::Funnel,
            view: vec![Role::Supervisor],
            export: Vec::new(),
        }],
    };
    world.admin().settings().update(1, &[rights]).unwrap();
    assert_eq!(
        code(team.wang.reports().funnel(&FunnelQuery::default())),
        "access.denied"
    );
    assert_eq!(
        code(
            team.wang
                .reports()
                .funnel_rows(&FunnelQuery::default(), Stage::Won, 1)
        ),
        "access.denied"
    );
    team.sun.reports().funnel(&FunnelQuery::default()).unwrap();
    assert_eq!(code(team.sun.exports().check(funnel)), "access.denied");
    world.admin().exports().check(funnel).unwrap();
}
