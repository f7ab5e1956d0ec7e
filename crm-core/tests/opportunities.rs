//! Deals from the first talk to the contract (R5.1–R5.5), and who else sees them (R8.1), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{
    AuditKind, Choice, Contract, ContractEdit, ContractQuery, CustomerStatus, FollowUpQuery, Money,
    NaiveDate, NewContract, NewFollowUp, NewOpportunity, Opportunity, OpportunityEdit, OpportunityQuery,
    PageRequest, Role, Session, SettingsEdit, Stage, TaskList, TaskQuery, TaskState, Win,
};
use proptest::prelude::*;

const MANY: PageRequest = PageRequest {
    after: None,
    limit: 100,
};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, month, day).unwrap()
}

fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

fn typed(amount: &str) -> NewOpportunity {
    NewOpportunity {
        name: "产线改造".into(),
        expected_amount: Some(yuan(amount)),
        expected_close: Some(day(6, 30)),
        ..NewOpportunity::default()
    }
}

fn deal(session: &Session, name: &str) -> Opportunity {
    let customer = enter(session, name);
    session
        .opportunities()
        .create(customer, &typed("120000"))
        .unwrap()
}

fn win(number: &str, amount: &str, signed: NaiveDate) -> Win {
    Win {
        amount: Some(yuan(amount)),
        signed_on: Some(signed),
        contract_number: number.into(),
        reason: "价格合适".into(),
        ..Win::default()
    }
}

fn talk(deal: &Opportunity, next: Option<NaiveDate>) -> NewFollowUp {
    NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "方案反馈".into(),
        content: Some("客户要求报价".into()),
        opportunity: Some(deal.id),
        next_follow_up: next,
        ..NewFollowUp::default()
    }
}

fn contracts(session: &Session) -> Vec<Contract> {
    session
        .contracts()
        .list(&ContractQuery::default(), &MANY)
        .unwrap()
        .items
}

#[test]
fn r5_1_an_opportunity_is_its_customers_owners_unless_another_may_be_named() {
    let world = World::new();
    let team = Team::of(&world);
    let customer = enter(&team.wang, "上海示例科技有限公司");
    let wang = team.wang.user().unwrap().unwrap().id;
    let of = |session: &Session, owner: Option<&str>| {
        let new = NewOpportunity {
            owner: owner.map(str::to_owned),
            ..typed("120000")
        };
        session.opportunities().create(customer, &new)
    };
    assert_eq!(of(&team.wang, None).unwrap().owner, wang);
    assert_eq!(
        of(&team.sun, None).unwrap().owner,
        wang,
        "not the supervisor's who enters it"
    );
    assert!(of(&team.sun, Some("zhao")).is_ok());
    assert_eq!(code(of(&team.wang, Some("zhao"))), "owner.not_allowed");
    assert_eq!(code(of(&team.zhao, None)), "not_found");
}

#[test]
fn r5_2_where_a_deal_stands_is_what_its_ledger_adds_up_to() {
    let world = World::new();
    let lin = world.admin();
    let deal = deal(&lin, "上海示例科技有限公司");
    let deals = lin.opportunities();
    assert_eq!(
        code(deals.move_to(deal.id, Stage::Proposal, " ")),
        "field.missing"
    );
    world.clock.set("2024-05-03T01:00:00Z");
    deals.move_to(deal.id, Stage::Negotiation, "直接谈价").unwrap();
    let same = deals.move_to(deal.id, Stage::Negotiation, "再谈").unwrap();
    assert_eq!(same.revision, 2, "it stands there already");
    world.clock.set("2024-05-06T01:00:00Z");
    let back = deals.move_to(deal.id, Stage::Proposal, "方案重做").unwrap();
    assert_eq!(back.stage_changed_at.to_rfc3339(), "2024-05-06T01:00:00+00:00");
    world.clock.set("2024-05-10T01:00:00Z");
    let history = deals.history(deal.id).unwrap();
    let moves: Vec<_> = history
        .stages
        .iter()
        .map(|change| (change.before, change.after, change.note.as_deref()))
        .collect();
    assert_eq!(
        moves,
        [
            (None, Stage::InitialContact, None),
            (Some(Stage::InitialContact), Stage::Negotiation, Some("直接谈价")),
            (Some(Stage::Negotiation), Stage::Proposal, Some("方案重做")),
        ]
    );
    let days: Vec<u64> = history
        .stays
        .iter()
        .map(|stay| stay.milliseconds / 86_400_000)
        .collect();
    assert_eq!(days, [2, 3, 4]);
    assert_eq!(deals.get(deal.id).unwrap().stage, Stage::Proposal);
    assert_eq!(
        code(deals.move_to(deal.id, Stage::Lost, "不做了")),
        "stage.by_closing"
    );
}

#[test]
fn r5_2_a_deal_that_was_won_and_reopened_frees_its_contracts_number_for_itself_alone() {
    let world = World::new();
    let team = Team::of(&world);
    let first = deal(&team.wang, "上海示例科技有限公司");
    let second = deal(&team.wang, "北京远洋贸易有限公司");
    let deals = team.wang.opportunities();
    deals.move_to(first.id, Stage::Negotiation, "谈价").unwrap();
    world.clock.set("2024-05-20T01:00:00Z");
    let won = deals
        .close_won(first.id, &win("HT-1", "300000", day(5, 20)))
        .unwrap();
    assert_eq!(
        (won.opportunity.stage, won.contract.amount),
        (Stage::Won, yuan("300000"))
    );
    assert_eq!(won.opportunity.closed_at, Some(won.opportunity.stage_changed_at));
    assert_eq!(
        code(deals.move_to(first.id, Stage::Proposal, "再谈")),
        "opportunity.closed"
    );
    assert_eq!(
        code(deals.reopen(first.id, "客户反悔")),
        "access.denied",
        "a sales rep"
    );
    assert_eq!(
        code(deals.close_won(second.id, &win(" ｈｔ-1", "1", day(5, 20)))),
        "contract_number.taken"
    );

    world.clock.set("2024-06-03T01:00:00Z");
    assert_eq!(
        code(team.sun.opportunities().reopen(first.id, " ")),
        "field.missing"
    );
    let open = team.sun.opportunities().reopen(first.id, "客户反悔").unwrap();
    assert_eq!(
        (open.stage, open.closed_at, open.reason),
        (Stage::Negotiation, None, None)
    );
    assert_eq!(contracts(&team.sun), [], "May's amount is 0");
    let kept = team.wang.contracts().get(won.contract.id).unwrap();
    assert!(kept.voided_at.is_some());
    assert_eq!(
        code(team.wang.contracts().mark_paid(kept.id, kept.revision, "已付")),
        "contract.void"
    );
    assert_eq!(
        code(deals.close_won(second.id, &win("HT-1", "1", day(6, 3)))),
        "contract_number.taken"
    );
    assert_eq!(
        code(team.sun.opportunities().reopen(first.id, "再开")),
        "opportunity.open"
    );
    let again = deals
        .close_won(first.id, &win("HT-1", "280000", day(6, 3)))
        .unwrap();
    assert_eq!(contracts(&team.sun), [again.contract]);
    let reasons: Vec<_> = deals.history(first.id).unwrap().stages;
    assert_eq!(
        reasons.len(),
        5,
        "both closings and the reopening stay in the ledger"
    );
}

#[test]
fn r5_3_a_deal_is_won_with_all_that_it_needs_or_nothing_is_stored() {
    let world = World::new();
    let lin = world.admin();
    let first = deal(&lin, "上海示例科技有限公司");
    let error = lin
        .opportunities()
        .close_won(first.id, &Win::default())
        .unwrap_err();
    let fields: Vec<String> = match error {
        crm_core::Error::Invalid { problems } => problems.into_iter().map(|problem| problem.field).collect(),
        other => vec![other.to_string()],
    };
    assert_eq!(fields, ["contract_number", "amount", "signed_on", "reason"]);
    assert_eq!(lin.opportunities().get(first.id).unwrap(), first);
    assert_eq!(contracts(&lin), []);
    let tomorrow = win("HT-1", "1", day(5, 2));
    assert_eq!(
        code(lin.opportunities().close_won(first.id, &tomorrow)),
        "date.in_future"
    );
}

#[test]
fn r5_3_a_contract_is_paid_in_parts_and_proposes_that_its_customer_is_won() {
    let world = World::new();
    let lin = world.admin();
    let deal = deal(&lin, "上海示例科技有限公司");
    let contract = lin
        .opportunities()
        .close_won(deal.id, &win("HT-1", "300000", day(5, 1)))
        .unwrap()
        .contract;
    let pay = |revision, amount| {
        lin.contracts()
            .pay(contract.id, revision, day(5, 1), yuan(amount), None)
    };
    let part = pay(1, "299999.99").unwrap();
    assert_eq!((part.contract.paid, part.proposed_status), (false, None));
    assert_eq!(code(pay(1, "1")), "revision.stale");
    let set_won = || {
        lin.customers()
            .set_status(deal.customer, CustomerStatus::Won, None)
    };
    assert_eq!(code(set_won()), "field.missing", "no contract is paid");
    let all = pay(2, "0.01").unwrap();
    assert_eq!(
        (all.contract.paid, all.proposed_status),
        (true, Some(CustomerStatus::Won))
    );
    set_won().unwrap();
    assert_eq!(pay(3, "1").unwrap().proposed_status, None, "it is won by now");
}

#[test]
fn r5_3_what_was_signed_is_corrected_by_a_supervisor_with_a_reason() {
    let world = World::new();
    let team = Team::of(&world);
    let first = deal(&team.wang, "上海示例科技有限公司");
    let won = team
        .wang
        .opportunities()
        .close_won(first.id, &win("HT-1", "300000", day(5, 1)))
        .unwrap();
    let id = won.contract.id;
    let amount = [ContractEdit::Amount { value: yuan("30000") }];
    assert_eq!(
        code(team.wang.contracts().update(id, 1, &amount)),
        "field.missing",
        "a reason"
    );
    assert_eq!(
        code(team.wang.contracts().correct(id, 1, &amount, "多录一个零")),
        "access.denied"
    );
    assert_eq!(
        code(team.sun.contracts().correct(id, 1, &amount, " ")),
        "field.missing"
    );
    let corrected = team
        .sun
        .contracts()
        .correct(id, 1, &amount, "多录一个零")
        .unwrap();
    assert_eq!(corrected.amount, yuan("30000"));
    let end = [ContractEdit::End {
        value: Some(day(12, 31)),
    }];
    assert_eq!(
        team.wang.contracts().update(id, 2, &end).unwrap().end,
        Some(day(12, 31))
    );
    let before = [ContractEdit::End {
        value: Some(day(4, 30)),
    }];
    assert_eq!(code(team.wang.contracts().update(id, 3, &before)), "date.before");
    let kind = team.sun.customers().history(first.customer, None, 1).unwrap()[0].kind;
    assert_eq!(kind, AuditKind::ContractEdited);
}

#[test]
fn r5_3_a_contract_of_the_past_is_entered_by_a_supervisor() {
    let world = World::new();
    let team = Team::of(&world);
    let customer = enter(&team.wang, "上海示例科技有限公司");
    let new = NewContract {
        contract_number: "HT-2023-1".into(),
        amount: Some(yuan("80000")),
        signed_on: Some(NaiveDate::from_ymd_opt(2023, 3, 1).unwrap()),
        paid_reason: Some("历史合同".into()),
        ..NewContract::default()
    };
    assert_eq!(code(team.wang.contracts().add(customer, &new)), "access.denied");
    let old = team.sun.contracts().add(customer, &new).unwrap();
    assert_eq!((old.paid, old.opportunity), (true, None));
    assert_eq!(old.credited_to, team.wang.user().unwrap().unwrap().id);
    assert_eq!(
        code(team.sun.contracts().add(customer, &new)),
        "contract_number.taken"
    );
    let next = NewContract {
        contract_number: "HT-2024-1".into(),
        renews: Some(old.id),
        ..new.clone()
    };
    assert_eq!(
        team.sun.contracts().add(customer, &next).unwrap().renews,
        Some(old.id)
    );
    let other = enter(&team.wang, "北京远洋贸易有限公司");
    let foreign = NewContract {
        contract_number: "HT-2024-2".into(),
        ..next
    };
    assert_eq!(
        code(team.sun.contracts().add(other, &foreign)),
        "contract.unknown"
    );
    let void = team.sun.contracts().archive(old.id, 1, "重复录入").unwrap();
    assert_eq!(contracts(&team.wang).len(), 1);
    assert_eq!(
        code(team.sun.contracts().add(customer, &new)),
        "contract_number.taken",
        "an archived one still has it"
    );
    assert!(
        team.sun
            .contracts()
            .restore(old.id, void.revision, "并非重复")
            .unwrap()
            .is_good()
    );
}

#[test]
fn r5_4_a_lost_deal_is_not_followed_up_any_more() {
    let world = World::new();
    let lin = world.admin();
    let deal = deal(&lin, "上海示例科技有限公司");
    let about = lin
        .follow_ups()
        .add(deal.customer, &talk(&deal, Some(day(5, 15))))
        .unwrap();
    let besides = NewFollowUp {
        opportunity: None,
        ..talk(&deal, Some(day(5, 16)))
    };
    let besides = lin.follow_ups().add(deal.customer, &besides).unwrap();
    assert_eq!(
        code(lin.opportunities().close_lost(deal.id, " ")),
        "field.missing"
    );
    let lost = lin.opportunities().close_lost(deal.id, "价格过高").unwrap();
    assert_eq!(
        (lost.stage, lost.reason.as_deref()),
        (Stage::Lost, Some("价格过高"))
    );

    assert_eq!(
        lin.tasks().get(about.open_tasks[0].id).unwrap().state,
        TaskState::Cancelled
    );
    assert_eq!(lin.follow_ups().get(about.follow_up.id).unwrap().done, None);
    assert_eq!(
        lin.follow_ups().get(besides.follow_up.id).unwrap().done,
        Some(false),
        "the customer's other"
    );
    let next = lin
        .follow_ups()
        .add(deal.customer, &talk(&deal, Some(day(5, 20))));
    assert_eq!(code(next), "opportunity.lost");
    assert!(lin.follow_ups().add(deal.customer, &talk(&deal, None)).is_ok());
    assert_eq!(
        lin.customers().get(deal.customer).unwrap().status,
        CustomerStatus::Potential,
        "R2.5"
    );
    lin.opportunities().reopen(deal.id, "客户重新询价").unwrap();
    assert_eq!(
        lin.tasks().get(about.open_tasks[0].id).unwrap().state,
        TaskState::Cancelled,
        "cancelled tasks stay cancelled"
    );
}

#[test]
fn r4_1_a_follow_up_is_about_a_deal_of_its_own_customer() {
    let world = World::new();
    let lin = world.admin();
    let (first, second) = (
        deal(&lin, "上海示例科技有限公司"),
        deal(&lin, "北京远洋贸易有限公司"),
    );
    let wrong = lin.follow_ups().add(first.customer, &talk(&second, None));
    assert_eq!(code(wrong), "opportunity.unknown");
    let kept = lin
        .follow_ups()
        .add(first.customer, &talk(&first, None))
        .unwrap()
        .follow_up;
    let about = FollowUpQuery {
        opportunity: Some(first.id),
        ..FollowUpQuery::default()
    };
    assert_eq!(lin.follow_ups().list(&about, &MANY).unwrap().items, [kept]);
}

#[test]
fn r5_5_every_revision_of_what_is_expected_is_kept_and_a_forecast_adds_them_up() {
    let world = World::new();
    let lin = world.admin();
    let first = deal(&lin, "上海示例科技有限公司");
    let edits = [
        OpportunityEdit::ExpectedAmount { value: yuan("90000") },
        OpportunityEdit::ExpectedClose { value: day(4, 30) },
    ];
    assert_eq!(
        code(lin.opportunities().update(first.id, 2, &edits)),
        "revision.stale"
    );
    let revised = lin.opportunities().update(first.id, 1, &edits).unwrap();
    let named = [OpportunityEdit::Name {
        value: "二期".into()
    }];
    lin.opportunities()
        .update(first.id, revised.revision, &named)
        .unwrap();
    let said: Vec<_> = lin.opportunities().history(first.id).unwrap().expectations;
    let amounts: Vec<String> = said.iter().map(|said| said.expected_amount.to_string()).collect();
    assert_eq!(amounts, ["120000.00", "90000.00"]);
    lin.opportunities()
        .create(first.customer, &typed("0.05"))
        .unwrap();
    lin.opportunities()
        .create(first.customer, &typed("0.05"))
        .unwrap();
    let forecast = lin.opportunities().forecast(None).unwrap();
    assert_eq!(
        (forecast.overdue.deals, forecast.overdue.weighted),
        (1, yuan("9000"))
    );
    assert_eq!(forecast.months.len(), 1);
    assert_eq!(
        (forecast.months[0].month, forecast.months[0].weighted),
        (Some(day(6, 1)), yuan("0.01"))
    );
    assert_eq!(
        (forecast.total.deals, forecast.total.weighted),
        (3, yuan("9000.01"))
    );
    lin.settings()
        .update(1, &[SettingsEdit::InitialContactPercent { value: 101 }])
        .unwrap_err();
    lin.settings()
        .update(1, &[SettingsEdit::InitialContactPercent { value: 20 }])
        .unwrap();
    assert_eq!(
        lin.opportunities()
            .forecast(Some("lin"))
            .unwrap()
            .overdue
            .weighted,
        yuan("18000")
    );
}

#[test]
fn r2_8_open_deals_go_to_the_new_owner_and_closed_ones_stay() {
    let world = World::new();
    let team = Team::of(&world);
    let open = deal(&team.wang, "上海示例科技有限公司");
    let closed = team
        .wang
        .opportunities()
        .create(open.customer, &typed("1"))
        .unwrap();
    let closed = team
        .wang
        .opportunities()
        .close_lost(closed.id, "预算取消")
        .unwrap();
    team.sun.customers().assign(open.customer, "zhao", None).unwrap();
    let zhao = team.zhao.user().unwrap().unwrap().id;
    assert_eq!(team.zhao.opportunities().get(open.id).unwrap().owner, zhao);
    assert_eq!(
        team.zhao.opportunities().get(closed.id).unwrap().owner,
        closed.owner
    );
    assert_eq!(code(team.wang.opportunities().get(open.id)), "not_found");
}

#[test]
fn r8_1_who_owns_a_deal_on_anothers_customer_sees_that_deal_and_the_basics() {
    let world = World::new();
    let team = Team::of(&world);
    let customer = enter(&team.wang, "上海示例科技有限公司");
    let own = team.wang.opportunities().create(customer, &typed("1")).unwrap();
    let given = NewOpportunity {
        owner: Some("zhao".into()),
        ..typed("120000")
    };
    let guest = team.sun.opportunities().create(customer, &given).unwrap();
    let zhao = &team.zhao;
    assert_eq!(code(zhao.customers().get(customer)), "not_found");
    assert_eq!(zhao.customers().count(&Default::default()).unwrap(), 0);
    assert_eq!(code(zhao.opportunities().get(own.id)), "not_found");
    let basics = zhao.customers().basics(customer).unwrap();
    assert_eq!(
        (basics.name.as_str(), basics.phones.len()),
        ("上海示例科技有限公司", 1)
    );
    assert_eq!(code(zhao.customers().basics("CRM202405010009")), "not_found");
    let all = zhao
        .opportunities()
        .list(&OpportunityQuery::default(), &MANY)
        .unwrap()
        .items;
    assert_eq!(all.iter().map(|deal| deal.id).collect::<Vec<_>>(), [guest.id]);

    zhao.opportunities()
        .move_to(guest.id, Stage::Proposal, "已提交方案")
        .unwrap();
    let told = zhao
        .follow_ups()
        .add(customer, &talk(&guest, Some(day(5, 15))))
        .unwrap();
    assert_eq!(told.open_tasks.len(), 1);
    assert_eq!(
        code(zhao.follow_ups().add(customer, &talk(&own, None))),
        "not_found"
    );
    let mine = TaskQuery {
        list: TaskList::Open,
        ..TaskQuery::default()
    };
    assert_eq!(zhao.tasks().list(&mine, &MANY).unwrap().items.len(), 1);
    assert_eq!(
        zhao.follow_ups()
            .list(&FollowUpQuery::default(), &MANY)
            .unwrap()
            .items
            .len(),
        1
    );
    zhao.tasks().complete(told.open_tasks[0].id).unwrap();

    zhao.opportunities().close_lost(guest.id, "预算取消").unwrap();
    assert_eq!(
        code(zhao.opportunities().get(guest.id)),
        "not_found",
        "it ends when the deal closes"
    );
    assert_eq!(code(zhao.customers().basics(customer)), "not_found");
    assert_eq!(code(zhao.follow_ups().get(told.follow_up.id)), "not_found");
}

#[test]
fn r8_5_undoing_takes_a_move_back_and_leaves_what_was_won_to_a_supervisor() {
    let world = World::new();
    let team = Team::of(&world);
    let first = deal(&team.wang, "上海示例科技有限公司");
    let last = |session: &Session| session.customers().history(first.customer, None, 1).unwrap()[0].operation;
    team.wang
        .opportunities()
        .move_to(first.id, Stage::Proposal, "误操作")
        .unwrap();
    team.wang.customers().undo(last(&team.wang)).unwrap();
    let deal = team.wang.opportunities().get(first.id).unwrap();
    assert_eq!(deal.stage, Stage::InitialContact);
    assert_eq!(
        team.wang.opportunities().history(first.id).unwrap().stages.len(),
        1
    );
    team.wang
        .opportunities()
        .close_won(first.id, &win("HT-1", "1", day(5, 1)))
        .unwrap();
    assert_eq!(
        code(team.wang.customers().undo(last(&team.wang))),
        "access.denied"
    );
    team.sun.customers().undo(last(&team.sun)).unwrap();
    assert_eq!(
        team.wang.opportunities().get(first.id).unwrap().stage,
        Stage::InitialContact
    );
    assert_eq!(contracts(&team.wang), []);
    team.wang
        .opportunities()
        .close_won(first.id, &win("HT-1", "1", day(5, 1)))
        .unwrap();
    assert_eq!(contracts(&team.wang).len(), 1, "the number is free for this deal");
}

#[test]
fn r8_5_undoing_gives_no_number_back_that_another_has_by_now() {
    let world = World::new();
    let lin = world.admin();
    let first = deal(&lin, "上海示例科技有限公司");
    let last = || lin.customers().history(first.customer, None, 1).unwrap()[0].operation;
    let signed = lin
        .opportunities()
        .close_won(first.id, &win("HT-1", "1", day(5, 1)))
        .unwrap();
    let number = [ContractEdit::ContractNumber { value: "HT-2".into() }];
    lin.contracts()
        .correct(signed.contract.id, 1, &number, "录错")
        .unwrap();
    let correction = last();
    let second = deal(&lin, "北京远洋贸易有限公司");
    lin.opportunities()
        .close_won(second.id, &win("HT-1", "1", day(5, 1)))
        .unwrap();
    assert_eq!(code(lin.customers().undo(correction)), "contract_number.taken");

    let named = |external_id: Option<&str>| {
        [OpportunityEdit::ExternalId {
            value: external_id.map(str::to_owned),
        }]
    };
    let known = |deal: &Opportunity| lin.opportunities().get(deal.id).unwrap();
    for external_id in [Some("A-1"), None] {
        let revision = known(&first).revision;
        lin.opportunities()
            .update(first.id, revision, &named(external_id))
            .unwrap();
    }
    let cleared = last();
    let revision = known(&second).revision;
    lin.opportunities()
        .update(second.id, revision, &named(Some("A-1")))
        .unwrap();
    assert_eq!(code(lin.customers().undo(cleared)), "external_id.taken");
    let revision = known(&second).revision;
    lin.opportunities()
        .update(second.id, revision, &named(None))
        .unwrap();
    lin.customers().undo(cleared).unwrap();
    assert_eq!(known(&first).external_id.as_deref(), Some("A-1"));
}

#[test]
fn r2_10_an_archived_deal_is_out_of_lists_and_sums_until_it_is_restored() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let first = deal(&wang, "上海示例科技有限公司");
    let next = wang
        .follow_ups()
        .add(first.customer, &talk(&first, Some(day(5, 15))))
        .unwrap();
    let away = wang.opportunities().archive(first.id, 1, "重复录入").unwrap();
    assert_eq!(
        wang.tasks().get(next.open_tasks[0].id).unwrap().state,
        TaskState::Cancelled
    );
    assert_eq!(wang.opportunities().forecast(None).unwrap().total.deals, 0);
    assert_eq!(
        code(wang.opportunities().move_to(first.id, Stage::Proposal, "方案")),
        "record.archived"
    );
    let back = wang
        .opportunities()
        .restore(first.id, away.revision, "并非重复")
        .unwrap();
    assert_eq!(back.archived_at, None);
    assert_eq!(wang.opportunities().forecast(None).unwrap().total.deals, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is done with a deal, and undone, it stands where its ledger ends, each entry goes on from the one before it, and it
    /// has a contract that counts exactly while it is won.
    #[test]
    fn r5_2_a_deal_stands_where_its_ledger_ends(steps in prop::collection::vec(0..11_usize, 1..24)) {
        let world = World::new();
        let lin = world.admin();
        let deal = deal(&lin, "上海示例科技有限公司");
        let deals = lin.opportunities();
        let mut closings = 0;
        for step in steps {
            let revision = deals.get(deal.id).unwrap().revision;
            let done = match step {
                open @ 0..4 => deals.move_to(deal.id, Stage::ALL[open], "说明").map(drop),
                4 | 5 => deals.close_won(deal.id, &win("HT-1", "1", day(5, 1))).map(drop),
                6 => deals.close_lost(deal.id, "预算取消").map(drop),
                7 => deals.reopen(deal.id, "客户反悔").map(drop),
                8 => deals.archive(deal.id, revision, "重复录入").map(drop),
                9 => deals.restore(deal.id, revision, "并非重复").map(drop),
                _ => {
                    let last = lin.customers().history(deal.customer, None, 1).unwrap();
                    match last[0].kind {
                        // What it began with would be taken back too.
                        AuditKind::OpportunityAdded => continue,
                        _ => lin.customers().undo(last[0].operation),
                    }
                }
            };
            closings += usize::from(done.is_ok() && (4..7).contains(&step));
            let (now, ledger) = (deals.get(deal.id).unwrap(), deals.history(deal.id).unwrap().stages);
            prop_assert_eq!(ledger.last().map(|change| (change.after, change.at)), Some((now.stage, now.stage_changed_at)));
            prop_assert_eq!(ledger[0].before, None);
            for pair in ledger.windows(2) {
                prop_assert_eq!(pair[1].before, Some(pair[0].after));
            }
            prop_assert_eq!(now.closed_at.is_some(), !now.stage.is_open());
            prop_assert_eq!(contracts(&lin).len(), usize::from(now.stage == Stage::Won));
        }
        prop_assert!(deals.history(deal.id).unwrap().stages.iter().filter(|change| !change.after.is_open()).count() <= closings);
    }
}

#[test]
fn r5_2_a_deal_whose_entry_was_taken_back_and_that_is_restored_has_its_ledger() {
    let world = World::new();
    let me = world.admin();
    let deal = deal(&me, "上海示例科技有限公司");
    let operation = me.customers().history(deal.customer, None, 1).unwrap()[0].operation;
    me.customers().undo(operation).unwrap();
    let archived = me.opportunities().get(deal.id).unwrap();
    assert!(archived.archived_at.is_some());
    me.opportunities()
        .restore(deal.id, archived.revision, "并未录错")
        .unwrap();
    let history = me.opportunities().history(deal.id).unwrap();
    let stages: Vec<Stage> = history.stages.iter().map(|change| change.after).collect();
    assert_eq!(
        (stages, history.expectations.len()),
        (vec![Stage::InitialContact], 1)
    );
}
