//! Renewals and repurchases (R4.7), and finding whom nothing is to be done for (R2.7), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{
    AuditKind, Choice, Contract, ContractEdit, CustomerEdit, CustomerNumber, CustomerQuery, Money, NaiveDate,
    NewContract, NewFollowUp, PageRequest, Session, Task, TaskId, TaskKind, TaskList, TaskQuery, TaskState,
    TaskSummary,
};

const MANY: PageRequest = PageRequest {
    after: None,
    limit: 100,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn signed(session: &Session, customer: CustomerNumber, number: &str, on: &str) -> Contract {
    session.contracts().add(customer, &new(number, on)).unwrap()
}

fn new(number: &str, on: &str) -> NewContract {
    NewContract {
        contract_number: number.into(),
        amount: Some(Money::from_fen(100)),
        signed_on: Some(day(on)),
        ..NewContract::default()
    }
}

fn open(session: &Session) -> Vec<TaskSummary> {
    let query = TaskQuery {
        list: TaskList::Open,
        everybody: true,
        ..TaskQuery::default()
    };
    session.tasks().list(&query, &MANY).unwrap().items
}

fn due(session: &Session) -> Vec<(TaskKind, String)> {
    let tasks = open(session).into_iter();
    tasks.map(|task| (task.kind, task.due.to_string())).collect()
}

#[test]
fn r4_7_purchases_0101_0131_0401_make_a_repurchase_due_on_0517() {
    let world = World::new();
    let lin = world.admin();
    let customer = enter(&lin, "上海示例科技有限公司");
    signed(&lin, customer, "HT-1", "2024-01-01");
    signed(&lin, customer, "HT-3", "2024-04-01");
    assert_eq!(due(&lin), [], "two gaps are needed");
    let second = signed(&lin, customer, "HT-2", "2024-01-31");
    assert_eq!(due(&lin), [(TaskKind::Repurchase, "2024-05-17".to_owned())]);
    assert_eq!(open(&lin)[0].title, "2024-05-17 跟进上海示例科技有限公司复购");
    let first_task = open(&lin)[0].id;
    let void = lin.contracts().archive(second.id, 1, "重复录入").unwrap();
    assert_eq!(due(&lin), [], "an archived one is none");
    lin.contracts()
        .restore(second.id, void.revision, "并非重复")
        .unwrap();
    assert_eq!(due(&lin), [(TaskKind::Repurchase, "2024-05-17".to_owned())]);
    signed(&lin, customer, "HT-4", "2024-05-01");
    assert_eq!(
        due(&lin),
        [(TaskKind::Repurchase, "2024-05-31".to_owned())],
        "30, 61, 30"
    );
    assert_eq!(lin.tasks().get(first_task).unwrap().state, TaskState::Cancelled);
    let edit = |value| [CustomerEdit::PurchaseCycle { value }];
    assert_eq!(
        code(lin.customers().update(customer, 1, &edit(Some(0)))),
        "field.range"
    );
    assert_eq!(
        code(lin.customers().update(customer, 1, &edit(Some(3_651)))),
        "field.range"
    );
    lin.customers().update(customer, 1, &edit(Some(365))).unwrap();
    assert_eq!(
        due(&lin),
        [(TaskKind::Repurchase, "2025-05-01".to_owned())],
        "set by hand"
    );
    lin.tasks().complete(open(&lin)[0].id).unwrap();
    lin.customers()
        .update(
            customer,
            2,
            &[CustomerEdit::Note {
                value: Some("大客户".into()),
            }],
        )
        .unwrap();
    assert_eq!(due(&lin), [], "done until they buy again");
}

#[test]
fn r4_7_a_contract_that_ends_is_to_be_renewed_by_its_owner_until_another_renews_it() {
    let world = World::new();
    let team = Team::of(&world);
    let customer = enter(&team.wang, "上海示例科技有限公司");
    let first = signed(&team.sun, customer, "HT-1", "2024-05-01");
    let ends = |contract: &Contract, revision, end: &str| {
        let end = [ContractEdit::End {
            value: Some(day(end)),
        }];
        team.wang.contracts().update(contract.id, revision, &end).unwrap()
    };
    ends(&first, 1, "2024-12-31");
    assert_eq!(due(&team.wang), [(TaskKind::Renewal, "2024-12-01".to_owned())]);
    let task = &open(&team.wang)[0];
    assert_eq!(
        (task.contract, task.title.as_str()),
        (Some(first.id), "2024-12-01 跟进上海示例科技有限公司合同HT-1续签")
    );
    ends(&first, 2, "2024-05-10");
    assert_eq!(
        due(&team.wang),
        [(TaskKind::Renewal, "2024-05-01".to_owned())],
        "nearer than 30 days: at once"
    );
    team.sun.customers().assign(customer, "zhao", None).unwrap();
    let mine = TaskQuery {
        list: TaskList::Today,
        ..TaskQuery::default()
    };
    let [theirs, told] = team
        .zhao
        .tasks()
        .list(&mine, &MANY)
        .unwrap()
        .items
        .try_into()
        .unwrap();
    assert_eq!(theirs.kind, TaskKind::Renewal, "it goes with the customer");
    assert_eq!(told.kind, TaskKind::HandOver, "they are told");
    team.zhao.tasks().complete(told.id).unwrap();
    let renewed = NewContract {
        renews: Some(first.id),
        end: Some(day("2025-12-31")),
        ..new("HT-2", "2024-05-01")
    };
    let second = team.sun.contracts().add(customer, &renewed).unwrap();
    assert_eq!(
        due(&team.zhao),
        [(TaskKind::Renewal, "2025-12-01".to_owned())],
        "the new one's"
    );
    let settled = team.zhao.tasks().get(task.id).unwrap();
    assert_eq!(settled.state, TaskState::Done);
    team.sun.contracts().archive(second.id, 1, "未签成").unwrap();
    let again = due(&team.zhao);
    assert_eq!(
        again,
        [(TaskKind::Renewal, "2024-05-01".to_owned())],
        "nothing renews the first any longer"
    );
}

#[test]
fn r2_7_whom_nobody_has_talked_to_and_for_whom_nothing_is_to_be_done() {
    let world = World::new();
    let lin = world.admin();
    let first = enter(&lin, "重庆示例科技有限公司");
    let second = enter(&lin, "北京远洋贸易有限公司");
    let talk = NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "方案反馈".into(),
        content: Some("客户要求报价".into()),
        next_follow_up: Some(day("2024-05-15")),
        ..NewFollowUp::default()
    };
    let told = lin.follow_ups().add(first, &talk).unwrap();
    let found = |query: CustomerQuery| -> Vec<CustomerNumber> {
        let page = lin.customers().list(&query, &MANY).unwrap();
        page.items.into_iter().map(|row| row.number).collect()
    };
    let untold = || CustomerQuery {
        no_follow_up: true,
        ..CustomerQuery::default()
    };
    let idle = || CustomerQuery {
        no_open_task: true,
        ..CustomerQuery::default()
    };
    assert_eq!((found(untold()), found(idle())), (vec![second], vec![second]));
    lin.tasks().complete(told.open_tasks[0].id).unwrap();
    assert_eq!(
        (found(untold()), found(idle())),
        (vec![second], vec![second, first])
    );
    lin.follow_ups()
        .archive(told.follow_up.id, 2, "记错客户")
        .unwrap();
    assert_eq!(found(untold()), [second, first]);
    for text in ["cq", "zq", "chongqing", "zhongqing", "CQ 科技", "shili"] {
        let query = CustomerQuery {
            text: Some(text.into()),
            ..CustomerQuery::default()
        };
        assert_eq!(found(query), [first], "{text}");
    }
}

/// The repurchase tasks of a customer that are open: when each is due.
fn repurchases(session: &Session) -> Vec<String> {
    let tasks = open(session)
        .into_iter()
        .filter(|task| task.kind == TaskKind::Repurchase);
    tasks.map(|task| task.due.to_string()).collect()
}

fn buys_every(session: &Session, customer: CustomerNumber, days: u32) {
    let revision = session.customers().get(customer).unwrap().revision;
    let cycle = CustomerEdit::PurchaseCycle { value: Some(days) };
    session.customers().update(customer, revision, &[cycle]).unwrap();
}

fn undo_merge(session: &Session) {
    let log = session.audit().list(0, 1_000).unwrap();
    let merged = log.iter().rfind(|entry| entry.kind == AuditKind::CustomerMerged);
    session.customers().undo(merged.unwrap().operation).unwrap();
}

/// All tasks as they are, whatever their state, but for their revisions.
fn tasks(session: &Session, ids: &[TaskId]) -> Vec<Task> {
    let get = |id: &TaskId| Task {
        revision: 0,
        ..session.tasks().get(*id).unwrap()
    };
    ids.iter().map(get).collect()
}

#[test]
fn r4_7_two_repurchase_tasks_that_meet_in_a_merge_are_one_and_undoing_gives_both_back() {
    let world = World::new();
    let (team, lin) = (Team::of(&world), world.admin());
    let (a, b) = (
        enter(&team.wang, "上海示例科技有限公司"),
        enter(&team.zhao, "示例科技"),
    );
    signed(&lin, a, "HT-1", "2024-04-01");
    buys_every(&lin, a, 30);
    signed(&lin, b, "HT-2", "2024-04-11");
    buys_every(&lin, b, 60);
    let ids: Vec<TaskId> = open(&lin).iter().map(|task| task.id).collect();
    lin.tasks().put_off(ids[1], 1, day("2024-06-20"), None).unwrap();
    let before = tasks(&lin, &ids);
    assert_eq!(repurchases(&lin), ["2024-05-01", "2024-06-20"]);
    lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(
        repurchases(&lin),
        ["2024-05-11"],
        "both bought last on 04-11, and buy every 30 days"
    );
    let [stays, falls] = tasks(&lin, &ids).try_into().unwrap();
    assert_eq!(
        (stays.id, stays.holder, stays.state),
        (before[0].id, before[0].holder, TaskState::Open)
    );
    assert_eq!(
        (falls.customer, falls.state),
        (a, TaskState::Cancelled),
        "it was not done: merging is not buying"
    );
    signed(&lin, a, "HT-3", "2024-05-01");
    assert_eq!(repurchases(&lin), ["2024-05-31"]);
    let void = lin.contracts().list(&Default::default(), &MANY).unwrap().items;
    assert_eq!(void.len(), 3);
    let log = lin.audit().list(0, 1_000).unwrap();
    let bought = log
        .iter()
        .rfind(|entry| entry.kind == AuditKind::ContractAdded)
        .unwrap();
    lin.customers().undo(bought.operation).unwrap();
    undo_merge(&lin);
    assert_eq!(tasks(&lin, &ids), before);
    assert_eq!(repurchases(&lin), ["2024-05-01", "2024-06-20"]);
}

#[test]
fn r4_7_purchases_of_two_who_are_made_one_make_a_cycle_together() {
    let world = World::new();
    let lin = world.admin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    signed(&lin, a, "HT-1", "2024-01-01");
    signed(&lin, b, "HT-2", "2024-01-31");
    signed(&lin, a, "HT-3", "2024-04-01");
    assert_eq!(repurchases(&lin), [""; 0]);
    lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(repurchases(&lin), ["2024-05-17"], "30 and 61 days");
    assert_eq!(open(&lin)[0].customer, a);
    undo_merge(&lin);
    assert_eq!(repurchases(&lin), [""; 0], "it is gone");
    assert!(
        lin.tasks()
            .list(
                &TaskQuery {
                    list: TaskList::Open,
                    everybody: true,
                    ..TaskQuery::default()
                },
                &MANY
            )
            .unwrap()
            .items
            .is_empty()
    );
}

#[test]
fn r4_7_what_became_of_a_repurchase_holds_where_the_other_one_changes_nothing() {
    let world = World::new();
    let lin = world.admin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    // Only the one that goes has bought: its task goes over as it is.
    signed(&lin, b, "HT-1", "2024-04-01");
    buys_every(&lin, b, 30);
    let id = open(&lin)[0].id;
    lin.tasks().put_off(id, 1, day("2024-05-20"), None).unwrap();
    lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(repurchases(&lin), ["2024-05-20"]);
    let task = lin.tasks().get(id).unwrap();
    assert_eq!(
        (task.customer, task.planned),
        (a, Some(day("2024-05-01"))),
        "still put off"
    );
    undo_merge(&lin);
    // The survivor's was done: what the other bought before asks for nothing.
    lin.tasks().complete(id).unwrap();
    signed(&lin, a, "HT-2", "2024-03-01");
    buys_every(&lin, a, 90);
    assert_eq!(repurchases(&lin), ["2024-05-30"]);
    let ids = [id, open(&lin)[0].id];
    let before = tasks(&lin, &ids);
    let cycle = crm_core::MergeChoice {
        field: "purchase_cycle".into(),
        side: crm_core::MergeSide::Survivor,
    };
    lin.customers().merge(a, b, &[cycle]).unwrap();
    assert_eq!(repurchases(&lin), [""; 0]);
    assert_eq!(lin.tasks().get(id).unwrap().state, TaskState::Done);
    undo_merge(&lin);
    assert_eq!(tasks(&lin, &ids), before);
    // A renewal is its contract's: both stay.
    for (customer, number) in [(a, "HT-3"), (b, "HT-4")] {
        let ends = NewContract {
            end: Some(day("2024-12-31")),
            ..new(number, "2024-02-01")
        };
        lin.contracts().add(customer, &ends).unwrap();
    }
    let renewals = |session: &Session| {
        open(session)
            .iter()
            .filter(|task| task.kind == TaskKind::Renewal)
            .count()
    };
    assert_eq!(renewals(&lin), 2);
    lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(renewals(&lin), 2);
}
