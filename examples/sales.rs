//! A salesperson's day: what is due and a call, a deal from the first talk to the contract, a leaver's customers handed over, a
//! duplicate found, merged, and undone. What it says is asserted.
//!
//! ```sh
//! cargo run --release --example sales
//! ```

#![allow(clippy::indexing_slicing, reason = "what an example asserts is there")]

use std::sync::Arc;

use crmkit::{
    Choice, Crm, Customer, CustomerKind, DuplicateCheck, FixedClock, Language, Money, NaiveDate, NewCustomer,
    NewFollowUp, NewOpportunity, NewTeam, NewUser, OpenOptions, PageRequest, Result, Role, Session, Stage,
    TaskList, TaskQuery, TaskSummary, UserEdit, Win,
};

fn main() -> Result<()> {
    let clock = FixedClock("2024-05-15T01:00:00Z".parse().unwrap_or_default());
    let options = OpenOptions {
        clock: Some(Arc::new(clock)),
        ..OpenOptions::default()
    };
    let crm = crmkit::open(crmkit::IN_MEMORY, options)?;
    let desk = Desk::of(&crm)?;
    let customer = enter(&desk.wang, "上海示例科技有限公司", "021-5555 0199")?;
    morning(&desk.wang, &customer)?;
    deal(&desk.wang, &customer)?;
    leaver(&desk, &customer)?;
    duplicate(&desk.sun, &customer)
}

/// A team with a supervisor, 孙, and two reps, 王 and 赵.
struct Desk {
    admin: Session,
    sun: Session,
    wang: Session,
    zhao: Session,
}

impl Desk {
    fn of(crm: &Crm) -> Result<Self> {
        crm.set_up("lin", "林")?;
        let admin = crm.session("lin")?;
        admin.teams().create(&NewTeam {
            name: "华东".into()
        })?;
        let people = [
            ("sun", "孙", Role::Supervisor),
            ("wang", "王", Role::SalesRep),
            ("zhao", "赵", Role::SalesRep),
        ];
        for (login, name, role) in people {
            admin.users().create(&NewUser {
                team: Some("华东".into()),
                ..NewUser::of(login, name, role)
            })?;
        }
        let session = |login| crm.session(login);
        Ok(Self {
            admin,
            sun: session("sun")?,
            wang: session("wang")?,
            zhao: session("zhao")?,
        })
    }
}

fn enter(me: &Session, name: &str, phone: &str) -> Result<Customer> {
    let new = NewCustomer {
        name: name.into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec![phone.into()],
        source: Some(Choice::of("转介绍")),
        first_contact: NaiveDate::from_ymd_opt(2024, 5, 14),
        ..NewCustomer::default()
    };
    // Who looks alike is merged later: see below.
    me.customers().create(&new, DuplicateCheck::AnotherCustomer)
}

fn talk(topic: &str, next: &str) -> NewFollowUp {
    NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: topic.into(),
        content: Some("客户要求报价".into()),
        next_follow_up: next.parse().ok(),
        ..NewFollowUp::default()
    }
}

fn open_tasks(me: &Session, list: TaskList) -> Result<Vec<TaskSummary>> {
    let query = TaskQuery {
        list,
        ..TaskQuery::default()
    };
    Ok(me.tasks().list(&query, &PageRequest::first(50))?.items)
}

/// What is due, a call, a note, the next date.
fn morning(me: &Session, customer: &Customer) -> Result<()> {
    me.follow_ups().add(customer, &talk("方案反馈", "2024-05-15"))?;
    let due = open_tasks(me, TaskList::Today)?;
    assert_eq!(due.len(), 1);
    println!("{}", due[0].title);
    let called = NewFollowUp {
        needs: Some("两台设备，六月交货".into()),
        completes: vec![due[0].id],
        ..talk("报价", "2024-05-22")
    };
    me.follow_ups().add(customer, &called)?;
    assert!(open_tasks(me, TaskList::Today)?.is_empty());
    assert_eq!(
        open_tasks(me, TaskList::ComingUp)?[0].title,
        "2024-05-22 跟进上海示例科技有限公司报价"
    );
    Ok(())
}

/// From the first contact to the contract.
fn deal(me: &Session, customer: &Customer) -> Result<()> {
    let new = NewOpportunity {
        name: "产线改造".into(),
        expected_amount: Some(Money::from_fen(12_000_000)),
        expected_close: NaiveDate::from_ymd_opt(2024, 6, 30),
        ..NewOpportunity::default()
    };
    let deal = me.opportunities().create(customer, &new)?;
    me.opportunities()
        .move_to(deal.id, Stage::Proposal, "已发报价单")?;
    assert_eq!(
        me.opportunities().forecast(None)?.total.weighted,
        Money::from_fen(6_000_000)
    );
    let win = Win {
        amount: Some(Money::from_fen(11_800_000)),
        signed_on: NaiveDate::from_ymd_opt(2024, 5, 15),
        contract_number: "HT-2024-001".into(),
        reason: "交货快".into(),
        ..Win::default()
    };
    let won = me.opportunities().close_won(deal.id, &win)?;
    let (contract, day) = (
        won.contract,
        NaiveDate::from_ymd_opt(2024, 5, 15).unwrap_or_default(),
    );
    let paid = me
        .contracts()
        .pay(contract.id, contract.revision, day, contract.amount, None)?;
    assert!(paid.contract.paid);
    for entry in me.customers().timeline(customer, &PageRequest::first(50))?.items {
        println!("  {} {}", entry.at.date_naive(), entry.line(Language::Zh));
    }
    Ok(())
}

/// Wang leaves: the supervisor hands the customers over, and who gets them is told.
fn leaver(desk: &Desk, customer: &Customer) -> Result<()> {
    let wang = desk.admin.users().get("wang")?;
    let leaves = UserEdit::Active { value: false };
    desk.admin.users().update(wang.id, wang.revision, &[leaves])?;
    assert_eq!(
        desk.sun.customers().hand_over("wang", "zhao", Some("离职交接"))?,
        1
    );
    let kept = desk.zhao.customers().get(customer)?;
    assert_eq!(Some(kept.owner), desk.zhao.user()?.map(|user| user.id));
    assert_eq!(
        open_tasks(&desk.zhao, TaskList::ComingUp)?.len(),
        1,
        "with what is open"
    );
    Ok(())
}

/// The same company twice: found, made one, and two again.
fn duplicate(me: &Session, customer: &Customer) -> Result<()> {
    let twin = enter(me, "示例科技(上海)有限公司", "+86 21 55550199")?;
    let alike = me.customers().duplicates(&twin.name, twin.kind, &[], &[])?;
    assert!(alike.iter().any(|found| found.number == customer.number));
    let one = me.customers().merge(&twin, customer, &[])?;
    assert_eq!(
        me.customers().get(&twin)?.number,
        one.number,
        "its number leads on"
    );
    let latest = me.customers().history(customer, None, 1)?;
    me.customers().undo(latest[0].operation)?;
    assert_eq!(me.customers().get(&twin)?.name, twin.name, "and is its own again");
    println!("{} and {} are two again", customer.number, twin.number);
    Ok(())
}
